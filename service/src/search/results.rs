//! What is answered.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::place::Place;
use super::snippet::Snippet;
use crate::ids::{DocumentId, MessageId, ThreadId, UserId};
use crate::page::Cursor;
use crate::time;

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SearchResults<H> {
    /// The query as it was typed.
    pub query: String,
    /// The best hits, the best first.
    pub hits: Vec<H>,
    /// How many there are, or at least are.
    pub total: u64,
    /// Whether there are no more than that.
    pub total_is_exact: bool,
    /// Whether more matched than were ranked, so that a better one may be missing.
    pub truncated: bool,
    /// Where the hits go on; None behind the last one.
    #[serde(rename = "next_cursor")]
    pub next: Option<Cursor>,
    /// What the query was taken for.
    pub understood: Box<Understood>,
    /// A query that finds something where this one finds nothing.
    pub did_you_mean: Option<String>,
    /// How many hits have what, where the request asked for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facets: Vec<Facet>,
    /// How long it took, in milliseconds.
    pub elapsed_ms: f64,
}

impl<H> SearchResults<H> {
    /// The same answer with every hit changed.
    pub fn map<U>(self, change: impl FnMut(H) -> U) -> SearchResults<U> {
        SearchResults {
            query: self.query,
            hits: self.hits.into_iter().map(change).collect(),
            total: self.total,
            total_is_exact: self.total_is_exact,
            truncated: self.truncated,
            next: self.next,
            understood: self.understood,
            did_you_mean: self.did_you_mean,
            facets: self.facets,
            elapsed_ms: self.elapsed_ms,
        }
    }
}

/// What a query was taken for.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Understood {
    /// The query, written out in the language of queries.
    pub text: String,
    /// Each of its words, phrases and prefixes.
    pub terms: Vec<UnderstoodTerm>,
    /// What narrows it down, as it would be typed.
    pub filters: Vec<String>,
    /// What was left out of it or read in another way, in a sentence each.
    pub dropped: Vec<String>,
}

/// A word, phrase or prefix of a query.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnderstoodTerm {
    /// As it would be typed.
    pub text: String,
    /// Whether it is looked for, has to be missing, or is too common a word to look for alone.
    pub role: Role,
    /// How many rows have it, as far as is known: None for a term that was not counted, since
    /// there are hits.
    pub rows: Option<u64>,
    /// Whether there may be more rows than that.
    pub at_least: bool,
    /// Where no row has it: words like it that occur, the likeliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub like: Vec<String>,
}

/// What a term is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It is looked for.
    Wanted,
    /// A common word: what has only such words of a sentence is no hit.
    Common,
    /// It has to be missing.
    Unwanted,
}

/// Hits counted by one thing that they have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// What they have: `tag`, `user`, `thread` or `year`.
    pub field: String,
    /// Its values, the commonest first, 20 at the most: of the hits that were ranked.
    pub values: Vec<FacetValue>,
}

/// How many hits have a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FacetValue {
    /// The value.
    pub value: String,
    /// The hits.
    pub hits: u64,
}

/// A document that was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct DocumentHit {
    /// The document.
    pub id: DocumentId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How well it fits; comparable within one answer only.
    pub score: f64,
    /// Where it fits.
    pub snippet: Snippet,
    /// Where that is in the document; None where it fits by its name alone, or too far down in a
    /// long text.
    pub place: Option<Place>,
    /// When it was made.
    #[serde(with = "time")]
    pub created_at: DateTime<Utc>,
}

/// A message that was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MessageHit {
    /// The message.
    pub id: MessageId,
    /// The conversation that it is in.
    pub thread_id: ThreadId,
    /// Who asked.
    pub user_id: Option<UserId>,
    /// How well it fits; comparable within one answer only.
    pub score: f64,
    /// Where it fits.
    pub snippet: Snippet,
    /// When it was said.
    #[serde(with = "time")]
    pub created_at: DateTime<Utc>,
}
