//! A document: text under a stable code.

use sea_orm::entity::prelude::*;

/// A row of `document`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What callers know the document by; 1 to 512 characters.
    #[sea_orm(unique)]
    pub code: String,
    /// What people know it by; 1 to 512 characters.
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub content: String,
    /// BLAKE3 of the content (32 bytes); NULL after a write that did not supply it.
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub content_hash: Option<Vec<u8>>,
    /// A JSON object.
    #[sea_orm(column_type = "JsonBinary")]
    pub metadata: Json,
    /// 1 at first; one more at every change, whoever makes it.
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
