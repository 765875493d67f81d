//! What a list is found at again when the program is started next.

use serde::{Deserialize, Serialize};
use service::Cursor;

use super::{Beside, Browser, Hit, Preview, SHARES};
use crate::admin::list::Row;
use crate::admin::search::Search;

/// How it was left.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Left<Id> {
    share: u16,
    beside: bool,
    place: Option<Cursor>,
    row: Option<Id>,
    /// The search in the list's place.
    #[serde(default)]
    query: Option<String>,
}

impl<T: Row, H: Hit<Id = T::Id, Preview = P>, P: Preview> Browser<T, H, P> {
    /// How it is left now.
    pub(crate) fn left(&self) -> Left<T::Id> {
        Left {
            share: self.share,
            beside: self.beside == Beside::Shown,
            place: self.list.place(),
            row: self.list.selected().map(Row::id),
            query: self
                .search
                .as_ref()
                .map(|search| search.input.text().to_owned()),
        }
    }

    /// Becomes again as it was left.
    pub(crate) fn come_back(&mut self, left: Left<T::Id>) {
        self.share = left.share.clamp(*SHARES.start(), *SHARES.end());
        self.beside = if left.beside {
            Beside::Shown
        } else {
            Beside::Hidden
        };
        self.left_at = Some((left.place, left.row));
        self.search = left.query.map(|query| Search::of(&query));
    }
}
