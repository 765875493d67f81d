//! Conversations as lines of JSON: a line for each conversation, and one for each of its turns, in
//! the form that [`Folio::import_turns`] takes.

use std::io::Write;

use chrono::{DateTime, Utc};
use entity::{message, thread};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::Serialize;
use serde_json::{Map, Value};

use super::chunks::Table;
use super::turns;
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

/// What the line of a conversation has as its `type`.
pub(super) const THREAD: &str = "thread";

/// Titles of one conversation that are compared with.
const EARLIER_TITLES: u64 = 1_000;
const NEWER_TITLE: &str = "its title is one that it had before: the store has a newer one, which stays (--force takes this one)";

/// What is known of the file that something is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// It is as an export wrote it.
    AsWritten,
    /// Somebody has written or changed it.
    Changed,
    /// So has somebody, and means it, whatever the store says.
    Forced,
}

impl Origin {
    const ALL: [(Self, &str); 3] = [
        (Self::AsWritten, "as written"),
        (Self::Changed, "changed"),
        (Self::Forced, "forced"),
    ];

    pub(super) fn name(self) -> &'static str {
        let named = Self::ALL.into_iter().find(|(origin, _)| *origin == self);
        named.map_or("", |(_, name)| name)
    }

    fn named(name: &str) -> Option<Self> {
        let known = Self::ALL.into_iter().find(|(_, known)| *known == name);
        known.map(|(origin, _)| origin)
    }
}

/// A conversation as a line.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ThreadLine {
    r#type: String,
    pub(super) thread_id: ThreadId,
    user_id: Option<UserId>,
    pub(super) title: Option<String>,
    pinned: bool,
    created_at: Option<String>,
    /// The number of the line; 0 for one that is made.
    #[serde(skip)]
    pub(super) line: u64,
    /// A file of its own begins here, so that places in it are counted anew.
    #[serde(skip)]
    pub(super) begins: Option<Origin>,
    /// The heading that people see in its file, where it is not that of the title.
    #[serde(skip)]
    heading: Option<String>,
}

/// What became of the line of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StoredThread {
    /// There was none, or one without the title that it has now.
    New,
    /// It is there.
    Same,
    /// It is there under another title: this one is to be.
    OtherTitle(String),
    /// It is there, and something that the line says is not taken; why.
    Left(String),
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
                    r#type: THREAD.to_owned(),
                    thread_id: ThreadId::stored(row.id),
                    user_id: row.user_id.map(UserId::stored),
                    title: row.title,
                    pinned: row.pinned,
                    created_at: Some(time::format(&row.created_at)),
                    line: 0,
                    begins: None,
                    heading: None,
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
            r#type: THREAD.to_owned(),
            thread_id,
            user_id: None,
            title: Some(title),
            pinned: false,
            created_at: created_at.map(|at| time::format(&at)),
            line: 0,
            begins: None,
            heading: None,
        }
    }

    /// Whether an object is the line of a conversation, and no turn whose metadata has a type.
    pub(super) fn is_one(fields: &Map<String, Value>) -> bool {
        fields.get("type").and_then(Value::as_str) == Some(THREAD)
            && !fields.contains_key("question")
            && !fields.contains_key("answer")
    }

    /// The conversation of a line; the error names the field that is wrong or missing.
    pub(super) fn of(mut fields: Map<String, Value>) -> Result<Self, String> {
        let thread = turns::name(&mut fields, "thread_id")?.ok_or("there is no thread_id")?;
        let user_id = turns::name(&mut fields, "user_id")?.map(UserId::new);
        let title = turns::string(&mut fields, "title")?;
        if let Some(title) = &title {
            validate::short_text("title", title, 512).map_err(|invalid| invalid.to_string())?;
        }
        let pinned = match fields.remove("pinned") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(pinned)) => pinned,
            Some(_) => return Err("pinned is neither true nor false".to_owned()),
        };
        let created_at = turns::moment_of(&fields.remove("created_at").unwrap_or_default())?;
        Ok(Self {
            r#type: THREAD.to_owned(),
            thread_id: ThreadId::new(thread).map_err(|invalid| invalid.to_string())?,
            user_id: user_id.transpose().map_err(|invalid| invalid.to_string())?,
            title,
            pinned,
            created_at: created_at.map(|at| time::format(&at)),
            line: 0,
            begins: fields
                .get("begins")
                .and_then(Value::as_str)
                .and_then(Origin::named),
            heading: turns::string(&mut fields, "heading")?,
        })
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
        let stored = thread::Entity::find_by_id(self.thread_id.as_str())
            .one(conn)
            .await?;
        let Some(stored) = stored else {
            return Ok(StoredThread::Same);
        };
        let title = match (&self.title, &stored.title) {
            (None, _) => None,
            (Some(title), there) => Some(title).filter(|title| there.as_ref() != Some(*title)),
        };
        let earlier = if self.begins.is_some() && (title.is_some() || self.heading.is_some()) {
            earlier_titles(conn, &self.thread_id).await?
        } else {
            Vec::new()
        };
        // Where the block says what is stored, somebody may have changed what people see instead; or that
        // is what it said before the block was changed.
        let is_told = self.title == stored.title;
        let is_changed = |heading: &&String| {
            is_told
                && stored.title.as_ref() != Some(*heading)
                && self.thread_id.as_str() != heading.as_str()
                && !earlier.contains(*heading)
        };
        let Some(title) = title.or(self.heading.as_ref().filter(is_changed)) else {
            return Ok(self.left(&stored));
        };
        // A heading that was taken in before, above a block that has not been written since.
        if self.heading.is_some() && self.heading == stored.title && earlier.contains(title) {
            return Ok(self.left(&stored));
        }
        let titled = thread::Entity::update_many()
            .col_expr(thread::Column::Title, Expr::value(title.as_str()))
            .filter(thread::Column::Id.eq(self.thread_id.as_str()))
            .filter(thread::Column::Title.is_null());
        if !is_told && titled.exec(conn).await?.rows_affected > 0 {
            return Ok(StoredThread::New);
        }
        let may_be_old = matches!(self.begins, Some(Origin::AsWritten | Origin::Changed));
        if may_be_old && earlier.contains(title) {
            return Ok(match self.begins {
                Some(Origin::AsWritten) => StoredThread::Same,
                _ => StoredThread::Left(NEWER_TITLE.to_owned()),
            });
        }
        Ok(StoredThread::OtherTitle(title.clone()))
    }

    /// What a file that somebody has changed says of a conversation, and no import takes.
    fn left(&self, stored: &thread::Model) -> StoredThread {
        let user = self.user_id.as_ref().map(UserId::as_str);
        let said = match self.begins {
            Some(Origin::Changed) if self.pinned != stored.pinned => "pinned",
            Some(Origin::Changed) if user.is_some() && user != stored.user_id.as_deref() => {
                "user_id"
            }
            _ => return StoredThread::Same,
        };
        StoredThread::Left(format!(
            "its {said} is another one in the store, and stays as it is there"
        ))
    }
}

/// The titles that a conversation had before.
pub(super) async fn earlier_titles(conn: &Conn, id: &ThreadId) -> Result<Vec<String>, Fault> {
    use entity::thread_revision::{Column, Entity};
    let titles: Vec<Option<String>> = Entity::find()
        .filter(Column::ThreadId.eq(id.as_str()))
        .select_only()
        .column(Column::Title)
        .distinct()
        .limit(EARLIER_TITLES)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(titles.into_iter().flatten().collect())
}
