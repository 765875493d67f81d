//! Many rows in few statements. One of the three places that know which database they talk to:
//! PostgreSQL takes a batch as arrays, in one statement of constant text; SQLite takes rows of
//! values up to its limit on parameters.

mod postgres;
mod sqlite;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::document::{Column, Entity, Model};
use entity::{ingest_file, message};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use crate::connect::Backend;
use crate::documents::codes_filter;
use crate::error::Fault;
use crate::store::Conn;

/// What is stored under a code, without its text.
#[derive(Debug, FromQueryResult, serde::Deserialize)]
pub(crate) struct Existing {
    pub(crate) id: Uuid,
    pub(crate) code: String,
    pub(crate) name: String,
    #[serde(deserialize_with = "sqlite::hex")]
    pub(crate) content_hash: Option<Vec<u8>>,
    pub(crate) version: i64,
    /// The folder that had it last.
    pub(crate) root_id: Option<i64>,
    /// Its file's path below that folder.
    pub(crate) path: Option<String>,
    /// What its file looked like when it was taken in.
    pub(crate) seen: Option<i64>,
}

/// A document of a folder, whose text nobody else wrote, and what its file looked like.
#[derive(Debug, FromQueryResult, serde::Deserialize)]
pub(crate) struct KnownFile {
    pub(crate) document_id: Uuid,
    pub(crate) path: String,
    pub(crate) version: i64,
    pub(crate) seen: i64,
}

/// Documents of this folder behind this id, in the order of ids.
pub(crate) async fn seen_documents(
    conn: &Conn,
    root_id: i64,
    behind: Uuid,
) -> Result<Vec<KnownFile>, Fault> {
    match conn.get_database_backend() {
        DbBackend::Postgres => postgres::seen_documents(conn, root_id, behind).await,
        _ => sqlite::seen_documents(conn, root_id, behind).await,
    }
}

/// The documents that have one of these codes.
pub(crate) async fn existing_documents(
    conn: &Conn,
    codes: &[String],
) -> Result<Vec<Existing>, Fault> {
    match conn.get_database_backend() {
        _ if codes.is_empty() => Ok(Vec::new()),
        DbBackend::Postgres => postgres::existing_documents(conn, codes).await,
        _ => sqlite::existing_documents(conn, codes).await,
    }
}

/// The texts of the documents that have one of these codes.
pub(crate) async fn contents(
    conn: &Conn,
    backend: Backend,
    codes: &[String],
) -> Result<HashMap<String, String>, Fault> {
    if codes.is_empty() {
        return Ok(HashMap::new());
    }
    let select = Entity::find()
        .select_only()
        .columns([Column::Code, Column::Content]);
    let rows: Vec<(String, String)> = select
        .filter(codes_filter(backend, codes))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Stores new documents; those whose id is there already are left, so it may be repeated. Gives how
/// many were new.
pub(crate) async fn insert_documents(conn: &Conn, rows: Vec<Model>) -> Result<u64, Fault> {
    match conn.get_database_backend() {
        _ if rows.is_empty() => Ok(0),
        DbBackend::Postgres => postgres::insert_documents(conn, rows).await,
        _ => sqlite::insert_documents(conn, rows).await,
    }
}

/// Changes names, contents and metadata of documents to those of the rows, and to their versions;
/// only of those that are at the version before. Gives how many they were.
pub(crate) async fn update_documents(conn: &Conn, rows: Vec<Model>) -> Result<u64, Fault> {
    match conn.get_database_backend() {
        _ if rows.is_empty() => Ok(0),
        DbBackend::Postgres => postgres::update_documents(conn, rows).await,
        _ => sqlite::update_documents(conn, rows).await,
    }
}

/// Another code and name for a document.
#[derive(Clone, Debug)]
pub(crate) struct Renamed {
    pub(crate) id: Uuid,
    pub(crate) code: String,
    pub(crate) name: String,
    /// The version that it gets; it has to be at the one before.
    pub(crate) version: i64,
    pub(crate) updated_at: DateTime<Utc>,
}

/// Renames a document; gives 0 where it isn't at the version before, else 1.
pub(crate) async fn rename_document(conn: &Conn, row: Renamed) -> Result<u64, Fault> {
    let update = Entity::update_many()
        .col_expr(Column::Code, Expr::value(row.code))
        .col_expr(Column::Name, Expr::value(row.name))
        .col_expr(Column::Version, Expr::value(row.version))
        .col_expr(Column::UpdatedAt, never_back(row.updated_at))
        .filter(Column::Id.eq(row.id))
        .filter(Column::Version.eq(row.version - 1));
    Ok(update.exec(conn).await?.rows_affected)
}

/// The time of a change: never before the last one, also where this machine's clock is behind.
fn never_back(now: DateTime<Utc>) -> Expr {
    let last = Expr::col(Column::UpdatedAt);
    Expr::case(last.clone().gt(now), last)
        .finally(Expr::value(now))
        .into()
}

/// Gives documents other metadata, and moves their versions and times on.
pub(crate) async fn set_metadata(
    conn: &Conn,
    rows: Vec<(Uuid, serde_json::Value)>,
    now: DateTime<Utc>,
) -> Result<u64, Fault> {
    match conn.get_database_backend() {
        _ if rows.is_empty() => Ok(0),
        DbBackend::Postgres => postgres::set_metadata(conn, rows, now).await,
        _ => sqlite::set_metadata(conn, rows, now).await,
    }
}

/// Writes down from which files documents were taken.
pub(crate) async fn link_files(conn: &Conn, rows: Vec<ingest_file::Model>) -> Result<(), Fault> {
    match conn.get_database_backend() {
        _ if rows.is_empty() => Ok(()),
        DbBackend::Postgres => postgres::link_files(conn, rows).await,
        _ => sqlite::link_files(conn, rows).await,
    }
}

/// Writes hashes of contents that are stored already, at these versions: no new version, no revision.
pub(crate) async fn set_hashes(
    conn: &Conn,
    hashes: Vec<(Uuid, i64, Vec<u8>)>,
) -> Result<(), Fault> {
    match conn.get_database_backend() {
        _ if hashes.is_empty() => Ok(()),
        DbBackend::Postgres => postgres::set_hashes(conn, hashes).await,
        _ => sqlite::set_hashes(conn, hashes).await,
    }
}

/// Stores messages; those whose id is there already are left. Gives how many were new.
pub(crate) async fn insert_messages(conn: &Conn, rows: Vec<message::Model>) -> Result<u64, Fault> {
    match conn.get_database_backend() {
        _ if rows.is_empty() => Ok(0),
        DbBackend::Postgres => postgres::insert_messages(conn, rows).await,
        _ => sqlite::insert_messages(conn, rows).await,
    }
}

/// The ids of the messages that stand at one of these places: a thread and a time.
pub(crate) async fn messages_at(
    conn: &Conn,
    places: &[(String, DateTime<Utc>)],
) -> Result<Vec<(String, Uuid)>, Fault> {
    match conn.get_database_backend() {
        _ if places.is_empty() => Ok(Vec::new()),
        DbBackend::Postgres => postgres::messages_at(conn, places).await,
        _ => sqlite::messages_at(conn, places).await,
    }
}
