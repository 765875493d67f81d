//! The pools: one to write and one to read, made with every setting a connection needs.

mod sqlite;

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sea_orm::sqlx::{self, ConnectOptions as _, Connection as _};
use sea_orm::{DatabaseConnection, DbErr, RuntimeErr, SqlxPostgresConnector};
use serde::Serialize;

use crate::abandon::{self, Abandonment};
use crate::config::{Access, Config, Database, PostgresTarget, Source};
use crate::error::{
    Area, ConfigError, ConnectionError, Error, Failure, FailureKind, Fate, Operation,
};
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

/// How long a connection for figures is waited for, and a statement for them may take.
const FIGURES: Duration = Duration::from_secs(5);

/// How long a migration waits for a table that others use; then it lets those through who want the
/// table as well, and tries again.
pub(crate) const LOCK_PATIENCE: &str = "3s";

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

pub(crate) use sqlite::{open_for_backup, optimize};

/// Opens the pools. One connection is made and looked at, so that what is wrong is said at once.
pub(crate) async fn open(config: &Config) -> Result<Pools, Error> {
    match &config.database {
        Database::Sqlite(target) => sqlite::open(config, target).await,
        Database::Postgres(target) => open_postgres(config, target).await,
    }
}

async fn open_postgres(config: &Config, target: &PostgresTarget) -> Result<Pools, Error> {
    let version =
        probe_postgres(config, &config.database, postgres_options(config, target)).await?;
    if let Some((place, replica)) = replica(config)? {
        probe_postgres(config, place, postgres_options(config, replica)).await?;
    }
    let (suspicion, abandonment) = (Suspicion::default(), Abandonment::default());
    let pool = |target| postgres_pool(config, target, &suspicion, &abandonment);
    let write = pool(target);
    let gate = || Arc::new(Gate::new(config.max_connections, config.acquire_timeout));
    let write_gate = gate();
    let (read, read_gate, shared) = match replica(config)? {
        Some((_, replica)) => (pool(replica), gate(), false),
        None => (write.clone(), Arc::clone(&write_gate), true),
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

/// The replica that is read from, as its place and what a connection needs.
fn replica(config: &Config) -> Result<Option<(&Database, &PostgresTarget)>, Error> {
    match &config.read_database {
        None => Ok(None),
        Some(place @ Database::Postgres(replica)) => Ok(Some((place, replica))),
        Some(Database::Sqlite(_)) => Err(ConfigError::Value {
            key: "read_database_url",
            origin: Source::Code,
            problem: "is for a replica: it has to be a PostgreSQL server".to_owned(),
        }
        .into()),
    }
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
    match &config.database {
        Database::Postgres(target) => reach_server(config, &config.database, target).await,
        Database::Sqlite(_) => Ok(()),
    }
}

/// The same of the replica, where there is one.
pub(crate) async fn reach_replica(config: &Config) -> Result<(), Error> {
    match replica(config)? {
        Some((place, target)) => reach_server(config, place, target).await,
        None => Ok(()),
    }
}

async fn reach_server(
    config: &Config,
    place: &Database,
    target: &PostgresTarget,
) -> Result<(), Error> {
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
            Err(Failure::classify(operation(place), error, false).into_error())
        }
        Err(_) => Err(unanswered(place)),
    }
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
        ("lock_timeout", LOCK_PATIENCE),
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
