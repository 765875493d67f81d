//! How many rows a table has, without counting them all: a list says `~1.2 M` at once, whatever
//! the size of the store.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use serde::Serialize;

use crate::error::{Area, Error, Fault, Operation};
use crate::store::Store;

/// Up to so many rows are counted.
const COUNTED: i64 = 10_000;

/// A number of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Estimate {
    /// How many, or about how many.
    pub rows: u64,
    /// Whether they were counted; they are up to 10,000.
    pub is_exact: bool,
}

/// A table, and a column that has an index: what counting a few rows goes by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    name: &'static str,
    key: &'static str,
}

impl Table {
    const fn new(name: &'static str, key: &'static str) -> Self {
        Self { name, key }
    }

    /// What it is called.
    pub(crate) const fn name(self) -> &'static str {
        self.name
    }

    pub(crate) const DOCUMENT: Self = Self::new("document", "code");
    pub(crate) const THREAD: Self = Self::new("thread", "id");
    pub(crate) const MESSAGE: Self = Self::new("message", "id");
}

/// The same as a call of a handle.
pub(crate) async fn estimated(
    store: Store<'_>,
    what: &'static str,
    table: Table,
) -> Result<Estimate, Error> {
    store
        .read(
            || Operation::new(Area::Document, format!("estimate the {what}")),
            async |conn| estimate(&conn, table).await,
        )
        .await
}

/// Counts a few rows, and takes the database's word for many.
pub(crate) async fn estimate(conn: &impl ConnectionTrait, table: Table) -> Result<Estimate, Fault> {
    let backend = conn.get_database_backend();
    let number = async |sql: String| {
        let row = conn
            .query_one_raw(Statement::from_string(backend, sql))
            .await?;
        let number: Option<i64> = row.map(|row| row.try_get("", "n")).transpose()?;
        Ok::<i64, DbErr>(number.unwrap_or_default())
    };
    let Table { name, key } = table;
    let few = number(format!(
        "SELECT count(*) AS n FROM (SELECT {key} FROM {name} ORDER BY {key} LIMIT {}) AS few",
        COUNTED + 1
    ));
    let few = few.await?;
    if few <= COUNTED {
        return Ok(Estimate {
            rows: u64::try_from(few).unwrap_or_default(),
            is_exact: true,
        });
    }
    let about = match backend {
        // As the planner does it: the rows that a page had when it was looked at last, times the
        // pages that there are now.
        DbBackend::Postgres => format!(
            "SELECT CASE WHEN reltuples > 0 AND relpages > 0 \
             THEN (reltuples / relpages * (pg_relation_size(oid) / current_setting('block_size')::int))::bigint \
             ELSE 0 END AS n FROM pg_class WHERE oid = to_regclass('{name}')"
        ),
        // Numbers are given in order; those of deleted rows are counted along.
        _ => format!(
            "SELECT (SELECT max(rowid) FROM {name}) - (SELECT min(rowid) FROM {name}) + 1 AS n"
        ),
    };
    let about = number(about).await?.max(few);
    Ok(Estimate {
        rows: u64::try_from(about).unwrap_or_default(),
        is_exact: false,
    })
}
