//! What a message was before it was changed or deleted.

use sea_orm::entity::prelude::*;

pub use super::document_revision::Action;

/// A row of `message_revision`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message_revision")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The message, which may be gone.
    pub message_id: Uuid,
    pub thread_id: String,
    pub user_id: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub question: String,
    #[sea_orm(column_type = "Text")]
    pub answer: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub metadata: Json,
    pub created_at: DateTimeUtc,
    pub action: Action,
    /// The deletion of its thread that took it along: an id of `thread_revision`.
    pub deletion: Option<i64>,
    /// When it was put aside.
    pub changed_at: DateTimeUtc,
    /// By whom, where the writer said so.
    pub changed_by: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
