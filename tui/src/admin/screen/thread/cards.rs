//! How a turn looks: a card with who asked and when, the question and the answer. The two are told
//! apart by a letter, not by colour alone. A long one is folded.

use ratatui::text::{Line, Span};
use service::Message;

use crate::admin::text::{bytes, clean, clean_line, cut, width, wrap};
use crate::admin::theme::Theme;

/// Rows of a folded question, and of a folded answer.
const QUESTION: usize = 4;
const ANSWER: usize = 8;
/// Rows of a text that is not folded: it is a card, and no document.
const WHOLE: usize = 5_000;
/// The time is shown from so many columns on.
const MIN_TIME: usize = 30;
/// What stands before a row of a text.
const GUTTER: usize = 3;

/// How much of a turn is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    Folded,
    Whole,
}

/// The rows of a turn, an empty one at the end.
pub(crate) fn rows(
    turn: &Message,
    columns: usize,
    fold: Fold,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let (question, answer) = match fold {
        Fold::Folded => (QUESTION, ANSWER),
        Fold::Whole => (WHOLE, WHOLE),
    };
    let mut rows = vec![heading(turn, columns, theme)];
    let asked = Span::styled("Q  ", theme.accent);
    text(&turn.question, &asked, question, columns, theme, &mut rows);
    let answered = Span::styled("A  ", theme.good);
    text(&turn.answer, &answered, answer, columns, theme, &mut rows);
    rows.push(Line::raw(""));
    rows
}

/// Who asked, and when.
fn heading(turn: &Message, columns: usize, theme: &Theme) -> Line<'static> {
    let mut at = turn.created_at.format("%Y-%m-%d %H:%M").to_string();
    if columns < MIN_TIME {
        at.clear();
    }
    let user = turn
        .user_id
        .as_ref()
        .map_or("someone", |user| user.as_str());
    let user = cut(&clean(user), columns.saturating_sub(at.len() + 2));
    let gap = columns.saturating_sub(width(&user) + at.len());
    if gap == 0 {
        return Line::styled(user, theme.title);
    }
    Line::from(vec![
        Span::styled(user, theme.title),
        Span::raw(" ".repeat(gap)),
        Span::styled(at, theme.quiet),
    ])
}

fn text(
    text: &str,
    sign: &Span<'static>,
    limit: usize,
    columns: usize,
    theme: &Theme,
    rows: &mut Vec<Line<'static>>,
) {
    let room = columns.saturating_sub(GUTTER).max(1);
    let wrapped = text.trim_end().split('\n');
    // One row more tells that there are more.
    let mut wrapped: Vec<String> = wrapped
        .flat_map(|line| wrap(&clean_line(beginning(line, limit * room)), room))
        .take(limit + 1)
        .collect();
    let is_cut = wrapped.len() > limit;
    wrapped.truncate(limit);
    for (index, row) in wrapped.into_iter().enumerate() {
        let gutter = if index == 0 {
            sign.clone()
        } else {
            Span::raw("   ")
        };
        rows.push(Line::from(vec![gutter, Span::raw(row)]));
    }
    if is_cut {
        let more = format!("   … {} in all", bytes(text.len()));
        rows.push(Line::styled(cut(&more, columns), theme.quiet));
    }
}

/// As much of a line as can be shown: a line may have megabytes.
fn beginning(line: &str, columns: usize) -> &str {
    let mut end = line.len().min((columns + 1).saturating_mul(8));
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    &line[..end]
}
