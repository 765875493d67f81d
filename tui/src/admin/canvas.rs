//! What views draw on: a frame with the theme and the moment, that remembers where things were
//! put, so that a click finds them.

use std::time::Instant;

use ratatui::Frame;
use ratatui::layout::{Alignment, Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear};

use super::command::Command;
use super::message::Room;
use super::request::Latest;
use super::screen::Screen;
use super::text::{cut, width};
use super::theme::Theme;

const SPINNER: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/// What something on the screen is, for the mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The name of a screen.
    Screen(Screen),
    /// A hint.
    Command(Command),
    /// A row of the list, counted on the screen.
    Row(usize),
    /// The list, where it has no row.
    List,
    Text,
    /// A part of a text that is written.
    Part(usize),
    /// The line between the list and the text.
    Split,
    /// A row of what lies over the screen.
    Over(usize),
}

/// What was drawn where.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawn {
    pub(crate) room: Room,
    hits: Vec<(Rect, Target)>,
}

impl Drawn {
    /// What is at a place: what was drawn last.
    pub(crate) fn at(&self, column: u16, row: u16) -> Option<Target> {
        self.hit(column, row).map(|(_, target)| *target)
    }

    /// The column and row within what is at a place.
    pub(crate) fn within(&self, column: u16, row: u16) -> (usize, usize) {
        self.hit(column, row).map_or((0, 0), |(area, _)| {
            (usize::from(column - area.x), usize::from(row - area.y))
        })
    }

    fn hit(&self, column: u16, row: u16) -> Option<&(Rect, Target)> {
        let place = Position::new(column, row);
        self.hits
            .iter()
            .rev()
            .find(|(area, _)| area.contains(place))
    }
}

/// A frame that is being drawn.
pub(crate) struct Canvas<'a, 'b> {
    frame: &'a mut Frame<'b>,
    pub(crate) theme: &'a Theme,
    pub(crate) now: Instant,
    pub(crate) drawn: Drawn,
}

impl<'a, 'b> Canvas<'a, 'b> {
    pub(crate) fn new(frame: &'a mut Frame<'b>, theme: &'a Theme, now: Instant) -> Self {
        Self {
            frame,
            theme,
            now,
            drawn: Drawn::default(),
        }
    }

    pub(crate) fn area(&self) -> Rect {
        self.frame.area()
    }

    /// Draws a line on the first row of an area. Where there is no room for all of it, an ellipsis
    /// tells that it goes on.
    pub(crate) fn put<'line>(&mut self, area: Rect, line: impl Into<Line<'line>>) {
        let area = area.intersection(self.frame.area());
        if area.area() > 0 {
            let line = cut_line(line.into(), area.width.into());
            self.frame.render_widget(line, Rect { height: 1, ..area });
        }
    }

    /// Draws lines on the rows of an area, as many as there is room for.
    pub(crate) fn lines<'line>(
        &mut self,
        area: Rect,
        lines: impl IntoIterator<Item = Line<'line>>,
    ) {
        for (row, line) in area.rows().zip(lines) {
            self.put(row, line);
        }
    }

    /// Gives a whole area a style.
    pub(crate) fn style(&mut self, area: Rect, style: Style) {
        let area = area.intersection(self.frame.area());
        self.frame.buffer_mut().set_style(area, style);
    }

    /// Remembers what an area is.
    pub(crate) fn hit(&mut self, area: Rect, target: Target) {
        self.drawn.hits.push((area, target));
    }

    /// Tells the room that the text has: for the next key.
    pub(crate) fn room(&mut self, area: Rect) {
        self.drawn.room.text = usize::from(area.height);
        self.drawn.room.columns = usize::from(area.width);
    }

    /// A vertical line over the whole height.
    pub(crate) fn vertical_rule(&mut self, area: Rect) {
        for row in area.rows() {
            self.put(row, Span::styled("│", self.theme.rule));
        }
    }

    /// Puts the terminal's cursor where something is typed.
    pub(crate) fn cursor(&mut self, area: Rect, column: usize) {
        if area.area() > 0 {
            let last = area.right().saturating_sub(1);
            let x = u16::try_from(column)
                .map_or(last, |column| area.x.saturating_add(column).min(last));
            self.frame.set_cursor_position((x, area.y));
        }
    }

    /// A box in the middle of the screen, emptied; gives the area within.
    pub(crate) fn popup(&mut self, title: &str, columns: u16, rows: u16) -> Rect {
        let screen = self.frame.area();
        let (columns, rows) = (
            (columns + 4).min(screen.width),
            (rows + 2).min(screen.height),
        );
        let area = Rect {
            x: screen.x + (screen.width - columns) / 2,
            y: screen.y + (screen.height - rows) / 3,
            width: columns,
            height: rows,
        };
        self.boxed(area, title, self.theme.accent)
    }

    /// A box, emptied; gives the area within.
    pub(crate) fn boxed(&mut self, area: Rect, title: &str, style: Style) -> Rect {
        self.frame.render_widget(Clear, area);
        let mut block = Block::bordered()
            .border_type(BorderType::Rounded)
            .border_style(self.theme.rule);
        if !title.is_empty() {
            let title = cut(title, usize::from(area.width.saturating_sub(6)));
            let style = style.remove_modifier(Modifier::DIM);
            block = block.title(Line::styled(format!(" {title} "), style));
        }
        let inner = block.inner(area);
        self.frame.render_widget(block, area);
        Rect {
            x: inner.x + u16::from(inner.width > 2),
            width: inner
                .width
                .saturating_sub(if inner.width > 2 { 2 } else { 0 }),
            ..inner
        }
    }

    /// The spinner's picture for a request; None while there is no need for one.
    pub(crate) fn spinner(&self, request: Option<&Latest>) -> Option<&'static str> {
        request?.spinner(self.now).map(picture)
    }
}

/// The beginning of a line that fits, as [`cut`] does it. What is aligned to the right is left to be
/// cut at its beginning.
fn cut_line(mut line: Line<'_>, columns: usize) -> Line<'_> {
    let is_left = line.alignment.is_none_or(|side| side == Alignment::Left);
    if !is_left
        || line
            .spans
            .iter()
            .map(|span| span.content.len())
            .sum::<usize>()
            <= columns
    {
        return line;
    }
    // Spaces at the end are no text that is missed.
    if width(line.to_string().trim_end()) <= columns {
        return line;
    }
    let mut room = columns;
    let mut kept = Vec::new();
    let last = line.spans.len() - 1;
    for (index, span) in std::mem::take(&mut line.spans).into_iter().enumerate() {
        let needs = width(&span.content);
        if needs < room || index == last && needs <= room {
            room -= needs;
            kept.push(span);
            continue;
        }
        // A text that is longer by one is cut, and ends with the sign.
        let rest = format!("{} ", span.content);
        let part = cut(&rest, room);
        kept.push(Span::styled(part, span.style));
        break;
    }
    line.spans = kept;
    line
}

/// An area without a column at its left and right, where it has more.
pub(crate) fn margins(area: Rect) -> Rect {
    let margin = u16::from(area.width > 2);
    Rect {
        x: area.x + margin,
        width: area.width - 2 * margin,
        ..area
    }
}

/// A picture of the spinner.
pub(crate) fn picture(number: usize) -> &'static str {
    SPINNER[number % SPINNER.len()]
}

/// The signs before a row: whether it is selected, and whether it is marked. Styles alone may not
/// be seen.
pub(crate) const fn signs(selected: bool, marked: bool) -> &'static str {
    match (selected, marked) {
        (false, false) => "  ",
        (true, false) => "> ",
        (false, true) => " *",
        (true, true) => ">*",
    }
}

/// A text cut or filled up to so many columns.
pub(crate) fn padded(text: &str, columns: usize) -> String {
    let mut text = cut(text, columns);
    text.extend(std::iter::repeat_n(
        ' ',
        columns.saturating_sub(width(&text)),
    ));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(spans: &[&'static str], columns: usize) -> String {
        let spans: Vec<Span<'_>> = spans.iter().map(|text| Span::raw(*text)).collect();
        cut_line(Line::from(spans), columns).to_string()
    }

    #[test]
    fn a_line_that_does_not_fit_says_so() {
        assert_eq!(shown(&["one ", "two"], 7), "one two");
        assert_eq!(shown(&["one ", "two"], 6), "one t…");
        assert_eq!(shown(&["one", " two", " three"], 7), "one tw…");
        assert_eq!(shown(&["one", "two"], 3), "on…");
        assert_eq!(shown(&["日本", "語"], 5), "日本…");
        // Nothing is missed of what is blank.
        assert_eq!(shown(&["one  ", "  "], 4), "one    ");
        let right = Line::raw("one two").right_aligned();
        assert_eq!(cut_line(right, 3).to_string(), "one two");
    }
}
