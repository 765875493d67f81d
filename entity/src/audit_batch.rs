//! What someone did at once, to one row or many: a line of the trail, and what an undo takes back.

use sea_orm::entity::prelude::*;

/// A row of `audit_batch`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_batch")]
pub struct Model {
    /// What its rows of `audit` have as their batch.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: DateTimeUtc,
    pub actor: Option<String>,
    /// What was done to its first row.
    pub action: String,
    /// The kind of its first row.
    pub subject: String,
    /// What people know its first row by.
    pub label: Option<String>,
    /// The batch that it undoes.
    pub undoes: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
