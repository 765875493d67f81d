//! Clusters of characters that terminals don't agree on: some take a vowel sign, a flag or an emoji
//! for more columns than others do. What such a cluster does to its row must not last: the cursor is
//! placed anew behind it, and its row is drawn whole, as long as it is there and once after.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use ratatui::layout::{Position, Size};
use ratatui::style::Modifier;
use unicode_width::UnicodeWidthStr;

/// Whether terminals may not agree on how many columns this takes.
fn is_doubtful(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    match (chars.next(), chars.next()) {
        (_, Some(_)) => true,
        (Some(char), None) => {
            matches!(char, '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1ffff}')
        }
        (None, None) => false,
    }
}

/// The rows that had such clusters in the frame before.
#[derive(Debug, Default)]
pub(crate) struct DoubtfulRows(Vec<bool>);

impl DoubtfulRows {
    /// Has the rows of this frame that have such clusters, or had them in the last one, drawn whole.
    pub(crate) fn redraw(&mut self, frame: &mut Buffer) {
        let width = usize::from(frame.area.width).max(1);
        self.0.resize(usize::from(frame.area.height), false);
        for (row, was) in frame.content.chunks_mut(width).zip(&mut self.0) {
            let is = row.iter().any(|cell| is_doubtful(cell.symbol()));
            if is || *was {
                for cell in row {
                    cell.set_diff_option(CellDiffOption::AlwaysUpdate);
                }
            }
            *was = is;
        }
    }
}

/// A terminal whose cursor is placed anew behind each such cluster.
#[derive(Debug)]
pub(crate) struct Steady<W: Write>(CrosstermBackend<W>);

impl<W: Write> Steady<W> {
    pub(crate) fn new(writer: W) -> Self {
        Self(CrosstermBackend::new(writer))
    }
}

impl<W: Write> Backend for Steady<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut plain: Vec<(u16, u16, &Cell)> = Vec::new();
        for (x, y, cell) in content {
            if !is_doubtful(cell.symbol()) {
                plain.push((x, y, cell));
                continue;
            }
            // One that takes less than it may leaves nothing of what was there.
            let mut blank = Cell::new(" ");
            blank.set_style(cell.style().remove_modifier(Modifier::all()));
            let columns = u16::try_from(cell.symbol().width()).unwrap_or(1).max(1);
            plain.extend((0..columns).map(|column| (x + column, y, &blank)));
            self.0.draw(plain.drain(..))?;
            self.0.draw(std::iter::once((x, y, cell)))?;
            plain = Vec::new();
        }
        self.0.draw(plain.into_iter())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.0.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.0.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.0.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.0.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.0.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.0.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        self.0.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.0.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.0)
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::*;

    const BENGALI: &str = "নে";

    /// What is written to the terminal for the second frame, after the first.
    fn written(first: &[&str], second: &[&str]) -> String {
        let area = Rect::new(0, 0, 6, 2);
        let mut rows = DoubtfulRows::default();
        let frames = [first, second].map(|lines| {
            let mut frame = Buffer::empty(area);
            for (y, line) in (0..).zip(lines) {
                frame.set_string(0, y, line, ratatui::style::Style::new());
            }
            rows.redraw(&mut frame);
            frame
        });
        let [before, after] = &frames;
        let mut bytes = Vec::new();
        Steady::new(&mut bytes)
            .draw(before.diff_iter(after))
            .expect("drawn");
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn the_cursor_is_placed_anew_behind_what_terminals_do_not_agree_on() {
        let bytes = written(&["", ""], &[&format!("a{BENGALI}b"), "x"]);
        let behind = bytes.split_once(BENGALI).expect("it is drawn").1;
        let next = behind.find('b').expect("what follows is drawn");
        assert!(behind[..next].contains("\u{1b}[1;4H"), "{bytes:?}");
        // It stands on blanks.
        assert!(
            bytes.split_once(BENGALI).expect("drawn").0.contains("a  "),
            "{bytes:?}"
        );
    }

    #[test]
    fn a_row_that_had_such_a_cluster_is_drawn_whole_once_more() {
        let (with, without) = (format!("a{BENGALI}b"), "a");
        assert!(written(&[&with, "x"], &[without, "x"]).contains("a     "));
        assert!(!written(&["abcd", "x"], &[without, "x"]).contains('a'));
    }

    #[test]
    fn usual_letters_and_lines_are_not_doubted() {
        for symbol in ["a", "é", "я", "日", "น", "│", "…", "▸", "한"] {
            assert!(!is_doubtful(symbol), "{symbol}");
        }
        for symbol in [BENGALI, "e\u{301}", "🇩🇪", "👍🏽", "😀", "☂", "น้ำ"] {
            assert!(is_doubtful(symbol), "{symbol}");
        }
    }
}
