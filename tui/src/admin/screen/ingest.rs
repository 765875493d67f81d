//! The screen where files are taken in: what would be done is looked at before it is done, and
//! what was done can be looked at and taken back.

mod answers;
mod asking;
mod chooser;
mod commands;
mod effects;
mod listing;
mod look;
mod runs;
mod setup;
mod spot;
mod taking;
mod view;
mod work;

pub(crate) use commands::{COMMANDS, Command};
pub(crate) use effects::{Effect, begin};

use std::sync::Arc;

use crossterm::event::KeyEvent;
use ratatui::layout::Rect;
use serde_json::Value;
use service::ingest::{Diff, IngestProgress, IngestReport, Plan, RunDetails, RunSummary};
use service::{Act, BatchId, Page, RunId, UndoScope};

use super::{Pane, Pointer, Screen};
use crate::admin::canvas::Canvas;
use crate::admin::command::{self, App, Context};
use crate::admin::message::{self, Env};
use crate::admin::request::{Failure, Generation, Latest};
use crate::admin::window::Edge;
use chooser::Folders;
use runs::Runs;
use setup::Setting;
use taking::Taking;

/// Something that happened to the screen.
#[derive(Debug)]
pub(crate) enum Message {
    /// A folder is to be chosen and taken in.
    Begin,
    /// Folders are there to choose from.
    Browsed(Generation, Result<Folders, Failure>),
    /// A setting was typed.
    Typed(Setting, String),
    /// Files are compared, or taken in; so far it is.
    Progressed(Generation, IngestProgress),
    Planned(Generation, Result<Arc<Plan>, Failure>),
    /// A file was compared with its document; None where there is nothing to compare any longer.
    Compared(Generation, Result<Option<Diff>, Failure>),
    /// The plan is to be carried out.
    Run,
    Ran(Generation, Result<Box<IngestReport>, Failure>),
    /// A page of the earlier runs is there.
    Listed(Generation, Edge, Result<Page<RunSummary>, Failure>),
    /// One of them is there; None where it has gone.
    Shown(Generation, Result<Option<Box<RunDetails>>, Failure>),
    /// A page of what it did.
    Acts(Generation, Edge, Result<Page<Act>, Failure>),
    /// What an undo of it would take back is known.
    Scoped(Generation, RunId, Result<UndoScope, Failure>),
    /// It is to be taken back.
    Undo(RunId),
}

/// What the screen has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    #[default]
    New,
    Earlier,
}

/// The screen's state.
#[derive(Debug, Default)]
pub(crate) struct Ingest {
    part: Part,
    taking: Taking,
    runs: Runs,
}

impl Ingest {
    /// Takes account of what happened.
    pub(crate) fn message(&mut self, message: Message, env: &Env) -> Vec<message::Effect> {
        match message {
            Message::Begin => {
                self.part = Part::New;
                let mut effects = vec![message::Effect::Go(Screen::Ingest)];
                effects.extend(self.taking.begin(env));
                effects
            }
            Message::Browsed(generation, found) => self.taking.browsed(generation, found, env),
            Message::Typed(setting, typed) => self.taking.set(setting, &typed),
            Message::Progressed(generation, at) => {
                self.taking.progressed(generation, at, env);
                Vec::new()
            }
            Message::Planned(generation, plan) => self.taking.planned(generation, plan),
            Message::Compared(generation, diff) => self.taking.compared(generation, diff),
            Message::Run => self.taking.run(env),
            Message::Ran(generation, report) => self.taking.ran(generation, report),
            Message::Listed(generation, edge, page) => {
                self.runs.listed(generation, edge, page, env)
            }
            Message::Shown(generation, run) => self.runs.show(generation, run, env),
            Message::Acts(generation, edge, page) => self.runs.acts(generation, edge, page, env),
            Message::Scoped(generation, run, scope) => self.runs.scoped(generation, run, scope),
            Message::Undo(run) => vec![message::Effect::Undo(run.into(), None)],
        }
    }

    /// What this batch did was taken back.
    pub(crate) fn undone(&mut self, batch: BatchId) {
        self.taking.undone(batch);
    }

    fn turn(&mut self, env: &Env) -> Vec<message::Effect> {
        self.part = match self.part {
            Part::New => Part::Earlier,
            Part::Earlier => Part::New,
        };
        self.reload(env)
    }

    fn back(&mut self, env: &Env) -> Vec<message::Effect> {
        match self.part {
            Part::New => self.taking.back(),
            Part::Earlier if self.runs.back() => Vec::new(),
            Part::Earlier => self.turn(env),
        }
    }
}

fn of(effect: Effect) -> message::Effect {
    message::Effect::Ingest(effect)
}

impl Pane for Ingest {
    fn context(&self) -> Context {
        match self.part {
            Part::New => self.taking.context(),
            Part::Earlier => self.runs.context(),
        }
    }

    fn entered(&mut self, env: &Env) -> Vec<message::Effect> {
        self.reload(env)
    }

    /// A plan stays as it is until another one is asked for.
    fn reload(&mut self, env: &Env) -> Vec<message::Effect> {
        match self.part {
            Part::New => Vec::new(),
            Part::Earlier => self.runs.reload(env),
        }
    }

    fn command(&mut self, command: command::Command, env: &Env) -> Vec<message::Effect> {
        match (command, self.part) {
            (command::Command::Ingest(Command::OtherPart), _) => self.turn(env),
            (command::Command::Ingest(command), Part::New) => self.taking.command(command, env),
            (command::Command::Ingest(command), Part::Earlier) => self.runs.command(command, env),
            (command::Command::Move(to), Part::New) => {
                let by = to.rows(self.taking.height(env));
                self.taking.step(by, env);
                Vec::new()
            }
            (command::Command::Move(to), Part::Earlier) => self.runs.go(to, env),
            (command::Command::App(App::Back), _) => self.back(env),
            _ => Vec::new(),
        }
    }

    fn went_on(&mut self) -> Vec<message::Effect> {
        super::no_question(&mut self.runs.scoping, effects::SCOPE, "taken back")
    }

    fn key(&mut self, key: KeyEvent, env: &Env) -> Vec<message::Effect> {
        self.taking.key(key, env)
    }

    fn paste(&mut self, text: &str, env: &Env) -> Vec<message::Effect> {
        self.taking.paste(text, env)
    }

    fn pointer(&mut self, pointer: Pointer, env: &Env) -> Vec<message::Effect> {
        match self.part {
            Part::New => self.taking.pointer(pointer, env),
            Part::Earlier => self.runs.pointer(pointer, env),
        }
    }

    fn resized(&mut self, env: &Env) -> Vec<message::Effect> {
        match self.part {
            Part::New => {
                self.taking.step(0, env);
                Vec::new()
            }
            Part::Earlier => self.runs.resized(env),
        }
    }

    fn remember(&self) -> Option<Value> {
        self.taking.setup.remember()
    }

    fn recall(&mut self, remembered: &Value) {
        self.taking.setup.recall(remembered);
    }

    fn waiting(&self) -> Option<&Latest> {
        match self.part {
            Part::New => self.taking.waiting(),
            Part::Earlier => self.runs.waiting(),
        }
    }

    fn status(&self) -> (String, String) {
        match self.part {
            Part::New => self.taking.status(),
            Part::Earlier => (self.runs.status(), String::new()),
        }
    }

    fn draw(&self, area: Rect, canvas: &mut Canvas<'_, '_>) {
        view::draw(self, area, canvas);
    }
}
