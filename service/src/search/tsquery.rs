//! A query as the text of a tsquery, PostgreSQL's own.

use unicode_normalization::UnicodeNormalization;

use super::language::Language;
use super::plan::{Plan, Tree};
use super::query::{Term, Where};
use super::stem::{completions, porter, postgres_variants};

/// How closely the index is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closeness {
    /// As the query says.
    Exact,
    /// Without what an index can't tell by itself, where it would read every text: whether words
    /// stand side by side, in a name, or not at all.
    Loose,
}

impl Plan {
    /// What has this term, and nothing that must be missing.
    pub(super) fn tsquery_with(&self, leaf: usize, closeness: Closeness) -> String {
        let mut query = self.tsquery_of(leaf, closeness);
        if closeness == Closeness::Exact {
            for tree in self.unwanted() {
                query.push_str(" & !");
                query.push_str(&self.tsquery(tree, Closeness::Exact));
            }
        }
        query
    }

    /// Whether the two ways of asking differ.
    pub(super) fn tsquery_is_loose(&self) -> bool {
        let narrow = |term: &Term| term.words.len() > 1 || term.place == Where::Name;
        self.root.leaves_out() || self.leaves.iter().any(|leaf| narrow(&leaf.term))
    }

    /// What has any of the telling terms in a name, which is all that is asked.
    pub(super) fn tsquery_of_names(&self) -> String {
        self.telling()
            .map(|(_, leaf)| self.tsquery_of_term(&leaf.term, "", Closeness::Exact))
            .collect::<Vec<_>>()
            .join(" | ")
    }

    /// What has what the query asks for, or this part of it.
    pub(super) fn tsquery(&self, tree: &Tree, closeness: Closeness) -> String {
        let each = |trees: &[Tree], with: &str| {
            trees
                .iter()
                .map(|tree| self.tsquery(tree, closeness))
                .collect::<Vec<_>>()
                .join(with)
        };
        match tree {
            Tree::Leaf(n) => self.tsquery_of(*n, closeness),
            Tree::Any(trees) => format!("({})", each(trees, " | ")),
            Tree::All { wanted, unwanted } => {
                let wanted = each(wanted, " & ");
                if unwanted.is_empty() || closeness == Closeness::Loose {
                    format!("({wanted})")
                } else {
                    format!("({wanted} & !({}))", each(unwanted, " | "))
                }
            }
        }
    }

    /// What has this term.
    pub(super) fn tsquery_of(&self, leaf: usize, closeness: Closeness) -> String {
        let term = &self.leaves[leaf].term;
        let weight = match (closeness, term.place) {
            (Closeness::Exact, Where::Name) => "A",
            _ => "",
        };
        self.tsquery_of_term(term, weight, closeness)
    }

    fn tsquery_of_term(&self, term: &Term, weight: &str, closeness: Closeness) -> String {
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
            let stars = if goes_on { "*" } else { "" };
            if goes_on || !weight.is_empty() {
                for form in &mut forms {
                    *form = format!("{form}:{stars}{weight}");
                }
            }
            if goes_on {
                let colon = if weight.is_empty() { "" } else { ":" };
                forms.extend(
                    self.completions(word)
                        .iter()
                        .map(|word| format!("{}{colon}{weight}", quoted(&porter(word)))),
                );
            }
            format!("({})", forms.join(" | "))
        };
        let places: Vec<String> = term.words.iter().enumerate().map(place).collect();
        let with = match closeness {
            Closeness::Exact => " <-> ",
            Closeness::Loose => " & ",
        };
        format!("({})", places.join(with))
    }

    /// Words that a prefix would miss, since their stems are shorter than it.
    pub(super) fn completions(&self, prefix: &str) -> Vec<String> {
        match self.language {
            Language::English if prefix.chars().count() >= 3 => completions(prefix),
            _ => Vec::new(),
        }
    }
}

/// A word as the index has it: composed, and without marks before the first letter. It has
/// neither quotes nor backslashes.
fn quoted(lexeme: &str) -> String {
    let lexeme = lexeme.trim_start_matches(|c: char| !c.is_alphanumeric());
    format!("'{}'", lexeme.nfc().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::super::Typing;
    use super::super::query::parse;
    use super::*;

    fn asked(text: &str, closeness: Closeness) -> String {
        let plan = Plan::new(&parse(text, Typing::Finished), Language::English)
            .expect("something to look for");
        plan.tsquery(&plan.root, closeness)
    }

    #[test]
    fn a_query_is_written_in_stems() {
        assert_eq!(
            asked("pools \"big fish\" -cats", Closeness::Exact),
            "((('pool')) & (('big') <-> ('fish')) & !((('cat'))))"
        );
        assert_eq!(
            asked("pools \"big fish\" -cats", Closeness::Loose),
            "((('pool')) & (('big') & ('fish')))"
        );
        assert_eq!(asked("name:pool", Closeness::Exact), "(('pool':A))");
        assert_eq!(
            asked("(a OR b) c", Closeness::Exact),
            "(((('a')) | (('b'))) & (('c')))"
        );
    }

    #[test]
    fn a_prefix_finds_what_stemming_has_shortened() {
        let query = asked("configurat*", Closeness::Exact);
        assert!(query.contains("'configurat':* | 'configur'"), "{query}");
    }
}
