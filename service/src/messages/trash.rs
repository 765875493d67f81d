//! Messages that were deleted or changed, and the way back. A deleted one is its last revision, and
//! bringing it back moves it.

use std::collections::HashMap;

use entity::message::{Column, Entity, Model};
use entity::message_revision::{self, Action, Column as Revision};
use entity::thread;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Message, insert};
use crate::activity::{Bulk, BulkBuilder, Reason, Recorded};
use crate::audit::{self, Act, Subject};
use crate::error::{Area, Error, Fault, Operation};
use crate::folio::Folio;
use crate::ids::{DeletionId, ThreadId};
use crate::retry::Repeat;
use crate::store::{Conn, Store};

/// Rows of one statement.
const CHUNK: usize = 500;

/// The latest revision of each of these messages that has one.
async fn latest(conn: &Conn, ids: &[Uuid]) -> Result<HashMap<Uuid, i64>, Fault> {
    let rows: Vec<(Uuid, i64)> = message_revision::Entity::find()
        .filter(Revision::MessageId.is_in(ids.iter().copied()))
        .select_only()
        .column(Revision::MessageId)
        .column_as(Expr::col(Revision::Id).max(), "latest")
        .group_by(Revision::MessageId)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Writes who it was into the revisions that this transaction's changes have just left: the last one of
/// each message. One that another program left earlier stays nobody's.
async fn stamp(folio: &Folio, conn: &Conn, ids: &[Uuid]) -> Result<(), Fault> {
    let Some(actor) = folio.actor() else {
        return Ok(());
    };
    message_revision::Entity::update_many()
        .col_expr(Revision::ChangedBy, Expr::value(actor))
        .filter(Revision::MessageId.is_in(ids.iter().copied()))
        .filter(Revision::ChangedBy.is_null())
        .filter(Expr::cust(
            "message_revision.id = (SELECT max(r.id) FROM message_revision AS r WHERE r.message_id = message_revision.message_id)",
        ))
        .exec(conn)
        .await?;
    Ok(())
}

/// Drops the earlier texts of a message that are beyond the limit.
async fn prune(folio: &Folio, conn: &Conn, id: Uuid) -> Result<(), Fault> {
    let too_old: Option<i64> = message_revision::Entity::find()
        .filter(Revision::MessageId.eq(id))
        .order_by_desc(Revision::Id)
        .select_only()
        .column(Revision::Id)
        .offset(u64::from(folio.config().history_limit))
        .limit(1)
        .into_tuple()
        .one(conn)
        .await?;
    if let Some(too_old) = too_old {
        message_revision::Entity::delete_many()
            .filter(Revision::MessageId.eq(id))
            .filter(Revision::Id.lte(too_old))
            .exec(conn)
            .await?;
    }
    Ok(())
}

/// What is to be recorded of a message that was just changed.
pub(super) async fn changed(
    folio: &Folio,
    conn: &Conn,
    action: &'static str,
    row: &Model,
) -> Result<Act, Fault> {
    stamp(folio, conn, &[row.id]).await?;
    let revision = latest(conn, &[row.id]).await?.get(&row.id).copied();
    prune(folio, conn, row.id).await?;
    let act = Act::new(action, Subject::Message, row.id.to_string());
    Ok(act.label(&row.thread_id).revision(revision))
}

/// Deletes messages; gives the acts.
pub(super) async fn remove(folio: &Folio, conn: &Conn, ids: &[Uuid]) -> Result<Vec<Act>, Fault> {
    let held: Vec<(Uuid, String)> = Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .select_only()
        .columns([Column::Id, Column::ThreadId])
        .into_tuple()
        .all(conn)
        .await?;
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = held.iter().map(|(id, _)| *id).collect();
    Entity::delete_many()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .exec(conn)
        .await?;
    stamp(folio, conn, &ids).await?;
    let revisions = latest(conn, &ids).await?;
    let acts = held.iter().map(|(id, thread)| {
        let act = Act::new("deleted", Subject::Message, id.to_string());
        act.label(thread).revision(revisions.get(id).copied())
    });
    Ok(acts.collect())
}

/// Deletes all messages of a conversation, which stays.
pub(super) async fn clear(folio: &Folio, conn: &Conn, thread: &ThreadId) -> Result<u64, Fault> {
    let batch = folio.current_batch().unwrap_or_else(|| folio.new_id());
    let mut count = 0;
    loop {
        let ids: Vec<Uuid> = Entity::find()
            .filter(Column::ThreadId.eq(thread.as_str()))
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id)
            .select_only()
            .column(Column::Id)
            .limit(CHUNK as u64)
            .into_tuple()
            .all(conn)
            .await?;
        if ids.is_empty() {
            return Ok(count);
        }
        let acts = remove(folio, conn, &ids).await?;
        count += acts.len() as u64;
        audit::record(folio, conn, acts.into_iter().map(|act| act.batch(batch))).await?;
    }
}

pub(super) async fn restore_many(
    store: Store<'_>,
    deletions: &[DeletionId],
    cancel: &CancellationToken,
    progress: impl Fn(u64) + Send + Sync,
) -> Result<Bulk, Error> {
    let folio = store.folio();
    let batch = folio.current_batch().unwrap_or_else(|| folio.new_id());
    let mut report = BulkBuilder::new(batch);
    for chunk in deletions.chunks(CHUNK) {
        if cancel.is_cancelled() {
            report.cancelled();
            break;
        }
        let results = store
            .write(
                Repeat::OnlyIfUndone,
                || Operation::new(Area::Chat, "restore messages"),
                async |conn| {
                    let mut results = Vec::with_capacity(chunk.len());
                    for deletion in chunk {
                        results.push(bring_back(&conn, deletion.0, None).await?);
                    }
                    let acts = results.iter().filter_map(|result| result.clone().ok());
                    let acts: Vec<Act> = acts.map(|act| act.batch(batch)).collect();
                    audit::record(folio, &conn, acts).await?;
                    Ok(results)
                },
            )
            .await?;
        for (deletion, result) in chunk.iter().zip(results) {
            match result {
                Ok(_) => report.done(1),
                Err((thread, reason)) => {
                    let label = thread.map(|thread| format!("a message of {thread}"));
                    report.refuse(Subject::Message, deletion.to_string(), label, reason);
                }
            }
        }
        progress(report.so_far());
    }
    Ok(report.finish())
}

/// Moves a message out of the trash, the one with this id, where that is known; else tells its thread,
/// where that is known, and the reason.
async fn bring_back(
    conn: &Conn,
    deletion: i64,
    id: Option<Uuid>,
) -> Result<Result<Act, (Option<String>, Reason)>, Fault> {
    let found = message_revision::Entity::find_by_id(deletion)
        .filter(Revision::Action.eq(Action::Deleted))
        .filter(Revision::Deletion.is_null())
        .one(conn)
        .await?;
    let is_that = |found: &message_revision::Model| id.is_none_or(|id| id == found.message_id);
    let Some(found) = found.filter(is_that) else {
        return Ok(Err((None, "is no longer in the trash")));
    };
    let home = thread::Entity::find_by_id(found.thread_id.as_str())
        .lock_shared()
        .one(conn)
        .await?;
    if home.is_none() {
        let reason = "can't come back: its thread is deleted; restore that first";
        return Ok(Err((Some(found.thread_id), reason)));
    }
    if Entity::find_by_id(found.message_id)
        .one(conn)
        .await?
        .is_some()
    {
        return Ok(Err((Some(found.thread_id), "is there already")));
    }
    let (id, label) = (found.message_id, found.thread_id.clone());
    let row = Model {
        id: found.message_id,
        thread_id: found.thread_id,
        user_id: found.user_id,
        question: found.question,
        answer: found.answer,
        metadata: found.metadata,
        created_at: found.created_at,
    };
    insert(conn, &row).await?;
    message_revision::Entity::delete_by_id(deletion)
        .exec(conn)
        .await?;
    // What it said before is kept still, and does not mean that it was changed since.
    let revision = latest(conn, &[id]).await?.get(&id).copied();
    let act = Act::new("restored", Subject::Message, id.to_string());
    Ok(Ok(act.label(&label).revision(revision)))
}

/// Takes acts on messages back, each on a message of its own.
pub(crate) async fn take_back(
    folio: &Folio,
    conn: &Conn,
    acts: &[Recorded],
) -> Result<Vec<Result<Act, Reason>>, Fault> {
    let ids: Vec<Uuid> = acts
        .iter()
        .map(|act| Uuid::try_parse(&act.subject_id).unwrap_or_default())
        .collect();
    let living: Vec<Uuid> = Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .select_only()
        .column(Column::Id)
        .into_tuple()
        .all(conn)
        .await?;
    let revisions = latest(conn, &ids).await?;
    let mut results = Vec::with_capacity(acts.len());
    for (recorded, id) in acts.iter().zip(&ids) {
        let as_left = revisions.get(id).copied() == recorded.version;
        results.push(match recorded.action.as_str() {
            "deleted" => match recorded.version {
                Some(deletion) => {
                    let subject_id = recorded.subject_id.as_str();
                    let now =
                        audit::deleted_again(conn, Subject::Message, subject_id, deletion).await?;
                    bring_back(conn, now, Some(*id))
                        .await?
                        .map_err(|(_, reason)| reason)
                }
                None => Err("can't be taken back: it was deleted before there was a trash"),
            },
            _ if !living.contains(id) => Err("has been deleted since"),
            _ if !as_left && !is_as_left(conn, *id, recorded.version).await? => {
                Err("has changed since")
            }
            "created" | "restored" => {
                let removed = remove(folio, conn, &[*id]).await?.pop();
                removed.ok_or("has been deleted since")
            }
            "updated" => match recorded.version {
                Some(revision) => {
                    let act = revert(folio, conn, *id, revision).await?;
                    act.ok_or("can't be taken back: what it said is no longer kept")
                }
                None => Err("can't be taken back"),
            },
            _ => Err("can't be taken back"),
        });
    }
    Ok(results)
}

const AS_LEFT: &str = "\
SELECT m.id AS id FROM message AS m \
JOIN message_revision AS r ON r.message_id = m.id \
WHERE m.id = $1 AND r.id = \
(SELECT min(n.id) FROM message_revision AS n WHERE n.message_id = $2 AND n.id > $3) \
AND m.question = r.question AND m.answer = r.answer AND m.metadata = r.metadata";

/// Whether a message is as the act left it whose revision this is, or that made it, which has none:
/// what came between has been taken back.
async fn is_as_left(conn: &Conn, id: Uuid, revision: Option<i64>) -> Result<bool, Fault> {
    let values = [id.into(), id.into(), revision.unwrap_or_default().into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), AS_LEFT, values);
    Ok(conn.query_one_raw(statement).await?.is_some())
}

/// Makes a message say what it said before.
async fn revert(folio: &Folio, conn: &Conn, id: Uuid, revision: i64) -> Result<Option<Act>, Fault> {
    let found = message_revision::Entity::find_by_id(revision)
        .filter(Revision::MessageId.eq(id))
        .one(conn)
        .await?;
    let Some(was) = found.map(Message::from) else {
        return Ok(None);
    };
    Entity::update_many()
        .col_expr(Column::Question, Expr::value(was.question.as_str()))
        .col_expr(Column::Answer, Expr::value(was.answer.as_str()))
        .col_expr(Column::Metadata, Expr::value(was.metadata.clone()))
        .filter(Column::Id.eq(id))
        .exec(conn)
        .await?;
    let Some(row) = Entity::find_by_id(id).one(conn).await? else {
        return Ok(None);
    };
    changed(folio, conn, "updated", &row).await.map(Some)
}
