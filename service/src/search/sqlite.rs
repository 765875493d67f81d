//! Search in SQLite: FTS5 indexes, ranked by their own BM25.

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};
use uuid::Uuid;

use super::plan::Plan;
use super::snippet::Excerpt;
use super::{Found, Match, Scope};
use crate::error::Fault;
use crate::store::Conn;

/// A text of more characters is not read whole for its snippet: FTS5 cuts the passage out.
const LONG: i64 = 200_000;

/// The best rows. $1 what is a hit, $2 what is a whole one, $3 limit.
const RANKED: &str = "
SELECT d.id, best.score, best.whole, best.total
FROM (SELECT rowid AS seq, -rank AS score, count(*) OVER () AS total,
             rowid IN (SELECT rowid FROM {table}_search WHERE {table}_search MATCH $2) AS whole
      FROM {table}_search
      WHERE {table}_search MATCH $1
      ORDER BY whole DESC, rank, rowid
      LIMIT $3) AS best
JOIN {table} AS d ON d.seq = best.seq
ORDER BY best.whole DESC, best.score DESC, best.seq";

const DOCUMENTS: &str = "
SELECT seq, id, code AS label, NULL AS user_id, name AS heavy, created_at,
       CASE WHEN length(content) <= $2 THEN content END AS light
FROM document WHERE id IN (SELECT unhex(value) FROM json_each($1))";
const MESSAGES: &str = "
SELECT seq, id, thread_id AS label, user_id, substr(question, 1, $2) AS heavy, created_at,
       CASE WHEN length(answer) <= $2 THEN answer END AS light
FROM message WHERE id IN (SELECT unhex(value) FROM json_each($1))";

/// The passage of one long text. $1 the query, $2 the row.
const PASSAGE: &str = "
SELECT snippet({table}_search, 1, '', '', '', 64) AS passage
FROM {table}_search WHERE {table}_search MATCH $1 AND rowid = $2";

fn statement(sql: &str, scope: Scope, values: impl IntoIterator<Item = Value>) -> Statement {
    let sql = sql.replace("{table}", scope.table());
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
}

pub(super) async fn find(
    conn: &Conn,
    scope: Scope,
    plan: &Plan,
    limit: u32,
) -> Result<Found, Fault> {
    let values = [
        plan.fts_some().into(),
        plan.fts().into(),
        i64::from(limit).into(),
    ];
    let rows = conn.query_all_raw(statement(RANKED, scope, values)).await?;
    let mut found = Found::default();
    for row in &rows {
        found.total = u64::try_from(row.try_get::<i64>("", "total")?).unwrap_or_default();
        found.matches.push(Match {
            id: row.try_get("", "id")?,
            score: row.try_get("", "score")?,
            whole: row.try_get("", "whole")?,
        });
    }
    Ok(found)
}

#[derive(FromQueryResult)]
struct ExcerptRow {
    seq: i64,
    id: Uuid,
    label: String,
    user_id: Option<String>,
    heavy: String,
    light: Option<String>,
    created_at: chrono::DateTime<chrono::Utc>,
}

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
    let ids: Vec<String> = matches
        .iter()
        .map(|found| found.id.simple().to_string())
        .collect();
    let values = [serde_json::Value::from(ids).to_string().into(), LONG.into()];
    let rows = ExcerptRow::find_by_statement(statement(sql, scope, values))
        .all(conn)
        .await?;
    let mut excerpts = Vec::with_capacity(rows.len());
    for row in rows {
        let light = match row.light {
            Some(text) => text,
            None => passage(conn, scope, plan, row.seq).await?,
        };
        excerpts.push(Excerpt {
            scope,
            id: row.id,
            label: row.label,
            user: row.user_id,
            fields: [row.heavy, light],
            created_at: row.created_at,
        });
    }
    Ok(excerpts)
}

async fn passage(conn: &Conn, scope: Scope, plan: &Plan, seq: i64) -> Result<String, Fault> {
    let values = [plan.fts_some().into(), seq.into()];
    let row = conn
        .query_one_raw(statement(PASSAGE, scope, values))
        .await?;
    let passage: Option<String> = row
        .map(|row| row.try_get("", "passage"))
        .transpose()?
        .flatten();
    Ok(passage.unwrap_or_default())
}
