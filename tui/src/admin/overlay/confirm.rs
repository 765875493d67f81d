//! A question that is answered with yes or no. It names exactly what is going to happen, and to
//! how many.

use ratatui::text::{Line, Span};
use service::UndoScope;

use super::{Command, Outcome};
use crate::admin::batches;
use crate::admin::canvas::{Canvas, Target};
use crate::admin::command::{self, Context, Keymap};
use crate::admin::message::Message;
use crate::admin::text::{clean, plural, wrap};

const COLUMNS: u16 = 60;
/// Rows that name what it is about, at the most.
const MAX_ROWS: usize = 10;

#[derive(Debug)]
pub(crate) struct Confirm {
    title: String,
    /// What is going to happen, a paragraph each.
    about: Vec<String>,
    /// What yes does: `delete 3 documents`.
    doing: String,
    yes: Box<Message>,
}

impl Confirm {
    /// Asks before something happens. `doing` is what yes does, as `delete 3 documents`.
    pub(crate) fn new(title: impl Into<String>, doing: impl Into<String>, yes: Message) -> Self {
        Self {
            title: title.into(),
            about: Vec::new(),
            doing: doing.into(),
            yes: Box::new(yes),
        }
    }

    /// Asks before a batch is taken back; tells how many rows of this kind that are.
    pub(crate) fn undo(scope: &UndoScope, row: &str, yes: Message) -> Self {
        let doing = format!("take {} back", plural(scope.total(), "change"));
        Self::new("Take back", doing, yes)
            .about(format!("{}.", batches::undoing(scope, row)))
            .about("What someone changed since is left as it is, and told.")
    }

    /// With a paragraph before the others.
    pub(crate) fn first(mut self, paragraph: impl AsRef<str>) -> Self {
        self.about.insert(0, clean(paragraph.as_ref()));
        self
    }

    /// With a paragraph about it.
    pub(crate) fn about(mut self, paragraph: impl AsRef<str>) -> Self {
        self.about.push(clean(paragraph.as_ref()));
        self
    }

    pub(super) fn yes(self) -> Outcome {
        Outcome::Happen(*self.yes)
    }

    pub(super) fn draw(&self, keymap: &Keymap, canvas: &mut Canvas<'_, '_>) {
        let columns = COLUMNS.min(canvas.area().width.saturating_sub(4));
        let mut rows: Vec<String> = self
            .about
            .iter()
            .flat_map(|paragraph| wrap(paragraph, columns.into()))
            .collect();
        if rows.len() > MAX_ROWS {
            rows.truncate(MAX_ROWS - 1);
            rows.push("...".to_owned());
        }
        let height = u16::try_from(rows.len()).unwrap_or(0) + 2;
        let inner = canvas.popup(&self.title, columns, height);
        let answers = [
            (Command::Yes, self.doing.as_str()),
            (Command::No, "leave it"),
        ];
        // Where there is little room, the answers go before the words.
        let answer = inner.rows().next_back().unwrap_or_default();
        for (line, area) in rows.into_iter().zip(
            inner
                .rows()
                .take(usize::from(inner.height).saturating_sub(1)),
        ) {
            canvas.put(area, Line::raw(line));
        }
        let mut x = answer.x;
        for (of, words) in answers {
            let of = command::Command::Overlay(of);
            let key = keymap
                .shown(Context::Confirm, of)
                .map_or_else(String::new, |key| key.to_string());
            let line = Line::from(vec![
                Span::styled(key, canvas.theme.key),
                Span::raw(format!(" {words}   ")),
            ]);
            let area = ratatui::layout::Rect {
                x,
                width: u16::try_from(line.width())
                    .unwrap_or(0)
                    .min(answer.right().saturating_sub(x)),
                ..answer
            };
            x = area.right();
            canvas.put(area, line);
            canvas.hit(area, Target::Command(of));
        }
    }
}
