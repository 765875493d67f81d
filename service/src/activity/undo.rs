//! Taking a batch back: its acts in chunks, the latest first, each chunk a transaction. What is
//! done with a row is its own kind's matter ([`documents`], [`threads`], [`messages`]).

use std::collections::{HashMap, HashSet};

use entity::audit::{Column, Entity};
use entity::audit_batch;
use futures_util::FutureExt;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::earlier::{self, Earlier};
use super::{Bulk, BulkBuilder, Recorded};
use crate::audit::{self, Act, Subject};
use crate::error::{Area, Error, Fault, Operation};
use crate::folio::Folio;
use crate::ids::BatchId;
use crate::retry::Repeat;
use crate::store::{Conn, Store};
use crate::{documents, messages, threads};

/// Acts of one transaction.
const CHUNK: u64 = 500;

/// Why an act is not taken back, as words that follow the row's name.
pub(crate) type Reason = &'static str;

/// What the undo itself has made of documents that the batch touched more than once: the version
/// now, and the one that it is equal to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stands {
    /// Kept only where it can be asked for.
    repeats: bool,
    rows: HashMap<String, (i64, i64)>,
}

impl Stands {
    /// The row is at `now`, which is the same as what it was at `equals`.
    pub(crate) fn set(&mut self, id: &str, now: i64, equals: i64) {
        if self.repeats {
            self.rows.insert(id.to_owned(), (now, equals));
        }
    }

    /// Whether a row that is found at `now` is as the act left it.
    pub(crate) fn matches(&self, id: &str, now: i64, wanted: i64) -> bool {
        now == wanted || self.rows.get(id) == Some(&(now, wanted))
    }
}

pub(super) async fn undo(
    folio: &Folio,
    batch: BatchId,
    cancel: &CancellationToken,
    progress: impl Fn(u64) + Send + Sync,
) -> Result<Bulk, Error> {
    let folio = &folio.current();
    let store = Store::Pools(folio);
    let operation = || Operation::new(Area::Document, format!("undo batch {batch}"));
    let undoing = folio.current_batch().unwrap_or_else(|| folio.new_id());
    let mut report = BulkBuilder::new(undoing);
    let mut stands = Stands {
        repeats: store
            .read(operation, |conn| repeats(conn, batch).boxed())
            .await?,
        ..Stands::default()
    };
    let mut earlier = Earlier::default();
    let (mut before, mut has_acts) = (i64::MAX, false);
    loop {
        if cancel.is_cancelled() {
            report.cancelled();
            break;
        }
        let acts = store
            .read(operation, |conn| chunk(conn, batch, before).boxed())
            .await?;
        let Some(last) = acts.last() else { break };
        (before, has_acts) = (last.id, true);
        let known = store
            .read(operation, |conn| {
                earlier::of(conn, batch, acts.clone()).boxed()
            })
            .await?;
        let met = acts.len();
        let acts = earlier.without(acts, known);
        report.unchanged(met - acts.len());
        let (after, results) = store
            .write(Repeat::OnlyIfUndone, operation, |conn| {
                step(folio, conn, &acts, stands.clone(), (undoing, batch)).boxed()
            })
            .await?;
        stands = after;
        for (act, result) in results {
            match result {
                Ok(_) => report.done(1),
                Err(reason) => {
                    let subject = Subject::named(&act.subject).unwrap_or(Subject::Document);
                    report.refuse(subject, act.subject_id, act.label, reason);
                }
            }
        }
        progress(report.so_far());
    }
    let report = report.finish();
    if !report.cancelled {
        // One that was stopped before it did anything is taken back by this alone.
        let is_empty = !has_acts
            && store
                .write(Repeat::Idempotent, operation, |conn| {
                    open_for_nothing(folio, conn, batch, undoing).boxed()
                })
                .await?;
        let last = if report.done > 0 || is_empty {
            Some(undoing)
        } else {
            earlier.latest()
        };
        store
            .write(Repeat::Idempotent, operation, |conn| {
                audit::undone(conn, batch.0, last).boxed()
            })
            .await?;
    }
    tracing::info!(
        done = report.done,
        refused = report.refused_count,
        "a batch was undone"
    );
    Ok(report)
}

/// Opens the undo of a batch that did nothing; false where there is no such batch.
async fn open_for_nothing(
    folio: &Folio,
    conn: Conn,
    batch: BatchId,
    undoing: Uuid,
) -> Result<bool, Fault> {
    let found = audit_batch::Entity::find_by_id(batch.0).one(&conn).await?;
    let Some(found) = found else {
        return Ok(false);
    };
    let subject = Subject::named(&found.subject).unwrap_or(Subject::Document);
    let act = Act::new("undone", subject, String::new());
    let act = act.label(found.label.as_deref().unwrap_or_default());
    audit::open_batch(folio, &conn, undoing, &act).await?;
    Ok(true)
}

/// Whether the batch has acted on any row more than once.
async fn repeats(conn: Conn, batch: BatchId) -> Result<bool, Fault> {
    let twice: Option<String> = Entity::find()
        .filter(Column::BatchId.eq(batch.0))
        .select_only()
        .column(Column::SubjectId)
        .group_by(Column::Subject)
        .group_by(Column::SubjectId)
        .having(Expr::col(Column::Id).count().gt(1))
        .limit(1)
        .into_tuple()
        .one(&conn)
        .await?;
    Ok(twice.is_some())
}

async fn chunk(conn: Conn, batch: BatchId, before: i64) -> Result<Vec<Recorded>, Fault> {
    Ok(Entity::find()
        .filter(Column::BatchId.eq(batch.0))
        .filter(Column::Id.lt(before))
        .order_by_desc(Column::Id)
        .limit(CHUNK)
        .into_model()
        .all(&conn)
        .await?)
}

/// An act, and the act that took it back or the reason why none did.
type TakenBack = (Recorded, Result<Act, Reason>);

/// Takes acts back, and records that as part of the batch `undoing`.
async fn step(
    folio: &Folio,
    conn: Conn,
    acts: &[Recorded],
    mut stands: Stands,
    (undoing, batch): (Uuid, BatchId),
) -> Result<(Stands, Vec<TakenBack>), Fault> {
    let results = take_back(folio, &conn, acts, &mut stands).await?;
    let made = results.iter().filter_map(|(_, result)| result.clone().ok());
    let made = made.map(|act| act.batch(undoing).undoes(Some(batch.0)));
    audit::record(folio, &conn, made.collect::<Vec<_>>()).await?;
    Ok((stands, results))
}

/// Takes acts back in groups in which no row is met twice.
async fn take_back(
    folio: &Folio,
    conn: &Conn,
    acts: &[Recorded],
    stands: &mut Stands,
) -> Result<Vec<TakenBack>, Fault> {
    let mut taken = Vec::with_capacity(acts.len());
    let mut rest = acts;
    while !rest.is_empty() {
        let mut met = HashSet::new();
        let kind = rest[0].subject.as_str();
        let fits = rest
            .iter()
            .take_while(|act| act.subject == kind && met.insert(act.subject_id.as_str()));
        let (group, others) = rest.split_at(fits.count());
        let results = match Subject::named(kind) {
            _ if group.iter().any(|act| act.action == audit::PURGED) => {
                group.iter().map(|_| Err("is gone for good")).collect()
            }
            Some(Subject::Document) => documents::take_back(folio, conn, group, stands).await?,
            Some(Subject::Thread) => threads::take_back(folio, conn, group).await?,
            Some(Subject::Message) => messages::take_back(folio, conn, group).await?,
            None => group.iter().map(|_| Err("is of an unknown kind")).collect(),
        };
        taken.extend(group.iter().cloned().zip(results));
        rest = others;
    }
    Ok(taken)
}
