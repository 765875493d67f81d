//! Documents: texts under stable codes, with a history.

mod filter;
mod history;
mod many;
mod narrow;
mod read;
mod trash;
mod types;
mod write;

pub(crate) use filter::successor;
pub use filter::{DocumentFilter, DocumentSelection};
pub use many::Retag;
pub(crate) use read::{codes_filter, one_of};
pub(crate) use trash::take_back;
pub use types::{
    Deleted, Document, DocumentChange, DocumentSort, DocumentSummary, NewDocument, Outcome,
    Restored, Revision, RevisionAction, RevisionSummary, Upserted,
};
pub(crate) use write::{prune, stamp};

use crate::activity::Bulk;
use crate::error::{Area, Error, Operation};
use crate::estimate::{Estimate, Table, estimated};
use crate::ids::DocumentId;
use crate::page::{Page, PageRequest};
use crate::search::{DocumentHit, SearchRequest, SearchResults};
use crate::store::Store;
use tokio_util::sync::CancellationToken;

/// What can be done with documents; from [`Folio::documents`](crate::Folio::documents), or inside
/// a transaction from [`Transaction::documents`](crate::Transaction::documents).
///
/// A look-up of what isn't there is `Ok(None)`. Every change and deletion leaves a revision.
#[derive(Clone, Copy, Debug)]
pub struct Documents<'a> {
    store: Store<'a>,
}

impl<'a> Documents<'a> {
    pub(crate) fn new(store: Store<'a>) -> Self {
        Self { store }
    }

    /// Stores a new document. Stands for the seed's `insert_document`.
    ///
    /// # Errors
    /// [`DocumentError::Duplicate`](crate::error::DocumentError::Duplicate) where the code is
    /// taken, [`DocumentError::Invalid`](crate::error::DocumentError::Invalid) where a field is
    /// refused.
    pub async fn insert(&self, new: NewDocument) -> Result<Document, Error> {
        write::insert(self.store, new).await
    }

    /// Stores a document, or changes the one that has its code. Where nothing differs, nothing is
    /// written. Stands for the seed's `upsert_document`.
    ///
    /// ```
    /// # #[tokio::main] async fn main() -> Result<(), service::Error> {
    /// # use service::{Config, Folio, NewDocument, Outcome};
    /// # let folio = Folio::connect(Config::from_url("sqlite::memory:")?).await?;
    /// let text = |content: &str| NewDocument::new("notes/a", "A", content);
    /// assert_eq!(folio.documents().upsert(text("one")).await?.outcome, Outcome::Inserted);
    /// assert_eq!(folio.documents().upsert(text("one")).await?.outcome, Outcome::Unchanged);
    /// assert_eq!(folio.documents().upsert(text("two")).await?.outcome, Outcome::Updated);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`DocumentError::Invalid`](crate::error::DocumentError::Invalid) where a field is refused.
    pub async fn upsert(&self, new: NewDocument) -> Result<Upserted, Error> {
        write::upsert(self.store, &new).await
    }

    /// The document with this code. Stands for the seed's `get_document_by_code`.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn get(&self, code: &str) -> Result<Option<Document>, Error> {
        read::by_code(self.store, code).await
    }

    /// The document with this id. Stands for the seed's `get_document_by_id`.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn get_by_id(&self, id: DocumentId) -> Result<Option<Document>, Error> {
        read::by_id(self.store, id).await
    }

    /// The documents with these codes, in one round trip. What isn't there is left out; the
    /// order is that of the codes.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn get_many(&self, codes: &[impl AsRef<str>]) -> Result<Vec<Document>, Error> {
        read::many(
            self.store,
            codes.iter().map(|code| code.as_ref().to_owned()).collect(),
        )
        .await
    }

    /// A page of documents without their contents; newest first unless sorted otherwise. Stands
    /// for the seed's `get_list_of_documents`.
    ///
    /// ```
    /// # #[tokio::main] async fn main() -> Result<(), service::Error> {
    /// # use service::{Config, DocumentSort, Folio, NewDocument, PageRequest};
    /// # let folio = Folio::connect(Config::from_url("sqlite::memory:")?).await?;
    /// for code in ["a", "b", "c"] {
    ///     folio.documents().insert(NewDocument::new(code, code, "text")).await?;
    /// }
    /// let page = folio.documents().list(DocumentSort::NewestFirst, &PageRequest::first(2)).await?;
    /// assert_eq!(page.items[0].code, "c");
    /// let rest = PageRequest::first(2).after(page.next.expect("one more"));
    /// let page = folio.documents().list(DocumentSort::NewestFirst, &rest).await?;
    /// assert_eq!((page.items[0].code.as_str(), page.next), ("a", None));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`DocumentError::Invalid`](crate::error::DocumentError::Invalid) for a limit outside 1 to
    /// 1,000 or a cursor of another list.
    pub async fn list(
        &self,
        sort: DocumentSort,
        page: &PageRequest,
    ) -> Result<Page<DocumentSummary>, Error> {
        read::list(self.store, &sort.into(), page).await
    }

    /// A page of those documents that the filter has, in its order. It may be shorter than was asked
    /// for, even empty, while there are more: [`Page::next`] tells.
    ///
    /// # Errors
    /// As [`list`](Self::list).
    pub async fn filtered(
        &self,
        filter: &DocumentFilter,
        page: &PageRequest,
    ) -> Result<Page<DocumentSummary>, Error> {
        read::list(self.store, filter, page).await
    }

    /// How many documents are selected, exactly: for a question that names it.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn count_selected(&self, selection: &DocumentSelection) -> Result<u64, Error> {
        filter::count(self.store, selection).await
    }

    /// Finds documents. What is typed as a query never is an error. Stands for the seed's
    /// `search_documents`.
    ///
    /// # Errors
    /// [`SearchError::Invalid`](crate::error::SearchError::Invalid) for a limit outside 1 to 1,000.
    pub async fn search(
        &self,
        request: &SearchRequest,
    ) -> Result<SearchResults<DocumentHit>, Error> {
        crate::search::documents(self.store, request).await
    }

    /// Changes a document; None where there is none with this code. Where the change is based on
    /// a version (see [`DocumentChange::based_on`]), it is made only if that is still the one
    /// stored. Stands for the seed's `update_document_content`.
    ///
    /// # Errors
    /// [`DocumentError::Conflict`](crate::error::DocumentError::Conflict) with both versions.
    pub async fn update(
        &self,
        code: &str,
        change: &DocumentChange,
    ) -> Result<Option<Document>, Error> {
        write::update(self.store, code, change).await
    }

    /// Deletes a document, which leaves it in the history; false where there was none. Stands
    /// for the seed's `delete_document`.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn delete(&self, code: &str) -> Result<bool, Error> {
        write::delete(self.store, code).await
    }

    /// Deletes many, in transactions of 500, recorded as one batch; each leaves its last revision.
    /// `progress` is told how many are done with.
    ///
    /// ```
    /// # #[tokio::main] async fn main() -> Result<(), service::Error> {
    /// # use service::{CancellationToken, Config, DocumentFilter, DocumentSelection, Folio, NewDocument};
    /// # let folio = Folio::connect(Config::from_url("sqlite::memory:")?).await?;
    /// for code in ["guide/a", "guide/b", "other"] {
    ///     folio.documents().insert(NewDocument::new(code, code, "text")).await?;
    /// }
    /// let guide = DocumentSelection::Matching(DocumentFilter::all().code("guide/"));
    /// let go_on = CancellationToken::new();
    /// let deleted = folio.documents().delete_many(&guide, &go_on, |_| {}).await?;
    /// assert_eq!((deleted.done, folio.documents().count().await?), (2, 1));
    /// folio.activity().undo(deleted.batch, &go_on, |_| {}).await?;
    /// assert_eq!(folio.documents().count().await?, 3);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// The database's alone; what was deleted until then stays so, and can be undone.
    pub async fn delete_many(
        &self,
        selection: &DocumentSelection,
        cancel: &CancellationToken,
        progress: impl Fn(u64) + Send + Sync,
    ) -> Result<Bulk, Error> {
        many::delete(self.store, selection, cancel, progress).await
    }

    /// Gives tags to many and takes tags from them (the metadata's `tags`), as
    /// [`delete_many`](Self::delete_many) does it.
    ///
    /// # Errors
    /// The database's alone; what was tagged until then stays so, and can be undone.
    pub async fn retag(
        &self,
        selection: &DocumentSelection,
        retag: &Retag,
        cancel: &CancellationToken,
        progress: impl Fn(u64) + Send + Sync,
    ) -> Result<Bulk, Error> {
        many::retag(self.store, selection, retag, cancel, progress).await
    }

    /// Brings deleted documents back as they were, as [`delete_many`](Self::delete_many) does it.
    /// One that can't come back (its code is taken) is told in the report.
    ///
    /// # Errors
    /// The database's alone; what came back until then stays, and can be undone.
    pub async fn restore_many(
        &self,
        ids: &[DocumentId],
        cancel: &CancellationToken,
        progress: impl Fn(u64) + Send + Sync,
    ) -> Result<Bulk, Error> {
        many::restore(self.store, ids, cancel, progress).await
    }

    /// How many documents there are, exactly. Stands for the seed's `get_document_count`.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn count(&self) -> Result<u64, Error> {
        read::count(self.store).await
    }

    /// How many documents there are, or about how many: at once, whatever the size of the store.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn estimate(&self) -> Result<Estimate, Error> {
        estimated(self.store, "documents", Table::DOCUMENT).await
    }

    /// Earlier versions of a document, the latest first; None where no document ever had this
    /// code. Also for one that is deleted.
    ///
    /// # Errors
    /// [`DocumentError::Invalid`](crate::error::DocumentError::Invalid) for a bad page request.
    pub async fn history(
        &self,
        code: &str,
        page: &PageRequest,
    ) -> Result<Option<Page<RevisionSummary>>, Error> {
        history::list(self.store, code, page).await
    }

    /// One earlier version with its content, for a diff or a look.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn revision(&self, code: &str, version: i64) -> Result<Option<Revision>, Error> {
        history::get(self.store, code, version).await
    }

    /// Documents that were deleted and are not back, the latest first.
    ///
    /// # Errors
    /// [`DocumentError::Invalid`](crate::error::DocumentError::Invalid) for a bad page request.
    pub async fn deleted(&self, page: &PageRequest) -> Result<Page<Deleted>, Error> {
        history::deleted(self.store, page).await
    }

    /// Brings an earlier version back as a new one: a deleted document under its old id, or a
    /// living one as it was. Without a version: as it was deleted, or before its last change.
    ///
    /// # Errors
    /// [`DocumentError::NoSuchRevision`](crate::error::DocumentError::NoSuchRevision);
    /// [`DocumentError::NothingToRestore`](crate::error::DocumentError::NothingToRestore) where it
    /// is like that now.
    pub async fn restore(&self, code: &str, version: Option<i64>) -> Result<Restored, Error> {
        history::restore(self.store, code, version).await
    }
}

/// Describes an operation on the document with this code.
fn on(verb: &'static str, code: &str) -> Operation {
    Operation::new(Area::Document, format!("{verb} document {code:?}"))
}
