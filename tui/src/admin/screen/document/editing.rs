//! What happens while a document is edited: typing is kept on disk, saving is shown first, and what
//! someone else did meanwhile is decided on.

use super::edit::{Edit, Stage};
use super::effects::Effect;
use super::{Document, Fate, Message, Mode, Then};
use crate::admin::drafts::Draft;
use crate::admin::editor::MAX_LINE;
use crate::admin::external::Written;
use crate::admin::message::{self, Changed, Env};
use crate::admin::overlay::{Choice, Overlay};
use crate::admin::request::{Answer, Cause, Failure, Generation};
use crate::admin::screen::Pane;
use crate::admin::text::clean;

impl Document {
    /// Begins to edit.
    pub(super) fn edit(&mut self) -> Vec<message::Effect> {
        let Some(present) = &self.present else {
            // It is being read: the key is not lost.
            if self.then == Then::Read {
                self.then = Then::Edit;
            }
            return Vec::new();
        };
        let text = present.lines.text();
        if text.split('\n').any(|line| line.len() > MAX_LINE) {
            let said = "This text has a line that is too long to be edited here; E opens it in your own editor";
            return vec![message::Effect::bad(said)];
        }
        self.mode = Mode::Editing(Box::new(Edit::new(
            text.to_owned(),
            present.document.version,
        )));
        Vec::new()
    }

    /// Goes on with a draft. A document that was changed since is in conflict with it when it is
    /// saved.
    pub(super) fn resume(&mut self, draft: &Draft) {
        let base = self
            .present
            .as_ref()
            .map_or("", |present| present.lines.text());
        let edit = Edit::new(base.to_owned(), draft.version).resumed(&draft.text);
        self.mode = Mode::Editing(Box::new(edit));
    }

    /// Opens the editor of the user's choice on what is there.
    pub(super) fn edit_outside(&mut self) -> Vec<message::Effect> {
        let text = match (&self.mode, &self.present) {
            (Mode::Editing(edit), _) => edit.editor.text(),
            (_, Some(present)) => present.lines.text().to_owned(),
            _ => return Vec::new(),
        };
        if !matches!(self.mode, Mode::Editing(_))
            && let Some(present) = &self.present
        {
            let edit = Edit::new(text.clone(), present.document.version);
            self.mode = Mode::Editing(Box::new(edit));
        }
        let mut effects = self.flush();
        effects.push(message::Effect::EditOutside(text));
        effects
    }

    pub(super) fn written(&mut self, written: Written, env: &Env) -> Vec<message::Effect> {
        let Mode::Editing(edit) = &mut self.mode else {
            return Vec::new();
        };
        match written {
            Written::Changed(text) => {
                edit.take(&text, env.now);
                if !edit.review() {
                    return self.leave_editor(Fate::ThrowAway, env);
                }
                self.flush()
            }
            Written::Same if edit.is_changed => Vec::new(),
            Written::Same => {
                self.mode = Mode::Reading;
                vec![message::Effect::good("Nothing was changed")]
            }
            Written::Failed(said) => {
                if !edit.is_changed {
                    self.mode = Mode::Reading;
                }
                vec![message::Effect::bad(said)]
            }
        }
    }

    /// Saves: first what would be saved is shown.
    pub(super) fn save(&mut self, env: &Env) -> Vec<message::Effect> {
        let Mode::Editing(edit) = &mut self.mode else {
            return Vec::new();
        };
        if matches!(edit.stage, Stage::Review(..)) {
            let version = Some(edit.version);
            return self.send(version, env);
        }
        if edit.review() {
            return Vec::new();
        }
        (edit.is_changed, edit.due) = (false, None);
        vec![
            message::Effect::good("There is nothing to save"),
            self.forget(),
        ]
    }

    /// Sends the text to the store; without a version whatever is there is replaced.
    pub(super) fn send(&mut self, version: Option<i64>, env: &Env) -> Vec<message::Effect> {
        let Mode::Editing(edit) = &mut self.mode else {
            return Vec::new();
        };
        if edit.saving.is_waiting() {
            return Vec::new();
        }
        let save = Effect::Save {
            generation: edit.saving.begin(env.now),
            code: self.code.clone(),
            text: edit.editor.text(),
            version,
        };
        vec![message::Effect::Document(save)]
    }

    pub(super) fn saved(
        &mut self,
        generation: Generation,
        saved: Result<Option<(service::Document, Changed)>, Failure>,
        env: &Env,
    ) -> Vec<message::Effect> {
        let Mode::Editing(edit) = &mut self.mode else {
            return Vec::new();
        };
        match edit.saving.accept(generation, saved) {
            Answer::New(Some((document, changed))) => {
                self.mode = Mode::Reading;
                let mut effects = self.read(Some(document), None, env);
                effects.extend([self.forget(), message::Effect::Remember(changed)]);
                effects
            }
            // It was deleted meanwhile: that is a conflict as well.
            Answer::New(None) => {
                edit.conflict(None);
                self.keep()
            }
            Answer::Failed(failure) if failure.cause == Cause::Conflict => {
                let theirs = Effect::Theirs {
                    generation: edit.saving.begin(env.now),
                    code: self.code.clone(),
                };
                let mut effects = self.keep();
                effects.push(message::Effect::Document(theirs));
                effects
            }
            // What failed to be saved stays in the editor, and as a draft.
            Answer::Failed(failure) => {
                edit.stage = Stage::Typing;
                let mut effects = self.keep();
                effects.push(message::Effect::bad(format!(
                    "{}; your text is kept",
                    failure.said
                )));
                effects
            }
            Answer::Late => Vec::new(),
        }
    }

    /// Leaves the editor. What was typed is never lost without being asked about.
    pub(super) fn leave_editor(&mut self, fate: Fate, env: &Env) -> Vec<message::Effect> {
        match fate {
            Fate::Save => self.save(env),
            Fate::KeepAsDraft => {
                let mut effects = self.keep();
                self.mode = Mode::Reading;
                effects.push(message::Effect::good(
                    "Kept as a draft; opening the document offers it",
                ));
                effects
            }
            Fate::ThrowAway => {
                self.mode = Mode::Reading;
                let mut effects = vec![self.forget()];
                effects.extend(self.reload(env));
                effects
            }
        }
    }

    /// Writes what was typed into a draft, if it is not in one.
    pub(crate) fn flush(&mut self) -> Vec<message::Effect> {
        match &mut self.mode {
            Mode::Editing(edit) if edit.due.is_some() => self.keep(),
            _ => Vec::new(),
        }
    }

    pub(super) fn keep(&mut self) -> Vec<message::Effect> {
        let Mode::Editing(edit) = &mut self.mode else {
            return Vec::new();
        };
        edit.due = None;
        vec![message::Effect::Document(Effect::Keep {
            code: self.code.clone(),
            version: edit.version,
            text: edit.editor.text(),
        })]
    }

    /// Drops the draft.
    pub(super) fn forget(&self) -> message::Effect {
        message::Effect::Document(Effect::Forget {
            code: self.code.clone(),
        })
    }
}

/// Asks what is to become of a draft.
pub(super) fn ask_about(draft: Draft) -> message::Effect {
    let of = |message| message::Message::Document(Box::new(message));
    let choice = Choice::new("There is a draft")
        .about(format!("A text of {} was not saved.", clean(&draft.code)))
        .or("edit it on", of(Message::Resume(draft)))
        .or("leave it for later", of(Message::Drafts(Vec::new())))
        .or("throw it away", of(Message::Discard));
    message::Effect::Open(Overlay::Choice(choice))
}

/// Offers the drafts that an earlier run of the program has left.
pub(super) fn offer(codes: Vec<String>) -> Vec<message::Effect> {
    if codes.is_empty() {
        return Vec::new();
    }
    let of = |message| message::Message::Document(Box::new(message));
    let mut choice =
        Choice::new("Texts that were not saved").about("They were kept while they were typed.");
    for code in codes.into_iter().take(8) {
        let label = format!("edit {} on", clean(&code));
        choice = choice.or(
            label,
            of(Message::Open {
                code,
                then: Then::Resume,
            }),
        );
    }
    choice = choice.or("later", of(Message::Drafts(Vec::new())));
    vec![message::Effect::Open(Overlay::Choice(choice))]
}

/// What is asked when the editor is left with something that is not saved.
pub(super) fn leaving() -> Choice {
    let leave = |fate| message::Message::Document(Box::new(Message::Leave(fate)));
    Choice::new("This text is not saved")
        .or("save it", leave(Fate::Save))
        .or("keep it as a draft", leave(Fate::KeepAsDraft))
        .or("throw it away", leave(Fate::ThrowAway))
}
