//! The commands of a text that is written.

use crate::admin::command::{self, Context, Entry, Scope, entry};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Save,
    Outside,
    OtherPart,
    Undo,
    Redo,
    CopySelected,
    Overwrite,
    TakeTheirs,
    KeepDraft,
    NextText,
    PreviousText,
}

use Command::{
    CopySelected, KeepDraft, NextText, OtherPart, Outside, Overwrite, PreviousText, Redo, Save,
    TakeTheirs, Undo,
};
use command::Command::Writing as of;

const EDITOR: Scope = Scope::In(&[Context::Editor, Context::Turn]);
const CONFLICT: Scope = Scope::In(&[Context::Conflict]);

#[rustfmt::skip]
pub(crate) const COMMANDS: &[Entry] = &[
    entry("editor.save", of(Save), EDITOR, &["ctrl-s"], "save", "Show what would be saved, and save it").hinted().writes(),
    entry("turn.other", of(OtherPart), Scope::In(&[Context::Turn]), &["ctrl-n", "f2"], "other side", "From the question to the answer, and back").hinted(),
    entry("editor.undo", of(Undo), EDITOR, &["alt-u"], "undo", "Take typing back").hinted(),
    entry("editor.redo", of(Redo), EDITOR, &["ctrl-r"], "redo", "Make typing again that was taken back"),
    entry("editor.outside", of(Outside), EDITOR, &["ctrl-o"], "own editor", "Go on in $VISUAL or $EDITOR; of a turn with the side that has the keys").writes(),
    entry("editor.copy", of(CopySelected), EDITOR, &["alt-c"], "copy", "Copy what is selected (shift and the arrows select)"),
    entry("review.save", of(Save), Scope::In(&[Context::Review]), &["enter", "ctrl-s", "y"], "save", "Save it like that").hinted().writes(),
    entry("conflict.overwrite", of(Overwrite), CONFLICT, &["o"], "overwrite", "Save my text over theirs, which can be undone; what was deleted comes back first").hinted().writes(),
    entry("conflict.theirs", of(TakeTheirs), CONFLICT, &["t"], "take theirs", "Throw my text away, after a question, and read theirs").hinted(),
    entry("conflict.draft", of(KeepDraft), CONFLICT, &["d"], "keep a draft", "Keep my text as a draft, and read theirs").hinted(),
    entry("conflict.next", of(NextText), CONFLICT, &["tab", "l", "right"], "next text", "From my text to theirs, and to what both began with, where there is no room for all").hinted(),
    entry("conflict.previous", of(PreviousText), CONFLICT, &["h", "left"], "text before", "The other way round"),
];
