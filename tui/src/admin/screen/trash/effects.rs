//! What the screen of the trash asks the store for.

use std::collections::BTreeSet;

use service::{ActivityFilter, BatchId, Bulk, Error, Folio, Page, PageRequest, UndoScope};

use super::preview::Preview;
use super::{Answered, Item, ItemId, Message, Part};
use crate::admin::effects::{Effects, Progress, said};
use crate::admin::list::{Ask, Row};
use crate::admin::message::{self, Kind};
use crate::admin::pager::Lines;
use crate::admin::request::Generation;

pub(super) const SCOPE: Kind = Kind("trash.scope");
/// Turns, or acts, that are shown of a row.
const SHOWN: u32 = 50;
/// Rows that are brought back at once where all are.
const CHUNK: u32 = 500;
/// Rows of which it is told why they were left.
const REFUSED: usize = 1_000;

#[derive(Clone, Debug)]
pub(crate) enum Effect {
    List(Part, Ask),
    /// What the row was.
    Read {
        generation: Generation,
        item: Box<Item>,
    },
    Restore(Which),
    /// What an undo of the batch would take back.
    Scope {
        generation: Generation,
        batch: BatchId,
    },
}

/// What is brought back.
#[derive(Clone, Debug)]
pub(crate) enum Which {
    These(Vec<ItemId>),
    /// All of a part, but these.
    AllBut(Part, BTreeSet<ItemId>),
}

/// Begins it.
pub(crate) fn begin(effect: Effect, effects: &mut Effects) {
    match effect {
        Effect::List(part, ask) => effects.ask(
            Kind("trash.list"),
            async move |folio| list(&folio, part, &ask.page).await,
            move |page| {
                of(Message::Browser(Answered::Listed(
                    ask.generation,
                    ask.edge,
                    page,
                )))
            },
        ),
        Effect::Read { generation, item } => {
            let id = item.id();
            effects.ask(
                Kind("trash.read"),
                async move |folio| read(&folio, *item).await,
                move |preview| of(Message::Browser(Answered::Read(generation, id, preview))),
            );
        }
        Effect::Restore(which) => {
            let work = async move |folio: Folio, progress: Progress| {
                let bulk = match which {
                    Which::These(ids) => restore(&folio, &ids, 0, &progress).await?,
                    Which::AllBut(part, but) => restore_all(&folio, part, &but, &progress).await?,
                };
                Ok(bulk.map_or_else(
                    || "Nothing was in the trash".to_owned(),
                    |bulk| said(&bulk, "brought back"),
                ))
            };
            effects.change_then("bringing back", work, Some(of(Message::Restored)));
        }
        Effect::Scope { generation, batch } => effects.ask(
            SCOPE,
            async move |folio| folio.activity().scope(batch).await,
            move |scope: Result<UndoScope, _>| of(Message::Scoped(generation, batch, scope)),
        ),
    }
}

/// Brings rows of one part back, behind so many that are back already; None where there are none.
async fn restore(
    folio: &Folio,
    ids: &[ItemId],
    before: u64,
    progress: &Progress,
) -> Result<Option<Bulk>, Error> {
    let tell = |done| progress.tell(before + done, None);
    let (mut documents, mut threads, mut messages) = (Vec::new(), Vec::new(), Vec::new());
    for id in ids {
        match id {
            ItemId::Document(id) => documents.push(*id),
            ItemId::Thread(id) => threads.push(*id),
            ItemId::Message(id) => messages.push(*id),
            ItemId::Batch(_) => {}
        }
    }
    let (token, mut all) = (progress.token(), None);
    if !documents.is_empty() {
        let store = folio.documents();
        add(&mut all, store.restore_many(&documents, token, tell).await?);
    }
    if !threads.is_empty() {
        let store = folio.threads();
        add(&mut all, store.restore_many(&threads, token, tell).await?);
    }
    if !messages.is_empty() {
        let store = folio.messages();
        add(&mut all, store.restore_many(&messages, token, tell).await?);
    }
    Ok(all)
}

/// Brings a whole part back, page by page; None where there is nothing.
async fn restore_all(
    folio: &Folio,
    part: Part,
    but: &BTreeSet<ItemId>,
    progress: &Progress,
) -> Result<Option<Bulk>, Error> {
    let mut all: Option<Bulk> = None;
    let mut next = Some(PageRequest::first(CHUNK));
    while let Some(request) = next.take().filter(|_| !progress.token().is_cancelled()) {
        let page = list(folio, part, &request).await?;
        let ids = page.items.iter().map(Row::id);
        let ids: Vec<ItemId> = ids.filter(|id| !but.contains(id)).collect();
        let before = all.as_ref().map_or(0, |all| all.done);
        if let Some(bulk) = restore(folio, &ids, before, progress).await? {
            add(&mut all, bulk);
        }
        next = page.next.map(|next| PageRequest::first(CHUNK).after(next));
    }
    Ok(all)
}

/// Counts what was done with what was done before.
fn add(all: &mut Option<Bulk>, more: Bulk) {
    let Some(all) = all else {
        *all = Some(more);
        return;
    };
    all.done += more.done;
    all.unchanged += more.unchanged;
    all.refused_count += more.refused_count;
    let room = REFUSED.saturating_sub(all.refused.len());
    all.refused.extend(more.refused.into_iter().take(room));
    all.cancelled |= more.cancelled;
}

/// What a row was.
async fn read(folio: &Folio, item: Item) -> Result<Preview, Error> {
    let page = PageRequest::first(SHOWN);
    Ok(match item {
        Item::Document(row) => {
            let revision = folio.documents().revision(&row.code, row.version).await?;
            // Another document may have the code by now.
            revision
                .filter(|revision| revision.summary.document_id == row.document_id)
                .map_or(Preview::Gone, |revision| {
                    Preview::Text(Lines::new(revision.content))
                })
        }
        Item::Thread(row) => {
            let turns = folio
                .threads()
                .deleted_messages(row.deletion, &page)
                .await?;
            Preview::Turns(turns.items)
        }
        Item::Message(row) => Preview::Turns(vec![row.message]),
        Item::Batch(row) => Preview::Acts(folio.activity().acts(row.id, &page).await?.items),
    })
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
