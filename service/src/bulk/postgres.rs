//! Batches for PostgreSQL: a column is an array, a batch one statement.

use chrono::{DateTime, Utc};
use entity::{document, ingest_file, message};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};
use uuid::Uuid;

use super::{Existing, KnownFile};
use crate::error::Fault;
use crate::store::Conn;

const INSERT_DOCUMENTS: &str = "
INSERT INTO document (id, code, name, content, content_hash, metadata, version, created_at, updated_at)
SELECT id, code, name, content, content_hash, metadata::jsonb, version, created_at, updated_at
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::bigint[], $8::timestamptz[], $9::timestamptz[])
     AS new (id, code, name, content, content_hash, metadata, version, created_at, updated_at)
ON CONFLICT (id) DO NOTHING";

const EXISTING: &str = "
SELECT d.id, d.code, d.name, d.content_hash, d.version, f.root_id, f.path, f.seen
FROM document AS d
LEFT JOIN LATERAL (SELECT root_id, path, seen FROM ingest_file WHERE document_id = d.id LIMIT 1) AS f ON true
WHERE d.code = ANY($1)";

const SEEN: &str = "
SELECT f.document_id, f.path, d.version, f.seen
FROM ingest_file AS f
JOIN document AS d ON d.id = f.document_id
WHERE f.root_id = $1 AND f.document_id > $2 AND f.seen IS NOT NULL AND d.content_hash IS NOT NULL
ORDER BY f.document_id
LIMIT 10000";

const LINK_FILES: &str = "
INSERT INTO ingest_file (document_id, root_id, path, seen)
SELECT document_id, root_id, path, nullif(seen, 0)
FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[]) AS new (document_id, root_id, path, seen)
ON CONFLICT (document_id) DO UPDATE
SET root_id = excluded.root_id, path = excluded.path, seen = excluded.seen";

const UPDATE_DOCUMENTS: &str = "
UPDATE document AS d
SET name = new.name, content = new.content, content_hash = new.content_hash, metadata = new.metadata::jsonb,
    version = new.version, updated_at = greatest(d.updated_at, new.updated_at)
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::bigint[], $7::timestamptz[])
     AS new (id, name, content, content_hash, metadata, version, updated_at)
WHERE d.id = new.id AND d.version = new.version - 1";

const SET_METADATA: &str = "
UPDATE document AS d
SET metadata = new.metadata::jsonb, version = d.version + 1, updated_at = greatest(d.updated_at, $3)
FROM unnest($1::uuid[], $2::text[]) AS new (id, metadata)
WHERE d.id = new.id";

const SET_HASHES: &str = "
UPDATE document AS d
SET content_hash = new.hash
FROM unnest($1::uuid[], $2::bigint[], $3::bytea[]) AS new (id, version, hash)
WHERE d.id = new.id AND d.version = new.version";

const INSERT_MESSAGES: &str = "
INSERT INTO message (id, thread_id, user_id, question, answer, metadata, created_at)
SELECT id, thread_id, nullif(user_id, ''), question, answer, metadata::jsonb, created_at
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
     AS new (id, thread_id, user_id, question, answer, metadata, created_at)
ON CONFLICT (id) DO NOTHING";

const MESSAGES_AT: &str = "
SELECT m.thread_id, m.id
FROM (SELECT DISTINCT thread_id, created_at FROM unnest($1::text[], $2::timestamptz[]) AS p (thread_id, created_at)) AS place
JOIN message AS m ON m.thread_id = place.thread_id AND m.created_at = place.created_at";

fn statement<const N: usize>(sql: &str, values: [Value; N]) -> Statement {
    Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
}

/// One column of the rows.
fn column<R, T>(rows: &mut [R], take: impl Fn(&mut R) -> T) -> Value
where
    Vec<T>: Into<Value>,
{
    rows.iter_mut().map(take).collect::<Vec<T>>().into()
}

pub(super) async fn insert_documents(
    conn: &Conn,
    mut rows: Vec<document::Model>,
) -> Result<u64, Fault> {
    let rows = rows.as_mut_slice();
    let values = [
        column(rows, |row| row.id),
        column(rows, |row| std::mem::take(&mut row.code)),
        column(rows, |row| std::mem::take(&mut row.name)),
        column(rows, |row| std::mem::take(&mut row.content)),
        column(rows, |row| row.content_hash.take().unwrap_or_default()),
        column(rows, |row| row.metadata.to_string()),
        column(rows, |row| row.version),
        column(rows, |row| row.created_at),
        column(rows, |row| row.updated_at),
    ];
    let done = conn
        .execute_raw(statement(INSERT_DOCUMENTS, values))
        .await?;
    Ok(done.rows_affected())
}

pub(super) async fn existing_documents(
    conn: &Conn,
    codes: &[String],
) -> Result<Vec<Existing>, Fault> {
    let statement = statement(EXISTING, [codes.to_vec().into()]);
    Ok(Existing::find_by_statement(statement).all(conn).await?)
}

pub(super) async fn seen_documents(
    conn: &Conn,
    root_id: i64,
    behind: Uuid,
) -> Result<Vec<KnownFile>, Fault> {
    let statement = statement(SEEN, [root_id.into(), behind.into()]);
    Ok(KnownFile::find_by_statement(statement).all(conn).await?)
}

pub(super) async fn link_files(
    conn: &Conn,
    mut rows: Vec<ingest_file::Model>,
) -> Result<(), Fault> {
    let rows = rows.as_mut_slice();
    let values = [
        column(rows, |row| row.document_id),
        column(rows, |row| row.root_id),
        column(rows, |row| std::mem::take(&mut row.path)),
        column(rows, |row| row.seen.unwrap_or_default()),
    ];
    conn.execute_raw(statement(LINK_FILES, values)).await?;
    Ok(())
}

pub(super) async fn update_documents(
    conn: &Conn,
    mut rows: Vec<document::Model>,
) -> Result<u64, Fault> {
    let rows = rows.as_mut_slice();
    let values = [
        column(rows, |row| row.id),
        column(rows, |row| std::mem::take(&mut row.name)),
        column(rows, |row| std::mem::take(&mut row.content)),
        column(rows, |row| row.content_hash.take().unwrap_or_default()),
        column(rows, |row| row.metadata.to_string()),
        column(rows, |row| row.version),
        column(rows, |row| row.updated_at),
    ];
    let done = conn
        .execute_raw(statement(UPDATE_DOCUMENTS, values))
        .await?;
    Ok(done.rows_affected())
}

pub(super) async fn set_metadata(
    conn: &Conn,
    mut rows: Vec<(Uuid, serde_json::Value)>,
    now: DateTime<Utc>,
) -> Result<u64, Fault> {
    let rows = rows.as_mut_slice();
    let ids = column(rows, |(id, _)| *id);
    let metadata = column(rows, |(_, metadata)| metadata.to_string());
    let statement = statement(SET_METADATA, [ids, metadata, now.into()]);
    Ok(conn.execute_raw(statement).await?.rows_affected())
}

pub(super) async fn set_hashes(
    conn: &Conn,
    mut hashes: Vec<(Uuid, i64, Vec<u8>)>,
) -> Result<(), Fault> {
    let rows = hashes.as_mut_slice();
    let values = [
        column(rows, |(id, ..)| *id),
        column(rows, |(_, version, _)| *version),
        column(rows, |(.., hash)| std::mem::take(hash)),
    ];
    conn.execute_raw(statement(SET_HASHES, values)).await?;
    Ok(())
}

pub(super) async fn insert_messages(
    conn: &Conn,
    mut rows: Vec<message::Model>,
) -> Result<u64, Fault> {
    let rows = rows.as_mut_slice();
    let values = [
        column(rows, |row| row.id),
        column(rows, |row| std::mem::take(&mut row.thread_id)),
        // No user's id is empty, so an empty one can stand for NULL.
        column(rows, |row| row.user_id.take().unwrap_or_default()),
        column(rows, |row| std::mem::take(&mut row.question)),
        column(rows, |row| std::mem::take(&mut row.answer)),
        column(rows, |row| row.metadata.to_string()),
        column(rows, |row| row.created_at),
    ];
    Ok(conn
        .execute_raw(statement(INSERT_MESSAGES, values))
        .await?
        .rows_affected())
}

pub(super) async fn messages_at(
    conn: &Conn,
    places: &[(String, DateTime<Utc>)],
) -> Result<Vec<(String, Uuid)>, Fault> {
    let threads: Vec<String> = places.iter().map(|(thread, _)| thread.clone()).collect();
    let times: Vec<DateTime<Utc>> = places.iter().map(|(_, time)| *time).collect();
    let rows = conn
        .query_all_raw(statement(MESSAGES_AT, [threads.into(), times.into()]))
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "thread_id")?, row.try_get("", "id")?)))
        .collect()
}
