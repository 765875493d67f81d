//! A text that is edited, as rows of the screen: where its places are on it, and what is on its
//! rows.

use unicode_segmentation::UnicodeSegmentation;

use super::{Edited, Editor, Place};
use crate::admin::text;

/// A row on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its pieces: what is shown, and whether it is selected.
    pub(crate) pieces: Vec<(String, bool)>,
    /// The column of the place, if it is in this row.
    pub(crate) cursor: Option<usize>,
}

impl Editor {
    /// Puts the place where a row and a column of the screen are.
    pub(crate) fn click(&mut self, row: usize, column: usize, columns: usize) {
        let (line, row) = self.row_from(self.top, row, columns);
        self.at = Place {
            line,
            byte: self.byte_at(line, row, column, columns),
        };
        (self.anchor, self.goal) = (None, None);
    }

    /// Moves the place so many rows.
    pub(crate) fn scroll(&mut self, rows: isize, columns: usize) {
        self.go_rows(rows, columns, false);
    }

    /// Moves the screen so that the place is on it.
    pub(crate) fn show(&mut self, columns: usize, rows: usize) {
        let here = (self.at.line, self.row_of(columns));
        if here < self.top {
            self.top = here;
        }
        // The first row from which the place is on the screen.
        let mut first = here;
        for _ in 1..rows.max(1) {
            first = match first {
                (0, 0) => break,
                (line, 0) => (line - 1, layout(&self.lines[line - 1], columns).len() - 1),
                (line, row) => (line, row - 1),
            };
        }
        self.top = self.top.max(first).min(here);
    }

    /// The rows of a screen.
    pub(crate) fn screen(&self, columns: usize, height: usize) -> Vec<Row> {
        let mut shown = Vec::new();
        let (first, mut skip) = self.top;
        let selection = self.selection();
        for (line, text) in self.lines.iter().enumerate().skip(first) {
            let rows = layout(text, columns);
            let last = rows.len() - 1;
            for (index, range) in rows.into_iter().enumerate().skip(skip) {
                if shown.len() == height {
                    return shown;
                }
                let here = self.at.line == line
                    && range.start <= self.at.byte
                    && (self.at.byte < range.end || index == last);
                let mut row = Row {
                    pieces: Vec::new(),
                    cursor: None,
                };
                let mut column = 0;
                for (at, grapheme) in text[range.clone()].grapheme_indices(true) {
                    let place = Place {
                        line,
                        byte: range.start + at,
                    };
                    if here && place.byte == self.at.byte {
                        row.cursor = Some(column);
                    }
                    let selected = selection.is_some_and(|(from, to)| from <= place && place < to);
                    let shown = shown_as(grapheme);
                    column += text::width(&shown);
                    match row.pieces.last_mut() {
                        Some((piece, same)) if *same == selected => piece.push_str(&shown),
                        _ => row.pieces.push((shown, selected)),
                    }
                }
                if here && row.cursor.is_none() {
                    row.cursor = Some(column);
                }
                shown.push(row);
            }
            skip = 0;
        }
        shown
    }

    pub(super) fn go_rows(&mut self, rows: isize, columns: usize, extends: bool) -> Edited {
        let row = self.row_of(columns);
        let goal = self.goal.unwrap_or_else(|| {
            let start = layout(&self.lines[self.at.line], columns)[row].start;
            let before = &self.lines[self.at.line][start..self.at.byte];
            before
                .graphemes(true)
                .map(|grapheme| text::width(&shown_as(grapheme)))
                .sum()
        });
        let mut to = (self.at.line, row);
        if rows < 0 {
            for _ in 0..rows.unsigned_abs() {
                to = match to {
                    (0, 0) => break,
                    (line, 0) => (line - 1, layout(&self.lines[line - 1], columns).len() - 1),
                    (line, row) => (line, row - 1),
                };
            }
        } else {
            to = self.row_from(to, rows.unsigned_abs(), columns);
        }
        let byte = self.byte_at(to.0, to.1, goal, columns);
        let edited = self.go(Place { line: to.0, byte }, extends);
        self.goal = Some(goal);
        edited
    }

    /// The row so many rows below another, at most the last.
    fn row_from(&self, from: (usize, usize), rows: usize, columns: usize) -> (usize, usize) {
        let (mut line, mut row) = from;
        let mut left = rows;
        loop {
            let last = layout(&self.lines[line], columns).len() - 1;
            if row + left <= last {
                return (line, row + left);
            }
            if line + 1 == self.lines.len() {
                return (line, last);
            }
            left -= last + 1 - row;
            (line, row) = (line + 1, 0);
        }
    }

    /// Which of its line's rows the place is in.
    fn row_of(&self, columns: usize) -> usize {
        let rows = layout(&self.lines[self.at.line], columns);
        let row = rows.iter().position(|row| self.at.byte < row.end);
        row.unwrap_or(rows.len() - 1)
    }

    /// The byte at a column of a row.
    fn byte_at(&self, line: usize, row: usize, column: usize, columns: usize) -> usize {
        let text = &self.lines[line];
        let rows = layout(text, columns);
        let Some(range) = rows.get(row) else {
            return text.len();
        };
        let mut used = 0;
        let mut last = range.start;
        for (at, grapheme) in text[range.clone()].grapheme_indices(true) {
            last = range.start + at;
            used += text::width(&shown_as(grapheme));
            if used > column {
                return last;
            }
        }
        // Behind the last character of a row that goes on is the next row.
        if row + 1 == rows.len() {
            text.len()
        } else {
            last
        }
    }
}

/// What is shown for a character: itself, or where it has no picture of its own a sign for it, so
/// that nothing in the text is hidden from who edits it.
fn shown_as(grapheme: &str) -> String {
    if grapheme == "\t" {
        return "    ".to_owned();
    }
    if grapheme == "\r" {
        return "␍".to_owned();
    }
    let cleaned = text::clean(grapheme);
    if text::width(&cleaned) == 0 {
        "\u{fffd}".to_owned()
    } else {
        cleaned
    }
}

/// The rows of a line of so many columns, as ranges of its bytes; broken between words where that
/// is possible.
pub(super) fn layout(line: &str, columns: usize) -> Vec<std::ops::Range<usize>> {
    // The last column is for the place behind the last character.
    let columns = columns.saturating_sub(1).max(1);
    let mut rows = Vec::new();
    let (mut start, mut used, mut breakable) = (0, 0, None);
    for (at, grapheme) in line.grapheme_indices(true) {
        let needs = if grapheme.len() == 1 && !grapheme.starts_with(char::is_control) {
            1
        } else {
            text::width(&shown_as(grapheme))
        };
        if used + needs > columns && at > start {
            let end = breakable.filter(|end| *end > start).unwrap_or(at);
            rows.push(start..end);
            used = text::width_of(&line[end..at], shown_as);
            (start, breakable) = (end, None);
        }
        used += needs;
        if grapheme.chars().all(char::is_whitespace) {
            breakable = Some(at + grapheme.len());
        }
    }
    rows.push(start..line.len());
    rows
}
