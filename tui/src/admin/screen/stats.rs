//! The screen of figures: the pools, the calls, the database. It reads them again and again while
//! it is shown, and only then; the database is asked on a connection of its own.

mod blocks;
mod chart;
mod commands;
mod effects;
mod history;
mod view;

pub(crate) use commands::{COMMANDS, Command};
pub(crate) use effects::{Effect, begin};

use std::time::{Duration, Instant};

use ratatui::layout::Rect;
use service::{DatabaseFigures, Figures};

use super::{Pane, Pointer};
use crate::admin::canvas::Canvas;
use crate::admin::command::{self, Context};
use crate::admin::message::{self, Env};
use crate::admin::request::{Answer, Failure, Generation, Latest};
use history::{Answers, Use};

/// How often the figures are read, in seconds; the place of the one at first.
const PACES: [u64; 6] = [1, 2, 5, 10, 30, 60];
const PACE: usize = 1;

/// Something that happened to the figures.
#[derive(Debug)]
pub(crate) enum Message {
    /// What the program itself knows is there.
    Calls(Generation, Result<Figures, Failure>),
    /// The database has told of itself, or has not.
    Database(Generation, Result<DatabaseFigures, Failure>),
}

/// Whether the figures go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Flow {
    #[default]
    Live,
    Frozen,
}

/// The screen's state.
#[derive(Debug)]
pub(crate) struct Stats {
    flow: Flow,
    /// Which of the paces.
    pace: usize,
    /// When the figures are to be read next.
    due: Option<Instant>,
    asking_calls: Latest,
    asking_database: Latest,
    calls: Option<Figures>,
    database: Option<DatabaseFigures>,
    /// Why the database did not answer last.
    silent: Option<Failure>,
    used: Use,
    answers: Answers,
    /// The first row on the screen, of what has more than fits.
    top: usize,
}

impl Default for Stats {
    fn default() -> Self {
        Self {
            flow: Flow::default(),
            pace: PACE,
            due: None,
            asking_calls: Latest::default(),
            asking_database: Latest::default(),
            calls: None,
            database: None,
            silent: None,
            used: Use::default(),
            answers: Answers::default(),
            top: 0,
        }
    }
}

impl Stats {
    pub(crate) fn message(&mut self, message: Message) -> Vec<message::Effect> {
        match message {
            Message::Calls(generation, figures) => {
                // What fails here is a store that is not open, which is told elsewhere.
                if let Answer::New(figures) = self.asking_calls.accept(generation, figures) {
                    self.show_calls(figures);
                }
            }
            Message::Database(generation, figures) => {
                match self.asking_database.accept(generation, figures) {
                    Answer::New(figures) => self.show_database(Ok(figures)),
                    Answer::Failed(failure) => self.show_database(Err(failure)),
                    Answer::Late => {}
                }
            }
        }
        Vec::new()
    }

    pub(crate) fn show_calls(&mut self, figures: Figures) {
        self.used.push(&figures.pools);
        self.calls = Some(figures);
    }

    pub(crate) fn show_database(&mut self, figures: Result<DatabaseFigures, Failure>) {
        match figures {
            Ok(figures) => {
                self.answers.push(Some(figures.latency_ms));
                (self.database, self.silent) = (Some(figures), None);
            }
            Err(failure) => {
                self.answers.push(None);
                self.silent = Some(failure);
            }
        }
    }

    fn every(&self) -> Duration {
        Duration::from_secs(PACES[self.pace])
    }

    /// Reads the figures. A database that has not answered yet is not asked again.
    fn read(&mut self, env: &Env) -> Vec<message::Effect> {
        self.due = (self.flow == Flow::Live).then(|| env.now + self.every());
        let calls = Effect::Calls(self.asking_calls.begin(env.now));
        let mut effects = vec![message::Effect::Stats(calls)];
        if !self.asking_database.is_waiting() {
            let database = Effect::Database(self.asking_database.begin(env.now));
            effects.push(message::Effect::Stats(database));
        }
        effects
    }

    fn own(&mut self, command: Command, env: &Env) -> Vec<message::Effect> {
        match command {
            Command::Freeze => {
                self.flow = match self.flow {
                    Flow::Live => Flow::Frozen,
                    Flow::Frozen => Flow::Live,
                };
            }
            Command::Faster => self.pace = self.pace.saturating_sub(1),
            Command::Slower => self.pace = (self.pace + 1).min(PACES.len() - 1),
        }
        if self.flow == Flow::Live {
            return self.read(env);
        }
        self.due = None;
        Vec::new()
    }

    fn scroll(&mut self, rows: isize, env: &Env) {
        let last = view::rows(self, env.room.columns).saturating_sub(env.room.list);
        self.top = self.top.saturating_add_signed(rows).min(last);
    }
}

impl Pane for Stats {
    fn context(&self) -> Context {
        Context::Stats
    }

    fn entered(&mut self, env: &Env) -> Vec<message::Effect> {
        if self.flow == Flow::Frozen {
            return Vec::new();
        }
        self.read(env)
    }

    fn left(&mut self, _env: &Env) -> Vec<message::Effect> {
        self.due = None;
        self.asking_calls.forget();
        self.asking_database.forget();
        vec![
            message::Effect::Drop(effects::CALLS),
            message::Effect::Drop(effects::DATABASE),
        ]
    }

    fn reload(&mut self, env: &Env) -> Vec<message::Effect> {
        self.read(env)
    }

    fn command(&mut self, command: command::Command, env: &Env) -> Vec<message::Effect> {
        match command {
            command::Command::Move(to) => self.scroll(to.rows(env.room.list), env),
            command::Command::Stats(command) => return self.own(command, env),
            _ => {}
        }
        Vec::new()
    }

    fn pointer(&mut self, pointer: Pointer, env: &Env) -> Vec<message::Effect> {
        if let Pointer::Wheel(rows, _) = pointer {
            self.scroll(rows, env);
        }
        Vec::new()
    }

    fn resized(&mut self, env: &Env) -> Vec<message::Effect> {
        self.scroll(0, env);
        Vec::new()
    }

    fn deadline(&self) -> Option<Instant> {
        self.due
    }

    fn tick(&mut self, env: &Env) -> Vec<message::Effect> {
        if self.due.is_some_and(|due| due <= env.now) {
            return self.read(env);
        }
        Vec::new()
    }

    fn status(&self) -> (String, String) {
        let left = match (self.flow, &self.calls) {
            (Flow::Live, _) => format!("every {} s", PACES[self.pace]),
            (Flow::Frozen, Some(calls)) => {
                format!("as of {}", calls.at.format("%Y-%m-%d %H:%M:%S UTC"))
            }
            (Flow::Frozen, None) => String::new(),
        };
        let right = match self.flow {
            Flow::Live => String::new(),
            Flow::Frozen => "frozen".to_owned(),
        };
        (left, right)
    }

    fn draw(&self, area: Rect, canvas: &mut Canvas<'_, '_>) {
        view::draw(self, area, canvas);
    }
}
