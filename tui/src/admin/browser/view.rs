//! How a list, a search in its place, and what is beside them share the screen.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use service::SearchResults;

use super::{Beside, Browser, Focus, Hit, Preview};
use crate::admin::canvas::{Canvas, Target, signs};
use crate::admin::list::Row;
use crate::admin::nothing;
use crate::admin::search::snippet_line;
use crate::admin::text::{clean, cut, exact};
use crate::admin::theme::Theme;

/// The list has headings from so many rows on.
const MIN_HEADED: u16 = 8;
/// Rows of a hit: what it is, and where it fits.
const HIT: usize = 2;

/// How many hits fit into so many rows.
pub(super) fn hits_on(rows: usize) -> usize {
    (rows / HIT).max(1)
}

/// What of a row is told by its look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) selected: bool,
    pub(crate) marked: bool,
}

impl Look {
    /// The style of the row.
    fn style(self, theme: &Theme) -> Style {
        match (self.selected, self.marked) {
            (true, _) => theme.selected,
            (false, true) => theme.marked,
            (false, false) => Style::new(),
        }
    }

    /// The style of what matters less in it: dim text in a reversed row is unreadable on many
    /// terminals.
    pub(crate) fn quiet(self, theme: &Theme) -> Style {
        if self.selected {
            Style::new()
        } else {
            theme.quiet
        }
    }
}

impl<T: Row, H: Hit<Id = T::Id, Preview = P>, P: Preview> Browser<T, H, P> {
    /// The list's head and its rows, and where there are so many columns what is beside it.
    pub(crate) fn areas(
        &self,
        area: Rect,
        min_beside: u16,
        canvas: &mut Canvas<'_, '_>,
    ) -> (Rect, Rect, Option<Rect>) {
        let (list, beside) = if self.beside == Beside::Shown && area.width >= min_beside {
            let [list, gap, beside] = Layout::horizontal([
                Constraint::Percentage(self.share),
                Constraint::Length(3),
                Constraint::Fill(1),
            ])
            .areas(area);
            canvas.vertical_rule(Rect {
                x: gap.x + 1,
                width: 1,
                ..gap
            });
            canvas.hit(gap, Target::Split);
            canvas.hit(beside, Target::Text);
            (list, Some(beside))
        } else {
            (area, None)
        };
        let head = u16::from(self.search.is_some() || area.height >= MIN_HEADED);
        let [head, rows] =
            Layout::vertical([Constraint::Length(head), Constraint::Fill(1)]).areas(list);
        canvas.drawn.room.list = usize::from(rows.height);
        canvas.hit(rows, Target::List);
        (head, rows, beside)
    }

    /// Draws the rows of the list, each as `line` has it, without its signs.
    pub(crate) fn draw_rows(
        &self,
        area: Rect,
        canvas: &mut Canvas<'_, '_>,
        line: impl Fn(&T, Look, u16, &Theme) -> Vec<Span<'static>>,
    ) {
        let rows = self.list.visible(area.height.into());
        for (index, ((row, selected), area)) in rows.zip(area.rows()).enumerate() {
            let marked = self.list.is_marked(row);
            let look = Look { selected, marked };
            let style = look.style(canvas.theme);
            let mut spans = vec![Span::raw(signs(selected, marked))];
            spans.extend(line(row, look, area.width.saturating_sub(2), canvas.theme));
            canvas.style(area, style);
            canvas.put(area, Line::from(spans).style(style));
            canvas.hit(area, Target::Row(index));
        }
    }

    /// Draws the query and what it found, where there is a search: each hit with the title that
    /// `title` gives it for so many columns. Whether there is one.
    pub(crate) fn draw_search(
        &self,
        head: Rect,
        rows: Rect,
        canvas: &mut Canvas<'_, '_>,
        title: impl Fn(&H, usize) -> String,
    ) -> bool {
        let Some(search) = &self.search else {
            return false;
        };
        match self.focus {
            Focus::Query => search.input.draw("/ ", head, canvas),
            Focus::List => search.input.draw_still("/ ", head, canvas),
        }
        let found = search.results.as_ref();
        let nothing_in = found.filter(|results| results.hits.is_empty() && !search.is_stale());
        if let Some(results) = nothing_in {
            let [read_as, rows] =
                Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(rows);
            nothing::draw_read_as(&results.understood, read_as, canvas);
            let suggested = search.suggested();
            let terms = results.understood.terms.iter();
            let terms = terms.map(|term| vec![(term, H::WHAT)]);
            nothing::draw(&results.understood, suggested, terms, rows, canvas);
            return true;
        }
        let fresh = if search.is_stale() {
            canvas.theme.quiet
        } else {
            Style::new()
        };
        let mut areas = rows.rows();
        for (index, (hit, selected)) in search.visible(hits_on(rows.height.into())).enumerate() {
            let style = match (selected, self.hits.has(hit.of())) {
                (true, _) => canvas.theme.selected,
                (false, true) => canvas.theme.marked,
                (false, false) => fresh,
            };
            let Some(first) = areas.next() else { break };
            let columns = usize::from(first.width).saturating_sub(2);
            let marked = self.hits.has(hit.of());
            let title = format!("{}{}", signs(selected, marked), title(hit, columns));
            canvas.style(first, style);
            canvas.put(first, Line::styled(cut(&title, first.width.into()), style));
            canvas.hit(first, Target::Row(index));
            let Some(second) = areas.next() else { break };
            let snippet = snippet_line(hit.snippet(), second.width.into(), canvas.theme);
            canvas.put(second, snippet.style(fresh));
            canvas.hit(second, Target::Row(index));
        }
        true
    }

    /// Draws why nothing could be read of the selected row, if that is so.
    pub(crate) fn draw_problem(&self, area: Rect, canvas: &mut Canvas<'_, '_>) {
        if let Some(failure) = self.reading.error() {
            let said = cut(&clean(&failure.said), area.width.into());
            canvas.put(area, Line::styled(said, canvas.theme.error));
        }
    }

    /// How much the search found; None where there is none.
    pub(crate) fn found(&self) -> Option<String> {
        let found = self.search.as_ref()?.results.as_ref().map(found);
        Some(found.unwrap_or_default())
    }

    /// How many rows are marked, in words.
    pub(crate) fn marked(&self) -> String {
        let Some(marks) = self.marks() else {
            return String::new();
        };
        let is_ranging = match self.search {
            Some(_) => self.hits.is_ranging(),
            None => self.list.is_ranging(),
        };
        let range = if is_ranging { ", range" } else { "" };
        format!("{} marked{range}", marks.count())
    }
}

fn found<H>(results: &SearchResults<H>) -> String {
    let at_least = if results.total_is_exact {
        ""
    } else {
        "at least "
    };
    format!(
        "{at_least}{} found in {:.0} ms",
        exact(results.total),
        results.elapsed_ms
    )
}
