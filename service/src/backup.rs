//! A copy of an embedded store while it is in use.

use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde::Serialize;

use crate::config::{Access, Config, OnConnect};
use crate::connect::Backend;
use crate::error::{Area, ConnectionError, Error, Operation};
use crate::folio::Folio;
use crate::retry::Repeat;
use crate::store::Store;

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
    /// and so do writers of other programs. The file is there whole and checked, or not at all.
    ///
    /// # Errors
    /// [`ConnectionError::Backup`] where the file is there already, or can't be written, or the
    /// store is on a server; the database's.
    pub async fn backup(&self, path: &Path) -> Result<Backup, Error> {
        let refused = |problem: String| ConnectionError::Backup {
            path: path.to_owned(),
            problem,
        };
        if self.backend() != Backend::Sqlite {
            let problem =
                "the store is on a server: pg_dump makes a copy of it, and so does folio copy";
            return Err(refused(problem.to_owned()).into());
        }
        if path.symlink_metadata().is_ok() {
            return Err(refused("there is such a file already".to_owned()).into());
        }
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(".unfinished");
        let unfinished = PathBuf::from(unfinished);
        // One that an earlier backup left.
        drop(std::fs::remove_file(&unfinished));
        let target = unfinished.to_string_lossy().into_owned();
        let operation = || Operation::new(Area::Connection, format!("write {}", path.display()));
        let store = Store::Pools(self);
        let written = store.write_single(Repeat::OnlyIfUndone, operation, async |conn| {
            let into = Statement::from_sql_and_values(
                DbBackend::Sqlite,
                "VACUUM INTO $1",
                [target.as_str().into()],
            );
            conn.execute_raw(into).await?;
            Ok(())
        });
        let checked = match written.await {
            Ok(()) => check(&unfinished).await,
            Err(error) => Err(error),
        };
        if let Err(error) = checked {
            drop(std::fs::remove_file(&unfinished));
            return Err(error);
        }
        let bytes = std::fs::rename(&unfinished, path)
            .and_then(|()| path.metadata())
            .map_err(|error| refused(error.to_string()))?
            .len();
        tracing::info!(bytes, "made a backup");
        Ok(Backup {
            path: path.to_owned(),
            bytes,
        })
    }
}

/// Reads the copy from its first page to its last.
async fn check(path: &Path) -> Result<(), Error> {
    let config = Config::sqlite(path)
        .with_access(Access::ReadOnly)
        .with_on_connect(OnConnect::LookOnly);
    let copy = Folio::connect(config).await?;
    let operation = || Operation::new(Area::Connection, "check the backup");
    let said = Store::Pools(&copy)
        .read(operation, async |conn| {
            let check = Statement::from_string(DbBackend::Sqlite, "PRAGMA quick_check(1)");
            let row = conn.query_one_raw(check).await?;
            let said: Option<String> = row.map(|row| row.try_get("", "quick_check")).transpose()?;
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
