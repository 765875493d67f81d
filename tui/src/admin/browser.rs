//! What the screens of lists have in common: a list that is gone through, a search as one types in
//! its place, and beside them something of the selected row, read once the selection rests. A
//! screen gives it its rows, and asks the store for what it wants.

mod anew;
mod hits;
mod left;
mod previews;
mod searching;
mod source;
mod view;

pub(crate) use left::Left;
pub(crate) use previews::Preview;
pub(crate) use source::{Source, ask};
pub(crate) use view::Look;

use std::time::{Duration, Instant};

use service::{Cursor, Page, SearchResults, Snippet};

use super::canvas::Target;
use super::command::{Mark, Move};
use super::list::{Ask, List, Row};
use super::message::Env;
use super::request::{Answer, Failure, Generation, Latest};
use super::screen::Pointer;
use super::search::Search;
use super::window::Edge;
use hits::HitMarks;
use previews::Previews;

/// The selected row is read once the selection has rested for so long.
const REST: Duration = Duration::from_millis(100);
/// The list's share of the width, in percent: at first, and what it may be.
const SHARE: u16 = 45;
const SHARES: std::ops::RangeInclusive<u16> = 20..=80;

/// Rows that a key scrolls what is beside the list.
pub(crate) const PREVIEW_ROWS: isize = 5;

/// Why a command of the list does nothing among what a search found.
pub(crate) const NOT_OF_HITS: &str =
    "That is for the list, and not for what a search found; esc leads back to the list";

/// What a search finds in place of the list.
pub(crate) trait Hit {
    /// What rows are known by.
    type Id;

    /// The row that it belongs to.
    fn of(&self) -> &Self::Id;

    fn snippet(&self) -> &Snippet;

    /// What is looked through: `document`.
    const WHAT: &'static str;

    /// What is shown of a row beside what was found.
    type Preview;

    /// Whether what was found is in that.
    fn is_in(&self, _preview: &Self::Preview) -> bool {
        true
    }
}

/// What has the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Focus {
    #[default]
    List,
    Query,
}

/// Whether the selected row is shown beside the list, where there is room for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Beside {
    #[default]
    Shown,
    Hidden,
}

/// An answer of the store.
#[derive(Debug)]
pub(crate) enum Message<T: Row, H, P> {
    /// A page of the list is there.
    Listed(Generation, Edge, Result<Page<T>, Failure>),
    /// A search is done.
    Found(Generation, Result<Box<SearchResults<H>>, Failure>),
    /// More of what was found is there.
    FoundMore(Generation, Result<Box<SearchResults<H>>, Failure>),
    /// What is shown of a row is there.
    Read(Generation, T::Id, Result<P, Failure>),
}

/// A place in a list, and the row that was selected there.
pub(crate) type Spot<Id> = (Option<Cursor>, Option<Id>);

/// What is wanted of the screen.
#[derive(Clone, Debug)]
pub(crate) enum Want<Id> {
    List(Ask),
    Search(Generation, String),
    /// What a search found behind this place.
    SearchMore(Generation, String, Cursor),
    Read(Generation, Id),
    /// The search that goes on is not wanted any longer.
    EndSearch,
    /// The selected row is to be opened.
    Open,
    /// This is to be told.
    Tell(Failure),
    /// It is to be told that rows are no longer marked: they were of another list.
    Unmarked,
}

/// The list, the search, and what is beside them.
#[derive(Debug)]
pub(crate) struct Browser<T: Row, H, P> {
    focus: Focus,
    beside: Beside,
    /// The list's share of the width, in percent.
    share: u16,
    pub(crate) list: List<T>,
    search: Option<Search<H>>,
    /// What is marked of what the search found.
    hits: HitMarks<T::Id>,
    previews: Previews<T::Id, P>,
    reading: Latest,
    /// Rows of what is beside the list that are above its area.
    beside_top: usize,
    /// The same where its end is seen at first: rows that are below.
    beside_up: usize,
    /// When the selected row is to be read.
    read_due: Option<Instant>,
    /// Where the list was left when the program was used last.
    left_at: Option<Spot<T::Id>>,
}

impl<T: Row, H, P> Default for Browser<T, H, P> {
    fn default() -> Self {
        Self {
            focus: Focus::default(),
            beside: Beside::default(),
            share: SHARE,
            list: List::default(),
            search: None,
            hits: HitMarks::default(),
            previews: Previews::default(),
            reading: Latest::default(),
            beside_top: 0,
            beside_up: 0,
            read_due: None,
            left_at: None,
        }
    }
}

impl<T: Row, H: Hit<Id = T::Id, Preview = P>, P: Preview> Browser<T, H, P> {
    /// Takes an answer.
    pub(crate) fn take(&mut self, message: Message<T, H, P>, env: &Env) -> Vec<Want<T::Id>> {
        match message {
            Message::Listed(generation, edge, page) => {
                let (height, now) = (env.room.list, env.now);
                match self.list.take(generation, edge, page, height, now) {
                    Answer::New(ask) => self.moved(ask, env),
                    Answer::Failed(failure) => vec![Want::Tell(failure)],
                    Answer::Late => Vec::new(),
                }
            }
            Message::Found(generation, results) => {
                let Some(search) = &mut self.search else {
                    return Vec::new();
                };
                self.hits.end_range();
                match search.found(generation, results.map(|results| *results)) {
                    Answer::New(()) => self.moved(None, env),
                    Answer::Failed(failure) => vec![Want::Tell(failure)],
                    Answer::Late => Vec::new(),
                }
            }
            Message::FoundMore(generation, more) => {
                let Some(search) = &mut self.search else {
                    return Vec::new();
                };
                let taken = search.take_more(generation, more, |results, more| {
                    results.next = more.next;
                    (results.hits.len(), more.hits)
                });
                match taken {
                    Answer::Failed(failure) => vec![Want::Tell(failure)],
                    Answer::New(()) | Answer::Late => Vec::new(),
                }
            }
            Message::Read(generation, id, preview) => {
                match self.reading.accept(generation, preview) {
                    Answer::New(preview) => self.previews.put(id, preview),
                    Answer::Failed(failure) => return vec![Want::Tell(failure)],
                    Answer::Late => {}
                }
                Vec::new()
            }
        }
    }

    /// The selected row, or the one of the selected hit.
    pub(crate) fn id(&self) -> Option<T::Id> {
        match &self.search {
            Some(search) => search.selected().map(|hit| hit.of().clone()),
            None => self.list.selected().map(Row::id),
        }
    }

    /// The selected row of the list, unless a search is in its place.
    pub(crate) fn row(&self) -> Option<&T> {
        self.list.selected().filter(|_| self.search.is_none())
    }

    /// Reads the list from its beginning, to select this new row; a search is left for that.
    pub(crate) fn show_new(&mut self, id: T::Id, env: &Env) -> Vec<Want<T::Id>> {
        self.list.unmark_all();
        let ended = self.search.take().map(|_| Want::EndSearch);
        self.focus = Focus::List;
        let list = Want::List(self.list.load_for(id, env.now));
        ended.into_iter().chain([list]).collect()
    }

    /// The search that is in the list's place.
    pub(crate) const fn search(&self) -> Option<&Search<H>> {
        self.search.as_ref()
    }

    pub(crate) const fn focus(&self) -> Focus {
        self.focus
    }

    /// What is known of the selected row.
    pub(crate) fn preview(&self) -> Option<&P> {
        let known = self.previews.get(&self.id()?)?;
        let hit = self.search.as_ref().and_then(Search::selected);
        hit.is_none_or(|hit| hit.is_in(known)).then_some(known)
    }

    /// There is no row, and nothing is looked for.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty() && self.search.is_none()
    }

    /// Shows what is beside the list, or hides it.
    pub(crate) const fn turn_beside(&mut self) {
        self.beside = match self.beside {
            Beside::Shown => Beside::Hidden,
            Beside::Hidden => Beside::Shown,
        };
    }

    /// One step back: the marks go first, then the search. None where there is neither.
    pub(crate) fn back(&mut self, env: &Env) -> Option<Vec<Want<T::Id>>> {
        if self.focus == Focus::List && self.unmark_all() {
            return Some(Vec::new());
        }
        self.focus = Focus::List;
        self.hits.clear();
        self.search.take()?;
        self.rest(env.now);
        Some(vec![Want::EndSearch])
    }

    /// Moves through the list, or the hits.
    pub(crate) fn go(&mut self, to: Move, env: &Env) -> Vec<Want<T::Id>> {
        let ask = match &mut self.search {
            Some(search) => {
                let height = view::hits_on(env.room.list);
                search.step(to.rows(height), height);
                self.stretch_hits();
                None
            }
            None => self.list.go(to, env.room.list, env.now),
        };
        self.moved(ask, env)
    }

    /// Changes the marks of the list, or of what was found.
    pub(crate) fn mark(&mut self, mark: Mark, env: &Env) -> Vec<Want<T::Id>> {
        if self.search.is_some() {
            return self.mark_hits(mark, env);
        }
        let ask = self.list.mark(mark, env.room.list, env.now);
        self.moved(ask, env)
    }

    /// Scrolls what is beside the list.
    pub(crate) fn scroll_beside(&mut self, rows: isize) {
        self.beside_top = self.beside_top.saturating_add_signed(rows);
        self.beside_up = self.beside_up.saturating_add_signed(-rows);
    }

    /// The same of what is seen from its end: how many of so many hidden rows are shown.
    pub(crate) fn beside_up(&self, hidden: usize) -> usize {
        self.beside_up.min(hidden)
    }

    /// Rows of it that are above its area, where it has so many.
    pub(crate) fn beside_top(&self, rows: usize, height: usize) -> usize {
        self.beside_top.min(rows.saturating_sub(height))
    }

    pub(crate) fn pointer(&mut self, pointer: Pointer, env: &Env) -> Vec<Want<T::Id>> {
        match pointer {
            Pointer::Wheel(rows, Target::Text) => {
                self.scroll_beside(rows);
                Vec::new()
            }
            Pointer::Wheel(rows, Target::Row(_) | Target::List) => {
                let ask = match &mut self.search {
                    Some(search) => {
                        search.step(rows, view::hits_on(env.room.list));
                        None
                    }
                    None => self.list.step(rows, env.room.list, env.now),
                };
                self.moved(ask, env)
            }
            Pointer::Click(Target::Row(row)) => {
                let before = self.id();
                self.focus = Focus::List;
                let ask = if let Some(search) = &mut self.search {
                    search.click(row);
                    None
                } else {
                    self.list.click(row, env.room.list, env.now)
                };
                let again = before == self.id();
                let mut wants = self.moved(ask, env);
                wants.extend(again.then_some(Want::Open));
                wants
            }
            Pointer::Drag(Target::Split, column) if env.room.width > 0 => {
                let share = usize::from(column) * 100 / env.room.width;
                let share = u16::try_from(share).unwrap_or(SHARE);
                self.share = share.clamp(*SHARES.start(), *SHARES.end());
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    pub(crate) fn resized(&mut self, env: &Env) -> Vec<Want<T::Id>> {
        if let Some(search) = &mut self.search {
            search.step(0, view::hits_on(env.room.list));
        }
        let ask = self.list.resized(env.room.list, env.now);
        ask.map(Want::List).into_iter().collect()
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        let searching = self.search.as_ref().and_then(Search::due);
        [searching, self.read_due].into_iter().flatten().min()
    }

    pub(crate) fn tick(&mut self, env: &Env) -> Vec<Want<T::Id>> {
        let mut wants = Vec::new();
        if let Some(search) = &mut self.search {
            let ask = search.tick(env.now);
            wants.extend(ask.map(|(generation, query)| Want::Search(generation, query)));
        }
        if self.read_due.is_some_and(|due| due <= env.now) {
            self.read_due = None;
            if let Some(id) = self.missing() {
                wants.push(Want::Read(self.reading.begin(env.now), id));
            }
        }
        wants
    }

    /// What is being waited for, if anything is.
    pub(crate) fn waiting(&self) -> Option<&Latest> {
        let searching = self.search.as_ref().map(Search::request);
        [Some(self.list.request()), searching, Some(&self.reading)]
            .into_iter()
            .flatten()
            .find(|request| request.is_waiting())
    }

    /// What follows from another row being selected.
    fn moved(&mut self, ask: Option<Ask>, env: &Env) -> Vec<Want<T::Id>> {
        self.rest(env.now);
        let more = self.wanted_hits(env);
        ask.map(Want::List).into_iter().chain(more).collect()
    }

    /// The selection may be another: its row is read if it stays.
    fn rest(&mut self, now: Instant) {
        (self.beside_top, self.beside_up) = (0, 0);
        self.read_due = self.missing().map(|_| now + REST);
    }

    /// The selected row, where nothing is known of it yet.
    fn missing(&self) -> Option<T::Id> {
        self.id().filter(|_| self.preview().is_none())
    }
}
