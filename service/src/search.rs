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
mod fts;
pub(crate) mod language;
mod languages;
mod place;
mod plan;
mod postgres;
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
use crate::error::{Area, Error, Fault, Invalid, Operation, SearchError};
use crate::ids::{DocumentId, MessageId, ThreadId, UserId};
use crate::page::MAX_LIMIT;
use crate::store::{Conn, Store};
use candidates::{Candidate, Candidates, Probes};
use conditions::{Conditions, For};
use languages::Languages;
use plan::Plan;
use query::Query;
use rank::{Ranked, Ranking};
use request::Facets;
pub(crate) use request::Typing;
use rows::Wanted;
use spot::Spot;
use std::collections::HashMap;
use vocabulary::Vocabulary;

/// The best hits, whose texts are read whole before their order is settled.
const SETTLED: usize = 50;

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
        let cut = if hit.found[1].is_empty() && !hit.found[0].is_empty() {
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
                    match Plan::new(&query, languages.clone()) {
                        Some(plan) => find.matches(&conn, plan).await,
                        None => find.newest(&conn, &languages).await,
                    }
                },
            )
            .await?;
    } else {
        found.understood = understand::understood(&query, None);
    }
    let behind = after.map_or(0, |after| after.behind(&found.hits));
    let end = (behind + request.limit as usize).min(found.hits.len());
    let page = found.hits.get(behind..end).unwrap_or_default();
    let next = page
        .last()
        .filter(|_| end < found.hits.len())
        .map(|last| Spot::of(last).write());
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

/// One search.
struct Find<'a> {
    store: Store<'a>,
    scope: Scope,
    query: &'a Query,
    facets: Facets,
}

impl Find<'_> {
    /// What matches the words, in its order.
    async fn matches(&self, conn: &Conn, mut plan: Plan) -> Result<Found, Fault> {
        let scope = self.scope;
        let backend = backend(conn);
        let mut vocabulary = Vocabulary::default();
        if plan.languages.have_others() {
            match backend {
                Backend::Postgres => plan.learn(postgres::stems(conn, &plan).await?),
                Backend::Sqlite => vocabulary = vocabulary::of(conn, scope, &plan).await?,
            }
        }
        let plan = &plan;
        let census = census::of(self.store, conn, scope, &plan.languages).await?;
        let filtered = !self.query.filters.is_empty();
        let probes = Probes::new(plan, &census, scope, filtered);
        let purpose = if probes.newest { For::Both } else { For::Given };
        let conditions =
            |backend, first| Conditions::new(&self.query.filters, scope, backend, first, purpose);
        let answers = match backend {
            Backend::Postgres => {
                let conditions = conditions(Backend::Postgres, postgres::own_parameters(&probes));
                postgres::probe(conn, scope, plan, &conditions, &probes).await?
            }
            Backend::Sqlite => {
                let conditions = conditions(Backend::Sqlite, 0);
                sqlite::probe(conn, scope, plan, &vocabulary, &conditions, &probes).await?
            }
        };
        let candidates = Candidates::new(plan, &census, &probes, &answers);
        let mut ranking = Ranking::new(plan, scope, &census, &candidates.frequencies);
        let what = self.wanted(&plan.languages);
        let by_key: HashMap<candidates::Key, Candidate> = candidates
            .rows
            .iter()
            .map(|candidate| (candidate.key, *candidate))
            .collect();
        let mut hits: Vec<Ranked> = Vec::with_capacity(candidates.rows.len());
        // The texts are looked through while the database sends the next ones.
        rows::read(conn, &what, &candidates.rows, |row| {
            let candidate = by_key.get(&row.key).copied();
            hits.extend(candidate.and_then(|candidate| ranking.rank(row, candidate)));
        })
        .await?;
        hits.sort_by(Ranked::order);
        self.settle(conn, &what, &mut ranking, &mut hits).await?;
        let mut found = Found {
            total: hits.len() as u64 + candidates.left_out,
            unseen: candidates.unseen,
            truncated: candidates.unseen || candidates.left_out > 0,
            hits,
            did_you_mean: None,
            understood: understand::understood(self.query, Some(plan)),
        };
        if found.hits.is_empty() {
            found.did_you_mean = suggest::explain(
                conn,
                scope,
                &census,
                self.query,
                plan,
                &vocabulary,
                &mut found.understood,
            )
            .await?;
        }
        Ok(found)
    }

    fn wanted<'a>(&self, languages: &'a Languages) -> Wanted<'a> {
        Wanted {
            scope: self.scope,
            facets: self.facets,
            languages,
        }
    }

    /// Reads the best hits whole where only their begin was read, and puts them in their order
    /// again.
    async fn settle(
        &self,
        conn: &Conn,
        what: &Wanted<'_>,
        ranking: &mut Ranking<'_>,
        hits: &mut [Ranked],
    ) -> Result<(), Fault> {
        let settled = hits.len().min(SETTLED);
        let best = &mut hits[..settled];
        let mut whole = Vec::new();
        let rows = best.iter().map(|hit| &hit.row);
        rows::read_whole(conn, what, rows, |row| whole.push(row)).await?;
        for row in whole {
            let Some(hit) = best.iter_mut().find(|hit| hit.row.key == row.key) else {
                continue;
            };
            if let Some(ranked) = ranking.rank(row, hit.candidate) {
                *hit = ranked;
            }
        }
        best.sort_by(Ranked::order);
        Ok(())
    }

    /// A query of fields alone: the newest rows that have them.
    async fn newest(&self, conn: &Conn, languages: &Languages) -> Result<Found, Fault> {
        let scope = self.scope;
        let backend = backend(conn);
        let conditions = Conditions::new(&self.query.filters, scope, backend, 0, For::Newest);
        let answer = match backend {
            Backend::Postgres => postgres::newest(conn, &conditions).await?,
            Backend::Sqlite => sqlite::newest(conn, &conditions).await?,
        };
        let rows: Vec<Candidate> = answer
            .rows
            .iter()
            .map(|key| Candidate::filtered(*key))
            .collect();
        let mut hits = Vec::with_capacity(rows.len());
        rows::read(conn, &self.wanted(languages), &rows, |row| {
            hits.push(Ranked::filtered(row));
        })
        .await?;
        hits.sort_by(Ranked::order);
        Ok(Found {
            total: hits.len() as u64,
            unseen: answer.capped,
            truncated: answer.capped,
            hits,
            did_you_mean: None,
            understood: understand::understood(self.query, None),
        })
    }
}

fn backend(conn: &Conn) -> Backend {
    match conn.get_database_backend() {
        sea_orm::DbBackend::Postgres => Backend::Postgres,
        _ => Backend::Sqlite,
    }
}
