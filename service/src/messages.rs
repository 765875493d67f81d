//! The turns of conversations: one row is one question and its answer.

mod read;
mod trash;
mod types;

pub(crate) use read::of_deleted_thread;
pub(crate) use trash::take_back;
pub(crate) use types::active;
pub use types::{DeletedMessage, Message, MessageChange, MessageInTrash, NewMessage};

use entity::message::{Column, Entity, Model};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use tokio_util::sync::CancellationToken;

use crate::activity::Bulk;
use crate::audit::{self, Act, Subject};
use crate::error::{Area, ChatError, Error, Fault, Operation};
use crate::estimate::{Estimate, Table, estimated};
use crate::ids::{DeletionId, MessageId, ThreadId};
use crate::page::{Page, PageRequest};
use crate::retry::Repeat;
use crate::search::{MessageHit, SearchRequest, SearchResults};
use crate::store::{Conn, Store};
use crate::threads;

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
            .write_new(
                || threads::on("add to", &thread),
                async |conn| {
                    insert(&conn, &row).await?;
                    let act = Act::new("created", Subject::Message, id.to_string());
                    audit::record_new(folio, &conn, act.label(thread.as_str())).await
                },
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
        read::list(self.store, thread, page).await
    }

    /// A message among its neighbours, the newest first: at most so many after it in time, and so
    /// many before; None where there is no such message. The page goes on both ways.
    ///
    /// # Errors
    /// [`ChatError::Invalid`] for a number outside 1 to 1,000.
    pub async fn around(
        &self,
        id: MessageId,
        newer: u32,
        older: u32,
    ) -> Result<Option<Page<Message>>, Error> {
        read::around(self.store, id, newer, older).await
    }

    /// How many messages there are, or about how many.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn estimate(&self) -> Result<Estimate, Error> {
        estimated(self.store, "messages", Table::MESSAGE).await
    }

    /// The message with this id. Stands for the seed's `get_chat_message_by_id`.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn get(&self, id: MessageId) -> Result<Option<Message>, Error> {
        read::get(self.store, id).await
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

    /// Changes a turn; None where there is none with this id. What it said before is kept. Where
    /// the change is based on what was read (see [`MessageChange::based_on`]), it is made only if
    /// the turn still says that.
    ///
    /// # Errors
    /// [`ChatError::Conflict`] with the turn as it is now; [`ChatError::Invalid`].
    pub async fn update(
        &self,
        id: MessageId,
        change: &MessageChange,
    ) -> Result<Option<Message>, Error> {
        let folio = self.store.folio();
        change
            .check(folio.config().max_document_bytes)
            .map_err(ChatError::Invalid)?;
        let changed = self.store.write(
            Repeat::OnlyIfUndone,
            || on("change", id),
            async |conn| {
                let found = Entity::find_by_id(id.0).lock_exclusive().one(&conn).await?;
                let Some(found) = found else { return Ok(None) };
                if let Some(read) = &change.based_on
                    && (read.question != found.question || read.answer != found.answer)
                {
                    let found = Box::new(found.into());
                    return Err(ChatError::Conflict { id, found }.into());
                }
                let mut row = found.clone();
                if let Some(question) = &change.question {
                    row.question.clone_from(question);
                }
                if let Some(answer) = &change.answer {
                    row.answer.clone_from(answer);
                }
                if let Some(metadata) = &change.metadata {
                    row.metadata.clone_from(metadata);
                }
                if row == found {
                    return Ok(Some(found));
                }
                Entity::update_many()
                    .col_expr(Column::Question, Expr::value(row.question.as_str()))
                    .col_expr(Column::Answer, Expr::value(row.answer.as_str()))
                    .col_expr(Column::Metadata, Expr::value(row.metadata.clone()))
                    .filter(Column::Id.eq(id.0))
                    .exec(&conn)
                    .await?;
                let act = trash::changed(folio, &conn, "updated", &row).await?;
                audit::record(folio, &conn, [act]).await?;
                Ok(Some(row))
            },
        );
        Ok(changed.await?.map(Message::from))
    }

    /// Deletes a message; false where there was none. It goes to the trash. Stands for the seed's
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
                    let acts = trash::remove(folio, &conn, &[id.0]).await?;
                    let deleted = !acts.is_empty();
                    audit::record(folio, &conn, acts).await?;
                    Ok(deleted)
                },
            )
            .await
    }

    /// Deletes all messages of a conversation, which stays, and tells how many they were. They go
    /// to the trash. Stands for the seed's `delete_thread_history`.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn clear(&self, thread: &ThreadId) -> Result<u64, Error> {
        let folio = self.store.folio();
        self.store
            .write(
                Repeat::OnlyIfUndone,
                || threads::on("clear", thread),
                async |conn| trash::clear(folio, &conn, thread).await,
            )
            .await
    }

    /// A page of the messages in the trash that were deleted by themselves, the last deleted
    /// first.
    ///
    /// # Errors
    /// [`ChatError::Invalid`] for a bad page request.
    pub async fn deleted(&self, page: &PageRequest) -> Result<Page<DeletedMessage>, Error> {
        read::deleted(self.store, page).await
    }

    /// Where the message with this id is in the trash: by itself, and else with its conversation; None
    /// where it is not there. Never from a replica: it decides what is brought back.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn in_trash(&self, id: MessageId) -> Result<Option<MessageInTrash>, Error> {
        read::in_trash(self.store, id).await
    }

    /// Brings deleted messages back to their conversations, recorded as one batch. One that can't
    /// come back (its conversation is deleted) is told in the report.
    ///
    /// # Errors
    /// The database's alone; what came back until then stays, and can be undone.
    pub async fn restore_many(
        &self,
        deletions: &[DeletionId],
        cancel: &CancellationToken,
        progress: impl Fn(u64) + Send + Sync,
    ) -> Result<Bulk, Error> {
        trash::restore_many(self.store, deletions, cancel, progress).await
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
