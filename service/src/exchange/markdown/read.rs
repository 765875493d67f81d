//! Reading a conversation in Markdown.

use std::collections::VecDeque;
use std::io::{self, BufRead};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use super::{ANSWER, COMMENT, END, Heading, TURN, ThreadFields, one_line};
use crate::exchange::conversations::{Origin, THREAD};
use crate::exchange::folder::block::{self, Kind};
use crate::exchange::folder::untaken;
use crate::exchange::lines::{self, Length};
use crate::time;

/// What a block may have.
const FIELDS: [&str; 7] = [
    "folio-thread",
    "blake3",
    "thread_id",
    "user_id",
    "title",
    "pinned",
    "created_at",
];
/// Places that are named of those with something that is not taken.
const NAMED: usize = 5;

/// The lines that [`Folio::import_turns`](crate::Folio::import_turns) takes, of a conversation in Markdown.
pub(in crate::exchange) struct Lines<R> {
    from: R,
    origin: Origin,
    /// The longest line, block or text, in bytes.
    longest: usize,
    thread: String,
    /// How many lines were read.
    number: u64,
    /// The line that ended the part before.
    ahead: Option<String>,
    has_begun: bool,
    /// Turns that were read: one that has no time gets its own from those around it.
    ready: VecDeque<io::Result<Map<String, Value>>>,
    /// When the turn before was said.
    before: Option<DateTime<Utc>>,
    untaken: Vec<String>,
}

/// A line that ends a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comment {
    Turn,
    Answer,
    End,
}

impl Comment {
    fn of(line: &str) -> Option<Self> {
        match line.trim_end() {
            ANSWER => Some(Self::Answer),
            END => Some(Self::End),
            line => told(line).map(|_| Self::Turn),
        }
    }
}

impl<R: BufRead> Lines<R> {
    pub(in crate::exchange) fn new(from: R, origin: Origin, longest: usize) -> Self {
        Self {
            from,
            origin,
            longest,
            thread: String::new(),
            number: 0,
            ahead: None,
            has_begun: false,
            ready: VecDeque::new(),
            before: None,
            untaken: Vec::new(),
        }
    }

    /// Where there is something, up to where it was read, that is no part of a conversation.
    pub(in crate::exchange) fn untaken(&self) -> Option<String> {
        let named = self.untaken.iter().take(NAMED).map(String::as_str);
        let mut named: Vec<&str> = named.collect();
        if self.untaken.len() > NAMED {
            named.push("...");
        }
        (!named.is_empty()).then(|| named.join(", "))
    }

    fn pass(&mut self, what: &str) {
        self.untaken.push(format!("line {} ({what})", self.number));
    }

    fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        self.number += 1;
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

    /// The line of the conversation itself. What else stands before the first turn is noted.
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
        self.untaken.extend(untaken::unknown(&block, &FIELDS));
        let mut heading = None;
        while self.ahead.is_none() {
            let Some(line) = self.line()? else {
                return Err(io::Error::other(
                    "its last comment is missing: the file is not whole",
                ));
            };
            if Comment::of(&line).is_some() {
                self.ahead = Some(line);
                break;
            }
            if line.starts_with(COMMENT) {
                return Err(io::Error::other("the comment of a turn can't be read"));
            }
            match line.trim().strip_prefix("# ") {
                Some(title) if heading.is_none() => heading = Some(title.trim().to_owned()),
                _ if line.trim().is_empty() => {}
                _ => self.pass("before the first turn"),
            }
        }
        if self.ahead.as_deref().and_then(Comment::of) == Some(Comment::End) {
            self.end()?;
        }
        self.thread.clone_from(&fields.thread_id);
        let title = fields.title.as_deref().unwrap_or(&fields.thread_id);
        let is_other = |heading: &String| *heading != one_line(title).trim();
        let mut line = json!({
            "type": THREAD,
            "thread_id": fields.thread_id,
            "user_id": fields.user_id,
            "title": fields.title,
            "pinned": fields.pinned,
            "created_at": fields.created_at,
            "begins": self.origin.name(),
        });
        if let Some(heading) = heading.filter(is_other) {
            // One that is new has no other title.
            if fields.title.is_none() {
                line["title"] = heading.as_str().into();
            }
            line["heading"] = heading.into();
        }
        Ok(line.to_string())
    }

    /// The next turn.
    fn turn(&mut self) -> io::Result<Option<Map<String, Value>>> {
        let bad = |problem: &str| Err(io::Error::other(problem.to_owned()));
        let Some(comment) = self.ahead.take() else {
            return Ok(None);
        };
        let mut fields = match Comment::of(&comment) {
            Some(Comment::End) => return Ok(None),
            Some(Comment::Turn) => told(&comment).unwrap_or_default(),
            _ => return bad("the comment of a turn can't be read"),
        };
        // What people see of a turn that has no id is whatever they wrote.
        let is_known = fields.get("id").is_some_and(Value::is_string);
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        let heading = text("created_at").and_then(time::parse);
        let heading = heading.map(|at| Heading::asked(text("user_id"), &at));
        let question = self.text(heading.as_ref().filter(|_| is_known))?;
        match self.ahead.take().as_deref().map(Comment::of) {
            Some(Some(Comment::Answer)) => {}
            _ => return bad("a question has no answer behind it: the file is not whole"),
        }
        let answer = self.text(is_known.then(Heading::answered).as_ref())?;
        // Whatever ends a text by mistake would cut it short, so this is known before it is taken.
        match self.ahead.as_deref().map(Comment::of) {
            None => return bad("an answer has no end: the file is not whole"),
            Some(Some(Comment::Turn)) => {}
            Some(Some(Comment::End)) => self.end()?,
            Some(_) => {
                return bad(
                    "an answer has a comment of Folio's in it: a backslash before it makes it text",
                );
            }
        }
        fields.insert("thread_id".to_owned(), self.thread.as_str().into());
        fields.insert("question".to_owned(), question.into());
        fields.insert("answer".to_owned(), answer.into());
        Ok(Some(fields))
    }

    /// Looks behind the end.
    fn end(&mut self) -> io::Result<()> {
        while let Some(line) = self.line()? {
            if Comment::of(&line).is_some() {
                return Err(io::Error::other(
                    "there is more behind the comment that ends it: in a text, a backslash before it makes it text",
                ));
            }
            if !line.trim().is_empty() {
                self.pass("behind its end");
            }
        }
        Ok(())
    }

    /// A text behind its heading, up to the next comment.
    fn text(&mut self, expected: Option<&Heading>) -> io::Result<String> {
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
                let is_another = |expected: &Heading| {
                    line.as_deref()
                        .is_some_and(|line| line.trim_end() != expected.0.trim_end())
                };
                if is_heading && expected.is_some_and(is_another) {
                    self.pass("a heading");
                }
                line = self.line()?;
            }
        }
        while let Some(read) = line {
            if Comment::of(&read).is_some() {
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

    /// Reads up to the next turn whose place is known. Those before it that have no time were said
    /// between the two.
    fn fill(&mut self) {
        let (mut waiting, mut bytes) = (0, 0);
        loop {
            let fields = match self.turn() {
                Ok(Some(fields)) => fields,
                Ok(None) => return,
                Err(error) => {
                    self.ahead = None;
                    return self.ready.push_back(Err(error));
                }
            };
            let given = |name: &str| fields.get(name).filter(|value| !value.is_null());
            let at = given("created_at").and_then(Value::as_str);
            let at = at.and_then(time::parse);
            let is_placed = given("created_at").is_some() || given("id").is_some();
            let text = |name: &str| fields.get(name).and_then(Value::as_str).map_or(0, str::len);
            bytes += text("question") + text("answer");
            self.ready.push_back(Ok(fields));
            if !is_placed && bytes <= self.longest {
                waiting += 1;
                continue;
            }
            if let Some(at) = at {
                self.place(waiting, at);
            }
            self.before = at.or(self.before);
            return;
        }
    }

    /// Gives the first ones that wait times between the turn before them and that behind them.
    fn place(&mut self, waiting: usize, behind: DateTime<Utc>) {
        let micros = |n: usize| TimeDelta::microseconds(i64::try_from(n).unwrap_or(i64::MAX));
        let before = self.before.unwrap_or(behind - micros(waiting + 1));
        let turns = self.ready.iter_mut().take(waiting).flatten();
        for (at, fields) in turns.enumerate() {
            let at = time::format(&(before + micros(at + 1)));
            fields.insert("created_at".to_owned(), at.into());
        }
    }
}

/// What the comment of a turn tells.
fn told(comment: &str) -> Option<Map<String, Value>> {
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
        if !self.has_begun {
            self.has_begun = true;
            return Some(self.begin());
        }
        if self.ready.is_empty() {
            self.fill();
        }
        let turn = self.ready.pop_front()?;
        Some(turn.map(|fields| Value::Object(fields).to_string()))
    }
}
