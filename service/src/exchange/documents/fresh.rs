//! Documents of an import whose codes are new: many in one transaction.

use std::collections::{HashMap, HashSet};

use entity::document;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

use super::super::ImportReport;
use super::{Read, is_about_one};
use crate::bulk;
use crate::error::{Area, Error, IngestionError, Operation};
use crate::folio::Folio;
use crate::retry::Repeat;
use crate::store::Store;

impl Folio {
    /// Stores documents whose codes are new, with their versions and times; gives those that could
    /// not be stored so. Where the database refuses something, the half that holds it is stored
    /// without the other, until the document itself is found.
    pub(super) async fn store_fresh<'a>(
        &self,
        fresh: Vec<&'a Read>,
        report: &mut ImportReport,
    ) -> Result<Vec<&'a Read>, Error> {
        if fresh.is_empty() {
            return Ok(Vec::new());
        }
        let mut taken = self.taken_ids(&fresh).await?;
        let before = self.last_versions(&fresh).await?;
        let named = fresh.into_iter().map(|read| {
            let own = read.new.id.map(|id| id.0).filter(|id| taken.insert(*id));
            (read, own.unwrap_or_else(|| self.new_id()))
        });
        let (mut parts, mut refused) = (vec![named.collect::<Vec<_>>()], Vec::new());
        while let Some(mut part) = parts.pop() {
            let operation =
                || Operation::new(Area::Document, format!("import {} documents", part.len()));
            let stored = Store::Pools(self)
                .write(Repeat::Idempotent, operation, async |conn| {
                    // Made as they are needed: texts are in memory often enough.
                    let rows = part.iter().map(|(read, id)| {
                        let before = before.get(id).copied().unwrap_or_default();
                        self.fresh_row(read, *id, before)
                    });
                    let new = bulk::insert_documents(&conn, rows.collect()).await?;
                    if new == part.len() as u64 {
                        return Ok(());
                    }
                    // An id that has been taken meanwhile.
                    Err(IngestionError::Outdated.into())
                })
                .await;
            match stored {
                Ok(()) => report.imported += part.len() as u64,
                Err(error) if !is_about_one(&error) => return Err(error),
                Err(_) if part.len() == 1 => refused.extend(part.iter().map(|(read, _)| *read)),
                Err(_) => {
                    parts.push(part.split_off(part.len() / 2));
                    parts.push(part);
                }
            }
        }
        Ok(refused)
    }

    /// The ids of these documents that others have.
    async fn taken_ids(&self, read: &[&Read]) -> Result<HashSet<Uuid>, Error> {
        let ids = read.iter().filter_map(|read| read.new.id.map(|id| id.0));
        let ids: Vec<Uuid> = ids.collect();
        if ids.is_empty() {
            return Ok(HashSet::new());
        }
        let operation = || Operation::new(Area::Document, "look for ids that are taken");
        let taken: Vec<Uuid> = Store::Pools(self)
            .read(operation, async |conn| {
                let select = document::Entity::find()
                    .filter(document::Column::Id.is_in(ids.iter().copied()))
                    .select_only()
                    .column(document::Column::Id);
                Ok(select.into_tuple().all(&conn).await?)
            })
            .await?;
        Ok(taken.into_iter().collect())
    }

    /// The highest versions in the history of these documents' ids: one that was deleted here, and
    /// comes back, goes on behind it.
    async fn last_versions(&self, read: &[&Read]) -> Result<HashMap<Uuid, i64>, Error> {
        use entity::document_revision::{Column, Entity};
        let ids = read.iter().filter_map(|read| read.new.id.map(|id| id.0));
        let ids: Vec<Uuid> = ids.collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let operation = || Operation::new(Area::Document, "look for the history of documents");
        let last: Vec<(Uuid, i64)> = Store::Pools(self)
            .read(operation, async |conn| {
                let select = Entity::find()
                    .filter(Column::DocumentId.is_in(ids.iter().copied()))
                    .group_by(Column::DocumentId)
                    .select_only()
                    .column(Column::DocumentId)
                    .column_as(Column::Version.max(), "version");
                Ok(select.into_tuple().all(&conn).await?)
            })
            .await?;
        Ok(last.into_iter().collect())
    }

    /// The row of a document, of which there were so many versions before.
    fn fresh_row(&self, read: &Read, id: Uuid, before: i64) -> document::Model {
        let (new, now) = (&read.new, self.now());
        let created_at = read.created_at.unwrap_or(now);
        document::Model {
            id,
            code: new.code.clone(),
            name: new.name.clone(),
            content_hash: Some(blake3::hash(new.content.as_bytes()).as_bytes().to_vec()),
            content: new.content.clone(),
            metadata: new
                .metadata
                .clone()
                .unwrap_or_else(|| Value::Object(serde_json::Map::new())),
            version: read.version.max(before.saturating_add(1)),
            created_at,
            updated_at: read.updated_at.unwrap_or(created_at),
        }
    }
}
