//! The screen of a text that is being written: a document's, or the question and the answer of a
//! turn. What is typed is kept on disk; what would be saved is shown first; what someone else
//! saved meanwhile is shown beside it, and decided on.

mod ask;
mod commands;
mod drafting;
mod effects;
mod making;
mod metadata;
mod opening;
mod parts;
mod saving;
mod stage;
mod store;
mod turns;
mod view;

pub(crate) use ask::{ask_about, offer, offer_to_drop};
pub(crate) use commands::{COMMANDS, Command};
pub(crate) use effects::{Effect, Saved, Theirs, begin};
pub(crate) use making::{begin as make, begin_thread as make_thread};
pub(crate) use metadata::shown as metadata;
pub(crate) use opening::{elsewhere, open};

use std::time::Instant;

use crossterm::event::KeyEvent;
use ratatui::layout::Rect;

use super::{Pane, Pointer, Screen};
use crate::admin::canvas::{Canvas, Target};
use crate::admin::command::{self, App, Context};
use crate::admin::drafts::{Draft, Found, Run, Subject};
use crate::admin::editor::Edited;
use crate::admin::external::Written;
use crate::admin::message::{self, Env};
use crate::admin::overlay::Overlay;
use crate::admin::request::{Failure, Generation, Latest};
use drafting::Then;
use parts::Parts;
use stage::Stage;

/// What is to be written.
#[derive(Clone, Debug)]
pub(crate) struct Begin {
    pub(crate) subject: Subject,
    /// What it is called.
    pub(crate) title: String,
    /// The version that is there; None where there are no versions.
    pub(crate) version: Option<i64>,
    /// What is there: a text for each part.
    pub(crate) texts: Vec<String>,
    /// The line at which it begins, from 0: where it was read.
    pub(crate) line: usize,
    pub(crate) how: How,
}

/// How it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Here,
    /// In the editor of the user's choice, with this part.
    Outside(usize),
    /// With what was typed before.
    Resumed(Draft),
}

/// In which editor it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Editing {
    #[default]
    Here,
    /// In that of the user's choice, once no draft is found that would be written over.
    Outside,
}

/// Something that happened to the screen.
#[derive(Debug)]
pub(crate) enum Message {
    /// This is to be written.
    Open(Begin),
    /// What was typed of it before, if anything was.
    Drafted(Generation, Found),
    /// Whether the code of a document that is to be made is taken already.
    Taken(Generation, Result<bool, Failure>),
    /// The draft of this was written; an error says why it was not.
    Kept(Subject, Then, Result<(), String>),
    /// The document is to be made under another code.
    Recode(String),
    /// The draft of this is not wanted any longer: this run's, or one that another has left.
    Discard(Subject, Option<Run>),
    /// It was saved; None where it has gone.
    Saved(Generation, Result<Option<Saved>, Failure>),
    /// What someone else did meanwhile.
    Theirs(Generation, Result<Theirs, Failure>),
    /// The editor of the user's choice was left.
    Written(Written),
    /// The screen is to be left, with or without what was typed.
    Leave(Fate),
}

/// What becomes of what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Save,
    KeepAsDraft,
    ThrowAway,
}

/// The screen's state.
#[derive(Debug)]
pub(crate) struct Writing {
    subject: Subject,
    title: String,
    /// The version that it is a change of.
    version: Option<i64>,
    parts: Parts,
    stage: Stage,
    editing: Editing,
    /// The run that left the draft with which it began, until it is kept as this run's.
    left_by: Option<Run>,
    /// Its draft is looked for.
    looking: Latest,
    /// Whether its code is free is being asked.
    probing: Latest,
    saving: Latest,
    /// When a draft is to be written.
    due: Option<Instant>,
    /// Why what was typed is in no draft: it could not be written.
    undrafted: Option<String>,
    /// When the save that goes on takes long.
    slow_at: Option<Instant>,
    /// There is something that is not saved.
    is_changed: bool,
}

impl Default for Writing {
    fn default() -> Self {
        Self {
            subject: Subject::Document(String::new()),
            title: String::new(),
            version: None,
            parts: Parts::of(vec![String::new()]),
            stage: Stage::default(),
            editing: Editing::default(),
            left_by: None,
            looking: Latest::default(),
            probing: Latest::default(),
            saving: Latest::default(),
            due: None,
            undrafted: None,
            slow_at: None,
            is_changed: false,
        }
    }
}

/// The screen that something is written on.
pub(crate) const fn screen_of(subject: &Subject) -> Screen {
    match subject {
        Subject::Document(_) | Subject::NewDocument(_) | Subject::Metadata(_) => Screen::Text,
        Subject::Turn(..) | Subject::NewTurn(_) | Subject::NewThread(_) => Screen::Turn,
    }
}

impl Writing {
    /// Takes account of what happened.
    pub(crate) fn message(&mut self, message: Message, env: &Env) -> Vec<message::Effect> {
        match message {
            Message::Open(begin) => self.open(begin, env),
            Message::Drafted(generation, draft) => self.drafted(generation, draft),
            Message::Taken(generation, taken) => self.taken(generation, taken),
            Message::Kept(subject, then, kept) => self.kept(&subject, then, kept, env),
            Message::Recode(code) => self.recode(code, env),
            Message::Discard(subject, run) => self.discard(subject, run),
            Message::Saved(generation, saved) => self.saved(generation, saved, env),
            Message::Theirs(generation, theirs) => self.theirs(generation, theirs),
            Message::Written(written) => self.written(written, env),
            Message::Leave(fate) => self.leave(fate, env),
        }
    }

    fn edited(&mut self, edited: Edited, env: &Env) -> Vec<message::Effect> {
        if edited == Edited::Text {
            self.typed(env.now);
        }
        self.show(env);
        match edited {
            Edited::TooLong(line) => vec![message::Effect::bad(ask::too_long(line))],
            Edited::Text | Edited::Place | Edited::Nothing => Vec::new(),
        }
    }

    /// Moves the text so that its place is on the screen.
    fn show(&mut self, env: &Env) {
        self.parts.editor().show(env.room.columns, env.room.text);
    }

    fn is_typing(&self) -> bool {
        matches!(self.stage, Stage::Typing)
    }

    /// While it is being saved it stays as it is: what is typed then would go with its draft.
    fn is_locked(&self) -> bool {
        self.saving.is_waiting()
    }

    /// Shows what would be saved; false where that is nothing.
    fn review(&mut self) -> bool {
        let diff = self.parts.diff_to(&self.parts.texts());
        let differs = !diff.is_empty();
        if differs {
            self.stage = Stage::Review(diff, 0);
        }
        differs
    }

    /// Drops the draft.
    fn forget(&mut self) -> message::Effect {
        (self.is_changed, self.due, self.undrafted) = (false, None, None);
        let run = self.left_by.take();
        message::Effect::Writing(Effect::Done(self.subject.clone(), run))
    }

    fn close(&mut self) -> Vec<message::Effect> {
        self.looking.forget();
        self.probing.forget();
        vec![message::Effect::Close(screen_of(&self.subject))]
    }

    fn own(&mut self, command: Command, env: &Env) -> Vec<message::Effect> {
        if self.is_locked() && command != Command::CopySelected {
            return Vec::new();
        }
        match command {
            Command::Save => return self.save(env),
            Command::Outside => return self.edit_outside(),
            Command::Undo => {
                let edited = self.parts.editor().undo();
                return self.edited(edited, env);
            }
            Command::Redo => {
                let edited = self.parts.editor().redo();
                return self.edited(edited, env);
            }
            Command::CopySelected => {
                let selected = self.parts.editor().selected();
                return selected.map(message::Effect::Copy).into_iter().collect();
            }
            Command::OtherPart => {
                self.parts.turn_to(self.parts.active() + 1);
                self.show(env);
            }
            Command::Overwrite => return self.send(saving::Over::Whatever, env),
            Command::TakeTheirs => {
                let question = ask::taking_theirs(&self.subject);
                return vec![message::Effect::Open(Overlay::Confirm(question))];
            }
            Command::NextText => self.stage.turn(1),
            Command::PreviousText => self.stage.turn(stage::TEXTS - 1),
            Command::KeepDraft => return self.leave(Fate::KeepAsDraft, env),
        }
        Vec::new()
    }

    /// One step back. What was typed is never lost without being asked about.
    fn back(&mut self, env: &Env) -> Vec<message::Effect> {
        if self.is_slow() {
            return vec![message::Effect::Leave];
        }
        if self.is_locked() {
            return Vec::new();
        }
        if !self.is_typing() {
            self.stage = Stage::Typing;
            return Vec::new();
        }
        match self.before_quitting() {
            Some(question) => vec![question],
            None => self.leave(Fate::ThrowAway, env),
        }
    }
}

impl Pane for Writing {
    fn context(&self) -> Context {
        match (&self.stage, &self.subject) {
            _ if self.is_slow() => Context::Saving,
            (
                Stage::Typing,
                Subject::Document(_) | Subject::NewDocument(_) | Subject::Metadata(_),
            ) => Context::Editor,
            (Stage::Typing, _) => Context::Turn,
            (Stage::Review(..), _) => Context::Review,
            (Stage::Conflict(_), _) => Context::Conflict,
        }
    }

    fn entered(&mut self, _env: &Env) -> Vec<message::Effect> {
        Vec::new()
    }

    fn left(&mut self, _env: &Env) -> Vec<message::Effect> {
        self.flush()
    }

    /// What was typed may be what a key was meant for that copies elsewhere.
    fn before_quitting(&self) -> Option<message::Effect> {
        if !self.is_changed || !self.parts.is_changed() {
            return None;
        }
        let choice = ask::leaving(screen_of(&self.subject), self.undrafted.as_deref());
        Some(message::Effect::Open(Overlay::Choice(choice)))
    }

    /// What is typed here is not read again.
    fn reload(&mut self, _env: &Env) -> Vec<message::Effect> {
        Vec::new()
    }

    fn command(&mut self, command: command::Command, env: &Env) -> Vec<message::Effect> {
        match command {
            command::Command::Writing(command) => return self.own(command, env),
            command::Command::App(App::Back) => return self.back(env),
            command::Command::Move(to) => self.stage.go(to, env.room),
            _ => {}
        }
        Vec::new()
    }

    fn key(&mut self, key: KeyEvent, env: &Env) -> Vec<message::Effect> {
        if self.is_typing() && !self.is_locked() {
            let (columns, rows) = (env.room.columns, env.room.text);
            let edited = self.parts.editor().key(key, columns, rows);
            return self.edited(edited, env);
        }
        Vec::new()
    }

    fn paste(&mut self, text: &str, env: &Env) -> Vec<message::Effect> {
        if self.is_typing() && !self.is_locked() {
            let edited = self.parts.editor().paste(text);
            return self.edited(edited, env);
        }
        Vec::new()
    }

    fn pointer(&mut self, pointer: Pointer, env: &Env) -> Vec<message::Effect> {
        let columns = env.room.columns;
        match pointer {
            Pointer::Wheel(rows, Target::Part(part)) if self.is_typing() => {
                self.parts.turn_to(part);
                self.parts.editor().scroll(rows, columns);
                self.show(env);
            }
            Pointer::Wheel(rows, _) => self.stage.scroll(rows, env.room),
            Pointer::At(Target::Part(part), column, row) if self.is_typing() => {
                self.parts.turn_to(part);
                self.parts.editor().click(row, column, columns);
            }
            _ => {}
        }
        Vec::new()
    }

    fn resized(&mut self, env: &Env) -> Vec<message::Effect> {
        if self.is_typing() {
            self.show(env);
        } else {
            self.stage.scroll(0, env.room);
        }
        Vec::new()
    }

    fn deadline(&self) -> Option<Instant> {
        [self.due, self.slow_at].into_iter().flatten().min()
    }

    fn tick(&mut self, env: &Env) -> Vec<message::Effect> {
        if let Some(effects) = self.became_slow(env) {
            return effects;
        }
        if self.due.is_some_and(|due| due <= env.now) {
            self.keep()
        } else {
            Vec::new()
        }
    }

    fn waiting(&self) -> Option<&Latest> {
        Some(&self.saving).filter(|request| request.is_waiting())
    }

    fn status(&self) -> (String, String) {
        view::status(self)
    }

    fn draw(&self, area: Rect, canvas: &mut Canvas<'_, '_>) {
        view::draw(self, area, canvas);
    }
}
