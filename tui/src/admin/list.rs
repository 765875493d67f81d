//! What every long list does: it is moved through, read as it is moved through, and its rows are
//! marked. A screen gives it a row type, and asks the store for the pages that it wants.

use std::collections::BTreeSet;
use std::time::Instant;

use service::{Cursor, Page, PageRequest};

use super::command::{Mark, Move};
use super::marks::Marks;
use super::request::{Answer, Failure, Generation, Latest};
use super::text::exact;
use super::window::{Edge, Window};

/// A row of a list.
pub(crate) trait Row {
    /// What it is known by while it moves about in the list.
    type Id: Clone + Ord + std::fmt::Debug;

    fn id(&self) -> Self::Id;
}

/// Pages in which a row is looked for behind the first: a list of another order may have it anywhere.
const SOUGHT: usize = 10;

/// A page that is wanted.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) generation: Generation,
    pub(crate) edge: Edge,
    pub(crate) page: PageRequest,
}

/// A range that is being drawn: where it began, and the rows in it.
#[derive(Clone, Debug)]
struct Range<Id> {
    from: i64,
    ids: BTreeSet<Id>,
}

/// A list of rows.
#[derive(Clone, Debug)]
pub(crate) struct List<T: Row> {
    window: Window<T>,
    marks: Marks<T::Id>,
    range: Option<Range<T::Id>>,
    request: Latest,
    /// The row to select where the page that is waited for has it, or else the next of these.
    wanted: Vec<T::Id>,
    /// Pages behind the first in which that row has been looked for.
    sought: usize,
    /// The number of the first row of the page that is read again.
    again: i64,
    /// A page has been seen.
    known: bool,
}

impl<T: Row> Default for List<T> {
    fn default() -> Self {
        Self {
            window: Window::default(),
            marks: Marks::default(),
            range: None,
            request: Latest::default(),
            wanted: Vec::new(),
            sought: 0,
            again: 0,
            known: false,
        }
    }
}

impl<T: Row> List<T> {
    /// Reads it from an end.
    pub(crate) fn load(&mut self, edge: Edge, now: Instant) -> Ask {
        self.wanted.clear();
        self.sought = 0;
        self.ask(edge, Window::<T>::end(edge), now)
    }

    /// Reads it from its beginning, to select this row where it is there, or not far behind.
    pub(crate) fn load_for(&mut self, wanted: T::Id, now: Instant) -> Ask {
        let ask = self.load(Edge::First, now);
        self.wanted = vec![wanted];
        ask
    }

    /// Reads what is shown again: the place stays, also when rows came and went.
    pub(crate) fn reload(&mut self, now: Instant) -> Ask {
        let place = self.window.place();
        self.restore(place, Vec::new(), now)
    }

    /// Reads it from a place that it was left at, to select the first of these rows
    /// that is there.
    pub(crate) fn restore(
        &mut self,
        place: Option<Cursor>,
        wanted: Vec<T::Id>,
        now: Instant,
    ) -> Ask {
        self.wanted = wanted;
        self.again = self.window.begin();
        self.ask(Edge::Again, Window::<T>::at(place), now)
    }

    fn ask(&mut self, edge: Edge, page: PageRequest, now: Instant) -> Ask {
        Ask {
            generation: self.request.begin(now),
            edge,
            page,
        }
    }

    /// Moves through it.
    pub(crate) fn go(&mut self, to: Move, height: usize, now: Instant) -> Option<Ask> {
        self.end_seeking();
        let edge = match to {
            Move::First => Edge::First,
            Move::Last => Edge::Last,
            to => return self.step(to.rows(height), height, now),
        };
        if !self.window.holds(edge) && self.known {
            return Some(self.load(edge, now));
        }
        self.window.go(edge, height);
        self.moved(height, now)
    }

    /// Moves so many rows.
    pub(crate) fn step(&mut self, rows: isize, height: usize, now: Instant) -> Option<Ask> {
        self.end_seeking();
        self.window.step(rows, height);
        self.moved(height, now)
    }

    /// Selects a row of the screen, where there is one.
    pub(crate) fn click(&mut self, row: usize, height: usize, now: Instant) -> Option<Ask> {
        self.end_seeking();
        self.window.select_on_screen(row);
        self.moved(height, now)
    }

    fn moved(&mut self, height: usize, now: Instant) -> Option<Ask> {
        self.stretch();
        self.fill(height, now)
    }

    /// Asks for the rows behind an edge that has come close.
    pub(crate) fn fill(&mut self, height: usize, now: Instant) -> Option<Ask> {
        if self.request.is_waiting() || self.request.error().is_some() {
            return None;
        }
        let (edge, page) = self.window.wanted(height)?;
        Some(self.ask(edge, page, now))
    }

    /// Takes account of another size of the screen.
    pub(crate) fn resized(&mut self, height: usize, now: Instant) -> Option<Ask> {
        self.window.show(height);
        self.fill(height, now)
    }

    /// Takes a page; may want the next one.
    pub(crate) fn take(
        &mut self,
        generation: Generation,
        edge: Edge,
        page: Result<Page<T>, Failure>,
        height: usize,
        now: Instant,
    ) -> Answer<Option<Ask>> {
        let page = match self.request.accept(generation, page) {
            Answer::New(page) => page,
            Answer::Failed(failure) => return Answer::Failed(failure),
            Answer::Late => return Answer::Late,
        };
        self.known = true;
        if edge == Edge::Again {
            self.put_again(page, height);
        } else {
            self.window.put(edge, page, height);
            if let Some(ask) = self.seek(height, now) {
                return Answer::New(Some(ask));
            }
        }
        Answer::New(self.moved(height, now))
    }

    /// Selects the row that is wanted; where it has not come yet, wants the next page, up to a bound,
    /// and behind that the beginning.
    fn seek(&mut self, height: usize, now: Instant) -> Option<Ask> {
        let wanted = self.wanted.first()?.clone();
        if self.window.rows().any(|row| row.id() == wanted) {
            self.wanted.clear();
            self.window.select(|row| row.id() == wanted, height);
            return None;
        }
        if let Some(page) = self.window.behind().filter(|_| self.sought < SOUGHT) {
            self.sought += 1;
            return Some(self.ask(Edge::Back, page, now));
        }
        let is_first = self.sought == 0;
        self.wanted.clear();
        (!is_first).then(|| self.load(Edge::First, now))
    }

    /// One moves: the row that is looked for page by page is not gone to any longer.
    fn end_seeking(&mut self) {
        if std::mem::take(&mut self.sought) > 0 {
            self.wanted.clear();
        }
    }

    /// Takes a page that was read again. Where the selected row has gone, the next one that is left
    /// is selected, or else the one before; where one is to be gone to, that one.
    fn put_again(&mut self, page: Page<T>, height: usize) {
        let mut near = std::mem::take(&mut self.wanted);
        if near.is_empty() {
            near.extend(self.window.nearest().map(Row::id));
        }
        let there: BTreeSet<T::Id> = page.items.iter().map(Row::id).collect();
        self.window.put_again(page, self.again);
        let row = near.into_iter().find(|id| there.contains(id));
        self.window
            .select(|other| row.as_ref() == Some(&other.id()), height);
    }

    /// Changes the marks.
    pub(crate) fn mark(&mut self, mark: Mark, height: usize, now: Instant) -> Option<Ask> {
        match mark {
            Mark::Toggle => {
                let id = self.window.selected()?.id();
                self.end_range();
                self.marks.toggle(&id);
                return self.step(1, height, now);
            }
            Mark::Range if self.range.is_some() => self.end_range(),
            Mark::Range => {
                self.range = Some(Range {
                    from: self.window.number(),
                    ids: BTreeSet::new(),
                });
                self.stretch();
            }
            Mark::Invert => {
                self.end_range();
                self.marks.invert();
            }
            Mark::All => {
                self.range = None;
                self.marks = Marks::all();
            }
            Mark::None => self.unmark(),
        }
        None
    }

    /// Takes all marks away; whether there were any.
    pub(crate) fn unmark_all(&mut self) -> bool {
        let any = !self.marks.is_empty() || self.range.is_some();
        self.unmark();
        any
    }

    fn unmark(&mut self) {
        self.range = None;
        self.marks = Marks::default();
    }

    /// Marks what is between the range's beginning and the selected row. Rows of it that are not
    /// held any longer stay in it.
    fn stretch(&mut self) {
        let Some(range) = &mut self.range else { return };
        let to = self.window.number();
        let (first, last) = (range.from.min(to), range.from.max(to));
        for (number, row) in self.window.numbered() {
            if (first..=last).contains(&number) {
                range.ids.insert(row.id());
            } else {
                range.ids.remove(&row.id());
            }
        }
    }

    fn end_range(&mut self) {
        for id in self.range.take().into_iter().flat_map(|range| range.ids) {
            self.marks.set(&id, true);
        }
    }

    /// What is marked, a range that is being drawn with it.
    pub(crate) fn marks(&self) -> Marks<T::Id> {
        let mut marks = self.marks.clone();
        for id in self.range.iter().flat_map(|range| &range.ids) {
            marks.set(id, true);
        }
        marks
    }

    pub(crate) fn is_marked(&self, row: &T) -> bool {
        let id = row.id();
        self.marks.has(&id)
            || self
                .range
                .as_ref()
                .is_some_and(|range| range.ids.contains(&id))
    }

    /// Whether a range is being drawn.
    pub(crate) fn is_ranging(&self) -> bool {
        self.range.is_some()
    }

    pub(crate) fn selected(&self) -> Option<&T> {
        self.window.selected()
    }

    /// Where the page of the selected row begins, to come back to it.
    pub(crate) fn place(&self) -> Option<Cursor> {
        self.window.place()
    }

    /// The rows on a screen of so many, each with whether it is selected.
    pub(crate) fn visible(&self, height: usize) -> impl Iterator<Item = (&T, bool)> {
        self.window.visible(height)
    }

    /// The rows that are held, in the list's order.
    pub(crate) fn rows(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.window.rows()
    }

    /// How many rows it has, where all of them are held.
    pub(crate) fn count(&self) -> Option<u64> {
        let is_whole = self.window.holds(Edge::First) && self.window.holds(Edge::Last);
        u64::try_from(self.window.len()).ok().filter(|_| is_whole)
    }

    /// The same in words: `37`, or `more than 600` where more than are held; None while none is.
    pub(crate) fn count_in_words(&self) -> Option<String> {
        let held = self.window.len() as u64;
        let more = || (held > 0).then(|| format!("more than {}", exact(held)));
        self.count().map(exact).or_else(more)
    }

    /// It is known to have no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.known && self.window.is_empty() && self.window.holds(Edge::Last)
    }

    pub(crate) fn is_known(&self) -> bool {
        self.known
    }

    pub(crate) fn request(&self) -> &Latest {
        &self.request
    }
}

#[cfg(test)]
mod tests;
