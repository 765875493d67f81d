//! A folder that files are written into: each whole or not at all, none outside of it, and none over
//! a file that somebody else wrote or changed.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::block::Kind;
use super::seal::{self, Standing};

/// The file that is being written. A killed export leaves it, and the next one takes its place.
const UNFINISHED: &str = ".folio-export.unfinished";

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placed {
    Added,
    Updated,
    Unchanged,
}

/// What stands where a file is to be.
#[derive(Debug)]
pub(super) enum Place {
    /// Nothing.
    Free,
    /// An earlier form of the same, as it was written; its checksum.
    Earlier(String),
    /// The same, changed by somebody.
    Changed,
}

/// A folder that one export at a time writes into.
#[derive(Debug)]
pub(super) struct Mirror {
    root: PathBuf,
    kind: Kind,
    /// Held while it is written into.
    _lock: Option<File>,
}

impl Mirror {
    /// Opens the folder, and makes it where it is not there.
    pub(super) fn open(root: &Path, kind: Kind) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        Ok(Self {
            root: root.to_owned(),
            kind,
            _lock: lock(root)?,
        })
    }

    /// What stands at this path, for a document or thread with this name.
    pub(super) fn look(&self, path: &Path, key: &str) -> Result<Place, String> {
        let at = self.root.join(path);
        let about = match at.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Place::Free),
            // A file where a folder is to be.
            Err(error) => return Err(error.to_string()),
            Ok(about) => about,
        };
        self.make_folders(path).map_err(|error| error.to_string())?;
        if !about.is_file() {
            return Err("there is something else than a file: it is left as it is".to_owned());
        }
        let file = File::open(&at).map_err(|error| error.to_string())?;
        let standing = seal::look(file, self.kind).map_err(|error| error.to_string())?;
        let (place, block) = match standing {
            Standing::AsWritten { block, sum } => (Place::Earlier(sum), block),
            Standing::Changed { block } => (Place::Changed, block),
            Standing::Foreign => {
                return Err(
                    "there is another file, which no export wrote: it is left as it is".to_owned(),
                );
            }
        };
        match self.kind.key(&block) {
            Some(other) if other == key => Ok(place),
            _ => Err("there is the file of another one: it is left as it is".to_owned()),
        }
    }

    /// Writes bytes that are at hand.
    pub(super) fn write(&self, path: &Path, bytes: &[u8], place: &Place) -> io::Result<Placed> {
        let unfinished = self.unfinished()?;
        let mut file = File::create(&unfinished)?;
        file.write_all(bytes)?;
        drop(file);
        self.place(unfinished, path, place)
    }

    /// The file to write, which [`Mirror::place`] gives its name.
    pub(super) fn unfinished(&self) -> io::Result<TempPath> {
        let path = self.root.join(UNFINISHED);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        TempPath::try_from_path(path)
    }

    /// Gives a file that is whole its name. A file that has appeared there meanwhile stays.
    pub(super) fn place(
        &self,
        unfinished: TempPath,
        path: &Path,
        place: &Place,
    ) -> io::Result<Placed> {
        self.make_folders(path)?;
        let at = self.root.join(path);
        Ok(match place {
            Place::Free => {
                unfinished.persist_noclobber(&at)?;
                Placed::Added
            }
            Place::Earlier(_) | Place::Changed => {
                unfinished.persist(&at)?;
                Placed::Updated
            }
        })
    }

    /// The folders above a file. A link is none of them: it would lead out of the folder.
    fn make_folders(&self, path: &Path) -> io::Result<()> {
        let mut at = self.root.clone();
        for part in path.parent().into_iter().flatten() {
            at.push(part);
            match fs::create_dir(&at) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => {
                    made?;
                    continue;
                }
            }
            if !at.symlink_metadata()?.is_dir() {
                let problem = format!("{} is a link or a file, and no folder", at.display());
                return Err(io::Error::other(problem));
            }
        }
        Ok(())
    }

    /// Removes a file, and the folders above it that are empty then.
    pub(super) fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(self.root.join(path))?;
        let mut above = path.parent();
        // A folder that is not empty stays.
        while let Some(folder) = above.filter(|folder| !folder.as_os_str().is_empty()) {
            if fs::remove_dir(self.root.join(folder)).is_err() {
                break;
            }
            above = folder.parent();
        }
        Ok(())
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }
}

/// Two exports into one folder would write the same files. File systems that know no locks do
/// without.
fn lock(root: &Path) -> io::Result<Option<File>> {
    let Ok(folder) = File::open(root) else {
        return Ok(None);
    };
    match folder.try_lock() {
        Ok(()) => Ok(Some(folder)),
        Err(fs::TryLockError::WouldBlock) => {
            Err(io::Error::other("another export is writing into it"))
        }
        Err(fs::TryLockError::Error(_)) => Ok(None),
    }
}
