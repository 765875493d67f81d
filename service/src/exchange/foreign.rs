//! Conversations as other programs export them: ChatGPT's `conversations.json` ([`chat_gpt`]), and
//! LangChain's messages ([`lang_chain`]). They become lines of turns, one item of the file at a time.

mod chat_gpt;
mod content;
mod items;
mod lang_chain;
mod talk;

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::made::Made;
use super::{ImportReport, MAX_ERRORS, TurnProgress, lines};
use crate::error::{Error, IngestionError};
use crate::folio::Folio;
use items::{Item, Items};
use lang_chain::Sessions;

const NAMELESS: &str =
    "it names no conversation, and neither does a file that it is from: --thread ID names one";

/// Something of the file that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ItemError {
    /// Its number, from 1: a conversation's, or a message's.
    pub item: u64,
    /// The conversation's title, where it has one.
    pub title: Option<String>,
    /// What is wrong with it.
    pub error: String,
}

/// What was left out because it is no part of a turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Messages of branches that were not shown last: questions and answers that were written anew.
    pub branches: u64,
    /// Messages that instruct the assistant.
    pub instructions: u64,
    /// Messages of tools, and to them.
    pub tools: u64,
    /// Images and files.
    pub attachments: u64,
    /// Messages that have something else than text.
    pub others: u64,
    /// Conversations in which nothing was said.
    pub empty: u64,
}

/// What the import of another program's export did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ForeignReport {
    /// Conversations with a title, turns, and what could not be taken.
    pub total: u64,
    /// What is new.
    pub imported: u64,
    /// Titles and turns that were changed.
    pub updated: u64,
    /// What was there already.
    pub skipped: u64,
    /// What could not be taken.
    pub failed: u64,
    /// The first 1,000 of that.
    pub errors: Vec<ItemError>,
    /// What is no part of a turn.
    pub left_out: LeftOut,
}

impl Folio {
    /// Takes conversations in that ChatGPT or LangChain exported. `name` is the conversation of
    /// messages that name none; where it is empty, these are refused. A turn is known by what the export knows its first message by, so one
    /// that got its answer since is changed, which leaves its history; twice is once. Something that is
    /// not known never stops the rest.
    ///
    /// No more than one item of the file, and the turns in the making, are in memory.
    ///
    /// # Errors
    /// [`IngestionError::Foreign`] where it is neither of the two; the database's,
    /// [`IngestionError::Unreadable`], or [`IngestionError::Cancelled`]; what was taken until then
    /// stays.
    pub async fn import_foreign(
        &self,
        from: impl BufRead + Send + 'static,
        name: &str,
        cancel: &CancellationToken,
        progress: impl Fn(TurnProgress) + Send,
    ) -> Result<ForeignReport, Error> {
        let read = Arc::new(AtomicU64::new(0));
        let (longest, bytes) = (lines::longest(self), Arc::clone(&read));
        let begun =
            tokio::task::spawn_blocking(move || Items::begin(Counted { from, bytes }, longest));
        let begun = tokio::select! {
            begun = begun => begun,
            () = cancel.cancelled() => return Err(IngestionError::Cancelled { written: 0 }.into()),
        };
        let items = begun.map_err(|error| IngestionError::Unreadable {
            path: "the file".into(),
            error: io::Error::other(error),
        })??;
        let told = Arc::new(Mutex::new(Told::default()));
        let lines = Lines::new(items, name, Arc::clone(&told));
        let mut taken = ImportReport::default();
        let show = move |done: TurnProgress| {
            let bytes = read.load(Ordering::Relaxed);
            progress(TurnProgress { bytes, ..done });
        };
        self.together()
            .take_turns(Made::new(lines), cancel, show, &mut taken)
            .await?;
        let told = std::mem::take(&mut *told.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(told.report(taken))
    }
}

fn foreign(problem: &str) -> IngestionError {
    let problem = problem.to_owned();
    IngestionError::Foreign { problem }
}

/// Lines that are ready, and what is told of what did not become one.
#[derive(Debug, Default)]
struct Sink {
    lines: VecDeque<(u64, String)>,
    failed: u64,
    errors: Vec<ItemError>,
    left_out: LeftOut,
}

impl Sink {
    fn push(&mut self, item: u64, line: String) {
        self.lines.push_back((item, line));
    }

    fn fail(&mut self, item: u64, title: Option<String>, error: String) {
        self.failed += 1;
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(ItemError { item, title, error });
        }
    }
}

/// What is known at the end beside what became of the lines.
#[derive(Debug, Default)]
struct Told {
    /// The item of each line.
    items: Vec<u64>,
    /// The titles of items that have one.
    titles: Vec<(u64, String)>,
    failed: u64,
    errors: Vec<ItemError>,
    left_out: LeftOut,
}

impl Told {
    fn report(self, taken: ImportReport) -> ForeignReport {
        let mut errors = self.errors;
        let of_lines = taken.errors.into_iter().map(|line| {
            let at = usize::try_from(line.line.saturating_sub(1)).unwrap_or(usize::MAX);
            let item = self.items.get(at).copied().unwrap_or_default();
            let title = self.titles.binary_search_by_key(&item, |(item, _)| *item);
            let title = title.ok().and_then(|at| self.titles.get(at));
            ItemError {
                item,
                title: title.map(|(_, title)| title.clone()),
                error: line.error,
            }
        });
        errors.extend(of_lines);
        errors.sort_by_key(|error| error.item);
        errors.truncate(MAX_ERRORS);
        ForeignReport {
            total: taken.total + self.failed,
            imported: taken.imported,
            updated: taken.updated,
            skipped: taken.skipped,
            failed: taken.failed + self.failed,
            errors,
            left_out: self.left_out,
        }
    }
}

/// The lines that [`Folio::import_turns`] takes, made as they are asked for.
struct Lines<R> {
    items: Items<R>,
    name: String,
    number: u64,
    sessions: Sessions,
    out: Sink,
    is_over: bool,
    told: Arc<Mutex<Told>>,
}

impl<R: BufRead> Lines<R> {
    fn new(items: Items<R>, name: &str, told: Arc<Mutex<Told>>) -> Self {
        Self {
            items,
            name: name.to_owned(),
            number: 0,
            sessions: Sessions::default(),
            out: Sink::default(),
            is_over: false,
            told,
        }
    }

    fn take(&mut self, item: Item) {
        self.number += 1;
        let (number, out) = (self.number, &mut self.out);
        let read = item.and_then(|bytes| {
            // serde_json's own words may repeat a piece of the text, so they are left out.
            let read = serde_json::from_slice::<Value>(&bytes);
            read.map_err(|_| "it is no JSON".to_owned())
        });
        let item = match read {
            Ok(item) => item,
            Err(problem) => return out.fail(number, None, problem),
        };
        if item.get("mapping").is_some() {
            let title = chat_gpt::title(&item);
            if let Some(title) = &title {
                let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
                told.titles.push((number, title.clone()));
            }
            if let Err(problem) = chat_gpt::take(&item, number, &self.name, out) {
                out.fail(number, title, problem);
            }
        } else if !self.sessions.take(&item, number, &self.name, out) {
            let problem = "it is neither a conversation nor a message of ChatGPT or LangChain; where the file is something else, --kind tells what";
            out.fail(number, None, problem.to_owned());
        }
    }

    /// Notes all that the end has to know.
    fn end(&mut self) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.failed = self.out.failed;
        told.errors = std::mem::take(&mut self.out.errors);
        told.left_out = self.out.left_out;
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<String>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((item, line)) = self.out.lines.pop_front() {
                let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
                told.items.push(item);
                return Some(Ok(line));
            }
            if self.is_over {
                return None;
            }
            match self.items.next() {
                Ok(Some(item)) => self.take(item),
                Ok(None) => {
                    self.is_over = true;
                    self.sessions.end(&mut self.out);
                    self.end();
                }
                Err(error) => {
                    self.is_over = true;
                    return Some(Err(error));
                }
            }
        }
    }
}

/// Counts the bytes that are read.
#[derive(Debug)]
struct Counted<R> {
    from: R,
    bytes: Arc<AtomicU64>,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(into)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.from.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        self.from.consume(bytes);
    }
}

#[cfg(test)]
mod tests;
