//! What lies over the screen: the topmost has the keys.

mod choice;
mod confirm;
mod help;
mod palette;
mod prompt;

pub(crate) use choice::Choice;
pub(crate) use confirm::Confirm;
pub(crate) use help::Help;
pub(crate) use palette::Palette;
pub(crate) use prompt::{Check, Prompt};

use crossterm::event::KeyEvent;

use super::canvas::Canvas;
use super::command::{self, Context, Entry, Keymap, Move, Scope, entry};
use super::message::{Message, Room};

/// What the topmost overlay can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Take the selected row, or what was typed.
    Accept,
    Yes,
    No,
}

#[rustfmt::skip]
pub(crate) const COMMANDS: &[Entry] = &[
    entry("palette.run", command::Command::Overlay(Command::Accept), Scope::In(&[Context::Palette, Context::Choice, Context::Prompt]), &["enter"], "take", "Take the selected row, or what is typed").hinted(),
    entry("question.yes", command::Command::Overlay(Command::Yes), Scope::In(&[Context::Confirm]), &["y"], "yes", "Do it").hinted(),
    entry("question.no", command::Command::Overlay(Command::No), Scope::In(&[Context::Confirm]), &["n"], "no", "Leave everything as it is").hinted(),
];

/// What lies over the screen.
#[derive(Debug)]
pub(crate) enum Overlay {
    /// The keys of a place.
    Help(Help),
    /// Commands, found by their names.
    Palette(Palette),
    /// A question that is answered with yes or no.
    Confirm(Confirm),
    /// A question that is answered with one of several.
    Choice(Choice),
    /// A line that is typed.
    Prompt(Prompt),
}

/// What an overlay wants after something happened.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It stays.
    Stay,
    /// It goes away.
    Close,
    /// It goes away, and this happens.
    Happen(Message),
    /// It goes away, and this is asked for.
    Run(command::Command),
}

impl Overlay {
    pub(crate) fn context(&self) -> Context {
        match self {
            Self::Help(_) => Context::Help,
            Self::Palette(_) => Context::Palette,
            Self::Confirm(_) => Context::Confirm,
            Self::Choice(_) => Context::Choice,
            Self::Prompt(_) => Context::Prompt,
        }
    }

    /// Moves through its rows, on a screen with this room.
    pub(crate) fn go(&mut self, to: Move, keymap: &Keymap, room: Room) {
        match self {
            Self::Help(help) => help.go(to, keymap, room),
            Self::Palette(palette) => palette.go(to, keymap, room.over),
            Self::Choice(choice) => choice.go(to),
            Self::Confirm(_) | Self::Prompt(_) => {}
        }
    }

    /// Takes what is selected or typed. It is asked by value: what happens then is in it.
    pub(crate) fn accept(self, keymap: &Keymap) -> Result<Outcome, Self> {
        match self {
            Self::Palette(palette) => Ok(palette.run(keymap)),
            Self::Choice(choice) => choice.take().map_err(Self::Choice),
            Self::Prompt(prompt) => prompt.take().map_err(Self::Prompt),
            Self::Confirm(confirm) => Ok(confirm.yes()),
            Self::Help(_) => Ok(Outcome::Close),
        }
    }

    /// A key that is no command.
    pub(crate) fn key(&mut self, key: KeyEvent) {
        match self {
            Self::Palette(palette) => palette.key(key),
            Self::Prompt(prompt) => prompt.key(key),
            Self::Help(_) | Self::Confirm(_) | Self::Choice(_) => {}
        }
    }

    pub(crate) fn paste(&mut self, text: &str) {
        match self {
            Self::Palette(palette) => palette.paste(text),
            Self::Prompt(prompt) => prompt.paste(text),
            Self::Help(_) | Self::Confirm(_) | Self::Choice(_) => {}
        }
    }

    /// Selects a row that was clicked; whether it was the selected one.
    pub(crate) fn click(&mut self, row: usize) -> bool {
        match self {
            Self::Palette(palette) => palette.click(row),
            Self::Choice(choice) => choice.click(row),
            Self::Help(_) | Self::Confirm(_) | Self::Prompt(_) => false,
        }
    }

    pub(crate) fn draw(&self, keymap: &Keymap, canvas: &mut Canvas<'_, '_>) {
        match self {
            Self::Help(help) => help.draw(keymap, canvas),
            Self::Palette(palette) => palette.draw(keymap, canvas),
            Self::Confirm(confirm) => confirm.draw(keymap, canvas),
            Self::Choice(choice) => choice.draw(canvas),
            Self::Prompt(prompt) => prompt.draw(canvas),
        }
    }
}
