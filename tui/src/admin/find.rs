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

    /// Whether any of them is in a text.
    pub(crate) fn are_in(&self, text: &str) -> bool {
        text.char_indices()
            .any(|(at, _)| self.at(&text[at..]).is_some())
    }

    /// Where they are, in order and apart from each other.
    pub(crate) fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        let mut next = 0;
        if self.is_empty() {
            return ranges;
        }
        for (at, _) in text.char_indices() {
            if at >= next
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

    /// A line with what is found in it in a style of its own.
    pub(crate) fn highlight(&self, line: Line<'static>, style: Style) -> Line<'static> {
        let text: String = line
            .spans
            .iter()
            .map(|span| span.content.as_ref())
            .collect();
        let ranges = self.ranges(&text);
        if ranges.is_empty() {
            return line;
        }
        let mut spans = Vec::new();
        let mut at = 0;
        for span in &line.spans {
            let end = at + span.content.len();
            let mut from = at;
            for range in ranges
                .iter()
                .filter(|range| range.start < end && range.end > at)
            {
                let (start, stop) = (range.start.max(at), range.end.min(end));
                if start > from {
                    spans.push(Span::styled(text[from..start].to_owned(), span.style));
                }
                spans.push(Span::styled(
                    text[start..stop].to_owned(),
                    span.style.patch(style),
                ));
                from = stop;
            }
            if end > from {
                spans.push(Span::styled(text[from..end].to_owned(), span.style));
            }
            at = end;
        }
        Line { spans, ..line }
    }
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
        assert!(needles.are_in("RIVER") && !needles.are_in("rive"));
        assert!(Needles::new([""]).is_empty());
    }

    #[test]
    fn what_is_found_keeps_the_style_it_has() {
        let bold = Style::new().bold();
        let line = Line::from(vec![Span::raw("one t"), Span::styled("wo three", bold)]);
        let shown = Needles::new(["two"]).highlight(line, Style::new().underlined());
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
        fn highlighting_changes_no_text(text in any::<String>(), needle in "[a-zß]{0,3}") {
            let line = Needles::new([needle]).highlight(Line::raw(text.clone()), Style::new().bold());
            let shown: String = line.spans.iter().map(|span| span.content.as_ref()).collect();
            prop_assert_eq!(shown, text);
        }
    }
}
