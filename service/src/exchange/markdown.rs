//! A conversation as Markdown for people, which is read back exactly: comments, which are not shown,
//! tell where turns and answers begin and what else there is to them.
//!
//! A line of a text that looks like such a comment gets a backslash, which is taken off again.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::conversations::THREAD_LINE;
use super::folder::block::{self, Kind};
use super::unwritable;
use crate::error::{Error, IngestionError};
use crate::folio::Folio;
use crate::ids::ThreadId;
use crate::messages::Message;
use crate::page::PageRequest;
use crate::threads::Thread;
use crate::time;

/// Turns that are read at once.
const CHUNK: u32 = 50;
const COMMENT: &str = "<!-- folio-";
const TURN: &str = "<!-- folio-turn ";
const ANSWER: &str = "<!-- folio-answer -->";
const END: &str = "<!-- folio-end -->";

/// What a conversation has beside its turns.
#[derive(Debug, Serialize, Deserialize)]
struct ThreadFields {
    thread_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(default)]
    pinned: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
}

/// What a turn has beside its texts.
#[derive(Debug, Serialize)]
struct TurnFields {
    id: String,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(skip_serializing_if = "is_empty")]
    metadata: Value,
}

fn is_empty(metadata: &Value) -> bool {
    metadata.as_object().is_some_and(serde_json::Map::is_empty)
}

impl Folio {
    /// Writes a conversation as Markdown, its first turn first; gives how many turns, None where there
    /// is no such conversation. [`Folio::import_folder`] reads it back exactly. `progress` gets how
    /// many turns are done with.
    ///
    /// # Errors
    /// The database's, [`IngestionError::Unwritable`], or [`IngestionError::Cancelled`].
    pub async fn export_thread(
        &self,
        id: &ThreadId,
        out: &mut (impl Write + Send),
        cancel: &CancellationToken,
        progress: impl Fn(u64) + Send + Sync,
    ) -> Result<Option<u64>, Error> {
        let Some(thread) = self.threads().get(id).await? else {
            return Ok(None);
        };
        let beginning = Kind::Thread.beginning();
        out.write_all(beginning.as_bytes()).map_err(unwritable)?;
        let written = self.write_thread(&thread, out, cancel, progress).await?;
        out.flush().map_err(unwritable)?;
        Ok(Some(written))
    }

    /// Writes everything behind the beginning of the block.
    pub(super) async fn write_thread(
        &self,
        thread: &Thread,
        out: &mut (impl Write + Send),
        cancel: &CancellationToken,
        progress: impl Fn(u64) + Send + Sync,
    ) -> Result<u64, Error> {
        begin(thread, out).map_err(unwritable)?;
        let (mut written, mut next) = (0, Some(PageRequest::last(CHUNK)));
        while let Some(request) = next.take() {
            if cancel.is_cancelled() {
                return Err(IngestionError::Cancelled { written: 0 }.into());
            }
            let page = self.messages().list(&thread.id, &request).await?;
            for turn in page.items.iter().rev() {
                self::turn(turn, out).map_err(unwritable)?;
                written += 1;
            }
            progress(written);
            let earlier = page.previous;
            next = earlier.map(|previous| PageRequest::first(CHUNK).before(previous));
        }
        writeln!(out, "{END}").map_err(unwritable)?;
        Ok(written)
    }
}

fn begin(thread: &Thread, out: &mut impl Write) -> io::Result<()> {
    let fields = ThreadFields {
        thread_id: thread.id.to_string(),
        user_id: thread.user_id.as_ref().map(ToString::to_string),
        title: thread.title.clone(),
        pinned: thread.pinned,
        created_at: Some(time::format(&thread.created_at)),
    };
    let title = thread.title.as_deref().unwrap_or(thread.id.as_str());
    let block = block::yaml(&fields).map_err(io::Error::other)?;
    write!(out, "{block}---\n# {}\n\n", one_line(title))
}

fn turn(turn: &Message, out: &mut impl Write) -> io::Result<()> {
    let user = turn.user_id.as_ref().map(ToString::to_string);
    let fields = TurnFields {
        id: turn.id.to_string(),
        created_at: time::format(&turn.created_at),
        user_id: user.clone(),
        metadata: turn.metadata.clone(),
    };
    // The comment ends with the first `-->`, wherever it stands.
    let fields = serde_json::to_string(&fields)?.replace('>', "\\u003e");
    let at = turn.created_at.format("%Y-%m-%d %H:%M:%S UTC");
    let user = one_line(user.as_deref().unwrap_or("user"));
    write!(out, "{TURN}{fields} -->\n\n## {user}, {at}\n\n")?;
    text(&turn.question, out)?;
    write!(out, "{ANSWER}\n\n## assistant\n\n")?;
    text(&turn.answer, out)
}

/// A text, and the blank line that ends it.
fn text(text: &str, out: &mut impl Write) -> io::Result<()> {
    for line in text.split_inclusive('\n') {
        if line.trim_start_matches('\\').starts_with(COMMENT) {
            out.write_all(b"\\")?;
        }
        out.write_all(line.as_bytes())?;
    }
    out.write_all(b"\n\n")
}

fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// The lines that [`Folio::import_turns`] takes, of a conversation in Markdown.
pub(super) struct Lines<R> {
    from: R,
    thread: String,
    /// The line that ended the part before.
    ahead: Option<String>,
    has_begun: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(from: R) -> Self {
        Self {
            from,
            thread: String::new(),
            ahead: None,
            has_begun: false,
        }
    }

    fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        Ok((self.from.read_line(&mut line)? > 0).then_some(line))
    }

    /// The line of the conversation itself; what stands before the first turn is passed over.
    fn begin(&mut self) -> io::Result<String> {
        let mut block = String::new();
        self.line()?;
        while let Some(line) = self.line()?.filter(|line| line.trim_end() != "---") {
            block.push_str(&line);
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
            line = self.line()?;
        }
        // The line end, and the blank line, that every text got; an editor may have written them in
        // its own way.
        let is_windows = self
            .ahead
            .as_deref()
            .is_some_and(|line| line.ends_with("\r\n"));
        let end = if is_windows { "\r\n" } else { "\n" };
        for _ in 0..2 {
            let kept = text.strip_suffix(end).map_or(text.len(), str::len);
            text.truncate(kept);
        }
        Ok(text)
    }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::{MessageId, UserId};

    fn message(question: &str, answer: &str, user: Option<&str>, metadata: Value) -> Message {
        Message {
            id: "0198c0de-0000-7000-8000-000000000001"
                .parse::<MessageId>()
                .unwrap(),
            thread_id: ThreadId::new("t").unwrap(),
            user_id: user.map(|user| UserId::new(user).unwrap()),
            question: question.to_owned(),
            answer: answer.to_owned(),
            metadata,
            created_at: time::parse("2026-01-31T12:00:00Z").unwrap(),
        }
    }

    fn written(turns: &[Message]) -> String {
        let mut out = b"---\nfolio-thread: 1\nthread_id: t\n---\n# t\n\n".to_vec();
        for each in turns {
            turn(each, &mut out).unwrap();
        }
        writeln!(out, "{END}").unwrap();
        String::from_utf8(out).unwrap()
    }

    fn read(text: &str) -> Vec<Value> {
        let lines = Lines::new(text.as_bytes()).skip(1);
        lines
            .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
            .collect()
    }

    #[test]
    fn people_see_headings_and_texts() {
        let text = written(&[message(
            "Why?",
            "Because.\n",
            Some("ada"),
            json!({"model": "a-->b"}),
        )]);
        assert_eq!(
            text,
            "---\nfolio-thread: 1\nthread_id: t\n---\n# t\n\n<!-- folio-turn {\"id\":\"0198c0de-0000-7000-8000-000000000001\",\"created_at\":\"2026-01-31T12:00:00.000000Z\",\"user_id\":\"ada\",\"metadata\":{\"model\":\"a--\\u003eb\"}} -->\n\n## ada, 2026-01-31 12:00:00 UTC\n\nWhy?\n\n<!-- folio-answer -->\n\n## assistant\n\nBecause.\n\n\n<!-- folio-end -->\n"
        );
    }

    #[test]
    fn what_is_written_by_hand_is_read() {
        let text = "---\nfolio-thread: 1\nthread_id: by hand\n---\n<!-- folio-turn -->\nHow?\n<!-- folio-answer -->\n\n## assistant\n\nSo.\n<!-- folio-end -->";
        let lines: Vec<Value> = Lines::new(text.as_bytes())
            .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
            .collect();
        assert_eq!(lines[0]["thread_id"], "by hand");
        assert_eq!(
            lines[1],
            json!({"thread_id": "by hand", "question": "How?", "answer": "So."})
        );
    }

    #[test]
    fn a_file_that_was_cut_short_is_no_whole_one() {
        let text = written(&[message("q", "a", None, json!({}))]);
        for end in ["a\n\n<!-- folio-end -->\n", "<!-- folio-answer"] {
            let cut = text.split(end).next().unwrap();
            assert!(
                Lines::new(cut.as_bytes()).any(|line| line.is_err()),
                "{cut}"
            );
        }
    }

    proptest! {
        #[test]
        fn whatever_is_said_is_read_back(
            texts in proptest::collection::vec(
                ("(\\PC|\n|\r|\r\n|\\\\?\\\\?<!-- folio-(turn|answer|end) -->|## a|```|\u{feff}){0,12}", "(\n|\\PC|\\\\<!-- folio-x){0,12}", "(\\PC|-->|\n){1,9}"),
                0..4,
            )
        ) {
            let turns: Vec<Message> = texts
                .iter()
                .map(|(question, answer, user)| message(question, answer, Some(user), json!({ user.as_str(): question })))
                .collect();
            let lines = read(&written(&turns));
            prop_assert_eq!(lines.len(), turns.len());
            for (line, turn) in lines.iter().zip(&turns) {
                prop_assert_eq!(&line["question"], &turn.question);
                prop_assert_eq!(&line["answer"], &turn.answer);
                prop_assert_eq!(&line["user_id"], turn.user_id.as_ref().unwrap().as_str());
                prop_assert_eq!(&line["metadata"], &turn.metadata);
            }
        }
    }
}
