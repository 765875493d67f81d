//! Making a plan: files are read and compared with the store, and what vanished is looked for.

mod gone;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::{Files, Found, Listing, Step};
use super::plan::Plan;
use super::read::{Rules, Text};
use super::reader::{Part, read_all};
use super::walk::Walked;
use super::{
    Edits, IngestOptions, IngestProgress, Mode, Others, Phase, Trust, exported, look, owners, roots,
};
use crate::bulk::{self, Existing};
use crate::error::{Area, Error, IngestionError, Operation};
use crate::folio::Folio;
use crate::store::{Conn, Store};
use crate::validate;

/// Files that are compared with the store at once.
const COMPARED: usize = 1_000;
/// Bytes of texts that are compared at once: it ends with the part that reaches them.
const COMPARED_BYTES: usize = 4 * 1024 * 1024;
/// Texts that are kept for the writing, in bytes; the files of others are read once more.
const KEPT_BYTES: usize = 32 * 1024 * 1024;
/// The longest of them: reading a long one once more costs little beside writing it.
const KEPT_TEXT: usize = 1024 * 1024;

/// Reads all files and compares them with the store.
pub(super) async fn make(
    folio: &Folio,
    root: String,
    (listing, states): Walked,
    options: &IngestOptions,
    progress: &(impl Fn(IngestProgress) + Sync),
) -> Result<Plan, Error> {
    let folio = &folio.current();
    let mut planning = Planning {
        folio,
        options,
        rules: Rules::of(folio, options),
        root_ids: roots::known(folio, &listing).await?,
        files: Files {
            listing: Arc::new(listing),
            states,
            moves: HashMap::new(),
        },
        kept: HashMap::new(),
        kept_bytes: 0,
        before: HashMap::new(),
        taken_over: HashMap::new(),
    };
    planning.compare_all(progress).await?;
    let mut vanished = planning.vanished().await?;
    planning.recognise_moves(&mut vanished).await?;
    let left_behind = planning.left_behind().await?;
    Ok(Plan {
        files: planning.files,
        left_behind,
        vanished: vanished.into_iter().map(|gone| gone.file).collect(),
        options: options.clone(),
        root,
        kept: planning.kept,
    })
}

struct Planning<'a> {
    folio: &'a Folio,
    options: &'a IngestOptions,
    rules: Rules,
    /// The roots' numbers in the store; None for one that is new there.
    root_ids: Vec<Option<i64>>,
    files: Files,
    kept: HashMap<usize, Text>,
    kept_bytes: usize,
    /// What the documents of files said that say something else now, and are in their old places.
    before: HashMap<usize, [u8; 32]>,
    /// How many documents were those of other folders, by their numbers.
    taken_over: HashMap<i64, u64>,
}

impl Planning<'_> {
    fn listing(&self) -> &Listing {
        &self.files.listing
    }

    async fn compare_all(
        &mut self,
        progress: &(impl Fn(IngestProgress) + Sync),
    ) -> Result<(), Error> {
        self.leave_what_looks_the_same().await?;
        let wanted = self.unknown();
        let mut left = wanted.len();
        let found = &self.listing().found;
        let total_bytes = found.iter().map(|found| found.bytes).sum();
        let left_bytes: u64 = wanted.iter().map(|at| found[*at].bytes).sum();
        let mut done = IngestProgress {
            phase: Phase::Comparing,
            total: self.files.len() as u64,
            files: (self.files.len() - left) as u64,
            total_bytes,
            bytes: total_bytes - left_bytes,
        };
        progress(done);
        let mut parts = read_all(&self.files.listing, wanted, self.rules);
        let mut batch = Part::default();
        while left > 0 {
            if self.options.cancel.is_cancelled() {
                return Err(IngestionError::Cancelled { written: 0 }.into());
            }
            let part = parts.recv().await;
            let part = part.ok_or_else(|| super::broken("a thread that reads files stopped"))?;
            left -= part.files.len();
            batch.merge(part);
            if left == 0 || batch.files.len() >= COMPARED || batch.bytes >= COMPARED_BYTES {
                done.files += batch.files.len() as u64;
                let sizes = batch
                    .files
                    .iter()
                    .map(|(at, _)| self.listing().found[*at].bytes);
                done.bytes += sizes.sum::<u64>();
                self.compare(std::mem::take(&mut batch)).await?;
                progress(done);
            }
        }
        Ok(())
    }

    /// The files that nothing is known about yet.
    fn unknown(&self) -> Vec<usize> {
        let states = self.files.states.iter().enumerate();
        let unknown = states.filter(|(_, state)| state.step == Step::Unknown);
        unknown.map(|(at, _)| at).collect()
    }

    /// Files that look as they did when their documents were written need not be read.
    async fn leave_what_looks_the_same(&mut self) -> Result<(), Error> {
        if self.options.trust == Trust::Contents {
            return Ok(());
        }
        let listing = Arc::clone(&self.files.listing);
        for (root, root_id) in self.root_ids.clone().into_iter().enumerate() {
            let Some(root_id) = root_id else { continue };
            let of_root = |found: &Found| found.root.is_some_and(|of| of as usize == root);
            let found = listing.found.iter().enumerate();
            let places: HashMap<&str, usize> = found
                .filter(|(_, found)| of_root(found) && found.look != 0)
                .filter_map(|(at, found)| Some((listing.below(found)?, at)))
                .collect();
            let mut behind = uuid::Uuid::nil();
            while !places.is_empty() {
                if self.options.cancel.is_cancelled() {
                    return Err(IngestionError::Cancelled { written: 0 }.into());
                }
                let operation = || Operation::new(Area::Ingestion, "look the documents up");
                let rows = Store::Pools(self.folio)
                    .read(operation, async |conn| {
                        bulk::seen_documents(&conn, root_id, behind).await
                    })
                    .await?;
                let Some(last) = rows.last() else { break };
                behind = last.document_id;
                for row in rows {
                    let Some(at) = places.get(row.path.as_str()) else {
                        continue;
                    };
                    let look = listing.found[*at].look;
                    let state = &mut self.files.states[*at];
                    let is_same = look::seen(look, row.version, &self.rules) == Some(row.seen);
                    if is_same && state.step == Step::Unknown {
                        state.step = Step::Leave;
                        (state.document, state.version) = (row.document_id, row.version);
                    }
                }
            }
        }
        Ok(())
    }

    async fn compare(&mut self, batch: Part) -> Result<(), Error> {
        let mut ready: Vec<(usize, String, Text)> = Vec::with_capacity(batch.files.len());
        for (at, text) in batch.files {
            let code = self.listing().code(&self.listing().found[at]);
            let checked = validate::short_text("code", &code, validate::MAX_CODE);
            match text.and_then(|text| checked.map(|()| text).map_err(|bad| bad.to_string())) {
                Ok(text) => ready.push((at, code, text)),
                Err(reason) => self.files.states[at].fail(reason),
            }
        }
        let codes: Vec<String> = ready.iter().map(|(_, code, _)| code.clone()).collect();
        let store = Store::Pools(self.folio);
        let operation = || Operation::new(Area::Ingestion, "compare the files with the store");
        let (mut existing, contents) = store
            .read(operation, async |conn| self.stored(&conn, &codes).await)
            .await?;
        let retold = exported::retold(self.folio, &ready).await?;
        let mut others = self.of_others(&ready, &existing).await?;
        for (at, code, text) in ready {
            let row = existing.remove(&code);
            self.note_before(at, row.as_ref(), &text);
            let step = match &row {
                None => Step::Add,
                Some(row) => {
                    let same_text = match &row.content_hash {
                        Some(hash) => *hash == text.hash,
                        None => contents
                            .get(&code)
                            .is_some_and(|there| *there == text.content),
                    };
                    let same = same_text && row.name == text.name && !retold.contains(&code);
                    match (same, &row.content_hash) {
                        (false, _) => Step::Change,
                        (true, None) => Step::Hash,
                        (true, Some(_)) => Step::Leave,
                    }
                }
            };
            let is_edited = step == Step::Change
                && !retold.contains(&code)
                && row.as_ref().is_some_and(|row| self.is_edited(at, row));
            match others.remove(&at) {
                None if is_edited => self.settle_edited(at, row.as_ref(), text),
                None => self.settle(at, step, row.as_ref(), text),
                Some(owner) if self.options.others == Others::Leave => {
                    self.leave_to(at, &owner, &code, step);
                }
                Some(owner) => {
                    self.settle(at, step, row.as_ref(), text);
                    let owner = owner.display();
                    let note = format!("was the document of {owner}, which is there still");
                    self.files.states[at].note(&note);
                }
            }
        }
        Ok(())
    }

    /// Keeps what a document said whose own file says something else now.
    fn note_before(&mut self, at: usize, row: Option<&Existing>, text: &Text) {
        let before = row
            .filter(|row| self.is_its_own(at, row))
            .and_then(|row| row.content_hash.as_deref()?.try_into().ok());
        if let Some(before) = before.filter(|before| *before != text.hash) {
            self.before.insert(at, before);
        }
    }

    /// Whether a document was changed in the store since this file was taken in, which was not.
    fn is_edited(&self, at: usize, row: &Existing) -> bool {
        let look = self.listing().found[at].look;
        let is_unchanged = |seen| look::was_seen(look, row.version, &self.rules, seen);
        self.is_its_own(at, row) && row.seen.is_some_and(is_unchanged)
    }

    /// Whether a document is that of this very file.
    fn is_its_own(&self, at: usize, row: &Existing) -> bool {
        let found = &self.listing().found[at];
        let root_id = found.root.and_then(|root| self.root_ids[root as usize]);
        row.root_id.is_some()
            && row.root_id == root_id
            && row.path.as_deref() == self.listing().below(found)
    }

    /// Files whose documents are those of other files, in other folders or with other extensions, which
    /// are there still: these two are two files for one code. Where documents are taken over, only those that say something else.
    async fn of_others(
        &self,
        ready: &[(usize, String, Text)],
        existing: &HashMap<String, Existing>,
    ) -> Result<HashMap<usize, PathBuf>, Error> {
        let documents: Vec<(usize, uuid::Uuid)> = ready
            .iter()
            .filter_map(|(at, code, text)| {
                let row = existing.get(code)?;
                let is_same = row.content_hash.as_deref() == Some(&text.hash);
                if is_same && self.options.others == Others::TakeOver {
                    return None;
                }
                self.listing().found[*at].root?;
                let is_anothers = row.root_id.is_some() && !self.is_its_own(*at, row);
                is_anothers.then_some((*at, row.id))
            })
            .collect();
        if documents.is_empty() {
            return Ok(HashMap::new());
        }
        let ids: Vec<uuid::Uuid> = documents.iter().map(|(_, id)| *id).collect();
        let operation = || Operation::new(Area::Ingestion, "look up whose the documents are");
        let mut files = Store::Pools(self.folio)
            .read(operation, async |conn| owners::files(&conn, &ids).await)
            .await?;
        let listing = Arc::clone(&self.files.listing);
        let looked = tokio::task::spawn_blocking(move || {
            let others = documents.into_iter().filter_map(|(at, id)| {
                let owner = files.remove(&id)?;
                owners::is_another(&owner, &listing.found[at].path).then_some((at, owner))
            });
            others.collect()
        });
        looked.await.map_err(super::broken)
    }

    /// The document stays that of the other file.
    fn leave_to(&mut self, at: usize, owner: &Path, code: &str, step: Step) {
        let root = self.listing().found[at].root;
        let folder = root.map(|root| self.listing().roots[root as usize].identity.as_str());
        let remedy = if folder.is_some_and(|folder| owner.starts_with(folder)) {
            "one of the two needs another name"
        } else {
            "one of the two folders needs a prefix (--prefix)"
        };
        let state = &mut self.files.states[at];
        let owner = owner.display();
        if matches!(step, Step::Leave | Step::Hash) {
            state.step = Step::Leave;
            state.note(&format!("is like {owner}, whose document this is"));
        } else {
            state.fail(format!(
                "{owner} has the code {code:?}, too, and had it first: {remedy}, or this one takes the document over (without --keep-others)"
            ));
        }
    }

    /// What the store has under these codes, and the texts of those without a hash.
    async fn stored(
        &self,
        conn: &Conn,
        codes: &[String],
    ) -> Result<(HashMap<String, Existing>, HashMap<String, String>), crate::error::Fault> {
        let rows = bulk::existing_documents(conn, codes).await?;
        let unhashed = rows.iter().filter(|row| row.content_hash.is_none());
        let unhashed: Vec<String> = unhashed.map(|row| row.code.clone()).collect();
        let contents = bulk::contents(conn, self.folio.backend(), &unhashed).await?;
        let rows = rows.into_iter().map(|row| (row.code.clone(), row));
        Ok((rows.collect(), contents))
    }

    /// The document was changed in the store, its file was not.
    fn settle_edited(&mut self, at: usize, row: Option<&Existing>, text: Text) {
        match self.options.edits {
            Edits::Overwrite => {
                self.settle(at, Step::Change, row, text);
                self.files.states[at].note(
                    "its document was changed in the store since; what that said is in its history",
                );
            }
            Edits::Keep => {
                self.settle(at, Step::Leave, row, text);
                let state = &mut self.files.states[at];
                state.note("its document was changed in the store since, and is left as it is");
                // The next run has to see that once more.
                state.looks_new = false;
            }
        }
    }

    fn settle(&mut self, at: usize, step: Step, row: Option<&Existing>, text: Text) {
        let (root, found_look) = {
            let found = &self.listing().found[at];
            (found.root, found.look)
        };
        let root_id = root.map(|root| self.root_ids[root as usize]);
        let was = row.and_then(|row| row.root_id);
        if let (Some(was), Some(now)) = (was, root_id)
            && now != Some(was)
        {
            *self.taken_over.entry(was).or_default() += 1;
        }
        let state = &mut self.files.states[at];
        state.step = step;
        state.hash = text.hash;
        state.looks_new = root.is_some() && found_look != 0;
        state.link =
            root_id.is_some_and(|id| id.is_none() || row.is_none_or(|row| row.root_id != id));
        if let Some(row) = row {
            state.document = row.id;
            state.version = row.version;
        }
        if let Some(note) = &text.note {
            state.note(note);
        }
        let is_wanted = matches!(step, Step::Add | Step::Change)
            && self.options.mode == Mode::Write
            && text.content.len() <= KEPT_TEXT;
        if is_wanted && self.kept_bytes + text.content.len() <= KEPT_BYTES {
            self.kept_bytes += text.content.len();
            self.kept.insert(at, text);
        }
    }
}
