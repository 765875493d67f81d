//! How a turn looks: a card with who asked and when, the question and the answer. The two are told
//! apart by a letter, not by colour alone. A long one is folded.

use std::ops::Range;

use ratatui::text::{Line, Span};
use service::Message;

use crate::admin::find::{self, Needles};
use crate::admin::text::{bytes, clean, clean_line, cut, width, wrap};
use crate::admin::theme::Theme;

/// Rows of a folded question, and of a folded answer.
const QUESTION: usize = 4;
const ANSWER: usize = 8;
/// The time is shown from so many columns on.
const MIN_TIME: usize = 30;
/// What stands before a row of a text.
const GUTTER: usize = 3;

/// How much of a turn is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    Folded,
    Whole,
}

/// The rows of a turn, an empty one at the end.
pub(crate) fn rows(
    turn: &Message,
    columns: usize,
    fold: Fold,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let (question, answer) = match fold {
        Fold::Folded => (QUESTION, ANSWER),
        Fold::Whole => (usize::MAX, usize::MAX),
    };
    let mut rows = vec![heading(turn, columns, theme)];
    let asked = Span::styled("Q  ", theme.accent);
    text(&turn.question, &asked, question, columns, theme, &mut rows);
    let answered = Span::styled("A  ", theme.good);
    text(&turn.answer, &answered, answer, columns, theme, &mut rows);
    rows.push(Line::raw(""));
    rows
}

/// The rows of a whole card on which something is that is looked for.
pub(super) fn rows_with(needles: &Needles, rows: &[Line<'static>]) -> Vec<usize> {
    // The first row is about the turn, and no text of it.
    let rows = rows.iter().enumerate().skip(1);
    let has_it = |row: &Line<'static>| !found_in(needles, row).is_empty();
    rows.filter(|(_, row)| has_it(row))
        .map(|(index, _)| index)
        .collect()
}

/// Where on a row something is that is looked for, in bytes: not in the sign before it.
fn found_in(needles: &Needles, row: &Line<'static>) -> Vec<Range<usize>> {
    let mut ranges = needles.ranges(&row.to_string());
    ranges.retain(|range| range.start >= GUTTER);
    ranges
}

/// A row of a text with what is looked for marked.
pub(crate) fn marked(row: Line<'static>, needles: &Needles, theme: &Theme) -> Line<'static> {
    if needles.is_empty() {
        return row;
    }
    let parts = found_in(needles, &row).into_iter();
    let parts: Vec<_> = parts.map(|range| (range, theme.matched)).collect();
    find::marked(row, &parts)
}

/// The row of a whole card on which a snippet of its turn is, where it begins with what was found;
/// else the first row with that.
pub(crate) fn row_of(
    turn: &Message,
    needles: &Needles,
    snippet: &str,
    columns: usize,
    theme: &Theme,
) -> Option<usize> {
    let room = columns.saturating_sub(GUTTER).max(1);
    let height = |text: &str| {
        let lines = text.split('\n');
        lines
            .map(|line| wrap(&clean_line(line), room).len())
            .sum::<usize>()
    };
    let byte_in = |text: &str| {
        let mut found = needles.ranges(text).into_iter();
        found
            .find(|range| fits(&text[range.start..], snippet))
            .map(|range| range.start)
    };
    // A part of a line has at least one row, which is the one that is wanted.
    if let Some(byte) = byte_in(&turn.answer) {
        return Some(height(turn.question.trim_end()) + height(&turn.answer[..byte]));
    }
    if let Some(byte) = byte_in(&turn.question) {
        return Some(height(&turn.question[..byte]));
    }
    let whole = rows(turn, columns, Fold::Whole, theme);
    rows_with(needles, &whole).first().copied()
}

/// Whether a text begins with another one, whatever the gaps are.
fn fits(text: &str, wanted: &str) -> bool {
    let mut letters = text.chars().filter(|char| !char.is_whitespace());
    let mut wanted = wanted.chars().filter(|char| !char.is_whitespace());
    wanted.all(|char| letters.next() == Some(char))
}

/// Who asked, and when.
fn heading(turn: &Message, columns: usize, theme: &Theme) -> Line<'static> {
    let mut at = turn.created_at.format("%Y-%m-%d %H:%M").to_string();
    if columns < MIN_TIME {
        at.clear();
    }
    let user = turn
        .user_id
        .as_ref()
        .map_or("someone", |user| user.as_str());
    let user = cut(&clean(user), columns.saturating_sub(at.len() + 2));
    let gap = columns.saturating_sub(width(&user) + at.len());
    if gap == 0 {
        return Line::styled(user, theme.title);
    }
    Line::from(vec![
        Span::styled(user, theme.title),
        Span::raw(" ".repeat(gap)),
        Span::styled(at, theme.quiet),
    ])
}

fn text(
    text: &str,
    sign: &Span<'static>,
    limit: usize,
    columns: usize,
    theme: &Theme,
    rows: &mut Vec<Line<'static>>,
) {
    let room = columns.saturating_sub(GUTTER).max(1);
    let wrapped = text.trim_end().split('\n');
    // One row more tells that there are more.
    let mut wrapped: Vec<String> = wrapped
        .flat_map(|line| {
            wrap(
                &clean_line(beginning(line, limit.saturating_mul(room))),
                room,
            )
        })
        .take(limit.saturating_add(1))
        .collect();
    let is_cut = wrapped.len() > limit;
    wrapped.truncate(limit);
    for (index, row) in wrapped.into_iter().enumerate() {
        let gutter = if index == 0 {
            sign.clone()
        } else {
            Span::raw("   ")
        };
        rows.push(Line::from(vec![gutter, Span::raw(row)]));
    }
    if is_cut {
        let more = format!("   … {} in all", bytes(text.len()));
        rows.push(Line::styled(cut(&more, columns), theme.quiet));
    }
}

/// As much of a line as can be shown: a line may have megabytes.
fn beginning(line: &str, columns: usize) -> &str {
    let mut end = line.len().min(columns.saturating_add(1).saturating_mul(8));
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    &line[..end]
}
