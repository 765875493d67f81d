//! A search as one types: asked once the keys have rested, the latest answer wins, and what was
//! found before stays on the screen until then.

use std::time::{Duration, Instant};

use service::{DocumentHit, SearchResults};

use super::effects::{Effect, SEARCH};
use crate::admin::input::{Input, Typed};
use crate::admin::message;
use crate::admin::request::{Answer, Failure, Generation, Latest};
use crate::admin::window::scrolled;

/// A query is asked once no key was pressed for so long.
const REST: Duration = Duration::from_millis(100);

/// The search and what it found.
#[derive(Clone, Debug, Default)]
pub(super) struct Search {
    pub(super) input: Input,
    request: Latest,
    pub(super) results: Option<SearchResults<DocumentHit>>,
    selected: usize,
    top: usize,
    due: Option<Instant>,
}

impl Search {
    pub(super) fn request(&self) -> &Latest {
        &self.request
    }

    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    pub(super) fn selected(&self) -> Option<&DocumentHit> {
        self.results.as_ref()?.hits.get(self.selected)
    }

    /// The hits on a screen of so many, each with whether it is selected.
    pub(super) fn visible(&self, height: usize) -> impl Iterator<Item = (&DocumentHit, bool)> {
        let hits = self
            .results
            .iter()
            .flat_map(|results| &results.hits)
            .enumerate();
        hits.skip(self.top)
            .take(height)
            .map(|(index, hit)| (hit, index == self.selected))
    }

    /// Whether what is shown belongs to an earlier query.
    pub(super) fn is_stale(&self) -> bool {
        self.due.is_some() || self.request.is_waiting()
    }

    pub(super) fn step(&mut self, rows: isize, height: usize) {
        let hits = self
            .results
            .as_ref()
            .map_or(0, |results| results.hits.len());
        self.selected = self
            .selected
            .saturating_add_signed(rows)
            .min(hits.saturating_sub(1));
        self.top = scrolled(self.top, self.selected, height, hits);
    }

    /// Selects a hit of the screen, where there is one.
    pub(super) fn click(&mut self, row: usize) {
        let index = self.top + row;
        if self
            .results
            .as_ref()
            .is_some_and(|results| index < results.hits.len())
        {
            self.selected = index;
        }
    }

    /// Types into the query. One that is emptied is forgotten at once.
    pub(super) fn type_into(
        &mut self,
        typing: impl FnOnce(&mut Input) -> Typed,
        now: Instant,
    ) -> Option<message::Effect> {
        if typing(&mut self.input) != Typed::Text {
            return None;
        }
        if self.input.text().trim().is_empty() {
            let input = std::mem::take(&mut self.input);
            self.request.forget();
            *self = Self {
                input,
                request: std::mem::take(&mut self.request),
                ..Self::default()
            };
            return Some(message::Effect::Drop(SEARCH));
        }
        self.due = Some(now + REST);
        None
    }

    /// Asks at this moment, unless that has been asked.
    pub(super) fn ask_at(&mut self, now: Instant) {
        if !self.input.text().trim().is_empty() {
            self.due = Some(now);
        }
    }

    pub(super) fn tick(&mut self, now: Instant) -> Option<message::Effect> {
        self.due.filter(|due| *due <= now)?;
        self.due = None;
        let query = self.input.text().to_owned();
        Some(message::Effect::Documents(Effect::Search {
            generation: self.request.begin(now),
            query,
        }))
    }

    /// Takes what was found. Another query begins at its best hit.
    pub(super) fn found(
        &mut self,
        generation: Generation,
        results: Result<SearchResults<DocumentHit>, Failure>,
    ) -> Answer<()> {
        let results = match self.request.accept(generation, results) {
            Answer::New(results) => results,
            Answer::Failed(failure) => return Answer::Failed(failure),
            Answer::Late => return Answer::Late,
        };
        let same = self
            .results
            .as_ref()
            .is_some_and(|before| before.query == results.query);
        if !same {
            (self.selected, self.top) = (0, 0);
        }
        self.results = Some(results);
        Answer::New(())
    }
}
