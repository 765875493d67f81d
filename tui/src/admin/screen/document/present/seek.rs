//! Looking through a document for words, and where in it one is.

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::Line;

use super::{Found, Present, Shown};
use crate::admin::find::{Needles, marked};
use crate::admin::message::Env;
use crate::admin::theme::Theme;

/// A place that is gone to has this part of the screen above it.
const ABOVE: usize = 4;
/// Bytes behind the beginning of a row in which the words of its hit are looked for.
const NEAR: usize = 8_192;

/// Where to look on from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::admin::screen::document) enum Seek {
    /// Here, or behind.
    Here,
    Next,
    Previous,
}

impl Present {
    /// Looks for other words.
    pub(in crate::admin::screen::document) fn look_for(&mut self, needles: Needles) {
        // Where it is read again, one is where one was.
        let current = self.found.current.filter(|_| self.found.of.is_none());
        self.found = Found {
            needles,
            current,
            ..Found::default()
        };
        self.find();
    }

    /// Finds the words in what is shown, unless they are found.
    pub(super) fn find(&mut self) {
        let shown = self.shown();
        let text = match (&self.rendered, shown) {
            (Some(rendered), Shown::Rendered) => rendered.text.as_str(),
            (None, Shown::Rendered) => return,
            _ => self.page().text(),
        };
        let columns = self.rendered.as_ref().map_or(0, |made| made.columns);
        let of = Some((shown, if shown == Shown::Rendered { columns } else { 0 }));
        if self.found.of == of {
            return;
        }
        let hits = self.found.needles.ranges(text);
        let is_same = self.found.of.is_none_or(|(was, _)| was == shown);
        let current = self.found.current.filter(|_| is_same);
        self.found.current = current.filter(|index| *index < hits.len());
        (self.found.of, self.found.hits) = (of, hits);
    }

    /// Which of the places was gone to, from 0, and how many there are.
    pub(in crate::admin::screen::document) fn found(&self) -> (Option<usize>, usize) {
        (self.found.current, self.found.hits.len())
    }

    /// Goes to the next place where something is found, or the one before; around the end to the
    /// beginning.
    pub(in crate::admin::screen::document) fn seek(&mut self, seek: Seek, env: &Env) {
        self.room = env.room;
        self.find();
        let hits = &self.found.hits;
        let Some(last) = hits.len().checked_sub(1) else {
            self.found.current = None;
            return;
        };
        // The one that was gone to counts as long as it is seen.
        let current = self.found.current;
        let current = current.filter(|index| self.is_seen(hits[*index].start));
        let from_here = || hits.partition_point(|hit| self.is_above(hit.start));
        let index = match (seek, current) {
            (Seek::Here, _) | (Seek::Next, None) => from_here(),
            (Seek::Next, Some(index)) => index + 1,
            (Seek::Previous, None) => from_here().checked_sub(1).unwrap_or(last),
            (Seek::Previous, Some(index)) => index.checked_sub(1).unwrap_or(last),
        };
        let index = if index > last { 0 } else { index };
        let at = hits[index].start;
        self.found.current = Some(index);
        if !self.is_seen(at) {
            self.go_to(at);
        }
    }

    /// The row of the Markdown that a byte of its text is in.
    fn row_of(&self, byte: usize) -> usize {
        let starts = self.rendered.as_ref().map(|made| made.starts.as_slice());
        let starts = starts.unwrap_or_default();
        starts
            .partition_point(|start| *start <= byte)
            .saturating_sub(1)
    }

    /// Whether a byte of what is shown is above the screen.
    fn is_above(&self, byte: usize) -> bool {
        match self.shown() {
            Shown::Rendered => self.row_of(byte) < self.row,
            _ => self.page().place_of(byte, self.room.columns) < self.place,
        }
    }

    /// Whether it is on the screen.
    fn is_seen(&self, byte: usize) -> bool {
        let (columns, height) = (self.room.columns, self.room.text);
        if self.shown() == Shown::Rendered {
            return (self.row..self.row + height).contains(&self.row_of(byte));
        }
        let page = self.page();
        let place = page.place_of(byte, columns);
        page.rows_to(self.place, place, columns, height).is_some()
    }

    /// Moves so that it is on the screen.
    fn go_to(&mut self, byte: usize) {
        let (columns, height) = (self.room.columns, self.room.text);
        let above = height / ABOVE;
        if self.shown() == Shown::Rendered {
            let last = self.rows().len().saturating_sub(height);
            self.row = self.row_of(byte).saturating_sub(above).min(last);
        } else {
            let page = self.page();
            let place = page.place_of(byte, columns);
            let above = isize::try_from(above).unwrap_or(0);
            let place = page.scroll(place, -above, columns, height);
            self.place = place.min(page.last(columns, height));
        }
    }

    /// The line of the text that one is at, from 0: the one that was gone to, if it is seen; else the
    /// first on the screen.
    pub(in crate::admin::screen::document) fn line(&self) -> usize {
        let current = self.found.current.map(|index| self.found.hits[index].start);
        let current = current.filter(|byte| self.is_seen(*byte));
        let byte = match self.shown() {
            Shown::About => 0,
            Shown::Source => {
                current.unwrap_or_else(|| self.lines.byte_of(self.place, self.room.columns))
            }
            Shown::Rendered => {
                let row = current.map_or(self.row, |byte| self.row_of(byte));
                let places = self.rendered.as_ref().map(|made| &made.places);
                let byte = places.and_then(|places| places.get(row)).copied();
                let byte = byte.unwrap_or(0);
                current.map_or(byte, |_| self.near_byte(byte))
            }
        };
        self.lines.number_of(byte)
    }

    /// Where in the text the words are that a row has which begins here.
    fn near_byte(&self, byte: usize) -> usize {
        let text = self.lines.text();
        let end = text.floor_char_boundary(text.len().min(byte + NEAR));
        let start = text.floor_char_boundary(byte);
        let found = self.found.needles.ranges(&text[start..end]);
        found.first().map_or(start, |hit| start + hit.start)
    }

    /// How far one is, in percent; None where all of it is on the screen.
    pub(in crate::admin::screen::document) fn position(&self) -> Option<usize> {
        let (columns, height) = (self.room.columns, self.room.text);
        if columns == 0 {
            return None;
        }
        let (at, last) = if self.shown() == Shown::Rendered {
            (self.row, self.rows().len().saturating_sub(height))
        } else {
            let page = self.page();
            let last = page.byte_of(page.last(columns, height), columns);
            (page.byte_of(self.place, columns), last)
        };
        (last > 0).then(|| at.min(last) * 100 / last)
    }

    /// The rows of a screen, with what is found in a style of its own: the place that was gone to
    /// differs from the others.
    pub(in crate::admin::screen::document) fn screen(
        &self,
        columns: usize,
        height: usize,
        theme: &Theme,
    ) -> Vec<Line<'static>> {
        let style = |index: usize| {
            if self.found.current == Some(index) {
                theme.matched.patch(theme.selected)
            } else {
                theme.matched
            }
        };
        let hits = &self.found.hits;
        if self.shown() != Shown::Rendered {
            let rows = self.page().marked(self.place, columns, height, hits);
            let rows = rows.into_iter().map(|(row, parts)| {
                let parts = parts.into_iter().map(|(range, hit)| (range, style(hit)));
                marked(Line::raw(row), &parts.collect::<Vec<_>>())
            });
            return rows.collect();
        }
        let Some(made) = &self.rendered else {
            return Vec::new();
        };
        let rows = made.rows.iter().zip(&made.starts);
        let rows = rows.skip(self.row).take(height).map(|(row, start)| {
            let end = start
                + row
                    .spans
                    .iter()
                    .map(|span| span.content.len())
                    .sum::<usize>();
            marked(row.clone(), &parts(hits, *start..end, style))
        });
        rows.collect()
    }
}

/// The hits that are on a row, counted from its beginning, each with its style.
fn parts(
    hits: &[Range<usize>],
    row: Range<usize>,
    style: impl Fn(usize) -> Style,
) -> Vec<(Range<usize>, Style)> {
    let first = hits.partition_point(|hit| hit.end <= row.start);
    let on_row = hits.iter().enumerate().skip(first);
    let on_row = on_row.take_while(|(_, hit)| hit.start < row.end);
    on_row
        .map(|(index, hit)| {
            let (from, to) = (hit.start.max(row.start), hit.end.min(row.end));
            (from - row.start..to - row.start, style(index))
        })
        .collect()
}
