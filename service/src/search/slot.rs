//! What may stand in one place of a term of a query: the forms of a word.

use super::completions::completions;
use super::language::Language;
use super::snowball;
use super::stem::{common, porter, postgres_variants, shortened};
use super::words::Spelling;

/// What may stand in one place of a term.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Slot {
    stems: Vec<String>,
    prefix: Option<String>,
    /// What every word that matches begins with: most words are passed over by that.
    pub(super) root: String,
}

impl Slot {
    pub(super) fn new(word: &str, prefix: bool, language: Language, spelling: &Spelling) -> Self {
        if language == Language::English {
            return Self::english(word, prefix);
        }
        let stems = snowball::forms(language, spelling.of(word));
        let root = match language {
            Language::Plain => word.to_owned(),
            _ if snowball::keeps_begins(language) => snowball::root(language, &stems),
            _ => String::new(),
        };
        Self {
            stems,
            prefix: prefix.then(|| word.to_owned()),
            root,
        }
    }

    fn english(word: &str, prefix: bool) -> Self {
        let mut stems = postgres_variants(word);
        let prefix = prefix.then(|| {
            if word.chars().count() >= 3 {
                stems.extend(completions(word).iter().map(|word| porter(word)));
                porter(word)
            } else {
                word.to_owned()
            }
        });
        let root = stems
            .iter()
            .chain(&prefix)
            .map(|form| shortened(form))
            .reduce(common)
            .unwrap_or_default()
            .to_owned();
        Self {
            stems,
            prefix,
            root,
        }
    }

    /// Whether a word fits that the index has in these forms, and that begins in these ways.
    pub(super) fn matches(&self, indexed: &[String], begins: &[String]) -> bool {
        indexed.iter().any(|form| self.stems.contains(form))
            || self
                .prefix
                .as_ref()
                .is_some_and(|prefix| begins.iter().any(|form| form.starts_with(prefix)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No word is passed over by its begin that its stem would have matched.
    #[test]
    fn roots_are_what_all_forms_begin_with() {
        let words = [
            "connections",
            "sensibility",
            "possibly",
            "agreed",
            "hopping",
            "filing",
            "relational",
            "analogies",
            "happiness",
            "skies",
            "flies",
            "conformably",
            "digitizer",
            "ties",
            "ass",
            "university",
            "operational",
            "notational",
            "nobility",
            "rationalization",
            "dying",
        ];
        for word in words {
            let slot = Slot::english(word, false);
            assert!(word.starts_with(&slot.root), "{word} {slot:?}");
        }
    }
}
