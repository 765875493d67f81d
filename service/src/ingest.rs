//! Taking files in: each becomes a document under the code that its path gives it.
//!
//! Files are found (`walk`), read and decoded (`decode`), compared with what is stored by
//! their hash, and written in batches, each in a transaction of its own. One bad file never
//! stops the rest, and what did not change is not written.

mod batch;
mod decode;
mod run;
mod walk;

use std::path::{Path, PathBuf};

use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::error::{Error, IngestionError};
use crate::folio::Folio;
use crate::ids::{DocumentId, RunId};

/// Which files are taken in, and how their codes are made.
#[derive(Clone, Debug)]
pub struct IngestOptions {
    pub(crate) prefix: Option<String>,
    pub(crate) extensions: Vec<String>,
    pub(crate) depth: Depth,
    pub(crate) mode: Mode,
    pub(crate) cancel: CancellationToken,
}

/// How far into a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Into all folders below it.
    Recursive,
    /// Its own files alone, as in the seed.
    TopLevel,
}

/// Whether anything is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is.
    Write,
    /// It is not: the report says what would be.
    DryRun,
}

impl Default for IngestOptions {
    /// Every `.md` file, in all folders, under its own path.
    fn default() -> Self {
        Self {
            prefix: None,
            extensions: vec!["md".to_owned()],
            depth: Depth::Recursive,
            mode: Mode::Write,
            cancel: CancellationToken::new(),
        }
    }
}

impl IngestOptions {
    /// Codes begin with this and an underscore, as in the seed. An empty one is none.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into()).filter(|prefix| !prefix.is_empty());
        self
    }

    /// Files with these extensions, with or without a dot.
    #[must_use]
    pub fn extensions(mut self, extensions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let bare = |extension: String| extension.trim_start_matches('.').to_owned();
        self.extensions = extensions
            .into_iter()
            .map(|extension| bare(extension.into()))
            .collect();
        self
    }

    /// How far into a folder.
    #[must_use]
    pub fn depth(mut self, depth: Depth) -> Self {
        self.depth = depth;
        self
    }

    /// Whether anything is written.
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Stops when this token is cancelled, between two batches.
    #[must_use]
    pub fn cancelled_by(mut self, token: CancellationToken) -> Self {
        self.cancel = token;
        self
    }
}

/// A file and the code it gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSpec {
    /// The file.
    pub path: PathBuf,
    /// The document's code.
    pub code: String,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileStatus {
    /// A new document.
    Added,
    /// A document was changed.
    Updated,
    /// The document was like that already.
    Unchanged,
    /// It could not be taken.
    Failed,
}

/// One file of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileReport {
    /// The file, as it was found.
    pub file: String,
    /// The document's code; empty where the file's name gives none.
    pub code: String,
    /// What became of it.
    pub status: FileStatus,
    /// The document; None for one that failed, or would be added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What an ingestion did.
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
    /// Documents that were changed.
    pub updated: u64,
    /// Documents that were like that already.
    pub unchanged: u64,
    /// Every file, in the order of the paths.
    pub files: Vec<FileReport>,
    /// The run that was recorded; None where nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
}

impl IngestReport {
    pub(crate) fn push(&mut self, file: FileReport) {
        self.total += 1;
        match file.status {
            FileStatus::Added => self.added += 1,
            FileStatus::Updated => self.updated += 1,
            FileStatus::Unchanged => self.unchanged += 1,
            FileStatus::Failed => self.failed_count += 1,
        }
        self.success_count = self.total - self.failed_count;
        self.files.push(file);
    }
}

/// How far an ingestion has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IngestProgress {
    /// Files that are done with.
    pub files: u64,
    /// All files.
    pub total: u64,
    /// Bytes that have been read.
    pub bytes: u64,
}

/// What can be done with files; from [`Folio::ingest`].
#[derive(Clone, Copy, Debug)]
pub struct Ingest<'a> {
    folio: &'a Folio,
}

impl<'a> Ingest<'a> {
    pub(crate) fn new(folio: &'a Folio) -> Self {
        Self { folio }
    }

    /// Takes one file in under this code. Stands for the seed's `read_and_insert_md_file`.
    ///
    /// # Errors
    /// [`IngestionError::NotFound`], [`IngestionError::Unreadable`] or
    /// [`IngestionError::Undecodable`].
    pub async fn file(&self, path: &Path, code: &str) -> Result<FileReport, Error> {
        walk::must_exist(path)?;
        let spec = FileSpec {
            path: path.to_owned(),
            code: code.to_owned(),
        };
        let mut report = self.batch(&[spec]).await?;
        let Some(file) = report.files.pop() else {
            return Err(IngestionError::NotFound {
                path: path.to_owned(),
            }
            .into());
        };
        match file.error {
            Some(problem) => Err(IngestionError::Undecodable {
                path: path.to_owned(),
                problem,
            }
            .into()),
            None => Ok(file),
        }
    }

    /// Takes a folder in. A file's code is its path below the folder without its extension.
    /// Stands for the seed's `ingest_directory`.
    ///
    /// ```
    /// # #[tokio::main] async fn main() -> Result<(), service::Error> {
    /// # use service::{Config, Folio, ingest::IngestOptions};
    /// # let folio = Folio::connect(Config::from_url("sqlite::memory:")?).await?;
    /// # let folder = tempfile::tempdir().expect("a folder");
    /// # std::fs::create_dir(folder.path().join("notes")).expect("made");
    /// # std::fs::write(folder.path().join("notes/a.md"), "# A").expect("written");
    /// let report = folio.ingest().directory(folder.path(), &IngestOptions::default()).await?;
    /// assert_eq!((report.added, report.files[0].code.as_str()), (1, "notes/a"));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`IngestionError::NotFound`] or [`IngestionError::NotAFolder`]; what is wrong with single
    /// files is in the report.
    pub async fn directory(
        &self,
        folder: &Path,
        options: &IngestOptions,
    ) -> Result<IngestReport, Error> {
        walk::must_exist(folder)?;
        if !folder.is_dir() {
            return Err(IngestionError::NotAFolder {
                path: folder.to_owned(),
            }
            .into());
        }
        self.paths(&[folder.to_owned()], options, |_| ()).await
    }

    /// Takes folders and single files in, and tells how far it has come.
    ///
    /// # Errors
    /// [`IngestionError::NotFound`] for a path that isn't there, before anything is read;
    /// [`IngestionError::Cancelled`].
    pub async fn paths(
        &self,
        paths: &[PathBuf],
        options: &IngestOptions,
        progress: impl Fn(IngestProgress) + Send,
    ) -> Result<IngestReport, Error> {
        for path in paths {
            walk::must_exist(path)?;
        }
        let found = walk::find(paths.to_vec(), options.clone()).await?;
        let root = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect::<Vec<_>>()
            .join(" ");
        run::run(self.folio, &root, found, options, progress).await
    }

    /// Takes these files in under these codes. Stands for the seed's `ingest_files_batch`.
    ///
    /// # Errors
    /// The database's alone; what is wrong with single files is in the report.
    pub async fn batch(&self, files: &[FileSpec]) -> Result<IngestReport, Error> {
        let found = walk::given(files);
        run::run(self.folio, "", found, &IngestOptions::default(), |_| ()).await
    }
}

/// A thread that finds or reads files panicked.
fn broken(stopped: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    let error = std::io::Error::other(stopped);
    let path = PathBuf::new();
    IngestionError::Unreadable { path, error }.into()
}
