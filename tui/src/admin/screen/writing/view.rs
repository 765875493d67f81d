//! How a text looks while it is written.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::Writing;
use super::parts::Parts;
use super::stage::{Conflict, Stage, TEXTS};
use crate::admin::canvas::{Canvas, Target, margins};
use crate::admin::editor::Editor;
use crate::admin::text::{clean, cut, exact, wrap};

/// Three texts stand side by side from so many columns on; else two.
const MIN_THREE: u16 = 90;
const MIN_TWO: u16 = 50;
/// Rows of what a text in conflict is called, from so many rows on; else one.
const HEAD: u16 = 2;
const MIN_HEAD: u16 = 12;
/// A question and its answer are shown together from so many rows on.
const MIN_BOTH: u16 = 8;

pub(super) fn draw(screen: &Writing, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let area = margins(area);
    let [head, body] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    draw_head(screen, head, canvas);
    match &screen.stage {
        Stage::Typing => draw_parts(&screen.parts, body, canvas),
        Stage::Review(diff, top) => {
            canvas.room(body);
            diff.draw(*top, body, canvas);
        }
        Stage::Conflict(conflict) => draw_conflict(screen, conflict, body, canvas),
    }
}

fn draw_head(screen: &Writing, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let tag = match screen.stage {
        Stage::Typing => "editing",
        Stage::Review(..) => "what would be saved",
        Stage::Conflict(ref conflict) if conflict.theirs.texts.is_none() => {
            "deleted by someone else meanwhile"
        }
        Stage::Conflict(_) => "changed by someone else meanwhile",
    };
    let room = usize::from(area.width).saturating_sub(tag.len() + 2);
    let title = cut(&clean(&screen.title), room);
    let (of_title, of_tag) = (canvas.theme.title, canvas.theme.warning);
    canvas.put(area, Line::styled(title, of_title));
    let tag = Span::styled(tag, of_tag);
    canvas.put(area, Line::from(tag).right_aligned());
}

/// The text; or where there are two, one above the other.
fn draw_parts(parts: &Parts, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let mut rest = area;
    let has_room = area.height >= MIN_BOTH;
    for ((index, editor), title) in parts.editors().enumerate().zip(parts.titles()) {
        let has_keys = index == parts.active();
        let Some(title) = title else {
            draw_editor(editor, index, has_keys, rest, canvas);
            return;
        };
        // The answer is the longer one. Where there is no room for both, the one that has the keys
        // is there.
        let share = match (has_room, has_keys) {
            (true, _) if index + 1 < parts.count() => rest.height / 3,
            (true, _) | (false, true) => rest.height,
            (false, false) => continue,
        };
        let [part, below] =
            Layout::vertical([Constraint::Length(share), Constraint::Fill(1)]).areas(rest);
        let [heading, body] =
            Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(part);
        // A sign, since a style alone may not be seen.
        let (sign, style) = if has_keys {
            ("> ", canvas.theme.accent)
        } else {
            ("  ", canvas.theme.quiet)
        };
        canvas.put(heading, Line::styled(format!("{sign}{title}"), style));
        let body = Rect {
            x: body.x + 2.min(body.width),
            width: body.width.saturating_sub(2),
            ..body
        };
        draw_editor(editor, index, has_keys, body, canvas);
        rest = below;
    }
}

fn draw_editor(
    editor: &Editor,
    part: usize,
    has_keys: bool,
    area: Rect,
    canvas: &mut Canvas<'_, '_>,
) {
    if has_keys {
        canvas.room(area);
    }
    canvas.hit(area, Target::Part(part));
    let rows = editor.screen(area.width.into(), area.height.into());
    let selected = canvas.theme.selected;
    for (row, area) in rows.into_iter().zip(area.rows()) {
        if let Some(column) = row.cursor.filter(|_| has_keys) {
            canvas.cursor(area, column);
        }
        let pieces = row.pieces.into_iter().map(|(text, is_selected)| {
            Span::styled(text, if is_selected { selected } else { Style::new() })
        });
        canvas.put(area, Line::from(pieces.collect::<Vec<_>>()));
    }
}

/// Mine, theirs, and what both began with: as many as there is room for.
fn draw_conflict(screen: &Writing, conflict: &Conflict, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let count = match area.width {
        MIN_THREE.. => TEXTS,
        MIN_TWO.. => 2,
        _ => 1,
    };
    let columns = Layout::horizontal(vec![Constraint::Fill(1); count])
        .spacing(3)
        .split(area);
    let heads = heads(screen, conflict);
    let rows = if area.height < MIN_HEAD { 1 } else { HEAD };
    let accent = canvas.theme.accent;
    for (place, ((index, text), area)) in conflict.texts().zip(columns.iter()).enumerate() {
        let number = if count < TEXTS {
            format!("{} of {TEXTS}: ", index + 1)
        } else {
            String::new()
        };
        let head = format!("{number}{}", clean(&heads[index]));
        let head = if rows > 1 {
            wrap(&head, area.width.into())
        } else {
            vec![cut(&head, area.width.into())]
        };
        let [title, body] =
            Layout::vertical([Constraint::Length(rows), Constraint::Fill(1)]).areas(*area);
        if place > 0 {
            canvas.vertical_rule(Rect {
                x: area.x.saturating_sub(2),
                width: 1,
                ..*area
            });
        }
        let head = head.into_iter().map(|row| Line::styled(row, accent));
        canvas.lines(title, head);
        canvas.room(body);
        text.draw(conflict.top, body, canvas);
    }
}

/// What the texts are called.
fn heads(screen: &Writing, conflict: &Conflict) -> [String; TEXTS] {
    let theirs = &conflict.theirs;
    let version = |version: Option<i64>| {
        version.map_or_else(String::new, |version| format!(", version {version}"))
    };
    let by = theirs.by.as_ref();
    let by = by.map_or_else(String::new, |by| format!(" by {by}"));
    let at = theirs.at.map_or_else(String::new, |at| {
        at.format(" on %Y-%m-%d at %H:%M").to_string()
    });
    let summary = conflict.change.summary();
    let said = match (&theirs.texts, by.is_empty() && at.is_empty()) {
        (None, _) => format!("deleted{by}{at}"),
        (Some(_), true) => format!("theirs{}, {summary}", version(theirs.version)),
        (Some(_), false) => {
            format!(
                "theirs{}, {summary}, saved{by}{at}",
                version(theirs.version)
            )
        }
    };
    [
        format!("mine, {}", conflict.mine.summary()),
        said,
        format!("what both began with{}", version(screen.version)),
    ]
}

/// A word about the text.
pub(super) fn status(screen: &Writing) -> (String, String) {
    let version = screen
        .version
        .map_or_else(String::new, |version| format!("version {version}"));
    let saved = match (&screen.stage, screen.is_changed) {
        _ if screen.is_locked() => "being saved".to_owned(),
        _ if screen.undrafted.is_some() => format!(
            "! drafts cannot be written: {}",
            screen.undrafted.as_deref().unwrap_or_default()
        ),
        (Stage::Review(diff, _), _) => diff.summary(),
        (_, true) => "not saved".to_owned(),
        (_, false) => String::new(),
    };
    let editor = screen.parts.editors().nth(screen.parts.active());
    let Some(editor) = editor.filter(|_| screen.is_typing()) else {
        return (version, saved);
    };
    let comma = if version.is_empty() { "" } else { ", " };
    let (line, column) = editor.position();
    (
        format!(
            "{version}{comma}line {}, column {}",
            exact(line as u64),
            exact(column as u64)
        ),
        saved,
    )
}
