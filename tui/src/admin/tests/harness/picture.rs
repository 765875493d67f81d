//! The screen as a picture that is kept, with the styles of its cells.

use std::fmt::Write;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Style};

use super::Admin;
use crate::admin::message::Message;

impl Admin {
    /// The screen as a picture: its text, and below it the style of each cell as a letter, with
    /// what the letters mean.
    pub(in crate::admin::tests) fn picture(&self) -> String {
        let mut styles: Vec<Style> = vec![Style::new()];
        let mut letters = String::new();
        for cells in self.rows() {
            let mut row = String::new();
            for cell in cells {
                let style = plain(cell);
                let index = styles
                    .iter()
                    .position(|known| *known == style)
                    .unwrap_or_else(|| {
                        styles.push(style);
                        styles.len() - 1
                    });
                let letter = if index == 0 {
                    '.'
                } else {
                    char::from(b'a' + u8::try_from(index - 1).unwrap())
                };
                row.push(letter);
            }
            letters += row.trim_end_matches('.');
            letters.push('\n');
        }
        let mut picture = format!("{}---\n{letters}---\n", at_a_fixed_time(&self.text()));
        for (index, style) in styles.iter().enumerate().skip(1) {
            let letter = char::from(b'a' + u8::try_from(index - 1).unwrap());
            let colour = style.fg.map_or_else(String::new, |fg| format!(" {fg}"));
            writeln!(picture, "{letter} ={colour} {:?}", style.add_modifier).unwrap();
        }
        picture
    }

    /// Compares the screen with the picture of this name in `tests/screens`. With
    /// `FOLIO_SCREENS=write` in the environment the picture is made anew: read the difference
    /// before committing it.
    #[track_caller]
    pub(in crate::admin::tests) fn looks_like(&mut self, name: &str) {
        let path = format!(
            "{}/src/admin/tests/screens/{name}.txt",
            env!("CARGO_MANIFEST_DIR")
        );
        // The store's folder is another one each time.
        let store = self.model.link.store().map(|store| store.database.clone());
        self.model.link.call("sqlite:///notes/a.db");
        self.take(Message::Resized);
        let picture = self.picture();
        self.model.link.call(&store.unwrap_or_default());
        if std::env::var_os("FOLIO_SCREENS").is_some() {
            std::fs::write(&path, &picture).unwrap();
        }
        let wanted = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(picture == wanted, "{name} is\n{picture}\nand was\n{wanted}");
    }
}

/// The day of the tests' stores, and what a moment of another day becomes: what is deleted or
/// replaced is dated by the database itself.
const DAY: &str = "2026-09-21";
const TIME: &str = "14:40";

/// A screen with the moments of today as if they were of the day of the tests' stores.
fn at_a_fixed_time(screen: &str) -> String {
    let mut fixed = String::with_capacity(screen.len());
    let mut rest = screen;
    while let Some(char) = rest.chars().next() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let is_year = digits == 4 && rest[4..].starts_with('-') && !fixed.ends_with('-');
        if !is_year {
            let length = digits.max(char.len_utf8());
            fixed.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        let is_of_date = |byte: &u8| byte.is_ascii_digit() || *byte == b'-';
        let date = rest.bytes().take(DAY.len()).take_while(is_of_date).count();
        let is_other = !DAY.starts_with(&rest[..date]);
        let is_cut = rest[date..].starts_with('…');
        let is_date = date == DAY.len() || is_cut;
        fixed.push_str(if is_other && is_date {
            &DAY[..date]
        } else {
            &rest[..date]
        });
        rest = &rest[date..];
        let gap = [" at ", " "].into_iter().find(|gap| rest.starts_with(gap));
        let time = gap.and_then(|gap| rest.get(gap.len()..gap.len() + TIME.len()));
        if let (true, Some(gap), Some(time)) = (is_other && is_date, gap, time)
            && time.as_bytes()[2] == b':'
        {
            fixed.push_str(gap);
            fixed.push_str(TIME);
            rest = &rest[gap.len() + TIME.len()..];
        }
    }
    fixed
}

/// What can be seen of a cell's style.
fn plain(cell: &Cell) -> Style {
    let style = Style::new().add_modifier(cell.modifier);
    match cell.fg {
        Color::Reset => style,
        colour => style.fg(colour),
    }
}
