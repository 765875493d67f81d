//! Figures for whoever looks after a store: what its calls cost and whether they wait, from the
//! program itself; and what the database tells of itself, on a connection of its own, so that a
//! full pool is seen and not joined. Counts are estimates: none reads a table.

use std::time::Instant;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, QueryResult, Statement};
use serde::Serialize;

use crate::config::{Access, Database, SqliteMode};
use crate::connect::Backend;
use crate::error::{Area, Error, Failure, Operation};
use crate::estimate::{Table, estimate};
use crate::folio::Folio;
use crate::health::{PoolStats, pool_stats};
use crate::meter::{CallTimes, Reading, Second, SlowCall, Traffic};
use crate::migrate::{self, MigrationStep};

/// Tables that are told of.
const TABLES: usize = 40;

/// What the store's calls cost, and whether they wait. The database is not asked for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// When this was so.
    pub at: DateTime<Utc>,
    /// The pools.
    pub pools: PoolStats,
    /// Calls since the store was opened.
    pub traffic: Traffic,
    /// How long the last calls took.
    pub times: CallTimes,
    /// The last seconds in which calls ended, the earliest first.
    pub seconds: Vec<Second>,
    /// The last calls that took more than 100 ms, the latest first.
    pub slow: Vec<SlowCall>,
}

/// What the database tells of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct DatabaseFigures {
    /// When this was so.
    pub at: DateTime<Utc>,
    /// How long it took to answer the least question, in milliseconds.
    pub latency_ms: f64,
    /// It can't be written to.
    pub read_only: bool,
    /// Its size in bytes, with its indexes.
    pub bytes: u64,
    /// The part of it in bytes that changes wait in to be merged; SQLite alone has that.
    pub journal_bytes: Option<u64>,
    /// A server's connections; None for an embedded file.
    pub connections: Option<ServerConnections>,
    /// The tables, the largest first.
    pub tables: Vec<TableFigures>,
    /// The steps of the schema, and which of them it has.
    pub migrations: Vec<MigrationStep>,
}

/// The connections of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ServerConnections {
    /// Those to this database that give this program's name.
    pub ours: u64,
    /// Those of all programs to all databases.
    pub all: u64,
    /// How many it takes.
    pub max: u64,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableFigures {
    /// Its name.
    pub name: String,
    /// About how many rows it has: the server's own estimate, or on SQLite the span of row
    /// numbers, which is too high where many were deleted; documents, threads and messages are
    /// counted while they are few.
    pub rows: Option<u64>,
    /// Its size in bytes, with its indexes; None on SQLite, which would have to read all of it.
    pub bytes: Option<u64>,
}

pub(crate) fn of_calls(folio: &Folio) -> Figures {
    let Reading {
        traffic,
        times,
        seconds,
        slow,
    } = folio.meter().read();
    Figures {
        at: folio.now(),
        pools: pool_stats(folio),
        traffic,
        times,
        seconds,
        slow,
    }
}

pub(crate) async fn of_database(folio: &Folio) -> Result<DatabaseFigures, Error> {
    let failed = |error| {
        let operation = Operation::new(Area::Connection, "read the database's figures");
        Failure::classify(operation, error, false).into_error()
    };
    let monitor = &folio.pools().monitor;
    let read_only = is_read_only(folio).await.map_err(failed)?;
    let start = Instant::now();
    ask(monitor, "SELECT 1 AS one").await.map_err(failed)?;
    let latency_ms = start.elapsed().as_secs_f64() * 1000.0;
    let sizes = match folio.backend() {
        Backend::Postgres => postgres(folio, monitor).await,
        Backend::Sqlite => sqlite(folio, monitor).await,
    };
    let sizes = sizes.map_err(failed)?;
    Ok(DatabaseFigures {
        at: folio.now(),
        latency_ms,
        read_only,
        bytes: sizes.bytes,
        journal_bytes: sizes.journal_bytes,
        connections: sizes.connections,
        tables: sizes.tables,
        migrations: migrate::status(monitor).await?,
    })
}

/// Asks the database whether it can be written to.
pub(crate) async fn is_read_only(folio: &Folio) -> Result<bool, DbErr> {
    let sql = match folio.backend() {
        Backend::Postgres => {
            "SELECT (pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean)::int::int8 AS read_only"
        }
        Backend::Sqlite => "SELECT 0 AS read_only",
    };
    let told: i64 = ask(&folio.pools().monitor, sql)
        .await?
        .map(|row| row.try_get("", "read_only"))
        .transpose()?
        .unwrap_or_default();
    Ok(told != 0 || folio.config().access == Access::ReadOnly || is_file_read_only(folio))
}

/// Whether an embedded file is one that the system lets nobody write to.
fn is_file_read_only(folio: &Folio) -> bool {
    match &folio.config().database {
        Database::Sqlite(target) => {
            target.mode == SqliteMode::ReadOnly
                || std::fs::metadata(&target.path).is_ok_and(|file| file.permissions().readonly())
        }
        Database::Postgres(_) => false,
    }
}

struct Sizes {
    bytes: u64,
    journal_bytes: Option<u64>,
    connections: Option<ServerConnections>,
    tables: Vec<TableFigures>,
}

const POSTGRES_SERVER: &str = "\
    SELECT pg_database_size(current_database()) AS bytes,
           current_setting('max_connections')::int8 AS max,
           count(*) AS total,
           count(*) FILTER (WHERE datname = current_database() AND application_name = $1) AS ours
    FROM pg_stat_activity WHERE backend_type = 'client backend'";

/// Live rows as the server counts them along, or as it found them when it last looked.
const POSTGRES_TABLES: &str = "\
    SELECT c.relname::text AS name,
           COALESCE(NULLIF(s.n_live_tup, 0), GREATEST(c.reltuples, 0)::int8) AS rows,
           pg_total_relation_size(c.oid) AS bytes
    FROM pg_class c LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
    WHERE c.relkind = 'r' AND c.relnamespace = to_regnamespace(current_schema())
    ORDER BY bytes DESC, name LIMIT $1";

async fn postgres(folio: &Folio, monitor: &DatabaseConnection) -> Result<Sizes, DbErr> {
    let backend = monitor.get_database_backend();
    let ours = folio.config().application_name.clone();
    let server = Statement::from_sql_and_values(backend, POSTGRES_SERVER, [ours.into()]);
    let server = monitor.query_one_raw(server).await?;
    let limit = i64::try_from(TABLES).unwrap_or(i64::MAX);
    let tables = Statement::from_sql_and_values(backend, POSTGRES_TABLES, [limit.into()]);
    let tables = monitor.query_all_raw(tables).await?;
    let connections = ServerConnections {
        ours: count(server.as_ref(), "ours")?.unwrap_or_default(),
        all: count(server.as_ref(), "total")?.unwrap_or_default(),
        max: count(server.as_ref(), "max")?.unwrap_or_default(),
    };
    Ok(Sizes {
        bytes: count(server.as_ref(), "bytes")?.unwrap_or_default(),
        journal_bytes: None,
        connections: Some(connections),
        tables: tables.iter().map(table).collect::<Result<_, _>>()?,
    })
}

const SQLITE_SIZE: &str =
    "SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()";

/// What is no part of an index for searching, and has row numbers.
const SQLITE_TABLES: &str = "\
    SELECT name FROM pragma_table_list
    WHERE schema = 'main' AND type = 'table' AND wr = 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

async fn sqlite(folio: &Folio, monitor: &DatabaseConnection) -> Result<Sizes, DbErr> {
    let size = ask(monitor, SQLITE_SIZE).await?;
    let backend = monitor.get_database_backend();
    let names = Statement::from_string(backend, SQLITE_TABLES);
    let names = monitor.query_all_raw(names).await?;
    let names: Vec<String> = names
        .iter()
        .take(TABLES)
        .map(|row| row.try_get("", "name"))
        .collect::<Result<_, _>>()?;
    let mut tables = Vec::new();
    if !names.is_empty() {
        // Both ends of a table are found without reading it.
        let each: Vec<String> = names.iter().map(|name| span(name)).collect();
        let all = Statement::from_string(backend, each.join(" UNION ALL "));
        let rows = monitor.query_all_raw(all).await?;
        tables = rows.iter().map(table).collect::<Result<Vec<_>, _>>()?;
    }
    // What is told elsewhere is told here: few rows are counted.
    for counted in [Table::DOCUMENT, Table::THREAD, Table::MESSAGE] {
        let row = tables.iter_mut().find(|row| row.name == counted.name());
        if let Some(row) = row
            && let Ok(estimate) = estimate(monitor, counted).await
        {
            row.rows = Some(estimate.rows);
        }
    }
    tables.sort_by(|a: &TableFigures, b| b.rows.cmp(&a.rows).then_with(|| a.name.cmp(&b.name)));
    Ok(Sizes {
        bytes: count(size.as_ref(), "bytes")?.unwrap_or_default(),
        journal_bytes: Some(journal_bytes(folio)),
        connections: None,
        tables,
    })
}

/// The span of a table's row numbers, as SQL.
fn span(table: &str) -> String {
    let (name, quoted) = (table.replace('\'', "''"), table.replace('"', "\"\""));
    format!(
        "SELECT '{name}' AS name, NULL AS bytes, COALESCE((SELECT max(rowid) FROM \"{quoted}\") \
         - (SELECT min(rowid) FROM \"{quoted}\") + 1, 0) AS rows"
    )
}

/// The size of the log that SQLite writes changes to before it merges them.
fn journal_bytes(folio: &Folio) -> u64 {
    let Database::Sqlite(target) = &folio.config().database else {
        return 0;
    };
    let mut path = target.path.clone().into_os_string();
    path.push("-wal");
    std::fs::metadata(path).map_or(0, |file| file.len())
}

async fn ask(monitor: &DatabaseConnection, sql: &str) -> Result<Option<QueryResult>, DbErr> {
    let statement = Statement::from_string(monitor.get_database_backend(), sql);
    monitor.query_one_raw(statement).await
}

fn table(row: &QueryResult) -> Result<TableFigures, DbErr> {
    Ok(TableFigures {
        name: row.try_get("", "name")?,
        rows: count(Some(row), "rows")?,
        bytes: count(Some(row), "bytes")?,
    })
}

fn count(row: Option<&QueryResult>, column: &str) -> Result<Option<u64>, DbErr> {
    let Some(row) = row else { return Ok(None) };
    let value: Option<i64> = row.try_get("", column)?;
    Ok(value.and_then(|value| u64::try_from(value).ok()))
}
