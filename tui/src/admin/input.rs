//! A line of text that is being typed.

use std::ops::Range;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::canvas::Canvas;
use super::text::{self, bytes, cut, width};

/// What stands before a password behind a URL's `?`.
const KEY: &str = "password=";
/// The most bytes that are taken; a pasted book is no query.
const MAX_BYTES: usize = 4_096;

/// What was typed, and where the next character goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Input {
    text: String,
    /// A byte of the text, between two characters.
    at: usize,
}

/// What a key did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    /// The text is another.
    Text,
    /// The place is another.
    Place,
    /// It is no key for typing.
    Nothing,
}

impl Input {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// With a text, to be typed on at its end.
    pub(crate) fn filled(text: &str) -> Self {
        let mut input = Self::default();
        input.paste(text);
        input
    }

    /// Draws it behind a sign, with the terminal's cursor in it. Of a long text the part around
    /// the place is shown.
    pub(crate) fn draw(&self, sign: &'static str, area: Rect, canvas: &mut Canvas<'_, '_>) {
        self.draw_still(sign, area, canvas);
        let (_, hidden) = self.shown(sign, area);
        canvas.cursor(area, sign.len() + self.column() - hidden);
    }

    /// The same without the cursor.
    pub(crate) fn draw_still(&self, sign: &'static str, area: Rect, canvas: &mut Canvas<'_, '_>) {
        let (shown, _) = self.shown(sign, area);
        let room = usize::from(area.width).saturating_sub(sign.len());
        let sign = Span::styled(sign, canvas.theme.key);
        canvas.put(area, Line::from(vec![sign, Span::raw(cut(shown, room))]));
    }

    /// The same as it may be shown: without the password of a URL.
    pub(crate) fn masked(&self) -> Self {
        let secret = secret(&self.text);
        let mut masked = Self::default();
        for (at, grapheme) in self.text.grapheme_indices(true) {
            if at == self.at {
                masked.at = masked.text.len();
            }
            let is_secret = secret.iter().any(|range| range.contains(&at));
            masked
                .text
                .push_str(if is_secret { "\u{2022}" } else { grapheme });
        }
        if self.at == self.text.len() {
            masked.at = masked.text.len();
        }
        masked
    }

    /// The part that is shown, and the columns before it.
    fn shown(&self, sign: &str, area: Rect) -> (&str, usize) {
        let room = usize::from(area.width).saturating_sub(sign.len() + 1);
        let column = self.column();
        let mut hidden = 0;
        let mut shown = self.text.as_str();
        for grapheme in self.text.graphemes(true) {
            if column - hidden <= room {
                break;
            }
            hidden += width(grapheme);
            shown = &shown[grapheme.len()..];
        }
        (shown, hidden)
    }

    /// Types a pasted text: on one line. What there is no room for is not taken at all.
    pub(crate) fn paste(&mut self, pasted: &str) -> Typed {
        // Terminals send a line's end as a carriage return.
        let cleaned = text::clean(&pasted.replace("\r\n", "\n").replace('\r', "\n"));
        if self.text.len() + cleaned.len() > MAX_BYTES {
            return Typed::Nothing;
        }
        self.text.insert_str(self.at, &cleaned);
        self.at += cleaned.len();
        Typed::Text
    }

    /// Types a key: the usual ones of a line editor.
    pub(crate) fn key(&mut self, key: KeyEvent) -> Typed {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        match key.code {
            KeyCode::Char('u') if control => self.remove(0),
            KeyCode::Char('w') if control => self.remove(self.word_before()),
            KeyCode::Char('a') if control => self.go(0),
            KeyCode::Char('e') if control => self.go(self.text.len()),
            KeyCode::Backspace if alt => self.remove(self.word_before()),
            KeyCode::Backspace => self.remove(self.before()),
            KeyCode::Delete => {
                let end = self.after();
                let changed = end > self.at;
                self.text.replace_range(self.at..end, "");
                if changed { Typed::Text } else { Typed::Place }
            }
            KeyCode::Left => self.go(self.before()),
            KeyCode::Right => self.go(self.after()),
            KeyCode::Home => self.go(0),
            KeyCode::End => self.go(self.text.len()),
            KeyCode::Char(char) if !control && !alt => self.paste(char.encode_utf8(&mut [0; 4])),
            _ => Typed::Nothing,
        }
    }

    /// The columns before the place.
    pub(crate) fn column(&self) -> usize {
        width(&self.text[..self.at])
    }

    fn go(&mut self, to: usize) -> Typed {
        self.at = to;
        Typed::Place
    }

    fn remove(&mut self, from: usize) -> Typed {
        let changed = from < self.at;
        self.text.replace_range(from..self.at, "");
        self.at = from;
        if changed { Typed::Text } else { Typed::Place }
    }

    fn before(&self) -> usize {
        let mut cursor = GraphemeCursor::new(self.at, self.text.len(), true);
        cursor
            .prev_boundary(&self.text, 0)
            .ok()
            .flatten()
            .unwrap_or(0)
    }

    fn after(&self) -> usize {
        let mut cursor = GraphemeCursor::new(self.at, self.text.len(), true);
        cursor
            .next_boundary(&self.text, 0)
            .ok()
            .flatten()
            .unwrap_or(self.text.len())
    }

    fn word_before(&self) -> usize {
        let mut words = self.text[..self.at].unicode_word_indices();
        words.next_back().map_or(0, |(start, _)| start)
    }
}

/// What is told of a text that no line takes.
pub(crate) fn too_long(pasted: &str) -> Option<String> {
    let (size, most) = (bytes(pasted.len()), bytes(MAX_BYTES));
    let is_long = pasted.len() > MAX_BYTES;
    is_long.then(|| format!("Not pasted: it has {size}, and a line takes {most}"))
}

/// Where the passwords of a URL stand: behind the user's name, and in what is set behind a `?`. While
/// one is typed, what may become one is taken for it.
fn secret(url: &str) -> Vec<Range<usize>> {
    let mut secret = Vec::new();
    if let Some(scheme) = url.find("://") {
        let begin = scheme + "://".len();
        let rest = &url[begin..];
        // A password may have a slash or an @ in it.
        let end = rest
            .rfind('@')
            .unwrap_or_else(|| rest.find(['/', '?']).unwrap_or(rest.len()));
        if let Some(colon) = rest[..end].find(':') {
            secret.push(begin + colon + 1..begin + end);
        }
    }
    let mut from = 0;
    while let Some(found) = url[from..].find(KEY) {
        let begin = from + found + KEY.len();
        let end = url[begin..].find('&').map_or(url.len(), |end| begin + end);
        secret.push(begin..end);
        from = end;
    }
    secret
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[KeyCode]) -> Input {
        let mut input = Input::default();
        for code in keys {
            input.key(KeyEvent::new(*code, KeyModifiers::NONE));
        }
        input
    }

    #[test]
    fn a_character_goes_as_a_whole() {
        let mut input = Input::default();
        input.paste("ae\u{301}日");
        assert_eq!(input.column(), 4);
        input.key(KeyEvent::new(KeyCode::Backspace, KeyModifiers::NONE));
        input.key(KeyEvent::new(KeyCode::Backspace, KeyModifiers::NONE));
        assert_eq!(input.text(), "a");
    }

    #[test]
    fn keys_go_where_the_place_is() {
        let input = typed(&[
            KeyCode::Char('b'),
            KeyCode::Left,
            KeyCode::Char('a'),
            KeyCode::End,
            KeyCode::Char('c'),
        ]);
        assert_eq!(input.text(), "abc");
    }

    #[test]
    fn a_word_goes_at_once() {
        let mut input = Input::default();
        input.paste("connection pool");
        assert_eq!(
            input.key(KeyEvent::new(KeyCode::Char('w'), KeyModifiers::CONTROL)),
            Typed::Text
        );
        assert_eq!(input.text(), "connection ");
    }

    #[test]
    fn lines_are_pasted_as_words() {
        for end in ["\n", "\r", "\r\n"] {
            let mut input = Input::default();
            input.paste(&format!("one{end}two"));
            assert_eq!(input.text(), "one two");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        for (url, shown) in [
            (
                "postgres://ada:s3/c@t@host/db",
                "postgres://ada:••••••@host/db",
            ),
            ("postgres://ada:sec", "postgres://ada:•••"),
            (
                "postgres://ada@host/db?password=abc&x=1",
                "postgres://ada@host/db?password=•••&x=1",
            ),
            ("postgres://host/db", "postgres://host/db"),
            ("sqlite:///a/b.db", "sqlite:///a/b.db"),
        ] {
            let mut input = Input::filled(url);
            assert_eq!(input.masked().text(), shown);
            assert_eq!(input.masked().column(), input.column());
            input.key(KeyEvent::new(KeyCode::Left, KeyModifiers::NONE));
            assert_eq!(input.masked().column(), input.column());
        }
    }

    #[test]
    fn a_book_is_refused_and_not_cut() {
        let mut input = Input::default();
        let book = "語".repeat(5_000);
        assert_eq!(input.paste(&book), Typed::Nothing);
        let why = "Not pasted: it has 15 kB, and a line takes 4.0 kB";
        assert_eq!(too_long(&book).as_deref(), Some(why));
        assert_eq!(input.text(), "");
        input.paste(&"x".repeat(MAX_BYTES));
        let key = KeyEvent::new(KeyCode::Char('y'), KeyModifiers::NONE);
        assert_eq!(input.key(key), Typed::Nothing);
        assert_eq!(input.text().len(), MAX_BYTES);
    }
}
