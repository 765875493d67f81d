//! The screen of search: one query over documents and messages, what was found of each, and what
//! the query was taken for.

mod commands;
mod effects;
mod found;
mod view;

pub(crate) use commands::{COMMANDS, Command};
pub(crate) use effects::{Effect, begin};
pub(crate) use found::{Found, More};

use std::time::Instant;

use crossterm::event::KeyEvent;
use ratatui::layout::Rect;
use serde_json::{Value, json};

use super::{Pane, Pointer, document, thread};
use crate::admin::canvas::{Canvas, Target};
use crate::admin::command::{self, App, Context, Move};
use crate::admin::input::{Input, Typed};
use crate::admin::message::{self, Env};
use crate::admin::request::{Answer, Failure, Generation, Latest};
use crate::admin::search;
use effects::Kind;
use found::{Hit, Parts};

/// Something that happened to the screen.
#[derive(Debug)]
pub(crate) enum Message {
    /// A search is done.
    Found(Generation, Result<Box<Found>, Failure>),
    /// More hits are there.
    More(Generation, Result<Box<More>, Failure>),
}

/// What has the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Focus {
    #[default]
    Query,
    Hits,
}

/// The screen's state.
#[derive(Debug, Default)]
pub(crate) struct Search {
    focus: Focus,
    /// The hits of both kinds, the documents first.
    typed: search::Search<Hit>,
    /// How many there are of each kind.
    parts: Parts,
}

impl Search {
    /// Takes account of what happened.
    pub(crate) fn message(&mut self, message: Message, env: &Env) -> Vec<message::Effect> {
        match message {
            Message::Found(generation, found) => self.found(generation, found, env),
            Message::More(generation, more) => {
                let parts = &mut self.parts;
                let taken = self
                    .typed
                    .take_more(generation, more, |_, more| more.join(parts));
                match taken {
                    Answer::Failed(failure) => vec![message::Effect::failed(failure)],
                    Answer::New(()) | Answer::Late => Vec::new(),
                }
            }
        }
    }

    fn found(
        &mut self,
        generation: Generation,
        found: Result<Box<Found>, Failure>,
        env: &Env,
    ) -> Vec<message::Effect> {
        let mut parts = Parts::default();
        let results = found.map(|found| {
            let (of_each, results) = found.together();
            parts = of_each;
            results
        });
        match self.typed.found(generation, results) {
            Answer::New(()) => {
                self.parts = parts;
                self.wanted_hits(env)
            }
            Answer::Failed(failure) => vec![message::Effect::failed(failure)],
            Answer::Late => Vec::new(),
        }
    }

    /// Asks for more of the kind whose hits are nearly gone through.
    fn wanted_hits(&mut self, env: &Env) -> Vec<message::Effect> {
        let height = view::hits_on(env.room.list);
        let documents = self.parts.documents.hits;
        let all = documents + self.parts.messages.hits;
        let (kind, part) = if self.typed.is_near(documents, height) {
            (Kind::Documents, &self.parts.documents)
        } else if self.typed.is_near(all, height) {
            (Kind::Messages, &self.parts.messages)
        } else {
            return Vec::new();
        };
        let Some(next) = part.next.clone() else {
            return Vec::new();
        };
        let asked = self.typed.begin_more(env.now);
        let more = asked.map(|(generation, query)| Effect::More {
            generation,
            query,
            kind,
            next,
        });
        more.map(message::Effect::Search).into_iter().collect()
    }

    fn own(&mut self, command: Command, env: &Env) -> Vec<message::Effect> {
        match command {
            Command::Query => {
                self.focus = Focus::Query;
                Vec::new()
            }
            Command::ToHits => {
                self.focus = Focus::Hits;
                self.reload(env)
            }
            Command::Open => self.open(),
            Command::OtherPart => {
                let documents = self.parts.documents.hits;
                let to = if self.typed.index() < documents {
                    documents
                } else {
                    0
                };
                // Where there are hits of one kind only, they stay.
                if documents > 0 && self.parts.messages.hits > 0 {
                    self.typed.select(to, view::hits_on(env.room.list));
                }
                self.wanted_hits(env)
            }
            Command::Instead => self.instead(env),
        }
    }

    /// Opens the selected hit: a document at the words that it was found by, a thread at the
    /// message.
    fn open(&self) -> Vec<message::Effect> {
        let open = self.typed.selected().map(|hit| match hit {
            Hit::Document(hit) => message::Message::Document(Box::new(document::Message::Open {
                code: hit.code.clone(),
                then: document::Then::at(hit),
            })),
            Hit::Message(hit) => message::Message::Thread(thread::Message::Open {
                id: hit.thread_id.clone(),
                at: Some(hit.id),
                then: thread::Then::at(hit),
            }),
        });
        open.map(message::Effect::send).into_iter().collect()
    }

    /// The query that is suggested in place of one that finds nothing.
    fn suggested(&self) -> Option<&str> {
        self.typed.suggested()
    }

    fn instead(&mut self, env: &Env) -> Vec<message::Effect> {
        let Some(query) = self.suggested() else {
            return vec![message::Effect::bad("There is no other query to suggest")];
        };
        self.typed.input = Input::filled(query);
        self.reload(env)
    }

    /// One step back: from the hits to the query, from there to where one was.
    fn back(&mut self) -> Vec<message::Effect> {
        match self.focus {
            Focus::Hits => {
                self.focus = Focus::Query;
                Vec::new()
            }
            Focus::Query => vec![message::Effect::Leave],
        }
    }

    fn go(&mut self, to: Move, env: &Env) -> Vec<message::Effect> {
        let height = view::hits_on(env.room.list);
        self.typed.step(to.rows(height), height);
        self.wanted_hits(env)
    }

    fn type_into(
        &mut self,
        typing: impl FnOnce(&mut Input) -> Typed,
        env: &Env,
    ) -> Vec<message::Effect> {
        if self.focus != Focus::Query {
            return Vec::new();
        }
        let emptied = self.typed.type_into(typing, env.now);
        emptied
            .then_some(message::Effect::Drop(effects::SEARCH))
            .into_iter()
            .collect()
    }
}

impl Pane for Search {
    fn context(&self) -> Context {
        match self.focus {
            Focus::Query => Context::Search,
            Focus::Hits => Context::Hits,
        }
    }

    /// What was changed meanwhile is to be seen at once.
    fn entered(&mut self, env: &Env) -> Vec<message::Effect> {
        self.reload(env)
    }

    fn reload(&mut self, env: &Env) -> Vec<message::Effect> {
        self.typed.ask_at(env.now);
        self.tick(env)
    }

    fn command(&mut self, command: command::Command, env: &Env) -> Vec<message::Effect> {
        match command {
            command::Command::Search(command) => self.own(command, env),
            command::Command::Move(to) => self.go(to, env),
            command::Command::App(App::Back) => self.back(),
            _ => Vec::new(),
        }
    }

    fn key(&mut self, key: KeyEvent, env: &Env) -> Vec<message::Effect> {
        self.type_into(|input| input.key(key), env)
    }

    fn paste(&mut self, text: &str, env: &Env) -> Vec<message::Effect> {
        self.type_into(|input| input.paste(text), env)
    }

    fn pointer(&mut self, pointer: Pointer, env: &Env) -> Vec<message::Effect> {
        match pointer {
            Pointer::Wheel(rows, Target::Row(_) | Target::List) => {
                self.typed.step(rows, view::hits_on(env.room.list));
                self.wanted_hits(env)
            }
            Pointer::Click(Target::Row(row)) => {
                let before = self.typed.index();
                let was_here = self.focus == Focus::Hits;
                self.focus = Focus::Hits;
                self.typed.click(row);
                if was_here && before == self.typed.index() {
                    self.open()
                } else {
                    Vec::new()
                }
            }
            _ => Vec::new(),
        }
    }

    fn resized(&mut self, env: &Env) -> Vec<message::Effect> {
        self.typed.step(0, view::hits_on(env.room.list));
        Vec::new()
    }

    fn deadline(&self) -> Option<Instant> {
        self.typed.due()
    }

    fn tick(&mut self, env: &Env) -> Vec<message::Effect> {
        let ask = self.typed.tick(env.now);
        let ask = ask.map(|(generation, query)| Effect::Search { generation, query });
        ask.map(message::Effect::Search).into_iter().collect()
    }

    fn remember(&self) -> Option<Value> {
        let query = self.typed.input.text();
        (!query.is_empty()).then(|| json!({ "query": query }))
    }

    fn recall(&mut self, remembered: &Value) {
        if let Some(query) = remembered["query"].as_str() {
            self.typed.input = Input::filled(query);
        }
    }

    fn waiting(&self) -> Option<&Latest> {
        Some(self.typed.request()).filter(|request| request.is_waiting())
    }

    fn offers(&self, command: command::Command) -> bool {
        let instead = command::Command::Search(Command::Instead);
        command != instead || self.suggested().is_some()
    }

    fn status(&self) -> (String, String) {
        (view::status(self), String::new())
    }

    fn draw(&self, area: Rect, canvas: &mut Canvas<'_, '_>) {
        view::draw(self, area, canvas);
    }
}
