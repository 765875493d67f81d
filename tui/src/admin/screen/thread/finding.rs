//! Words that are looked for in a thread: in the turns that are held at once, and beyond them by the
//! store.

use service::{MessageHit, MessageId};

use super::deck::{Seek, Sought};
use super::effects::Effect;
use super::{Mode, Then, Thread, of};
use crate::admin::find::Needles;
use crate::admin::input::{Input, Typed};
use crate::admin::message::{self, Env};
use crate::admin::request::{Answer, Failure, Generation};

/// Letters of a snippet that tell where it is.
const LETTERS: usize = 60;

/// A turn with what is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(super) turn: MessageId,
    /// It was found around the thread's end.
    pub(super) is_around: bool,
}

/// Where in a turn one goes once it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Going {
    /// To where this snippet of it is.
    ToSnippet(String),
    /// To the first place with what is looked for, or the last.
    To(Seek),
}

impl Then {
    /// Shows where a search found something.
    pub(crate) fn at(hit: &MessageHit) -> Self {
        let spans = &hit.snippet.spans;
        let words = spans.iter().filter(|span| span.matched);
        let words = words.map(|span| span.text.clone()).collect();
        let first = spans.iter().position(|span| span.matched);
        let behind = spans.iter().skip(first.unwrap_or(spans.len()));
        let snippet: String = behind.map(|span| span.text.as_str()).collect();
        Self::Find(words, snippet.chars().take(LETTERS).collect())
    }
}

impl Thread {
    /// The line that is typed.
    pub(super) const fn finding(&self) -> Option<&Input> {
        match &self.mode {
            Mode::Finding(input) => Some(input),
            Mode::Cards | Mode::Seen(_) => None,
        }
    }

    pub(super) fn type_find(
        &mut self,
        typing: impl FnOnce(&mut Input) -> Typed,
        env: &Env,
    ) -> Vec<message::Effect> {
        if let Mode::Finding(input) = &mut self.mode
            && typing(input) == Typed::Text
        {
            let needles = Needles::new([input.text().trim()]);
            self.deck.look_for(needles);
            self.seeking.forget();
            if !self.deck.needles.is_empty() {
                return self.seek(Seek::Here, env);
            }
        }
        Vec::new()
    }

    /// Leaves the line.
    pub(super) fn end_finding(&mut self, env: &Env) -> Vec<message::Effect> {
        if self.finding().is_none() {
            return Vec::new();
        }
        self.mode = Mode::Cards;
        // What was typed is being looked for.
        if self.seeking.is_waiting() {
            return Vec::new();
        }
        self.seek(Seek::Here, env)
    }

    /// Goes to a place with what is looked for.
    pub(super) fn seek(&mut self, seek: Seek, env: &Env) -> Vec<message::Effect> {
        if self.deck.needles.is_empty() {
            return vec![message::Effect::bad("Nothing is looked for: / finds words")];
        }
        let Some(id) = self.id.clone() else {
            return Vec::new();
        };
        match self.deck.seek(seek, env) {
            None => Vec::new(),
            Some(Sought::Found(ask)) => self.list_effect(ask),
            Some(Sought::Beyond(from)) => {
                self.going = Some(Going::To(seek));
                vec![of(Effect::Seek {
                    generation: self.seeking.begin(env.now),
                    id,
                    from,
                    seek,
                    needles: self.deck.needles.clone(),
                })]
            }
        }
    }

    /// Takes the turn that has it.
    pub(super) fn found(
        &mut self,
        generation: Generation,
        found: Result<Option<Place>, Failure>,
        env: &Env,
    ) -> Vec<message::Effect> {
        match (self.seeking.accept(generation, found), self.id.clone()) {
            (Answer::New(Some(place)), Some(id)) => {
                let mut effects = self.show(id, place.turn, env);
                if place.is_around {
                    effects.push(message::Effect::good(self.around()));
                }
                effects
            }
            (Answer::New(_), _) => {
                self.going = None;
                vec![message::Effect::bad("That is nowhere in this thread")]
            }
            (Answer::Failed(failure), _) => vec![message::Effect::failed(failure)],
            (Answer::Late, _) => Vec::new(),
        }
    }

    /// It goes on from the other end: to the first place of a turn, or the last. What is told of it.
    fn around(&mut self) -> &'static str {
        self.deck.leave_place();
        if self.going == Some(Going::To(Seek::Previous)) {
            "Around the thread's beginning: from its end on"
        } else {
            self.going = Some(Going::To(Seek::Here));
            "Around the thread's end: from its beginning on"
        }
    }

    /// Goes to its place in a turn that has come.
    pub(super) fn arrive(&mut self, env: &Env) -> Vec<message::Effect> {
        if self.seeking.is_waiting() {
            return Vec::new();
        }
        match self.going.take() {
            None => Vec::new(),
            Some(Going::ToSnippet(snippet)) => {
                self.deck.go_to_snippet(&snippet, env);
                Vec::new()
            }
            Some(Going::To(seek)) => match self.deck.seek(seek, env) {
                Some(Sought::Found(ask)) => self.list_effect(ask),
                Some(Sought::Beyond(_)) | None => Vec::new(),
            },
        }
    }
}
