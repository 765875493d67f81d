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
        /// What is inside has to stand in a name.
        in_name: bool,
    },
    Close,
}

/// The pieces of a text, from its begin to its end.
pub(super) struct Chunks<'a> {
    rest: &'a str,
    whole: &'a str,
    /// Parentheses that the last piece ended with.
    closing: usize,
    /// AND and NOT are operators.
    has_operators: bool,
}

/// The sign of a quotation, in any of the ways in which programs write it.
fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟' | '«' | '»')
}

/// What is inside quotes, and what is behind them; one that is never closed reaches to the end.
fn split_quoted(inside: &str) -> (&str, &str) {
    inside.split_once(is_quote).unwrap_or((inside, ""))
}

/// Whether AND and NOT are operators: not in a text that is all in capitals, as somebody writes who
/// shouts; scripts without capitals never are.
fn has_operators(text: &str) -> bool {
    let mut operands = text
        .split_whitespace()
        .filter(|word| !matches!(*word, "AND" | "NOT" | "OR"));
    text.contains(char::is_lowercase) || !operands.any(|word| word.contains(char::is_uppercase))
}

impl<'a> Chunks<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            whole: text,
            closing: 0,
            has_operators: has_operators(text),
        }
    }

    /// Nothing follows, not even a blank.
    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty() && self.closing == 0 && !self.whole.ends_with(char::is_whitespace)
    }

    /// The next piece, in so many parentheses.
    pub(super) fn next(&mut self, depth: usize, deepest: usize) -> Option<Chunk<'a>> {
        if self.closing > 0 && depth > 0 {
            self.closing -= 1;
            return Some(Chunk::Close);
        }
        self.closing = 0;
        self.rest = self.rest.trim_start();
        let mut negated = false;
        if self.has_operators {
            while let Some(behind) = self.operand("AND") {
                self.rest = behind;
            }
            if let Some(behind) = self.operand("NOT") {
                self.rest = behind;
                negated = true;
            }
        }
        let text = self.rest;
        if text.is_empty() {
            return None;
        }
        let bare = text.strip_prefix('-').unwrap_or(text);
        let unwanted = negated || bare.len() < text.len();
        if depth < deepest {
            let named = bare.get(.."name:(".len());
            let in_name = named.is_some_and(|named| named.eq_ignore_ascii_case("name:("));
            let inside = if in_name {
                bare.get("name:(".len()..)
            } else {
                bare.strip_prefix('(')
            };
            if let Some(inside) = inside {
                self.rest = inside;
                return Some(Chunk::Open { unwanted, in_name });
            }
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
        if let Some(inside) = bare.strip_prefix(is_quote) {
            let (quoted, behind) = split_quoted(inside);
            let starred = behind.starts_with('*') && quoted.ends_with(char::is_alphanumeric);
            self.rest = behind;
            return Some(Chunk::Text {
                text: quoted,
                unwanted,
                starred,
                quoted: true,
            });
        }
        Some(self.plain(text, depth, negated))
    }

    /// What an operator that comes next stands before, if it does.
    fn operand(&self, operator: &str) -> Option<&'a str> {
        let behind = self.rest.strip_prefix(operator)?;
        let operand = behind.trim_start();
        let begins = operand.starts_with(|c: char| c != ')');
        (operand.len() < behind.len() && begins).then_some(operand)
    }

    /// `name:value`, for a name that is one.
    fn field(&mut self, bare: &'a str, unwanted: bool) -> Option<Chunk<'a>> {
        let end = bare.find(|c: char| c.is_whitespace() || is_quote(c) || c == ':')?;
        let value = bare[end..].strip_prefix(':')?;
        let name = &bare[..end];
        if !filter::is_field(name) {
            return None;
        }
        if let Some(inside) = value.strip_prefix(is_quote) {
            let (quoted, behind) = split_quoted(inside);
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

    fn plain(&mut self, text: &'a str, depth: usize, negated: bool) -> Chunk<'a> {
        let end = text
            .find(|c: char| c.is_whitespace() || is_quote(c))
            .unwrap_or(text.len());
        // A quote in the middle of a word starts a piece of its own.
        let first = text.chars().next().map_or(0, char::len_utf8);
        let end = end.max(first);
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
        let unwanted =
            negated || bare.len() < chunk.len() && bare.starts_with(char::is_alphanumeric);
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
