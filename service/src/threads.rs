//! Conversations: the caller's own ids, titles, and counts that the database keeps.

use chrono::{DateTime, Utc};
use entity::thread::{ActiveModel, Column, Entity, Model};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, OnConflict, Order};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Value};
use serde::Serialize;

use crate::audit::{self, Act, Subject};
use crate::error::{Area, ChatError, Error, Operation};
use crate::ids::{ThreadId, UserId};
use crate::page::{Keyset, Page, PageRequest, parse_time_key, time_key};
use crate::retry::Repeat;
use crate::store::Store;
use crate::time;
use crate::validate;

/// The longest title, in characters.
const MAX_TITLE: usize = 512;

/// A conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Thread {
    /// The caller's own identifier.
    pub id: ThreadId,
    /// Whose conversation it is, where that is known.
    pub user_id: Option<UserId>,
    /// What people know it by.
    pub title: Option<String>,
    /// Kept in sight, and from retention.
    pub pinned: bool,
    /// Its messages.
    pub message_count: i64,
    /// When its first message was said.
    #[serde(with = "time::option")]
    pub first_message_at: Option<DateTime<Utc>>,
    /// When its last message was said.
    #[serde(with = "time::option")]
    pub last_message_at: Option<DateTime<Utc>>,
    /// When it was made.
    #[serde(with = "time")]
    pub created_at: DateTime<Utc>,
    /// The time of its last message, or of its making: what lists are ordered by.
    #[serde(with = "time")]
    pub active_at: DateTime<Utc>,
}

impl From<Model> for Thread {
    fn from(row: Model) -> Self {
        Self {
            id: ThreadId::stored(row.id),
            user_id: row.user_id.map(UserId::stored),
            title: row.title,
            pinned: row.pinned,
            message_count: row.message_count,
            first_message_at: row.first_message_at,
            last_message_at: row.last_message_at,
            created_at: row.created_at,
            active_at: row.active_at,
        }
    }
}

/// Which conversations a list has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ThreadFilter {
    /// All of them.
    #[default]
    All,
    /// This user's.
    OfUser(UserId),
}

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
    /// let hers = folio.threads().list(&ThreadFilter::OfUser(ada), &PageRequest::first(10)).await?;
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
            .write_single(Repeat::Idempotent, operation, async |conn| {
                let insert = Entity::insert(row.clone())
                    .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned());
                match insert.exec_without_returning(&conn).await {
                    Err(sea_orm::DbErr::RecordNotInserted) => Ok(()),
                    done => Ok(done.map(drop)?),
                }
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
        let keyset = Keyset {
            order: 'a',
            key: Column::ActiveAt,
            id: Column::Id,
            direction: Order::Desc,
        };
        let mut select = Entity::find();
        if let ThreadFilter::OfUser(user) = filter {
            select = select.filter(Column::UserId.eq(user.as_str()));
        }
        let select = keyset
            .apply(select, page, |key, id| {
                Ok((parse_time_key(key)?, Value::from(id)))
            })
            .map_err(|invalid| invalid.in_area(Area::Chat))?;
        let rows = self.store.read(
            || Operation::new(Area::Chat, "list the threads"),
            async |conn| Ok(select.clone().all(&conn).await?),
        );
        let page = keyset.page(rows.await?, page, |row| {
            (time_key(row.active_at), row.id.clone())
        });
        Ok(page.map(Thread::from))
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
                    let update = Entity::update_many().col_expr(column, Expr::value(value.clone()));
                    let changed = update
                        .filter(Column::Id.eq(id.as_str()))
                        .exec(&conn)
                        .await?;
                    if changed.rows_affected == 0 {
                        return Ok(false);
                    }
                    let act = Act::new(done, Subject::Thread, id.to_string());
                    audit::record(folio, &conn, [act]).await?;
                    Ok(true)
                },
            )
            .await
    }

    /// Deletes a conversation with all its messages, and tells how many they were; None where
    /// there is no such one.
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
                    let count = Entity::find_by_id(id.as_str())
                        .lock_exclusive()
                        .select_only();
                    let count: Option<i64> = count
                        .column(Column::MessageCount)
                        .into_tuple()
                        .one(&conn)
                        .await?;
                    let Some(count) = count else { return Ok(None) };
                    Entity::delete_by_id(id.as_str()).exec(&conn).await?;
                    let act = Act::new("deleted", Subject::Thread, id.to_string());
                    audit::record(folio, &conn, [act]).await?;
                    Ok(Some(u64::try_from(count).unwrap_or_default()))
                },
            )
            .await
    }
}

/// Whether a conversation is pinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pin {
    /// It is.
    Pinned,
    /// It is not.
    Unpinned,
}

/// Describes an operation on this conversation.
pub(crate) fn on(verb: &'static str, id: &ThreadId) -> Operation {
    Operation::new(Area::Chat, format!("{verb} thread {:?}", id.as_str()))
}
