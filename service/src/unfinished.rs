//! A file in the making. It has a name of its own beside the one that it will have, so that the file is
//! there whole or not at all, and so that two who make it at once don't write into one another's.

use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile, TempDir};

use crate::backup::Overwrite;

/// Who may read a file that Folio makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Its owner: a whole store, with all that was ever deleted from it.
    Owner,
    /// Those who may by the system's mask.
    Mask,
}

/// A file that gets its name once it is whole; dropped before that, it is gone.
#[derive(Debug)]
pub(crate) struct Unfinished {
    out: BufWriter<NamedTempFile>,
}

impl Unfinished {
    /// Begins a file beside this one.
    ///
    /// # Errors
    /// The system's, such as where there is no such folder.
    pub(crate) fn beside(path: &Path, readers: Readers) -> io::Result<Self> {
        let mut builder = Builder::new();
        builder.prefix(".folio-").suffix(".unfinished");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = match readers {
                Readers::Owner => 0o600,
                Readers::Mask => 0o666,
            };
            builder.permissions(std::fs::Permissions::from_mode(mode));
        }
        #[cfg(not(unix))]
        let _ = readers;
        let file = builder.tempfile_in(folder_of(path))?;
        let out = BufWriter::new(file);
        Ok(Self { out })
    }

    /// Where it is until it gets its name.
    pub(crate) fn path(&self) -> &Path {
        self.out.get_ref().path()
    }

    /// Gives it the rights of a file whose place it is to take.
    pub(crate) fn like(&self, other: &std::fs::Metadata) -> io::Result<()> {
        let file = self.out.get_ref().as_file();
        file.set_permissions(other.permissions())
    }

    /// Has the system write it to the disk, and gives it its name; gives its size in bytes.
    ///
    /// # Errors
    /// The system's; [`io::ErrorKind::AlreadyExists`] where there is such a file, and it is not to be
    /// replaced.
    pub(crate) fn keep(self, path: &Path, overwrite: Overwrite) -> io::Result<u64> {
        let file = self
            .out
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        let bytes = file.as_file().metadata()?.len();
        match overwrite {
            Overwrite::Never => file.persist_noclobber(path)?,
            Overwrite::Whole => file.persist(path)?,
        };
        Ok(bytes)
    }
}

impl Write for Unfinished {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Seek for Unfinished {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.out.seek(to)
    }
}

/// A folder beside this file for what it is made from; it is gone when it is dropped. Its owner alone
/// sees into it.
pub(crate) fn workshop(path: &Path) -> io::Result<TempDir> {
    let mut builder = Builder::new();
    builder.prefix(".folio-").suffix(".unfinished");
    builder.tempdir_in(folder_of(path))
}

pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
