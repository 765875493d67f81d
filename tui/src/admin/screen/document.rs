//! The screen of one document.

mod commands;
mod effects;
mod view;

pub(crate) use commands::{COMMANDS, Command};
pub(crate) use effects::{Effect, begin};

use crate::admin::command::{self, App, Context, Move};
use crate::admin::message::{self, Env};
use crate::admin::pager::{Lines, Place};
use crate::admin::request::{Answer, Failure, Generation, Latest};
use crate::admin::screen::{Pane, Pointer, Screen};

/// Something that happened to the screen.
#[derive(Debug)]
pub(crate) enum Message {
    /// The document with this code is to be shown.
    Open(String),
    /// A document is there; None where it has gone.
    Read(Generation, Result<Option<service::Document>, Failure>),
}

/// A document that is there.
#[derive(Debug)]
struct Present {
    document: service::Document,
    lines: Lines,
}

/// The screen's state.
#[derive(Debug, Default)]
pub(crate) struct Document {
    code: String,
    reading: Latest,
    present: Option<Present>,
    /// The document has been deleted.
    is_gone: bool,
    /// The first row on the screen.
    place: Place,
}

impl Document {
    pub(crate) fn message(&mut self, message: Message, env: &Env) -> Vec<message::Effect> {
        match message {
            Message::Open(code) => {
                if code != self.code {
                    *self = Self {
                        code,
                        ..Self::default()
                    };
                }
                let mut effects = self.reload(env);
                effects.push(message::Effect::Go(Screen::Document));
                effects
            }
            Message::Read(generation, document) => {
                match self.reading.accept(generation, document) {
                    Answer::New(document) => {
                        self.is_gone = document.is_none();
                        self.present = document.map(|mut document| {
                            let lines = Lines::new(std::mem::take(&mut document.content));
                            Present { document, lines }
                        });
                        Vec::new()
                    }
                    Answer::Failed(failure) => vec![message::Effect::failed(failure)],
                    Answer::Late => Vec::new(),
                }
            }
        }
    }

    fn go(&mut self, to: Move, env: &Env) {
        let (columns, height) = (env.room.columns, env.room.text);
        let Some(Present { lines, .. }) = &self.present else {
            return;
        };
        self.place = match to {
            Move::First => Place::default(),
            Move::Last => lines.last(columns, height),
            to => lines.scroll(self.place, to.rows(height), columns, height),
        };
    }
}

impl Pane for Document {
    fn context(&self) -> Context {
        Context::Document
    }

    fn entered(&mut self, _env: &Env) -> Vec<message::Effect> {
        Vec::new()
    }

    fn reload(&mut self, env: &Env) -> Vec<message::Effect> {
        vec![message::Effect::Document(Effect::Read {
            generation: self.reading.begin(env.now),
            code: self.code.clone(),
        })]
    }

    fn command(&mut self, command: command::Command, env: &Env) -> Vec<message::Effect> {
        match command {
            command::Command::Move(to) => {
                self.go(to, env);
                Vec::new()
            }
            command::Command::App(App::Back) | command::Command::Document(Command::Leave) => {
                vec![message::Effect::Go(Screen::Documents)]
            }
            command::Command::Document(Command::CopyText) => {
                let copy =
                    |present: &Present| message::Effect::Copy(present.lines.text().to_owned());
                self.present.as_ref().map(copy).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn pointer(&mut self, pointer: Pointer, env: &Env) -> Vec<message::Effect> {
        if let (Pointer::Wheel(rows, _), Some(Present { lines, .. })) = (pointer, &self.present) {
            self.place = lines.scroll(self.place, rows, env.room.columns, env.room.text);
        }
        Vec::new()
    }

    fn waiting(&self) -> Option<&Latest> {
        Some(&self.reading).filter(|reading| reading.is_waiting())
    }

    fn status(&self) -> (String, String) {
        view::status(self)
    }

    fn draw(&self, area: ratatui::layout::Rect, canvas: &mut crate::admin::canvas::Canvas<'_, '_>) {
        view::draw(self, area, canvas);
    }
}
