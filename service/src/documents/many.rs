//! Many documents at once: in transactions of 500, all of one batch.

use std::collections::BTreeSet;

use entity::document::{Column, Entity};
use futures_util::FutureExt;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::filter::{self, DocumentSelection};
use super::trash::{Held, bring_back, hold, remove};
use super::write::{prune, stamp};
use crate::activity::{Bulk, BulkBuilder};
use crate::audit::{self, Act, Subject};
use crate::bulk;
use crate::error::{Area, Error, Fault, Operation};
use crate::folio::Folio;
use crate::ids::DocumentId;
use crate::retry::Repeat;
use crate::store::{Conn, Store};

/// Rows of one transaction.
const CHUNK: usize = 500;

pub(super) async fn delete(
    store: Store<'_>,
    selection: &DocumentSelection,
    cancel: &CancellationToken,
    progress: impl Fn(u64) + Send + Sync,
) -> Result<Bulk, Error> {
    let operation = || Operation::new(Area::Document, "delete documents");
    each_chunk(
        store,
        selection,
        operation,
        cancel,
        progress,
        Change::Delete,
    )
    .await
}

async fn delete_chunk(
    folio: &Folio,
    conn: &Conn,
    ids: &[Uuid],
    batch: Uuid,
) -> Result<(usize, usize), Fault> {
    let held: Vec<Held> = hold(conn, ids).await?.into_values().collect();
    let gone = held.len();
    remove(folio, conn, &held).await?;
    let acts = held.iter().map(|held| {
        Act::new("deleted", Subject::Document, held.id.to_string())
            .label(&held.code)
            .version(held.version)
            .batch(batch)
    });
    audit::record(folio, conn, acts.collect::<Vec<_>>()).await?;
    Ok((gone, 0))
}

/// Tags to be given and to be taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retag {
    add: BTreeSet<String>,
    remove: BTreeSet<String>,
}

impl Retag {
    /// Changes nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With this tag given.
    #[must_use]
    pub fn give(mut self, tag: impl Into<String>) -> Self {
        self.add.insert(tag.into());
        self
    }

    /// With this tag taken.
    #[must_use]
    pub fn take(mut self, tag: impl Into<String>) -> Self {
        self.remove.insert(tag.into());
        self
    }

    /// The metadata with other tags; None where nothing differs. Tags keep their order, new ones
    /// come last; what else the metadata has stays.
    fn apply(&self, metadata: &Value) -> Option<Value> {
        let found = match metadata.get("tags") {
            Some(Value::Array(tags)) => tags.clone(),
            // One tag is often written without a list.
            Some(Value::String(tag)) => vec![Value::from(tag.as_str())],
            _ => Vec::new(),
        };
        let mut tags = found.clone();
        tags.retain(|tag| !tag.as_str().is_some_and(|tag| self.remove.contains(tag)));
        for tag in &self.add {
            if !tags.iter().any(|there| there.as_str() == Some(tag)) {
                tags.push(Value::from(tag.as_str()));
            }
        }
        if tags == found {
            return None;
        }
        let mut metadata = metadata.as_object().cloned().unwrap_or_default();
        metadata.insert("tags".to_owned(), Value::Array(tags));
        Some(Value::Object(metadata))
    }
}

pub(super) async fn retag(
    store: Store<'_>,
    selection: &DocumentSelection,
    retag: &Retag,
    cancel: &CancellationToken,
    progress: impl Fn(u64) + Send + Sync,
) -> Result<Bulk, Error> {
    let operation = || Operation::new(Area::Document, "tag documents");
    let change = Change::Tag(retag);
    each_chunk(store, selection, operation, cancel, progress, change).await
}

async fn tag_chunk(
    folio: &Folio,
    conn: &Conn,
    ids: &[Uuid],
    batch: Uuid,
    retag: &Retag,
) -> Result<(usize, usize), Fault> {
    let rows: Vec<(Uuid, String, i64, Value)> = Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .select_only()
        .columns([Column::Id, Column::Code, Column::Version, Column::Metadata])
        .into_tuple()
        .all(conn)
        .await?;
    let (mut acts, mut changed, mut tagged) = (Vec::new(), Vec::new(), Vec::new());
    let all = rows.len();
    for (id, code, version, metadata) in rows {
        let Some(metadata) = retag.apply(&metadata) else {
            continue;
        };
        tagged.push((id, metadata));
        changed.push(id);
        let act = Act::new("retagged", Subject::Document, id.to_string());
        acts.push(act.label(&code).version(version + 1).batch(batch));
    }
    if !changed.is_empty() {
        bulk::set_metadata(conn, tagged, folio.now()).await?;
        stamp(folio, conn, &changed).await?;
        prune(folio, conn, &changed).await?;
    }
    audit::record(folio, conn, acts).await?;
    Ok((changed.len(), all - changed.len()))
}

/// What is done with each of many documents.
#[derive(Clone, Copy)]
enum Change<'a> {
    Delete,
    Tag(&'a Retag),
}

impl Change<'_> {
    /// Changes some; tells how many rows it changed, and how many were like that already.
    async fn make(
        self,
        folio: &Folio,
        conn: Conn,
        ids: &[Uuid],
        batch: Uuid,
    ) -> Result<(usize, usize), Fault> {
        match self {
            Self::Delete => delete_chunk(folio, &conn, ids, batch).await,
            Self::Tag(retag) => tag_chunk(folio, &conn, ids, batch, retag).await,
        }
    }
}

/// Changes what is selected, chunk by chunk.
async fn each_chunk(
    store: Store<'_>,
    selection: &DocumentSelection,
    operation: impl Fn() -> Operation,
    cancel: &CancellationToken,
    progress: impl Fn(u64) + Send + Sync,
    change: Change<'_>,
) -> Result<Bulk, Error> {
    let folio = &store.folio().current();
    let store = store.through(folio);
    let batch = folio.current_batch().unwrap_or_else(|| folio.new_id());
    let mut report = BulkBuilder::new(batch);
    let mut chunks = filter::Chunks::of(selection, CHUNK);
    while let Some(ids) = chunks.next(store).await? {
        if cancel.is_cancelled() {
            report.cancelled();
            break;
        }
        let (done, unchanged) = store
            .write(Repeat::OnlyIfUndone, &operation, |conn| {
                change.make(folio, conn, &ids, batch).boxed()
            })
            .await?;
        report.done(done);
        report.unchanged(unchanged);
        progress(report.so_far());
    }
    Ok(report.finish())
}

/// Brings deleted documents back as they were when they were deleted.
pub(super) async fn restore(
    store: Store<'_>,
    ids: &[DocumentId],
    cancel: &CancellationToken,
    progress: impl Fn(u64) + Send + Sync,
) -> Result<Bulk, Error> {
    let folio = store.folio();
    let batch = folio.current_batch().unwrap_or_else(|| folio.new_id());
    let mut report = BulkBuilder::new(batch);
    for chunk in ids.chunks(CHUNK) {
        if cancel.is_cancelled() {
            report.cancelled();
            break;
        }
        let wanted: Vec<(Uuid, Option<i64>)> = chunk.iter().map(|id| (id.0, None)).collect();
        let operation = || Operation::new(Area::Document, "restore documents");
        let results = store
            .write(Repeat::OnlyIfUndone, operation, async |conn| {
                let results = bring_back(folio, &conn, &wanted).await?;
                let acts = results.iter().filter_map(|result| result.clone().ok());
                let acts = acts.map(|back| back.act().batch(batch));
                audit::record(folio, &conn, acts.collect::<Vec<_>>()).await?;
                Ok(results)
            })
            .await?;
        for (id, result) in chunk.iter().zip(results) {
            match result {
                Ok(_) => report.done(1),
                Err(refused) => report.refuse(
                    Subject::Document,
                    id.to_string(),
                    refused.code,
                    refused.reason,
                ),
            }
        }
        progress(report.so_far());
    }
    Ok(report.finish())
}
