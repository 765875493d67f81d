//! Taking folders in, and what the store has of them.

use std::path::Path;

use service::ingest::{IngestOptions, IngestReport, Vanished};
use service::{Bulk, CancellationToken, DocumentSort, PageRequest, RunId};

use crate::Store;

/// Vanished documents are deleted.
#[must_use]
pub fn pruning() -> IngestOptions {
    IngestOptions::default().vanished(Vanished::Delete)
}

/// Takes a folder in.
pub async fn ingest(store: &Store, folder: &Path, options: &IngestOptions) -> IngestReport {
    let ingest = store.folio.ingest();
    ingest.directory(folder, options).await.unwrap()
}

/// Takes a run back.
pub async fn undo(store: &Store, run: RunId) -> Bulk {
    let cancel = CancellationToken::new();
    let undone = store.folio.ingest().undo(run, &cancel, |_| ()).await;
    undone.unwrap().unwrap()
}

/// The codes of all documents, sorted; a hundred at the most.
pub async fn codes(store: &Store) -> Vec<String> {
    let (sort, page) = (DocumentSort::Code, PageRequest::first(100));
    let found = store.folio.documents().list(sort, &page).await.unwrap();
    found
        .items
        .into_iter()
        .map(|document| document.code)
        .collect()
}

/// The text of a document that is there.
pub async fn content(store: &Store, code: &str) -> String {
    let found = store.folio.documents().get(code).await.unwrap();
    found.unwrap().content
}
