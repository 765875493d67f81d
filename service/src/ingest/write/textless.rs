//! What is written without texts: moved and vanished documents, and whose documents are.

use std::collections::{HashMap, HashSet};

use entity::{document, ingest_file};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::super::files::{Files, Step, VanishedFile};
use super::super::look;
use super::{Became, GONE, Writer, Written, is_about_one, reason};
use crate::bulk;
use crate::documents;
use crate::error::{Area, Error, Fault, Operation};
use crate::retry::Repeat;
use crate::store::{Conn, Store};

impl Writer<'_> {
    /// Gives documents whose files moved their new codes and names. One that is refused, because
    /// another document got its code since the plan was made, fails alone.
    pub(in super::super) fn rename<'b>(
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
                    Ok(vec![(*only, Became::Refused(reason(&error, &code)))])
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
                written.push((*at, Became::Refused(GONE.to_owned())));
                continue;
            }
            written.push((*at, Became::Stored(state.document)));
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
    pub(in super::super) async fn mark(
        &self,
        files: &Files,
        places: &[usize],
    ) -> Result<(), Error> {
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

    /// Deletes documents that are still as the plan saw them; gives which.
    pub(in super::super) async fn remove(
        &self,
        gone: &[&VanishedFile],
    ) -> Result<HashSet<Uuid>, Error> {
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
                    |gone: &&&VanishedFile| there.get(&gone.document_id.0) == Some(&gone.version);
                let gone: Vec<&&VanishedFile> = gone.iter().filter(as_seen).collect();
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
                Ok(ids.into_iter().collect())
            })
            .await
    }
}
