//! A search as one types: asked once the keys have rested, the latest answer wins, and what was
//! found before stays on the screen until then.

use std::time::{Duration, Instant};

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use service::{SearchResults, Snippet};

use super::input::{Input, Typed};
use super::request::{Answer, Failure, Generation, Latest};
use super::text::{clean, cut_front};
use super::theme::Theme;
use super::window::scrolled;

/// A query is asked once no key was pressed for so long.
const REST: Duration = Duration::from_millis(100);
/// What stands before the place where a hit fits.
const INDENT: &str = "    ";

/// The search and what it found.
#[derive(Clone, Debug)]
pub(crate) struct Search<H> {
    pub(crate) input: Input,
    request: Latest,
    pub(crate) results: Option<SearchResults<H>>,
    selected: usize,
    top: usize,
    due: Option<Instant>,
    /// Asks for more of what was found.
    more: Latest,
}

impl<H> Default for Search<H> {
    fn default() -> Self {
        Self {
            input: Input::default(),
            request: Latest::default(),
            results: None,
            selected: 0,
            top: 0,
            due: None,
            more: Latest::default(),
        }
    }
}

impl<H> Search<H> {
    /// For a query that was typed before.
    pub(crate) fn of(query: &str) -> Self {
        Self {
            input: Input::filled(query),
            ..Self::default()
        }
    }

    pub(crate) fn request(&self) -> &Latest {
        &self.request
    }

    pub(crate) fn due(&self) -> Option<Instant> {
        self.due
    }

    pub(crate) fn selected(&self) -> Option<&H> {
        self.results.as_ref()?.hits.get(self.selected)
    }

    /// The query that is suggested in place of one that finds nothing.
    pub(crate) fn suggested(&self) -> Option<&str> {
        let results = self.results.as_ref()?;
        let suggested = results.did_you_mean.as_deref();
        suggested.filter(|_| results.hits.is_empty())
    }

    /// The number of the selected hit.
    pub(crate) fn index(&self) -> usize {
        self.selected
    }

    /// The hits on a screen of so many, each with whether it is selected.
    pub(crate) fn visible(&self, height: usize) -> impl Iterator<Item = (&H, bool)> {
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
    pub(crate) fn is_stale(&self) -> bool {
        self.due.is_some() || self.request.is_waiting()
    }

    pub(crate) fn step(&mut self, rows: isize, height: usize) {
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

    /// Selects the hit of this number, or the last one.
    pub(crate) fn select(&mut self, index: usize, height: usize) {
        self.selected = index;
        self.step(0, height);
    }

    /// Selects a hit of the screen, where there is one.
    pub(crate) fn click(&mut self, row: usize) {
        let index = self.top + row;
        if self
            .results
            .as_ref()
            .is_some_and(|results| index < results.hits.len())
        {
            self.selected = index;
        }
    }

    /// Types into the query. One that is emptied is forgotten at once; whether that is so: what was
    /// asked is not wanted any longer.
    pub(crate) fn type_into(
        &mut self,
        typing: impl FnOnce(&mut Input) -> Typed,
        now: Instant,
    ) -> bool {
        if typing(&mut self.input) != Typed::Text {
            return false;
        }
        if self.input.text().trim().is_empty() {
            *self = Self {
                input: std::mem::take(&mut self.input),
                ..Self::default()
            };
            return true;
        }
        self.due = Some(now + REST);
        false
    }

    /// Asks at this moment, unless that has been asked.
    pub(crate) fn ask_at(&mut self, now: Instant) {
        if !self.input.text().trim().is_empty() {
            self.due = Some(now);
        }
    }

    /// The query that is to be asked now.
    pub(crate) fn tick(&mut self, now: Instant) -> Option<(Generation, String)> {
        self.due.filter(|due| *due <= now)?;
        self.due = None;
        self.more.forget();
        let query = self.input.text().to_owned();
        Some((self.request.begin(now), query))
    }

    /// Takes what was found. Another query begins at its best hit.
    pub(crate) fn found(
        &mut self,
        generation: Generation,
        results: Result<SearchResults<H>, Failure>,
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
        // The same query may find less than before: rows have gone, or were read further on.
        self.selected = self.selected.min(results.hits.len().saturating_sub(1));
        self.top = self.top.min(self.selected);
        self.results = Some(results);
        Answer::New(())
    }
}

impl<H> Search<H> {
    /// Whether the hits that end before this number are nearly gone through, on a screen of so
    /// many.
    pub(crate) const fn is_near(&self, end: usize, height: usize) -> bool {
        self.selected < end && self.selected + 2 * height >= end
    }

    /// Begins to ask for more hits, unless more are asked for, or another query is: of which
    /// query.
    pub(crate) fn begin_more(&mut self, now: Instant) -> Option<(Generation, String)> {
        if self.is_stale() || self.more.is_waiting() || self.more.error().is_some() {
            return None;
        }
        let query = self.results.as_ref()?.query.clone();
        Some((self.more.begin(now), query))
    }

    /// Takes more hits, which stand from this number on.
    pub(crate) fn take_more<T>(
        &mut self,
        generation: Generation,
        more: Result<T, Failure>,
        hits: impl FnOnce(&mut SearchResults<H>, T) -> (usize, Vec<H>),
    ) -> Answer<()> {
        let more = match self.more.accept(generation, more) {
            Answer::New(more) => more,
            Answer::Failed(failure) => return Answer::Failed(failure),
            Answer::Late => return Answer::Late,
        };
        let Some(results) = &mut self.results else {
            return Answer::Late;
        };
        let (at, hits) = hits(results, more);
        let (at, count) = (at.min(results.hits.len()), hits.len());
        results.hits.splice(at..at, hits);
        // What is shown stays where it is.
        if self.selected >= at {
            self.selected += count;
            self.top += count;
        }
        Answer::New(())
    }
}

/// Where a hit fits, on one row. Words before the first match give way where it would not be seen.
pub(crate) fn snippet_line(snippet: &Snippet, columns: usize, theme: &Theme) -> Line<'static> {
    let room = columns.saturating_sub(INDENT.len());
    let spans = &snippet.spans;
    let first = spans.iter().position(|span| span.matched).unwrap_or(0);
    let before: String = spans[..first]
        .iter()
        .map(|span| clean(&span.text))
        .collect();
    let mut line = Line::from(vec![
        Span::raw(INDENT),
        Span::raw(cut_front(&before, room / 2)),
    ]);
    line.extend(spans[first..].iter().map(|span| {
        let style = if span.matched {
            theme.matched
        } else {
            Style::new()
        };
        Span::styled(clean(&span.text), style)
    }));
    line
}
