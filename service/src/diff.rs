//! How two texts differ, line by line.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

/// Unchanged lines that are shown around a change.
const CONTEXT: usize = 3;
/// Bytes of removed lines that a difference has, and of others; more are counted alone, but for a
/// first line, however long.
const SHOWN: usize = 512 << 10;
/// Texts of more bytes together, without what both begin and end with, are not compared line by
/// line: to do so takes many times their size.
const COMPARED: usize = 8 << 20;
/// What a comparison may take, where the caller does not say.
const PATIENCE: Duration = Duration::from_millis(500);

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
    /// The line, without its line feed; a carriage return before that stays.
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
    /// Whether lines are left out, since a difference has a mebibyte of them at the most.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_cut: bool,
}

impl Diff {
    /// From the old text to the new one. Of large texts that differ from one end to the other all
    /// lines are removed and added.
    ///
    /// ```
    /// use service::diff::Diff;
    /// let diff = Diff::between("one\ntwo\n", "one\n2\n");
    /// assert_eq!(diff.to_string(), " one\n-two\n+2\n");
    /// ```
    #[must_use]
    pub fn between(old: &str, new: &str) -> Self {
        Self::within(PATIENCE, old, new)
    }

    /// The same; what this time does not suffice for is compared roughly: still right, but not the
    /// shortest.
    #[must_use]
    pub fn within(patience: Duration, old: &str, new: &str) -> Self {
        let head = common_head(old, new);
        let tail = common_tail(&old[head..], &new[head..]);
        // The lines around a change are shown, too.
        let from = context_before(old, head);
        let (old_end, new_end) = (old.len() - tail, new.len() - tail);
        let more = context_behind(&old[old_end..]);
        let skipped = old[..from].matches('\n').count();
        let (old_part, new_part) = (&old[from..old_end + more], &new[from..new_end + more]);
        let mut diff = Self::default();
        let mut lines = Lines::behind(skipped);
        if old_part.len() + new_part.len() > COMPARED {
            diff.push(LineKind::Same, &old[from..head], &mut lines);
            diff.push(LineKind::Removed, &old[head..old_end], &mut lines);
            diff.push(LineKind::Added, &new[head..new_end], &mut lines);
            diff.push(LineKind::Same, &old[old_end..old_end + more], &mut lines);
            return diff;
        }
        let compared = TextDiff::configure()
            .timeout(patience)
            .diff_lines(old_part, new_part);
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
                let old = change.old_index().map(|index| skipped + index + 1);
                let new = change.new_index().map(|index| skipped + index + 1);
                lines.go_to(old, new);
                diff.push(kind, change.value(), &mut lines);
            }
        }
        diff
    }

    /// Adds each line of a text.
    fn push(&mut self, kind: LineKind, text: &str, lines: &mut Lines) {
        for line in text.split_inclusive('\n') {
            self.added += usize::from(kind == LineKind::Added);
            self.removed += usize::from(kind == LineKind::Removed);
            let (old, new) = lines.pass(kind);
            let shown = &mut lines.shown[usize::from(kind == LineKind::Removed)];
            let is_first = *shown == 0;
            *shown += line.len();
            if *shown > SHOWN && !is_first {
                self.is_cut = true;
                continue;
            }
            self.lines.push(DiffLine {
                kind,
                old,
                new,
                text: line.strip_suffix('\n').unwrap_or(line).to_owned(),
            });
        }
    }
}

/// Where in both texts a comparison is.
struct Lines {
    /// The numbers of the next lines.
    old: usize,
    new: usize,
    /// Bytes of lines that were added or are the same, and of removed ones.
    shown: [usize; 2],
}

impl Lines {
    fn behind(skipped: usize) -> Self {
        Self {
            old: skipped + 1,
            new: skipped + 1,
            shown: [0, 0],
        }
    }

    fn go_to(&mut self, old: Option<usize>, new: Option<usize>) {
        self.old = old.unwrap_or(self.old);
        self.new = new.unwrap_or(self.new);
    }

    /// The numbers of a line, which is passed.
    fn pass(&mut self, kind: LineKind) -> (Option<usize>, Option<usize>) {
        let old = (kind != LineKind::Added).then_some(self.old);
        let new = (kind != LineKind::Removed).then_some(self.new);
        self.old += usize::from(old.is_some());
        self.new += usize::from(new.is_some());
        (old, new)
    }
}

/// Bytes of the lines that both texts begin with.
fn common_head(old: &str, new: &str) -> usize {
    let same = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b);
    let same = &old.as_bytes()[..same.count()];
    let last = same.iter().rposition(|byte| *byte == b'\n');
    last.map_or(0, |at| at + 1)
}

/// Bytes of the lines that both texts end with.
fn common_tail(old: &str, new: &str) -> usize {
    let same = old.bytes().rev().zip(new.bytes().rev());
    let same = same.take_while(|(a, b)| a == b).count();
    let tail = &old.as_bytes()[old.len() - same..];
    // The first line of it may be the end of another one.
    let first = tail.iter().position(|byte| *byte == b'\n');
    first.map_or(0, |at| same - at - 1)
}

/// Where the lines begin that are shown before a change: `at` is the beginning of a line.
fn context_before(text: &str, at: usize) -> usize {
    (0..CONTEXT).fold(at, |at, _| {
        let before = text[..at].strip_suffix('\n').unwrap_or_default();
        before.rfind('\n').map_or(0, |end| end + 1)
    })
}

/// Bytes of the lines that are shown behind a change.
fn context_behind(text: &str) -> usize {
    let mut ends = text.match_indices('\n');
    ends.nth(CONTEXT - 1).map_or(text.len(), |(at, _)| at + 1)
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            let sign = match line.kind {
                LineKind::Same => ' ',
                LineKind::Added => '+',
                LineKind::Removed => '-',
                LineKind::Gap => {
                    writeln!(f, "...")?;
                    continue;
                }
            };
            match line.text.strip_suffix('\r') {
                Some(text) => writeln!(f, "{sign}{text}␍")?,
                None => writeln!(f, "{sign}{}", line.text)?,
            }
        }
        if self.is_cut {
            writeln!(f, "... and more, which is too long to be shown")?;
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
    fn another_end_of_a_line_is_seen() {
        let diff = Diff::between("one\r\ntwo\r\n", "one\ntwo\r\n");
        assert_eq!(diff.to_string(), "-one␍\n+one\n two␍\n");
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

    #[test]
    fn what_large_texts_have_in_common_is_passed_over() {
        let before = "a line of some length\n".repeat(400_000);
        let old = format!("{before}old\nsame\n{before}");
        let new = format!("{before}new\nsame\nmore\n{before}");
        let diff = Diff::between(&old, &new);
        assert_eq!((diff.added, diff.removed, diff.is_cut), (2, 1, false));
        let changed = diff.lines.iter().filter(|line| line.kind != LineKind::Same);
        let changed: Vec<_> = changed
            .map(|line| (line.old, line.new, line.text.as_str()))
            .collect();
        let expected = [
            (Some(400_001), None, "old"),
            (None, Some(400_001), "new"),
            (None, Some(400_003), "more"),
        ];
        assert_eq!(changed, expected);
        assert_eq!(diff.lines.len(), 3 + 4 + 3);
    }

    #[test]
    fn of_large_texts_that_have_nothing_in_common_some_lines_are_shown() {
        let text = |word: &str| {
            (0..400_000).fold(String::new(), |text, n| text + word + &n.to_string() + "\n")
        };
        let diff = Diff::between(&text("first "), &text("second "));
        assert_eq!(
            (diff.added, diff.removed, diff.is_cut),
            (400_000, 400_000, true)
        );
        let bytes: usize = diff.lines.iter().map(|line| line.text.len()).sum();
        assert!((SHOWN..=2 * SHOWN).contains(&bytes), "{bytes}");
        assert!(diff.lines.iter().any(|line| line.kind == LineKind::Added));
        assert!(diff.to_string().ends_with("too long to be shown\n"));
    }
}

#[cfg(test)]
mod properties {
    use proptest::prelude::*;

    use super::*;

    /// The text that a difference leads to.
    fn applied(old: &str, diff: &Diff) -> Vec<String> {
        let mut old = old.lines();
        let mut new = Vec::new();
        let mut at = 1;
        for line in diff.lines.iter().filter(|line| line.kind != LineKind::Gap) {
            while line.old.is_some_and(|number| at < number)
                || line.kind == LineKind::Added && new.len() + 1 < line.new.unwrap_or_default()
            {
                new.push(old.next().unwrap_or_default().to_owned());
                at += 1;
            }
            if line.old.is_some() {
                old.next();
                at += 1;
            }
            if line.new.is_some() {
                new.push(line.text.clone());
            }
        }
        new.extend(old.map(str::to_owned));
        new
    }

    proptest! {
        #[test]
        fn a_difference_leads_from_the_old_text_to_the_new_one(
            old in "([abé]?\n){0,12}[ab]?",
            new in "([abé]?\n){0,12}[ab]?",
        ) {
            let lines: Vec<&str> = new.lines().collect();
            prop_assert_eq!(applied(&old, &Diff::between(&old, &new)), lines);
        }
    }
}
