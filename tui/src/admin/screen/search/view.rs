//! How the search over everything looks.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use service::{DocumentHit, MessageHit, Role, SearchResults, UnderstoodTerm};

use super::found::{Hit, Part};
use super::{Command, Focus, Search};
use crate::admin::canvas::{Canvas, Target, padded, signs};
use crate::admin::command;
use crate::admin::search::{nothing, snippet_line};
use crate::admin::text::{clean, cut, cut_front, exact, number, width};

/// What the query was taken for is shown from so many rows on, and the headings.
const MIN_READ_AS: u16 = 6;
const MIN_HEADED: usize = 6;
/// Where a hit fits, or when it was said, is shown from so many columns on.
const MIN_PLACE: usize = 36;
/// Rows of a hit: what it is, and where it fits.
const HIT: usize = 2;
/// What is shown before anything is typed.
const LANGUAGE: [&str; 3] = [
    "words, \"a phrase\", begin*, -without, this OR that, (groups)",
    "name:  code:  tag:  thread:  user:  after:2026-01  before:2026-02",
    "over the documents and all that was said",
];

/// How many hits fit into so many rows, beside the headings.
pub(super) fn hits_on(rows: usize) -> usize {
    let headings = if rows < MIN_HEADED { 0 } else { 2 };
    ((rows - headings) / HIT).max(1)
}

pub(super) fn draw(screen: &Search, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let read_as = u16::from(area.height >= MIN_READ_AS);
    let [query, read_as, rows] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(read_as),
        Constraint::Fill(1),
    ])
    .areas(area);
    canvas.hit(
        query,
        Target::Command(command::Command::Search(Command::Query)),
    );
    match screen.focus {
        Focus::Query => screen.typed.input.draw("/ ", query, canvas),
        Focus::Hits => screen.typed.input.draw_still("/ ", query, canvas),
    }
    canvas.drawn.room.list = usize::from(rows.height);
    canvas.hit(rows, Target::List);
    let Some(results) = &screen.typed.results else {
        let quiet = canvas.theme.quiet;
        let words = LANGUAGE.map(|line| Line::styled(format!("  {line}"), quiet));
        if screen.typed.input.text().is_empty() {
            canvas.lines(rows, words);
        }
        return;
    };
    draw_read_as(results, read_as, canvas);
    if !results.hits.is_empty() {
        draw_hits(screen, rows, canvas);
    } else if !screen.typed.is_stale() {
        draw_nothing(screen, results, rows, canvas);
    }
}

/// What the query was taken for, and what was left out of it.
fn draw_read_as(results: &SearchResults<Hit>, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let theme = canvas.theme;
    let text = clean(&results.understood.text);
    let mut line = Line::default();
    if !text.is_empty() {
        line.push_span(Span::styled("  read as  ", theme.quiet));
        line.push_span(Span::styled(text, theme.title));
    }
    if !results.understood.dropped.is_empty() {
        let dropped = results.understood.dropped.join("; ");
        line.push_span(Span::styled(format!("  ! {dropped}"), theme.warning));
    }
    canvas.put(area, line);
}

fn draw_hits(screen: &Search, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let fresh = if screen.typed.is_stale() {
        canvas.theme.quiet
    } else {
        Style::new()
    };
    let height = usize::from(area.height);
    let mut rows = area.rows();
    let mut under = None;
    for (index, (hit, selected)) in screen.typed.visible(hits_on(height)).enumerate() {
        let (name, part) = match hit {
            Hit::Document(_) => ("Documents", &screen.parts.documents),
            Hit::Message(_) => ("Messages", &screen.parts.messages),
        };
        // The heading of what stands first is always seen.
        if height >= MIN_HEADED && under != Some(name) {
            under = Some(name);
            let Some(row) = rows.next() else { return };
            let heading = Line::from(vec![
                Span::styled(name, canvas.theme.accent),
                Span::styled(format!("  {}", about(part)), canvas.theme.quiet),
            ]);
            canvas.put(row, heading);
        }
        let style = if selected {
            canvas.theme.selected
        } else {
            fresh
        };
        let Some(first) = rows.next() else { return };
        canvas.style(first, style);
        let (title, place, snippet) = match hit {
            Hit::Document(hit) => (title(hit), place(hit), &hit.snippet),
            Hit::Message(hit) => (clean(hit.thread_id.as_str()), said(hit), &hit.snippet),
        };
        let line = title_line(&title, &place, selected, first.width, canvas);
        canvas.put(first, line.style(style));
        canvas.hit(first, Target::Row(index));
        let Some(second) = rows.next() else { return };
        let snippet = snippet_line(snippet, second.width.into(), canvas.theme);
        canvas.put(second, snippet.style(fresh));
        canvas.hit(second, Target::Row(index));
    }
}

/// How many there are, as exactly as it is known: `12`, `at least 1,000, the best 100`.
fn about(part: &Part) -> String {
    let mut about = count(part.total, !part.total_is_exact);
    if u64::try_from(part.hits).is_ok_and(|hits| hits < part.total) {
        about = format!("{about}, the best {}", number(part.hits as u64));
    }
    if part.truncated {
        about.push_str(" of those that were ranked");
    }
    about
}

fn count(count: u64, at_least: bool) -> String {
    let at_least = if at_least { "at least " } else { "" };
    format!("{at_least}{}", number(count))
}

fn title(hit: &DocumentHit) -> String {
    let code = clean(&hit.code);
    let name = clean(&hit.name);
    if name == code || name.is_empty() {
        code
    } else {
        format!("{code}  {name}")
    }
}

/// Where in a document it fits: `Birds > Falcons, line 9`.
fn place(hit: &DocumentHit) -> String {
    hit.place.as_ref().map_or_else(String::new, |place| {
        let headings = clean(&place.headings.join(" > "));
        let comma = if headings.is_empty() { "" } else { ", " };
        format!("{headings}{comma}line {}", exact(place.line as u64))
    })
}

/// By whom and when it was said.
fn said(hit: &MessageHit) -> String {
    let user = hit.user_id.as_ref().map_or("", |user| user.as_str());
    format!("{}  {}", clean(user), hit.created_at.format("%Y-%m-%d"))
}

/// What a hit is, and at the right its place, where there is room for both.
fn title_line(
    title: &str,
    place: &str,
    selected: bool,
    columns: u16,
    canvas: &Canvas<'_, '_>,
) -> Line<'static> {
    let room = usize::from(columns).saturating_sub(2);
    let place = if room < MIN_PLACE {
        String::new()
    } else {
        cut_front(place, room / 2)
    };
    // Dim text in a reversed row is unreadable on many terminals.
    let quiet = if selected {
        Style::new()
    } else {
        canvas.theme.quiet
    };
    let title = padded(title, room.saturating_sub(width(&place) + 2));
    Line::from(vec![
        Span::raw(signs(selected, false)),
        Span::raw(title),
        Span::raw("  "),
        Span::styled(place, quiet),
    ])
}

/// Why nothing was found: which words there are, and another query that may find something.
fn draw_nothing(
    screen: &Search,
    results: &SearchResults<Hit>,
    area: Rect,
    canvas: &mut Canvas<'_, '_>,
) {
    let theme = canvas.theme;
    let room = usize::from(area.width).saturating_sub(2);
    let mut rows = area.rows();
    let Some(first) = rows.next() else { return };
    let said = format!("  {}", nothing(&results.understood));
    canvas.put(first, Line::styled(said, theme.quiet));
    if let Some(query) = screen.suggested()
        && let Some(row) = rows.next()
    {
        let line = Line::from(vec![
            Span::raw("  did you mean  "),
            Span::styled(clean(query), theme.matched),
            Span::raw(" ?"),
        ]);
        canvas.put(row, line);
        let instead = command::Command::Search(Command::Instead);
        canvas.hit(row, Target::Command(instead));
    }
    let terms = screen.parts.documents.terms.iter();
    let terms = terms.zip(&screen.parts.messages.terms).map(|(of, said)| {
        Line::from(vec![
            Span::styled(format!("  {}", clean(&of.text)), theme.title),
            Span::raw(format!("  {}", occurs(of, said))),
        ])
    });
    let filters = results.understood.filters.iter();
    let filters = filters.map(|filter| Line::raw(format!("  only {}", clean(filter))));
    let dropped = results.understood.dropped.iter();
    let dropped = dropped.map(|why| Line::styled(format!("  ! {}", cut(why, room)), theme.warning));
    for (row, line) in rows.zip(terms.chain(filters).chain(dropped)) {
        canvas.put(row, line);
    }
}

/// Where a word occurs: `in 12 documents, in no message`.
fn occurs(of: &UnderstoodTerm, said: &UnderstoodTerm) -> String {
    match of.role {
        Role::Unwanted => return "has to be missing".to_owned(),
        Role::Common => return "is too common to be looked for alone".to_owned(),
        Role::Wanted => {}
    }
    let rows = |term: &UnderstoodTerm, what: &str| match term.rows {
        Some(0) => format!("in no {what}"),
        Some(1) if !term.at_least => format!("in 1 {what}"),
        Some(rows) => format!("in {} {what}s", count(rows, term.at_least)),
        None => format!("not counted in {what}s"),
    };
    let occurs = format!("{}, {}", rows(of, "document"), rows(said, "message"));
    let mut like: Vec<&str> = of.like.iter().map(String::as_str).collect();
    like.extend(said.like.iter().map(String::as_str));
    let mut unlike = Vec::new();
    like.retain(|word| {
        let is_new = !unlike.contains(word);
        unlike.push(*word);
        is_new
    });
    if like.is_empty() {
        occurs
    } else {
        format!("{occurs}; like it: {}", clean(&like.join(", ")))
    }
}

/// What the line above the footer says.
pub(super) fn status(screen: &Search) -> String {
    if screen.typed.results.is_none() {
        return String::new();
    }
    let (documents, messages) = (&screen.parts.documents, &screen.parts.messages);
    format!(
        "documents: {}   messages: {}",
        count(documents.total, !documents.total_is_exact),
        count(messages.total, !messages.total_is_exact),
    )
}
