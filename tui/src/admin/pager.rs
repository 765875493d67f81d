//! A long text that is read from any place on. Only what is on the screen is cleaned and wrapped,
//! so a text of 16 MiB on one line is read as easily as a short one.

use serde::{Deserialize, Serialize};

use super::text;

/// Bytes of a line, at the most: a longer one is shown as several.
const MAX_LINE: usize = 4_096;

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

    /// The numbers of the lines of which this is true.
    pub(crate) fn with(&self, is: impl Fn(&str) -> bool) -> Vec<usize> {
        (0..self.len())
            .filter(|line| is(self.line(*line)))
            .collect()
    }

    fn line(&self, line: usize) -> &str {
        let end = |line: usize| self.starts.get(line).copied().unwrap_or(self.text.len());
        &self.text[end(line)..end(line + 1)]
    }

    /// A line in rows of so many columns.
    fn rows(&self, line: usize, columns: usize) -> Vec<String> {
        let line = self.line(line).trim_end_matches(['\n', '\r']);
        text::wrap(&text::clean_line(line), columns)
    }

    /// The rows of a screen from a place on.
    pub(crate) fn screen(&self, place: Place, columns: usize, height: usize) -> Vec<String> {
        let mut shown = Vec::new();
        let mut skip = place.row;
        for line in place.line..self.len() {
            shown.extend(
                self.rows(line, columns)
                    .into_iter()
                    .skip(skip)
                    .take(height - shown.len()),
            );
            skip = 0;
            if shown.len() == height {
                break;
            }
        }
        shown
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

    #[test]
    fn a_screen_begins_anywhere() {
        let lines = Lines::new("one two three\nfour\n\nfive".to_owned());
        assert_eq!(
            lines.screen(Place::default(), 5, 3),
            ["one ", "two ", "three"]
        );
        let place = lines.forward(Place::default(), 2, 5, 3);
        assert_eq!(lines.screen(place, 5, 3), ["three", "four", ""]);
        assert_eq!(lines.screen(lines.last(5, 3), 5, 3), ["four", "", "five"]);
        assert_eq!(lines.back(place, 9, 5), Place::default());
    }

    #[test]
    fn a_line_without_an_end_is_shown_in_parts() {
        let lines = Lines::new("語".repeat(100_000));
        assert!(lines.len() > 70);
        assert_eq!(lines.screen(lines.last(10, 4), 10, 4).len(), 4);
    }

    proptest! {
        #[test]
        fn steps_forward_meet_every_row_once(text in "[a-z \\n日]{0,300}", columns in 1_usize..20, height in 1_usize..10) {
            let lines = Lines::new(text);
            let all = lines.screen(Place::default(), columns, usize::MAX / 2);
            let mut place = Place::default();
            for row in 0..all.len().saturating_sub(height) {
                let shown = lines.screen(place, columns, height);
                prop_assert_eq!(shown.first(), all.get(row));
                place = lines.forward(place, 1, columns, height);
            }
            prop_assert_eq!(place, lines.last(columns, height));
            prop_assert_eq!(lines.back(place, all.len(), columns), Place::default());
        }
    }
}
