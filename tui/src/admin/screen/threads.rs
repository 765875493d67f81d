//! The screen of threads: a list, a search over all that was said, and the last turns of the
//! selected one beside it.

mod asking;
mod commands;
mod effects;
mod export;
mod filter;
mod selected;
mod view;

pub(crate) use asking::{check_id, export_prompt, rename_prompt, turn_pin};
pub(crate) use commands::{COMMANDS, Command};
pub(crate) use effects::{Effect, begin};

use std::time::Instant;

use crossterm::event::KeyEvent;
use ratatui::layout::Rect;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::{
    Estimate, MessageHit, Snippet, ThreadCount, ThreadFilter, ThreadId, ThreadSelection,
};

use super::{Pane, Pointer, search, thread, writing};
use crate::admin::browser::{self, Browser, Focus, Hit, PREVIEW_ROWS, Want};
use crate::admin::canvas::Canvas;
use crate::admin::command::{self, App, Context};
use crate::admin::list::Row;
use crate::admin::marks::Marks;
use crate::admin::message::{self, Env, Tone};
use crate::admin::paths;
use crate::admin::request::{Answer, Failure, Generation, Latest};
use crate::admin::search::Search;

impl Row for service::Thread {
    type Id = ThreadId;

    fn id(&self) -> ThreadId {
        self.id.clone()
    }
}

impl Hit for MessageHit {
    type Id = ThreadId;

    fn of(&self) -> &ThreadId {
        &self.thread_id
    }

    fn snippet(&self) -> &Snippet {
        &self.snippet
    }

    const WHAT: &'static str = "message";

    type Preview = Turns;

    fn is_in(&self, turns: &Turns) -> bool {
        turns.0.iter().any(|turn| turn.id == self.id)
    }
}

/// The last turns of a thread, the latest first.
#[derive(Clone, Debug)]
pub(crate) struct Turns(Vec<service::Message>);

impl browser::Preview for Turns {
    fn bytes(&self) -> usize {
        let bytes = |turn: &service::Message| turn.question.len() + turn.answer.len();
        self.0.iter().map(bytes).sum()
    }
}

/// An answer about the list, its search, and what is beside it.
type Answered = browser::Message<service::Thread, MessageHit, Turns>;

/// Something that happened to the screen.
#[derive(Debug)]
pub(crate) enum Message {
    Browser(Answered),
    /// About how many threads there are.
    Estimated(Generation, Result<Estimate, Failure>),
    /// These are to be shown.
    Filter(String),
    /// A thread is to be made under this id.
    Make(String),
    /// The thread is to have this title.
    Rename(ThreadId, String),
    /// These are to be written here.
    Export(ThreadSelection, String),
    Exported(Result<(Tone, String), Failure>),
    /// These, so many, are to be deleted.
    Delete(ThreadSelection, u64),
    /// What was to be deleted has gone, or has its pin.
    Done,
    /// So many are selected, exactly.
    Counted(Generation, ThreadSelection, Result<ThreadCount, Failure>),
}

/// The order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Order {
    #[default]
    PinnedFirst,
    ByTime,
}

/// How the screen was left.
#[derive(Debug, Serialize, Deserialize)]
struct Left {
    order: Order,
    filter: String,
    #[serde(flatten)]
    browser: browser::Left<ThreadId>,
}

/// The screen's state.
#[derive(Debug, Default)]
pub(crate) struct Threads {
    browser: Browser<service::Thread, MessageHit, Turns>,
    order: Order,
    /// The filter as it was typed.
    filter: String,
    /// Where the list of all was left for a filter, and its order.
    unfiltered: Option<(Order, browser::Spot<ThreadId>)>,
    estimate: Option<Estimate>,
    /// The marks of what is being deleted or pinned.
    changing: Option<Marks<ThreadId>>,
    estimating: Latest,
    counting: Latest,
}

impl Threads {
    /// Takes account of what happened.
    pub(crate) fn message(&mut self, message: Message, env: &Env) -> Vec<message::Effect> {
        match message {
            Message::Browser(answer) => {
                let wants = self.browser.take(answer, env);
                self.wanted(wants)
            }
            Message::Estimated(generation, estimate) => {
                if let Answer::New(estimate) = self.estimating.accept(generation, estimate) {
                    self.estimate = Some(estimate);
                }
                Vec::new()
            }
            Message::Filter(typed) => match filter::parse(&typed) {
                Ok(_) if typed == self.filter => Vec::new(),
                Ok(_) if typed.is_empty() => self.unfilter(env),
                Ok(_) => {
                    if self.filter.is_empty() {
                        self.unfiltered = Some((self.order, self.browser.spot()));
                    }
                    self.filter = typed;
                    let wants = self.browser.begin_anew(env);
                    self.wanted(wants)
                }
                Err(problem) => vec![message::Effect::bad(problem)],
            },
            Message::Make(id) => {
                let id = ThreadId::new(id.as_str());
                let make = id.map(|id| writing::make_thread(id, writing::How::Here));
                make.map(message::Effect::send).into_iter().collect()
            }
            Message::Rename(id, title) => vec![of(Effect::Rename { id, title })],
            Message::Export(selection, path) => {
                let path = paths::typed(&path);
                vec![of(Effect::Export { selection, path })]
            }
            Message::Exported(written) => vec![match written {
                Ok((tone, said)) => message::Effect::Say(tone, said),
                Err(failure) => message::Effect::failed(failure),
            }],
            Message::Delete(selection, count) => {
                self.changing = self.browser.marks();
                vec![of(Effect::Delete { selection, count })]
            }
            Message::Done => {
                let done = self.changing.take();
                self.browser.end_marks(done.as_ref());
                Vec::new()
            }
            Message::Counted(generation, selection, count) => {
                match self.counting.accept(generation, count) {
                    Answer::New(count) => {
                        let title = |id: &ThreadId| self.title(id);
                        vec![asking::delete(selection, count, &self.filter, title)]
                    }
                    Answer::Failed(failure) => vec![message::Effect::failed(failure)],
                    Answer::Late => Vec::new(),
                }
            }
        }
    }

    /// The title of a thread of the list, where it is held and has one.
    fn title(&self, id: &ThreadId) -> Option<String> {
        let mut rows = self.browser.list.rows();
        rows.find(|row| row.id == *id)?.title.clone()
    }

    /// What is selected of what a search found.
    fn hit(&self) -> Option<&MessageHit> {
        self.browser.search().and_then(Search::selected)
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

    fn wanted(&self, wants: Vec<Want<ThreadId>>) -> Vec<message::Effect> {
        let effects = wants.into_iter().flat_map(|want| match want {
            Want::Open => self.open(),
            Want::EndSearch => vec![message::Effect::Drop(effects::SEARCH)],
            Want::Tell(failure) => vec![message::Effect::unread(failure)],
            Want::Unmarked => vec![message::Effect::unmarked()],
            Want::Search(generation, query) => {
                // What is searched is what the list has.
                let query = filter::narrowed(&self.filter, &query);
                let want = Want::Search(generation, query);
                vec![of(Effect::Browse(want, self.filter()))]
            }
            Want::Read(generation, id) if self.hit().is_some_and(|hit| hit.thread_id == id) => {
                // What was found is among the turns that are read.
                let at = self.hit().map(|hit| hit.id);
                at.map(|at| of(Effect::Around { generation, id, at }))
                    .into_iter()
                    .collect()
            }
            want => vec![of(Effect::Browse(want, self.filter()))],
        });
        effects.collect()
    }

    fn own(&mut self, command: Command, env: &Env) -> Vec<message::Effect> {
        if !self.has(command) {
            return vec![message::Effect::bad(browser::NOT_OF_HITS)];
        }
        match command {
            Command::Search => {
                self.browser.begin_search();
                Vec::new()
            }
            Command::ToHits => {
                let wants = self.browser.go_to_hits(env);
                self.wanted(wants)
            }
            Command::Open => self.open(),
            Command::Filter => asking::ask_filter(&self.filter),
            Command::Order => {
                self.order = match self.order {
                    Order::PinnedFirst => Order::ByTime,
                    Order::ByTime => Order::PinnedFirst,
                };
                let wants = self.browser.begin_at_row(env);
                self.wanted(wants)
            }
            Command::Preview => {
                self.browser.turn_beside();
                Vec::new()
            }
            Command::PreviewDown | Command::PreviewUp => {
                let by = if command == Command::PreviewDown {
                    1
                } else {
                    -1
                };
                self.browser.scroll_beside(by * PREVIEW_ROWS);
                Vec::new()
            }
            Command::New => vec![asking::ask_for_id()],
            Command::Pin => self.pin(),
            Command::Rename => self.rename(),
            Command::Delete => self.delete(env),
            Command::Export => self.export(),
            Command::CopyId => {
                let id = self.browser.id().map(|id| id.to_string());
                id.map(message::Effect::Copy).into_iter().collect()
            }
        }
    }

    /// Whether a command means something: some are of the list alone, and not of what a search
    /// found.
    fn has(&self, command: Command) -> bool {
        use Command::{Filter, Order, Pin, Rename};
        let of_list = matches!(command, Filter | Order | Pin | Rename);
        !of_list || self.browser.search().is_none()
    }

    fn open(&self) -> Vec<message::Effect> {
        let hit = self.browser.search().and_then(Search::selected);
        let at = hit.map(|hit| hit.id);
        let then = hit.map_or(thread::Then::Read, thread::Then::at);
        let open = self.browser.id();
        let open = open.map(|id| thread::Message::Open { id, at, then });
        open.map(|open| message::Effect::send(message::Message::Thread(open)))
            .into_iter()
            .collect()
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
        match self.browser.back(env) {
            Some(wants) => self.wanted(wants),
            None if self.filter.is_empty() => Vec::new(),
            None => self.unfilter(env),
        }
    }

    /// Shows all threads, from where one was when the filter came.
    fn unfilter(&mut self, env: &Env) -> Vec<message::Effect> {
        self.filter.clear();
        let wants = match self.unfiltered.take() {
            Some((order, spot)) if order == self.order => self.browser.begin_where_left(spot, env),
            _ => self.browser.begin_at_row(env),
        };
        self.wanted(wants)
    }
}

fn of(effect: Effect) -> message::Effect {
    message::Effect::Threads(effect)
}

impl Pane for Threads {
    fn context(&self) -> Context {
        match self.browser.focus() {
            Focus::Query => Context::Said,
            Focus::List => Context::Threads,
        }
    }

    fn entered(&mut self, env: &Env) -> Vec<message::Effect> {
        if !self.browser.list.is_known() {
            return self.reload(env);
        }
        let wants = self.browser.reread(env);
        self.wanted(wants)
    }

    fn reload(&mut self, env: &Env) -> Vec<message::Effect> {
        let wants = self.browser.reload(env);
        let mut effects = self.wanted(wants);
        effects.push(of(Effect::Estimate(self.estimating.begin(env.now))));
        effects
    }

    fn command(&mut self, command: command::Command, env: &Env) -> Vec<message::Effect> {
        let wants = match command {
            command::Command::Threads(command) => return self.own(command, env),
            command::Command::App(App::Back) => return self.back(env),
            command::Command::Move(to) => self.browser.go(to, env),
            command::Command::Mark(mark) => self.browser.mark(mark, env),
            command::Command::Search(search::Command::Instead) => self.browser.instead(env),
            _ => Vec::new(),
        };
        self.wanted(wants)
    }

    fn went_on(&mut self) -> Vec<message::Effect> {
        super::no_question(&mut self.counting, effects::COUNT, "deleted")
    }

    fn key(&mut self, key: KeyEvent, env: &Env) -> Vec<message::Effect> {
        let wants = self.browser.key(key, env);
        self.wanted(wants)
    }

    fn paste(&mut self, text: &str, env: &Env) -> Vec<message::Effect> {
        let wants = self.browser.paste(text, env);
        self.wanted(wants)
    }

    fn pointer(&mut self, pointer: Pointer, env: &Env) -> Vec<message::Effect> {
        let wants = self.browser.pointer(pointer, env);
        self.wanted(wants)
    }

    fn resized(&mut self, env: &Env) -> Vec<message::Effect> {
        let wants = self.browser.resized(env);
        self.wanted(wants)
    }

    fn deadline(&self) -> Option<Instant> {
        self.browser.deadline()
    }

    fn tick(&mut self, env: &Env) -> Vec<message::Effect> {
        let wants = self.browser.tick(env);
        self.wanted(wants)
    }

    fn remember(&self) -> Option<Value> {
        let left = Left {
            order: self.order,
            filter: self.filter.clone(),
            browser: self.browser.left(),
        };
        serde_json::to_value(left).ok()
    }

    fn recall(&mut self, remembered: &Value) {
        if let Ok(left) = Left::deserialize(remembered) {
            self.order = left.order;
            self.filter = left.filter;
            self.browser.come_back(left.browser);
        }
    }

    fn waiting(&self) -> Option<&Latest> {
        let counting = Some(&self.counting).filter(|request| request.is_waiting());
        self.browser.waiting().or(counting)
    }

    fn offers(&self, command: command::Command) -> bool {
        match command {
            command::Command::Threads(command) => self.has(command),
            command::Command::Search(search::Command::Instead) => self.browser.has_suggestion(),
            _ => true,
        }
    }

    fn status(&self) -> (String, String) {
        view::status(self)
    }

    fn draw(&self, area: Rect, canvas: &mut Canvas<'_, '_>) {
        view::draw(self, area, canvas);
    }
}
