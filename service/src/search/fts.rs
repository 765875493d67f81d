//! A query as the text of an FTS5 query, SQLite's own.

use super::completions::completions;
use super::plan::{Plan, Tree};
use super::query::{Ending, Term, Where};
use super::stem::sqlite_begin;
use super::vocabulary::Vocabulary;

/// No phrase is asked for in more forms than this, in English and in another language.
const MAX_FORMS: usize = 16;
const MAX_WORDS: usize = 200;

/// A query to one of the indexes of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fts<'a> {
    pub(super) plan: &'a Plan,
    pub(super) index: Index<'a>,
    /// The two columns of texts; the first is the one of names.
    pub(super) columns: [&'a str; 2],
}

/// The indexes of a table.
#[derive(Clone, Copy, Debug)]
pub(super) enum Index<'a> {
    /// Of English texts, stemmed.
    English,
    /// Of all others, by the words that they have.
    Words(&'a Vocabulary),
}

impl Index<'_> {
    /// What the index's name ends with.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::English => "search",
            Self::Words(_) => "words",
        }
    }
}

impl Fts<'_> {
    /// What has this term, and nothing that must be missing.
    pub(super) fn with(&self, leaf: usize) -> String {
        let query = self.of(leaf);
        let unwanted = self.plan.unwanted();
        if unwanted.is_empty() {
            return query;
        }
        format!("({query} NOT ({}))", self.join(unwanted, " OR "))
    }

    /// What has any of the telling terms in a name, which is all that is asked.
    pub(super) fn names(&self) -> String {
        self.plan
            .telling()
            .map(|(_, leaf)| self.of_term(&leaf.term, Where::Name))
            .collect::<Vec<_>>()
            .join(" OR ")
    }

    /// What has what the query asks for, or this part of it.
    pub(super) fn tree(&self, tree: &Tree) -> String {
        match tree {
            Tree::Leaf(n) => self.of(*n),
            Tree::Any(trees) => format!("({})", self.join(trees, " OR ")),
            Tree::All { wanted, unwanted } => {
                let wanted = self.join(wanted, " AND ");
                if unwanted.is_empty() {
                    format!("({wanted})")
                } else {
                    format!("(({wanted}) NOT ({}))", self.join(unwanted, " OR "))
                }
            }
        }
    }

    fn join(&self, trees: &[Tree], with: &str) -> String {
        trees
            .iter()
            .map(|tree| self.tree(tree))
            .collect::<Vec<_>>()
            .join(with)
    }

    /// What has this term.
    pub(super) fn of(&self, leaf: usize) -> String {
        let term = &self.plan.leaves[leaf].term;
        match (self.index, term.place) {
            (Index::English, Where::Name) => {
                format!(
                    "({} : {})",
                    self.columns[0],
                    self.of_term(term, Where::Name)
                )
            }
            _ => self.of_term(term, term.place),
        }
    }

    fn of_term(&self, term: &Term, place: Where) -> String {
        let vocabulary = match self.index {
            Index::English => return in_english(term),
            Index::Words(vocabulary) => vocabulary,
        };
        let columns = match place {
            Where::Anywhere => format!("{{{}}}", self.columns.join(" ")),
            Where::Name => self.columns[0].to_owned(),
        };
        let languages = self.plan.languages.others().map(|language| {
            let mut phrases = vec![String::new()];
            let mut begun: Vec<String> = Vec::new();
            for (at, word) in term.words.iter().enumerate() {
                if term.ending_of(at).goes_on() {
                    begun = extended(&phrases, &vocabulary.begins(word), MAX_WORDS);
                }
                phrases = extended(&phrases, &vocabulary.words(language, word), MAX_WORDS);
            }
            let phrases = either(&begun, &phrases);
            format!("(language : \"{language}\" AND {columns} : {phrases})")
        });
        format!("({})", languages.collect::<Vec<_>>().join(" OR "))
    }
}

fn in_english(term: &Term) -> String {
    let mut phrases = vec![String::new()];
    let (mut begun, mut completed) = (Vec::new(), Vec::new());
    for (at, word) in term.words.iter().enumerate() {
        let ending = term.ending_of(at);
        if ending.goes_on() {
            begun = extended(&phrases, &[sqlite_begin(word)], MAX_FORMS);
            completed = extended(&phrases, &completions(word), MAX_FORMS);
        }
        if ending == Ending::Begin {
            phrases.clear();
        } else {
            phrases = extended(&phrases, std::slice::from_ref(word), MAX_FORMS);
        }
    }
    completed.extend(phrases);
    completed.dedup();
    either(&begun, &completed)
}

/// Each of the phrases, followed by each of the words.
fn extended(phrases: &[String], words: &[String], most: usize) -> Vec<String> {
    let all = phrases
        .iter()
        .flat_map(|begun| words.iter().map(move |word| format!("{begun} {word}")));
    all.take(most).collect()
}

/// Any of the phrases; the last words of the first ones may go on. Words hold letters and digits
/// alone: nothing in them needs escaping.
fn either(begun: &[String], whole: &[String]) -> String {
    let begun = begun
        .iter()
        .map(|phrase| format!("\"{}\"*", phrase.trim_start()));
    let whole = whole
        .iter()
        .map(|phrase| format!("\"{}\"", phrase.trim_start()));
    format!("({})", begun.chain(whole).collect::<Vec<_>>().join(" OR "))
}

#[cfg(test)]
mod tests {
    use super::super::Typing;
    use super::super::language::Language;
    use super::super::languages::Languages;
    use super::super::query::parse;
    use super::*;

    fn asked_in(language: Language, index: Index<'_>, text: &str) -> String {
        let languages = Languages::new(language, []);
        let plan = Plan::new(&parse(text, Typing::Finished), languages);
        let plan = plan.expect("something to look for");
        let fts = Fts {
            plan: &plan,
            index,
            columns: ["name", "content"],
        };
        fts.tree(&plan.root)
    }

    fn asked(text: &str) -> String {
        asked_in(Language::English, Index::English, text)
    }

    #[test]
    fn a_query_is_written_in_words() {
        assert_eq!(
            asked("pools \"big fish\" -cats"),
            "(((\"pools\") AND (\"big fish\")) NOT ((\"cats\")))"
        );
        assert_eq!(asked("name:pool"), "(name : (\"pool\"))");
        assert_eq!(
            asked("(ape OR bee) cow"),
            "(((\"ape\") OR (\"bee\")) AND (\"cow\"))"
        );
    }

    #[test]
    fn words_in_other_languages_are_asked_for_by_language() {
        let unknown = Vocabulary::default();
        let asked = |text| asked_in(Language::German, Index::Words(&unknown), text);
        assert_eq!(
            asked("\"großes haus\""),
            "((language : \"german\" AND {name content} : (\"großes haus\")))"
        );
        assert_eq!(
            asked("name:hau*"),
            "((language : \"german\" AND name : (\"hau\"* OR \"hau\")))"
        );
    }

    #[test]
    fn a_prefix_finds_what_stemming_has_shortened() {
        let query = asked("configurat*");
        assert!(query.contains("\"configurat\"* OR \"configurat"), "{query}");
    }
}
