//! How the figures look: blocks with a heading each, two beside each other where there is room,
//! else one below the other and scrolled.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::Stats;
use super::blocks;
use super::chart;
use crate::admin::canvas::{Canvas, Target, padded};
use crate::admin::theme::Theme;

/// From so many columns and rows on, blocks stand beside each other.
const MIN_COLUMNS: usize = 72;
const MIN_ROWS: u16 = 16;
/// Columns between two blocks beside each other, and at both edges.
const GAP: u16 = 3;
const EDGE: u16 = 1;
/// Rows of the calls' own figures, with the heading.
const HEAD: u16 = 6;
/// Rows of a plot in it.
const PLOT: usize = 2;
/// A chart has so many rows at the least, with its heading.
const CHART: u16 = 6;

/// A block of lines under a heading.
pub(super) struct Block<'a> {
    pub(super) title: String,
    pub(super) lines: Vec<Line<'a>>,
}

impl Block<'_> {
    fn rows(&self) -> u16 {
        u16::try_from(self.lines.len() + 1).unwrap_or(u16::MAX)
    }
}

pub(super) fn draw(screen: &Stats, area: Rect, canvas: &mut Canvas<'_, '_>) {
    canvas.hit(area, Target::Text);
    let inner = Rect {
        x: area.x + EDGE.min(area.width),
        width: area.width.saturating_sub(2 * EDGE),
        ..area
    };
    canvas.drawn.room.list = usize::from(area.height);
    canvas.drawn.room.columns = usize::from(inner.width);
    if screen.calls.is_none() {
        return;
    }
    if usize::from(inner.width) >= MIN_COLUMNS && area.height >= MIN_ROWS {
        // All of it is seen: there is nothing to scroll but the lists.
        draw_wide(screen, inner, canvas);
    } else {
        draw_narrow(screen, inner, canvas);
    }
}

/// How many rows there are to scroll through on so many columns.
pub(super) fn rows(screen: &Stats, columns: usize) -> usize {
    narrow(screen, columns, &Theme::MONO).len()
}

fn draw_wide(screen: &Stats, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let theme = canvas.theme;
    let half = usize::from(area.width.saturating_sub(GAP) / 2);
    let database = blocks::database(screen, half, theme);
    let tables = blocks::tables(screen, half, theme);
    // The tables take what they need, as long as the chart keeps its rows.
    let room = area.height.saturating_sub(HEAD + CHART + 2);
    let low = database.rows().max(tables.rows()).min(room);
    let low = low.max(database.rows().min(room));
    let bands = Layout::vertical([
        Constraint::Length(HEAD),
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(1),
        Constraint::Length(low),
    ]);
    let [head, _, middle, _, low] = bands.areas(area);
    let beside = |area: Rect| -> [Rect; 2] {
        let [left, _, right] = Layout::horizontal([
            Constraint::Fill(1),
            Constraint::Length(GAP),
            Constraint::Fill(1),
        ])
        .areas(area);
        [left, right]
    };
    let [left, right] = beside(head);
    draw_block(
        &blocks::pools(screen, (left.width.into(), PLOT), theme),
        left,
        canvas,
    );
    draw_block(
        &blocks::calls(screen, (right.width.into(), PLOT), theme),
        right,
        canvas,
    );
    let [left, right] = beside(middle);
    let size = (left.width, left.height.saturating_sub(1));
    draw_block(&chart::times(screen, size, theme), left, canvas);
    draw_block(
        &blocks::slow(screen, right.width.into(), theme),
        right,
        canvas,
    );
    let [left, right] = beside(low);
    draw_block(&database, left, canvas);
    draw_block(&tables, right, canvas);
}

fn draw_narrow(screen: &Stats, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let lines = narrow(screen, area.width.into(), canvas.theme);
    let last = lines.len().saturating_sub(area.height.into());
    canvas.lines(area, lines.into_iter().skip(screen.top.min(last)));
}

/// Everything, one below the other.
fn narrow<'a>(screen: &'a Stats, columns: usize, theme: &Theme) -> Vec<Line<'a>> {
    let all = [
        blocks::pools(screen, (columns, 1), theme),
        blocks::calls(screen, (columns, 1), theme),
        blocks::database(screen, columns, theme),
        blocks::slow(screen, columns, theme),
        blocks::tables(screen, columns, theme),
    ];
    let mut lines = Vec::new();
    for block in all {
        lines.push(heading(&block.title, columns, theme));
        lines.extend(block.lines);
    }
    lines
}

fn draw_block(block: &Block<'_>, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let heading = heading(&block.title, area.width.into(), canvas.theme);
    let room = usize::from(area.height).saturating_sub(1);
    let mut lines: Vec<Line<'_>> = block.lines.iter().take(room).cloned().collect();
    let left = block.lines.len() - lines.len();
    if left > 0
        && let Some(last) = lines.last_mut()
    {
        *last = Line::styled(format!("… and {} more", left + 1), canvas.theme.quiet);
    }
    canvas.lines(area, [heading].into_iter().chain(lines));
}

/// The name of a block, and a line to its end.
fn heading(title: &str, columns: usize, theme: &Theme) -> Line<'static> {
    let rule = "─".repeat(columns.saturating_sub(title.len() + 1));
    Line::from(vec![
        Span::styled(title.to_owned(), theme.accent),
        Span::raw(" "),
        Span::styled(rule, theme.rule),
    ])
}

/// The name of a figure, at the left of it.
pub(super) fn label(name: &str, theme: &Theme) -> Span<'static> {
    Span::styled(padded(name, LABEL), theme.quiet)
}

/// Columns of the names of figures.
pub(super) const LABEL: usize = 9;
