//! What is marked of what a search found: rows by their ids, each once however often it was found.

use std::collections::BTreeSet;

use super::{Browser, Hit, Preview, Want, view};
use crate::admin::command::Mark;
use crate::admin::list::Row;
use crate::admin::marks::Marks;
use crate::admin::message::Env;

/// The marks, and the number of the hit where a range begins that is being drawn, with what was
/// marked before.
#[derive(Debug)]
pub(super) struct HitMarks<Id> {
    ids: BTreeSet<Id>,
    range: Option<(usize, BTreeSet<Id>)>,
}

impl<Id> Default for HitMarks<Id> {
    fn default() -> Self {
        Self {
            ids: BTreeSet::new(),
            range: None,
        }
    }
}

impl<Id: Ord + Clone> HitMarks<Id> {
    pub(super) fn marks(&self) -> Marks<Id> {
        Marks::These(self.ids.clone())
    }

    pub(super) fn has(&self, id: &Id) -> bool {
        self.ids.contains(id)
    }

    pub(super) const fn is_ranging(&self) -> bool {
        self.range.is_some()
    }

    /// Takes all away; whether there were any.
    pub(super) fn clear(&mut self) -> bool {
        let any = !self.ids.is_empty() || self.range.is_some();
        *self = Self::default();
        any
    }

    pub(super) fn end_range(&mut self) {
        self.range = None;
    }

    fn toggle(&mut self, id: Id) {
        if !self.ids.remove(&id) {
            self.ids.insert(id);
        }
    }
}

impl<T: Row, H: Hit<Id = T::Id, Preview = P>, P: Preview> Browser<T, H, P> {
    /// What is marked in the list, or of what the search in its place found.
    pub(crate) fn marks(&self) -> Option<Marks<T::Id>> {
        let marks = match self.search {
            Some(_) => self.hits.marks(),
            None => self.list.marks(),
        };
        (!marks.is_empty()).then_some(marks)
    }

    /// Takes all marks away of what is shown; whether there were any.
    pub(crate) fn unmark_all(&mut self) -> bool {
        match self.search {
            Some(_) => self.hits.clear(),
            None => self.list.unmark_all(),
        }
    }

    /// What these marks were for is done: they are taken away, and others stay.
    pub(crate) fn end_marks(&mut self, done: Option<&Marks<T::Id>>) {
        if done.is_some() && self.marks().as_ref() == done {
            self.unmark_all();
        }
    }

    /// Changes the marks. What is not read yet of what was found can't be marked.
    pub(super) fn mark_hits(&mut self, mark: Mark, env: &Env) -> Vec<Want<T::Id>> {
        let Some(search) = &mut self.search else {
            return Vec::new();
        };
        let found = search.results.iter().flat_map(|results| &results.hits);
        match mark {
            Mark::Toggle => {
                let id = search.selected().map(|hit| hit.of().clone());
                self.hits.end_range();
                if let Some(id) = id {
                    self.hits.toggle(id);
                    search.step(1, view::hits_on(env.room.list));
                    return self.moved(None, env);
                }
            }
            Mark::Range if self.hits.is_ranging() => self.hits.end_range(),
            Mark::Range => {
                self.hits.range = Some((search.index(), self.hits.ids.clone()));
                self.stretch_hits();
            }
            Mark::Invert => {
                let all: BTreeSet<T::Id> = found.map(|hit| hit.of().clone()).collect();
                self.hits.end_range();
                self.hits.ids = all.difference(&self.hits.ids).cloned().collect();
            }
            Mark::All => {
                self.hits.end_range();
                self.hits.ids = found.map(|hit| hit.of().clone()).collect();
            }
            Mark::None => drop(self.hits.clear()),
        }
        Vec::new()
    }

    /// Marks what is between the range's beginning and the selected hit.
    pub(super) fn stretch_hits(&mut self) {
        let (Some(search), Some((from, before))) = (&self.search, &self.hits.range) else {
            return;
        };
        let (first, last) = (search.index().min(*from), search.index().max(*from));
        let found = search.results.iter().flat_map(|results| &results.hits);
        let passed = found.skip(first).take(last + 1 - first);
        let passed = passed.map(|hit| hit.of().clone());
        self.hits.ids = before.iter().cloned().chain(passed).collect();
    }
}
