//! How the screen of threads looks.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use service::{Estimate, MessageHit, Thread};

use super::{Order, Threads};
use crate::admin::browser::Look;
use crate::admin::canvas::{Canvas, padded};
use crate::admin::find::Needles;
use crate::admin::screen::thread::{self, cards};
use crate::admin::text::{clean, number, width};
use crate::admin::theme::Theme;

/// Turns are shown beside the list from so many columns on.
const MIN_BESIDE: u16 = 90;
/// From so many columns of the list on there is room for all of it; from fewer on for a user, a
/// count and a day; then for a time alone.
const MIN_WHOLE: usize = 64;
const MIN_USER: usize = 48;
const MIN_TIME: usize = 32;
/// Columns of a user, a count and a time, with the gap before each.
const USER: usize = 14;
const SHORT_USER: usize = 9;
const COUNT: usize = 9;
const SHORT_COUNT: usize = 7;
const TIME: usize = 18;
const DAY: usize = 12;
pub(super) fn draw(screen: &Threads, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let browser = &screen.browser;
    let (head, rows, beside) = browser.areas(area, MIN_BESIDE, canvas);
    if !browser.draw_search(head, rows, canvas, hit_title) {
        draw_head(head, canvas);
        browser.draw_rows(rows, canvas, row_spans);
        if browser.list.is_empty() {
            let words = if screen.filter.is_empty() {
                "  no thread in this store yet"
            } else {
                "  no thread is like that"
            };
            canvas.put(rows, Line::styled(words, canvas.theme.quiet));
        }
    }
    if let Some(area) = beside {
        draw_turns(screen, area, canvas);
    }
}

/// A hit's thread, and by whom and when it was said.
fn hit_title(hit: &MessageHit, columns: usize) -> String {
    let user = hit.user_id.as_ref().map_or("", |user| user.as_str());
    let about = format!("  {}  {}", clean(user), hit.created_at.format("%Y-%m-%d"));
    let room = columns.saturating_sub(width(&about));
    format!("{}{about}", padded(&clean(hit.thread_id.as_str()), room))
}

/// How a row's columns are shared out: the title, the user, the count and the time.
fn columns(width: u16) -> (usize, usize, usize, usize) {
    let room = usize::from(width);
    let (user, count, time) = match room {
        MIN_WHOLE.. => (USER, COUNT, TIME),
        MIN_USER.. => (SHORT_USER, SHORT_COUNT, DAY),
        MIN_TIME.. => (0, 0, TIME),
        _ => (0, 0, 0),
    };
    (room - user - count - time, user, count, time)
}

fn draw_head(area: Rect, canvas: &mut Canvas<'_, '_>) {
    let (title, user, count, time) = columns(area.width.saturating_sub(2));
    let theme = canvas.theme;
    let heading = |text: &str, width: usize| Span::styled(padded(text, width), theme.quiet);
    let last = if time == DAY {
        "  last ↓"
    } else {
        "  last turn ↓"
    };
    let line = Line::from(vec![
        Span::raw("  "),
        heading("^ pinned   thread", title),
        heading("  user", user),
        heading(
            &format!("{:>count$}", if count > 0 { "turns" } else { "" }),
            count,
        ),
        Span::styled(padded(last, time), theme.accent),
    ]);
    canvas.put(area, line);
}

/// A thread on one row: a sign if it is pinned, its title, and as there is room its user, turns
/// and last time.
fn row_spans(row: &Thread, look: Look, width: u16, theme: &Theme) -> Vec<Span<'static>> {
    let (title, user, count, time) = columns(width);
    let quiet = look.quiet(theme);
    let pin = if row.pinned { "^ " } else { "  " };
    let name = row.title.as_deref().unwrap_or(row.id.as_str());
    let mut spans = vec![
        Span::raw(pin),
        Span::raw(padded(&clean(name), title.saturating_sub(2))),
    ];
    if user > 0 {
        let of = row.user_id.as_ref().map_or("", |user| user.as_str());
        let text = format!("  {}", clean(of));
        spans.push(Span::styled(padded(&text, user), quiet));
    }
    if count > 0 {
        spans.push(Span::raw(format!("{:>count$}", row.message_count)));
    }
    if time > 0 {
        let form = if time == DAY {
            "  %Y-%m-%d"
        } else {
            "  %Y-%m-%d %H:%M"
        };
        let at = row.active_at.format(form).to_string();
        spans.push(Span::styled(at, quiet));
    }
    spans
}

/// The last turns of the selected thread, the latest at the bottom.
fn draw_turns(screen: &Threads, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let Some(turns) = screen.browser.preview() else {
        screen.browser.draw_problem(area, canvas);
        return;
    };
    let height = usize::from(area.height);
    if let Some(hit) = screen.hit() {
        draw_found(hit, &turns.0, area, canvas);
        return;
    }
    let mut rows: Vec<Line<'static>> = Vec::new();
    for turn in &turns.0 {
        let card = cards::rows(turn, area.width.into(), cards::Fold::Folded, canvas.theme);
        rows.splice(0..0, card);
        if rows.len() >= height + screen.browser.beside_up(usize::MAX) {
            break;
        }
    }
    let hidden = rows.len().saturating_sub(height);
    // The latest are at the bottom: scrolling goes back from there.
    let hidden = hidden - screen.browser.beside_up(hidden);
    canvas.lines(area, rows.into_iter().skip(hidden));
}

/// A turn that a search found, where it found it; and those behind it.
fn draw_found(
    hit: &MessageHit,
    turns: &[service::Message],
    area: Rect,
    canvas: &mut Canvas<'_, '_>,
) {
    let (columns, height) = (usize::from(area.width), usize::from(area.height));
    let then = thread::Then::at(hit);
    let thread::Then::Find(words, snippet) = &then else {
        return;
    };
    let needles = Needles::new(words);
    let mut rows: Vec<Line<'static>> = Vec::new();
    // The latest turn stands first.
    let behind = turns.iter().rev().skip_while(|turn| turn.id != hit.id);
    for turn in behind {
        let is_it = turn.id == hit.id;
        let fold = if is_it {
            cards::Fold::Whole
        } else {
            cards::Fold::Folded
        };
        let card = cards::rows(turn, columns, fold, canvas.theme);
        let row = is_it.then(|| cards::row_of(turn, &needles, snippet, columns, canvas.theme));
        // The heading of the turn stays, and what comes before the place gives way.
        let before = row.flatten().unwrap_or(0).saturating_sub(height / 3);
        let card = card.into_iter().enumerate();
        let card = card.filter(|(number, _)| *number == 0 || *number > before);
        rows.extend(card.take(height).map(|(number, row)| match number {
            0 => row,
            _ => cards::marked(row, &needles, canvas.theme),
        }));
        if rows.len() >= height {
            break;
        }
    }
    canvas.lines(area, rows);
}

/// How many there are, as exactly as it is known: `12`, `~1.2 M`.
fn about(estimate: Estimate) -> String {
    let about = if estimate.is_exact { "" } else { "~" };
    format!("{about}{}", number(estimate.rows))
}

/// What the line above the footer says.
pub(super) fn status(screen: &Threads) -> (String, String) {
    if let Some(mut found) = screen.browser.found() {
        if !screen.filter.is_empty() {
            found = format!("{found}   only {}", clean(&screen.filter));
        }
        return (found, screen.browser.marked());
    }
    let order = match screen.order {
        Order::PinnedFirst => "pinned first",
        Order::ByTime => "by time",
    };
    let mut left = order.to_owned();
    if !screen.filter.is_empty() {
        let count = screen.browser.list.count_in_words();
        let count = count.map_or_else(String::new, |count| format!(", {count}"));
        left = format!("{left}   only {}{count}", clean(&screen.filter));
    } else if let Some(estimate) = screen.estimate {
        left = format!("{} threads, {left}", about(estimate));
    }
    (left, screen.browser.marked())
}
