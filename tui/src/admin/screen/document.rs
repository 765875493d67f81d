//! The screen of one document: it is read, looked through, and its history is seen.

mod commands;
mod effects;
mod history;
mod opening;
mod past;
mod present;
mod view;

pub(crate) use commands::{COMMANDS, Command};
pub(crate) use effects::{Effect, begin};

use crossterm::event::KeyEvent;
use ratatui::layout::Rect;
use serde::Deserialize;
use serde_json::{Value, json};
use service::{Page, Revision, RevisionSummary};

use crate::admin::canvas::{Canvas, Target};
use crate::admin::command::{self, App, Context, Move};
use crate::admin::drafts::{Draft, Found};
use crate::admin::find::Needles;
use crate::admin::input::{Input, Typed};
use crate::admin::message::{self, Env};
use crate::admin::request::{Answer, Failure, Generation, Latest};
use crate::admin::screen::writing::{self, How};
use crate::admin::screen::{Pane, Pointer, documents};
use crate::admin::window::Edge;
use history::{After, History};
use present::{Left, Present, Seek, Shown};

/// Something that happened to the screen.
#[derive(Debug)]
pub(crate) enum Message {
    /// The document with this code is to be shown.
    Open { code: String, then: Then },
    /// A document and its draft are there; None where the document has gone.
    Read(
        Generation,
        Result<(Option<service::Document>, Found), Failure>,
    ),
    /// Its text was saved, and it is this now; None where it has to be read again.
    Saved(Option<service::Document>),
    /// A page of the history is there.
    Listed(Generation, Edge, Result<Page<RevisionSummary>, Failure>),
    /// A version and what followed it are there.
    Compared(Generation, Result<Option<(Revision, After)>, Failure>),
    /// The version is to be brought back.
    Restore(i64),
}

/// What is done once a document is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    Read,
    Edit(How),
    /// This draft of it is edited on.
    Resume(Box<Draft>),
    /// These words are looked for, from a place on where one is known.
    Find(Vec<String>, Option<service::Place>),
}

impl Then {
    /// Shows where a search found something.
    pub(crate) fn at(hit: &service::DocumentHit) -> Self {
        let spans = hit.snippet.spans.iter().filter(|span| span.matched);
        let words = spans.map(|span| span.text.clone()).collect();
        Self::Find(words, hit.place.clone())
    }
}

/// What has the screen.
#[derive(Debug, Default)]
enum Mode {
    #[default]
    Reading,
    /// Words to be found are typed.
    Finding(Input),
    History(Box<History>),
}

/// The screen's state.
#[derive(Debug, Default)]
pub(crate) struct Document {
    code: String,
    /// What is done once it is there for the first time.
    then: Option<Then>,
    reading: Latest,
    present: Option<Present>,
    /// The document has been deleted.
    is_gone: bool,
    mode: Mode,
    needles: Needles,
    /// Where it was left when the program was used last.
    left_at: Option<Left>,
    /// A key came before it was there.
    is_passed: bool,
}

impl Document {
    pub(crate) fn message(&mut self, message: Message, env: &Env) -> Vec<message::Effect> {
        match message {
            Message::Open { code, then } => self.open(code, then, env),
            Message::Read(generation, read) => match self.reading.accept(generation, read) {
                Answer::New((document, found)) => self.read(document, found, env),
                Answer::Failed(failure) => vec![message::Effect::unread(failure)],
                Answer::Late => Vec::new(),
            },
            Message::Saved(Some(document)) if document.code == self.code => {
                self.read(Some(document), Found::default(), env)
            }
            Message::Saved(_) => self.reload(env),
            Message::Listed(generation, edge, page) => {
                let Mode::History(history) = &mut self.mode else {
                    return Vec::new();
                };
                match history
                    .list
                    .take(generation, edge, page, env.room.list, env.now)
                {
                    Answer::New(ask) => {
                        let mut effects = self.list_effect(ask);
                        effects.extend(self.compare(env));
                        effects
                    }
                    Answer::Failed(failure) => vec![message::Effect::unread(failure)],
                    Answer::Late => Vec::new(),
                }
            }
            Message::Compared(generation, compared) => {
                let Mode::History(history) = &mut self.mode else {
                    return Vec::new();
                };
                match history.comparing.accept(generation, compared) {
                    Answer::New(Some((before, after))) => history.compare(&before, &after),
                    Answer::New(None) => history.compared = None,
                    Answer::Failed(failure) => return vec![message::Effect::unread(failure)],
                    Answer::Late => {}
                }
                Vec::new()
            }
            Message::Restore(version) => {
                self.mode = Mode::Reading;
                let code = self.code.clone();
                vec![message::Effect::Document(Effect::Restore { code, version })]
            }
        }
    }

    /// What is known about the document is shown.
    fn shows_metadata(&self) -> bool {
        let shown = self.present.as_ref().map(Present::shown);
        shown == Some(Shown::About)
    }

    fn back(&mut self, env: &Env) -> Vec<message::Effect> {
        match &self.mode {
            Mode::Finding(_) => {
                self.look_for(Needles::default());
                self.mode = Mode::Reading;
                Vec::new()
            }
            Mode::History(_) => {
                self.mode = Mode::Reading;
                Vec::new()
            }
            Mode::Reading if !self.needles.is_empty() => {
                self.look_for(Needles::default());
                Vec::new()
            }
            Mode::Reading if self.shows_metadata() => self.show(Shown::Rendered, env),
            Mode::Reading => vec![message::Effect::Leave],
        }
    }

    fn own(&mut self, command: Command, env: &Env) -> Vec<message::Effect> {
        match command {
            Command::Leave => self.back(env),
            Command::CopyText => {
                let copy =
                    |present: &Present| message::Effect::Copy(present.lines.text().to_owned());
                self.present.as_ref().map(copy).into_iter().collect()
            }
            Command::Export => vec![documents::export_prompt(self.code.clone())],
            Command::Edit => self.write(How::Here),
            Command::EditOutside => self.write(How::Outside(0)),
            Command::EditMetadata => {
                let is_there = self.present.is_some();
                let begin = is_there.then(|| self.metadata_to_write(How::Here));
                begin.map(writing::open).into_iter().collect()
            }
            Command::Find => {
                self.mode = Mode::Finding(Input::default());
                Vec::new()
            }
            Command::Found => {
                self.mode = Mode::Reading;
                Vec::new()
            }
            Command::Next => {
                self.seek(Seek::Next, env);
                Vec::new()
            }
            Command::Previous => {
                self.seek(Seek::Previous, env);
                Vec::new()
            }
            Command::Source => self.show(Shown::Source, env),
            Command::About => self.show(Shown::About, env),
            Command::History => self.history(env),
            Command::Restore => self.ask_restore(),
            Command::Whole => {
                if let Mode::History(history) = &mut self.mode {
                    history.turn();
                }
                Vec::new()
            }
            Command::Rename => {
                let name = self.present.as_ref().map(|present| &present.document.name);
                let prompt = name.map(|name| documents::rename_prompt(&self.code, name));
                prompt.into_iter().collect()
            }
            Command::Tag => vec![documents::tag_prompt(self.code.clone())],
            Command::Delete => vec![documents::delete_question(self.code.clone())],
        }
    }

    /// Shows another part, or the usual one again.
    fn show(&mut self, shown: Shown, env: &Env) -> Vec<message::Effect> {
        if let Some(present) = &mut self.present {
            let line = present.line();
            let is_text = present.shown() != Shown::About;
            present.show(if present.shown() == shown {
                Shown::Rendered
            } else {
                shown
            });
            present.prepare(env);
            // The same text in another form is read on where one was.
            if is_text && present.shown() != Shown::About {
                present.go_to_line(line);
            }
        }
        Vec::new()
    }

    fn seek(&mut self, seek: Seek, env: &Env) {
        if let Some(present) = &mut self.present {
            present.seek(seek, env);
        }
    }

    fn look_for(&mut self, needles: Needles) {
        if let Some(present) = &mut self.present {
            present.look_for(needles.clone());
        }
        self.needles = needles;
    }

    fn type_find(&mut self, typing: impl FnOnce(&mut Input) -> Typed, env: &Env) {
        if let Mode::Finding(input) = &mut self.mode
            && typing(input) == Typed::Text
        {
            let needles = Needles::new([input.text().trim()]);
            self.look_for(needles);
            self.seek(Seek::Here, env);
        }
    }
}

impl Pane for Document {
    fn context(&self) -> Context {
        match &self.mode {
            Mode::Reading => Context::Document,
            Mode::Finding(_) => Context::Find,
            Mode::History(_) => Context::History,
        }
    }

    fn entered(&mut self, _env: &Env) -> Vec<message::Effect> {
        Vec::new()
    }

    fn reload(&mut self, env: &Env) -> Vec<message::Effect> {
        if self.code.is_empty() {
            return Vec::new();
        }
        vec![message::Effect::Document(Effect::Read {
            generation: self.reading.begin(env.now),
            code: self.code.clone(),
        })]
    }

    fn command(&mut self, command: command::Command, env: &Env) -> Vec<message::Effect> {
        match (command, &mut self.mode) {
            (command::Command::Document(command), _) => self.own(command, env),
            (command::Command::App(App::Back), _) => self.back(env),
            (
                command::Command::Move(to @ (Move::HalfUp | Move::HalfDown)),
                Mode::History(history),
            ) => {
                history.scroll(to.rows(env.room.text), env);
                Vec::new()
            }
            (command::Command::Move(to), Mode::History(history)) => {
                let ask = history.list.go(to, env.room.list, env.now);
                let mut effects = self.list_effect(ask);
                effects.extend(self.compare(env));
                effects
            }
            (command::Command::Move(to), _) => {
                if let Some(present) = &mut self.present {
                    present.go(to, env);
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// A question about its draft would take the keys that are meant for the text.
    fn went_on(&mut self) -> Vec<message::Effect> {
        self.is_passed |= self.reading.is_waiting();
        Vec::new()
    }

    fn holds_keys(&self) -> bool {
        let is_to_be_written = matches!(self.then, Some(Then::Edit(_) | Then::Resume(_)));
        is_to_be_written && self.reading.is_waiting()
    }

    fn key(&mut self, key: KeyEvent, env: &Env) -> Vec<message::Effect> {
        self.type_find(|input| input.key(key), env);
        Vec::new()
    }

    fn paste(&mut self, text: &str, env: &Env) -> Vec<message::Effect> {
        self.type_find(|input| input.paste(text), env);
        Vec::new()
    }

    fn pointer(&mut self, pointer: Pointer, env: &Env) -> Vec<message::Effect> {
        match (pointer, &mut self.mode) {
            (Pointer::Wheel(rows, Target::Text), Mode::History(history)) => {
                history.scroll(rows, env);
            }
            (Pointer::Click(Target::Row(row)), Mode::History(history)) => {
                let ask = history.list.click(row, env.room.list, env.now);
                let mut effects = self.list_effect(ask);
                effects.extend(self.compare(env));
                return effects;
            }
            (Pointer::Wheel(rows, _), _) => {
                if let Some(present) = &mut self.present {
                    present.scroll(rows, env);
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn resized(&mut self, env: &Env) -> Vec<message::Effect> {
        if let Some(present) = &mut self.present {
            present.prepare(env);
        }
        match &mut self.mode {
            Mode::History(history) => {
                let ask = history.list.resized(env.room.list, env.now);
                self.list_effect(ask)
            }
            Mode::Reading | Mode::Finding(_) => Vec::new(),
        }
    }

    fn remember(&self) -> Option<Value> {
        let left = self.present.as_ref().map(Present::left).or(self.left_at);
        Some(json!({ "code": self.code, "at": left }))
    }

    fn recall(&mut self, remembered: &Value) {
        if let Some(code) = remembered["code"].as_str() {
            code.clone_into(&mut self.code);
            self.left_at = Left::deserialize(&remembered["at"]).ok();
        }
    }

    fn waiting(&self) -> Option<&Latest> {
        let others = match &self.mode {
            Mode::History(history) => Some(&history.comparing),
            Mode::Reading | Mode::Finding(_) => None,
        };
        [Some(&self.reading), others]
            .into_iter()
            .flatten()
            .find(|request| request.is_waiting())
    }

    fn offers(&self, command: command::Command) -> bool {
        let restore = command::Command::Document(Command::Restore);
        command != restore || self.version().is_some()
    }

    fn status(&self) -> (String, String) {
        view::status(self)
    }

    fn draw(&self, area: Rect, canvas: &mut Canvas<'_, '_>) {
        view::draw(self, area, canvas);
    }
}
