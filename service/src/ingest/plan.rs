//! What an ingestion would do, made from the tree and the store before anything is written.

use std::collections::HashMap;

use serde::{Serialize, Serializer};
use tokio_util::sync::CancellationToken;

use super::files::{Files, LeftBehind, State, Step, VanishedFile};
use super::read::Text;
use super::{FileStatus, IngestOptions, IngestReport, Vanished};

/// What an ingestion would do: which documents it adds, changes, moves and leaves, which files
/// fail and why, and which have vanished. Nothing has been written. [`Ingest::run`] does exactly
/// this; a file or document that has changed meanwhile then fails.
///
/// [`Ingest::run`]: super::Ingest::run
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) files: Files,
    pub(super) vanished: Vec<VanishedFile>,
    pub(super) left_behind: Vec<LeftBehind>,
    pub(super) options: IngestOptions,
    /// The caller's paths, for the record.
    pub(super) root: String,
    /// Texts of what is to be written, as many as fit.
    pub(super) kept: HashMap<usize, Text>,
}

impl Plan {
    /// Every file, in the order of the paths.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Documents whose files are no longer in their folder.
    #[must_use]
    pub fn vanished(&self) -> &[VanishedFile] {
        &self.vanished
    }

    /// Whether vanished documents will be deleted.
    #[must_use]
    pub fn removes_vanished(&self) -> bool {
        self.options.vanished == Vanished::Delete
    }

    /// How many files have this status.
    #[must_use]
    pub fn count(&self, status: FileStatus) -> usize {
        let has = |state: &&State| state.step.status() == status;
        self.files.states.iter().filter(has).count()
    }

    /// Its run stops when this token is cancelled, between two batches; the token that it was made
    /// with counts no longer.
    #[must_use]
    pub fn cancelled_by(mut self, token: CancellationToken) -> Self {
        self.options.cancel = token;
        self
    }

    /// Whether running it would write nothing.
    #[must_use]
    pub fn changes_nothing(&self) -> bool {
        let writes = |state: &State| {
            matches!(
                state.step,
                Step::Add | Step::Change | Step::Move | Step::Hash
            ) || state.link
        };
        !self.files.states.iter().any(writes)
            && (self.vanished.is_empty() || !self.removes_vanished())
    }

    /// The same as a report of what would be done.
    #[must_use]
    pub fn into_report(self) -> IngestReport {
        let removes = self.removes_vanished();
        let mut report = IngestReport::of(self.files, self.vanished, self.left_behind);
        if removes {
            report.removed = report.vanished.len() as u64;
        }
        report
    }
}

impl Serialize for Plan {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut plan = to.serialize_struct("Plan", 3)?;
        plan.serialize_field("files", &self.files)?;
        plan.serialize_field("vanished", &self.vanished)?;
        plan.serialize_field("removes_vanished", &self.removes_vanished())?;
        plan.end()
    }
}
