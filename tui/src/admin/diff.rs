//! What differs between two texts, line by line.

mod row;
mod words;

use std::borrow::Cow;
use std::cell::RefCell;
use std::time::Duration;

use ratatui::layout::Rect;
use service::ingest::LineKind;

use super::canvas::Canvas;
use row::{CUT, NO_END, NOW_END, Row, UNSEEN};
use words::{Words, mark};

/// A comparison that takes longer than this goes on less exactly.
const PATIENCE: Duration = Duration::from_millis(100);
/// Bytes of changed lines whose words are compared; what comes behind is marked by line alone.
const MAX_COMPARED: usize = 512 * 1024;

/// A comparison.
#[derive(Clone, Debug, Default)]
pub(crate) struct Diff {
    rows: Vec<Row>,
    pub(crate) added: usize,
    pub(crate) removed: usize,
    /// Where each row begins on a screen of the width that was asked for last.
    laid: RefCell<Laid>,
}

/// Rows on a screen of so many columns: the one with which each begins, and how many there are.
#[derive(Clone, Debug, Default)]
struct Laid {
    columns: u16,
    starts: Vec<usize>,
}

impl Diff {
    /// What changed from one text to another.
    pub(crate) fn between(before: &str, after: &str) -> Self {
        let mut all = Self::told(service::diff::Diff::within(PATIENCE, before, after));
        let shown = all.rows.iter().map(Row::lines_before).sum();
        let has_end = |text: &str| text.ends_with('\n');
        if !before.is_empty() && !after.is_empty() && has_end(before) != has_end(after) {
            // It is a line of its own, and not what the lines above it differ in alone.
            all.rows.retain(|row| *row != Row::Told(UNSEEN));
            let end = if has_end(before) { NO_END } else { NOW_END };
            if !all.is_cut() {
                all.rows.push(Row::Told(end));
            }
        }
        let left = before.lines().count().saturating_sub(shown);
        if left > 0 && !all.is_empty() && !all.is_cut() {
            all.rows.push(Row::Skipped(left));
        }
        all
    }

    /// A text that is shown beside comparisons: its parts, each with what it is called.
    pub(crate) fn plain<'a>(parts: impl Iterator<Item = (Option<&'static str>, &'a str)>) -> Self {
        let mut all = Self::default();
        for (title, text) in parts {
            all.rows.extend(title.map(Row::Title));
            let lines = text.lines().map(|line| Row::Same(Words::new(line)));
            all.rows.extend(lines);
        }
        all.finished()
    }

    /// What changed of several texts: each with what it is called, from what, and to what.
    pub(crate) fn of<'a>(
        parts: impl Iterator<Item = (Option<&'static str>, &'a str, &'a str)>,
    ) -> Self {
        let mut all = Self::default();
        for (title, before, after) in parts {
            let part = Self::between(before, after);
            if !part.is_empty() {
                all.rows.extend(title.map(Row::Title));
            }
            all.rows.extend(part.rows);
            all.added += part.added;
            all.removed += part.removed;
        }
        all
    }

    /// What the library tells of how two texts differ.
    pub(crate) fn told(told: service::ingest::Diff) -> Self {
        let mut all = Self {
            added: told.added,
            removed: told.removed,
            ..Self::default()
        };
        let mut next = 1;
        let is_cut = told.is_cut;
        for line in told.lines {
            if let Some(number) = line.old {
                if number > next {
                    all.rows.push(Row::Skipped(number - next));
                }
                next = number + 1;
            }
            let text = Words::new(&ended(&line.text));
            match line.kind {
                LineKind::Same => all.rows.push(Row::Same(text)),
                LineKind::Added => all.rows.push(Row::Added(text)),
                LineKind::Removed => all.rows.push(Row::Removed(text)),
                LineKind::Gap => {}
            }
        }
        all.rows.extend(is_cut.then_some(Row::Told(CUT)));
        all.finished()
    }

    /// Marks what changed within lines that stand for each other, and shortens very long ones.
    fn finished(mut self) -> Self {
        let mut rows = Vec::with_capacity(self.rows.len());
        let (mut removed, mut added) = (Vec::new(), Vec::new());
        let mut room = MAX_COMPARED;
        for row in self.rows {
            match row {
                Row::Removed(line) if added.is_empty() => removed.push(line),
                Row::Added(line) => added.push(line),
                row => {
                    end_block(&mut removed, &mut added, &mut room, &mut rows);
                    match row {
                        Row::Removed(line) => removed.push(line),
                        Row::Same(line) => rows.push(Row::Same(line.shortened())),
                        row => rows.push(row),
                    }
                }
            }
        }
        end_block(&mut removed, &mut added, &mut room, &mut rows);
        self.rows = rows;
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether more differs than it has.
    fn is_cut(&self) -> bool {
        self.rows.last() == Some(&Row::Told(CUT))
    }

    /// How many rows it has on a screen of so many columns.
    pub(crate) fn height(&self, columns: usize) -> usize {
        self.lay(u16::try_from(columns).unwrap_or(u16::MAX));
        self.laid.borrow().starts.last().copied().unwrap_or(0)
    }

    /// Finds out where its rows begin on a screen of so many columns.
    fn lay(&self, columns: u16) {
        let mut laid = self.laid.borrow_mut();
        if laid.columns == columns && laid.starts.len() == self.rows.len() + 1 {
            return;
        }
        let mut end = 0;
        laid.columns = columns;
        laid.starts.clear();
        laid.starts.push(0);
        for row in &self.rows {
            end += row.height(columns.into());
            laid.starts.push(end);
        }
    }

    /// In a few words: `+3 -1`.
    pub(crate) fn summary(&self) -> String {
        format!("+{} -{}", self.added, self.removed)
    }

    /// Draws it from a row of the screen on. What was added or removed is told by a sign, and by
    /// colour; a line that does not fit goes on in the next row, and what changed within it is
    /// underlined.
    pub(crate) fn draw(&self, top: usize, area: Rect, canvas: &mut Canvas<'_, '_>) {
        self.lay(area.width);
        let laid = self.laid.borrow();
        let (columns, theme) = (area.width, canvas.theme);
        let rows = laid.starts.last().copied().unwrap_or(0);
        let top = top.min(rows.saturating_sub(area.height.into()));
        let first = laid.starts.partition_point(|start| *start <= top);
        let first = first.saturating_sub(1);
        let hidden = top - laid.starts.get(first).copied().unwrap_or(top);
        let rows = self.rows.iter().skip(first);
        let rows = rows.flat_map(|row| row.lines(columns.into(), theme));
        let rows = rows.skip(hidden).take(area.height.into());
        canvas.lines(area, rows.collect::<Vec<_>>());
    }
}

/// Ends a block of lines and those in their place.
fn end_block(
    removed: &mut Vec<Words>,
    added: &mut Vec<Words>,
    room: &mut usize,
    rows: &mut Vec<Row>,
) {
    let size = |lines: &[Words]| lines.iter().map(|line| line.text.len()).sum::<usize>();
    if !removed.is_empty() && !added.is_empty() {
        let size = size(removed) + size(added);
        if *room > 0 {
            *room = room.saturating_sub(size);
            mark(removed, added);
        }
    }
    let looks_same = !removed.is_empty() && removed == added;
    rows.extend(removed.drain(..).map(|line| Row::Removed(line.shortened())));
    rows.extend(added.drain(..).map(|line| Row::Added(line.shortened())));
    if looks_same {
        rows.push(Row::Told(UNSEEN));
    }
}

/// A line whose end is not the usual one tells that.
fn ended(text: &str) -> Cow<'_, str> {
    match text.strip_suffix('\r') {
        Some(text) => (text.to_owned() + "␍").into(),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Modifier;

    use super::*;
    use crate::admin::theme::Theme;

    #[test]
    fn a_change_is_told_with_what_is_around_it() {
        let lines: Vec<String> = (1..=20).map(|n| format!("line {n}\n")).collect();
        let before = lines.concat();
        let after = before.replace("line 10\n", "line ten\nand more\n");
        let diff = Diff::between(&before, &after);
        assert_eq!(diff.summary(), "+2 -1");
        assert_eq!(diff.rows[0], Row::Skipped(6));
        assert!(matches!(&diff.rows[4], Row::Removed(line) if line.text == "line 10"));
        assert_eq!(diff.rows.last(), Some(&Row::Skipped(7)));
    }

    #[test]
    fn the_same_text_has_no_rows() {
        assert!(Diff::between("a\nb", "a\nb").is_empty());
        assert!(!Diff::between("a\r\n", "a\n").is_empty());
    }

    /// What is drawn in so many columns, without styles.
    fn drawn(diff: &Diff, columns: usize) -> Vec<String> {
        let rows = diff.rows.iter();
        let lines = rows.flat_map(|row| row.lines(columns, &Theme::MONO));
        lines.map(|line| line.to_string()).collect()
    }

    #[test]
    fn a_change_at_the_end_of_a_long_line_is_seen() {
        let before = "word ".repeat(6) + "before";
        let after = "word ".repeat(6) + "after";
        let diff = Diff::between(&before, &after);
        let rows = drawn(&diff, 22);
        assert_eq!(
            rows,
            [
                "- word word word word ",
                "-┆word word before",
                "+ word word word word ",
                "+┆word word after",
            ]
        );
        assert_eq!(diff.height(22), 4);
        // It is told without colours, too.
        let lines = diff.rows[1].lines(22, &Theme::MONO);
        let last = lines[1].spans.last().unwrap();
        assert_eq!(last.content, "after");
        assert!(last.style.add_modifier.contains(Modifier::UNDERLINED));
        let first = lines[0].spans.last().unwrap();
        assert!(!first.style.add_modifier.contains(Modifier::UNDERLINED));
    }

    #[test]
    fn lines_that_look_the_same_are_told_of() {
        for (before, after, told) in [
            ("one\n", "one", NO_END),
            ("a\none", "b\none\n", NOW_END),
            ("a\u{200b}b\n", "ab\n", UNSEEN),
        ] {
            let diff = Diff::between(before, after);
            assert_eq!(diff.rows.last(), Some(&Row::Told(told)), "{before:?}");
            assert_eq!(drawn(&diff, 30).len(), diff.height(30));
        }
        let diff = Diff::between("one\n", "two\n");
        assert_ne!(diff.rows.last(), Some(&Row::Told(UNSEEN)));
    }

    #[test]
    fn a_large_difference_says_that_it_is_not_shown_whole() {
        let told = service::diff::Diff::between(&"one\n".repeat(400_000), &"two\n".repeat(400_000));
        assert!(told.is_cut);
        assert_eq!(Diff::told(told).rows.last(), Some(&Row::Told(CUT)));
        let told = service::diff::Diff::between("one", "two");
        assert_ne!(Diff::told(told).rows.last(), Some(&Row::Told(CUT)));
    }

    #[test]
    fn a_line_of_megabytes_has_few_rows() {
        let before = "語".repeat(1_000_000);
        let diff = Diff::between(&before, &format!("{before}end"));
        assert!(diff.height(80) < 100, "{}", diff.height(80));
        assert!(drawn(&diff, 80).concat().contains("end"));
    }
}
