//! A query as the text of a tsquery, PostgreSQL's own.

use unicode_normalization::UnicodeNormalization;

use super::completions::completions;
use super::plan::{Plan, Tree};
use super::query::{Ending, Term, Where};
use super::snowball::tag;
use super::stem::{porter, postgres_variants};

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
        let place = |(at, word): (usize, &String)| {
            let ending = term.ending_of(at);
            let mut forms = Vec::new();
            if self.languages.have_english() {
                forms = english(bare(word), ending, weight);
            }
            for language in self.languages.others() {
                let tag = tag(language);
                if ending.goes_on() {
                    forms.push(lexeme(&tag, bare(word), "*", weight));
                }
                let own = self.indexed(language, word);
                let own = own
                    .iter()
                    .map(|form| bare(form))
                    .filter(|form| !form.is_empty());
                forms.extend(own.map(|form| lexeme(&tag, form, "", weight)));
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
}

/// The stems of an English word, and what it may go on to.
fn english(word: &str, ending: Ending, weight: &str) -> Vec<String> {
    let mut lexemes = Vec::new();
    let mut stems = Vec::new();
    if ending.goes_on() {
        lexemes.push(lexeme("", word, "*", weight));
        stems.extend(completions(word).iter().map(|word| porter(word)));
    }
    if ending != Ending::Begin {
        stems.extend(postgres_variants(word));
    }
    stems.dedup();
    lexemes.extend(stems.iter().map(|stem| lexeme("", stem, "", weight)));
    // The server writes the last sigma of a word in another way.
    if let Some(begin) = word.strip_suffix('σ') {
        lexemes.push(lexeme("", &format!("{begin}ς"), "", weight));
    }
    lexemes
}

/// A word without the marks before its first letter, as the index has it: before it is stemmed,
/// since of a mark and an s the stem is the mark alone.
fn bare(word: &str) -> &str {
    word.trim_start_matches(|c: char| !c.is_alphanumeric())
}

/// A bare word as the index has it: composed. It has neither quotes nor backslashes. A star stands
/// for what may follow.
fn lexeme(tag: &str, word: &str, star: &str, weight: &str) -> String {
    let word: String = word.nfc().collect();
    let colon = if star.is_empty() && weight.is_empty() {
        ""
    } else {
        ":"
    };
    format!("'{tag}{word}'{colon}{star}{weight}")
}

#[cfg(test)]
mod tests {
    use super::super::Typing;
    use super::super::language::Language;
    use super::super::languages::Languages;
    use super::super::query::parse;
    use super::*;

    fn asked(text: &str, closeness: Closeness) -> String {
        asked_in(Languages::new(Language::English, []), text, closeness)
    }

    fn asked_in(languages: Languages, text: &str, closeness: Closeness) -> String {
        let plan =
            Plan::new(&parse(text, Typing::Finished), languages).expect("something to look for");
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
        assert_eq!(asked("\u{301}s", Closeness::Exact), "(('s'))");
        assert_eq!(
            asked("(a OR b) c", Closeness::Exact),
            "(((('a')) | (('b'))) & (('c')))"
        );
    }

    #[test]
    fn each_language_is_asked_in_its_own_stems() {
        let german = Languages::new(Language::German, []);
        assert_eq!(
            asked_in(german, "häusern", Closeness::Exact),
            "((':ger:hausern' | ':ger:haus'))"
        );
        let both = Languages::new(Language::English, [Language::French]);
        assert_eq!(
            asked_in(both.clone(), "name:élèves", Closeness::Exact),
            "(('elev':A | ':fre:eleves':A | ':fre:elev':A))"
        );
        assert_eq!(
            asked_in(both, "el*", Closeness::Exact),
            "(('el':* | ':fre:el':* | ':fre:el'))"
        );
    }

    #[test]
    fn a_prefix_finds_what_stemming_has_shortened() {
        let query = asked("configurat*", Closeness::Exact);
        assert_eq!(query, "(('configurat':* | 'configur'))");
        assert_eq!(asked("key*", Closeness::Exact), "(('key':* | 'kei'))");
    }
}
