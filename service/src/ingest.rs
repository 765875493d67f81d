//! Taking files in: each becomes a document under the code that its path gives it.
//!
//! ```text
//! walk ─> reader (read, decode, front_matter, name) ─> plan ─> run ─> write
//!                                                       │
//!                              vanish, roots ───────────┘
//! ```
//!
//! Files are found and read, and compared with what is stored by their hashes: that is the plan,
//! made before anything is written. Running it writes batches, each in a transaction of its own.
//! One bad file never stops the rest, and what did not change is not written.

mod again;
mod chain;
mod decode;
mod diff;
mod exported;
mod files;
pub(crate) mod front_matter;
mod ignored;
mod look;
mod name;
mod options;
mod owners;
mod plan;
mod planning;
mod read;
mod reader;
mod report;
pub(crate) mod roots;
mod run;
mod runs;
mod source;
mod twins;
mod vanish;
mod walk;
mod watch;
mod write;

use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;

pub use crate::diff::{Diff, DiffLine, LineKind};
pub use files::{FileReport, FileStatus, Files, LeftBehind, VanishedFile};
pub use options::{
    Depth, Edits, EmptyRoot, Hidden, IgnoreFiles, IngestOptions, Mode, NameRule, Others, Trust,
    Undecodable, Vanished,
};
pub(crate) use owners::follow_codes;
pub use plan::Plan;
pub use report::IngestReport;
pub use runs::{RunDetails, RunSummary};

use crate::activity::Bulk;
use crate::error::{Error, IngestionError};
use crate::folio::Folio;
use crate::ids::RunId;
use crate::page::{Page, PageRequest};

/// A file and the code it gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSpec {
    /// The file.
    pub path: PathBuf,
    /// The document's code.
    pub code: String,
}

/// How changes of a folder are noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watching {
    /// The system tells of them.
    Events,
    /// The folder is taken in again and again, after this time: for network mounts, of which the
    /// system tells nothing.
    Polling(std::time::Duration),
}

/// What an ingestion is at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Reading all files and comparing them with the store.
    #[default]
    Comparing,
    /// Writing those that are new or changed.
    Writing,
}

/// How far an ingestion has come, in its phase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IngestProgress {
    /// What it is at.
    pub phase: Phase,
    /// Files that are done with.
    pub files: u64,
    /// All files of the phase.
    pub total: u64,
    /// Bytes of the files that are done with.
    pub bytes: u64,
    /// Bytes of all files of the phase.
    pub total_bytes: u64,
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
        self.file_with(path, code, &IngestOptions::default()).await
    }

    /// The same with options: an encoding, what is done with bytes that are no text, names, a limit.
    /// Those about folders mean nothing here.
    ///
    /// # Errors
    /// As [`Ingest::file`].
    pub async fn file_with(
        &self,
        path: &Path,
        code: &str,
        options: &IngestOptions,
    ) -> Result<FileReport, Error> {
        walk::must_exist(path)?;
        let spec = FileSpec {
            path: path.to_owned(),
            code: code.to_owned(),
        };
        let report = self.batch_with(&[spec], options).await?;
        let Some(file) = report.files.get(0) else {
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
    /// assert_eq!((report.added, report.files.get(0).expect("one").code.as_str()), (1, "notes/a"));
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
    /// [`IngestionError::EmptyRoot`]; [`IngestionError::Cancelled`].
    pub async fn paths(
        &self,
        paths: &[PathBuf],
        options: &IngestOptions,
        progress: impl Fn(IngestProgress) + Send + Sync,
    ) -> Result<IngestReport, Error> {
        let plan = self.plan(paths, options, &progress).await?;
        match options.mode {
            Mode::DryRun => Ok(plan.into_report()),
            Mode::Write => run::run(self.folio, plan, &progress).await,
        }
    }

    /// Takes these files in under these codes. Stands for the seed's `ingest_files_batch`.
    ///
    /// # Errors
    /// The database's alone; what is wrong with single files is in the report.
    pub async fn batch(&self, files: &[FileSpec]) -> Result<IngestReport, Error> {
        self.batch_with(files, &IngestOptions::default()).await
    }

    /// The same with options, of which those about folders mean nothing here.
    ///
    /// # Errors
    /// As [`Ingest::batch`].
    pub async fn batch_with(
        &self,
        files: &[FileSpec],
        options: &IngestOptions,
    ) -> Result<IngestReport, Error> {
        let found = walk::given(files);
        let plan = planning::make(self.folio, String::new(), found, options, &|_| ()).await?;
        match options.mode {
            Mode::DryRun => Ok(plan.into_report()),
            Mode::Write => run::run(self.folio, plan, &|_| ()).await,
        }
    }

    /// Takes folders and files in, and does so again whenever something in them changes, until the
    /// options' token is cancelled. `tell` gets the report of each run, also of one that had nothing
    /// to do, or why it failed; after a failure it goes on. A path that is gone meanwhile is told of, the
    /// others are followed, and nothing of it is deleted.
    ///
    /// # Errors
    /// [`IngestionError::NotFound`] for a path that is not there at the beginning;
    /// [`IngestionError::Unreadable`] where one can't be watched.
    pub async fn watch(
        &self,
        paths: &[PathBuf],
        options: &IngestOptions,
        watching: Watching,
        tell: impl Fn(Result<IngestReport, Error>) + Send + Sync,
    ) -> Result<(), Error> {
        for path in paths {
            walk::must_exist(path)?;
        }
        watch::watch(self, paths, options, watching, tell).await
    }

    /// Makes a plan: what taking these folders and files in would do. Nothing is written.
    ///
    /// ```
    /// # #[tokio::main] async fn main() -> Result<(), service::Error> {
    /// # use service::{Config, Folio, ingest::{FileStatus, IngestOptions}};
    /// # let folio = Folio::connect(Config::from_url("sqlite::memory:")?).await?;
    /// # let folder = tempfile::tempdir().expect("a folder");
    /// # std::fs::write(folder.path().join("a.md"), "# A").expect("written");
    /// let paths = [folder.path().to_owned()];
    /// let plan = folio.ingest().plan(&paths, &IngestOptions::default(), |_| ()).await?;
    /// assert_eq!(plan.count(FileStatus::Added), 1);
    /// assert_eq!(folio.documents().count().await?, 0);
    /// let report = folio.ingest().run(plan, |_| ()).await?;
    /// assert_eq!(report.added, 1);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`Ingest::paths`].
    pub async fn plan(
        &self,
        paths: &[PathBuf],
        options: &IngestOptions,
        progress: impl Fn(IngestProgress) + Send + Sync,
    ) -> Result<Plan, Error> {
        for path in paths {
            walk::must_exist(path)?;
        }
        let now = self.folio.now();
        let found = walk::find(paths.to_vec(), options.clone(), now).await?;
        // What was found until it was stopped is not all there is.
        if options.cancel.is_cancelled() {
            return Err(IngestionError::Cancelled { written: 0 }.into());
        }
        let root = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect::<Vec<_>>()
            .join(" ");
        planning::make(self.folio, root, found, options, &progress).await
    }

    /// Does exactly what the plan says. What has changed since then fails, and is reported.
    ///
    /// # Errors
    /// The database's; [`IngestionError::Cancelled`]. What was written until then stays.
    pub async fn run(
        &self,
        plan: Plan,
        progress: impl Fn(IngestProgress) + Send + Sync,
    ) -> Result<IngestReport, Error> {
        run::run(self.folio, plan, &progress).await
    }

    /// How the file at this place of the plan differs from its document; None where it changes
    /// no document, or can't be read.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn diff(&self, plan: &Plan, at: usize) -> Result<Option<Diff>, Error> {
        diff::of(self.folio, plan, at).await
    }

    /// Ingestions that wrote something, the latest first.
    ///
    /// # Errors
    /// [`IngestionError::Invalid`] for a bad page request.
    pub async fn runs(&self, page: &PageRequest) -> Result<Page<RunSummary>, Error> {
        runs::list(self.folio, page).await
    }

    /// One ingestion with its failures. The documents that it changed are the acts of its batch:
    /// [`Activity::acts`](crate::Activity::acts).
    ///
    /// # Errors
    /// The database's alone.
    pub async fn show_run(&self, id: RunId) -> Result<Option<RunDetails>, Error> {
        runs::show(self.folio, id).await
    }

    /// Undoes an ingestion: what it added is deleted, what it changed or moved is as before, what
    /// it removed is back. A document that someone has changed since then is left, and reported.
    /// It is [`Activity::undo`](crate::Activity::undo) of the run's batch; None where there is no
    /// such run.
    ///
    /// # Errors
    /// The database's alone; what was undone until then stays, and a second call goes on.
    pub async fn undo(
        &self,
        id: RunId,
        cancel: &CancellationToken,
        progress: impl Fn(u64) + Send + Sync,
    ) -> Result<Option<Bulk>, Error> {
        if !runs::exists(&self.folio.current(), id).await? {
            return Ok(None);
        }
        let activity = self.folio.activity();
        activity.undo(id.into(), cancel, progress).await.map(Some)
    }
}

/// A thread that finds or reads files panicked.
fn broken(stopped: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    let error = std::io::Error::other(stopped);
    let path = PathBuf::new();
    IngestionError::Unreadable { path, error }.into()
}
