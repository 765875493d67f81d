//! Documents of an import, several batches at once where the database gains by it.

use std::collections::HashSet;

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};

use super::ImportReport;
use super::documents::Read;
use crate::error::Error;
use crate::folio::Folio;

/// A batch that was stored: what it was of, its codes, and what became of it.
type Stored<T> = (T, HashSet<String>, Result<ImportReport, Error>);

/// Batches that are being stored. No two of them have a code in common, so that of several documents
/// with one code the last one counts.
pub(super) struct Storing<'a, T> {
    folio: &'a Folio,
    at_once: usize,
    batches: FuturesUnordered<BoxFuture<'a, Stored<T>>>,
    /// The codes of all of them.
    codes: HashSet<String>,
}

impl<'a, T: Send + 'a> Storing<'a, T> {
    pub(super) fn new(folio: &'a Folio) -> Self {
        Self {
            folio,
            at_once: folio.writers(),
            batches: FuturesUnordered::new(),
            codes: HashSet::new(),
        }
    }

    /// Begins to store a batch, once there is room; gives what became of others.
    ///
    /// # Errors
    /// Those of [`Folio::take_documents`].
    pub(super) async fn push(
        &mut self,
        read: Vec<Read>,
        of: T,
    ) -> Result<Vec<(T, ImportReport)>, Error> {
        let codes: HashSet<String> = read.iter().map(|read| read.code().to_owned()).collect();
        let mut done = Vec::new();
        while self.batches.len() >= self.at_once || !self.codes.is_disjoint(&codes) {
            match self.next().await? {
                Some(stored) => done.push(stored),
                None => break,
            }
        }
        self.codes.extend(codes.iter().cloned());
        let folio = self.folio;
        let storing = async move {
            let mut report = ImportReport::default();
            let stored = folio.take_documents(read, &mut report).await;
            (of, codes, stored.map(|()| report))
        };
        self.batches.push(storing.boxed());
        Ok(done)
    }

    /// What became of the next batch; None where there is none.
    pub(super) async fn next(&mut self) -> Result<Option<(T, ImportReport)>, Error> {
        let Some((of, codes, report)) = self.batches.next().await else {
            return Ok(None);
        };
        for code in &codes {
            self.codes.remove(code);
        }
        Ok(Some((of, report?)))
    }
}
