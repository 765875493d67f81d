//! Many conversations at once: some in a transaction, all of one batch.

use entity::thread::{Column, Entity};
use futures_util::FutureExt;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::list::Chunks;
use super::trash::{act, latest, remove, stamp};
use super::types::{Pin, ThreadSelection};
use crate::activity::{Bulk, BulkBuilder};
use crate::audit;
use crate::error::{Area, Error, Fault, Operation};
use crate::folio::Folio;
use crate::ids::ThreadId;
use crate::retry::Repeat;
use crate::store::{Conn, Store};

/// Conversations of one transaction that deletes them: each may have many messages.
const DELETED: usize = 100;
/// The same of one that pins them.
const PINNED: usize = 1_000;

/// What is done with each of many conversations.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    Delete,
    Pin(Pin),
}

impl Change {
    const fn chunk(self) -> usize {
        match self {
            Self::Delete => DELETED,
            Self::Pin(_) => PINNED,
        }
    }

    fn operation(self) -> Operation {
        let what = match self {
            Self::Delete => "delete threads",
            Self::Pin(Pin::Pinned) => "pin threads",
            Self::Pin(Pin::Unpinned) => "unpin threads",
        };
        Operation::new(Area::Chat, what)
    }

    /// Changes some; tells how many rows it changed, and how many were like that already.
    async fn make(
        self,
        folio: &Folio,
        conn: Conn,
        ids: &[ThreadId],
        batch: Uuid,
    ) -> Result<(usize, usize), Fault> {
        let ids: Vec<&str> = ids.iter().map(ThreadId::as_str).collect();
        match self {
            Self::Delete => {
                let acts = remove(folio, &conn, &ids, Condition::all()).await?;
                let done = acts.len();
                let acts = acts.into_iter().map(|(act, _)| act.batch(batch));
                audit::record(folio, &conn, acts).await?;
                Ok((done, 0))
            }
            Self::Pin(pin) => pin_some(folio, &conn, &ids, pin, batch).await,
        }
    }
}

/// Changes what is selected, chunk by chunk.
pub(super) async fn change(
    store: Store<'_>,
    selection: &ThreadSelection,
    change: Change,
    cancel: &CancellationToken,
    progress: impl Fn(u64) + Send + Sync,
) -> Result<Bulk, Error> {
    let folio = &store.folio().current();
    let store = store.through(folio);
    let batch = folio.current_batch().unwrap_or_else(|| folio.new_id());
    let mut report = BulkBuilder::new(batch);
    let mut chunks = Chunks::of(selection, change.chunk());
    while let Some(ids) = chunks.next(store).await? {
        if cancel.is_cancelled() {
            report.cancelled();
            break;
        }
        let (done, unchanged) = store
            .write(
                Repeat::OnlyIfUndone,
                || change.operation(),
                |conn| change.make(folio, conn, &ids, batch).boxed(),
            )
            .await?;
        report.done(done);
        report.unchanged(unchanged);
        progress(report.so_far());
    }
    Ok(report.finish())
}

async fn pin_some(
    folio: &Folio,
    conn: &Conn,
    ids: &[&str],
    pin: Pin,
    batch: Uuid,
) -> Result<(usize, usize), Fault> {
    let (done, pinned) = match pin {
        Pin::Pinned => ("pinned", true),
        Pin::Unpinned => ("unpinned", false),
    };
    let held: Vec<(String, Option<String>, bool)> = Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .select_only()
        .columns([Column::Id, Column::Title, Column::Pinned])
        .into_tuple()
        .all(conn)
        .await?;
    let all = held.len();
    let others: Vec<(String, Option<String>)> = held
        .into_iter()
        .filter(|(.., is)| *is != pinned)
        .map(|(id, title, _)| (id, title))
        .collect();
    if others.is_empty() {
        return Ok((0, all));
    }
    let ids: Vec<&str> = others.iter().map(|(id, _)| id.as_str()).collect();
    Entity::update_many()
        .col_expr(Column::Pinned, Expr::value(pinned))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .exec(conn)
        .await?;
    stamp(folio, conn, &ids).await?;
    let revisions = latest(conn, &ids).await?;
    let acts = others.iter().map(|(id, title)| {
        act(done, id, title.as_deref())
            .revision(revisions.get(id).copied())
            .batch(batch)
    });
    audit::record(folio, conn, acts.collect::<Vec<_>>()).await?;
    Ok((others.len(), all - others.len()))
}
