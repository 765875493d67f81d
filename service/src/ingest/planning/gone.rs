//! What has vanished, and what only has another path now.

use std::collections::HashSet;

use uuid::Uuid;

use super::super::chain::{self, Source};
use super::super::files::{Found, LeftBehind, Move, Step};
use super::super::{EmptyRoot, Vanished, broken, read, vanish};
use super::Planning;
use crate::error::{Error, IngestionError};

impl Planning<'_> {
    /// The documents of whole roots whose files are gone, and which no other file has.
    pub(super) async fn vanished(&self) -> Result<Vec<vanish::Gone>, Error> {
        let (held, untaken) = (self.held(), self.untaken());
        let mut vanished = Vec::new();
        for (at, root) in self.listing().roots.iter().enumerate() {
            let (true, Some(root_id)) = (root.is_whole, self.root_ids[at]) else {
                continue;
            };
            let of_root = |found: &Found| found.root == Some(u32::try_from(at).unwrap_or(u32::MAX));
            let found = self.listing().found.iter().zip(&self.files.states);
            let known: Vec<Uuid> = found
                .filter(|(found, state)| of_root(found) && !state.link && !state.document.is_nil())
                .map(|(_, state)| state.document)
                .collect();
            let mut gone = vanish::find(self.folio, root, root_id, known).await?;
            // A file that went to another root of this run took its document along.
            gone.retain(|gone| {
                !held.contains(&gone.file.document_id.0) && !untaken.contains(&gone.file.code)
            });
            let refuses = self.options.vanished == Vanished::Delete
                && self.options.empty_root == EmptyRoot::Refuse;
            if root.is_empty && refuses && !gone.is_empty() {
                return Err(IngestionError::EmptyRoot {
                    path: root.given.clone(),
                    documents: gone.len(),
                }
                .into());
            }
            vanished.extend(gone);
        }
        Ok(vanished)
    }

    /// What folders still have, of which documents were taken over by one that is named by a link: it may
    /// have led there before.
    pub(super) async fn left_behind(&self) -> Result<Vec<LeftBehind>, Error> {
        let mut left = Vec::new();
        if !self.listing().roots.iter().any(|root| root.is_link) {
            return Ok(left);
        }
        for (root_id, taken) in &self.taken_over {
            if self.root_ids.contains(&Some(*root_id)) {
                continue;
            }
            let (folder, documents) = vanish::of_folder(self.folio, *root_id).await?;
            let documents = documents.saturating_sub(*taken);
            if documents > 0 {
                left.push(LeftBehind { folder, documents });
            }
        }
        left.sort_by(|a, b| a.folder.cmp(&b.folder));
        Ok(left)
    }

    /// The documents that are those of files of this run, whichever root they are in.
    fn held(&self) -> HashSet<Uuid> {
        if self.listing().roots.len() < 2 {
            return HashSet::new();
        }
        let states = self.files.states.iter();
        let held = states.filter(|state| state.link && !state.document.is_nil());
        held.map(|state| state.document).collect()
    }

    /// The codes of files that can't be taken: what they say may be what a vanished one said.
    fn untaken(&self) -> HashSet<String> {
        if self.listing().roots.len() < 2 {
            return HashSet::new();
        }
        let found = self.listing().found.iter().zip(&self.files.states);
        let untaken = found.filter(|(_, state)| state.step == Step::Fail);
        untaken
            .map(|(found, _)| self.listing().code(found))
            .collect()
    }

    /// New files that say what a vanished one said are that one under another path, and so are those
    /// that took each other's places.
    pub(super) async fn recognise_moves(
        &mut self,
        vanished: &mut Vec<vanish::Gone>,
    ) -> Result<(), Error> {
        if vanished.is_empty() {
            return Ok(());
        }
        let pairs = vanish::pair(&self.files, vanished);
        let mut taken: Vec<(usize, Source)> = pairs
            .into_iter()
            .map(|(at, gone)| (at, Source::Vanished(gone)))
            .collect();
        taken.extend(chain::follow(&self.files, &self.before, vanished));
        for (at, source) in taken {
            let name = match self.name(at).await? {
                Ok(name) => name,
                Err(reason) => {
                    self.files.states[at].fail(reason);
                    continue;
                }
            };
            let (document, version, from, file) = match source {
                Source::Vanished(gone) => {
                    let gone = gone.file;
                    (gone.document_id.0, gone.version, gone.code, gone.path)
                }
                Source::File(next) => {
                    let (found, state) = (&self.listing().found[next], &self.files.states[next]);
                    let (from, file) = (self.listing().code(found), found.path.to_path_buf());
                    (state.document, state.version, from, file)
                }
            };
            let state = &mut self.files.states[at];
            (state.step, state.link) = (Step::Move, true);
            (state.document, state.version) = (document, version);
            self.files.moves.insert(at, Move { from, file, name });
        }
        Ok(())
    }

    /// The name of a new file; the error says why it can't be read.
    async fn name(&mut self, at: usize) -> Result<Result<String, String>, Error> {
        if let Some(text) = self.kept.remove(&at) {
            return Ok(Ok(text.name));
        }
        let found = &self.listing().found[at];
        let (path, links) = (found.path.clone(), self.listing().links(found));
        let rules = self.rules;
        let read = tokio::task::spawn_blocking(move || read::text(&path, links, &rules));
        let text = read.await.map_err(broken)?;
        Ok(text.map(|text| text.name))
    }
}
