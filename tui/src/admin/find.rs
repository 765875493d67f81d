//! Words that are looked for in a text that is shown: where they are, in capitals or not.

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// What is looked for: words or phrases, in small letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needles(Vec<Vec<char>>);

impl Needles {
    pub(crate) fn new<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> Self {
        let mut needles: Vec<Vec<char>> = words
            .into_iter()
            .map(|word| word.as_ref().chars().flat_map(char::to_lowercase).collect())
            .filter(|word: &Vec<char>| !word.is_empty())
            .collect();
        needles.sort();
        needles.dedup();
        Self(needles)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where they are, in order and apart from each other.
    pub(crate) fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        let mut next = 0;
        if self.is_empty() {
            return ranges;
        }
        // Most letters begin nothing that is looked for, which is soon seen of these.
        let begins = |char: char| {
            let small = char.to_ascii_lowercase();
            let mut firsts = self.0.iter().filter_map(|needle| needle.first());
            !char.is_ascii() || firsts.any(|first| *first == small)
        };
        for (at, char) in text.char_indices() {
            if at >= next
                && begins(char)
                && let Some(length) = self.at(&text[at..])
            {
                ranges.push(at..at + length);
                next = at + length;
            }
        }
        ranges
    }

    /// The bytes of the longest that a text begins with.
    fn at(&self, text: &str) -> Option<usize> {
        self.0
            .iter()
            .filter_map(|needle| begins_with(text, needle))
            .max()
    }
}

/// A line with parts of it, in bytes and in order, in styles of their own.
pub(crate) fn marked(line: Line<'static>, parts: &[(Range<usize>, Style)]) -> Line<'static> {
    if parts.is_empty() {
        return line;
    }
    let mut spans = Vec::new();
    let mut at = 0;
    for span in &line.spans {
        let text = span.content.as_ref();
        let end = at + text.len();
        let mut from = at;
        let within = |(range, _): &&(Range<usize>, Style)| range.start < end && range.end > at;
        for (range, style) in parts.iter().filter(within) {
            let (start, stop) = (range.start.max(at), range.end.min(end));
            if start > from {
                spans.push(Span::styled(
                    text[from - at..start - at].to_owned(),
                    span.style,
                ));
            }
            let style = span.style.patch(*style);
            spans.push(Span::styled(text[start - at..stop - at].to_owned(), style));
            from = stop;
        }
        if end > from {
            spans.push(Span::styled(text[from - at..].to_owned(), span.style));
        }
        at = end;
    }
    Line { spans, ..line }
}

/// How many bytes of a text make the needle, if it begins with it.
fn begins_with(text: &str, needle: &[char]) -> Option<usize> {
    let mut wanted = needle.iter().peekable();
    for (at, char) in text.char_indices() {
        if wanted.peek().is_none() {
            return Some(at);
        }
        for small in char.to_lowercase() {
            if wanted.next() != Some(&small) {
                return None;
            }
        }
    }
    wanted.peek().is_none().then_some(text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_found_whatever_their_capitals() {
        let needles = Needles::new(["river", "STRASSE", "İ"]);
        let text = "A River, by the straße and the STRASSE: rivers. İ";
        let found: Vec<&str> = needles
            .ranges(text)
            .into_iter()
            .map(|range| &text[range])
            .collect();
        assert_eq!(found, ["River", "STRASSE", "river", "İ"]);
        assert!(needles.ranges("rive").is_empty());
        assert!(Needles::new([""]).is_empty());
    }

    #[test]
    fn what_is_found_keeps_the_style_it_has() {
        let bold = Style::new().bold();
        let line = Line::from(vec![Span::raw("one t"), Span::styled("wo three", bold)]);
        let found = Needles::new(["two"]).ranges("one two three");
        let style = Style::new().underlined();
        let parts: Vec<_> = found.into_iter().map(|range| (range, style)).collect();
        let shown = marked(line, &parts);
        let pieces: Vec<(&str, Style)> = shown
            .spans
            .iter()
            .map(|span| (span.content.as_ref(), span.style))
            .collect();
        assert_eq!(
            pieces,
            [
                ("one ", Style::new()),
                ("t", Style::new().underlined()),
                ("wo", bold.underlined()),
                (" three", bold)
            ]
        );
    }

    proptest! {
        #[test]
        fn marking_changes_no_text(text in any::<String>(), needle in "[a-zß]{0,3}") {
            let found = Needles::new([needle]).ranges(&text).into_iter();
            let parts: Vec<_> = found.map(|range| (range, Style::new().bold())).collect();
            let line = marked(Line::raw(text.clone()), &parts);
            let shown: String = line.spans.iter().map(|span| span.content.as_ref()).collect();
            prop_assert_eq!(shown, text);
        }
    }
}
