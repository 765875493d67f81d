//! What a query asks of an index, in the terms of that index.

use unicode_normalization::UnicodeNormalization;

use super::language::Language;
use super::query::{Conjunction, Query, Term};
use super::snippet::{Excerpt, Matcher, Snippet};
use super::stem::{completions, porter, postgres_variants, sqlite_variants};

/// English words that say nothing about what a text is about. They count in a query that has
/// nothing else, in a phrase, and for what has all words of a query; what has only them is no
/// hit of a sentence.
const STOP_WORDS: &[&str] = &[
    "a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be",
    "because", "been", "before", "being", "between", "both", "but", "by", "can", "could", "did",
    "do", "does", "doing", "during", "each", "for", "from", "had", "has", "have", "having", "he",
    "her", "here", "hers", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just",
    "me", "more", "most", "my", "no", "nor", "not", "of", "off", "on", "once", "only", "or",
    "other", "our", "out", "over", "own", "same", "she", "should", "so", "some", "such", "than",
    "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "through",
    "to", "too", "under", "until", "up", "very", "was", "we", "were", "what", "when", "where",
    "which", "while", "who", "whom", "why", "will", "with", "would", "you", "your",
];

/// No phrase is asked for in more forms than this.
const MAX_FORMS: usize = 16;

/// A query, ready for either index.
#[derive(Debug)]
pub(super) struct Plan {
    query: Query,
    language: Language,
    matcher: Matcher,
}

impl Plan {
    /// None where there is nothing to look for.
    pub(super) fn new(query: Query, language: Language) -> Option<Self> {
        let matcher = Matcher::new(query.any_of.iter().flat_map(|all| &all.wanted), language);
        (!query.any_of.is_empty()).then_some(Self {
            query,
            language,
            matcher,
        })
    }

    /// Every term that counts for the ranking, once.
    pub(super) fn ranked(&self) -> Vec<&Term> {
        let mut terms: Vec<&Term> = Vec::new();
        for term in self
            .query
            .any_of
            .iter()
            .flat_map(|all| self.telling(&all.wanted))
        {
            if !terms.contains(&term) {
                terms.push(term);
            }
        }
        terms
    }

    /// What must be missing, where the query is a plain list of terms.
    pub(super) fn unwanted(&self) -> &[Term] {
        match self.query.any_of.as_slice() {
            [only] => &only.unwanted,
            _ => &[],
        }
    }

    /// Whether what has some of the terms is a hit as well: the query is a plain list of terms.
    pub(super) fn takes_some(&self) -> bool {
        matches!(self.query.any_of.as_slice(), [only] if only.wanted.len() > 1)
    }

    /// Whether a row that has just these terms is a hit, and whether it is a whole one.
    pub(super) fn judge(&self, has: impl Fn(&Term) -> bool) -> Option<bool> {
        let whole =
            |all: &Conjunction| all.wanted.iter().all(&has) && !all.unwanted.iter().any(&has);
        if self.query.any_of.iter().any(whole) {
            return Some(true);
        }
        let some = self.takes_some()
            && self.ranked().into_iter().any(&has)
            && !self.unwanted().iter().any(&has);
        some.then_some(false)
    }

    /// All terms of the query, wanted or not.
    pub(super) fn all_terms(&self) -> Vec<&Term> {
        let mut terms: Vec<&Term> = Vec::new();
        for term in self
            .query
            .any_of
            .iter()
            .flat_map(|all| all.wanted.iter().chain(&all.unwanted))
        {
            if !terms.contains(&term) {
                terms.push(term);
            }
        }
        terms
    }

    pub(super) fn snippet(&self, excerpt: &Excerpt) -> Snippet {
        self.matcher.snippet(excerpt)
    }

    /// The terms without stop words, unless there is nothing else.
    fn telling<'a>(&self, terms: &'a [Term]) -> Vec<&'a Term> {
        let is_stop_word = |term: &Term| {
            self.language == Language::English
                && matches!(term.words.as_slice(), [word] if STOP_WORDS.contains(&word.as_str()))
                && !term.prefix
        };
        let telling: Vec<&Term> = terms.iter().filter(|term| !is_stop_word(term)).collect();
        if telling.is_empty() {
            terms.iter().collect()
        } else {
            telling
        }
    }

    // ---- PostgreSQL: the text of a tsquery ----

    /// What has all terms.
    pub(super) fn tsquery(&self) -> String {
        let all = |all: &Conjunction| {
            let wanted = all.wanted.iter().map(|term| self.tsquery_of(term));
            let unwanted = all
                .unwanted
                .iter()
                .map(|term| format!("!{}", self.tsquery_of(term)));
            format!(
                "({})",
                wanted.chain(unwanted).collect::<Vec<_>>().join(" & ")
            )
        };
        self.query
            .any_of
            .iter()
            .map(all)
            .collect::<Vec<_>>()
            .join(" | ")
    }

    /// What has any of these terms; matches nothing where there are none.
    pub(super) fn tsquery_any<'a>(&self, terms: impl IntoIterator<Item = &'a Term>) -> String {
        terms
            .into_iter()
            .map(|term| self.tsquery_of(term))
            .collect::<Vec<_>>()
            .join(" | ")
    }

    /// What has this term.
    pub(super) fn tsquery_of(&self, term: &Term) -> String {
        // As the index has it: composed, and without marks before the first letter. A word has
        // neither quotes nor backslashes.
        let quoted = |lexeme: &str| {
            let lexeme = lexeme.trim_start_matches(|c: char| !c.is_alphanumeric());
            format!("'{}'", lexeme.nfc().collect::<String>())
        };
        let last = term.words.len() - 1;
        let place = |(at, word): (usize, &String)| {
            let goes_on = term.prefix && at == last;
            let mut forms: Vec<String> = match self.language {
                Language::Plain => vec![quoted(word)],
                // FTS5 does not stem so short a prefix.
                Language::English if goes_on && word.chars().count() < 3 => vec![quoted(word)],
                Language::English => postgres_variants(word)
                    .iter()
                    .map(|form| quoted(form))
                    .collect(),
            };
            if goes_on {
                for form in &mut forms {
                    form.push_str(":*");
                }
                forms.extend(
                    self.completions(word)
                        .iter()
                        .map(|word| quoted(&porter(word))),
                );
            }
            format!("({})", forms.join(" | "))
        };
        let places: Vec<String> = term.words.iter().enumerate().map(place).collect();
        format!("({})", places.join(" <-> "))
    }

    // ---- SQLite: the text of an FTS5 query ----

    /// What has all terms.
    pub(super) fn fts(&self) -> String {
        let all = |all: &Conjunction| {
            let wanted = self.fts_join(&all.wanted, " AND ");
            if all.unwanted.is_empty() {
                return format!("({wanted})");
            }
            format!(
                "(({wanted}) NOT ({}))",
                self.fts_join(&all.unwanted, " OR ")
            )
        };
        self.query
            .any_of
            .iter()
            .map(all)
            .collect::<Vec<_>>()
            .join(" OR ")
    }

    /// What is a hit at all.
    pub(super) fn fts_some(&self) -> String {
        if !self.takes_some() {
            return self.fts();
        }
        let some = self.fts_join(self.ranked(), " OR ");
        if self.unwanted().is_empty() {
            return some;
        }
        format!("({some}) NOT ({})", self.fts_join(self.unwanted(), " OR "))
    }

    fn fts_join<'a>(&self, terms: impl IntoIterator<Item = &'a Term>, with: &str) -> String {
        terms
            .into_iter()
            .map(|term| self.fts_of(term))
            .collect::<Vec<_>>()
            .join(with)
    }

    /// What has this term.
    fn fts_of(&self, term: &Term) -> String {
        let last = term.words.len() - 1;
        let mut phrases = vec![String::new()];
        let mut completed: Vec<String> = Vec::new();
        for (at, word) in term.words.iter().enumerate() {
            let forms = match self.language {
                Language::English if !(term.prefix && at == last) => sqlite_variants(word),
                _ => vec![word.clone()],
            };
            let extended = |forms: &[String]| -> Vec<String> {
                let all = phrases
                    .iter()
                    .flat_map(|begun| forms.iter().map(move |form| format!("{begun} {form}")));
                all.take(MAX_FORMS).collect()
            };
            if term.prefix && at == last {
                completed = extended(&self.completions(word));
            }
            phrases = extended(&forms);
        }
        // Words hold letters and digits alone: nothing in them needs escaping.
        let star = if term.prefix { "*" } else { "" };
        let phrases = phrases
            .iter()
            .map(|phrase| format!("\"{}\"{star}", phrase.trim_start()));
        let completed = completed
            .iter()
            .map(|phrase| format!("\"{}\"", phrase.trim_start()));
        format!(
            "({})",
            phrases.chain(completed).collect::<Vec<_>>().join(" OR ")
        )
    }

    fn completions(&self, prefix: &str) -> Vec<String> {
        match self.language {
            Language::English if prefix.chars().count() >= 3 => completions(prefix),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Typing;
    use super::super::query::parse;
    use super::*;

    fn plan(text: &str) -> Plan {
        Plan::new(parse(text, Typing::Finished), Language::English).expect("something to look for")
    }

    #[test]
    fn each_index_is_asked_in_its_own_terms() {
        let query = plan("pools \"big fish\" -cats");
        assert_eq!(
            query.tsquery(),
            "((('pool')) & (('big') <-> ('fish')) & !(('cat')))"
        );
        assert_eq!(
            query.fts(),
            "(((\"pools\") AND (\"big fish\")) NOT ((\"cats\")))"
        );
    }

    #[test]
    fn a_sentence_is_looked_for_by_its_telling_words() {
        let query = plan("what is the pool");
        assert_eq!(query.fts_some(), "(\"pool\")");
        assert_eq!(
            plan("the who").ranked().len(),
            2,
            "nothing but stop words: then they count"
        );
    }

    #[test]
    fn what_has_all_comes_before_what_has_some() {
        let query = plan("the blue pool -fish");
        let has =
            |words: &'static [&str]| move |term: &Term| words.contains(&term.words[0].as_str());
        assert_eq!(query.judge(has(&["the", "blue", "pool"])), Some(true));
        assert_eq!(query.judge(has(&["blue"])), Some(false));
        assert_eq!(query.judge(has(&["the"])), None);
        assert_eq!(query.judge(has(&["the", "blue", "pool", "fish"])), None);
    }

    #[test]
    fn a_prefix_finds_what_stemming_has_shortened() {
        let query = plan("configurat*");
        assert!(
            query.tsquery().contains("'configurat':* | 'configur'"),
            "{}",
            query.tsquery()
        );
        assert!(
            query.fts().contains("\"configurat\"* OR \"configurat"),
            "{}",
            query.fts()
        );
    }
}
