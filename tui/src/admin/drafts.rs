//! Texts that are being edited, on disk within a second of being typed, so that nothing that ends
//! the program loses them. A draft is a file in the state folder that only the user may read; it
//! is written anew as a whole or not at all. Two programs on one store have files of their own, and
//! each knows what the other is writing.

mod folder;
mod writer;

pub(crate) use folder::{Drafts, Found};
pub(crate) use writer::Writer;

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use service::{DateTime, MessageId, ThreadId, Utc};

/// What is written, and saved in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Subject {
    /// The text of the document with this code.
    Document(String),
    /// That of a document that is to be made under this code.
    NewDocument(String),
    /// The metadata of the document with this code, as JSON.
    Metadata(String),
    /// The question and the answer of a turn.
    Turn(ThreadId, MessageId),
    /// Those of a turn that is to be added to a thread.
    NewTurn(ThreadId),
    /// Those of the first turn of a thread that is to be made.
    NewThread(ThreadId),
}

impl Subject {
    /// What a draft's file in a store is called, before the part that tells whose it is.
    fn file(&self, store: &str) -> String {
        let name = match self {
            Self::Document(code) => code.clone(),
            // No code has a NUL in it.
            Self::NewDocument(code) => format!("\0\0\0{code}"),
            Self::Turn(thread, id) => format!("\0{id}\0{thread}"),
            Self::NewTurn(thread) => format!("\0\0{thread}"),
            Self::Metadata(code) => format!("\0\0\0\0{code}"),
            Self::NewThread(thread) => format!("\0\0\0\0\0{thread}"),
        };
        let hash = fnv1a(store.bytes().chain([0]).chain(name.bytes()));
        format!("{hash:016x}")
    }

    /// The thread that it belongs to.
    pub(crate) const fn thread(&self) -> Option<&ThreadId> {
        match self {
            Self::Document(_) | Self::NewDocument(_) | Self::Metadata(_) | Self::NewThread(_) => {
                None
            }
            Self::Turn(thread, _) | Self::NewTurn(thread) => Some(thread),
        }
    }

    /// Whether nothing is stored of it yet: there is nothing to compare it with.
    pub(crate) const fn is_new(&self) -> bool {
        matches!(
            self,
            Self::NewDocument(_) | Self::NewTurn(_) | Self::NewThread(_)
        )
    }
}

/// A number for some bytes, which will be the same tomorrow.
pub(crate) fn fnv1a(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// A text that was not saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Draft {
    pub(crate) of: Subject,
    /// The version that it is a change of; None where there are no versions.
    pub(crate) version: Option<i64>,
    /// What it began with: a text for each part.
    pub(crate) base: Vec<String>,
    pub(crate) texts: Vec<String>,
    /// The run of the program that left it; None where this one writes it.
    #[serde(skip)]
    pub(crate) left_by: Option<Run>,
    /// When it was written; None where it is not on disk yet.
    #[serde(skip)]
    pub(crate) written: Option<DateTime<Utc>>,
}

/// A run of the program: what its drafts are told by from those of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run(String);

/// Something to do with a draft of a store.
#[derive(Clone, Debug)]
pub(crate) enum Order {
    /// It is not written any longer, and stays.
    Leave(Subject),
    /// It goes: this run's, or that of an earlier one.
    Drop(Subject, Option<Run>),
}

/// Writes a file that only the user may read: as a whole, or not at all.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = (|| {
        let mut file = options.open(&beside)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        fs::rename(&beside, path)
    })();
    if written.is_err() {
        // On a full disk half a file is in the way of the next one.
        drop(fs::remove_file(&beside));
    }
    written
}

#[cfg(test)]
mod tests;
