//! The transactions of an ingestion: each is there whole or not at all.

mod textless;

use std::collections::{HashMap, HashSet};

use entity::{document, ingest_file};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

use super::front_matter;
use super::look;
use super::read::{READING, Rules, Says, Text};
use crate::audit::{self, Act, Subject};
use crate::bulk;
use crate::documents;
use crate::error::{Area, Error, Failure, Fault, IngestionError, Operation};
use crate::folio::Folio;
use crate::ids::RunId;
use crate::retry::Repeat;
use crate::store::{Conn, Store};

pub(super) const GONE: &str = "its document has changed, or gone, since the plan was made";

/// Writes on behalf of a run.
pub(super) struct Writer<'a> {
    pub(super) folio: &'a Folio,
    pub(super) run: RunId,
    /// The numbers of the plan's roots.
    pub(super) root_ids: Vec<i64>,
    /// How its files were read.
    pub(super) rules: Rules,
}

/// A document to be stored.
#[derive(Debug)]
pub(super) struct Item {
    /// The file's place in the plan.
    pub(super) at: usize,
    pub(super) id: Uuid,
    /// The document's version in the plan; None for a new one.
    pub(super) before: Option<i64>,
    pub(super) code: String,
    pub(super) text: Text,
    /// The root, the path below it, and the file's look, where they are to be written down.
    pub(super) link: Option<(usize, String, u64)>,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Became {
    /// This document says what it says.
    Stored(Uuid),
    /// Another program has written the same since the plan was made: this document, at this version.
    ThereAlready(Uuid, i64),
    /// It was not taken; the reason.
    Refused(String),
}

/// A file's place, and what became of it.
pub(super) type Written = (usize, Became);

impl Writer<'_> {
    /// Stores documents in one transaction. Where something is refused, the half that holds it is
    /// stored without the other, until the file itself is found. What another program has stored since is
    /// found at once.
    pub(super) fn store<'b>(
        &'b self,
        items: &'b [&'b Item],
    ) -> BoxFuture<'b, Result<Vec<Written>, Error>> {
        async move {
            if items.is_empty() {
                return Ok(Vec::new());
            }
            let words = format!("store {} documents", items.len());
            let operation = || Operation::new(Area::Ingestion, words.clone());
            let stored = Store::Pools(self.folio)
                .write(Repeat::Idempotent, operation, async |conn| {
                    self.store_once(&conn, items).await
                })
                .await;
            let error = match stored {
                Ok(()) => {
                    let stored = items.iter().map(|item| (item.at, Became::Stored(item.id)));
                    return Ok(stored.collect());
                }
                Err(error) if !is_about_one(&error) => return Err(error),
                Err(error) => error,
            };
            let mut written = self.there_already(items).await?;
            if !written.is_empty() {
                let there: HashSet<usize> = written.iter().map(|(at, _)| *at).collect();
                let left = items.iter().filter(|item| !there.contains(&item.at));
                written.extend(self.store(&left.copied().collect::<Vec<_>>()).await?);
                return Ok(written);
            }
            match items {
                [only] => Ok(vec![(only.at, Became::Refused(reason(&error, &only.code)))]),
                items => {
                    let (first, second) = items.split_at(items.len() / 2);
                    let mut written = self.store(first).await?;
                    written.extend(self.store(second).await?);
                    Ok(written)
                }
            }
        }
        .boxed()
    }

    /// Those of these documents that say already, under their codes, what they are to say. A file of an
    /// export may say another metadata beside the same text, so it is none of them.
    async fn there_already(&self, items: &[&Item]) -> Result<Vec<Written>, Error> {
        let operation = || Operation::new(Area::Ingestion, "compare the files with the store");
        let codes: Vec<String> = items.iter().map(|item| item.code.clone()).collect();
        let rows = Store::Pools(self.folio)
            .read(operation, async |conn| {
                bulk::existing_documents(&conn, &codes).await
            })
            .await?;
        let rows: HashMap<&str, &bulk::Existing> =
            rows.iter().map(|row| (row.code.as_str(), row)).collect();
        let there = items.iter().filter_map(|item| {
            let row = rows.get(item.code.as_str())?;
            let is_same = item.text.says == Says::Part
                && row.content_hash.as_deref() == Some(&item.text.hash)
                && row.name == item.text.name;
            is_same.then_some((item.at, Became::ThereAlready(row.id, row.version)))
        });
        Ok(there.collect())
    }

    async fn store_once(&self, conn: &Conn, items: &[&Item]) -> Result<(), Fault> {
        let was_there = items.iter().filter_map(|item| Some((item, item.before?)));
        let changed_ids: Vec<Uuid> = was_there.clone().map(|(item, _)| item.id).collect();
        let in_part = was_there
            .clone()
            .filter(|(item, _)| item.text.says == Says::Part);
        let in_part: Vec<Uuid> = in_part.map(|(item, _)| item.id).collect();
        let mut before = metadata_of_people(conn, &in_part).await?;
        let now = self.folio.now();
        let (mut added, mut changed, mut links) = (Vec::new(), Vec::new(), Vec::new());
        for item in items {
            let row = document::Model {
                id: item.id,
                code: item.code.clone(),
                name: item.text.name.clone(),
                content: item.text.content.clone(),
                content_hash: Some(item.text.hash.to_vec()),
                metadata: item.text.metadata.clone(),
                version: item.before.unwrap_or_default() + 1,
                created_at: now,
                updated_at: now,
            };
            if item.before.is_none() {
                added.push(row);
            } else {
                let metadata = match (before.remove(&item.id), row.metadata) {
                    (Some(mut own), Value::Object(fields)) => {
                        own.extend(fields);
                        Value::Object(own)
                    }
                    (_, metadata) => metadata,
                };
                changed.push(document::Model { metadata, ..row });
            }
            if let Some((root, path, look)) = &item.link {
                links.push(ingest_file::Model {
                    document_id: item.id,
                    root_id: self.root_ids[*root],
                    path: path.clone(),
                    seen: look::seen(*look, item.before.unwrap_or_default() + 1, &self.rules),
                });
            }
        }
        let new = added.len() as u64;
        if bulk::insert_documents(conn, added).await? != new {
            return already_stored(conn, items).await;
        }
        bulk::link_files(conn, links).await?;
        let new = items.iter().filter(|item| item.before.is_none());
        self.record(
            conn,
            "ingested",
            new.map(|item| (item.id, item.code.as_str(), 1)),
        )
        .await?;
        if !changed_ids.is_empty() {
            let written = bulk::update_documents(conn, changed).await?;
            if written != changed_ids.len() as u64 {
                return already_stored(conn, items).await;
            }
            let acts = was_there.map(|(item, before)| (item.id, item.code.as_str(), before + 1));
            self.record(conn, "updated", acts).await?;
            documents::stamp(self.folio, conn, &changed_ids).await?;
            documents::prune(self.folio, conn, &changed_ids).await?;
        }
        Ok(())
    }

    async fn record<'c>(
        &self,
        conn: &Conn,
        action: &'static str,
        acts: impl Iterator<Item = (Uuid, &'c str, i64)>,
    ) -> Result<(), Fault> {
        let acts: Vec<Act> = acts
            .map(|(id, code, version)| {
                let act = Act::new(action, Subject::Document, id.to_string());
                act.label(code).version(version).batch(self.run.0)
            })
            .collect();
        audit::record(self.folio, conn, acts).await
    }
}

/// A try that is repeated because nobody knew what had become of the first one finds its work done
/// where the first one did it; else the documents are no longer those of the plan.
async fn already_stored(conn: &Conn, items: &[&Item]) -> Result<(), Fault> {
    let there: Vec<(Uuid, i64, Option<Vec<u8>>)> = document::Entity::find()
        .filter(document::Column::Id.is_in(items.iter().map(|item| item.id)))
        .select_only()
        .columns([
            document::Column::Id,
            document::Column::Version,
            document::Column::ContentHash,
        ])
        .into_tuple()
        .all(conn)
        .await?;
    let there: HashMap<Uuid, (i64, Option<Vec<u8>>)> = there
        .into_iter()
        .map(|(id, version, hash)| (id, (version, hash)))
        .collect();
    let is_stored = |item: &&Item| {
        let stored = (
            item.before.unwrap_or_default() + 1,
            Some(item.text.hash.to_vec()),
        );
        there.get(&item.id) == Some(&stored)
    };
    if items.iter().all(is_stored) {
        return Ok(());
    }
    Err(IngestionError::Outdated.into())
}

/// Whether an error may be one document's alone, so that it is worth while to look for that.
fn is_about_one(error: &Error) -> bool {
    error.may_be_of_one_row() || matches!(error, Error::Ingestion(IngestionError::Outdated))
}

fn reason(error: &Error, code: &str) -> String {
    let is_duplicate = |failure: &Failure| failure.is_duplicate();
    match error {
        Error::Ingestion(IngestionError::Outdated) => GONE.to_owned(),
        error if error.failure().is_some_and(is_duplicate) => {
            format!("a document with the code {code:?} was made since the plan was made")
        }
        error => error.to_string(),
    }
}

/// What people have written into documents' metadata, beside what the files said: that stays.
async fn metadata_of_people(
    conn: &Conn,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, serde_json::Map<String, Value>>, Fault> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    // Few documents have any, so few texts are read.
    let rows: Vec<(Uuid, Value, String)> = document::Entity::find()
        .filter(document::Column::Id.is_in(ids.iter().copied()))
        .filter(document::Column::Metadata.ne(Value::Object(serde_json::Map::new())))
        .select_only()
        .columns([
            document::Column::Id,
            document::Column::Metadata,
            document::Column::Content,
        ])
        .into_tuple()
        .all(conn)
        .await?;
    let own = rows.into_iter().map(|(id, metadata, content)| {
        let Value::Object(mut metadata) = metadata else {
            return (id, serde_json::Map::new());
        };
        for (name, value) in front_matter::read(&content).fields {
            if metadata.get(&name) == Some(&value) {
                metadata.remove(&name);
            }
        }
        metadata.remove(READING);
        (id, metadata)
    });
    Ok(own.collect())
}
