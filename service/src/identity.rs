//! Whether the file of an embedded database is still the one that was opened. Who removes it, or
//! puts a backup in its place, leaves an open store with a file that has no name any longer: what is
//! written there is lost once it is closed.

use std::path::{Path, PathBuf};

use crate::error::ConnectionError;

/// Which file it was when it was opened. By default there is none to look at.
#[derive(Debug, Default)]
pub(crate) struct Identity {
    path: PathBuf,
    /// The device and the number of the file on it; None where there is no such thing.
    number: Option<(u64, u64)>,
}

impl Identity {
    /// That of the file at this path.
    pub(crate) fn of(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            number: number(path),
        }
    }

    /// # Errors
    /// [`ConnectionError::FileReplaced`] where the file is not there, or another one.
    pub(crate) fn check(&self) -> Result<(), ConnectionError> {
        if self.number.is_none() || self.number == number(&self.path) {
            return Ok(());
        }
        Err(ConnectionError::FileReplaced {
            path: self.path.clone(),
        })
    }
}

#[cfg(unix)]
fn number(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let file = std::fs::metadata(path).ok()?;
    Some((file.dev(), file.ino()))
}

#[cfg(not(unix))]
fn number(_path: &Path) -> Option<(u64, u64)> {
    // An open file can't be removed or replaced there.
    None
}
