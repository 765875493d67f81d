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

/// Words that begin with `prefix` and whose stem does not begin as the prefix's own does: those
/// that the prefix alone would lose while it is typed (`configurat` loses *configuration*, which
/// is indexed as `configur`). One for each such stem, and none of a letter or two.
pub(super) fn completions(prefix: &str) -> Vec<String> {
    if prefix.chars().count() < 3 {
        return Vec::new();
    }
    let own = porter(prefix);
    let mut stems: Vec<String> = Vec::new();
    let mut words = Vec::new();
    for ending in ENDINGS {
        for typed in 0..ending.len() {
            if !prefix.ends_with(&ending[..typed]) {
                continue;
            }
            let word = format!("{prefix}{}", &ending[typed..]);
            let stem = porter(&word);
            let lost =
                stem.chars().count() >= 3 && !stem.starts_with(&own) && !stems.contains(&stem);
            if lost && words.len() < MAX_COMPLETIONS {
                stems.push(stem);
                words.push(word);
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_word_is_lost_while_it_is_typed() {
        for word in [
            "configuration",
            "connections",
            "relational",
            "studies",
            "walking",
            "happiness",
            "organization",
            "agreement",
            "responsibility",
        ] {
            let stem = porter(word);
            for end in 3..=word.len() {
                let typed = &word[..end];
                let found = stem.starts_with(&porter(typed))
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
            prop_assert!(completions(&letters).len() <= MAX_COMPLETIONS);
        }
    }
}
