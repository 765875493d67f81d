//! One ingestion from its first file to its report.

use std::collections::HashMap;

use entity::{document, ingest_run};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::EntityTrait;
use sea_orm::sea_query::OnConflict;
use serde_json::{Value, json};

use super::batch::{ReadFile, Text, read_ahead};
use super::walk::Candidate;
use super::{FileReport, FileStatus, IngestOptions, IngestProgress, IngestReport, Mode};
use crate::audit::{self, Act, Subject};
use crate::bulk::{self, Existing};
use crate::documents;
use crate::error::{Area, Error, Fate, Fault, IngestionError, Operation};
use crate::folio::Folio;
use crate::ids::{DocumentId, RunId};
use crate::retry::Repeat;
use crate::store::{Conn, Store};

/// Failures that are kept with the run; the report has all of them.
const MAX_FAILURES: usize = 1_000;

pub(super) async fn run(
    folio: &Folio,
    root: &str,
    files: Vec<Candidate>,
    options: &IngestOptions,
    progress: impl Fn(IngestProgress) + Send,
) -> Result<IngestReport, Error> {
    let total = files.len() as u64;
    let run = Run {
        folio,
        root,
        options,
        id: RunId(folio.new_id()),
        started: folio.now(),
    };
    let mut report = IngestReport::default();
    let mut done = IngestProgress {
        total,
        ..IngestProgress::default()
    };
    let mut batches = read_ahead(files, folio.config().max_document_bytes);
    progress(done);
    while let Some(batch) = batches.recv().await {
        if options.cancel.is_cancelled() {
            let written = report.added + report.updated;
            run.finish(&report).await?;
            return Err(IngestionError::Cancelled { written }.into());
        }
        let batch = batch?;
        done.files += batch.len() as u64;
        let bytes = batch.iter().filter_map(|file| file.text.as_ref().ok());
        done.bytes += bytes.map(|text| text.content.len() as u64).sum::<u64>();
        for file in run.take(batch).await? {
            report.push(file);
        }
        progress(done);
    }
    run.finish(&report).await?;
    if options.mode == Mode::Write && (report.added + report.updated) > 0 {
        report.run = Some(run.id);
    }
    tracing::info!(
        added = report.added,
        updated = report.updated,
        unchanged = report.unchanged,
        failed = report.failed_count,
        "ingested"
    );
    Ok(report)
}

struct Run<'a> {
    folio: &'a Folio,
    root: &'a str,
    options: &'a IngestOptions,
    id: RunId,
    started: chrono::DateTime<chrono::Utc>,
}

/// A file that can be stored.
struct Ready<'a> {
    file: &'a ReadFile,
    text: &'a Text,
}

/// What is to be done with a file.
enum Step {
    Add,
    Change {
        id: uuid::Uuid,
        version: i64,
    },
    /// The same text, stored by someone who left no hash.
    Hash {
        id: uuid::Uuid,
    },
    Leave {
        id: uuid::Uuid,
    },
}

impl Run<'_> {
    /// Takes a batch in; the reports are in the files' order.
    async fn take(&self, batch: Vec<ReadFile>) -> Result<Vec<FileReport>, Error> {
        let ready: Vec<Ready<'_>> = batch
            .iter()
            .filter_map(|file| {
                Some(Ready {
                    file,
                    text: file.text.as_ref().ok()?,
                })
            })
            .collect();
        let store = Store::Pools(self.folio);
        let operation = || Operation::new(Area::Ingestion, "compare the files with the store");
        let steps = store
            .read(operation, async |conn| {
                plan(self.folio, &conn, &ready).await
            })
            .await?;
        let mut done: HashMap<&str, (FileStatus, Option<DocumentId>, Option<String>)> =
            HashMap::new();
        let mut to_write = Vec::new();
        for (ready, step) in ready.iter().zip(steps) {
            let status = match step {
                Step::Leave { id } => (FileStatus::Unchanged, Some(DocumentId(id)), None),
                Step::Hash { id } if self.options.mode == Mode::DryRun => {
                    (FileStatus::Unchanged, Some(DocumentId(id)), None)
                }
                Step::Add if self.options.mode == Mode::DryRun => (FileStatus::Added, None, None),
                Step::Change { id, .. } if self.options.mode == Mode::DryRun => {
                    (FileStatus::Updated, Some(DocumentId(id)), None)
                }
                Step::Add | Step::Change { .. } | Step::Hash { .. } => {
                    to_write.push(ready);
                    continue;
                }
            };
            done.insert(&ready.file.code, status);
        }
        for (code, result) in self.write(&to_write).await? {
            let status = match result {
                Ok((status, id)) => (status, Some(DocumentId(id)), None),
                Err(error) => (FileStatus::Failed, None, Some(error)),
            };
            done.insert(code, status);
        }
        let report = |file: &ReadFile| {
            let (status, document_id, error) = match &file.text {
                Err(reason) => (FileStatus::Failed, None, Some(reason.clone())),
                Ok(_) => done.remove(file.code.as_str()).unwrap_or((
                    FileStatus::Failed,
                    None,
                    Some("was not written".to_owned()),
                )),
            };
            FileReport {
                file: file.path.display().to_string(),
                code: file.code.clone(),
                status,
                document_id,
                error,
            }
        };
        Ok(batch.iter().map(report).collect())
    }

    /// Writes files in one transaction. Where the database refuses something, the half that
    /// holds it is written without the other, until the file itself is found.
    fn write<'b>(
        &'b self,
        files: &'b [&'b Ready<'b>],
    ) -> BoxFuture<'b, Result<Vec<Written<'b>>, Error>> {
        async move {
            if files.is_empty() {
                return Ok(Vec::new());
            }
            let operation =
                || Operation::new(Area::Ingestion, format!("store {} documents", files.len()));
            let written = Store::Pools(self.folio)
                .write(Repeat::Idempotent, operation, async |conn| {
                    self.write_once(&conn, files).await
                })
                .await;
            match (written, files) {
                (Ok(written), _) => Ok(written),
                (Err(error), _) if error.fate() != Fate::Refused && error.is_transient() => {
                    Err(error)
                }
                (Err(error), [only]) if error.fate() == Fate::Refused => {
                    Ok(vec![(only.file.code.as_str(), Err(error.to_string()))])
                }
                (Err(error), _) if error.fate() != Fate::Refused || read_only(&error) => Err(error),
                (Err(_), files) => {
                    let (first, second) = files.split_at(files.len() / 2);
                    let mut written = self.write(first).await?;
                    written.extend(self.write(second).await?);
                    Ok(written)
                }
            }
        }
        .boxed()
    }

    async fn write_once<'b>(
        &self,
        conn: &Conn,
        files: &[&'b Ready<'b>],
    ) -> Result<Vec<Written<'b>>, Fault> {
        let folio = self.folio;
        let now = folio.now();
        let plans = plan(folio, conn, files.iter().copied()).await?;
        let (mut added, mut changed, mut hashed, mut acts) = (vec![], vec![], vec![], vec![]);
        let mut written = Vec::with_capacity(files.len());
        for (Ready { file, text }, step) in files.iter().zip(plans) {
            let act = |action, id: uuid::Uuid, version| {
                let act = Act::new(action, Subject::Document, id.to_string());
                act.label(&file.code).version(version).batch(self.id.0)
            };
            let row = |id, version| document::Model {
                id,
                code: file.code.clone(),
                name: text.name.clone(),
                content: text.content.clone(),
                content_hash: Some(text.hash.clone()),
                metadata: Value::Object(serde_json::Map::new()),
                version,
                created_at: now,
                updated_at: now,
            };
            let (status, id) = match step {
                Step::Add => {
                    let id = folio.new_id();
                    added.push(row(id, 1));
                    acts.push(act("ingested", id, 1));
                    (FileStatus::Added, id)
                }
                Step::Change { id, version } => {
                    changed.push(row(id, version + 1));
                    acts.push(act("updated", id, version + 1));
                    (FileStatus::Updated, id)
                }
                Step::Hash { id } => {
                    hashed.push((id, text.hash.clone()));
                    (FileStatus::Unchanged, id)
                }
                Step::Leave { id } => (FileStatus::Unchanged, id),
            };
            written.push((file.code.as_str(), Ok((status, id))));
        }
        bulk::insert_documents(conn, added).await?;
        let changed_ids: Vec<_> = changed.iter().map(|row| row.id).collect();
        bulk::update_documents(conn, changed).await?;
        bulk::set_hashes(conn, hashed).await?;
        if !changed_ids.is_empty() {
            documents::stamp(folio, conn, &changed_ids).await?;
            documents::prune(folio, conn, &changed_ids).await?;
        }
        if !acts.is_empty() {
            self.record_begin(conn).await?;
            audit::record(folio, conn, acts).await?;
        }
        Ok(written)
    }

    /// Records the run together with the first thing that it writes.
    async fn record_begin(&self, conn: &Conn) -> Result<(), Fault> {
        let row = ingest_run::ActiveModel {
            id: Set(self.id.0),
            root: Set(self.root.to_owned()),
            prefix: Set(self.options.prefix.clone()),
            actor: Set(self.folio.actor().map(str::to_owned)),
            started_at: Set(self.started),
            finished_at: Set(None),
            added: Set(0),
            updated: Set(0),
            unchanged: Set(0),
            failed: Set(0),
            failures: Set(Value::Array(Vec::new())),
        };
        let once = OnConflict::column(ingest_run::Column::Id)
            .do_nothing()
            .to_owned();
        match ingest_run::Entity::insert(row)
            .on_conflict(once)
            .exec_without_returning(conn)
            .await
        {
            Err(sea_orm::DbErr::RecordNotInserted) => Ok(()),
            done => Ok(done.map(drop)?),
        }
    }

    /// Closes the run's record. A run that wrote nothing has none.
    async fn finish(&self, report: &IngestReport) -> Result<(), Error> {
        if self.options.mode == Mode::DryRun || report.added + report.updated == 0 {
            return Ok(());
        }
        let failures = report
            .files
            .iter()
            .filter(|file| file.status == FileStatus::Failed);
        let failures: Vec<Value> = failures
            .take(MAX_FAILURES)
            .map(|file| json!({"file": file.file, "code": file.code, "error": file.error}))
            .collect();
        let count = |n: u64| Set(i64::try_from(n).unwrap_or(i64::MAX));
        let row = ingest_run::ActiveModel {
            id: Unchanged(self.id.0),
            finished_at: Set(Some(self.folio.now())),
            added: count(report.added),
            updated: count(report.updated),
            unchanged: count(report.unchanged),
            failed: count(report.failed_count),
            failures: Set(Value::Array(failures)),
            ..Default::default()
        };
        let operation = || Operation::new(Area::Ingestion, "record the ingestion");
        Store::Pools(self.folio)
            .write_single(Repeat::Idempotent, operation, async |conn| {
                ingest_run::Entity::update(row.clone()).exec(&conn).await?;
                Ok(())
            })
            .await
    }
}

/// A code, and what became of it: the document, or the reason.
type Written<'a> = (&'a str, Result<(FileStatus, uuid::Uuid), String>);

/// A store that can't be written to refuses every file alike: no use in looking for the one.
fn read_only(error: &Error) -> bool {
    use crate::error::FailureKind::{Permission, ReadOnly, Schema};
    error
        .failure()
        .is_none_or(|failure| matches!(failure.kind, Permission | ReadOnly | Schema))
}

/// Compares files with what is stored, by hash.
async fn plan<'b>(
    folio: &Folio,
    conn: &Conn,
    files: impl IntoIterator<Item = &'b Ready<'b>> + Clone,
) -> Result<Vec<Step>, Fault> {
    let codes: Vec<String> = files
        .clone()
        .into_iter()
        .map(|ready| ready.file.code.clone())
        .collect();
    let existing = bulk::existing_documents(conn, folio.backend(), &codes).await?;
    let existing: HashMap<String, Existing> = existing
        .into_iter()
        .map(|row| (row.code.clone(), row))
        .collect();
    // A text whose hash is not known is compared itself.
    let unhashed: Vec<String> = existing
        .values()
        .filter(|row| row.content_hash.is_none())
        .map(|row| row.code.clone())
        .collect();
    let contents = bulk::contents(conn, folio.backend(), &unhashed).await?;
    let steps = files.into_iter().map(|Ready { file, text }| {
        let Some(row) = existing.get(&file.code) else {
            return Step::Add;
        };
        let same_text = match &row.content_hash {
            Some(hash) => *hash == text.hash,
            None => contents
                .get(&file.code)
                .is_some_and(|content| *content == text.content),
        };
        match (same_text && row.name == text.name, &row.content_hash) {
            (false, _) => Step::Change {
                id: row.id,
                version: row.version,
            },
            (true, None) => Step::Hash { id: row.id },
            (true, Some(_)) => Step::Leave { id: row.id },
        }
    });
    Ok(steps.collect())
}
