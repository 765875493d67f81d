//! A folder that files are written into: each whole or not at all, none outside of it, and none over
//! a file that somebody else wrote or changed.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::block::Kind;
use super::seal::{self, Standing};

/// The folder of what is being written. A killed export leaves it, and the next one clears it away.
const UNFINISHED: &str = ".folio-export.unfinished";
/// Files that wait for their names, at the most.
const WAITING: usize = 500;

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

/// A file that is whole, and gets its name once it is on the disk.
#[derive(Debug)]
struct Waiting {
    unfinished: TempPath,
    path: PathBuf,
    place: Place,
}

/// A folder that one export at a time writes into. Files get their names many at a time, after one
/// call that has the system write all of them to the disk: so each is whole also after a power cut,
/// and costs no wait of its own.
#[derive(Debug)]
pub(super) struct Mirror {
    root: PathBuf,
    kind: Kind,
    /// How many files were begun.
    begun: u64,
    waiting: Vec<Waiting>,
    /// Held while it is written into.
    _lock: Option<File>,
}

impl Mirror {
    /// Opens the folder, and makes it where it is not there.
    pub(super) fn open(root: &Path, kind: Kind) -> io::Result<Self> {
        if root.metadata().is_ok_and(|found| !found.is_dir()) {
            return Err(io::Error::new(
                io::ErrorKind::NotADirectory,
                "it is no folder",
            ));
        }
        fs::create_dir_all(root)?;
        let lock = lock(root)?;
        clear(&root.join(UNFINISHED));
        Ok(Self {
            root: root.to_owned(),
            kind,
            begun: 0,
            waiting: Vec::new(),
            _lock: lock,
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
        place_of(&at, self.kind, key)
    }

    /// Writes bytes that are at hand.
    pub(super) fn write(&mut self, path: &Path, bytes: &[u8], place: Place) -> io::Result<()> {
        let (mut file, unfinished) = self.begin()?;
        file.write_all(bytes)?;
        self.put(unfinished, path, place);
        Ok(())
    }

    /// A file to write, which waits for its name after [`Mirror::put`].
    pub(super) fn begin(&mut self) -> io::Result<(File, TempPath)> {
        let folder = self.root.join(UNFINISHED);
        match fs::create_dir(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let path = folder.join(self.begun.to_string());
        self.begun += 1;
        Ok((File::create_new(&path)?, TempPath::try_from_path(path)?))
    }

    pub(super) fn put(&mut self, unfinished: TempPath, path: &Path, place: Place) {
        self.waiting.push(Waiting {
            unfinished,
            path: path.to_owned(),
            place,
        });
    }

    /// Whether so many files wait that they should get their names.
    pub(super) fn is_full(&self) -> bool {
        self.waiting.len() >= WAITING
    }

    /// Gives the files that wait their names; tells what became of each. The error is one of all.
    pub(super) fn settle(&mut self) -> io::Result<Vec<(PathBuf, io::Result<Placed>)>> {
        if self.waiting.is_empty() {
            return Ok(Vec::new());
        }
        let unfinished = self.waiting.iter().map(|waiting| &*waiting.unfinished);
        sync(&self.root, unfinished)?;
        let waiting = std::mem::take(&mut self.waiting).into_iter();
        let placed = waiting.map(|waiting| {
            let placed = self.place(waiting.unfinished, &waiting.path, &waiting.place);
            (waiting.path, placed)
        });
        Ok(placed.collect())
    }

    /// Has the names on the disk as well, and takes away what was needed for writing.
    pub(super) fn finish(&self) -> io::Result<()> {
        clear(&self.root.join(UNFINISHED));
        if self.begun > 0 {
            sync(&self.root, [self.root.as_path()].into_iter())?;
        }
        Ok(())
    }

    /// Gives a file that is whole its name. A file that has appeared there meanwhile stays.
    fn place(&self, unfinished: TempPath, path: &Path, place: &Place) -> io::Result<Placed> {
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

/// What a file is that stands where that of a document or thread with this name is to be.
pub(super) fn place_of(at: &Path, kind: Kind, key: &str) -> Result<Place, String> {
    let file = File::open(at).map_err(|error| error.to_string())?;
    let standing = seal::look(file, kind).map_err(|error| error.to_string())?;
    let (place, block) = match standing {
        Standing::AsWritten { block, sum } => (Place::Earlier(sum), block),
        Standing::Changed { block } => (Place::Changed, block),
        Standing::Foreign => {
            return Err(
                "there is another file, which no export wrote: it is left as it is".to_owned(),
            );
        }
    };
    match kind.key(&block) {
        Some(other) if other == key => Ok(place),
        _ => Err("there is the file of another one: it is left as it is".to_owned()),
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

/// Removes what an export that was killed has left, and nothing that somebody else has put there.
fn clear(folder: &Path) {
    // Earlier versions had a file in its place.
    drop(fs::remove_file(folder));
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if name.as_encoded_bytes().iter().all(u8::is_ascii_digit) {
            drop(fs::remove_file(entry.path()));
        }
    }
    drop(fs::remove_dir(folder));
}

/// Has the system write files to the disk.
#[cfg(target_os = "linux")]
fn sync<'a>(root: &Path, _: impl Iterator<Item = &'a Path>) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(root)?)?)
}

/// The same where a file system can't be asked as a whole.
#[cfg(not(target_os = "linux"))]
fn sync<'a>(_: &Path, files: impl Iterator<Item = &'a Path>) -> io::Result<()> {
    for file in files.filter(|file| file.is_file()) {
        fs::OpenOptions::new().write(true).open(file)?.sync_all()?;
    }
    Ok(())
}
