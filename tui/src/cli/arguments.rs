//! The commands and their flags.
#![expect(
    clippy::doc_markdown,
    reason = "these comments are the help that is printed, as they are"
)]

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use service::Language;

/// Documents and chat threads, stored well.
///
/// Without a command it opens the terminal admin. The store is an embedded file unless
/// DATABASE_URL, or POSTGRES_HOST and its fellows, name another.
#[derive(Debug, Parser)]
#[command(name = "folio", version, propagate_version = true)]
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
    },
    /// Take an ingestion back: all that nobody has changed since.
    Undo {
        /// The ingestion.
        run: String,
    },
}

/// What is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scope {
    Documents,
    Messages,
}

/// Words, "phrases", prefix*, -without, either OR or, (groups), and fields: name: code: user:
/// thread: before: after: tag: meta.KEY:
#[derive(Debug, Args)]
pub(crate) struct Search {
    /// What to look for.
    #[arg(
        value_name = "QUERY",
        required_unless_present = "stdin",
        conflicts_with = "stdin"
    )]
    pub(crate) query: Vec<String>,
    /// What is searched.
    #[arg(long, value_enum, default_value = "documents")]
    pub(crate) scope: Scope,
    /// Hits at the most.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,
    /// Read one query a line, and print one answer a line as JSON.
    #[arg(long)]
    pub(crate) stdin: bool,
    /// Go on behind this place, which the answer before gave.
    #[arg(long, value_name = "CURSOR")]
    pub(crate) cursor: Option<String>,
    /// Count the hits by tag, user, thread and year.
    #[arg(long)]
    pub(crate) facets: bool,
    /// Where nothing is found, search for what may have been meant.
    #[arg(long)]
    pub(crate) did_you_mean: bool,
}

/// Which page of a list.
#[derive(Debug, Args)]
pub(crate) struct PageArguments {
    /// Rows at the most.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,
    /// Go on behind this place: the next_cursor of the page before.
    #[arg(long)]
    pub(crate) cursor: Option<String>,
}

impl Default for PageArguments {
    fn default() -> Self {
        Self {
            limit: 100,
            cursor: None,
        }
    }
}

/// The order of a list of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sort {
    Newest,
    Name,
    Code,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Doc {
    /// List documents, newest first.
    List {
        #[command(flatten)]
        page: PageArguments,
        /// The order.
        #[arg(long, value_enum, default_value = "newest")]
        sort: Sort,
    },
    /// Print a document's text exactly as it is stored.
    Get {
        /// The document's code.
        code: String,
        /// An earlier version; `doc history` lists them.
        #[arg(long = "at", value_name = "VERSION")]
        at: Option<i64>,
    },
    /// Store the text of standard input; say whether that inserted, updated or changed nothing.
    Put {
        /// The document's code.
        code: String,
        /// Its name; the last part of the code unless given.
        #[arg(long)]
        name: Option<String>,
        /// Its metadata: a JSON object.
        #[arg(long, value_name = "JSON")]
        metadata: Option<String>,
        /// The language that it is in; that of the store unless given here or in its metadata.
        #[arg(long)]
        language: Option<Language>,
        /// Only if this version is still the one that is stored.
        #[arg(long, value_name = "VERSION")]
        if_version: Option<i64>,
    },
    /// Tell which language a document is in, or change it; it alone is indexed anew.
    Language {
        /// The document's code.
        code: String,
        /// By name or code (german, de), or plain for none in particular.
        language: Option<Language>,
        /// That of the store again.
        #[arg(long, conflicts_with = "language")]
        store: bool,
    },
    /// Delete a document; `doc restore` brings it back.
    Rm {
        /// The document's code.
        code: String,
    },
    /// List a document's earlier versions, the latest first.
    History {
        /// The document's code.
        code: String,
        #[command(flatten)]
        page: PageArguments,
    },
    /// Bring an earlier version back, or a deleted document.
    Restore {
        /// The document's code.
        code: String,
        /// The version; else as it was deleted, or before its last change.
        #[arg(long = "at", value_name = "VERSION")]
        at: Option<i64>,
    },
}

/// The names of the two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Roles {
    /// human and assistant.
    Human,
    /// user and assistant.
    User,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Thread {
    /// List conversations, the most recently active first.
    List {
        /// Only this user's.
        #[arg(long)]
        user: Option<String>,
        #[command(flatten)]
        page: PageArguments,
    },
    /// List a conversation's turns, newest first.
    Show {
        /// The conversation.
        thread: String,
        #[command(flatten)]
        page: PageArguments,
    },
    /// Add a turn; the conversation is made if it is not there.
    Add {
        /// The conversation.
        thread: String,
        /// Who asked.
        #[arg(long)]
        user: Option<String>,
        /// What was asked.
        #[arg(long)]
        question: String,
        /// What was answered.
        #[arg(long)]
        answer: String,
    },
    /// Delete a conversation with its turns.
    Rm {
        /// The conversation.
        thread: String,
    },
    /// Give a conversation a title.
    Rename {
        /// The conversation.
        thread: String,
        /// Its title.
        title: String,
    },
    /// Print a conversation as a model is shown it, oldest first.
    Context {
        /// The conversation.
        thread: String,
        /// No more than this, in whole turns, the newest ones (estimated).
        #[arg(long)]
        tokens: Option<usize>,
        /// The names of the two sides.
        #[arg(long, value_enum, default_value = "human")]
        roles: Roles,
        /// Turns at the most.
        #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
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
    /// Conversations in which nothing was said for so long: 12h, 90d, 8w, or since a time.
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
    },
    /// List the migrations.
    Status,
}
