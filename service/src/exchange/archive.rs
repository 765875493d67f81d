//! Everything as one file: a tar archive of a manifest and of lines of JSON, with their checksums.

mod check;
mod files;
mod history;
mod ids;
mod rows;
mod trail;

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::destination::{Contents, Destination, Replaces};
use super::{ImportReport, unwritable_file as unwritable};
use crate::error::{Error, IngestionError};
use crate::folio::Folio;
use crate::time;
use crate::unfinished::{self, Readers};
use ids::Ids;

const MANIFEST: &str = "manifest.json";
const DOCUMENTS: &str = "documents.jsonl";
const HISTORY: &str = "document_history.jsonl";
const CONVERSATIONS: &str = "conversations.jsonl";
const FILES: &str = "files.jsonl";
/// In the order in which they are written and read: each may name what is in those before it.
const PARTS: [&str; 9] = [
    DOCUMENTS,
    HISTORY,
    CONVERSATIONS,
    trail::THREAD_HISTORY,
    trail::MESSAGE_HISTORY,
    trail::BATCHES,
    trail::ACTS,
    trail::RUNS,
    FILES,
];
/// What this program writes, and the latest that it reads. The first had three parts, the second one
/// eight.
const FORMAT: u32 = 3;

/// A part of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivePart {
    /// Its file in the archive.
    pub file: String,
    /// What it has: documents, earlier versions of them, turns, or rows.
    pub items: u64,
    /// Its size.
    pub bytes: u64,
    /// Its BLAKE3 hash: 64 hexadecimal digits.
    pub blake3: String,
}

/// What an archive has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the format.
    pub format: u32,
    /// When it was made.
    pub created_at: String,
    /// Its other files.
    pub parts: Vec<ArchivePart>,
}

/// What the import of an archive did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ArchiveReport {
    /// Documents.
    pub documents: ImportReport,
    /// Earlier versions of documents.
    pub history: ImportReport,
    /// Conversations and their turns.
    pub conversations: ImportReport,
    /// Earlier versions of conversations, and the trash.
    pub thread_history: ImportReport,
    /// Earlier versions of turns, and the trash.
    pub message_history: ImportReport,
    /// What was done at once.
    pub batches: ImportReport,
    /// What was done to which rows.
    pub acts: ImportReport,
    /// Ingestions.
    pub runs: ImportReport,
    /// Which file of which folder documents were taken from.
    pub files: ImportReport,
}

impl ArchiveReport {
    /// What was done with each part, by its name.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, &ImportReport); 9] {
        [
            ("documents", &self.documents),
            ("earlier versions of documents", &self.history),
            ("conversations and turns", &self.conversations),
            ("earlier versions of conversations", &self.thread_history),
            ("earlier versions of turns", &self.message_history),
            ("things done", &self.batches),
            ("rows they were done to", &self.acts),
            ("ingestions", &self.runs),
            ("files that documents are of", &self.files),
        ]
    }
}

impl Folio {
    /// Writes documents, conversations, the history and trash of both, what was done, the runs of
    /// ingestions and which folders they keep in step with into one archive. The file is there whole, or
    /// not at all.
    ///
    /// # Errors
    /// The database's, or [`IngestionError::Unwritable`], also where another file is there.
    pub async fn export_archive(&self, path: &Path, replaces: Replaces) -> Result<Manifest, Error> {
        let destination = Destination::open(self, path, Contents::Archive, replaces)?;
        let failed = |error| unwritable(path, error);
        let folder = unfinished::workshop(destination.path()).map_err(failed)?;
        let manifest = self.write_parts(path, folder.path()).await?;
        let pack = || -> std::io::Result<u64> {
            let out = destination.begin(Readers::Owner)?;
            destination.keep(pack(&manifest, folder.path(), out)?)
        };
        pack().map_err(failed)?;
        Ok(manifest)
    }

    /// Writes the same archive to what can't be gone back in, such as a pipe. Its parts are in a
    /// temporary folder until all of them are there, for their checksums come first.
    ///
    /// # Errors
    /// The database's, or [`IngestionError::Unwritable`].
    pub async fn export_archive_to(
        &self,
        out: &mut (impl Write + Send),
    ) -> Result<Manifest, Error> {
        let path = std::env::temp_dir();
        let folder = tempfile::tempdir().map_err(|error| unwritable(&path, error))?;
        let manifest = self.write_parts(&path, folder.path()).await?;
        let packed = pack(&manifest, folder.path(), out).and_then(Write::flush);
        packed.map_err(|error| unwritable(Path::new("the output"), error))?;
        Ok(manifest)
    }

    async fn write_parts(&self, path: &Path, folder: &Path) -> Result<Manifest, Error> {
        let failed = |error: std::io::Error| unwritable(path, error);
        let mut parts = Vec::new();
        for name in PARTS {
            let file = File::create(folder.join(name)).map_err(failed)?;
            let mut out = Hashed {
                out: BufWriter::new(file),
                hash: blake3::Hasher::new(),
                bytes: 0,
            };
            let items = match name {
                DOCUMENTS => self.export_documents(&mut out, |_| ()).await?,
                HISTORY => self.export_history(&mut out).await?,
                CONVERSATIONS => self.export_threads(&mut out, |_| ()).await?,
                FILES => files::export(self, &mut out).await?,
                name => trail::export(self, name, &mut out).await?,
            };
            parts.push(ArchivePart {
                file: name.to_owned(),
                items,
                bytes: out.bytes,
                blake3: out.hash.finalize().to_hex().to_string(),
            });
        }
        Ok(Manifest {
            format: FORMAT,
            created_at: time::format(&self.now()),
            parts,
        })
    }

    /// Takes an archive in that can be read once alone, such as one from a pipe: it is kept in a
    /// temporary file meanwhile.
    ///
    /// # Errors
    /// As [`Folio::import_archive`].
    pub async fn import_archive_from(
        &self,
        mut from: impl Read + Send + 'static,
        cancel: &CancellationToken,
    ) -> Result<ArchiveReport, Error> {
        let kept = tokio::task::spawn_blocking(move || -> std::io::Result<_> {
            let mut kept = tempfile::NamedTempFile::new()?;
            std::io::copy(&mut from, &mut kept)?;
            kept.flush()?;
            Ok(kept.into_temp_path())
        });
        let kept = tokio::select! {
            kept = kept => kept.map_err(std::io::Error::other),
            () = cancel.cancelled() => return Err(IngestionError::Cancelled { written: 0 }.into()),
        };
        let kept = kept.and_then(|kept| kept).map_err(|error| {
            let path = std::env::temp_dir().join("a copy of the archive");
            IngestionError::Unwritable { path, error }
        })?;
        let taken = self.import_archive(&kept, cancel).await;
        taken.map_err(|error| match error {
            Error::Ingestion(IngestionError::BadArchive { problem, .. }) => {
                let path = PathBuf::from("the input");
                IngestionError::BadArchive { path, problem }.into()
            }
            other => other,
        })
    }

    /// Takes everything of an archive in; twice is once. Its checksums are looked at before anything
    /// is written.
    ///
    /// # Errors
    /// [`IngestionError::BadArchive`], [`IngestionError::Unreadable`],
    /// [`IngestionError::Cancelled`], or the database's; what was taken until then stays.
    pub async fn import_archive(
        &self,
        path: &Path,
        cancel: &CancellationToken,
    ) -> Result<ArchiveReport, Error> {
        let here = &self.current();
        let owned = path.to_owned();
        let checked = tokio::task::spawn_blocking(move || check::check(&owned));
        let parts = checked.await.map_err(|error| IngestionError::Unreadable {
            path: path.to_owned(),
            error: std::io::Error::other(error),
        })??;
        let mut report = ArchiveReport::default();
        let mut numbers = trail::Numbers::default();
        let mut ids = Ids::default();
        for (name, start, bytes) in parts {
            let open = || -> std::io::Result<_> {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(start))?;
                Ok(BufReader::new(file.take(bytes)))
            };
            let unreadable = |error| IngestionError::Unreadable {
                path: path.to_owned(),
                error,
            };
            let lines = open().map_err(unreadable)?;
            match name.as_str() {
                DOCUMENTS => {
                    report.documents = here.import_documents(lines, cancel, |_| ()).await?;
                    let again = open().map_err(unreadable)?;
                    ids = Ids::of(here, again).await?;
                }
                HISTORY => report.history = here.import_history(lines, &ids, cancel).await?,
                CONVERSATIONS => {
                    report.conversations = here.import_turns(lines, cancel, |_| ()).await?;
                }
                FILES => report.files = files::import(here, lines, cancel).await?,
                name => {
                    let part =
                        trail::import(here, name, lines, (&mut numbers, &ids), cancel).await?;
                    *match name {
                        trail::THREAD_HISTORY => &mut report.thread_history,
                        trail::MESSAGE_HISTORY => &mut report.message_history,
                        trail::BATCHES => &mut report.batches,
                        trail::ACTS => &mut report.acts,
                        _ => &mut report.runs,
                    } = part;
                }
            }
        }
        Ok(report)
    }
}

/// Whether a file begins as an archive does.
pub(super) fn begins(file: impl Read) -> bool {
    let mut archive = tar::Archive::new(file);
    let first = archive
        .entries()
        .ok()
        .and_then(|mut entries| entries.next());
    first.and_then(Result::ok).is_some_and(|entry| {
        let is_named = entry.path_bytes().as_ref() == MANIFEST.as_bytes();
        is_named && serde_json::from_reader::<_, Manifest>(entry.take(1024 * 1024)).is_ok()
    })
}

/// Puts the manifest and the parts of a folder into one archive.
fn pack<W: Write>(manifest: &Manifest, folder: &Path, out: W) -> std::io::Result<W> {
    let mut archive = tar::Builder::new(out);
    let text = serde_json::to_vec_pretty(manifest)?;
    let mut header = tar::Header::new_gnu();
    header.set_size(text.len() as u64);
    header.set_mode(0o644);
    archive.append_data(&mut header, MANIFEST, text.as_slice())?;
    for part in &manifest.parts {
        archive.append_path_with_name(folder.join(&part.file), &part.file)?;
    }
    archive.into_inner()
}

/// Hashes and counts what is written.
struct Hashed<W> {
    out: W,
    hash: blake3::Hasher,
    bytes: u64,
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}
