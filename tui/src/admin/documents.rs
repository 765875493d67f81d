//! The screen of documents: a list, a search as one types, and the selected text beside it or on
//! the whole screen.

mod search;
mod texts;
pub(super) mod view;

use std::time::{Duration, Instant};

use service::{Document, DocumentHit, DocumentSort, DocumentSummary, Page, SearchResults};

use super::command::{Command, Context};
use super::message::{Effect, Room};
use super::pager::Place;
use super::request::{Generation, Latest};
use super::window::{Edge, Window};
use search::Search;
use texts::Texts;

/// A text is read once the selection has rested for so long.
const REST: Duration = Duration::from_millis(100);

/// What has the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Focus {
    #[default]
    List,
    Input,
    Reader,
}

/// Whether the selected text is shown beside the list, where there is room for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Beside {
    #[default]
    Shown,
    Hidden,
}

/// The screen's state.
#[derive(Clone, Debug, Default)]
pub(crate) struct Documents {
    focus: Focus,
    beside: Beside,
    sort: DocumentSort,
    window: Window<DocumentSummary>,
    listing: Latest,
    /// The first page has been seen.
    known: bool,
    search: Option<Search>,
    texts: Texts,
    reading: Latest,
    /// When the selected text is to be read.
    read_due: Option<Instant>,
    /// The reader's first row.
    place: Place,
}

impl Documents {
    /// Reads the list from its beginning, and whatever is on the screen.
    pub(crate) fn reload(&mut self, now: Instant) -> Vec<Effect> {
        self.texts = Texts::default();
        let mut effects = vec![self.load(Edge::First, now)];
        if let Some(search) = &mut self.search {
            search.ask_at(now);
            effects.extend(self.tick(now));
        }
        effects
    }

    fn load(&mut self, edge: Edge, now: Instant) -> Effect {
        Effect::List {
            generation: self.listing.begin(now),
            edge,
            sort: self.sort,
            page: Window::<DocumentSummary>::end(edge),
        }
    }

    /// The place that keys are looked up for.
    pub(crate) fn context(&self) -> Context {
        match self.focus {
            Focus::Input => Context::Input,
            Focus::Reader => Context::Reader,
            Focus::List if self.is_empty() => Context::Empty,
            Focus::List => Context::List,
        }
    }

    /// The store is known to have no document.
    pub(crate) fn is_empty(&self) -> bool {
        self.known && self.window.is_empty() && self.search.is_none()
    }

    /// What is being waited for, if anything is.
    pub(crate) fn waiting(&self) -> Option<&Latest> {
        let searching = self.search.as_ref().map(Search::request);
        [Some(&self.listing), searching, Some(&self.reading)]
            .into_iter()
            .flatten()
            .find(|request| request.is_waiting())
    }

    /// The next moment at which something is to be done.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let searching = self.search.as_ref().and_then(Search::due);
        [searching, self.read_due].into_iter().flatten().min()
    }

    /// Does what is due.
    pub(crate) fn tick(&mut self, now: Instant) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let Some(search) = &mut self.search {
            effects.extend(search.tick(now));
        }
        if self.read_due.is_some_and(|due| due <= now) {
            effects.extend(self.read(now));
        }
        effects
    }

    /// Types into the query.
    pub(crate) fn type_into(
        &mut self,
        typing: impl FnOnce(&mut super::input::Input) -> super::input::Typed,
        now: Instant,
    ) -> Vec<Effect> {
        match &mut self.search {
            Some(search) if self.focus == Focus::Input => {
                search.type_into(typing, now).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Does what a key asks for.
    pub(crate) fn command(&mut self, command: Command, room: Room, now: Instant) -> Vec<Effect> {
        match (command, self.focus) {
            (Command::Search, _) => {
                self.search.get_or_insert_default();
                self.focus = Focus::Input;
                Vec::new()
            }
            (Command::Back, Focus::Reader) => {
                self.focus = Focus::List;
                Vec::new()
            }
            (Command::Back, _) => self.leave_search(now),
            (Command::Open, Focus::Input) => {
                self.focus = Focus::List;
                if let Some(search) = &mut self.search {
                    search.ask_at(now);
                }
                self.tick(now)
            }
            (Command::Open, _) => self.open(now),
            (Command::Preview, _) => {
                self.beside = match self.beside {
                    Beside::Shown => Beside::Hidden,
                    Beside::Hidden => Beside::Shown,
                };
                Vec::new()
            }
            (Command::Sort, _) => {
                self.sort = match self.sort {
                    DocumentSort::NewestFirst => DocumentSort::Name,
                    DocumentSort::Name => DocumentSort::Code,
                    DocumentSort::Code => DocumentSort::NewestFirst,
                };
                vec![self.load(Edge::First, now)]
            }
            (Command::Reload, _) => self.reload(now),
            (_, Focus::Reader) => {
                self.scroll(command, room);
                Vec::new()
            }
            _ => self.go(command, room, now),
        }
    }

    fn leave_search(&mut self, now: Instant) -> Vec<Effect> {
        self.focus = Focus::List;
        if self.search.take().is_none() {
            return Vec::new();
        }
        self.rest(now);
        vec![Effect::DropSearch]
    }

    fn open(&mut self, now: Instant) -> Vec<Effect> {
        if self.code().is_none() {
            return Vec::new();
        }
        self.focus = Focus::Reader;
        self.place = Place::default();
        self.read(now).into_iter().collect()
    }

    /// Moves through the text.
    fn scroll(&mut self, command: Command, room: Room) {
        let Some(lines) = self.code().and_then(|code| self.texts.get(code)?.lines()) else {
            return;
        };
        let Room {
            columns,
            text: height,
            ..
        } = room;
        self.place = match steps(command, height) {
            Steps::By(rows) if rows < 0 => lines.back(self.place, rows.unsigned_abs(), columns),
            Steps::By(rows) => lines.forward(self.place, rows.unsigned_abs(), columns, height),
            Steps::ToFirst => Place::default(),
            Steps::ToLast => lines.last(columns, height),
        };
    }

    /// Moves through the list.
    fn go(&mut self, command: Command, room: Room, now: Instant) -> Vec<Effect> {
        let before = self.code().map(str::to_owned);
        let mut effects = Vec::new();
        if let Some(search) = &mut self.search {
            let height = view::hits_on(room.list);
            match steps(command, height) {
                Steps::By(rows) => search.step(rows, height),
                Steps::ToFirst => search.step(isize::MIN, height),
                Steps::ToLast => search.step(isize::MAX, height),
            }
        } else {
            match steps(command, room.list) {
                Steps::By(rows) => self.window.step(rows, room.list),
                Steps::ToFirst => effects.extend(self.jump(Edge::First, room, now)),
                Steps::ToLast => effects.extend(self.jump(Edge::Last, room, now)),
            }
            effects.extend(self.fill(room, now));
        }
        if before.as_deref() != self.code() {
            self.rest(now);
        }
        effects
    }

    fn jump(&mut self, edge: Edge, room: Room, now: Instant) -> Option<Effect> {
        if self.window.holds(edge) {
            self.window.go(edge, room.list);
            return None;
        }
        Some(self.load(edge, now))
    }

    /// Asks for the rows behind an edge that has come close.
    pub(crate) fn fill(&mut self, room: Room, now: Instant) -> Option<Effect> {
        if self.listing.is_waiting() || self.listing.error().is_some() {
            return None;
        }
        let (edge, page) = self.window.wanted(room.list)?;
        Some(Effect::List {
            generation: self.listing.begin(now),
            edge,
            sort: self.sort,
            page,
        })
    }

    /// Takes account of another size of the screen.
    pub(crate) fn resize(&mut self, room: Room, now: Instant) -> Option<Effect> {
        self.window.show(room.list);
        if let Some(search) = &mut self.search {
            search.step(0, view::hits_on(room.list));
        }
        self.fill(room, now)
    }

    /// Takes a page of the list.
    pub(crate) fn listed(
        &mut self,
        generation: Generation,
        edge: Edge,
        page: Result<Page<DocumentSummary>, String>,
        room: Room,
        now: Instant,
    ) -> Option<Effect> {
        let page = self.listing.accept(generation, page)?;
        self.window.put(edge, page, room.list);
        self.known = true;
        if self.search.is_none() {
            self.rest(now);
        }
        self.fill(room, now)
    }

    /// Takes what a search found.
    pub(crate) fn found(
        &mut self,
        generation: Generation,
        results: Result<SearchResults<DocumentHit>, String>,
        now: Instant,
    ) {
        if let Some(search) = &mut self.search {
            search.found(generation, results);
            self.rest(now);
        }
    }

    /// Takes a text.
    pub(crate) fn read_done(
        &mut self,
        generation: Generation,
        code: String,
        document: Result<Option<Document>, String>,
    ) {
        if let Some(document) = self.reading.accept(generation, document) {
            self.texts.put(code, document);
        }
    }

    /// The selection is another: its text is read if it stays.
    fn rest(&mut self, now: Instant) {
        let missing = self
            .code()
            .is_some_and(|code| self.texts.get(code).is_none());
        self.read_due = missing.then(|| now + REST);
    }

    /// Reads the selected text, unless it is there.
    fn read(&mut self, now: Instant) -> Option<Effect> {
        self.read_due = None;
        let code = self
            .code()
            .filter(|code| self.texts.get(code).is_none())?
            .to_owned();
        Some(Effect::Read {
            generation: self.reading.begin(now),
            code,
        })
    }

    /// The selected document.
    fn code(&self) -> Option<&str> {
        match &self.search {
            Some(search) => search.selected().map(|hit| hit.code.as_str()),
            None => self.window.selected().map(|row| row.code.as_str()),
        }
    }
}

/// How far a movement goes.
enum Steps {
    By(isize),
    ToFirst,
    ToLast,
}

fn steps(command: Command, height: usize) -> Steps {
    let page = isize::try_from(height.max(2)).unwrap_or(isize::MAX) - 1;
    Steps::By(match command {
        Command::Up => -1,
        Command::Down => 1,
        Command::HalfUp => -(page / 2).max(1),
        Command::HalfDown => (page / 2).max(1),
        Command::PageUp => -page,
        Command::PageDown => page,
        Command::First => return Steps::ToFirst,
        Command::Last => return Steps::ToLast,
        _ => 0,
    })
}
