//! What an empty store shows: three ways on.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::admin::canvas::Canvas;

const COLUMNS: u16 = 66;

pub(super) fn draw(area: Rect, canvas: &mut Canvas<'_, '_>) {
    let theme = canvas.theme;
    let way = |sign: &'static str, what: &'static str| {
        Line::from(vec![
            Span::styled(sign, theme.key),
            Span::raw("  "),
            Span::raw(what),
        ])
    };
    let words = [
        Line::styled("This store is empty. Three ways on:", theme.title),
        Line::raw(""),
        way(
            "s",
            "load the sample: a short manual, and some conversations",
        ),
        way("i", "take in a folder of Markdown files"),
        way("o", "open another store: a server, or a file"),
        Line::raw(""),
        Line::styled("or make a document: c", theme.quiet),
    ];
    let rows = u16::try_from(words.len()).unwrap_or(0);
    let columns = COLUMNS.min(area.width);
    let area = Rect {
        x: area.x + (area.width - columns) / 2,
        y: area.y + area.height.saturating_sub(rows) / 3,
        width: columns,
        height: rows,
    }
    .intersection(area);
    canvas.lines(area, words);
}
