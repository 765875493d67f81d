//! How the screen of documents looks.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use service::{DocumentHit, DocumentSort, DocumentSummary};

use super::texts::Text;
use super::{Beside, Documents, Focus};
use crate::admin::message::Room;
use crate::admin::pager::Place;
use crate::admin::text::{clean, cut, cut_front, width};
use crate::admin::theme::Theme;

/// A text is shown beside the list from so many columns on.
const MIN_BESIDE: u16 = 80;
/// Names are shown from so many columns of the list on, and days.
const MIN_NAME: usize = 56;
const MIN_DAY: usize = 36;
/// Columns of a day, with the gap before it.
const DAY: usize = 12;
/// What stands before the place where a hit fits.
const INDENT: &str = "    ";
/// Rows of a hit: its name, and where it fits.
const HIT: usize = 2;

/// How many hits fit into so many rows.
pub(super) fn hits_on(rows: usize) -> usize {
    (rows / HIT).max(1)
}

/// Draws the screen, and tells what room its parts had.
pub(crate) fn draw(screen: &Documents, theme: &Theme, frame: &mut Frame<'_>, area: Rect) -> Room {
    let [query, body] = Layout::vertical([
        Constraint::Length(u16::from(screen.search.is_some())),
        Constraint::Fill(1),
    ])
    .areas(area);
    draw_query(screen, theme, frame, query);
    let beside = screen.beside == Beside::Shown && area.width >= MIN_BESIDE;
    let (list, text) = match (screen.focus, beside) {
        (Focus::Reader, _) => (Rect::ZERO, body),
        (_, false) => (body, Rect::ZERO),
        (_, true) => {
            let [list, gap, text] = Layout::horizontal([
                Constraint::Percentage(45),
                Constraint::Length(3),
                Constraint::Fill(1),
            ])
            .areas(body);
            for y in gap.top()..gap.bottom() {
                put(
                    frame,
                    Rect {
                        x: gap.x + 1,
                        y,
                        width: 1,
                        height: 1,
                    },
                    Line::styled("│", theme.quiet),
                );
            }
            (list, text)
        }
    };
    match &screen.search {
        Some(_) => draw_hits(screen, theme, frame, list),
        None => draw_rows(screen, theme, frame, list),
    }
    let text = draw_text(screen, theme, frame, text);
    Room {
        list: usize::from(body.height),
        text: usize::from(if text.area() == 0 {
            body.height.saturating_sub(1)
        } else {
            text.height
        }),
        columns: usize::from(if text.area() == 0 {
            body.width
        } else {
            text.width
        }),
        help: 0,
    }
}

/// A word for the title about what is in the list.
pub(crate) fn summary(screen: &Documents) -> String {
    match &screen.search {
        Some(search) => search.results.as_ref().map_or_else(String::new, |results| {
            let at_least = if results.total_is_exact {
                ""
            } else {
                "at least "
            };
            format!(
                "{at_least}{} found in {:.0} ms",
                results.total, results.elapsed_ms
            )
        }),
        None => match screen.sort {
            DocumentSort::NewestFirst => "newest first",
            DocumentSort::Name => "by name",
            DocumentSort::Code => "by code",
        }
        .to_owned(),
    }
}

fn draw_query(screen: &Documents, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let Some(search) = screen.search.as_ref().filter(|_| area.area() > 0) else {
        return;
    };
    let prompt = "/ ";
    let room = usize::from(area.width).saturating_sub(prompt.len() + 1);
    let column = search.input.column();
    // The end of a long query is what is being typed.
    let mut shown = search.input.text();
    let mut hidden = 0;
    while column - hidden > room {
        let Some(first) = shown.chars().next() else {
            break;
        };
        hidden += width(first.encode_utf8(&mut [0; 4]));
        shown = &shown[first.len_utf8()..];
    }
    put(
        frame,
        area,
        Line::from(vec![
            Span::styled(prompt, theme.key),
            Span::raw(cut(shown, room + 1)),
        ]),
    );
    if screen.focus == Focus::Input {
        let x = usize::from(area.x) + prompt.len() + column - hidden;
        frame.set_cursor_position((
            u16::try_from(x)
                .unwrap_or(u16::MAX)
                .min(area.right().saturating_sub(1)),
            area.y,
        ));
    }
}

fn draw_rows(screen: &Documents, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let empty = !screen.known && screen.listing.error().is_none();
    if empty {
        return;
    }
    for ((row, selected), area) in screen.window.visible(area.height.into()).zip(area.rows()) {
        let style = if selected {
            theme.selected
        } else {
            Style::new()
        };
        frame.buffer_mut().set_style(area, style);
        put(
            frame,
            area,
            row_line(row, selected, usize::from(area.width), theme).style(style),
        );
    }
}

/// A document on one row: its code, and as there is room its name and the day of its last change.
fn row_line(row: &DocumentSummary, selected: bool, columns: usize, theme: &Theme) -> Line<'static> {
    let room = columns.saturating_sub(2);
    let day = if room >= MIN_DAY { DAY } else { 0 };
    let name = if room >= MIN_NAME {
        (room - day) * 2 / 5
    } else {
        0
    };
    let code = padded(&clean(&row.code), room - day - name);
    let mut spans = vec![Span::raw(marker(selected)), Span::raw(code)];
    if name > 0 {
        spans.push(Span::styled(
            padded(&format!(" {}", clean(&row.name)), name),
            quiet(selected, theme),
        ));
    }
    if day > 0 {
        spans.push(Span::styled(
            format!("  {}", row.updated_at.format("%Y-%m-%d")),
            quiet(selected, theme),
        ));
    }
    Line::from(spans)
}

fn draw_hits(screen: &Documents, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let Some(search) = screen.search.as_ref().filter(|_| area.area() > 0) else {
        return;
    };
    if search
        .results
        .as_ref()
        .is_some_and(|results| results.hits.is_empty())
        && !search.is_stale()
    {
        put(frame, area, Line::styled("  nothing found", theme.quiet));
        return;
    }
    let fresh = if search.is_stale() {
        theme.quiet
    } else {
        Style::new()
    };
    let mut rows = area.rows();
    for (hit, selected) in search.visible(hits_on(area.height.into())) {
        let style = if selected { theme.selected } else { fresh };
        let Some(first) = rows.next() else { return };
        frame.buffer_mut().set_style(first, style);
        let title = format!("{}{}", marker(selected), clean(&hit.code));
        put(
            frame,
            first,
            Line::raw(cut(&title, first.width.into())).style(style),
        );
        let Some(second) = rows.next() else { return };
        put(
            frame,
            second,
            snippet_line(hit, second.width.into(), theme).style(fresh),
        );
    }
}

/// Where a hit fits, on one row. Words before the first match give way where it would not be seen.
fn snippet_line(hit: &DocumentHit, columns: usize, theme: &Theme) -> Line<'static> {
    let room = columns.saturating_sub(INDENT.len());
    let spans = &hit.snippet.spans;
    let first = spans.iter().position(|span| span.matched).unwrap_or(0);
    let before: String = spans[..first]
        .iter()
        .map(|span| clean(&span.text))
        .collect();
    let mut line = Line::from(vec![
        Span::raw(INDENT),
        Span::raw(cut_front(&before, room / 2)),
    ]);
    line.extend(spans[first..].iter().map(|span| {
        let style = if span.matched {
            theme.matched
        } else {
            Style::new()
        };
        Span::styled(clean(&span.text), style)
    }));
    line
}

/// Draws the selected text; returns the part that the text itself has.
fn draw_text(screen: &Documents, theme: &Theme, frame: &mut Frame<'_>, area: Rect) -> Rect {
    let [head, body] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    let Some(code) = screen.code().filter(|_| area.area() > 0) else {
        return body;
    };
    match screen.texts.get(code) {
        Some(Text::Present {
            name,
            version,
            lines,
        }) => {
            let about = format!("  version {version}, {} bytes", lines.bytes());
            let name = cut(
                &clean(name),
                usize::from(head.width).saturating_sub(about.len()).max(12),
            );
            put(
                frame,
                head,
                Line::from(vec![
                    Span::styled(name, theme.title),
                    Span::styled(about, theme.quiet),
                ]),
            );
            let place = if screen.focus == Focus::Reader {
                screen.place
            } else {
                Place::default()
            };
            let rows = lines.screen(place, body.width.into(), body.height.into());
            for (row, area) in rows.into_iter().zip(body.rows()) {
                put(frame, area, Line::raw(row));
            }
        }
        Some(Text::Gone) => put(
            frame,
            head,
            Line::styled("this document has been deleted", theme.quiet),
        ),
        None => {
            if let Some(error) = screen.reading.error() {
                put(
                    frame,
                    head,
                    Line::styled(cut(&clean(error), head.width.into()), theme.error),
                );
            }
        }
    }
    body
}

/// Draws a line where there is room for it.
fn put(frame: &mut Frame<'_>, area: Rect, line: Line<'_>) {
    let area = area.intersection(frame.area());
    if area.area() > 0 {
        frame.render_widget(line, Rect { height: 1, ..area });
    }
}

/// A selected row has a sign of its own: styles alone may not be seen.
fn marker(selected: bool) -> &'static str {
    if selected { "> " } else { "  " }
}

/// Dim text in a reversed row is unreadable on many terminals.
fn quiet(selected: bool, theme: &Theme) -> Style {
    if selected { Style::new() } else { theme.quiet }
}

fn padded(text: &str, columns: usize) -> String {
    let mut text = cut(text, columns);
    text.extend(std::iter::repeat_n(
        ' ',
        columns.saturating_sub(width(&text)),
    ));
    text
}
