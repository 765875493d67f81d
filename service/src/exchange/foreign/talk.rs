//! What is said in a conversation, put into turns: a question is all that a person says before the
//! answer.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

use super::Sink;
use crate::ids::ThreadId;
use crate::time;

/// Who says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Person,
    Assistant,
}

/// Something that is said.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) role: Role,
    /// Empty where it was an image alone.
    pub(super) text: String,
    pub(super) at: Option<DateTime<Utc>>,
    /// What the export knows the message by.
    pub(super) id: Option<String>,
}

/// A turn in the making.
#[derive(Debug)]
struct Turn {
    /// Where it begins: the number of an item of the file.
    item: u64,
    question: Vec<String>,
    answer: Vec<String>,
    /// The time of the message that begins it.
    at: Option<DateTime<Utc>>,
    id: Option<String>,
}

/// A conversation.
#[derive(Debug)]
pub(super) struct Talk {
    thread: ThreadId,
    turn: Option<Turn>,
    /// When it began, for turns that have no time.
    began: Option<DateTime<Utc>>,
    /// The time of the turn before.
    before: Option<DateTime<Utc>>,
    /// How often each question was asked that has no id.
    asked: HashMap<Uuid, u64>,
}

impl Talk {
    pub(super) fn new(thread: ThreadId, began: Option<DateTime<Utc>>) -> Self {
        Self {
            thread,
            turn: None,
            began,
            before: None,
            asked: HashMap::new(),
        }
    }

    /// Takes what is said next; what is over by that goes out as a line.
    pub(super) fn add(&mut self, item: u64, said: Said, out: &mut Sink) {
        let is_answered = self
            .turn
            .as_ref()
            .is_some_and(|turn| !turn.answer.is_empty());
        if said.role == Role::Person && is_answered {
            self.end(out);
        }
        let turn = self.turn.get_or_insert_with(|| Turn {
            item,
            question: Vec::new(),
            answer: Vec::new(),
            at: said.at,
            id: said.id,
        });
        if said.text.is_empty() {
            return;
        }
        match said.role {
            Role::Person => turn.question.push(said.text),
            Role::Assistant => turn.answer.push(said.text),
        }
    }

    /// Ends the turn, as a line that [`Folio::import_turns`](crate::Folio::import_turns) takes.
    pub(super) fn end(&mut self, out: &mut Sink) {
        let Some(turn) = self.turn.take() else {
            return;
        };
        let (question, answer) = (turn.question.join("\n\n"), turn.answer.join("\n\n"));
        if question.is_empty() && answer.is_empty() {
            return;
        }
        let id = self.id(&turn, &question);
        // Turns of one moment keep the order in which they stand.
        let next = self
            .before
            .map(|before| before + TimeDelta::microseconds(1));
        let at = match (turn.at, next) {
            (Some(at), Some(next)) => Some(at.max(next)),
            (at, next) => at.or(next).or(self.began),
        };
        self.before = at;
        let line = json!({
            "thread_id": self.thread.as_str(),
            "id": id.to_string(),
            "question": question,
            "answer": answer,
            "created_at": at.map(|at| time::format(&at)),
            // Nothing is said of it: what the store has stays.
            "metadata": null,
        });
        out.push(turn.item, line.to_string());
    }

    /// An id that stays when the turn gets its answer, or another one: made of what the export knows
    /// the message by, else of the question. A UUID of version 8 (RFC 9562) that sorts by time.
    fn id(&mut self, turn: &Turn, question: &str) -> Uuid {
        let at = turn.at.map_or(String::new(), |at| time::format(&at));
        let thread = self.thread.as_str();
        let digest = if let Some(id) = &turn.id {
            digest(&["message", thread, id])
        } else {
            let parts = ["question", thread, &at, question];
            let asked = self
                .asked
                .entry(Uuid::from_bytes(digest(&parts)))
                .or_default();
            *asked += 1;
            let [kind, thread, at, question] = parts;
            digest(&[kind, thread, at, question, &asked.to_string()])
        };
        let mut bytes = digest;
        if let Some(at) = turn.at {
            let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
            bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
        }
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }
}

fn digest(parts: &[&str]) -> [u8; 16] {
    let mut hash = blake3::Hasher::new();
    for part in parts {
        hash.update(&(part.len() as u64).to_be_bytes())
            .update(part.as_bytes());
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize().as_bytes()[..16]);
    bytes
}
