//! The search in the list's place: its query is typed, and more hits come as one goes through them.

use crossterm::event::KeyEvent;

use super::{Browser, Focus, Hit, Preview, Want, view};
use crate::admin::input::{Input, Typed};
use crate::admin::list::Row;
use crate::admin::message::Env;

impl<T: Row, H: Hit<Id = T::Id, Preview = P>, P: Preview> Browser<T, H, P> {
    /// Lets a query be typed.
    pub(crate) fn begin_search(&mut self) {
        self.search.get_or_insert_default();
        self.focus = Focus::Query;
    }

    /// Goes from the query to what it finds.
    pub(crate) fn go_to_hits(&mut self, env: &Env) -> Vec<Want<T::Id>> {
        self.focus = Focus::List;
        if let Some(search) = &mut self.search {
            search.ask_at(env.now);
        }
        self.tick(env)
    }

    /// Whether another query is suggested.
    pub(crate) fn has_suggestion(&self) -> bool {
        let search = self.search.as_ref();
        search.is_some_and(|search| search.suggested().is_some())
    }

    /// Looks for what is suggested in place of what was typed.
    pub(crate) fn instead(&mut self, env: &Env) -> Vec<Want<T::Id>> {
        let Some(search) = &mut self.search else {
            return Vec::new();
        };
        let Some(query) = search.suggested() else {
            return Vec::new();
        };
        search.input = Input::filled(query);
        search.ask_at(env.now);
        self.tick(env)
    }

    pub(crate) fn key(&mut self, key: KeyEvent, env: &Env) -> Vec<Want<T::Id>> {
        self.type_into(|input| input.key(key), env)
    }

    pub(crate) fn paste(&mut self, text: &str, env: &Env) -> Vec<Want<T::Id>> {
        self.type_into(|input| input.paste(text), env)
    }

    fn type_into(
        &mut self,
        typing: impl FnOnce(&mut Input) -> Typed,
        env: &Env,
    ) -> Vec<Want<T::Id>> {
        let focus = self.focus;
        let search = self.search.as_mut().filter(|_| focus == Focus::Query);
        // Another query finds other rows.
        if search.is_some() {
            self.hits.clear();
        }
        let emptied = search.is_some_and(|search| search.type_into(typing, env.now));
        emptied.then_some(Want::EndSearch).into_iter().collect()
    }

    /// Asks for the hits behind those that are held, where they are nearly gone through.
    pub(super) fn wanted_hits(&mut self, env: &Env) -> Option<Want<T::Id>> {
        let search = self.search.as_mut()?;
        let results = search.results.as_ref()?;
        let next = results.next.clone()?;
        if !search.is_near(results.hits.len(), view::hits_on(env.room.list)) {
            return None;
        }
        let (generation, query) = search.begin_more(env.now)?;
        Some(Want::SearchMore(generation, query, next))
    }
}
