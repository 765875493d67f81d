//! A copy of an embedded store while it is in use.

use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde::Serialize;

use crate::config::{Access, Config, Database, OnConnect, SqliteMode, SqliteTarget};
use crate::connect::{self, Backend};
use crate::error::{Area, ConnectionError, Error, Failure, Operation};
use crate::folio::Folio;
use crate::store::Store;
use crate::unfinished::{self, Readers, Unfinished};

/// Whether a file that is there already may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overwrite {
    /// It stays, and the call fails.
    Never,
    /// It is replaced, once the new one is whole and checked.
    Whole,
}

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Backup {
    /// The file.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
}

impl Folio {
    /// Writes the store into another file, as it is at one moment, while it is in use: readers go on,
    /// and so do writers of other programs. The file is there whole and checked, or not at all; one
    /// that appears while it is written stays, unless it may be replaced.
    ///
    /// # Errors
    /// [`ConnectionError::Backup`] where the file is there already, or is in use as a database, or
    /// can't be written, or the store is on a server; the database's.
    pub async fn backup(&self, path: &Path, overwrite: Overwrite) -> Result<Backup, Error> {
        let refused = |problem: String| ConnectionError::Backup {
            path: path.to_owned(),
            problem,
        };
        if self.backend() != Backend::Sqlite {
            let problem =
                "the store is on a server: pg_dump makes a copy of it, and so does folio copy";
            return Err(refused(problem.to_owned()).into());
        }
        if let Some(problem) = self
            .is_own_file(path)
            .or_else(|| in_the_way(path, overwrite))
        {
            return Err(refused(problem).into());
        }
        let failed = |error: std::io::Error| refused(error.to_string());
        // It is removed wherever this ends early.
        let unfinished = Unfinished::beside(path, Readers::Owner).map_err(failed)?;
        // What SQLite leaves beside it where the disk is full.
        let _journal = Leftover(beside(unfinished.path(), "-journal"));
        let Some(target) = unfinished.path().to_str().map(str::to_owned) else {
            let problem = "the name of its folder is not UTF-8, and SQLite takes no other";
            return Err(refused(problem.to_owned()).into());
        };
        let operation = || Operation::new(Area::Connection, format!("write {}", path.display()));
        let into =
            Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO $1", [target.into()]);
        // Nothing is changed in the store, so this takes nobody's place, and needs no right to write.
        let written = async {
            let alone = connect::open_for_backup(self.config()).await?;
            let conn = alone.as_ref().unwrap_or(&self.pools().write);
            let written = conn.execute_raw(into).await;
            if let Some(alone) = alone {
                drop(alone.close().await);
            }
            let failed = |error| Failure::classify(operation(), error, false).into_error();
            written.map_err(failed)
        };
        self.pools().abandonment.watch(written).await?;
        check(unfinished.path()).await?;
        let bytes = unfinished.keep(path, overwrite).map_err(failed)?;
        tracing::info!(bytes, "made a backup");
        Ok(Backup {
            path: path.to_owned(),
            bytes,
        })
    }

    /// Whether it is the store itself, or what SQLite keeps beside it.
    pub(crate) fn is_own_file(&self, path: &Path) -> Option<String> {
        let Database::Sqlite(own) = &self.config().database else {
            return None;
        };
        let own = own.path.canonicalize().ok()?;
        let folder = unfinished::folder_of(path).canonicalize().ok()?;
        let found = path.canonicalize().ok();
        let named = found.or_else(|| Some(folder.join(path.file_name()?)))?;
        if named == own {
            return Some("it is the store itself".to_owned());
        }
        let companions = ["-wal", "-shm", "-journal"].map(|end| beside(&own, end));
        let is_part = companions.contains(&named);
        is_part.then(|| "it would be taken for a part of the store".to_owned())
    }
}

/// A file that is removed in the end, if it is there.
struct Leftover(PathBuf);

impl Drop for Leftover {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

/// A file beside this one: its name with something behind it.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(end);
    PathBuf::from(beside)
}

/// What speaks against a file of the store's contents in this place.
pub(crate) fn in_the_way(path: &Path, overwrite: Overwrite) -> Option<String> {
    let is_there = path.symlink_metadata().is_ok();
    if is_there && overwrite == Overwrite::Never {
        return Some("there is such a file already".to_owned());
    }
    if is_there && !path.is_file() {
        return Some("there is something else than a file".to_owned());
    }
    // What a database leaves there would be taken for a part of the backup.
    let companions = ["-wal", "-journal"].map(|end| beside(path, end));
    let companion = companions.iter().find(|path| path.exists())?;
    Some(format!(
        "{} shows that a database of this name is in use: close it, or name another file. A program \
         that was killed leaves it, too: opening that database once takes it away",
        companion.display()
    ))
}

/// Reads the copy from its first page to its last, and holds its indexes against its tables.
async fn check(path: &Path) -> Result<(), Error> {
    let mut config = Config::sqlite(path)
        .with_access(Access::ReadOnly)
        .with_on_connect(OnConnect::LookOnly);
    // Nothing writes into it any more: no journal, and no statistics at the end.
    config.database = Database::Sqlite(SqliteTarget {
        path: path.to_owned(),
        mode: SqliteMode::ReadOnly,
    });
    let copy = Folio::connect(config).await?;
    let operation = || Operation::new(Area::Connection, "check the backup");
    let said = Store::Pools(&copy)
        .read(operation, async |conn| {
            let check = Statement::from_string(DbBackend::Sqlite, "PRAGMA integrity_check(1)");
            let row = conn.query_one_raw(check).await?;
            let said: Option<String> = row
                .map(|row| row.try_get("", "integrity_check"))
                .transpose()?;
            Ok(said.unwrap_or_default())
        })
        .await;
    copy.close().await;
    match said? {
        said if said == "ok" => Ok(()),
        problem => Err(ConnectionError::Backup {
            path: path.to_owned(),
            problem,
        }
        .into()),
    }
}
