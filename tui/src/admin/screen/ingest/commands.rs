//! The commands of the screen where files are taken in.

use crate::admin::command::{self, Context, Entry, Scope, entry};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// The selected row of what is taken in: a folder, or how.
    Change,
    /// One more folder.
    Add,
    /// A folder is not wanted, or a setting is to be what it was at first.
    Drop,
    /// Makes the plan.
    Plan,
    /// Takes the selected folder, or what is typed.
    Choose,
    /// Into the selected folder.
    Into,
    /// Carries the plan out.
    Run,
    /// One file of the plan, or of what was done.
    Look,
    /// What becomes of the files that are shown.
    NextClass,
    PreviousClass,
    /// Opens the document.
    Open,
    /// To a new run, or to the earlier ones.
    OtherPart,
    /// What an earlier run did.
    Show,
    /// Takes an earlier run back.
    Undo,
    /// Of an earlier run: what it changed, or what failed.
    OtherHalf,
}

use Command::{
    Add, Change, Choose, Drop, Into, Look, NextClass, Open, OtherHalf, OtherPart, Plan,
    PreviousClass, Run, Show, Undo,
};
use command::Command::Ingest as of;

const SETUP: Scope = Scope::In(&[Context::Ingest]);
const FOLDER: Scope = Scope::In(&[Context::Folder]);
const FILES: Scope = Scope::In(&[Context::Plan, Context::Taken]);
const PARTS: Scope = Scope::In(&[
    Context::Ingest,
    Context::Taking,
    Context::Plan,
    Context::Taken,
    Context::Runs,
]);

#[rustfmt::skip]
pub(crate) const COMMANDS: &[Entry] = &[
    entry("ingest.run", of(Run), Scope::In(&[Context::Plan, Context::File]), &["R"], "run", "Do what the plan says; where documents would be deleted, after a question").hinted().writes(),
    entry("ingest.plan", of(Plan), Scope::In(&[Context::Ingest, Context::Plan, Context::Taken]), &["p"], "plan", "Look what would be done: read the files and compare them with the store; nothing is written").hinted(),
    entry("ingest.add", of(Add), SETUP, &["a"], "add a folder", "Choose one more folder").hinted(),
    entry("ingest.change", of(Change), SETUP, &["enter", "l", "right"], "change", "Choose another folder, or set how files are taken in").hinted(),
    entry("ingest.drop", of(Drop), SETUP, &["d", "delete"], "drop", "Take the folder out of the list, or set what is selected as it was at first"),
    entry("ingest.choose", of(Choose), FOLDER, &["enter"], "take", "Take the selected folder, or the path that is typed").hinted(),
    entry("ingest.into", of(Into), FOLDER, &["tab", "right"], "into it", "Into the selected folder; backspace where nothing is typed goes out of it").hinted(),
    entry("ingest.look", of(Look), FILES, &["enter"], "look", "The selected file: what becomes of it and why, and how it differs from its document").hinted(),
    entry("ingest.next-class", of(NextClass), FILES, &["l", "right", "f"], "next kind", "Show the files of which something else becomes: refused, changed, moved and so on").hinted(),
    entry("ingest.previous-class", of(PreviousClass), FILES, &["h", "left"], "kind before", "The same, the other way round"),
    entry("ingest.open", of(Open), Scope::In(&[Context::Plan, Context::Taken, Context::File, Context::Run]), &["o"], "open", "Open the document"),
    entry("runs.show", of(Show), Scope::In(&[Context::Runs]), &["enter", "l", "right"], "show", "What the run did, and which files failed").hinted(),
    entry("runs.half", of(OtherHalf), Scope::In(&[Context::Run]), &["tab", "l", "right"], "next list", "What the run changed, or the files that it could not take").hinted(),
    entry("runs.undo", of(Undo), Scope::In(&[Context::Runs, Context::Run]), &["U"], "take back", "Take the whole run back, after a question that counts what it is").hinted().deletes(),
    entry("ingest.part", of(OtherPart), PARTS, &["tab"], "other part", "To the earlier runs, or to a new one").hinted(),
];
