//! The commands and their flags.
#![expect(
    clippy::doc_markdown,
    reason = "these comments are the help that is printed, as they are"
)]

mod contents;
mod files;
mod past;
mod turns;

pub(crate) use contents::{Doc, Only, PageArguments, Roles, Scope, Search, Sort, Thread};
pub(crate) use files::{Export, ExportKind, Import, ImportKind, Ingest, Names, Runs};
pub(crate) use past::{Activity, Acts, Kind, Trash};
pub(crate) use turns::{Message, Texts};

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use service::Language;

/// Documents and chat threads, stored well.
///
/// Without a command it opens the terminal admin. The store is an embedded file unless
/// DATABASE_URL, or POSTGRES_HOST and its fellows, name another.
#[derive(Debug, Parser)]
#[command(name = "folio", version)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

impl Arguments {
    /// Behind `--` everything is a word to look for, so that a query may begin with a dash; but a
    /// script that adds `--json` to the end of any command means the flag there, too.
    pub(crate) fn take_trailing_flag(&mut self) {
        if let Some(Command::Search(search)) = &mut self.command
            && search.query.len() > 1
            && search.query.last().is_some_and(|last| last == "--json")
        {
            search.query.pop();
            self.common.json = true;
        }
    }
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Print the result as JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The store: sqlite://PATH?mode=rwc or postgres://USER@HOST/DATABASE.
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// A configuration file (TOML) in place of the usual one.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Refuse every change.
    #[arg(long, global = true)]
    pub(crate) read_only: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Take files in: each becomes a document under the code that its path gives it.
    Ingest(Ingest),
    /// Look back at ingestions, and take them back.
    Runs {
        #[command(subcommand)]
        command: Option<Runs>,
    },
    /// Find documents or messages.
    Search(Search),
    /// Look after documents.
    #[command(subcommand)]
    Doc(Doc),
    /// Look after conversations.
    #[command(subcommand)]
    Thread(Thread),
    /// Look after single turns of conversations.
    #[command(subcommand)]
    Message(Message),
    /// Look into the trash: what was deleted, by whom and when, the latest first.
    ///
    /// `doc restore`, `thread restore` and `message restore` bring it back. The messages of a deleted
    /// conversation are in the trash with that, and come back with it.
    Trash(Trash),
    /// Look back at what was done, by whom and when, and take it back.
    ///
    /// Changes, deletions and what brings rows back are told, and so are ingestions and imports. What
    /// only adds one row (`doc put` of a new document, `thread add`) is not: the row tells that.
    Activity {
        #[command(subcommand)]
        command: Option<Activity>,
        #[command(flatten)]
        acts: Acts,
    },
    /// Take documents, conversations, an archive or an exported folder in. Twice is once.
    Import(Import),
    /// Write documents or conversations as lines of JSON or as files, or everything as one archive.
    Export(Export),
    /// Copy a whole store into another one, history included.
    Copy(Copy),
    /// Copy the embedded store into another file while it is in use.
    Backup {
        /// The file to make.
        file: PathBuf,
        /// Replace a file that is there already, once the backup is whole and checked.
        #[arg(long)]
        force: bool,
    },
    /// Delete conversations that rest, and history, older than a time; pinned ones stay.
    Purge(Purge),
    /// Tell whether the store is well.
    Health,
    /// Tell which language the store is in; `reindex --language` changes it.
    Language,
    /// Build the search index anew, in the same language or another one.
    Reindex {
        /// The language of the texts that have none of their own: one of Snowball's, by name or
        /// code (german, de), or plain for none in particular; as before unless given.
        #[arg(long)]
        language: Option<Language>,
    },
    /// Look after the store's schema.
    #[command(subcommand)]
    Migrate(Migrate),
    /// Print the page of the admin's keys, as Markdown.
    #[command(hide = true)]
    Keys,
}

#[derive(Debug, Args)]
pub(crate) struct Copy {
    /// The store to copy.
    #[arg(long, value_name = "URL")]
    pub(crate) from: String,
    /// The store to copy into: empty (its tables are made), or the beginning of such a copy.
    #[arg(long, value_name = "URL")]
    pub(crate) to: String,
}

#[derive(Debug, Args)]
pub(crate) struct Purge {
    /// Conversations in which nothing was said for so long: 12h, 90d, 8w (hours, days, weeks), or since
    /// a time that has passed.
    #[arg(long, value_name = "AGE")]
    pub(crate) threads: Option<String>,
    /// Earlier versions and the trash, put aside so long ago.
    #[arg(long, value_name = "AGE")]
    pub(crate) revisions: Option<String>,
    /// Delete nothing: say how much would be deleted.
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Migrate {
    /// Apply missing migrations.
    Up {
        /// No more than this many.
        #[arg(short, long)]
        num: Option<u32>,
    },
    /// Take applied migrations back, the latest first.
    Down {
        /// This many.
        #[arg(short, long, default_value_t = 1)]
        num: u32,
        /// Delete the rows of the tables that go, for good. Without this nothing is taken back
        /// where there are any.
        #[arg(long)]
        delete_data: bool,
    },
    /// List the migrations.
    Status,
}
