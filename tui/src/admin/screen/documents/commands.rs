//! The commands of the list of documents.

use crate::admin::command::{self, App, Context, Entry, Scope, entry};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Search,
    /// From the query to what was found.
    ToHits,
    Open,
    Edit,
    Sort,
    Preview,
    PreviewDown,
    PreviewUp,
    /// The code into the clipboard.
    CopyCode,
    New,
    Rename,
    Delete,
    Filter,
    Tag,
    Export,
    Ingest,
    LoadSample,
}

use Command::{
    CopyCode, Delete, Edit, Export, Filter, Ingest, LoadSample, New, Open, Preview, PreviewDown,
    PreviewUp, Rename, Search, Sort, Tag, ToHits,
};
use command::Command::Documents as of;

const LIST: Scope = Scope::In(&[Context::Documents]);

#[rustfmt::skip]
pub(crate) const COMMANDS: &[Entry] = &[
    entry("welcome.sample", of(LoadSample), Scope::In(&[Context::Welcome]), &["s"], "sample", "Load the sample: a short manual of folio, and some conversations").hinted().writes(),
    entry("welcome.ingest", of(Ingest), Scope::In(&[Context::Welcome]), &["i"], "take in", "Choose a folder, and look what taking its files in would do").hinted(),
    entry("welcome.connect", command::Command::App(App::Connect), Scope::In(&[Context::Welcome]), &["o"], "open", "Open another store: a server, or a file").hinted(),
    entry("documents.search", of(Search), Scope::In(&[Context::Documents, Context::Welcome]), &["/"], "search", "Search as you type: words, \"phrase\", prefix*, -without, this OR that").hinted(),
    entry("documents.open", of(Open), LIST, &["enter", "l", "right"], "open", "Read the document on the whole screen").hinted(),
    entry("documents.edit", of(Edit), LIST, &["e"], "edit", "Edit the text of the document").writes(),
    entry("query.to-hits", of(ToHits), Scope::In(&[Context::Query]), &["enter"], "to the hits", "Leave the query and go through what was found").hinted(),
    entry("documents.sort", of(Sort), LIST, &["o"], "order", "Order by time, by name, or by code").hinted(),
    entry("documents.preview", of(Preview), LIST, &["tab"], "preview", "Show or hide the document beside the list").hinted(),
    entry("documents.preview-down", of(PreviewDown), LIST, &["J"], "preview down", "Scroll what is shown beside the list down"),
    entry("documents.preview-up", of(PreviewUp), LIST, &["K"], "preview up", "Scroll it up"),
    entry("documents.new", of(New), Scope::In(&[Context::Documents, Context::Welcome]), &["c"], "new", "Make a document").hinted().writes(),
    entry("documents.rename", of(Rename), LIST, &["R"], "rename", "Give the document another name").writes(),
    entry("documents.delete", of(Delete), LIST, &["d", "delete"], "delete", "Delete the document, or those that are marked, after a question").hinted().deletes(),
    entry("documents.filter", of(Filter), LIST, &["f"], "filter", "Show only documents with a tag, of a time, or whose code or name begins so"),
    entry("documents.tag", of(Tag), LIST, &["t"], "tag", "Give tags to the document, or those that are marked, and take tags").writes(),
    entry("documents.export", of(Export), LIST, &["x"], "export", "Write the document, or those that are marked, into files"),
    entry("documents.ingest", of(Ingest), LIST, &["i"], "take in", "Choose a folder, and look what taking its files in would do"),
    entry("documents.connect", command::Command::App(App::Connect), LIST, &["O"], "open", "Open another store: a server, or a file"),
    entry("documents.copy", of(CopyCode), LIST, &["y"], "copy code", "Copy the document's code"),
];
