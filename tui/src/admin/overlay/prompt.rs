//! A line that is typed.

use crossterm::event::KeyEvent;
use ratatui::layout::{Constraint, Layout};
use ratatui::text::Line;

use super::Outcome;
use crate::admin::canvas::Canvas;
use crate::admin::input::Input;
use crate::admin::message::Message;
use crate::admin::text::{cut, wrap};

const COLUMNS: u16 = 60;

#[derive(Debug)]
pub(crate) struct Prompt {
    title: String,
    /// What is to be typed.
    about: String,
    input: Input,
    then: fn(String) -> Message,
}

impl Prompt {
    /// Asks for a line; `then` makes what happens with it.
    pub(crate) fn new(
        title: impl Into<String>,
        about: impl Into<String>,
        then: fn(String) -> Message,
    ) -> Self {
        Self {
            title: title.into(),
            about: about.into(),
            input: Input::default(),
            then,
        }
    }

    /// With a text to begin with.
    pub(crate) fn filled(mut self, text: &str) -> Self {
        self.input = Input::filled(text);
        self
    }

    pub(super) fn key(&mut self, key: KeyEvent) {
        self.input.key(key);
    }

    pub(super) fn paste(&mut self, text: &str) {
        self.input.paste(text);
    }

    pub(super) fn take(self) -> Outcome {
        match self.input.text().trim() {
            "" => Outcome::Close,
            typed => Outcome::Happen((self.then)(typed.to_owned())),
        }
    }

    pub(super) fn draw(&self, canvas: &mut Canvas<'_, '_>) {
        let columns = COLUMNS.min(canvas.area().width.saturating_sub(4));
        let about = wrap(&self.about, columns.into());
        let rows = u16::try_from(about.len()).unwrap_or(0);
        let inner = canvas.popup(&self.title, columns, rows + 1);
        // The line that is typed is the last to give way.
        let [words, line] =
            Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]).areas(inner);
        let quiet = canvas.theme.quiet;
        canvas.lines(
            words,
            about
                .iter()
                .map(|row| Line::styled(cut(row, words.width.into()), quiet)),
        );
        self.input.draw("> ", line, canvas);
    }
}
