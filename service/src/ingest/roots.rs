//! The folders that files are taken from, as the store knows them.

use entity::ingest_root::{ActiveModel, Column, Entity};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use super::files::Listing;
use crate::error::{Area, Error, Fault, Operation};
use crate::folio::Folio;
use crate::store::{Conn, Store};

/// The numbers of the roots in the store; None for one that is new there.
pub(super) async fn known(folio: &Folio, listing: &Listing) -> Result<Vec<Option<i64>>, Error> {
    let operation = || Operation::new(Area::Ingestion, "look the folders up");
    let prefix = listing.prefix.as_deref().unwrap_or_default();
    Store::Pools(folio)
        .read(operation, async |conn| {
            let mut known = Vec::with_capacity(listing.roots.len());
            for root in &listing.roots {
                known.push(find(&conn, &root.identity, prefix).await?);
            }
            Ok(known)
        })
        .await
}

/// The numbers of the roots, which are made where they are new.
pub(super) async fn made(conn: &Conn, listing: &Listing) -> Result<Vec<i64>, Fault> {
    let prefix = listing.prefix.as_deref().unwrap_or_default();
    let mut made = Vec::with_capacity(listing.roots.len());
    for root in &listing.roots {
        made.push(number(conn, &root.identity, prefix).await?);
    }
    Ok(made)
}

/// The number of a folder, with all links in its path resolved, and a prefix; it is made where it is
/// new.
pub(crate) async fn number(conn: &Conn, identity: &str, prefix: &str) -> Result<i64, Fault> {
    if let Some(id) = find(conn, identity, prefix).await? {
        return Ok(id);
    }
    let row = ActiveModel {
        id: NotSet,
        path: Set(identity.to_owned()),
        prefix: Set(prefix.to_owned()),
    };
    let once = OnConflict::columns([Column::Path, Column::Prefix])
        .do_nothing()
        .to_owned();
    let insert = Entity::insert(row).on_conflict(once);
    match insert.exec_without_returning(conn).await {
        Err(DbErr::RecordNotInserted) => {}
        done => drop(done?),
    }
    let id = find(conn, identity, prefix).await?;
    Ok(id.ok_or_else(|| DbErr::RecordNotFound("the folder".to_owned()))?)
}

async fn find(conn: &Conn, identity: &str, prefix: &str) -> Result<Option<i64>, Fault> {
    let found = Entity::find()
        .filter(Column::Path.eq(identity))
        .filter(Column::Prefix.eq(prefix));
    Ok(found.one(conn).await?.map(|row| row.id))
}
