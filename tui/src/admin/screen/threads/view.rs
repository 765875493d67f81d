//! How the screen of threads looks.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use service::{Estimate, MessageHit, Thread};

use super::{Beside, Focus, Order, Threads};
use crate::admin::canvas::{Canvas, Target, padded, signs};
use crate::admin::screen::thread::cards;
use crate::admin::search::{Search, snippet_line};
use crate::admin::text::{clean, cut, number};
use crate::admin::theme::Theme;

/// Turns are shown beside the list from so many columns on.
const MIN_BESIDE: u16 = 90;
/// Users are shown from so many columns of the list on, counts and times.
const MIN_USER: usize = 64;
const MIN_COUNT: usize = 44;
const MIN_TIME: usize = 32;
/// The columns have headings from so many rows on.
const MIN_HEADED: u16 = 8;
/// Columns of a user, a count and a time, with the gap before each.
const USER: usize = 14;
const COUNT: usize = 9;
const TIME: usize = 18;
/// Rows of a hit: its thread, and where it fits.
const HIT: usize = 2;

/// How many hits fit into so many rows.
pub(super) fn hits_on(rows: usize) -> usize {
    (rows / HIT).max(1)
}

pub(super) fn draw(screen: &Threads, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let beside = screen.beside == Beside::Shown && area.width >= MIN_BESIDE;
    let (list, turns) = if beside {
        let [list, gap, turns] = Layout::horizontal([
            Constraint::Percentage(52),
            Constraint::Length(3),
            Constraint::Fill(1),
        ])
        .areas(area);
        canvas.vertical_rule(Rect {
            x: gap.x + 1,
            width: 1,
            ..gap
        });
        (list, turns)
    } else {
        (area, Rect::ZERO)
    };
    let head = u16::from(screen.search.is_some() || area.height >= MIN_HEADED);
    let [head, rows] =
        Layout::vertical([Constraint::Length(head), Constraint::Fill(1)]).areas(list);
    canvas.drawn.room.list = usize::from(rows.height);
    canvas.hit(rows, Target::List);
    if let Some(search) = &screen.search {
        if screen.focus == Focus::Query {
            search.input.draw("/ ", head, canvas);
        } else {
            search.input.draw_still("/ ", head, canvas);
        }
        draw_hits(search, rows, canvas);
    } else {
        draw_head(head, canvas);
        draw_rows(screen, rows, canvas);
    }
    if turns.area() > 0 {
        draw_turns(screen, turns, canvas);
    }
}

/// How a row's columns are shared out: the title, the user, the count and the time.
fn columns(width: u16) -> (usize, usize, usize, usize) {
    let room = usize::from(width).saturating_sub(2);
    let user = if room >= MIN_USER { USER } else { 0 };
    let count = if room >= MIN_COUNT { COUNT } else { 0 };
    let time = if room >= MIN_TIME { TIME } else { 0 };
    (room - user - count - time, user, count, time)
}

fn draw_head(area: Rect, canvas: &mut Canvas<'_, '_>) {
    let (title, user, count, time) = columns(area.width);
    let theme = canvas.theme;
    let heading = |text: &str, width: usize| Span::styled(padded(text, width), theme.quiet);
    let line = Line::from(vec![
        Span::raw("  "),
        heading("  thread", title),
        heading("  user", user),
        heading("    turns", count),
        Span::styled(padded("  last turn ↓", time), theme.accent),
    ]);
    canvas.put(area, line);
}

fn draw_rows(screen: &Threads, area: Rect, canvas: &mut Canvas<'_, '_>) {
    if screen.list.is_empty() {
        let words = if screen.filter.is_empty() {
            "  no thread in this store yet"
        } else {
            "  no thread is like that"
        };
        canvas.put(area, Line::styled(words, canvas.theme.quiet));
        return;
    }
    let height = usize::from(area.height);
    for (index, ((row, selected), area)) in screen.list.visible(height).zip(area.rows()).enumerate()
    {
        let marked = screen.list.is_marked(row);
        let style = match (selected, marked) {
            (true, _) => canvas.theme.selected,
            (false, true) => canvas.theme.marked,
            (false, false) => Style::new(),
        };
        canvas.style(area, style);
        let line = row_line(row, selected, marked, area.width, canvas.theme);
        canvas.put(area, line.style(style));
        canvas.hit(area, Target::Row(index));
    }
}

/// A thread on one row: a sign if it is pinned, its title, and as there is room its user, turns
/// and last time.
fn row_line(
    row: &Thread,
    selected: bool,
    marked: bool,
    width: u16,
    theme: &Theme,
) -> Line<'static> {
    let (title, user, count, time) = columns(width);
    // Dim text in a reversed row is unreadable on many terminals.
    let quiet = if selected { Style::new() } else { theme.quiet };
    let pin = if row.pinned { "^ " } else { "  " };
    let name = row.title.as_deref().unwrap_or(row.id.as_str());
    let mut spans = vec![
        Span::raw(signs(selected, marked)),
        Span::raw(pin),
        Span::raw(padded(&clean(name), title.saturating_sub(2))),
    ];
    if user > 0 {
        let of = row.user_id.as_ref().map_or("", |user| user.as_str());
        spans.push(Span::styled(
            padded(&format!("  {}", clean(of)), user),
            quiet,
        ));
    }
    if count > 0 {
        spans.push(Span::raw(format!("{:>count$}", row.message_count)));
    }
    if time > 0 {
        let at = row.active_at.format("  %Y-%m-%d %H:%M").to_string();
        spans.push(Span::styled(at, quiet));
    }
    Line::from(spans)
}

fn draw_hits(search: &Search<MessageHit>, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let nothing = search
        .results
        .as_ref()
        .is_some_and(|results| results.hits.is_empty());
    if nothing && !search.is_stale() {
        canvas.put(area, Line::styled("  nothing found", canvas.theme.quiet));
        return;
    }
    let fresh = if search.is_stale() {
        canvas.theme.quiet
    } else {
        Style::new()
    };
    let mut rows = area.rows();
    for (index, (hit, selected)) in search.visible(hits_on(area.height.into())).enumerate() {
        let style = if selected {
            canvas.theme.selected
        } else {
            fresh
        };
        let Some(first) = rows.next() else { return };
        canvas.style(first, style);
        let user = hit.user_id.as_ref().map_or("", |user| user.as_str());
        let about = format!("  {}  {}", clean(user), hit.created_at.format("%Y-%m-%d"));
        let room = usize::from(first.width).saturating_sub(2 + about.len());
        let title = format!(
            "{}{}{about}",
            signs(selected, false),
            padded(&clean(hit.thread_id.as_str()), room)
        );
        canvas.put(first, Line::styled(cut(&title, first.width.into()), style));
        canvas.hit(first, Target::Row(index));
        let Some(second) = rows.next() else { return };
        let snippet = snippet_line(&hit.snippet, second.width.into(), canvas.theme);
        canvas.put(second, snippet.style(fresh));
        canvas.hit(second, Target::Row(index));
    }
}

/// The last turns of the selected thread, the latest at the bottom.
fn draw_turns(screen: &Threads, area: Rect, canvas: &mut Canvas<'_, '_>) {
    canvas.hit(area, Target::Text);
    let Some((id, turns)) = &screen.turns else {
        return;
    };
    if screen.id() != Some(id) {
        return;
    }
    let height = usize::from(area.height);
    let mut rows: Vec<Line<'static>> = Vec::new();
    for turn in turns {
        let card = cards::rows(turn, area.width.into(), cards::Fold::Folded, canvas.theme);
        rows.splice(0..0, card);
        if rows.len() >= height {
            break;
        }
    }
    let hidden = rows.len().saturating_sub(height);
    canvas.lines(area, rows.into_iter().skip(hidden));
}

/// How many there are, as exactly as it is known: `12`, `~1.2 M`.
fn about(estimate: Estimate) -> String {
    let about = if estimate.is_exact { "" } else { "~" };
    format!("{about}{}", number(estimate.rows))
}

/// What the line above the footer says.
pub(super) fn status(screen: &Threads) -> (String, String) {
    if let Some(search) = &screen.search {
        let found = search.results.as_ref().map_or_else(String::new, |results| {
            let at_least = if results.total_is_exact {
                ""
            } else {
                "at least "
            };
            format!(
                "{at_least}{} found in {:.0} ms",
                results.total, results.elapsed_ms
            )
        });
        return (found, String::new());
    }
    let order = match screen.order {
        Order::PinnedFirst => "pinned first",
        Order::ByTime => "by time",
    };
    let mut left = order.to_owned();
    if !screen.filter.is_empty() {
        left = format!("{left}   only {}", clean(&screen.filter));
    } else if let Some(estimate) = screen.estimate {
        left = format!("{} threads, {left}", about(estimate));
    }
    let marks = screen.list.marks();
    let marked = match (marks.is_empty(), screen.list.is_ranging()) {
        (true, _) => String::new(),
        (false, true) => format!("{} marked, range", marks.count()),
        (false, false) => format!("{} marked", marks.count()),
    };
    (left, marked)
}
