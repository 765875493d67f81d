//! The screen of the trash, and of what was done: by whom, when, and the way back.

mod commands;
mod effects;
mod view;

pub(crate) use commands::{COMMANDS, Command};
pub(crate) use effects::{Effect, begin};

use ratatui::layout::Rect;
use service::{Batch, BatchId, Deleted, DeletedMessage, DeletedThread, Page, UndoScope};

use super::{Pane, Pointer};
use crate::admin::canvas::{Canvas, Target};
use crate::admin::command::{self, App, Context, Mark};
use crate::admin::list::{Ask, List, Row};
use crate::admin::marks::Marks;
use crate::admin::message::{self, Env};
use crate::admin::overlay::{Confirm, Overlay};
use crate::admin::request::{Answer, Failure, Generation, Latest};
use crate::admin::window::Edge;

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

impl Row for Item {
    /// A list has rows of one kind only.
    type Id = String;

    fn id(&self) -> String {
        match self {
            Self::Document(row) => row.document_id.to_string(),
            Self::Thread(row) => row.deletion.to_string(),
            Self::Message(row) => row.deletion.to_string(),
            Self::Batch(row) => row.id.to_string(),
        }
    }
}

/// Something that happened to the screen.
#[derive(Debug)]
pub(crate) enum Message {
    /// A page of a part is there.
    Listed(Part, Generation, Edge, Result<Page<Item>, Failure>),
    /// What an undo would take back is known.
    Scoped(Generation, BatchId, Result<UndoScope, Failure>),
    /// The batch is to be taken back.
    Undo(BatchId),
}

/// The screen's state.
#[derive(Debug, Default)]
pub(crate) struct Trash {
    part: Part,
    list: List<Item>,
    scoping: Latest,
}

impl Trash {
    /// Takes account of what happened.
    pub(crate) fn message(&mut self, message: Message, env: &Env) -> Vec<message::Effect> {
        match message {
            Message::Listed(part, generation, edge, page) if part == self.part => {
                match self
                    .list
                    .take(generation, edge, page, env.room.list, env.now)
                {
                    Answer::New(ask) => self.list_effect(ask),
                    Answer::Failed(failure) => vec![message::Effect::failed(failure)],
                    Answer::Late => Vec::new(),
                }
            }
            Message::Listed(..) => Vec::new(),
            Message::Scoped(generation, batch, scope) => {
                match self.scoping.accept(generation, scope) {
                    Answer::New(scope) => vec![ask(batch, scope)],
                    Answer::Failed(failure) => vec![message::Effect::failed(failure)],
                    Answer::Late => Vec::new(),
                }
            }
            Message::Undo(batch) => vec![message::Effect::Undo(batch)],
        }
    }

    fn list_effect(&self, ask: Option<Ask>) -> Vec<message::Effect> {
        let list = |ask: Ask| {
            of(Effect::List {
                part: self.part,
                generation: ask.generation,
                edge: ask.edge,
                page: ask.page,
            })
        };
        ask.map(list).into_iter().collect()
    }

    fn turn(&mut self, by: isize, env: &Env) -> Vec<message::Effect> {
        let at = Part::ALL.iter().position(|part| *part == self.part);
        let count = Part::ALL.len();
        let next = (at.unwrap_or(0) + count).saturating_add_signed(by) % count;
        self.part = Part::ALL[next];
        self.list = std::mem::take(&mut self.list).emptied();
        let ask = self.list.load(Edge::First, env.now);
        self.list_effect(Some(ask))
    }

    /// Brings back what is marked, or else the selected row.
    fn restore(&mut self, env: &Env) -> Vec<message::Effect> {
        let marks = self.list.marks();
        let is_wanted = |item: &&Item| match &marks {
            marks if marks.is_empty() => self.list.selected().map(Row::id) == Some(item.id()),
            Marks::These(ids) => ids.contains(&item.id()),
            Marks::AllBut(_) => false,
        };
        if matches!(marks, Marks::AllBut(_)) {
            return vec![message::Effect::bad(
                "Mark the rows to bring back one by one, or as a range",
            )];
        }
        let wanted: Vec<&Item> = self.list.rows().filter(is_wanted).collect();
        let (mut documents, mut threads, mut messages) = (Vec::new(), Vec::new(), Vec::new());
        for item in wanted {
            match item {
                Item::Document(row) => documents.push(row.document_id),
                Item::Thread(row) => threads.push(row.deletion),
                Item::Message(row) => messages.push(row.deletion),
                Item::Batch(row) => {
                    let batch = row.id;
                    let generation = self.scoping.begin(env.now);
                    return vec![of(Effect::Scope { generation, batch })];
                }
            }
        }
        self.list.unmark_all();
        let effects = [
            (!documents.is_empty()).then_some(Effect::Documents(documents)),
            (!threads.is_empty()).then_some(Effect::Threads(threads)),
            (!messages.is_empty()).then_some(Effect::Messages(messages)),
        ];
        effects.into_iter().flatten().map(of).collect()
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
        let ask = self.list.reload(env.now);
        self.list_effect(Some(ask))
    }

    fn command(&mut self, command: command::Command, env: &Env) -> Vec<message::Effect> {
        match command {
            command::Command::Trash(Command::NextPart) => self.turn(1, env),
            command::Command::Trash(Command::PreviousPart) => self.turn(-1, env),
            command::Command::Trash(Command::Restore) => self.restore(env),
            command::Command::Move(to) => {
                let ask = self.list.go(to, env.room.list, env.now);
                self.list_effect(ask)
            }
            // What was done is taken back one by one: a question names each.
            command::Command::Mark(mark) if self.part != Part::Done || mark == Mark::None => {
                let ask = self.list.mark(mark, env.room.list, env.now);
                self.list_effect(ask)
            }
            command::Command::App(App::Back) => {
                self.list.unmark_all();
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn pointer(&mut self, pointer: Pointer, env: &Env) -> Vec<message::Effect> {
        let ask = match pointer {
            Pointer::Wheel(rows, Target::Row(_) | Target::List) => {
                self.list.step(rows, env.room.list, env.now)
            }
            Pointer::Click(Target::Row(row)) => self.list.click(row, env.room.list, env.now),
            _ => None,
        };
        self.list_effect(ask)
    }

    fn resized(&mut self, env: &Env) -> Vec<message::Effect> {
        let ask = self.list.resized(env.room.list, env.now);
        self.list_effect(ask)
    }

    fn waiting(&self) -> Option<&Latest> {
        [self.list.request(), &self.scoping]
            .into_iter()
            .find(|request| request.is_waiting())
    }

    fn status(&self) -> (String, String) {
        let marks = self.list.marks();
        let marked = if marks.is_empty() {
            String::new()
        } else {
            format!("{} marked", marks.count())
        };
        ("the latest first".to_owned(), marked)
    }

    fn draw(&self, area: Rect, canvas: &mut Canvas<'_, '_>) {
        view::draw(self, area, canvas);
    }
}
