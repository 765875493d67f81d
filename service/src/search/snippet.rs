//! Where a hit fits: the part of its text with the most of the query's terms, its matched words
//! marked. One rule for both databases, the one by which their indexes match.

use std::collections::HashSet;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::Scope;
use super::language::Language;
use super::query::Term;
use super::stem::{completions, porter, postgres_variants};
use super::words::{Word, folded, words};

/// A snippet's length, in bytes of text.
const LENGTH: usize = 240;
/// What it shows before the first match.
const LEAD: usize = 60;

/// What a snippet is cut from.
#[derive(Debug)]
pub(super) struct Excerpt {
    pub(super) scope: Scope,
    pub(super) id: Uuid,
    /// A document's code, a message's thread.
    pub(super) label: String,
    pub(super) user: Option<String>,
    /// Name and content, or question and answer.
    pub(super) fields: [String; 2],
    pub(super) created_at: DateTime<Utc>,
}

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

/// Tells which words of a text match.
#[derive(Debug)]
pub(super) struct Matcher {
    terms: Vec<Vec<Place>>,
    /// What a matching word may begin with: most words are passed over by that.
    initials: HashSet<char>,
    language: Language,
}

/// What may stand in one place of a term.
#[derive(Debug)]
struct Place {
    stems: Vec<String>,
    prefix: Option<String>,
}

impl Place {
    fn matches(&self, word: &str, stem: &str) -> bool {
        self.stems.iter().any(|wanted| wanted == stem)
            || self
                .prefix
                .as_ref()
                .is_some_and(|prefix| word.starts_with(prefix) || stem.starts_with(prefix))
    }
}

impl Matcher {
    pub(super) fn new<'a>(terms: impl Iterator<Item = &'a Term>, language: Language) -> Self {
        let terms: Vec<Vec<Place>> = terms.map(|term| places(term, language)).collect();
        let initials = terms
            .iter()
            .flatten()
            .flat_map(|place| place.stems.iter().chain(&place.prefix))
            .filter_map(|form| form.chars().next())
            .collect();
        Self {
            terms,
            initials,
            language,
        }
    }

    /// The best part of the excerpt: of its second field, or of its first where the second has
    /// no match and the first is a text as well.
    pub(super) fn snippet(&self, excerpt: &Excerpt) -> Snippet {
        let [heavy, light] = &excerpt.fields;
        let found = self.matches(light);
        if found.is_empty() && excerpt.scope == Scope::Messages {
            return cut(heavy, &self.matches(heavy));
        }
        cut(light, &found)
    }

    /// Where terms match: the bytes from and to, and which term.
    fn matches(&self, text: &str) -> Vec<(usize, usize, usize)> {
        let mut found = Vec::new();
        if self.terms.is_empty() {
            return found;
        }
        // The last words, for phrases: as many as the longest has.
        let mut recent: Vec<(Word<'_>, Option<(String, String)>)> = Vec::new();
        let longest = self.terms.iter().map(Vec::len).max().unwrap_or_default();
        for word in words(text) {
            if recent.len() == longest {
                recent.remove(0);
            }
            recent.push((word, self.forms(word.text)));
            for (number, places) in self.terms.iter().enumerate() {
                let Some(start) = recent.len().checked_sub(places.len()) else {
                    continue;
                };
                let fits = recent[start..]
                    .iter()
                    .zip(places)
                    .all(|((_, forms), place)| {
                        forms
                            .as_ref()
                            .is_some_and(|(word, stem)| place.matches(word, stem))
                    });
                if fits {
                    found.push((recent[start].0.start, word.end(), number));
                    break;
                }
            }
        }
        found
    }

    /// The word folded, and its stem; None where it can't match by its first letter.
    fn forms(&self, word: &str) -> Option<(String, String)> {
        let initial = word.chars().next()?;
        if initial.is_ascii()
            && word.is_ascii()
            && !self.initials.contains(&initial.to_ascii_lowercase())
        {
            return None;
        }
        let word = folded(word);
        let stem = match self.language {
            Language::English => porter(&word),
            Language::Plain => word.clone(),
        };
        Some((word, stem))
    }
}

fn places(term: &Term, language: Language) -> Vec<Place> {
    let last = term.words.len() - 1;
    let place = |(at, word): (usize, &String)| {
        let stemmed = language == Language::English;
        let mut stems = if stemmed {
            postgres_variants(word)
        } else {
            vec![word.clone()]
        };
        let prefix = (term.prefix && at == last).then(|| {
            if stemmed && word.chars().count() >= 3 {
                stems.extend(completions(word).iter().map(|word| porter(word)));
                porter(word)
            } else {
                word.clone()
            }
        });
        Place { stems, prefix }
    };
    term.words.iter().enumerate().map(place).collect()
}

/// Cuts out the part with the most different terms, the earliest of several.
fn cut(text: &str, found: &[(usize, usize, usize)]) -> Snippet {
    let reach = |first: usize| {
        let within = found[first..]
            .iter()
            .take_while(move |(.., to, _)| *to <= found[first].0 + LENGTH - LEAD);
        within.map(|(.., term)| *term).collect::<HashSet<_>>().len()
    };
    // Of very many matches the first ones are as good as any.
    let best = (0..found.len().min(1_000))
        .rev()
        .max_by_key(|first| reach(*first));
    let from = best.map_or(0, |first| found[first].0.saturating_sub(LEAD));
    let from = word_start(text, from);
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
    let mut at = from;
    for (start, end, _) in found
        .iter()
        .filter(|(start, end, _)| *start >= from && *end <= to)
    {
        if *start >= at {
            snippet.push(&text[at..*start], false);
            snippet.push(&text[*start..*end], true);
            at = *end;
        }
    }
    snippet.push(&text[at..to.max(at)], false);
    if to < text.len() {
        snippet.push("…", false);
    }
    Snippet {
        spans: snippet.spans,
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
    use super::super::query::parse;
    use super::*;
    use proptest::prelude::*;

    /// A text's snippet with the matches in brackets.
    fn marked(query: &str, text: &str) -> String {
        let query = parse(query, Typing::Finished);
        let matcher = Matcher::new(
            query.any_of.iter().flat_map(|all| &all.wanted),
            Language::English,
        );
        let snippet = cut(text, &matcher.matches(text));
        snippet
            .spans
            .iter()
            .map(|span| {
                if span.matched {
                    format!("[{}]", span.text)
                } else {
                    span.text.clone()
                }
            })
            .collect()
    }

    #[test]
    fn words_are_marked_by_the_rule_that_matched_them() {
        assert_eq!(
            marked("connection", "Connect\n\tthe  connections."),
            "[Connect] the [connections]."
        );
        assert_eq!(
            marked("café", "Cafe CAFÉ caffeine"),
            "[Cafe] [CAFÉ] caffeine"
        );
        assert_eq!(
            marked("conf*", "configure, confess, cone"),
            "[configure], [confess], cone"
        );
        assert_eq!(
            marked("\"big fish\"", "big cat, big fish, fish"),
            "big cat, [big fish], fish"
        );
        assert_eq!(marked("analog", "an analogy"), "an [analogy]");
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
