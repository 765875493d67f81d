//! What the screen of search asks the store for.

use futures_util::future::try_join;
use service::{Error, Folio, SearchRequest};

use super::{Found, Message};
use crate::admin::effects::Effects;
use crate::admin::message::{self, Kind};
use crate::admin::request::Generation;

pub(super) const SEARCH: Kind = Kind("search");
/// Hits of each kind that are shown.
const HITS: u32 = 100;

#[derive(Clone, Debug)]
pub(crate) enum Effect {
    Search {
        generation: Generation,
        query: String,
    },
}

/// Begins it.
pub(crate) fn begin(effect: Effect, effects: &mut Effects) {
    let Effect::Search { generation, query } = effect;
    let request = SearchRequest::new(query).as_you_type().limit(HITS);
    effects.ask(
        SEARCH,
        async move |folio| search(&folio, &request).await,
        move |found| message::Message::Search(Message::Found(generation, found)),
    );
}

async fn search(folio: &Folio, request: &SearchRequest) -> Result<Box<Found>, Error> {
    let (documents, messages) = (folio.documents(), folio.messages());
    let (documents, messages) =
        try_join(documents.search(request), messages.search(request)).await?;
    Ok(Box::new(Found {
        documents,
        messages,
    }))
}
