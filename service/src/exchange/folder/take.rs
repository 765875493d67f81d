//! A folder of files back into the store.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use serde::Serialize;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::block;
use super::{FileError, stale};
use crate::error::{Error, IngestionError};
use crate::exchange::documents::{Line, Read};
use crate::exchange::{BATCH, BATCH_BYTES, ImportReport, MAX_ERRORS};
use crate::folio::Folio;

/// What the import of a folder did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FolderImport {
    /// Files.
    pub total: u64,
    /// Documents that are new.
    pub imported: u64,
    /// Documents that were changed.
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

/// Files that were read.
#[derive(Default)]
struct Part {
    files: Vec<String>,
    documents: Vec<Read>,
    failed: Vec<(String, String)>,
    bytes: usize,
}

impl Folio {
    /// Takes the files of [`Folio::export_folder`] back: a folder of them, or a single one. Documents
    /// come back under their own codes, with ids and times where they are new; one that differs from
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
        while let Some(part) = parts.recv().await {
            if cancel.is_cancelled() {
                let written = report.imported + report.updated;
                return Err(IngestionError::Cancelled { written }.into());
            }
            report.total += (part.documents.len() + part.failed.len()) as u64;
            for (file, problem) in part.failed {
                report.fail(file, problem);
            }
            let mut taken = ImportReport::default();
            self.take_documents(part.documents, &mut taken).await?;
            report.add(taken, &part.files);
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

/// Reads files on a thread of its own, two parts ahead at the most.
fn read_ahead(folio: &Folio, path: &Path) -> mpsc::Receiver<Part> {
    let (sender, receiver) = mpsc::channel(1);
    let (folio, root) = (folio.clone(), path.to_owned());
    tokio::task::spawn_blocking(move || {
        let mut part = Part::default();
        for entry in stale::files(&root) {
            let (file, read) = match entry {
                Ok(entry) => {
                    let below = entry.path().strip_prefix(&root).unwrap_or(entry.path());
                    let below = if below.as_os_str().is_empty() {
                        entry.path()
                    } else {
                        below
                    };
                    (
                        below.display().to_string(),
                        read(&folio, entry.path(), part.files.len()),
                    )
                }
                Err(error) => (root.display().to_string(), Err(error.to_string())),
            };
            match read {
                Ok((document, bytes)) => {
                    part.bytes += bytes;
                    part.documents.push(document);
                    part.files.push(file);
                }
                Err(problem) => part.failed.push((file, problem)),
            }
            if (part.documents.len() + part.failed.len() == BATCH / 2 || part.bytes >= BATCH_BYTES)
                && sender.blocking_send(std::mem::take(&mut part)).is_err()
            {
                return;
            }
        }
        // Nobody to receive it: the import was stopped.
        drop(sender.blocking_send(part));
    });
    receiver
}

/// The document of a file, and its size.
fn read(folio: &Folio, path: &Path, place: usize) -> Result<(Read, usize), String> {
    let unreadable = |error: io::Error| format!("cannot be read: {error}");
    let file = File::open(path).map_err(unreadable)?;
    let most = folio.config().max_document_bytes as u64 + block::MAX_BLOCK;
    let mut bytes = Vec::new();
    file.take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > most {
        return Err(format!("has more than {most} bytes"));
    }
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| format!("its text is not UTF-8: see byte {}", error.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let exported =
        block::exported(text).ok_or("no export wrote it: folio ingest takes such files")??;
    let line = Line::of_file(exported.fields, exported.body.to_owned());
    let document = folio.checked(place as u64, line)?;
    Ok((document, bytes.len()))
}
