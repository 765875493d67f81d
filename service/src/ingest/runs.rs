//! Ingestions as they were recorded.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::ingest_run::{Column, Entity, Model};
use entity::{audit, audit_batch};
use sea_orm::sea_query::Order;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::error::{Area, Error, Fault, Operation};
use crate::folio::Folio;
use crate::ids::{BatchId, RunId};
use crate::page::{Keyset, Page, PageRequest, parse_time_key, parse_uuid_key, time_key};
use crate::store::{Conn, Store};
use crate::time;

/// What an ingestion did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RunSummary {
    /// Its identifier.
    pub id: RunId,
    /// The folders and files that it was given.
    pub root: String,
    /// What its codes begin with.
    pub prefix: Option<String>,
    /// Who ran it, where that is known.
    pub actor: Option<String>,
    /// When it began to write.
    #[serde(with = "time")]
    pub started_at: DateTime<Utc>,
    /// When it ended; None while it runs, and for one that was killed.
    #[serde(with = "time::option")]
    pub finished_at: Option<DateTime<Utc>>,
    /// Documents that were new.
    pub added: i64,
    /// Documents that it changed, those that it moved among them.
    pub updated: i64,
    /// Documents that were like that already.
    pub unchanged: i64,
    /// Files that it could not take.
    pub failed: i64,
    /// Files that it did not reach, because it was stopped.
    pub unreached: u64,
    /// Documents whose files had moved.
    pub moved: i64,
    /// Documents that it deleted because their files had vanished.
    pub removed: i64,
    /// The batch that undid it.
    pub undone_by: Option<BatchId>,
}

/// An ingestion with what it met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunDetails {
    /// Its record.
    #[serde(flatten)]
    pub summary: RunSummary,
    /// Files that it could not take: a JSON array of `{file, code, error}`, 1,000 at the most.
    pub failures: Value,
}

/// What in the list of failures says how many files were not reached.
const UNREACHED: &str = "unreached";

/// What is kept beside the failures of a run of how many files it did not reach.
pub(super) fn unreached_note(files: u64) -> Option<Value> {
    (files > 0).then(|| json!({ UNREACHED: files }))
}

fn unreached(failures: &Value) -> u64 {
    let rows = failures.as_array().into_iter().flatten();
    rows.filter_map(|row| row[UNREACHED].as_u64()).sum()
}

/// The failures of files alone.
fn of_files(mut failures: Value) -> Value {
    if let Some(rows) = failures.as_array_mut() {
        rows.retain(|row| row.get(UNREACHED).is_none());
    }
    failures
}

impl RunSummary {
    fn of(row: Model, undone_by: Option<Uuid>) -> Self {
        Self {
            id: RunId(row.id),
            root: row.root,
            prefix: row.prefix,
            actor: row.actor,
            started_at: row.started_at,
            finished_at: row.finished_at,
            added: row.added,
            updated: row.updated,
            unchanged: row.unchanged,
            failed: row.failed,
            unreached: unreached(&row.failures),
            moved: row.moved,
            removed: row.removed,
            undone_by: undone_by.map(BatchId),
        }
    }
}

pub(super) async fn list(folio: &Folio, page: &PageRequest) -> Result<Page<RunSummary>, Error> {
    let keyset = Keyset {
        order: 'r',
        key: Column::StartedAt,
        id: Column::Id,
        direction: Order::Desc,
    };
    let select = keyset
        .apply(Entity::find(), page, |key, id| {
            Ok((parse_time_key(key)?, parse_uuid_key(id)?))
        })
        .map_err(|invalid| invalid.in_area(Area::Ingestion))?;
    let operation = || Operation::new(Area::Ingestion, "list the ingestions");
    let (rows, undone) = Store::Pools(folio)
        .read(operation, async |conn| {
            let mut rows = select.clone().all(&conn).await?;
            count_unfinished(&conn, &mut rows).await?;
            let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
            let undone = undone(&conn, &ids).await?;
            Ok((rows, undone))
        })
        .await?;
    let page = keyset.page(rows, page, |row| {
        (time_key(row.started_at), row.id.to_string())
    });
    Ok(page.map(|row| {
        let undone_by = undone.get(&row.id).copied();
        RunSummary::of(row, undone_by)
    }))
}

pub(super) async fn show(folio: &Folio, id: RunId) -> Result<Option<RunDetails>, Error> {
    let found = find(folio, id).await?;
    Ok(found.map(|(run, undone_by)| RunDetails {
        failures: of_files(run.failures.clone()),
        summary: RunSummary::of(run, undone_by),
    }))
}

pub(super) async fn exists(folio: &Folio, id: RunId) -> Result<bool, Error> {
    Ok(find(folio, id).await?.is_some())
}

async fn find(folio: &Folio, id: RunId) -> Result<Option<(Model, Option<Uuid>)>, Error> {
    let operation = || Operation::new(Area::Ingestion, format!("read the ingestion {id}"));
    Store::Pools(folio)
        .read(operation, async |conn| {
            let Some(mut run) = Entity::find_by_id(id.0).one(&conn).await? else {
                return Ok(None);
            };
            count_unfinished(&conn, std::slice::from_mut(&mut run)).await?;
            let undone_by = undone(&conn, &[run.id]).await?.remove(&run.id);
            Ok(Some((run, undone_by)))
        })
        .await
}

/// Counts what runs have done that go on, or were killed: their records say it at their end.
async fn count_unfinished(conn: &Conn, runs: &mut [Model]) -> Result<(), Fault> {
    use audit::Column as Act;
    let unfinished = runs.iter_mut().filter(|run| run.finished_at.is_none());
    let mut unfinished: HashMap<Uuid, &mut Model> = unfinished.map(|run| (run.id, run)).collect();
    if unfinished.is_empty() {
        return Ok(());
    }
    let counts: Vec<(Uuid, String, i64)> = audit::Entity::find()
        .filter(Act::BatchId.is_in(unfinished.keys().copied()))
        .select_only()
        .columns([Act::BatchId, Act::Action])
        .column_as(Act::Id.count(), "acts")
        .group_by(Act::BatchId)
        .group_by(Act::Action)
        .into_tuple()
        .all(conn)
        .await?;
    for (id, action, acts) in counts {
        let Some(run) = unfinished.get_mut(&id) else {
            continue;
        };
        match action.as_str() {
            "ingested" => run.added = acts,
            "updated" => run.updated += acts,
            "moved" => {
                run.moved = acts;
                run.updated += acts;
            }
            "deleted" => run.removed = acts,
            _ => {}
        }
    }
    Ok(())
}

/// Which of these runs were undone, and by which batch. An undo that was undone itself is none.
async fn undone(conn: &Conn, runs: &[Uuid]) -> Result<HashMap<Uuid, Uuid>, Fault> {
    let undoes = async |of: Vec<Uuid>| -> Result<Vec<(Option<Uuid>, Uuid)>, Fault> {
        Ok(audit_batch::Entity::find()
            .filter(audit_batch::Column::Undoes.is_in(of))
            .select_only()
            .columns([audit_batch::Column::Undoes, audit_batch::Column::Id])
            .order_by_asc(audit_batch::Column::At)
            .into_tuple()
            .all(conn)
            .await?)
    };
    let undone = undoes(runs.to_vec()).await?;
    let again = undoes(undone.iter().map(|(_, by)| *by).collect()).await?;
    let again: HashSet<Uuid> = again.into_iter().filter_map(|(undone, _)| undone).collect();
    let standing = undone.into_iter().filter(|(_, by)| !again.contains(by));
    Ok(standing.filter_map(|(run, by)| Some((run?, by))).collect())
}
