//! Another store is opened, and gone back from.

use service::Config;

use super::Model;
use crate::admin::jobs::Jobs;
use crate::admin::message::{Effect, Message, Wanted};
use crate::admin::overlay::{Confirm, Overlay, Prompt};
use crate::admin::paths;
use crate::admin::request::Cause;
use crate::admin::screen::{Screen, Screens};

/// What was tried.
#[derive(Default)]
pub(super) struct Stores {
    /// The URL that was typed last, or that of the first store.
    typed: String,
    /// The store that was left for one that is not open yet.
    before: Option<String>,
}

/// A URL may have a password in it.
impl std::fmt::Debug for Stores {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Stores")
    }
}

impl Stores {
    /// What was tried is open.
    pub(super) fn opened(&mut self) {
        *self = Self::default();
    }

    /// Nothing has come yet of what was tried.
    pub(super) const fn is_trying(&self) -> bool {
        self.before.is_some()
    }
}

/// The URL of what was typed: of a file that is there its path is enough.
fn url_of(typed: &str) -> String {
    let path = paths::typed(typed);
    if typed.contains("://") || !path.is_file() {
        return typed.to_owned();
    }
    let path = std::path::absolute(&path).unwrap_or(path);
    format!("sqlite://{}?mode=rw", path.display())
}

impl Model {
    /// This is the first store, without a password.
    pub(crate) fn begin_with(&mut self, database: String) {
        self.stores.typed = database;
    }

    /// There is no store, and one waits for none: another may be named. The log is there always.
    pub(super) fn is_unopened(&self) -> bool {
        let is_stuck = self.link.failure().is_some() || self.stores.is_trying();
        self.link.store().is_none() && is_stuck && self.screens.shown() != Screen::Log
    }

    /// The store lacks tables, which migrating makes.
    pub(crate) fn is_unmigrated(&self) -> bool {
        let failure = self.link.failure();
        failure.is_some_and(|failure| failure.cause == Cause::Unmigrated)
            && self.link.store().is_none()
    }

    /// The address that was tried, without a password.
    pub(crate) fn address(&self) -> Option<String> {
        let config = Config::from_url(&self.stores.typed).ok()?;
        Some(config.database.to_string())
    }

    /// Asks before tables are made.
    pub(super) fn ask_to_migrate(&self) -> Vec<Effect> {
        if !self.is_unmigrated() {
            return Vec::new();
        }
        let confirm = Confirm::new("Make the tables", "make them", Message::Migrate)
            .about(self.address().unwrap_or_default())
            .about("Folio's tables and what belongs to them are made there, each step whole or not at all. Tables of other programs stay as they are.");
        vec![Effect::Open(Overlay::Confirm(confirm))]
    }

    /// The store that one may go back to, by its name.
    pub(crate) fn before(&self) -> Option<&str> {
        self.stores.before.as_deref()
    }

    /// Asks for the URL of another store; where one was not opened, its own is there to be changed.
    pub(super) fn ask_for_store(&self) -> Effect {
        let prompt = Prompt::new(
            "Open another store",
            "Its URL, such as postgres://user@host/database or sqlite:///path/notes.db, or the path of a file that is there; with ?mode=rwc behind its URL, a file is made where there is none",
            |typed| Message::Use(url_of(&typed)),
        );
        let check = |typed: &str| {
            let read = Config::from_url(&url_of(typed));
            read.map(drop).map_err(|error| error.to_string())
        };
        Effect::Open(Overlay::Prompt(
            prompt.filled(&self.stores.typed).checked(check).masked(),
        ))
    }

    /// Another store is opened.
    pub(super) fn use_store(&mut self, url: String) -> Vec<Effect> {
        if let Some(store) = self.link.store() {
            self.stores.before = Some(store.database.clone());
        }
        self.stores.typed.clone_from(&url);
        self.leave_for(Wanted::Url(url))
    }

    /// The store from before is opened again.
    pub(super) fn go_back(&mut self) -> Vec<Effect> {
        match self.stores.before {
            Some(_) => self.leave_for(Wanted::Before),
            None => Vec::new(),
        }
    }

    /// What is being typed, what runs and what can be taken back belong to the store that is left.
    fn leave_for(&mut self, wanted: Wanted) -> Vec<Effect> {
        let env = self.env();
        let mut effects = self.screens.pane_mut().left(&env);
        self.keep_session();
        self.screens = Screens::default();
        self.overlays.clear();
        self.jobs = Jobs::default();
        self.done.clear();
        self.store = self.link.replace(env.now);
        effects.push(Effect::Use(wanted, self.store));
        effects
    }
}
