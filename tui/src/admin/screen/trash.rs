//! The screen of the trash, and of what was done: by whom, when, and the way back.

mod commands;
mod effects;
mod preview;
mod view;

pub(crate) use commands::{COMMANDS, Command};
pub(crate) use effects::{Effect, begin};

use std::time::Instant;

use ratatui::layout::Rect;
use service::{Batch, BatchId, Deleted, DeletedMessage, DeletedThread, DeletionId, DocumentId};
use service::{Snippet, UndoScope};

use super::{Pane, Pointer};
use crate::admin::browser::{self, Browser, Hit, Want};
use crate::admin::canvas::Canvas;
use crate::admin::command::{self, App, Context, Mark};
use crate::admin::list::Row;
use crate::admin::marks::Marks;
use crate::admin::message::{self, Env};
use crate::admin::overlay::{Confirm, Overlay};
use crate::admin::request::{Answer, Failure, Generation, Latest};
use effects::Which;
use preview::Preview;

/// What the list has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Part {
    #[default]
    Documents,
    Threads,
    /// Messages that were deleted by themselves.
    Messages,
    /// What was done, a line for each time.
    Done,
}

impl Part {
    const ALL: [Self; 4] = [Self::Documents, Self::Threads, Self::Messages, Self::Done];

    const fn title(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Threads => "threads",
            Self::Messages => "messages",
            Self::Done => "what was done",
        }
    }
}

/// A row.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    Document(Deleted),
    Thread(DeletedThread),
    Message(Box<DeletedMessage>),
    Batch(Batch),
}

/// What a row is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ItemId {
    Document(DocumentId),
    Thread(DeletionId),
    Message(DeletionId),
    Batch(BatchId),
}

impl Row for Item {
    type Id = ItemId;

    fn id(&self) -> ItemId {
        match self {
            Self::Document(row) => ItemId::Document(row.document_id),
            Self::Thread(row) => ItemId::Thread(row.deletion),
            Self::Message(row) => ItemId::Message(row.deletion),
            Self::Batch(row) => ItemId::Batch(row.id),
        }
    }
}

/// There is no search here.
#[derive(Debug)]
pub(crate) enum NoHit {}

impl Hit for NoHit {
    type Id = ItemId;

    fn of(&self) -> &ItemId {
        match *self {}
    }

    fn snippet(&self) -> &Snippet {
        match *self {}
    }

    const WHAT: &'static str = "row";

    type Preview = Preview;
}

/// An answer about the list, and what is beside it.
type Answered = browser::Message<Item, NoHit, Preview>;

/// Something that happened to the screen.
#[derive(Debug)]
pub(crate) enum Message {
    Browser(Answered),
    /// What an undo would take back is known.
    Scoped(Generation, BatchId, Result<UndoScope, Failure>),
    /// What was to be brought back is there.
    Restored,
    /// The batch is to be taken back.
    Undo(BatchId),
}

/// The screen's state.
#[derive(Debug, Default)]
pub(crate) struct Trash {
    part: Part,
    browser: Browser<Item, NoHit, Preview>,
    scoping: Latest,
    /// The marks of what is being brought back.
    restoring: Option<Marks<ItemId>>,
}

impl Trash {
    /// Takes account of what happened.
    pub(crate) fn message(&mut self, message: Message, env: &Env) -> Vec<message::Effect> {
        match message {
            Message::Browser(answer) => {
                let wants = self.browser.take(answer, env);
                self.wanted(wants)
            }
            Message::Scoped(generation, batch, scope) => {
                match self.scoping.accept(generation, scope) {
                    Answer::New(scope) => vec![ask(batch, scope)],
                    Answer::Failed(failure) => vec![message::Effect::failed(failure)],
                    Answer::Late => Vec::new(),
                }
            }
            Message::Restored => {
                let done = self.restoring.take();
                self.browser.end_marks(done.as_ref());
                Vec::new()
            }
            Message::Undo(batch) => vec![message::Effect::Undo(batch, None)],
        }
    }

    fn wanted(&self, wants: Vec<Want<ItemId>>) -> Vec<message::Effect> {
        let effects = wants.into_iter().filter_map(|want| match want {
            Want::List(ask) => Some(of(Effect::List(self.part, ask))),
            Want::Read(generation, id) => {
                let row = self.browser.row().filter(|row| row.id() == id);
                let item = row.cloned().map(Box::new)?;
                Some(of(Effect::Read { generation, item }))
            }
            Want::Tell(failure) => Some(message::Effect::unread(failure)),
            Want::Unmarked => Some(message::Effect::unmarked()),
            // A click selects, and brings nothing back; and there is no search.
            Want::Open | Want::Search(..) | Want::SearchMore(..) | Want::EndSearch => None,
        });
        effects.collect()
    }

    fn turn(&mut self, by: isize, env: &Env) -> Vec<message::Effect> {
        let at = Part::ALL.iter().position(|part| *part == self.part);
        let count = Part::ALL.len();
        let next = (at.unwrap_or(0) + count).saturating_add_signed(by) % count;
        self.part = Part::ALL[next];
        let wants = self.browser.replace(env);
        self.wanted(wants)
    }

    /// Brings back what is marked, or else the selected row.
    fn restore(&mut self, env: &Env) -> Vec<message::Effect> {
        let which = match self.browser.marks() {
            Some(Marks::AllBut(but)) => Which::AllBut(self.part, but),
            Some(Marks::These(ids)) => Which::These(ids.into_iter().collect()),
            None => match self.browser.id() {
                Some(ItemId::Batch(batch)) => {
                    let generation = self.scoping.begin(env.now);
                    return vec![of(Effect::Scope { generation, batch })];
                }
                Some(id) => Which::These(vec![id]),
                None => return Vec::new(),
            },
        };
        self.restoring = self.browser.marks();
        vec![of(Effect::Restore(which))]
    }
}

fn of(effect: Effect) -> message::Effect {
    message::Effect::Trash(effect)
}

/// The question before a batch is taken back: it names what, and how much.
fn ask(batch: BatchId, scope: UndoScope) -> message::Effect {
    let undo = message::Message::Trash(Message::Undo(batch));
    message::Effect::Open(Overlay::Confirm(Confirm::undo(&scope, "row", undo)))
}

impl Pane for Trash {
    fn context(&self) -> Context {
        Context::Trash
    }

    /// What was deleted meanwhile is to be seen at once.
    fn entered(&mut self, env: &Env) -> Vec<message::Effect> {
        self.reload(env)
    }

    fn reload(&mut self, env: &Env) -> Vec<message::Effect> {
        let wants = self.browser.reload(env);
        self.wanted(wants)
    }

    fn command(&mut self, command: command::Command, env: &Env) -> Vec<message::Effect> {
        let wants = match command {
            command::Command::Trash(Command::NextPart) => return self.turn(1, env),
            command::Command::Trash(Command::PreviousPart) => return self.turn(-1, env),
            command::Command::Trash(Command::Restore) => return self.restore(env),
            command::Command::Trash(Command::Preview) => {
                self.browser.turn_beside();
                Vec::new()
            }
            command::Command::Move(to) => self.browser.go(to, env),
            // What was done is taken back one by one: a question names each.
            command::Command::Mark(mark) if self.part != Part::Done || mark == Mark::None => {
                self.browser.mark(mark, env)
            }
            command::Command::App(App::Back) => self.browser.back(env).unwrap_or_default(),
            _ => Vec::new(),
        };
        self.wanted(wants)
    }

    fn went_on(&mut self) -> Vec<message::Effect> {
        super::no_question(&mut self.scoping, effects::SCOPE, "taken back")
    }

    fn pointer(&mut self, pointer: Pointer, env: &Env) -> Vec<message::Effect> {
        let wants = self.browser.pointer(pointer, env);
        self.wanted(wants)
    }

    fn resized(&mut self, env: &Env) -> Vec<message::Effect> {
        let wants = self.browser.resized(env);
        self.wanted(wants)
    }

    fn label(&self, command: command::Command) -> Option<&'static str> {
        let takes_back =
            self.part == Part::Done && command == command::Command::Trash(Command::Restore);
        takes_back.then_some("take back")
    }

    fn deadline(&self) -> Option<Instant> {
        self.browser.deadline()
    }

    fn tick(&mut self, env: &Env) -> Vec<message::Effect> {
        let wants = self.browser.tick(env);
        self.wanted(wants)
    }

    fn waiting(&self) -> Option<&Latest> {
        let scoping = Some(&self.scoping).filter(|request| request.is_waiting());
        self.browser.waiting().or(scoping)
    }

    fn offers(&self, command: command::Command) -> bool {
        self.part != Part::Done || !matches!(command, command::Command::Mark(_))
    }

    fn status(&self) -> (String, String) {
        ("the latest first".to_owned(), self.browser.marked())
    }

    fn draw(&self, area: Rect, canvas: &mut Canvas<'_, '_>) {
        view::draw(self, area, canvas);
    }
}
