//! What the screen of documents asks the store for.

use service::{DocumentFilter, DocumentHit, DocumentSelection, DocumentSummary, Error, Folio};
use service::{Page, PageRequest, SearchRequest, SearchResults};

use super::changes::{self, Change};
use super::preview::Preview;
use super::{Answered, Message};
use crate::admin::browser::{self, Source, Want};
use crate::admin::effects::Effects;
use crate::admin::message::{self, Kind};
use crate::admin::request::Generation;

pub(super) const SEARCH: Kind = Kind("documents.search");
pub(super) const COUNT: Kind = Kind("documents.count");

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
        Effect::Browse(want, filter) => browser::ask(want, filter, effects),
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

impl Source for DocumentFilter {
    type Row = DocumentSummary;
    type Hit = DocumentHit;
    type Preview = Preview;

    const LIST: Kind = Kind("documents.list");
    const SEARCH: Kind = SEARCH;
    const READ: Kind = Kind("documents.read");

    async fn list(self, folio: Folio, page: PageRequest) -> Result<Page<DocumentSummary>, Error> {
        folio.documents().filtered(&self, &page).await
    }

    async fn search(
        folio: Folio,
        request: SearchRequest,
    ) -> Result<SearchResults<DocumentHit>, Error> {
        folio.documents().search(&request).await
    }

    async fn read(folio: Folio, code: String) -> Result<Preview, Error> {
        folio.documents().get(&code).await.map(Preview::from)
    }

    fn of(message: Answered) -> message::Message {
        of(Message::Browser(message))
    }
}

pub(super) fn of(message: Message) -> message::Message {
    message::Message::Documents(message)
}
