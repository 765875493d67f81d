//! The tables of Folio as SeaORM 2 entities: one file a table, no logic.
//!
//! What keeps a row valid (defaults, checks, triggers) lives in the database and is written
//! down in the `folio-migration` crate; what is done with rows lives in `folio-service`.
//! Columns that only the database reads, such as the search index, have no field here.

pub mod audit;
pub mod audit_batch;
pub mod document;
pub mod document_revision;
pub mod ingest_file;
pub mod ingest_root;
pub mod ingest_run;
pub mod message;
pub mod message_revision;
pub mod thread;
pub mod thread_revision;
