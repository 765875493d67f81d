//! The one error tree. Every error says what failed, on what, what became of the data
//! ([`Error::fate`]) and whether trying again may help ([`Error::is_transient`]).
//!
//! The seed's tree, mended: its README promised one root with connection, chat, document and
//! ingestion errors below it, and its code kept only the first of them.

mod classify;
mod failure;
mod ingestion;
mod invalid;
mod migration;
mod obstacle;

pub(crate) use classify::is_duplicate;
pub(crate) use failure::{Area, Fault};
pub use failure::{Failure, FailureKind, Fate, Operation};
pub use ingestion::IngestionError;
pub use invalid::{ConfigError, Invalid};
pub use migration::{MigrationError, RowsLost};

use std::path::PathBuf;

use crate::ids::{DocumentId, MessageId};
use crate::messages::Message;

/// What every call of this library may fail with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The settings are wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// No connection, or the connection as such failed. The seed's `ConnectionPoolError`.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// A call on documents failed. The seed's `DocumentError`.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A call on threads or messages failed. The seed's `ChatHistoryError`.
    #[error(transparent)]
    Chat(#[from] ChatError),
    /// Files could not be taken in. The seed's `IngestionError`.
    #[error(transparent)]
    Ingestion(#[from] IngestionError),
    /// A search failed.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The schema is not as it should be, or could not be made so.
    #[error(transparent)]
    Migration(#[from] MigrationError),
}

impl Error {
    /// What became of the data.
    #[must_use]
    pub fn fate(&self) -> Fate {
        self.failure()
            .map_or(Fate::NeverRan, |failure| failure.fate)
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.failure().is_some_and(Failure::is_transient)
    }

    /// Whether the database refused something that may be one row's alone, so that it is worth while
    /// to look for that row. A store that can't be written to refuses all of them alike.
    pub(crate) fn may_be_of_one_row(&self) -> bool {
        use FailureKind::{Full, Permission, ReadOnly, Schema};
        self.fate() == Fate::Refused
            && self.failure().is_some_and(|failure| {
                !matches!(failure.kind, Full | Permission | ReadOnly | Schema)
            })
    }

    /// Whether someone else changed or made the row first.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(
            self,
            Self::Document(
                DocumentError::Conflict { .. }
                    | DocumentError::Duplicate { .. }
                    | DocumentError::DuplicateId { .. }
            ) | Self::Chat(ChatError::Conflict { .. } | ChatError::Duplicate { .. })
        )
    }

    /// The same error, for a transaction that was certainly not committed.
    pub(crate) fn rolled_back(mut self) -> Self {
        if let Some(failure) = self.failure_mut()
            && failure.fate == Fate::Unknown
        {
            failure.fate = Fate::RolledBack;
        }
        self
    }

    /// The same error, of a call that was to change nothing: there is nothing to tell of the data.
    pub(crate) fn of_a_read(mut self) -> Self {
        if let Some(failure) = self.failure_mut() {
            failure.fate = Fate::NeverRan;
            failure.operation.is_read = true;
        }
        self
    }

    /// The same error, of what was asked of a replica.
    pub(crate) fn of_replica(mut self, replica: &dyn std::fmt::Display) -> Self {
        if let Some(failure) = self.failure_mut()
            && failure.kind.is_of_the_server()
        {
            let words = format!("{} (from the replica {replica})", failure.operation.words);
            failure.operation.words = words.into();
        }
        self
    }

    fn failure_mut(&mut self) -> Option<&mut Failure> {
        match self {
            Self::Connection(ConnectionError::Failed(failure))
            | Self::Document(DocumentError::Failed(failure))
            | Self::Chat(ChatError::Failed(failure))
            | Self::Ingestion(IngestionError::Failed(failure))
            | Self::Search(SearchError::Failed(failure))
            | Self::Migration(MigrationError::Failed(failure)) => Some(failure),
            Self::Migration(MigrationError::Step { failure, .. }) => Some(failure),
            _ => None,
        }
    }

    /// The database's part in it, where it had one.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Connection(ConnectionError::Failed(failure))
            | Self::Document(DocumentError::Failed(failure))
            | Self::Chat(ChatError::Failed(failure))
            | Self::Ingestion(IngestionError::Failed(failure))
            | Self::Search(SearchError::Failed(failure))
            | Self::Migration(MigrationError::Failed(failure)) => Some(failure),
            Self::Migration(MigrationError::Step { failure, .. }) => Some(failure),
            _ => None,
        }
    }
}

/// No connection, or the connection as such failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectionError {
    /// The database said no, or nothing.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// The file of an embedded database is not there.
    #[error(
        "there is no database file {path}: check the path, or add ?mode=rwc to its URL to make it"
    )]
    NoSuchFile {
        /// The file.
        path: PathBuf,
    },
    /// The file of an embedded database is no longer the one that was opened.
    #[error(
        "the database file {path} was removed or replaced while it was open; nothing was written: close the store and open it again"
    )]
    FileReplaced {
        /// The file.
        path: PathBuf,
    },
    /// A file that is not there, and is not made by who only reads.
    #[error(
        "there is no database file {path}, and a store that is opened read-only is not made: check the path, or open it once for writing"
    )]
    NothingToRead {
        /// The file.
        path: PathBuf,
    },
    /// A file with a log of changes beside it, where nothing can be written.
    #[error(
        "cannot read {path}: {log} has changes that belong to it, and to read these the folder has to be writable; copy both files to where you may write"
    )]
    FolderNotWritable {
        /// The file.
        path: PathBuf,
        /// The log of changes.
        log: PathBuf,
    },
    /// The folder of an embedded database can't be made.
    #[error("cannot make the folder {path} for the database: {error}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's word.
        error: std::io::Error,
    },
    /// The server is older than Folio needs.
    #[error("PostgreSQL {found} is too old: Folio needs 14 or later")]
    TooOld {
        /// The server's version.
        found: String,
    },
    /// A change was asked of a store that was opened for reading.
    #[error("cannot {operation}: the store was opened read-only; nothing was changed")]
    ReadOnly {
        /// What was to be done.
        operation: Operation,
    },
    /// A transaction's handle was kept beyond its closure, so it could not be committed.
    #[error("a handle of the transaction outlived its closure; everything in it is rolled back")]
    TransactionEscaped,
    /// A backup can't be made.
    #[error("cannot make the backup {path}: {problem}; nothing was written")]
    Backup {
        /// The file.
        path: PathBuf,
        /// What is in the way.
        problem: String,
    },
    /// The store has been closed.
    #[error("the store is closed")]
    Closed,
}

/// A call on documents failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// A value was refused.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The code is taken.
    #[error("there is a document with the code {code:?} already; nothing was written")]
    Duplicate {
        /// The code.
        code: String,
    },
    /// The id is taken by another document.
    #[error(
        "there is another document with the id {id} already, with the code {code:?}; nothing was written"
    )]
    DuplicateId {
        /// The id.
        id: DocumentId,
        /// The other document's code.
        code: String,
    },
    /// What is to be restored was not deleted, or is back: it has another code now.
    #[error(
        "the document that was {code:?} was not deleted, or is back: it lives as {now:?}. Restore an earlier version of that, or rename it; nothing was changed"
    )]
    Lives {
        /// The code that was asked for.
        code: String,
        /// The code that the document has.
        now: String,
    },
    /// Someone changed the document since it was read.
    #[error(
        "document {code:?} has changed meanwhile: your text is based on version {expected}, and it is at {found} now; nothing was written"
    )]
    Conflict {
        /// The document's code.
        code: String,
        /// The version that the caller's change is based on.
        expected: i64,
        /// The version that is stored.
        found: i64,
    },
    /// There is no such revision to restore.
    #[error("document {code:?} has no {} in its history; nothing was changed", version.map_or_else(|| "deleted version".to_owned(), |version| format!("version {version}")))]
    NoSuchRevision {
        /// The document's code.
        code: String,
        /// The version that was asked for; None for the latest deleted one.
        version: Option<i64>,
    },
    /// What is to be restored is what there is.
    #[error("document {code:?} is the same as version {version} already; nothing was changed")]
    NothingToRestore {
        /// The document's code.
        code: String,
        /// The version that was asked for.
        version: i64,
    },
    /// The database's part.
    #[error(transparent)]
    Failed(Failure),
}

/// A call on threads or messages failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChatError {
    /// A value was refused.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Someone changed the message since it was read.
    #[error("message {id} has changed meanwhile; nothing was written")]
    Conflict {
        /// The message.
        id: MessageId,
        /// What it says now.
        found: Box<Message>,
    },
    /// The id is taken by another message.
    #[error("there is another message with the id {id} already; nothing was written")]
    Duplicate {
        /// The id.
        id: MessageId,
    },
    /// The database's part.
    #[error(transparent)]
    Failed(Failure),
}

/// A search failed. What is typed as a query never is an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SearchError {
    /// A value was refused.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database's part.
    #[error(transparent)]
    Failed(Failure),
}

impl From<Invalid> for Error {
    /// For what is refused before it is known on which kind of row: a cursor, an id.
    fn from(invalid: Invalid) -> Self {
        Self::Document(DocumentError::Invalid(invalid))
    }
}
