//! The draft of a text: it is written while one types, and what could not be written is told, for
//! as long as that is so. A text is left as a draft once it is in one, and not before.

use std::time::{Duration, Instant};

use super::ask;
use super::effects::Effect;
use super::stage::Stage;
use super::{Writing, screen_of};
use crate::admin::drafts::{Draft, Subject};
use crate::admin::message::{self, Env};

/// A draft is written so long after the first key that is not in one: well within a second.
const DRAFT: Duration = Duration::from_millis(700);
/// One that could not be written is tried again after so long, whether one types or not.
const AGAIN: Duration = Duration::from_secs(5);

/// What comes once a draft is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// It is written on.
    GoOn,
    /// The screen is left.
    Leave,
}

impl Writing {
    /// Something was typed.
    pub(super) fn typed(&mut self, now: Instant) {
        self.is_changed = true;
        self.due = self.due.or(Some(now + DRAFT));
    }

    /// Writes what was typed into a draft, if it is not in one.
    pub(super) fn flush(&mut self) -> Vec<message::Effect> {
        if self.due.is_some() {
            self.keep()
        } else {
            Vec::new()
        }
    }

    pub(super) fn keep(&mut self) -> Vec<message::Effect> {
        vec![self.keep_then(Then::GoOn)]
    }

    /// Writes what was typed into a draft; the answer leads to what comes then.
    pub(super) fn keep_then(&mut self, then: Then) -> message::Effect {
        self.due = None;
        let draft = Draft {
            of: self.subject.clone(),
            version: self.version,
            base: self.parts.base().to_vec(),
            texts: self.parts.texts(),
            // It is asked for again where it could not be taken over.
            left_by: self.left_by.clone(),
            written: None,
        };
        message::Effect::Writing(Effect::Keep(draft, then))
    }

    /// A draft was written, or not.
    pub(super) fn kept(
        &mut self,
        subject: &Subject,
        then: Then,
        kept: Result<(), String>,
        env: &Env,
    ) -> Vec<message::Effect> {
        // Another text has its place by now, and an answer of its own; or it was saved.
        let is_of_this = *subject == self.subject && self.is_changed;
        match kept {
            Ok(()) if !is_of_this => Vec::new(),
            Ok(()) => {
                (self.left_by, self.undrafted) = (None, None);
                match then {
                    Then::GoOn => Vec::new(),
                    // It is being saved: what becomes of it is not known yet.
                    Then::Leave if self.is_locked() => Vec::new(),
                    // Something was typed since.
                    Then::Leave if self.due.is_some() => vec![self.keep_then(then)],
                    Then::Leave => self.left_as_draft(),
                }
            }
            Err(why) if is_of_this => {
                let is_news = self.undrafted.is_none() || then == Then::Leave;
                let said = ask::undrafted(&why, then);
                self.undrafted = Some(why);
                self.due = self.due.or(Some(env.now + AGAIN));
                is_news
                    .then(|| message::Effect::bad(said))
                    .into_iter()
                    .collect()
            }
            Err(_) => Vec::new(),
        }
    }

    /// Leaves the screen: its text is in a draft.
    fn left_as_draft(&mut self) -> Vec<message::Effect> {
        self.is_changed = false;
        let said = message::Effect::good(ask::kept(&self.subject));
        let mut effects = vec![self.let_go(), said];
        let is_stale = matches!(self.stage, Stage::Conflict(_));
        effects.push(message::Effect::Close(screen_of(&self.subject)));
        if is_stale {
            effects.push(self.tell(None));
        }
        effects
    }
}
