//! What a prefix may go on to: English words that the stem of a prefix does not lead to.

use super::stem::porter;

/// English endings: what a word that is being typed may go on to.
const ENDINGS: &[&str] = &[
    "s",
    "es",
    "e",
    "ed",
    "er",
    "ers",
    "ing",
    "ings",
    "ion",
    "ions",
    "ional",
    "ation",
    "ations",
    "ational",
    "ator",
    "ators",
    "ive",
    "ively",
    "iveness",
    "ivity",
    "al",
    "ally",
    "ality",
    "alism",
    "alize",
    "alized",
    "alization",
    "ize",
    "ized",
    "izer",
    "izing",
    "ization",
    "izations",
    "ible",
    "able",
    "ably",
    "ibly",
    "ability",
    "abilities",
    "ibility",
    "ance",
    "ances",
    "ence",
    "ences",
    "ancy",
    "ency",
    "ment",
    "ments",
    "ement",
    "ness",
    "ful",
    "fully",
    "fulness",
    "ous",
    "ously",
    "ousness",
    "ly",
    "y",
    "ies",
    "ied",
    "ism",
    "ity",
    "ities",
    "icity",
    "ical",
    "ically",
    "icate",
    "icated",
    "ication",
    "ate",
    "ated",
    "ates",
    "ating",
    "ative",
    "ant",
    "ants",
    "ent",
    "ents",
    "ently",
    "ically",
    "sses",
];
/// No more of them are asked for.
const MAX_COMPLETIONS: usize = 12;

/// Words that begin so and whose stem does not, one for each such stem: those that an index of stems
/// would lose while they are typed. `configurat` loses *configuration*, which is indexed as
/// `configur`, `key` and `bus` lose themselves (`kei`, `bu`). None of a letter, but for the begin itself.
pub(super) fn completions(begin: &str) -> Vec<String> {
    let mut stems: Vec<String> = Vec::new();
    let mut words = Vec::new();
    // The begin itself last: FTS5 leaves it as it is where it is short.
    for ending in ENDINGS.iter().copied().chain([""]) {
        for typed in 0..ending.len().max(1) {
            if !begin.ends_with(&ending[..typed]) {
                continue;
            }
            let word = format!("{begin}{}", &ending[typed..]);
            let stem = porter(&word);
            let is_word = word == begin || stem.chars().nth(1).is_some();
            let is_lost = is_word && !stem.starts_with(begin) && !stems.contains(&stem);
            if is_lost && (words.len() < MAX_COMPLETIONS || word == begin) {
                stems.push(stem);
                words.push(word);
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::super::words::{folded, words};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_word_is_lost_while_it_is_typed() {
        // What people write about: these pages.
        let pages = [
            include_str!("../../../README.md"),
            include_str!("../../../docs/search.md"),
            include_str!("../../../docs/ingestion.md"),
            include_str!("../../../docs/exchange.md"),
        ];
        let typed = "responsibility organizational happiness agreements adding erring analysis \
                     encrypted newtype keyboards everything async payload playground eyed dying \
                     abilities buses gases lenses refusing libraries flies analogies possibly";
        let texts = pages.into_iter().chain([typed]);
        let all = texts.flat_map(|text| {
            words(text)
                .map(|word| folded(word.text))
                .collect::<Vec<_>>()
        });
        let all: std::collections::BTreeSet<String> = all.filter(|word| word.is_ascii()).collect();
        assert!(all.len() > 1_000, "{}", all.len());
        for word in &all {
            let stem = porter(word);
            for end in 2..=word.len() {
                let typed = &word[..end];
                let found = stem.starts_with(typed)
                    || completions(typed)
                        .iter()
                        .any(|completion| porter(completion) == stem);
                assert!(found, "{typed}* misses {word}, which is indexed as {stem}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_letters_may_go_on(letters in "[a-z]{0,24}") {
            prop_assert!(completions(&letters).len() <= MAX_COMPLETIONS + 1);
        }
    }
}
