//! The transactions of an ingestion: each is there whole or not at all.

use std::collections::HashMap;

use entity::{document, ingest_file};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

use super::files::{Files, Step, VanishedFile};
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

const GONE: &str = "its document has changed, or gone, since the plan was made";

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

/// A file's place, and what became of it: the document, or the reason.
pub(super) type Written = (usize, Result<Uuid, String>);

impl Writer<'_> {
    /// Stores documents in one transaction. Where something is refused, the half that holds it is
    /// stored without the other, until the file itself is found.
    pub(super) fn store<'b>(
        &'b self,
        items: &'b [Item],
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
                Ok(()) => return Ok(items.iter().map(|item| (item.at, Ok(item.id))).collect()),
                Err(error) => error,
            };
            match items {
                _ if !is_about_one(&error) => Err(error),
                [only] => Ok(vec![(only.at, Err(reason(&error, &only.code)))]),
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

    async fn store_once(&self, conn: &Conn, items: &[Item]) -> Result<(), Fault> {
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

    /// Gives documents whose files moved their new codes and names. One that is refused, because
    /// another document got its code since the plan was made, fails alone.
    pub(super) fn rename<'b>(
        &'b self,
        files: &'b Files,
        places: &'b [usize],
    ) -> BoxFuture<'b, Result<Vec<Written>, Error>> {
        async move {
            let words = format!("move {} documents", places.len());
            let operation = || Operation::new(Area::Ingestion, words.clone());
            let moved = Store::Pools(self.folio)
                .write(Repeat::OnlyIfUndone, operation, async |conn| {
                    self.rename_once(&conn, files, places).await
                })
                .await;
            match (moved, places) {
                (Err(error), _) if !is_about_one(&error) => Err(error),
                (Err(error), [only]) => {
                    let code = files.listing.code(&files.listing.found[*only]);
                    Ok(vec![(*only, Err(reason(&error, &code)))])
                }
                (Err(_), places) => {
                    let (first, second) = places.split_at(places.len() / 2);
                    let mut written = self.rename(files, first).await?;
                    written.extend(self.rename(files, second).await?);
                    Ok(written)
                }
                (moved, _) => moved,
            }
        }
        .boxed()
    }

    async fn rename_once(
        &self,
        conn: &Conn,
        files: &Files,
        places: &[usize],
    ) -> Result<Vec<Written>, Fault> {
        let now = self.folio.now();
        let mut written = Vec::with_capacity(places.len());
        let (mut renamed, mut links) = (Vec::new(), Vec::new());
        for at in places {
            let (found, state) = (&files.listing.found[*at], &files.states[*at]);
            let Some(moved) = files.moves.get(at) else {
                continue;
            };
            let code = files.listing.code(found);
            let row = bulk::Renamed {
                id: state.document,
                code: code.clone(),
                name: moved.name.clone(),
                version: state.version + 1,
                updated_at: now,
            };
            if bulk::rename_document(conn, row).await? == 0 {
                written.push((*at, Err(GONE.to_owned())));
                continue;
            }
            written.push((*at, Ok(state.document)));
            renamed.push((state.document, code, state.version + 1));
            links.extend(self.link(files, *at, state.version + 1));
        }
        bulk::link_files(conn, links).await?;
        let ids: Vec<Uuid> = renamed.iter().map(|(id, ..)| *id).collect();
        let acts = renamed
            .iter()
            .map(|(id, code, version)| (*id, code.as_str(), *version));
        self.record(conn, "moved", acts).await?;
        documents::stamp(self.folio, conn, &ids).await?;
        documents::prune(self.folio, conn, &ids).await?;
        Ok(written)
    }

    /// Writes down hashes that were missing, and whose documents these are.
    pub(super) async fn mark(&self, files: &Files, places: &[usize]) -> Result<(), Error> {
        let states = places.iter().map(|at| &files.states[*at]);
        let hashes: Vec<(Uuid, i64, Vec<u8>)> = states
            .filter(|state| state.step == Step::Hash)
            .map(|state| (state.document, state.version, state.hash.to_vec()))
            .collect();
        let links: Vec<ingest_file::Model> = places
            .iter()
            .filter_map(|at| self.link(files, *at, files.states[*at].version))
            .collect();
        let operation = || Operation::new(Area::Ingestion, "write down where files belong");
        Store::Pools(self.folio)
            .write(Repeat::Idempotent, operation, async |conn| {
                bulk::set_hashes(&conn, hashes.clone()).await?;
                bulk::link_files(&conn, links.clone()).await
            })
            .await
    }

    /// Where the file of a document at this version belongs.
    fn link(&self, files: &Files, at: usize, version: i64) -> Option<ingest_file::Model> {
        let (found, state) = (&files.listing.found[at], &files.states[at]);
        let root = found.root?;
        Some(ingest_file::Model {
            document_id: state.document,
            root_id: self.root_ids[root as usize],
            path: files.listing.below(found)?.to_owned(),
            seen: look::seen(found.look, version, &self.rules),
        })
    }

    /// Deletes documents that are still as the plan saw them; gives how many.
    pub(super) async fn remove(&self, gone: &[VanishedFile]) -> Result<u64, Error> {
        let operation = || {
            Operation::new(
                Area::Ingestion,
                format!("delete {} vanished documents", gone.len()),
            )
        };
        Store::Pools(self.folio)
            .write(Repeat::OnlyIfUndone, operation, async |conn| {
                let ids: Vec<Uuid> = gone.iter().map(|gone| gone.document_id.0).collect();
                let there: Vec<(Uuid, i64)> = document::Entity::find()
                    .filter(document::Column::Id.is_in(ids))
                    .lock_exclusive()
                    .select_only()
                    .columns([document::Column::Id, document::Column::Version])
                    .into_tuple()
                    .all(&conn)
                    .await?;
                let there: HashMap<Uuid, i64> = there.into_iter().collect();
                let as_seen =
                    |gone: &&VanishedFile| there.get(&gone.document_id.0) == Some(&gone.version);
                let gone: Vec<&VanishedFile> = gone.iter().filter(as_seen).collect();
                let ids: Vec<Uuid> = gone.iter().map(|gone| gone.document_id.0).collect();
                document::Entity::delete_many()
                    .filter(document::Column::Id.is_in(ids.iter().copied()))
                    .exec(&conn)
                    .await?;
                let acts = gone
                    .iter()
                    .map(|gone| (gone.document_id.0, gone.code.as_str(), gone.version));
                self.record(&conn, "deleted", acts).await?;
                documents::stamp(self.folio, &conn, &ids).await?;
                Ok(ids.len() as u64)
            })
            .await
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
async fn already_stored(conn: &Conn, items: &[Item]) -> Result<(), Fault> {
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
    let is_stored = |item: &Item| {
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
