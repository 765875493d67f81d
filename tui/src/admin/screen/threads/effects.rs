//! What the screen of threads asks the store for.

use std::path::PathBuf;

use service::{Error, Folio, Pin, SearchRequest, ThreadFilter, ThreadId, ThreadSelection};

use super::export::export;
use super::{Answered, Message, Turns};
use crate::admin::browser::Want;
use crate::admin::effects::{Effects, Progress, then_cancelled};
use crate::admin::message::{self, Kind};
use crate::admin::request::Generation;
use crate::admin::text::plural;

pub(super) const SEARCH: Kind = Kind("threads.search");
pub(super) const COUNT: Kind = Kind("threads.count");
/// Hits that are asked for at once.
const HITS: u32 = 100;
/// Turns that are shown beside the list.
const TURNS: u32 = 20;

#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// What the list, its search, and what is beside it want; the list has what the filter has.
    Browse(Want<ThreadId>, ThreadFilter),
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
        Effect::Browse(want, filter) => browse(want, filter, effects),
        Effect::Estimate(generation) => effects.ask(
            Kind("threads.estimate"),
            async move |folio| folio.threads().estimate().await,
            move |estimate| of(Message::Estimated(generation, estimate)),
        ),
        Effect::Rename { id, title } => {
            effects.change("renaming a thread", async move |folio, _| {
                let is_there = folio.threads().rename(&id, Some(&title)).await?;
                Ok(if is_there {
                    format!("{id} is called {title} now")
                } else {
                    format!("{id} has been deleted meanwhile")
                })
            });
        }
        Effect::Pin { selection, pin } => {
            effects.change("pinning threads", async move |folio, progress| {
                pin_all(&folio, selection, pin, &progress).await
            });
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
            effects.change(label, async move |folio, progress| {
                let tell = |done| progress.tell(done, Some(count));
                let threads = folio.threads();
                let bulk = threads
                    .delete_many(&selection, progress.token(), tell)
                    .await?;
                Ok(format!(
                    "{} deleted{}",
                    plural(bulk.done, "thread"),
                    then_cancelled(bulk.cancelled)
                ))
            });
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
        let meanwhile = format!("{id} has been deleted meanwhile");
        return Ok(if is_there {
            format!("{id} is {done}")
        } else {
            meanwhile
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

/// Asks for what is wanted.
fn browse(want: Want<ThreadId>, filter: ThreadFilter, effects: &mut Effects) {
    match want {
        Want::List(ask) => effects.ask(
            Kind("threads.list"),
            async move |folio| folio.threads().list(&filter, &ask.page).await,
            move |page| {
                of(Message::Browser(Answered::Listed(
                    ask.generation,
                    ask.edge,
                    page,
                )))
            },
        ),
        Want::Search(generation, query) => {
            let request = SearchRequest::new(query).as_you_type().limit(HITS);
            effects.ask(
                SEARCH,
                async move |folio| folio.messages().search(&request).await,
                move |found| {
                    let found = found.map(Box::new);
                    of(Message::Browser(Answered::Found(generation, found)))
                },
            );
        }
        Want::SearchMore(generation, query, next) => {
            let request = SearchRequest::new(query).as_you_type().limit(HITS);
            effects.ask(
                SEARCH,
                async move |folio| folio.messages().search(&request.after(next)).await,
                move |more| {
                    let more = more.map(Box::new);
                    of(Message::Browser(Answered::FoundMore(generation, more)))
                },
            );
        }
        Want::Read(generation, id) => {
            let wanted = id.clone();
            effects.ask(
                Kind("threads.read"),
                async move |folio| folio.messages().recent(&wanted, TURNS).await,
                move |turns| {
                    let turns = turns.map(Turns);
                    of(Message::Browser(Answered::Read(generation, id, turns)))
                },
            );
        }
        Want::EndSearch | Want::Open | Want::Tell(_) => {}
    }
}

fn of(message: Message) -> message::Message {
    message::Message::Threads(message)
}
