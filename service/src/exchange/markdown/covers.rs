//! Whether a file that somebody has changed says anything that the store does not say.

use std::collections::HashMap;
use std::io::{self, BufRead};

use serde_json::{Map, Value};

use super::{Lines, one_line};
use crate::exchange::conversations::Origin;

const CHANGED: &str = "it was changed since it was written, and is left as it is: take it in (folio import), or move it away";

/// A turn without its texts.
struct Turn {
    texts: blake3::Hash,
    fields: Map<String, Value>,
}

impl Turn {
    fn of(line: &str) -> io::Result<Self> {
        let mut fields: Map<String, Value> = serde_json::from_str(line)?;
        let mut hash = blake3::Hasher::new();
        for name in ["question", "answer"] {
            let text = fields.remove(name).unwrap_or_default();
            // Line ends of Windows are no change.
            let text = text.as_str().unwrap_or_default().replace("\r\n", "\n");
            hash.update(&(text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        }
        Ok(Self {
            texts: hash.finalize(),
            fields,
        })
    }

    fn id(&self) -> Option<&str> {
        self.fields.get("id").and_then(Value::as_str)
    }

    /// The metadata, and what else the comment has, as an import takes them together.
    fn metadata(&self) -> Map<String, Value> {
        const OWN: [&str; 5] = ["id", "thread_id", "user_id", "created_at", "metadata"];
        let own = self.fields.get("metadata").and_then(Value::as_object);
        let mut metadata = own.cloned().unwrap_or_default();
        let others = self.fields.iter();
        let others = others.filter(|(name, _)| !OWN.contains(&name.as_str()));
        metadata.extend(others.map(|(name, value)| (name.clone(), value.clone())));
        metadata
    }

    /// Whether this one says all that another one does.
    fn covers(&self, other: &Self) -> bool {
        let metadata = other.metadata();
        let says = |name: &str| match other.fields.get(name) {
            None | Some(Value::Null) => true,
            value => self.fields.get(name) == value,
        };
        self.texts == other.texts
            && ["thread_id", "user_id", "created_at"].into_iter().all(says)
            && (metadata.is_empty() || metadata == self.metadata())
    }
}

/// Why a file of a conversation can't be written over by what the store has now: something in it would be
/// lost. None where nothing would. `titles` are those that the conversation had before.
pub(in crate::exchange) fn problem(
    whole: impl BufRead,
    part: impl BufRead,
    titles: &[String],
    longest: usize,
) -> io::Result<Option<String>> {
    let mut whole = Lines::new(whole, Origin::AsWritten, longest);
    let mut part = Lines::new(part, Origin::Changed, longest);
    let changed = || Ok(Some(CHANGED.to_owned()));
    let (Some(there), Some(said)) = (whole.next(), part.next()) else {
        return changed();
    };
    if !is_same_thread(&there?, &said?, titles)? {
        return changed();
    }
    let (mut turns, mut by_id, mut by_texts) = (Vec::new(), HashMap::new(), HashMap::new());
    for line in whole {
        let turn = Turn::of(&line?)?;
        if let Some(id) = turn.id() {
            by_id.insert(id.to_owned(), turns.len());
        }
        let same: &mut Vec<usize> = by_texts.entry(turn.texts).or_default();
        same.push(turns.len());
        turns.push(turn);
    }
    for line in part.by_ref() {
        let turn = Turn::of(&line?)?;
        let is_covered = if let Some(id) = turn.id() {
            by_id.get(id).is_some_and(|at| turns[*at].covers(&turn))
        } else {
            // One that was written by hand has got an id since.
            let same = by_texts.get(&turn.texts).into_iter().flatten();
            same.into_iter().any(|at| turns[*at].covers(&turn))
        };
        if !is_covered {
            return changed();
        }
    }
    Ok(part.untaken().map(|places| {
        format!("it has what is no part of a conversation, and no import takes: {places}; it is left as it is: move that, or the file, away")
    }))
}

/// Whether the line of a conversation says nothing that the store does not.
fn is_same_thread(there: &str, said: &str, titles: &[String]) -> io::Result<bool> {
    let there: Value = serde_json::from_str(there)?;
    let said: Value = serde_json::from_str(said)?;
    let says = |name: &str| said[name].is_null() || said[name] == there[name];
    let is_title = |heading: &str| {
        let now = there["title"].as_str().or(there["thread_id"].as_str());
        let known = titles.iter().map(String::as_str).chain(now);
        // A conversation without a title has its id for one.
        let known = known.chain(there["thread_id"].as_str());
        let mut known = known.map(one_line);
        known.any(|title| title.trim() == heading)
    };
    // A heading that was taken in is the title, whatever the block had before.
    let (title, heading) = (said["title"].as_str(), said["heading"].as_str());
    let is_earlier =
        |title: &str| Some(title) == heading || titles.iter().any(|earlier| earlier == title);
    let is_heading =
        heading.is_some() && heading == there["title"].as_str() && title.is_none_or(is_earlier);
    let names = ["thread_id", "user_id", "pinned", "created_at"];
    Ok(names.into_iter().all(says)
        && (is_heading || says("title"))
        && said["heading"].as_str().is_none_or(is_title))
}
