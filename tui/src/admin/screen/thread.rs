//! The screen of one thread: its turns as cards, and what a model sees of it.

mod budget;
pub(crate) mod cards;
mod commands;
mod deck;
mod effects;
mod finding;
mod seen;
mod turns;
mod view;

pub(crate) use commands::{COMMANDS, Command};
pub(crate) use effects::{Effect, begin};

use crossterm::event::KeyEvent;
use ratatui::layout::Rect;
use serde::Deserialize;
use serde_json::{Value, json};
use service::context::Preview;
use service::{MessageId, Page, ThreadId};

use super::threads::{self, export_prompt};
use super::writing::How;
use crate::admin::canvas::{Canvas, Target};
use crate::admin::command::{self, App, Context, Move};
use crate::admin::drafts::Draft;
use crate::admin::find::Needles;
use crate::admin::input::Input;
use crate::admin::list::Ask;
use crate::admin::message::{self, Env};
use crate::admin::overlay::{Confirm, Overlay};
use crate::admin::request::{Answer, Failure, Generation, Latest};
use crate::admin::screen::{Pane, Pointer, Screen, document};
use crate::admin::text::{clean, cut};
use crate::admin::window::Edge;
use deck::{Deck, Seek};
use finding::{Going, Place};
use seen::Seen;

/// Something that happened to the screen.
#[derive(Debug)]
pub(crate) enum Message {
    /// This thread is to be shown, at this turn or at its end.
    Open {
        id: ThreadId,
        at: Option<MessageId>,
        then: Then,
    },
    /// What is known of the thread and the drafts of its turns are there; None where it has gone.
    Read(
        Generation,
        Result<(Option<service::Thread>, Vec<Draft>), Failure>,
    ),
    /// A page of its turns is there, the latest first.
    Listed(Generation, Edge, Result<Page<service::Message>, Failure>),
    Previewed(Generation, Result<Option<Preview>, Failure>),
    /// A turn was saved: there.
    Saved(At),
    /// The turn is to be deleted.
    Delete(MessageId),
    /// The next turn with what is looked for; None where there is none.
    Found(Generation, Result<Option<Place>, Failure>),
    /// So many tokens were typed for what a model sees.
    Budget(String),
}

/// What is done once a thread is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    Read,
    /// This draft of one of its turns is written on.
    Resume(Box<Draft>),
    /// These words are looked for, from where this snippet of the turn is.
    Find(Vec<String>, String),
}

/// Where a turn was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// Among those that are shown.
    Here,
    /// At the end of the thread.
    Latest,
}

/// What has the screen.
#[derive(Debug, Default)]
enum Mode {
    #[default]
    Cards,
    /// Words to be found are typed.
    Finding(Input),
    Seen(Box<Seen>),
}

/// The screen's state.
#[derive(Debug, Default)]
pub(crate) struct Thread {
    id: Option<ThreadId>,
    about: Option<service::Thread>,
    /// What is done once it is there for the first time.
    then: Option<Then>,
    reading: Latest,
    is_gone: bool,
    deck: Deck,
    /// Where in the turn that is read one goes once it is there.
    going: Option<Going>,
    /// What is looked for is sought beyond the turns that are held.
    seeking: Latest,
    /// The latest turn is to be changed once it is there.
    to_edit: Option<How>,
    /// The turn that was selected when the program was left.
    left_at: Option<MessageId>,
    mode: Mode,
}

impl Thread {
    /// Takes account of what happened.
    pub(crate) fn message(&mut self, message: Message, env: &Env) -> Vec<message::Effect> {
        match message {
            Message::Open { id, at, then } => self.open(id, at, then, env),
            Message::Read(generation, thread) => match self.reading.accept(generation, thread) {
                Answer::New((thread, drafts)) => {
                    self.is_gone = thread.is_none();
                    self.about = thread;
                    self.begin(drafts)
                }
                Answer::Failed(failure) => vec![message::Effect::unread(failure)],
                Answer::Late => Vec::new(),
            },
            Message::Listed(generation, edge, page) => {
                match self.deck.take(generation, edge, page, env) {
                    Answer::New(ask) => {
                        let mut effects = self.list_effect(ask);
                        effects.extend(self.arrive(env));
                        if let Some(how) = self.to_edit.take() {
                            effects.extend(self.edit(how));
                        }
                        effects
                    }
                    Answer::Failed(failure) => vec![message::Effect::unread(failure)],
                    Answer::Late => Vec::new(),
                }
            }
            Message::Previewed(generation, preview) => {
                let Mode::Seen(seen) = &mut self.mode else {
                    return Vec::new();
                };
                match seen.request.accept(generation, preview) {
                    Answer::New(preview) => seen.put(preview),
                    Answer::Failed(failure) => return vec![message::Effect::unread(failure)],
                    Answer::Late => {}
                }
                Vec::new()
            }
            Message::Saved(At::Here) => self.reload(env),
            Message::Saved(At::Latest) => self.show_latest(env),
            Message::Delete(id) => vec![of(Effect::Delete(id))],
            Message::Budget(typed) => self.budget(&typed, env),
            Message::Found(generation, found) => self.found(generation, found, env),
        }
    }

    fn open(
        &mut self,
        id: ThreadId,
        at: Option<MessageId>,
        then: Then,
        env: &Env,
    ) -> Vec<message::Effect> {
        *self = Self {
            id: Some(id.clone()),
            ..Self::default()
        };
        if let Then::Find(words, snippet) = &then {
            self.deck.look_for(Needles::new(words));
            self.going = Some(Going::ToSnippet(snippet.clone()));
        }
        self.then = Some(then);
        let mut effects = self.read(env);
        effects.extend(match at {
            None => {
                let ask = self.deck.show_latest(env);
                self.list_effect(Some(ask))
            }
            Some(at) => self.show(id, at, env),
        });
        effects.push(message::Effect::Go(Screen::Thread));
        effects
    }

    /// Shows the turns around one.
    fn show(&mut self, id: ThreadId, at: MessageId, env: &Env) -> Vec<message::Effect> {
        let generation = self.deck.show(at, env).generation;
        vec![of(Effect::Around { generation, id, at })]
    }

    /// Shows the end of the thread, which has another turn now.
    fn show_latest(&mut self, env: &Env) -> Vec<message::Effect> {
        let ask = self.deck.show_latest(env);
        let mut effects = self.read(env);
        effects.extend(self.list_effect(Some(ask)));
        effects
    }

    fn read(&mut self, env: &Env) -> Vec<message::Effect> {
        let Some(id) = self.id.clone() else {
            return Vec::new();
        };
        vec![of(Effect::About {
            generation: self.reading.begin(env.now),
            id,
        })]
    }

    fn list_effect(&self, ask: Option<Ask>) -> Vec<message::Effect> {
        let list = |(ask, id): (Ask, ThreadId)| {
            of(Effect::List {
                generation: ask.generation,
                edge: ask.edge,
                id,
                page: ask.page,
            })
        };
        let wanted = ask.zip(self.id.clone());
        wanted.map(list).into_iter().collect()
    }

    pub(super) fn id(&self) -> Option<&ThreadId> {
        self.id.as_ref()
    }

    fn go(&mut self, to: Move, env: &Env) -> Vec<message::Effect> {
        if let Mode::Seen(seen) = &mut self.mode {
            seen.go(to, env.room.columns, env.room.text, &env.theme);
            return Vec::new();
        }
        let ask = self.deck.go(to, env);
        self.list_effect(ask)
    }

    fn own(&mut self, command: Command, env: &Env) -> Vec<message::Effect> {
        match command {
            Command::Leave => self.back(),
            Command::Find => {
                self.mode = Mode::Finding(Input::default());
                Vec::new()
            }
            Command::Next => self.seek(Seek::Next, env),
            Command::Previous => self.seek(Seek::Previous, env),
            Command::Fold => {
                self.deck.turn_fold(env);
                Vec::new()
            }
            Command::FoldAll => {
                self.deck.turn_folds(env);
                Vec::new()
            }
            Command::Seen => {
                self.mode = Mode::Seen(Box::default());
                self.preview(env)
            }
            Command::More | Command::Less => {
                let by = if command == Command::More { 1 } else { -1 };
                let is_other = match &mut self.mode {
                    Mode::Seen(seen) => seen.change(by),
                    Mode::Cards | Mode::Finding(_) => false,
                };
                if is_other {
                    self.preview(env)
                } else {
                    Vec::new()
                }
            }
            Command::Budget => self.ask_budget(),
            Command::Whole => {
                if let Mode::Seen(seen) = &mut self.mode {
                    seen.turn(env.room.columns, env.room.text, &env.theme);
                }
                Vec::new()
            }
            Command::Append => self.append(),
            Command::Edit => self.edit(How::Here),
            // The answer is what is long.
            Command::EditOutside => self.edit(How::Outside(1)),
            Command::Delete => self.delete(),
            Command::Rename => {
                let about = self.about.as_ref();
                about.map(threads::rename_prompt).into_iter().collect()
            }
            Command::Pin => {
                let about = self.about.as_ref();
                about.map(threads::turn_pin).into_iter().collect()
            }
            Command::CopyTurn => {
                let copy = |turn: &service::Message| {
                    message::Effect::Copy(format!("{}\n\n{}", turn.question, turn.answer))
                };
                self.deck.selected().map(copy).into_iter().collect()
            }
        }
    }

    fn delete(&self) -> Vec<message::Effect> {
        let Some(turn) = self.deck.selected() else {
            return Vec::new();
        };
        let delete = message::Message::Thread(Message::Delete(turn.id));
        let confirm = Confirm::new("Delete", "delete the turn", delete)
            .about(cut(&clean(&turn.question), 120))
            .about("It goes into the trash, and can be restored.");
        vec![message::Effect::Open(Overlay::Confirm(confirm))]
    }

    /// One step back.
    fn back(&mut self) -> Vec<message::Effect> {
        match &self.mode {
            Mode::Cards if !self.deck.needles.is_empty() => {
                self.deck.look_for(Needles::default());
                Vec::new()
            }
            Mode::Cards => vec![message::Effect::Leave],
            Mode::Finding(_) => {
                self.deck.look_for(Needles::default());
                self.mode = Mode::Cards;
                Vec::new()
            }
            Mode::Seen(_) => {
                self.mode = Mode::Cards;
                Vec::new()
            }
        }
    }
}

fn of(effect: Effect) -> message::Effect {
    message::Effect::Thread(effect)
}

impl Pane for Thread {
    fn context(&self) -> Context {
        match self.mode {
            Mode::Cards => Context::Thread,
            Mode::Finding(_) => Context::Find,
            Mode::Seen(_) => Context::Seen,
        }
    }

    fn entered(&mut self, _env: &Env) -> Vec<message::Effect> {
        Vec::new()
    }

    fn reload(&mut self, env: &Env) -> Vec<message::Effect> {
        let mut effects = self.read(env);
        if let Some((id, at)) = self.id.clone().zip(self.left_at.take()) {
            effects.extend(self.show(id, at, env));
            return effects;
        }
        let ask = self.deck.reload(env);
        effects.extend(self.list_effect(Some(ask)));
        effects.extend(self.preview(env));
        effects
    }

    fn command(&mut self, command: command::Command, env: &Env) -> Vec<message::Effect> {
        match command {
            command::Command::Thread(command) => self.own(command, env),
            command::Command::Document(document::Command::Found) => self.end_finding(env),
            command::Command::Threads(threads::Command::Export) => {
                let id = self.id.clone();
                id.map(export_prompt).into_iter().collect()
            }
            command::Command::Move(to) => self.go(to, env),
            command::Command::App(App::Back) => self.back(),
            _ => Vec::new(),
        }
    }

    fn key(&mut self, key: KeyEvent, env: &Env) -> Vec<message::Effect> {
        self.type_find(|input| input.key(key), env)
    }

    fn paste(&mut self, text: &str, env: &Env) -> Vec<message::Effect> {
        self.type_find(|input| input.paste(text), env)
    }

    fn holds_keys(&self) -> bool {
        self.to_edit.is_some() && self.deck.request().is_waiting()
    }

    fn pointer(&mut self, pointer: Pointer, env: &Env) -> Vec<message::Effect> {
        match (pointer, &self.mode) {
            (Pointer::Wheel(rows, _), Mode::Cards | Mode::Finding(_)) => {
                let ask = self.deck.scroll(rows, env);
                self.list_effect(ask)
            }
            (Pointer::Click(Target::Row(index)), Mode::Cards | Mode::Finding(_)) => {
                let ask = self.deck.select(index, env);
                self.list_effect(ask)
            }
            _ => Vec::new(),
        }
    }

    fn resized(&mut self, env: &Env) -> Vec<message::Effect> {
        if matches!(self.mode, Mode::Cards | Mode::Finding(_)) {
            self.deck.resized(env);
        }
        Vec::new()
    }

    fn remember(&self) -> Option<Value> {
        let at = self.deck.selected().map(|turn| turn.id);
        Some(json!({ "thread": self.id.as_ref()?, "turn": at }))
    }

    fn recall(&mut self, remembered: &Value) {
        self.id = ThreadId::deserialize(&remembered["thread"]).ok();
        self.left_at = MessageId::deserialize(&remembered["turn"]).ok();
    }

    fn waiting(&self) -> Option<&Latest> {
        let of_mode = match &self.mode {
            Mode::Cards | Mode::Finding(_) => None,
            Mode::Seen(seen) => Some(&seen.request),
        };
        let own = [&self.reading, self.deck.request(), &self.seeking];
        own.into_iter()
            .chain(of_mode)
            .find(|request| request.is_waiting())
    }

    fn status(&self) -> (String, String) {
        match &self.mode {
            Mode::Seen(seen) => seen.status(),
            Mode::Cards | Mode::Finding(_) => view::status(self),
        }
    }

    fn draw(&self, area: Rect, canvas: &mut Canvas<'_, '_>) {
        match &self.mode {
            Mode::Cards | Mode::Finding(_) => view::draw(self, area, canvas),
            Mode::Seen(seen) => seen.draw(area, canvas),
        }
    }
}
