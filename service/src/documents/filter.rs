//! Which documents: the parts of the list that an index serves, and what a bulk change is for.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::document::{Column, Entity};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Select, Value};
use uuid::Uuid;

use super::{DocumentSort, read};
use crate::connect::Backend;
use crate::error::{Area, Error, Operation};
use crate::page::PageRequest;
use crate::store::Store;

/// Characters of a tag that are looked at.
const TAG: usize = 100;

/// A part of the list of documents, in an order. One condition goes by one index, whatever the size
/// of the store: a tag in any order, the others in an order of their own (see
/// [`own_sort`](Self::own_sort)). Where several conditions meet, or one is in another order, a page
/// looks through a bounded stretch of the list: it may be shorter than was asked for, even empty,
/// and the list still go on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentFilter {
    pub(super) sort: DocumentSort,
    pub(super) code: Option<String>,
    pub(super) name: Option<String>,
    pub(super) since: Option<DateTime<Utc>>,
    pub(super) until: Option<DateTime<Utc>>,
    pub(super) tags: Vec<String>,
}

impl From<DocumentSort> for DocumentFilter {
    fn from(sort: DocumentSort) -> Self {
        Self::all().sorted(sort)
    }
}

impl DocumentFilter {
    /// All documents, the latest first.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// In this order.
    #[must_use]
    pub const fn sorted(mut self, sort: DocumentSort) -> Self {
        self.sort = sort;
        self
    }

    /// Those whose code begins so: `guide/` is a folder of them.
    #[must_use]
    pub fn code(mut self, prefix: impl Into<String>) -> Self {
        self.code = Some(prefix.into());
        self
    }

    /// Those whose name begins so. Capitals count.
    #[must_use]
    pub fn name(mut self, prefix: impl Into<String>) -> Self {
        self.name = Some(prefix.into());
        self
    }

    /// Those that were first stored at this time or later.
    #[must_use]
    pub const fn since(mut self, at: DateTime<Utc>) -> Self {
        self.since = Some(at);
        self
    }

    /// Those that were first stored before this time.
    #[must_use]
    pub const fn until(mut self, at: DateTime<Utc>) -> Self {
        self.until = Some(at);
        self
    }

    /// Those that have this tag, and every other one that is asked for: in their metadata, under
    /// `tags` or `tag`. Capitals do not count, as in a search (those of ASCII), nor does what comes
    /// after 100 characters.
    #[must_use]
    pub fn tag(mut self, tag: &str) -> Self {
        let tag = tag.chars().take(TAG).collect::<String>();
        let tag = tag.to_ascii_lowercase();
        if !self.tags.contains(&tag) {
            self.tags.push(tag);
        }
        self
    }

    /// The order that its pages are in.
    #[must_use]
    pub const fn sort(&self) -> DocumentSort {
        self.sort
    }

    /// Whether it has every document.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        *self == Self::from(self.sort)
    }

    /// The order in which its condition is one stretch of the list, where there is one.
    #[must_use]
    pub fn own_sort(&self) -> Option<DocumentSort> {
        let times = self.since.or(self.until);
        match (&self.code, &self.name, times) {
            (Some(_), _, _) => Some(DocumentSort::Code),
            (None, Some(_), _) => Some(DocumentSort::Name),
            (None, None, Some(_)) => Some(DocumentSort::NewestFirst),
            (None, None, None) => None,
        }
    }

    /// The same as a condition.
    pub(super) fn apply(&self, backend: Backend, mut select: Select<Entity>) -> Select<Entity> {
        if let Some(prefix) = &self.code {
            select = begins_with(backend, select, Column::Code, prefix);
        }
        if let Some(prefix) = &self.name {
            select = begins_with(backend, select, Column::Name, prefix);
        }
        if let Some(since) = self.since {
            select = select.filter(Column::CreatedAt.gte(since));
        }
        if let Some(until) = self.until {
            select = select.filter(Column::CreatedAt.lt(until));
        }
        for tag in &self.tags {
            let tag = [Value::from(tag.as_str())];
            select = select.filter(match backend {
                Backend::Postgres => Expr::cust_with_values(
                    "document.id IN (SELECT owner FROM document_tag WHERE tag = $1)",
                    tag,
                ),
                Backend::Sqlite => Expr::cust_with_values(
                    "document.seq IN (SELECT owner FROM document_tag WHERE tag = ?)",
                    tag,
                ),
            });
        }
        select
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
pub(crate) fn successor(prefix: &str) -> Option<String> {
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
    use super::{DocumentFilter, successor};

    #[test]
    fn a_tag_is_asked_for_once_and_in_small_letters() {
        let once = DocumentFilter::all().tag("Draft");
        assert_eq!(once.clone().tag("draft"), once);
        let long = "É".repeat(120);
        assert_eq!(DocumentFilter::all().tag(&long).tags, ["É".repeat(100)]);
    }

    #[test]
    fn what_begins_so_ends_before_its_successor() {
        assert_eq!(successor("guide/").as_deref(), Some("guide0"));
        assert_eq!(successor("a\u{d7ff}").as_deref(), Some("a\u{e000}"));
        assert_eq!(successor("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(successor(""), None);
    }
}
