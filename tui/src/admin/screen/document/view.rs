//! How a document looks.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use service::{DateTime, Utc};

use super::history::History;
use super::present::{Present, Shown};
use super::{Document, Mode};
use crate::admin::canvas::{Canvas, Target, margins, padded, signs};
use crate::admin::text::{bytes, clean, cut, exact};

/// The list of versions has what they changed beside it from so many columns on.
const MIN_BESIDE: u16 = 50;
/// The widest that a text is made to be read.
const MAX_READ: u16 = 110;

pub(super) fn draw(screen: &Document, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let [head, body] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    draw_head(screen, head, canvas);
    let body = margins(body);
    match &screen.mode {
        Mode::History(history) => {
            let first = screen.present.as_ref();
            let first = first.map(|present| present.document.created_at);
            draw_history(history, first, body, canvas);
        }
        Mode::Reading | Mode::Finding(_) => draw_text(screen, body, canvas),
    }
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
    canvas.room(area);
    canvas.hit(area, Target::Text);
    let Some(present) = &screen.present else {
        return;
    };
    let rows = present.screen(area.width.into(), area.height.into(), canvas.theme);
    canvas.lines(area, rows);
}

/// `first` is when the document was first stored.
fn draw_history(
    history: &History,
    first: Option<DateTime<Utc>>,
    area: Rect,
    canvas: &mut Canvas<'_, '_>,
) {
    let beside = area.width >= MIN_BESIDE;
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
    let [head, body] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(text);
    canvas.drawn.room.list = usize::from(list.height);
    canvas.room(body);
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
        let first = first.filter(|_| row.version == 1);
        let made = history.made(row.version).or(first.map(|at| (at, None)));
        let words = if let Some((at, who)) = made {
            let who = who.map_or_else(String::new, |who| format!(" {}", clean(who)));
            format!("{:>4}  {}{who}", row.version, at.format("%Y-%m-%d %H:%M"))
        } else {
            let until = row.changed_at.format("%Y-%m-%d %H:%M");
            format!("{:>4}  until {until}", row.version)
        };
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
    let Some(compared) = &history.compared else {
        return;
    };
    let head_words = if history.is_whole {
        format!("version {}", compared.version)
    } else {
        format!(
            "from version {} to {}: {}",
            compared.version,
            compared.version + 1,
            compared.diff.summary()
        )
    };
    let also = if history.is_whole {
        String::new()
    } else {
        format!("  {}", compared.also)
    };
    let (accent, quiet) = (canvas.theme.accent, canvas.theme.quiet);
    canvas.put(
        head,
        Line::from(vec![
            Span::styled(head_words, accent),
            Span::styled(also, quiet),
        ]),
    );
    if let Some(shown) = history.shown() {
        shown.draw(history.top, body, canvas);
    }
}

/// A word about the document.
pub(super) fn status(screen: &Document) -> (String, String) {
    let Some(present) = &screen.present else {
        return Default::default();
    };
    let document = &present.document;
    let position = match (&screen.mode, present.position()) {
        (Mode::Reading | Mode::Finding(_), Some(percent)) => format!("{percent} %, "),
        _ => String::new(),
    };
    let left = format!(
        "{position}version {}, changed {}, {}",
        document.version,
        document.updated_at.format("%Y-%m-%d %H:%M"),
        bytes(present.lines.bytes())
    );
    let right = match (screen.needles.is_empty(), present.found()) {
        (true, _) => String::new(),
        (false, (_, 0)) => "not found".to_owned(),
        (false, (Some(index), of)) => {
            format!("{} of {} found", exact(index as u64 + 1), exact(of as u64))
        }
        (false, (None, of)) => format!("{} found", exact(of as u64)),
    };
    (left, right)
}
