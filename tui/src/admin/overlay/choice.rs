//! A question that is answered with one of several.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::Outcome;
use crate::admin::canvas::{Canvas, Target, padded, signs};
use crate::admin::command::Move;
use crate::admin::message::Message;
use crate::admin::text::{clean, width, wrap};

const COLUMNS: u16 = 60;

#[derive(Debug)]
pub(crate) struct Choice {
    title: String,
    about: Vec<String>,
    options: Vec<(String, Message)>,
    selected: usize,
    is_about_jobs: bool,
}

impl Choice {
    pub(crate) fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            about: Vec::new(),
            options: Vec::new(),
            selected: 0,
            is_about_jobs: false,
        }
    }

    /// With a paragraph about it.
    pub(crate) fn about(mut self, paragraph: impl AsRef<str>) -> Self {
        self.about.push(clean(paragraph.as_ref()));
        self
    }

    /// It is about what runs, and of no use once nothing does.
    pub(crate) const fn about_jobs(mut self) -> Self {
        self.is_about_jobs = true;
        self
    }

    pub(crate) const fn is_about_jobs(&self) -> bool {
        self.is_about_jobs
    }

    /// With one more answer.
    pub(crate) fn or(mut self, label: impl Into<String>, then: Message) -> Self {
        self.options.push((label.into(), then));
        self
    }

    pub(super) fn go(&mut self, to: Move) {
        let last = self.options.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(to.rows(last)).min(last);
    }

    pub(super) fn click(&mut self, row: usize) -> bool {
        let again = row == self.selected;
        self.selected = row.min(self.options.len().saturating_sub(1));
        again
    }

    pub(super) fn take(mut self) -> Result<Outcome, Self> {
        if self.selected < self.options.len() {
            Ok(Outcome::Happen(self.options.swap_remove(self.selected).1))
        } else {
            Err(self)
        }
    }

    pub(super) fn draw(&self, canvas: &mut Canvas<'_, '_>) {
        let columns = COLUMNS.min(canvas.area().width.saturating_sub(4));
        let mut about: Vec<String> = self
            .about
            .iter()
            .flat_map(|paragraph| wrap(paragraph, columns.into()))
            .collect();
        let room = usize::from(canvas.area().height).saturating_sub(self.options.len() + 3);
        about.truncate(room);
        let gap = usize::from(!about.is_empty());
        let height = u16::try_from(about.len() + gap + self.options.len()).unwrap_or(u16::MAX);
        let longest = self.options.iter().map(|(label, _)| width(label) + 2);
        let title = width(&self.title) + 4;
        let wide = about
            .iter()
            .map(|row| width(row))
            .chain(longest)
            .max()
            .unwrap_or(0)
            .max(title);
        let inner = canvas.popup(
            &self.title,
            u16::try_from(wide).unwrap_or(columns).min(columns),
            height,
        );
        let words = about.len() + gap;
        canvas.lines(inner, about.into_iter().map(Line::raw));
        for ((row, (label, _)), area) in self
            .options
            .iter()
            .enumerate()
            .zip(inner.rows().skip(words))
        {
            let selected = row == self.selected;
            let style = if selected {
                canvas.theme.selected
            } else {
                Style::new()
            };
            canvas.style(area, style);
            let label = padded(label, usize::from(area.width).saturating_sub(2));
            canvas.put(
                area,
                Line::from(vec![Span::raw(signs(selected, false)), Span::raw(label)]).style(style),
            );
            canvas.hit(area, Target::Over(row));
        }
    }
}
