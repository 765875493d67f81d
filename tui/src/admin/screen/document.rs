//! The screen of one document: it is read, looked through, edited, and its history is seen.

mod commands;
mod edit;
mod editing;
mod effects;
mod history;
mod past;
mod present;
mod view;

pub(crate) use commands::{COMMANDS, Command};
pub(crate) use effects::{Effect, begin};

use std::time::Instant;

use crossterm::event::KeyEvent;
use ratatui::layout::Rect;
use service::{Page, Revision, RevisionSummary};

use crate::admin::canvas::{Canvas, Target};
use crate::admin::command::{self, App, Context, Move};
use crate::admin::drafts::Draft;
use crate::admin::editor::Edited;
use crate::admin::external::Written;
use crate::admin::find::Needles;
use crate::admin::input::{Input, Typed};
use crate::admin::message::{self, Changed, Env};
use crate::admin::overlay::Overlay;
use crate::admin::request::{Answer, Failure, Generation, Latest};
use crate::admin::screen::{Pane, Pointer, Screen};
use crate::admin::window::Edge;
use edit::{Edit, Stage};
use editing::{ask_about, leaving, offer};
use history::{After, History};
use present::{Present, Seek, Shown};

/// Something that happened to the screen.
#[derive(Debug)]
pub(crate) enum Message {
    /// The document with this code is to be shown.
    Open {
        code: String,
        then: Then,
    },
    /// A document and its draft are there; None where the document has gone.
    Read(
        Generation,
        Result<(Option<service::Document>, Option<Draft>), Failure>,
    ),
    /// The text was saved; None where the document has gone.
    Saved(
        Generation,
        Result<Option<(service::Document, Changed)>, Failure>,
    ),
    /// What someone else saved meanwhile.
    Theirs(Generation, Result<Option<service::Document>, Failure>),
    /// The editor of the user's choice was left.
    Written(Written),
    /// A page of the history is there.
    Listed(Generation, Edge, Result<Page<RevisionSummary>, Failure>),
    /// A version and what followed it are there.
    Compared(Generation, Result<Option<(Revision, After)>, Failure>),
    /// These documents of the store have drafts.
    Drafts(Vec<String>),
    /// The draft is to be edited on, or to be thrown away.
    Resume(Draft),
    Discard,
    /// The editor is to be left, with or without what was typed.
    Leave(Fate),
    /// The version is to be brought back.
    Restore(i64),
}

/// What is done once a document is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    Read,
    Edit,
    /// Its draft is edited on.
    Resume,
    /// These words are looked for, from a place on where one is known.
    Find(Vec<String>, Option<service::Place>),
}

impl Then {
    /// Shows where a search found something.
    pub(crate) fn at(hit: &service::DocumentHit) -> Self {
        let spans = hit.snippet.spans.iter().filter(|span| span.matched);
        let words = spans.map(|span| span.text.clone()).collect();
        Self::Find(words, hit.place.clone())
    }
}

/// What becomes of what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Save,
    KeepAsDraft,
    ThrowAway,
}

/// What has the screen.
#[derive(Debug, Default)]
enum Mode {
    #[default]
    Reading,
    /// Words to be found are typed.
    Finding(Input),
    Editing(Box<Edit>),
    History(Box<History>),
}

/// The screen's state.
#[derive(Debug)]
pub(crate) struct Document {
    code: String,
    then: Then,
    reading: Latest,
    present: Option<Present>,
    /// The document has been deleted.
    is_gone: bool,
    mode: Mode,
    needles: Needles,
    /// Which of so many places with the words is shown.
    found: Option<(usize, usize)>,
}

impl Default for Document {
    fn default() -> Self {
        Self {
            code: String::new(),
            then: Then::Read,
            reading: Latest::default(),
            present: None,
            is_gone: false,
            mode: Mode::default(),
            needles: Needles::default(),
            found: None,
        }
    }
}

impl Document {
    pub(crate) fn message(&mut self, message: Message, env: &Env) -> Vec<message::Effect> {
        match message {
            Message::Open { code, then } => self.open(code, then, env),
            Message::Read(generation, read) => match self.reading.accept(generation, read) {
                Answer::New((document, draft)) => self.read(document, draft, env),
                Answer::Failed(failure) => vec![message::Effect::failed(failure)],
                Answer::Late => Vec::new(),
            },
            Message::Saved(generation, saved) => self.saved(generation, saved, env),
            Message::Theirs(generation, theirs) => {
                let Mode::Editing(edit) = &mut self.mode else {
                    return Vec::new();
                };
                match edit.saving.accept(generation, theirs) {
                    Answer::New(theirs) => edit.conflict(theirs),
                    Answer::Failed(failure) => return vec![message::Effect::failed(failure)],
                    Answer::Late => {}
                }
                Vec::new()
            }
            Message::Written(written) => self.written(written, env),
            Message::Listed(generation, edge, page) => {
                let Mode::History(history) = &mut self.mode else {
                    return Vec::new();
                };
                match history
                    .list
                    .take(generation, edge, page, env.room.list, env.now)
                {
                    Answer::New(ask) => {
                        let mut effects = self.list_effect(ask);
                        effects.extend(self.compare(env));
                        effects
                    }
                    Answer::Failed(failure) => vec![message::Effect::failed(failure)],
                    Answer::Late => Vec::new(),
                }
            }
            Message::Compared(generation, compared) => {
                let Mode::History(history) = &mut self.mode else {
                    return Vec::new();
                };
                match history.comparing.accept(generation, compared) {
                    Answer::New(Some((before, after))) => history.compare(&before, &after),
                    Answer::New(None) => history.compared = None,
                    Answer::Failed(failure) => return vec![message::Effect::failed(failure)],
                    Answer::Late => {}
                }
                Vec::new()
            }
            Message::Drafts(codes) => offer(codes),
            Message::Resume(draft) => {
                self.resume(&draft);
                Vec::new()
            }
            Message::Discard => vec![self.forget()],
            Message::Leave(fate) => self.leave_editor(fate, env),
            Message::Restore(version) => {
                self.mode = Mode::Reading;
                let code = self.code.clone();
                vec![message::Effect::Document(Effect::Restore { code, version })]
            }
        }
    }

    fn open(&mut self, code: String, then: Then, env: &Env) -> Vec<message::Effect> {
        let mut effects = self.flush();
        if code != self.code || !matches!(self.mode, Mode::Editing(_)) {
            *self = Self {
                code,
                then,
                ..Self::default()
            };
            effects.extend(self.reload(env));
        }
        effects.push(message::Effect::Go(Screen::Document));
        effects
    }

    /// Takes what was read.
    fn read(
        &mut self,
        document: Option<service::Document>,
        draft: Option<Draft>,
        env: &Env,
    ) -> Vec<message::Effect> {
        self.is_gone = document.is_none();
        let before = self.present.take();
        self.present = document.map(|document| {
            let shown = before.as_ref().map_or_else(Shown::default, Present::shown);
            let mut present = Present::new(document, shown);
            if let Some(before) = &before {
                present = present.at_place_of(before);
            }
            present.prepare(env);
            present
        });
        let then = std::mem::replace(&mut self.then, Then::Read);
        let draft = draft.filter(|draft| {
            let text = self.present.as_ref().map(|present| present.lines.text());
            text != Some(draft.text.as_str()) && !matches!(self.mode, Mode::Editing(_))
        });
        match (then, draft) {
            (Then::Resume, Some(draft)) => self.resume(&draft),
            (_, Some(draft)) => return vec![ask_about(draft)],
            (Then::Edit, None) => return self.edit(),
            (Then::Find(words, place), None) => {
                self.needles = Needles::new(words);
                if let (Some(present), Some(place)) = (&mut self.present, place) {
                    present.near(&place);
                }
                self.seek(Seek::Here, env);
            }
            (Then::Read | Then::Resume, None) => {}
        }
        Vec::new()
    }

    fn back(&mut self, env: &Env) -> Vec<message::Effect> {
        match &mut self.mode {
            Mode::Finding(_) => {
                self.needles = Needles::default();
                (self.mode, self.found) = (Mode::Reading, None);
                Vec::new()
            }
            Mode::History(_) => {
                self.mode = Mode::Reading;
                Vec::new()
            }
            Mode::Editing(edit) => match edit.stage {
                Stage::Review(..) | Stage::Conflict(..) => {
                    edit.stage = Stage::Typing;
                    Vec::new()
                }
                Stage::Typing if edit.is_changed && edit.editor.text() != edit.base => {
                    vec![message::Effect::Open(Overlay::Choice(leaving()))]
                }
                Stage::Typing => self.leave_editor(Fate::ThrowAway, env),
            },
            Mode::Reading if !self.needles.is_empty() => {
                self.needles = Needles::default();
                self.found = None;
                Vec::new()
            }
            Mode::Reading => vec![message::Effect::Leave],
        }
    }

    fn own(&mut self, command: Command, env: &Env) -> Vec<message::Effect> {
        match command {
            Command::Leave => self.back(env),
            Command::CopyText => match (&self.mode, &self.present) {
                (Mode::Editing(edit), _) => edit
                    .editor
                    .selected()
                    .map(message::Effect::Copy)
                    .into_iter()
                    .collect(),
                (_, Some(present)) => vec![message::Effect::Copy(present.lines.text().to_owned())],
                _ => Vec::new(),
            },
            Command::Edit => self.edit(),
            Command::EditOutside => self.edit_outside(),
            Command::Save => self.save(env),
            Command::Find => {
                self.mode = Mode::Finding(Input::default());
                Vec::new()
            }
            Command::Found => {
                self.mode = Mode::Reading;
                Vec::new()
            }
            Command::Next => {
                self.seek(Seek::Next, env);
                Vec::new()
            }
            Command::Previous => {
                self.seek(Seek::Previous, env);
                Vec::new()
            }
            Command::Source => self.show(Shown::Source, env),
            Command::About => self.show(Shown::About, env),
            Command::History => self.history(env),
            Command::Restore => self.ask_restore(),
            Command::Overwrite => self.send(None, env),
            Command::TakeTheirs => self.leave_editor(Fate::ThrowAway, env),
            Command::KeepDraft => self.leave_editor(Fate::KeepAsDraft, env),
            Command::Undo | Command::Redo => {
                if let Mode::Editing(edit) = &mut self.mode {
                    let edited = if command == Command::Undo {
                        edit.editor.undo()
                    } else {
                        edit.editor.redo()
                    };
                    if edited == Edited::Text {
                        edit.typed(env.now);
                    }
                    edit.editor.show(env.room.columns, env.room.text);
                }
                Vec::new()
            }
        }
    }

    /// Shows another part, or the usual one again.
    fn show(&mut self, shown: Shown, env: &Env) -> Vec<message::Effect> {
        if let Some(present) = &mut self.present {
            present.show(if present.shown() == shown {
                Shown::Rendered
            } else {
                shown
            });
            present.prepare(env);
        }
        Vec::new()
    }

    fn seek(&mut self, seek: Seek, env: &Env) {
        if let Some(present) = &mut self.present {
            self.found = present.seek(&self.needles, seek, env);
        }
    }

    fn type_find(&mut self, typing: impl FnOnce(&mut Input) -> Typed, env: &Env) {
        if let Mode::Finding(input) = &mut self.mode
            && typing(input) == Typed::Text
        {
            self.needles = Needles::new([input.text().trim()]);
            self.seek(Seek::Here, env);
        }
    }
}

impl Pane for Document {
    fn context(&self) -> Context {
        match &self.mode {
            Mode::Reading => Context::Document,
            Mode::Finding(_) => Context::Find,
            Mode::History(_) => Context::History,
            Mode::Editing(edit) => match edit.stage {
                Stage::Typing => Context::Editor,
                Stage::Review(..) => Context::Review,
                Stage::Conflict(..) => Context::Conflict,
            },
        }
    }

    fn entered(&mut self, _env: &Env) -> Vec<message::Effect> {
        Vec::new()
    }

    fn left(&mut self, _env: &Env) -> Vec<message::Effect> {
        self.flush()
    }

    fn reload(&mut self, env: &Env) -> Vec<message::Effect> {
        if self.code.is_empty() {
            return Vec::new();
        }
        vec![message::Effect::Document(Effect::Read {
            generation: self.reading.begin(env.now),
            code: self.code.clone(),
        })]
    }

    fn command(&mut self, command: command::Command, env: &Env) -> Vec<message::Effect> {
        match (command, &mut self.mode) {
            (command::Command::Document(command), _) => self.own(command, env),
            (command::Command::App(App::Back), _) => self.back(env),
            (command::Command::Move(to), Mode::Editing(edit)) => {
                edit.go(to, env.room.text);
                Vec::new()
            }
            (command::Command::Move(to), Mode::History(history)) => {
                let ask = history.list.go(to, env.room.list, env.now);
                let mut effects = self.list_effect(ask);
                effects.extend(self.compare(env));
                effects
            }
            (command::Command::Move(to), _) => {
                if let Some(present) = &mut self.present {
                    present.go(to, env);
                }
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn key(&mut self, key: KeyEvent, env: &Env) -> Vec<message::Effect> {
        match &mut self.mode {
            Mode::Editing(edit) if matches!(edit.stage, Stage::Typing) => {
                let (columns, rows) = (env.room.columns, env.room.text);
                if edit.editor.key(key, columns, rows) == Edited::Text {
                    edit.typed(env.now);
                }
                edit.editor.show(columns, rows);
            }
            _ => self.type_find(|input| input.key(key), env),
        }
        Vec::new()
    }

    fn paste(&mut self, text: &str, env: &Env) -> Vec<message::Effect> {
        match &mut self.mode {
            Mode::Editing(edit) if matches!(edit.stage, Stage::Typing) => {
                if edit.editor.paste(text) == Edited::Text {
                    edit.typed(env.now);
                }
                edit.editor.show(env.room.columns, env.room.text);
            }
            _ => self.type_find(
                |input| {
                    input.paste(text);
                    Typed::Text
                },
                env,
            ),
        }
        Vec::new()
    }

    fn pointer(&mut self, pointer: Pointer, env: &Env) -> Vec<message::Effect> {
        match (pointer, &mut self.mode) {
            (Pointer::Wheel(rows, _), Mode::Editing(edit)) => {
                if matches!(edit.stage, Stage::Typing) {
                    edit.editor.scroll(rows, env.room.columns);
                    edit.editor.show(env.room.columns, env.room.text);
                } else {
                    edit.go(if rows > 0 { Move::Down } else { Move::Up }, env.room.text);
                }
            }
            (Pointer::At(column, row), Mode::Editing(edit)) => {
                if matches!(edit.stage, Stage::Typing) {
                    edit.editor.click(row, column, env.room.columns);
                }
            }
            (Pointer::Wheel(rows, Target::Text), Mode::History(history)) => {
                let rows_of = history
                    .compared
                    .as_ref()
                    .map_or(0, |compared| compared.diff.len());
                let last = rows_of.saturating_sub(1);
                history.top = history.top.saturating_add_signed(rows).min(last);
            }
            (Pointer::Click(Target::Row(row)), Mode::History(history)) => {
                let ask = history.list.click(row, env.room.list, env.now);
                let mut effects = self.list_effect(ask);
                effects.extend(self.compare(env));
                return effects;
            }
            (Pointer::Wheel(rows, _), _) => {
                if let Some(present) = &mut self.present {
                    present.scroll(rows, env);
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn resized(&mut self, env: &Env) -> Vec<message::Effect> {
        if let Some(present) = &mut self.present {
            present.prepare(env);
        }
        match &mut self.mode {
            Mode::Editing(edit) => {
                edit.editor.show(env.room.columns, env.room.text);
                Vec::new()
            }
            Mode::History(history) => {
                let ask = history.list.resized(env.room.list, env.now);
                self.list_effect(ask)
            }
            Mode::Reading | Mode::Finding(_) => Vec::new(),
        }
    }

    fn deadline(&self) -> Option<Instant> {
        match &self.mode {
            Mode::Editing(edit) => edit.due,
            _ => None,
        }
    }

    fn tick(&mut self, env: &Env) -> Vec<message::Effect> {
        match &self.mode {
            Mode::Editing(edit) if edit.due.is_some_and(|due| due <= env.now) => self.keep(),
            _ => Vec::new(),
        }
    }

    fn waiting(&self) -> Option<&Latest> {
        let others = match &self.mode {
            Mode::Editing(edit) => Some(&edit.saving),
            Mode::History(history) => Some(&history.comparing),
            Mode::Reading | Mode::Finding(_) => None,
        };
        [Some(&self.reading), others]
            .into_iter()
            .flatten()
            .find(|request| request.is_waiting())
    }

    fn status(&self) -> (String, String) {
        view::status(self)
    }

    fn draw(&self, area: Rect, canvas: &mut Canvas<'_, '_>) {
        view::draw(self, area, canvas);
    }
}
