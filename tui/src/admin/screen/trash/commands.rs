//! The commands of the trash and of what was done.

use crate::admin::command::{self, Context, Entry, Scope, entry};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    NextPart,
    PreviousPart,
    /// Brings back what is marked or selected; of what was done: takes it back.
    Restore,
    Preview,
}

use Command::{NextPart, Preview, PreviousPart, Restore};
use command::Command::Trash as of;

const HERE: Scope = Scope::In(&[Context::Trash]);

#[rustfmt::skip]
pub(crate) const COMMANDS: &[Entry] = &[
    entry("trash.restore", of(Restore), HERE, &["enter", "R"], "bring back", "Bring back what is marked or selected; take back what was done, after a question").hinted().writes(),
    entry("trash.next", of(NextPart), HERE, &["tab", "l", "right"], "next part", "To the next part: documents, threads, messages, what was done").hinted(),
    entry("trash.previous", of(PreviousPart), HERE, &["backtab", "h", "left"], "part before", "To the part before"),
    entry("trash.preview", of(Preview), HERE, &["p"], "preview", "Show or hide what the row was beside the list"),
];
