//! Rows that are looked at: what a hit shows of them, and their texts, or how these begin.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::candidates::{Candidate, Key};
use super::language::Language;
use super::languages::Languages;
use super::request::Facets;
use super::{Scope, postgres, sqlite};
use crate::connect::Backend;
use crate::error::Fault;
use crate::store::Conn;

/// Bytes of text that are read of all candidates together, about.
const TEXTS: usize = 3 << 20;
/// Characters of each candidate's text, at the least and at the most.
const SHARE: std::ops::RangeInclusive<usize> = 2_000..=300_000;
/// Bytes of text that are read for the hits whose texts were not read whole.
const WHOLE_TEXTS: usize = 1 << 20;

/// A field of a row, or how it begins.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) text: String,
    /// The length of all of it.
    pub(super) bytes: usize,
}

/// What is read, and of what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) scope: Scope,
    pub(super) facets: Facets,
    pub(super) languages: &'a Languages,
}

/// A row.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) key: Key,
    pub(super) id: Uuid,
    /// A document's code, a message's thread.
    pub(super) label: String,
    pub(super) user: Option<String>,
    pub(super) created_at: DateTime<Utc>,
    /// Read for facets alone.
    pub(super) metadata: Option<String>,
    /// The language that it is searched in.
    pub(super) language: Language,
    /// Name and content, or question and answer.
    pub(super) fields: [Field; 2],
}

impl Row {
    /// Whether all of its text is there.
    pub(super) fn is_read_whole(&self) -> bool {
        self.fields
            .iter()
            .all(|field| field.text.len() >= field.bytes)
    }
}

/// Reads the candidates, and hands each over as it comes; the more there are, the less is read of
/// each long one. One that went away meanwhile is not among them.
pub(super) async fn read(
    conn: &Conn,
    what: &Wanted<'_>,
    candidates: &[Candidate],
    take: impl FnMut(Row) + Send,
) -> Result<(), Fault> {
    let keys: Vec<Key> = candidates.iter().map(|candidate| candidate.key).collect();
    let share = TEXTS / keys.len().max(1);
    let share = share.clamp(*SHARE.start(), *SHARE.end());
    read_keys(conn, what, &keys, share, take).await
}

/// Reads these rows whole, as far as their texts together are not too long; the first one always
/// is.
pub(super) async fn read_whole(
    conn: &Conn,
    what: &Wanted<'_>,
    rows: impl Iterator<Item = &Row>,
    take: impl FnMut(Row) + Send,
) -> Result<(), Fault> {
    let mut bytes = 0;
    let mut keys = Vec::new();
    for row in rows.filter(|row| !row.is_read_whole()) {
        bytes += row.fields[0].bytes + row.fields[1].bytes;
        if bytes > WHOLE_TEXTS && !keys.is_empty() {
            break;
        }
        keys.push(row.key);
    }
    read_keys(conn, what, &keys, usize::MAX >> 1, take).await
}

async fn read_keys(
    conn: &Conn,
    what: &Wanted<'_>,
    keys: &[Key],
    share: usize,
    take: impl FnMut(Row) + Send,
) -> Result<(), Fault> {
    if keys.is_empty() {
        return Ok(());
    }
    let share = i32::try_from(share).unwrap_or(i32::MAX);
    match super::backend(conn) {
        Backend::Postgres => postgres::rows(conn, what, keys, share, take).await,
        Backend::Sqlite => sqlite::rows(conn, what, keys, share, take).await,
    }
}
