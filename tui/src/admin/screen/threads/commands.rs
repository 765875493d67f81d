//! The commands of the list of threads.

use crate::admin::command::{self, Context, Entry, Scope, entry};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Search,
    /// From the query to what was found.
    ToHits,
    Open,
    Filter,
    Order,
    Preview,
    PreviewDown,
    PreviewUp,
    /// Makes a thread.
    New,
    Pin,
    Rename,
    Delete,
    Export,
    /// The id into the clipboard.
    CopyId,
}

use Command::{
    CopyId, Delete, Export, Filter, New, Open, Order, Pin, Preview, PreviewDown, PreviewUp, Rename,
    Search, ToHits,
};
use command::Command::Threads as of;

const LIST: Scope = Scope::In(&[Context::Threads]);

#[rustfmt::skip]
pub(crate) const COMMANDS: &[Entry] = &[
    entry("threads.search", of(Search), LIST, &["/"], "search", "Search all that was said, as you type").hinted(),
    entry("threads.open", of(Open), LIST, &["enter", "l", "right"], "open", "Read the thread on the whole screen").hinted(),
    entry("said.to-hits", of(ToHits), Scope::In(&[Context::Said]), &["enter"], "to the hits", "Leave the query and go through what was found").hinted(),
    entry("threads.filter", of(Filter), LIST, &["f"], "filter", "Show a user's threads, or those of a time: user:ada after:2026-01-31").hinted(),
    entry("threads.order", of(Order), LIST, &["o"], "order", "Those that are pinned first, or by time alone"),
    entry("threads.preview", of(Preview), LIST, &["tab"], "preview", "Show or hide the last turns beside the list").hinted(),
    entry("threads.preview-down", of(PreviewDown), LIST, &["J"], "preview down", "Scroll what is shown beside the list down"),
    entry("threads.preview-up", of(PreviewUp), LIST, &["K"], "preview up", "Scroll it up"),
    entry("threads.pin", of(Pin), LIST, &["p"], "pin", "Pin the thread or those that are marked, or take the pins away").hinted().writes(),
    entry("threads.new", of(New), LIST, &["c"], "new", "Make a thread: its id, and its first turn").writes(),
    entry("threads.rename", of(Rename), LIST, &["R"], "rename", "Give the thread another title").writes(),
    entry("threads.delete", of(Delete), LIST, &["d", "delete"], "delete", "Delete the thread, or those that are marked, after a question").hinted().deletes(),
    entry("threads.export", of(Export), Scope::In(&[Context::Threads, Context::Thread]), &["x"], "export", "Write the thread, or those that are marked, to files: Markdown, or JSON where the name ends so"),
    entry("threads.copy", of(CopyId), LIST, &["y"], "copy id", "Copy the thread's id"),
];
