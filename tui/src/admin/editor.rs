//! A text that is being edited. What a key costs depends on what is on the screen, and not on the
//! size of the text; places are between what a reader takes for characters. The text comes out as
//! it went in, whatever characters are in it.

mod rows;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// Bytes of a line, at the most: a longer one is no text that one edits on a screen.
pub(crate) const MAX_LINE: usize = 32 * 1024;
/// Lines that are seen above the one at which one begins.
const ABOVE: usize = 3;
/// Steps that can be taken back.
const MAX_UNDO: usize = 1_000;

/// A place in the text: a line, and a byte of it between two characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) byte: usize,
}

/// A change, as it is taken back: what stands from `from` to `to` becomes `text` again.
#[derive(Clone, Debug)]
struct Undo {
    from: Place,
    to: Place,
    text: String,
    /// Where the place was before.
    at: Place,
    /// More typing may join it.
    is_open: bool,
}

/// The text, and the place in it.
#[derive(Clone, Debug)]
pub(crate) struct Editor {
    lines: Vec<String>,
    at: Place,
    /// The other end of what is selected.
    anchor: Option<Place>,
    /// The column that going up and down aims at.
    goal: Option<usize>,
    /// The first row on the screen: a line, and one of its rows.
    top: (usize, usize),
    undo: Vec<Undo>,
    redo: Vec<Undo>,
}

/// What a key did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edited {
    Text,
    Place,
    Nothing,
    /// Nothing: it would have made a line of so many bytes.
    TooLong(usize),
}

impl Editor {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            lines: text.split('\n').map(str::to_owned).collect(),
            at: Place::default(),
            anchor: None,
            goal: None,
            top: (0, 0),
            undo: Vec::new(),
            redo: Vec::new(),
        }
    }

    /// Puts the place at the beginning of a line, from 0, and the screen a little above it.
    pub(crate) fn begin_at(&mut self, line: usize) {
        let line = line.min(self.lines.len() - 1);
        self.at = Place { line, byte: 0 };
        self.top = (line.saturating_sub(ABOVE), 0);
    }

    /// The whole text.
    pub(crate) fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// The place for people: a line and a column, both from 1.
    pub(crate) fn position(&self) -> (usize, usize) {
        let before = &self.lines[self.at.line][..self.at.byte];
        (self.at.line + 1, before.graphemes(true).count() + 1)
    }

    /// Takes a key, on a screen of so many columns and rows.
    pub(crate) fn key(&mut self, key: KeyEvent, columns: usize, rows: usize) -> Edited {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        let extends = key.modifiers.contains(KeyModifiers::SHIFT);
        match key.code {
            KeyCode::Char('a') if control => self.go(self.line_start(), extends),
            KeyCode::Char('e') if control => self.go(self.line_end(), extends),
            KeyCode::Char('w') if control => self.remove_to(self.word_before()),
            KeyCode::Char('u') if control => self.remove_to(self.line_start()),
            KeyCode::Char('k') if control => {
                let end = self.line_end();
                self.remove_to(if end == self.at { self.after() } else { end })
            }
            KeyCode::Char('y') if control => self.redo(),
            KeyCode::Char('z') if alt => self.undo(),
            KeyCode::Char(char) if !control && !alt => {
                self.insert(char.encode_utf8(&mut [0; 4]), true)
            }
            KeyCode::Enter => self.insert("\n", false),
            KeyCode::Tab => self.insert("\t", false),
            KeyCode::Backspace if control || alt => self.remove_to(self.word_before()),
            KeyCode::Backspace => self.remove_to(self.before()),
            KeyCode::Delete => self.remove_to(self.after()),
            KeyCode::Left if control || alt => self.go(self.word_before(), extends),
            KeyCode::Right if control || alt => self.go(self.word_after(), extends),
            KeyCode::Left => self.go(self.before(), extends),
            KeyCode::Right => self.go(self.after(), extends),
            KeyCode::Home if control => self.go(Place::default(), extends),
            KeyCode::End if control => self.go(self.end(), extends),
            KeyCode::Home => self.go(self.line_start(), extends),
            KeyCode::End => self.go(self.line_end(), extends),
            KeyCode::Up => self.go_rows(-1, columns, extends),
            KeyCode::Down => self.go_rows(1, columns, extends),
            KeyCode::PageUp => self.go_rows(-page(rows), columns, extends),
            KeyCode::PageDown => self.go_rows(page(rows), columns, extends),
            _ => Edited::Nothing,
        }
    }

    /// Takes a text that was pasted, as it is.
    pub(crate) fn paste(&mut self, pasted: &str) -> Edited {
        self.insert(&pasted.replace("\r\n", "\n").replace('\r', "\n"), false)
    }

    /// What is selected.
    pub(crate) fn selected(&self) -> Option<String> {
        let (from, to) = self.selection()?;
        Some(self.slice(from, to))
    }

    pub(crate) fn undo(&mut self) -> Edited {
        let Some(step) = self.undo.pop() else {
            return Edited::Nothing;
        };
        let back = self.take_back(&step);
        self.redo.push(back);
        Edited::Text
    }

    pub(crate) fn redo(&mut self) -> Edited {
        let Some(step) = self.redo.pop() else {
            return Edited::Nothing;
        };
        let back = self.take_back(&step);
        self.undo.push(back);
        Edited::Text
    }

    fn selection(&self) -> Option<(Place, Place)> {
        let anchor = self.anchor.filter(|anchor| *anchor != self.at)?;
        Some((anchor.min(self.at), anchor.max(self.at)))
    }

    fn insert(&mut self, text: &str, joins: bool) -> Edited {
        let (from, to) = self.selection().unwrap_or((self.at, self.at));
        // The first line goes behind what is there, and what is there behind the last one.
        let (before, after) = (from.byte, self.lines[to.line].len() - to.byte);
        let last = text.matches('\n').count();
        let lengths = text.split('\n').enumerate().map(|(index, line)| {
            let before = if index == 0 { before } else { 0 };
            let after = if index == last { after } else { 0 };
            before + line.len() + after
        });
        let longest = lengths.max().unwrap_or(0);
        if longest > MAX_LINE {
            return Edited::TooLong(longest);
        }
        self.change(from, to, text, joins && from == to);
        Edited::Text
    }

    fn remove_to(&mut self, to: Place) -> Edited {
        let (from, to) = self
            .selection()
            .unwrap_or((self.at.min(to), self.at.max(to)));
        if from == to {
            return Edited::Nothing;
        }
        self.change(from, to, "", false);
        Edited::Text
    }

    /// Makes a change that can be taken back. Typing goes on with the step before it.
    fn change(&mut self, from: Place, to: Place, text: &str, joins: bool) {
        self.redo.clear();
        let at = self.at;
        let removed = self.replace(from, to, text);
        let joined = self.undo.last_mut().filter(|last| {
            joins && last.is_open && last.to == from && !text.chars().all(char::is_whitespace)
        });
        if let Some(last) = joined {
            last.to = self.at;
            return;
        }
        self.undo.push(Undo {
            from,
            to: self.at,
            text: removed,
            at,
            is_open: joins,
        });
        if self.undo.len() > MAX_UNDO {
            self.undo.remove(0);
        }
    }

    /// Takes a step back; gives the step that takes this back.
    fn take_back(&mut self, step: &Undo) -> Undo {
        let before = self.at;
        let text = self.replace(step.from, step.to, &step.text);
        let to = self.at;
        self.at = step.at;
        Undo {
            from: step.from,
            to,
            text,
            at: before,
            is_open: false,
        }
    }

    /// Puts a text in place of another one; the place comes behind it. Gives what was there.
    fn replace(&mut self, from: Place, to: Place, text: &str) -> String {
        let removed = self.slice(from, to);
        let tail = self.lines[to.line].split_off(to.byte);
        self.lines.truncate_between(from.line, to.line);
        self.lines[from.line].truncate(from.byte);
        let mut parts = text.split('\n');
        self.lines[from.line].push_str(parts.next().unwrap_or_default());
        let more: Vec<String> = parts.map(str::to_owned).collect();
        let line = from.line + more.len();
        let behind = from.line + 1;
        self.lines.splice(behind..behind, more);
        self.at = Place {
            line,
            byte: self.lines[line].len(),
        };
        self.lines[line].push_str(&tail);
        (self.anchor, self.goal) = (None, None);
        removed
    }

    fn slice(&self, from: Place, to: Place) -> String {
        if from.line == to.line {
            return self.lines[from.line][from.byte..to.byte].to_owned();
        }
        let mut text = self.lines[from.line][from.byte..].to_owned();
        for line in &self.lines[from.line + 1..to.line] {
            text.push('\n');
            text.push_str(line);
        }
        text.push('\n');
        text.push_str(&self.lines[to.line][..to.byte]);
        text
    }

    fn go(&mut self, to: Place, extends: bool) -> Edited {
        self.anchor = if extends {
            self.anchor.or(Some(self.at))
        } else {
            None
        };
        (self.at, self.goal) = (to, None);
        if let Some(last) = self.undo.last_mut() {
            last.is_open = false;
        }
        Edited::Place
    }

    fn line_start(&self) -> Place {
        Place { byte: 0, ..self.at }
    }

    fn line_end(&self) -> Place {
        Place {
            byte: self.lines[self.at.line].len(),
            ..self.at
        }
    }

    fn end(&self) -> Place {
        let line = self.lines.len() - 1;
        Place {
            line,
            byte: self.lines[line].len(),
        }
    }

    fn before(&self) -> Place {
        let text = &self.lines[self.at.line];
        let mut cursor = GraphemeCursor::new(self.at.byte, text.len(), true);
        match cursor.prev_boundary(text, 0).ok().flatten() {
            Some(byte) => Place { byte, ..self.at },
            None if self.at.line > 0 => {
                let line = self.at.line - 1;
                Place {
                    line,
                    byte: self.lines[line].len(),
                }
            }
            None => self.at,
        }
    }

    fn after(&self) -> Place {
        let text = &self.lines[self.at.line];
        let mut cursor = GraphemeCursor::new(self.at.byte, text.len(), true);
        match cursor.next_boundary(text, 0).ok().flatten() {
            Some(byte) => Place { byte, ..self.at },
            None if self.at.line + 1 < self.lines.len() => Place {
                line: self.at.line + 1,
                byte: 0,
            },
            None => self.at,
        }
    }

    fn word_before(&self) -> Place {
        let before = &self.lines[self.at.line][..self.at.byte];
        match before.unicode_word_indices().next_back() {
            Some((byte, _)) => Place { byte, ..self.at },
            None if self.at.byte > 0 => self.line_start(),
            None => self.before(),
        }
    }

    fn word_after(&self) -> Place {
        let text = &self.lines[self.at.line];
        let behind = &text[self.at.byte..];
        match behind.unicode_word_indices().next() {
            Some((byte, word)) => Place {
                byte: self.at.byte + byte + word.len(),
                ..self.at
            },
            None if self.at.byte < text.len() => self.line_end(),
            None => self.after(),
        }
    }
}

/// What can be done with the lines of a text.
trait Lines {
    /// Takes out the lines behind `from` up to `to`, that one with them.
    fn truncate_between(&mut self, from: usize, to: usize);
}

impl Lines for Vec<String> {
    fn truncate_between(&mut self, from: usize, to: usize) {
        if to > from {
            self.drain(from + 1..=to);
        }
    }
}

fn page(rows: usize) -> isize {
    isize::try_from(rows.saturating_sub(1).max(1)).unwrap_or(isize::MAX)
}

#[cfg(test)]
mod tests;
