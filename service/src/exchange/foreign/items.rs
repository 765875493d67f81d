//! The items of a text of JSON, one at a time: those of a list, values one after the other, or one a
//! line. So a file of any size takes no more memory than its longest item.

use std::io::{self, BufRead};

use serde::de::IgnoredAny;

use super::foreign;
use crate::error::IngestionError;
use crate::exchange::lines::{self, Length};

const MARK: &[u8] = b"\xef\xbb\xbf";

/// An item's bytes, or what is wrong with it.
pub(super) type Item = Result<Vec<u8>, String>;

/// Where items stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// In a list that has begun.
    List,
    /// One after the other.
    Values,
    /// One a line: a broken one ends with its line.
    Lines,
    Over,
}

/// Reads the items of a text of JSON.
#[derive(Debug)]
pub(super) struct Items<R> {
    from: R,
    /// What was read already to see what the text is.
    ahead: Vec<u8>,
    /// How much of that has been taken.
    at: usize,
    form: Form,
    /// The longest item, in bytes.
    longest: usize,
}

impl<R: BufRead> Items<R> {
    /// Looks at how the text begins.
    ///
    /// # Errors
    /// [`IngestionError::Foreign`] where it is no JSON, [`IngestionError::Unreadable`].
    pub(super) fn begin(from: R, longest: usize) -> Result<Self, IngestionError> {
        let mut items = Self {
            from,
            ahead: Vec::new(),
            at: 0,
            form: Form::Values,
            longest,
        };
        let unreadable = |error| {
            let path = "the file".into();
            IngestionError::Unreadable { path, error }
        };
        match items.first().map_err(unreadable)? {
            None => return Err(foreign("it is empty")),
            Some(b'[') => {}
            Some(b'{') => items.tell_lines().map_err(unreadable)?,
            Some(_) => return Err(foreign("it is no JSON")),
        }
        Ok(items)
    }

    /// The first byte that counts.
    fn first(&mut self) -> io::Result<Option<u8>> {
        if self.from.fill_buf()?.starts_with(MARK) {
            self.from.consume(MARK.len());
        }
        self.skip(|byte| byte.is_ascii_whitespace())
    }

    /// Whether the first line is a whole value, and so each of the others.
    fn tell_lines(&mut self) -> io::Result<()> {
        let mut line = Vec::new();
        let length = lines::next(&mut self.from, &mut line, self.longest)?;
        let is_whole = serde_json::from_slice::<IgnoredAny>(&line).is_ok();
        self.ahead = line;
        if matches!(length, Length::TooLong(_)) {
            // What it was is not known; the next lines may be good.
            self.ahead = b"{\n".to_vec();
        }
        if is_whole || matches!(length, Length::TooLong(_)) {
            self.form = Form::Lines;
        }
        Ok(())
    }

    /// The next item.
    pub(super) fn next(&mut self) -> io::Result<Option<Item>> {
        loop {
            match self.form {
                Form::Over => return Ok(None),
                Form::Lines => return self.line(),
                Form::List | Form::Values => {}
            }
            let first = self.skip(|byte| byte.is_ascii_whitespace() || byte == b',')?;
            match (first, self.form) {
                (None, form) => {
                    self.form = Form::Over;
                    let cut = "the list has no end: the file is not whole";
                    return Ok((form == Form::List).then(|| Err(cut.to_owned())));
                }
                (Some(b']'), Form::List) => {
                    self.consume(1);
                    self.form = Form::Values;
                }
                (Some(b'['), Form::Values) => {
                    self.consume(1);
                    self.form = Form::List;
                }
                _ => return self.value().map(Some),
            }
        }
    }

    fn line(&mut self) -> io::Result<Option<Item>> {
        loop {
            let mut line = std::mem::take(&mut self.ahead);
            if line.is_empty() {
                match lines::next(&mut self.from, &mut line, self.longest)? {
                    Length::Whole(0) => return Ok(None),
                    Length::Whole(_) => {}
                    Length::TooLong(_) => return Ok(Some(Err(self.too_long()))),
                }
            }
            if !line.trim_ascii().is_empty() {
                return Ok(Some(Ok(line)));
            }
        }
    }

    /// A value, up to its end, whatever stands in it.
    fn value(&mut self) -> io::Result<Item> {
        let longest = self.longest;
        let (mut value, mut bytes) = (Vec::new(), 0_usize);
        let mut within = Within::default();
        loop {
            let piece = self.fill()?;
            if piece.is_empty() {
                if within.may_end() {
                    return Ok(Ok(value));
                }
                self.form = Form::Over;
                let cut = "the file ends in the middle of it: it is not whole";
                return Ok(Err(cut.to_owned()));
            }
            let end = piece.iter().position(|byte| within.ends_before(*byte));
            let taken = end.unwrap_or(piece.len());
            bytes += taken;
            if bytes <= longest {
                value.extend_from_slice(&piece[..taken]);
            } else {
                value = Vec::new();
            }
            self.consume(taken);
            if end.is_some() {
                return Ok(if bytes <= longest {
                    Ok(value)
                } else {
                    Err(self.too_long())
                });
            }
        }
    }

    fn too_long(&self) -> String {
        format!("it is longer than {} bytes", self.longest)
    }

    /// Passes over these bytes; gives the next one.
    fn skip(&mut self, passed: impl Fn(u8) -> bool) -> io::Result<Option<u8>> {
        loop {
            let piece = self.fill()?;
            let Some(at) = piece.iter().position(|byte| !passed(*byte)) else {
                let all = piece.len();
                if all == 0 {
                    return Ok(None);
                }
                self.consume(all);
                continue;
            };
            let found = piece[at];
            self.consume(at);
            return Ok(Some(found));
        }
    }

    fn fill(&mut self) -> io::Result<&[u8]> {
        if self.at < self.ahead.len() {
            return Ok(&self.ahead[self.at..]);
        }
        self.from.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        if self.at < self.ahead.len() {
            self.at += bytes;
        } else {
            self.from.consume(bytes);
        }
    }
}

/// Where in a value a place is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// Before its first byte.
    #[default]
    Before,
    /// Among its brackets.
    Inside,
    /// In a text.
    Text,
    /// Behind a backslash in a text.
    Escape,
    /// In a number or a word, which is all of it.
    Word,
    /// Behind its last byte.
    Over,
}

/// How far a value has been read.
#[derive(Debug, Default)]
struct Within {
    /// Brackets that are open.
    depth: usize,
    place: Place,
}

impl Within {
    /// Whether the value may end here.
    fn may_end(&self) -> bool {
        matches!(self.place, Place::Over | Place::Word)
    }

    /// Takes a byte; whether the value was over before it.
    fn ends_before(&mut self, byte: u8) -> bool {
        let ends_word =
            byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}' | b'[' | b'{');
        self.place = match (self.place, byte) {
            (Place::Over, _) => return true,
            (Place::Word, _) => return ends_word,
            (Place::Text, b'\\') => Place::Escape,
            (Place::Text, b'"') => self.at_depth(),
            (Place::Text | Place::Escape, _) | (_, b'"') => Place::Text,
            (_, b'{' | b'[') => {
                self.depth += 1;
                Place::Inside
            }
            (_, b'}' | b']') => {
                self.depth = self.depth.saturating_sub(1);
                self.at_depth()
            }
            (Place::Before, _) => Place::Word,
            (Place::Inside, _) => Place::Inside,
        };
        false
    }

    /// Behind something that ends: the value is over with its last bracket.
    fn at_depth(&self) -> Place {
        if self.depth == 0 {
            Place::Over
        } else {
            Place::Inside
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The items of a text that comes in pieces of three bytes.
    fn items(text: &str) -> Vec<Result<String, String>> {
        let from = io::BufReader::with_capacity(3, text.as_bytes());
        let mut items = Items::begin(from, 40).unwrap();
        let mut read = Vec::new();
        while let Some(item) = items.next().unwrap() {
            read.push(item.map(|bytes| String::from_utf8(bytes).unwrap().trim().to_owned()));
        }
        read
    }

    fn good(texts: &[&str]) -> Vec<Result<String, String>> {
        texts.iter().map(|text| Ok((*text).to_owned())).collect()
    }

    #[test]
    fn a_list_is_read_item_by_item_whatever_stands_in_its_texts() {
        let text = "\u{feff} [ {\"a\": \"]},\\\"{\"} , [1, {\"b\": 2}],5,\"x]\" ,null\n]\n";
        assert_eq!(
            items(text),
            good(&[
                "{\"a\": \"]},\\\"{\"}",
                "[1, {\"b\": 2}]",
                "5",
                "\"x]\"",
                "null"
            ])
        );
        assert_eq!(items("[]"), []);
    }

    #[test]
    fn values_stand_one_after_the_other_or_one_a_line() {
        assert_eq!(
            items("{\n\"a\": 1}\n{\"b\":\n2}"),
            good(&["{\n\"a\": 1}", "{\"b\":\n2}"])
        );
        assert_eq!(
            items("{\"a\": 1}\n\n{\"b\": \n{\"c\": 3}\r\n"),
            good(&["{\"a\": 1}", "{\"b\":", "{\"c\": 3}"])
        );
    }

    #[test]
    fn what_is_cut_or_too_long_is_told_and_the_rest_is_read() {
        let long = format!("[{{\"a\": \"{}\"}}, {{\"b\": 1}}]", "x".repeat(99));
        let read = items(&long);
        assert!(read[0].as_ref().unwrap_err().contains("longer"), "{read:?}");
        assert_eq!(read[1..], good(&["{\"b\": 1}"]));
        for cut in ["[{\"a\": 1}", "[{\"a\": 1}, {\"b\"", "[{\"a\": 1}, \"b"] {
            let read = items(cut);
            assert_eq!(read.len(), 2, "{cut}");
            assert!(read[1].as_ref().unwrap_err().contains("not whole"), "{cut}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", " \n", "5", "# Notes"] {
            assert!(Items::begin(text.as_bytes(), 40).is_err(), "{text}");
        }
    }
}
