//! In and out: documents and conversations as lines of JSON or as files, everything as one archive, whole stores
//! into another database, and what other programs export. Twice is once.
//!
//! A turn without an id gets one that is made of what it says, so that the same line of the same
//! file has the same id every time. The id begins with the turn's time and its place among the
//! turns of that thread and time, so that turns of one moment keep the file's order.

mod archive;
mod chunks;
mod conversations;
mod copy;
mod destination;
mod digest;
mod documents;
pub(crate) mod folder;
mod foreign;
mod lines;
mod made;
mod markdown;
mod numbers;
mod storing;
mod there;
mod turns;

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, Write};
use std::path::Path;

use chrono::TimeDelta;
use entity::message;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Serialize;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::bulk;
use crate::error::{Area, Error, IngestionError, Operation};
use crate::folio::Folio;
use crate::retry::Repeat;
use crate::store::Store;
use conversations::{StoredThread, ThreadLine};
use lines::Length;
use turns::{Identified, Line, Turns};

pub use archive::{ArchivePart, ArchiveReport, Manifest};
pub use copy::{CopiedTable, CopyProgress, CopyReport};
pub use destination::Replaces;
pub use folder::{FileError, FolderExport, FolderImport, Newer, Stale};
pub use foreign::{ForeignReport, ItemError, LeftOut};

/// Turns of a transaction, at the most.
const BATCH: usize = 1_000;
/// Bytes of a transaction's lines: it ends with the line that reaches them.
const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// Bad lines that a report names; it counts all of them.
const MAX_ERRORS: usize = 1_000;

/// A line that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LineError {
    /// Its number, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub error: String,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Lines that are not blank.
    pub total: u64,
    /// What is new.
    pub imported: u64,
    /// Documents, conversations and turns that were changed.
    pub updated: u64,
    /// What was there already.
    pub skipped: u64,
    /// Lines that could not be taken.
    pub failed: u64,
    /// The first 1,000 of them.
    pub errors: Vec<LineError>,
}

impl ImportReport {
    /// Adds what became of a part of the lines, which are counted already.
    fn add(&mut self, part: Self) {
        self.imported += part.imported;
        self.updated += part.updated;
        self.skipped += part.skipped;
        let told = part.errors.len() as u64;
        for error in part.errors {
            self.fail(error.line, error.error);
        }
        self.failed += part.failed - told;
    }

    fn fail(&mut self, line: u64, error: String) {
        self.failed += 1;
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(LineError { line, error });
        }
    }
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TurnProgress {
    /// Lines that are done with.
    pub lines: u64,
    /// Bytes that have been read.
    pub bytes: u64,
}

/// Lines as they were read.
struct Batch {
    turns: Vec<Result<Identified, LineError>>,
    threads: Vec<ThreadLine>,
    bytes: u64,
}

impl Batch {
    fn new() -> Self {
        Self {
            turns: Vec::new(),
            threads: Vec::new(),
            bytes: 0,
        }
    }

    fn lines(&self) -> usize {
        self.turns.len() + self.threads.len()
    }
}

impl Folio {
    /// Takes turns in, one a line: `{"thread_id", "question", "answer", "user_id"?,
    /// "created_at"?, "id"?}`; what else a line has becomes metadata. Turns that are there
    /// already are skipped; one whose line has its id and says something else is changed, which leaves
    /// its history, and all changes of an import are one batch. A bad line is reported and never stops the rest. Lines for conversations
    /// themselves, as [`Folio::export_threads`] writes them, are taken as well.
    ///
    /// # Errors
    /// The database's, [`IngestionError::Unreadable`], or [`IngestionError::Cancelled`]; what was
    /// taken until then stays.
    pub async fn import_turns(
        &self,
        lines: impl BufRead + Send + 'static,
        cancel: &CancellationToken,
        progress: impl Fn(TurnProgress) + Send,
    ) -> Result<ImportReport, Error> {
        let mut report = ImportReport::default();
        self.together()
            .take_turns(lines, cancel, progress, &mut report)
            .await?;
        tracing::info!(
            imported = report.imported,
            skipped = report.skipped,
            failed = report.failed,
            "imported"
        );
        Ok(report)
    }

    /// The same store, with all that an import changes in one batch.
    fn together(&self) -> Self {
        match self.current_batch() {
            Some(_) => self.current(),
            None => self.batch().0.current(),
        }
    }

    /// Notes what is taken as it goes, so that it is known also where this ends early.
    async fn take_turns(
        &self,
        lines: impl BufRead + Send + 'static,
        cancel: &CancellationToken,
        progress: impl Fn(TurnProgress) + Send,
        report: &mut ImportReport,
    ) -> Result<(), Error> {
        let mut done = TurnProgress::default();
        let mut batches = read_ahead(self, lines);
        loop {
            let written = report.imported + report.updated;
            let next = lines::received(&mut batches, cancel).await;
            let Some(batch) = next.map_err(|_| IngestionError::Cancelled { written })? else {
                break;
            };
            let batch = batch?;
            done.lines += batch.lines() as u64;
            done.bytes += batch.bytes;
            report.total += batch.lines() as u64;
            store_threads(self, &batch.threads, report).await?;
            let mut good = Vec::with_capacity(batch.turns.len());
            for turn in batch.turns {
                match turn {
                    Ok(turn) => good.push(turn),
                    Err(LineError { line, error }) => report.fail(line, error),
                }
            }
            store(self, good, report).await?;
            progress(done);
        }
        report.errors.sort_by_key(|error| error.line);
        Ok(())
    }
}

/// Reads lines on a thread of its own, two batches ahead at the most.
fn read_ahead(
    folio: &Folio,
    mut from: impl BufRead + Send + 'static,
) -> mpsc::Receiver<Result<Batch, IngestionError>> {
    let (sender, receiver) = mpsc::channel(1);
    let mut turns = Turns::new(folio.now(), folio.config().max_document_bytes);
    let longest = lines::longest(folio);
    tokio::task::spawn_blocking(move || {
        let mut batch = Batch::new();
        let mut line = Vec::new();
        let mut number = 0;
        loop {
            let read = lines::next(&mut from, &mut line, longest);
            number += 1;
            match read {
                Ok(Length::Whole(0)) => break,
                Ok(Length::Whole(read)) => batch.bytes += read,
                Ok(Length::TooLong(passed)) => {
                    batch.bytes += passed;
                    let error = lines::too_long(longest);
                    batch.turns.push(Err(LineError {
                        line: number,
                        error,
                    }));
                }
                Err(error) => {
                    let error = IngestionError::Unreadable {
                        path: "the lines".into(),
                        error,
                    };
                    drop(sender.blocking_send(Err(error)));
                    return;
                }
            }
            match turns.read(number, &line) {
                None => {}
                Some(Ok(Line::Thread(thread))) => batch.threads.push(thread),
                Some(Ok(Line::Turn(turn))) => batch.turns.push(Ok(turn)),
                Some(Err(error)) => batch.turns.push(Err(error)),
            }
            if batch.lines() == BATCH || batch.bytes >= BATCH_BYTES as u64 {
                let full = std::mem::replace(&mut batch, Batch::new());
                if sender.blocking_send(Ok(full)).is_err() {
                    return;
                }
            }
        }
        // Nobody to receive it: the import was stopped.
        drop(sender.blocking_send(Ok(batch)));
    });
    receiver
}

/// Stores conversations in one transaction.
async fn store_threads(
    folio: &Folio,
    threads: &[ThreadLine],
    report: &mut ImportReport,
) -> Result<(), Error> {
    if threads.is_empty() {
        return Ok(());
    }
    let operation = || Operation::new(Area::Chat, format!("import {} threads", threads.len()));
    let stored = Store::Pools(folio)
        .write(Repeat::Idempotent, operation, async |conn| {
            let mut stored = Vec::with_capacity(threads.len());
            for thread in threads {
                stored.push(thread.store(folio, &conn).await?);
            }
            Ok(stored)
        })
        .await?;
    for (thread, stored) in threads.iter().zip(stored) {
        match stored {
            StoredThread::New => report.imported += 1,
            StoredThread::Same => report.skipped += 1,
            StoredThread::OtherTitle(title) => {
                let (threads, title) = (folio.threads(), Some(title.as_str()));
                threads.rename(&thread.thread_id, title).await?;
                report.updated += 1;
            }
            StoredThread::Left(problem) => report.fail(thread.line, problem),
        }
    }
    Ok(())
}

/// Writes a line of JSON.
fn write_line(out: &mut impl Write, line: &impl Serialize) -> Result<(), IngestionError> {
    serde_json::to_writer(&mut *out, line)
        .map_err(std::io::Error::from)
        .and_then(|()| out.write_all(b"\n"))
        .map_err(unwritable)
}

fn unwritable(error: std::io::Error) -> IngestionError {
    unwritable_file(Path::new("the output"), error)
}

fn unwritable_file(path: &Path, error: std::io::Error) -> IngestionError {
    let path = path.to_owned();
    IngestionError::Unwritable { path, error }
}

/// Stores turns in one transaction. Where the database refuses something, the half that holds it
/// is stored without the other, until the line itself is found.
fn store<'a>(
    folio: &'a Folio,
    turns: Vec<Identified>,
    report: &'a mut ImportReport,
) -> BoxFuture<'a, Result<(), Error>> {
    async move {
        if turns.is_empty() {
            return Ok(());
        }
        let operation = || Operation::new(Area::Chat, format!("import {} turns", turns.len()));
        let imported = Store::Pools(folio)
            .write(Repeat::Idempotent, operation, async |conn| {
                let stored = bulk::messages_at(&conn, &places(&turns)).await?;
                let known = known(&stored);
                // Those that are there are not written: a database would split all their words
                // before it noticed.
                let ids = there::ids(&conn, &turns).await?;
                let is_new =
                    |turn: &&Identified| !turn.is_in(&known) && !ids.contains(&turn.row.id);
                let new = turns.iter().filter(is_new);
                let rows: Vec<message::Model> = new.map(|turn| turn.row.clone()).collect();
                bulk::insert_messages(&conn, rows).await
            })
            .await;
        match imported {
            Ok(imported) => {
                report.imported += imported;
                let there = turns.len() as u64 - imported;
                if there == 0 {
                    return Ok(());
                }
                let before = report.updated + report.failed;
                let changed = there::change(folio, &turns, report).await;
                report.skipped += there - (report.updated + report.failed - before);
                changed
            }
            Err(error) if !error.may_be_of_one_row() => Err(error),
            Err(error) => {
                if let [only] = turns.as_slice() {
                    report.fail(only.line, error.to_string());
                    Ok(())
                } else {
                    let mut first = turns;
                    let second = first.split_off(first.len() / 2);
                    store(folio, first, report).await?;
                    store(folio, second, report).await
                }
            }
        }
    }
    .boxed()
}

/// Where turns stand that are known by what they say, where and when.
fn places(turns: &[Identified]) -> Vec<(String, chrono::DateTime<chrono::Utc>)> {
    let placed = turns.iter().filter(|turn| turn.is_known_by_its_place());
    placed
        .map(|turn| (turn.row.thread_id.clone(), turn.row.created_at))
        .collect()
}

/// What is stored at those places: the threads, and the part of the ids that is made of what a
/// turn says.
fn known(stored: &[(String, Uuid)]) -> HashMap<&str, HashSet<u64>> {
    let mut known: HashMap<&str, HashSet<u64>> = HashMap::new();
    for (thread, id) in stored {
        known.entry(thread).or_default().insert(turns::said(*id));
    }
    known
}

/// One microsecond for every line keeps turns without a time in the file's order.
fn line_offset(line: u64) -> TimeDelta {
    TimeDelta::microseconds(i64::try_from(line).unwrap_or(i64::MAX / 2))
}
