//! The schema's state, and its changes.

mod run;

use migration::{Migrator, MigratorTrait, lock};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};
use serde::Serialize;

use crate::connect::Backend;
use crate::error::{Area, Error, Failure, FailureKind, MigrationError, Operation};
use crate::folio::Folio;

/// A step of the schema, and whether the database has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MigrationStep {
    /// Its name.
    pub name: String,
    /// Whether it has been applied.
    pub applied: bool,
}

/// What becomes of rows whose tables go when steps are taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowsOnDown {
    /// They stay: where a step would delete any, no step is taken back.
    #[default]
    Keep,
    /// They are deleted, for good.
    Delete,
}

/// How far a migration is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MigrationProgress<'a> {
    /// This step is applied.
    Applied(&'a str),
    /// This step needs tables that other programs are using; it is tried again.
    Waiting(&'a str),
}

/// The schema of a store.
#[derive(Clone, Copy, Debug)]
pub struct Migrations<'a> {
    folio: &'a Folio,
}

impl<'a> Migrations<'a> {
    pub(crate) fn new(folio: &'a Folio) -> Self {
        Self { folio }
    }

    /// Every step this program knows. Writes nothing, and needs no right to.
    ///
    /// # Errors
    /// [`MigrationError::Newer`] where the database has steps that this program doesn't know.
    pub async fn status(&self) -> Result<Vec<MigrationStep>, Error> {
        // Not a replica's: what is missing is made where it is written.
        status(self.folio.current().reading().0).await
    }

    /// How many steps the database lacks.
    ///
    /// # Errors
    /// As [`Migrations::status`].
    pub async fn pending(&self) -> Result<usize, Error> {
        Ok(self
            .status()
            .await?
            .iter()
            .filter(|step| !step.applied)
            .count())
    }

    /// Fails unless the database has all steps: what a program asks before it goes to work.
    ///
    /// # Errors
    /// [`MigrationError::Pending`] or [`MigrationError::Newer`].
    pub async fn ensure_current(&self) -> Result<(), Error> {
        match self.pending().await? {
            0 => Ok(()),
            pending => {
                let database = self.folio.config().database.to_string();
                Err(MigrationError::Pending { database, pending }.into())
            }
        }
    }

    /// Applies missing steps, `steps` of them or all; waits while another process does so.
    /// Gives the names of those applied. A database of the Python module is adopted: see the
    /// documentation's page on moving.
    ///
    /// # Errors
    /// [`Error::Migration`]; the step that failed is rolled back, those before it stay.
    pub async fn up(&self, steps: Option<u32>) -> Result<Vec<String>, Error> {
        self.up_telling(steps, |_| ()).await
    }

    /// The same, telling of each step as it is applied, and of waiting for other programs.
    ///
    /// # Errors
    /// As [`Migrations::up`].
    pub async fn up_telling(
        &self,
        steps: Option<u32>,
        tell: impl FnMut(MigrationProgress<'_>),
    ) -> Result<Vec<String>, Error> {
        run::up(self.folio, steps, tell).await
    }

    /// Takes back applied steps, `steps` of them or all, the latest first. Gives their names.
    /// The tables that these steps made go with their rows: with [`RowsOnDown::Keep`] nothing is
    /// done where there are any. Tables that were adopted stay.
    ///
    /// # Errors
    /// [`MigrationError::WouldDelete`], and else [`Error::Migration`]; the step that failed is rolled
    /// back, those before it stay undone.
    pub async fn down(&self, steps: Option<u32>, rows: RowsOnDown) -> Result<Vec<String>, Error> {
        run::down(self.folio, steps, rows).await
    }
}

/// Every step this program knows, and which of them the database has.
pub(crate) async fn status(connection: &DatabaseConnection) -> Result<Vec<MigrationStep>, Error> {
    let applied = applied(connection).await?;
    let known: Vec<String> = Migrator::migrations()
        .iter()
        .map(|step| step.name().to_owned())
        .collect();
    if let Some(unknown) = applied.iter().find(|name| !known.contains(name)) {
        return Err(MigrationError::Newer {
            unknown: unknown.clone(),
        }
        .into());
    }
    Ok(known
        .into_iter()
        .map(|name| MigrationStep {
            applied: applied.contains(&name),
            name,
        })
        .collect())
}

/// The names of the applied steps, in order; none where nothing was ever migrated.
async fn applied(connection: &DatabaseConnection) -> Result<Vec<String>, Error> {
    let backend = connection.get_database_backend();
    let statement = Statement::from_string(
        backend,
        "SELECT version FROM seaql_migrations ORDER BY version",
    );
    let rows = match connection.query_all_raw(statement).await {
        Ok(rows) => rows,
        Err(error) => {
            let failure = Failure::classify(operation(), error, false);
            let missing = failure.kind == FailureKind::Schema;
            return if missing {
                Ok(Vec::new())
            } else {
                Err(failure.into_error())
            };
        }
    };
    rows.iter()
        .map(|row| row.try_get("", "version"))
        .collect::<Result<_, DbErr>>()
        .map_err(|error| Failure::classify(operation(), error, false).into_error())
}

fn operation() -> Operation {
    Operation::new(Area::Migration, "read the state of the migrations")
}

/// Whether the database has no table at all, of whatever program.
pub(crate) async fn is_empty(folio: &Folio) -> Result<bool, Error> {
    let connection = &folio.pools().write;
    let count = match folio.backend() {
        Backend::Sqlite => "SELECT count(*) AS tables FROM sqlite_master",
        Backend::Postgres => {
            "SELECT count(*) AS tables FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = to_regnamespace(current_schema())"
        }
    };
    let statement = Statement::from_string(connection.get_database_backend(), count);
    let failed = |error| {
        let operation = Operation::new(
            Area::Connection,
            format!("open {}", folio.config().database),
        );
        Failure::classify(operation, error, false).into_error()
    };
    let row = connection.query_one_raw(statement).await.map_err(failed)?;
    let tables: i64 = row
        .map(|row| row.try_get("", "tables"))
        .transpose()
        .map_err(failed)?
        .unwrap_or_default();
    Ok(tables == 0)
}

/// Whether the tables are a beginning of Folio's own, and hold nothing: what a program leaves that was
/// stopped while it made them.
async fn is_begun(folio: &Folio) -> Result<bool, Error> {
    let connection = &folio.pools().write;
    let applied = applied(connection).await?;
    let known: Vec<String> = Migrator::migrations()
        .iter()
        .map(|step| step.name().to_owned())
        .collect();
    if applied.is_empty() || applied.len() >= known.len() || !known.starts_with(&applied) {
        return Ok(false);
    }
    // Nothing is in any other table that is in none of these.
    for table in ["document", "thread", "message", "audit", "ingest_run"] {
        let sql = format!("SELECT 1 AS one FROM {table} LIMIT 1");
        let backend = connection.get_database_backend();
        let found = connection.query_one_raw(Statement::from_string(backend, sql));
        match found.await {
            Ok(None) => {}
            Ok(Some(_)) => return Ok(false),
            Err(error) => {
                let failure = Failure::classify(operation(), error, false);
                // One of the steps that are missing makes it.
                if failure.kind != FailureKind::Schema {
                    return Err(failure.into_error());
                }
            }
        }
    }
    Ok(true)
}

/// Whether a store that is about to be used may get its tables: it has none, or some, with nothing in
/// them, of those that are its own.
pub(crate) async fn is_new(folio: &Folio) -> Result<bool, Error> {
    Ok(is_empty(folio).await? || is_begun(folio).await?)
}

/// Waits while another program makes the tables of an embedded file, which lacks some of them until
/// it is done.
pub(crate) async fn wait_for_another(folio: &Folio) -> Result<(), Error> {
    match folio.migrations().pending().await {
        // The calls that need the tables tell what is wrong with them.
        Ok(0) | Err(Error::Migration(_)) => return Ok(()),
        pending => pending?,
    };
    let failed = |error| Failure::classify(operation(), error, false).into_error();
    drop(lock::acquire(&folio.pools().write).await.map_err(failed)?);
    Ok(())
}
