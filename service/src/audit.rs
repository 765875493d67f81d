//! Who did what to which row: written in the transaction of the act itself. What is done at once,
//! to one row or many, is one batch, which [`activity`](crate::activity) lists and undoes. What
//! only adds (a new document, a message) is recorded where the caller asked for a batch; else the
//! row itself tells.

use entity::audit::{ActiveModel, Entity};
use entity::audit_batch;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement};
use serde::Serialize;
use uuid::Uuid;

use crate::error::Fault;
use crate::folio::Folio;
use crate::store::Conn;

/// Rows of one statement: ten columns each, far below either database's limit on parameters.
const ROWS: usize = 500;

/// The act of deleting history for good: nothing takes it back.
pub(crate) const PURGED: &str = "purged";

/// The kind of row that an act is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// A document.
    Document,
    /// A conversation.
    Thread,
    /// A turn of a conversation.
    Message,
}

impl Subject {
    /// Its name, as it is stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Thread => "thread",
            Self::Message => "message",
        }
    }

    /// The kind that has this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Document, Self::Thread, Self::Message]
            .into_iter()
            .find(|subject| subject.name() == name)
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
    undoes: Option<Uuid>,
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
            undoes: None,
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

    /// The revision of a thread or message that holds what was there before.
    pub(crate) fn revision(mut self, revision: Option<i64>) -> Self {
        self.version = revision;
        self
    }

    /// The bulk action that it is a part of.
    pub(crate) fn batch(mut self, batch: Uuid) -> Self {
        self.batch = Some(batch);
        self
    }

    /// The batch that it takes back.
    pub(crate) fn undoes(mut self, batch: Option<Uuid>) -> Self {
        self.undoes = batch;
        self
    }
}

/// Records acts of this store's actor. They are of one batch: the one that they name, else the one
/// that this handle of the store is of, else one of their own.
pub(crate) async fn record(
    folio: &Folio,
    conn: &Conn,
    acts: impl IntoIterator<Item = Act>,
) -> Result<(), Fault> {
    let mut acts = acts.into_iter().peekable();
    let Some(first) = acts.peek() else {
        return Ok(());
    };
    let (now, actor) = (folio.now(), folio.actor().map(str::to_owned));
    let batch = first
        .batch
        .or(folio.current_batch())
        .unwrap_or_else(|| folio.new_id());
    open_batch(folio, conn, batch, first).await?;
    let rows: Vec<ActiveModel> = acts
        .map(|act| ActiveModel {
            id: NotSet,
            at: Set(now),
            actor: Set(actor.clone()),
            action: Set(act.action.to_owned()),
            subject: Set(act.subject.name().to_owned()),
            subject_id: Set(act.subject_id),
            label: Set(act.label),
            version: Set(act.version),
            batch_id: Set(Some(batch)),
            undoes: Set(act.undoes),
        })
        .collect();
    for chunk in rows.chunks(ROWS) {
        Entity::insert_many(chunk.iter().cloned())
            .exec_without_returning(conn)
            .await?;
    }
    Ok(())
}

/// Records a batch by its first act, unless that has been done. Writers that work on one batch side
/// by side would wait for the first of them here, so it is open before they begin.
pub(crate) async fn open_batch(
    folio: &Folio,
    conn: &Conn,
    batch: Uuid,
    first: &Act,
) -> Result<(), Fault> {
    let row = audit_batch::ActiveModel {
        id: Set(batch),
        at: Set(folio.now()),
        actor: Set(folio.actor().map(str::to_owned)),
        action: Set(first.action.to_owned()),
        subject: Set(first.subject.name().to_owned()),
        label: Set(first.label.clone()),
        // An undo that is stopped, or killed, is none.
        undoes: NotSet,
    };
    let once = OnConflict::column(audit_batch::Column::Id)
        .do_nothing()
        .to_owned();
    match audit_batch::Entity::insert(row)
        .on_conflict(once)
        .exec_without_returning(conn)
        .await
    {
        Err(sea_orm::DbErr::RecordNotInserted) => Ok(()),
        done => Ok(done.map(drop)?),
    }
}

/// Records that a batch has been taken back whole, by this one in the end.
pub(crate) async fn undone(conn: Conn, batch: Uuid, by: Option<Uuid>) -> Result<(), Fault> {
    use audit_batch::{Column, Entity};
    let Some(by) = by else {
        return Ok(());
    };
    Entity::update_many()
        .col_expr(Column::Undoes, Expr::value(batch))
        .filter(Column::Id.eq(by))
        .filter(Column::Undoes.is_null())
        .exec(&conn)
        .await?;
    Ok(())
}

/// Says something else of the act of this kind in a batch, and of the batch itself.
pub(crate) async fn relabel(
    conn: &Conn,
    batch: Uuid,
    subject: Subject,
    label: &str,
) -> Result<(), Fault> {
    use entity::audit::Column;
    Entity::update_many()
        .col_expr(Column::Label, Expr::value(label))
        .filter(Column::BatchId.eq(batch))
        .filter(Column::Subject.eq(subject.name()))
        .exec(conn)
        .await?;
    audit_batch::Entity::update_many()
        .col_expr(audit_batch::Column::Label, Expr::value(label))
        .filter(audit_batch::Column::Id.eq(batch))
        .filter(audit_batch::Column::Subject.eq(subject.name()))
        .exec(conn)
        .await?;
    Ok(())
}

/// Records that a row was made, where the caller asked for a batch: else the row itself tells.
pub(crate) async fn record_new(folio: &Folio, conn: &Conn, act: Act) -> Result<(), Fault> {
    if folio.current_batch().is_none() {
        return Ok(());
    }
    record(folio, conn, [act]).await
}

const DELETED_AGAIN: &str = "\
SELECT version, undoes IS NOT NULL AS is_undo FROM audit \
WHERE subject = $1 AND subject_id = $2 AND action = 'deleted' \
ORDER BY id DESC LIMIT 1";

/// The deletion that a row is in the trash by, of one that was deleted by `deletion`: another where
/// it came back since, and that was taken back. One who deleted it anew meant that, so it stays.
pub(crate) async fn deleted_again(
    conn: &Conn,
    subject: Subject,
    id: &str,
    deletion: i64,
) -> Result<i64, Fault> {
    let values = [subject.name().into(), id.into()];
    let backend = conn.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, DELETED_AGAIN, values);
    let Some(row) = conn.query_one_raw(statement).await? else {
        return Ok(deletion);
    };
    let version: Option<i64> = row.try_get("", "version")?;
    let is_undo: bool = row.try_get("", "is_undo")?;
    Ok(version.filter(|_| is_undo).unwrap_or(deletion))
}
