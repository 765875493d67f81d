//! What happens when a text is saved, or left: it is shown first, what someone else did meanwhile
//! is decided on, and what fails loses nothing.

use std::time::Duration;

use super::drafting::Then;
use super::effects::{Base, Effect, Saved, Theirs};
use super::making;
use super::metadata;
use super::stage::{Conflict, Stage};
use super::{Fate, Writing};
use crate::admin::drafts::Subject;
use crate::admin::message::{self, Env};
use crate::admin::request::{Answer, Cause, Failure, Generation};
use crate::admin::screen::{document, documents, thread};

/// A save that takes longer has keys that lead elsewhere: what was typed is in its draft.
const SLOW: Duration = Duration::from_secs(1);

/// What a text is saved over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// What it began with, and nothing else.
    Base,
    /// Whatever is there.
    Whatever,
}

impl Writing {
    /// Saves: first what would be saved is shown.
    pub(super) fn save(&mut self, env: &Env) -> Vec<message::Effect> {
        let is_ready = match &self.subject {
            // It may be empty: its code and its name are something.
            Subject::NewDocument(_) => true,
            Subject::NewTurn(_) | Subject::NewThread(_) => self.parts.is_changed(),
            Subject::Metadata(_) => {
                if let Err(said) = metadata::read(&self.parts.text()) {
                    self.stage = Stage::Typing;
                    let said = format!("This is not saved: {said}");
                    return vec![message::Effect::bad(said)];
                }
                matches!(self.stage, Stage::Review(..))
            }
            Subject::Document(_) | Subject::Turn(..) => matches!(self.stage, Stage::Review(..)),
        };
        if is_ready {
            return self.send(Over::Base, env);
        }
        if self.review() {
            return Vec::new();
        }
        vec![
            message::Effect::good("There is nothing to save"),
            self.forget(),
        ]
    }

    /// Sends the text to the store.
    pub(super) fn send(&mut self, over: Over, env: &Env) -> Vec<message::Effect> {
        let base = match over {
            Over::Base => Some(Base {
                version: self.version,
                texts: self.parts.base().to_vec(),
            }),
            Over::Whatever => None,
        };
        self.slow_at = Some(env.now + SLOW);
        let save = Effect::Save {
            generation: self.saving.begin(env.now),
            subject: self.subject.clone(),
            base,
            texts: self.parts.texts(),
        };
        vec![message::Effect::Writing(save)]
    }

    /// It has been saved for so long that one may want to go elsewhere meanwhile.
    pub(super) fn is_slow(&self) -> bool {
        self.is_locked() && self.slow_at.is_none()
    }

    /// What is told and done once it has been saved for so long; None at any other moment.
    pub(super) fn became_slow(&mut self, env: &Env) -> Option<Vec<message::Effect>> {
        self.slow_at.take_if(|at| *at <= env.now)?;
        if !self.is_locked() {
            return None;
        }
        let mut effects = self.keep();
        let said =
            "Saving takes its time; your text is kept as a draft, and all keys work meanwhile";
        effects.push(message::Effect::good(said));
        Some(effects)
    }

    pub(super) fn saved(
        &mut self,
        generation: Generation,
        saved: Result<Option<Saved>, Failure>,
        env: &Env,
    ) -> Vec<message::Effect> {
        let is_left = self.is_slow() && matches!(self.subject, Subject::NewDocument(_));
        match self.saving.accept(generation, saved) {
            // One may be elsewhere by now, and stays there.
            Answer::New(Some(saved)) if is_left => {
                let mut effects = vec![self.forget()];
                effects.extend(self.close());
                let changed = message::Message::Changed(Ok(saved.changed));
                effects.push(message::Effect::send(changed));
                effects
            }
            Answer::New(Some(saved)) => {
                let mut effects = vec![self.forget()];
                effects.extend(self.close());
                // What is told first reads the list again.
                effects.push(message::Effect::Remember(saved.changed));
                effects.push(self.tell(saved.document));
                effects
            }
            // There is such a thread already.
            Answer::New(None) if matches!(self.subject, Subject::NewThread(_)) => {
                self.stage = Stage::Typing;
                let mut effects = self.keep();
                if let Subject::NewThread(id) = &self.subject {
                    effects.push(making::another_thread(id));
                }
                effects
            }
            // It was deleted meanwhile: that is a conflict as well.
            Answer::New(None) => self.ask_for_theirs(env),
            Answer::Failed(failure) if failure.cause == Cause::Conflict => match &self.subject {
                Subject::NewDocument(code) => {
                    let prompt = making::another(code);
                    self.stage = Stage::Typing;
                    let mut effects = self.keep();
                    effects.push(prompt);
                    effects
                }
                _ => self.ask_for_theirs(env),
            },
            // What failed to be saved stays in the editor, and as a draft.
            Answer::Failed(failure) => {
                self.stage = Stage::Typing;
                let mut effects = self.keep();
                let said = format!("{}; your text is kept", failure.said);
                effects.push(message::Effect::bad(said));
                effects
            }
            Answer::Late => Vec::new(),
        }
    }

    fn ask_for_theirs(&mut self, env: &Env) -> Vec<message::Effect> {
        let theirs = Effect::Theirs {
            generation: self.saving.begin(env.now),
            subject: self.subject.clone(),
        };
        let mut effects = self.keep();
        effects.push(message::Effect::Writing(theirs));
        effects
    }

    /// Shows what someone else did meanwhile.
    pub(super) fn theirs(
        &mut self,
        generation: Generation,
        theirs: Result<Theirs, Failure>,
    ) -> Vec<message::Effect> {
        match self.saving.accept(generation, theirs) {
            Answer::New(theirs) => {
                self.stage = Stage::Conflict(Box::new(Conflict::new(&self.parts, theirs)));
                Vec::new()
            }
            Answer::Failed(failure) => vec![message::Effect::failed(failure)],
            Answer::Late => Vec::new(),
        }
    }

    /// Leaves the screen. What was typed is never lost without being asked about.
    pub(super) fn leave(&mut self, fate: Fate, env: &Env) -> Vec<message::Effect> {
        let mut effects = match fate {
            Fate::Save => return self.save(env),
            // It is left once it is in one.
            Fate::KeepAsDraft => return vec![self.keep_then(Then::Leave)],
            Fate::ThrowAway => vec![self.forget()],
        };
        let is_stale = matches!(self.stage, Stage::Conflict(_));
        effects.extend(self.close());
        if is_stale {
            effects.push(self.tell(None));
        }
        effects
    }

    /// Tells the screen from which this one was opened that what it shows is another now.
    pub(super) fn tell(&self, document: Option<service::Document>) -> message::Effect {
        let message = match &self.subject {
            Subject::NewDocument(code) => {
                message::Message::Documents(documents::Message::Made(code.clone()))
            }
            Subject::NewThread(id) => message::Message::Thread(thread::Message::Open {
                id: id.clone(),
                at: None,
                then: thread::Then::Read,
            }),
            Subject::Document(_) | Subject::Metadata(_) => {
                message::Message::Document(Box::new(document::Message::Saved(document)))
            }
            Subject::Turn(..) => message::Message::Thread(thread::Message::Saved(thread::At::Here)),
            Subject::NewTurn(_) => {
                message::Message::Thread(thread::Message::Saved(thread::At::Latest))
            }
        };
        message::Effect::send(message)
    }
}
