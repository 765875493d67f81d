//! The flags of the commands that look after documents and conversations, and find them.
#![expect(
    clippy::doc_markdown,
    reason = "these comments are the help that is printed, as they are"
)]

use clap::{Args, Subcommand, ValueEnum};
use service::Language;

/// What is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scope {
    Documents,
    Messages,
}

/// Words, "phrases", prefix*, NOT without, either OR or, (groups), and fields: name: code: user:
/// thread: before: after: tag: meta.KEY: (-without stands behind --, as all that begins with a dash)
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
#[derive(Debug, PartialEq, Eq, Args)]
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

/// Which documents are listed.
#[derive(Debug, Default, Args)]
pub(crate) struct Only {
    /// Only those with this tag; given several times, with all of them.
    #[arg(long = "tag", value_name = "TAG")]
    pub(crate) tags: Vec<String>,
    /// Only those whose code begins so.
    #[arg(long, value_name = "BEGINNING")]
    pub(crate) code: Option<String>,
    /// Only those whose name begins so.
    #[arg(long, value_name = "BEGINNING")]
    pub(crate) name: Option<String>,
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
        #[command(flatten)]
        only: Only,
    },
    /// Print a document's text exactly as it is stored.
    Get {
        /// The document's code.
        code: String,
        /// An earlier version; `doc history` lists them.
        #[arg(long = "at", alias = "version", value_name = "VERSION")]
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
        #[arg(long = "at", alias = "version", value_name = "VERSION")]
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
    /// Delete a conversation with its turns; `thread restore` brings it back.
    Rm {
        /// The conversation.
        thread: String,
    },
    /// Bring a deleted conversation back with its turns: the one that was deleted last, where several
    /// had its id.
    Restore {
        /// The conversation; `trash threads` lists those that were deleted.
        thread: String,
    },
    /// Pin a conversation: it stands above the others in the admin, and no purge deletes it.
    Pin {
        /// The conversation.
        thread: String,
    },
    /// Take a conversation's pin away.
    Unpin {
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
