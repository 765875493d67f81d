//! A migration made of four SQL files.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// One step: its name and its SQL for each database.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) postgres: Sql,
    pub(crate) sqlite: Sql,
}

/// How one database takes the step, and takes it back.
pub(crate) struct Sql {
    pub(crate) up: &'static str,
    pub(crate) down: &'static str,
}

/// Builds a [`Step`] from the folder `sql/$name`.
macro_rules! step {
    ($name:literal) => {
        $crate::step::Step {
            name: $name,
            postgres: $crate::step::Sql {
                up: include_str!(concat!("../sql/", $name, "/postgres.up.sql")),
                down: include_str!(concat!("../sql/", $name, "/postgres.down.sql")),
            },
            sqlite: $crate::step::Sql {
                up: include_str!(concat!("../sql/", $name, "/sqlite.up.sql")),
                down: include_str!(concat!("../sql/", $name, "/sqlite.down.sql")),
            },
        }
    };
}
pub(crate) use step;

impl Step {
    fn sql(&self, manager: &SchemaManager<'_>) -> Result<&Sql, DbErr> {
        match manager.get_database_backend() {
            DbBackend::Postgres => Ok(&self.postgres),
            DbBackend::Sqlite => Ok(&self.sqlite),
            other => Err(DbErr::Migration(format!(
                "Folio has no schema for {other:?}"
            ))),
        }
    }

    /// The tables that its way down drops and does not make anew.
    pub(crate) fn tables_dropped(&self, backend: DbBackend) -> Vec<&'static str> {
        let down = match backend {
            DbBackend::Postgres => self.postgres.down,
            _ => self.sqlite.down,
        };
        let named = |line: &'static str, words: &str| {
            let rest = line.trim_start().strip_prefix(words)?;
            rest.split([' ', ';', '(']).next()
        };
        let made: Vec<&str> = down
            .lines()
            .filter_map(|line| named(line, "CREATE TABLE "))
            .collect();
        down.lines()
            .filter_map(|line| named(line, "DROP TABLE "))
            .filter(|table| !made.contains(table))
            .collect()
    }
}

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = self.sql(manager)?.up;
        manager
            .get_connection()
            .execute_unprepared(sql)
            .await
            .map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = self.sql(manager)?.down;
        manager
            .get_connection()
            .execute_unprepared(sql)
            .await
            .map(drop)
    }

    /// SQLite too: by default SeaORM would leave half a step behind there.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
