//! What the suite's stories need: a fresh store on either database, the program, a terminal.
//!
//! A story is written once and runs on both databases ([`on_both`]). Each gets a store of its own:
//! a file in a temporary folder, or a PostgreSQL database copied from a migrated template, which
//! is dropped at the end.
#![expect(
    clippy::expect_used,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "all of this is test code: it panics where a story breaks"
)]

pub mod corpus;
pub mod database;
pub mod files;
pub mod finding;
pub mod ingestion;
pub mod picture;
pub mod program;
pub mod proxy;
pub mod rows;
pub mod terminal;

pub use database::{Kind, Store};

/// Runs each story on both databases: `mod name { fn sqlite() .. fn postgres() .. }`.
#[macro_export]
macro_rules! on_both {
    ($($(#[doc = $doc:literal])* async fn $name:ident($store:ident: Store) $story:block)+) => {
        $(
            $(#[doc = $doc])*
            mod $name {
                #[allow(unused_imports, reason = "not every story needs everything")]
                use super::*;

                async fn story($store: $crate::Store) $story

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn sqlite() {
                    story($crate::Store::fresh($crate::Kind::Sqlite).await).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn postgres() {
                    story($crate::Store::fresh($crate::Kind::Postgres).await).await;
                }
            }
        )+
    };
}
