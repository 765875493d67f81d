//! What goes into and comes out of calls on messages.

use chrono::{DateTime, Utc};
use entity::message::{ActiveModel, Model};
use entity::message_revision;
use sea_orm::ActiveValue::Set;
use serde::Serialize;
use serde_json::Value;

use crate::clock::whole_microseconds;
use crate::error::Invalid;
use crate::ids::{DeletionId, MessageId, ThreadId, UserId};
use crate::search::language::{Language, Own};
use crate::time;
use crate::validate;

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
    pub(crate) language: Own,
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
            language: Own::Kept,
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

    /// In this language, which its metadata tell as `language`; else in the one that they name, or
    /// in the store's.
    #[must_use]
    pub fn in_language(mut self, language: Language) -> Self {
        self.language = Own::Is(language);
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
        let metadata = self
            .metadata
            .unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        Model {
            id,
            thread_id: self.thread_id.into(),
            user_id: self.user_id.map(String::from),
            question: self.question,
            answer: self.answer,
            metadata: self.language.in_metadata(&metadata).unwrap_or(metadata),
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

/// What is to be changed in a turn; what isn't named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageChange {
    pub(super) question: Option<String>,
    pub(super) answer: Option<String>,
    pub(super) metadata: Option<Value>,
    pub(super) based_on: Option<Box<Message>>,
}

impl MessageChange {
    /// Changes nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Another question.
    #[must_use]
    pub fn question(mut self, question: impl Into<String>) -> Self {
        self.question = Some(question.into());
        self
    }

    /// Another answer.
    #[must_use]
    pub fn answer(mut self, answer: impl Into<String>) -> Self {
        self.answer = Some(answer.into());
        self
    }

    /// Other metadata, in place of all there was.
    #[must_use]
    pub fn metadata(mut self, metadata: Value) -> Self {
        self.metadata = Some(metadata);
        self
    }

    /// Only if the turn still says what it did when it was read.
    #[must_use]
    pub fn based_on(mut self, read: Message) -> Self {
        self.based_on = Some(Box::new(read));
        self
    }

    pub(super) fn check(&self, max_bytes: usize) -> Result<(), Invalid> {
        if let Some(question) = &self.question {
            validate::content("question", question, max_bytes)?;
        }
        if let Some(answer) = &self.answer {
            validate::content("answer", answer, max_bytes)?;
        }
        self.metadata.as_ref().map_or(Ok(()), validate::metadata)
    }
}

/// A turn that was deleted by itself; those that went with their conversation are in the trash as
/// that conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DeletedMessage {
    /// What [`restore_many`](super::Messages::restore_many) takes.
    pub deletion: DeletionId,
    /// The turn as it was.
    #[serde(flatten)]
    pub message: Message,
    /// When it was deleted.
    #[serde(with = "time")]
    pub deleted_at: DateTime<Utc>,
    /// By whom, where that is known.
    pub deleted_by: Option<String>,
}

/// Where a deleted turn is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageInTrash {
    /// By itself.
    Alone(Box<DeletedMessage>),
    /// With this conversation, and it comes back with that.
    WithThread(ThreadId),
}

impl From<message_revision::Model> for MessageInTrash {
    fn from(row: message_revision::Model) -> Self {
        match row.deletion {
            None => Self::Alone(Box::new(row.into())),
            Some(_) => Self::WithThread(ThreadId::stored(row.thread_id)),
        }
    }
}

impl From<message_revision::Model> for Message {
    fn from(row: message_revision::Model) -> Self {
        Self {
            id: MessageId(row.message_id),
            thread_id: ThreadId::stored(row.thread_id),
            user_id: row.user_id.map(UserId::stored),
            question: row.question,
            answer: row.answer,
            metadata: row.metadata,
            created_at: row.created_at,
        }
    }
}

impl From<message_revision::Model> for DeletedMessage {
    fn from(row: message_revision::Model) -> Self {
        Self {
            deletion: DeletionId(row.id),
            deleted_at: row.changed_at,
            deleted_by: row.changed_by.clone(),
            message: row.into(),
        }
    }
}
