//! Documents and conversations as a folder of files: each a block of front matter that has everything
//! else, and the text as it is.

pub(crate) mod block;
mod claims;
mod documents;
mod mirror;
mod one;
pub(crate) mod path;
mod read;
mod seal;
mod selected;
mod stale;
mod take;
mod talks;
mod threads;
pub(super) mod untaken;

use serde::Serialize;

use super::MAX_ERRORS;
use mirror::Placed;

pub use take::{FolderImport, Newer};

/// A file that was not written, or not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileError {
    /// The file, below the folder.
    pub file: String,
    /// Why not.
    pub error: String,
}

/// What is done with files of documents, or threads, that are no longer in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stale {
    /// They stay, and are counted.
    Keep,
    /// They are deleted, unless somebody has changed them. Where the store has nothing at all it is
    /// likely to be another one: nothing is deleted, and the call fails.
    Delete,
    /// They are deleted, also where the store has nothing.
    DeleteAll,
}

/// What an export into a folder did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FolderExport {
    /// Documents, or threads.
    pub total: u64,
    /// Files that are new.
    pub added: u64,
    /// Files that were there, and say something else now.
    pub updated: u64,
    /// Files that were like that already, and were not written.
    pub unchanged: u64,
    /// Those that were not written, because something else stands there.
    pub failed: u64,
    /// Files of an earlier export whose documents, or threads, are gone or have another place.
    pub stale: u64,
    /// Those of them that were deleted.
    pub removed: u64,
    /// The first 1,000 files that were not written, or not deleted.
    pub errors: Vec<FileError>,
}

impl FolderExport {
    fn note(&mut self, placed: Placed) {
        self.total += 1;
        match placed {
            Placed::Added => self.added += 1,
            Placed::Updated => self.updated += 1,
            Placed::Unchanged => self.unchanged += 1,
        }
    }

    fn fail(&mut self, file: &std::path::Path, error: String) {
        self.failed += 1;
        if self.errors.len() < MAX_ERRORS {
            let file = file.display().to_string();
            self.errors.push(FileError { file, error });
        }
    }
}
