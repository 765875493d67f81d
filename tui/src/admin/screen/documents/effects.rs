//! What the screen of documents asks the store for.

use std::io::Cursor;

use service::{
    DocumentChange, DocumentSort, Error, Folio, NewDocument, PageRequest, SearchRequest,
};

use super::Message;
use crate::admin::Sample;
use crate::admin::effects::{Effects, Progress};
use crate::admin::marks::Marks;
use crate::admin::message::{self, Kind};
use crate::admin::request::{Failure, Generation};
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
    Delete {
        sort: DocumentSort,
        marks: Marks<String>,
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
            let name = code.clone();
            effects.job(
                "making a document",
                async move |folio, _| {
                    folio
                        .documents()
                        .insert(NewDocument::new(&code, &code, ""))
                        .await
                },
                move |made| changed(made.map(|_| format!("{name} is made"))),
            );
        }
        Effect::Rename { code, name } => {
            let said = format!("{code} is called {name} now");
            let change = DocumentChange::new().name(name);
            effects.job(
                "renaming a document",
                async move |folio, _| folio.documents().update(&code, &change).await,
                move |renamed| changed(renamed.map(|_| said)),
            );
        }
        Effect::Delete { sort, marks } => effects.job(
            format!("deleting {} documents", marks.count()),
            async move |folio, mut progress| delete(&folio, sort, marks, &mut progress).await,
            |deleted| changed(deleted.map(|count| format!("{count} documents deleted"))),
        ),
        Effect::LoadSample(generation) => {
            let sample = effects.sample();
            effects.job(
                "loading the sample",
                async move |folio, mut progress| load(&folio, sample, &mut progress).await,
                move |loaded| of(Message::SampleLoaded(generation, loaded)),
            );
        }
    }
}

fn of(message: Message) -> message::Message {
    message::Message::Documents(message)
}

fn changed(changed: Result<String, Failure>) -> message::Message {
    of(Message::Changed(changed))
}

/// Deletes what is marked, one after the other; how many that were.
async fn delete(
    folio: &Folio,
    sort: DocumentSort,
    marks: Marks<String>,
    progress: &mut Progress,
) -> Result<u64, Error> {
    let mut deleted = 0;
    let (mut codes, mut next) = match &marks {
        Marks::These(codes) => (codes.iter().cloned().collect(), None),
        Marks::AllBut(_) => (Vec::new(), Some(PageRequest::first(200))),
    };
    let total = next.is_none().then_some(codes.len() as u64);
    loop {
        for code in codes.drain(..) {
            if progress.token().is_cancelled() {
                return Ok(deleted);
            }
            deleted += u64::from(folio.documents().delete(&code).await?);
            progress.tell(deleted, total);
        }
        let Some(request) = next.take() else {
            return Ok(deleted);
        };
        let page = folio.documents().list(sort, &request).await?;
        codes.extend(
            page.items
                .into_iter()
                .map(|row| row.code)
                .filter(|code| marks.has(code)),
        );
        next = page.next.map(|next| PageRequest::first(200).after(next));
    }
}

/// Puts the sample into the store. Twice is once.
async fn load(
    folio: &Folio,
    sample: Sample,
    progress: &mut Progress,
) -> Result<(usize, u64), Error> {
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
