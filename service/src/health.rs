//! Whether the store is well, as typed values.

mod replaced;

use std::time::{Duration, Instant};

use sea_orm::{DatabaseConnection, DbErr};
use serde::Serialize;

use crate::config::Access;
use crate::connect::{self, Backend};
use crate::error::{Area, Error, Failure, MigrationError, Operation};
use crate::figures::is_read_only;
use crate::folio::Folio;
use crate::gate::AcquireTimes;
use crate::migrate;

/// A health check may take this long.
const PATIENCE: Duration = Duration::from_secs(5);

/// A pool at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PoolGauge {
    /// Open connections.
    pub size: u32,
    /// Those of them that nobody uses.
    pub idle: u32,
    /// Those in use.
    pub in_use: u32,
    /// How many it keeps open.
    pub min: u32,
    /// How many it may open.
    pub max: u32,
    /// Calls that wait for one.
    pub waiting: usize,
    /// How long calls waited lately.
    pub acquire: AcquireTimes,
}

/// Both pools, and the queues in front of them. On PostgreSQL without a replica, and for a store in
/// memory, they are one and the same.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PoolStats {
    /// The pool for writing.
    pub write: PoolGauge,
    /// The pool for reading.
    pub read: PoolGauge,
}

/// The state of a store.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Health {
    /// It answers, and has all its tables.
    pub healthy: bool,
    /// The kind of database.
    pub backend: Backend,
    /// Where it is, without any password.
    pub database: String,
    /// The replica that is read from, without any password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replica: Option<String>,
    /// The database's version.
    pub version: String,
    /// How long the answer took, in milliseconds; None where there was none.
    pub latency_ms: Option<f64>,
    /// It can't be written to.
    pub read_only: bool,
    /// Steps of the schema that are missing; None where that could not be learned.
    pub migrations_pending: Option<usize>,
    /// The pool for reading.
    pub pool: PoolGauge,
    /// The pool for writing.
    pub write_pool: PoolGauge,
    /// What is wrong.
    pub error: Option<String>,
}

impl Health {
    /// The seed's answer: whether all is well.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.healthy
    }
}

pub(crate) fn pool_stats(folio: &Folio) -> PoolStats {
    let pools = folio.pools();
    let write = gauge(folio, &pools.write, &pools.write_gate);
    let read = if pools.shared {
        write
    } else {
        gauge(folio, &pools.read, &pools.read_gate)
    };
    PoolStats { write, read }
}

fn gauge(folio: &Folio, connection: &DatabaseConnection, gate: &crate::gate::Gate) -> PoolGauge {
    let (size, idle, min, max) = match folio.backend() {
        Backend::Postgres => {
            let pool = connection.get_postgres_connection_pool();
            let options = pool.options();
            (
                pool.size(),
                pool.num_idle(),
                options.get_min_connections(),
                options.get_max_connections(),
            )
        }
        Backend::Sqlite => {
            let pool = connection.get_sqlite_connection_pool();
            let options = pool.options();
            (
                pool.size(),
                pool.num_idle(),
                options.get_min_connections(),
                options.get_max_connections(),
            )
        }
    };
    let idle = u32::try_from(idle).unwrap_or(u32::MAX).min(size);
    PoolGauge {
        size,
        idle,
        in_use: size - idle,
        min,
        max,
        waiting: gate.waiting(),
        acquire: gate.acquire_times(),
    }
}

pub(crate) async fn check(folio: &Folio) -> Health {
    let start = Instant::now();
    let answer = tokio::time::timeout(PATIENCE, is_read_only(folio)).await;
    let latency_ms = start.elapsed().as_secs_f64() * 1000.0;
    let answer = answer.unwrap_or_else(|_| {
        Err(DbErr::Custom(format!(
            "no answer within {} s",
            PATIENCE.as_secs()
        )))
    });
    let mut error = None;
    let (latency_ms, read_only) = match answer {
        Ok(read_only) => (Some(latency_ms), read_only),
        Err(failed) => {
            let operation = Operation::new(Area::Connection, "ask the database how it is");
            error = Some(Failure::classify(operation, failed, false).to_string());
            (None, folio.config().access == Access::ReadOnly)
        }
    };
    if let Err(replaced) = folio.pools().file.check() {
        error = Some(replaced.to_string());
    }
    let mut migrations_pending = None;
    if error.is_none() {
        match pending(folio).await {
            Ok(0) => migrations_pending = Some(0),
            Ok(pending) => {
                migrations_pending = Some(pending);
                let database = folio.config().database.to_string();
                let lacking = MigrationError::Pending { database, pending };
                error = Some(Error::from(lacking).to_string());
            }
            Err(failed) => error = Some(failed.to_string()),
        }
    }
    if error.is_none() && folio.backend() == Backend::Sqlite {
        let looked = replaced::look(&folio.pools().monitor);
        match tokio::time::timeout(PATIENCE, looked).await {
            Ok(Ok(found)) => error = found,
            // Too much to look at in a moment, or not to be looked at: no news of the store.
            Ok(Err(failed)) => tracing::debug!(error = %failed, "the index was not looked at"),
            Err(_) => tracing::debug!("the index was not looked at in time"),
        }
    }
    if error.is_none() {
        let reached = connect::reach_replica(folio.config()).await;
        error = reached
            .err()
            .map(|failed| format!("the replica, from which it is read: {failed}"));
    }
    let stats = pool_stats(folio);
    Health {
        healthy: error.is_none(),
        backend: folio.backend(),
        database: folio.config().database.to_string(),
        replica: folio
            .config()
            .read_database
            .as_ref()
            .map(ToString::to_string),
        version: folio.pools().version.clone(),
        latency_ms,
        read_only,
        migrations_pending,
        pool: stats.read,
        write_pool: stats.write,
        error,
    }
}

/// How many steps of the schema are missing.
async fn pending(folio: &Folio) -> Result<usize, Error> {
    let steps = migrate::status(&folio.pools().monitor).await?;
    Ok(steps.iter().filter(|step| !step.applied).count())
}
