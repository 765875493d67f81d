//! From a line to a turn with an id.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Datelike, Utc};
use entity::message;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::conversations::{Origin, ThreadLine};
use super::{LineError, line_offset, numbers};
use crate::ids::{MessageId, ThreadId, UserId};
use crate::messages::NewMessage;
use crate::time;

/// A turn that can be stored.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own about the line"
)]
pub(super) struct Identified {
    pub(super) line: u64,
    pub(super) row: message::Model,
    /// Its time is its own, not that of the import.
    timed: bool,
    /// Its id is made of what it says.
    made: bool,
    /// An earlier line of the file has its id.
    pub(super) repeats: bool,
    /// Its line says nothing of metadata: what a stored one has stays.
    pub(super) keeps_metadata: bool,
    /// The file that it was read from; None where it is a line.
    pub(super) origin: Option<Origin>,
}

/// What a line is.
#[derive(Debug)]
pub(super) enum Line {
    Turn(Identified),
    Thread(ThreadLine),
}

impl Identified {
    /// Whether its line gives no id but a time.
    pub(super) fn is_known_by_its_place(&self) -> bool {
        self.made && self.timed
    }

    /// Whether its line gives the id.
    pub(super) fn has_its_own_id(&self) -> bool {
        !self.made
    }

    /// Whether a turn that says the same stands in the same place.
    pub(super) fn is_in(&self, known: &HashMap<&str, HashSet<u64>>) -> bool {
        self.is_known_by_its_place()
            && known
                .get(self.row.thread_id.as_str())
                .is_some_and(|ids| ids.contains(&said(self.row.id)))
    }
}

/// Reads the lines of one file.
pub(super) struct Turns {
    now: DateTime<Utc>,
    max_bytes: usize,
    /// How many turns of a thread and time there were.
    places: HashMap<u64, u16>,
    /// How many turns that say the same there were.
    repeated: HashMap<u64, u32>,
    /// The ids that lines gave: enough of each to tell millions apart.
    ids: HashSet<u64>,
    /// The file that is being read.
    origin: Option<Origin>,
}

impl Turns {
    pub(super) fn new(now: DateTime<Utc>, max_bytes: usize) -> Self {
        Self {
            now,
            max_bytes,
            places: HashMap::new(),
            repeated: HashMap::new(),
            ids: HashSet::new(),
            origin: None,
        }
    }

    /// The turn or conversation of a line; None for a blank one.
    pub(super) fn read(&mut self, line: u64, bytes: &[u8]) -> Option<Result<Line, LineError>> {
        let bytes = if line == 1 {
            bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
        } else {
            bytes
        };
        if bytes.trim_ascii().is_empty() {
            return None;
        }
        Some(
            self.line(line, bytes)
                .map_err(|error| LineError { line, error }),
        )
    }

    fn line(&mut self, line: u64, bytes: &[u8]) -> Result<Line, String> {
        let text = std::str::from_utf8(bytes).map_err(|_| "the line is not UTF-8".to_owned())?;
        // serde_json's own words may repeat a piece of the line, so they are left out.
        let value: Value = serde_json::from_str(text)
            .map_err(|error| format!("the line is no JSON: column {}", error.column()))?;
        let Value::Object(fields) = value else {
            return Err("the line is no JSON object".to_owned());
        };
        if numbers::are_rounded(fields.values(), bytes) {
            return Err(numbers::ROUNDED.to_owned());
        }
        if !ThreadLine::is_one(&fields) {
            return self.turn(line, fields).map(Line::Turn);
        }
        let mut thread = ThreadLine::of(fields)?;
        thread.line = line;
        // Places, and turns that say the same, are counted anew in each file.
        if thread.begins.is_some() {
            self.places.clear();
            self.repeated.clear();
            self.origin = thread.begins;
        }
        Ok(Line::Thread(thread))
    }

    fn turn(&mut self, line: u64, mut fields: Map<String, Value>) -> Result<Identified, String> {
        let thread = name(&mut fields, "thread_id")?.ok_or("there is no thread_id")?;
        let thread = ThreadId::new(thread).map_err(|invalid| invalid.to_string())?;
        let user = name(&mut fields, "user_id")?.map(UserId::new).transpose();
        let user = user.map_err(|invalid| invalid.to_string())?;
        let question = string(&mut fields, "question")?.ok_or("there is no question")?;
        let answer = string(&mut fields, "answer")?.ok_or("there is no answer")?;
        let at = moment(&mut fields)?;
        let id = string(&mut fields, "id")?
            .map(|id| id.parse::<MessageId>())
            .transpose();
        let id = id.map_err(|invalid| invalid.to_string())?;
        let keeps_metadata = fields.len() == 1 && fields.get("metadata") == Some(&Value::Null);
        let metadata = metadata(fields)?;

        let mut new = NewMessage::new(thread, question, answer)
            .with_metadata(metadata)
            .at(at.unwrap_or(self.now + line_offset(line)));
        new.user_id = user;
        new.check(self.max_bytes)
            .map_err(|invalid| invalid.to_string())?;
        let made = id.is_none();
        let id = id.map_or_else(|| self.id(&new, at), |id| id.0);
        let (high, low) = id.as_u64_pair();
        let repeats = !made && !self.ids.insert(high.rotate_left(32) ^ low);
        Ok(Identified {
            line,
            row: new.into_row(id, self.now),
            timed: at.is_some(),
            made,
            repeats,
            keeps_metadata,
            origin: self.origin,
        })
    }

    /// An id made of what the turn says: a UUID of version 8 (RFC 9562).
    fn id(&mut self, turn: &NewMessage, at: Option<DateTime<Utc>>) -> Uuid {
        let user = turn.user_id.as_ref().map_or("", UserId::as_str);
        let micros = at.map_or(i64::MIN, |at| at.timestamp_micros());
        let mut hash = blake3::Hasher::new();
        for part in [turn.thread_id.as_str(), user, &turn.question, &turn.answer] {
            hash.update(&(part.len() as u64).to_be_bytes())
                .update(part.as_bytes());
        }
        hash.update(&micros.to_be_bytes());
        let repeated = self.repeated.entry(first_word(&hash)).or_default();
        hash.update(&repeated.to_be_bytes());
        *repeated += 1;

        let digest = hash.finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest.as_bytes()[..16]);
        if let Some(at) = at {
            let mut place = blake3::Hasher::new();
            place
                .update(turn.thread_id.as_str().as_bytes())
                .update(&micros.to_be_bytes());
            let place = self.places.entry(first_word(&place)).or_default();
            let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
            bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
            bytes[6..8].copy_from_slice(&(*place).to_be_bytes());
            *place = (*place + 1).min(0xfff);
        }
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }
}

/// The part of an id that is made of what a turn says.
pub(super) fn said(id: Uuid) -> u64 {
    id.as_u64_pair().1
}

fn first_word(hash: &blake3::Hasher) -> u64 {
    let digest = hash.finalize();
    digest
        .as_bytes()
        .iter()
        .take(8)
        .fold(0, |word, byte| (word << 8) | u64::from(*byte))
}

/// A text field; null is as if it weren't there.
pub(super) fn string(
    fields: &mut Map<String, Value>,
    name: &str,
) -> Result<Option<String>, String> {
    match fields.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("{name} is not a text")),
    }
}

/// An identifier: a text, or a whole number taken as its digits.
pub(super) fn name(fields: &mut Map<String, Value>, name: &str) -> Result<Option<String>, String> {
    match fields.remove(name) {
        Some(Value::Number(number)) if number.is_i64() || number.is_u64() => {
            Ok(Some(number.to_string()))
        }
        Some(other) => {
            fields.insert(name.to_owned(), other);
            string(fields, name).map_err(|_| format!("{name} is neither a text nor a whole number"))
        }
        None => Ok(None),
    }
}

fn moment(fields: &mut Map<String, Value>) -> Result<Option<DateTime<Utc>>, String> {
    moment_of(&fields.remove("created_at").unwrap_or(Value::Null))
}

/// A time as text, or as seconds since 1970; null is none.
pub(super) fn moment_of(value: &Value) -> Result<Option<DateTime<Utc>>, String> {
    let bad = || "created_at is not a time such as 2026-01-31T12:00:00Z".to_owned();
    match value {
        Value::Null => Ok(None),
        Value::String(text) => time::parse(text).map(Some).ok_or_else(bad),
        Value::Number(number) => {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a float saturates, and is then refused"
            )]
            let micros = number
                .as_f64()
                .map(|seconds| (seconds * 1e6).round() as i64);
            // What can't be written as a time of four digits' year is none in a text either.
            micros
                .and_then(DateTime::from_timestamp_micros)
                .filter(|at| (0..=9_999).contains(&at.year()))
                .map(Some)
                .ok_or_else(bad)
        }
        _ => Err(bad()),
    }
}

/// The metadata, and what else the line has.
fn metadata(mut fields: Map<String, Value>) -> Result<Value, String> {
    match fields.remove("metadata") {
        None | Some(Value::Null) => Ok(Value::Object(fields)),
        Some(Value::Object(mut own)) => {
            own.extend(fields);
            Ok(Value::Object(own))
        }
        Some(_) => Err("metadata is not an object".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Vec<Result<Identified, LineError>> {
        let mut turns = Turns::new(DateTime::UNIX_EPOCH, 1_000);
        lines
            .iter()
            .zip(1..)
            .filter_map(|(line, number)| turns.read(number, line.as_bytes()))
            .map(|read| match read? {
                Line::Turn(turn) => Ok(turn),
                Line::Thread(thread) => panic!("a turn, not {thread:?}"),
            })
            .collect()
    }

    fn ids(lines: &[&str]) -> Vec<Uuid> {
        read(lines)
            .into_iter()
            .map(|turn| turn.expect("a good line").row.id)
            .collect()
    }

    #[test]
    fn a_conversation_is_known_by_its_type_however_it_is_written() {
        let mut turns = Turns::new(DateTime::UNIX_EPOCH, 1_000);
        let mut read = |line: &str| turns.read(1, line.as_bytes()).unwrap();
        for line in [
            r#"{"type": "thread", "thread_id": 7, "title": "T"}"#,
            r#"{"title":"T","pinned":null,"thread_id":"7","type":"thread"}"#,
        ] {
            let Ok(Line::Thread(thread)) = read(line) else {
                panic!("{line}")
            };
            assert_eq!(
                (thread.thread_id.as_str(), thread.title.as_deref()),
                ("7", Some("T"))
            );
        }
        let turn = r#"{"type":"thread","thread_id":"7","question":"q","answer":"a"}"#;
        assert!(matches!(read(turn), Ok(Line::Turn(_))));
        for (line, said) in [
            (r#"{"type":"thread","title":"T"}"#, "there is no thread_id"),
            (r#"{"type":"thread","thread_id":"7","pinned":1}"#, "pinned"),
            (r#"{"type":"thread","thread_id":"7","title":[]}"#, "title"),
            (
                r#"{"type":"thread","thread_id":"7","created_at":"soon"}"#,
                "created_at",
            ),
        ] {
            let error = read(line).expect_err(said).error;
            assert!(error.contains(said), "{error}");
        }
    }

    const A: &str = r#"{"user_id":1,"thread_id":"t","question":"q","answer":"a","created_at":"2026-01-01T00:00:00Z"}"#;
    const B: &str = r#"{"user_id":"1","thread_id":"t","question":"q2","answer":"a","created_at":"2026-01-01T00:00:00Z"}"#;

    #[test]
    fn the_same_lines_have_the_same_ids_and_equal_lines_have_their_own() {
        let first = ids(&[A, B, A]);
        assert_eq!(first, ids(&[A, B, A]));
        assert_ne!(first[0], first[2]);
    }

    #[test]
    fn turns_of_one_moment_sort_in_the_file_s_order() {
        let ids = ids(&[B, A, A, B]);
        assert!(ids.is_sorted());
    }

    #[test]
    fn a_turn_that_moved_in_its_file_is_known_by_what_it_says() {
        assert_eq!(said(ids(&[A, B])[1]), said(ids(&[B])[0]));
    }

    #[test]
    fn what_else_a_line_has_becomes_metadata() {
        let line = r#"{"thread_id":7,"question":"q","answer":"a","model":"m","metadata":{"k":1}}"#;
        let turn = read(&[line]).remove(0).expect("a good line");
        assert_eq!(
            (turn.row.thread_id.as_str(), turn.row.metadata),
            ("7", serde_json::json!({"k":1,"model":"m"}))
        );
    }

    #[test]
    fn a_bad_line_is_named_with_what_is_wrong() {
        for (line, said) in [
            ("not json", "the line is no JSON: column 2"),
            ("[]", "the line is no JSON object"),
            (r#"{"thread_id":"x"}"#, "there is no question"),
            (r#"{"question":"q","answer":"a"}"#, "there is no thread_id"),
            (
                r#"{"thread_id":"","question":"q","answer":"a"}"#,
                "the thread id is empty",
            ),
            (
                r#"{"thread_id":"x","question":1,"answer":"a"}"#,
                "question is not a text",
            ),
            (
                r#"{"thread_id":"x","question":"q","answer":"a","created_at":"soon"}"#,
                "created_at is not a time such as 2026-01-31T12:00:00Z",
            ),
        ] {
            assert_eq!(
                read(&[line]).remove(0).expect_err(said),
                LineError {
                    line: 1,
                    error: said.to_owned()
                }
            );
        }
    }
}
