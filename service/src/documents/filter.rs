//! Which documents: the parts of the list that an index serves, and what a bulk change is for.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::document::{Column, Entity};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Select};
use uuid::Uuid;

use super::{DocumentSort, read};
use crate::connect::Backend;
use crate::error::{Area, Error, Operation};
use crate::page::PageRequest;
use crate::store::Store;

/// A part of the list of documents. Each goes by one index, whatever the size of the store, and so
/// brings its own order along.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentFilter {
    /// All of them, in this order.
    All(DocumentSort),
    /// Those whose code begins so, in the order of codes: `guide/` is a folder of them.
    Code(String),
    /// Those whose name begins so, in the order of names. Capitals count.
    Name(String),
    /// Those that were first stored in this time, the latest first: from the first, and before
    /// the second.
    Created(Option<DateTime<Utc>>, Option<DateTime<Utc>>),
}

impl Default for DocumentFilter {
    fn default() -> Self {
        Self::All(DocumentSort::default())
    }
}

impl From<DocumentSort> for DocumentFilter {
    fn from(sort: DocumentSort) -> Self {
        Self::All(sort)
    }
}

impl DocumentFilter {
    /// The order that its pages are in.
    #[must_use]
    pub fn sort(&self) -> DocumentSort {
        match self {
            Self::All(sort) => *sort,
            Self::Code(_) => DocumentSort::Code,
            Self::Name(_) => DocumentSort::Name,
            Self::Created(..) => DocumentSort::NewestFirst,
        }
    }

    /// The same as a condition.
    pub(super) fn apply(&self, backend: Backend, select: Select<Entity>) -> Select<Entity> {
        match self {
            Self::All(_) => select,
            Self::Code(prefix) => begins_with(backend, select, Column::Code, prefix),
            Self::Name(prefix) => begins_with(backend, select, Column::Name, prefix),
            Self::Created(from, to) => {
                let mut select = select;
                if let Some(from) = from {
                    select = select.filter(Column::CreatedAt.gte(*from));
                }
                if let Some(to) = to {
                    select = select.filter(Column::CreatedAt.lt(*to));
                }
                select
            }
        }
    }
}

/// What begins so is one range in the order of bytes: from the beginning itself to what comes after
/// all that begins so.
fn begins_with(
    backend: Backend,
    select: Select<Entity>,
    column: Column,
    prefix: &str,
) -> Select<Entity> {
    let column = read::by_bytes(backend, column);
    let select = select.filter(column.clone().gte(prefix));
    match successor(prefix) {
        Some(end) => select.filter(column.lt(end)),
        None => select,
    }
}

/// The least text that is greater than all that begin with `prefix`; None where there is none.
fn successor(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        // The step of a range of characters passes over the surrogates.
        if let Some(next) = (last..=char::MAX).nth(1) {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

/// Which documents a bulk change is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentSelection {
    /// Those with these codes. What isn't there is passed over.
    Codes(Vec<String>),
    /// All that the filter has when the change comes to them.
    Matching(DocumentFilter),
    /// All that the filter has, but those with these codes.
    MatchingBut(DocumentFilter, Vec<String>),
}

/// The ids of what is selected, some at a time.
pub(super) struct Chunks<'a> {
    selection: &'a DocumentSelection,
    size: usize,
    /// Codes that are done with.
    codes: usize,
    /// Codes that are passed over.
    but: HashSet<&'a String>,
    /// The next page; None at the end.
    page: Option<PageRequest>,
}

impl<'a> Chunks<'a> {
    pub(super) fn of(selection: &'a DocumentSelection, size: usize) -> Self {
        Self {
            selection,
            size,
            codes: 0,
            but: match selection {
                DocumentSelection::MatchingBut(_, codes) => codes.iter().collect(),
                DocumentSelection::Codes(_) | DocumentSelection::Matching(_) => HashSet::new(),
            },
            page: Some(PageRequest::first(u32::try_from(size).unwrap_or(1))),
        }
    }

    /// The next ids; a page may be empty before the end.
    pub(super) async fn next(&mut self, store: Store<'_>) -> Result<Option<Vec<Uuid>>, Error> {
        match self.selection {
            DocumentSelection::Codes(codes) => {
                let rest = codes.get(self.codes..).unwrap_or_default();
                let chunk = &rest[..rest.len().min(self.size)];
                if chunk.is_empty() {
                    return Ok(None);
                }
                self.codes += chunk.len();
                let codes = chunk.to_vec();
                let ids = store.read(
                    || Operation::new(Area::Document, "find documents by their codes"),
                    async |conn| {
                        Ok(Entity::find()
                            .filter(super::codes_filter(store.folio().backend(), &codes))
                            .select_only()
                            .column(Column::Id)
                            .into_tuple()
                            .all(&conn)
                            .await?)
                    },
                );
                ids.await.map(Some)
            }
            DocumentSelection::Matching(filter) | DocumentSelection::MatchingBut(filter, _) => {
                let Some(request) = self.page.take() else {
                    return Ok(None);
                };
                let page = read::list(store, filter, &request).await?;
                let limit = request.limit();
                self.page = page.next.map(|next| PageRequest::first(limit).after(next));
                let wanted = page
                    .items
                    .into_iter()
                    .filter(|row| !self.but.contains(&row.code));
                Ok(Some(wanted.map(|row| row.id.0).collect()))
            }
        }
    }
}

/// How many are selected, exactly.
pub(super) async fn count(store: Store<'_>, selection: &DocumentSelection) -> Result<u64, Error> {
    match selection {
        DocumentSelection::Codes(codes) => count_codes(store, Entity::find(), codes).await,
        DocumentSelection::Matching(filter) => count_all(store, filter).await,
        DocumentSelection::MatchingBut(filter, but) => {
            let found = filter.apply(store.folio().backend(), Entity::find());
            let all = count_all(store, filter).await?;
            Ok(all.saturating_sub(count_codes(store, found, but).await?))
        }
    }
}

async fn count_all(store: Store<'_>, filter: &DocumentFilter) -> Result<u64, Error> {
    let found = filter.apply(store.folio().backend(), Entity::find());
    store
        .read(counting, async |conn| {
            Ok(found.clone().count(&conn).await?)
        })
        .await
}

/// How many of what is found have one of these codes.
async fn count_codes(
    store: Store<'_>,
    found: Select<Entity>,
    codes: &[String],
) -> Result<u64, Error> {
    let mut count = 0;
    for chunk in codes.chunks(1_000) {
        let wanted = super::codes_filter(store.folio().backend(), chunk);
        let found = found.clone().filter(wanted);
        count += store
            .read(counting, async |conn| {
                Ok(found.clone().count(&conn).await?)
            })
            .await?;
    }
    Ok(count)
}

fn counting() -> Operation {
    Operation::new(Area::Document, "count documents")
}

#[cfg(test)]
mod tests {
    use super::successor;

    #[test]
    fn what_begins_so_ends_before_its_successor() {
        assert_eq!(successor("guide/").as_deref(), Some("guide0"));
        assert_eq!(successor("a\u{d7ff}").as_deref(), Some("a\u{e000}"));
        assert_eq!(successor("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(successor(""), None);
    }
}
