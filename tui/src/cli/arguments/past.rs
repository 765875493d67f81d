//! The flags of the commands that look at what was deleted and done.

use clap::{Args, Subcommand, ValueEnum};
use service::{BatchId, Subject};

use super::PageArguments;

/// A kind of row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    #[value(alias = "document")]
    Documents,
    #[value(alias = "thread")]
    Threads,
    #[value(alias = "message")]
    Messages,
}

impl From<Kind> for Subject {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Documents => Self::Document,
            Kind::Threads => Self::Thread,
            Kind::Messages => Self::Message,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Trash {
    /// What was deleted.
    #[arg(value_enum)]
    pub(crate) kind: Kind,
    #[command(flatten)]
    pub(crate) page: PageArguments,
}

/// Which part of what was done.
#[derive(Debug, Default, PartialEq, Eq, Args)]
pub(crate) struct Acts {
    /// Only what this one did.
    #[arg(long, value_name = "ACTOR")]
    pub(crate) by: Option<String>,
    /// Only what was done to rows of this kind.
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) on: Option<Kind>,
    #[command(flatten)]
    pub(crate) page: PageArguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Activity {
    /// List what was done, the latest first: a line a batch, which is what was done at once.
    List {
        #[command(flatten)]
        acts: Acts,
    },
    /// Show what a batch did to which rows, and what an undo of it would take back.
    Show {
        /// The batch; `activity` lists them, and an ingestion is one, too.
        batch: BatchId,
        #[command(flatten)]
        page: PageArguments,
    },
    /// Take a batch back: what it deleted comes back, what it changed becomes what it was, what it
    /// added goes.
    ///
    /// A row that someone has changed since is left as it is, and named with the reason; so is what
    /// a purge has deleted for good, or whose earlier version is no longer kept. The undo is a batch
    /// itself and can be undone. Ctrl-c stops it between two transactions of 500 rows, and the same
    /// command goes on with the rest.
    Undo {
        /// The batch; `activity` lists them.
        batch: BatchId,
    },
}
