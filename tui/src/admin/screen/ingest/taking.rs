//! A run in the making: what is taken in is set, the plan is looked at and carried out, and what
//! came of it is shown.

use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::KeyEvent;

use super::chooser::{Chooser, Purpose};
use super::commands::Command;
use super::effects::Effect;
use super::listing::{Class, Listing, Source};
use super::look::Look;
use super::setup::{Place, Setting, Setup, Ways};
use super::work::Work;
use super::{asking, of};
use crate::admin::canvas::Target;
use crate::admin::command::Context;
use crate::admin::message::{self, Env};
use crate::admin::overlay::Overlay;
use crate::admin::request::Latest;
use crate::admin::screen::Pointer;

/// How far it is.
#[derive(Debug, Default)]
pub(super) enum Stage {
    /// What is taken in is set.
    #[default]
    Setup,
    Choosing(Box<Chooser>),
    /// Files are compared, or taken in.
    Working(Work),
    /// A plan, or what was done, and one file of it where that is looked at.
    Files(Box<Listing>, Option<Box<Look>>),
}

#[derive(Debug, Default)]
pub(super) struct Taking {
    pub(super) setup: Setup,
    pub(super) stage: Stage,
    pub(super) working: Latest,
}

impl Taking {
    pub(super) fn context(&self) -> Context {
        match &self.stage {
            Stage::Setup => Context::Ingest,
            Stage::Choosing(_) => Context::Folder,
            Stage::Working(_) => Context::Taking,
            Stage::Files(_, Some(_)) => Context::File,
            Stage::Files(listing, None) => match listing.source {
                Source::Plan(_) => Context::Plan,
                Source::Report(_) => Context::Taken,
            },
        }
    }

    /// A folder is to be chosen, unless something is going on.
    pub(super) fn begin(&mut self, env: &Env) -> Vec<message::Effect> {
        match self.stage {
            Stage::Working(_) => Vec::new(),
            _ => self.choose(Purpose::Alone, env),
        }
    }

    fn choose(&mut self, purpose: Purpose, env: &Env) -> Vec<message::Effect> {
        // Beside the folder that was chosen before there are likely others.
        let near = match purpose {
            Purpose::Instead(place) => self.setup.folders.get(place),
            Purpose::OneMore => self.setup.folders.last(),
            Purpose::Alone => None,
        };
        let near = near.and_then(|folder| folder.parent());
        let base = near.map_or_else(PathBuf::new, PathBuf::from);
        let (chooser, effect) = Chooser::begin(base, purpose, env.now);
        self.stage = Stage::Choosing(Box::new(chooser));
        vec![of(effect)]
    }

    pub(super) fn command(&mut self, command: Command, env: &Env) -> Vec<message::Effect> {
        match (command, &mut self.stage) {
            (Command::Add, Stage::Setup) => self.choose(Purpose::OneMore, env),
            (Command::Change, Stage::Setup) => self.change(env),
            (Command::Drop, Stage::Setup) => {
                self.setup.drop(self.setup.selected());
                self.setup.spot.step(0, self.setup.len(), env.room.list);
                Vec::new()
            }
            (Command::Choose, Stage::Choosing(chooser)) => {
                let (folder, purpose) = (chooser.chosen(), chooser.purpose);
                let is_first = self.setup.folders.is_empty();
                self.setup.put(folder, purpose);
                self.stage = Stage::Setup;
                // Nothing else must be set.
                if is_first || purpose == Purpose::Alone {
                    return self.plan(env);
                }
                Vec::new()
            }
            (Command::Into, Stage::Choosing(chooser)) => {
                chooser.go_into(env.now).map(of).into_iter().collect()
            }
            (Command::Plan, Stage::Setup | Stage::Files(..)) => self.plan(env),
            (Command::Run, Stage::Files(listing, _)) => match &listing.source {
                Source::Plan(plan) if plan.changes_nothing() => {
                    vec![message::Effect::bad("There is nothing to do")]
                }
                Source::Plan(_) if listing.count(Some(Class::Vanished)) == 0 => self.run(env),
                Source::Plan(plan) if plan.removes_vanished() => asking::confirm(listing),
                Source::Plan(_) => self.run(env),
                Source::Report(_) => Vec::new(),
            },
            (Command::Look, Stage::Files(..)) => self.look(env),
            (Command::NextClass, Stage::Files(listing, _)) => {
                listing.turn(1);
                Vec::new()
            }
            (Command::PreviousClass, Stage::Files(listing, _)) => {
                listing.turn(-1);
                Vec::new()
            }
            (Command::Open, Stage::Files(listing, look)) => {
                let entry = look.as_ref().map(|look| look.entry.clone());
                let entry = entry.or_else(|| listing.entry(listing.spot.selected()));
                let open = entry.map(|entry| asking::open(&listing.source, entry));
                open.into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Changes the selected row of the form.
    fn change(&mut self, env: &Env) -> Vec<message::Effect> {
        match self.setup.selected() {
            Place::Folder(folder) => self.choose(Purpose::Instead(folder), env),
            Place::Another => self.choose(Purpose::OneMore, env),
            Place::Setting(setting) => match setting.ways() {
                Ways::OneOf(_) => {
                    self.setup.turn(setting);
                    Vec::new()
                }
                Ways::Typed(_) => {
                    let prompt = asking::prompt(setting).filled(self.setup.typed(setting));
                    vec![message::Effect::Open(Overlay::Prompt(prompt))]
                }
            },
        }
    }

    /// Takes what was typed for a setting.
    pub(super) fn set(&mut self, setting: Setting, typed: &str) -> Vec<message::Effect> {
        let before = self.setup.typed(setting).to_owned();
        self.setup.set(setting, typed);
        match self.setup.options() {
            Ok(_) => Vec::new(),
            Err(said) => {
                self.setup.set(setting, &before);
                vec![message::Effect::bad(said)]
            }
        }
    }

    /// Has the files compared with the store.
    fn plan(&mut self, env: &Env) -> Vec<message::Effect> {
        if self.setup.folders.is_empty() {
            return self.choose(Purpose::OneMore, env);
        }
        let options = match self.setup.options() {
            Ok(options) => Box::new(options),
            Err(said) => return vec![message::Effect::bad(said)],
        };
        let folders = self.setup.folders.clone();
        let what = format!("comparing {} with the store", asking::named(&folders));
        self.stage = Stage::Working(Work::new(what));
        let generation = self.working.begin(env.now);
        vec![of(Effect::Plan {
            generation,
            folders,
            options,
        })]
    }

    /// Has the plan carried out.
    pub(super) fn run(&mut self, env: &Env) -> Vec<message::Effect> {
        let Stage::Files(listing, _) = &self.stage else {
            return Vec::new();
        };
        let Source::Plan(plan) = &listing.source else {
            return Vec::new();
        };
        let plan = Arc::clone(plan);
        let what = format!("taking {} in", asking::named(&self.setup.folders));
        self.stage = Stage::Working(Work::new(what));
        let generation = self.working.begin(env.now);
        vec![of(Effect::Run { generation, plan })]
    }

    /// Looks at the selected file.
    fn look(&mut self, env: &Env) -> Vec<message::Effect> {
        let Stage::Files(listing, look) = &mut self.stage else {
            return Vec::new();
        };
        let selected = listing.selected();
        let entry = selected.and_then(|at| Some((at, listing.entry_at(at)?)));
        let Some((at, entry)) = entry else {
            return Vec::new();
        };
        let is_changed = entry.class == Class::Changed;
        let mut shown = Look::new(entry, &listing.source);
        let compare = match &listing.source {
            Source::Plan(plan) if is_changed => Some(Effect::Compare {
                generation: shown.comparing.begin(env.now),
                plan: Arc::clone(plan),
                at,
            }),
            Source::Plan(_) | Source::Report(_) => None,
        };
        *look = Some(Box::new(shown));
        compare.map(of).into_iter().collect()
    }

    pub(super) fn step(&mut self, by: isize, env: &Env) {
        let height = env.room.list;
        match &mut self.stage {
            Stage::Setup => self.setup.spot.step(by, self.setup.len(), height),
            Stage::Choosing(chooser) => chooser.step(by, height),
            Stage::Working(_) => {}
            Stage::Files(_, Some(look)) => look.scroll(by, env.room.columns, env.room.text),
            Stage::Files(listing, None) => listing.step(by, height),
        }
    }

    /// How many rows a movement goes through.
    pub(super) fn height(&self, env: &Env) -> usize {
        match self.stage {
            Stage::Files(_, Some(_)) => env.room.text,
            _ => env.room.list,
        }
    }

    /// One step back; where there is none, to where one came from.
    pub(super) fn back(&mut self) -> Vec<message::Effect> {
        match &mut self.stage {
            Stage::Files(_, look @ Some(_)) => *look = None,
            Stage::Choosing(_) | Stage::Files(_, None) => self.stage = Stage::Setup,
            Stage::Setup | Stage::Working(_) => return vec![message::Effect::Leave],
        }
        Vec::new()
    }

    pub(super) fn key(&mut self, key: KeyEvent, env: &Env) -> Vec<message::Effect> {
        self.choosing(|chooser| chooser.key(key, env.now))
    }

    pub(super) fn paste(&mut self, text: &str, env: &Env) -> Vec<message::Effect> {
        self.choosing(|chooser| chooser.paste(text, env.now))
    }

    fn choosing(
        &mut self,
        typing: impl FnOnce(&mut Chooser) -> Option<Effect>,
    ) -> Vec<message::Effect> {
        match &mut self.stage {
            Stage::Choosing(chooser) => typing(chooser).map(of).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    pub(super) fn pointer(&mut self, pointer: Pointer, env: &Env) -> Vec<message::Effect> {
        let height = env.room.list;
        let again = match (pointer, &mut self.stage) {
            (Pointer::Wheel(rows, _), _) => {
                self.step(rows, env);
                return Vec::new();
            }
            (Pointer::Click(Target::Row(row)), Stage::Setup) => {
                self.setup.spot.click(row, self.setup.len(), height)
            }
            (Pointer::Click(Target::Row(row)), Stage::Choosing(chooser)) => {
                let rows = chooser.offers().len();
                chooser.spot.click(row, rows, height)
            }
            (Pointer::Click(Target::Row(row)), Stage::Files(listing, None)) => {
                let rows = listing.len();
                listing.spot.click(row, rows, height)
            }
            _ => false,
        };
        let command = match self.stage {
            _ if !again => return Vec::new(),
            Stage::Setup => Command::Change,
            Stage::Choosing(_) => Command::Into,
            Stage::Working(_) | Stage::Files(..) => Command::Look,
        };
        self.command(command, env)
    }

    pub(super) fn waiting(&self) -> Option<&Latest> {
        let request = match &self.stage {
            Stage::Choosing(chooser) => &chooser.asking,
            Stage::Files(_, Some(look)) => &look.comparing,
            Stage::Setup | Stage::Working(_) | Stage::Files(_, None) => return None,
        };
        Some(request).filter(|request| request.is_waiting())
    }

    pub(super) fn status(&self) -> (String, String) {
        let folders = asking::named(&self.setup.folders);
        match &self.stage {
            Stage::Setup | Stage::Choosing(_) => (
                "first comes the plan: nothing is written before you have seen it".to_owned(),
                String::new(),
            ),
            Stage::Working(_) => (folders, String::new()),
            Stage::Files(listing, _) => match &listing.source {
                Source::Plan(plan) if plan.changes_nothing() => (
                    format!("there is nothing to do in {folders}"),
                    String::new(),
                ),
                Source::Plan(_) => (
                    format!("a plan for {folders}: nothing is written yet"),
                    String::new(),
                ),
                Source::Report(_) if listing.is_undone => (
                    format!("{folders} was taken in, and that is taken back"),
                    String::new(),
                ),
                Source::Report(_) => (format!("{folders} is taken in"), String::new()),
            },
        }
    }
}

#[cfg(test)]
mod tests;
