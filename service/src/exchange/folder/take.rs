//! A folder of files back into the store.

use std::io;
use std::path::Path;

use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::FileError;
use super::read::read_ahead;
use super::talks;
use crate::error::{Error, IngestionError};
use crate::exchange::storing::Storing;
use crate::exchange::{ImportReport, MAX_ERRORS};
use crate::folio::Folio;

/// What is done with files of an export that are older than what the store has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newer {
    /// What is newer in the store stays. A file that nobody has changed counts as there already; of one
    /// that somebody has changed it is reported.
    Keep,
    /// The files count, whatever the store has.
    Replace,
}

/// What the import of a folder did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FolderImport {
    /// Files.
    pub total: u64,
    /// Documents, conversations and turns that are new.
    pub imported: u64,
    /// Documents, conversations and turns that were changed.
    pub updated: u64,
    /// What was there already.
    pub skipped: u64,
    /// Files that could not be taken.
    pub failed: u64,
    /// The first 1,000 of them.
    pub errors: Vec<FileError>,
}

impl FolderImport {
    pub(super) fn fail(&mut self, file: String, error: String) {
        self.failed += 1;
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(FileError { file, error });
        }
    }

    /// Adds what became of files, whose numbers are their places in this list.
    fn add(&mut self, report: ImportReport, files: &[String]) {
        self.imported += report.imported;
        self.updated += report.updated;
        self.skipped += report.skipped;
        for error in report.errors {
            let at = usize::try_from(error.line).unwrap_or(usize::MAX);
            self.fail(files.get(at).cloned().unwrap_or_default(), error.error);
        }
    }
}

impl Folio {
    /// Takes the files of [`Folio::export_folder`] and [`Folio::export_thread_folder`] back: a folder
    /// of them, or a single one. What is older than what the store has is left, unless `newer` says otherwise. A turn that is there already and says something else is changed, and so is a title;
    /// all such changes of conversations are one batch. Documents come back under their own codes, with ids and times where they are new; one that differs from
    /// the stored one is changed, which leaves its history; twice is once. A bad file never stops the
    /// rest. `progress` gets how many files are done with.
    ///
    /// # Errors
    /// The database's; [`IngestionError::Unreadable`] for the path as a whole;
    /// [`IngestionError::Cancelled`]. What was taken until then stays.
    pub async fn import_folder(
        &self,
        path: &Path,
        newer: Newer,
        cancel: &CancellationToken,
        progress: impl Fn(u64) + Send + Sync,
    ) -> Result<FolderImport, Error> {
        let (mut report, owned) = (FolderImport::default(), path.to_owned());
        let looked = tokio::task::spawn_blocking(move || owned.metadata()).await;
        looked
            .unwrap_or_else(|ended| Err(io::Error::other(ended)))
            .map_err(|error| {
                let path = path.to_owned();
                IngestionError::Unreadable { path, error }
            })?;
        let mut parts = read_ahead(self, path, newer);
        let together = self.together();
        let mut storing = Storing::<Vec<String>>::new(&together);
        while let Some(part) = parts.recv().await {
            if cancel.is_cancelled() {
                while let Some((files, taken)) = storing.next().await? {
                    report.add(taken, &files);
                }
                let written = report.imported + report.updated;
                return Err(IngestionError::Cancelled { written }.into());
            }
            let files = part.documents.len() + part.threads.len() + part.failed.len();
            report.total += files as u64;
            for (file, problem) in part.failed {
                report.fail(file, problem);
            }
            for (files, taken) in storing.push(part.documents, part.files).await? {
                report.add(taken, &files);
            }
            talks::take(&together, part.threads, newer, cancel, &mut report).await?;
            progress(report.total);
        }
        while let Some((files, taken)) = storing.next().await? {
            report.add(taken, &files);
        }
        report.errors.sort_by(|a, b| a.file.cmp(&b.file));
        tracing::info!(
            imported = report.imported,
            updated = report.updated,
            skipped = report.skipped,
            failed = report.failed,
            "imported a folder"
        );
        Ok(report)
    }
}
