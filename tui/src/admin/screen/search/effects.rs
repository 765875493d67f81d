//! What the screen of search asks the store for.

use futures_util::future::try_join;
use service::{Cursor, Error, Folio, SearchRequest};

use super::{Found, Message, More};
use crate::admin::effects::Effects;
use crate::admin::message;
use crate::admin::request::Generation;

pub(super) const SEARCH: message::Kind = message::Kind("search");
/// Hits of each kind that are asked for at once.
const HITS: u32 = 100;

#[derive(Clone, Debug)]
pub(crate) enum Effect {
    Search {
        generation: Generation,
        query: String,
    },
    /// What the query found of this kind behind a place.
    More {
        generation: Generation,
        query: String,
        kind: Kind,
        next: Cursor,
    },
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Documents,
    Messages,
}

/// Begins it.
pub(crate) fn begin(effect: Effect, effects: &mut Effects) {
    match effect {
        Effect::Search { generation, query } => {
            let request = request(query);
            effects.ask(
                SEARCH,
                async move |folio| search(&folio, &request).await,
                move |found| message::Message::Search(Message::Found(generation, found)),
            );
        }
        Effect::More {
            generation,
            query,
            kind,
            next,
        } => {
            let request = request(query).after(next);
            effects.ask(
                SEARCH,
                async move |folio| more(&folio, kind, &request).await,
                move |more| message::Message::Search(Message::More(generation, more)),
            );
        }
    }
}

fn request(query: String) -> SearchRequest {
    SearchRequest::new(query).as_you_type().limit(HITS)
}

async fn more(folio: &Folio, kind: Kind, request: &SearchRequest) -> Result<Box<More>, Error> {
    Ok(Box::new(match kind {
        Kind::Documents => More::Documents(folio.documents().search(request).await?),
        Kind::Messages => More::Messages(folio.messages().search(request).await?),
    }))
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
