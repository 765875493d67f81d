//! A table: its columns as wide as what is in them, and cut where the room does not suffice.

use pulldown_cmark::Alignment;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::admin::canvas::padded;
use crate::admin::text::{cut, width};
use crate::admin::theme::Theme;

/// What stands between two columns.
const GAP: &str = " │ ";
/// Columns of a table that are shown.
const MAX_COLUMNS: usize = 24;
/// Rows of a table that are looked at for how wide its columns are.
const MEASURED: usize = 500;

#[derive(Debug)]
pub(super) struct Table {
    alignments: Vec<Alignment>,
    rows: Vec<Vec<String>>,
    row: Vec<String>,
}

impl Table {
    pub(super) fn new(mut alignments: Vec<Alignment>) -> Self {
        alignments.truncate(MAX_COLUMNS);
        Self {
            alignments,
            rows: Vec::new(),
            row: Vec::new(),
        }
    }

    pub(super) fn cell(&mut self, spans: Vec<(String, Style)>) {
        if self.row.len() < self.alignments.len() {
            let text: String = spans.into_iter().map(|(text, _)| text).collect();
            self.row.push(text);
        }
    }

    pub(super) fn end_row(&mut self) {
        self.rows.push(std::mem::take(&mut self.row));
    }

    pub(super) fn rows(&self, room: usize, theme: &Theme) -> Vec<Line<'static>> {
        let widths = self.widths(room);
        let mut lines = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let style = if index == 0 {
                theme.title
            } else {
                Style::new()
            };
            let mut spans = Vec::new();
            for (column, columns) in widths.iter().enumerate() {
                if column > 0 {
                    spans.push(Span::styled(GAP, theme.rule));
                }
                let cell = row.get(column).map_or("", String::as_str);
                spans.push(Span::styled(self.placed(column, cell, *columns), style));
            }
            lines.push(Line::from(spans));
            if index == 0 {
                let rule: Vec<String> = widths.iter().map(|columns| "─".repeat(*columns)).collect();
                lines.push(Line::styled(rule.join("─┼─"), theme.rule));
            }
        }
        lines
    }

    fn placed(&self, column: usize, cell: &str, columns: usize) -> String {
        match self.alignments.get(column) {
            Some(Alignment::Right) => {
                let cell = cut(cell, columns);
                " ".repeat(columns.saturating_sub(width(&cell))) + &cell
            }
            _ => padded(cell, columns),
        }
    }

    /// How wide each column is: the widest gives way first.
    fn widths(&self, room: usize) -> Vec<usize> {
        let measured = self.rows.iter().take(MEASURED);
        let mut widths = vec![1; self.alignments.len()];
        for row in measured {
            for (columns, cell) in widths.iter_mut().zip(row) {
                *columns = (*columns).max(width(cell).min(room));
            }
        }
        let gaps = GAP.chars().count() * widths.len().saturating_sub(1);
        let room = room.saturating_sub(gaps);
        while widths.iter().sum::<usize>() > room {
            let Some(widest) = widths.iter_mut().max() else {
                break;
            };
            if *widest <= 1 {
                break;
            }
            *widest -= 1;
        }
        widths
    }
}
