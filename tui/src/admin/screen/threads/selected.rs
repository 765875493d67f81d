//! The threads that something is done with, some at a time.

use std::collections::HashSet;

use service::{Error, Folio, PageRequest, ThreadFilter, ThreadId, ThreadSelection};

/// Threads at a time.
const CHUNK: u32 = 200;

/// What is left of a selection.
pub(super) struct Selected {
    ids: Vec<ThreadId>,
    filter: ThreadFilter,
    but: HashSet<ThreadId>,
    /// The next page of what the filter has.
    page: Option<PageRequest>,
}

impl Selected {
    pub(super) fn new(selection: ThreadSelection) -> Self {
        let first = Some(PageRequest::first(CHUNK));
        let (ids, filter, but, page) = match selection {
            ThreadSelection::Ids(ids) => (ids, ThreadFilter::all(), Vec::new(), None),
            ThreadSelection::Matching(filter) => (Vec::new(), filter, Vec::new(), first),
            ThreadSelection::MatchingBut(filter, but) => (Vec::new(), filter, but, first),
        };
        Self {
            ids,
            filter,
            but: but.into_iter().collect(),
            page,
        }
    }

    /// The next ones; there may be none before the end.
    pub(super) async fn next(&mut self, folio: &Folio) -> Result<Option<Vec<ThreadId>>, Error> {
        if !self.ids.is_empty() {
            return Ok(Some(std::mem::take(&mut self.ids)));
        }
        let Some(request) = self.page.take() else {
            return Ok(None);
        };
        let page = folio.threads().list(&self.filter, &request).await?;
        self.page = page.next.map(|next| PageRequest::first(CHUNK).after(next));
        let ids = page.items.into_iter().map(|thread| thread.id);
        Ok(Some(ids.filter(|id| !self.but.contains(id)).collect()))
    }
}
