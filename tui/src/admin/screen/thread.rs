//! The screen of one thread: its turns as cards, and what a model sees of it.

pub(crate) mod cards;
mod commands;
mod effects;
mod seen;
mod view;

pub(crate) use commands::{COMMANDS, Command};
pub(crate) use effects::{Effect, begin};

use std::collections::BTreeSet;

use ratatui::layout::Rect;
use service::context::Preview;
use service::{MessageId, Page, ThreadId};

use super::threads::{self, export_prompt};
use super::writing::{self, Begin, How};
use crate::admin::canvas::{Canvas, Target};
use crate::admin::command::{self, App, Context, Move};
use crate::admin::drafts::{Draft, Subject};
use crate::admin::list::{Ask, List, Row};
use crate::admin::message::{self, Env};
use crate::admin::overlay::{Confirm, Overlay};
use crate::admin::request::{Answer, Failure, Generation, Latest};
use crate::admin::screen::{Pane, Pointer, Screen};
use crate::admin::text::{clean, cut};
use crate::admin::window::Edge;
use cards::Fold;
use seen::Seen;

/// Rows of the list that count as a screen: a card has at least three.
const NEAR: usize = 20;

impl Row for service::Message {
    type Id = MessageId;

    fn id(&self) -> MessageId {
        self.id
    }
}

/// Something that happened to the screen.
#[derive(Debug)]
pub(crate) enum Message {
    /// This thread is to be shown, at this turn or at its end.
    Open {
        id: ThreadId,
        at: Option<MessageId>,
        then: Then,
    },
    /// What is known of the thread and the drafts of its turns are there; None where it has gone.
    Read(
        Generation,
        Result<(Option<service::Thread>, Vec<Draft>), Failure>,
    ),
    /// A page of its turns is there, the latest first.
    Listed(Generation, Edge, Result<Page<service::Message>, Failure>),
    Previewed(Generation, Result<Option<Preview>, Failure>),
    /// A turn was saved: there.
    Saved(At),
    /// The turn is to be deleted.
    Delete(MessageId),
    /// The thread is to be written to this file.
    Export(String),
}

/// What is done once a thread is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    Read,
    /// This draft of one of its turns is written on.
    Resume(Box<Draft>),
}

/// Where a turn was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// Among those that are shown.
    Here,
    /// At the end of the thread.
    Latest,
}

/// What has the screen.
#[derive(Debug, Default)]
enum Mode {
    #[default]
    Cards,
    Seen(Box<Seen>),
}

/// Which turns are shown as a whole.
#[derive(Debug, Default)]
struct Folds {
    all_whole: bool,
    /// Those that are the other way round.
    others: BTreeSet<MessageId>,
}

/// The screen's state.
#[derive(Debug, Default)]
pub(crate) struct Thread {
    id: Option<ThreadId>,
    about: Option<service::Thread>,
    /// What is done once it is there for the first time.
    then: Option<Then>,
    reading: Latest,
    is_gone: bool,
    /// Its turns, the latest first, as the store lists them.
    list: List<service::Message>,
    folds: Folds,
    /// The row of the screen on which the selected card begins; less than 0 where it began above.
    anchor: isize,
    /// The next page is a place of its own: the selected card is to be seen.
    is_new: bool,
    mode: Mode,
}

/// The first card that is seen: its number from the oldest that is held, and the row on which it
/// begins.
struct First {
    index: usize,
    row: isize,
}

fn rows(count: usize) -> isize {
    isize::try_from(count).unwrap_or(isize::MAX)
}

impl Thread {
    /// Takes account of what happened.
    pub(crate) fn message(&mut self, message: Message, env: &Env) -> Vec<message::Effect> {
        match message {
            Message::Open { id, at, then } => self.open(id, at, then, env),
            Message::Read(generation, thread) => match self.reading.accept(generation, thread) {
                Answer::New((thread, drafts)) => {
                    self.is_gone = thread.is_none();
                    self.about = thread;
                    self.begin(drafts)
                }
                Answer::Failed(failure) => vec![message::Effect::failed(failure)],
                Answer::Late => Vec::new(),
            },
            Message::Listed(generation, edge, page) => {
                match self.list.take(generation, edge, page, NEAR, env.now) {
                    Answer::New(ask) => {
                        if std::mem::take(&mut self.is_new) {
                            // The end of a thread is where one reads on.
                            self.anchor = rows(env.room.text);
                            self.see(env);
                        }
                        self.settle(env);
                        self.list_effect(ask)
                    }
                    Answer::Failed(failure) => vec![message::Effect::failed(failure)],
                    Answer::Late => Vec::new(),
                }
            }
            Message::Previewed(generation, preview) => {
                let Mode::Seen(seen) = &mut self.mode else {
                    return Vec::new();
                };
                match seen.request.accept(generation, preview) {
                    Answer::New(preview) => seen.put(preview),
                    Answer::Failed(failure) => return vec![message::Effect::failed(failure)],
                    Answer::Late => {}
                }
                Vec::new()
            }
            Message::Saved(At::Here) => self.reload(env),
            Message::Saved(At::Latest) => self.show_latest(env),
            Message::Delete(id) => vec![of(Effect::Delete(id))],
            Message::Export(path) => {
                let export = |id: &ThreadId| threads::Effect::Export {
                    id: id.clone(),
                    path: path.into(),
                };
                let export = self.id.as_ref().map(export);
                export.map(message::Effect::Threads).into_iter().collect()
            }
        }
    }

    fn open(
        &mut self,
        id: ThreadId,
        at: Option<MessageId>,
        then: Then,
        env: &Env,
    ) -> Vec<message::Effect> {
        *self = Self {
            then: Some(then),
            id: Some(id.clone()),
            is_new: true,
            // Answers to what was asked for another thread are late.
            list: std::mem::take(&mut self.list).emptied(),
            reading: std::mem::take(&mut self.reading),
            ..Self::default()
        };
        let list = match at {
            None => {
                let ask = self.list.load(Edge::First, env.now);
                self.list_effect(Some(ask))
            }
            Some(at) => {
                let ask = self.list.restore(None, Some(at), env.now);
                let generation = ask.generation;
                vec![of(Effect::Around { generation, id, at })]
            }
        };
        let mut effects = self.read(env);
        effects.extend(list);
        effects.push(message::Effect::Go(Screen::Thread));
        effects
    }

    /// What is done once the thread is there: drafts of its turns are offered.
    fn begin(&mut self, drafts: Vec<Draft>) -> Vec<message::Effect> {
        match self.then.take() {
            None => Vec::new(),
            Some(Then::Read) => writing::offer(drafts),
            Some(Then::Resume(draft)) => {
                let subject = draft.of.clone();
                let base = draft.base.clone();
                self.write(subject, base, How::Resumed(*draft))
            }
        }
    }

    /// Has a turn written, of which this is there.
    fn write(&self, subject: Subject, texts: Vec<String>, how: How) -> Vec<message::Effect> {
        let title = self.about.as_ref().and_then(|about| about.title.clone());
        let title = title.or_else(|| self.id.as_ref().map(ToString::to_string));
        vec![writing::open(Begin {
            subject,
            title: title.unwrap_or_default(),
            version: None,
            texts,
            how,
        })]
    }

    /// Has the selected turn changed.
    fn edit(&self, how: How) -> Vec<message::Effect> {
        let Some(turn) = self.list.selected() else {
            return Vec::new();
        };
        let subject = Subject::Turn(turn.thread_id.clone(), turn.id);
        let texts = vec![turn.question.clone(), turn.answer.clone()];
        self.write(subject, texts, how)
    }

    fn append(&self) -> Vec<message::Effect> {
        let Some(id) = self.id.clone() else {
            return Vec::new();
        };
        let texts = vec![String::new(); 2];
        self.write(Subject::NewTurn(id), texts, How::Here)
    }

    /// Shows the end of the thread, which has another turn now.
    fn show_latest(&mut self, env: &Env) -> Vec<message::Effect> {
        self.is_new = true;
        let ask = self.list.load(Edge::First, env.now);
        let mut effects = self.read(env);
        effects.extend(self.list_effect(Some(ask)));
        effects
    }

    fn read(&mut self, env: &Env) -> Vec<message::Effect> {
        let Some(id) = self.id.clone() else {
            return Vec::new();
        };
        vec![of(Effect::About {
            generation: self.reading.begin(env.now),
            id,
        })]
    }

    fn list_effect(&self, ask: Option<Ask>) -> Vec<message::Effect> {
        let list = |(ask, id): (Ask, ThreadId)| {
            of(Effect::List {
                generation: ask.generation,
                edge: ask.edge,
                id,
                page: ask.page,
            })
        };
        let wanted = ask.zip(self.id.clone());
        wanted.map(list).into_iter().collect()
    }

    pub(super) fn id(&self) -> Option<&ThreadId> {
        self.id.as_ref()
    }

    /// The turns that are held, the oldest first.
    fn turns(&self) -> impl Iterator<Item = &service::Message> {
        self.list.rows().rev()
    }

    fn is_selected(&self, turn: &service::Message) -> bool {
        self.list.selected().map(|selected| selected.id) == Some(turn.id)
    }

    fn fold(&self, turn: &service::Message) -> Fold {
        if self.folds.all_whole == self.folds.others.contains(&turn.id) {
            Fold::Folded
        } else {
            Fold::Whole
        }
    }

    fn height(&self, turn: &service::Message, columns: usize, env: &Env) -> isize {
        rows(cards::rows(turn, columns, self.fold(turn), &env.theme).len())
    }

    /// The first card of the screen.
    fn first(&self, columns: usize) -> Option<First> {
        let selected = self.list.selected()?.id;
        let before: Vec<&service::Message> = self
            .turns()
            .take_while(|turn| turn.id != selected)
            .collect();
        let mut first = First {
            index: before.len(),
            row: self.anchor,
        };
        while first.row > 0 && first.index > 0 {
            first.index -= 1;
            let fold = self.fold(before[first.index]);
            let theme = crate::admin::theme::Theme::MONO;
            first.row -= rows(cards::rows(before[first.index], columns, fold, &theme).len());
        }
        Some(first)
    }

    /// Moves the screen so that the selected card is on it: as a whole where it fits.
    fn see(&mut self, env: &Env) {
        let (columns, height) = (env.room.columns, rows(env.room.text));
        let Some(selected) = self.list.selected() else {
            return;
        };
        let card = self.height(selected, columns, env);
        self.anchor = if card >= height {
            self.anchor.clamp(height - card, 0)
        } else {
            self.anchor.clamp(0, height - card)
        };
    }

    /// Leaves no room empty above the oldest card, nor below the latest one where there is more
    /// above.
    fn settle(&mut self, env: &Env) {
        let (columns, height) = (env.room.columns, rows(env.room.text));
        let Some(selected) = self.list.selected().map(|turn| turn.id) else {
            return;
        };
        let mut below = 0;
        for turn in self.list.rows().take_while(|turn| turn.id != selected) {
            below += self.height(turn, columns, env);
        }
        let Some(card) = self.list.selected() else {
            return;
        };
        let end = self.anchor + self.height(card, columns, env) + below;
        if end < height {
            self.anchor += height - end;
        }
        if let Some(first) = self.first(columns)
            && first.row > 0
        {
            self.anchor -= first.row;
        }
    }

    /// Another card is selected, so many further down.
    fn step(&mut self, cards: isize, env: &Env) -> Vec<message::Effect> {
        let columns = env.room.columns;
        let mut ask = None;
        for _ in 0..cards.unsigned_abs() {
            let before = self.list.selected().cloned();
            // The list has the latest turn first, the screen the oldest.
            ask = self.list.step(-cards.signum(), NEAR, env.now).or(ask);
            let (Some(before), Some(now)) = (before, self.list.selected()) else {
                break;
            };
            if before.id == now.id {
                break;
            }
            self.anchor += if cards > 0 {
                self.height(&before, columns, env)
            } else {
                -self.height(now, columns, env)
            };
        }
        self.see(env);
        self.settle(env);
        self.list_effect(ask)
    }

    /// The screen moves so many rows; the selection follows.
    fn scroll(&mut self, by: isize, env: &Env) -> Vec<message::Effect> {
        let (columns, height) = (env.room.columns, rows(env.room.text));
        let by = by.clamp(-height, height);
        self.anchor -= by;
        let mut ask = None;
        while let Some(card) = self.list.selected().cloned() {
            let tall = self.height(&card, columns, env);
            let step = if by > 0 && self.anchor < 0 && self.anchor + tall < height {
                1
            } else if by < 0 && self.anchor >= height.min(tall.max(height / 2)) {
                -1
            } else {
                break;
            };
            ask = self.list.step(-step, NEAR, env.now).or(ask);
            let Some(now) = self.list.selected() else {
                break;
            };
            if now.id == card.id {
                break;
            }
            self.anchor += if step > 0 {
                tall
            } else {
                -self.height(now, columns, env)
            };
        }
        self.settle(env);
        self.list_effect(ask)
    }

    fn go(&mut self, to: Move, env: &Env) -> Vec<message::Effect> {
        if let Mode::Seen(seen) = &mut self.mode {
            seen.go(to, env.room.columns, env.room.text, &env.theme);
            return Vec::new();
        }
        match to {
            Move::Down => self.step(1, env),
            Move::Up => self.step(-1, env),
            Move::First | Move::Last => {
                let opposite = if to == Move::First {
                    Move::Last
                } else {
                    Move::First
                };
                let ask = self.list.go(opposite, NEAR, env.now);
                self.is_new = ask.is_some();
                self.anchor = if to == Move::First {
                    0
                } else {
                    rows(env.room.text)
                };
                self.see(env);
                self.settle(env);
                self.list_effect(ask)
            }
            to => self.scroll(to.rows(env.room.text), env),
        }
    }

    fn own(&mut self, command: Command, env: &Env) -> Vec<message::Effect> {
        match command {
            Command::Leave => self.back(),
            Command::Fold => {
                if let Some(turn) = self.list.selected() {
                    let id = turn.id;
                    if !self.folds.others.remove(&id) {
                        self.folds.others.insert(id);
                    }
                }
                self.see(env);
                self.settle(env);
                Vec::new()
            }
            Command::FoldAll => {
                self.folds = Folds {
                    all_whole: !self.folds.all_whole,
                    others: BTreeSet::new(),
                };
                self.see(env);
                self.settle(env);
                Vec::new()
            }
            Command::Seen => {
                self.mode = Mode::Seen(Box::default());
                self.preview(env)
            }
            Command::More | Command::Less => {
                let by = if command == Command::More { 1 } else { -1 };
                let is_other = match &mut self.mode {
                    Mode::Seen(seen) => seen.change(by),
                    Mode::Cards => false,
                };
                if is_other {
                    self.preview(env)
                } else {
                    Vec::new()
                }
            }
            Command::Append => self.append(),
            Command::Edit => self.edit(How::Here),
            // The answer is what is long.
            Command::EditOutside => self.edit(How::Outside(1)),
            Command::Delete => self.delete(),
            Command::CopyTurn => {
                let copy = |turn: &service::Message| {
                    message::Effect::Copy(format!("{}\n\n{}", turn.question, turn.answer))
                };
                self.list.selected().map(copy).into_iter().collect()
            }
        }
    }

    fn preview(&mut self, env: &Env) -> Vec<message::Effect> {
        let (Mode::Seen(seen), Some(id)) = (&mut self.mode, self.id.clone()) else {
            return Vec::new();
        };
        vec![of(Effect::Preview {
            generation: seen.request.begin(env.now),
            id,
            budget: seen.budget(),
        })]
    }

    fn delete(&self) -> Vec<message::Effect> {
        let Some(turn) = self.list.selected() else {
            return Vec::new();
        };
        let delete = message::Message::Thread(Message::Delete(turn.id));
        let confirm = Confirm::new("Delete", "delete the turn", delete)
            .about(cut(&clean(&turn.question), 120))
            .about("It goes into the trash, and can be restored.");
        vec![message::Effect::Open(Overlay::Confirm(confirm))]
    }

    /// One step back.
    fn back(&mut self) -> Vec<message::Effect> {
        match &self.mode {
            Mode::Cards => vec![message::Effect::Leave],
            Mode::Seen(_) => {
                self.mode = Mode::Cards;
                Vec::new()
            }
        }
    }
}

fn of(effect: Effect) -> message::Effect {
    message::Effect::Thread(effect)
}

impl Pane for Thread {
    fn context(&self) -> Context {
        match self.mode {
            Mode::Cards => Context::Thread,
            Mode::Seen(_) => Context::Seen,
        }
    }

    fn entered(&mut self, _env: &Env) -> Vec<message::Effect> {
        Vec::new()
    }

    fn reload(&mut self, env: &Env) -> Vec<message::Effect> {
        let mut effects = self.read(env);
        let ask = self.list.reload(env.now);
        effects.extend(self.list_effect(Some(ask)));
        effects.extend(self.preview(env));
        effects
    }

    fn command(&mut self, command: command::Command, env: &Env) -> Vec<message::Effect> {
        match command {
            command::Command::Thread(command) => self.own(command, env),
            command::Command::Threads(threads::Command::Export) => {
                let prompt =
                    |id| export_prompt(id, |path| message::Message::Thread(Message::Export(path)));
                self.id.as_ref().map(prompt).into_iter().collect()
            }
            command::Command::Move(to) => self.go(to, env),
            command::Command::App(App::Back) => self.back(),
            _ => Vec::new(),
        }
    }

    fn pointer(&mut self, pointer: Pointer, env: &Env) -> Vec<message::Effect> {
        match (pointer, &self.mode) {
            (Pointer::Wheel(rows, _), Mode::Cards) => self.scroll(rows, env),
            (Pointer::Click(Target::Row(index)), Mode::Cards) => {
                let selected = self.turns().position(|turn| self.is_selected(turn));
                let by = rows(index) - rows(selected.unwrap_or(index));
                self.step(by, env)
            }
            _ => Vec::new(),
        }
    }

    fn resized(&mut self, env: &Env) -> Vec<message::Effect> {
        match &mut self.mode {
            Mode::Cards => {
                self.see(env);
                self.settle(env);
            }
            Mode::Seen(_) => {}
        }
        Vec::new()
    }

    fn waiting(&self) -> Option<&Latest> {
        let of_mode = match &self.mode {
            Mode::Cards => None,
            Mode::Seen(seen) => Some(&seen.request),
        };
        [Some(&self.reading), Some(self.list.request()), of_mode]
            .into_iter()
            .flatten()
            .find(|request| request.is_waiting())
    }

    fn status(&self) -> (String, String) {
        match &self.mode {
            Mode::Seen(seen) => seen.status(),
            Mode::Cards => view::status(self),
        }
    }

    fn draw(&self, area: Rect, canvas: &mut Canvas<'_, '_>) {
        match &self.mode {
            Mode::Cards => view::draw(self, area, canvas),
            Mode::Seen(seen) => seen.draw(area, canvas),
        }
    }
}
