//! Which words of changed lines changed, and how much of a very long line is shown.

use std::ops::Range;
use std::time::Duration;

use similar::{ChangeTag, TextDiff};
use unicode_segmentation::UnicodeSegmentation;

use crate::admin::text::{bytes, clean_line};

/// A comparison of words that takes longer than this goes on less exactly.
const PATIENCE: Duration = Duration::from_millis(50);
/// Bytes that are compared word by word at once; of what is longer the ends are marked of what is
/// between the equal beginnings and ends.
const MAX_COMPARED: usize = 256 * 1024;
/// Where more than this share of a line changed, in percent, it is another line: nothing in it is
/// marked, but the ends of the change in one that is shown in parts.
const MAX_CHANGED: usize = 70;
/// Bytes of a line that is shown whole.
const LONG: usize = 4_096;
/// Bytes that are shown before and behind a change in a longer one.
const AROUND: usize = 400;
/// Bytes that are looked through for the beginning of a word.
const WORD: usize = 64;

/// A line of a comparison, made fit for a terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) text: String,
    /// What changed in it, in bytes and in order.
    pub(super) changed: Vec<Range<usize>>,
    /// What stands for parts that are left out, in bytes and in order.
    pub(super) left_out: Vec<Range<usize>>,
}

impl Words {
    /// A line as it is stored.
    pub(super) fn new(line: &str) -> Self {
        Self {
            text: clean_line(line),
            ..Self::default()
        }
    }

    /// The same without what is too much for a screen: of a very long line the parts around its
    /// changes are left, or its beginning.
    pub(super) fn shortened(self) -> Self {
        if self.text.len() <= LONG {
            return self;
        }
        let (shown, mut short) = (self.shown(), Self::default());
        let mut at = 0;
        for part in shown {
            short.leave_out(at..part.start);
            let shift = short.text.len();
            let within = self.changed.iter().filter_map(|range| both(range, &part));
            short.changed.extend(
                within
                    .map(|range| range.start - part.start + shift..range.end - part.start + shift),
            );
            short.text.push_str(&self.text[part.clone()]);
            at = part.end;
        }
        short.leave_out(at..self.text.len());
        short
    }

    /// The parts of a long line that are shown.
    fn shown(&self) -> Vec<Range<usize>> {
        let text = &self.text;
        let mut shown: Vec<Range<usize>> = Vec::new();
        let mut room = LONG;
        for range in &self.changed {
            let from = text.floor_char_boundary(range.start.saturating_sub(AROUND));
            let from = from.max(shown.last().map_or(0, |last| last.end));
            let to = text.floor_char_boundary((range.end + AROUND).min(from.saturating_add(room)));
            if to <= from {
                continue;
            }
            room -= (to - from).min(room);
            match shown.last_mut() {
                Some(last) if last.end == from => last.end = to,
                _ => shown.push(from..to),
            }
        }
        if shown.is_empty() {
            shown.push(0..text.floor_char_boundary(LONG));
        }
        shown
    }

    /// Tells how much of another one is left out here.
    fn leave_out(&mut self, part: Range<usize>) {
        if part.is_empty() {
            return;
        }
        let from = self.text.len();
        self.text.push_str(" … ");
        self.text.push_str(&bytes(part.len()));
        self.text.push_str(" … ");
        self.left_out.push(from..self.text.len());
    }
}

/// What is in both.
pub(super) fn both(one: &Range<usize>, other: &Range<usize>) -> Option<Range<usize>> {
    let common = one.start.max(other.start)..one.end.min(other.end);
    (!common.is_empty()).then_some(common)
}

/// Marks the words that changed between lines and those in their place.
pub(super) fn mark(removed: &mut [Words], added: &mut [Words]) {
    let (old, new) = (joined(removed), joined(added));
    let (from, old_end, new_end) = middle(&old, &new);
    let (before, after) = (&old[from..old_end], &new[from..new_end]);
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    if before.len().max(after.len()) > MAX_COMPARED {
        gone.extend(ends(&old, from, old_end));
        come.extend(ends(&new, from, new_end));
    } else {
        let (before, after) = (words(before), words(after));
        let diff = TextDiff::configure()
            .timeout(PATIENCE)
            .diff_slices(&before, &after);
        let (mut old_at, mut new_at) = (from, from);
        for change in diff.iter_all_changes() {
            let length = change.value().len();
            match change.tag() {
                ChangeTag::Equal => {
                    old_at += length;
                    new_at += length;
                }
                ChangeTag::Delete => {
                    push(&mut gone, old_at..old_at + length);
                    old_at += length;
                }
                ChangeTag::Insert => {
                    push(&mut come, new_at..new_at + length);
                    new_at += length;
                }
            }
        }
    }
    give(removed, &gone);
    give(added, &come);
}

/// The beginning and the end of a part of a text.
fn ends(text: &str, from: usize, to: usize) -> impl Iterator<Item = Range<usize>> + use<> {
    let first = from..text.floor_char_boundary(to.min(from + WORD));
    let last = text.ceil_char_boundary(to.saturating_sub(WORD).max(first.end))..to;
    [first, last].into_iter().filter(|range| !range.is_empty())
}

fn joined(lines: &[Words]) -> String {
    let lines: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    lines.join("\n")
}

fn words(text: &str) -> Vec<&str> {
    text.split_word_bounds().collect()
}

/// What is between the equal beginnings and ends of two texts, from the beginning of a word to the
/// end of one: where it begins in both, and where it ends in each.
fn middle(old: &str, new: &str) -> (usize, usize, usize) {
    let same = |(one, other): &(u8, u8)| one == other;
    let from = old.bytes().zip(new.bytes()).take_while(same).count();
    let from = word_start(old, old.floor_char_boundary(from));
    let ends = old.bytes().rev().zip(new.bytes().rev());
    let most = old.len().min(new.len()) - from;
    let tail = ends.take_while(same).count().min(most);
    let end = word_end(old, old.ceil_char_boundary(old.len() - tail));
    (from, end, new.len() - (old.len() - end))
}

/// The beginning of the word that a place is in.
fn word_start(text: &str, at: usize) -> usize {
    let from = text.floor_char_boundary(at.saturating_sub(WORD));
    let before = text[from..at].char_indices().rev();
    let of_word = before.take_while(|(_, char)| !char.is_whitespace());
    of_word.last().map_or(at, |(start, _)| from + start)
}

/// The end of the word that a place is in.
fn word_end(text: &str, at: usize) -> usize {
    let behind = text[at..].char_indices().take(WORD);
    let mut of_word = behind.skip_while(|(_, char)| !char.is_whitespace());
    let most = text.ceil_char_boundary((at + WORD).min(text.len()));
    of_word.next().map_or(most, |(end, _)| at + end)
}

/// Joins what follows on each other.
fn push(ranges: &mut Vec<Range<usize>>, range: Range<usize>) {
    match ranges.last_mut() {
        Some(last) if last.end == range.start => last.end = range.end,
        _ => ranges.push(range),
    }
}

/// Gives each line what changed in it.
fn give(lines: &mut [Words], changed: &[Range<usize>]) {
    let mut start = 0;
    let mut changed = changed.iter().peekable();
    for line in lines {
        let whole = start..start + line.text.len();
        while let Some(range) = changed.peek() {
            if let Some(part) = both(range, &whole) {
                line.changed.push(part.start - start..part.end - start);
            }
            // What goes on in the next line is looked at again there.
            if range.end > whole.end {
                break;
            }
            changed.next();
        }
        let marked: usize = line.changed.iter().map(ExactSizeIterator::len).sum();
        if marked * 100 > line.text.len() * MAX_CHANGED {
            let changed = std::mem::take(&mut line.changed);
            let span = changed.first().zip(changed.last());
            // Of what is too long for a screen it still matters where that begins and ends.
            if let Some((first, last)) = span.filter(|_| line.text.len() > LONG) {
                line.changed.extend(ends(&line.text, first.start, last.end));
            }
        }
        start = whole.end + 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marked(line: &Words) -> Vec<&str> {
        let ranges = line.changed.iter();
        ranges.map(|range| &line.text[range.clone()]).collect()
    }

    fn compared(old: &str, new: &str) -> (Words, Words) {
        let (mut old, mut new) = ([Words::new(old)], [Words::new(new)]);
        mark(&mut old, &mut new);
        let ([old], [new]) = (old, new);
        (old, new)
    }

    #[test]
    fn the_words_that_changed_are_marked() {
        let (old, new) = compared(
            "the quick brown fox jumps",
            "the slow brown fox jumped over",
        );
        assert_eq!(marked(&old), ["quick", "jumps"]);
        assert_eq!(marked(&new), ["slow", "jumped over"]);
        let (old, new) = compared("日本語を話す", "日本語も話す");
        assert_eq!((marked(&old), marked(&new)), (vec!["を"], vec!["も"]));
    }

    #[test]
    fn a_line_between_others_is_found() {
        let mut old = [Words::new("one two"), Words::new("three four five")];
        let mut new = [
            Words::new("one two"),
            Words::new("between them"),
            Words::new("three 4 five"),
        ];
        mark(&mut old, &mut new);
        assert_eq!(marked(&old[1]), ["four"]);
        assert_eq!(marked(&new[2]), ["4"]);
        // A line that is another one as a whole needs no marks.
        assert!(new[1].changed.is_empty());
    }

    #[test]
    fn of_a_very_long_line_the_change_is_shown() {
        let long = "word ".repeat(20_000);
        let changed = long.replacen("word", "first", 1) + "last";
        let (old, new) = compared(&long, &changed);
        let (old, new) = (old.shortened(), new.shortened());
        assert!(new.text.len() < 2 * LONG, "{}", new.text.len());
        // How exactly the words are compared depends on the time that it takes.
        let marks = marked(&new);
        assert!(marks[0].starts_with("first"), "{marks:?}");
        assert!(marks.last().unwrap().ends_with("last"), "{marks:?}");
        assert!(marked(&old)[0].starts_with("word"));
        assert!(new.text.contains(" … 99 kB … "), "{}", new.text);
        // Of a change that is longer than is compared, the ends are shown.
        let (_, new) = compared(&long, &"other ".repeat(60_000));
        let new = new.shortened();
        assert_eq!(new.changed.len(), 2);
        assert!(new.text.contains(" … 359 kB … "), "{}", new.text.len());
    }

    proptest! {
        #[test]
        fn marks_are_within_the_lines(old in "[ab日 ]{0,40}", new in "[ab日 ]{0,40}") {
            let (old, new) = compared(&old, &new);
            for line in [old, new] {
                let mut last = 0;
                for range in &line.changed {
                    prop_assert!(range.start >= last && range.end > range.start);
                    prop_assert!(line.text.get(range.clone()).is_some());
                    last = range.end;
                }
            }
        }
    }
}
