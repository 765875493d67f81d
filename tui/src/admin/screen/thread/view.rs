//! How a thread looks: its turns as cards, the oldest on top.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::Thread;
use super::cards;
use crate::admin::canvas::{Canvas, Target};
use crate::admin::text::{clean, cut};

pub(super) fn draw(screen: &Thread, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let [head, body] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    draw_head(screen, head, canvas);
    let body = Rect {
        x: body.x + 2.min(body.width),
        width: body.width.saturating_sub(3),
        ..body
    };
    canvas.drawn.room.text = usize::from(body.height);
    canvas.drawn.room.columns = usize::from(body.width);
    canvas.hit(area, Target::Text);
    if screen.deck.is_empty() {
        let words = "no turn has been said here yet";
        canvas.put(body, Line::styled(words, canvas.theme.quiet));
        return;
    }
    let (columns, height) = (usize::from(body.width), isize_of(body.height.into()));
    let Some(first) = screen.deck.first(columns, canvas.theme) else {
        return;
    };
    let mut row = first.row;
    for (index, turn) in screen.deck.turns().enumerate().skip(first.index) {
        if row >= height {
            break;
        }
        let selected = screen.deck.is_selected(turn);
        let card = screen.deck.card(turn, columns, canvas.theme);
        // Of a long card only what is seen is looked at.
        let hidden = usize::try_from(-row).unwrap_or(0).min(card.len());
        let shown = (hidden + usize::from(body.height)).min(card.len());
        row += isize_of(hidden);
        for (number, line) in card.iter().enumerate().take(shown).skip(hidden) {
            if let Some(area) = at(body, row) {
                if number == 0 {
                    draw_sign(selected, area, canvas);
                    canvas.hit(area, Target::Row(index));
                }
                let style = if selected && number == 0 {
                    canvas.theme.selected
                } else {
                    ratatui::style::Style::new()
                };
                canvas.style(area, style);
                let line = if selected && number == 0 {
                    // Dim text in a reversed row is unreadable on many terminals.
                    Line::styled(line.to_string(), style)
                } else if number == 0 {
                    line.clone()
                } else {
                    cards::marked(line.clone(), &screen.deck.needles, canvas.theme)
                };
                canvas.put(area, line);
            }
            row += 1;
        }
        row += isize_of(card.len() - shown);
    }
}

/// The sign before the selected card: a style alone may not be seen.
fn draw_sign(selected: bool, area: Rect, canvas: &mut Canvas<'_, '_>) {
    if selected {
        let sign = Rect {
            x: area.x.saturating_sub(2),
            width: 2,
            ..area
        };
        canvas.style(sign, canvas.theme.selected);
        canvas.put(sign, Span::styled("> ", canvas.theme.selected));
    }
}

/// The row of an area with this number, if it is in it.
fn at(area: Rect, row: isize) -> Option<Rect> {
    let row = u16::try_from(row).ok().filter(|row| *row < area.height)?;
    Some(Rect {
        y: area.y + row,
        height: 1,
        ..area
    })
}

fn isize_of(number: usize) -> isize {
    isize::try_from(number).unwrap_or(isize::MAX)
}

fn draw_head(screen: &Thread, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let theme = canvas.theme;
    let room = usize::from(area.width).saturating_sub(2);
    if let Some(input) = screen.finding() {
        input.draw("/ ", area, canvas);
        return;
    }
    if screen.is_gone {
        canvas.put(
            area,
            Line::styled(" this thread has been deleted", theme.quiet),
        );
        return;
    }
    let id = clean(screen.id().map_or("", |id| id.as_str()));
    let title = screen
        .about
        .as_ref()
        .and_then(|about| about.title.as_deref())
        .map(clean);
    let (name, more) = match title {
        Some(title) => (title, format!("  {id}")),
        None => (id, String::new()),
    };
    let pin = match &screen.about {
        Some(about) if about.pinned => "^ ",
        _ => "",
    };
    canvas.put(
        area,
        Line::from(vec![
            Span::raw(format!(" {pin}")),
            Span::styled(cut(&name, room), theme.title),
            Span::styled(more, theme.quiet),
        ]),
    );
}

/// A word about the thread.
pub(super) fn status(screen: &Thread) -> (String, String) {
    let Some(about) = &screen.about else {
        return Default::default();
    };
    let user = about
        .user_id
        .as_ref()
        .map_or_else(String::new, |user| format!("of {}, ", clean(user.as_str())));
    let turns = u64::try_from(about.message_count).unwrap_or_default();
    let turns = crate::admin::text::plural(turns, "turn");
    let last = about.last_message_at.map_or_else(String::new, |at| {
        at.format(", last on %Y-%m-%d").to_string()
    });
    let found = if screen.deck.needles.is_empty() {
        String::new()
    } else {
        "n and N go through what is looked for".to_owned()
    };
    (format!("{user}{turns}{last}"), found)
}
