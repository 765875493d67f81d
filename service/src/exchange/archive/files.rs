//! Which file of which folder each document was taken from, in an archive: so the store that takes it
//! in goes on to keep these folders in step.
//!
//! What the files looked like is left out: it is of a disk, and the next ingestion reads them anew.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, Write};

use entity::{document, ingest_file, ingest_root};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::bulk;
use crate::documents::codes_filter;
use crate::error::{Area, Error, Fault, IngestionError, Operation};
use crate::exchange::chunks::Table;
use crate::exchange::{BATCH, BATCH_BYTES, ImportReport, lines, unwritable, write_line};
use crate::folio::Folio;
use crate::ingest::roots;
use crate::retry::Repeat;
use crate::store::{Conn, Store};
use crate::validate;

const FILES: Table<ingest_file::Entity> = Table {
    name: "ingest_file",
    key: ingest_file::Column::DocumentId,
    size: "octet_length(path)",
};

/// A file as a line.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    /// The folder, with all links in its path resolved.
    folder: String,
    /// What its codes begin with.
    prefix: String,
    /// The file's path below the folder.
    path: String,
    document_id: Uuid,
    /// The document's code; none where it is deleted.
    #[serde(default)]
    code: Option<String>,
}

/// Writes the part; gives how many lines.
pub(super) async fn export(folio: &Folio, out: &mut (impl Write + Send)) -> Result<u64, Error> {
    let operation = || Operation::new(Area::Ingestion, "read which files documents are of");
    let roots: Vec<ingest_root::Model> = Store::Pools(folio)
        .read(operation, async |conn| {
            Ok(ingest_root::Entity::find().all(&conn).await?)
        })
        .await?;
    let roots: HashMap<i64, ingest_root::Model> =
        roots.into_iter().map(|root| (root.id, root)).collect();
    let (mut written, mut behind) = (0, None);
    loop {
        let piece = FILES.next(folio, behind.as_ref()).await?;
        let Some(last) = piece.last() else {
            out.flush().map_err(unwritable)?;
            return Ok(written);
        };
        behind = Some(FILES.key_of(last));
        let ids: Vec<Uuid> = piece.iter().map(|row| row.document_id).collect();
        let codes: Vec<(Uuid, String)> = Store::Pools(folio)
            .read(operation, async |conn| {
                Ok(document::Entity::find()
                    .filter(document::Column::Id.is_in(ids.iter().copied()))
                    .select_only()
                    .columns([document::Column::Id, document::Column::Code])
                    .into_tuple()
                    .all(&conn)
                    .await?)
            })
            .await?;
        let mut codes: HashMap<Uuid, String> = codes.into_iter().collect();
        for row in piece {
            let Some(root) = roots.get(&row.root_id) else {
                continue;
            };
            let line = Line {
                folder: root.path.clone(),
                prefix: root.prefix.clone(),
                path: row.path,
                document_id: row.document_id,
                code: codes.remove(&row.document_id),
            };
            write_line(out, &line)?;
            written += 1;
        }
    }
}

/// Takes the part in. A document that a folder has already is left to it.
pub(super) async fn import(
    folio: &Folio,
    from: impl BufRead + Send + 'static,
    cancel: &CancellationToken,
) -> Result<ImportReport, Error> {
    let mut report = ImportReport::default();
    let mut batches = lines::read_ahead(from, BATCH / 2, BATCH_BYTES, lines::longest(folio));
    loop {
        let written = report.imported;
        let next = lines::received(&mut batches, cancel).await;
        let Some(batch) = next.map_err(|_| IngestionError::Cancelled { written })? else {
            break;
        };
        let batch = batch?;
        report.total += batch.len();
        for (line, problem) in batch.refused {
            report.fail(line, problem);
        }
        let mut read = Vec::with_capacity(batch.lines.len());
        for (number, bytes) in batch.lines {
            match line(&bytes) {
                Ok(line) => read.push(line),
                Err(problem) => report.fail(number, problem),
            }
        }
        if read.is_empty() {
            continue;
        }
        let operation = || Operation::new(Area::Ingestion, "import which files documents are of");
        let new = Store::Pools(folio)
            .write(Repeat::Idempotent, operation, async |conn| {
                store(folio, &conn, &read).await
            })
            .await?;
        report.imported += new;
        report.skipped += read.len() as u64 - new;
    }
    Ok(report)
}

fn line(bytes: &[u8]) -> Result<Line, String> {
    let line: Line = serde_json::from_slice(bytes)
        .map_err(|error| format!("the line is no file of a folder: column {}", error.column()))?;
    let texts = [
        ("folder", &line.folder),
        ("prefix", &line.prefix),
        ("path", &line.path),
    ];
    for (field, text) in texts {
        validate::no_nul(field, text).map_err(|invalid| invalid.to_string())?;
    }
    Ok(line)
}

/// Gives how many documents got a folder.
async fn store(folio: &Folio, conn: &Conn, lines: &[Line]) -> Result<u64, Fault> {
    let codes: Vec<String> = lines.iter().filter_map(|line| line.code.clone()).collect();
    let ids: Vec<Uuid> = lines.iter().map(|line| line.document_id).collect();
    let documents = |of| {
        let columns = [document::Column::Id, document::Column::Code];
        let select = document::Entity::find().filter(of).select_only();
        select.columns(columns).into_tuple::<(Uuid, String)>()
    };
    // A document whose id was taken has another one here: its code tells which it is.
    let by_code = documents(codes_filter(folio.backend(), &codes))
        .all(conn)
        .await?;
    let by_code: HashMap<String, Uuid> = by_code.into_iter().map(|(id, code)| (code, id)).collect();
    let living = documents(document::Column::Id.is_in(ids.iter().copied()));
    let living: HashSet<Uuid> = living
        .all(conn)
        .await?
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    let id_of = |line: &Line| match &line.code {
        Some(code) => by_code.get(code).copied(),
        // One that was deleted there, and is not here, may be brought back.
        None => (!living.contains(&line.document_id)).then_some(line.document_id),
    };
    let wanted: Vec<(Uuid, &Line)> = lines
        .iter()
        .filter_map(|line| Some((id_of(line)?, line)))
        .collect();
    let owned: Vec<Uuid> = ingest_file::Entity::find()
        .filter(ingest_file::Column::DocumentId.is_in(wanted.iter().map(|(id, _)| *id)))
        .select_only()
        .column(ingest_file::Column::DocumentId)
        .into_tuple()
        .all(conn)
        .await?;
    let mut owned: HashSet<Uuid> = owned.into_iter().collect();
    let (mut roots, mut rows) = (HashMap::new(), Vec::new());
    for (document_id, line) in wanted {
        if !owned.insert(document_id) {
            continue;
        }
        let root = (line.folder.as_str(), line.prefix.as_str());
        let root_id = if let Some(id) = roots.get(&root) {
            *id
        } else {
            let id = roots::number(conn, root.0, root.1).await?;
            roots.insert(root, id);
            id
        };
        rows.push(ingest_file::Model {
            document_id,
            root_id,
            path: line.path.clone(),
            seen: None,
        });
    }
    let new = rows.len() as u64;
    bulk::link_files(conn, rows).await?;
    Ok(new)
}
