//! The commands of a thread.

use crate::admin::command::{self, Context, Entry, Scope, entry};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Leave,
    Find,
    /// To the next place with what is looked for.
    Next,
    Previous,
    Fold,
    FoldAll,
    Seen,
    More,
    Less,
    /// A budget that is typed.
    Budget,
    /// What was said as a whole, or in short.
    Whole,
    Append,
    Edit,
    EditOutside,
    Delete,
    Rename,
    Pin,
    CopyTurn,
}

use Command::{
    Append, Budget, CopyTurn, Delete, Edit, EditOutside, Find, Fold, FoldAll, Leave, Less, More,
    Next, Pin, Previous, Rename, Seen, Whole,
};
use command::Command::Thread as of;

const HERE: Scope = Scope::In(&[Context::Thread]);
const SEEN: Scope = Scope::In(&[Context::Seen]);

#[rustfmt::skip]
pub(crate) const COMMANDS: &[Entry] = &[
    entry("thread.fold", of(Fold), HERE, &["z", "enter"], "unfold", "Show the whole turn, or fold it").hinted(),
    entry("thread.fold-all", of(FoldAll), HERE, &["Z"], "unfold all", "Show every turn as a whole, or fold them"),
    entry("thread.find", of(Find), HERE, &["/"], "find", "Find words in the turns"),
    entry("thread.next", of(Next), HERE, &["n"], "next", "To the next place with these words"),
    entry("thread.previous", of(Previous), HERE, &["N"], "previous", "To the place before with these words"),
    entry("thread.append", of(Append), HERE, &["c"], "add a turn", "Write a turn and add it to the thread").hinted().writes(),
    entry("thread.edit", of(Edit), HERE, &["e"], "edit", "Change the question or the answer of the turn").hinted().writes(),
    entry("thread.edit-outside", of(EditOutside), HERE, &["E"], "own editor", "Change the answer of the turn in $VISUAL or $EDITOR").writes(),
    entry("thread.delete", of(Delete), HERE, &["d", "delete"], "delete", "Delete the turn, after a question").hinted().deletes(),
    entry("thread.rename", of(Rename), HERE, &["R"], "rename", "Give the thread another title").writes(),
    entry("thread.pin", of(Pin), HERE, &["p"], "pin", "Pin the thread, or take its pin away").writes(),
    entry("thread.seen", of(Seen), HERE, &["m"], "model's view", "Show what a model sees of the thread with a budget of tokens, and where it is cut").hinted(),
    entry("thread.copy", of(CopyTurn), HERE, &["y"], "copy", "Copy the turn's question and answer"),
    entry("thread.leave", of(Leave), Scope::In(&[Context::Thread, Context::Seen]), &["h", "left"], "back", "One step back").hinted(),
    entry("seen.more", of(More), SEEN, &["+", "="], "more tokens", "The next larger budget").hinted(),
    entry("seen.less", of(Less), SEEN, &["-"], "fewer tokens", "The next smaller budget").hinted(),
    entry("seen.budget", of(Budget), SEEN, &["b"], "tokens", "Type how many tokens the model reads").hinted(),
    entry("seen.whole", of(Whole), SEEN, &["enter", "z"], "unfold", "Show what was said as a whole, or in short").hinted(),
];
