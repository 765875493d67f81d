//! Saves what is written, and keeps it on disk until then.

use service::{
    DocumentChange, Error, Folio, MessageChange, MessageId, NewDocument, NewMessage, ThreadId,
};

use super::{Message, screen_of};
use crate::admin::drafts::{Draft, Order, Subject};
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
    Keep(Draft),
    Forget(Subject),
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

/// What someone else saved.
#[derive(Debug)]
pub(crate) struct Theirs {
    pub(super) version: Option<i64>,
    pub(super) texts: Vec<String>,
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
                of(screen, Message::Drafted(generation, draft.ok().flatten()))
            });
        }
        Effect::FindAll => {
            let store = effects.store();
            let found = effects.look(move |drafts| drafts.all(&store));
            effects.wait(found, |drafts| {
                message::Message::Drafts(drafts.unwrap_or_default())
            });
        }
        Effect::Keep(draft) => effects.draft(Order::Keep(draft)),
        Effect::Forget(subject) => effects.draft(Order::Drop(subject)),
    }
}

fn of(screen: Screen, message: Message) -> message::Message {
    message::Message::Writing(screen, Box::new(message))
}

/// Saves the texts as one batch that can be undone; None where what was changed has gone.
async fn save(
    folio: Folio,
    subject: Subject,
    base: Option<Base>,
    texts: Vec<String>,
) -> Result<Option<Saved>, Error> {
    let (folio, batch) = folio.batch();
    let mut document = None;
    let said = match subject {
        Subject::Document(code) => {
            document = save_document(&folio, &code, base, &texts).await?;
            document
                .as_ref()
                .map(|document| format!("Saved as version {}", document.version))
        }
        Subject::Turn(thread, id) => save_turn(&folio, thread, id, base, &texts).await?,
        Subject::NewTurn(thread) => Some(add_turn(&folio, thread, &texts).await?),
    };
    Ok(said.map(|said| Saved {
        changed: Changed { said, batch },
        document,
    }))
}

/// A document that was deleted is made anew where whatever is there is to be replaced.
async fn save_document(
    folio: &Folio,
    code: &str,
    base: Option<Base>,
    texts: &[String],
) -> Result<Option<service::Document>, Error> {
    let text = texts.first().map_or("", String::as_str);
    let change = DocumentChange::new().content(text);
    let change = match base.as_ref().and_then(|base| base.version) {
        Some(version) => change.based_on(version),
        None => change,
    };
    let saved = folio.documents().update(code, &change).await?;
    if saved.is_none() && base.is_none() {
        let new = NewDocument::new(code, code, text);
        return folio.documents().insert(new).await.map(Some);
    }
    Ok(saved)
}

/// A turn that was deleted is added anew where whatever is there is to be replaced.
async fn save_turn(
    folio: &Folio,
    thread: ThreadId,
    id: MessageId,
    base: Option<Base>,
    texts: &[String],
) -> Result<Option<String>, Error> {
    let (question, answer) = sides(texts);
    let mut change = MessageChange::new().question(question).answer(answer);
    let is_over_all = base.is_none();
    if let Some(base) = base {
        let Some(mut read) = folio.messages().get(id).await? else {
            return Ok(None);
        };
        let (question, answer) = sides(&base.texts);
        (read.question, read.answer) = (question.to_owned(), answer.to_owned());
        change = change.based_on(read);
    }
    match folio.messages().update(id, &change).await? {
        None if is_over_all => add_turn(folio, thread, texts).await.map(Some),
        changed => Ok(changed.map(|_| "The turn is changed".to_owned())),
    }
}

async fn add_turn(folio: &Folio, thread: ThreadId, texts: &[String]) -> Result<String, Error> {
    let (question, answer) = sides(texts);
    let new = NewMessage::new(thread, question, answer);
    folio.messages().save(new).await?;
    Ok("A turn is added".to_owned())
}

/// The question and the answer.
fn sides(texts: &[String]) -> (&str, &str) {
    let side = |index| texts.get(index).map_or("", String::as_str);
    (side(0), side(1))
}

/// What is there now; None where it has gone.
async fn theirs(folio: &Folio, subject: &Subject) -> Result<Option<Theirs>, Error> {
    Ok(match subject {
        Subject::Document(code) => {
            let document = folio.documents().get(code).await?;
            document.map(|document| Theirs {
                version: Some(document.version),
                texts: vec![document.content],
            })
        }
        Subject::Turn(_, id) => {
            let turn = folio.messages().get(*id).await?;
            turn.map(|turn| Theirs {
                version: None,
                texts: vec![turn.question, turn.answer],
            })
        }
        Subject::NewTurn(_) => None,
    })
}
