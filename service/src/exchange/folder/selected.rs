//! Some documents into a folder, as all are written: what a person selects.

use std::collections::HashSet;
use std::path::Path;

use entity::document::{Entity, Model};
use sea_orm::{EntityTrait, QueryFilter};
use tokio_util::sync::CancellationToken;

use super::FolderExport;
use super::documents::{Writing, blocking};
use crate::documents::{DocumentFilter, DocumentSelection, codes_filter};
use crate::error::{Area, Error, IngestionError, Operation};
use crate::folio::Folio;
use crate::page::PageRequest;
use crate::store::Store;

/// Documents that are read at once.
const CHUNK: u32 = 50;

impl Folio {
    /// Writes selected documents into a folder, a file each with all that is known of it, as
    /// [`Folio::export_folder`] writes all of them: into the same files, of which none is written
    /// over that somebody else wrote or changed. Other files of the folder stay as they are.
    /// `progress` gets how many documents are done with.
    ///
    /// # Errors
    /// As [`Folio::export_folder`].
    pub async fn export_selected(
        &self,
        folder: &Path,
        selection: &DocumentSelection,
        cancel: &CancellationToken,
        progress: impl Fn(u64) + Send + Sync,
    ) -> Result<FolderExport, Error> {
        let mut writing = Writing::begin(self, folder).await?;
        let all = DocumentFilter::all();
        let (codes, filter, but) = match selection {
            DocumentSelection::Codes(codes) => (codes.as_slice(), &all, &[][..]),
            DocumentSelection::Matching(filter) => (&[][..], filter, &[][..]),
            DocumentSelection::MatchingBut(filter, but) => (&[][..], filter, but.as_slice()),
        };
        let is_listed = matches!(selection, DocumentSelection::Codes(_));
        let but: HashSet<&String> = but.iter().collect();
        let mut chunks = codes.chunks(CHUNK as usize);
        let mut next = (!is_listed).then(|| PageRequest::first(CHUNK));
        loop {
            if cancel.is_cancelled() {
                let written = writing.so_far();
                return Err(IngestionError::Cancelled { written }.into());
            }
            let codes: Vec<String> = match (chunks.next(), next.take()) {
                (Some(codes), _) => codes.to_vec(),
                (None, Some(request)) => {
                    let page = self.documents().filtered(filter, &request).await?;
                    next = page.next.map(|next| PageRequest::first(CHUNK).after(next));
                    let codes = page.items.into_iter().map(|row| row.code);
                    codes.filter(|code| !but.contains(code)).collect()
                }
                (None, None) => break,
            };
            let rows = rows(self, &codes).await?;
            writing = blocking(folder, move || writing.some(rows)).await?;
            progress(writing.so_far());
        }
        blocking(folder, move || writing.end()).await
    }
}

/// The documents with these codes that are there.
async fn rows(folio: &Folio, codes: &[String]) -> Result<Vec<Model>, Error> {
    let operation = || Operation::new(Area::Document, format!("read {} documents", codes.len()));
    Store::Pools(folio)
        .read(operation, async |conn| {
            let wanted = codes_filter(folio.backend(), codes);
            Ok(Entity::find().filter(wanted).all(&conn).await?)
        })
        .await
}
