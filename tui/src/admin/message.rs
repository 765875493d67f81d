//! What happens to the program ([`Message`]), and what it wants done about it ([`Effect`]). Each
//! screen has its own of both; here is what is common.

use std::time::Instant;

use crossterm::event::{KeyEvent, MouseEvent};
use service::BatchId;

use super::drafts::Draft;
use super::jobs;
use super::link;
use super::overlay::Overlay;
use super::request::{Failure, Generation};
use super::screen::{
    Screen, document, documents, ingest, log, search, stats, thread, threads, trash, writing,
};
use super::session::Sessions;
use super::theme::{Background, Theme};

/// Something that happened.
#[derive(Debug)]
pub(crate) enum Message {
    /// A key was pressed.
    Key(KeyEvent),
    /// A text was pasted.
    Paste(String),
    /// The mouse was used.
    Mouse(MouseEvent),
    /// The terminal has another size.
    Resized,
    /// The parts of the screen have another room.
    Drawn,
    /// The terminal told its background.
    Background(Background),
    /// A moment came that the model waits for.
    Tick,
    /// The system asks the program to end.
    Terminate,
    /// The program is to be left, though something runs.
    Quit(WithJobs),
    /// An answer from the store that was opened so, or from a task beside it.
    Reply(Generation, Box<Message>),
    /// About the store as such.
    Link(link::Message),
    /// The store at this URL is to be opened in place of the one that is open.
    Use(String),
    /// The tables that the store lacks are to be made.
    Migrate,
    /// About the work in the background.
    Job(jobs::Message),
    /// Something that is stored was changed, or not.
    Changed(Result<Changed, Failure>),
    /// Nothing was changed after all, and nothing can be taken back: what is told of it.
    Unchanged(String),
    /// A change was taken back, or not: what is told of it.
    Undone(BatchId, Result<(Tone, String), Failure>),
    /// These texts of the store were not saved.
    Drafts(Vec<Draft>),
    /// One of these is to be thrown away.
    DropDraft(Vec<Draft>),
    Documents(documents::Message),
    Document(Box<document::Message>),
    Threads(threads::Message),
    Thread(thread::Message),
    /// About what is written on this screen.
    Writing(Screen, Box<writing::Message>),
    Trash(trash::Message),
    Stats(Box<stats::Message>),
    Search(search::Message),
    Ingest(Box<ingest::Message>),
    Log(log::Message),
}

/// Something that is to be done.
#[derive(Debug)]
pub(crate) enum Effect {
    // What the model does itself.
    /// Tell something that was done or failed.
    Say(Tone, String),
    /// Tell something that nobody asked for, once an answer that is shown has been seen.
    Mention(Tone, String),
    /// Tell of a change, and remember it for undo.
    Remember(Changed),
    /// Lay this over the screen.
    Open(Overlay),
    /// Show another screen.
    Go(Screen),
    /// Show again the screen from which this one was opened.
    Leave,
    /// A screen is done with: where it is shown, that from which it was opened is shown again.
    Close(Screen),
    /// Let this happen.
    Send(Box<Message>),

    // What the terminal does.
    Redraw,
    Suspend,
    Quit,
    /// Take the mouse, or let go of it.
    Mouse(Capture),
    /// Into the clipboard.
    Copy(String),
    /// Open the editor of the user's choice on a text of this screen.
    EditOutside(Screen, String),

    // What goes on in tasks.
    /// Write how the stores were left.
    KeepSessions(Sessions),
    /// Open another store in place of the one that is open.
    Use(Wanted, Generation),
    Connect(Generation),
    /// Make the tables that the store lacks, and open it.
    Migrate(Generation),
    Probe(Generation),
    /// A request of this kind is not wanted any longer.
    Drop(Kind),
    CancelJob(jobs::Id),
    /// Take a change back, of which this was told.
    Undo(BatchId, Option<String>),
    Documents(documents::Effect),
    Document(document::Effect),
    Threads(threads::Effect),
    Thread(thread::Effect),
    Writing(writing::Effect),
    Trash(trash::Effect),
    Stats(stats::Effect),
    Search(search::Effect),
    Ingest(ingest::Effect),
    Log(log::Effect),
}

impl Effect {
    pub(crate) fn send(message: Message) -> Self {
        Self::Send(Box::new(message))
    }

    /// Tells of something that went well.
    pub(crate) fn good(said: impl Into<String>) -> Self {
        Self::Say(Tone::Good, said.into())
    }

    /// Tells of something that can't be done.
    pub(crate) fn bad(said: impl Into<String>) -> Self {
        Self::Say(Tone::Bad, said.into())
    }

    /// Tells of a request that failed.
    pub(crate) fn failed(failure: Failure) -> Self {
        Self::Say(Tone::Bad, failure.said)
    }

    /// Tells of a request that was made by itself, such as a list's, and failed.
    pub(crate) fn unread(failure: Failure) -> Self {
        Self::Mention(Tone::Bad, failure.said)
    }

    /// Tells of marks that another list has taken away.
    pub(crate) fn unmarked() -> Self {
        Self::bad("The marks are taken away: they were of another list")
    }
}

/// Another store.
#[derive(Debug)]
pub(crate) enum Wanted {
    /// At this URL.
    Url(String),
    /// That which was open before.
    Before,
}

/// A kind of request, by a name such as `documents.list`: of each the latest alone goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Kind(pub(crate) &'static str);

/// A change of what is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Changed {
    /// What is told of it: `3 documents deleted`.
    pub(crate) said: String,
    /// What takes it back.
    pub(crate) batch: BatchId,
}

/// What becomes of what runs when the program is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WithJobs {
    /// It goes on to its end; then the program is left.
    Wait,
    /// It is cancelled.
    Stop,
    /// The program is not left.
    Stay,
}

/// What kind of news it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Bad,
}

/// Whether the program has the mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Capture {
    Taken,
    LeftToTerminal,
}

/// What a screen needs to know of the rest when something happens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Env {
    pub(crate) now: Instant,
    /// What the last frame had room for.
    pub(crate) room: Room,
    /// How things are to look.
    pub(crate) theme: Theme,
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
    /// Rows of the list or text that lies over the screen.
    pub(crate) over: usize,
    /// Columns of it.
    pub(crate) over_columns: usize,
    /// Columns of the whole screen.
    pub(crate) width: usize,
}
