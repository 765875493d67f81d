//! A turn that is being written: its question and its answer, one above the other.

use crossterm::event::KeyEvent;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use service::Message;

use crate::admin::canvas::Canvas;
use crate::admin::editor::{Edited, Editor, Row};
use crate::admin::request::Latest;

/// Which of the two has the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Question,
    Answer,
}

#[derive(Debug)]
pub(super) struct Writing {
    /// The turn as it was read; None where a new one is written.
    pub(super) turn: Option<Message>,
    question: Editor,
    answer: Editor,
    side: Side,
    pub(super) saving: Latest,
    pub(super) is_changed: bool,
}

impl Writing {
    /// Writes a turn anew, or changes the one that is there.
    pub(super) fn of(turn: Option<Message>) -> Self {
        let text = |of: fn(&Message) -> &str| Editor::new(turn.as_ref().map_or("", of));
        Self {
            question: text(|turn| &turn.question),
            answer: text(|turn| &turn.answer),
            side: Side::Question,
            saving: Latest::default(),
            is_changed: false,
            turn,
        }
    }

    pub(super) fn question(&self) -> String {
        self.question.text()
    }

    pub(super) fn answer(&self) -> String {
        self.answer.text()
    }

    /// From the question to the answer, and back.
    pub(super) fn other(&mut self) {
        self.side = match self.side {
            Side::Question => Side::Answer,
            Side::Answer => Side::Question,
        };
    }

    pub(super) fn key(&mut self, key: KeyEvent, columns: usize, rows: usize) {
        let edited = self.editor().key(key, columns, rows);
        self.edited(edited);
    }

    pub(super) fn paste(&mut self, text: &str) {
        let edited = self.editor().paste(text);
        self.edited(edited);
    }

    pub(super) fn undo(&mut self) {
        let edited = self.editor().undo();
        self.edited(edited);
    }

    /// Moves the texts so that the place is on the screen.
    pub(super) fn show(&mut self, columns: usize, rows: usize) {
        self.editor().show(columns, rows);
    }

    fn edited(&mut self, edited: Edited) {
        self.is_changed |= edited == Edited::Text;
    }

    fn editor(&mut self) -> &mut Editor {
        match self.side {
            Side::Question => &mut self.question,
            Side::Answer => &mut self.answer,
        }
    }

    pub(super) fn draw(&self, area: Rect, canvas: &mut Canvas<'_, '_>) {
        let [head, question, between, answer] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Fill(1),
            Constraint::Length(1),
            Constraint::Fill(2),
        ])
        .areas(area);
        let columns = area.width.saturating_sub(4);
        canvas.drawn.room.columns = usize::from(columns);
        canvas.drawn.room.text = usize::from(match self.side {
            Side::Question => question.height,
            Side::Answer => answer.height,
        });
        let parts = [
            (Side::Question, head, question, "Q  the question"),
            (Side::Answer, between, answer, "A  the answer"),
        ];
        for (side, heading, area, words) in parts {
            let has_keys = side == self.side;
            let (sign, style) = if has_keys {
                ("> ", canvas.theme.accent)
            } else {
                ("  ", canvas.theme.quiet)
            };
            canvas.put(heading, Line::styled(format!("{sign}{words}"), style));
            let editor = match side {
                Side::Question => &self.question,
                Side::Answer => &self.answer,
            };
            let area = Rect {
                x: area.x + area.width.min(3),
                width: columns.min(area.width.saturating_sub(3)),
                ..area
            };
            let rows = editor.screen(columns.into(), area.height.into());
            for (row, area) in rows.into_iter().zip(area.rows()) {
                let cursor = row.cursor.filter(|_| has_keys);
                let line = line(row, canvas);
                canvas.put(area, line);
                if let Some(column) = cursor {
                    canvas.cursor(area, column);
                }
            }
        }
    }
}

fn line(row: Row, canvas: &Canvas<'_, '_>) -> Line<'static> {
    let pieces = row.pieces.into_iter().map(|(piece, selected)| {
        if selected {
            Span::styled(piece, canvas.theme.selected)
        } else {
            Span::raw(piece)
        }
    });
    pieces.collect()
}
