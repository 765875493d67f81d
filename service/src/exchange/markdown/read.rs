//! Reading a conversation in Markdown.

use std::io::{self, BufRead};

use serde_json::{Value, json};

use super::{ANSWER, COMMENT, END, TURN, ThreadFields};
use crate::exchange::conversations::THREAD_LINE;
use crate::exchange::folder::block::{self, Kind};
use crate::exchange::lines::{self, Length};
use crate::exchange::there::says_the_same;

/// The lines that [`Folio::import_turns`](crate::Folio::import_turns) takes, of a conversation in Markdown.
pub(in crate::exchange) struct Lines<R> {
    from: R,
    /// The longest line, block or text, in bytes.
    longest: usize,
    thread: String,
    /// The line that ended the part before.
    ahead: Option<String>,
    has_begun: bool,
}

impl<R: BufRead> Lines<R> {
    pub(in crate::exchange) fn new(from: R, longest: usize) -> Self {
        Self {
            from,
            longest,
            thread: String::new(),
            ahead: None,
            has_begun: false,
        }
    }

    fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        match lines::next(&mut self.from, &mut line, self.longest)? {
            Length::Whole(0) => Ok(None),
            Length::Whole(_) => String::from_utf8(line)
                .map(Some)
                .map_err(|_| io::Error::other("it is not all UTF-8")),
            Length::TooLong(_) => Err(self.too_long()),
        }
    }

    fn too_long(&self) -> io::Error {
        io::Error::other(format!(
            "a part of it is longer than {} bytes",
            self.longest
        ))
    }

    /// The line of the conversation itself; what stands before the first turn is passed over.
    fn begin(&mut self) -> io::Result<String> {
        let mut block = String::new();
        self.line()?;
        while let Some(line) = self.line()?.filter(|line| line.trim_end() != "---") {
            block.push_str(&line);
            if block.len() > self.longest {
                return Err(self.too_long());
            }
        }
        let fields = block::version(&block, Kind::Thread);
        let fields = fields.and_then(|()| block::fields::<ThreadFields>(&block));
        let fields = fields.map_err(io::Error::other)?;
        while self.ahead.is_none() {
            let Some(line) = self.line()? else {
                return Err(io::Error::other(
                    "its last comment is missing: the file is not whole",
                ));
            };
            self.ahead = line.starts_with(COMMENT).then_some(line);
        }
        self.thread.clone_from(&fields.thread_id);
        let line = json!({
            "thread_id": fields.thread_id,
            "user_id": fields.user_id,
            "title": fields.title,
            "pinned": fields.pinned,
            "created_at": fields.created_at,
            "begins": true,
        });
        // What a line of a conversation is known by stands at its beginning.
        let line = line.to_string();
        Ok(line.replacen('{', std::str::from_utf8(THREAD_LINE).unwrap_or_default(), 1))
    }

    /// The next turn.
    fn turn(&mut self) -> io::Result<Option<String>> {
        let Some(comment) = self.ahead.take().filter(|line| line.trim_end() != END) else {
            return Ok(None);
        };
        let bad = |problem: &str| Err(io::Error::other(problem.to_owned()));
        let Some(mut fields) = told(&comment) else {
            return bad("the comment of a turn can't be read");
        };
        let question = self.text()?;
        if self
            .ahead
            .take()
            .is_none_or(|line| line.trim_end() != ANSWER)
        {
            return bad("a question has no answer behind it: the file is not whole");
        }
        let answer = self.text()?;
        if self.ahead.is_none() {
            return bad("an answer has no end: the file is not whole");
        }
        fields.insert("thread_id".to_owned(), self.thread.as_str().into());
        fields.insert("question".to_owned(), question.into());
        fields.insert("answer".to_owned(), answer.into());
        Ok(Some(Value::Object(fields).to_string()))
    }

    /// A text behind its heading, up to the next comment.
    fn text(&mut self) -> io::Result<String> {
        let mut text = String::new();
        let mut line = self.line()?;
        // The heading, with a blank line on either side.
        for is_heading in [false, true, false] {
            let passed = line.as_deref().is_some_and(|line| {
                if is_heading {
                    line.starts_with("## ")
                } else {
                    line.trim_end().is_empty()
                }
            });
            if passed {
                line = self.line()?;
            }
        }
        while let Some(read) = line {
            if read.starts_with(COMMENT) {
                self.ahead = Some(read);
                break;
            }
            let is_escaped =
                read.starts_with('\\') && read.trim_start_matches('\\').starts_with(COMMENT);
            text.push_str(&read[usize::from(is_escaped)..]);
            if text.len() > self.longest {
                return Err(self.too_long());
            }
            line = self.line()?;
        }
        // The line end, and the blank line, that every text got. Where the comments have line ends of
        // Windows, a program has given all lines these.
        let is_windows = self
            .ahead
            .as_deref()
            .is_some_and(|line| line.ends_with("\r\n"));
        if is_windows {
            text = text.replace("\r\n", "\n");
        }
        for _ in 0..2 {
            let kept = text.strip_suffix('\n').map_or(text.len(), str::len);
            text.truncate(kept);
        }
        Ok(text)
    }
}

/// Whether all that a file of a conversation says is in another one, too.
pub(in crate::exchange) fn covers(
    whole: impl BufRead,
    part: impl BufRead,
    longest: usize,
) -> io::Result<bool> {
    let mut whole = Lines::new(whole, longest);
    for line in Lines::new(part, longest) {
        let Some(other) = whole.next() else {
            return Ok(false);
        };
        let (line, other): (Value, Value) = (
            serde_json::from_str(&line?)?,
            serde_json::from_str(&other?)?,
        );
        let is_in = |(name, value): (&String, &Value)| match (value, &other[name]) {
            (Value::Null, _) => true,
            (Value::String(a), Value::String(b)) => says_the_same(a, b),
            (a, b) => a == b,
        };
        if !line.as_object().into_iter().flatten().all(is_in) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What the comment of a turn tells.
fn told(comment: &str) -> Option<serde_json::Map<String, Value>> {
    let fields = comment
        .trim_end()
        .strip_prefix(TURN)?
        .strip_suffix("-->")?
        .trim();
    match serde_json::from_str(if fields.is_empty() { "{}" } else { fields }) {
        Ok(Value::Object(fields)) => Some(fields),
        _ => None,
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<String>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_begun {
            return self.turn().transpose();
        }
        self.has_begun = true;
        Some(self.begin())
    }
}
