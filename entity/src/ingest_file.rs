//! The file that a document was taken from.

use sea_orm::entity::prelude::*;

/// A row of `ingest_file`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ingest_file")]
pub struct Model {
    /// The document, which may be gone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub document_id: Uuid,
    /// The folder that had it last.
    pub root_id: i64,
    /// The file's path below that folder.
    #[sea_orm(column_type = "Text")]
    pub path: String,
    /// Made of the file's size and times and the document's version; NULL where they can't be
    /// trusted to tell of every change.
    pub seen: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
