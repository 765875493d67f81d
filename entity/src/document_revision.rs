//! What a document was before a change or a deletion: history, undo and trash in one.

use sea_orm::entity::prelude::*;

/// What put the revision aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::None)")]
pub enum Action {
    #[sea_orm(string_value = "updated")]
    Updated,
    #[sea_orm(string_value = "deleted")]
    Deleted,
}

/// A row of `document_revision`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document_revision")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The document, which may be gone.
    pub document_id: Uuid,
    /// The version that this row preserves.
    pub version: i64,
    pub code: String,
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub content: String,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub content_hash: Option<Vec<u8>>,
    #[sea_orm(column_type = "JsonBinary")]
    pub metadata: Json,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub action: Action,
    /// When the version was put aside.
    pub changed_at: DateTimeUtc,
    /// By whom, where the writer said so.
    pub changed_by: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
