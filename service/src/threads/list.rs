//! Lists of conversations.

use std::collections::HashSet;

use entity::thread::{Column, Entity, Model};
use sea_orm::sea_query::{Expr, Order};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, Select, Value};

use super::types::{Thread, ThreadCount, ThreadFilter, ThreadSelection};
use crate::documents::one_of;
use crate::error::{Area, Error, Operation};
use crate::ids::ThreadId;
use crate::page::{Anchor, Cursor, Keyset, Page, PageRequest, parse_time_key, time_key};
use crate::store::Store;

/// The order of cursors among all, and among those that are pinned where they come first.
const BY_TIME: char = 'a';
const PINNED: char = 'p';

fn keyset(order: char) -> Keyset<Column> {
    Keyset {
        order,
        key: Column::ActiveAt,
        id: Column::Id,
        direction: Order::Desc,
    }
}

fn operation() -> Operation {
    Operation::new(Area::Chat, "list the threads")
}

impl ThreadFilter {
    fn select(&self) -> Select<Entity> {
        let mut select = Entity::find();
        if let Some(user) = &self.user {
            select = select.filter(Column::UserId.eq(user.as_str()));
        }
        if let Some(since) = self.since {
            select = select.filter(Column::ActiveAt.gte(since));
        }
        if let Some(until) = self.until {
            select = select.filter(Column::ActiveAt.lt(until));
        }
        select
    }
}

pub(super) async fn list(
    store: Store<'_>,
    filter: &ThreadFilter,
    page: &PageRequest,
) -> Result<Page<Thread>, Error> {
    if filter.pinned_first {
        return pinned_first(store, filter, page).await;
    }
    rows(store, filter.select(), BY_TIME, page).await
}

async fn rows(
    store: Store<'_>,
    select: Select<Entity>,
    order: char,
    page: &PageRequest,
) -> Result<Page<Thread>, Error> {
    let keyset = keyset(order);
    let select = keyset
        .apply(select, page, |key, id| {
            Ok((parse_time_key(key)?, Value::from(id)))
        })
        .map_err(|invalid| invalid.in_area(Area::Chat))?;
    let rows: Vec<Model> = store
        .read(operation, async |conn| {
            Ok(select.clone().all(&conn).await?)
        })
        .await?;
    let page = keyset.page(rows, page, |row| (time_key(row.active_at), row.id.clone()));
    Ok(page.map(Thread::from))
}

/// Two lists one behind the other, each with an index of its own: a page that reaches the end of
/// one is filled from the other.
async fn pinned_first(
    store: Store<'_>,
    filter: &ThreadFilter,
    page: &PageRequest,
) -> Result<Page<Thread>, Error> {
    // Spelled out: the partial index is for this very condition, and not for a parameter.
    let pinned = || filter.select().filter(Expr::cust("pinned"));
    let others = || filter.select().filter(Expr::cust("NOT pinned"));
    let limit = page.limit();
    let room = |found: &Page<Thread>| {
        let found = u32::try_from(found.items.len()).unwrap_or(limit);
        limit.saturating_sub(found)
    };
    let in_pinned = |cursor: &Cursor| cursor.parts(PINNED).is_ok();
    let (pins, rest) = match &page.from {
        Anchor::Start => (page.clone(), None),
        Anchor::After(cursor) | Anchor::At(cursor) if in_pinned(cursor) => (page.clone(), None),
        Anchor::Before(cursor) if in_pinned(cursor) => {
            let mut found = rows(store, pinned(), PINNED, page).await?;
            found.next = found.items.last().map(|thread| cursor_of(PINNED, thread));
            return Ok(found);
        }
        Anchor::After(_) | Anchor::At(_) => {
            let mut found = rows(store, others(), BY_TIME, page).await?;
            found.previous = found.items.first().map(|thread| cursor_of(BY_TIME, thread));
            return Ok(found);
        }
        Anchor::End | Anchor::Before(_) => (
            PageRequest::last(limit),
            Some(rows(store, others(), BY_TIME, page).await?),
        ),
        Anchor::Offset(_) => {
            return Err(crate::error::Invalid::Cursor.in_area(Area::Chat));
        }
    };
    match rest {
        // Forwards: what is pinned, then the first of the others.
        None => {
            let mut found = rows(store, pinned(), PINNED, &pins).await?;
            if found.next.is_some() {
                return Ok(found);
            }
            let left = room(&found);
            let more = rows(store, others(), BY_TIME, &PageRequest::first(left.max(1))).await?;
            if left == 0 {
                found.next = (!more.items.is_empty())
                    .then(|| found.items.last().map(|thread| cursor_of(PINNED, thread)))
                    .flatten();
                return Ok(found);
            }
            found.items.extend(more.items);
            found.next = more.next;
            Ok(found)
        }
        // Backwards: the last of the others, and before them the last that are pinned.
        Some(mut found) => {
            if found.previous.is_some() {
                return Ok(found);
            }
            let left = room(&found);
            let mut more = rows(store, pinned(), PINNED, &PageRequest::last(left.max(1))).await?;
            if left == 0 {
                found.previous = (!more.items.is_empty())
                    .then(|| found.items.first().map(|thread| cursor_of(BY_TIME, thread)))
                    .flatten();
                return Ok(found);
            }
            if found.items.is_empty() {
                found.next = None;
            }
            more.items.append(&mut found.items);
            found.items = more.items;
            found.previous = more.previous;
            Ok(found)
        }
    }
}

fn cursor_of(order: char, thread: &Thread) -> Cursor {
    Cursor::new(order, time_key(thread.active_at), thread.id.as_str())
}

/// The ids of what is selected, some at a time.
pub(super) struct Chunks<'a> {
    selection: &'a ThreadSelection,
    size: usize,
    /// Ids that are done with.
    done: usize,
    /// Ids that are passed over.
    but: HashSet<&'a ThreadId>,
    /// The next page; None at the end.
    page: Option<PageRequest>,
}

impl<'a> Chunks<'a> {
    pub(super) fn of(selection: &'a ThreadSelection, size: usize) -> Self {
        Self {
            selection,
            size,
            done: 0,
            but: match selection {
                ThreadSelection::MatchingBut(_, ids) => ids.iter().collect(),
                ThreadSelection::Ids(_) | ThreadSelection::Matching(_) => HashSet::new(),
            },
            page: Some(PageRequest::first(u32::try_from(size).unwrap_or(1))),
        }
    }

    /// The next ids; a page may be empty before the end.
    pub(super) async fn next(&mut self, store: Store<'_>) -> Result<Option<Vec<ThreadId>>, Error> {
        match self.selection {
            ThreadSelection::Ids(ids) => {
                let rest = ids.get(self.done..).unwrap_or_default();
                let chunk = &rest[..rest.len().min(self.size)];
                self.done += chunk.len();
                Ok((!chunk.is_empty()).then(|| chunk.to_vec()))
            }
            ThreadSelection::Matching(filter) | ThreadSelection::MatchingBut(filter, _) => {
                let Some(request) = self.page.take() else {
                    return Ok(None);
                };
                let page = rows(store, filter.select(), BY_TIME, &request).await?;
                let limit = request.limit();
                self.page = page.next.map(|next| PageRequest::first(limit).after(next));
                let ids = page.items.into_iter().map(|thread| thread.id);
                Ok(Some(ids.filter(|id| !self.but.contains(id)).collect()))
            }
        }
    }
}

/// How much is selected, exactly.
pub(super) async fn count(
    store: Store<'_>,
    selection: &ThreadSelection,
) -> Result<ThreadCount, Error> {
    let selects: Vec<Select<Entity>> = match selection {
        ThreadSelection::Ids(ids) => ids
            .chunks(1_000)
            .map(|ids| Entity::find().filter(Column::Id.is_in(ids.iter().map(ThreadId::as_str))))
            .collect(),
        ThreadSelection::Matching(filter) => vec![filter.select()],
        ThreadSelection::MatchingBut(filter, but) => {
            let but: Vec<String> = but.iter().map(ThreadId::to_string).collect();
            let but = one_of(store.folio().backend(), "id", &but);
            vec![filter.select().filter(Condition::all().add(but).not())]
        }
    };
    let mut count = ThreadCount::default();
    for select in selects {
        let sums = select
            .select_only()
            .column_as(Expr::cust("count(*)"), "threads")
            .column_as(
                Expr::cust("CAST(coalesce(sum(message_count), 0) AS bigint)"),
                "messages",
            );
        let found: Option<(i64, i64)> = store
            .read(
                || Operation::new(Area::Chat, "count the threads"),
                async |conn| Ok(sums.clone().into_tuple().one(&conn).await?),
            )
            .await?;
        let (threads, messages) = found.unwrap_or_default();
        count.threads += u64::try_from(threads).unwrap_or_default();
        count.messages += u64::try_from(messages).unwrap_or_default();
    }
    Ok(count)
}
