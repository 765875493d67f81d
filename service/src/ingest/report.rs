//! What an ingestion tells of itself.

use std::collections::BTreeMap;

use serde::Serialize;

use super::files::{FileStatus, Files, LeftBehind, VanishedFile};
use crate::ids::RunId;

/// What an ingestion did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct IngestReport {
    /// Files that are stored now.
    pub success_count: u64,
    /// Files that are not.
    pub failed_count: u64,
    /// All files.
    pub total: u64,
    /// Documents that are new.
    pub added: u64,
    /// Documents that were changed, those that moved among them.
    pub updated: u64,
    /// Documents that were like that already.
    pub unchanged: u64,
    /// Documents whose files moved: they keep their ids and histories under new codes.
    pub moved: u64,
    /// Documents that were deleted because their files had vanished.
    pub removed: u64,
    /// Every file, in the order of the paths.
    pub files: Files,
    /// Documents whose files are no longer in their folder, deleted or not.
    pub vanished: Vec<VanishedFile>,
    /// Folders that a link led to before, and that still have documents of their own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_behind: Vec<LeftBehind>,
    /// Files below the folders that are not wanted, by their extension; an empty one is none, or none
    /// that is worth telling. Those of a wanted extension are none of the included ones.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub passed_over: BTreeMap<String, u64>,
    /// The run that was recorded; None where nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
}

impl IngestReport {
    pub(super) fn of(
        files: Files,
        vanished: Vec<VanishedFile>,
        left_behind: Vec<LeftBehind>,
    ) -> Self {
        let mut report = Self {
            total: files.len() as u64,
            moved: files.moved() as u64,
            passed_over: files.listing.passed_over.clone(),
            ..Self::default()
        };
        for at in 0..files.len() {
            match files.status(at) {
                Some(FileStatus::Added) => report.added += 1,
                Some(FileStatus::Updated) => report.updated += 1,
                Some(FileStatus::Unchanged) => report.unchanged += 1,
                Some(FileStatus::Failed) | None => report.failed_count += 1,
            }
        }
        report.success_count = report.total - report.failed_count;
        Self {
            files,
            vanished,
            left_behind,
            ..report
        }
    }
}
