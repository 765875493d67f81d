//! A query in pieces: between blanks, between quotes, and at parentheses.

use super::super::filter;

/// A piece of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chunk<'a> {
    Text {
        text: &'a str,
        unwanted: bool,
        starred: bool,
        quoted: bool,
    },
    Field {
        name: &'a str,
        value: &'a str,
        unwanted: bool,
        quoted: bool,
    },
    Or,
    Open {
        unwanted: bool,
    },
    Close,
}

/// The pieces of a text, from its begin to its end.
pub(super) struct Chunks<'a> {
    rest: &'a str,
    whole: &'a str,
    /// Parentheses that the last piece ended with.
    closing: usize,
}

impl<'a> Chunks<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            whole: text,
            closing: 0,
        }
    }

    /// Nothing follows, not even a blank.
    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty() && self.closing == 0 && !self.whole.ends_with(char::is_whitespace)
    }

    /// The next piece, in so many parentheses. A quote that is never closed reaches to the end.
    pub(super) fn next(&mut self, depth: usize, deepest: usize) -> Option<Chunk<'a>> {
        if self.closing > 0 && depth > 0 {
            self.closing -= 1;
            return Some(Chunk::Close);
        }
        self.closing = 0;
        self.rest = self.rest.trim_start();
        let text = self.rest;
        if text.is_empty() {
            return None;
        }
        let bare = text.strip_prefix('-').unwrap_or(text);
        let unwanted = bare.len() < text.len();
        if depth < deepest
            && let Some(inside) = bare.strip_prefix('(')
        {
            self.rest = inside;
            return Some(Chunk::Open { unwanted });
        }
        if depth > 0
            && let Some(behind) = text.strip_prefix(')')
        {
            self.rest = behind;
            return Some(Chunk::Close);
        }
        if let Some(chunk) = self.field(bare, unwanted) {
            return Some(chunk);
        }
        if let Some(inside) = bare.strip_prefix('"') {
            let (quoted, behind) = inside.split_once('"').unwrap_or((inside, ""));
            let starred = behind.starts_with('*') && quoted.ends_with(char::is_alphanumeric);
            self.rest = behind;
            return Some(Chunk::Text {
                text: quoted,
                unwanted,
                starred,
                quoted: true,
            });
        }
        Some(self.plain(text, depth))
    }

    /// `name:value`, for a name that is one.
    fn field(&mut self, bare: &'a str, unwanted: bool) -> Option<Chunk<'a>> {
        let end = bare.find(|c: char| c.is_whitespace() || c == '"' || c == ':')?;
        let value = bare[end..].strip_prefix(':')?;
        let name = &bare[..end];
        if !filter::is_field(name) {
            return None;
        }
        if let Some(inside) = value.strip_prefix('"') {
            let (quoted, behind) = inside.split_once('"').unwrap_or((inside, ""));
            self.rest = behind;
            return Some(Chunk::Field {
                name,
                value: quoted,
                unwanted,
                quoted: true,
            });
        }
        let end = value.find(char::is_whitespace).unwrap_or(value.len());
        let (value, behind) = value.split_at(end);
        let bare_value = value.trim_end_matches(')');
        if bare_value.is_empty() {
            return None;
        }
        self.closing = value.len() - bare_value.len();
        self.rest = behind;
        Some(Chunk::Field {
            name,
            value: bare_value,
            unwanted,
            quoted: false,
        })
    }

    fn plain(&mut self, text: &'a str, depth: usize) -> Chunk<'a> {
        let end = text
            .find(|c: char| c.is_whitespace() || c == '"')
            .unwrap_or(text.len());
        // A quote in the middle of a word starts a piece of its own.
        let end = if end == 0 { 1 } else { end };
        let (chunk, behind) = text.split_at(end);
        self.rest = behind;
        if chunk == "OR" {
            return Chunk::Or;
        }
        if depth > 0 {
            let open = chunk.matches('(').count();
            let closing = chunk.len() - chunk.trim_end_matches(')').len();
            self.closing = closing.saturating_sub(open);
        }
        let bare = chunk.strip_prefix('-').unwrap_or(chunk);
        // In `foo - bar` the dash is a dash.
        let unwanted = bare.len() < chunk.len() && bare.starts_with(char::is_alphanumeric);
        let unstarred = bare.trim_end_matches(')').trim_end_matches('*');
        let starred = bare.trim_end_matches(')').len() > unstarred.len()
            && unstarred.ends_with(char::is_alphanumeric);
        Chunk::Text {
            text: bare,
            unwanted,
            starred,
            quoted: false,
        }
    }
}
