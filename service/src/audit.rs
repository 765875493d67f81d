//! Who did what to which row: written in the transaction of the act itself. What only adds (a
//! new document, a message) is not recorded here: the row itself tells.

use entity::audit::{ActiveModel, Entity};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::EntityTrait;
use uuid::Uuid;

use crate::error::Fault;
use crate::folio::Folio;
use crate::store::Conn;

/// Rows of one statement: ten columns each, far below either database's limit on parameters.
const ROWS: usize = 500;

/// The kind of row that an act is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Document,
    Thread,
    Message,
}

impl Subject {
    fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Thread => "thread",
            Self::Message => "message",
        }
    }
}

/// One act on one row.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    action: &'static str,
    subject: Subject,
    subject_id: String,
    label: Option<String>,
    version: Option<i64>,
    batch: Option<Uuid>,
}

impl Act {
    pub(crate) fn new(action: &'static str, subject: Subject, subject_id: String) -> Self {
        Self {
            action,
            subject,
            subject_id,
            label: None,
            version: None,
            batch: None,
        }
    }

    /// What people know the row by.
    pub(crate) fn label(mut self, label: &str) -> Self {
        self.label = Some(label.to_owned());
        self
    }

    /// The document's version after the act, or that which was deleted.
    pub(crate) fn version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }

    /// The bulk action that it is a part of.
    pub(crate) fn batch(mut self, batch: Uuid) -> Self {
        self.batch = Some(batch);
        self
    }
}

/// Records acts of this store's actor.
pub(crate) async fn record(
    folio: &Folio,
    conn: &Conn,
    acts: impl IntoIterator<Item = Act>,
) -> Result<(), Fault> {
    let (now, actor) = (folio.now(), folio.actor().map(str::to_owned));
    let rows: Vec<ActiveModel> = acts
        .into_iter()
        .map(|act| ActiveModel {
            id: NotSet,
            at: Set(now),
            actor: Set(actor.clone()),
            action: Set(act.action.to_owned()),
            subject: Set(act.subject.name().to_owned()),
            subject_id: Set(act.subject_id),
            label: Set(act.label),
            version: Set(act.version),
            batch_id: Set(act.batch),
            undoes: Set(None),
        })
        .collect();
    for chunk in rows.chunks(ROWS) {
        Entity::insert_many(chunk.iter().cloned())
            .exec_without_returning(conn)
            .await?;
    }
    Ok(())
}
