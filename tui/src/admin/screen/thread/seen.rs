//! What a model sees of a thread: its turns in their roles, as many as fit into a budget of tokens,
//! and where the cut is.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use service::context::{Preview, PreviewTurn};

use crate::admin::canvas::{Canvas, Target, padded};
use crate::admin::command::Move;
use crate::admin::request::Latest;
use crate::admin::text::{clean_line, plural, wrap};
use crate::admin::theme::Theme;

/// The budgets that one goes through.
const BUDGETS: [usize; 9] = [
    500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000,
];
/// The one to begin with.
const FIRST: usize = 3;
/// Columns of a role and of a number of tokens.
const ROLE: usize = 11;
const TOKENS: usize = 7;
/// Rows of what one side said.
const ROWS: usize = 3;

#[derive(Debug)]
pub(super) struct Seen {
    budget: usize,
    pub(super) request: Latest,
    preview: Option<Preview>,
    /// The first row on the screen; None until it is moved: then it is where the cut is.
    top: Option<usize>,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            budget: FIRST,
            request: Latest::default(),
            preview: None,
            top: None,
        }
    }
}

impl Seen {
    pub(super) fn budget(&self) -> usize {
        BUDGETS[self.budget]
    }

    /// Another budget; whether it is one.
    pub(super) fn change(&mut self, by: isize) -> bool {
        let next = self.budget.saturating_add_signed(by);
        let is_other = next < BUDGETS.len() && next != self.budget;
        if is_other {
            (self.budget, self.top) = (next, None);
        }
        is_other
    }

    pub(super) fn put(&mut self, preview: Option<Preview>) {
        self.preview = preview;
    }

    pub(super) fn go(&mut self, to: Move, columns: usize, height: usize, theme: &Theme) {
        let (rows, cut) = self.rows(columns, theme);
        let last = rows.len().saturating_sub(height);
        let top = self.top.unwrap_or_else(|| first(cut, last));
        self.top = Some(top.saturating_add_signed(to.rows(height)).min(last));
    }

    pub(super) fn draw(&self, area: Rect, canvas: &mut Canvas<'_, '_>) {
        let [head, body] =
            Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
        canvas.drawn.room.text = usize::from(body.height);
        canvas.drawn.room.columns = usize::from(body.width);
        canvas.hit(area, Target::Text);
        let theme = canvas.theme;
        canvas.put(
            head,
            Line::styled(
                format!(" what a model sees with {} tokens", self.budget()),
                theme.title,
            ),
        );
        let (rows, cut) = self.rows(body.width.into(), theme);
        let last = rows.len().saturating_sub(usize::from(body.height));
        let top = self.top.unwrap_or_else(|| first(cut, last)).min(last);
        canvas.lines(body, rows.into_iter().skip(top));
    }

    /// The rows, and the number of the one where the cut is.
    fn rows(&self, columns: usize, theme: &Theme) -> (Vec<Line<'static>>, usize) {
        let Some(preview) = &self.preview else {
            return Default::default();
        };
        let mut rows = Vec::new();
        let listed = preview.turns.iter().filter(|turn| !turn.is_kept).count() as u64;
        if preview.left_out > listed {
            let more = plural(preview.left_out - listed, "older turn");
            rows.push(Line::styled(format!(" … {more}"), theme.quiet));
        }
        let (left, kept): (Vec<_>, Vec<_>) = preview.turns.iter().partition(|turn| !turn.is_kept);
        for turn in left {
            said(turn, columns, theme, &mut rows);
        }
        let cut = rows.len();
        if preview.left_out > 0 {
            let words = format!(
                " cut: the {} above do not fit ",
                plural(preview.left_out, "turn")
            );
            let rule = "─".repeat(columns.saturating_sub(words.len() + 4));
            rows.push(Line::styled(format!("───{words}{rule}"), theme.warning));
        }
        for turn in kept {
            said(turn, columns, theme, &mut rows);
        }
        (rows, cut)
    }

    /// How much fits.
    pub(super) fn status(&self) -> (String, String) {
        let told = self.preview.as_ref().map(|preview| {
            let kept = plural(preview.kept as u64, "turn");
            format!("{kept} kept, {} tokens", preview.tokens)
        });
        let left_out = self
            .preview
            .as_ref()
            .filter(|preview| preview.left_out > 0)
            .map(|preview| format!("{} left out", plural(preview.left_out, "turn")));
        (told.unwrap_or_default(), left_out.unwrap_or_default())
    }
}

/// The cut is shown with what is just above it.
fn first(cut: usize, last: usize) -> usize {
    cut.saturating_sub(4).min(last)
}

fn said(turn: &PreviewTurn, columns: usize, theme: &Theme, rows: &mut Vec<Line<'static>>) {
    let room = columns.saturating_sub(ROLE + TOKENS + 3).max(1);
    let sides = [
        ("user", turn.question_tokens, &turn.message.question),
        ("assistant", turn.answer_tokens, &turn.message.answer),
    ];
    for (role, tokens, text) in sides {
        // What is left out is told by its sign, too.
        let (sign, style) = if turn.is_kept {
            (" ", ratatui::style::Style::new())
        } else {
            ("-", theme.quiet)
        };
        let lines = text.trim_end().split('\n');
        let mut wrapped: Vec<String> = lines
            .take(ROWS + 1)
            .flat_map(|line| {
                let line: String = line.chars().take(room * (ROWS + 1)).collect();
                wrap(&clean_line(&line), room)
            })
            .take(ROWS + 1)
            .collect();
        if wrapped.len() > ROWS {
            wrapped.truncate(ROWS);
            if let Some(last) = wrapped.last_mut() {
                *last = crate::admin::text::cut(&format!("{} …", last.trim_end()), room);
            }
        }
        for (index, row) in wrapped.into_iter().enumerate() {
            let head = if index == 0 {
                format!("{sign}{}{tokens:>TOKENS$}  ", padded(role, ROLE))
            } else {
                format!("{sign}{}", " ".repeat(ROLE + TOKENS + 2))
            };
            rows.push(Line::from(vec![
                Span::styled(head, theme.quiet),
                Span::styled(row, style),
            ]));
        }
    }
}
