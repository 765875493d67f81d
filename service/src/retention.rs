//! Deleting what is older than a time: conversations that rest, and history. Pinned conversations
//! are exempt, and so is what was kept of them.

use chrono::{DateTime, Utc};
use entity::{document_revision, message_revision, thread, thread_revision};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::audit::{self, Act, Subject};
use crate::error::{Area, Error, Fault, Operation};
use crate::folio::Folio;
use crate::ids::BatchId;
use crate::retry::Repeat;
use crate::store::{Conn, Store};
use crate::threads;

/// Rows that are deleted in one transaction.
const ROWS: u64 = 500;
/// Conversations of one transaction: each may have many messages.
const THREADS: u64 = 100;

/// What is too old.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    threads: Option<DateTime<Utc>>,
    revisions: Option<DateTime<Utc>>,
}

impl Retention {
    /// Nothing is too old yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Conversations in which nothing was said since then, unless they are pinned. They go into the
    /// trash.
    #[must_use]
    pub fn threads_before(mut self, time: DateTime<Utc>) -> Self {
        self.threads = Some(time);
        self
    }

    /// Earlier versions, and deleted documents, conversations and messages, that were put aside
    /// before then, but for those of pinned conversations. They are gone for good.
    #[must_use]
    pub fn revisions_before(mut self, time: DateTime<Utc>) -> Self {
        self.revisions = Some(time);
        self
    }
}

/// How much is, or was, deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Purged {
    /// Conversations.
    pub threads: u64,
    /// Their messages.
    pub messages: u64,
    /// Earlier versions of documents, and documents in the trash.
    pub document_revisions: u64,
    /// Earlier versions of conversations, and conversations in the trash.
    pub thread_revisions: u64,
    /// Earlier versions of messages, and messages in the trash.
    pub message_revisions: u64,
    /// The batch under which the conversations' deletion can be undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<BatchId>,
    /// The batch that tells how much history was deleted for good, an act for each kind. It can't be
    /// undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<BatchId>,
}

fn pinned() -> SelectStatement {
    Query::select()
        .column(thread::Column::Id)
        .from(thread::Entity)
        // Spelled out: the partial index is for this very condition, and not for a parameter.
        .and_where(Expr::cust("pinned"))
        .to_owned()
}

/// Before everything that is stored. A range that is open at one end is taken for a third of the
/// table by PostgreSQL, which would then read all of it.
fn beginning() -> DateTime<Utc> {
    chrono::NaiveDate::from_ymd_opt(1, 1, 1)
        .unwrap_or_default()
        .and_time(chrono::NaiveTime::MIN)
        .and_utc()
}

fn resting(before: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(thread::Column::ActiveAt.gte(beginning()))
        .add(thread::Column::ActiveAt.lt(before))
        .add(thread::Column::Pinned.eq(false))
}

impl Folio {
    /// Counts exactly what [`Folio::purge`] would delete now, and deletes nothing.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn purge_scope(&self, retention: &Retention) -> Result<Purged, Error> {
        let operation = || Operation::new(Area::Chat, "count what is too old");
        Store::Pools(self)
            .read(operation, async |conn| {
                let mut scope = Purged::default();
                if let Some(before) = retention.threads {
                    let resting = thread::Entity::find().filter(resting(before));
                    scope.threads = resting.clone().count(&conn).await?;
                    let messages: Option<Option<i64>> = resting
                        .select_only()
                        .expr(Expr::cust("CAST(sum(message_count) AS bigint)"))
                        .into_tuple()
                        .one(&conn)
                        .await?;
                    scope.messages = messages.flatten().map_or(0, i64::unsigned_abs);
                }
                if let Some(before) = retention.revisions {
                    use document_revision as documents;
                    use message_revision as messages;
                    use thread_revision as threads;
                    scope.document_revisions = documents::Entity::find()
                        .filter(documents::Column::ChangedAt.gte(beginning()))
                        .filter(documents::Column::ChangedAt.lt(before))
                        .count(&conn)
                        .await?;
                    scope.thread_revisions = threads::Entity::find()
                        .filter(threads::Column::ChangedAt.gte(beginning()))
                        .filter(threads::Column::ChangedAt.lt(before))
                        .filter(threads::Column::ThreadId.not_in_subquery(pinned()))
                        .count(&conn)
                        .await?;
                    scope.message_revisions = messages::Entity::find()
                        .filter(messages::Column::ChangedAt.gte(beginning()))
                        .filter(messages::Column::ChangedAt.lt(before))
                        .filter(messages::Column::ThreadId.not_in_subquery(pinned()))
                        .count(&conn)
                        .await?;
                }
                Ok(scope)
            })
            .await
    }

    /// Deletes what is too old, in many small transactions; when it is cancelled, what it deleted
    /// stays so, and a second call goes on. Conversations go into the trash, as one batch; how much
    /// history is gone is recorded in another, without its texts.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn purge(
        &self,
        retention: &Retention,
        cancel: &CancellationToken,
    ) -> Result<Purged, Error> {
        let mut purged = Purged::default();
        // History first: what is put into the trash now is not old.
        if let Some(before) = retention.revisions {
            self.purge_revisions(before, cancel, &mut purged).await?;
        }
        if let Some(before) = retention.threads {
            self.purge_threads(before, cancel, &mut purged).await?;
        }
        tracing::info!(
            threads = purged.threads,
            messages = purged.messages,
            document_revisions = purged.document_revisions,
            "deleted what was too old"
        );
        Ok(purged)
    }

    async fn purge_threads(
        &self,
        before: DateTime<Utc>,
        cancel: &CancellationToken,
        purged: &mut Purged,
    ) -> Result<(), Error> {
        let batch = self.batch().1;
        let operation = || Operation::new(Area::Chat, "delete threads that rest");
        while !cancel.is_cancelled() {
            let (found, deleted) = Store::Pools(self)
                .write(Repeat::OnlyIfUndone, operation, async |conn| {
                    let ids: Vec<String> = thread::Entity::find()
                        .filter(resting(before))
                        .order_by_asc(thread::Column::ActiveAt)
                        .order_by_asc(thread::Column::Id)
                        .limit(THREADS)
                        .select_only()
                        .column(thread::Column::Id)
                        .into_tuple()
                        .all(&conn)
                        .await?;
                    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
                    // Asked once more of those that are held: one may have woken up just now.
                    let removed = threads::remove(self, &conn, &ids, resting(before)).await?;
                    let messages: Vec<i64> = removed.iter().map(|(_, count)| *count).collect();
                    let acts = removed.into_iter().map(|(act, _)| act.batch(batch.0));
                    audit::record(self, &conn, acts).await?;
                    Ok((ids.len(), messages))
                })
                .await?;
            if found == 0 {
                return Ok(());
            }
            for messages in deleted {
                purged.threads += 1;
                purged.messages += messages.unsigned_abs();
                purged.batch = Some(batch);
            }
        }
        Ok(())
    }

    async fn purge_revisions(
        &self,
        before: DateTime<Utc>,
        cancel: &CancellationToken,
        purged: &mut Purged,
    ) -> Result<(), Error> {
        let record = self.new_id();
        /// Deletes rows until there are none, or it is cancelled.
        macro_rules! purge {
            ($revision:ident, $subject:expr, $condition:expr, $count:expr) => {
                let operation = || Operation::new(Area::Document, "delete old history");
                while !cancel.is_cancelled() {
                    use $revision::{Column, Entity};
                    let deleted = Store::Pools(self)
                        .write(Repeat::OnlyIfUndone, operation, async |conn| {
                            let ids: Vec<i64> = Entity::find()
                                .filter(Column::ChangedAt.gte(beginning()))
                                .filter(Column::ChangedAt.lt(before))
                                .filter($condition)
                                .order_by_asc(Column::ChangedAt)
                                .order_by_asc(Column::Id)
                                .limit(ROWS)
                                .select_only()
                                .column(Column::Id)
                                .into_tuple()
                                .all(&conn)
                                .await?;
                            if ids.is_empty() {
                                return Ok(0);
                            }
                            let delete = Entity::delete_many().filter(Column::Id.is_in(ids));
                            let deleted = delete.exec(&conn).await?.rows_affected;
                            let purged = HistoryPurged {
                                record,
                                subject: $subject,
                                before,
                                rows: $count + deleted,
                            };
                            purged.write_down(self, &conn, $count == 0).await?;
                            Ok(deleted)
                        })
                        .await?;
                    if deleted == 0 {
                        break;
                    }
                    purged.record = Some(BatchId(record));
                    $count += deleted;
                }
            };
        }
        let all = Condition::all();
        purge!(
            document_revision,
            Subject::Document,
            all.clone(),
            purged.document_revisions
        );
        // A deleted conversation before its messages: one that is stopped between them leaves none in
        // the trash that would come back without them.
        purge!(
            thread_revision,
            Subject::Thread,
            Column::ThreadId.not_in_subquery(pinned()),
            purged.thread_revisions
        );
        purge!(
            message_revision,
            Subject::Message,
            Column::ThreadId.not_in_subquery(pinned()),
            purged.message_revisions
        );
        Ok(())
    }
}

/// History of one kind that is gone, as the trail tells of it.
struct HistoryPurged {
    record: uuid::Uuid,
    subject: Subject,
    before: DateTime<Utc>,
    /// All that this purge has deleted so far.
    rows: u64,
}

impl HistoryPurged {
    /// In the transaction that deletes: what is written down is what is gone, also after a kill.
    async fn write_down(&self, folio: &Folio, conn: &Conn, is_first: bool) -> Result<(), Fault> {
        let before = crate::time::format(&self.before);
        let label = format!("{} versions put aside before {before}", self.rows);
        if !is_first {
            audit::relabel(conn, self.record, self.subject, &label).await?;
            return Ok(());
        }
        let act = Act::new(audit::PURGED, self.subject, String::new()).batch(self.record);
        audit::record(folio, conn, [act.label(&label)]).await
    }
}
