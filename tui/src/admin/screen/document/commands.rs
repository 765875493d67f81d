//! The commands of a document.

use crate::admin::command::{self, Context, Entry, Scope, entry};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Leave,
    Edit,
    EditOutside,
    Save,
    Undo,
    Redo,
    Find,
    /// From the words that are looked for to the text.
    Found,
    Next,
    Previous,
    Source,
    About,
    History,
    Restore,
    CopyText,
    Overwrite,
    TakeTheirs,
    KeepDraft,
}

use Command::{
    About, CopyText, Edit, EditOutside, Find, Found, History, KeepDraft, Leave, Next, Overwrite,
    Previous, Redo, Restore, Save, Source, TakeTheirs, Undo,
};
use command::Command::Document as of;

const HERE: Scope = Scope::In(&[Context::Document]);
const EDITOR: Scope = Scope::In(&[Context::Editor]);
const CONFLICT: Scope = Scope::In(&[Context::Conflict]);

#[rustfmt::skip]
pub(crate) const COMMANDS: &[Entry] = &[
    entry("document.edit", of(Edit), HERE, &["e"], "edit", "Edit the text").hinted().writes(),
    entry("document.edit-outside", of(EditOutside), Scope::In(&[Context::Document, Context::Editor]), &["E", "ctrl-o"], "own editor", "Edit the text in $VISUAL or $EDITOR").writes(),
    entry("document.find", of(Find), HERE, &["/"], "find", "Find words in the text").hinted(),
    entry("document.next", of(Next), HERE, &["n"], "next", "To the next place with these words"),
    entry("document.previous", of(Previous), HERE, &["N"], "previous", "To the place before with these words"),
    entry("document.source", of(Source), HERE, &["s"], "source", "Show the text as it is stored, or as it is read").hinted(),
    entry("document.about", of(About), HERE, &["m"], "metadata", "Show what is known about the document: metadata, times, ids").hinted(),
    entry("document.history", of(History), HERE, &["H"], "history", "Show earlier versions and what changed").hinted(),
    entry("document.leave", of(Leave), Scope::In(&[Context::Document, Context::History]), &["h", "left"], "back", "One step back").hinted(),
    entry("document.copy", of(CopyText), HERE, &["y"], "copy", "Copy the text"),
    entry("find.take", of(Found), Scope::In(&[Context::Find]), &["enter"], "to the text", "Leave the line; n and N go through what was found").hinted(),
    entry("editor.save", of(Save), EDITOR, &["ctrl-s"], "save", "Show what would be saved, and save it").hinted().writes(),
    entry("editor.undo", of(Undo), EDITOR, &["alt-u"], "undo", "Take typing back").hinted(),
    entry("editor.redo", of(Redo), EDITOR, &["ctrl-r"], "redo", "Make typing again that was taken back"),
    entry("editor.copy", of(CopyText), EDITOR, &["alt-c"], "copy", "Copy what is selected (shift and the arrows select)"),
    entry("review.save", of(Save), Scope::In(&[Context::Review]), &["enter", "ctrl-s", "y"], "save", "Save it like that").hinted().writes(),
    entry("conflict.overwrite", of(Overwrite), CONFLICT, &["o"], "overwrite", "Save my text over theirs; theirs stays in the history").hinted().writes(),
    entry("conflict.theirs", of(TakeTheirs), CONFLICT, &["t"], "take theirs", "Throw my text away, and read theirs").hinted(),
    entry("conflict.draft", of(KeepDraft), CONFLICT, &["d"], "keep a draft", "Keep my text as a draft, and read theirs").hinted(),
    entry("history.restore", of(Restore), Scope::In(&[Context::History]), &["R", "enter"], "restore", "Bring the version back as a new one").hinted().writes(),
];
