//! What to say where nothing was found: which words occur at all, and words like those that don't.
//! Likely misspellings are undone one by one (a letter too many, too few, wrong, or in the wrong
//! place), and the index says which of them are words: no list of all words has to be kept, and
//! both databases suggest the same.

mod edits;

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use super::Scope;
use super::census::Census;
use super::fts::Fts;
use super::languages::Languages;
use super::plan::Plan;
use super::query::{All, Ending, Node, Query, Term, Where};
use super::results::Understood;
use super::sqlite::indexes;
use super::stem::{common, porter};
use super::understand::written;
use super::vocabulary::Vocabulary;
use crate::error::Fault;
use crate::store::Conn;

/// Rows that are counted of a word, at the most.
const COUNTED: u32 = 1_000;
/// Rows that are counted of a guess.
const COUNTED_GUESS: u32 = 50;
/// Words whose spelling is looked into.
const WORDS: usize = 6;
/// Words that are suggested for one, and guesses that are looked into for them.
pub(super) const SUGGESTED: usize = 3;
const GUESSES: usize = 8;
/// Letters that the forms of a word have in common, at the least, and those of an ending, at the most.
const ALIKE: usize = 4;
const ENDING: usize = 3;
/// Mistakes between a word and one of the store that was meant.
const MISTAKES: usize = 2;
/// Letters of a guess that is no word unless it is its own stem.
const SHORT: usize = 4;
/// What so many sampled rows have in a big store is common; the index is not asked for it.
const COMMON: f64 = 50_000.0;

/// A word and how many rows have it.
struct Counted {
    word: String,
    rows: u64,
    at_least: bool,
}

/// A query that found nothing, and what was made of it.
pub(super) struct Asked<'a> {
    pub(super) scope: Scope,
    pub(super) plan: &'a Plan,
    pub(super) census: &'a Census,
    /// What its words stand for.
    pub(super) vocabulary: &'a Vocabulary,
}

/// A word that no row has, and guesses at what was meant, the likeliest first.
pub(super) struct Missing {
    word: String,
    pub(super) like: Vec<String>,
}

impl Missing {
    /// The one of these words that is the most like it, unless none is like it at all.
    pub(super) fn nearest(&self, words: impl Iterator<Item = String>) -> Option<String> {
        words
            .map(|word| (edits::between(&self.word, &word), word))
            .filter(|(edits, _)| *edits <= MISTAKES)
            .min()
            .map(|(_, word)| word)
    }

    /// Whether a guess may be another form of a word: they begin alike.
    pub(super) fn is_form(guess: &str, word: &str) -> bool {
        let same = common(guess, word).chars().count();
        same >= ALIKE && same + ENDING >= guess.chars().count()
    }
}

/// Why a query found nothing.
pub(super) struct Why {
    pub(super) missing: Vec<Missing>,
    /// Some word of it occurs.
    occurs: bool,
}

impl Why {
    /// Queries that may find something, the nearest first; what they look for instead is told.
    pub(super) fn others(
        &self,
        query: &Query,
        plan: &Plan,
        understood: &mut Understood,
    ) -> Vec<Query> {
        for (leaf, told) in plan.leaves.iter().zip(&mut understood.terms) {
            let of_leaf = |missing: &&Missing| leaf.term.words.contains(&missing.word);
            let like = self.missing.iter().filter(of_leaf);
            told.like
                .extend(like.flat_map(|missing| missing.like.clone()));
        }
        let best = |missing: &Missing| Some((missing.word.clone(), missing.like.first()?.clone()));
        let instead: Vec<(String, String)> = self.missing.iter().filter_map(best).collect();
        if self.occurs || !instead.is_empty() {
            others(query, &instead)
        } else {
            Vec::new()
        }
    }
}

/// Says what can be said about a query that found nothing.
pub(super) async fn explain(
    conn: &Conn,
    asked: &Asked<'_>,
    understood: &mut Understood,
) -> Result<Why, Fault> {
    let plan = asked.plan;
    let ask = Ask {
        conn,
        scope: asked.scope,
        census: asked.census,
        languages: &plan.languages,
        vocabulary: asked.vocabulary,
    };
    let mut words: Vec<(String, Ending)> = Vec::new();
    for leaf in plan.leaves.iter().filter(|leaf| leaf.wanted) {
        for (at, word) in leaf.term.words.iter().enumerate() {
            let word = (word.clone(), leaf.term.ending_of(at));
            if !words.contains(&word) {
                words.push(word);
            }
        }
    }
    let counted = ask.count(&words, COUNTED).await?;
    let mut missing = Vec::new();
    for counted in counted
        .iter()
        .filter(|counted| counted.rows == 0)
        .take(WORDS)
    {
        missing.push(Missing {
            word: counted.word.clone(),
            like: ask.like(&counted.word).await?,
        });
    }
    for (leaf, told) in plan.leaves.iter().zip(&mut understood.terms) {
        let of_leaf = counted
            .iter()
            .filter(|counted| leaf.wanted && leaf.term.words.contains(&counted.word));
        // A phrase occurs no oftener than the rarest of its words.
        if let Some(rarest) = of_leaf.min_by_key(|counted| counted.rows) {
            told.rows = Some(rarest.rows);
            told.at_least = rarest.at_least;
        }
    }
    Ok(Why {
        missing,
        occurs: counted.iter().any(|counted| counted.rows > 0),
    })
}

/// Other queries: with its unknown words mended, then with its phrases taken apart, then without what
/// narrows it down.
fn others(query: &Query, instead: &[(String, String)]) -> Vec<Query> {
    let mend = |mut term: Term| {
        for word in &mut term.words {
            if let Some((_, better)) = instead.iter().find(|(wrong, _)| wrong == word) {
                word.clone_from(better);
                // What was found is a whole word.
                term.ending = Ending::Whole;
            }
        }
        vec![term]
    };
    let apart = |term: Term| {
        let words = term.words.iter().enumerate();
        let each = words.map(|(at, word)| Term {
            words: vec![word.clone()],
            ending: term.ending_of(at),
            place: Where::Anywhere,
        });
        each.collect()
    };
    let with = |query: &Query, change_to: &dyn Fn(Term) -> Vec<Term>| Query {
        root: query.root.clone().map(|root| change(root, &change_to)),
        ..query.clone()
    };
    let mended = with(query, &mend);
    let in_words = with(&mended, &apart);
    let unfiltered = Query {
        filters: Vec::new(),
        ..in_words.clone()
    };
    let mut told = vec![written(query)];
    let mut others = vec![mended, in_words, unfiltered];
    others.retain(|other| {
        let text = written(other);
        let is_new = !told.contains(&text);
        told.push(text);
        is_new
    });
    others
}

/// The same tree with other terms in the places of each.
fn change(node: Node, with: &impl Fn(Term) -> Vec<Term>) -> Node {
    match node {
        Node::Term(term) => {
            let mut terms: Vec<Node> = with(term).into_iter().map(Node::Term).collect();
            match terms.len() {
                1 => terms.remove(0),
                _ => Node::All(All {
                    wanted: terms,
                    unwanted: Vec::new(),
                }),
            }
        }
        Node::All(all) => {
            let mut wanted = Vec::new();
            for node in all.wanted {
                match change(node, with) {
                    Node::All(inner) if inner.unwanted.is_empty() => wanted.extend(inner.wanted),
                    other => wanted.push(other),
                }
            }
            Node::All(All {
                wanted,
                unwanted: all.unwanted,
            })
        }
        Node::Any(nodes) => Node::Any(nodes.into_iter().map(|node| change(node, with)).collect()),
    }
}

struct Ask<'a> {
    conn: &'a Conn,
    scope: Scope,
    census: &'a Census,
    languages: &'a Languages,
    /// What the words of the query stand for.
    vocabulary: &'a Vocabulary,
}

impl Ask<'_> {
    /// Words of the store that are spelled nearly so, the likeliest first.
    async fn like(&self, word: &str) -> Result<Vec<String>, Fault> {
        for mut guesses in [edits::one(word), edits::two(word)] {
            // Forms of one word are one: the shortest.
            guesses.sort_by_key(String::len);
            let mut stems = HashSet::new();
            guesses.retain(|guess| {
                if !self.languages.have_english() {
                    return stems.insert(guess.clone());
                }
                let stem = porter(guess);
                // The index tells of stems alone: of a short one it can't be told whose it is.
                let is_word = guess.chars().count() > SHORT || stem == *guess;
                is_word && stems.insert(stem)
            });
            let words: Vec<(String, Ending)> = guesses
                .into_iter()
                .map(|guess| (guess, Ending::Whole))
                .collect();
            let mut found = self.count(&words, COUNTED_GUESS).await?;
            found.retain(|counted| counted.rows > 0);
            if !found.is_empty() {
                let initial = word.chars().next();
                // Few get the first letter of a word wrong.
                found.sort_by_key(|counted| {
                    let other = counted.word.chars().next() != initial;
                    (other, std::cmp::Reverse(counted.rows))
                });
                found.truncate(GUESSES);
                return Ok(found.into_iter().map(|counted| counted.word).collect());
            }
        }
        Ok(Vec::new())
    }

    /// How many rows have each word, or a word that begins so.
    async fn count(&self, words: &[(String, Ending)], most: u32) -> Result<Vec<Counted>, Fault> {
        let mut counted: Vec<Counted> = Vec::new();
        let mut asked: Vec<(usize, Vec<String>)> = Vec::new();
        for (word, ending) in words {
            let term = Term {
                words: vec![word.clone()],
                ending: *ending,
                place: Where::Anywhere,
            };
            let query = Query {
                root: Some(Node::Term(term)),
                ..Query::default()
            };
            let Some(plan) = Plan::new(&query, self.languages.clone()) else {
                continue;
            };
            let guess = self.census.guess(&plan, 0);
            let common = guess > COMMON;
            if !common {
                asked.push((counted.len(), self.written(&plan)));
            }
            counted.push(Counted {
                word: word.clone(),
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a count of rows"
                )]
                rows: if common { guess as u64 } else { 0 },
                at_least: common,
            });
        }
        if asked.is_empty() {
            return Ok(counted);
        }
        let queries: Vec<Vec<String>> = asked.iter().map(|(_, queries)| queries.clone()).collect();
        for row in self
            .conn
            .query_all_raw(self.statement(queries, most))
            .await?
        {
            let n: i64 = row.try_get("", "n")?;
            let rows: i64 = row.try_get("", "found")?;
            let at = usize::try_from(n - 1).ok().and_then(|n| asked.get(n));
            if let Some(counted) = at.and_then(|(at, _)| counted.get_mut(*at)) {
                counted.rows = rows.unsigned_abs();
                counted.at_least = rows >= i64::from(most);
            }
        }
        Ok(counted)
    }

    /// The one term of a plan as it is asked of each index.
    fn written(&self, plan: &Plan) -> Vec<String> {
        if self.conn.get_database_backend() == DbBackend::Postgres {
            return vec![plan.tsquery_of(0, super::tsquery::Closeness::Exact)];
        }
        let indexes = indexes(self.languages, self.vocabulary).into_iter();
        let fts = indexes.map(|index| Fts {
            plan,
            index,
            columns: self.scope.fields(),
        });
        fts.map(|fts| fts.of(0)).collect()
    }

    fn statement(&self, queries: Vec<Vec<String>>, most: u32) -> Statement {
        let table = self.scope.table();
        let backend = self.conn.get_database_backend();
        let (sql, queries): (String, Value) = if backend == DbBackend::Postgres {
            (
                format!(
                    "SELECT n, found FROM folio_count('{table}', $1::text[]::tsquery[], {most})"
                ),
                queries.concat().into(),
            )
        } else {
            let indexes = indexes(self.languages, self.vocabulary).into_iter();
            let counts = indexes.enumerate().map(|(n, index)| {
                let index = format!("{table}_{}", index.suffix());
                format!("(SELECT count(*) FROM (SELECT 1 FROM {index} WHERE {index} MATCH asked.value ->> {n} LIMIT {most}))")
            });
            let counts = counts.collect::<Vec<_>>().join(" + ");
            (
                format!("SELECT asked.key + 1 AS n, {counts} AS found FROM json_each($1) AS asked"),
                serde_json::Value::from(queries).to_string().into(),
            )
        };
        Statement::from_sql_and_values(backend, sql, [queries])
    }
}
