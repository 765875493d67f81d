//! What the screen of threads asks the store for.

use std::path::PathBuf;

use service::{
    Error, Folio, MessageHit, MessageId, Page, PageRequest, Pin, SearchRequest, SearchResults,
};
use service::{Thread, ThreadFilter, ThreadId, ThreadSelection};

use super::asking::named;
use super::export::export;
use super::{Answered, Message, Turns};
use crate::admin::browser::{self, Source, Want};
use crate::admin::effects::{Effects, Progress, then_cancelled};
use crate::admin::message::{self, Kind};
use crate::admin::request::Generation;
use crate::admin::text::plural;

pub(super) const SEARCH: Kind = Kind("threads.search");
pub(super) const COUNT: Kind = Kind("threads.count");
/// Turns that are shown beside the list.
const TURNS: u32 = 20;

#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// What the list, its search, and what is beside it want; the list has what the filter has.
    Browse(Want<ThreadId>, ThreadFilter),
    /// The turns of a thread around one.
    Around {
        generation: Generation,
        id: ThreadId,
        at: MessageId,
    },
    Estimate(Generation),
    Rename {
        id: ThreadId,
        title: String,
    },
    Pin {
        selection: ThreadSelection,
        pin: Pin,
    },
    Count {
        generation: Generation,
        selection: ThreadSelection,
    },
    Delete {
        selection: ThreadSelection,
        count: u64,
    },
    Export {
        selection: ThreadSelection,
        path: PathBuf,
    },
}

/// Begins it.
pub(crate) fn begin(effect: Effect, effects: &mut Effects) {
    match effect {
        Effect::Browse(want, filter) => browser::ask(want, filter, effects),
        Effect::Around { generation, id, at } => {
            let wanted = id.clone();
            effects.ask(
                ThreadFilter::READ,
                async move |folio| {
                    let page = folio.messages().around(at, TURNS / 2, TURNS / 2).await?;
                    match page {
                        Some(page) => Ok(Turns(page.items)),
                        None => <ThreadFilter as Source>::read(folio, wanted).await,
                    }
                },
                move |turns| of(Message::Browser(Answered::Read(generation, id, turns))),
            );
        }
        Effect::Estimate(generation) => effects.ask(
            Kind("threads.estimate"),
            async move |folio| folio.threads().estimate().await,
            move |estimate| of(Message::Estimated(generation, estimate)),
        ),
        Effect::Rename { id, title } => {
            effects.change("renaming a thread", async move |folio, _| {
                let title = Some(title.as_str()).filter(|title| !title.is_empty());
                let is_there = folio.threads().rename(&id, title).await?;
                Ok(if is_there {
                    let title = title.map(|title| format!("is called {title} now"));
                    let said = title.unwrap_or_else(|| "has no title any longer".to_owned());
                    format!("{id} {said}")
                } else {
                    format!("{id} has been deleted meanwhile")
                })
            });
        }
        Effect::Pin { selection, pin } => {
            let work = async move |folio: Folio, progress: Progress| {
                pin_all(&folio, selection, pin, &progress).await
            };
            effects.change_then("pinning threads", work, Some(of(Message::Done)));
        }
        Effect::Count {
            generation,
            selection,
        } => {
            let counted = selection.clone();
            effects.ask(
                COUNT,
                async move |folio| folio.threads().count_selected(&counted).await,
                move |count| of(Message::Counted(generation, selection, count)),
            );
        }
        Effect::Delete { selection, count } => {
            let label = format!("deleting {}", plural(count, "thread"));
            let work = async move |folio: Folio, progress: Progress| {
                let tell = |done| progress.tell(done, Some(count));
                let threads = folio.threads();
                // Its title goes with it.
                let only = match &selection {
                    ThreadSelection::Ids(ids) if ids.len() == 1 => {
                        Some(called(&folio, &ids[0]).await?)
                    }
                    _ => None,
                };
                let bulk = threads
                    .delete_many(&selection, progress.token(), tell)
                    .await?;
                let only = only.map_or_else(String::new, |only| format!(": {only}"));
                Ok(format!(
                    "{} deleted{only}{}",
                    plural(bulk.done, "thread"),
                    then_cancelled(bulk.cancelled)
                ))
            };
            effects.change_then(label, work, Some(of(Message::Done)));
        }
        Effect::Export { selection, path } => effects.job(
            "writing threads",
            async move |folio, progress| export(&folio, selection, &path, &progress).await,
            |written| of(Message::Exported(written)),
        ),
    }
}

/// Pins threads, or takes their pins away; what is told of it.
async fn pin_all(
    folio: &Folio,
    selection: ThreadSelection,
    pin: Pin,
    progress: &Progress,
) -> Result<String, Error> {
    let done = match pin {
        Pin::Pinned => "pinned now",
        Pin::Unpinned => "not pinned any longer",
    };
    if let ThreadSelection::Ids(ids) = &selection
        && let [id] = ids.as_slice()
    {
        let is_there = folio.threads().pin(id, pin).await?;
        return Ok(if is_there {
            format!("{} is {done}", called(folio, id).await?)
        } else {
            format!("{id} has been deleted meanwhile")
        });
    }
    let tell = |done| progress.tell(done, None);
    let threads = folio.threads();
    let bulk = threads
        .pin_many(&selection, pin, progress.token(), tell)
        .await?;
    Ok(format!(
        "{} {done}{}",
        plural(bulk.done + bulk.unchanged, "thread"),
        then_cancelled(bulk.cancelled)
    ))
}

/// A thread as it is told of: lists show its title, and programs know its id.
async fn called(folio: &Folio, id: &ThreadId) -> Result<String, Error> {
    let thread = folio.threads().get(id).await?;
    Ok(named(id, thread.and_then(|thread| thread.title).as_deref()))
}

impl Source for ThreadFilter {
    type Row = Thread;
    type Hit = MessageHit;
    type Preview = Turns;

    const LIST: Kind = Kind("threads.list");
    const SEARCH: Kind = SEARCH;
    const READ: Kind = Kind("threads.read");

    async fn list(self, folio: Folio, page: PageRequest) -> Result<Page<Thread>, Error> {
        folio.threads().list(&self, &page).await
    }

    async fn search(
        folio: Folio,
        request: SearchRequest,
    ) -> Result<SearchResults<MessageHit>, Error> {
        folio.messages().search(&request).await
    }

    async fn read(folio: Folio, id: ThreadId) -> Result<Turns, Error> {
        folio.messages().recent(&id, TURNS).await.map(Turns)
    }

    fn of(message: Answered) -> message::Message {
        of(Message::Browser(message))
    }
}

fn of(message: Message) -> message::Message {
    message::Message::Threads(message)
}
