//! Documents into a folder.

use std::collections::HashSet;
use std::path::Path;

use entity::document;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::block::{self, DocumentFields, Kind};
use super::mirror::{Mirror, Place, Placed};
use super::path::{Twins, path_word};
use super::{FolderExport, Stale, seal, stale, untaken};
use crate::error::{Area, Error, IngestionError, Operation};
use crate::exchange::documents::DOCUMENTS;
use crate::folio::Folio;
use crate::store::Store;
use crate::time;

/// Codes that are read at once.
const CODES: u64 = 5_000;

/// The folder, and what was written into it.
pub(super) struct Writing {
    mirror: Mirror,
    twins: Twins,
    /// Their paths' hashes.
    written: HashSet<u64>,
    report: FolderExport,
}

impl Folio {
    /// Writes every document into a folder, a file each, which [`Folio::import_folder`] takes back. A
    /// file that is like that already is not written, and one that no export wrote, or that somebody
    /// has changed since, is left and reported. Every file is there whole or not at all. `progress`
    /// gets how many documents are done with.
    ///
    /// # Errors
    /// The database's; [`IngestionError::Unwritable`] for the folder as a whole;
    /// [`IngestionError::Cancelled`]. What was written until then stays, and a second call goes on.
    pub async fn export_folder(
        &self,
        folder: &Path,
        stale: Stale,
        cancel: &CancellationToken,
        progress: impl Fn(u64) + Send + Sync,
    ) -> Result<FolderExport, Error> {
        let mut writing = Writing::begin(self, folder).await?;
        let mut behind = None;
        loop {
            if cancel.is_cancelled() {
                let written = writing.report.added + writing.report.updated;
                return Err(IngestionError::Cancelled { written }.into());
            }
            let piece = DOCUMENTS.next(self, behind.as_ref()).await?;
            let Some(last) = piece.last() else { break };
            behind = Some(DOCUMENTS.key_of(last));
            writing = blocking(folder, move || writing.some(piece)).await?;
            progress(writing.report.total);
        }
        let report = blocking(folder, move || {
            let Writing {
                mirror,
                written,
                mut report,
                ..
            } = writing;
            stale::clear(&mirror, Kind::Document, stale, &written, &mut report)?;
            mirror.finish()?;
            Ok(report)
        })
        .await?;
        tracing::info!(
            added = report.added,
            updated = report.updated,
            unchanged = report.unchanged,
            failed = report.failed,
            "exported into a folder"
        );
        Ok(report)
    }

    async fn twins(&self) -> Result<Twins, Error> {
        use document::{Column, Entity};
        let operation = || Operation::new(Area::Document, "read the codes of all documents");
        let (mut twins, mut behind) = (Twins::default(), Uuid::nil());
        loop {
            let rows: Vec<(Uuid, String)> = Store::Pools(self)
                .read(operation, async |conn| {
                    let select = Entity::find()
                        .filter(Column::Id.gt(behind))
                        .order_by_asc(Column::Id);
                    let columns = [Column::Id, Column::Code];
                    Ok(select
                        .limit(CODES)
                        .select_only()
                        .columns(columns)
                        .into_tuple()
                        .all(&conn)
                        .await?)
                })
                .await?;
            let Some((last, _)) = rows.last() else {
                return Ok(twins);
            };
            behind = *last;
            for (_, code) in &rows {
                twins.add(code);
            }
        }
    }
}

impl Writing {
    /// Opens the folder, whose paths are those of an export of all documents.
    pub(super) async fn begin(folio: &Folio, folder: &Path) -> Result<Self, Error> {
        Ok(Self {
            twins: folio.twins().await?,
            mirror: Mirror::open(folder, Kind::Document)
                .map_err(|error| unwritable(folder, error))?,
            written: HashSet::new(),
            report: FolderExport::default(),
        })
    }

    /// Writes some documents.
    pub(super) fn some(mut self, rows: Vec<document::Model>) -> std::io::Result<Self> {
        for row in rows {
            self.document(row)?;
        }
        settle(&mut self.mirror, &mut self.report)?;
        Ok(self)
    }

    /// How many documents are done with.
    pub(super) const fn so_far(&self) -> u64 {
        self.report.total
    }

    /// Ends it where other files of the folder are nobody's business.
    pub(super) fn end(self) -> std::io::Result<FolderExport> {
        self.mirror.finish()?;
        Ok(self.report)
    }

    fn document(&mut self, row: document::Model) -> std::io::Result<()> {
        let path = self.twins.path(&row.code);
        self.written.insert(path_word(&path));
        match self.write(&path, row) {
            Ok(Some(placed)) => self.report.note(placed),
            Ok(None) => {}
            // Where nothing more can be written, it is no use to go on.
            Err(Unwritten::Folder(error)) => return Err(error),
            Err(Unwritten::File(problem)) => {
                self.report.total += 1;
                self.report.fail(&path, problem);
            }
        }
        Ok(())
    }

    /// What became of the file; None where it waits for its name.
    fn write(&mut self, path: &Path, row: document::Model) -> Result<Option<Placed>, Unwritten> {
        let fields = DocumentFields {
            name: Some(row.name),
            id: Some(row.id.to_string()),
            version: Some(row.version),
            created_at: Some(time::format(&row.created_at)),
            updated_at: Some(time::format(&row.updated_at)),
            metadata: Some(row.metadata),
            code: row.code,
        };
        let file = block::document(&fields, &row.content)?;
        let place = self.mirror.look(path, &fields.code)?;
        match &place {
            Place::Earlier(sum) if *sum == file.sum => return Ok(Some(Placed::Unchanged)),
            Place::Changed => self.loses_nothing(path, &fields, &row.content)?,
            _ => {}
        }
        self.mirror.write(path, &file.bytes, place)?;
        Ok(None)
    }

    /// A file that somebody has changed says what the store says where it has been taken in since.
    fn loses_nothing(
        &self,
        path: &Path,
        fields: &DocumentFields,
        content: &str,
    ) -> Result<(), String> {
        let text = std::fs::read_to_string(self.mirror.root().join(path))
            .map_err(|error| error.to_string())?;
        let text = seal::plain_line_ends(text.strip_prefix('\u{feff}').unwrap_or(&text));
        match block::exported(&text) {
            Some(Ok(file)) if file.body == content && Some(file.name()) == fields.name && Some(file.metadata()) == fields.metadata => {
                if block::split(&text).is_some_and(|(block, _)| untaken::has_comments(block)) {
                    return Err("its block has a comment, which no import takes, and it is left as it is: take that away, or move the file".to_owned());
                }
                Ok(())
            }
            _ => Err("it was changed since it was written, and is left as it is: take it in (folio import), or move it away".to_owned()),
        }
    }
}

/// Gives files that wait their names, and notes what became of them.
pub(super) fn settle(mirror: &mut Mirror, report: &mut FolderExport) -> std::io::Result<()> {
    for (path, placed) in mirror.settle()? {
        match placed.map_err(Unwritten::from) {
            Ok(placed) => report.note(placed),
            Err(Unwritten::Folder(error)) => return Err(error),
            Err(Unwritten::File(problem)) => {
                report.total += 1;
                report.fail(&path, problem);
            }
        }
    }
    Ok(())
}

/// Why a file was not written.
enum Unwritten {
    File(String),
    Folder(std::io::Error),
}

impl From<String> for Unwritten {
    fn from(problem: String) -> Self {
        Self::File(problem)
    }
}

impl From<std::io::Error> for Unwritten {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::ReadOnlyFilesystem => {
                Self::Folder(error)
            }
            _ => Self::File(error.to_string()),
        }
    }
}

/// Works on files, on a thread that may wait.
pub(super) async fn blocking<T: Send + 'static>(
    folder: &Path,
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.unwrap_or_else(|ended| Err(std::io::Error::other(ended)));
    done.map_err(|error| unwritable(folder, error))
}

pub(super) fn unwritable(folder: &Path, error: std::io::Error) -> Error {
    IngestionError::Unwritable {
        path: folder.to_owned(),
        error,
    }
    .into()
}
