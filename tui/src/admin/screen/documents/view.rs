//! How the screen of documents looks.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use service::{DocumentHit, DocumentSort, DocumentSummary};

use super::Documents;
use super::filter::name_of;
use super::preview::Preview;
use crate::admin::browser::Look;
use crate::admin::canvas::{Canvas, padded};
use crate::admin::find::{self, Needles};
use crate::admin::markdown;
use crate::admin::search::Search;
use crate::admin::text::{bytes, clean, cut, number};
use crate::admin::theme::Theme;

/// A text is shown beside the list from so many columns on.
const MIN_BESIDE: u16 = 80;
/// Names are shown from so many columns of the list on, and days.
const MIN_NAME: usize = 28;
const MIN_DAY: usize = 48;
/// Columns of a day, with the gap before it.
const DAY: usize = 12;
/// Bytes of a text that are shown beside the list: enough to fill any screen.
const PREVIEWED: usize = 8 * 1024;
pub(super) fn draw(screen: &Documents, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let browser = &screen.browser;
    let (head, rows, beside) = browser.areas(area, MIN_BESIDE, canvas);
    if !browser.draw_search(head, rows, canvas, hit_title) {
        draw_head(screen.order, head, canvas);
        browser.draw_rows(rows, canvas, row_spans);
        if browser.list.is_empty() {
            let words = "  no document is like that";
            canvas.put(rows, Line::styled(words, canvas.theme.quiet));
        }
    }
    if let Some(area) = beside {
        draw_text(screen, area, canvas);
    }
}

/// A hit's code, and its name where that is another.
fn hit_title(hit: &DocumentHit, _columns: usize) -> String {
    let (code, name) = (clean(&hit.code), clean(&hit.name));
    if name == code || name.is_empty() {
        return code;
    }
    format!("{code}  {name}")
}

/// How a row's columns are shared out: the code, the name and the day.
fn columns(width: u16) -> (usize, usize, usize) {
    let room = usize::from(width);
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
    let (code, name, day) = columns(area.width.saturating_sub(2));
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

/// A document on one row: its code, and as there is room its name and the day of its making.
fn row_spans(row: &DocumentSummary, look: Look, width: u16, theme: &Theme) -> Vec<Span<'static>> {
    let (code, name, day) = columns(width);
    let quiet = look.quiet(theme);
    let mut spans = vec![Span::raw(padded(&clean(&row.code), code))];
    if name > 0 {
        let text = format!(" {}", clean(&row.name));
        spans.push(Span::styled(padded(&text, name), quiet));
    }
    if day > 0 {
        let text = row.created_at.format("  %Y-%m-%d").to_string();
        spans.push(Span::styled(text, quiet));
    }
    spans
}

/// The selected text, from its beginning.
fn draw_text(screen: &Documents, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let [head, body] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    let room = usize::from(head.width);
    match screen.browser.preview() {
        Some(Preview::Present {
            name,
            version,
            tags,
            lines,
        }) => {
            let tags = if tags.is_empty() {
                String::new()
            } else {
                format!("  [{}]", clean(&tags.join(", ")))
            };
            let about = format!("  version {version}, {}{tags}", bytes(lines.bytes()));
            let name = cut(&clean(name), room.saturating_sub(about.len()).max(12));
            canvas.put(
                head,
                Line::from(vec![
                    Span::styled(name, canvas.theme.title),
                    Span::styled(about, canvas.theme.quiet),
                ]),
            );
            let hit = screen.browser.search().and_then(Search::selected);
            let place = hit.and_then(|hit| hit.place.as_ref());
            // What stands above the place tells where it is.
            let line = place.map_or(1, |place| place.line);
            let line = line.saturating_sub(1 + usize::from(body.height) / 3);
            let text = lines.beginning_at(line, PREVIEWED);
            let rows = markdown::rows(text, body.width.into(), canvas.theme);
            let needles = hit.map_or_else(Needles::default, found);
            let theme = canvas.theme;
            let rows = rows.into_iter().map(|row| {
                let ranges = needles.ranges(&row.to_string()).into_iter();
                let parts: Vec<_> = ranges.map(|range| (range, theme.matched)).collect();
                find::marked(row, &parts)
            });
            let rows: Vec<Line<'_>> = rows.collect();
            let height = usize::from(body.height);
            let top = screen.browser.beside_top(rows.len(), height);
            canvas.lines(body, rows.into_iter().skip(top));
        }
        Some(Preview::Gone) => {
            canvas.put(
                head,
                Line::styled("this document has been deleted", canvas.theme.quiet),
            );
        }
        None => screen.browser.draw_problem(head, canvas),
    }
}

/// The words by which a document was found.
fn found(hit: &DocumentHit) -> Needles {
    let words = hit.snippet.spans.iter().filter(|span| span.matched);
    Needles::new(words.map(|span| span.text.as_str()))
}

/// What the line above the footer says.
pub(super) fn status(screen: &Documents) -> (String, String) {
    if let Some(mut found) = screen.browser.found() {
        if !screen.filter.is_empty() {
            found = format!("{found}   only {}", clean(&screen.filter));
        }
        return (found, screen.browser.marked());
    }
    let mut what = name_of(screen.order).to_owned();
    if !screen.filter.is_empty() {
        let count = screen.browser.list.count_in_words();
        let count = count.map_or_else(String::new, |count| format!(", {count}"));
        what = format!("{what}   only {}{count}", clean(&screen.filter));
    } else if let Some(estimate) = screen.estimate {
        let about = if estimate.is_exact { "" } else { "~" };
        what = format!("{what}, {about}{} documents", number(estimate.rows));
    }
    (what, screen.browser.marked())
}
