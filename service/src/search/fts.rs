//! A query as the text of an FTS5 query, SQLite's own.

use super::language::Language;
use super::plan::{Plan, Tree};
use super::query::{Term, Where};
use super::stem::sqlite_variants;

/// No phrase is asked for in more forms than this.
const MAX_FORMS: usize = 16;

impl Plan {
    /// What has this term, and nothing that must be missing.
    pub(super) fn fts_with(&self, leaf: usize, column: &str) -> String {
        let query = self.fts_of(leaf, column);
        if self.unwanted().is_empty() {
            return query;
        }
        format!(
            "({query} NOT ({}))",
            self.fts_join(self.unwanted(), " OR ", column)
        )
    }

    /// What has any of the telling terms in a name, which is all that is asked.
    pub(super) fn fts_of_names(&self) -> String {
        self.telling()
            .map(|(_, leaf)| self.fts_of_term(&leaf.term))
            .collect::<Vec<_>>()
            .join(" OR ")
    }

    /// What has what the query asks for, or this part of it. The column is the one of names.
    pub(super) fn fts(&self, tree: &Tree, column: &str) -> String {
        match tree {
            Tree::Leaf(n) => self.fts_of(*n, column),
            Tree::Any(trees) => format!("({})", self.fts_join(trees, " OR ", column)),
            Tree::All { wanted, unwanted } => {
                let wanted = self.fts_join(wanted, " AND ", column);
                if unwanted.is_empty() {
                    format!("({wanted})")
                } else {
                    format!(
                        "(({wanted}) NOT ({}))",
                        self.fts_join(unwanted, " OR ", column)
                    )
                }
            }
        }
    }

    fn fts_join(&self, trees: &[Tree], with: &str, column: &str) -> String {
        trees
            .iter()
            .map(|tree| self.fts(tree, column))
            .collect::<Vec<_>>()
            .join(with)
    }

    /// What has this term.
    pub(super) fn fts_of(&self, leaf: usize, column: &str) -> String {
        let term = &self.leaves[leaf].term;
        match term.place {
            Where::Anywhere => self.fts_of_term(term),
            Where::Name => format!("({column} : {})", self.fts_of_term(term)),
        }
    }

    fn fts_of_term(&self, term: &Term) -> String {
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
}

#[cfg(test)]
mod tests {
    use super::super::Typing;
    use super::super::query::parse;
    use super::*;

    fn asked(text: &str) -> String {
        let plan = Plan::new(&parse(text, Typing::Finished), Language::English)
            .expect("something to look for");
        plan.fts(&plan.root, "name")
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
    fn a_prefix_finds_what_stemming_has_shortened() {
        let query = asked("configurat*");
        assert!(query.contains("\"configurat\"* OR \"configurat"), "{query}");
    }
}
