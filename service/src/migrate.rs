//! The schema's state, and its changes.

use migration::{Migrator, MigratorTrait, lock};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};
use serde::Serialize;

use crate::connect::{self, Backend};
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
            pending => Err(MigrationError::Pending { pending }.into()),
        }
    }

    /// Applies missing steps, `steps` of them or all; waits while another process does so.
    /// Gives the names of those applied. A database of the Python module is adopted: see the
    /// documentation's page on moving.
    ///
    /// # Errors
    /// [`Error::Migration`]; the step that failed is rolled back, those before it stay.
    pub async fn up(&self, steps: Option<u32>) -> Result<Vec<String>, Error> {
        self.change(Direction::Up, steps).await
    }

    /// Takes back applied steps, `steps` of them or all, the latest first. Gives their names.
    ///
    /// # Errors
    /// [`Error::Migration`]; the step that failed is rolled back, those before it stay undone.
    pub async fn down(&self, steps: Option<u32>) -> Result<Vec<String>, Error> {
        self.change(Direction::Down, steps).await
    }

    async fn change(&self, direction: Direction, steps: Option<u32>) -> Result<Vec<String>, Error> {
        let words = match direction {
            Direction::Up => "migrate the database",
            Direction::Down => "take the migrations back",
        };
        if self.folio.config().access == crate::config::Access::ReadOnly {
            let operation = Operation::new(Area::Migration, words);
            return Err(crate::error::ConnectionError::ReadOnly { operation }.into());
        }
        let failed = |error| {
            Failure::classify(Operation::new(Area::Migration, words), error, false).into_error()
        };
        // A file has one writer, which the lock beside it leaves free; a server's lock needs a
        // connection of its own.
        let (connection, own) = match self.folio.backend() {
            Backend::Sqlite => (self.folio.pools().write.clone(), false),
            Backend::Postgres => (
                connect::open_for_migration(self.folio.config()).await?,
                true,
            ),
        };
        let held = lock::acquire(&connection).await.map_err(failed)?;
        let before = self.applied_now(&connection).await?;
        let done = match direction {
            Direction::Up => Migrator::up(&connection, steps).await,
            Direction::Down => Migrator::down(&connection, steps).await,
        };
        let after = self.applied_now(&connection).await;
        drop(held);
        if own {
            drop(connection.close().await);
        }
        done.map_err(failed)?;
        let after = after?;
        let changed: Vec<String> = match direction {
            Direction::Up => after
                .into_iter()
                .filter(|name| !before.contains(name))
                .collect(),
            Direction::Down => before
                .into_iter()
                .rev()
                .filter(|name| !after.contains(name))
                .collect(),
        };
        tracing::info!(?direction, steps = changed.len(), "migrated");
        Ok(changed)
    }

    async fn applied_now(&self, connection: &DatabaseConnection) -> Result<Vec<String>, Error> {
        let applied = applied(connection).await?;
        let known = Migrator::migrations();
        match applied
            .iter()
            .find(|name| !known.iter().any(|step| step.name() == name.as_str()))
        {
            Some(unknown) => Err(MigrationError::Newer {
                unknown: unknown.clone(),
            }
            .into()),
            None => Ok(applied),
        }
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

#[derive(Clone, Copy, Debug)]
enum Direction {
    Up,
    Down,
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
