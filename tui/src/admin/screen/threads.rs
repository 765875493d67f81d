//! The screen of threads: a list, a search over all that was said, and the last turns of the
//! selected one beside it.

mod commands;
mod effects;
mod export;
mod filter;
mod view;

pub(crate) use commands::{COMMANDS, Command};
pub(crate) use effects::{Effect, begin};

use std::time::{Duration, Instant};

use crossterm::event::KeyEvent;
use ratatui::layout::Rect;
use service::{
    Estimate, MessageHit, Page, Pin, SearchResults, ThreadCount, ThreadFilter, ThreadId,
    ThreadSelection,
};

use super::{Pane, Pointer, thread};
use crate::admin::canvas::{Canvas, Target};
use crate::admin::command::{self, App, Context, Move};
use crate::admin::input::{Input, Typed};
use crate::admin::list::{Ask, List, Row};
use crate::admin::marks::Marks;
use crate::admin::message::{self, Env};
use crate::admin::overlay::{Confirm, Overlay, Prompt};
use crate::admin::request::{Answer, Failure, Generation, Latest};
use crate::admin::search::Search;
use crate::admin::text::{clean, plural};
use crate::admin::window::Edge;

/// The turns are read once the selection has rested for so long.
const REST: Duration = Duration::from_millis(100);

impl Row for service::Thread {
    type Id = ThreadId;

    fn id(&self) -> ThreadId {
        self.id.clone()
    }
}

/// Something that happened to the screen.
#[derive(Debug)]
pub(crate) enum Message {
    /// A page of the list is there.
    Listed(Generation, Edge, Result<Page<service::Thread>, Failure>),
    /// About how many threads there are.
    Estimated(Generation, Result<Estimate, Failure>),
    /// A search is done.
    Found(Generation, Result<Box<SearchResults<MessageHit>>, Failure>),
    /// The last turns of a thread are there, the latest first.
    Read(Generation, ThreadId, Result<Vec<service::Message>, Failure>),
    /// These are to be shown.
    Filter(String),
    /// The selected thread is to have this title.
    Rename(String),
    /// The selected thread is to be written to this file.
    Export(String),
    Exported(Result<String, Failure>),
    /// These, so many, are to be deleted.
    Delete(ThreadSelection, u64),
    /// So many are selected, exactly.
    Counted(Generation, ThreadSelection, Result<ThreadCount, Failure>),
}

/// What has the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Focus {
    #[default]
    List,
    Query,
}

/// Whether the last turns are shown beside the list, where there is room for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Beside {
    #[default]
    Shown,
    Hidden,
}

/// The order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Order {
    #[default]
    PinnedFirst,
    ByTime,
}

/// The screen's state.
#[derive(Debug, Default)]
pub(crate) struct Threads {
    focus: Focus,
    beside: Beside,
    order: Order,
    /// The filter as it was typed.
    filter: String,
    list: List<service::Thread>,
    estimate: Option<Estimate>,
    estimating: Latest,
    search: Option<Search<MessageHit>>,
    /// The last turns of a thread, the latest first.
    turns: Option<(ThreadId, Vec<service::Message>)>,
    reading: Latest,
    /// When the selected thread's turns are to be read.
    read_due: Option<Instant>,
    counting: Latest,
}

impl Threads {
    /// Takes account of what happened.
    pub(crate) fn message(&mut self, message: Message, env: &Env) -> Vec<message::Effect> {
        match message {
            Message::Listed(generation, edge, page) => {
                match self
                    .list
                    .take(generation, edge, page, env.room.list, env.now)
                {
                    Answer::New(ask) => {
                        self.rest(env.now);
                        self.list_effect(ask)
                    }
                    Answer::Failed(failure) => vec![message::Effect::failed(failure)],
                    Answer::Late => Vec::new(),
                }
            }
            Message::Estimated(generation, estimate) => {
                if let Answer::New(estimate) = self.estimating.accept(generation, estimate) {
                    self.estimate = Some(estimate);
                }
                Vec::new()
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
            Message::Read(generation, id, turns) => match self.reading.accept(generation, turns) {
                Answer::New(turns) => {
                    self.turns = Some((id, turns));
                    Vec::new()
                }
                Answer::Failed(failure) => vec![message::Effect::failed(failure)],
                Answer::Late => Vec::new(),
            },
            Message::Filter(typed) => match filter::parse(&typed) {
                Ok(_) => {
                    self.filter = typed;
                    self.begin_anew(env)
                }
                Err(problem) => vec![message::Effect::bad(problem)],
            },
            Message::Rename(title) => self.on_selected(|id| Effect::Rename { id, title }),
            Message::Export(path) => {
                let path = path.into();
                self.on_selected(|id| Effect::Export { id, path })
            }
            Message::Exported(written) => vec![match written {
                Ok(said) => message::Effect::good(said),
                Err(failure) => message::Effect::failed(failure),
            }],
            Message::Delete(selection, count) => {
                self.list.unmark_all();
                vec![of(Effect::Delete { selection, count })]
            }
            Message::Counted(generation, selection, count) => {
                match self.counting.accept(generation, count) {
                    Answer::New(count) => vec![ask(selection, count)],
                    Answer::Failed(failure) => vec![message::Effect::failed(failure)],
                    Answer::Late => Vec::new(),
                }
            }
        }
    }

    /// What the list has, in its order.
    fn filter(&self) -> ThreadFilter {
        // What is kept was read before.
        let filter = filter::parse(&self.filter).unwrap_or_default();
        match self.order {
            Order::PinnedFirst => filter.pinned_first(),
            Order::ByTime => filter,
        }
    }

    fn begin_anew(&mut self, env: &Env) -> Vec<message::Effect> {
        // What is no longer shown is not to be deleted.
        self.list.unmark_all();
        let ask = self.list.load(Edge::First, env.now);
        self.list_effect(Some(ask))
    }

    fn list_effect(&self, ask: Option<Ask>) -> Vec<message::Effect> {
        let list = |ask: Ask| {
            of(Effect::List {
                generation: ask.generation,
                edge: ask.edge,
                filter: self.filter(),
                page: ask.page,
            })
        };
        ask.map(list).into_iter().collect()
    }

    fn on_selected(&self, effect: impl FnOnce(ThreadId) -> Effect) -> Vec<message::Effect> {
        let id = self.id().cloned();
        id.map(effect).map(of).into_iter().collect()
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
            Command::Filter => {
                let prompt = Prompt::new(
                    "Which threads",
                    "user:NAME, since:DAY and until:DAY; a day is written as 2026-01-31. Esc in the list takes the filter away.",
                    |typed| message::Message::Threads(Message::Filter(typed)),
                );
                vec![message::Effect::Open(Overlay::Prompt(
                    prompt.filled(&self.filter),
                ))]
            }
            Command::Order => {
                self.order = match self.order {
                    Order::PinnedFirst => Order::ByTime,
                    Order::ByTime => Order::PinnedFirst,
                };
                self.begin_anew(env)
            }
            Command::Preview => {
                self.beside = match self.beside {
                    Beside::Shown => Beside::Hidden,
                    Beside::Hidden => Beside::Shown,
                };
                Vec::new()
            }
            Command::Pin => {
                let row = self.list.selected().filter(|_| self.search.is_none());
                let pin = row.map(|row| Effect::Pin {
                    id: row.id.clone(),
                    pin: if row.pinned {
                        Pin::Unpinned
                    } else {
                        Pin::Pinned
                    },
                });
                pin.map(of).into_iter().collect()
            }
            Command::Rename => self.rename(),
            Command::Delete => self.delete(env),
            Command::Export => self.export(),
            Command::CopyId => {
                let copy = |id: &ThreadId| message::Effect::Copy(id.to_string());
                self.id().map(copy).into_iter().collect()
            }
        }
    }

    fn open(&self) -> Vec<message::Effect> {
        let open = match &self.search {
            Some(search) => search.selected().map(|hit| thread::Message::Open {
                id: hit.thread_id.clone(),
                at: Some(hit.id),
                then: thread::Then::Read,
            }),
            None => self.list.selected().map(|row| thread::Message::Open {
                id: row.id.clone(),
                at: None,
                then: thread::Then::Read,
            }),
        };
        open.map(|open| message::Effect::send(message::Message::Thread(open)))
            .into_iter()
            .collect()
    }

    fn rename(&self) -> Vec<message::Effect> {
        let Some(row) = self.list.selected().filter(|_| self.search.is_none()) else {
            return Vec::new();
        };
        let prompt = Prompt::new(
            "Rename",
            format!("The title of {}.", clean(row.id.as_str())),
            |title| message::Message::Threads(Message::Rename(title)),
        );
        vec![message::Effect::Open(Overlay::Prompt(
            prompt.filled(row.title.as_deref().unwrap_or_default()),
        ))]
    }

    fn export(&self) -> Vec<message::Effect> {
        let Some(id) = self.id() else {
            return Vec::new();
        };
        vec![export_prompt(id, |path| {
            message::Message::Threads(Message::Export(path))
        })]
    }

    /// What is marked, or else the selected thread.
    fn selection(&self) -> Option<ThreadSelection> {
        let marks = self.list.marks();
        if marks.is_empty() || self.search.is_some() {
            return Some(ThreadSelection::Ids(vec![self.id()?.clone()]));
        }
        Some(match marks {
            Marks::These(ids) => ThreadSelection::Ids(ids.into_iter().collect()),
            Marks::AllBut(but) => {
                ThreadSelection::MatchingBut(self.filter(), but.into_iter().collect())
            }
        })
    }

    /// Asks before it deletes; first how many threads and messages that are.
    fn delete(&mut self, env: &Env) -> Vec<message::Effect> {
        let Some(selection) = self.selection() else {
            return Vec::new();
        };
        vec![of(Effect::Count {
            generation: self.counting.begin(env.now),
            selection,
        })]
    }

    /// One step back: the marks go first, then the search, then the filter.
    fn back(&mut self, env: &Env) -> Vec<message::Effect> {
        if self.focus == Focus::List && self.list.unmark_all() {
            return Vec::new();
        }
        self.focus = Focus::List;
        if self.search.take().is_some() {
            self.rest(env.now);
            return vec![message::Effect::Drop(effects::SEARCH)];
        }
        if self.filter.is_empty() {
            return Vec::new();
        }
        self.filter.clear();
        self.begin_anew(env)
    }

    /// Moves through the list, or the hits.
    fn go(&mut self, to: Move, env: &Env) -> Vec<message::Effect> {
        let ask = if let Some(search) = &mut self.search {
            let height = view::hits_on(env.room.list);
            search.step(to.rows(height), height);
            None
        } else {
            self.list.go(to, env.room.list, env.now)
        };
        self.moved(ask, env)
    }

    fn moved(&mut self, ask: Option<Ask>, env: &Env) -> Vec<message::Effect> {
        self.rest(env.now);
        self.list_effect(ask)
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

    /// The selection may be another: its turns are read if it stays.
    fn rest(&mut self, now: Instant) {
        let shown = self.turns.as_ref().map(|(id, _)| id);
        let missing = self.id().is_some() && self.id() != shown;
        self.read_due = missing.then(|| now + REST);
    }

    /// The selected thread.
    fn id(&self) -> Option<&ThreadId> {
        match &self.search {
            Some(search) => search.selected().map(|hit| &hit.thread_id),
            None => self.list.selected().map(|row| &row.id),
        }
    }
}

fn of(effect: Effect) -> message::Effect {
    message::Effect::Threads(effect)
}

/// Asks for the file that a thread is to be written to.
pub(super) fn export_prompt(
    id: &ThreadId,
    then: fn(String) -> message::Message,
) -> message::Effect {
    let plain = |char: char| {
        if char.is_alphanumeric() || matches!(char, '-' | '_' | '.') {
            char
        } else {
            '-'
        }
    };
    let name: String = id.as_str().chars().map(plain).take(60).collect();
    let prompt = Prompt::new(
        "Write the thread to a file",
        "Its path; one that ends in .json becomes JSON, any other Markdown. A file that is there is left as it is.",
        then,
    );
    message::Effect::Open(Overlay::Prompt(prompt.filled(&format!("{name}.md"))))
}

/// The question before threads are deleted: it names them, and how many they are.
fn ask(selection: ThreadSelection, count: ThreadCount) -> message::Effect {
    let doing = match count.threads {
        1 => "delete it".to_owned(),
        threads => format!("delete {}", plural(threads, "thread")),
    };
    let about = match &selection {
        ThreadSelection::Ids(ids) => {
            let ids: Vec<&str> = ids.iter().map(ThreadId::as_str).collect();
            ids.join(", ")
        }
        _ => "Every thread that is marked, also those that are not on the screen.".to_owned(),
    };
    let delete = message::Message::Threads(Message::Delete(selection, count.threads));
    let confirm = Confirm::new("Delete", doing, delete)
        .about(about)
        .about(format!(
            "{} with {}. They go into the trash, and can be restored.",
            plural(count.threads, "thread"),
            plural(count.messages, "message")
        ));
    message::Effect::Open(Overlay::Confirm(confirm))
}

impl Pane for Threads {
    fn context(&self) -> Context {
        match self.focus {
            Focus::Query => Context::Said,
            Focus::List => Context::Threads,
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
        self.turns = None;
        let ask = self.list.reload(env.now);
        let mut effects = self.list_effect(Some(ask));
        effects.push(of(Effect::Estimate(self.estimating.begin(env.now))));
        if let Some(search) = &mut self.search {
            search.ask_at(env.now);
            effects.extend(self.tick(env));
        }
        effects
    }

    fn command(&mut self, command: command::Command, env: &Env) -> Vec<message::Effect> {
        match command {
            command::Command::Threads(command) => self.own(command, env),
            command::Command::Move(to) => self.go(to, env),
            command::Command::Mark(mark) if self.search.is_none() => {
                let ask = self.list.mark(mark, env.room.list, env.now);
                self.moved(ask, env)
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
        match pointer {
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
                let before = self.id().cloned();
                self.focus = Focus::List;
                let ask = if let Some(search) = &mut self.search {
                    search.click(row);
                    None
                } else {
                    self.list.click(row, env.room.list, env.now)
                };
                let again = before.as_ref() == self.id();
                let mut effects = self.moved(ask, env);
                if again {
                    effects.extend(self.open());
                }
                effects
            }
            _ => Vec::new(),
        }
    }

    fn resized(&mut self, env: &Env) -> Vec<message::Effect> {
        if let Some(search) = &mut self.search {
            search.step(0, view::hits_on(env.room.list));
        }
        let ask = self.list.resized(env.room.list, env.now);
        self.list_effect(ask)
    }

    fn deadline(&self) -> Option<Instant> {
        let searching = self.search.as_ref().and_then(Search::due);
        [searching, self.read_due].into_iter().flatten().min()
    }

    fn tick(&mut self, env: &Env) -> Vec<message::Effect> {
        let mut effects = Vec::new();
        if let Some(search) = &mut self.search {
            let ask = search.tick(env.now);
            effects.extend(ask.map(|(generation, query)| of(Effect::Search { generation, query })));
        }
        if self.read_due.is_some_and(|due| due <= env.now) {
            self.read_due = None;
            let generation = self.reading.begin(env.now);
            effects.extend(self.on_selected(|id| Effect::Read { generation, id }));
        }
        effects
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
        view::draw(self, area, canvas);
    }
}
