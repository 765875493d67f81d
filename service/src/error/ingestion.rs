//! What goes wrong where files and lines are taken in, and given out.

use std::path::PathBuf;

use super::{Failure, Invalid};

/// Files could not be taken in. What is wrong with one file is told in the report; this is
/// for what stops the whole.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestionError {
    /// A value was refused.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The path is not there.
    #[error("there is no file or folder {path}; nothing was read")]
    NotFound {
        /// The path.
        path: PathBuf,
    },
    /// A folder was expected.
    #[error("{path} is not a folder; nothing was read")]
    NotAFolder {
        /// The path.
        path: PathBuf,
    },
    /// The path can't be read.
    #[error("cannot read {path}: {error}")]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// The system's word.
        error: std::io::Error,
    },
    /// The output can't be written.
    #[error("cannot write {path}: {error}")]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's word.
        error: std::io::Error,
    },
    /// An archive is damaged, or is none.
    #[error("{path} is no whole archive of Folio: {problem}; nothing was written")]
    BadArchive {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// It is not an export that is known here.
    #[error(
        "that is no export of ChatGPT or LangChain: {problem}; nothing was written. Where it is something else, --kind tells what"
    )]
    Foreign {
        /// What is wrong with it.
        problem: String,
    },
    /// A store that is to become a copy has something of its own.
    #[error(
        "the target has rows in {table} that the source does not have, or has no more: copy into an empty store; nothing was written to that table"
    )]
    NotACopy {
        /// The table.
        table: &'static str,
    },
    /// Both sides of a copy are one database.
    #[error("both stores are the same database; nothing was copied")]
    CopyOntoItself,
    /// A copy is not equal to its source.
    #[error(
        "the copy of {table} differs from its source: something was changed since the copying began. What was only added comes along when you copy again; where rows were changed or deleted, copy into an empty store"
    )]
    CopyDiffers {
        /// The table.
        table: &'static str,
    },
    /// One file's text can't be taken.
    #[error("{path}: {problem}")]
    Undecodable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A glob can't be understood.
    #[error("the glob {glob:?} can't be understood: {problem}; nothing was read")]
    Glob {
        /// The glob.
        glob: String,
        /// What is wrong with it.
        problem: String,
    },
    /// No encoding has that name.
    #[error("there is no encoding {label:?}: name one such as utf-8, windows-1251 or shift_jis")]
    UnknownEncoding {
        /// The name.
        label: String,
    },
    /// Nothing is left of a folder whose vanished files were to be removed.
    #[error(
        "{path} has no files at all, and the store has {documents} documents from it: is its disk mounted? Nothing was changed; with an empty folder allowed (--allow-empty) they are deleted all the same"
    )]
    EmptyRoot {
        /// The folder.
        path: PathBuf,
        /// Documents that would be deleted.
        documents: usize,
    },
    /// A document is no longer as the plan saw it.
    #[error("a document has changed, or gone, since the plan was made; nothing of it was written")]
    Outdated,
    /// The ingestion was stopped; what it had written stays.
    #[error("stopped with {written} written; a second run takes up the rest")]
    Cancelled {
        /// How many documents were written.
        written: u64,
    },
    /// The database's part.
    #[error(transparent)]
    Failed(Failure),
}
