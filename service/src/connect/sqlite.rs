//! An embedded file: one writer, several readers.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqlitePoolOptions, SqliteSynchronous,
};
use sea_orm::sqlx::{self, ConnectOptions as _, Connection as _, Executor as _, SqlitePool};
use sea_orm::{DatabaseConnection, DbErr, RuntimeErr, SqlxSqliteConnector};

use super::{Backend, Pools, SLOW, operation};
use crate::abandon::{self, Abandonment};
use crate::config::{Access, Config, Database, SqliteMode, SqliteTarget};
use crate::error::{ConnectionError, Error, Failure};
use crate::gate::Gate;
use crate::identity::Identity;
use crate::suspicion::Suspicion;

/// More readers than this gain nothing on an embedded file: they share its page cache's lock.
const MAX_READERS: u32 = 8;

pub(super) async fn open(config: &Config, target: &SqliteTarget) -> Result<Pools, Error> {
    prepare_file(config, target)?;
    let in_memory = target.mode == SqliteMode::Memory;
    let reads_only =
        !in_memory && (config.access == Access::ReadOnly || target.mode == SqliteMode::ReadOnly);
    let readers = match std::thread::available_parallelism().map_or(4, NonZero::get) {
        _ if in_memory => 1,
        cores => u32::try_from(cores * 2)
            .unwrap_or(MAX_READERS)
            .min(MAX_READERS),
    };
    let readers = readers.min(config.max_connections);
    let failed = |error: sqlx::Error| failed(&config.database, error);
    let (write, to_read) = if reads_only {
        let to_read = readable(config, target).await?;
        (None, to_read)
    } else {
        // The writer first: it makes the file, and its journal.
        let write = pool(config, 1, in_memory)
            .after_connect(|connection, _| Box::pin(keep_journal(connection)))
            .connect_with(options(config, target))
            .await
            .map_err(failed)?;
        (Some(write), options(config, target))
    };
    let reading = |max| {
        pool(config, max, in_memory)
            .after_connect(|connection: &mut SqliteConnection, _| {
                Box::pin(async move {
                    connection.execute("PRAGMA query_only = ON").await?;
                    abandon::heed(connection).await
                })
            })
            .before_acquire(|connection, _| {
                Box::pin(async move { abandon::heed(connection).await.map(|()| true) })
            })
            .connect_lazy_with(
                SqliteConnectOptions::clone(&to_read)
                    .create_if_missing(false)
                    // What a reader has in memory the system has, too.
                    .pragma("cache_size", "-2000"),
            )
    };
    let gate = |places| Arc::new(Gate::new(places, config.acquire_timeout));
    let read_gate = gate(readers);
    let write_gate = if in_memory || reads_only {
        Arc::clone(&read_gate)
    } else {
        gate(1)
    };
    let (write, read, monitor) = match write {
        Some(write) if in_memory => (write.clone(), write.clone(), write),
        Some(write) => (write, reading(readers), reading(1)),
        None => {
            let read = reading(readers);
            (read.clone(), read, reading(1))
        }
    };
    let version: (String,) = sqlx::query_as("SELECT sqlite_version()")
        .fetch_one(&write)
        .await
        .map_err(failed)?;
    Ok(Pools {
        backend: Backend::Sqlite,
        write: SqlxSqliteConnector::from_sqlx_sqlite_pool(write),
        read: SqlxSqliteConnector::from_sqlx_sqlite_pool(read),
        monitor: SqlxSqliteConnector::from_sqlx_sqlite_pool(monitor),
        write_gate,
        read_gate,
        shared: in_memory || reads_only,
        suspicion: Suspicion::default(),
        abandonment: Abandonment::default(),
        file: if in_memory {
            Identity::default()
        } else {
            Identity::of(&target.path)
        },
        version: version.0,
    })
}

fn failed(database: &Database, error: sqlx::Error) -> Error {
    let error = DbErr::Conn(RuntimeErr::SqlxError(error.into()));
    Failure::classify(operation(database), error, false).into_error()
}

/// Without a limit on idling or life in memory: closing the only connection loses everything, and an
/// embedded file gains nothing from fresh ones.
fn pool(config: &Config, max: u32, in_memory: bool) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .min_connections(0)
        .max_connections(max)
        .acquire_timeout(config.acquire_timeout)
        .idle_timeout((!in_memory).then_some(config.idle_timeout))
        .max_lifetime(None)
        .test_before_acquire(false)
}

fn options(config: &Config, target: &SqliteTarget) -> SqliteConnectOptions {
    let options = match target.mode {
        SqliteMode::Memory => SqliteConnectOptions::new().in_memory(true),
        _ => SqliteConnectOptions::new().filename(&target.path),
    };
    options
        .create_if_missing(matches!(
            target.mode,
            SqliteMode::Default | SqliteMode::Create
        ))
        .read_only(target.mode == SqliteMode::ReadOnly)
        .foreign_keys(true)
        .busy_timeout(config.acquire_timeout.min(Duration::from_secs(10)))
        .synchronous(SqliteSynchronous::Normal)
        .pragma("cache_size", "-4000")
        .pragma("temp_store", "memory")
        .pragma("journal_size_limit", "67108864")
        .log_statements(log::LevelFilter::Trace)
        .log_slow_statements(log::LevelFilter::Warn, SLOW)
}

/// How a file is opened that is only read. One that lies where nothing can be written, with nothing
/// beside it, is read as what never changes: SQLite would make files beside it otherwise.
async fn readable(config: &Config, target: &SqliteTarget) -> Result<SqliteConnectOptions, Error> {
    let options = options(config, target).create_if_missing(false);
    let Err(error) = look_into(&options).await else {
        return Ok(options);
    };
    let unwritable = match &error {
        sqlx::Error::Database(said) => {
            let code: u32 = said.code().and_then(|code| code.parse().ok()).unwrap_or(0);
            // SQLITE_CANTOPEN, SQLITE_READONLY
            matches!(code & 0xff, 14 | 8)
        }
        _ => false,
    };
    if !unwritable {
        return Err(failed(&config.database, error));
    }
    let beside = beside(&target.path, "-wal");
    if std::fs::metadata(&beside).is_ok_and(|found| found.len() > 0) {
        let (path, log) = (target.path.clone(), beside);
        return Err(ConnectionError::FolderNotWritable { path, log }.into());
    }
    let options = options.immutable(true);
    match look_into(&options).await {
        Ok(()) => Ok(options),
        Err(_) => Err(failed(&config.database, error)),
    }
}

/// Reads a little of the file.
async fn look_into(options: &SqliteConnectOptions) -> Result<(), sqlx::Error> {
    let mut connection = options.connect().await?;
    let looked = connection
        .execute("SELECT count(*) FROM sqlite_master")
        .await;
    connection.close().await?;
    looked.map(drop)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Writes go to a log beside the file, so that nobody waits for a writer who only reads. This is a
/// mark in the file, which is not made in one that another program made for itself.
async fn keep_journal(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let found = |sql: &'static str| sqlx::query_scalar::<_, bool>(sql);
    let empty = found("SELECT NOT EXISTS (SELECT 1 FROM sqlite_master)");
    let migrated =
        found("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'seaql_migrations')");
    let by_us =
        found("SELECT EXISTS (SELECT 1 FROM seaql_migrations WHERE version = '0001_document')");
    let ours = empty.fetch_one(&mut *connection).await?
        || migrated.fetch_one(&mut *connection).await? && by_us.fetch_one(&mut *connection).await?;
    if ours {
        connection.execute("PRAGMA journal_mode = WAL").await?;
    }
    Ok(())
}

/// Has the writer renew what the planner knows, where it has changed anything; not while another
/// program writes, for which nobody waits here.
pub(crate) async fn optimize(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    let Some(mut writer) = pool.try_acquire() else {
        return Ok(());
    };
    let changes: i64 = sqlx::query_scalar("SELECT total_changes()")
        .fetch_one(&mut *writer)
        .await?;
    if changes > 0 {
        writer
            .execute("PRAGMA busy_timeout = 0; PRAGMA analysis_limit = 400; PRAGMA optimize")
            .await?;
    }
    // Its patience is gone: no other call gets it.
    writer.close().await
}

/// Makes the folder of a file that may be made, and that file, for their owner alone: what SQLite makes,
/// everybody on the machine could read. Misses a file that must be there.
fn prepare_file(config: &Config, target: &SqliteTarget) -> Result<(), ConnectionError> {
    let path = || target.path.clone();
    match target.mode {
        SqliteMode::Memory => Ok(()),
        _ if target.path.exists() => Ok(()),
        SqliteMode::ReadWrite | SqliteMode::ReadOnly => {
            Err(ConnectionError::NoSuchFile { path: path() })
        }
        SqliteMode::Default | SqliteMode::Create if config.access == Access::ReadOnly => {
            Err(ConnectionError::NothingToRead { path: path() })
        }
        SqliteMode::Default | SqliteMode::Create => {
            let folder = target.path.parent().unwrap_or(Path::new(""));
            if !folder.as_os_str().is_empty() {
                let path = folder.to_owned();
                make_folder(folder).map_err(|error| ConnectionError::Folder { path, error })?;
            }
            make_file(&target.path);
            Ok(())
        }
    }
}

fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Where this fails, opening the database says why. SQLite gives its other files the same rights.
fn make_file(path: &Path) {
    let mut options = std::fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    drop(options.open(path));
}

/// A connection to the file alone that nobody else waits for, and that changes nothing in it: for a
/// backup. None for a store in memory, which is nowhere else.
pub(crate) async fn open_for_backup(config: &Config) -> Result<Option<DatabaseConnection>, Error> {
    let target = match &config.database {
        Database::Sqlite(target) if target.mode != SqliteMode::Memory => target,
        _ => return Ok(None),
    };
    let mut target = target.clone();
    target.mode = SqliteMode::ReadOnly;
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .test_before_acquire(false)
        .after_connect(|connection: &mut SqliteConnection, _| {
            Box::pin(async move { abandon::heed(connection).await })
        })
        .connect_with(options(config, &target))
        .await
        .map_err(|error| failed(&config.database, error))?;
    Ok(Some(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool)))
}
