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
        let mut picture = format!("{}---\n{letters}---\n", self.text());
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

/// What can be seen of a cell's style.
fn plain(cell: &Cell) -> Style {
    let style = Style::new().add_modifier(cell.modifier);
    match cell.fg {
        Color::Reset => style,
        colour => style.fg(colour),
    }
}
