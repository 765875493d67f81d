//! Who did what to which row, and when.

use sea_orm::entity::prelude::*;

/// A row of `audit`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: DateTimeUtc,
    pub actor: Option<String>,
    /// A verb in the past tense, such as `deleted`.
    pub action: String,
    /// `document`, `thread` or `message`.
    pub subject: String,
    /// The row: a document's or message's id, a thread's id.
    pub subject_id: String,
    /// What people know the row by.
    pub label: Option<String>,
    /// The version of a document after the act, or the one that was deleted. Of a thread or a
    /// message, the id of the revision that holds what was there before.
    pub version: Option<i64>,
    /// One value for all that was done at once; an ingestion's is its run's id.
    pub batch_id: Option<Uuid>,
    /// The batch that this act undoes.
    pub undoes: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
