//! The list is read again, or another one is shown in its place.

use super::previews::Previews;
use super::{Browser, Hit, Preview, Spot, Want};
use crate::admin::list::{Ask, List, Row};
use crate::admin::message::Env;
use crate::admin::window::Edge;

impl<T: Row, H: Hit<Id = T::Id, Preview = P>, P: Preview> Browser<T, H, P> {
    /// Reads the list again, from where it was left, and asks again what was searched for.
    pub(crate) fn reload(&mut self, env: &Env) -> Vec<Want<T::Id>> {
        self.previews = Previews::default();
        // Why something could not be read may be over.
        self.reading.forget();
        let ask = match self.left_at.take() {
            Some((place, row)) => self.list.restore(place, row.into_iter().collect(), env.now),
            None => self.list.reload(env.now),
        };
        let mut wants = vec![Want::List(ask)];
        if let Some(search) = &mut self.search {
            search.ask_at(env.now);
            wants.extend(self.tick(env));
        }
        wants
    }

    /// Reads the list again where it is come back to: others may have changed it. What is being
    /// read is waited for.
    pub(crate) fn reread(&mut self, env: &Env) -> Vec<Want<T::Id>> {
        if self.list.request().is_waiting() {
            return Vec::new();
        }
        vec![Want::List(self.list.reload(env.now))]
    }

    /// Shows another list, from its beginning. What is no longer shown is not marked either.
    pub(crate) fn begin_anew(&mut self, env: &Env) -> Vec<Want<T::Id>> {
        self.show_another(|list| list.load(Edge::First, env.now))
    }

    /// The same; the selected row stays selected where it is there.
    pub(crate) fn begin_at_row(&mut self, env: &Env) -> Vec<Want<T::Id>> {
        self.show_another(|list| match list.selected().map(Row::id) {
            Some(id) => list.load_for(id, env.now),
            None => list.load(Edge::First, env.now),
        })
    }

    /// The same, from where another list was left: the selected row stays selected where it is there,
    /// or else that which was selected then.
    pub(crate) fn begin_where_left(&mut self, spot: Spot<T::Id>, env: &Env) -> Vec<Want<T::Id>> {
        self.show_another(|list| {
            let rows = list.selected().map(Row::id).into_iter().chain(spot.1);
            let rows = rows.collect();
            list.restore(spot.0, rows, env.now)
        })
    }

    fn show_another(&mut self, ask: impl FnOnce(&mut List<T>) -> Ask) -> Vec<Want<T::Id>> {
        let is_marked = self.search.is_none() && self.marks().is_some();
        self.list.unmark_all();
        let mut wants = vec![Want::List(ask(&mut self.list))];
        wants.extend(is_marked.then_some(Want::Unmarked));
        wants
    }

    /// Where the list is now.
    pub(crate) fn spot(&self) -> Spot<T::Id> {
        (self.list.place(), self.list.selected().map(Row::id))
    }

    /// Shows rows of another kind: answers about those that were shown are late.
    pub(crate) fn replace(&mut self, env: &Env) -> Vec<Want<T::Id>> {
        self.list = List::default();
        self.previews = Previews::default();
        self.reading.forget();
        self.begin_anew(env)
    }
}
