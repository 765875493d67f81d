//! What differs between two texts, line by line.

use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use service::ingest::LineKind;
use similar::{ChangeTag, TextDiff};

use super::canvas::Canvas;
use super::text::{clean_line, cut};

/// A comparison that takes longer than this goes on less exactly.
const PATIENCE: Duration = Duration::from_millis(100);
/// Lines around a change that are shown with it.
const CONTEXT: usize = 3;

/// A row of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Row {
    Same(String),
    Added(String),
    Removed(String),
    /// So many lines that are the same are left out here.
    Skipped(usize),
    /// What follows is of the part that is called so.
    Title(&'static str),
}

/// A comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Diff {
    rows: Vec<Row>,
    pub(crate) added: usize,
    pub(crate) removed: usize,
}

impl Diff {
    /// What changed from one text to another.
    pub(crate) fn between(before: &str, after: &str) -> Self {
        let diff = TextDiff::configure()
            .timeout(PATIENCE)
            .diff_lines(before, after);
        let mut all = Self::default();
        let mut next = 0;
        for group in diff.grouped_ops(CONTEXT) {
            let first = group.first().map_or(next, |op| op.old_range().start);
            if first > next {
                all.rows.push(Row::Skipped(first - next));
            }
            for op in &group {
                for change in diff.iter_changes(op) {
                    let text = line(change.value());
                    all.rows.push(match change.tag() {
                        ChangeTag::Equal => Row::Same(text),
                        ChangeTag::Insert => {
                            all.added += 1;
                            Row::Added(text)
                        }
                        ChangeTag::Delete => {
                            all.removed += 1;
                            Row::Removed(text)
                        }
                    });
                }
                next = op.old_range().end;
            }
        }
        let lines = before.lines().count();
        if lines > next && !all.rows.is_empty() {
            all.rows.push(Row::Skipped(lines - next));
        }
        all
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
        for line in told.lines {
            if let Some(number) = line.old {
                if number > next {
                    all.rows.push(Row::Skipped(number - next));
                }
                next = number + 1;
            }
            let text = clean_line(&line.text);
            match line.kind {
                LineKind::Same => all.rows.push(Row::Same(text)),
                LineKind::Added => all.rows.push(Row::Added(text)),
                LineKind::Removed => all.rows.push(Row::Removed(text)),
                LineKind::Gap => {}
            }
        }
        all
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// In a few words: `+3 -1`.
    pub(crate) fn summary(&self) -> String {
        format!("+{} -{}", self.added, self.removed)
    }

    /// Draws it from a row on. What was added or removed is told by a sign, and by colour.
    pub(crate) fn draw(&self, top: usize, area: Rect, canvas: &mut Canvas<'_, '_>) {
        let room = usize::from(area.width).saturating_sub(2);
        let theme = canvas.theme;
        let rows = self.rows.iter().skip(top).map(|row| match row {
            Row::Same(text) => Line::raw(format!("  {}", cut(text, room))),
            Row::Added(text) => Line::styled(format!("+ {}", cut(text, room)), theme.good),
            Row::Removed(text) => Line::styled(format!("- {}", cut(text, room)), theme.error),
            Row::Title(title) => Line::styled(cut(title, room), theme.accent),
            Row::Skipped(lines) => {
                let plural = if *lines == 1 { "" } else { "s" };
                Line::from(Span::styled(
                    format!("  ⋯ {lines} line{plural}"),
                    theme.quiet,
                ))
            }
        });
        canvas.lines(area, rows.collect::<Vec<_>>());
    }
}

fn line(text: &str) -> String {
    // A line's end is told of where it is not the usual one.
    let text = text.strip_suffix('\n').unwrap_or(text);
    match text.strip_suffix('\r') {
        Some(text) => clean_line(text) + "␍",
        None => clean_line(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_with_what_is_around_it() {
        let lines: Vec<String> = (1..=20).map(|n| format!("line {n}\n")).collect();
        let before = lines.concat();
        let after = before.replace("line 10\n", "line ten\nand more\n");
        let diff = Diff::between(&before, &after);
        assert_eq!(diff.summary(), "+2 -1");
        assert_eq!(diff.rows[0], Row::Skipped(6));
        assert_eq!(diff.rows[4], Row::Removed("line 10".to_owned()));
        assert_eq!(diff.rows.last(), Some(&Row::Skipped(7)));
    }

    #[test]
    fn the_same_text_has_no_rows() {
        assert!(Diff::between("a\nb", "a\nb").is_empty());
        assert!(!Diff::between("a\r\n", "a\n").is_empty());
    }
}
