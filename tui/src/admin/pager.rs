//! A long text that is read from any place on. Only what is on the screen is cleaned and wrapped,
//! so a text of 16 MiB on one line is read as easily as a short one.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::text;

/// Bytes of a line, at the most: a longer one is shown as several.
const MAX_LINE: usize = 4_096;

/// A part of the text on a row, in bytes of the row, and which it is.
type Part = (Range<usize>, usize);

/// A text and where its lines begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    text: String,
    starts: Vec<usize>,
}

impl Lines {
    pub(crate) fn new(text: String) -> Self {
        let mut starts = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let end = start + line.len();
            while start < end {
                starts.push(start);
                let mut next = end.min(start + MAX_LINE);
                while !text.is_char_boundary(next) {
                    next -= 1;
                }
                start = next;
            }
        }
        Self { text, starts }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.starts.len()
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The lines that fit into so many bytes, at least one.
    pub(crate) fn beginning(&self, bytes: usize) -> &str {
        let end = self
            .starts
            .iter()
            .rev()
            .find(|start| (1..=bytes).contains(*start));
        let whole = self.text.len() <= bytes;
        &self.text[..end.filter(|_| !whole).copied().unwrap_or(self.text.len())]
    }

    /// The same from a line of the text on, which are counted from 0.
    pub(crate) fn beginning_at(&self, line: usize, bytes: usize) -> &str {
        let before = line.checked_sub(1);
        let start = before.and_then(|before| self.text.match_indices('\n').nth(before));
        let Some((start, _)) = start else {
            return self.beginning(bytes);
        };
        let rest = &self.text[start + 1..];
        let end = rest.floor_char_boundary(bytes.min(rest.len()));
        &rest[..end]
    }

    /// The place on which a byte of the text is.
    pub(crate) fn place_of(&self, byte: usize, columns: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= byte);
        let line = line.saturating_sub(1);
        let Some(start) = self.starts.get(line) else {
            return Place::default();
        };
        let before = text::clean_line(&self.text[*start..byte]).len();
        let rows = text::wrap_ranges(&self.cleaned(line), columns);
        let row = rows.iter().rposition(|row| row.start <= before);
        Place {
            line,
            row: row.unwrap_or(0),
        }
    }

    /// About where in the text a place is, in bytes.
    pub(crate) fn byte_of(&self, place: Place, columns: usize) -> usize {
        let start = self.starts.get(place.line).copied();
        let Some(start) = start.filter(|_| place.row > 0) else {
            return start.unwrap_or(self.text.len());
        };
        let rows = self.rows(place.line, columns).len();
        let into = self.line(place.line).len() * place.row.min(rows) / rows.max(1);
        self.text.floor_char_boundary(start + into)
    }

    /// How many rows a place is behind another one, where it is on the same screen.
    pub(crate) fn rows_to(
        &self,
        from: Place,
        to: Place,
        columns: usize,
        height: usize,
    ) -> Option<usize> {
        if to < from {
            return None;
        }
        let (mut rows, mut at) = (0, from);
        while at.line < to.line && rows < height {
            rows += self.rows(at.line, columns).len().saturating_sub(at.row);
            at = Place::of_line(at.line + 1);
        }
        rows += to.row.saturating_sub(at.row);
        (at.line == to.line && rows < height).then_some(rows)
    }

    /// The rows of a screen from a place on, each with those of some parts of the text that are on
    /// it: where in the row, and which. The parts are in bytes and in order.
    pub(crate) fn marked(
        &self,
        place: Place,
        columns: usize,
        height: usize,
        parts: &[Range<usize>],
    ) -> Vec<(String, Vec<Part>)> {
        let mut shown = Vec::new();
        let mut skip = place.row;
        for line in place.line..self.len() {
            let cleaned = self.cleaned(line);
            let marks = self.marks(line, parts);
            let rows = text::wrap_ranges(&cleaned, columns).into_iter().skip(skip);
            shown.extend(rows.take(height - shown.len()).map(|row| {
                let on_row = marks.iter().filter_map(|(range, part)| {
                    let (start, end) = (range.start.max(row.start), range.end.min(row.end));
                    (start < end).then(|| (start - row.start..end - row.start, *part))
                });
                (cleaned[row.clone()].to_owned(), on_row.collect())
            }));
            skip = 0;
            if shown.len() == height {
                break;
            }
        }
        shown
    }

    /// Where in a line, as it is shown, some parts of the text are, and which.
    fn marks(&self, line: usize, parts: &[Range<usize>]) -> Vec<Part> {
        let start = self.starts[line];
        let end = start + self.line(line).len();
        let first = parts.partition_point(|part| part.end <= start);
        let of_line = parts.iter().enumerate().skip(first);
        let of_line = of_line.take_while(|(_, part)| part.start < end);
        let (mut at, mut cleaned) = (start, 0);
        let mut to = |byte: usize| {
            cleaned += text::clean_line(&self.text[at..byte]).len();
            at = byte;
            cleaned
        };
        of_line
            .map(|(index, part)| {
                let from = to(part.start.max(start));
                (from..to(part.end.min(end)), index)
            })
            .collect()
    }

    /// The number of the line that a byte is in, from 0: of the text, not of those that are shown.
    pub(crate) fn number_of(&self, byte: usize) -> usize {
        let byte = self.text.floor_char_boundary(byte);
        self.text[..byte].matches('\n').count()
    }

    fn line(&self, line: usize) -> &str {
        let end = |line: usize| self.starts.get(line).copied().unwrap_or(self.text.len());
        &self.text[end(line)..end(line + 1)]
    }

    /// A line as it is shown.
    fn cleaned(&self, line: usize) -> String {
        text::clean_line(self.line(line).trim_end_matches(['\n', '\r']))
    }

    /// A line in rows of so many columns.
    fn rows(&self, line: usize, columns: usize) -> Vec<String> {
        text::wrap(&self.cleaned(line), columns)
    }

    /// The place so many rows further on, at the most where the last row is the screen's last.
    fn forward(&self, place: Place, rows: usize, columns: usize, height: usize) -> Place {
        let last = self.last(columns, height);
        let mut left = rows;
        let mut at = place;
        while at < last {
            let in_line = self.rows(at.line, columns).len().saturating_sub(at.row);
            if left < in_line {
                at.row += left;
                break;
            }
            left -= in_line;
            at = Place {
                line: at.line + 1,
                row: 0,
            };
        }
        at.min(last)
    }

    /// The place so many rows on, or back.
    pub(crate) fn scroll(&self, place: Place, rows: isize, columns: usize, height: usize) -> Place {
        if rows < 0 {
            self.back(place, rows.unsigned_abs(), columns)
        } else {
            self.forward(place, rows.unsigned_abs(), columns, height)
        }
    }

    /// The place so many rows back.
    fn back(&self, place: Place, rows: usize, columns: usize) -> Place {
        let mut left = rows;
        let mut at = place;
        while left > at.row {
            left -= at.row;
            let Some(line) = at.line.checked_sub(1) else {
                return Place::default();
            };
            at = Place {
                line,
                row: self.rows(line, columns).len(),
            };
        }
        Place {
            line: at.line,
            row: at.row - left,
        }
    }

    /// The place from which the rest fills a screen.
    pub(crate) fn last(&self, columns: usize, height: usize) -> Place {
        self.back(
            Place {
                line: self.len(),
                row: 0,
            },
            height,
            columns,
        )
    }
}

/// A row of a wrapped text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) line: usize,
    /// Of the line's rows.
    row: usize,
}

impl Place {
    /// Where a line begins.
    pub(crate) const fn of_line(line: usize) -> Self {
        Self { line, row: 0 }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The rows of a screen from a place on.
    fn screen(lines: &Lines, place: Place, columns: usize, height: usize) -> Vec<String> {
        let rows = lines.marked(place, columns, height, &[]);
        rows.into_iter().map(|(row, _)| row).collect()
    }

    #[test]
    fn a_screen_begins_anywhere() {
        let lines = Lines::new("one two three\nfour\n\nfive".to_owned());
        assert_eq!(
            screen(&lines, Place::default(), 5, 3),
            ["one ", "two ", "three"]
        );
        let place = lines.forward(Place::default(), 2, 5, 3);
        assert_eq!(screen(&lines, place, 5, 3), ["three", "four", ""]);
        assert_eq!(screen(&lines, lines.last(5, 3), 5, 3), ["four", "", "five"]);
        assert_eq!(lines.back(place, 9, 5), Place::default());
    }

    #[test]
    fn a_byte_has_a_place_and_a_part_has_its_rows() {
        let lines = Lines::new("one\ttwo three\nfour".to_owned());
        let three = lines.text().find("three").unwrap();
        let place = lines.place_of(three, 11);
        assert_eq!(screen(&lines, place, 11, 1), ["three"]);
        assert_eq!(lines.rows_to(Place::default(), place, 11, 3), Some(1));
        assert_eq!(lines.rows_to(Place::default(), place, 11, 1), None);
        assert_eq!(lines.rows_to(place, Place::default(), 11, 3), None);
        let (two, part) = (lines.text().find("two").unwrap(), 0);
        let parts = vec![Range {
            start: two,
            end: three + 2,
        }];
        assert_eq!(
            lines.marked(Place::default(), 11, 3, &parts),
            [
                ("one    two ".to_owned(), vec![(7..11, part)]),
                ("three".to_owned(), vec![(0..2, part)]),
                ("four".to_owned(), vec![]),
            ]
        );
        assert_eq!(lines.number_of(lines.text().len()), 1);
    }

    #[test]
    fn a_line_without_an_end_is_shown_in_parts() {
        let lines = Lines::new("語".repeat(100_000));
        assert!(lines.len() > 70);
        assert_eq!(screen(&lines, lines.last(10, 4), 10, 4).len(), 4);
    }

    proptest! {
        #[test]
        fn steps_forward_meet_every_row_once(text in "[a-z \\n日]{0,300}", columns in 1_usize..20, height in 1_usize..10) {
            let lines = Lines::new(text);
            let all = screen(&lines, Place::default(), columns, usize::MAX / 2);
            let mut place = Place::default();
            for row in 0..all.len().saturating_sub(height) {
                let shown = screen(&lines, place, columns, height);
                prop_assert_eq!(shown.first(), all.get(row));
                place = lines.forward(place, 1, columns, height);
            }
            prop_assert_eq!(place, lines.last(columns, height));
            prop_assert_eq!(lines.back(place, all.len(), columns), Place::default());
        }
    }
}
