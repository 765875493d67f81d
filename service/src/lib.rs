//! Documents and conversations, stored well: on an embedded SQLite file with no set-up, or on
//! PostgreSQL.
//!
//! Everything starts from [`Folio::connect`]:
//!
//! | part | what it does |
//! |---|---|
//! | [`Folio::documents`] | texts under stable codes: CRUD, search, history, restoring |
//! | [`Folio::threads`], [`Folio::messages`] | conversations and their turns |
//! | [`context`] | what a model is shown of a conversation |
//! | [`Folio::activity`] | what was done, by whom, and taking it back |
//! | [`Folio::ingest`] | taking folders of files in |
//! | [`Folio::import_turns`] | taking conversations in |
//! | [`Folio::transaction`], [`Folio::retry`] | several calls together |
//! | [`Folio::health`], [`Folio::pool_stats`] | how the store is |
//! | [`Folio::figures`], [`Folio::database_figures`] | what its calls cost, and its size |
//! | [`Folio::migrations`] | the schema |
//!
//! Four things to note:
//!
//! 1. A look-up of what isn't there is `Ok(None)`, not an error.
//! 2. Every error tells what became of the data ([`Error::fate`]) and whether trying again may
//!    help ([`Error::is_transient`]). Calls repeat themselves where that is safe.
//! 3. Every list has a limit and a cursor ([`PageRequest`]); newest first, ties broken by id.
//! 4. Every future may be dropped at any time: what it began is rolled back, or ends well.

#![deny(missing_docs)]

/// The examples of the README are tested.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

mod abandon;
mod activity;
mod audit;
mod backup;
mod bulk;
mod clock;
pub mod config;
mod connect;
pub mod context;
pub mod diff;
mod documents;
pub mod error;
mod estimate;
mod exchange;
mod figures;
mod folio;
mod gate;
mod health;
mod identity;
mod ids;
pub mod ingest;
mod messages;
mod meter;
mod migrate;
mod page;
mod retention;
mod retry;
mod ring;
mod search;
mod store;
mod suspicion;
mod threads;
pub mod time;
mod transaction;
mod unfinished;
mod validate;

pub use activity::{Act, Activity, ActivityFilter, Batch, Bulk, Refusal, UndoScope};
pub use audit::Subject;
pub use backup::{Backup, Overwrite};
pub use chrono::{DateTime, TimeDelta, Utc};
pub use clock::{Clock, ManualClock, SystemClock};
pub use config::{Access, Config, OnConnect};
pub use connect::Backend;
pub use documents::{
    Deleted, Document, DocumentChange, DocumentFilter, DocumentSelection, DocumentSort,
    DocumentSummary, Documents, NewDocument, Outcome, Restored, Retag, Revision, RevisionAction,
    RevisionSummary, Upserted,
};
pub use error::{Error, Fate};
pub use estimate::Estimate;
pub use exchange::{
    ArchivePart, ArchiveReport, CopiedTable, CopyProgress, CopyReport, FileError, FolderExport,
    FolderImport, ForeignReport, ImportReport, ItemError, LeftOut, LineError, Manifest, Newer,
    Replaces, Stale, TurnProgress,
};
pub use figures::{DatabaseFigures, Figures, ServerConnections, TableFigures};
pub use folio::{Connection, Folio};
pub use gate::AcquireTimes;
pub use health::{Health, PoolGauge, PoolStats};
pub use ids::{BatchId, DeletionId, DocumentId, MessageId, RunId, ThreadId, UserId};
pub use ingest::Ingest;
pub use messages::{DeletedMessage, Message, MessageChange, MessageInTrash, Messages, NewMessage};
pub use meter::{CallOutcome, CallTimes, Second, SlowCall, Traffic};
pub use migrate::{MigrationProgress, MigrationStep, Migrations, RowsOnDown};
pub use page::{Cursor, MAX_LIMIT, Page, PageRequest};
pub use retention::{Purged, Retention};
pub use retry::{Repeat, RetryPolicy};
/// SeaORM, of the version that this library is built with: for statements of one's own, on
/// [`Folio::connection`] and [`Transaction::connection`].
pub use sea_orm;
pub use search::{
    DocumentHit, Facet, FacetValue, Language, MessageHit, Place, Role, SearchRequest,
    SearchResults, Snippet, Span, Understood, UnderstoodTerm,
};
pub use threads::{
    DeletedThread, Pin, Thread, ThreadCount, ThreadFilter, ThreadSelection, Threads,
};
pub use tokio_util::sync::CancellationToken;
pub use transaction::Transaction;
