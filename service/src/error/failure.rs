//! A call that the database failed: what happened, and what it means for the data.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use sea_orm::{DbErr, RuntimeErr, sqlx};

use super::classify::{classify, is_duplicate};
use super::{
    ChatError, ConnectionError, DocumentError, Error, IngestionError, Invalid, MigrationError,
    SearchError,
};

/// What became of the data when a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing was sent: the data is as it was.
    NeverRan,
    /// The change was undone: the data is as it was.
    RolledBack,
    /// The connection broke at a moment when the change may or may not have been made.
    Unknown,
    /// The database will not take it as it is: the data is as it was.
    Refused,
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NeverRan | Self::Refused => "nothing was changed",
            Self::RolledBack => "the change was rolled back",
            Self::Unknown => "whether the change was made is unknown",
        })
    }
}

/// What the database met with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureKind {
    /// No server answered, or the file could not be opened.
    Unreachable,
    /// The file of an embedded database can't be opened.
    CannotOpen,
    /// The server offers no encryption, or no certificate that can be trusted.
    Encryption,
    /// The server refused the user or the password.
    Authentication,
    /// The server knows no such database.
    NoSuchDatabase,
    /// All connections stayed in use for this long.
    PoolExhausted {
        /// How long the call waited.
        waited: Duration,
    },
    /// The server has no connection to spare, or is starting or stopping.
    Busy,
    /// The connection broke.
    ConnectionLost,
    /// The statement took longer than it may.
    Timeout,
    /// Another program holds the lock on the file or the row.
    Locked,
    /// Another transaction was in the way: a deadlock, or a serialization failure.
    Contention,
    /// The disk, or the memory, is full.
    Full,
    /// The database, or its file, can't be written to.
    ReadOnly,
    /// The user may not do that.
    Permission,
    /// A table or column is missing.
    Schema,
    /// A rule of the tables refused a value.
    Constraint,
    /// The file is damaged, or no database.
    Corrupt,
    /// The text is too much for the database.
    TooLarge,
    /// Anything else.
    Other,
}

impl FailureKind {
    /// What to tell a person: what happened, and what to do about it.
    fn words(&self) -> (Cow<'static, str>, &'static str) {
        let (what, advice) = match self {
            Self::Unreachable => (
                "the database can't be reached",
                "check that it runs, and its address",
            ),
            Self::CannotOpen => (
                "the file can't be opened",
                "check that it is a file, and that you may read and write both it and its folder",
            ),
            Self::Encryption => (
                "the server offers no encryption that can be trusted",
                "give its authority's certificate (sslrootcert in the URL), or ask for less \
                 (POSTGRES_SSLMODE, or sslmode in the URL: require takes any certificate, prefer also none)",
            ),
            Self::Authentication => ("the server refused the user or the password", "check both"),
            Self::NoSuchDatabase => (
                "the server has no such database",
                "check the name, or create it",
            ),
            Self::PoolExhausted { waited } => {
                let what = format!(
                    "all connections stayed in use for {:.1} s",
                    waited.as_secs_f32()
                );
                return (what.into(), "try again, or allow more (DB_MAX_CONNECTIONS)");
            }
            Self::Busy => (
                "the server takes no connections just now",
                "try again shortly",
            ),
            Self::ConnectionLost => ("the connection broke", "try again"),
            Self::Timeout => (
                "it took longer than it may",
                "try again, or allow more time (DB_COMMAND_TIMEOUT)",
            ),
            Self::Locked => (
                "another program has locked the database",
                "try again when it is done",
            ),
            Self::Contention => ("another transaction was in the way", "try again"),
            Self::Full => ("the disk is full", "make room and try again"),
            Self::ReadOnly => (
                "the database is read-only",
                "check the file's permissions, or write to the primary server",
            ),
            Self::Permission => ("the database's user may not do that", "grant it the right"),
            Self::Schema => ("a table or column is missing", "run `folio migrate up`"),
            Self::Constraint => ("a rule of the table refused it", "check the value"),
            Self::Corrupt => (
                "the file is damaged, or is no database",
                "restore it from a copy",
            ),
            Self::TooLarge => ("the text is more than the database takes", "split it"),
            Self::Other => ("the database failed", "see the log"),
        };
        (what.into(), advice)
    }

    /// Its name in a word or two.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::CannotOpen => "cannot open",
            Self::Encryption => "encryption",
            Self::Authentication => "authentication",
            Self::NoSuchDatabase => "no database",
            Self::PoolExhausted { .. } => "no connection",
            Self::Busy => "busy",
            Self::ConnectionLost => "connection lost",
            Self::Timeout => "timeout",
            Self::Locked => "locked",
            Self::Contention => "contention",
            Self::Full => "disk full",
            Self::ReadOnly => "read-only",
            Self::Permission => "permission",
            Self::Schema => "schema",
            Self::Constraint => "constraint",
            Self::Corrupt => "corrupt",
            Self::TooLarge => "too large",
            Self::Other => "failed",
        }
    }

    /// Whether it tells of the server as a whole, whatever was asked of it.
    pub(crate) const fn is_of_the_server(&self) -> bool {
        matches!(
            self,
            Self::Unreachable
                | Self::Encryption
                | Self::Authentication
                | Self::NoSuchDatabase
                | Self::PoolExhausted { .. }
                | Self::Busy
                | Self::ConnectionLost
                | Self::Timeout
                | Self::Schema
        )
    }

    /// Whether the same call may succeed later without anyone mending anything.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Unreachable
                | Self::PoolExhausted { .. }
                | Self::Busy
                | Self::ConnectionLost
                | Self::Locked
                | Self::Contention
        )
    }
}

/// Which part of the tree an operation's failures belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Area {
    Connection,
    Document,
    Chat,
    Ingestion,
    Search,
    Migration,
}

/// What was being done, for people: a verb and its object, without any content. What users name
/// things by stands in quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    pub(crate) area: Area,
    pub(crate) words: Cow<'static, str>,
    /// It was to change nothing.
    pub(crate) is_read: bool,
}

impl Operation {
    pub(crate) fn new(area: Area, words: impl Into<Cow<'static, str>>) -> Self {
        Self {
            area,
            words: words.into(),
            is_read: false,
        }
    }

    /// What was done, without to what: no code, no id, no number.
    pub(crate) fn name(&self) -> String {
        let plain = self.words.split('"').next().unwrap_or_default();
        let words = plain.split_whitespace();
        let general = words.filter(|word| !word.contains(|char: char| char.is_ascii_digit()));
        general.collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

/// A call that the database failed.
#[derive(Debug)]
pub struct Failure {
    /// What was being done.
    pub operation: Operation,
    /// What the database met with.
    pub kind: FailureKind,
    /// What became of the data.
    pub fate: Fate,
    /// The driver's own error.
    pub source: Option<DbErr>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, advice) = self.kind.words();
        write!(f, "cannot {}: {what}", self.operation)?;
        if let Some(said) = self.source.as_ref().and_then(said) {
            write!(f, " ({said})")?;
        }
        if !self.operation.is_read {
            write!(f, "; {}", self.fate)?;
        }
        write!(f, "; {advice}")
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}

impl Failure {
    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.kind.is_transient()
    }

    /// Whether a row of that code or id is there already.
    pub(crate) fn is_duplicate(&self) -> bool {
        self.source.as_ref().is_some_and(is_duplicate)
    }

    /// Classifies the driver's error. `committing` says that the error came from COMMIT, after
    /// which only the server knows.
    pub(crate) fn classify(operation: Operation, error: DbErr, committing: bool) -> Self {
        let (kind, mut fate) = classify(&error);
        if committing && fate != Fate::RolledBack && kind != FailureKind::Full {
            fate = Fate::Unknown;
        }
        Self {
            operation,
            kind,
            fate,
            source: Some(error),
        }
    }

    pub(crate) fn into_error(self) -> Error {
        match self.operation.area {
            Area::Connection => ConnectionError::Failed(self).into(),
            Area::Document => DocumentError::Failed(self).into(),
            Area::Chat => ChatError::Failed(self).into(),
            Area::Ingestion => IngestionError::Failed(self).into(),
            Area::Search => SearchError::Failed(self).into(),
            Area::Migration => MigrationError::Failed(self).into(),
        }
    }
}

/// What goes wrong inside a unit of work: the database's error, or one of ours.
pub(crate) enum Fault {
    Database(DbErr),
    Error(Error),
}

impl From<DbErr> for Fault {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(DbErr::Query(RuntimeErr::SqlxError(error.into())))
    }
}

impl<E: Into<Error>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

impl Fault {
    pub(crate) fn into_error(self, operation: impl FnOnce() -> Operation) -> Error {
        match self {
            Self::Database(error) => Failure::classify(operation(), error, false).into_error(),
            Self::Error(error) => error,
        }
    }
}

impl Invalid {
    /// The same refusal in the part of the tree that the operation belongs to.
    pub(crate) fn in_area(self, area: Area) -> Error {
        match area {
            Area::Chat => ChatError::Invalid(self).into(),
            Area::Ingestion => IngestionError::Invalid(self).into(),
            Area::Search => SearchError::Invalid(self).into(),
            Area::Document | Area::Connection | Area::Migration => {
                DocumentError::Invalid(self).into()
            }
        }
    }
}

/// The driver's words, without its wrappings.
fn said(error: &DbErr) -> Option<String> {
    match error {
        DbErr::ConnectionAcquire(_) => None,
        DbErr::Conn(error) | DbErr::Exec(error) | DbErr::Query(error) => match error {
            RuntimeErr::SqlxError(error) => match error.as_ref() {
                sqlx::Error::Database(error) => Some(error.message().to_owned()),
                sqlx::Error::Io(error) => Some(error.to_string()),
                sqlx::Error::PoolTimedOut => None,
                other => Some(other.to_string()),
            },
            RuntimeErr::Internal(words) => Some(words.clone()),
        },
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_that_failed_tells_nothing_of_a_change() {
        let failure = || Failure {
            operation: Operation::new(Area::Document, "list the documents"),
            kind: FailureKind::ConnectionLost,
            fate: Fate::Unknown,
            source: None,
        };
        let read = failure().into_error().of_a_read();
        assert_eq!(
            read.to_string(),
            "cannot list the documents: the connection broke; try again"
        );
        assert_eq!(read.fate(), Fate::NeverRan);
        assert!(failure().to_string().contains("is unknown"));
    }

    #[test]
    fn the_name_of_an_operation_tells_nothing_of_what_is_stored() {
        let named = |words: &'static str| Operation::new(Area::Document, words).name();
        assert_eq!(named("list the documents"), "list the documents");
        assert_eq!(
            named("save document \"notes/of mine \\\"1\\\"\""),
            "save document"
        );
        assert_eq!(named("read 12 documents"), "read documents");
        assert_eq!(
            named("edit message 0198c0de-0000-7000-8000-000000000000"),
            "edit message"
        );
    }
}
