//! Documents as lines of JSON: `{"code", "name", "content", "metadata", "id", "version", ...}`.

mod fresh;
mod trail;

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, Write};

use chrono::{DateTime, Utc};
use entity::document;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use super::chunks::Table;
use super::conversations::Origin;
use super::folder::block::DocumentFields;
use super::storing::Storing;
use super::{BATCH, BATCH_BYTES, ImportReport, lines, numbers};
use crate::documents::{Document, NewDocument, Outcome};
use crate::error::{Error, IngestionError};
use crate::folio::Folio;
use crate::ids::DocumentId;
use crate::time;

pub(super) const DOCUMENTS: Table<document::Entity> = Table {
    name: "document",
    key: document::Column::Id,
    size: "octet_length(content)",
};

const NEWER: &str = "it was changed, and so was its document in the store since the file was written: nothing was taken of it (export into another folder to compare, or take it all the same with --force)";

/// The highest version that is believed: far from where counting on ends.
pub(super) const MAX_VERSION: i64 = 1 << 48;

/// A document as a line.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Line {
    code: String,
    #[serde(default)]
    name: Option<String>,
    content: String,
    #[serde(default)]
    metadata: Option<Value>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    version: Option<i64>,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    updated_at: Option<String>,
    /// What else a line has: metadata.
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl From<document::Model> for Line {
    fn from(row: document::Model) -> Self {
        Self {
            code: row.code,
            name: Some(row.name),
            content: row.content,
            metadata: Some(row.metadata),
            id: Some(row.id.to_string()),
            version: Some(row.version),
            created_at: Some(time::format(&row.created_at)),
            updated_at: Some(time::format(&row.updated_at)),
            others: Map::new(),
        }
    }
}

impl Line {
    /// A document of a folder of files.
    pub(super) fn of_file(fields: DocumentFields, content: String) -> Self {
        Self {
            code: fields.code,
            name: fields.name,
            content,
            metadata: fields.metadata,
            id: fields.id,
            version: fields.version,
            created_at: fields.created_at,
            updated_at: fields.updated_at,
            others: Map::new(),
        }
    }
}

/// A line, or a file, that can be stored.
pub(super) struct Read {
    line: u64,
    new: NewDocument,
    version: i64,
    created_at: Option<DateTime<Utc>>,
    updated_at: Option<DateTime<Utc>>,
    /// The file that it was read from; None where it is a line.
    origin: Option<Origin>,
}

impl Read {
    pub(super) fn of_file(self, origin: Origin) -> Self {
        Self {
            origin: Some(origin),
            ..self
        }
    }

    /// Whether it is an earlier version of this document.
    fn is_before(&self, found: &Document) -> bool {
        matches!(self.origin, Some(Origin::AsWritten | Origin::Changed))
            && self.new.id == Some(found.id)
            && self.version < found.version
    }

    pub(super) fn code(&self) -> &str {
        &self.new.code
    }
}

impl Folio {
    /// Writes every document as a line of JSON; gives how many.
    ///
    /// # Errors
    /// The database's, or [`IngestionError::Unwritable`].
    pub async fn export_documents(
        &self,
        out: &mut (impl Write + Send),
        progress: impl Fn(u64) + Send + Sync,
    ) -> Result<u64, Error> {
        let (mut written, mut behind) = (0, None);
        loop {
            let piece = DOCUMENTS.next(self, behind.as_ref()).await?;
            let Some(last) = piece.last() else {
                out.flush().map_err(super::unwritable)?;
                return Ok(written);
            };
            behind = Some(DOCUMENTS.key_of(last));
            written += piece.len() as u64;
            for row in piece {
                super::write_line(out, &Line::from(row))?;
            }
            progress(written);
        }
    }

    /// Takes documents in, one a line of JSON as [`Folio::export_documents`] writes them; `code` and
    /// `content` have to be there, and what a line has beside the fields of an export is metadata. One
    /// whose code is new is stored with its id and times, and with its version, or the next one where
    /// the store has a history of that id. One that differs is changed, which leaves its history, and
    /// all changes of an import are one batch; twice is once. Of several lines with one code the last
    /// one counts. A bad line never stops the rest.
    ///
    /// # Errors
    /// The database's, [`IngestionError::Unreadable`], or [`IngestionError::Cancelled`]; what was
    /// taken until then stays.
    pub async fn import_documents(
        &self,
        from: impl BufRead + Send + 'static,
        cancel: &CancellationToken,
        progress: impl Fn(super::TurnProgress) + Send + Sync,
    ) -> Result<ImportReport, Error> {
        let (mut report, together) = (ImportReport::default(), self.together());
        let mut storing = Storing::new(&together);
        let mut done = super::TurnProgress::default();
        let longest = lines::longest(self);
        let mut batches = lines::read_ahead(from, BATCH / 2, BATCH_BYTES, longest);
        loop {
            let Ok(read) = lines::received(&mut batches, cancel).await else {
                while let Some(((), stored)) = storing.next().await? {
                    report.add(stored);
                }
                let written = report.imported + report.updated;
                return Err(IngestionError::Cancelled { written }.into());
            };
            let Some(batch) = read else { break };
            let batch = batch?;
            done.bytes += batch.bytes;
            done.lines += batch.len();
            report.total += batch.len();
            let mut read = Vec::with_capacity(batch.lines.len());
            for (line, problem) in batch.refused {
                report.fail(line, problem);
            }
            for (line, bytes) in batch.lines {
                match self.document_of(line, &bytes) {
                    Ok(document) => read.push(document),
                    Err(problem) => report.fail(line, problem),
                }
            }
            for ((), stored) in storing.push(read, ()).await? {
                report.add(stored);
            }
            progress(done);
        }
        while let Some(((), stored)) = storing.next().await? {
            report.add(stored);
        }
        report.errors.sort_by_key(|error| error.line);
        Ok(report)
    }

    fn document_of(&self, line: u64, bytes: &[u8]) -> Result<Read, String> {
        // serde_json's own words may repeat a piece of the line, so they are left out.
        let read: Line = serde_json::from_slice(bytes).map_err(|error| {
            let at = error.column();
            if error.to_string().starts_with("number out of range") {
                return format!("a number is too large for any JSON that is stored: column {at}");
            }
            format!("the line is no document with a code and a content: column {at}")
        })?;
        let values = read.metadata.iter().chain(read.others.values());
        if numbers::are_rounded(values, bytes) {
            return Err(numbers::ROUNDED.to_owned());
        }
        self.checked(line, read)
    }

    /// A document that can be stored, or why it can't be.
    pub(super) fn checked(&self, line: u64, read: Line) -> Result<Read, String> {
        let title = read.others.get("title").and_then(Value::as_str);
        let title = title.map(str::trim).filter(|title| !title.is_empty());
        let name = match (&read.name, title) {
            (Some(name), _) => name.clone(),
            (None, Some(title)) => title.to_owned(),
            (None, None) => read.code.rsplit('/').next().unwrap_or_default().to_owned(),
        };
        let metadata = with_others(read.metadata, read.others);
        let mut new = NewDocument::new(read.code, name, read.content);
        if let Some(metadata) = metadata {
            new = new.with_metadata(metadata);
        }
        if let Some(id) = read.id {
            let id: DocumentId = id.parse().map_err(|_| "its id is no UUID".to_owned())?;
            new = new.with_id(id);
        }
        new.check(self.config().max_document_bytes)
            .map_err(|invalid| invalid.to_string())?;
        let at = |text: Option<String>| match text {
            None => Ok(None),
            Some(text) => match time::parse(&text) {
                None => Err("its time is none such as 2026-01-31T12:00:00Z".to_owned()),
                at => Ok(at),
            },
        };
        let version = read.version.unwrap_or(1);
        if !(1..=MAX_VERSION).contains(&version) {
            return Err(format!("its version is none from 1 to {MAX_VERSION}"));
        }
        Ok(Read {
            line,
            new,
            version,
            created_at: at(read.created_at)?,
            updated_at: at(read.updated_at)?,
            origin: None,
        })
    }

    /// Stores documents in few transactions. Of several with one code the last one counts.
    pub(super) async fn take_documents(
        &self,
        read: Vec<Read>,
        report: &mut ImportReport,
    ) -> Result<(), Error> {
        let codes: Vec<&str> = read.iter().map(Read::code).collect();
        let there = self.documents().get_many(&codes).await?;
        let there: HashMap<&str, &Document> = there
            .iter()
            .map(|found| (found.code.as_str(), found))
            .collect();
        let last: HashMap<&str, &Read> = read.iter().map(|read| (read.code(), read)).collect();
        let (mut fresh, mut codes, mut one_by_one) = (Vec::new(), HashSet::new(), Vec::new());
        for document in &read {
            let code = document.code();
            match (there.get(code), last.get(code)) {
                (Some(found), Some(last)) if is_same(found, &last.new) => report.skipped += 1,
                (None, _) if codes.insert(code) => fresh.push(document),
                _ => one_by_one.push(document),
            }
        }
        one_by_one.extend(self.store_fresh(fresh, report).await?);
        one_by_one.sort_by_key(|read| read.line);
        let mut is_open = false;
        for document in one_by_one {
            if let Some(found) = there.get(document.code())
                && document.is_before(found)
            {
                if document.origin == Some(Origin::AsWritten) {
                    report.skipped += 1;
                    continue;
                }
                if !self.is_of_imports(found, document.version).await? {
                    report.fail(document.line, NEWER.to_owned());
                    continue;
                }
            }
            if !is_open {
                self.open_import(document).await?;
                is_open = true;
            }
            let mut new = document.new.clone();
            if self.id_is_taken(&new).await? {
                new.id = None;
            }
            match self.documents().upsert(new).await {
                Ok(done) => match done.outcome {
                    Outcome::Inserted => report.imported += 1,
                    Outcome::Updated => report.updated += 1,
                    Outcome::Unchanged => report.skipped += 1,
                },
                Err(error) if !is_about_one(&error) => return Err(error),
                Err(error) => report.fail(document.line, error.to_string()),
            }
        }
        Ok(())
    }

    async fn id_is_taken(&self, new: &NewDocument) -> Result<bool, Error> {
        match new.id {
            Some(id) => Ok(self.documents().get_by_id(id).await?.is_some()),
            None => Ok(false),
        }
    }
}

/// The metadata, and what else a line has; None where it says nothing of it.
fn with_others(metadata: Option<Value>, others: Map<String, Value>) -> Option<Value> {
    match metadata {
        own if others.is_empty() => own,
        None => Some(Value::Object(others)),
        Some(Value::Object(mut own)) => {
            own.extend(others);
            Some(Value::Object(own))
        }
        // It is refused as it is checked.
        refused => refused,
    }
}

/// Whether an error may be one document's alone, so that the rest can be stored all the same.
fn is_about_one(error: &Error) -> bool {
    let is_refused = matches!(
        error,
        Error::Document(_) | Error::Ingestion(IngestionError::Outdated)
    );
    error.may_be_of_one_row() || (is_refused && error.failure().is_none())
}

fn is_same(found: &Document, new: &NewDocument) -> bool {
    let metadata = new.metadata.as_ref();
    found.name == new.name
        && found.content == new.content
        && metadata.is_none_or(|metadata| *metadata == found.metadata)
}
