//! Conversations as lines of JSON: a line for each conversation, and one for each of its turns, in
//! the form that [`Folio::import_turns`] takes.

use std::io::Write;

use chrono::{DateTime, Utc};
use entity::{message, thread};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::chunks::Table;
use crate::error::{Error, Fault};
use crate::folio::Folio;
use crate::ids::{ThreadId, UserId};
use crate::store::Conn;
use crate::time;
use crate::validate;

pub(super) const THREADS: Table<thread::Entity> = Table {
    name: "thread",
    key: thread::Column::Id,
    size: "octet_length(id)",
};
const MESSAGES: Table<message::Entity> = Table {
    name: "message",
    key: message::Column::Id,
    size: "octet_length(question) + octet_length(answer)",
};

/// What a line of a conversation begins with.
pub(super) const THREAD_LINE: &[u8] = br#"{"type":"thread","#;

/// A conversation as a line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ThreadLine {
    r#type: String,
    pub(super) thread_id: ThreadId,
    user_id: Option<UserId>,
    pub(super) title: Option<String>,
    pinned: bool,
    created_at: Option<String>,
    /// A file of its own begins here, so that places in it are counted anew.
    #[serde(default, skip_serializing)]
    pub(super) begins: bool,
}

/// What became of the line of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StoredThread {
    /// There was none, or one without the title that it has now.
    New,
    /// It is there.
    Same,
    /// It is there under another title.
    OtherTitle,
}

#[derive(Serialize)]
struct TurnLine {
    thread_id: String,
    user_id: Option<String>,
    question: String,
    answer: String,
    created_at: String,
    id: String,
    metadata: Value,
}

impl Folio {
    /// Writes every conversation and turn as a line of JSON; gives how many turns.
    ///
    /// # Errors
    /// The database's, or [`IngestionError::Unwritable`](crate::error::IngestionError::Unwritable).
    pub async fn export_threads(
        &self,
        out: &mut (impl Write + Send),
        progress: impl Fn(u64) + Send + Sync,
    ) -> Result<u64, Error> {
        let mut behind = None;
        loop {
            let piece = THREADS.next(self, behind.as_ref()).await?;
            let Some(last) = piece.last() else { break };
            behind = Some(THREADS.key_of(last));
            for row in piece {
                let line = ThreadLine {
                    r#type: "thread".to_owned(),
                    thread_id: ThreadId::stored(row.id),
                    user_id: row.user_id.map(UserId::stored),
                    title: row.title,
                    pinned: row.pinned,
                    created_at: Some(time::format(&row.created_at)),
                    begins: false,
                };
                super::write_line(out, &line)?;
            }
        }
        let (mut written, mut behind) = (0, None);
        loop {
            let piece = MESSAGES.next(self, behind.as_ref()).await?;
            let Some(last) = piece.last() else {
                out.flush().map_err(super::unwritable)?;
                return Ok(written);
            };
            behind = Some(MESSAGES.key_of(last));
            written += piece.len() as u64;
            for row in piece {
                let line = TurnLine {
                    thread_id: row.thread_id,
                    user_id: row.user_id,
                    question: row.question,
                    answer: row.answer,
                    created_at: time::format(&row.created_at),
                    id: row.id.to_string(),
                    metadata: row.metadata,
                };
                super::write_line(out, &line)?;
            }
            progress(written);
        }
    }
}

impl ThreadLine {
    /// One of another program.
    pub(super) fn titled(
        thread_id: ThreadId,
        title: String,
        created_at: Option<DateTime<Utc>>,
    ) -> Self {
        Self {
            r#type: "thread".to_owned(),
            thread_id,
            user_id: None,
            title: Some(title),
            pinned: false,
            created_at: created_at.map(|at| time::format(&at)),
            begins: false,
        }
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let line: Self = serde_json::from_slice(bytes)
            .map_err(|error| format!("the line is no conversation: column {}", error.column()))?;
        if let Some(title) = &line.title {
            validate::short_text("title", title, 512).map_err(|invalid| invalid.to_string())?;
        }
        match line.created_at.as_deref().map(time::parse) {
            Some(None) => Err("created_at is not a time such as 2026-01-31T12:00:00Z".to_owned()),
            _ => Ok(line),
        }
    }

    /// Makes the conversation, or gives one that is there the title that it lacks. Who had it, when it
    /// began and whether it is pinned stays as it is.
    pub(super) async fn store(&self, folio: &Folio, conn: &Conn) -> Result<StoredThread, Fault> {
        let created_at = self.created_at.as_deref().and_then(time::parse);
        let row = thread::ActiveModel {
            id: Set(self.thread_id.to_string()),
            user_id: Set(self.user_id.as_ref().map(ToString::to_string)),
            title: Set(self.title.clone()),
            pinned: Set(self.pinned),
            message_count: Set(0),
            first_message_at: Set(None),
            last_message_at: Set(None),
            created_at: Set(created_at.unwrap_or_else(|| folio.now())),
            active_at: NotSet,
        };
        let once = OnConflict::column(thread::Column::Id)
            .do_nothing()
            .to_owned();
        let insert = thread::Entity::insert(row).on_conflict(once);
        match insert.exec_without_returning(conn).await {
            Err(sea_orm::DbErr::RecordNotInserted) => {}
            done => {
                if done? > 0 {
                    return Ok(StoredThread::New);
                }
            }
        }
        let Some(title) = &self.title else {
            return Ok(StoredThread::Same);
        };
        let titled = thread::Entity::update_many()
            .col_expr(thread::Column::Title, Expr::value(title.as_str()))
            .filter(thread::Column::Id.eq(self.thread_id.as_str()))
            .filter(thread::Column::Title.is_null());
        if titled.exec(conn).await?.rows_affected > 0 {
            return Ok(StoredThread::New);
        }
        let other = thread::Entity::find_by_id(self.thread_id.as_str())
            .filter(thread::Column::Title.ne(title.as_str()))
            .count(conn)
            .await?;
        Ok(if other > 0 {
            StoredThread::OtherTitle
        } else {
            StoredThread::Same
        })
    }
}
