//! Identifiers, each a type of its own, so that one can't be passed for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::Invalid;
use crate::validate;

/// Declares a UUID newtype that parses with a typed error.
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                Uuid::try_parse(text).map(Self).map_err(|_| Invalid::MalformedId { what: $what })
            }
        }
    };
}

uuid_id! {
    /// A document's own identifier. Version 7 when Folio makes it, so it sorts by time.
    DocumentId, "document"
}
uuid_id! {
    /// A message's own identifier.
    MessageId, "message"
}
uuid_id! {
    /// An ingestion's identifier, which is also the batch of its audit rows.
    RunId, "ingestion run"
}

uuid_id! {
    /// What was done at once, to one row or many: a line of the activity, and what an undo takes
    /// back.
    BatchId, "batch"
}

impl From<RunId> for BatchId {
    /// The batch that an ingestion's documents are recorded in.
    fn from(run: RunId) -> Self {
        Self(run.0)
    }
}

/// A deletion of a conversation or a message: its place in the trash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeletionId(pub i64);

impl fmt::Display for DeletionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Declares a newtype over a caller's own string, valid by construction.
macro_rules! string_id {
    ($(#[$doc:meta])* $name:ident, $field:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks and wraps it.
            ///
            /// # Errors
            /// [`Invalid`] where it is empty, longer than 255 characters, or has a NUL.
            pub fn new(id: impl Into<String>) -> Result<Self, Invalid> {
                let id = id.into();
                validate::short_text($field, &id, 255)?;
                Ok(Self(id))
            }

            /// What a row that is already stored holds.
            pub(crate) fn stored(id: String) -> Self {
                Self(id)
            }

            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Invalid;

            fn try_from(id: String) -> Result<Self, Invalid> {
                Self::new(id)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    };
}

string_id! {
    /// A conversation's identifier: the caller's own string, 1 to 255 characters.
    ThreadId, "thread id"
}
string_id! {
    /// A user's identifier: the caller's own string, 1 to 255 characters. The integers of the
    /// Python module are kept as their digits.
    UserId, "user id"
}

impl From<i64> for UserId {
    fn from(id: i64) -> Self {
        Self(id.to_string())
    }
}
