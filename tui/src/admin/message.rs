//! What happens to the program ([`Message`]), and what it wants done about it ([`Effect`]).

use crossterm::event::KeyEvent;
use service::{
    Document, DocumentHit, DocumentSort, DocumentSummary, Page, PageRequest, SearchResults,
};

use super::request::Generation;
use super::window::Edge;

/// Something that happened.
#[derive(Debug)]
pub(crate) enum Message {
    /// A key was pressed.
    Key(KeyEvent),
    /// A text was pasted.
    Paste(String),
    /// The terminal has another size.
    Resized,
    /// The screen was drawn with room for this.
    Drawn(Room),
    /// A moment came that the model waits for.
    Tick,
    /// The system asks the program to end.
    Terminate,
    /// The store was opened, or not.
    Connected(Generation, Result<Store, String>),
    /// A page of the list is there.
    Listed(Generation, Edge, Result<Page<DocumentSummary>, String>),
    /// A search is done.
    Found(Generation, Result<SearchResults<DocumentHit>, String>),
    /// A document is there; None where it has gone.
    Read(Generation, String, Result<Option<Document>, String>),
    /// The sample is in the store: so many documents and turns.
    SampleLoaded(Generation, Result<(usize, u64), String>),
}

/// Something that is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Connect(Generation),
    List {
        generation: Generation,
        edge: Edge,
        sort: DocumentSort,
        page: PageRequest,
    },
    Search {
        generation: Generation,
        query: String,
    },
    /// The search that was asked for is not wanted any longer.
    DropSearch,
    Read {
        generation: Generation,
        code: String,
    },
    LoadSample(Generation),
    Redraw,
    Suspend,
    Quit,
}

/// The store that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Store {
    /// Where it is, without a password.
    pub(crate) database: String,
    pub(crate) access: service::Access,
}

/// Rows and columns that the last frame had for each part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Room {
    /// Rows of the list.
    pub(crate) list: usize,
    /// Rows of the text.
    pub(crate) text: usize,
    /// Columns of the text.
    pub(crate) columns: usize,
    /// Rows of the help.
    pub(crate) help: usize,
}
