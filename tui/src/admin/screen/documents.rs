//! The screen of documents: a list, a search as one types, and the selected text beside it.

mod asking;
mod changes;
mod commands;
mod effects;
mod export;
mod filter;
mod preview;
mod view;
mod welcome;

pub(crate) use asking::{
    ask_for_code, check_name, delete_question, export_prompt, rename_prompt, tag_prompt,
};
pub(crate) use commands::{COMMANDS, Command};
pub(crate) use effects::{Effect, begin};
pub(crate) use export::Exported;

use asking::Wish;
use changes::Change;

use std::time::Instant;

use crossterm::event::KeyEvent;
use ratatui::layout::Rect;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::{DocumentFilter, DocumentHit, DocumentSelection, DocumentSort, DocumentSummary};
use service::{Estimate, Snippet};

use super::writing::How;
use super::{Pane, Pointer, document, ingest, search};
use crate::admin::browser::{self, Browser, Focus, Hit, PREVIEW_ROWS, Want};
use crate::admin::canvas::Canvas;
use crate::admin::command::{self, App, Context};
use crate::admin::list::Row;
use crate::admin::marks::Marks;
use crate::admin::message::{self, Env};
use crate::admin::request::{Answer, Failure, Generation, Latest};
use crate::admin::search::Search;
use preview::Preview;

impl Row for DocumentSummary {
    type Id = String;

    fn id(&self) -> String {
        self.code.clone()
    }
}

impl Hit for DocumentHit {
    type Id = String;

    fn of(&self) -> &String {
        &self.code
    }

    fn snippet(&self) -> &Snippet {
        &self.snippet
    }

    const WHAT: &'static str = "document";

    type Preview = Preview;
}

/// An answer about the list, its search, and what is beside it.
type Answered = browser::Message<DocumentSummary, DocumentHit, Preview>;

/// Something that happened to the screen.
#[derive(Debug)]
pub(crate) enum Message {
    Browser(Answered),
    /// Something was asked for in words.
    Wish(Wish),
    /// What was to be deleted has gone.
    Deleted,
    /// A document was made under this code.
    Made(String),
    /// Documents were written to this path.
    Exported(Result<Exported, Failure>, String),
    /// About how many documents there are.
    Estimated(Generation, Result<Estimate, Failure>),
    /// So many are marked, exactly.
    Counted(Generation, DocumentSelection, Result<u64, Failure>),
    /// The sample is in the store: so many documents and turns.
    SampleLoaded(Generation, Result<(usize, u64), Failure>),
}

/// How the screen was left.
#[derive(Debug, Serialize, Deserialize)]
struct Left {
    order: String,
    /// The filter, as it was typed; none where the list has all.
    #[serde(default)]
    filter: Option<String>,
    #[serde(flatten)]
    browser: browser::Left<String>,
}

/// The screen's state.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    browser: Browser<DocumentSummary, DocumentHit, Preview>,
    order: DocumentSort,
    /// The filter, as it was typed.
    filter: String,
    /// Where the list of all was left for a filter, and its order.
    unfiltered: Option<(DocumentSort, browser::Spot<String>)>,
    /// About how many there are in the store.
    estimate: Option<Estimate>,
    /// The marks of what is being deleted.
    deleting: Option<Marks<String>>,
    loading: Latest,
    counting: Latest,
    estimating: Latest,
}

impl Documents {
    /// Takes account of what happened.
    pub(crate) fn message(&mut self, message: Message, env: &Env) -> Vec<message::Effect> {
        match message {
            Message::Browser(answer) => {
                let wants = self.browser.take(answer, env);
                self.wanted(wants)
            }
            Message::Wish(wish) => self.wish(wish, env),
            Message::Deleted => {
                let done = self.deleting.take();
                self.browser.end_marks(done.as_ref());
                Vec::new()
            }
            Message::Made(code) => {
                let mut effects = self.show_new(code.clone(), env);
                effects.push(open(&code, document::Then::Read));
                effects
            }
            Message::Exported(Ok(exported), path) => {
                let (tone, said) = changes::said(&exported, &path);
                let mut effects = vec![message::Effect::Say(tone, said)];
                // One is told with the rest; several are listed.
                if exported.failed.len() > 1 {
                    effects.push(asking::not_written(&exported));
                }
                effects
            }
            Message::Exported(Err(failure), _) => vec![message::Effect::failed(failure)],
            Message::Estimated(generation, estimate) => {
                // A number that is not known is no reason to say anything.
                if let Answer::New(estimate) = self.estimating.accept(generation, estimate) {
                    self.estimate = Some(estimate);
                }
                Vec::new()
            }
            Message::Counted(generation, selection, count) => {
                match self.counting.accept(generation, count) {
                    Answer::New(count) => vec![asking::delete(selection, count, &self.filter)],
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

    fn wanted(&self, wants: Vec<Want<String>>) -> Vec<message::Effect> {
        let effects = wants.into_iter().flat_map(|want| match want {
            Want::Open => self.open(),
            Want::EndSearch => vec![message::Effect::Drop(effects::SEARCH)],
            Want::Tell(failure) => vec![message::Effect::unread(failure)],
            Want::Unmarked => vec![message::Effect::unmarked()],
            Want::Search(generation, query) => {
                // What is searched is what the list has.
                let query = filter::narrowed(&self.filter, &query);
                let want = Want::Search(generation, query);
                vec![message::Effect::Documents(Effect::Browse(
                    want,
                    self.filter(),
                ))]
            }
            want => vec![message::Effect::Documents(Effect::Browse(
                want,
                self.filter(),
            ))],
        });
        effects.collect()
    }

    /// The store is known to have no document.
    pub(crate) fn is_empty(&self) -> bool {
        self.browser.is_empty() && self.filter.is_empty()
    }

    /// What the list has, in its order.
    fn filter(&self) -> DocumentFilter {
        // What is kept was read before.
        let filter = filter::parse(&self.filter).unwrap_or_default();
        filter.sorted(self.order)
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
            Command::Edit => {
                let code = self.browser.id();
                let edit = code.map(|code| open(&code, document::Then::Edit(How::Here)));
                edit.into_iter().collect()
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
            Command::Sort => {
                self.order = match self.order {
                    DocumentSort::NewestFirst => DocumentSort::Name,
                    DocumentSort::Name => DocumentSort::Code,
                    DocumentSort::Code => DocumentSort::NewestFirst,
                };
                let wants = self.browser.begin_at_row(env);
                self.wanted(wants)
            }
            Command::CopyCode => {
                let code = self.browser.id();
                code.map(message::Effect::Copy).into_iter().collect()
            }
            Command::Filter => asking::filter(&self.filter),
            Command::Tag => self.tag(),
            Command::Export => self.export(),
            Command::Ingest => {
                let begin = Box::new(ingest::Message::Begin);
                vec![message::Effect::send(message::Message::Ingest(begin))]
            }
            Command::New => vec![ask_for_code("", None)],
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

    /// Whether a command means something: some are of the list alone, and not of what a search
    /// found.
    fn has(&self, command: Command) -> bool {
        let of_list = matches!(command, Command::Sort | Command::Filter | Command::Rename);
        !of_list || self.browser.search().is_none()
    }

    /// Opens the selected document; a hit at the words that it was found by.
    fn open(&self) -> Vec<message::Effect> {
        let hit = self.browser.search().and_then(Search::selected);
        let then = hit.map_or(document::Then::Read, document::Then::at);
        let code = self.browser.id();
        code.map(|code| open(&code, then)).into_iter().collect()
    }

    /// Shows the documents that a filter has, in its own order where it has one.
    fn narrow(&mut self, typed: String, env: &Env) -> Vec<message::Effect> {
        match filter::parse(&typed) {
            Ok(_) if typed == self.filter => Vec::new(),
            Ok(_) if typed.is_empty() => self.unfilter(env),
            Ok(filter) => {
                if self.filter.is_empty() {
                    self.unfiltered = Some((self.order, self.browser.spot()));
                }
                self.order = filter.own_sort().unwrap_or(self.order);
                self.filter = typed;
                let wants = self.browser.begin_anew(env);
                self.wanted(wants)
            }
            Err(said) => vec![message::Effect::bad(said)],
        }
    }

    /// One step back: the marks go first, then the search, then the filter.
    fn back(&mut self, env: &Env) -> Vec<message::Effect> {
        match self.browser.back(env) {
            Some(wants) => self.wanted(wants),
            None if self.filter.is_empty() => Vec::new(),
            None => self.unfilter(env),
        }
    }

    /// Shows all documents, from where one was when the filter came.
    fn unfilter(&mut self, env: &Env) -> Vec<message::Effect> {
        self.filter.clear();
        let Some((order, spot)) = self.unfiltered.take() else {
            self.order = DocumentSort::default();
            let wants = self.browser.begin_at_row(env);
            return self.wanted(wants);
        };
        self.order = order;
        let wants = self.browser.begin_where_left(spot, env);
        self.wanted(wants)
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
        match self.browser.focus() {
            Focus::Query => Context::Query,
            Focus::List if self.is_empty() => Context::Welcome,
            Focus::List => Context::Documents,
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
        let generation = self.estimating.begin(env.now);
        effects.push(message::Effect::Documents(Effect::Estimate(generation)));
        effects
    }

    fn command(&mut self, command: command::Command, env: &Env) -> Vec<message::Effect> {
        let wants = match command {
            command::Command::Documents(command) => return self.own(command, env),
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
            order: filter::name_of(self.order).to_owned(),
            filter: (!self.filter.is_empty()).then(|| self.filter.clone()),
            browser: self.browser.left(),
        };
        serde_json::to_value(left).ok()
    }

    fn recall(&mut self, remembered: &Value) {
        if let Ok(left) = Left::deserialize(remembered) {
            self.order = filter::order_of(&left.order);
            let filter = left.filter.filter(|typed| filter::parse(typed).is_ok());
            self.filter = filter.unwrap_or_default();
            self.browser.come_back(left.browser);
        }
    }

    fn waiting(&self) -> Option<&Latest> {
        let counting = Some(&self.counting).filter(|request| request.is_waiting());
        self.browser.waiting().or(counting)
    }

    fn offers(&self, command: command::Command) -> bool {
        match command {
            command::Command::Documents(command) => self.has(command),
            command::Command::Search(search::Command::Instead) => self.browser.has_suggestion(),
            _ => true,
        }
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
