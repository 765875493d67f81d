//! Search in PostgreSQL: GIN indexes over tsvectors. Its own rankers know nothing of how rare a
//! word is, so the score is made here: for each term its rarity (idf) times `ts_rank`, which
//! saturates by itself, over a mild norm for the text's length. That is BM25 in all but name
//! (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009).
//!
//! Ranking reads the vector of every row that it ranks, so at most [`CANDIDATES`] rows are taken
//! for each term, and for all terms together.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, QueryResult, Statement, Value};
use uuid::Uuid;

use super::plan::Plan;
use super::query::Term;
use super::snippet::Excerpt;
use super::{Found, Match, Scope};
use crate::error::Fault;
use crate::store::Conn;

/// Rows that are ranked at the most, for each term. 2,000 take about 35 ms on two cores.
const CANDIDATES: i64 = 2_000;
/// Passages that are looked at for each term, at the most.
const PASSAGES: i64 = 4 * CANDIDATES;
/// Rows that are looked at for the average length.
const SAMPLE: i64 = 100;

/// How often each term occurs, up to a bound, and what the whole is like.
const STATISTICS: &str = "
SELECT (SELECT count(*) FROM (SELECT 1 FROM {table} AS d WHERE d.search @@ leaf.q::tsquery LIMIT {candidates}) AS seen) AS df,
       (SELECT reltuples::float8 FROM pg_class WHERE oid = '{table}'::regclass) AS n,
       (SELECT coalesce(avg(length(search)), 1)::float8
        FROM (SELECT search FROM {table} ORDER BY created_at DESC, id DESC LIMIT {sample}) AS seen) AS average
FROM unnest($1::text[]) WITH ORDINALITY AS leaf (q, n)
ORDER BY leaf.n";

/// The best rows of usual length. $1 terms, $2 their weights, $3 all terms, $4 unwanted ones,
/// $5 whether some terms are enough, $6 average length, $7 limit.
const RANKED: &str = "
WITH leaf AS MATERIALIZED (
    SELECT q::tsquery AS q, weight FROM unnest($1::text[], $2::float8[]) AS l (q, weight)
),
candidate AS MATERIALIZED (
    (SELECT id FROM {table} WHERE search @@ $3::tsquery LIMIT {candidates})
    UNION
    SELECT hit.id
    FROM leaf, LATERAL (SELECT d.id FROM {table} AS d WHERE d.search @@ leaf.q LIMIT {candidates}) AS hit
    WHERE $5
)
SELECT d.id,
       d.search @@ $3::tsquery AS whole,
       (SELECT sum(leaf.weight * ts_rank('{0.5, 0.5, 0.5, 1}', d.search, leaf.q)) FROM leaf)
           / (0.7 + 0.3 * length(d.search) / $6) AS score,
       count(*) OVER () AS total
FROM candidate,
     -- The candidates one by one (OFFSET 0 keeps it so), and never the whole table.
     LATERAL (SELECT id, search FROM {table} WHERE id = candidate.id OFFSET 0) AS d
WHERE NOT d.search @@ $4::tsquery
ORDER BY whole DESC, score DESC, d.id
LIMIT $7";

/// Which rows that are indexed in passages have which term, and how well. $1 terms.
const LONG: &str = "
SELECT leaf.n AS term, p.owner_id AS id,
       max(ts_rank('{0.5, 0.5, 0.5, 1}', p.search, leaf.q::tsquery))::float8 AS rank,
       max(length(p.search)) AS length,
       count(*) AS passages
FROM unnest($1::text[]) WITH ORDINALITY AS leaf (q, n),
     LATERAL (SELECT owner_id, search FROM {table}_passage WHERE search @@ leaf.q::tsquery LIMIT {passages}) AS p
GROUP BY leaf.n, p.owner_id";

/// The bounds are part of the text: of a bound that is a parameter the planner assumes a tenth of
/// the rows, and reads the whole table for them.
fn statement(sql: &str, scope: Scope, values: impl IntoIterator<Item = Value>) -> Statement {
    let sql = sql
        .replace("{table}", scope.table())
        .replace("{candidates}", &CANDIDATES.to_string())
        .replace("{passages}", &PASSAGES.to_string())
        .replace("{sample}", &SAMPLE.to_string());
    Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
}

pub(super) async fn find(
    conn: &Conn,
    scope: Scope,
    plan: &Plan,
    limit: u32,
) -> Result<Found, Fault> {
    let ranked = plan.ranked();
    let queries: Vec<String> = ranked.iter().map(|term| plan.tsquery_of(term)).collect();
    let statistics = Statistics::read(conn, scope, &queries).await?;
    let weights: Vec<f64> = statistics
        .frequencies
        .iter()
        .map(|df| statistics.idf(*df))
        .collect();

    let usual = conn
        .query_all_raw(statement(
            RANKED,
            scope,
            [
                queries.into(),
                weights.clone().into(),
                plan.tsquery().into(),
                plan.tsquery_any(plan.unwanted()).into(),
                plan.takes_some().into(),
                statistics.average.into(),
                i64::from(limit).into(),
            ],
        ))
        .await?;
    let mut found = Found {
        truncated: statistics.frequencies.iter().any(|df| *df >= CANDIDATES),
        ..Found::default()
    };
    for row in &usual {
        found.total = u64::try_from(row.try_get::<i64>("", "total")?).unwrap_or_default();
        found.matches.push(Match {
            id: row.try_get("", "id")?,
            score: row.try_get("", "score")?,
            whole: row.try_get("", "whole")?,
        });
    }
    let long = long_rows(conn, scope, plan, &ranked, &weights, statistics.average).await?;
    found.truncated |= long.truncated;
    found.total += long.total;
    found.matches.extend(long.matches);
    found.matches.sort_by(|a, b| {
        b.whole
            .cmp(&a.whole)
            .then(b.score.total_cmp(&a.score))
            .then(a.id.cmp(&b.id))
    });
    found.matches.truncate(limit as usize);
    Ok(found)
}

/// What the ranking needs to know of the whole store.
struct Statistics {
    frequencies: Vec<i64>,
    rows: f64,
    average: f64,
}

impl Statistics {
    async fn read(conn: &Conn, scope: Scope, queries: &[String]) -> Result<Self, Fault> {
        let values = [queries.to_vec().into()];
        let rows = conn
            .query_all_raw(statement(STATISTICS, scope, values))
            .await?;
        let mut read = Self {
            frequencies: Vec::new(),
            rows: 0.0,
            average: 1.0,
        };
        for row in &rows {
            read.frequencies.push(row.try_get("", "df")?);
            read.rows = row.try_get("", "n")?;
            read.average = row.try_get::<f64>("", "average")?.max(1.0);
        }
        // A table that was never analysed tells nothing.
        let seen = read.frequencies.iter().copied().max().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "at most 2,000")]
        let seen = seen as f64;
        read.rows = read.rows.max(seen).max(1.0);
        Ok(read)
    }

    /// How much a term tells: the rarer, the more.
    fn idf(&self, frequency: i64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "at most 2,000")]
        let frequency = frequency as f64;
        (1.0 + (self.rows - frequency + 0.5) / (frequency + 0.5)).ln()
    }
}

/// Rows that are indexed in passages: their terms are brought together here, since one may
/// stand in one passage and another in the next.
async fn long_rows(
    conn: &Conn,
    scope: Scope,
    plan: &Plan,
    ranked: &[&Term],
    weights: &[f64],
    average: f64,
) -> Result<Found, Fault> {
    let terms = plan.all_terms();
    let queries: Vec<String> = terms.iter().map(|term| plan.tsquery_of(term)).collect();
    let rows = conn
        .query_all_raw(statement(LONG, scope, [queries.into()]))
        .await?;
    let mut by_row: HashMap<Uuid, HashMap<&Term, f64>> = HashMap::new();
    let mut passages = vec![0; terms.len()];
    for row in &rows {
        let (at, id, rank) = long_row(row, average)?;
        let at = usize::try_from(at - 1).unwrap_or_default();
        if let (Some(term), Some(seen)) = (terms.get(at), passages.get_mut(at)) {
            by_row.entry(id).or_default().insert(term, rank);
            *seen += row.try_get::<i64>("", "passages")?;
        }
    }
    let judged = by_row.into_iter().filter_map(|(id, ranks)| {
        let whole = plan.judge(|term| ranks.contains_key(term))?;
        let sum = ranked
            .iter()
            .zip(weights)
            .filter_map(|(term, weight)| Some(weight * ranks.get(*term)?))
            .sum();
        Some(Match {
            id,
            score: sum,
            whole,
        })
    });
    let matches: Vec<Match> = judged.collect();
    Ok(Found {
        total: matches.len() as u64,
        truncated: passages.iter().any(|seen| *seen >= PASSAGES),
        matches,
    })
}

fn long_row(row: &QueryResult, average: f64) -> Result<(i64, Uuid, f64), Fault> {
    let length: i32 = row.try_get("", "length")?;
    let rank: f64 = row.try_get("", "rank")?;
    Ok((
        row.try_get("", "term")?,
        row.try_get("", "id")?,
        rank / (0.7 + 0.3 * f64::from(length) / average),
    ))
}

#[derive(FromQueryResult)]
struct ExcerptRow {
    id: Uuid,
    label: String,
    user_id: Option<String>,
    heavy: String,
    light: String,
    created_at: chrono::DateTime<chrono::Utc>,
}

/// The text around the first match: all of a usual one, the passage of a long one.
const DOCUMENTS: &str = "
SELECT d.id, d.code AS label, NULL::text AS user_id, d.name AS heavy, d.created_at,
       substr(d.content, 1 + coalesce((SELECT p.start FROM document_passage AS p
           WHERE p.owner_id = d.id AND p.search @@ $2::tsquery ORDER BY p.ord LIMIT 1), 0), folio_text_limit()) AS light
FROM document AS d WHERE d.id = ANY ($1)";
const MESSAGES: &str = "
SELECT m.id, m.thread_id AS label, m.user_id, m.created_at,
       substr(m.question, 1 + coalesce((SELECT p.start FROM message_passage AS p
           WHERE p.owner_id = m.id AND p.ord < 100000 AND p.search @@ $2::tsquery ORDER BY p.ord LIMIT 1), 0), folio_text_limit()) AS heavy,
       substr(m.answer, 1 + coalesce((SELECT p.start FROM message_passage AS p
           WHERE p.owner_id = m.id AND p.ord >= 100000 AND p.search @@ $2::tsquery ORDER BY p.ord LIMIT 1), 0), folio_text_limit()) AS light
FROM message AS m WHERE m.id = ANY ($1)";

pub(super) async fn excerpts(
    conn: &Conn,
    scope: Scope,
    plan: &Plan,
    matches: &[Match],
) -> Result<Vec<Excerpt>, Fault> {
    if matches.is_empty() {
        return Ok(Vec::new());
    }
    let sql = match scope {
        Scope::Documents => DOCUMENTS,
        Scope::Messages => MESSAGES,
    };
    let ids: Vec<Uuid> = matches.iter().map(|found| found.id).collect();
    let values = [ids.into(), plan.tsquery_any(plan.ranked()).into()];
    let rows = ExcerptRow::find_by_statement(statement(sql, scope, values))
        .all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Excerpt {
            scope,
            id: row.id,
            label: row.label,
            user: row.user_id,
            fields: [row.heavy, row.light],
            created_at: row.created_at,
        })
        .collect())
}
