//! Earlier versions of documents, and documents in the trash, in an archive.

use std::collections::HashSet;
use std::io::{BufRead, Write};

use entity::document_revision::{self, Action};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::ids::{ANOTHERS, Ids};
use crate::documents::NewDocument;
use crate::error::{Area, Error, IngestionError, Operation};
use crate::exchange::chunks::Table;
use crate::exchange::documents::MAX_VERSION;
use crate::exchange::{BATCH, BATCH_BYTES, ImportReport, lines, unwritable, write_line};
use crate::folio::Folio;
use crate::retry::Repeat;
use crate::store::Store;
use crate::time;

const REVISIONS: Table<document_revision::Entity> = Table {
    name: "document_revision",
    key: document_revision::Column::Id,
    size: "octet_length(content)",
};

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
    pub(super) async fn export_history(&self, out: &mut (impl Write + Send)) -> Result<u64, Error> {
        let (mut written, mut behind) = (0, None);
        loop {
            let piece = REVISIONS.next(self, behind.as_ref()).await?;
            let Some(last) = piece.last() else {
                out.flush().map_err(unwritable)?;
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
                    action: word(row.action).to_owned(),
                    changed_at: time::format(&row.changed_at),
                    changed_by: row.changed_by,
                };
                write_line(out, &line)?;
            }
        }
    }

    pub(super) async fn import_history(
        &self,
        from: impl BufRead + Send + 'static,
        ids: &Ids,
        cancel: &CancellationToken,
    ) -> Result<ImportReport, Error> {
        let mut report = ImportReport::default();
        let mut batches = lines::read_ahead(from, BATCH / 2, BATCH_BYTES, lines::longest(self));
        loop {
            let written = report.imported;
            let next = lines::received(&mut batches, cancel).await;
            let Some(batch) = next.map_err(|_| IngestionError::Cancelled { written })? else {
                break;
            };
            let (mut rows, batch) = (Vec::new(), batch?);
            report.total += batch.len();
            for (line, problem) in batch.refused {
                report.fail(line, problem);
            }
            for (number, bytes) in batch.lines {
                match self.revision(&bytes, ids) {
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
                let known: HashSet<(Uuid, i64, &str)> = known
                    .iter()
                    .map(|(id, version, action)| (*id, *version, word(*action)))
                    .collect();
                let is_new = |row: &&document_revision::ActiveModel| {
                    let key = (
                        *row.document_id.as_ref(),
                        *row.version.as_ref(),
                        word(*row.action.as_ref()),
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

fn word(action: Action) -> &'static str {
    match action {
        Action::Updated => "updated",
        Action::Deleted => "deleted",
    }
}

impl Folio {
    /// An earlier version that can be stored: what it says is held to what documents are, since it may
    /// become one again.
    fn revision(&self, bytes: &[u8], ids: &Ids) -> Result<document_revision::ActiveModel, String> {
        let line: RevisionLine = serde_json::from_slice(bytes).map_err(|error| {
            let at = error.column();
            format!("the line is no earlier version: column {at}")
        })?;
        let at = |text: &str| time::parse(text).ok_or_else(|| "a time is none".to_owned());
        let document_id = ids.here(line.document_id).ok_or(ANOTHERS)?;
        if !(1..=MAX_VERSION).contains(&line.version) {
            return Err(format!("its version is none from 1 to {MAX_VERSION}"));
        }
        let was = NewDocument::new(line.code, line.name, line.content).with_metadata(line.metadata);
        was.check(self.config().max_document_bytes)
            .map_err(|invalid| invalid.to_string())?;
        Ok(document_revision::ActiveModel {
            id: NotSet,
            document_id: Set(document_id),
            version: Set(line.version),
            content_hash: Set(Some(
                blake3::hash(was.content.as_bytes()).as_bytes().to_vec(),
            )),
            code: Set(was.code),
            name: Set(was.name),
            content: Set(was.content),
            metadata: Set(was.metadata.unwrap_or_default()),
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
}
