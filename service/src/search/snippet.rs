//! Where a hit fits: the part of its text with the most of the query's terms, its matched words
//! marked by the rule that found them ([`super::scan`]).

use std::fmt;

use serde::Serialize;

use super::scan::Found;

/// A snippet's length, in bytes of text.
const LENGTH: usize = 240;
/// What it shows before the first match.
const LEAD: usize = 60;

/// A piece of a snippet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The text.
    pub text: String,
    /// Whether it is a word that was looked for.
    pub matched: bool,
}

/// A part of a text, in pieces. Blanks and line ends are single blanks in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Snippet {
    /// The pieces in their order.
    pub spans: Vec<Span>,
}

impl fmt::Display for Snippet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spans
            .iter()
            .try_for_each(|span| f.write_str(&span.text))
    }
}

/// A snippet, and the byte of the text at which its first match stands.
pub(super) struct Cut {
    pub(super) snippet: Snippet,
    pub(super) at: Option<usize>,
}

/// The match with which the part of a text begins that has the most of the terms, the earliest of
/// several. What the text seldom says counts more: a word that is everywhere shows no place.
fn best(found: &[Found]) -> Option<usize> {
    let terms = found.iter().map(|this| this.leaf + 1).max()?;
    let mut times = vec![0_u32; terms];
    for this in found {
        times[this.leaf] += 1;
    }
    let weight = |leaf: usize| u64::from(u32::MAX / times[leaf]);
    let mut inside = vec![0_u32; terms];
    let (mut end, mut sum) = (0, 0);
    let mut best = (0, 0);
    for (first, this) in found.iter().enumerate() {
        let reach = this.start + LENGTH - LEAD;
        while let Some(next) = found
            .get(end)
            .filter(|next| end <= first || next.end <= reach)
        {
            if inside[next.leaf] == 0 {
                sum += weight(next.leaf);
            }
            inside[next.leaf] += 1;
            end += 1;
        }
        if sum > best.0 {
            best = (sum, first);
        }
        inside[this.leaf] -= 1;
        if inside[this.leaf] == 0 {
            sum -= weight(this.leaf);
        }
    }
    Some(best.1)
}

/// Cuts out the part with the most different terms.
pub(super) fn cut(text: &str, found: &[Found]) -> Cut {
    let best = best(found);
    let at = best.map(|first| found[first].start);
    let from = word_start(text, at.unwrap_or_default().saturating_sub(LEAD));
    let to = text.floor_char_boundary((from + LENGTH).min(text.len()));
    let to = if to < text.len() {
        word_end(text, from, to)
    } else {
        to
    };
    let mut snippet = Pieces::default();
    if from > 0 {
        snippet.push("…", false);
    }
    let mut done = from;
    for this in found
        .iter()
        .filter(|this| this.start >= from && this.end <= to)
    {
        if this.start >= done {
            snippet.push(&text[done..this.start], false);
            snippet.push(&text[this.start..this.end], true);
            done = this.end;
        }
    }
    snippet.push(&text[done..to.max(done)], false);
    if to < text.len() {
        snippet.push("…", false);
    }
    Cut {
        snippet: Snippet {
            spans: snippet.spans,
        },
        at,
    }
}

/// The begin of the word at a byte, or a near boundary in a text without blanks.
fn word_start(text: &str, at: usize) -> usize {
    let at = text.floor_char_boundary(at);
    if at == 0 {
        return 0;
    }
    let window = text.floor_char_boundary(at + LEAD / 2);
    text[at..window]
        .find(char::is_whitespace)
        .map_or(at, |blank| at + blank)
}

/// The end of the last whole word before a byte.
fn word_end(text: &str, from: usize, to: usize) -> usize {
    let window = text
        .floor_char_boundary(to.saturating_sub(LEAD / 2))
        .max(from);
    text[window..to]
        .rfind(char::is_whitespace)
        .map_or(to, |blank| window + blank)
}

/// Spans in the making; blanks of any kind become one.
#[derive(Default)]
struct Pieces {
    spans: Vec<Span>,
    blank: bool,
}

impl Pieces {
    fn push(&mut self, text: &str, matched: bool) {
        let mut piece = String::with_capacity(text.len());
        for c in text.chars() {
            let blank = c.is_whitespace() || c.is_control();
            let leading = self.spans.is_empty() && piece.is_empty();
            if !blank {
                piece.push(c);
            } else if !self.blank && !leading {
                piece.push(' ');
            }
            self.blank = blank;
        }
        if !piece.is_empty() {
            self.spans.push(Span {
                text: piece,
                matched,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Typing;
    use super::super::language::Language;
    use super::super::languages::Languages;
    use super::super::plan::Plan;
    use super::super::query::{Where, parse};
    use super::super::scan::Known;
    use super::*;
    use proptest::prelude::*;

    /// A text's snippet with the matches in brackets.
    fn marked(query: &str, text: &str) -> String {
        let query = parse(query, Typing::Finished);
        let found = Plan::new(&query, Languages::new(Language::English, []))
            .map(|plan| {
                let matcher = plan.matcher(Language::English);
                matcher.scan(text, Where::Anywhere, &mut Known::default())
            })
            .unwrap_or_default();
        let marked = |span: &Span| {
            if span.matched {
                format!("[{}]", span.text)
            } else {
                span.text.clone()
            }
        };
        let spans = cut(text, &found).snippet.spans;
        spans.iter().map(marked).collect()
    }

    #[test]
    fn matched_words_are_marked() {
        assert_eq!(
            marked("connection", "Connect\n\tthe  connections."),
            "[Connect] the [connections]."
        );
        assert_eq!(
            marked("\"big fish\"", "big cat, big fish, fish"),
            "big cat, [big fish], fish"
        );
        assert_eq!(marked("日本", "東京は日本の首都"), "東京は[日本]の首都");
    }

    #[test]
    fn the_part_with_the_most_terms_is_shown() {
        let text = format!(
            "apple {} apple pear {}",
            "filler ".repeat(100),
            "filler ".repeat(100)
        );
        let shown = marked("apple pear", &text);
        assert!(
            shown.contains("[apple] [pear]") && shown.starts_with('…') && shown.ends_with('…'),
            "{shown}"
        );
    }

    #[test]
    fn a_word_that_is_everywhere_shows_no_place() {
        let text = "the end of the text, ".repeat(2_000) + "the zebra, " + &"the end ".repeat(50);
        let shown = marked("the zebra", &text);
        assert!(shown.contains("[the] [zebra]"), "{shown}");
    }

    #[test]
    fn a_text_without_a_match_shows_its_begin() {
        assert_eq!(marked("absent", "Just a text."), "Just a text.");
    }

    proptest! {
        #[test]
        fn any_text_can_be_cut(text in "\\PC{0,600}", query in "[a-zé ]{1,12}\\*?") {
            let shown = marked(&query, &text);
            prop_assert!(!shown.contains('\n'));
        }
    }
}
