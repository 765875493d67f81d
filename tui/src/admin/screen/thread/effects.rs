//! What the screen of a thread asks the store for.

use service::context::EstimatedTokens;
use service::{Error, Folio, MessageChange, MessageId, NewMessage, Page, PageRequest, ThreadId};

use super::Message;
use crate::admin::effects::Effects;
use crate::admin::message::{self, Changed, Kind};
use crate::admin::request::Generation;
use crate::admin::window::Edge;

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
    Delete(MessageId),
    Save {
        generation: Generation,
        id: ThreadId,
        /// The turn as it was read; None where it is new.
        turn: Option<Box<service::Message>>,
        question: String,
        answer: String,
    },
}

/// Begins it.
pub(crate) fn begin(effect: Effect, effects: &mut Effects) {
    match effect {
        Effect::About { generation, id } => effects.ask(
            Kind("thread.about"),
            async move |folio| folio.threads().get(&id).await,
            move |thread| of(Message::Read(generation, thread)),
        ),
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
        Effect::Delete(id) => effects.change("deleting a turn", async move |folio, _| {
            let is_there = folio.messages().delete(id).await?;
            let meanwhile = if is_there { "is" } else { "has already been" };
            Ok(format!("The turn {meanwhile} deleted"))
        }),
        Effect::Save {
            generation,
            id,
            turn,
            question,
            answer,
        } => effects.job(
            "saving a turn",
            async move |folio, _| {
                let (folio, batch) = folio.batch();
                let turn = turn.map(|turn| *turn);
                let said = save(&folio, id, turn, question, answer).await?;
                Ok(said.map(|said| Changed { said, batch }))
            },
            move |saved| of(Message::Saved(generation, saved)),
        ),
    }
}

fn of(message: Message) -> message::Message {
    message::Message::Thread(message)
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

/// Stores a turn; None where the one that is changed has gone.
async fn save(
    folio: &Folio,
    id: ThreadId,
    turn: Option<service::Message>,
    question: String,
    answer: String,
) -> Result<Option<String>, Error> {
    let Some(turn) = turn else {
        let new = NewMessage::new(id, question, answer);
        folio.messages().save(new).await?;
        return Ok(Some("A turn is added".to_owned()));
    };
    let id = turn.id;
    let change = MessageChange::new()
        .question(question)
        .answer(answer)
        .based_on(turn);
    let changed = folio.messages().update(id, &change).await?;
    Ok(changed.map(|_| "The turn is changed".to_owned()))
}
