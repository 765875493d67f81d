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
use super::screen::{Screen, document, documents};

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
}

/// Where a key is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    Welcome,
    Documents,
    /// The line where a query is typed.
    Query,
    Document,
    Help,
    Palette,
    Confirm,
    Choice,
    Prompt,
}

/// Every context, in the order of the page of keys.
pub(crate) const CONTEXTS: [Context; 9] = [
    Context::Welcome,
    Context::Documents,
    Context::Query,
    Context::Document,
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
    /// A list or a text over the screen.
    Over,
    /// A line that is typed over the screen.
    LineOver,
}

impl Context {
    pub(crate) const fn kind(self) -> Kind {
        match self {
            Self::Documents => Kind::Table,
            Self::Welcome | Self::Document => Kind::Text,
            Self::Query => Kind::Line,
            Self::Help | Self::Confirm | Self::Choice => Kind::Over,
            Self::Palette | Self::Prompt => Kind::LineOver,
        }
    }

    /// What it is called.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Welcome => "An empty store",
            Self::Documents => "Documents",
            Self::Query => "While a query is typed",
            Self::Document => "A document",
            Self::Help => "The help",
            Self::Palette => "The palette",
            Self::Confirm => "A question",
            Self::Choice => "A choice",
            Self::Prompt => "A prompt",
        }
    }

    /// Whether letters are typed here.
    pub(crate) const fn is_typed(self) -> bool {
        matches!(self.kind(), Kind::Line | Kind::LineOver)
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
            Self::Screens => !context.is_over(),
            Self::Moving => !matches!(context, Context::Confirm | Context::Prompt),
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
