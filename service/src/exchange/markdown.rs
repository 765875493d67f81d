//! A conversation as Markdown for people, which is read back exactly: comments, which are not shown,
//! tell where turns and answers begin and what else there is to them.
//!
//! A line of a text that looks like such a comment gets a backslash, which is taken off again.

mod covers;
mod read;

use std::io::{self, Write};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::folder::block::{self, Kind};
use super::unwritable;
use crate::error::{Error, IngestionError};
use crate::folio::Folio;
use crate::ids::ThreadId;
use crate::messages::Message;
use crate::page::PageRequest;
use crate::threads::Thread;
use crate::time;

pub(super) use covers::problem;
pub(super) use read::Lines;

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
    let Heading(asked) = Heading::asked(user.as_deref(), &turn.created_at);
    write!(out, "{TURN}{fields} -->\n\n{asked}\n\n")?;
    text(&turn.question, out)?;
    let Heading(answered) = Heading::answered();
    write!(out, "{ANSWER}\n\n{answered}\n\n")?;
    text(&turn.answer, out)
}

/// The heading of a text.
struct Heading(String);

impl Heading {
    fn asked(user: Option<&str>, at: &DateTime<Utc>) -> Self {
        let user = one_line(user.unwrap_or("user"));
        let at = at.format("%Y-%m-%d %H:%M:%S UTC");
        Self(format!("## {user}, {at}"))
    }

    fn answered() -> Self {
        Self("## assistant".to_owned())
    }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::exchange::conversations::Origin;
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
        let lines = Lines::new(text.as_bytes(), Origin::Changed, 1_000_000).skip(1);
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
        let lines: Vec<Value> = Lines::new(text.as_bytes(), Origin::Changed, 1_000_000)
            .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
            .collect();
        assert_eq!(lines[0]["thread_id"], "by hand");
        assert_eq!(
            lines[1],
            json!({"thread_id": "by hand", "question": "How?", "answer": "So."})
        );
    }

    #[test]
    fn a_text_ends_only_at_a_known_comment_and_is_never_taken_in_part() {
        let text = written(&[message("q", "before\nHERE\nbehind", None, json!({}))]);
        let with = |line: &str| read_all(&text.replace("HERE", line));
        for line in ["<!-- folio-note -->", "<!-- folio-turn is a marker"] {
            let turns = with(line).unwrap();
            assert_eq!(turns[0]["answer"], format!("before\n{line}\nbehind"));
        }
        for line in ["<!-- folio-answer -->", "<!-- folio-end -->"] {
            let (taken, problem) = with(line).unwrap_err();
            assert!(taken.is_empty(), "{line}: {taken:?}");
            assert!(problem.contains("backslash"), "{problem}");
        }
    }

    #[test]
    fn what_is_no_part_of_a_conversation_is_noted() {
        let text = written(&[message("q", "a", Some("ada"), json!({}))]);
        let untaken = |text: &str| {
            let mut lines = Lines::new(text.as_bytes(), Origin::Changed, 1_000_000);
            assert!(lines.by_ref().all(|line| line.is_ok()));
            lines.untaken()
        };
        assert_eq!(untaken(&text), None);
        for (from, to, said) in [
            (
                "# t\n",
                "# t\n\nAn introduction.\n",
                "line 7 (before the first turn)",
            ),
            ("## ada, 2026", "## Ada, 2026", "line 9 (a heading)"),
            ("## assistant", "## Bot", "line 15 (a heading)"),
            (
                "<!-- folio-end -->\n",
                "<!-- folio-end -->\nP.S.\n",
                "line 20 (behind its end)",
            ),
            (
                "thread_id: t\n",
                "thread_id: t\ncolour: red\n",
                "the field colour of its block",
            ),
            (
                "thread_id: t\n",
                "thread_id: t\n# mine\n",
                "a comment in its block",
            ),
        ] {
            assert_eq!(untaken(&text.replace(from, to)).as_deref(), Some(said));
        }
    }

    #[test]
    fn turns_by_hand_get_times_between_those_around_them() {
        let by_hand = "<!-- folio-turn -->\nhow?\n<!-- folio-answer -->\nso\n";
        let text = written(&[
            message("q", "a", None, json!({})),
            message("q", "a", None, json!({})),
        ]);
        let (first, second) = text.split_at(text.rfind("<!-- folio-turn").unwrap());
        let (start, first) = first.split_at(first.find("<!-- folio-turn").unwrap());
        let at = |text: &str| -> Vec<String> {
            let turns = read_all(text).unwrap();
            let at = turns.iter().map(|turn| turn["created_at"].to_string());
            at.map(|at| at.trim_matches('"').replace("2026-01-31T", ""))
                .collect()
        };
        assert_eq!(
            at(&format!("{start}{first}{by_hand}{by_hand}{second}")),
            [
                "12:00:00.000000Z",
                "12:00:00.000001Z",
                "12:00:00.000002Z",
                "12:00:00.000000Z"
            ]
        );
        assert_eq!(
            at(&format!(
                "{start}{by_hand}{by_hand}{first}<!-- folio-end -->"
            )),
            ["11:59:59.999998Z", "11:59:59.999999Z", "12:00:00.000000Z"]
        );
        // One at the end is said when it is taken in.
        assert_eq!(
            at(&format!("{start}{first}{by_hand}<!-- folio-end -->")),
            ["12:00:00.000000Z", "null"]
        );
    }

    /// The turns of a file; else those before the problem, and the problem.
    fn read_all(text: &str) -> Result<Vec<Value>, (Vec<Value>, String)> {
        let mut turns = Vec::new();
        for line in Lines::new(text.as_bytes(), Origin::Changed, 1_000_000).skip(1) {
            match line {
                Ok(line) => turns.push(serde_json::from_str(&line).unwrap()),
                Err(error) => return Err((turns, error.to_string())),
            }
        }
        Ok(turns)
    }

    #[test]
    fn a_file_that_was_cut_short_is_no_whole_one() {
        let text = written(&[message("q", "a", None, json!({}))]);
        for end in ["a\n\n<!-- folio-end -->\n", "<!-- folio-answer"] {
            let cut = text.split(end).next().unwrap();
            assert!(
                Lines::new(cut.as_bytes(), Origin::Changed, 1_000_000).any(|line| line.is_err()),
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
