//! How a folder is chosen.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::draw_rows;
use crate::admin::canvas::{Canvas, Target};
use crate::admin::screen::ingest::chooser::Chooser;
use crate::admin::text::{clean, cut, cut_front};

/// Where one is, is shown from so many rows on.
const MIN_BASE: u16 = 4;

pub(super) fn draw(chooser: &Chooser, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let base = u16::from(area.height >= MIN_BASE);
    let [base, typed, rows] = Layout::vertical([
        Constraint::Length(base),
        Constraint::Length(1),
        Constraint::Fill(1),
    ])
    .areas(area);
    let quiet = canvas.theme.quiet;
    let room = usize::from(base.width).saturating_sub(5);
    let path = cut_front(&clean(&chooser.base()), room);
    let line = vec![
        Span::styled(" in ", quiet),
        Span::styled(path, canvas.theme.title),
    ];
    canvas.put(base, Line::from(line));
    chooser.input.draw("> ", typed, canvas);
    canvas.drawn.room.list = usize::from(rows.height);
    canvas.hit(rows, Target::List);
    let offers = chooser.offers();
    if offers.is_empty() {
        let words = cut(
            &clean(chooser.nothing()),
            usize::from(rows.width).saturating_sub(3),
        );
        canvas.put(rows, Line::styled(format!("  {words}"), quiet));
        return;
    }
    let shown = chooser.spot.shown(offers.len(), usize::from(rows.height));
    let ends = shown.end == offers.len();
    let left = rows
        .height
        .saturating_sub(u16::try_from(shown.len()).unwrap_or(0));
    let selected = chooser.spot.selected();
    draw_rows(shown, selected, rows, canvas, |row, paint| {
        let name = clean(&chooser.name(offers[row]));
        let name = cut(&name, paint.columns.saturating_sub(2));
        Line::from(vec![paint.sign(), Span::raw(name)])
    });
    if chooser.is_cut() && ends && left > 0 {
        let last = Rect {
            y: rows.bottom() - left,
            ..rows
        };
        let words = "  there are more: type what it begins with";
        canvas.put(last, Line::styled(words, quiet));
    }
}
