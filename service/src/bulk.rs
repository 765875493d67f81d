//! Many rows in few statements. One of the three places that know which database they talk to:
//! PostgreSQL takes a batch as arrays, in one statement of constant text; SQLite takes rows of
//! values up to its limit on parameters.

mod postgres;
mod sqlite;

use std::collections::HashMap;

use entity::document::{Column, Entity, Model};
use entity::message;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};
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
}

/// The documents that have one of these codes.
pub(crate) async fn existing_documents(
    conn: &Conn,
    backend: Backend,
    codes: &[String],
) -> Result<Vec<Existing>, Fault> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    if backend == Backend::Sqlite {
        return sqlite::existing_documents(conn, codes).await;
    }
    let select = Entity::find().select_only().columns([
        Column::Id,
        Column::Code,
        Column::Name,
        Column::ContentHash,
        Column::Version,
    ]);
    Ok(select
        .filter(codes_filter(backend, codes))
        .into_model()
        .all(conn)
        .await?)
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

/// Stores new documents.
pub(crate) async fn insert_documents(conn: &Conn, rows: Vec<Model>) -> Result<(), Fault> {
    match conn.get_database_backend() {
        _ if rows.is_empty() => Ok(()),
        DbBackend::Postgres => postgres::insert_documents(conn, rows).await,
        _ => sqlite::insert_documents(conn, rows).await,
    }
}

/// Changes names and contents of documents, to the versions that the rows have.
pub(crate) async fn update_documents(conn: &Conn, rows: Vec<Model>) -> Result<(), Fault> {
    match conn.get_database_backend() {
        _ if rows.is_empty() => Ok(()),
        DbBackend::Postgres => postgres::update_documents(conn, rows).await,
        _ => sqlite::update_documents(conn, rows).await,
    }
}

/// Writes hashes of contents that are stored already: no new version, no revision.
pub(crate) async fn set_hashes(conn: &Conn, hashes: Vec<(Uuid, Vec<u8>)>) -> Result<(), Fault> {
    use sea_orm::ColumnTrait;
    use sea_orm::sea_query::Expr;
    for (id, hash) in hashes {
        Entity::update_many()
            .col_expr(Column::ContentHash, Expr::value(hash))
            .filter(Column::Id.eq(id))
            .exec(conn)
            .await?;
    }
    Ok(())
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
    places: &[(String, chrono::DateTime<chrono::Utc>)],
) -> Result<Vec<(String, Uuid)>, Fault> {
    match conn.get_database_backend() {
        _ if places.is_empty() => Ok(Vec::new()),
        DbBackend::Postgres => postgres::messages_at(conn, places).await,
        _ => sqlite::messages_at(conn, places).await,
    }
}
