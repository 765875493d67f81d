//! The screen of the program's own log: its last records, the latest at the bottom. It waits for
//! new ones while it is shown, and does nothing else by itself.

mod commands;
mod effects;
mod view;

pub(crate) use commands::{COMMANDS, Command};
pub(crate) use effects::{Effect, begin};

use std::collections::VecDeque;

use crossterm::event::KeyEvent;

use super::{Pane, Pointer};
use crate::admin::canvas::{Canvas, Target};
use crate::admin::command::{self, App, Context};
use crate::admin::input::{Input, Typed};
use crate::admin::message::{self, Env};
use crate::admin::text::{exact, plural};
use crate::admin::window::scrolled;
use crate::logging::{Grade, KEPT, Record};

/// Something that happened to the log.
#[derive(Debug)]
pub(crate) enum Message {
    /// There are new records.
    Logged(Vec<Record>),
}

/// What has the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Focus {
    #[default]
    Records,
    Filter,
}

/// Whether the selected record is shown in full, where there is room for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Whole {
    #[default]
    Shown,
    Hidden,
}

/// The screen's state.
#[derive(Debug, Default)]
pub(crate) struct Log {
    records: VecDeque<Record>,
    /// The least grave records that are shown; None for all.
    least: Option<Grade>,
    filter: Option<Input>,
    focus: Focus,
    whole: Whole,
    /// Which of the records are shown, by their places.
    shown: Vec<usize>,
    /// The selected one by its number; None for the last, whichever that is.
    selected: Option<u64>,
    /// The first row on the screen.
    top: usize,
}

impl Log {
    pub(crate) fn message(&mut self, message: Message, env: &Env) -> Vec<message::Effect> {
        match message {
            Message::Logged(mut records) => {
                // Those that came while they were asked for again are there already.
                let last = self.records.back().map_or(0, |record| record.number);
                records.retain(|record| record.number > last);
                let room = KEPT.saturating_sub(records.len());
                let over = self.records.len().saturating_sub(room);
                self.records.drain(..over);
                self.records.extend(records);
                self.show(env);
                vec![self.wait()]
            }
        }
    }

    fn wait(&self) -> message::Effect {
        let after = self.records.back().map_or(0, |record| record.number);
        message::Effect::Log(Effect::Wait { after })
    }

    /// The letters that records are filtered by.
    fn letters(&self) -> String {
        self.filter
            .as_ref()
            .map_or_else(String::new, |input| input.text().to_lowercase())
    }

    /// Finds out what is shown.
    fn show(&mut self, env: &Env) {
        let letters = self.letters();
        let has = |text: &str| letters.is_empty() || text.to_lowercase().contains(&letters);
        let wanted = |record: &Record| {
            self.least.is_none_or(|least| record.grade >= least)
                && (has(&record.words) || has(&record.source))
        };
        let records = self.records.iter().enumerate();
        self.shown = records
            .filter_map(|(place, record)| wanted(record).then_some(place))
            .collect();
        self.scroll(env);
    }

    /// The row of the selected record: of the next one, where it is not shown any longer.
    fn row(&self) -> usize {
        let last = self.shown.len().saturating_sub(1);
        self.selected.map_or(last, |number| {
            self.shown
                .partition_point(|place| self.records[*place].number < number)
                .min(last)
        })
    }

    fn scroll(&mut self, env: &Env) {
        let rows = env.room.list.max(1);
        self.top = scrolled(self.top, self.row(), rows, self.shown.len());
    }

    fn step(&mut self, by: isize, env: &Env) {
        let last = self.shown.len().saturating_sub(1);
        let row = self.row().saturating_add_signed(by).min(last);
        self.select(row, env);
    }

    fn select(&mut self, row: usize, env: &Env) {
        let record = self.shown.get(row).map(|place| &self.records[*place]);
        self.selected = record
            .filter(|_| row + 1 < self.shown.len())
            .map(|record| record.number);
        self.scroll(env);
    }

    fn selected(&self) -> Option<&Record> {
        self.shown
            .get(self.row())
            .map(|place| &self.records[*place])
    }

    fn back(&mut self, env: &Env) {
        self.focus = Focus::Records;
        self.filter = None;
        self.show(env);
    }

    fn own(&mut self, command: Command, env: &Env) -> Vec<message::Effect> {
        match command {
            Command::Level => {
                self.least = match self.least {
                    None => Some(Grade::Info),
                    Some(Grade::Info) => Some(Grade::Warning),
                    Some(Grade::Warning) => Some(Grade::Error),
                    Some(_) => None,
                };
                self.show(env);
            }
            Command::Filter => {
                self.filter.get_or_insert_default();
                self.focus = Focus::Filter;
            }
            Command::ToRecords => {
                self.focus = Focus::Records;
                if self.letters().is_empty() {
                    self.filter = None;
                }
            }
            Command::Whole => {
                self.whole = match self.whole {
                    Whole::Shown => Whole::Hidden,
                    Whole::Hidden => Whole::Shown,
                };
            }
            Command::CopyRecord => {
                let copy = |record| message::Effect::Copy(view::full(record));
                return self.selected().map(copy).into_iter().collect();
            }
        }
        Vec::new()
    }
}

impl Pane for Log {
    fn context(&self) -> Context {
        match self.focus {
            Focus::Records => Context::Log,
            Focus::Filter => Context::LogFilter,
        }
    }

    fn entered(&mut self, _env: &Env) -> Vec<message::Effect> {
        vec![self.wait()]
    }

    fn left(&mut self, _env: &Env) -> Vec<message::Effect> {
        vec![message::Effect::Drop(effects::WAIT)]
    }

    /// It is up to date as long as it waits; where another store was opened, it has to begin.
    fn reload(&mut self, _env: &Env) -> Vec<message::Effect> {
        vec![self.wait()]
    }

    fn command(&mut self, command: command::Command, env: &Env) -> Vec<message::Effect> {
        match command {
            command::Command::Move(to) => self.step(to.rows(env.room.list), env),
            command::Command::App(App::Back) => self.back(env),
            command::Command::Log(command) => return self.own(command, env),
            _ => {}
        }
        Vec::new()
    }

    fn key(&mut self, key: KeyEvent, env: &Env) -> Vec<message::Effect> {
        if let Some(input) = &mut self.filter
            && self.focus == Focus::Filter
            && input.key(key) == Typed::Text
        {
            self.show(env);
        }
        Vec::new()
    }

    fn paste(&mut self, text: &str, env: &Env) -> Vec<message::Effect> {
        if let Some(input) = &mut self.filter
            && self.focus == Focus::Filter
            && input.paste(text) == Typed::Text
        {
            self.show(env);
        }
        Vec::new()
    }

    fn pointer(&mut self, pointer: Pointer, env: &Env) -> Vec<message::Effect> {
        match pointer {
            Pointer::Click(Target::Row(row)) => {
                let row = (self.top + row).min(self.shown.len().saturating_sub(1));
                self.select(row, env);
            }
            Pointer::Wheel(rows, _) => self.step(rows, env),
            Pointer::Click(_) | Pointer::At(..) | Pointer::Drag(..) => {}
        }
        Vec::new()
    }

    fn resized(&mut self, env: &Env) -> Vec<message::Effect> {
        self.scroll(env);
        Vec::new()
    }

    fn status(&self) -> (String, String) {
        let all = u64::try_from(self.records.len()).unwrap_or(u64::MAX);
        let mut said = plural(all, "record");
        if self.shown.len() < self.records.len() {
            said = format!("{} of {said}", exact(self.shown.len() as u64));
        }
        if let Some(least) = self.least {
            said = format!("{said}, {}", view::level(least));
        }
        if self.selected.is_none() {
            said += ", new ones are followed";
        }
        (said, String::new())
    }

    fn draw(&self, area: ratatui::layout::Rect, canvas: &mut Canvas<'_, '_>) {
        view::draw(self, area, canvas);
    }
}
