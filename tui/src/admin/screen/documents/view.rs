//! How the screen of documents looks.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use service::{DocumentFilter, DocumentHit, DocumentSort, DocumentSummary};

use super::left::name_of;
use super::texts::Text;
use super::{Beside, Documents, Focus};
use crate::admin::canvas::{Canvas, Target, padded, signs};
use crate::admin::markdown;
use crate::admin::search::{Search, snippet_line};
use crate::admin::text::{bytes, clean, cut, number};
use crate::admin::theme::Theme;

/// A text is shown beside the list from so many columns on.
const MIN_BESIDE: u16 = 80;
/// Names are shown from so many columns of the list on, and days.
const MIN_NAME: usize = 56;
const MIN_DAY: usize = 36;
/// The columns have headings from so many rows on.
const MIN_HEADED: u16 = 8;
/// Columns of a day, with the gap before it.
const DAY: usize = 12;
/// Bytes of a text that are shown beside the list: enough to fill any screen.
const PREVIEWED: usize = 8 * 1024;
/// Rows of a hit: its name, and where it fits.
const HIT: usize = 2;

/// How many hits fit into so many rows.
pub(super) fn hits_on(rows: usize) -> usize {
    (rows / HIT).max(1)
}

pub(super) fn draw(screen: &Documents, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let beside = screen.beside == Beside::Shown && area.width >= MIN_BESIDE;
    let (list, text) = if beside {
        let [list, gap, text] = Layout::horizontal([
            Constraint::Percentage(screen.share),
            Constraint::Length(3),
            Constraint::Fill(1),
        ])
        .areas(area);
        canvas.vertical_rule(Rect {
            x: gap.x + 1,
            width: 1,
            ..gap
        });
        canvas.hit(gap, Target::Split);
        (list, text)
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
        draw_head(screen.filter.sort(), head, canvas);
        draw_rows(screen, rows, canvas);
    }
    if text.area() > 0 {
        draw_text(screen, text, canvas);
    }
}

/// How a row's columns are shared out: the code, the name and the day.
fn columns(width: u16) -> (usize, usize, usize) {
    let room = usize::from(width).saturating_sub(2);
    let day = if room >= MIN_DAY { DAY } else { 0 };
    let name = if room >= MIN_NAME {
        (room - day) * 2 / 5
    } else {
        0
    };
    (room - day - name, name, day)
}

/// The headings of the columns; the one that the rows are ordered by stands out.
fn draw_head(sort: DocumentSort, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let (code, name, day) = columns(area.width);
    let theme = canvas.theme;
    let heading = |text: &str, width: usize, of: DocumentSort| {
        let style = if sort == of {
            theme.accent
        } else {
            theme.quiet
        };
        let sign = match sort {
            _ if sort != of => "",
            DocumentSort::NewestFirst => " ↓",
            DocumentSort::Name | DocumentSort::Code => " ↑",
        };
        Span::styled(padded(&format!("{text}{sign}"), width), style)
    };
    canvas.put(
        area,
        Line::from(vec![
            Span::raw("  "),
            heading("code", code, DocumentSort::Code),
            heading(
                if name > 0 { " name" } else { "" },
                name,
                DocumentSort::Name,
            ),
            heading(
                if day > 0 { "  made" } else { "" },
                day,
                DocumentSort::NewestFirst,
            ),
        ]),
    );
}

fn draw_rows(screen: &Documents, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let height = usize::from(area.height);
    for (index, ((row, selected), area)) in screen.list.visible(height).zip(area.rows()).enumerate()
    {
        let marked = screen.list.is_marked(row);
        let style = row_style(selected, marked, canvas.theme);
        canvas.style(area, style);
        let line = row_line(row, selected, marked, area.width, canvas.theme);
        canvas.put(area, line.style(style));
        canvas.hit(area, Target::Row(index));
    }
}

fn row_style(selected: bool, marked: bool, theme: &Theme) -> Style {
    match (selected, marked) {
        (true, _) => theme.selected,
        (false, true) => theme.marked,
        (false, false) => Style::new(),
    }
}

/// A document on one row: its code, and as there is room its name and the day of its making.
fn row_line(
    row: &DocumentSummary,
    selected: bool,
    marked: bool,
    width: u16,
    theme: &Theme,
) -> Line<'static> {
    let (code, name, day) = columns(width);
    let mut spans = vec![
        Span::raw(signs(selected, marked)),
        Span::raw(padded(&clean(&row.code), code)),
    ];
    // Dim text in a reversed row is unreadable on many terminals.
    let quiet = if selected { Style::new() } else { theme.quiet };
    if name > 0 {
        spans.push(Span::styled(
            padded(&format!(" {}", clean(&row.name)), name),
            quiet,
        ));
    }
    if day > 0 {
        spans.push(Span::styled(
            format!("  {}", row.created_at.format("%Y-%m-%d")),
            quiet,
        ));
    }
    Line::from(spans)
}

fn draw_hits(search: &Search<DocumentHit>, area: Rect, canvas: &mut Canvas<'_, '_>) {
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
        let title = format!("{}{}", signs(selected, false), clean(&hit.code));
        canvas.put(first, Line::styled(cut(&title, first.width.into()), style));
        canvas.hit(first, Target::Row(index));
        let Some(second) = rows.next() else { return };
        canvas.put(
            second,
            snippet_line(&hit.snippet, second.width.into(), canvas.theme).style(fresh),
        );
        canvas.hit(second, Target::Row(index));
    }
}

/// The selected text, from its beginning.
fn draw_text(screen: &Documents, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let [head, body] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    canvas.hit(area, Target::Text);
    let Some(code) = screen.code() else { return };
    let room = usize::from(head.width);
    match screen.texts.get(code) {
        Some(Text::Present {
            name,
            version,
            lines,
        }) => {
            let about = format!("  version {version}, {}", bytes(lines.bytes()));
            let name = cut(&clean(name), room.saturating_sub(about.len()).max(12));
            canvas.put(
                head,
                Line::from(vec![
                    Span::styled(name, canvas.theme.title),
                    Span::styled(about, canvas.theme.quiet),
                ]),
            );
            let rows = markdown::rows(lines.beginning(PREVIEWED), body.width.into(), canvas.theme);
            canvas.lines(body, rows);
        }
        Some(Text::Gone) => {
            canvas.put(
                head,
                Line::styled("this document has been deleted", canvas.theme.quiet),
            );
        }
        None => {
            if let Some(failure) = screen.reading.error() {
                canvas.put(
                    head,
                    Line::styled(cut(&clean(&failure.said), room), canvas.theme.error),
                );
            }
        }
    }
}

/// What the line above the footer says.
pub(super) fn status(screen: &Documents) -> (String, String) {
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
    let order = name_of(screen.filter.sort());
    let what = match (&screen.filter, screen.estimate) {
        (DocumentFilter::All(_), Some(estimate)) => format!(
            "{order}, {}{} documents",
            if estimate.is_exact { "" } else { "~" },
            number(estimate.rows)
        ),
        (DocumentFilter::Code(prefix), _) => format!("{order}, code {}…", clean(prefix)),
        (DocumentFilter::Name(prefix), _) => format!("{order}, name {}…", clean(prefix)),
        (DocumentFilter::Created(from, to), _) => {
            let day = |day: &Option<service::DateTime<service::Utc>>| {
                day.map_or_else(String::new, |day| day.format("%Y-%m-%d").to_string())
            };
            format!("{order}, from {} to {}", day(from), day(to))
        }
        _ => order.to_owned(),
    };
    let marks = screen.list.marks();
    let marked = match (marks.is_empty(), screen.list.is_ranging()) {
        (true, _) => String::new(),
        (false, true) => format!("{} marked, range", marks.count()),
        (false, false) => format!("{} marked", marks.count()),
    };
    (what, marked)
}
