//! What goes into and comes out of calls on conversations.

use chrono::{DateTime, Utc};
use entity::thread::Model;
use entity::thread_revision;
use serde::Serialize;

use crate::ids::{DeletionId, ThreadId, UserId};
use crate::time;

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

/// A conversation that was deleted, with all its messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DeletedThread {
    /// What [`restore_many`](super::Threads::restore_many) takes.
    pub deletion: DeletionId,
    /// The conversation.
    pub id: ThreadId,
    /// Whose it was, where that is known.
    pub user_id: Option<UserId>,
    /// What people knew it by.
    pub title: Option<String>,
    /// How many messages went with it.
    pub message_count: i64,
    /// When.
    #[serde(with = "time")]
    pub deleted_at: DateTime<Utc>,
    /// By whom, where that is known.
    pub deleted_by: Option<String>,
}

impl From<thread_revision::Model> for DeletedThread {
    fn from(row: thread_revision::Model) -> Self {
        Self {
            deletion: DeletionId(row.id),
            id: ThreadId::stored(row.thread_id),
            user_id: row.user_id.map(UserId::stored),
            title: row.title,
            message_count: row.message_count,
            deleted_at: row.changed_at,
            deleted_by: row.changed_by,
        }
    }
}

/// Which conversations a list has, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThreadFilter {
    pub(super) user: Option<UserId>,
    pub(super) since: Option<DateTime<Utc>>,
    pub(super) until: Option<DateTime<Utc>>,
    pub(super) pinned_first: bool,
}

impl ThreadFilter {
    /// All of them, the most recently active first.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// This user's.
    #[must_use]
    pub fn of_user(user: UserId) -> Self {
        Self::all().user(user)
    }

    /// Only this user's.
    #[must_use]
    pub fn user(mut self, user: UserId) -> Self {
        self.user = Some(user);
        self
    }

    /// Only those that were active at this time or later.
    #[must_use]
    pub fn since(mut self, time: DateTime<Utc>) -> Self {
        self.since = Some(time);
        self
    }

    /// Only those that were last active before this time.
    #[must_use]
    pub fn until(mut self, time: DateTime<Utc>) -> Self {
        self.until = Some(time);
        self
    }

    /// Those that are pinned before the others.
    #[must_use]
    pub fn pinned_first(mut self) -> Self {
        self.pinned_first = true;
        self
    }
}

/// Which conversations a bulk change is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ThreadSelection {
    /// These. What isn't there is passed over.
    Ids(Vec<ThreadId>),
    /// All that the filter has when the change comes to them.
    Matching(ThreadFilter),
    /// The same but for these.
    MatchingBut(ThreadFilter, Vec<ThreadId>),
}

/// How much is selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ThreadCount {
    /// Conversations.
    pub threads: u64,
    /// Their messages.
    pub messages: u64,
}

/// Whether a conversation is pinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pin {
    /// It is.
    Pinned,
    /// It is not.
    Unpinned,
}
