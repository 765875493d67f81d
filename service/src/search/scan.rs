//! Which terms of a query a text has, and where: the rule by which both indexes match, over the
//! text itself. Ranking and snippets go by it, so both databases rank and mark alike.

use super::language::Language;
use super::plan::{Bits, bit};
use super::query::{Term, Where};
use super::slot::Slot;
use super::snowball;
use super::stem::porter;
use super::words::{Spelling, begins, folded, spelled, words};
use std::collections::HashMap;

/// Places of one term in a text that are heeded; more of them tell nothing new.
const MAX_MATCHES: usize = 5_000;
/// Words that are remembered.
const MAX_KNOWN: usize = 10_000;

/// A term in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Which term.
    pub(super) leaf: usize,
    /// Where, in words.
    pub(super) word: usize,
    /// Where, in bytes: from and to.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Tells which words of a text match.
#[derive(Debug)]
pub(super) struct Matcher {
    slots: Vec<Slot>,
    /// The slots of each term, one for each of its words.
    terms: Vec<Vec<usize>>,
    /// The terms that have to stand in a name.
    in_names: Bits,
    /// Slots whose words begin so, for each ASCII letter and digit.
    by_initial: Vec<Vec<usize>>,
    /// Slots whose words may begin with anything.
    others: Vec<usize>,
    /// The first bytes of words that may fit a slot.
    initials: [bool; 256],
    language: Language,
}

impl Matcher {
    /// For texts in this language.
    pub(super) fn new<'a>(
        terms: impl Iterator<Item = &'a Term>,
        language: Language,
        spelling: &Spelling,
    ) -> Self {
        let mut matcher = Self {
            slots: Vec::new(),
            terms: Vec::new(),
            in_names: 0,
            by_initial: vec![Vec::new(); 128],
            others: Vec::new(),
            initials: [false; 256],
            language,
        };
        for (n, term) in terms.enumerate() {
            if term.place == Where::Name {
                matcher.in_names |= bit(n);
            }
            let words = term.words.iter().enumerate();
            let slots = words
                .map(|(at, word)| {
                    matcher.slot(Slot::new(word, term.ending_of(at), language, spelling))
                })
                .collect();
            matcher.terms.push(slots);
        }
        matcher
    }

    fn slot(&mut self, slot: Slot) -> usize {
        if let Some(known) = self.slots.iter().position(|known| *known == slot) {
            return known;
        }
        let n = self.slots.len();
        match slot.root.bytes().next() {
            Some(initial) if initial.is_ascii() => {
                self.by_initial[usize::from(initial)].push(n);
                self.initials[usize::from(initial)] = true;
                self.initials[usize::from(initial.to_ascii_uppercase())] = true;
            }
            _ => {
                self.others.push(n);
                self.initials = [true; 256];
            }
        }
        self.slots.push(slot);
        n
    }

    /// The terms in the text of a name, or of anything else, in the order of their places.
    pub(super) fn scan(&self, text: &str, place: Where, known: &mut Known) -> Vec<Found> {
        let mut found = Vec::new();
        // For each slot, the last words that fit it: a phrase is a row of them.
        let mut runs: Vec<Run> = self.terms.iter().map(|_| Run::default()).collect();
        let mut places = vec![0; self.terms.len()];
        let mut fitting: Vec<usize> = Vec::new();
        let mut words = words(text);
        while let Some((number, word)) = words.next_of(&self.initials) {
            if !self.fit(word.text, &mut fitting, known) {
                continue;
            }
            for (leaf, slots) in self.terms.iter().enumerate() {
                if place != Where::Name && self.in_names & bit(leaf) != 0 {
                    continue;
                }
                let run = &mut runs[leaf];
                let start = if slots.len() == 1 {
                    fitting.contains(&slots[0]).then_some(word.start)
                } else {
                    run.step(slots, &fitting, number, word.start)
                };
                if let Some(start) = start
                    && places[leaf] < MAX_MATCHES
                {
                    places[leaf] += 1;
                    found.push(Found {
                        leaf,
                        word: number + 1 - slots.len(),
                        start,
                        end: word.end(),
                    });
                }
            }
            if places.iter().all(|places| *places >= MAX_MATCHES) {
                break;
            }
        }
        found
    }

    /// The slots that a word fits.
    fn fit(&self, word: &str, fitting: &mut Vec<usize>, known: &mut Known) -> bool {
        fitting.clear();
        if !self.may_fit(word) {
            return false;
        }
        if let Some(slots) = known.0.get(word) {
            fitting.extend(slots);
            return !fitting.is_empty();
        }
        let plain = folded(word);
        let forms = match self.language {
            Language::English => vec![porter(&plain)],
            language => snowball::forms(language, &spelled(word)),
        };
        let fits = |slot: &Slot| begins(word, &slot.root) && slot.matches(&plain, &forms);
        fitting.extend((0..self.slots.len()).filter(|n| fits(&self.slots[*n])));
        if known.0.len() < MAX_KNOWN {
            known.0.insert(word.to_owned(), fitting.clone());
        }
        !fitting.is_empty()
    }

    /// Whether a word begins as one must that fits any of the slots.
    fn may_fit(&self, word: &str) -> bool {
        let begins = |n: &usize| begins(word, &self.slots[*n].root);
        match word.bytes().next() {
            Some(initial) if initial.is_ascii() => {
                let initial = usize::from(initial.to_ascii_lowercase());
                self.by_initial[initial].iter().any(begins) || self.others.iter().any(begins)
            }
            // An accent is folded away, so such a word may begin with a letter that it doesn't have.
            Some(_) => (0..self.slots.len()).any(|n| begins(&n)),
            None => false,
        }
    }
}

/// Words of texts and the slots of one matcher that they fit: to stem a word takes longer than to
/// look it up, and texts say the same ones again and again.
#[derive(Debug, Default)]
pub(super) struct Known(HashMap<String, Vec<usize>>);

/// A phrase in the making: for each number of its first words, where the latest such row of
/// words ended and where it began.
#[derive(Debug, Default)]
struct Run {
    partial: Vec<Option<(usize, usize)>>,
}

impl Run {
    fn step(
        &mut self,
        slots: &[usize],
        fitting: &[usize],
        number: usize,
        start: usize,
    ) -> Option<usize> {
        self.partial.resize(slots.len(), None);
        for (length, slot) in slots.iter().enumerate().rev() {
            if !fitting.contains(slot) {
                continue;
            }
            self.partial[length] = match length.checked_sub(1) {
                None => Some((number, start)),
                Some(before) => self.partial[before]
                    .filter(|(ended, _)| ended + 1 == number)
                    .map(|(_, began)| (number, began)),
            };
        }
        self.partial
            .last()
            .copied()
            .flatten()
            .filter(|(ended, _)| *ended == number)
            .map(|(_, began)| began)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Typing;
    use super::super::languages::Languages;
    use super::super::plan::Plan;
    use super::super::query::parse;
    use super::*;

    fn found(query: &str, text: &str) -> Vec<String> {
        found_in(Language::English, query, text)
    }

    fn found_in(language: Language, query: &str, text: &str) -> Vec<String> {
        let languages = Languages::new(language, []);
        let plan =
            Plan::new(&parse(query, Typing::Finished), languages).expect("something to look for");
        let found = plan
            .matcher(language)
            .scan(text, Where::Anywhere, &mut Known::default());
        found
            .iter()
            .map(|found| text[found.start..found.end].to_owned())
            .collect()
    }

    #[test]
    fn words_are_found_by_the_rule_of_the_indexes() {
        assert_eq!(
            found("connection", "Connect the connections"),
            ["Connect", "connections"]
        );
        assert_eq!(found("café", "Cafe CAFÉ caffeine"), ["Cafe", "CAFÉ"]);
        assert_eq!(
            found("conf*", "configure, confess, cone"),
            ["configure", "confess"]
        );
        assert_eq!(found("analog", "an analogy"), ["analogy"]);
        assert_eq!(found("eclair", "Éclair"), ["Éclair"]);
        assert_eq!(
            found("possible", "possibly a possibility"),
            ["possibly", "possibility"]
        );
    }

    #[test]
    fn words_are_found_by_the_rule_of_their_language() {
        for (language, query, text, expected) in [
            (
                Language::German,
                "Hauses",
                "Häuser, Haus, Hase",
                vec!["Häuser", "Haus"],
            ),
            (
                Language::French,
                "eleve",
                "Élèves élevé",
                vec!["Élèves", "élevé"],
            ),
            (
                Language::Russian,
                "книга",
                "Книгами КНИГИ кни",
                vec!["Книгами", "КНИГИ"],
            ),
            (
                Language::Spanish,
                "\"grande canción\"",
                "grandes canciones",
                vec!["grandes canciones"],
            ),
            (Language::Turkish, "kita*", "kitabı", vec!["kitabı"]),
            (Language::Arabic, "كتاب", "في الكتاب", vec!["الكتاب"]),
            (Language::Serbian, "knjiga", "Књиге", vec!["Књиге"]),
            (Language::Plain, "Hauses", "Haus HAUSES", vec!["HAUSES"]),
        ] {
            assert_eq!(found_in(language, query, text), expected, "{query}");
        }
    }

    #[test]
    fn phrases_are_rows_of_words() {
        assert_eq!(
            found("\"big fish\"", "big cat, big fish, fish"),
            ["big fish"]
        );
        assert_eq!(found("\"a a b\"", "a a a b"), ["a a b"]);
        assert_eq!(found("\"a b a\"", "a b a b a"), ["a b a", "a b a"]);
        assert_eq!(found("東京", "東京都と京東"), ["東京"]);
    }

    #[test]
    fn what_a_name_has_to_have_is_looked_for_in_names_alone() {
        let languages = Languages::new(Language::English, []);
        let plan = Plan::new(&parse("name:fish", Typing::Finished), languages)
            .expect("something to look for");
        let matcher = plan.matcher(Language::English);
        assert!(
            matcher
                .scan("a fish", Where::Anywhere, &mut Known::default())
                .is_empty()
        );
        assert_eq!(
            matcher
                .scan("a fish", Where::Name, &mut Known::default())
                .len(),
            1
        );
    }
}
