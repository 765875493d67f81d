//! Conversations that were deleted or changed, and the way back. A deleted one is its last
//! revision, and its messages are revisions that name it; bringing it back moves all of them.

use std::collections::HashMap;

use entity::thread::{Column, Entity};
use entity::thread_revision::{self, Action};
use entity::{message_revision, thread_revision as revision};
use sea_orm::sea_query::{Expr, ExprTrait, Order};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Statement,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::types::DeletedThread;
use crate::activity::{Bulk, BulkBuilder, Reason, Recorded};
use crate::audit::{self, Act, Subject};
use crate::error::{Area, Error, Fault, Operation};
use crate::folio::Folio;
use crate::ids::{DeletionId, ThreadId};
use crate::page::{Keyset, Page, PageRequest, parse_number_key};
use crate::retry::Repeat;
use crate::store::{Conn, Store};

/// An act on a thread, which people know by its title, or else by its id.
pub(super) fn act(action: &'static str, id: &str, title: Option<&str>) -> Act {
    Act::new(action, Subject::Thread, id.to_owned()).label(title.unwrap_or(id))
}

/// The latest revision of each of these threads that has one.
pub(super) async fn latest(conn: &Conn, ids: &[&str]) -> Result<HashMap<String, i64>, Fault> {
    use revision::Column as Revision;
    let rows: Vec<(String, i64)> = revision::Entity::find()
        .filter(Revision::ThreadId.is_in(ids.iter().copied()))
        .select_only()
        .column(Revision::ThreadId)
        .column_as(Expr::col(Revision::Id).max(), "latest")
        .group_by(Revision::ThreadId)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Writes who it was into the revisions that this transaction's changes have just left: the last one of
/// each thread. One that another program left earlier stays nobody's.
pub(super) async fn stamp(folio: &Folio, conn: &Conn, ids: &[&str]) -> Result<(), Fault> {
    use revision::Column as Revision;
    let Some(actor) = folio.actor() else {
        return Ok(());
    };
    revision::Entity::update_many()
        .col_expr(Revision::ChangedBy, Expr::value(actor))
        .filter(Revision::ThreadId.is_in(ids.iter().copied()))
        .filter(Revision::ChangedBy.is_null())
        .filter(Expr::cust(
            "thread_revision.id = (SELECT max(r.id) FROM thread_revision AS r WHERE r.thread_id = thread_revision.thread_id)",
        ))
        .exec(conn)
        .await?;
    Ok(())
}

/// Deletes those of these conversations that the condition has, with their messages; gives the acts,
/// and how many messages each had.
pub(crate) async fn remove(
    folio: &Folio,
    conn: &Conn,
    ids: &[&str],
    condition: Condition,
) -> Result<Vec<(Act, i64)>, Fault> {
    let held: Vec<(String, Option<String>, i64)> = Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .filter(condition)
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .select_only()
        .columns([Column::Id, Column::Title, Column::MessageCount])
        .into_tuple()
        .all(conn)
        .await?;
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<&str> = held.iter().map(|(id, ..)| id.as_str()).collect();
    Entity::delete_many()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .exec(conn)
        .await?;
    stamp(folio, conn, &ids).await?;
    let revisions = latest(conn, &ids).await?;
    let acts = held.iter().map(|(id, title, messages)| {
        let deleted = act("deleted", id, title.as_deref());
        (deleted.revision(revisions.get(id).copied()), *messages)
    });
    Ok(acts.collect())
}

pub(super) async fn deleted(
    store: Store<'_>,
    page: &PageRequest,
) -> Result<Page<DeletedThread>, Error> {
    use revision::Column as Revision;
    let keyset = Keyset {
        order: 'd',
        key: Revision::Id,
        id: Revision::Id,
        direction: Order::Desc,
    };
    // Spelled out: the partial index is for this very condition, and not for a parameter.
    let select = keyset
        .apply(revision::Entity::find(), page, |key, id| {
            Ok((parse_number_key(key)?, parse_number_key(id)?))
        })
        .map_err(|invalid| invalid.in_area(Area::Chat))?
        .filter(Expr::cust("action = 'deleted'"));
    let rows = store.read(
        || Operation::new(Area::Chat, "list the deleted threads"),
        async |conn| Ok(select.clone().all(&conn).await?),
    );
    let page = keyset.page(rows.await?, page, |row| {
        (row.id.to_string(), row.id.to_string())
    });
    Ok(page.map(DeletedThread::from))
}

/// The conversation with this id that was deleted last.
pub(super) async fn find(store: Store<'_>, id: &ThreadId) -> Result<Option<DeletedThread>, Error> {
    use revision::Column as Revision;
    let folio = &store.folio().current();
    let store = store.through(folio);
    let found = store.read(
        || super::on("look into the trash for", id),
        async |conn| {
            Ok(revision::Entity::find()
                .filter(Revision::ThreadId.eq(id.as_str()))
                .filter(Revision::Action.eq(Action::Deleted))
                .order_by_desc(Revision::Id)
                .one(&conn)
                .await?)
        },
    );
    Ok(found.await?.map(DeletedThread::from))
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
    // One by one: each may have many messages.
    for deletion in deletions {
        if cancel.is_cancelled() {
            report.cancelled();
            break;
        }
        let result = store
            .write(
                Repeat::OnlyIfUndone,
                || Operation::new(Area::Chat, "restore a thread"),
                async |conn| {
                    let result = bring_back(&conn, deletion.0, None, Rest::Stays).await?;
                    if let Ok(back) = &result {
                        let act = back.act.clone().batch(batch);
                        audit::record(folio, &conn, [act]).await?;
                    }
                    Ok(result)
                },
            )
            .await?;
        match result {
            Ok(back) => {
                report.done(1);
                for message in back.stayed {
                    let label = format!("a message of {}", back.id);
                    report.refuse(Subject::Message, message.to_string(), Some(label), STAYED);
                }
            }
            Err((id, reason)) => report.refuse(Subject::Thread, id, None, reason),
        }
        progress(report.so_far());
    }
    Ok(report.finish())
}

const THREAD_BACK: &str = "\
INSERT INTO thread (id, user_id, title, pinned, created_at) \
SELECT thread_id, user_id, title, pinned, created_at FROM thread_revision WHERE id = $1";

const MESSAGES_BACK: &str = "\
INSERT INTO message (id, thread_id, user_id, question, answer, metadata, created_at) \
SELECT message_id, thread_id, user_id, question, answer, metadata, created_at \
FROM message_revision WHERE deletion = $1 ORDER BY id";

/// Why a message does not come back with its conversation.
const STAYED: Reason = "stays in the trash: another message has its id now";

const TAKEN: &str = "\
SELECT r.message_id AS id FROM message_revision AS r JOIN message AS m ON m.id = r.message_id \
WHERE r.deletion = $1 ORDER BY r.id";

const LEAVE: &str = "\
UPDATE message_revision SET deletion = NULL \
WHERE deletion = $1 AND message_id IN (SELECT id FROM message)";

/// What becomes of a conversation whose messages can't all come back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    /// Those that can't stay in the trash, each by itself.
    Stays,
    /// None of them comes back.
    Refused,
}

/// A conversation that is back.
struct Back {
    id: String,
    act: Act,
    /// Messages that are not: others have their ids.
    stayed: Vec<Uuid>,
}

/// Moves a conversation and its messages out of the trash; the one with this id, where that is known.
async fn bring_back(
    conn: &Conn,
    deletion: i64,
    id: Option<&str>,
    rest: Rest,
) -> Result<Result<Back, (String, Reason)>, Fault> {
    let found = thread_revision::Entity::find_by_id(deletion)
        .filter(thread_revision::Column::Action.eq(Action::Deleted))
        .one(conn)
        .await?;
    let is_that = |thread: &thread_revision::Model| id.is_none_or(|id| id == thread.thread_id);
    let Some(thread) = found.filter(is_that) else {
        return Ok(Err((deletion.to_string(), "is no longer in the trash")));
    };
    if Entity::find_by_id(thread.thread_id.as_str())
        .one(conn)
        .await?
        .is_some()
    {
        let reason = "can't come back: there is a thread with its id again";
        return Ok(Err((thread.thread_id, reason)));
    }
    let run =
        |sql| Statement::from_sql_and_values(conn.get_database_backend(), sql, [deletion.into()]);
    let taken = conn.query_all_raw(run(TAKEN)).await?;
    let taken = taken.iter().map(|row| row.try_get("", "id"));
    let stayed: Vec<Uuid> = taken.collect::<Result<_, _>>()?;
    if !stayed.is_empty() {
        if rest == Rest::Refused {
            let reason = "can't come back whole: another message has the id of one of its messages. Restored from the trash, it comes back without that";
            return Ok(Err((thread.thread_id, reason)));
        }
        conn.execute_raw(run(LEAVE)).await?;
    }
    for sql in [THREAD_BACK, MESSAGES_BACK] {
        conn.execute_raw(run(sql)).await?;
    }
    message_revision::Entity::delete_many()
        .filter(message_revision::Column::Deletion.eq(deletion))
        .exec(conn)
        .await?;
    thread_revision::Entity::delete_by_id(deletion)
        .exec(conn)
        .await?;
    let act = act("restored", &thread.thread_id, thread.title.as_deref());
    let id = thread.thread_id;
    Ok(Ok(Back { id, act, stayed }))
}

/// Takes acts on threads back, each on a thread of its own.
pub(crate) async fn take_back(
    folio: &Folio,
    conn: &Conn,
    acts: &[Recorded],
) -> Result<Vec<Result<Act, Reason>>, Fault> {
    let ids: Vec<&str> = acts.iter().map(|act| act.subject_id.as_str()).collect();
    let living: HashMap<String, i64> = Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .select_only()
        .columns([Column::Id, Column::MessageCount])
        .into_tuple::<(String, i64)>()
        .all(conn)
        .await?
        .into_iter()
        .collect();
    let revisions = latest(conn, &ids).await?;
    let mut results = Vec::with_capacity(acts.len());
    for recorded in acts {
        let id = recorded.subject_id.as_str();
        let latest = revisions.get(id).copied();
        results.push(match (recorded.action.as_str(), living.get(id)) {
            ("deleted", Some(_)) => Err("is there already"),
            ("deleted", None) => match recorded.version {
                Some(deletion) => {
                    let now = audit::deleted_again(conn, Subject::Thread, id, deletion).await?;
                    let back = bring_back(conn, now, Some(id), Rest::Refused).await?;
                    back.map(|back| back.act).map_err(|(_, reason)| reason)
                }
                None => Err("can't be taken back: it was deleted before there was a trash"),
            },
            (_, None) => Err("has been deleted since"),
            ("created", Some(messages)) if *messages > 0 => Err("has messages now"),
            ("created" | "restored", Some(_)) => {
                let removed = remove(folio, conn, &[id], Condition::all()).await?.pop();
                removed.map(|(act, _)| act).ok_or("has been deleted since")
            }
            ("renamed" | "pinned" | "unpinned" | "updated", Some(_)) => match recorded.version {
                Some(revision)
                    if latest == Some(revision) || is_as_left(conn, id, revision).await? =>
                {
                    revert(folio, conn, id, revision)
                        .await?
                        .ok_or("can't be taken back: what it was is no longer kept")
                }
                _ => Err("has changed since"),
            },
            _ => Err("can't be taken back"),
        });
    }
    Ok(results)
}

const AS_LEFT: &str = "\
SELECT t.id AS id FROM thread AS t \
JOIN thread_revision AS r ON r.thread_id = t.id \
WHERE t.id = $1 AND r.id = \
(SELECT min(n.id) FROM thread_revision AS n WHERE n.thread_id = $1 AND n.id > $2) \
AND t.pinned = r.pinned AND (t.title = r.title OR (t.title IS NULL AND r.title IS NULL))";

/// Whether a thread is as the act left it whose revision this is: what came between has been taken
/// back. What the act left is what the next revision holds.
async fn is_as_left(conn: &Conn, id: &str, revision: i64) -> Result<bool, Fault> {
    let values = [id.into(), revision.into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), AS_LEFT, values);
    Ok(conn.query_one_raw(statement).await?.is_some())
}

/// Gives a thread the title and the pin that it had.
async fn revert(folio: &Folio, conn: &Conn, id: &str, revision: i64) -> Result<Option<Act>, Fault> {
    let Some(was) = thread_revision::Entity::find_by_id(revision)
        .filter(thread_revision::Column::ThreadId.eq(id))
        .one(conn)
        .await?
    else {
        return Ok(None);
    };
    Entity::update_many()
        .col_expr(Column::Title, Expr::value(was.title.clone()))
        .col_expr(Column::Pinned, Expr::value(was.pinned))
        .filter(Column::Id.eq(id))
        .exec(conn)
        .await?;
    stamp(folio, conn, &[id]).await?;
    let after = latest(conn, &[id]).await?.get(id).copied();
    Ok(Some(
        act("updated", id, was.title.as_deref()).revision(after),
    ))
}
