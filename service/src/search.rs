//! Search: one query language and one meaning on both databases, for documents and messages.
//!
//! A query is read ([`query`]) and taken apart into terms ([`plan`]). The database's index gives
//! candidates ([`candidates`], asked by [`postgres`] and [`sqlite`]), never more than a bound.
//! Their texts are read ([`rows`]), and put in order by one formula for both databases ([`rank`])
//! that goes by one rule of what matches ([`scan`]); the page that is shown gets its passages
//! ([`snippet`], [`place`]) by the same rule. Where nothing is found, the answer says why
//! ([`suggest`]).

mod bounds;
mod candidates;
pub(crate) mod census;
mod completions;
mod conditions;
mod facets;
mod filter;
mod find;
mod fts;
pub(crate) mod language;
mod languages;
mod place;
mod plan;
mod postgres;
mod probes;
mod query;
mod rank;
mod reindex;
mod request;
mod results;
mod rows;
mod scan;
mod several;
mod slot;
mod snippet;
mod snowball;
mod spot;
mod sqlite;
mod stem;
mod suggest;
mod tsquery;
mod understand;
mod vocabulary;
mod words;

pub use language::Language;
pub use place::Place;
pub use request::SearchRequest;
pub use results::{
    DocumentHit, Facet, FacetValue, MessageHit, Role, SearchResults, Understood, UnderstoodTerm,
};
pub use snippet::{Snippet, Span};

use std::time::Instant;

use sea_orm::ConnectionTrait;

use crate::connect::Backend;
use crate::error::{Area, Error, Invalid, Operation, SearchError};
use crate::ids::{DocumentId, MessageId, ThreadId, UserId};
use crate::page::MAX_LIMIT;
use crate::store::{Conn, Store};
use find::Find;
use plan::Plan;
use rank::Ranked;
use request::Facets;
pub(crate) use request::Typing;
use spot::Spot;

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

    /// The columns of the texts.
    fn fields(self) -> [&'static str; 2] {
        match self {
            Self::Documents => ["name", "content"],
            Self::Messages => ["question", "answer"],
        }
    }
}

pub(crate) async fn documents(
    store: Store<'_>,
    request: &SearchRequest,
) -> Result<SearchResults<DocumentHit>, Error> {
    run(store, Scope::Documents, request, |hit| {
        let [name, content] = &hit.row.fields;
        let cut = snippet::cut(&content.text, &hit.found[1]);
        DocumentHit {
            id: DocumentId(hit.row.id),
            code: hit.row.label.clone(),
            name: name.text.clone(),
            score: hit.score,
            place: cut.at.map(|at| place::place(&content.text, at)),
            snippet: cut.snippet,
            created_at: hit.row.created_at,
        }
    })
    .await
}

pub(crate) async fn messages(
    store: Store<'_>,
    request: &SearchRequest,
) -> Result<SearchResults<MessageHit>, Error> {
    run(store, Scope::Messages, request, |hit| {
        let [question, answer] = &hit.row.fields;
        // The one of the two that has more of the terms; the answer, where both have as many.
        let [of_question, of_answer] = hit.terms();
        let cut = if of_question > of_answer {
            snippet::cut(&question.text, &hit.found[0])
        } else {
            snippet::cut(&answer.text, &hit.found[1])
        };
        MessageHit {
            id: MessageId(hit.row.id),
            thread_id: ThreadId::stored(hit.row.label.clone()),
            user_id: hit.row.user.clone().map(UserId::stored),
            score: hit.score,
            snippet: cut.snippet,
            created_at: hit.row.created_at,
        }
    })
    .await
}

/// What a search found, before it is put into words.
#[derive(Debug, Default)]
struct Found {
    /// All that were ranked, in their order.
    hits: Vec<Ranked>,
    total: u64,
    /// There may be more than that.
    unseen: bool,
    /// Some were not ranked.
    truncated: bool,
    did_you_mean: Option<String>,
    understood: Understood,
}

async fn run<H>(
    store: Store<'_>,
    scope: Scope,
    request: &SearchRequest,
    hit: impl Fn(&Ranked) -> H,
) -> Result<SearchResults<H>, Error> {
    let start = Instant::now();
    let invalid = |invalid| Error::from(SearchError::Invalid(invalid));
    if !(1..=MAX_LIMIT).contains(&request.limit) {
        return Err(invalid(Invalid::Limit {
            limit: request.limit,
            max: MAX_LIMIT,
        }));
    }
    let after = request.after.as_ref().map(Spot::read).transpose();
    let after = after.map_err(invalid)?;
    let query = query::parse(&request.query, request.typing);
    let words = match scope {
        Scope::Documents => "search the documents",
        Scope::Messages => "search the messages",
    };
    let mut found = Found::default();
    if query.root.is_some() || !query.filters.is_empty() {
        let find = Find {
            store,
            scope,
            query: &query,
            facets: request.facets,
        };
        found = store
            .read(
                || Operation::new(Area::Search, words),
                async |conn| {
                    let languages = languages::of(&conn, scope).await?;
                    let Some(plan) = Plan::new(&query, languages.clone()) else {
                        return find.newest(&conn, &languages).await;
                    };
                    let (mut found, plan) = find.matches(&conn, plan).await?;
                    let page = page(&found.hits, after, request.limit);
                    find.show(&conn, &plan, &mut found.hits[page]).await?;
                    Ok(found)
                },
            )
            .await?;
    } else {
        found.understood = understand::understood(&query, None);
    }
    let impossible = understand::impossible(scope, &query);
    found.understood.dropped.extend(impossible);
    let page = page(&found.hits, after, request.limit);
    let goes_on = page.end < found.hits.len();
    let page = &found.hits[page];
    let next = page.last().filter(|_| goes_on);
    let next = next.map(|last| Spot::of(last).write());
    let facets = match request.facets {
        Facets::Yes => facets::facets(scope, &found.hits),
        Facets::No => Vec::new(),
    };
    Ok(SearchResults {
        query: request.query.clone(),
        hits: page.iter().map(hit).collect(),
        total: found.total,
        total_is_exact: !found.unseen,
        truncated: found.truncated,
        next,
        understood: Box::new(found.understood),
        did_you_mean: found.did_you_mean,
        facets,
        elapsed_ms: start.elapsed().as_secs_f64() * 1000.0,
    })
}

/// Which hits are shown.
fn page(hits: &[Ranked], after: Option<Spot>, limit: u32) -> std::ops::Range<usize> {
    let behind = after.map_or(0, |after| after.behind(hits));
    behind..(behind + limit as usize).min(hits.len())
}

fn backend(conn: &Conn) -> Backend {
    match conn.get_database_backend() {
        sea_orm::DbBackend::Postgres => Backend::Postgres,
        _ => Backend::Sqlite,
    }
}
