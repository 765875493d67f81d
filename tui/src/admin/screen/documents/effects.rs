//! What the screen of documents asks the store for.

use service::{DocumentFilter, DocumentSelection, PageRequest, SearchRequest};

use super::Message;
use super::changes::{self, Change};
use crate::admin::effects::Effects;
use crate::admin::message::{self, Kind};
use crate::admin::request::Generation;
use crate::admin::window::Edge;

pub(super) const SEARCH: Kind = Kind("documents.search");
/// Hits that a search shows.
const HITS: u32 = 200;

#[derive(Clone, Debug)]
pub(crate) enum Effect {
    List {
        generation: Generation,
        edge: Edge,
        filter: DocumentFilter,
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
    Count {
        generation: Generation,
        selection: DocumentSelection,
    },
    Estimate(Generation),
    Change(Change),
}

/// Begins it.
pub(crate) fn begin(effect: Effect, effects: &mut Effects) {
    match effect {
        Effect::List {
            generation,
            edge,
            filter,
            page,
        } => effects.ask(
            Kind("documents.list"),
            async move |folio| folio.documents().filtered(&filter, &page).await,
            move |page| of(Message::Listed(generation, edge, page)),
        ),
        Effect::Search { generation, query } => {
            let request = SearchRequest::new(query).as_you_type().limit(HITS);
            effects.ask(
                SEARCH,
                async move |folio| folio.documents().search(&request).await,
                move |results| of(Message::Found(generation, results.map(Box::new))),
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
        Effect::Estimate(generation) => effects.ask(
            Kind("documents.estimate"),
            async move |folio| folio.documents().estimate().await,
            move |estimate| of(Message::Estimated(generation, estimate)),
        ),
        Effect::Change(change) => changes::begin(change, effects),
    }
}

pub(super) fn of(message: Message) -> message::Message {
    message::Message::Documents(message)
}
