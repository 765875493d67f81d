//! A line that is typed. What is done with it is about what was there when it was asked for:
//! rows may come, go and be selected meanwhile.

use std::fmt;

use crossterm::event::KeyEvent;
use ratatui::layout::{Constraint, Layout};
use ratatui::text::Line;

use super::Outcome;
use crate::admin::canvas::Canvas;
use crate::admin::input::Input;
use crate::admin::message::Message;
use crate::admin::text::{clean, cut, wrap};

const COLUMNS: u16 = 60;

#[derive(Debug)]
pub(crate) struct Prompt {
    title: String,
    /// What is to be typed.
    about: String,
    input: Input,
    then: Then,
}

/// What happens with the line.
struct Then(Box<dyn FnOnce(String) -> Message>);

impl fmt::Debug for Then {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Then")
    }
}

impl Prompt {
    /// Asks for a line; `then` makes what happens with it, and holds what that is about.
    pub(crate) fn new(
        title: impl Into<String>,
        about: impl Into<String>,
        then: impl FnOnce(String) -> Message + 'static,
    ) -> Self {
        Self {
            title: title.into(),
            about: clean(&about.into()),
            input: Input::default(),
            then: Then(Box::new(then)),
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
            typed => Outcome::Happen((self.then.0)(typed.to_owned())),
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
