//! The turns of conversations: one row is one question and its answer.

use chrono::{DateTime, Utc};
use entity::message::{ActiveModel, Column, Entity, Model};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{OnConflict, Order};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Serialize;
use serde_json::Value;

use crate::audit::{self, Act, Subject};
use crate::clock::whole_microseconds;
use crate::error::{Area, ChatError, Error, Fault, Invalid, Operation};
use crate::ids::{MessageId, ThreadId, UserId};
use crate::page::{Keyset, Page, PageRequest, parse_time_key, parse_uuid_key, time_key};
use crate::retry::Repeat;
use crate::search::{MessageHit, SearchRequest, SearchResults};
use crate::store::{Conn, Store};
use crate::time;
use crate::{threads, validate};

/// One turn of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Message {
    /// Its own identifier.
    pub id: MessageId,
    /// The conversation that it is in.
    pub thread_id: ThreadId,
    /// Who asked, where that is known.
    pub user_id: Option<UserId>,
    /// What was asked.
    pub question: String,
    /// What was answered.
    pub answer: String,
    /// A JSON object.
    pub metadata: Value,
    /// When it was said.
    #[serde(with = "time")]
    pub created_at: DateTime<Utc>,
}

impl From<Model> for Message {
    fn from(row: Model) -> Self {
        Self {
            id: MessageId(row.id),
            thread_id: ThreadId::stored(row.thread_id),
            user_id: row.user_id.map(UserId::stored),
            question: row.question,
            answer: row.answer,
            metadata: row.metadata,
            created_at: row.created_at,
        }
    }
}

/// A turn to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    pub(crate) id: Option<MessageId>,
    pub(crate) thread_id: ThreadId,
    pub(crate) user_id: Option<UserId>,
    pub(crate) question: String,
    pub(crate) answer: String,
    pub(crate) metadata: Option<Value>,
    pub(crate) created_at: Option<DateTime<Utc>>,
}

impl NewMessage {
    /// A turn of this conversation, which need not exist yet. No text may hold a NUL.
    #[must_use]
    pub fn new(thread: ThreadId, question: impl Into<String>, answer: impl Into<String>) -> Self {
        Self {
            id: None,
            thread_id: thread,
            user_id: None,
            question: question.into(),
            answer: answer.into(),
            metadata: None,
            created_at: None,
        }
    }

    /// Who asked; a conversation that has no user yet becomes theirs.
    #[must_use]
    pub fn by(mut self, user: UserId) -> Self {
        self.user_id = Some(user);
        self
    }

    /// With metadata: a JSON object.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Value) -> Self {
        self.metadata = Some(metadata);
        self
    }

    /// With an id of the caller's making.
    #[must_use]
    pub fn with_id(mut self, id: MessageId) -> Self {
        self.id = Some(id);
        self
    }

    /// Said at this time, kept to the microsecond.
    #[must_use]
    pub fn at(mut self, time: DateTime<Utc>) -> Self {
        self.created_at = Some(time);
        self
    }

    pub(crate) fn check(&self, max_bytes: usize) -> Result<(), Invalid> {
        validate::content("question", &self.question, max_bytes)?;
        validate::content("answer", &self.answer, max_bytes)?;
        self.metadata.as_ref().map_or(Ok(()), validate::metadata)
    }

    pub(crate) fn into_row(self, id: uuid::Uuid, now: DateTime<Utc>) -> Model {
        Model {
            id,
            thread_id: self.thread_id.into(),
            user_id: self.user_id.map(String::from),
            question: self.question,
            answer: self.answer,
            metadata: self
                .metadata
                .unwrap_or_else(|| Value::Object(serde_json::Map::new())),
            created_at: self.created_at.map_or(now, whole_microseconds),
        }
    }
}

pub(crate) fn active(row: Model) -> ActiveModel {
    ActiveModel {
        id: Set(row.id),
        thread_id: Set(row.thread_id),
        user_id: Set(row.user_id),
        question: Set(row.question),
        answer: Set(row.answer),
        metadata: Set(row.metadata),
        created_at: Set(row.created_at),
    }
}

/// What can be done with messages; from [`Folio::messages`](crate::Folio::messages).
#[derive(Clone, Copy, Debug)]
pub struct Messages<'a> {
    store: Store<'a>,
}

impl<'a> Messages<'a> {
    pub(crate) fn new(store: Store<'a>) -> Self {
        Self { store }
    }

    /// Stores a turn; its conversation is made, counted and dated along. Stands for the seed's
    /// `save_chat_history`.
    ///
    /// ```
    /// # #[tokio::main] async fn main() -> Result<(), service::Error> {
    /// # use service::{Config, Folio, NewMessage, ThreadId, UserId};
    /// # let folio = Folio::connect(Config::from_url("sqlite::memory:")?).await?;
    /// let thread = ThreadId::new("t1")?;
    /// let turn = NewMessage::new(thread.clone(), "What is async?", "Waiting well.");
    /// folio.messages().save(turn.by(UserId::from(7))).await?;
    /// assert_eq!(folio.threads().get(&thread).await?.expect("made along").message_count, 1);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ChatError::Invalid`] where a field is refused, [`ChatError::Duplicate`] where another
    /// message has the id.
    pub async fn save(&self, new: NewMessage) -> Result<Message, Error> {
        let folio = self.store.folio();
        new.check(folio.config().max_document_bytes)
            .map_err(ChatError::Invalid)?;
        let id = new.id.map_or_else(|| folio.new_id(), |id| id.0);
        let row = new.into_row(id, folio.now());
        let thread = ThreadId::stored(row.thread_id.clone());
        self.store
            .write_single(
                Repeat::Idempotent,
                || threads::on("add to", &thread),
                async |conn| insert(&conn, &row).await,
            )
            .await?;
        Ok(row.into())
    }

    /// The latest turns of a conversation, the newest first. Stands for the seed's
    /// `get_recent_chat_history`.
    ///
    /// # Errors
    /// [`ChatError::Invalid`] for a limit outside 1 to 1,000.
    pub async fn recent(&self, thread: &ThreadId, limit: u32) -> Result<Vec<Message>, Error> {
        Ok(self.list(thread, &PageRequest::first(limit)).await?.items)
    }

    /// A page of a conversation's turns, the newest first.
    ///
    /// # Errors
    /// [`ChatError::Invalid`] for a bad page request.
    pub async fn list(
        &self,
        thread: &ThreadId,
        page: &PageRequest,
    ) -> Result<Page<Message>, Error> {
        let keyset = Keyset {
            order: 'm',
            key: Column::CreatedAt,
            id: Column::Id,
            direction: Order::Desc,
        };
        let select = keyset
            .apply(Entity::find(), page, |key, id| {
                Ok((parse_time_key(key)?, parse_uuid_key(id)?))
            })
            .map_err(|invalid| invalid.in_area(Area::Chat))?
            .filter(Column::ThreadId.eq(thread.as_str()));
        let rows = self.store.read(
            || threads::on("read", thread),
            async |conn| Ok(select.clone().all(&conn).await?),
        );
        let page = keyset.page(rows.await?, page, |row| {
            (time_key(row.created_at), row.id.to_string())
        });
        Ok(page.map(Message::from))
    }

    /// The message with this id. Stands for the seed's `get_chat_message_by_id`.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn get(&self, id: MessageId) -> Result<Option<Message>, Error> {
        let found = self.store.read(
            || on("read", id),
            async |conn| Ok(Entity::find_by_id(id.0).one(&conn).await?),
        );
        Ok(found.await?.map(Message::from))
    }

    /// Finds messages, in any conversation. What is typed as a query never is an error.
    ///
    /// # Errors
    /// [`SearchError::Invalid`](crate::error::SearchError::Invalid) for a limit outside 1 to 1,000.
    pub async fn search(
        &self,
        request: &SearchRequest,
    ) -> Result<SearchResults<MessageHit>, Error> {
        crate::search::messages(self.store, request).await
    }

    /// Deletes a message; false where there was none. Stands for the seed's
    /// `delete_chat_message`.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn delete(&self, id: MessageId) -> Result<bool, Error> {
        let folio = self.store.folio();
        self.store
            .write(
                Repeat::OnlyIfUndone,
                || on("delete", id),
                async |conn| {
                    if Entity::delete_by_id(id.0).exec(&conn).await?.rows_affected == 0 {
                        return Ok(false);
                    }
                    let act = Act::new("deleted", Subject::Message, id.to_string());
                    audit::record(folio, &conn, [act]).await?;
                    Ok(true)
                },
            )
            .await
    }

    /// Deletes all messages of a conversation, which stays, and tells how many they were. Stands
    /// for the seed's `delete_thread_history`.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn clear(&self, thread: &ThreadId) -> Result<u64, Error> {
        let folio = self.store.folio();
        self.store
            .write(
                Repeat::OnlyIfUndone,
                || threads::on("clear", thread),
                async |conn| {
                    let delete = Entity::delete_many().filter(Column::ThreadId.eq(thread.as_str()));
                    let count = delete.exec(&conn).await?.rows_affected;
                    if count > 0 {
                        let act = Act::new("cleared", Subject::Thread, thread.to_string());
                        audit::record(folio, &conn, [act]).await?;
                    }
                    Ok(count)
                },
            )
            .await
    }
}

/// Inserts the row. A second try finds the first one's row and leaves it; another row under
/// that id is a duplicate.
async fn insert(conn: &Conn, row: &Model) -> Result<(), Fault> {
    let insert = Entity::insert(active(row.clone()))
        .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned());
    let inserted = match insert.exec_without_returning(conn).await {
        Err(sea_orm::DbErr::RecordNotInserted) => 0,
        done => done?,
    };
    if inserted == 0 {
        let there = Entity::find_by_id(row.id).one(conn).await?;
        if there.is_some_and(|there| there != *row) {
            return Err(ChatError::Duplicate {
                id: MessageId(row.id),
            }
            .into());
        }
    }
    Ok(())
}

fn on(verb: &'static str, id: MessageId) -> Operation {
    Operation::new(Area::Chat, format!("{verb} message {id}"))
}
