//! What the screen of a thread asks the store for.

use service::context::EstimatedTokens;
use service::{Error, Folio, MessageId, Page, PageRequest, ThreadId};

use super::Message;
use super::deck::Seek;
use super::finding::Place;
use crate::admin::effects::Effects;
use crate::admin::find::Needles;
use crate::admin::message::{self, Kind};
use crate::admin::request::Generation;
use crate::admin::window::Edge;

/// Turns that are looked through at once.
const SOUGHT: u32 = 200;
/// Turns around a hit.
const AROUND: u32 = 50;

#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// What is known of the thread as a whole.
    About {
        generation: Generation,
        id: ThreadId,
    },
    List {
        generation: Generation,
        edge: Edge,
        id: ThreadId,
        page: PageRequest,
    },
    /// A page around this turn.
    Around {
        generation: Generation,
        id: ThreadId,
        at: MessageId,
    },
    Preview {
        generation: Generation,
        id: ThreadId,
        budget: usize,
    },
    /// The next turn with what is looked for, behind this one or before it.
    Seek {
        generation: Generation,
        id: ThreadId,
        from: MessageId,
        seek: Seek,
        needles: Needles,
    },
    Delete(MessageId),
}

/// Begins it.
pub(crate) fn begin(effect: Effect, effects: &mut Effects) {
    match effect {
        Effect::About { generation, id } => {
            let store = effects.store();
            let drafts = effects.look(move |drafts| drafts.all(&store));
            effects.ask(
                Kind("thread.about"),
                async move |folio| {
                    let thread = folio.threads().get(&id).await?;
                    // Where drafts can't be looked at, there are none.
                    let mut drafts = drafts.await.unwrap_or_default();
                    drafts.retain(|draft| draft.of.thread() == Some(&id));
                    Ok((thread, drafts))
                },
                move |read| of(Message::Read(generation, read)),
            );
        }
        Effect::List {
            generation,
            edge,
            id,
            page,
        } => effects.ask(
            Kind("thread.list"),
            async move |folio| folio.messages().list(&id, &page).await,
            move |page| of(Message::Listed(generation, edge, page)),
        ),
        Effect::Around { generation, id, at } => effects.ask(
            Kind("thread.list"),
            async move |folio| around(&folio, &id, at).await,
            move |page| of(Message::Listed(generation, Edge::Again, page)),
        ),
        Effect::Preview {
            generation,
            id,
            budget,
        } => effects.ask(
            Kind("thread.preview"),
            async move |folio| {
                let threads = folio.threads();
                threads.preview(&id, budget, &EstimatedTokens).await
            },
            move |preview| of(Message::Previewed(generation, preview)),
        ),
        Effect::Seek {
            generation,
            id,
            from,
            seek,
            needles,
        } => effects.ask(
            Kind("thread.seek"),
            async move |folio| sought(&folio, &id, from, seek, &needles).await,
            move |found| of(Message::Found(generation, found)),
        ),
        Effect::Delete(id) => effects.change("deleting a turn", async move |folio, _| {
            let is_there = folio.messages().delete(id).await?;
            let meanwhile = if is_there { "is" } else { "has already been" };
            Ok(format!("The turn {meanwhile} deleted"))
        }),
    }
}

fn of(message: Message) -> message::Message {
    message::Message::Thread(message)
}

/// The next turn that has what is looked for: beyond one, or else around the thread's end, from its
/// other end up to that one.
async fn sought(
    folio: &Folio,
    id: &ThreadId,
    from: MessageId,
    seek: Seek,
    needles: &Needles,
) -> Result<Option<Place>, Error> {
    let messages = folio.messages();
    let Some(mut page) = messages.around(from, 1, 1).await? else {
        return Ok(None);
    };
    // The latest turn stands first.
    let here = page.items.iter().position(|turn| turn.id == from);
    let behind = page.items.split_off(here.map_or(0, |here| here + 1));
    if seek == Seek::Previous {
        page.items = behind;
    } else {
        page.items.pop();
    }
    let mut is_around = false;
    loop {
        if let Some(turn) = first_with(&page, seek, needles) {
            return Ok(Some(Place { turn, is_around }));
        }
        let is_back = is_around && page.items.iter().any(|turn| turn.id == from);
        let request = PageRequest::first(SOUGHT);
        let next = match seek {
            Seek::Previous => page.next.map(|next| request.after(next)),
            Seek::Here | Seek::Next => page.previous.map(|previous| request.before(previous)),
        };
        let next = match (next, seek) {
            (Some(next), _) => next,
            (None, _) if is_around => return Ok(None),
            (None, Seek::Previous) => {
                is_around = true;
                PageRequest::first(SOUGHT)
            }
            (None, Seek::Here | Seek::Next) => {
                is_around = true;
                PageRequest::last(SOUGHT)
            }
        };
        if is_back {
            return Ok(None);
        }
        page = messages.list(id, &next).await?;
    }
}

/// The first turn of a page, as one goes through it, that has what is looked for.
fn first_with(page: &Page<service::Message>, seek: Seek, needles: &Needles) -> Option<MessageId> {
    let has_it = |turn: &&service::Message| {
        let texts = [&turn.question, &turn.answer];
        texts
            .into_iter()
            .any(|text| !needles.ranges(text).is_empty())
    };
    let found = match seek {
        Seek::Previous => page.items.iter().find(has_it),
        Seek::Here | Seek::Next => page.items.iter().rfind(has_it),
    };
    found.map(|turn| turn.id)
}

/// The turns around one; where that has gone, the last ones.
async fn around(
    folio: &Folio,
    id: &ThreadId,
    at: MessageId,
) -> Result<Page<service::Message>, Error> {
    let messages = folio.messages();
    match messages.around(at, AROUND, AROUND).await? {
        Some(page) => Ok(page),
        None => messages.list(id, &PageRequest::first(2 * AROUND)).await,
    }
}
