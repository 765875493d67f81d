//! The files of a plan and of a report: many of them, so each is kept small. Paths are kept once,
//! codes are made from them when they are asked for.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::read::Links;
use crate::ids::DocumentId;

/// What becomes, or became, of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileStatus {
    /// A new document.
    Added,
    /// A document is changed, or takes another code because its file moved.
    Updated,
    /// The document is like that already.
    Unchanged,
    /// It can't be taken.
    Failed,
}

/// One file of a plan or a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileReport {
    /// The file, as it was found.
    pub file: String,
    /// The document's code; empty where the file's name gives none.
    pub code: String,
    /// What becomes of it.
    pub status: FileStatus,
    /// The document; None for one that failed, or is yet to be added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The code that the document had before its file moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What else is to be known: another encoding, bad front matter, a code like another's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A folder, or the folder of a single file, that files are taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Root {
    /// As the caller named it.
    pub(super) given: PathBuf,
    /// With all links resolved: what it is known by.
    pub(super) identity: String,
    /// All of its files were looked for, so that one that is missing has vanished.
    pub(super) is_whole: bool,
    /// It was named by a link, which may lead elsewhere than it did.
    pub(super) is_link: bool,
    /// No file of it was found, not even one that another root has as well.
    pub(super) is_empty: bool,
}

/// Where a file's code comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Code {
    /// From its path below the root.
    OfPath,
    /// From the caller.
    Given(Box<str>),
    /// It has none.
    Missing,
}

/// A file that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) path: Box<Path>,
    /// Its place among the roots; none for a file with a code of the caller's.
    pub(super) root: Option<u32>,
    pub(super) code: Code,
    pub(super) bytes: u64,
    /// What it looks like without being read; 0 where that can't be trusted.
    pub(super) look: u64,
}

/// Everything that was found, in the order of the paths. It does not change any more.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Listing {
    pub(super) roots: Vec<Root>,
    pub(super) prefix: Option<String>,
    /// Files that are not wanted, by their extension.
    pub(super) passed_over: std::collections::BTreeMap<String, u64>,
    pub(super) found: Vec<Found>,
}

impl Listing {
    /// A file's path below its root; None where it is no UTF-8.
    pub(super) fn below<'a>(&self, found: &'a Found) -> Option<&'a str> {
        let root = &self.roots.get(found.root? as usize)?.given;
        let below = match found.path.strip_prefix(root) {
            Ok(below) if !below.as_os_str().is_empty() => below,
            _ => Path::new(found.path.file_name()?),
        };
        below.to_str()
    }

    /// Whether a link in the place of a file is read.
    pub(super) fn links(&self, found: &Found) -> Links {
        let root = found.root.and_then(|root| self.roots.get(root as usize));
        if root.is_some_and(|root| root.is_whole) {
            Links::Refused
        } else {
            Links::Followed
        }
    }

    /// The code of a file; empty where it has none.
    pub(super) fn code(&self, found: &Found) -> String {
        match &found.code {
            Code::Given(code) => code.to_string(),
            Code::OfPath => self.code_of_path(found).unwrap_or_default(),
            Code::Missing => String::new(),
        }
    }

    /// The path below the root without its extension, with `/` between its parts.
    fn code_of_path(&self, found: &Found) -> Option<String> {
        let below = self.below(found)?;
        let extension = found
            .path
            .extension()
            .map_or(0, |extension| extension.len() + 1);
        let bare = below.get(..below.len() - extension)?;
        let code = match &self.prefix {
            Some(prefix) => format!("{prefix}_{bare}"),
            None => bare.to_owned(),
        };
        Some(if std::path::MAIN_SEPARATOR == '/' {
            code
        } else {
            code.replace(std::path::MAIN_SEPARATOR, "/")
        })
    }
}

/// What is to be done with a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Step {
    /// It has not been compared yet.
    #[default]
    Unknown,
    /// A new document.
    Add,
    /// Another text or name for the document.
    Change,
    /// Another code for the document, whose file moved.
    Move,
    /// The same text, stored by someone who left no hash.
    Hash,
    Leave,
    Fail,
}

impl Step {
    pub(super) fn status(self) -> FileStatus {
        match self {
            Self::Add => FileStatus::Added,
            Self::Change | Self::Move => FileStatus::Updated,
            Self::Hash | Self::Leave => FileStatus::Unchanged,
            Self::Fail | Self::Unknown => FileStatus::Failed,
        }
    }
}

/// What is known of a file, and what is to be done with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    pub(super) step: Step,
    /// The document has to be written down as this folder's.
    pub(super) link: bool,
    /// The file no longer looks as it is written down, though it says the same.
    pub(super) looks_new: bool,
    /// The document; nil where there is none yet.
    pub(super) document: Uuid,
    /// The document's version as it was compared.
    pub(super) version: i64,
    /// The hash of the text.
    pub(super) hash: [u8; 32],
    /// Why it failed, or else what is to be noted.
    pub(super) said: Option<Box<str>>,
}

impl State {
    pub(super) fn failed(reason: impl Into<Box<str>>) -> Self {
        Self {
            step: Step::Fail,
            said: Some(reason.into()),
            ..Self::default()
        }
    }

    pub(super) fn fail(&mut self, reason: impl Into<Box<str>>) {
        self.step = Step::Fail;
        self.said = Some(reason.into());
    }

    /// Adds a remark to those that were made.
    pub(super) fn note(&mut self, remark: &str) {
        let before = self.said.as_deref().map(|said| format!("{said}; "));
        self.said = Some(format!("{}{remark}", before.unwrap_or_default()).into());
    }
}

/// Moved documents: the place of the file, and what its document had before.
pub(super) type Moves = std::collections::HashMap<usize, Move>;

/// A document whose file moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) from: String,
    /// Where the file was.
    pub(super) file: PathBuf,
    pub(super) name: String,
}

/// The files of a plan or a report, in the order of their paths. It reads as a list of
/// [`FileReport`]s, which are made as they are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    pub(super) listing: Arc<Listing>,
    pub(super) states: Vec<State>,
    pub(super) moves: Moves,
}

impl Files {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// The file at this place.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<FileReport> {
        let (found, state) = (self.listing.found.get(at)?, self.states.get(at)?);
        let status = state.step.status();
        let failed = status == FileStatus::Failed;
        let said = state.said.as_deref().map(str::to_owned);
        let moved = (state.step == Step::Move)
            .then(|| self.moves.get(&at))
            .flatten();
        Some(FileReport {
            file: found.path.display().to_string(),
            code: self.listing.code(found),
            status,
            document_id: (!failed && !state.document.is_nil())
                .then_some(DocumentId(state.document)),
            moved_from: moved.map(|moved| moved.from.clone()),
            error: said.clone().filter(|_| failed),
            note: said.filter(|_| !failed),
        })
    }

    /// What becomes of the file at this place: cheaper than [`Files::get`].
    #[must_use]
    pub fn status(&self, at: usize) -> Option<FileStatus> {
        Some(self.states.get(at)?.step.status())
    }

    /// Whether there is anything to be said about the file at this place.
    #[must_use]
    pub fn is_noted(&self, at: usize) -> bool {
        self.states
            .get(at)
            .is_some_and(|state| state.said.is_some())
    }

    /// Whether the document of the file at this place moves.
    #[must_use]
    pub fn is_moved(&self, at: usize) -> bool {
        self.states
            .get(at)
            .is_some_and(|state| state.step == Step::Move)
    }

    /// How many are of documents that move.
    #[must_use]
    pub fn moved(&self) -> usize {
        (0..self.len()).filter(|at| self.is_moved(*at)).count()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = FileReport> + '_ {
        (0..self.len()).filter_map(|at| self.get(at))
    }
}

impl<'a> IntoIterator for &'a Files {
    type Item = FileReport;
    type IntoIter = Box<dyn Iterator<Item = FileReport> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.iter())
    }
}

impl Serialize for Files {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter())
    }
}

/// Documents of a folder that a link led to before: others of it have files where it leads now, these
/// have none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftBehind {
    /// The folder.
    pub folder: String,
    /// How many documents are still its own.
    pub documents: u64,
}

/// A document whose file is no longer in its folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VanishedFile {
    /// Where the file was.
    pub file: String,
    /// The document's code.
    pub code: String,
    /// The document.
    pub document_id: DocumentId,
    /// Why its document was not deleted, though it should have been.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
    /// The version that the document had when it was looked at.
    #[serde(skip)]
    pub version: i64,
    /// The path of the file, also where it is no text.
    #[serde(skip)]
    pub(super) path: PathBuf,
}
