//! Conversations: the caller's own ids, titles, and counts that the database keeps.

mod list;
mod many;
mod trash;
mod types;

pub(crate) use trash::{remove, take_back};
pub use types::{DeletedThread, Pin, Thread, ThreadCount, ThreadFilter, ThreadSelection};

use entity::thread::{ActiveModel, Column, Entity};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, Value};
use tokio_util::sync::CancellationToken;

use crate::activity::Bulk;
use crate::audit::{self, Act, Subject};
use crate::context::{self, Preview, TokenCounter};
use crate::error::{Area, ChatError, Error, Operation};
use crate::estimate::{Estimate, Table, estimated};
use crate::ids::{DeletionId, ThreadId, UserId};
use crate::messages::{self, Message};
use crate::page::{Page, PageRequest};
use crate::retry::Repeat;
use crate::store::Store;
use crate::validate;
use many::Change;

/// The longest title, in characters.
const MAX_TITLE: usize = 512;
/// A preview reads turns in pages of this many, and at most so many in all.
const PREVIEW_PAGE: u32 = 50;
const PREVIEW_TURNS: usize = 5_000;

/// What can be done with conversations; from [`Folio::threads`](crate::Folio::threads).
#[derive(Clone, Copy, Debug)]
pub struct Threads<'a> {
    store: Store<'a>,
}

impl<'a> Threads<'a> {
    pub(crate) fn new(store: Store<'a>) -> Self {
        Self { store }
    }

    /// Makes an empty conversation of this user, under a new id (a UUID as text). Stands for the
    /// seed's `create_thread_id_for_user`.
    ///
    /// ```
    /// # #[tokio::main] async fn main() -> Result<(), service::Error> {
    /// # use service::{Config, Folio, PageRequest, ThreadFilter, UserId};
    /// # let folio = Folio::connect(Config::from_url("sqlite::memory:")?).await?;
    /// let ada = UserId::from(7);
    /// let id = folio.threads().create(&ada).await?;
    /// let hers = folio.threads().list(&ThreadFilter::of_user(ada), &PageRequest::first(10)).await?;
    /// assert_eq!(hers.items[0].id, id);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// The database's alone.
    pub async fn create(&self, user: &UserId) -> Result<ThreadId, Error> {
        let folio = self.store.folio();
        let id = ThreadId::stored(folio.new_id().to_string());
        let row = ActiveModel {
            id: Set(id.to_string()),
            user_id: Set(Some(user.to_string())),
            title: Set(None),
            pinned: Set(false),
            message_count: Set(0),
            first_message_at: Set(None),
            last_message_at: Set(None),
            created_at: Set(folio.now()),
            // The database computes it.
            active_at: NotSet,
        };
        let operation = || Operation::new(Area::Chat, "make a thread");
        self.store
            .write_new(operation, async |conn| {
                let insert = Entity::insert(row.clone())
                    .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned());
                match insert.exec_without_returning(&conn).await {
                    Err(sea_orm::DbErr::RecordNotInserted) => {}
                    done => drop(done?),
                }
                let act = Act::new("created", Subject::Thread, id.to_string());
                audit::record_new(folio, &conn, act).await
            })
            .await?;
        Ok(id)
    }

    /// The conversation with this id.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn get(&self, id: &ThreadId) -> Result<Option<Thread>, Error> {
        let found = self.store.read(
            || on("read", id),
            async |conn| Ok(Entity::find_by_id(id.as_str()).one(&conn).await?),
        );
        Ok(found.await?.map(Thread::from))
    }

    /// A page of conversations, the most recently active first. Stands for the seed's
    /// `get_thread_ids_for_user`.
    ///
    /// # Errors
    /// [`ChatError::Invalid`] for a bad page request.
    pub async fn list(
        &self,
        filter: &ThreadFilter,
        page: &PageRequest,
    ) -> Result<Page<Thread>, Error> {
        list::list(self.store, filter, page).await
    }

    /// How many conversations are selected and how many messages they have, exactly: for a
    /// question that names it.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn count_selected(&self, selection: &ThreadSelection) -> Result<ThreadCount, Error> {
        list::count(self.store, selection).await
    }

    /// How many conversations there are, or about how many.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn estimate(&self) -> Result<Estimate, Error> {
        estimated(self.store, "threads", Table::THREAD).await
    }

    /// What a model sees of a conversation with so many tokens, and where the cut is; with some of
    /// the turns that are left out, and at most 5,000 turns in all. None where there is no such
    /// conversation.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn preview(
        &self,
        id: &ThreadId,
        budget: usize,
        counter: &(impl TokenCounter + Sync),
    ) -> Result<Option<Preview>, Error> {
        let Some(thread) = self.get(id).await? else {
            return Ok(None);
        };
        let messages = messages::Messages::new(self.store);
        let (mut turns, mut tokens) = (Vec::new(), 0);
        let mut request = PageRequest::first(PREVIEW_PAGE);
        while turns.len() < PREVIEW_TURNS {
            let page = messages.list(id, &request).await?;
            let said = page.items.iter();
            tokens += said
                .map(|turn| counter.count(&turn.question) + counter.count(&turn.answer))
                .sum::<usize>();
            turns.extend(page.items);
            match page.next {
                Some(next) if tokens <= budget => {
                    request = PageRequest::first(PREVIEW_PAGE).after(next);
                }
                _ => break,
            }
        }
        let total = u64::try_from(thread.message_count).unwrap_or_default();
        Ok(Some(context::preview(&turns, total, budget, counter)))
    }

    /// Gives a conversation a title, or takes it away; false where there is no such one.
    ///
    /// # Errors
    /// [`ChatError::Invalid`] for an empty title, one over 512 characters, or one with a NUL.
    pub async fn rename(&self, id: &ThreadId, title: Option<&str>) -> Result<bool, Error> {
        if let Some(title) = title {
            validate::short_text("title", title, MAX_TITLE).map_err(ChatError::Invalid)?;
        }
        self.set(
            id,
            "rename",
            "renamed",
            (Column::Title, title.map(str::to_owned).into()),
        )
        .await
    }

    /// Pins a conversation, or takes the pin away; false where there is no such one.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn pin(&self, id: &ThreadId, pin: Pin) -> Result<bool, Error> {
        let (verb, done, pinned) = match pin {
            Pin::Pinned => ("pin", "pinned", true),
            Pin::Unpinned => ("unpin", "unpinned", false),
        };
        self.set(id, verb, done, (Column::Pinned, pinned.into()))
            .await
    }

    /// Pins what is selected, or takes the pins away, recorded as one batch. `progress` gets how many
    /// are done with.
    ///
    /// # Errors
    /// The database's alone; what was changed before stays so.
    pub async fn pin_many(
        &self,
        selection: &ThreadSelection,
        pin: Pin,
        cancel: &CancellationToken,
        progress: impl Fn(u64) + Send + Sync,
    ) -> Result<Bulk, Error> {
        let change = Change::Pin(pin);
        many::change(self.store, selection, change, cancel, progress).await
    }

    async fn set(
        &self,
        id: &ThreadId,
        verb: &'static str,
        done: &'static str,
        (column, value): (Column, Value),
    ) -> Result<bool, Error> {
        let folio = self.store.folio();
        self.store
            .write(
                Repeat::Idempotent,
                || on(verb, id),
                async |conn| {
                    let found = Entity::find_by_id(id.as_str()).lock_exclusive();
                    let Some(found) = found.one(&conn).await? else {
                        return Ok(false);
                    };
                    let now = match column {
                        Column::Title => Value::from(found.title.clone()),
                        _ => Value::from(found.pinned),
                    };
                    if now == value {
                        return Ok(true);
                    }
                    Entity::update_many()
                        .col_expr(column, Expr::value(value.clone()))
                        .filter(Column::Id.eq(id.as_str()))
                        .exec(&conn)
                        .await?;
                    trash::stamp(folio, &conn, &[id.as_str()]).await?;
                    let revision = trash::latest(&conn, &[id.as_str()]).await?;
                    let act = Act::new(done, Subject::Thread, id.to_string())
                        .label(found.title.as_deref().unwrap_or(id.as_str()))
                        .revision(revision.get(id.as_str()).copied());
                    audit::record(folio, &conn, [act]).await?;
                    Ok(true)
                },
            )
            .await
    }

    /// Deletes a conversation with all its messages, and tells how many they were; None where
    /// there is no such one. It goes to the trash ([`deleted`](Self::deleted)).
    ///
    /// # Errors
    /// The database's alone.
    pub async fn delete(&self, id: &ThreadId) -> Result<Option<u64>, Error> {
        let folio = self.store.folio();
        self.store
            .write(
                Repeat::OnlyIfUndone,
                || on("delete", id),
                async |conn| {
                    let mut removed =
                        remove(folio, &conn, &[id.as_str()], Condition::all()).await?;
                    let Some((act, messages)) = removed.pop() else {
                        return Ok(None);
                    };
                    audit::record(folio, &conn, [act]).await?;
                    Ok(Some(u64::try_from(messages).unwrap_or_default()))
                },
            )
            .await
    }

    /// Deletes many with all their messages, in transactions of 100, recorded as one batch. They
    /// go to the trash. `progress` is told how many are done with.
    ///
    /// # Errors
    /// The database's alone; what was deleted until then stays so, and can be undone.
    pub async fn delete_many(
        &self,
        selection: &ThreadSelection,
        cancel: &CancellationToken,
        progress: impl Fn(u64) + Send + Sync,
    ) -> Result<Bulk, Error> {
        many::change(self.store, selection, Change::Delete, cancel, progress).await
    }

    /// A page of the conversations in the trash, the last deleted first.
    ///
    /// # Errors
    /// [`ChatError::Invalid`] for a bad page request.
    pub async fn deleted(&self, page: &PageRequest) -> Result<Page<DeletedThread>, Error> {
        trash::deleted(self.store, page).await
    }

    /// The conversation with this id in the trash, and where several had it the one that was deleted
    /// last; None where there is none. Never from a replica: it decides what is brought back.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn in_trash(&self, id: &ThreadId) -> Result<Option<DeletedThread>, Error> {
        trash::find(self.store, id).await
    }

    /// A page of the messages that went with a deleted conversation, in the order in which they
    /// were said.
    ///
    /// # Errors
    /// [`ChatError::Invalid`] for a bad page request.
    pub async fn deleted_messages(
        &self,
        deletion: DeletionId,
        page: &PageRequest,
    ) -> Result<Page<Message>, Error> {
        messages::of_deleted_thread(self.store, deletion, page).await
    }

    /// Brings deleted conversations back with all their messages, recorded as one batch. One that
    /// can't come back (there is another with its id) is told in the report.
    ///
    /// ```
    /// # #[tokio::main] async fn main() -> Result<(), service::Error> {
    /// # use service::{CancellationToken, Config, Folio, NewMessage, PageRequest, ThreadId};
    /// # let folio = Folio::connect(Config::from_url("sqlite::memory:")?).await?;
    /// let thread = ThreadId::new("t1")?;
    /// folio.messages().save(NewMessage::new(thread.clone(), "Why?", "Because.")).await?;
    /// folio.threads().delete(&thread).await?;
    /// let trash = folio.threads().deleted(&PageRequest::first(10)).await?;
    /// let all = [trash.items[0].deletion];
    /// folio.threads().restore_many(&all, &CancellationToken::new(), |_| {}).await?;
    /// assert_eq!(folio.messages().recent(&thread, 10).await?[0].answer, "Because.");
    /// # Ok(()) }
    /// ```
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

/// Describes an operation on this conversation.
pub(crate) fn on(verb: &'static str, id: &ThreadId) -> Operation {
    Operation::new(Area::Chat, format!("{verb} thread {:?}", id.as_str()))
}
