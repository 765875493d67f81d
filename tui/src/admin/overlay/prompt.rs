//! A line that is typed. What is done with it is about what was there when it was asked for:
//! rows may come, go and be selected meanwhile.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::{Constraint, Layout};
use ratatui::text::Line;

use super::Outcome;
use crate::admin::canvas::Canvas;
use crate::admin::input::{Input, Typed};
use crate::admin::message::Message;
use crate::admin::text::{clean, cut, wrap};

const COLUMNS: u16 = 60;

#[derive(Debug)]
pub(crate) struct Prompt {
    title: Box<str>,
    /// What is to be typed.
    about: Box<str>,
    input: Input,
    /// It is a URL, whose password nobody is to see.
    is_masked: bool,
    /// What was there at first goes with the first character that is typed.
    is_replaced: bool,
    /// An empty line is an answer, and not only a way to leave.
    may_be_empty: bool,
    check: Check,
    /// What is wrong with what was typed.
    problem: Option<Box<str>>,
    then: Then,
}

/// What has to be true of the line; an error says what is wrong with it.
pub(crate) type Check = fn(&str) -> Result<(), String>;

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
            title: title.into().into(),
            about: clean(&about.into()).into(),
            input: Input::default(),
            is_masked: false,
            is_replaced: false,
            may_be_empty: false,
            check: |_| Ok(()),
            problem: None,
            then: Then(Box::new(then)),
        }
    }

    /// With a text to begin with.
    pub(crate) fn filled(mut self, text: &str) -> Self {
        self.input = Input::filled(text);
        self
    }

    /// With a text that the first character replaces; a key that moves in it keeps it.
    pub(crate) fn replacing(self, text: &str) -> Self {
        Self {
            is_replaced: true,
            ..self.filled(text)
        }
    }

    /// An empty line is taken, too.
    pub(crate) const fn or_empty(mut self) -> Self {
        self.may_be_empty = true;
        self
    }

    /// For a URL: its password is not shown.
    pub(crate) const fn masked(mut self) -> Self {
        self.is_masked = true;
        self
    }

    /// With what is wrong with what is there.
    pub(crate) fn refused(mut self, problem: &str) -> Self {
        self.problem = Some(clean(problem).into());
        self
    }

    /// A line that is refused stays as it was typed, with what is wrong with it.
    pub(crate) const fn checked(mut self, check: Check) -> Self {
        self.check = check;
        self
    }

    pub(super) fn key(&mut self, key: KeyEvent) {
        let is_char = matches!(key.code, KeyCode::Char(_))
            && !key
                .modifiers
                .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        if std::mem::take(&mut self.is_replaced) && is_char {
            self.input = Input::default();
        }
        match self.input.key(key) {
            Typed::Text => self.problem = None,
            Typed::Nothing if is_char => self.problem = Some("no line takes more than that".into()),
            Typed::Place | Typed::Nothing => {}
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        if std::mem::take(&mut self.is_replaced) {
            self.input = Input::default();
        }
        self.problem = match self.input.paste(text) {
            Typed::Text => None,
            Typed::Place | Typed::Nothing => Some("there is no room for what was pasted".into()),
        };
    }

    pub(super) fn take(mut self) -> Result<Outcome, Self> {
        let typed = self.input.text().trim().to_owned();
        if typed.is_empty() && !self.may_be_empty {
            return Ok(Outcome::Close);
        }
        match (self.check)(&typed) {
            Ok(()) => Ok(Outcome::Happen((self.then.0)(typed))),
            Err(problem) => {
                self.problem = Some(clean(&problem).into());
                Err(self)
            }
        }
    }

    pub(super) fn draw(&self, canvas: &mut Canvas<'_, '_>) {
        let columns = COLUMNS.min(canvas.area().width.saturating_sub(4));
        let about = wrap(&self.about, columns.into());
        let rows = |lines: &[String]| u16::try_from(lines.len()).unwrap_or(0);
        let problem = self.problem.as_ref();
        let problem = problem.map_or_else(Vec::new, |problem| {
            wrap(&format!("! {problem}"), columns.into())
        });
        let inner = canvas.popup(&self.title, columns, rows(&about) + 1 + rows(&problem));
        // The line that is typed is the last to give way, and what is wrong with it the last but
        // one.
        let [words, line, wrong] = Layout::vertical([
            Constraint::Fill(1),
            Constraint::Length(1),
            Constraint::Length(rows(&problem).min(inner.height.saturating_sub(1))),
        ])
        .areas(inner);
        let (quiet, error) = (canvas.theme.quiet, canvas.theme.error);
        canvas.lines(
            wrong,
            problem.into_iter().map(|row| Line::styled(row, error)),
        );
        canvas.lines(
            words,
            about
                .iter()
                .map(|row| Line::styled(cut(row, words.width.into()), quiet)),
        );
        if self.is_masked {
            self.input.masked().draw("> ", line, canvas);
        } else {
            self.input.draw("> ", line, canvas);
        }
    }
}
