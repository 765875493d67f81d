//! A folder that files were taken from.

use sea_orm::entity::prelude::*;

/// A row of `ingest_root`; path and prefix together are unique.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ingest_root")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The folder, with all links in its path resolved.
    #[sea_orm(column_type = "Text")]
    pub path: String,
    /// What its codes begin with; empty for nothing.
    #[sea_orm(column_type = "Text")]
    pub prefix: String,
}

impl ActiveModelBehavior for ActiveModel {}
