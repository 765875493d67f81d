//! What the screen asks for: that a text is saved, and kept on disk until then.

use service::{DateTime, Utc};

use super::drafting::Then;
use super::store::{save, theirs};
use super::{Message, screen_of};
use crate::admin::drafts::{Draft, Order, Run, Subject};
use crate::admin::effects::Effects;
use crate::admin::message::{self, Changed, Kind};
use crate::admin::request::Generation;
use crate::admin::screen::Screen;

#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// Saves the texts: over what they began with alone, or over whatever is there.
    Save {
        generation: Generation,
        subject: Subject,
        base: Option<Base>,
        texts: Vec<String>,
    },
    /// What is there now.
    Theirs {
        generation: Generation,
        subject: Subject,
    },
    /// The draft of this, if there is one.
    Find {
        generation: Generation,
        subject: Subject,
    },
    /// Every draft of the store.
    FindAll,
    /// Whether there is a document with this code already.
    Probe {
        generation: Generation,
        code: String,
    },
    /// Writes a draft; what comes then is told with what came of it.
    Keep(Draft, Then),
    /// The draft of this stays, and is written no longer.
    LetGo(Subject),
    /// What was typed of this is not wanted any longer: this run's draft goes, and the one that
    /// it was begun with.
    Done(Subject, Option<Run>),
    /// The draft of this goes: this run's, or one that another has left.
    Forget(Subject, Option<Run>),
}

/// What is to be there still when a text is saved over it.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    pub(super) version: Option<i64>,
    pub(super) texts: Vec<String>,
}

/// What was saved.
#[derive(Debug)]
pub(crate) struct Saved {
    pub(super) changed: Changed,
    pub(super) document: Option<service::Document>,
}

/// What someone else did meanwhile.
#[derive(Debug)]
pub(crate) struct Theirs {
    pub(super) version: Option<i64>,
    /// What is there now; None where it was deleted.
    pub(super) texts: Option<Vec<String>>,
    /// Who did it and when, where the store knows.
    pub(super) by: Option<String>,
    pub(super) at: Option<DateTime<Utc>>,
}

/// Begins it.
pub(crate) fn begin(effect: Effect, effects: &mut Effects) {
    match effect {
        Effect::Save {
            generation,
            subject,
            base,
            texts,
        } => {
            let screen = screen_of(&subject);
            effects.job(
                "saving",
                move |folio, _| save(folio, subject, base, texts),
                move |saved| of(screen, Message::Saved(generation, saved)),
            );
        }
        Effect::Theirs {
            generation,
            subject,
        } => {
            let screen = screen_of(&subject);
            effects.ask(
                Kind("writing.theirs"),
                async move |folio| theirs(&folio, &subject).await,
                move |theirs| of(screen, Message::Theirs(generation, theirs)),
            );
        }
        Effect::Find {
            generation,
            subject,
        } => {
            let (store, screen) = (effects.store(), screen_of(&subject));
            let found = effects.look(move |drafts| drafts.find(&store, &subject));
            // Where drafts can't be looked at, there are none.
            effects.wait(found, move |draft| {
                of(
                    screen,
                    Message::Drafted(generation, draft.unwrap_or_default()),
                )
            });
        }
        Effect::FindAll => {
            let store = effects.store();
            let found = effects.look(move |drafts| drafts.all(&store));
            effects.wait(found, |drafts| {
                message::Message::Drafts(drafts.unwrap_or_default())
            });
        }
        Effect::Probe { generation, code } => effects.ask(
            Kind("writing.probe"),
            async move |folio| Ok(folio.documents().get(&code).await?.is_some()),
            move |taken| of(Screen::Text, Message::Taken(generation, taken)),
        ),
        Effect::Keep(draft, then) => {
            let (subject, screen) = (draft.of.clone(), screen_of(&draft.of));
            effects.wait(effects.keep_draft(draft), move |kept| {
                of(screen, Message::Kept(subject, then, kept))
            });
        }
        Effect::LetGo(subject) => effects.draft(Order::Leave(subject)),
        Effect::Done(subject, before) => {
            if before.is_some() {
                effects.draft(Order::Drop(subject.clone(), before));
            }
            effects.draft(Order::Drop(subject, None));
        }
        Effect::Forget(subject, run) => effects.draft(Order::Drop(subject, run)),
    }
}

fn of(screen: Screen, message: Message) -> message::Message {
    message::Message::Writing(screen, Box::new(message))
}
