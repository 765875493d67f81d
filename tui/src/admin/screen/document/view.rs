//! How a document looks.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::edit::{Edit, Stage, Theirs};
use super::history::History;
use super::present::{Present, Shown};
use super::{Document, Mode};
use crate::admin::canvas::{Canvas, Target, padded, signs};
use crate::admin::text::{bytes, clean, clean_line, cut};

/// Three texts stand side by side from so many columns on; else two.
const MIN_THREE: u16 = 90;
const MIN_TWO: u16 = 50;
/// The widest that a text is made to be read.
const MAX_READ: u16 = 110;

pub(super) fn draw(screen: &Document, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let [head, body] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    draw_head(screen, head, canvas);
    let body = margins(body);
    match &screen.mode {
        Mode::History(history) => draw_history(history, body, canvas),
        Mode::Editing(edit) => draw_edit(edit, body, canvas),
        Mode::Reading | Mode::Finding(_) => draw_text(screen, body, canvas),
    }
}

fn margins(area: Rect) -> Rect {
    let margin = u16::from(area.width > 2);
    Rect {
        x: area.x + margin,
        width: area.width - 2 * margin,
        ..area
    }
}

/// What the screen has: for the next key.
fn room(area: Rect, canvas: &mut Canvas<'_, '_>) {
    canvas.drawn.room.text = usize::from(area.height);
    canvas.drawn.room.columns = usize::from(area.width);
}

fn draw_head(screen: &Document, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let area = margins(area);
    let theme = canvas.theme;
    if let Mode::Finding(input) = &screen.mode {
        input.draw("/ ", area, canvas);
        return;
    }
    let Some(Present { document, .. }) = &screen.present else {
        let words = if screen.is_gone {
            "this document has been deleted".to_owned()
        } else {
            screen
                .reading
                .error()
                .map_or_else(String::new, |failure| clean(&failure.said))
        };
        canvas.put(
            area,
            Line::styled(cut(&words, area.width.into()), theme.quiet),
        );
        return;
    };
    let tag = match &screen.mode {
        Mode::History(_) => "history",
        Mode::Editing(edit) => match edit.stage {
            Stage::Typing => "editing",
            Stage::Review(..) => "what would be saved",
            Stage::Conflict(..) => "changed by someone else meanwhile",
        },
        Mode::Reading | Mode::Finding(_) => match screen.present.as_ref().map(Present::shown) {
            Some(Shown::Source) => "source",
            Some(Shown::About) => "metadata",
            _ => "",
        },
    };
    let room = usize::from(area.width).saturating_sub(tag.len() + 2);
    let name = cut(&clean(&document.name), room);
    let code = clean(&document.code);
    let mut spans = vec![Span::styled(name.clone(), theme.title)];
    if code != name {
        let room = room.saturating_sub(crate::admin::text::width(&name) + 2);
        spans.push(Span::styled(format!("  {}", cut(&code, room)), theme.quiet));
    }
    canvas.put(area, Line::from(spans));
    let style = if matches!(screen.mode, Mode::Reading) {
        theme.quiet
    } else {
        theme.warning
    };
    canvas.put(area, Line::from(Span::styled(tag, style)).right_aligned());
}

fn draw_text(screen: &Document, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let area = Rect {
        width: area.width.min(MAX_READ),
        ..area
    };
    room(area, canvas);
    canvas.hit(area, Target::Text);
    let Some(present) = &screen.present else {
        return;
    };
    let matched = canvas.theme.matched;
    let rows = present.screen(area.width.into(), area.height.into());
    let rows = rows.into_iter().map(|row| {
        if screen.needles.is_empty() {
            row
        } else {
            screen.needles.highlight(row, matched)
        }
    });
    canvas.lines(area, rows.collect::<Vec<_>>());
}

fn draw_edit(edit: &Edit, area: Rect, canvas: &mut Canvas<'_, '_>) {
    match &edit.stage {
        Stage::Typing => {
            room(area, canvas);
            canvas.hit(area, Target::Text);
            let rows = edit.editor.screen(area.width.into(), area.height.into());
            let selected = canvas.theme.selected;
            for (row, area) in rows.into_iter().zip(area.rows()) {
                if let Some(column) = row.cursor {
                    canvas.cursor(area, column);
                }
                let pieces = row.pieces.into_iter().map(|(text, is_selected)| {
                    Span::styled(text, if is_selected { selected } else { Style::new() })
                });
                canvas.put(area, Line::from(pieces.collect::<Vec<_>>()));
            }
        }
        Stage::Review(diff, top) => {
            room(area, canvas);
            diff.draw(*top, area, canvas);
        }
        Stage::Conflict(theirs, top) => draw_conflict(edit, theirs, *top, area, canvas),
    }
}

/// Mine, theirs, and what both began with.
fn draw_conflict(
    edit: &Edit,
    conflict: &Theirs,
    top: usize,
    area: Rect,
    canvas: &mut Canvas<'_, '_>,
) {
    let count = match area.width {
        MIN_THREE.. => 3,
        MIN_TWO.. => 2,
        _ => 1,
    };
    let columns = Layout::horizontal(vec![Constraint::Fill(1); count])
        .spacing(3)
        .split(area);
    let theirs = conflict.document.as_ref().map_or_else(
        || "deleted".to_owned(),
        |document| {
            format!(
                "theirs, version {}, {}",
                document.version,
                conflict.change.summary()
            )
        },
    );
    let heads = [
        format!("mine, {}", conflict.mine.summary()),
        theirs,
        format!("both began with version {}", edit.version),
    ];
    for (index, (area, head)) in columns.iter().zip(heads).enumerate() {
        let [title, body] =
            Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(*area);
        if index > 0 {
            canvas.vertical_rule(Rect {
                x: area.x.saturating_sub(2),
                width: 1,
                ..*area
            });
        }
        let accent = canvas.theme.accent;
        canvas.put(title, Line::styled(cut(&head, title.width.into()), accent));
        room(body, canvas);
        match index {
            0 => conflict.mine.draw(top, body, canvas),
            1 => conflict.change.draw(top, body, canvas),
            _ => {
                let lines = edit.base.lines().skip(top).take(usize::from(body.height));
                let lines = lines.map(|line| Line::raw(cut(&clean_line(line), body.width.into())));
                canvas.lines(body, lines.collect::<Vec<_>>());
            }
        }
    }
}

fn draw_history(history: &History, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let beside = area.width >= MIN_TWO;
    let list = if beside {
        38.min(area.width / 2)
    } else {
        area.width
    };
    let [list, gap, text] = Layout::horizontal([
        Constraint::Length(list),
        Constraint::Length(3),
        Constraint::Fill(1),
    ])
    .areas(area);
    canvas.drawn.room.list = usize::from(list.height);
    room(text, canvas);
    canvas.hit(list, Target::List);
    if history.list.is_empty() {
        canvas.put(
            list,
            Line::styled("no earlier versions", canvas.theme.quiet),
        );
        return;
    }
    for (index, ((row, selected), area)) in history
        .list
        .visible(list.height.into())
        .zip(list.rows())
        .enumerate()
    {
        let style = if selected {
            canvas.theme.selected
        } else {
            Style::new()
        };
        canvas.style(area, style);
        let who = row
            .changed_by
            .as_deref()
            .map_or_else(String::new, |who| format!(" {}", clean(who)));
        let words = format!(
            "{:>4}  {}{who}",
            row.version,
            row.changed_at.format("%Y-%m-%d %H:%M")
        );
        let words = padded(&words, usize::from(area.width).saturating_sub(2));
        canvas.put(
            area,
            Line::from(vec![Span::raw(signs(selected, false)), Span::raw(words)]).style(style),
        );
        canvas.hit(area, Target::Row(index));
    }
    if !beside {
        return;
    }
    canvas.vertical_rule(Rect {
        x: gap.x + 1,
        width: 1,
        ..gap
    });
    canvas.hit(text, Target::Text);
    let [head, body] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(text);
    let Some(compared) = &history.compared else {
        return;
    };
    let head_words = format!(
        "from version {} to {}: {}",
        compared.version,
        compared.version + 1,
        compared.diff.summary()
    );
    let also = if compared.also.is_empty() {
        String::new()
    } else {
        format!("  {}", clean(&compared.also))
    };
    let (accent, quiet) = (canvas.theme.accent, canvas.theme.quiet);
    canvas.put(
        head,
        Line::from(vec![
            Span::styled(head_words, accent),
            Span::styled(also, quiet),
        ]),
    );
    compared.diff.draw(history.top, body, canvas);
}

/// A word about the document.
pub(super) fn status(screen: &Document) -> (String, String) {
    let Some(present) = &screen.present else {
        return Default::default();
    };
    let document = &present.document;
    if let Mode::Editing(edit) = &screen.mode {
        let (line, column) = edit.editor.position();
        let saved = match (&edit.stage, edit.is_changed) {
            (Stage::Review(diff, _), _) => diff.summary(),
            (_, true) => "not saved".to_owned(),
            (_, false) => String::new(),
        };
        let place = format!("version {}, line {line}, column {column}", edit.version);
        return (place, saved);
    }
    let left = format!(
        "version {}, changed {}, {}",
        document.version,
        document.updated_at.format("%Y-%m-%d %H:%M"),
        bytes(present.lines.bytes())
    );
    let right = match (screen.found, screen.needles.is_empty()) {
        (_, true) => String::new(),
        (Some((index, of)), false) => format!("{index} of {of} found"),
        (None, false) => "not found".to_owned(),
    };
    (left, right)
}
