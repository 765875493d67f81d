//! The screen of documents: a list, a search as one types, and the selected text beside it.

mod asking;
mod changes;
mod commands;
mod effects;
mod export;
mod left;
mod texts;
mod view;
mod welcome;

pub(crate) use commands::{COMMANDS, Command};
pub(crate) use effects::{Effect, begin};

use asking::Wish;
use changes::Change;
use left::is_whole;

use std::time::{Duration, Instant};

use crossterm::event::KeyEvent;
use ratatui::layout::Rect;
use serde_json::Value;
use service::{
    Cursor, DocumentFilter, DocumentHit, DocumentSelection, DocumentSort, DocumentSummary,
    Estimate, Page, SearchResults,
};

use super::{Pane, Pointer, document, ingest};
use crate::admin::canvas::{Canvas, Target};
use crate::admin::command::{self, App, Context, Move};
use crate::admin::input::{Input, Typed};
use crate::admin::list::{Ask, List, Row};
use crate::admin::message::{self, Changed, Env};
use crate::admin::request::{Answer, Failure, Generation, Latest};
use crate::admin::search::Search;
use crate::admin::window::Edge;
use texts::Texts;

/// A text is read once the selection has rested for so long.
const REST: Duration = Duration::from_millis(100);
/// The list's share of the width, in percent: at first, and what it may be.
const SHARE: u16 = 45;
const SHARES: std::ops::RangeInclusive<u16> = 20..=80;

impl Row for DocumentSummary {
    type Id = String;

    fn id(&self) -> String {
        self.code.clone()
    }
}

/// Something that happened to the screen.
#[derive(Debug)]
pub(crate) enum Message {
    /// A page of the list is there.
    Listed(Generation, Edge, Result<Page<DocumentSummary>, Failure>),
    /// A search is done.
    Found(Generation, Result<Box<SearchResults<DocumentHit>>, Failure>),
    /// A text is there; None where its document has gone.
    Read(
        Generation,
        String,
        Result<Option<service::Document>, Failure>,
    ),
    /// Something was asked for in words.
    Wish(Wish),
    /// A document was made, or not.
    Made(String, Result<Changed, Failure>),
    /// Something was done that can't be undone, or need not be.
    Told(Result<String, Failure>),
    /// About how many documents there are.
    Estimated(Generation, Result<Estimate, Failure>),
    /// So many are marked, exactly.
    Counted(Generation, DocumentSelection, Result<u64, Failure>),
    /// The sample is in the store: so many documents and turns.
    SampleLoaded(Generation, Result<(usize, u64), Failure>),
}

/// What has the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Focus {
    #[default]
    List,
    Query,
}

/// Whether the selected text is shown beside the list, where there is room for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Beside {
    #[default]
    Shown,
    Hidden,
}

/// The screen's state.
#[derive(Debug)]
pub(crate) struct Documents {
    focus: Focus,
    beside: Beside,
    /// The list's share of the width beside a text, in percent.
    share: u16,
    /// Which documents the list has, and in which order.
    filter: DocumentFilter,
    /// About how many there are in the store.
    estimate: Option<Estimate>,
    list: List<DocumentSummary>,
    search: Option<Search<DocumentHit>>,
    texts: Texts,
    reading: Latest,
    /// Where the list was left when the program was used last.
    left_at: Option<(Option<Cursor>, Option<String>)>,
    /// When the selected text is to be read.
    read_due: Option<Instant>,
    loading: Latest,
    counting: Latest,
    estimating: Latest,
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            focus: Focus::default(),
            beside: Beside::default(),
            share: SHARE,
            filter: DocumentFilter::default(),
            estimate: None,
            list: List::default(),
            search: None,
            texts: Texts::default(),
            reading: Latest::default(),
            left_at: None,
            read_due: None,
            loading: Latest::default(),
            counting: Latest::default(),
            estimating: Latest::default(),
        }
    }
}

impl Documents {
    /// Takes account of what happened.
    pub(crate) fn message(&mut self, message: Message, env: &Env) -> Vec<message::Effect> {
        match message {
            Message::Listed(generation, edge, page) => {
                match self
                    .list
                    .take(generation, edge, page, env.room.list, env.now)
                {
                    Answer::New(ask) => {
                        if self.search.is_none() {
                            self.rest(env.now);
                        }
                        self.list_effect(ask).into_iter().collect()
                    }
                    Answer::Failed(failure) => vec![message::Effect::failed(failure)],
                    Answer::Late => Vec::new(),
                }
            }
            Message::Found(generation, results) => {
                let Some(search) = &mut self.search else {
                    return Vec::new();
                };
                match search.found(generation, results.map(|results| *results)) {
                    Answer::New(()) => {
                        self.rest(env.now);
                        Vec::new()
                    }
                    Answer::Failed(failure) => vec![message::Effect::failed(failure)],
                    Answer::Late => Vec::new(),
                }
            }
            Message::Read(generation, code, document) => {
                match self.reading.accept(generation, document) {
                    Answer::New(document) => {
                        self.texts.put(code, document);
                        Vec::new()
                    }
                    Answer::Failed(failure) => vec![message::Effect::failed(failure)],
                    Answer::Late => Vec::new(),
                }
            }
            Message::Wish(wish) => self.wish(wish, env),
            Message::Made(code, Ok(changed)) => {
                let mut effects = self.reload(env);
                effects.push(message::Effect::Remember(changed));
                effects.push(open(&code, document::Then::Edit));
                effects
            }
            Message::Made(_, Err(failure)) => vec![message::Effect::failed(failure)],
            Message::Told(said) => vec![match said {
                Ok(said) => message::Effect::good(said),
                Err(failure) => message::Effect::failed(failure),
            }],
            Message::Estimated(generation, estimate) => {
                // A number that is not known is no reason to say anything.
                if let Answer::New(estimate) = self.estimating.accept(generation, estimate) {
                    self.estimate = Some(estimate);
                }
                Vec::new()
            }
            Message::Counted(generation, selection, count) => {
                match self.counting.accept(generation, count) {
                    Answer::New(count) => vec![asking::delete(selection, count)],
                    Answer::Failed(failure) => vec![message::Effect::failed(failure)],
                    Answer::Late => Vec::new(),
                }
            }
            Message::SampleLoaded(generation, loaded) => {
                match self.loading.accept(generation, loaded) {
                    Answer::New((documents, turns)) => {
                        let said = format!(
                            "{documents} documents and {turns} turns of conversation loaded"
                        );
                        let mut effects = self.reload(env);
                        effects.push(message::Effect::good(said));
                        effects
                    }
                    Answer::Failed(failure) => vec![message::Effect::failed(failure)],
                    Answer::Late => Vec::new(),
                }
            }
        }
    }

    /// The store is known to have no document.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty() && self.search.is_none()
    }

    fn list_effect(&self, ask: Option<Ask>) -> Option<message::Effect> {
        let Ask {
            generation,
            edge,
            page,
        } = ask?;
        Some(message::Effect::Documents(Effect::List {
            generation,
            edge,
            filter: self.filter.clone(),
            page,
        }))
    }

    fn own(&mut self, command: Command, env: &Env) -> Vec<message::Effect> {
        match command {
            Command::Search => {
                self.search.get_or_insert_default();
                self.focus = Focus::Query;
                Vec::new()
            }
            Command::ToHits => {
                self.focus = Focus::List;
                if let Some(search) = &mut self.search {
                    search.ask_at(env.now);
                }
                self.tick(env)
            }
            Command::Open => self.open(),
            Command::Preview => {
                self.beside = match self.beside {
                    Beside::Shown => Beside::Hidden,
                    Beside::Hidden => Beside::Shown,
                };
                Vec::new()
            }
            Command::Sort => {
                let next = match self.filter.sort() {
                    DocumentSort::NewestFirst => DocumentSort::Name,
                    DocumentSort::Name => DocumentSort::Code,
                    DocumentSort::Code => DocumentSort::NewestFirst,
                };
                self.show(next.into(), env)
            }
            Command::CopyCode => {
                let copy = |code: &str| message::Effect::Copy(code.to_owned());
                self.code().map(copy).into_iter().collect()
            }
            Command::Filter => asking::filter(),
            Command::Tag => self.tag(),
            Command::Export => self.export(),
            Command::Ingest => {
                let begin = Box::new(ingest::Message::Begin);
                vec![message::Effect::send(message::Message::Ingest(begin))]
            }
            Command::Connect => asking::connect(),
            Command::New => asking::new(),
            Command::Rename => self.rename(),
            Command::Delete => self.delete(env),
            Command::LoadSample if self.loading.is_waiting() => Vec::new(),
            Command::LoadSample => {
                let generation = self.loading.begin(env.now);
                vec![message::Effect::Documents(Effect::Change(
                    Change::LoadSample(generation),
                ))]
            }
        }
    }

    /// Opens the selected document; a hit at the words that it was found by.
    fn open(&self) -> Vec<message::Effect> {
        let hit = self.search.as_ref().and_then(Search::selected);
        let then = hit.map_or(document::Then::Read, document::Then::at);
        self.code()
            .map(|code| open(code, then))
            .into_iter()
            .collect()
    }

    /// Shows other documents, or in another order, from the beginning.
    fn show(&mut self, filter: DocumentFilter, env: &Env) -> Vec<message::Effect> {
        self.filter = filter;
        self.list.unmark_all();
        let ask = self.list.load(Edge::First, env.now);
        self.list_effect(Some(ask)).into_iter().collect()
    }

    /// One step back: the marks go first, then the search, then the filter.
    fn back(&mut self, env: &Env) -> Vec<message::Effect> {
        if self.focus == Focus::List && self.list.unmark_all() {
            return Vec::new();
        }
        self.focus = Focus::List;
        if self.search.take().is_none() {
            let all = DocumentFilter::default();
            return if is_whole(&self.filter) {
                Vec::new()
            } else {
                self.show(all, env)
            };
        }
        self.rest(env.now);
        vec![message::Effect::Drop(effects::SEARCH)]
    }

    /// Moves through the list, or the hits.
    fn go(&mut self, to: Move, env: &Env) -> Vec<message::Effect> {
        let before = self.code().map(str::to_owned);
        let ask = if let Some(search) = &mut self.search {
            let height = view::hits_on(env.room.list);
            search.step(to.rows(height), height);
            None
        } else {
            self.list.go(to, env.room.list, env.now)
        };
        self.moved(before.as_deref(), ask, env)
    }

    /// What follows from another row being selected.
    fn moved(&mut self, before: Option<&str>, ask: Option<Ask>, env: &Env) -> Vec<message::Effect> {
        if before != self.code() {
            self.rest(env.now);
        }
        self.list_effect(ask).into_iter().collect()
    }

    fn type_into(
        &mut self,
        typing: impl FnOnce(&mut Input) -> Typed,
        env: &Env,
    ) -> Vec<message::Effect> {
        match &mut self.search {
            Some(search) if self.focus == Focus::Query => {
                let emptied = search.type_into(typing, env.now);
                emptied
                    .then_some(message::Effect::Drop(effects::SEARCH))
                    .into_iter()
                    .collect()
            }
            _ => Vec::new(),
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
    fn read(&mut self, now: Instant) -> Option<message::Effect> {
        self.read_due = None;
        let code = self
            .code()
            .filter(|code| self.texts.get(code).is_none())?
            .to_owned();
        Some(message::Effect::Documents(Effect::Read {
            generation: self.reading.begin(now),
            code,
        }))
    }

    /// The selected document.
    fn code(&self) -> Option<&str> {
        match &self.search {
            Some(search) => search.selected().map(|hit| hit.code.as_str()),
            None => self.list.selected().map(|row| row.code.as_str()),
        }
    }
}

/// Has a document opened on a screen of its own.
fn open(code: &str, then: document::Then) -> message::Effect {
    let code = code.to_owned();
    let open = Box::new(document::Message::Open { code, then });
    message::Effect::send(message::Message::Document(open))
}

impl Pane for Documents {
    fn context(&self) -> Context {
        match self.focus {
            Focus::Query => Context::Query,
            Focus::List if self.is_empty() => Context::Welcome,
            Focus::List => Context::Documents,
        }
    }

    fn entered(&mut self, env: &Env) -> Vec<message::Effect> {
        if self.list.is_known() {
            Vec::new()
        } else {
            self.reload(env)
        }
    }

    fn reload(&mut self, env: &Env) -> Vec<message::Effect> {
        self.texts = Texts::default();
        let ask = match self.left_at.take() {
            Some((place, row)) => self.list.restore(place, row, env.now),
            None => self.list.reload(env.now),
        };
        let mut effects: Vec<_> = self.list_effect(Some(ask)).into_iter().collect();
        let generation = self.estimating.begin(env.now);
        effects.push(message::Effect::Documents(Effect::Estimate(generation)));
        if let Some(search) = &mut self.search {
            search.ask_at(env.now);
            effects.extend(self.tick(env));
        }
        effects
    }

    fn command(&mut self, command: command::Command, env: &Env) -> Vec<message::Effect> {
        match command {
            command::Command::Documents(command) => self.own(command, env),
            command::Command::Move(to) => self.go(to, env),
            command::Command::Mark(mark) if self.search.is_none() => {
                let before = self.code().map(str::to_owned);
                let ask = self.list.mark(mark, env.room.list, env.now);
                self.moved(before.as_deref(), ask, env)
            }
            command::Command::App(App::Back) => self.back(env),
            _ => Vec::new(),
        }
    }

    fn key(&mut self, key: KeyEvent, env: &Env) -> Vec<message::Effect> {
        self.type_into(|input| input.key(key), env)
    }

    fn paste(&mut self, text: &str, env: &Env) -> Vec<message::Effect> {
        let typing = |input: &mut Input| {
            input.paste(text);
            Typed::Text
        };
        self.type_into(typing, env)
    }

    fn pointer(&mut self, pointer: Pointer, env: &Env) -> Vec<message::Effect> {
        let before = self.code().map(str::to_owned);
        match pointer {
            Pointer::Wheel(rows, Target::Row(_) | Target::List) => {
                let ask = match &mut self.search {
                    Some(search) => {
                        search.step(rows, view::hits_on(env.room.list));
                        None
                    }
                    None => self.list.step(rows, env.room.list, env.now),
                };
                self.moved(before.as_deref(), ask, env)
            }
            Pointer::Click(Target::Row(row)) => {
                self.focus = Focus::List;
                let ask = if let Some(search) = &mut self.search {
                    search.click(row);
                    None
                } else {
                    self.list.click(row, env.room.list, env.now)
                };
                let again = before.as_deref() == self.code();
                let mut effects = self.moved(before.as_deref(), ask, env);
                if again {
                    effects.extend(self.open());
                }
                effects
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

    fn resized(&mut self, env: &Env) -> Vec<message::Effect> {
        if let Some(search) = &mut self.search {
            search.step(0, view::hits_on(env.room.list));
        }
        let ask = self.list.resized(env.room.list, env.now);
        self.list_effect(ask).into_iter().collect()
    }

    fn deadline(&self) -> Option<Instant> {
        let searching = self.search.as_ref().and_then(Search::due);
        [searching, self.read_due].into_iter().flatten().min()
    }

    fn tick(&mut self, env: &Env) -> Vec<message::Effect> {
        let mut effects = Vec::new();
        if let Some(search) = &mut self.search {
            let ask = search.tick(env.now);
            effects.extend(ask.map(|(generation, query)| {
                message::Effect::Documents(Effect::Search { generation, query })
            }));
        }
        if self.read_due.is_some_and(|due| due <= env.now) {
            effects.extend(self.read(env.now));
        }
        effects
    }

    fn remember(&self) -> Option<Value> {
        self.left()
    }

    fn recall(&mut self, remembered: &Value) {
        self.come_back(remembered);
    }

    fn waiting(&self) -> Option<&Latest> {
        let searching = self.search.as_ref().map(Search::request);
        [
            Some(self.list.request()),
            searching,
            Some(&self.reading),
            Some(&self.counting),
        ]
        .into_iter()
        .flatten()
        .find(|request| request.is_waiting())
    }

    fn status(&self) -> (String, String) {
        view::status(self)
    }

    fn draw(&self, area: Rect, canvas: &mut Canvas<'_, '_>) {
        if self.is_empty() {
            welcome::draw(area, canvas);
        } else {
            view::draw(self, area, canvas);
        }
    }
}
