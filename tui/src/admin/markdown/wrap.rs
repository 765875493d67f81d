//! Styled text broken into rows.

use ratatui::style::Style;
use ratatui::text::Span;
use unicode_segmentation::UnicodeSegmentation;

use crate::admin::text::width;

/// Pieces of text in rows of so many columns, broken between words where that is possible. Nothing
/// at all is one empty row.
pub(super) fn wrap(spans: &[(String, Style)], columns: usize) -> Vec<Vec<Span<'static>>> {
    let graphemes: Vec<(&str, Style, usize)> = spans
        .iter()
        .flat_map(|(text, style)| {
            text.graphemes(true)
                .map(|grapheme| (grapheme, *style, width(grapheme)))
        })
        .collect();
    let mut rows = Vec::new();
    let (mut start, mut used, mut breakable) = (0, 0, None);
    for (at, (grapheme, _, needs)) in graphemes.iter().enumerate() {
        if used + needs > columns && at > start {
            let end = breakable.filter(|end| *end > start).unwrap_or(at);
            rows.push(start..end);
            used = graphemes[end..at].iter().map(|(_, _, needs)| needs).sum();
            (start, breakable) = (end, None);
        }
        used += needs;
        if *grapheme == " " {
            breakable = Some(at + 1);
        }
    }
    rows.push(start..graphemes.len());
    rows.into_iter()
        .map(|row| joined(&graphemes[row]))
        .collect()
}

/// Characters of the same style in one piece.
fn joined(graphemes: &[(&str, Style, usize)]) -> Vec<Span<'static>> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    for (grapheme, style, _) in graphemes {
        match spans.last_mut() {
            Some(last) if last.style == *style => last.content.to_mut().push_str(grapheme),
            _ => spans.push(Span::styled((*grapheme).to_owned(), *style)),
        }
    }
    spans
}
