//! The screens. Each has a folder: its state and how that changes, its commands, what it asks the
//! store for, and how it looks. What all of them can do is [`Pane`].

pub(crate) mod document;
pub(crate) mod documents;
pub(crate) mod ingest;
pub(crate) mod log;
mod pane;
pub(crate) mod search;
pub(crate) mod stats;
pub(crate) mod thread;
pub(crate) mod threads;
pub(crate) mod trash;
pub(crate) mod writing;

pub(crate) use pane::{Pane, Pointer};

use std::collections::HashMap;

use super::message::{Effect, Env};
use super::session::Session;
use document::Document;
use documents::Documents;
use ingest::Ingest;
use log::Log;
use pane::no_question;
use search::Search;
use stats::Stats;
use thread::Thread;
use threads::Threads;
use trash::Trash;
use writing::Writing;

/// Which screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Screen {
    #[default]
    Documents,
    /// One document; it belongs to the documents.
    Document,
    /// A document's text, while it is written; it belongs to the documents.
    Text,
    Threads,
    /// One thread; it belongs to the threads.
    Thread,
    /// A turn, while it is written; it belongs to the threads.
    Turn,
    Trash,
    Search,
    Ingest,
    Stats,
    Log,
}

/// The screens that are switched between, in the order of their names on the screen.
pub(crate) const TABS: [Screen; 7] = [
    Screen::Documents,
    Screen::Threads,
    Screen::Trash,
    Screen::Search,
    Screen::Ingest,
    Screen::Stats,
    Screen::Log,
];

impl Screen {
    /// The one of the screens that are switched between that it belongs to.
    pub(crate) const fn tab(self) -> Self {
        match self {
            Self::Documents | Self::Document | Self::Text => Self::Documents,
            Self::Threads | Self::Thread | Self::Turn => Self::Threads,
            Self::Trash => Self::Trash,
            Self::Search => Self::Search,
            Self::Ingest => Self::Ingest,
            Self::Stats => Self::Stats,
            Self::Log => Self::Log,
        }
    }

    /// The one that is shown again when what is written on it is left.
    const fn beneath(self) -> Self {
        match self {
            Self::Text => Self::Document,
            Self::Turn => Self::Thread,
            other => other,
        }
    }

    /// What it is called.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Documents => "Documents",
            Self::Document => "Document",
            Self::Text => "Text",
            Self::Threads => "Threads",
            Self::Thread => "Thread",
            Self::Turn => "Turn",
            Self::Trash => "Trash",
            Self::Search => "Search",
            Self::Ingest => "Ingest",
            Self::Stats => "Stats",
            Self::Log => "Log",
        }
    }
}

/// All screens, and which one is shown.
#[derive(Debug, Default)]
pub(crate) struct Screens {
    shown: Screen,
    /// What was shown last of each of [`TABS`].
    last: [Option<Screen>; TABS.len()],
    /// Screens whose lists are to be read again: what they have was changed from elsewhere.
    outdated: Vec<Screen>,
    /// From where a screen was opened.
    opened_from: HashMap<Screen, Screen>,
    pub(crate) documents: Documents,
    pub(crate) document: Document,
    text: Writing,
    pub(crate) threads: Threads,
    pub(crate) thread: Thread,
    turn: Writing,
    pub(crate) trash: Trash,
    pub(crate) stats: Stats,
    pub(crate) search: Search,
    pub(crate) ingest: Ingest,
    pub(crate) log: Log,
}

impl Screens {
    fn get(&self, screen: Screen) -> &dyn Pane {
        match screen {
            Screen::Documents => &self.documents,
            Screen::Document => &self.document,
            Screen::Text => &self.text,
            Screen::Threads => &self.threads,
            Screen::Thread => &self.thread,
            Screen::Turn => &self.turn,
            Screen::Trash => &self.trash,
            Screen::Stats => &self.stats,
            Screen::Search => &self.search,
            Screen::Ingest => &self.ingest,
            Screen::Log => &self.log,
        }
    }

    fn get_mut(&mut self, screen: Screen) -> &mut dyn Pane {
        match screen {
            Screen::Documents => &mut self.documents,
            Screen::Document => &mut self.document,
            Screen::Text => &mut self.text,
            Screen::Threads => &mut self.threads,
            Screen::Thread => &mut self.thread,
            Screen::Turn => &mut self.turn,
            Screen::Trash => &mut self.trash,
            Screen::Stats => &mut self.stats,
            Screen::Search => &mut self.search,
            Screen::Ingest => &mut self.ingest,
            Screen::Log => &mut self.log,
        }
    }

    /// How the screens are left.
    pub(crate) fn session(&self) -> Session {
        let shown = match self.shown {
            // A document that is being made has none beneath it.
            Screen::Text | Screen::Turn => self.opened_from.get(&self.shown).copied(),
            _ => None,
        };
        let shown = shown.unwrap_or(self.shown.beneath());
        let all = TABS
            .into_iter()
            .chain((shown != shown.tab()).then_some(shown));
        let remembered = all.filter_map(|screen| {
            let remembered = self.get(screen).remember()?;
            Some((screen.title().to_owned(), remembered))
        });
        Session {
            screen: shown.title().to_owned(),
            screens: remembered.collect(),
            turn: 0,
        }
    }

    /// Makes the screens what they were.
    pub(crate) fn recall(&mut self, session: &Session) {
        for screen in TABS.into_iter().chain([Screen::Document, Screen::Thread]) {
            if let Some(remembered) = session.screens.get(screen.title()) {
                self.get_mut(screen).recall(remembered);
            }
            if session.screen == screen.title() {
                self.shown = screen;
                self.remember();
            }
        }
    }

    pub(crate) const fn shown(&self) -> Screen {
        self.shown
    }

    pub(crate) fn pane(&self) -> &dyn Pane {
        self.get(self.shown)
    }

    pub(crate) fn pane_mut(&mut self) -> &mut dyn Pane {
        self.get_mut(self.shown)
    }

    /// Opens a screen, which leads back to the one that is shown.
    pub(crate) fn open(&mut self, to: Screen, env: &Env) -> Vec<Effect> {
        if to != self.shown {
            self.opened_from.insert(to, self.shown);
        }
        self.go(to, env)
    }

    /// Goes back to where the screen was opened from, or else to the one that it belongs to.
    pub(crate) fn leave(&mut self, env: &Env) -> Vec<Effect> {
        let left = self.shown;
        let to = self.opened_from.remove(&left).unwrap_or(left.tab());
        let effects = self.go(to, env);
        // What was left is not come back to.
        let index = TABS.iter().position(|tab| *tab == left.tab());
        if let Some(index) = index.filter(|_| to.tab() != left.tab()) {
            self.last[index] = Some(left.tab());
        }
        effects
    }

    /// Goes back from a screen that is done with; where another one is shown, it is not come back
    /// to.
    pub(crate) fn close(&mut self, screen: Screen, env: &Env) -> Vec<Effect> {
        if self.shown == screen {
            return self.leave(env);
        }
        let from = self.opened_from.remove(&screen).unwrap_or(screen.tab());
        for last in self.last.iter_mut().flatten() {
            if *last == screen {
                *last = from;
            }
        }
        Vec::new()
    }

    /// What is written on a screen.
    pub(crate) const fn writing(&mut self, screen: Screen) -> &mut Writing {
        match screen {
            Screen::Turn => &mut self.turn,
            _ => &mut self.text,
        }
    }

    /// Shows a screen.
    fn go(&mut self, to: Screen, env: &Env) -> Vec<Effect> {
        if to == self.shown {
            return Vec::new();
        }
        let mut effects = self.pane_mut().left(env);
        self.remember();
        self.shown = to;
        self.remember();
        let outdated = self.outdated.iter().position(|screen| *screen == to);
        effects.extend(match outdated.map(|at| self.outdated.remove(at)) {
            Some(_) => self.pane_mut().reload(env),
            None => self.pane_mut().entered(env),
        });
        effects
    }

    /// Something was changed: the screen that is shown is read again, and the other lists once they
    /// are shown.
    pub(crate) fn changed(&mut self, env: &Env) -> Vec<Effect> {
        let lists = [Screen::Documents, Screen::Threads].into_iter();
        self.outdated = lists.filter(|screen| *screen != self.shown).collect();
        self.pane_mut().reload(env)
    }

    /// Something was changed: the lists are read again once they are come to.
    pub(crate) fn outdate_lists(&mut self) {
        for screen in [Screen::Documents, Screen::Threads] {
            if !self.outdated.contains(&screen) {
                self.outdated.push(screen);
            }
        }
    }

    fn remember(&mut self) {
        if let Some(index) = TABS.iter().position(|tab| *tab == self.shown.tab()) {
            self.last[index] = Some(self.shown);
        }
    }

    /// Switches to a screen: to where it was left; when it is there already, to its beginning.
    pub(crate) fn switch(&mut self, to: Screen, env: &Env) -> Vec<Effect> {
        let index = TABS.iter().position(|tab| *tab == to);
        let left_at = index.and_then(|index| self.last[index]).unwrap_or(to);
        let target = if self.shown.tab() == to { to } else { left_at };
        if to == Screen::Search {
            return self.open(target, env);
        }
        self.go(target, env)
    }

    /// Switches to the next screen, or back.
    pub(crate) fn turn(&mut self, by: isize, env: &Env) -> Vec<Effect> {
        let index = TABS
            .iter()
            .position(|tab| *tab == self.shown.tab())
            .unwrap_or(0);
        let count = isize::try_from(TABS.len()).unwrap_or(1);
        let next = isize::try_from(index).unwrap_or(0) + by;
        let next = usize::try_from(next.rem_euclid(count)).unwrap_or(0);
        if next == index {
            return Vec::new();
        }
        self.switch(TABS[next], env)
    }
}
