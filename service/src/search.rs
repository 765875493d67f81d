//! Search: one query language and one meaning on both databases, for documents and messages.
//!
//! A query is parsed ([`query`]) into words, phrases and prefixes that are combined; each
//! database renders them for its own index ([`postgres`], [`sqlite`]) and ranks what it finds;
//! the page that is shown gets its passages ([`snippet`]) by the rule that matched.
//!
//! A query of several words finds first what has all of them, then what has some.

pub(crate) mod language;
mod plan;
mod postgres;
mod query;
mod reindex;
mod snippet;
mod sqlite;
mod stem;
mod words;

pub use language::Language;
pub use snippet::{Snippet, Span};

use std::time::Instant;

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use serde::Serialize;

use crate::connect::Backend;
use crate::error::{Area, Error, Fault, Invalid, Operation, SearchError};
use crate::ids::{DocumentId, MessageId, ThreadId, UserId};
use crate::page::MAX_LIMIT;
use crate::store::{Conn, Store};
use crate::time;
use plan::Plan;
use snippet::Excerpt;

/// What is looked for.
///
/// | typed | finds |
/// |---|---|
/// | `connection pool` | both words first, then one of them; in any form (`pools`, `connected`) |
/// | `"connection pool"` | the words side by side |
/// | `conf*` | words that begin so |
/// | `pool -thread` | the first without the second |
/// | `sqlite OR postgres` | either |
///
/// Capitals and the accents of Latin letters make no difference. Anything else is a separator:
/// `foo-bar` is looked for as `"foo bar"`. No text is an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchRequest {
    pub(crate) query: String,
    pub(crate) limit: u32,
    pub(crate) typing: Typing,
}

/// Whether the last word may be an unfinished one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Typing {
    #[default]
    Finished,
    InProgress,
}

impl SearchRequest {
    /// Looks for this, and wants the best 20 hits.
    #[must_use]
    pub fn new(query: impl Into<String>) -> Self {
        Self {
            query: query.into(),
            limit: 20,
            typing: Typing::Finished,
        }
    }

    /// Wants at most so many hits: 1 to 1,000.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = limit;
        self
    }

    /// The query is being typed: its last word stands for every word that begins so.
    #[must_use]
    pub fn as_you_type(mut self) -> Self {
        self.typing = Typing::InProgress;
        self
    }
}

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
            elapsed_ms: self.elapsed_ms,
        }
    }
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

/// What is searched, and the names that it has in SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Documents,
    Messages,
}

impl Scope {
    /// The table of the rows.
    fn table(self) -> &'static str {
        match self {
            Self::Documents => "document",
            Self::Messages => "message",
        }
    }
}

/// A row that matches, before it is looked at more closely.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Match {
    id: uuid::Uuid,
    score: f64,
    /// It has all words, not just some.
    whole: bool,
}

/// What a database found.
#[derive(Debug, Default)]
struct Found {
    /// The best, the best first.
    matches: Vec<Match>,
    total: u64,
    /// A cap on what is ranked was reached.
    truncated: bool,
}

pub(crate) async fn documents(
    store: Store<'_>,
    request: &SearchRequest,
) -> Result<SearchResults<DocumentHit>, Error> {
    run(
        store,
        Scope::Documents,
        request,
        |found, excerpt, snippet| DocumentHit {
            id: DocumentId(found.id),
            code: excerpt.label.clone(),
            name: excerpt.fields[0].clone(),
            score: found.score,
            snippet,
        },
    )
    .await
}

pub(crate) async fn messages(
    store: Store<'_>,
    request: &SearchRequest,
) -> Result<SearchResults<MessageHit>, Error> {
    run(
        store,
        Scope::Messages,
        request,
        |found, excerpt, snippet| MessageHit {
            id: MessageId(found.id),
            thread_id: ThreadId::stored(excerpt.label.clone()),
            user_id: excerpt.user.clone().map(UserId::stored),
            score: found.score,
            snippet,
            created_at: excerpt.created_at,
        },
    )
    .await
}

async fn run<H>(
    store: Store<'_>,
    scope: Scope,
    request: &SearchRequest,
    hit: impl Fn(&Match, &Excerpt, Snippet) -> H,
) -> Result<SearchResults<H>, Error> {
    let start = Instant::now();
    if !(1..=MAX_LIMIT).contains(&request.limit) {
        let invalid = Invalid::Limit {
            limit: request.limit,
            max: MAX_LIMIT,
        };
        return Err(SearchError::Invalid(invalid).into());
    }
    let language = language::of(store).await?;
    let plan = Plan::new(query::parse(&request.query, request.typing), language);
    let mut results = SearchResults {
        query: request.query.clone(),
        hits: Vec::new(),
        total: 0,
        total_is_exact: true,
        truncated: false,
        elapsed_ms: 0.0,
    };
    if let Some(plan) = plan {
        let words = match scope {
            Scope::Documents => "search the documents",
            Scope::Messages => "search the messages",
        };
        let (found, excerpts) = store
            .read(
                || Operation::new(Area::Search, words),
                async |conn| {
                    let found = find(&conn, scope, &plan, request.limit).await?;
                    let excerpts = excerpts(&conn, scope, &plan, &found.matches).await?;
                    Ok((found, excerpts))
                },
            )
            .await?;
        results.total = found.total;
        results.truncated = found.truncated;
        results.total_is_exact = !found.truncated;
        // A row that went away between the two statements is no hit.
        results.hits = found
            .matches
            .iter()
            .filter_map(|found| {
                let excerpt = excerpts.iter().find(|excerpt| excerpt.id == found.id)?;
                Some(hit(found, excerpt, plan.snippet(excerpt)))
            })
            .collect();
    }
    results.elapsed_ms = start.elapsed().as_secs_f64() * 1000.0;
    Ok(results)
}

async fn find(conn: &Conn, scope: Scope, plan: &Plan, limit: u32) -> Result<Found, Fault> {
    match backend(conn) {
        Backend::Postgres => postgres::find(conn, scope, plan, limit).await,
        Backend::Sqlite => sqlite::find(conn, scope, plan, limit).await,
    }
}

/// Reads what the snippets are cut from, for the rows of the page alone.
async fn excerpts(
    conn: &Conn,
    scope: Scope,
    plan: &Plan,
    matches: &[Match],
) -> Result<Vec<Excerpt>, Fault> {
    match backend(conn) {
        Backend::Postgres => postgres::excerpts(conn, scope, plan, matches).await,
        Backend::Sqlite => sqlite::excerpts(conn, scope, plan, matches).await,
    }
}

fn backend(conn: &Conn) -> Backend {
    match conn.get_database_backend() {
        sea_orm::DbBackend::Postgres => Backend::Postgres,
        _ => Backend::Sqlite,
    }
}
