//! Batches for SQLite: several rows a statement. FTS5 writes its buffer out at the end of every
//! statement, so fewer statements are several times faster.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use entity::{document, ingest_file, message};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, EntityTrait, Statement, Value};
use serde::de::{Deserialize, Deserializer, Error as _};
use uuid::Uuid;

use super::{Existing, KnownFile};
use crate::error::Fault;
use crate::messages::active as active_message;
use crate::store::Conn;

/// Rows of a statement: nine columns each at the most, far below the limit of 32,766 parameters.
const ROWS: usize = 500;
/// A text of more bytes has a statement of its own: of a statement with several rows SQLite makes a
/// table in memory first, since there are triggers.
const LARGE: usize = 256 * 1024;

/// Written out: a builder would keep another copy of each text, and one may have 16 MiB.
const INSERT_DOCUMENTS: &str = "
INSERT INTO document (id, code, name, content, content_hash, metadata, version, created_at, updated_at)
VALUES {rows}
ON CONFLICT (id) DO NOTHING";

const UPDATE_DOCUMENT: &str = "
UPDATE document SET name = $2, content = $3, content_hash = $4, metadata = $5, version = $6, updated_at = max(updated_at, $7)
WHERE id = $1 AND version = $8";

const SET_METADATA: &str = "
UPDATE document SET metadata = new.metadata, version = version + 1, updated_at = max(updated_at, $2)
FROM (SELECT unhex(value ->> 0) AS id, value ->> 1 AS metadata FROM json_each($1)) AS new
WHERE document.id = new.id";

const SET_HASHES: &str = "
UPDATE document SET content_hash = unhex(new.hash)
FROM (SELECT value ->> 0 AS id, value ->> 1 AS version, value ->> 2 AS hash FROM json_each($1)) AS new
WHERE document.id = unhex(new.id) AND document.version = new.version";

/// Takes a document's text out of the index, so that its update leaves that alone: what the triggers
/// of one statement read is kept until it ends, and both texts together are too much of large ones.
const SET_APART: &str =
    "INSERT INTO document_apart (seq) SELECT seq FROM document WHERE id = $1 AND version = $2";

/// Puts the texts that documents set apart have now into the index.
const PUT_BACK: &str = "DELETE FROM document_apart";

const MESSAGES_AT: &str = "
SELECT m.thread_id, m.id
FROM (SELECT DISTINCT value ->> 0 AS thread_id, value ->> 1 AS created_at FROM json_each($1)) AS place
JOIN message AS m ON m.thread_id = place.thread_id AND m.created_at = place.created_at";

/// In one row: the driver hands rows over one by one from a thread of its own, which costs more
/// than finding them.
const EXISTING: &str = "
SELECT json_group_array(json_object('id', lower(hex(d.id)), 'code', d.code, 'name', d.name,
                                    'content_hash', lower(hex(d.content_hash)), 'version', d.version,
                                    'root_id', f.root_id, 'path', f.path, 'seen', f.seen)) AS found
FROM document AS d
LEFT JOIN ingest_file AS f ON f.document_id = d.id
WHERE d.code IN (SELECT value FROM json_each($1))";

const SEEN: &str = "
SELECT json_group_array(json_object('document_id', lower(hex(document_id)), 'path', path,
                                    'version', version, 'seen', seen)) AS found
FROM (SELECT f.document_id, f.path, d.version, f.seen
      FROM ingest_file AS f
      JOIN document AS d ON d.id = f.document_id
      WHERE f.root_id = $1 AND f.document_id > $2 AND f.seen IS NOT NULL AND d.content_hash IS NOT NULL
      ORDER BY f.document_id
      LIMIT 10000)";

pub(super) async fn seen_documents(
    conn: &Conn,
    root_id: i64,
    behind: Uuid,
) -> Result<Vec<KnownFile>, Fault> {
    let values = [root_id.into(), behind.into()];
    listed(
        conn,
        Statement::from_sql_and_values(DbBackend::Sqlite, SEEN, values),
    )
    .await
}

/// The rows that a statement gives as one text of JSON.
async fn listed<T: serde::de::DeserializeOwned>(
    conn: &Conn,
    statement: Statement,
) -> Result<Vec<T>, Fault> {
    let Some(row) = conn.query_one_raw(statement).await? else {
        return Ok(Vec::new());
    };
    let found: String = row.try_get("", "found")?;
    let found = serde_json::from_str(&found);
    Ok(found.map_err(|error| DbErr::Json(error.to_string()))?)
}

pub(super) async fn existing_documents(
    conn: &Conn,
    codes: &[String],
) -> Result<Vec<Existing>, Fault> {
    let codes = serde_json::json!(codes).to_string();
    let values = [codes.into()];
    listed(
        conn,
        Statement::from_sql_and_values(DbBackend::Sqlite, EXISTING, values),
    )
    .await
}

/// Bytes as SQLite's `unhex` takes them.
fn digits(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        // Writing into memory does not fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// Bytes that SQLite wrote in hexadecimal digits; none where it had none.
pub(super) fn hex<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<u8>>, D::Error> {
    let digits = String::deserialize(from)?;
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2).unwrap_or_default(), 16);
    let bytes: Result<Vec<u8>, _> = (0..digits.len()).step_by(2).map(byte).collect();
    let bytes = bytes.map_err(D::Error::custom)?;
    Ok((!bytes.is_empty()).then_some(bytes))
}

pub(super) async fn insert_documents(
    conn: &Conn,
    rows: Vec<document::Model>,
) -> Result<u64, Fault> {
    let mut inserted = 0;
    for rows in statements(rows, |row| row.content.len()) {
        let places = vec!["(?, ?, ?, ?, ?, ?, ?, ?, ?)"; rows.len()].join(", ");
        let sql = INSERT_DOCUMENTS.replace("{rows}", &places);
        let values = rows.into_iter().flat_map(|row| -> [Value; 9] {
            [
                row.id.into(),
                row.code.into(),
                row.name.into(),
                row.content.into(),
                row.content_hash.into(),
                row.metadata.into(),
                row.version.into(),
                row.created_at.into(),
                row.updated_at.into(),
            ]
        });
        let insert = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
        inserted += conn.execute_raw(insert).await?.rows_affected();
    }
    Ok(inserted)
}

/// The rows of each statement.
fn statements<T>(rows: Vec<T>, bytes: impl Fn(&T) -> usize) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows.into_iter().peekable();
    std::iter::from_fn(move || {
        let mut chunk = vec![rows.next()?];
        if bytes(&chunk[0]) <= LARGE {
            let fits = |row: &T| bytes(row) <= LARGE;
            while let Some(row) = rows.next_if(|row| chunk.len() < ROWS && fits(row)) {
                chunk.push(row);
            }
        }
        Some(chunk)
    })
}

pub(super) async fn update_documents(
    conn: &Conn,
    rows: Vec<document::Model>,
) -> Result<u64, Fault> {
    let mut updated = 0;
    for row in rows {
        let before = row.version - 1;
        let is_large = row.content.len() > LARGE;
        if is_large {
            let values = [row.id.into(), before.into()];
            let apart = Statement::from_sql_and_values(DbBackend::Sqlite, SET_APART, values);
            conn.execute_raw(apart).await?;
        }
        let values: [Value; 8] = [
            row.id.into(),
            row.name.into(),
            row.content.into(),
            row.content_hash.into(),
            row.metadata.into(),
            row.version.into(),
            row.updated_at.into(),
            before.into(),
        ];
        let update = Statement::from_sql_and_values(DbBackend::Sqlite, UPDATE_DOCUMENT, values);
        updated += conn.execute_raw(update).await?.rows_affected();
        if is_large {
            conn.execute_unprepared(PUT_BACK).await?;
        }
    }
    Ok(updated)
}

pub(super) async fn set_metadata(
    conn: &Conn,
    rows: Vec<(Uuid, serde_json::Value)>,
    now: DateTime<Utc>,
) -> Result<u64, Fault> {
    // Metadata as the text that they are, so that they are stored as they are written.
    let text =
        |(id, metadata): (Uuid, serde_json::Value)| (id.simple().to_string(), metadata.to_string());
    let rows: Vec<(String, String)> = rows.into_iter().map(text).collect();
    let values = [serde_json::json!(rows).to_string().into(), now.into()];
    let update = Statement::from_sql_and_values(DbBackend::Sqlite, SET_METADATA, values);
    Ok(conn.execute_raw(update).await?.rows_affected())
}

pub(super) async fn set_hashes(
    conn: &Conn,
    hashes: Vec<(Uuid, i64, Vec<u8>)>,
) -> Result<(), Fault> {
    let row = |(id, version, hash): &(Uuid, i64, Vec<u8>)| {
        serde_json::json!([digits(id.as_bytes()), version, digits(hash)])
    };
    let rows: serde_json::Value = hashes.iter().map(row).collect();
    let values = [rows.to_string().into()];
    let update = Statement::from_sql_and_values(DbBackend::Sqlite, SET_HASHES, values);
    conn.execute_raw(update).await?;
    Ok(())
}

pub(super) async fn link_files(conn: &Conn, rows: Vec<ingest_file::Model>) -> Result<(), Fault> {
    use ingest_file::{ActiveModel, Column, Entity};
    let active = |row: ingest_file::Model| ActiveModel {
        document_id: Set(row.document_id),
        root_id: Set(row.root_id),
        path: Set(row.path),
        seen: Set(row.seen),
    };
    let mut rows = rows.into_iter().map(active).peekable();
    while rows.peek().is_some() {
        let chunk = rows.by_ref().take(ROWS);
        let insert = Entity::insert_many(chunk).on_conflict(
            OnConflict::column(Column::DocumentId)
                .update_columns([Column::RootId, Column::Path, Column::Seen])
                .to_owned(),
        );
        insert.exec_without_returning(conn).await?;
    }
    Ok(())
}

pub(super) async fn insert_messages(conn: &Conn, rows: Vec<message::Model>) -> Result<u64, Fault> {
    let mut inserted = 0;
    for rows in statements(rows, |row| row.question.len() + row.answer.len()) {
        let rows = rows.into_iter().map(active_message);
        let insert = message::Entity::insert_many(rows).on_conflict(
            OnConflict::column(message::Column::Id)
                .do_nothing()
                .to_owned(),
        );
        match insert.exec_without_returning(conn).await {
            Err(DbErr::RecordNotInserted) => {}
            done => inserted += done?,
        }
    }
    Ok(inserted)
}

pub(super) async fn messages_at(
    conn: &Conn,
    places: &[(String, DateTime<Utc>)],
) -> Result<Vec<(String, Uuid)>, Fault> {
    // As the driver writes a time, so that the texts are equal.
    let places: Vec<(&str, String)> = places
        .iter()
        .map(|(thread, time)| {
            (
                thread.as_str(),
                time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false),
            )
        })
        .collect();
    let places = serde_json::json!(places).to_string();
    let statement = Statement::from_sql_and_values(DbBackend::Sqlite, MESSAGES_AT, [places.into()]);
    let rows = conn.query_all_raw(statement).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "thread_id")?, row.try_get("", "id")?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_text_has_a_statement_of_its_own() {
        let sizes = [vec![1; ROWS + 1], vec![LARGE + 1, LARGE, 1, LARGE + 1]].concat();
        let chunks: Vec<Vec<usize>> = statements(sizes.clone(), |size| *size).collect();
        let lengths: Vec<usize> = chunks.iter().map(Vec::len).collect();
        assert_eq!(lengths, [ROWS, 1, 1, 2, 1]);
        assert_eq!(chunks.concat(), sizes);
    }
}
