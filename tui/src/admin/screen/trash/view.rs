//! How the trash looks, and what was done.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use service::{DateTime, Utc};

use super::{Item, Part, Trash};
use crate::admin::batches;
use crate::admin::browser::Look;
use crate::admin::canvas::{Canvas, padded};
use crate::admin::text::{clean, plural, width, wrap};
use crate::admin::theme::Theme;

/// What a row was is shown beside the list from so many columns on.
const MIN_BESIDE: u16 = 90;
/// From so many columns on there is room for who it was and for the time; from fewer on for a short
/// name and the day; then for the time alone.
const MIN_WHOLE: usize = 60;
const MIN_WHO: usize = 44;
const MIN_WHEN: usize = 36;
/// Columns of both, with the gap before each.
const WHO: usize = 16;
const SHORT_WHO: usize = 10;
const WHEN: usize = 18;
const DAY: usize = 12;

pub(super) fn draw(screen: &Trash, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let [head, area] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    draw_parts(screen.part, head, canvas);
    let (head, rows, beside) = screen.browser.areas(area, MIN_BESIDE, canvas);
    draw_head(screen.part, head, canvas);
    if screen.browser.list.is_empty() {
        let words = match screen.part {
            Part::Documents => "no document is in the trash",
            Part::Threads => "no thread is in the trash",
            Part::Messages => {
                "no message is in the trash by itself; those of a deleted thread are with it"
            }
            Part::Done => "nothing was changed or deleted yet",
        };
        let quiet = canvas.theme.quiet;
        let words = wrap(words, usize::from(rows.width).saturating_sub(3).max(1));
        let lines = words
            .into_iter()
            .map(|row| Line::styled(format!("  {row}"), quiet));
        canvas.lines(rows, lines);
        return;
    }
    screen.browser.draw_rows(rows, canvas, row_spans);
    if let Some(area) = beside {
        match screen.browser.preview() {
            Some(preview) => {
                let (columns, most) = (area.width.into(), area.height.into());
                let rows = preview.rows(columns, most, canvas.theme);
                canvas.lines(area, rows);
            }
            None => screen.browser.draw_problem(area, canvas),
        }
    }
}

/// The headings of the columns.
fn draw_head(part: Part, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let theme = canvas.theme;
    let (what, when) = match part {
        Part::Documents => ("document", "  deleted ↓"),
        Part::Threads => ("thread", "  deleted ↓"),
        Part::Messages => ("message", "  deleted ↓"),
        Part::Done => ("what", "  when ↓"),
    };
    let (name, who_columns, when_columns) = columns(area.width.saturating_sub(2));
    let mut spans = vec![Span::styled(
        padded(&format!("  {what}"), name + 2),
        theme.quiet,
    )];
    if who_columns > 0 {
        spans.push(Span::styled(padded("  by", who_columns), theme.quiet));
    }
    if when_columns > 0 {
        spans.push(Span::styled(when, theme.accent));
    }
    canvas.put(area, Line::from(spans));
}

/// How a row's columns are shared out: what it was, by whom and when it was deleted.
fn columns(width: u16) -> (usize, usize, usize) {
    let room = usize::from(width);
    let (who, when) = match room {
        MIN_WHOLE.. => (WHO, WHEN),
        MIN_WHO.. => (SHORT_WHO, DAY),
        MIN_WHEN.. => (0, WHEN),
        _ => (0, 0),
    };
    (room - who - when, who, when)
}

/// The parts; the one that is shown stands out.
fn draw_parts(shown: Part, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let theme = canvas.theme;
    let room = usize::from(area.width);
    let all: usize = Part::ALL.iter().map(|part| part.title().len() + 3).sum();
    let parts = Part::ALL
        .into_iter()
        .filter(|part| *part == shown || all < room);
    let spans = parts.flat_map(|part| {
        // A sign, since a style alone may not be seen.
        let (sign, style) = if part == shown {
            ("> ", theme.accent)
        } else {
            ("  ", theme.quiet)
        };
        [
            Span::styled(sign, style),
            Span::styled(part.title(), style),
            Span::raw(" "),
        ]
    });
    canvas.put(area, spans.collect::<Line<'_>>());
}

fn row_spans(item: &Item, look: Look, width: u16, theme: &Theme) -> Vec<Span<'static>> {
    let quiet = look.quiet(theme);
    let (name, more, who, when): (String, String, Option<&str>, DateTime<Utc>) = match item {
        Item::Document(row) => (
            row.code.clone(),
            row.name.clone(),
            row.changed_by.as_deref(),
            row.changed_at,
        ),
        Item::Thread(row) => {
            let messages = u64::try_from(row.message_count).unwrap_or_default();
            (
                row.title.clone().unwrap_or_else(|| row.id.to_string()),
                plural(messages, "message"),
                row.deleted_by.as_deref(),
                row.deleted_at,
            )
        }
        Item::Message(row) => (
            row.message.question.chars().take(400).collect(),
            format!("in {}", row.message.thread_id),
            row.deleted_by.as_deref(),
            row.deleted_at,
        ),
        Item::Batch(row) => (
            batches::done(row),
            batches::state(row).to_owned(),
            row.actor.as_deref(),
            row.at,
        ),
    };
    let (room, who_columns, when_columns) = columns(width);
    let (name, more) = (clean(&name), clean(&more));
    let columns_of_more = self::width(&more) + 2;
    // What it was called is shown as a whole before anything more is.
    let more_columns = if more != name && self::width(&name) + columns_of_more <= room {
        columns_of_more
    } else {
        0
    };
    let mut spans = vec![Span::raw(padded(&name, room - more_columns))];
    if more_columns > 0 {
        spans.push(Span::styled(format!("  {more}"), quiet));
    }
    if who_columns > 0 {
        let who = clean(who.unwrap_or("someone"));
        spans.push(Span::styled(
            padded(&format!("  {who}"), who_columns),
            quiet,
        ));
    }
    if when_columns > 0 {
        let form = if when_columns == DAY {
            "  %Y-%m-%d"
        } else {
            "  %Y-%m-%d %H:%M"
        };
        let when = when.format(form).to_string();
        spans.push(Span::styled(when, quiet));
    }
    spans
}
