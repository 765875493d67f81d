//! How the trash looks, and what was done.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use service::{Batch, DateTime, Utc};

use super::{Item, Part, Trash};
use crate::admin::canvas::{Canvas, Target, padded, signs};
use crate::admin::text::{clean, plural, width};

/// Who it was is shown from so many columns on, and when.
const MIN_WHO: usize = 60;
const MIN_WHEN: usize = 36;
/// Columns of both, with the gap before each.
const WHO: usize = 16;
const WHEN: usize = 18;

pub(super) fn draw(screen: &Trash, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let [head, rows] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    draw_parts(screen.part, head, canvas);
    canvas.drawn.room.list = usize::from(rows.height);
    canvas.hit(rows, Target::List);
    if screen.list.is_empty() {
        let words = match screen.part {
            Part::Documents => "no document is in the trash",
            Part::Threads => "no thread is in the trash",
            Part::Messages => {
                "no message is in the trash by itself; those of a deleted thread are with it"
            }
            Part::Done => "nothing was changed or deleted yet",
        };
        canvas.put(rows, Line::styled(format!("  {words}"), canvas.theme.quiet));
        return;
    }
    let height = usize::from(rows.height);
    for (index, ((item, selected), area)) in
        screen.list.visible(height).zip(rows.rows()).enumerate()
    {
        let marked = screen.list.is_marked(item);
        let style = match (selected, marked) {
            (true, _) => canvas.theme.selected,
            (false, true) => canvas.theme.marked,
            (false, false) => Style::new(),
        };
        canvas.style(area, style);
        // Dim text in a reversed row is unreadable on many terminals.
        let quiet = if selected {
            Style::new()
        } else {
            canvas.theme.quiet
        };
        let line = row_line(item, signs(selected, marked), area.width, quiet);
        canvas.put(area, line.style(style));
        canvas.hit(area, Target::Row(index));
    }
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

fn row_line(item: &Item, signs: &'static str, width: u16, quiet: Style) -> Line<'static> {
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
        Item::Batch(row) => (done(row), state(row), row.actor.as_deref(), row.at),
    };
    let room = usize::from(width).saturating_sub(2);
    let who_columns = if room >= MIN_WHO { WHO } else { 0 };
    let when_columns = if room >= MIN_WHEN { WHEN } else { 0 };
    let room = room - who_columns - when_columns;
    let more = clean(&more);
    let more_columns = if more != name && self::width(&more) + 12 <= room {
        self::width(&more) + 2
    } else {
        0
    };
    let mut spans = vec![
        Span::raw(signs),
        Span::raw(padded(&clean(&name), room - more_columns)),
    ];
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
        let when = when.format("  %Y-%m-%d %H:%M").to_string();
        spans.push(Span::styled(when, quiet));
    }
    Line::from(spans)
}

/// What was done, and to what: `deleted 3 documents: a, ...`.
fn done(batch: &Batch) -> String {
    let label = batch.label.as_deref().unwrap_or_default();
    let subject = batch.subject.name();
    match (batch.rows, batch.rows_is_exact) {
        (1, true) => format!("{} {subject} {label}", batch.action),
        (rows, true) => format!("{} {}: {label}, …", batch.action, plural(rows, subject)),
        (rows, false) => format!("{} more than {rows} {subject}s: {label}, …", batch.action),
    }
}

/// Whether it was taken back, or took something back.
fn state(batch: &Batch) -> String {
    match (batch.undone_by, batch.undoes) {
        (Some(_), _) => "taken back".to_owned(),
        (None, Some(_)) => "an undo".to_owned(),
        (None, None) => String::new(),
    }
}
