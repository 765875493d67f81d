//! How the screen looks where files are taken in.

mod choosing;
mod files;
mod form;
mod past;

use std::ops::Range;

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::taking::Stage;
use super::work::Work;
use super::{Ingest, Part};
use crate::admin::canvas::{Canvas, Target};
use crate::admin::text::{clean, cut};
use crate::admin::theme::Theme;

/// The line of the parts is shown from so many rows on.
const MIN_PARTS: u16 = 5;
/// Columns of the bar that tells how far the work is.
const BAR: u16 = 50;

pub(super) fn draw(screen: &Ingest, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let is_choosing = matches!(screen.taking.stage, Stage::Choosing(_));
    let parts = u16::from(area.height >= MIN_PARTS && !is_choosing);
    let [head, body] =
        Layout::vertical([Constraint::Length(parts), Constraint::Fill(1)]).areas(area);
    let titles = [(Part::New, "new run"), (Part::Earlier, "earlier runs")];
    let titles = titles.map(|(part, title)| (title.to_owned(), part == screen.part));
    draw_choice(&titles, head, canvas);
    match (screen.part, &screen.taking.stage) {
        (Part::Earlier, _) => past::draw(&screen.runs, body, canvas),
        (Part::New, Stage::Setup) => form::draw(&screen.taking.setup, body, canvas),
        (Part::New, Stage::Choosing(chooser)) => choosing::draw(chooser, body, canvas),
        (Part::New, Stage::Working(work)) => draw_work(work, body, canvas),
        (Part::New, Stage::Files(_, Some(look))) => look.draw(body, canvas),
        (Part::New, Stage::Files(listing, None)) => files::draw(listing, body, canvas),
    }
}

/// What is chosen from, on one line; where there is no room for all, what is chosen.
fn draw_choice(titles: &[(String, bool)], area: Rect, canvas: &mut Canvas<'_, '_>) {
    let theme = canvas.theme;
    let all: usize = titles.iter().map(|(title, _)| title.len() + 3).sum();
    let fit = all <= usize::from(area.width) + 1;
    let shown = titles.iter().filter(|(_, chosen)| fit || *chosen);
    let spans = shown.flat_map(|(title, chosen)| {
        // A sign, since a style alone may not be seen.
        let (sign, style) = if *chosen {
            ("> ", theme.accent)
        } else {
            ("  ", theme.quiet)
        };
        [
            Span::styled(sign, style),
            Span::styled(title, style),
            Span::raw(" "),
        ]
    });
    canvas.put(area, spans.collect::<Line<'_>>());
}

/// Draws rows, the selected one in its style. A reversed row has one style, so that it can be read
/// on every terminal.
fn draw_rows<'line>(
    shown: Range<usize>,
    selected: usize,
    area: Rect,
    canvas: &mut Canvas<'_, '_>,
    line: impl Fn(usize, Paint<'_>) -> Line<'line>,
) {
    for (index, (row, area)) in shown.zip(area.rows()).enumerate() {
        let is_selected = row == selected;
        let style = if is_selected {
            canvas.theme.selected
        } else {
            Style::new()
        };
        canvas.style(area, style);
        let paint = Paint {
            theme: canvas.theme,
            columns: usize::from(area.width),
            is_selected,
        };
        canvas.put(area, line(row, paint).style(style));
        canvas.hit(area, Target::Row(index));
    }
}

/// How a row is painted.
#[derive(Clone, Copy)]
struct Paint<'a> {
    theme: &'a Theme,
    columns: usize,
    is_selected: bool,
}

impl Paint<'_> {
    /// The sign before the row.
    fn sign(self) -> Span<'static> {
        Span::raw(crate::admin::canvas::signs(self.is_selected, false))
    }

    /// A text in a style, where the row has none of its own.
    fn text(self, text: impl Into<String>, style: impl FnOnce(&Theme) -> Style) -> Span<'static> {
        let style = if self.is_selected {
            Style::new()
        } else {
            style(self.theme)
        };
        Span::styled(text.into(), style)
    }
}

/// How far a comparison or a run is.
fn draw_work(work: &Work, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let theme = canvas.theme;
    let room = usize::from(area.width).saturating_sub(2);
    let mut lines = vec![Line::styled(
        format!(" {}", cut(&clean(&work.what), room)),
        theme.title,
    )];
    if area.height > 4 {
        lines.push(Line::raw(""));
    }
    if let Some((done, total)) = work.share() {
        let columns = u64::from(BAR.min(area.width.saturating_sub(8)));
        let full = usize::try_from(columns * done / total).unwrap_or(0);
        let rest = usize::try_from(columns).unwrap_or(0).saturating_sub(full);
        lines.push(Line::from(vec![
            Span::raw(" "),
            Span::styled("█".repeat(full), theme.accent),
            Span::styled("░".repeat(rest), theme.quiet),
            Span::raw(format!(" {} %", done * 100 / total)),
        ]));
    }
    let words = work.words(canvas.now).into_iter();
    lines.extend(words.map(|words| Line::raw(format!(" {}", cut(&words, room)))));
    canvas.lines(area, lines);
}
