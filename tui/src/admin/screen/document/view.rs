//! How a document looks.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::{Document, Present};
use crate::admin::canvas::{Canvas, Target};
use crate::admin::text::{bytes, clean, cut};

pub(super) fn draw(screen: &Document, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let [head, body] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    let body = Rect {
        x: body.x + u16::from(body.width > 2),
        width: body.width.saturating_sub(2 * u16::from(body.width > 2)),
        ..body
    };
    canvas.drawn.room.text = usize::from(body.height);
    canvas.drawn.room.columns = usize::from(body.width);
    canvas.hit(area, Target::Text);
    let theme = canvas.theme;
    let room = usize::from(head.width).saturating_sub(2);
    let Some(Present { document, lines }) = &screen.present else {
        let words = if screen.is_gone {
            "this document has been deleted".to_owned()
        } else {
            screen
                .reading
                .error()
                .map_or_else(String::new, |failure| clean(&failure.said))
        };
        canvas.put(
            head,
            Line::styled(format!(" {}", cut(&words, room)), theme.quiet),
        );
        return;
    };
    let name = cut(&clean(&document.name), room);
    let code = clean(&document.code);
    let more = if code == name {
        String::new()
    } else {
        format!("  {code}")
    };
    canvas.put(
        head,
        Line::from(vec![
            Span::styled(format!(" {name}"), theme.title),
            Span::styled(more, theme.quiet),
        ]),
    );
    let rows = lines.screen(screen.place, body.width.into(), body.height.into());
    canvas.lines(body, rows.into_iter().map(Line::raw));
}

/// A word about the document.
pub(super) fn status(screen: &Document) -> (String, String) {
    let Some(Present { document, lines }) = &screen.present else {
        return Default::default();
    };
    let left = format!(
        "version {}, changed {}",
        document.version,
        document.updated_at.format("%Y-%m-%d %H:%M")
    );
    (left, bytes(lines.bytes()))
}
