//! The one table of commands. The keys, the footer's hints, the help, the palette and the page
//! `docs/keys.md` all come from it. Each part of the program writes its own rows; [`table`] joins
//! them.

mod core;
mod key;
mod keymap;
pub(crate) mod page;

pub(crate) use core::{App, Mark, Move};
pub(crate) use key::Key;
pub(crate) use keymap::{Keymap, Overrides, first_that_works};

use super::overlay;
use super::screen::{
    Screen, document, documents, ingest, log, search, stats, thread, threads, trash, writing,
};

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Of the program as a whole.
    App(App),
    /// To another screen.
    Go(Screen),
    /// Through rows.
    Move(Move),
    /// Which rows the next command is about.
    Mark(Mark),
    /// Of what lies over the screen.
    Overlay(overlay::Command),
    Documents(documents::Command),
    Document(document::Command),
    Threads(threads::Command),
    Thread(thread::Command),
    Writing(writing::Command),
    Trash(trash::Command),
    Stats(stats::Command),
    Search(search::Command),
    Ingest(ingest::Command),
    Log(log::Command),
}

/// Where a key is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    /// There is no store: it could not be opened.
    Unopened,
    Welcome,
    Documents,
    /// The line where a query is typed.
    Query,
    Document,
    /// The line where words to be found in a document are typed.
    Find,
    /// A document's text, while it is edited.
    Editor,
    /// What would be saved.
    Review,
    /// A text that someone else changed meanwhile.
    Conflict,
    /// While a text is being saved, and that takes its time.
    Saving,
    /// A document's history.
    History,
    Threads,
    /// The line where a query for what was said is typed.
    Said,
    Thread,
    /// What a model sees of a thread.
    Seen,
    /// A turn, while it is written.
    Turn,
    Trash,
    /// The line where a query over everything is typed.
    Search,
    /// What a query over everything found.
    Hits,
    /// What is taken in, and how.
    Ingest,
    /// The line where a folder is chosen.
    Folder,
    /// While files are compared or taken in.
    Taking,
    /// What taking files in would do.
    Plan,
    /// What taking files in did.
    Taken,
    /// One file of that.
    File,
    /// Earlier runs.
    Runs,
    /// One of them.
    Run,
    Stats,
    Log,
    /// The line where the log is filtered.
    LogFilter,
    Help,
    Palette,
    Confirm,
    Choice,
    Prompt,
}

/// Every context, in the order of the page of keys.
pub(crate) const CONTEXTS: [Context; 35] = [
    Context::Unopened,
    Context::Welcome,
    Context::Documents,
    Context::Query,
    Context::Document,
    Context::Find,
    Context::Editor,
    Context::Review,
    Context::Conflict,
    Context::Saving,
    Context::History,
    Context::Threads,
    Context::Said,
    Context::Thread,
    Context::Seen,
    Context::Turn,
    Context::Trash,
    Context::Search,
    Context::Hits,
    Context::Ingest,
    Context::Folder,
    Context::Taking,
    Context::Plan,
    Context::Taken,
    Context::File,
    Context::Runs,
    Context::Run,
    Context::Stats,
    Context::Log,
    Context::LogFilter,
    Context::Help,
    Context::Palette,
    Context::Confirm,
    Context::Choice,
    Context::Prompt,
];

/// What sort of place a context is: it decides which of the common commands it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Rows that can be marked.
    Table,
    /// A text that is read.
    Text,
    /// A line that is typed, with rows below it.
    Line,
    /// A text that is typed: it keeps nearly every key for itself.
    Editor,
    /// A list or a text over the screen, or a question that has the screen.
    Over,
    /// A line that is typed over the screen.
    LineOver,
}

impl Context {
    pub(crate) const fn kind(self) -> Kind {
        match self {
            Self::Documents | Self::Threads | Self::Trash => Kind::Table,
            Self::Unopened
            | Self::Welcome
            | Self::Saving
            | Self::Document
            | Self::History
            | Self::Thread
            | Self::Seen
            | Self::Stats
            | Self::Hits
            | Self::Ingest
            | Self::Taking
            | Self::Plan
            | Self::Taken
            | Self::File
            | Self::Runs
            | Self::Run
            | Self::Log => Kind::Text,
            Self::Query
            | Self::Find
            | Self::Said
            | Self::Search
            | Self::Folder
            | Self::LogFilter => Kind::Line,
            Self::Editor | Self::Turn => Kind::Editor,
            Self::Help | Self::Confirm | Self::Choice | Self::Review | Self::Conflict => Kind::Over,
            Self::Palette | Self::Prompt => Kind::LineOver,
        }
    }

    /// What it is called.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Unopened => "A store that could not be opened",
            Self::Welcome => "An empty store",
            Self::Documents => "Documents",
            Self::Query => "While a query is typed",
            Self::Document => "A document",
            Self::Find => "While words to be found are typed",
            Self::Editor => "While a text is edited",
            Self::Review => "What would be saved",
            Self::Conflict => "A text that someone else changed",
            Self::Saving => "While a text is saved, and that takes its time",
            Self::History => "A document's history",
            Self::Threads => "Threads",
            Self::Said => "While a query for what was said is typed",
            Self::Thread => "A thread",
            Self::Seen => "What a model sees of a thread",
            Self::Turn => "While a turn is written",
            Self::Trash => "The trash, and what was done",
            Self::Stats => "Figures",
            Self::Search => "While a query over everything is typed",
            Self::Hits => "What a query over everything found",
            Self::Ingest => "What is taken in",
            Self::Folder => "While a folder is chosen",
            Self::Taking => "While files are taken in",
            Self::Plan => "What would be taken in",
            Self::Taken => "What was taken in",
            Self::File => "A file that is taken in",
            Self::Runs => "Earlier runs",
            Self::Run => "An earlier run",
            Self::Log => "The log",
            Self::LogFilter => "While the log is filtered",
            Self::Help => "The help",
            Self::Palette => "The palette",
            Self::Confirm => "A question",
            Self::Choice => "A choice",
            Self::Prompt => "A prompt",
        }
    }

    /// Whether letters are typed here.
    pub(crate) const fn is_typed(self) -> bool {
        matches!(self.kind(), Kind::Line | Kind::LineOver | Kind::Editor)
    }

    /// Whether the footer tells of the way back: other places tell of it by a key of their own.
    pub(crate) const fn tells_back(self) -> bool {
        matches!(self.kind(), Kind::Over | Kind::LineOver | Kind::Editor)
    }

    const fn is_over(self) -> bool {
        matches!(self.kind(), Kind::Over | Kind::LineOver)
    }
}

/// In which contexts a command is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scope {
    Everywhere,
    /// Wherever nothing lies over the screen.
    Screens,
    /// Where rows or texts are moved through.
    Moving,
    Tables,
    Texts,
    In(&'static [Context]),
}

impl Scope {
    pub(crate) fn has(self, context: Context) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Screens => !context.is_over() && context.kind() != Kind::Editor,
            Self::Moving => !matches!(
                context,
                Context::Confirm | Context::Prompt | Context::Editor | Context::Turn
            ),
            Self::Tables => context.kind() == Kind::Table,
            Self::Texts => context.kind() == Kind::Text || matches!(context, Context::Help),
            Self::In(contexts) => contexts.contains(&context),
        }
    }
}

/// What a command may do to what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Danger {
    None,
    /// It changes or adds something: refused in a store that is read-only.
    Writes,
    /// It takes something away, after a question.
    Deletes,
}

/// Whether the footer tells of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    Shown,
    InHelpOnly,
}

/// A row of the table.
#[derive(Debug)]
pub(crate) struct Entry {
    /// What the settings know it by.
    pub(crate) id: &'static str,
    pub(crate) command: Command,
    pub(crate) scope: Scope,
    /// The keys unless the settings name others; the one that is shown first.
    pub(crate) keys: &'static [&'static str],
    /// One or two words, for the footer.
    pub(crate) label: &'static str,
    /// What it does, for the help, the palette and the page of keys.
    pub(crate) help: &'static str,
    pub(crate) hint: Hint,
    pub(crate) danger: Danger,
}

/// A row of the table that the footer does not show, and that changes nothing that is stored.
pub(crate) const fn entry(
    id: &'static str,
    command: Command,
    scope: Scope,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
) -> Entry {
    Entry {
        id,
        command,
        scope,
        keys,
        label,
        help,
        hint: Hint::InHelpOnly,
        danger: Danger::None,
    }
}

impl Entry {
    /// The footer tells of it.
    pub(crate) const fn hinted(self) -> Self {
        Self {
            hint: Hint::Shown,
            ..self
        }
    }

    pub(crate) const fn writes(self) -> Self {
        Self {
            danger: Danger::Writes,
            ..self
        }
    }

    pub(crate) const fn deletes(self) -> Self {
        Self {
            danger: Danger::Deletes,
            ..self
        }
    }
}

/// The whole table. What stands first is what the footer shows first.
pub(crate) fn table() -> impl Iterator<Item = &'static Entry> {
    [
        documents::COMMANDS,
        document::COMMANDS,
        threads::COMMANDS,
        thread::COMMANDS,
        writing::COMMANDS,
        trash::COMMANDS,
        stats::COMMANDS,
        search::COMMANDS,
        ingest::COMMANDS,
        log::COMMANDS,
        overlay::COMMANDS,
        core::COMMANDS,
    ]
    .into_iter()
    .flatten()
}

/// The commands of a context.
pub(crate) fn of(context: Context) -> impl Iterator<Item = &'static Entry> {
    table().filter(move |entry| entry.scope.has(context))
}

#[cfg(test)]
mod tests;
