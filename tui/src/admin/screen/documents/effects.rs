//! What the screen of documents asks the store for.

use std::io::Cursor;

use service::{
    DocumentChange, DocumentSelection, DocumentSort, Error, Folio, NewDocument, PageRequest,
    SearchRequest,
};

use super::Message;
use crate::admin::Sample;
use crate::admin::effects::{Effects, Progress};
use crate::admin::message::{self, Changed, Kind};
use crate::admin::request::Generation;
use crate::admin::text::plural;
use crate::admin::window::Edge;

pub(super) const SEARCH: Kind = Kind("documents.search");
/// Hits that a search shows.
const HITS: u32 = 200;

#[derive(Clone, Debug)]
pub(crate) enum Effect {
    List {
        generation: Generation,
        edge: Edge,
        sort: DocumentSort,
        page: PageRequest,
    },
    Search {
        generation: Generation,
        query: String,
    },
    Read {
        generation: Generation,
        code: String,
    },
    Make {
        code: String,
    },
    Rename {
        code: String,
        name: String,
    },
    Count {
        generation: Generation,
        selection: DocumentSelection,
    },
    Delete {
        selection: DocumentSelection,
        count: u64,
    },
    LoadSample(Generation),
}

/// Begins it.
pub(crate) fn begin(effect: Effect, effects: &mut Effects) {
    match effect {
        Effect::List {
            generation,
            edge,
            sort,
            page,
        } => effects.ask(
            Kind("documents.list"),
            async move |folio| folio.documents().list(sort, &page).await,
            move |page| of(Message::Listed(generation, edge, page)),
        ),
        Effect::Search { generation, query } => {
            let request = SearchRequest::new(query).as_you_type().limit(HITS);
            effects.ask(
                SEARCH,
                async move |folio| folio.documents().search(&request).await,
                move |results| of(Message::Found(generation, results)),
            );
        }
        Effect::Read { generation, code } => {
            let wanted = code.clone();
            effects.ask(
                Kind("documents.read"),
                async move |folio| folio.documents().get(&wanted).await,
                move |document| of(Message::Read(generation, code, document)),
            );
        }
        Effect::Make { code } => {
            let made = code.clone();
            effects.job(
                "making a document",
                async move |folio, _| {
                    let (folio, batch) = folio.batch();
                    let new = NewDocument::new(&code, &code, "");
                    folio.documents().insert(new).await?;
                    let said = format!("{code} is made");
                    Ok(Changed { said, batch })
                },
                move |changed| of(Message::Made(made, changed)),
            );
        }
        Effect::Rename { code, name } => {
            let change = DocumentChange::new().name(&name);
            effects.change("renaming a document", async move |folio, _| {
                Ok(match folio.documents().update(&code, &change).await? {
                    Some(_) => format!("{code} is called {name} now"),
                    None => format!("{code} has been deleted meanwhile"),
                })
            });
        }
        Effect::Count {
            generation,
            selection,
        } => {
            let counted = selection.clone();
            effects.ask(
                Kind("documents.count"),
                async move |folio| folio.documents().count_selected(&counted).await,
                move |count| of(Message::Counted(generation, selection, count)),
            );
        }
        Effect::Delete { selection, count } => {
            let label = format!("deleting {}", plural(count, "document"));
            effects.change(label, async move |folio, progress| {
                let tell = |done| progress.tell(done, Some(count));
                let documents = folio.documents();
                let bulk = documents
                    .delete_many(&selection, progress.token(), tell)
                    .await?;
                let cancelled = if bulk.cancelled {
                    ", then cancelled"
                } else {
                    ""
                };
                Ok(format!(
                    "{} deleted{cancelled}",
                    plural(bulk.done, "document")
                ))
            });
        }
        Effect::LoadSample(generation) => {
            let sample = effects.sample();
            effects.job(
                "loading the sample",
                async move |folio, progress| load(&folio, sample, &progress).await,
                move |loaded| of(Message::SampleLoaded(generation, loaded)),
            );
        }
    }
}

fn of(message: Message) -> message::Message {
    message::Message::Documents(message)
}

/// Puts the sample into the store. Twice is once.
async fn load(folio: &Folio, sample: Sample, progress: &Progress) -> Result<(usize, u64), Error> {
    for (done, (code, text)) in (1..).zip(sample.documents) {
        let name = text
            .lines()
            .next()
            .map_or(*code, |line| line.trim_start_matches(['#', ' ']));
        folio
            .documents()
            .upsert(NewDocument::new(*code, name, *text))
            .await?;
        progress.tell(done, Some(sample.documents.len() as u64));
    }
    let turns = folio
        .import_turns(Cursor::new(sample.turns), progress.token(), |_| {})
        .await?;
    Ok((sample.documents.len(), turns.total))
}
