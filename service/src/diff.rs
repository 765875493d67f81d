//! How two texts differ, line by line.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

/// Unchanged lines that are shown around a change.
const CONTEXT: usize = 3;
/// After this the rest is compared roughly: still right, but not the shortest.
const DEADLINE: Duration = Duration::from_millis(500);

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LineKind {
    /// It is in both texts.
    Same,
    /// It is in the new text alone.
    Added,
    /// It is in the old text alone.
    Removed,
    /// Lines that are in both were left out here; it has no text.
    Gap,
}

/// A line of a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DiffLine {
    /// What it is.
    pub kind: LineKind,
    /// Its number in the old text, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<usize>,
    /// Its number in the new text, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<usize>,
    /// The line, without its end.
    pub text: String,
}

/// How a text differs from another one: the changed lines, each with three lines around it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// The lines.
    pub lines: Vec<DiffLine>,
    /// How many were added.
    pub added: usize,
    /// How many were removed.
    pub removed: usize,
}

impl Diff {
    /// From the old text to the new one.
    ///
    /// ```
    /// use service::diff::Diff;
    /// let diff = Diff::between("one\ntwo\n", "one\n2\n");
    /// assert_eq!(diff.to_string(), " one\n-two\n+2\n");
    /// ```
    #[must_use]
    pub fn between(old: &str, new: &str) -> Self {
        let compared = TextDiff::configure().timeout(DEADLINE).diff_lines(old, new);
        let mut diff = Self::default();
        for (at, group) in compared.grouped_ops(CONTEXT).iter().enumerate() {
            if at > 0 {
                diff.lines.push(DiffLine {
                    kind: LineKind::Gap,
                    old: None,
                    new: None,
                    text: String::new(),
                });
            }
            for change in group.iter().flat_map(|op| compared.iter_changes(op)) {
                let kind = match change.tag() {
                    ChangeTag::Equal => LineKind::Same,
                    ChangeTag::Insert => LineKind::Added,
                    ChangeTag::Delete => LineKind::Removed,
                };
                diff.added += usize::from(kind == LineKind::Added);
                diff.removed += usize::from(kind == LineKind::Removed);
                diff.lines.push(DiffLine {
                    kind,
                    old: change.old_index().map(|index| index + 1),
                    new: change.new_index().map(|index| index + 1),
                    text: change.value().trim_end_matches(['\n', '\r']).to_owned(),
                });
            }
        }
        diff
    }
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            match line.kind {
                LineKind::Same => writeln!(f, " {}", line.text)?,
                LineKind::Added => writeln!(f, "+{}", line.text)?,
                LineKind::Removed => writeln!(f, "-{}", line.text)?,
                LineKind::Gap => writeln!(f, "...")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_do_not_differ() {
        assert_eq!(Diff::between("a\nb", "a\nb"), Diff::default());
    }

    #[test]
    fn changes_stand_with_their_surroundings_and_numbers() {
        let old = (1..=20).fold(String::new(), |text, n| text + &n.to_string() + "\n");
        let new = old.replace("2\n3\n", "2\nthree\n").replace("19\n", "");
        let diff = Diff::between(&old, &new);
        assert_eq!((diff.added, diff.removed), (1, 2));
        let changed: Vec<(LineKind, Option<usize>, Option<usize>)> = diff
            .lines
            .iter()
            .filter(|line| line.kind != LineKind::Same)
            .map(|line| (line.kind, line.old, line.new))
            .collect();
        assert_eq!(
            changed,
            [
                (LineKind::Removed, Some(3), None),
                (LineKind::Added, None, Some(3)),
                (LineKind::Gap, None, None),
                (LineKind::Removed, Some(19), None),
            ]
        );
    }
}
