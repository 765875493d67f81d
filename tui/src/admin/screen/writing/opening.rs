//! How a text begins to be written: as it is there, as its draft has it, or in the editor of the
//! user's choice.

use std::time::Instant;

use super::ask::ask_instead;
use super::effects::Effect;
use super::parts::Parts;
use super::{Begin, Editing, How, Message, Writing, screen_of};
use crate::admin::drafts::{Draft, Found, Run, Subject};
use crate::admin::external::Written;
use crate::admin::message::{self, Env};
use crate::admin::request::{Answer, Generation};
use crate::admin::text::clean;

/// Has something written on its screen.
pub(crate) fn open(begin: Begin) -> message::Effect {
    let screen = screen_of(&begin.subject);
    message::Effect::send(message::Message::Writing(
        screen,
        Box::new(Message::Open(begin)),
    ))
}

impl Writing {
    /// Begins to write, in place of what was written before: that is in its draft.
    pub(super) fn open(&mut self, begin: Begin, env: &Env) -> Vec<message::Effect> {
        // What becomes of the other text is not known yet.
        if self.is_locked() {
            if begin.subject == self.subject {
                return vec![message::Effect::Go(screen_of(&self.subject))];
            }
            let said = format!("{} is still being saved", self.title);
            return vec![message::Effect::bad(said)];
        }
        let too_long = |text: &String| Parts::is_too_long(text);
        if begin.how == How::Here && begin.texts.iter().any(too_long) {
            let said = "This text has a line that is too long to be edited here; E opens it in your own editor";
            return vec![message::Effect::bad(said)];
        }
        let mut effects = self.flush();
        if self.is_changed {
            effects.push(self.let_go());
        }
        *self = Self {
            subject: begin.subject,
            title: begin.title,
            version: begin.version,
            parts: Parts::of(begin.texts),
            ..Self::default()
        };
        self.parts.editor().begin_at(begin.line);
        effects.push(message::Effect::Go(screen_of(&self.subject)));
        match begin.how {
            How::Resumed(draft) => self.resume(draft, env.now),
            How::Here => {
                effects.push(self.look(env.now));
                effects.extend(self.probe(env.now));
            }
            How::Outside(part) => {
                self.parts.turn_to(part);
                self.editing = Editing::Outside;
                effects.push(self.look(env.now));
            }
        }
        self.show(env);
        effects
    }

    /// Looks for a draft of it.
    fn look(&mut self, now: Instant) -> message::Effect {
        message::Effect::Writing(Effect::Find {
            generation: self.looking.begin(now),
            subject: self.subject.clone(),
        })
    }

    /// Asks about a draft that nothing was told of yet, before it is written over.
    pub(super) fn drafted(&mut self, generation: Generation, found: Found) -> Vec<message::Effect> {
        let Answer::New(found) = self.looking.accept(generation, Ok(found)) else {
            return Vec::new();
        };
        let is_new = |draft: &Draft| draft.of == self.subject && draft.texts != self.parts.texts();
        let mut effects = match (found.draft.filter(is_new), self.editing) {
            (Some(draft), _) => vec![ask_instead(self.resumed(draft))],
            (None, Editing::Outside) => self.edit_outside(),
            (None, Editing::Here) => Vec::new(),
        };
        if found.is_elsewhere {
            effects.push(message::Effect::bad(elsewhere(&self.title)));
        }
        effects
    }

    /// Drops a draft; not what has been typed meanwhile, which is in the place of this run's.
    pub(super) fn discard(&mut self, subject: Subject, run: Option<Run>) -> Vec<message::Effect> {
        if run.is_none() && subject == self.subject && self.is_changed {
            return self.keep();
        }
        vec![message::Effect::Writing(Effect::Forget(subject, run))]
    }

    /// Its draft stays, and is anybody's from now on.
    pub(super) fn let_go(&self) -> message::Effect {
        message::Effect::Writing(Effect::LetGo(self.subject.clone()))
    }

    /// Goes on with a draft. What was changed since is in conflict with it when it is saved.
    fn resume(&mut self, draft: Draft, now: Instant) {
        self.version = draft.version;
        self.left_by = draft.left_by;
        self.parts = Parts::resumed(draft.base, &draft.texts);
        self.typed(now);
    }

    /// The same, begun anew with a draft.
    fn resumed(&self, draft: Draft) -> Begin {
        Begin {
            subject: self.subject.clone(),
            title: self.title.clone(),
            version: self.version,
            texts: self.parts.base().to_vec(),
            line: 0,
            how: How::Resumed(draft),
        }
    }

    /// Opens the editor of the user's choice on the part that has the keys.
    pub(super) fn edit_outside(&mut self) -> Vec<message::Effect> {
        let mut effects = self.flush();
        let screen = screen_of(&self.subject);
        effects.push(message::Effect::EditOutside(screen, self.parts.text()));
        effects
    }

    pub(super) fn written(&mut self, written: Written, env: &Env) -> Vec<message::Effect> {
        match written {
            Written::Changed(text) => {
                self.parts.take(&text);
                self.typed(env.now);
                let effects = self.flush();
                self.show(env);
                if !self.subject.is_new() {
                    self.review();
                }
                effects
            }
            Written::Same if self.is_changed => Vec::new(),
            Written::Same => {
                let mut effects = self.close();
                effects.push(message::Effect::good("Nothing was changed"));
                effects
            }
            // What it wrote is not taken for finished, and not lost either.
            Written::Broken(text, said) => {
                self.parts.take(&text);
                self.typed(env.now);
                let mut effects = self.flush();
                self.show(env);
                effects.push(message::Effect::bad(said));
                effects
            }
            Written::Failed(said) => {
                let mut effects = if self.is_changed {
                    Vec::new()
                } else {
                    self.close()
                };
                effects.push(message::Effect::bad(said));
                effects
            }
        }
    }
}

/// What is told where another run of the program writes the same.
pub(crate) fn elsewhere(title: &str) -> String {
    format!("{} is being edited in another folio as well", clean(title))
}
