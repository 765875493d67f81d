//! What an ingestion did, so that it can be looked at and undone. The documents that it added,
//! changed, moved and removed are the rows of `audit` whose batch is the run.

use sea_orm::entity::prelude::*;

/// A row of `ingest_run`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ingest_run")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The folder or file that was read.
    #[sea_orm(column_type = "Text")]
    pub root: String,
    pub prefix: Option<String>,
    pub actor: Option<String>,
    pub started_at: DateTimeUtc,
    /// NULL while it runs, and for ever if it was killed.
    pub finished_at: Option<DateTimeUtc>,
    pub added: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub failed: i64,
    /// Of the updated ones, those whose file had moved.
    pub moved: i64,
    /// Documents that were deleted because their files had vanished.
    pub removed: i64,
    /// A JSON array of `{file, code, error}`, at most 1,000 of them.
    #[sea_orm(column_type = "JsonBinary")]
    pub failures: Json,
}

impl ActiveModelBehavior for ActiveModel {}
