//! What the screen of the trash asks the store for.

use service::{
    ActivityFilter, BatchId, Bulk, DeletionId, DocumentId, Error, Folio, Page, PageRequest,
    UndoScope,
};

use super::{Item, Message, Part};
use crate::admin::effects::{Effects, Progress, said};
use crate::admin::message::{self, Kind};
use crate::admin::request::Generation;
use crate::admin::window::Edge;

#[derive(Clone, Debug)]
pub(crate) enum Effect {
    List {
        part: Part,
        generation: Generation,
        edge: Edge,
        page: PageRequest,
    },
    Documents(Vec<DocumentId>),
    Threads(Vec<DeletionId>),
    Messages(Vec<DeletionId>),
    /// What an undo of the batch would take back.
    Scope {
        generation: Generation,
        batch: BatchId,
    },
}

/// Begins it.
pub(crate) fn begin(effect: Effect, effects: &mut Effects) {
    match effect {
        Effect::List {
            part,
            generation,
            edge,
            page,
        } => effects.ask(
            Kind("trash.list"),
            async move |folio| list(&folio, part, &page).await,
            move |page| of(Message::Listed(part, generation, edge, page)),
        ),
        Effect::Documents(ids) => {
            effects.change("bringing documents back", async move |folio, progress| {
                let tell = |done| progress.tell(done, Some(ids.len() as u64));
                let documents = folio.documents();
                told(documents.restore_many(&ids, progress.token(), tell).await)
            });
        }
        Effect::Threads(ids) => {
            effects.change("bringing threads back", async move |folio, progress| {
                threads(folio, ids, progress).await
            });
        }
        Effect::Messages(ids) => {
            effects.change("bringing messages back", async move |folio, progress| {
                let tell = |done| progress.tell(done, Some(ids.len() as u64));
                let messages = folio.messages();
                told(messages.restore_many(&ids, progress.token(), tell).await)
            });
        }
        Effect::Scope { generation, batch } => effects.ask(
            Kind("trash.scope"),
            async move |folio| folio.activity().scope(batch).await,
            move |scope: Result<UndoScope, _>| of(Message::Scoped(generation, batch, scope)),
        ),
    }
}

async fn threads(folio: Folio, ids: Vec<DeletionId>, progress: Progress) -> Result<String, Error> {
    let tell = |done| progress.tell(done, Some(ids.len() as u64));
    let threads = folio.threads();
    told(threads.restore_many(&ids, progress.token(), tell).await)
}

fn told(bulk: Result<Bulk, Error>) -> Result<String, Error> {
    bulk.map(|bulk| said(&bulk, "brought back"))
}

async fn list(folio: &Folio, part: Part, page: &PageRequest) -> Result<Page<Item>, Error> {
    Ok(match part {
        Part::Documents => folio.documents().deleted(page).await?.map(Item::Document),
        Part::Threads => folio.threads().deleted(page).await?.map(Item::Thread),
        Part::Messages => {
            let deleted = folio.messages().deleted(page).await?;
            deleted.map(|deleted| Item::Message(Box::new(deleted)))
        }
        Part::Done => {
            let filter = ActivityFilter::all();
            folio.activity().list(&filter, page).await?.map(Item::Batch)
        }
    })
}

fn of(message: Message) -> message::Message {
    message::Message::Trash(message)
}
