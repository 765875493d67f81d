//! The flags of the commands that take files in, and write them.
#![expect(
    clippy::doc_markdown,
    reason = "these comments are the help that is printed, as they are"
)]

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::PageArguments;

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(crate) struct Ingest {
    /// Folders and files.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Begin every code with this and an underscore.
    #[arg(long)]
    pub(crate) prefix: Option<String>,
    /// Extensions of the files to take; several with commas.
    #[arg(long, default_value = "md", value_delimiter = ',')]
    pub(crate) ext: Vec<String>,
    /// Of those only files that this glob matches, as in a .gitignore file; may be repeated.
    #[arg(long, value_name = "GLOB")]
    pub(crate) include: Vec<String>,
    /// Without the files and folders that this glob matches; may be repeated.
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,
    /// Leave the folders below alone.
    #[arg(long)]
    pub(crate) no_recursive: bool,
    /// Hidden files and folders as well.
    #[arg(long)]
    pub(crate) hidden: bool,
    /// Disregard .gitignore and .folioignore files.
    #[arg(long)]
    pub(crate) no_ignore: bool,
    /// Refuse files with more bytes; never more than max_document_bytes of the settings.
    #[arg(long, value_name = "BYTES")]
    pub(crate) max_bytes: Option<usize>,
    /// The encoding of all files, such as utf-8 or windows-1251; told from their bytes unless given.
    #[arg(long, value_name = "LABEL")]
    pub(crate) encoding: Option<String>,
    /// Replace bytes that are no text, instead of refusing the file.
    #[arg(long)]
    pub(crate) lossy: bool,
    /// Where names come from.
    #[arg(long, value_enum, default_value = "title")]
    pub(crate) names: Names,
    /// Read every file, also those whose size and times say that they did not change.
    #[arg(long)]
    pub(crate) read_all: bool,
    /// Delete the documents of these folders whose files have vanished.
    #[arg(long)]
    pub(crate) prune: bool,
    /// Prune a folder also when it has no files left at all.
    #[arg(long, requires = "prune")]
    pub(crate) allow_empty: bool,
    /// Leave documents to files of other folders that had them first, as long as these are there.
    #[arg(long)]
    pub(crate) keep_others: bool,
    /// Leave documents that were changed in the store as they are, as long as their files don't change.
    #[arg(long)]
    pub(crate) keep_edits: bool,
    /// Batches that are written at once (PostgreSQL).
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<usize>,
    /// Write nothing: say what would be done.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Go on: take changes in as they happen, until ctrl-c.
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) watch: bool,
    /// Watch by looking through the folders after so many seconds: for network mounts.
    #[arg(long, value_name = "SECONDS", requires = "watch", value_parser = clap::value_parser!(u64).range(1..=86400))]
    pub(crate) poll: Option<u64>,
    /// Show every difference whole.
    #[arg(long, requires = "dry_run")]
    pub(crate) diff: bool,
}

/// Where a document's name comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Names {
    /// The front matter's title, else the first heading, else the file's name.
    Title,
    /// The file's name.
    File,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Runs {
    /// List ingestions, the latest first.
    List {
        #[command(flatten)]
        page: PageArguments,
    },
    /// Show what an ingestion did.
    Show {
        /// The ingestion.
        run: String,
        #[command(flatten)]
        page: PageArguments,
    },
    /// Take an ingestion back: all that nobody has changed since.
    Undo {
        /// The ingestion.
        run: String,
    },
}

/// What a file to be imported is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImportKind {
    /// Lines of documents.
    Documents,
    /// Lines of turns, and of conversations.
    Turns,
    /// An archive of folio export.
    Archive,
    /// An export of ChatGPT or LangChain.
    Messages,
    /// A folder of folio export, or a file of one.
    Folder,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// A file of lines {"thread_id", "question", "answer", "user_id"?, "created_at"?, "id"?}; - for
    /// standard input. Or a file or folder of folio export, or a file of ChatGPT or LangChain.
    pub(crate) file: PathBuf,
    /// What the file is; told from how it begins unless given.
    #[arg(long, value_enum)]
    pub(crate) kind: Option<ImportKind>,
    /// The conversation of messages that name none; the file's name unless given.
    #[arg(long, value_name = "ID")]
    pub(crate) thread: Option<String>,
    /// Take files of folio export also where the store has something newer (folders).
    #[arg(long)]
    pub(crate) force: bool,
}

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportKind {
    /// Documents, a line each.
    Documents,
    /// Conversations and their turns, a line each.
    Threads,
    /// Everything, in one archive.
    Archive,
    /// Documents, a file each in a folder, with front matter.
    Folder,
    /// Conversations as Markdown, a file each in a folder; with --thread one of them.
    Markdown,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// What to export.
    #[arg(value_enum)]
    pub(crate) kind: ExportKind,
    /// The file to make; - for standard output. Or the folder to write into.
    pub(crate) file: PathBuf,
    /// Only this conversation, into a file or to standard output (markdown).
    #[arg(long, value_name = "ID", conflicts_with = "prune")]
    pub(crate) thread: Option<String>,
    /// Delete the files of what is no longer in the store, but none that was changed (folder,
    /// markdown).
    #[arg(long)]
    pub(crate) prune: bool,
    /// Prune also where the store has nothing at all.
    #[arg(long, requires = "prune")]
    pub(crate) allow_empty: bool,
    /// Replace a file that is no earlier export of the same kind, or that was changed since; never
    /// a database (not for folders).
    #[arg(long)]
    pub(crate) force: bool,
}
