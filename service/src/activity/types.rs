//! What the trail tells, and what bulk changes report.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use serde::Serialize;
use uuid::Uuid;

use super::COUNTED;
use crate::audit::{PURGED, Subject};
use crate::ids::BatchId;
use crate::time;

/// Refusals that a report names; it counts all of them.
const MAX_REFUSALS: usize = 1_000;

/// Which part of the trail a list has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityFilter {
    pub(super) actor: Option<String>,
    pub(super) subject: Option<Subject>,
}

impl ActivityFilter {
    /// All of it.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Only what this one did.
    #[must_use]
    pub fn by(mut self, actor: impl Into<String>) -> Self {
        self.actor = Some(actor.into());
        self
    }

    /// Only what was done to rows of this kind.
    #[must_use]
    pub fn on(mut self, subject: Subject) -> Self {
        self.subject = Some(subject);
        self
    }
}

/// What someone did at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Batch {
    /// Its identifier: what [`Activity::undo`](super::Activity::undo) takes.
    pub id: BatchId,
    /// When it began.
    #[serde(with = "time")]
    pub at: DateTime<Utc>,
    /// Who it was, where that is known.
    pub actor: Option<String>,
    /// What was done to its first row: `deleted`, `updated`, `ingested`, ...
    pub action: String,
    /// The kind of its first row.
    pub subject: Subject,
    /// What people know its first row by.
    pub label: Option<String>,
    /// How many rows it changed, counted up to 10,000.
    pub rows: u64,
    /// Whether that is all of them.
    pub rows_is_exact: bool,
    /// The batch that it took back.
    pub undoes: Option<BatchId>,
    /// The batch that took it back.
    pub undone_by: Option<BatchId>,
}

#[derive(FromQueryResult)]
pub(super) struct BatchRow {
    pub(super) id: Uuid,
    pub(super) at: DateTime<Utc>,
    actor: Option<String>,
    action: String,
    subject: String,
    label: Option<String>,
    undoes: Option<Uuid>,
    counted: i64,
    undone_by: Option<Uuid>,
}

impl From<BatchRow> for Batch {
    fn from(row: BatchRow) -> Self {
        Self {
            id: BatchId(row.id),
            at: row.at,
            actor: row.actor,
            action: row.action,
            subject: subject(&row.subject),
            label: row.label,
            rows: u64::try_from(row.counted.min(COUNTED)).unwrap_or_default(),
            rows_is_exact: row.counted <= COUNTED,
            undoes: row.undoes.map(BatchId),
            undone_by: row.undone_by.map(BatchId),
        }
    }
}

/// What was done to one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Act {
    /// When.
    #[serde(with = "time")]
    pub at: DateTime<Utc>,
    /// By whom, where that is known.
    pub actor: Option<String>,
    /// What: `deleted`, `updated`, `ingested`, ...
    pub action: String,
    /// The kind of row.
    pub subject: Subject,
    /// The row: a document's or message's id, a thread's own.
    pub subject_id: String,
    /// What people know it by.
    pub label: Option<String>,
    /// A document's version after the act, or that which was deleted.
    pub version: Option<i64>,
}

#[derive(FromQueryResult)]
pub(super) struct ActRow {
    pub(super) id: i64,
    at: DateTime<Utc>,
    actor: Option<String>,
    action: String,
    subject: String,
    subject_id: String,
    label: Option<String>,
    version: Option<i64>,
}

impl From<ActRow> for Act {
    fn from(row: ActRow) -> Self {
        let subject = subject(&row.subject);
        Self {
            at: row.at,
            actor: row.actor,
            action: row.action,
            subject,
            subject_id: row.subject_id,
            label: row.label,
            version: row.version.filter(|_| subject == Subject::Document),
        }
    }
}

/// Only this library writes the trail, and knows no other kinds.
fn subject(name: &str) -> Subject {
    Subject::named(name).unwrap_or(Subject::Document)
}

/// An act as an undo reads it.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Recorded {
    pub(crate) id: i64,
    pub(crate) action: String,
    pub(crate) subject: String,
    pub(crate) subject_id: String,
    pub(crate) label: Option<String>,
    /// A document's version after the act; another row's revision before it.
    pub(crate) version: Option<i64>,
}

/// What an undo would take back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UndoScope {
    /// Rows that were added, and would go.
    pub added: u64,
    /// Rows that were changed, and would become what they were before.
    pub changed: u64,
    /// Rows that were deleted, and would come back.
    pub deleted: u64,
}

impl UndoScope {
    pub(super) fn of(counts: impl IntoIterator<Item = (String, i64)>) -> Self {
        let mut scope = Self::default();
        for (action, n) in counts {
            let n = u64::try_from(n).unwrap_or_default();
            match action.as_str() {
                "created" | "ingested" | "restored" => scope.added += n,
                "deleted" => scope.deleted += n,
                PURGED => {}
                _ => scope.changed += n,
            }
        }
        scope
    }

    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.added + self.changed + self.deleted
    }
}

/// A row that a bulk change left as it was, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Refusal {
    /// The kind of row.
    pub subject: Subject,
    /// The row: a document's or message's id, a thread's own.
    pub id: String,
    /// What people know it by.
    pub label: Option<String>,
    /// Why, as words that follow its name: `has changed since`.
    pub reason: String,
}

/// What a change of many rows did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Bulk {
    /// What it is recorded as: for [`Activity::undo`](super::Activity::undo).
    pub batch: BatchId,
    /// Rows that were changed.
    pub done: u64,
    /// Rows that were like that already.
    pub unchanged: u64,
    /// Rows that were left as they are for a reason.
    pub refused_count: u64,
    /// The first 1,000 of them.
    pub refused: Vec<Refusal>,
    /// It was cancelled before its end; what it had done stays.
    pub cancelled: bool,
}

/// Counts while a bulk change goes on.
#[derive(Debug)]
pub(crate) struct BulkBuilder(Bulk);

impl BulkBuilder {
    pub(crate) fn new(batch: Uuid) -> Self {
        Self(Bulk {
            batch: BatchId(batch),
            done: 0,
            unchanged: 0,
            refused_count: 0,
            refused: Vec::new(),
            cancelled: false,
        })
    }

    pub(crate) fn done(&mut self, rows: usize) {
        self.0.done += rows as u64;
    }

    pub(crate) fn unchanged(&mut self, rows: usize) {
        self.0.unchanged += rows as u64;
    }

    pub(crate) fn refuse(
        &mut self,
        subject: Subject,
        id: impl Into<String>,
        label: Option<String>,
        reason: &str,
    ) {
        self.0.refused_count += 1;
        if self.0.refused.len() < MAX_REFUSALS {
            self.0.refused.push(Refusal {
                subject,
                id: id.into(),
                label,
                reason: reason.to_owned(),
            });
        }
    }

    pub(crate) fn cancelled(&mut self) {
        self.0.cancelled = true;
    }

    /// Rows that are done with, whatever became of them.
    pub(crate) fn so_far(&self) -> u64 {
        self.0.done + self.0.unchanged + self.0.refused_count
    }

    pub(crate) fn finish(self) -> Bulk {
        self.0
    }
}
