//! What a caller gave, and settings, that can't be taken.

use std::path::PathBuf;

use crate::config::Source;

/// A value that was refused before the database was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the message of each says what its fields are")]
pub enum Invalid {
    #[error("the {field} is empty")]
    Empty { field: &'static str },
    #[error("the {field} is longer than {max} characters")]
    TooLong { field: &'static str, max: usize },
    #[error(
        "the {field} has a NUL character (at byte {offset}), which a database can't store as text"
    )]
    Nul { field: &'static str, offset: usize },
    #[error("the {field} has {bytes} bytes, more than the limit of {max_bytes}")]
    TooLarge {
        field: &'static str,
        bytes: usize,
        max_bytes: usize,
    },
    #[error("the {field} is not a JSON object")]
    NotAnObject { field: &'static str },
    #[error("a limit of {limit} is not between 1 and {max}")]
    Limit { limit: u32, max: u32 },
    #[error("that cursor is not one of this list")]
    Cursor,
    #[error(
        "that is no {what}'s id: an id is a UUID, such as 0198c0de-0000-7000-8000-000000000000"
    )]
    MalformedId { what: &'static str },
    #[error(
        "that is not a language that Folio knows: it is one of Snowball's, by its name or its code (german, de), or plain"
    )]
    Language,
}

/// Settings that can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// One value is wrong; it is not repeated, since it may be a secret.
    #[error("{origin}: {key} {problem}")]
    Value {
        /// The setting.
        key: &'static str,
        /// Where the value came from.
        origin: Source,
        /// What is wrong with it.
        problem: String,
    },
    /// The configuration file has a setting that does not exist.
    #[error("{path}: there is no setting {key:?}")]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The setting's name.
        key: String,
    },
    /// A configuration file that was asked for could not be read or parsed.
    #[error("{path}: {problem}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
}
