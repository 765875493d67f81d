//! Commands, found by their names.

use crossterm::event::KeyEvent;
use ratatui::layout::{Constraint, Layout};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::Outcome;
use crate::admin::canvas::{Canvas, Target, padded, signs};
use crate::admin::command::first_that_works;
use crate::admin::command::{App, Command, Context, Entry, Keymap, Move};
use crate::admin::input::{Input, Typed};
use crate::admin::text::width;
use crate::admin::window::scrolled;

/// Columns and rows of the whole.
const COLUMNS: u16 = 72;
const ROWS: u16 = 16;

#[derive(Debug)]
pub(crate) struct Palette {
    /// The place whose commands it has.
    of: Context,
    input: Input,
    selected: usize,
    top: usize,
}

impl Palette {
    pub(crate) fn of(context: Context) -> Self {
        Self {
            of: context,
            input: Input::default(),
            selected: 0,
            top: 0,
        }
    }

    pub(super) fn go(&mut self, to: Move, keymap: &Keymap, height: usize) {
        let rows = self.found(keymap).len();
        self.selected = self
            .selected
            .saturating_add_signed(to.rows(height))
            .min(rows.saturating_sub(1));
        self.top = scrolled(self.top, self.selected, height, rows);
    }

    pub(super) fn key(&mut self, key: KeyEvent) {
        if self.input.key(key) == Typed::Text {
            (self.selected, self.top) = (0, 0);
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        self.input.paste(text);
        (self.selected, self.top) = (0, 0);
    }

    pub(super) fn click(&mut self, row: usize) -> bool {
        let clicked = self.top + row;
        let again = clicked == self.selected;
        self.selected = clicked;
        again
    }

    pub(super) fn run(&self, keymap: &Keymap) -> Outcome {
        let found = self.found(keymap);
        let chosen = found.get(self.selected.min(found.len().saturating_sub(1)));
        chosen.map_or(Outcome::Close, |entry| Outcome::Run(entry.command))
    }

    /// The commands that fit what is typed, the best first.
    fn found(&self, keymap: &Keymap) -> Vec<&'static Entry> {
        let typed = self.input.text().to_lowercase();
        let mut found: Vec<(usize, &'static Entry)> = keymap
            .of(self.of)
            .filter(|(entry, _)| is_offered(entry))
            .filter_map(|(entry, _)| {
                let by_id = distance(&typed, entry.id);
                let by_help = distance(&typed, &entry.help.to_lowercase());
                Some((by_id.into_iter().chain(by_help).min()?, entry))
            })
            .collect();
        found.sort_by_key(|(distance, _)| *distance);
        found.into_iter().map(|(_, entry)| entry).collect()
    }

    pub(super) fn draw(&self, keymap: &Keymap, canvas: &mut Canvas<'_, '_>) {
        let inner = canvas.popup("Commands", COLUMNS, ROWS);
        let [line, list] =
            Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(inner);
        self.input.draw("> ", line, canvas);
        let height = usize::from(list.height);
        canvas.drawn.room.over = height;
        let found = self.found(keymap);
        if found.is_empty() {
            canvas.put(
                list,
                Line::styled("  no command is called that", canvas.theme.quiet),
            );
        }
        let (key, quiet) = (canvas.theme.key, canvas.theme.quiet);
        let rows = found.into_iter().enumerate().skip(self.top);
        for (row, ((index, entry), area)) in rows.zip(list.rows()).enumerate() {
            let selected = index == self.selected;
            if selected {
                canvas.style(area, canvas.theme.selected);
            }
            let keys = keymap.of(self.of).find(|(of, _)| of.id == entry.id);
            let keys = keys
                .and_then(|(_, keys)| first_that_works(self.of, keys))
                .map_or_else(String::new, |key| key.to_string());
            let style = |own: Style| if selected { Style::new() } else { own };
            let room = usize::from(area.width).saturating_sub(2 + width(&keys) + 1);
            let name = entry.id.len().min(24) + 2;
            canvas.put(
                area,
                Line::from(vec![
                    Span::raw(signs(selected, false)),
                    Span::raw(padded(entry.id, name.max(24).min(room))),
                    Span::styled(
                        padded(entry.help, room.saturating_sub(name.max(24))),
                        style(quiet),
                    ),
                    Span::raw(" "),
                    Span::styled(keys, style(key)),
                ]),
            );
            canvas.hit(area, Target::Over(row));
        }
    }
}

/// Movements are no use in a palette, and it is there itself.
fn is_offered(entry: &Entry) -> bool {
    !matches!(entry.command, Command::Move(_) | Command::App(App::Palette))
}

/// How far a text is from what is typed: characters that stand between its letters, and a little
/// for where the first of them is. None where a letter is missing.
fn distance(typed: &str, text: &str) -> Option<usize> {
    let mut between = 0;
    let mut rest = text;
    for (index, letter) in typed
        .chars()
        .filter(|char| !char.is_whitespace())
        .enumerate()
    {
        let at = rest.find(letter)?;
        between += if index == 0 { at.min(8) } else { at * 2 };
        rest = &rest[at + letter.len_utf8()..];
    }
    Some(between)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::command::{CONTEXTS, of, table};

    fn found(typed: &str) -> Vec<&'static str> {
        let mut palette = Palette::of(Context::Documents);
        palette.paste(typed);
        palette
            .found(&Keymap::default())
            .iter()
            .map(|entry| entry.id)
            .collect()
    }

    #[test]
    fn a_command_is_found_by_its_letters() {
        assert_eq!(found("theme")[0], "app.theme");
        assert_eq!(found("sort")[0], "documents.sort");
        assert_eq!(found("quit")[0], "app.quit");
        assert!(found("zzzz").is_empty());
    }

    #[test]
    fn commands_whose_keys_were_taken_away_are_there() {
        let none = table().map(|entry| (entry.id.to_owned(), Vec::new()));
        let (keymap, problems) = Keymap::new(&none.collect());
        assert_eq!(
            problems,
            [
                "app.interrupt keeps ctrl-c: one key has to lead out",
                "app.quit has no key left; ctrl-c quits",
            ]
        );
        let opens = |context: &Context| of(*context).any(|entry| entry.id == "app.palette");
        for context in CONTEXTS.into_iter().filter(opens) {
            let found = Palette::of(context).found(&keymap);
            let missing: Vec<&str> = of(context)
                .filter(|entry| found.iter().all(|found| found.id != entry.id))
                .filter(|entry| !matches!(entry.command, Command::Move(_)))
                .map(|entry| entry.id)
                .collect();
            assert_eq!(missing, ["app.palette"], "{context:?}");
        }
    }

    #[test]
    fn without_a_word_every_command_of_the_place_is_there() {
        let all = Keymap::default();
        let offered = all
            .of(Context::Documents)
            .filter(|(entry, _)| is_offered(entry));
        assert_eq!(found("").len(), offered.count());
    }
}
