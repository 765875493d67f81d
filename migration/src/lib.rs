//! The schema of Folio: one step a folder of SQL, for PostgreSQL and SQLite.
//!
//! A step is a folder `sql/NNNN_name` with `postgres.up.sql`, `postgres.down.sql`,
//! `sqlite.up.sql` and `sqlite.down.sql`, and one line in [`Migrator::migrations`]. Each runs in
//! a transaction of its own on both databases, so a step is there whole or not at all. An
//! applied step is never edited: write the next one.
//!
//! Two processes that migrate one database wait for each other: see [`lock`].

pub mod lock;
mod step;

pub use sea_orm_migration::{MigrationTrait, MigratorTrait, sea_orm};

use sea_orm_migration::sea_orm::DbBackend;
use step::{Step, step};

/// Every step in its order.
#[derive(Debug, Clone, Copy)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let boxed = |step| Box::new(step) as Box<dyn MigrationTrait>;
        steps().into_iter().map(boxed).collect()
    }
}

/// The tables that go with all their rows where this step is taken back. One that a step makes
/// anew goes on; PostgreSQL's step keeps a table that it adopted.
#[must_use]
pub fn tables_dropped(step: &str, backend: DbBackend) -> Vec<&'static str> {
    let step = steps().into_iter().find(|known| known.name == step);
    step.map(|step| step.tables_dropped(backend))
        .unwrap_or_default()
}

fn steps() -> Vec<Step> {
    vec![
        step!("0001_document"),
        step!("0002_document_revision"),
        step!("0003_thread"),
        step!("0004_message"),
        step!("0005_search"),
        step!("0006_audit"),
        step!("0007_ingest_run"),
        step!("0008_user_info"),
        step!("0009_search_words"),
        step!("0010_label"),
        step!("0013_ingest_file"),
        step!("0017_activity"),
        step!("0018_lists"),
        step!("0021_retention"),
        step!("0022_language"),
        step!("0025_index_functions"),
        step!("0026_upkeep"),
        step!("0027_document_tag"),
        step!("0028_long_texts"),
        step!("0029_apart"),
        step!("0030_writers"),
        step!("0032_times_and_ids"),
        step!("0034_signs"),
    ]
}
