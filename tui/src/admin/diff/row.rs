//! A row of a comparison: how it looks, on as many rows of a screen as it needs.

use std::ops::Range;

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::words::{Words, both};
use crate::admin::text::{cut, plural, wrap_ranges};
use crate::admin::theme::Theme;

/// Columns of the signs before a line.
const SIGNS: usize = 2;
/// What stands before the rows of a line that go on with it.
const GOES_ON: char = '┆';
/// What is told of lines that look the same.
pub(super) const UNSEEN: &str =
    "these look the same: they differ in the line's end, or in characters that are not shown";

/// What is told of a last line that has an end in one text alone.
pub(super) const NO_END: &str = "the last line has no line end any longer";
pub(super) const NOW_END: &str = "the last line has a line end now";

/// What is told where a comparison has not all that differs.
pub(super) const CUT: &str = "more differs than is shown here: these texts are large";

/// A row of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Row {
    Same(Words),
    Added(Words),
    Removed(Words),
    /// So many lines that are the same are left out here.
    Skipped(usize),
    /// What follows is of the part that is called so.
    Title(&'static str),
    /// Something about the lines above.
    Told(&'static str),
}

impl Row {
    /// How many lines of the text before it stands for.
    pub(super) fn lines_before(&self) -> usize {
        match self {
            Self::Same(_) | Self::Removed(_) => 1,
            Self::Skipped(lines) => *lines,
            Self::Added(_) | Self::Title(_) | Self::Told(_) => 0,
        }
    }

    /// How many rows it has on a screen of so many columns.
    pub(super) fn height(&self, columns: usize) -> usize {
        let room = columns.saturating_sub(SIGNS);
        match self {
            // No character has more columns than bytes.
            Self::Same(line) | Self::Added(line) | Self::Removed(line)
                if line.text.len() > room =>
            {
                wrap_ranges(&line.text, room).len()
            }
            Self::Told(words) => wrap_ranges(words, room).len(),
            _ => 1,
        }
    }

    /// Its rows on a screen of so many columns.
    pub(super) fn lines(&self, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
        let room = columns.saturating_sub(SIGNS);
        match self {
            Self::Same(line) => wrapped(line, ' ', Style::new(), room, theme),
            Self::Added(line) => wrapped(line, '+', theme.good, room, theme),
            Self::Removed(line) => wrapped(line, '-', theme.error, room, theme),
            Self::Title(title) => vec![Line::styled(cut(title, columns), theme.accent)],
            Self::Skipped(lines) => {
                let lines = plural(*lines as u64, "line");
                vec![Line::styled(format!("  ⋯ {lines}"), theme.quiet)]
            }
            Self::Told(words) => {
                let rows = wrap_ranges(words, room).into_iter();
                rows.map(|row| Line::styled(format!("  {}", &words[row]), theme.quiet))
                    .collect()
            }
        }
    }
}

/// A line in rows, each with its sign.
fn wrapped(
    line: &Words,
    sign: char,
    style: Style,
    room: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    // What did not change in a line steps back behind what did.
    let (same, changed) = if line.changed.is_empty() {
        (style, style)
    } else {
        let changed = style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
        (style.remove_modifier(Modifier::BOLD), changed)
    };
    let rows = wrap_ranges(&line.text, room).into_iter().enumerate();
    rows.map(|(index, row)| {
        let goes_on = if index == 0 { ' ' } else { GOES_ON };
        let mut spans = vec![Span::styled(format!("{sign}{goes_on}"), style)];
        let parts = styled(line, &row, same, changed, theme.quiet);
        spans.extend(parts.map(|(part, style)| Span::styled(line.text[part].to_owned(), style)));
        Line::from(spans)
    })
    .collect()
}

/// The parts of a row, each with its style.
fn styled(
    line: &Words,
    row: &Range<usize>,
    same: Style,
    changed: Style,
    left_out: Style,
) -> impl Iterator<Item = (Range<usize>, Style)> + use<> {
    let of = |ranges: &[Range<usize>], style: Style| {
        let within = ranges.iter().filter_map(|range| both(range, row));
        within.map(|range| (range, style)).collect::<Vec<_>>()
    };
    let mut marked = of(&line.changed, changed);
    marked.extend(of(&line.left_out, left_out));
    marked.sort_by_key(|(range, _)| range.start);
    let mut parts = Vec::new();
    let mut at = row.start;
    for (range, style) in marked {
        parts.push((at..range.start, same));
        at = range.end;
        parts.push((range, style));
    }
    parts.push((at..row.end, same));
    parts.into_iter().filter(|(part, _)| !part.is_empty())
}
