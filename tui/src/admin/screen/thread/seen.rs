//! What a model sees of a thread: its turns in their roles, as many as fit into a budget of tokens,
//! and where the cut is.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use service::context::{Preview, PreviewTurn};

use crate::admin::canvas::{Canvas, Target, padded};
use crate::admin::command::Move;
use crate::admin::request::Latest;
use crate::admin::text::{clean_line, exact, plural, wrap};
use crate::admin::theme::Theme;

/// The budgets that one goes through.
const BUDGETS: [usize; 9] = [
    500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000,
];
/// The one to begin with.
const FIRST: usize = 4_000;
/// Columns of a role and of a number of tokens.
const ROLE: usize = 11;
const TOKENS: usize = 7;
/// Rows of what one side said, in short and as a whole.
const ROWS: usize = 3;
const WHOLE: usize = 5_000;

#[derive(Debug)]
pub(super) struct Seen {
    /// In tokens.
    budget: usize,
    /// What was said is shown as a whole.
    is_whole: bool,
    pub(super) request: Latest,
    preview: Option<Preview>,
    /// The first row on the screen; None until it is moved: then it is where the cut is.
    top: Option<usize>,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            budget: FIRST,
            is_whole: false,
            request: Latest::default(),
            preview: None,
            top: None,
        }
    }
}

impl Seen {
    pub(super) const fn budget(&self) -> usize {
        self.budget
    }

    /// The next larger budget, or smaller one; whether there is one.
    pub(super) fn change(&mut self, by: isize) -> bool {
        let next = if by > 0 {
            BUDGETS.into_iter().find(|budget| *budget > self.budget)
        } else {
            let mut before = BUDGETS.into_iter().rev();
            before.find(|budget| *budget < self.budget)
        };
        next.is_some_and(|budget| self.set(budget))
    }

    /// Another budget; whether it is one.
    pub(super) fn set(&mut self, budget: usize) -> bool {
        let is_other = budget != self.budget;
        if is_other {
            (self.budget, self.top) = (budget, None);
        }
        is_other
    }

    /// Shows what was said as a whole, or in short; what is at the top of the screen stays there.
    pub(super) fn turn(&mut self, columns: usize, height: usize, theme: &Theme) {
        let before = self.rows(columns, theme);
        let last = before.lines.len().saturating_sub(height);
        let top = self.top.unwrap_or_else(|| first(before.cut, last));
        let at = before.starts.partition_point(|start| *start <= top);
        self.is_whole = !self.is_whole;
        let after = self.rows(columns, theme);
        let last = after.lines.len().saturating_sub(height);
        let start = at.checked_sub(1).and_then(|at| after.starts.get(at));
        self.top = Some(start.copied().unwrap_or(0).min(last));
    }

    pub(super) fn put(&mut self, preview: Option<Preview>) {
        self.preview = preview;
    }

    pub(super) fn go(&mut self, to: Move, columns: usize, height: usize, theme: &Theme) {
        let rows = self.rows(columns, theme);
        let last = rows.lines.len().saturating_sub(height);
        let top = self.top.unwrap_or_else(|| first(rows.cut, last));
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
                format!(
                    " what a model sees with {} tokens",
                    exact(self.budget as u64)
                ),
                theme.title,
            ),
        );
        let rows = self.rows(body.width.into(), theme);
        let last = rows.lines.len().saturating_sub(usize::from(body.height));
        let top = self.top.unwrap_or_else(|| first(rows.cut, last)).min(last);
        canvas.lines(body, rows.lines.into_iter().skip(top));
    }

    fn rows(&self, columns: usize, theme: &Theme) -> Rows {
        let mut rows = Rows::default();
        let Some(preview) = &self.preview else {
            return rows;
        };
        let limit = if self.is_whole { WHOLE } else { ROWS };
        let listed = preview.turns.iter().filter(|turn| !turn.is_kept).count() as u64;
        if preview.left_out > listed {
            let more = plural(preview.left_out - listed, "older turn");
            rows.lines
                .push(Line::styled(format!(" … {more}"), theme.quiet));
        }
        let (left, kept): (Vec<_>, Vec<_>) = preview.turns.iter().partition(|turn| !turn.is_kept);
        for turn in left {
            said(turn, limit, columns, theme, &mut rows);
        }
        rows.cut = rows.lines.len();
        if preview.left_out > 0 {
            let words = format!(
                " cut: the {} above do not fit ",
                plural(preview.left_out, "turn")
            );
            let rule = "─".repeat(columns.saturating_sub(words.len() + 4));
            rows.lines
                .push(Line::styled(format!("───{words}{rule}"), theme.warning));
        }
        for turn in kept {
            said(turn, limit, columns, theme, &mut rows);
        }
        rows
    }

    /// How much fits.
    pub(super) fn status(&self) -> (String, String) {
        let told = self.preview.as_ref().map(|preview| {
            let kept = plural(preview.kept as u64, "turn");
            format!("{kept} kept, {} tokens", exact(preview.tokens as u64))
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

/// What is shown, in rows.
#[derive(Default)]
struct Rows {
    lines: Vec<Line<'static>>,
    /// The rows with which something that was said begins.
    starts: Vec<usize>,
    /// The row where the cut is.
    cut: usize,
}

fn said(turn: &PreviewTurn, limit: usize, columns: usize, theme: &Theme, rows: &mut Rows) {
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
            .take(limit + 1)
            .flat_map(|line| {
                let line: String = line.chars().take(room * (limit + 1)).collect();
                wrap(&clean_line(&line), room)
            })
            .take(limit + 1)
            .collect();
        rows.starts.push(rows.lines.len());
        if wrapped.len() > limit {
            wrapped.truncate(limit);
            if let Some(last) = wrapped.last_mut() {
                *last = crate::admin::text::cut(&format!("{} …", last.trim_end()), room);
            }
        }
        for (index, row) in wrapped.into_iter().enumerate() {
            let head = if index == 0 {
                format!(
                    "{sign}{}{:>TOKENS$}  ",
                    padded(role, ROLE),
                    exact(tokens as u64)
                )
            } else {
                format!("{sign}{}", " ".repeat(ROLE + TOKENS + 2))
            };
            rows.lines.push(Line::from(vec![
                Span::styled(head, theme.quiet),
                Span::styled(row, style),
            ]));
        }
    }
}
