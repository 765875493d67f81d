//! How turns of a thread are given to be written: a new one, one that is changed, and one that was
//! not saved.

use super::{Then, Thread};
use crate::admin::drafts::{Draft, Subject};
use crate::admin::message;
use crate::admin::screen::writing::{self, Begin, How};

impl Thread {
    /// What is done once the thread is there: drafts of its turns are offered.
    pub(super) fn begin(&mut self, drafts: Vec<Draft>) -> Vec<message::Effect> {
        match self.then.take() {
            None => Vec::new(),
            Some(Then::Read | Then::Find(..)) => writing::offer(drafts),
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
            line: 0,
            how,
        })]
    }

    /// Has the selected turn changed.
    pub(super) fn edit(&mut self, how: How) -> Vec<message::Effect> {
        let Some(turn) = self.deck.selected() else {
            // It is being read: the key is not lost.
            self.to_edit = Some(how).filter(|_| self.deck.request().is_waiting());
            return Vec::new();
        };
        let subject = Subject::Turn(turn.thread_id.clone(), turn.id);
        let texts = vec![turn.question.clone(), turn.answer.clone()];
        self.write(subject, texts, how)
    }

    pub(super) fn append(&self) -> Vec<message::Effect> {
        let Some(id) = self.id.clone() else {
            return Vec::new();
        };
        let texts = vec![String::new(); 2];
        self.write(Subject::NewTurn(id), texts, How::Here)
    }
}
