//! Which command a key means where it is pressed, and who takes it: the program as a whole, what
//! lies over the screen, or the screen.

use crossterm::event::KeyEvent;

use super::Model;
use crate::admin::command::{self, Command, Context, Danger, Entry, Hint, Key, Kind};
use crate::admin::input;
use crate::admin::message::{Effect, Tone};
use crate::admin::overlay::{self, Outcome};
use crate::admin::screen::Screen;

impl Model {
    pub(super) fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let mut effects = self.screens.pane_mut().went_on();
        effects.extend(self.take_key(key));
        effects
    }

    /// Takes a text that was pasted. What is too long for a line is not taken in part.
    pub(super) fn paste(&mut self, text: &str) -> Vec<Effect> {
        let env = self.env();
        let mut effects = self.screens.pane_mut().went_on();
        let is_line = self.context().kind() != Kind::Editor;
        if let Some(said) = input::too_long(text).filter(|_| is_line) {
            self.say(Tone::Bad, said);
            return effects;
        }
        match self.overlays.last_mut() {
            Some(overlay) => overlay.paste(text),
            None => effects.extend(self.screens.pane_mut().paste(text, &env)),
        }
        effects
    }

    fn take_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let found = self.keymap.command(self.context(), Key::from(key));
        let decides = matches!(self.context(), Context::Review | Context::Conflict);
        match (found, self.overlays.last_mut()) {
            (Some(entry), _) => self.entry(entry),
            (None, Some(overlay)) => {
                overlay.key(key);
                Vec::new()
            }
            (None, None) if decides => {
                let said = self.possible(Key::from(key));
                self.say(Tone::Bad, said);
                Vec::new()
            }
            (None, None) => {
                let env = self.env();
                self.screens.pane_mut().key(key, &env)
            }
        }
    }

    /// What is told of a key that does nothing where something has to be decided.
    fn possible(&self, key: Key) -> String {
        let context = self.context();
        let told = self.keymap.of(context).filter(|(entry, _)| {
            let is_back = entry.command == Command::App(command::App::Back);
            entry.hint == Hint::Shown || is_back
        });
        let told = told.filter(|(entry, _)| entry.command != Command::App(command::App::Help));
        let told: Vec<String> = told
            .filter_map(|(entry, keys)| {
                let key = command::first_that_works(context, keys)?;
                Some(format!("{key} {}", entry.label))
            })
            .collect();
        format!("{key} does nothing here: {}", told.join(", "))
    }

    /// Does what a row of the table says, where that may be done.
    fn entry(&mut self, entry: &Entry) -> Vec<Effect> {
        if entry.danger != Danger::None && self.is_read_only() {
            self.say(
                Tone::Bad,
                format!("The store is open for reading only: no {}", entry.label),
            );
            return Vec::new();
        }
        self.command(entry.command)
    }

    pub(super) fn run(&mut self, command: Command) -> Vec<Effect> {
        let context = self.context();
        let mut here = command::of(context);
        match here.find(|entry| entry.command == command) {
            Some(entry) => self.entry(entry),
            None => Vec::new(),
        }
    }

    pub(super) fn command(&mut self, command: Command) -> Vec<Effect> {
        if let Command::App(app) = command
            && let Some(effects) = self.app(app)
        {
            return effects;
        }
        if let Some(overlay) = self.overlays.last_mut() {
            match command {
                Command::Move(to) => {
                    overlay.go(to, &self.keymap, self.drawn.room);
                    Vec::new()
                }
                Command::Overlay(command) => self.overlay(command),
                _ => Vec::new(),
            }
        } else {
            let env = self.env();
            match command {
                Command::Go(screen) => self.screens.switch(screen, &env),
                // A store that was never opened has nothing to show but the program's own log.
                _ if self.link.store().is_none() && self.screens.shown() != Screen::Log => {
                    Vec::new()
                }
                command => self.screens.pane_mut().command(command, &env),
            }
        }
    }

    pub(super) fn overlay(&mut self, command: overlay::Command) -> Vec<Effect> {
        let Some(overlay) = self.overlays.pop() else {
            return Vec::new();
        };
        let outcome = match command {
            overlay::Command::No => Outcome::Close,
            overlay::Command::Accept | overlay::Command::Yes => {
                // What was wrong before is over.
                self.notices.forget_problem(self.now);
                match overlay.accept(&self.keymap) {
                    Ok(outcome) => outcome,
                    Err(overlay) => {
                        self.overlays.push(overlay);
                        Outcome::Stay
                    }
                }
            }
        };
        match outcome {
            Outcome::Stay | Outcome::Close => Vec::new(),
            Outcome::Happen(message) => self.take(message),
            Outcome::Run(command) => self.run(command),
        }
    }
}
