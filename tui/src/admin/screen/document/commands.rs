//! The commands of a document.

use crate::admin::command::{self, Context, Entry, Scope, entry};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Leave,
    Edit,
    EditOutside,
    EditMetadata,
    Find,
    /// From the words that are looked for to the text.
    Found,
    Next,
    Previous,
    Source,
    About,
    History,
    Restore,
    /// The version as a whole, or what followed it changed.
    Whole,
    Rename,
    Tag,
    Delete,
    CopyText,
    Export,
}

use Command::{
    About, CopyText, Delete, Edit, EditMetadata, EditOutside, Export, Find, Found, History, Leave,
    Next, Previous, Rename, Restore, Source, Tag, Whole,
};
use command::Command::Document as of;

const HERE: Scope = Scope::In(&[Context::Document]);

#[rustfmt::skip]
pub(crate) const COMMANDS: &[Entry] = &[
    entry("document.edit", of(Edit), HERE, &["e"], "edit", "Edit the text").hinted().writes(),
    entry("document.edit-outside", of(EditOutside), HERE, &["E"], "own editor", "Edit the text in $VISUAL or $EDITOR").writes(),
    entry("document.edit-metadata", of(EditMetadata), HERE, &["M"], "edit metadata", "Edit the metadata as JSON").writes(),
    entry("document.find", of(Find), HERE, &["/"], "find", "Find words in the text").hinted(),
    entry("document.next", of(Next), HERE, &["n"], "next", "To the next place with these words"),
    entry("document.previous", of(Previous), HERE, &["N"], "previous", "To the place before with these words"),
    entry("document.source", of(Source), HERE, &["s"], "source", "Show the text as it is stored, or as it is read").hinted(),
    entry("document.about", of(About), HERE, &["m"], "metadata", "Show what is known about the document: metadata, times, ids").hinted(),
    entry("document.history", of(History), HERE, &["H"], "history", "Show earlier versions and what changed").hinted(),
    entry("document.leave", of(Leave), Scope::In(&[Context::Document, Context::History]), &["h", "left"], "back", "One step back").hinted(),
    entry("document.rename", of(Rename), HERE, &["R"], "rename", "Give the document another name").writes(),
    entry("document.tag", of(Tag), HERE, &["t"], "tag", "Give tags to the document, and take tags").writes(),
    entry("document.delete", of(Delete), HERE, &["d", "delete"], "delete", "Delete the document, after a question").deletes(),
    entry("document.export", of(Export), HERE, &["x"], "export", "Write the document into a file"),
    entry("document.copy", of(CopyText), HERE, &["y"], "copy", "Copy the text"),
    entry("find.take", of(Found), Scope::In(&[Context::Find]), &["enter"], "to the text", "Leave the line; n and N go through what was found").hinted(),
    entry("history.whole", of(Whole), Scope::In(&[Context::History]), &["enter", "z"], "whole", "Show the version as a whole, or what followed it changed").hinted(),
    entry("history.restore", of(Restore), Scope::In(&[Context::History]), &["R"], "restore", "Bring the version back as a new one").hinted().writes(),
];
