//! What goes wrong with the schema.

use super::{Failure, obstacle};

/// The schema is not as it should be, or could not be made so.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationError {
    /// The database has not got the tables, or not all of them.
    #[error(
        "the database {database} lacks {pending} of Folio's migrations: run `folio migrate up` on it"
    )]
    Pending {
        /// Which one, without its password.
        database: String,
        /// How many steps are missing.
        pending: usize,
    },
    /// The database was migrated by a later Folio.
    #[error(
        "the database is from a newer Folio: it has the migration {unknown:?}, which this one does not know; nothing was changed. Use the newer program"
    )]
    Newer {
        /// The first step that is unknown here.
        unknown: String,
    },
    /// A step could not be applied, or taken back.
    #[error("{}", obstacle::told(failure, done))]
    Step {
        /// The steps that were done before it, and stay so.
        done: Vec<String>,
        /// What the database said.
        failure: Box<Failure>,
    },
    /// Taking steps back would delete rows.
    #[error(
        "taking back {steps} of the migrations would delete {}, for good; nothing was changed. Make a backup first, and then allow it (--delete-data)",
        lost.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    )]
    WouldDelete {
        /// How many steps were to be taken back.
        steps: usize,
        /// What would go with them.
        lost: Vec<RowsLost>,
    },
    /// The database's part.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// Rows that would go with their table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowsLost {
    /// The table.
    pub table: &'static str,
    /// How many there are.
    pub rows: i64,
}

impl std::fmt::Display for RowsLost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (rows: {})", self.table, self.rows)
    }
}
