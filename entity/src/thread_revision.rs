//! What a thread was before it was renamed, pinned or deleted.

use sea_orm::entity::prelude::*;

pub use super::document_revision::Action;

/// A row of `thread_revision`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "thread_revision")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The thread, which may be gone.
    pub thread_id: String,
    pub user_id: Option<String>,
    pub title: Option<String>,
    pub pinned: bool,
    /// The messages it had.
    pub message_count: i64,
    pub created_at: DateTimeUtc,
    pub action: Action,
    /// When it was put aside.
    pub changed_at: DateTimeUtc,
    /// By whom, where the writer said so.
    pub changed_by: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
