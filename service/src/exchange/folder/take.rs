//! A folder of files back into the store.

use std::fs::File;
use std::io;
use std::path::Path;

use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::FileError;
use super::read::read_ahead;
use crate::error::{Error, IngestionError};
use crate::exchange::lines;
use crate::exchange::made::Made;
use crate::exchange::markdown::Lines;
use crate::exchange::{ImportReport, MAX_ERRORS};
use crate::folio::Folio;

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
    fn fail(&mut self, file: String, error: String) {
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
    /// of them, or a single one. A turn that is there already and says something else is changed, and so is a title;
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
        let mut parts = read_ahead(self, path);
        let together = self.together();
        while let Some(part) = parts.recv().await {
            if cancel.is_cancelled() {
                let written = report.imported + report.updated;
                return Err(IngestionError::Cancelled { written }.into());
            }
            let files = part.documents.len() + part.threads.len() + part.failed.len();
            report.total += files as u64;
            for (file, problem) in part.failed {
                report.fail(file, problem);
            }
            let mut taken = ImportReport::default();
            self.take_documents(part.documents, &mut taken).await?;
            report.add(taken, &part.files);
            for (file, path) in part.threads {
                together
                    .take_thread(file, &path, cancel, &mut report)
                    .await?;
            }
            progress(report.total);
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

impl Folio {
    /// Takes a conversation in.
    async fn take_thread(
        &self,
        file: String,
        path: &Path,
        cancel: &CancellationToken,
        report: &mut FolderImport,
    ) -> Result<(), Error> {
        let lines = match File::open(path) {
            Ok(file) => Made::new(Lines::new(io::BufReader::new(file), lines::longest(self))),
            Err(error) => {
                report.fail(file, format!("cannot be read: {error}"));
                return Ok(());
            }
        };
        let mut taken = ImportReport::default();
        let done = self.take_turns(lines, cancel, |_| (), &mut taken).await;
        report.imported += taken.imported;
        report.updated += taken.updated;
        report.skipped += taken.skipped;
        let problem = match done {
            Ok(()) => None,
            Err(Error::Ingestion(IngestionError::Unreadable { error, .. })) => {
                Some(
                    // One of them is the line of the conversation.
                    match (taken.imported + taken.updated + taken.skipped).saturating_sub(1) {
                        0 => error.to_string(),
                        there => {
                            format!("{error}; {there} turns before that are in the store")
                        }
                    },
                )
            }
            Err(error) => return Err(error),
        };
        // The first line is that of the conversation.
        let refused = taken.errors.first().map(|first| match first.line {
            1 => format!("what it says of the conversation itself: {}", first.error),
            line => format!(
                "{} of its turns were not taken; turn {}: {}",
                taken.failed,
                line - 1,
                first.error
            ),
        });
        let problems: Vec<String> = problem.into_iter().chain(refused).collect();
        if !problems.is_empty() {
            report.fail(file, problems.join("; "));
        }
        Ok(())
    }
}
