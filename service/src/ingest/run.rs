//! Doing what a plan says, and recording it.

mod record;

use std::collections::{HashMap, HashSet};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use sea_orm::ConnectionTrait;

use super::files::{Files, State, Step};
use super::plan::Plan;
use super::read::Rules;
use super::reader::Part;
use super::source::{MAX_ROWS, Source};
use super::write::{Became, GONE, Item, Writer, Written};
use super::{IngestProgress, IngestReport, Phase, VanishedFile, again};
use crate::connect::Backend;
use crate::error::{Area, Error, IngestionError, Operation};
use crate::folio::Folio;
use crate::ids::RunId;
use crate::retry::Repeat;
use crate::store::Store;

/// So many new documents make what PostgreSQL knows of its tables stale.
const MANY: u64 = 1_000;
/// Failures that are kept with the run; the report has all of them.
const MAX_FAILURES: usize = 1_000;

/// Why a file is not in the store that a run did not reach: nothing is wrong with it.
const NOT_WRITTEN: &str = "was not written: the run was stopped";
const NOT_MOVED: &str = "was not moved: the run was stopped";

const ANALYSE: &str = "ANALYZE document, ingest_file";

/// Carries the plan out.
pub(super) async fn run(
    folio: &Folio,
    mut plan: Plan,
    progress: &(impl Fn(IngestProgress) + Sync),
) -> Result<IngestReport, Error> {
    if plan.changes_nothing() {
        return Ok(plan.into_report());
    }
    let folio = &folio.current();
    let run = Run {
        folio,
        id: RunId(folio.new_id()),
        started: folio.now(),
    };
    let root_ids = run.begin(&plan).await?;
    let writer = Writer {
        folio,
        run: run.id,
        root_ids,
        rules: Rules::of(folio, &plan.options),
    };
    let done = run.carry_out(&mut plan, &writer, progress).await;
    let removed = match done {
        Ok(()) => run.remove(&mut plan, &writer).await,
        Err(error) => Err(error),
    };
    let gone = *removed.as_ref().unwrap_or(&0);
    let mut report = IngestReport::of(plan.files, plan.vanished, plan.left_behind);
    report.removed = gone;
    let recorded = run.finish(&report).await;
    // Also after a failure: what was added until then is in the tables.
    if report.added >= MANY {
        run.analyse().await;
    }
    removed?;
    recorded?;
    report.run = Some(run.id);
    tracing::info!(
        added = report.added,
        updated = report.updated,
        unchanged = report.unchanged,
        failed = report.failed_count,
        moved = report.moved,
        removed = report.removed,
        "ingested"
    );
    Ok(report)
}

struct Run<'a> {
    folio: &'a Folio,
    id: RunId,
    started: chrono::DateTime<chrono::Utc>,
}

impl Run<'_> {
    /// Has PostgreSQL look at its tables anew: statements that were planned when these were empty
    /// would go through all of them for each row.
    async fn analyse(&self) {
        if self.folio.backend() == Backend::Sqlite {
            return;
        }
        let operation = || Operation::new(Area::Ingestion, "renew the statistics");
        let done = Store::Pools(self.folio)
            .write_single(Repeat::Idempotent, operation, async |conn| {
                Ok(conn.execute_unprepared(ANALYSE).await?)
            })
            .await;
        // They make calls faster, no more than that; the server renews them sometime, too.
        if let Err(error) = done {
            tracing::debug!(%error, "the statistics are as they were");
        }
    }

    /// Writes the texts, several batches at once where the database gains by it, then what needs
    /// no text.
    async fn carry_out(
        &self,
        plan: &mut Plan,
        writer: &Writer<'_>,
        progress: &(impl Fn(IngestProgress) + Sync),
    ) -> Result<(), Error> {
        let listing = std::sync::Arc::clone(&plan.files.listing);
        let wanted: Vec<usize> = places(&plan.files.states, |state| {
            matches!(state.step, Step::Add | Step::Change)
        });
        let size = |at: &usize| listing.found[*at].bytes;
        let mut done = IngestProgress {
            phase: Phase::Writing,
            files: 0,
            total: wanted.len() as u64,
            bytes: 0,
            total_bytes: wanted.iter().map(size).sum(),
        };
        progress(done);
        let rules = Rules::of(self.folio, &plan.options);
        let mut source = Source::new(plan, wanted, rules, self.folio.now()).await?;
        let jobs = self.jobs(plan);
        let mut writing = FuturesUnordered::new();
        let (mut stopped, mut has_ended) = (Ok(()), false);
        loop {
            // What all has been read of is done.
            if stopped.is_ok() && !source.is_done() && plan.options.cancel.is_cancelled() {
                stopped = Err(IngestionError::Cancelled { written: 0 }.into());
            }
            let has_room = writing.len() < jobs && !has_ended && stopped.is_ok();
            // The next texts may have to wait for room in memory that those being written take, so
            // both go on at once.
            let (places, written) = tokio::select! {
                biased;
                part = source.next(), if has_room => {
                    match part {
                        Ok(Some(part)) => {
                            let (items, held) = self.items(plan, part);
                            writing.push(async move {
                                let all: Vec<&Item> = items.iter().collect();
                                let written = writer.store(&all).await;
                                drop(held);
                                let places = items.iter().map(|item| item.at);
                                (places.collect::<Vec<_>>(), written)
                            });
                        }
                        Ok(None) => has_ended = true,
                        Err(error) => stopped = Err(error),
                    }
                    continue;
                }
                Some(done) = writing.next(), if !writing.is_empty() => done,
                else => break,
            };
            done.files += places.len() as u64;
            done.bytes += places.iter().map(size).sum::<u64>();
            match written {
                Ok(written) => settle(&mut plan.files.states, written),
                Err(error) => {
                    unwritten(&mut plan.files.states, &places, "was not written");
                    stopped = stopped.and(Err(error));
                }
            }
            progress(done);
        }
        drop(writing);
        if let Err(error) = stopped {
            let mut left = source.left();
            left.extend(places(&plan.files.states, |state| state.step == Step::Move));
            unwritten(&mut plan.files.states, &left, NOT_WRITTEN);
            return Err(match error {
                Error::Ingestion(IngestionError::Cancelled { .. }) => {
                    let written = count_written(&plan.files.states);
                    IngestionError::Cancelled { written }.into()
                }
                error => error,
            });
        }
        self.without_text(plan, writer).await
    }

    /// Moves documents, writes hashes down, and whose the documents are.
    async fn without_text(&self, plan: &mut Plan, writer: &Writer<'_>) -> Result<(), Error> {
        let moved = places(&plan.files.states, |state| state.step == Step::Move);
        let moved = in_order(&plan.files, moved);
        let mut chunks = moved.chunks(MAX_ROWS);
        while let Some(chunk) = chunks.next() {
            let rules = Rules::of(self.folio, &plan.options);
            let outdated = again::not_moved(&plan.files, chunk, rules, self.folio.now()).await?;
            for (at, problem) in outdated {
                plan.files.states[at].fail(problem);
            }
            let is_moved = |at: &usize| plan.files.states[*at].step == Step::Move;
            let chunk: Vec<usize> = chunk.iter().copied().filter(is_moved).collect();
            let renamed = if plan.options.cancel.is_cancelled() {
                let written = count_written(&plan.files.states);
                Err(IngestionError::Cancelled { written }.into())
            } else {
                writer.rename(&plan.files, &chunk).await
            };
            match renamed {
                Ok(written) => settle(&mut plan.files.states, written),
                Err(error) => {
                    let mut left = chunk;
                    left.extend(chunks.flatten());
                    unwritten(&mut plan.files.states, &left, NOT_MOVED);
                    return Err(error);
                }
            }
        }
        let marked = places(&plan.files.states, |state| {
            state.step == Step::Hash
                || (state.step == Step::Leave && (state.link || state.looks_new))
        });
        for chunk in marked.chunks(MAX_ROWS) {
            writer.mark(&plan.files, chunk).await?;
        }
        Ok(())
    }

    /// Deletes the documents whose files have vanished, if that is wanted; gives how many.
    async fn remove(&self, plan: &mut Plan, writer: &Writer<'_>) -> Result<u64, Error> {
        if !plan.removes_vanished() {
            return Ok(0);
        }
        let mut removed = 0;
        for chunk in plan.vanished.chunks_mut(MAX_ROWS) {
            let paths = chunk.iter().map(|gone| gone.path.clone()).collect();
            for (gone, is_back) in chunk.iter_mut().zip(again::returned(paths).await?) {
                gone.kept = is_back.then(|| again::CAME_BACK.to_owned());
            }
            let gone: Vec<&VanishedFile> =
                chunk.iter().filter(|gone| gone.kept.is_none()).collect();
            let deleted = writer.remove(&gone).await?;
            removed += deleted.len() as u64;
            for gone in chunk.iter_mut().filter(|gone| gone.kept.is_none()) {
                let is_there = !deleted.contains(&gone.document_id.0);
                gone.kept = is_there.then(|| GONE.to_owned());
            }
        }
        Ok(removed)
    }

    /// What can be written of the files that were read.
    fn items(
        &self,
        plan: &mut Plan,
        part: Part,
    ) -> (Vec<Item>, Option<tokio::sync::OwnedSemaphorePermit>) {
        let listing = &plan.files.listing;
        let mut items = Vec::with_capacity(part.files.len());
        for (at, text) in part.files {
            let state = &mut plan.files.states[at];
            let found = &listing.found[at];
            match text {
                Err(reason) => state.fail(reason),
                Ok(text) if text.hash != state.hash => state.fail(again::CHANGED),
                Ok(text) => items.push(Item {
                    at,
                    id: match state.step {
                        Step::Add => self.folio.new_id(),
                        _ => state.document,
                    },
                    before: (state.step != Step::Add).then_some(state.version),
                    code: listing.code(found),
                    link: found.root.and_then(|root| {
                        Some((root as usize, listing.below(found)?.to_owned(), found.look))
                    }),
                    text,
                }),
            }
        }
        // Two writers take their locks in one order.
        items.sort_by(|a, b| a.code.cmp(&b.code));
        (items, part.held)
    }

    fn jobs(&self, plan: &Plan) -> usize {
        let usual = self.folio.writers();
        if self.folio.backend() == Backend::Sqlite {
            return usual;
        }
        let most = self.folio.config().max_connections as usize;
        plan.options.jobs.unwrap_or(usual).min(most)
    }
}

fn places(states: &[State], is: impl Fn(&State) -> bool) -> Vec<usize> {
    let wanted = states.iter().enumerate().filter(|(_, state)| is(state));
    wanted.map(|(at, _)| at).collect()
}

/// Moved files, each behind the one whose document had its code until then.
fn in_order(files: &Files, moved: Vec<usize>) -> Vec<usize> {
    let from = |at: &usize| Some((files.moves.get(at)?.from.as_str(), *at));
    let leaving: HashMap<&str, usize> = moved.iter().filter_map(from).collect();
    let (mut placed, mut ordered) = (HashSet::new(), Vec::with_capacity(moved.len()));
    for mut at in moved {
        let begin = ordered.len();
        while placed.insert(at) {
            ordered.push(at);
            let code = files.listing.code(&files.listing.found[at]);
            match leaving.get(code.as_str()) {
                Some(next) => at = *next,
                None => break,
            }
        }
        ordered[begin..].reverse();
    }
    ordered
}

/// Notes what became of files.
fn settle(states: &mut [State], written: Vec<Written>) {
    for (at, became) in written {
        match became {
            Became::Stored(id) => states[at].document = id,
            Became::ThereAlready(id, version) => {
                let state = &mut states[at];
                (state.step, state.link) = (Step::Leave, true);
                (state.document, state.version) = (id, version);
            }
            Became::Refused(reason) => states[at].fail(reason),
        }
    }
}

fn unwritten(states: &mut [State], places: &[usize], reason: &str) {
    for at in places {
        states[*at].fail(reason);
    }
}

fn count_written(states: &[State]) -> u64 {
    let written = |state: &&State| matches!(state.step, Step::Add | Step::Change);
    states.iter().filter(written).count() as u64
}
