//! Two processes that migrate one database at once would race for its tables: the second one
//! waits here until the first is through. PostgreSQL: an advisory lock, held by a transaction
//! on a connection of its own. SQLite: a lock on a file beside the database.

use std::fs::File;
use std::path::{Path, PathBuf};

use sea_orm_migration::sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, TransactionTrait,
};

/// The advisory lock's key: "folio" in ASCII.
const KEY: i64 = 0x66_6f_6c_69_6f;

/// Held while a database is migrated; dropping it lets the next one in.
#[derive(Debug)]
#[must_use = "the lock is released when it is dropped"]
pub enum Lock {
    /// The transaction that holds the advisory lock.
    Postgres(DatabaseTransaction),
    /// The locked file.
    Sqlite(File),
    /// A database in memory, which no other process sees.
    Memory,
}

/// Waits for the lock of the database behind `connection`. On PostgreSQL it takes one
/// connection of the pool, so the pool must have two.
///
/// # Errors
/// The database's own, or [`DbErr::Custom`] when the lock's file can't be made.
pub async fn acquire(connection: &DatabaseConnection) -> Result<Lock, DbErr> {
    match connection.get_database_backend() {
        DbBackend::Postgres => {
            let transaction = connection.begin().await?;
            transaction
                .execute_unprepared(&format!(
                    "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock({KEY})"
                ))
                .await?;
            Ok(Lock::Postgres(transaction))
        }
        _ => match sqlite_file(connection).await? {
            None => Ok(Lock::Memory),
            Some(database) => {
                let path = lock_path(&database);
                let opened = path.clone();
                let locked = tokio::task::spawn_blocking(move || {
                    let file = open(&opened)?;
                    file.lock()?;
                    Ok::<_, std::io::Error>(file)
                });
                let file = locked
                    .await
                    .map_err(|stopped| DbErr::Custom(stopped.to_string()))?
                    .map_err(|error| {
                        DbErr::Custom(format!("cannot lock {}: {error}", path.display()))
                    })?;
                Ok(Lock::Sqlite(file))
            }
        },
    }
}

/// Opens the lock's file, and makes it where there is none. What somebody else has put in its place is
/// neither followed, where it is a link, nor emptied.
fn open(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600).custom_flags(libc::O_NOFOLLOW);
    }
    options.open(path)
}

/// The lock's file of a database's file.
#[must_use]
pub fn lock_path(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".migrate-lock");
    PathBuf::from(name)
}

/// The file of the main database, or None for one in memory.
async fn sqlite_file(connection: &DatabaseConnection) -> Result<Option<PathBuf>, DbErr> {
    let row = connection
        .query_one_raw(sea_orm_migration::sea_orm::Statement::from_string(
            DbBackend::Sqlite,
            "SELECT file FROM pragma_database_list WHERE name = 'main'",
        ))
        .await?;
    let file: Option<String> = row
        .map(|row| row.try_get("", "file"))
        .transpose()?
        .flatten();
    Ok(file.filter(|file| !file.is_empty()).map(PathBuf::from))
}
