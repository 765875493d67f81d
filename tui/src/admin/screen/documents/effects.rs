//! What the screen of documents asks the store for.

use service::{DocumentFilter, DocumentSelection, SearchRequest};

use super::changes::{self, Change};
use super::preview::Preview;
use super::{Answered, Message};
use crate::admin::browser::Want;
use crate::admin::effects::Effects;
use crate::admin::message::{self, Kind};
use crate::admin::request::Generation;

pub(super) const SEARCH: Kind = Kind("documents.search");
pub(super) const COUNT: Kind = Kind("documents.count");
/// Hits that are asked for at once.
const HITS: u32 = 100;

#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// What the list, its search, and what is beside it want; the list has what the filter has.
    Browse(Want<String>, DocumentFilter),
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
        Effect::Browse(want, filter) => browse(want, filter, effects),
        Effect::Count {
            generation,
            selection,
        } => {
            let counted = selection.clone();
            effects.ask(
                COUNT,
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

/// Asks for what is wanted.
fn browse(want: Want<String>, filter: DocumentFilter, effects: &mut Effects) {
    match want {
        Want::List(ask) => effects.ask(
            Kind("documents.list"),
            async move |folio| folio.documents().filtered(&filter, &ask.page).await,
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
                async move |folio| folio.documents().search(&request).await,
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
                async move |folio| folio.documents().search(&request.after(next)).await,
                move |more| {
                    let more = more.map(Box::new);
                    of(Message::Browser(Answered::FoundMore(generation, more)))
                },
            );
        }
        Want::Read(generation, code) => {
            let wanted = code.clone();
            effects.ask(
                Kind("documents.read"),
                async move |folio| folio.documents().get(&wanted).await,
                move |document| {
                    let preview = document.map(Preview::from);
                    of(Message::Browser(Answered::Read(generation, code, preview)))
                },
            );
        }
        Want::EndSearch | Want::Open | Want::Tell(_) => {}
    }
}

pub(super) fn of(message: Message) -> message::Message {
    message::Message::Documents(message)
}
