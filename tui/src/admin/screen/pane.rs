//! What every screen can do.

use std::time::Instant;

use crossterm::event::KeyEvent;
use ratatui::layout::Rect;
use serde_json::Value;

use crate::admin::canvas::{Canvas, Target};
use crate::admin::command::{Command, Context};
use crate::admin::message::{Effect, Env, Kind};
use crate::admin::request::Latest;

/// What the mouse did, and to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pointer {
    Click(Target),
    /// A text was clicked, at this column and row of it.
    At(Target, usize, usize),
    /// So many rows, over this.
    Wheel(isize, Target),
    /// What was pressed is at this column now.
    Drag(Target, u16),
}

/// A screen. Nothing here waits; what is to be done goes out as effects.
pub(crate) trait Pane {
    /// The place that keys are looked up for.
    fn context(&self) -> Context;

    /// It is shown now.
    fn entered(&mut self, env: &Env) -> Vec<Effect>;

    /// Another screen is shown now.
    fn left(&mut self, _env: &Env) -> Vec<Effect> {
        Vec::new()
    }

    /// What is asked before the program is left from here, if anything is.
    fn before_quitting(&self) -> Option<Effect> {
        None
    }

    /// Reads again what it shows.
    fn reload(&mut self, env: &Env) -> Vec<Effect>;

    /// Does what is asked for.
    fn command(&mut self, command: Command, env: &Env) -> Vec<Effect>;

    /// A key comes, whatever it is: a question that was to be asked would take the keys after it.
    fn went_on(&mut self) -> Vec<Effect> {
        Vec::new()
    }

    /// Whether keys are meant for a text that is not there yet: they wait for it.
    fn holds_keys(&self) -> bool {
        false
    }

    /// Takes a key that is no command: something is being typed.
    fn key(&mut self, _key: KeyEvent, _env: &Env) -> Vec<Effect> {
        Vec::new()
    }

    /// Takes a text that was pasted.
    fn paste(&mut self, _text: &str, _env: &Env) -> Vec<Effect> {
        Vec::new()
    }

    fn pointer(&mut self, _pointer: Pointer, _env: &Env) -> Vec<Effect> {
        Vec::new()
    }

    /// Takes account of another size of its parts.
    fn resized(&mut self, _env: &Env) -> Vec<Effect> {
        Vec::new()
    }

    /// The next moment at which it has something to do.
    fn deadline(&self) -> Option<Instant> {
        None
    }

    /// Does what is due.
    fn tick(&mut self, _env: &Env) -> Vec<Effect> {
        Vec::new()
    }

    /// What it wants to find again when the program is started next.
    fn remember(&self) -> Option<Value> {
        None
    }

    /// Becomes again as it was when the program was left.
    fn recall(&mut self, _remembered: &Value) {}

    /// What is being waited for, if anything is.
    fn waiting(&self) -> Option<&Latest> {
        None
    }

    /// Whether a command means something now: for hints.
    fn offers(&self, _command: Command) -> bool {
        true
    }

    /// What a command is called in the footer, where that is not what it is called elsewhere.
    fn label(&self, _command: Command) -> Option<&'static str> {
        None
    }

    /// A word about what is shown, for the line above the footer: at the left and at the right.
    fn status(&self) -> (String, String) {
        Default::default()
    }

    /// Draws it, and tells what room its parts had.
    fn draw(&self, area: Rect, canvas: &mut Canvas<'_, '_>);
}

/// Drops a request whose answer would be a question. `undone` is what it would have asked about:
/// `deleted`.
pub(super) fn no_question(request: &mut Latest, kind: Kind, undone: &str) -> Vec<Effect> {
    if !request.is_waiting() {
        return Vec::new();
    }
    request.forget();
    let said = format!("Nothing is {undone}: a key came before the question");
    vec![Effect::Drop(kind), Effect::bad(said)]
}
