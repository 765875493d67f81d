//! What may stand in one place of a term of a query: the forms of a word.

use super::language::Language;
use super::query::Ending;
use super::snowball;
use super::stem::{common, is_short, postgres_variants, shortened};
use super::words::Spelling;

/// What may stand in one place of a term.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Slot {
    /// Words with one of these forms.
    forms: Vec<String>,
    /// Words that are this one.
    same: Option<String>,
    /// Words that begin so.
    begin: Option<String>,
    /// What every word that matches begins with: most words are passed over by that.
    pub(super) root: String,
}

impl Slot {
    pub(super) fn new(word: &str, ending: Ending, language: Language, spelling: &Spelling) -> Self {
        let begin = ending.goes_on().then(|| word.to_owned());
        if ending == Ending::Begin {
            return Self {
                forms: Vec::new(),
                same: None,
                begin,
                root: word.to_owned(),
            };
        }
        // So short a word has no endings to be taken from it.
        if language == Language::English && is_short(word) {
            return Self {
                forms: Vec::new(),
                same: Some(word.to_owned()),
                begin,
                root: word.to_owned(),
            };
        }
        if language == Language::English {
            let forms = postgres_variants(word);
            let root = forms.iter().map(|form| shortened(form)).reduce(common);
            return Self {
                root: common(root.unwrap_or_default(), word).to_owned(),
                forms,
                same: None,
                begin,
            };
        }
        let forms = snowball::forms(language, spelling.of(word));
        let root = match language {
            Language::Plain => word.to_owned(),
            _ if snowball::keeps_begins(language) => snowball::root(language, &forms),
            _ => String::new(),
        };
        Self {
            root: common(&root, word).to_owned(),
            forms,
            same: None,
            begin,
        }
    }

    /// Whether a folded word fits, which has these forms.
    pub(super) fn matches(&self, word: &str, forms: &[String]) -> bool {
        forms.iter().any(|form| self.forms.contains(form))
            || self.same.as_deref() == Some(word)
            || (self.begin.as_deref()).is_some_and(|begin| word.starts_with(begin))
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
            let slot = Slot::new(word, Ending::Whole, Language::English, &Spelling::default());
            assert!(word.starts_with(&slot.root), "{word} {slot:?}");
        }
    }
}
