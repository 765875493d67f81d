//! Everything as one file: a tar archive of a manifest and of lines of JSON, with their checksums.

mod check;
mod rows;
mod trail;

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use entity::document_revision::{self, Action};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::chunks::Table;
use super::{BATCH, BATCH_BYTES, ImportReport, lines};
use crate::error::{Area, Error, IngestionError, Operation};
use crate::folio::Folio;
use crate::retry::Repeat;
use crate::store::Store;
use crate::time;

const MANIFEST: &str = "manifest.json";
const DOCUMENTS: &str = "documents.jsonl";
const HISTORY: &str = "document_history.jsonl";
const CONVERSATIONS: &str = "conversations.jsonl";
/// In the order in which they are written and read: each may name what is in those before it.
const PARTS: [&str; 8] = [
    DOCUMENTS,
    HISTORY,
    CONVERSATIONS,
    trail::THREAD_HISTORY,
    trail::MESSAGE_HISTORY,
    trail::BATCHES,
    trail::ACTS,
    trail::RUNS,
];
/// What this program writes, and the latest that it reads. The first had three parts.
const FORMAT: u32 = 2;

const REVISIONS: Table<document_revision::Entity> = Table {
    name: "document_revision",
    key: document_revision::Column::Id,
    size: "octet_length(content)",
};

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
}

impl ArchiveReport {
    /// What was done with each part, by its name.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, &ImportReport); 8] {
        [
            ("documents", &self.documents),
            ("earlier versions of documents", &self.history),
            ("conversations and turns", &self.conversations),
            ("earlier versions of conversations", &self.thread_history),
            ("earlier versions of turns", &self.message_history),
            ("things done", &self.batches),
            ("rows they were done to", &self.acts),
            ("ingestions", &self.runs),
        ]
    }
}

/// An earlier version as a line.
#[derive(Debug, Serialize, Deserialize)]
struct RevisionLine {
    document_id: Uuid,
    version: i64,
    code: String,
    name: String,
    content: String,
    metadata: Value,
    created_at: String,
    updated_at: String,
    action: String,
    changed_at: String,
    changed_by: Option<String>,
}

impl Folio {
    /// Writes documents, conversations, the history and trash of both, what was done and the runs of
    /// ingestions into one archive. The file is there whole, or not at all.
    ///
    /// # Errors
    /// The database's, or [`IngestionError::Unwritable`].
    pub async fn export_archive(&self, path: &Path) -> Result<Manifest, Error> {
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(".unfinished");
        let folder = PathBuf::from(&unfinished);
        let written = self.write_archive(path, &folder).await;
        drop(std::fs::remove_dir_all(&folder));
        written
    }

    async fn write_archive(&self, path: &Path, folder: &Path) -> Result<Manifest, Error> {
        let failed = |error: std::io::Error| IngestionError::Unwritable {
            path: path.to_owned(),
            error,
        };
        drop(std::fs::remove_dir_all(folder));
        std::fs::create_dir(folder).map_err(failed)?;
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
                name => trail::export(self, name, &mut out).await?,
            };
            parts.push(ArchivePart {
                file: name.to_owned(),
                items,
                bytes: out.bytes,
                blake3: out.hash.finalize().to_hex().to_string(),
            });
        }
        let manifest = Manifest {
            format: FORMAT,
            created_at: time::format(&self.now()),
            parts,
        };
        let pack = || -> std::io::Result<()> {
            let tar = folder.join("archive.tar");
            let mut archive = tar::Builder::new(BufWriter::new(File::create(&tar)?));
            let text = serde_json::to_vec_pretty(&manifest)?;
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            archive.append_data(&mut header, MANIFEST, text.as_slice())?;
            for part in &manifest.parts {
                archive.append_path_with_name(folder.join(&part.file), &part.file)?;
            }
            let file = archive.into_inner()?.into_inner()?;
            file.sync_all()?;
            std::fs::rename(&tar, path)
        };
        pack().map_err(failed)?;
        Ok(manifest)
    }

    async fn export_history(&self, out: &mut (impl Write + Send)) -> Result<u64, Error> {
        let (mut written, mut behind) = (0, None);
        loop {
            let piece = REVISIONS.next(self, behind.as_ref()).await?;
            let Some(last) = piece.last() else {
                out.flush().map_err(super::unwritable)?;
                return Ok(written);
            };
            behind = Some(REVISIONS.key_of(last));
            written += piece.len() as u64;
            for row in piece {
                let line = RevisionLine {
                    document_id: row.document_id,
                    version: row.version,
                    code: row.code,
                    name: row.name,
                    content: row.content,
                    metadata: row.metadata,
                    created_at: time::format(&row.created_at),
                    updated_at: time::format(&row.updated_at),
                    action: match row.action {
                        Action::Updated => "updated".to_owned(),
                        Action::Deleted => "deleted".to_owned(),
                    },
                    changed_at: time::format(&row.changed_at),
                    changed_by: row.changed_by,
                };
                super::write_line(out, &line)?;
            }
        }
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
        let owned = path.to_owned();
        let checked = tokio::task::spawn_blocking(move || check::check(&owned));
        let parts = checked.await.map_err(|error| IngestionError::Unreadable {
            path: path.to_owned(),
            error: std::io::Error::other(error),
        })??;
        let mut report = ArchiveReport::default();
        let mut numbers = trail::Numbers::default();
        for (name, start, bytes) in parts {
            let open = || -> std::io::Result<_> {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(start))?;
                Ok(BufReader::new(file.take(bytes)))
            };
            let lines = open().map_err(|error| IngestionError::Unreadable {
                path: path.to_owned(),
                error,
            })?;
            match name.as_str() {
                DOCUMENTS => {
                    report.documents = self.import_documents(lines, cancel, |_| ()).await?;
                }
                HISTORY => report.history = self.import_history(lines, cancel).await?,
                CONVERSATIONS => {
                    report.conversations = self.import_turns(lines, cancel, |_| ()).await?;
                }
                name => {
                    let part = trail::import(self, name, lines, &mut numbers, cancel).await?;
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

    async fn import_history(
        &self,
        from: impl std::io::BufRead + Send + 'static,
        cancel: &CancellationToken,
    ) -> Result<ImportReport, Error> {
        let mut report = ImportReport::default();
        let mut batches = lines::read_ahead(from, BATCH / 2, BATCH_BYTES);
        while let Some(batch) = batches.recv().await {
            if cancel.is_cancelled() {
                let written = report.imported;
                return Err(IngestionError::Cancelled { written }.into());
            }
            let mut rows = Vec::new();
            for (number, bytes) in batch?.lines {
                report.total += 1;
                match revision(&bytes) {
                    Ok(row) => rows.push(row),
                    Err(problem) => report.fail(number, problem),
                }
            }
            let all = rows.len() as u64;
            let new = self.store_history(rows).await?;
            report.imported += new;
            report.skipped += all - new;
        }
        Ok(report)
    }

    /// Stores the versions that are not there yet; gives how many.
    async fn store_history(&self, rows: Vec<document_revision::ActiveModel>) -> Result<u64, Error> {
        use document_revision::{Column, Entity};
        let operation = || Operation::new(Area::Document, "import the history of documents");
        Store::Pools(self)
            .write(Repeat::OnlyIfUndone, operation, async |conn| {
                let ids = rows.iter().map(|row| *row.document_id.as_ref());
                let known: Vec<(Uuid, i64, Action)> = Entity::find()
                    .filter(Column::DocumentId.is_in(ids))
                    .select_only()
                    .columns([Column::DocumentId, Column::Version, Column::Action])
                    .into_tuple()
                    .all(&conn)
                    .await?;
                let is_new = |row: &&document_revision::ActiveModel| {
                    let key = (
                        *row.document_id.as_ref(),
                        *row.version.as_ref(),
                        *row.action.as_ref(),
                    );
                    !known.contains(&key)
                };
                let new: Vec<_> = rows.iter().filter(is_new).cloned().collect();
                let count = new.len() as u64;
                if count > 0 {
                    Entity::insert_many(new)
                        .exec_without_returning(&conn)
                        .await?;
                }
                Ok(count)
            })
            .await
    }
}

fn revision(bytes: &[u8]) -> Result<document_revision::ActiveModel, String> {
    let line: RevisionLine = serde_json::from_slice(bytes)
        .map_err(|error| format!("the line is no earlier version: column {}", error.column()))?;
    let at = |text: &str| time::parse(text).ok_or_else(|| "a time is none".to_owned());
    Ok(document_revision::ActiveModel {
        id: NotSet,
        document_id: Set(line.document_id),
        version: Set(line.version),
        content_hash: Set(Some(
            blake3::hash(line.content.as_bytes()).as_bytes().to_vec(),
        )),
        code: Set(line.code),
        name: Set(line.name),
        content: Set(line.content),
        metadata: Set(line.metadata),
        created_at: Set(at(&line.created_at)?),
        updated_at: Set(at(&line.updated_at)?),
        action: Set(match line.action.as_str() {
            "updated" => Action::Updated,
            "deleted" => Action::Deleted,
            _ => return Err("its action is neither updated nor deleted".to_owned()),
        }),
        changed_at: Set(at(&line.changed_at)?),
        changed_by: Set(line.changed_by),
    })
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
