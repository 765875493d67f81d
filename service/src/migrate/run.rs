//! Going up and down, step by step.

use std::time::Duration;

use migration::{Migrator, MigratorTrait, lock, tables_dropped};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};

use super::{MigrationProgress, RowsOnDown, status};
use crate::config::Access;
use crate::connect::{self, Backend};
use crate::error::{
    Area, ConnectionError, Error, Failure, FailureKind, MigrationError, Operation, RowsLost,
};
use crate::folio::Folio;

/// How often a step is tried that others are in the way of. Each try waits for a lock for as long as
/// [`connect::LOCK_PATIENCE`]: meanwhile whoever wants the table waits behind it.
const TRIES: u32 = 20;
/// Between two tries the others have their turn.
const PAUSE: Duration = Duration::from_secs(1);

/// Tables that are made from others: what goes with them can be made again.
const DERIVED: [&str; 8] = [
    "_search",
    "_words",
    "_vocabulary",
    "_passage",
    "_label",
    "_tag",
    "_apart",
    "_code",
];

/// The lock, and the connection that works.
struct Work {
    connection: DatabaseConnection,
    /// Whether the connection is this work's own, to be closed at its end.
    own: bool,
    held: lock::Lock,
}

impl Work {
    async fn begin(folio: &Folio, words: &'static str) -> Result<Self, Error> {
        let operation = Operation::new(Area::Migration, words);
        if folio.config().access == Access::ReadOnly {
            return Err(ConnectionError::ReadOnly { operation }.into());
        }
        // A file has one writer, which the lock beside it leaves free; a server's lock needs a
        // connection of its own.
        let (connection, own) = match folio.backend() {
            Backend::Sqlite => (folio.pools().write.clone(), false),
            Backend::Postgres => (connect::open_for_migration(folio.config()).await?, true),
        };
        let held = lock::acquire(&connection)
            .await
            .map_err(|error| Failure::classify(operation, error, false).into_error())?;
        Ok(Self {
            connection,
            own,
            held,
        })
    }

    async fn end(self) {
        drop(self.held);
        if self.own {
            drop(self.connection.close().await);
        }
    }
}

pub(super) async fn up(
    folio: &Folio,
    steps: Option<u32>,
    tell: impl FnMut(MigrationProgress<'_>),
) -> Result<Vec<String>, Error> {
    let work = Work::begin(folio, "migrate the database").await?;
    let done = apply(&work.connection, steps, tell).await;
    work.end().await;
    let done = done?;
    tracing::info!(steps = done.len(), "migrated");
    Ok(done)
}

async fn apply(
    connection: &DatabaseConnection,
    steps: Option<u32>,
    mut tell: impl FnMut(MigrationProgress<'_>),
) -> Result<Vec<String>, Error> {
    let missing = status(connection).await?;
    let missing = missing.into_iter().filter(|step| !step.applied);
    let mut done = Vec::new();
    for step in missing.take(steps.map_or(usize::MAX, |steps| steps as usize)) {
        let mut tries = 1;
        while let Err(error) = Migrator::up(connection, Some(1)).await {
            let operation = Operation::new(
                Area::Migration,
                format!("apply the migration {}", step.name),
            );
            let failure = Box::new(Failure::classify(operation, error, false));
            let in_the_way = matches!(failure.kind, FailureKind::Locked | FailureKind::Contention);
            if !in_the_way || tries == TRIES {
                return Err(MigrationError::Step { done, failure }.into());
            }
            tracing::warn!(step = step.name, tries, "other programs use the tables");
            tell(MigrationProgress::Waiting(&step.name));
            tries += 1;
            tokio::time::sleep(PAUSE).await;
        }
        tell(MigrationProgress::Applied(&step.name));
        done.push(step.name);
    }
    Ok(done)
}

pub(super) async fn down(
    folio: &Folio,
    steps: Option<u32>,
    rows: RowsOnDown,
) -> Result<Vec<String>, Error> {
    let work = Work::begin(folio, "take the migrations back").await?;
    let done = take_back(&work.connection, steps, rows).await;
    work.end().await;
    let done = done?;
    tracing::info!(steps = done.len(), "took migrations back");
    Ok(done)
}

async fn take_back(
    connection: &DatabaseConnection,
    steps: Option<u32>,
    rows: RowsOnDown,
) -> Result<Vec<String>, Error> {
    let there = status(connection).await?;
    let there = there.into_iter().rev().filter(|step| step.applied);
    let chosen: Vec<String> = there
        .map(|step| step.name)
        .take(steps.map_or(usize::MAX, |steps| steps as usize))
        .collect();
    if rows == RowsOnDown::Keep {
        let lost = lost(connection, &chosen).await?;
        if !lost.is_empty() {
            let steps = chosen.len();
            return Err(MigrationError::WouldDelete { steps, lost }.into());
        }
    }
    let mut done = Vec::new();
    for name in chosen {
        if let Err(error) = Migrator::down(connection, Some(1)).await {
            let operation =
                Operation::new(Area::Migration, format!("take the migration {name} back"));
            let failure = Box::new(Failure::classify(operation, error, false));
            return Err(MigrationError::Step { done, failure }.into());
        }
        done.push(name);
    }
    Ok(done)
}

/// What would go for good with these steps, the documents first.
async fn lost(connection: &DatabaseConnection, steps: &[String]) -> Result<Vec<RowsLost>, Error> {
    let failed = |error: DbErr| {
        let operation = Operation::new(Area::Migration, "count what would be deleted");
        Failure::classify(operation, error, false).into_error()
    };
    let backend = connection.get_database_backend();
    let mut lost = Vec::new();
    for step in steps.iter().rev() {
        for table in tables_dropped(step, backend) {
            if DERIVED.iter().any(|ending| table.ends_with(ending)) || table == "search_language" {
                continue;
            }
            let kept = "obj_description(to_regclass('{table}'), 'pg_class') = 'adopted by Folio'"
                .replace("{table}", table);
            let sql = match backend {
                sea_orm::DbBackend::Postgres => format!(
                    "SELECT CASE WHEN {kept} THEN 0 ELSE (SELECT count(*) FROM {table}) END AS n"
                ),
                _ => format!("SELECT count(*) AS n FROM {table}"),
            };
            let statement = Statement::from_string(backend, sql);
            let row = connection.query_one_raw(statement).await.map_err(failed)?;
            let rows: i64 = row
                .map(|row| row.try_get("", "n"))
                .transpose()
                .map_err(failed)?
                .unwrap_or_default();
            if rows > 0 {
                lost.push(RowsLost { table, rows });
            }
        }
    }
    Ok(lost)
}
