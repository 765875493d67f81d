//! Where a list, its search and what is beside it come from.

use service::{Error, Folio, Page, PageRequest, SearchRequest, SearchResults};

use super::{Hit, Message, Preview, Want};
use crate::admin::effects::Effects;
use crate::admin::list::Row;
use crate::admin::message::{self, Kind};

/// Hits that are asked for at once.
const HITS: u32 = 100;

/// What of the store is browsed: a filter.
pub(crate) trait Source: Clone + Send + 'static {
    type Row: Row<Id: Send> + Send + 'static;
    type Hit: Hit<Id = <Self::Row as Row>::Id, Preview = Self::Preview> + Send + 'static;
    type Preview: Preview + Send + 'static;

    const LIST: Kind;
    const SEARCH: Kind;
    const READ: Kind;

    fn list(
        self,
        folio: Folio,
        page: PageRequest,
    ) -> impl Future<Output = Result<Page<Self::Row>, Error>> + Send;

    fn search(
        folio: Folio,
        request: SearchRequest,
    ) -> impl Future<Output = Result<SearchResults<Self::Hit>, Error>> + Send;

    /// What is shown of a row beside the list.
    fn read(
        folio: Folio,
        id: <Self::Row as Row>::Id,
    ) -> impl Future<Output = Result<Self::Preview, Error>> + Send;

    /// The screen's own message.
    fn of(message: Message<Self::Row, Self::Hit, Self::Preview>) -> message::Message;
}

/// Asks for what a browser wants. What is no request is for the screen to do.
pub(crate) fn ask<S: Source>(want: Want<<S::Row as Row>::Id>, source: S, effects: &mut Effects) {
    match want {
        Want::List(ask) => effects.ask(
            S::LIST,
            move |folio| source.list(folio, ask.page),
            move |page| S::of(Message::Listed(ask.generation, ask.edge, page)),
        ),
        Want::Search(generation, query) => effects.ask(
            S::SEARCH,
            |folio| S::search(folio, request(query)),
            move |found| S::of(Message::Found(generation, found.map(Box::new))),
        ),
        Want::SearchMore(generation, query, next) => effects.ask(
            S::SEARCH,
            |folio| S::search(folio, request(query).after(next)),
            move |more| S::of(Message::FoundMore(generation, more.map(Box::new))),
        ),
        Want::Read(generation, id) => {
            let wanted = id.clone();
            effects.ask(
                S::READ,
                |folio| S::read(folio, wanted),
                move |preview| S::of(Message::Read(generation, id, preview)),
            );
        }
        Want::EndSearch | Want::Open | Want::Tell(_) | Want::Unmarked => {}
    }
}

fn request(query: String) -> SearchRequest {
    SearchRequest::new(query).as_you_type().limit(HITS)
}
