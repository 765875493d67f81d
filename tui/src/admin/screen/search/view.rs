//! How the search over everything looks.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use service::{DocumentHit, MessageHit, SearchResults};

use super::found::{Hit, Part};
use super::{Command, Focus, Search};
use crate::admin::canvas::{Canvas, Target, padded, signs};
use crate::admin::command;
use crate::admin::nothing::{self, count, draw_read_as};
use crate::admin::search::snippet_line;
use crate::admin::text::{clean, cut_front, exact, number, width};

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
    draw_read_as(&results.understood, read_as, canvas);
    if !results.hits.is_empty() {
        draw_hits(screen, rows, canvas);
    } else if !screen.typed.is_stale() {
        draw_nothing(screen, results, rows, canvas);
    }
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

/// Why nothing was found.
fn draw_nothing(
    screen: &Search,
    results: &SearchResults<Hit>,
    area: Rect,
    canvas: &mut Canvas<'_, '_>,
) {
    let (of, said) = (&screen.parts.documents, &screen.parts.messages);
    let terms = of.terms.iter().zip(&said.terms);
    let terms = terms.map(|(of, said)| vec![(of, "document"), (said, "message")]);
    let suggested = screen.suggested();
    nothing::draw(&results.understood, suggested, terms, area, canvas);
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
