//! The commands of a document.

use crate::admin::command::{self, Context, Entry, Scope, entry};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Leave,
    /// The text into the clipboard.
    CopyText,
}

const HERE: Scope = Scope::In(&[Context::Document]);

#[rustfmt::skip]
pub(crate) const COMMANDS: &[Entry] = &[
    entry("document.leave", command::Command::Document(Command::Leave), HERE, &["h", "left"], "back", "Back to the list").hinted(),
    entry("document.copy", command::Command::Document(Command::CopyText), HERE, &["y"], "copy", "Copy the text"),
];
