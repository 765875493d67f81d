//! The pools: one to write and one to read, made with every setting a connection needs.

use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sea_orm::sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sea_orm::sqlx::{self, ConnectOptions as _, Connection as _, Executor as _};
use sea_orm::{DatabaseConnection, DbErr, RuntimeErr, SqlxPostgresConnector, SqlxSqliteConnector};
use serde::Serialize;

use crate::abandon::{self, Abandonment};
use crate::config::{Access, Config, Database, PostgresTarget, SqliteMode, SqliteTarget};
use crate::error::{Area, ConnectionError, Error, Failure, FailureKind, Fate, Operation};
use crate::gate::Gate;
use crate::identity::Identity;
use crate::suspicion::Suspicion;

/// The kind of database behind a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// An embedded file.
    Sqlite,
    /// A server.
    Postgres,
}

/// A connection that has idled for this long is pinged before it is used.
const PING_AFTER: Duration = Duration::from_secs(30);
/// A statement that takes longer is logged.
const SLOW: Duration = Duration::from_secs(1);
/// More readers than this gain nothing on an embedded file: they share its page cache's lock.
const MAX_SQLITE_READERS: u32 = 8;

/// How long a connection for figures is waited for, and a statement for them may take.
const FIGURES: Duration = Duration::from_secs(5);

/// What PostgreSQL answers where all its connections are in use (SQLSTATE).
const NO_PLACE: &str = "53300";

/// The two pools, the queues in front of them, and what is behind them.
#[derive(Debug)]
pub(crate) struct Pools {
    pub(crate) backend: Backend,
    pub(crate) write: DatabaseConnection,
    pub(crate) read: DatabaseConnection,
    /// A connection for figures, made when it is first needed; the writer's for a store in memory.
    pub(crate) monitor: DatabaseConnection,
    pub(crate) write_gate: Arc<Gate>,
    /// The very same where one pool serves both.
    pub(crate) read_gate: Arc<Gate>,
    /// Whether one pool serves both.
    pub(crate) shared: bool,
    /// Whether connections may have broken while they idled.
    pub(crate) suspicion: Suspicion,
    /// Whether calls were dropped.
    pub(crate) abandonment: Abandonment,
    /// The file of an embedded database, as it was opened.
    pub(crate) file: Identity,
    /// The database's own version.
    pub(crate) version: String,
}

fn operation(target: &Database) -> Operation {
    Operation::new(Area::Connection, format!("connect to {target}"))
}

/// Opens the pools. One connection is made and looked at, so that what is wrong is said at once.
pub(crate) async fn open(config: &Config) -> Result<Pools, Error> {
    match &config.database {
        Database::Sqlite(target) => open_sqlite(config, target).await,
        Database::Postgres(target) => open_postgres(config, target).await,
    }
}

async fn open_postgres(config: &Config, target: &PostgresTarget) -> Result<Pools, Error> {
    let version =
        probe_postgres(config, &config.database, postgres_options(config, target)).await?;
    let (suspicion, abandonment) = (Suspicion::default(), Abandonment::default());
    let pool = |target| postgres_pool(config, target, &suspicion, &abandonment);
    let write = pool(target);
    let gate = || Arc::new(Gate::new(config.max_connections, config.acquire_timeout));
    let write_gate = gate();
    let (read, read_gate, shared) = match &config.read_database {
        Some(Database::Postgres(replica)) => (pool(replica), gate(), false),
        _ => (write.clone(), Arc::clone(&write_gate), true),
    };
    Ok(Pools {
        backend: Backend::Postgres,
        monitor: postgres_monitor(config, target),
        write_gate,
        read_gate,
        write,
        read,
        shared,
        suspicion,
        abandonment,
        file: Identity::default(),
        version,
    })
}

fn postgres_options(config: &Config, target: &PostgresTarget) -> PgConnectOptions {
    let timeout = config.command_timeout.as_millis().to_string();
    let mut settings = vec![
        ("TimeZone", "UTC".to_owned()),
        ("statement_timeout", timeout.clone()),
        ("idle_in_transaction_session_timeout", timeout),
        // Words too long for the index are passed over: no news to anyone.
        ("client_min_messages", "warning".to_owned()),
    ];
    if config.access == Access::ReadOnly {
        settings.push(("default_transaction_read_only", "on".to_owned()));
    }
    PgConnectOptions::clone(&target.options)
        .application_name(&config.application_name)
        .options(settings)
        .log_statements(log::LevelFilter::Trace)
        .log_slow_statements(log::LevelFilter::Warn, SLOW)
}

fn postgres_pool(
    config: &Config,
    target: &PostgresTarget,
    suspicion: &Suspicion,
    abandonment: &Abandonment,
) -> DatabaseConnection {
    let (suspicion, abandonment) = (suspicion.clone(), abandonment.clone());
    let pool = PgPoolOptions::new()
        .min_connections(config.min_connections)
        .max_connections(config.max_connections)
        .acquire_timeout(config.acquire_timeout)
        .idle_timeout(config.idle_timeout)
        .max_lifetime(config.max_lifetime)
        .test_before_acquire(false)
        .before_acquire(move |connection, about| {
            let trusted = about.idle_for < PING_AFTER && !suspicion.covers(about.idle_for);
            Box::pin(async move { Ok(trusted || connection.ping().await.is_ok()) })
        })
        .after_connect(|connection, _| {
            Box::pin(async move {
                abandon::look_after(connection).await;
                Ok(())
            })
        })
        .after_release(move |connection, _| {
            let abandonment = abandonment.clone();
            Box::pin(async move { Ok(abandonment.is_idle(connection).await) })
        })
        .connect_lazy_with(postgres_options(config, target));
    SqlxPostgresConnector::from_sqlx_postgres_pool(pool)
}

/// A pool of one, with little patience.
fn postgres_monitor(config: &Config, target: &PostgresTarget) -> DatabaseConnection {
    let patience = FIGURES.as_millis().to_string();
    let options = postgres_options(config, target).options([("statement_timeout", patience)]);
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(FIGURES)
        .idle_timeout(config.idle_timeout)
        .connect_lazy_with(options);
    SqlxPostgresConnector::from_sqlx_postgres_pool(pool)
}

/// Connects once, outside any pool: a pool would go on trying until its timeout, and then say no
/// more than that.
async fn probe_postgres(
    config: &Config,
    database: &Database,
    options: PgConnectOptions,
) -> Result<String, Error> {
    let failed = |error: sqlx::Error| {
        let error = DbErr::Conn(RuntimeErr::SqlxError(error.into()));
        Failure::classify(operation(database), error, false).into_error()
    };
    let connect = async {
        let mut connection: PgConnection = options.connect().await?;
        let version: (String, String) = sqlx::query_as(
            "SELECT current_setting('server_version'), current_setting('server_version_num')",
        )
        .fetch_one(&mut connection)
        .await?;
        connection.close().await?;
        Ok(version)
    };
    let connected = tokio::time::timeout(config.acquire_timeout, connect).await;
    let (version, number) = connected
        .map_err(|_| unanswered(database))?
        .map_err(failed)?;
    // The first word: "15.18 (Debian 15.18-0+deb12u1)".
    let short = version.split(' ').next().unwrap_or_default().to_owned();
    if number.parse::<u32>().is_ok_and(|number| number < 140_000) {
        return Err(ConnectionError::TooOld { found: short }.into());
    }
    Ok(short)
}

/// No answer came in time.
fn unanswered(database: &Database) -> Error {
    Failure {
        operation: operation(database),
        kind: FailureKind::Unreachable,
        fate: Fate::NeverRan,
        source: None,
    }
    .into_error()
}

/// Whether the server takes a connection now: one is made outside the pools, which would go on
/// trying for as long as a call may wait. An embedded file is always there.
pub(crate) async fn reach(config: &Config) -> Result<(), Error> {
    let Database::Postgres(target) = &config.database else {
        return Ok(());
    };
    let options = postgres_options(config, target);
    let connect = async {
        let connection: PgConnection = options.connect().await?;
        connection.close().await
    };
    match tokio::time::timeout(FIGURES, connect).await {
        Ok(Ok(())) => Ok(()),
        // A server that has no place left is there.
        Ok(Err(sqlx::Error::Database(error))) if error.code().as_deref() == Some(NO_PLACE) => {
            Ok(())
        }
        Ok(Err(error)) => {
            let error = DbErr::Conn(RuntimeErr::SqlxError(error.into()));
            Err(Failure::classify(operation(&config.database), error, false).into_error())
        }
        Err(_) => Err(unanswered(&config.database)),
    }
}

async fn open_sqlite(config: &Config, target: &SqliteTarget) -> Result<Pools, Error> {
    prepare_file(target)?;
    let in_memory = target.mode == SqliteMode::Memory;
    let readers = match std::thread::available_parallelism().map_or(4, NonZero::get) {
        _ if in_memory => 1,
        cores => u32::try_from(cores * 2)
            .unwrap_or(MAX_SQLITE_READERS)
            .min(MAX_SQLITE_READERS),
    };
    let readers = readers.min(config.max_connections);
    // Without a limit on idling or life: closing the only connection to memory loses everything,
    // and an embedded file gains nothing from fresh ones.
    let pool = |max: u32| {
        SqlitePoolOptions::new()
            .min_connections(0)
            .max_connections(max)
            .acquire_timeout(config.acquire_timeout)
            .idle_timeout((!in_memory).then_some(config.idle_timeout))
            .max_lifetime(None)
            .test_before_acquire(false)
    };
    let failed = |error: sqlx::Error| {
        let error = DbErr::Conn(RuntimeErr::SqlxError(error.into()));
        Failure::classify(operation(&config.database), error, false).into_error()
    };
    // The writer first: it makes the file, and its journal.
    let write = pool(1)
        .connect_with(sqlite_options(config, target))
        .await
        .map_err(failed)?;
    let version: (String,) = sqlx::query_as("SELECT sqlite_version()")
        .fetch_one(&write)
        .await
        .map_err(failed)?;
    let reading = |max| {
        pool(max)
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
                sqlite_options(config, target)
                    .create_if_missing(false)
                    // What a reader has in memory the system has, too.
                    .pragma("cache_size", "-2000")
                    // It would write, which these may not, and closing would end there.
                    .optimize_on_close(false, None),
            )
    };
    let gate = |places| Arc::new(Gate::new(places, config.acquire_timeout));
    let write_gate = gate(1);
    let (read, read_gate, monitor) = if in_memory {
        (write.clone(), Arc::clone(&write_gate), write.clone())
    } else {
        (reading(readers), gate(readers), reading(1))
    };
    Ok(Pools {
        backend: Backend::Sqlite,
        write: SqlxSqliteConnector::from_sqlx_sqlite_pool(write),
        read: SqlxSqliteConnector::from_sqlx_sqlite_pool(read),
        monitor: SqlxSqliteConnector::from_sqlx_sqlite_pool(monitor),
        write_gate,
        read_gate,
        shared: in_memory,
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
        .connect_with(sqlite_options(config, &target))
        .await
        .map_err(|error| {
            let error = DbErr::Conn(RuntimeErr::SqlxError(error.into()));
            Failure::classify(operation(&config.database), error, false).into_error()
        })?;
    Ok(Some(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool)))
}

fn sqlite_options(config: &Config, target: &SqliteTarget) -> SqliteConnectOptions {
    let options = match target.mode {
        SqliteMode::Memory => SqliteConnectOptions::new().in_memory(true),
        _ => SqliteConnectOptions::new().filename(&target.path),
    };
    let options = options
        .create_if_missing(matches!(
            target.mode,
            SqliteMode::Default | SqliteMode::Create
        ))
        .foreign_keys(true)
        .busy_timeout(config.acquire_timeout.min(Duration::from_secs(10)))
        .synchronous(SqliteSynchronous::Normal)
        .pragma("cache_size", "-4000")
        .pragma("temp_store", "memory")
        .pragma("journal_size_limit", "67108864")
        .log_statements(log::LevelFilter::Trace)
        .log_slow_statements(log::LevelFilter::Warn, SLOW);
    if target.mode == SqliteMode::ReadOnly {
        return options.read_only(true);
    }
    options
        .journal_mode(SqliteJournalMode::Wal)
        .optimize_on_close(true, 400)
}

/// Makes the folder of a file that may be made, and that file, for their owner alone: what SQLite makes,
/// everybody on the machine could read. Misses a file that must be there.
fn prepare_file(target: &SqliteTarget) -> Result<(), ConnectionError> {
    match target.mode {
        SqliteMode::Memory => Ok(()),
        SqliteMode::ReadWrite | SqliteMode::ReadOnly => {
            if target.path.exists() {
                Ok(())
            } else {
                Err(ConnectionError::NoSuchFile {
                    path: target.path.clone(),
                })
            }
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

/// A short-lived pool of two connections for migrations, without a limit on a statement's time:
/// one connection holds the lock, one works.
pub(crate) async fn open_for_migration(config: &Config) -> Result<DatabaseConnection, Error> {
    let failed = |error: sqlx::Error| {
        let error = DbErr::Conn(RuntimeErr::SqlxError(error.into()));
        Failure::classify(operation(&config.database), error, false).into_error()
    };
    let Database::Postgres(target) = &config.database else {
        return Err(ConnectionError::Closed.into());
    };
    let options = postgres_options(config, target).options([
        ("statement_timeout", "0"),
        ("idle_in_transaction_session_timeout", "0"),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(2)
        .acquire_timeout(config.acquire_timeout)
        .connect_with(options)
        .await
        .map_err(failed)?;
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}
