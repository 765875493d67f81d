//! A conversation. The database counts and dates it from its messages.

use sea_orm::entity::prelude::*;

/// A row of `thread`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "thread")]
pub struct Model {
    /// The caller's own identifier; 1 to 255 characters.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Whose conversation it is: the caller's own identifier.
    pub user_id: Option<String>,
    pub title: Option<String>,
    pub pinned: bool,
    pub message_count: i64,
    pub first_message_at: Option<DateTimeUtc>,
    pub last_message_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    /// The time of the last message, or of the thread's making while it has none.
    pub active_at: DateTimeUtc,
    #[sea_orm(has_many)]
    pub messages: HasMany<super::message::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
