//! Looking documents up.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::document::{Column, Entity};
use sea_orm::sea_query::{Expr, Order};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QuerySelect, Value,
};

use super::{Document, DocumentFilter, DocumentSort, DocumentSummary, narrow, on};
use uuid::Uuid;

use crate::connect::Backend;
use crate::error::{Area, Error, Invalid, Operation};
use crate::ids::DocumentId;
use crate::page::{Keyset, Page, PageRequest, parse_time_key, parse_uuid_key, time_key};
use crate::store::Store;

pub(super) async fn by_code(store: Store<'_>, code: &str) -> Result<Option<Document>, Error> {
    let found = store.read(
        || on("read", code),
        async |conn| {
            Ok(Entity::find()
                .filter(Column::Code.eq(code))
                .one(&conn)
                .await?)
        },
    );
    Ok(found.await?.map(Document::from))
}

pub(super) async fn by_id(store: Store<'_>, id: DocumentId) -> Result<Option<Document>, Error> {
    let found = store.read(
        || Operation::new(Area::Document, format!("read document {id}")),
        async |conn| Ok(Entity::find_by_id(id.0).one(&conn).await?),
    );
    Ok(found.await?.map(Document::from))
}

pub(super) async fn many(store: Store<'_>, codes: Vec<String>) -> Result<Vec<Document>, Error> {
    let operation = || Operation::new(Area::Document, format!("read {} documents", codes.len()));
    let rows = store.read(operation, async |conn| {
        let wanted = codes_filter(store.folio().backend(), &codes);
        Ok(Entity::find().filter(wanted).all(&conn).await?)
    });
    let mut found: HashMap<String, Document> = rows
        .await?
        .into_iter()
        .map(|row| (row.code.clone(), row.into()))
        .collect();
    Ok(codes.iter().filter_map(|code| found.remove(code)).collect())
}

/// Documents that have one of these codes.
pub(crate) fn codes_filter(backend: Backend, codes: &[String]) -> Expr {
    one_of(backend, "code", codes)
}

/// Rows that have one of these texts in a column: however many they are, they are one parameter.
pub(crate) fn one_of(backend: Backend, column: &'static str, texts: &[String]) -> Expr {
    match backend {
        Backend::Postgres => {
            Expr::cust_with_values(format!("{column} = ANY($1)"), [Value::from(texts.to_vec())])
        }
        Backend::Sqlite => {
            let list = serde_json::Value::from(texts.to_vec()).to_string();
            Expr::cust_with_values(
                format!("{column} IN (SELECT value FROM json_each(?))"),
                [Value::from(list)],
            )
        }
    }
}

pub(super) async fn count(store: Store<'_>) -> Result<u64, Error> {
    store
        .read(
            || Operation::new(Area::Document, "count the documents"),
            async |conn| Ok(Entity::find().count(&conn).await?),
        )
        .await
}

/// The keyset of each order. Every one has an index.
pub(super) fn keyset(sort: DocumentSort) -> Keyset<Column> {
    let (order, key, direction) = match sort {
        DocumentSort::NewestFirst => ('t', Column::CreatedAt, Order::Desc),
        DocumentSort::Name => ('n', Column::Name, Order::Asc),
        DocumentSort::Code => ('c', Column::Code, Order::Asc),
    };
    Keyset {
        order,
        key,
        id: Column::Id,
        direction,
    }
}

/// A document without its content.
#[derive(FromQueryResult)]
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) code: String,
    pub(super) name: String,
    version: i64,
    pub(super) created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Row> for DocumentSummary {
    fn from(row: Row) -> Self {
        Self {
            id: DocumentId(row.id),
            code: row.code,
            name: row.name,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A text column in the order of bytes, which is the same on both databases.
pub(super) fn by_bytes(backend: Backend, column: Column) -> Expr {
    match (backend, column) {
        (Backend::Postgres, Column::Name) => Expr::cust("document.name COLLATE \"C\""),
        (Backend::Postgres, Column::Code) => Expr::cust("document.code COLLATE \"C\""),
        _ => Expr::col(column),
    }
}

pub(super) async fn list(
    store: Store<'_>,
    filter: &DocumentFilter,
    page: &PageRequest,
) -> Result<Page<DocumentSummary>, Error> {
    if !is_one_stretch(filter) {
        return narrow::list(store, filter, page).await;
    }
    let backend = store.folio().backend();
    let sort = filter.sort();
    let keyset = keyset(sort);
    let select = Entity::find().select_only().columns([
        Column::Id,
        Column::Code,
        Column::Name,
        Column::Version,
        Column::CreatedAt,
        Column::UpdatedAt,
    ]);
    let select = keyset
        .apply_by(
            by_bytes(backend, keyset.key),
            filter.apply(backend, select),
            page,
            |key, id| parse_place(sort, key, id),
        )
        .map_err(|invalid| invalid.in_area(Area::Document))?;
    let rows = store.read(
        || Operation::new(Area::Document, "list the documents"),
        async |conn| Ok(select.clone().into_model::<Row>().all(&conn).await?),
    );
    let page = keyset.page(rows.await?, page, |row: &Row| place(sort, row));
    Ok(page.map(DocumentSummary::from))
}

/// What a filter has stands side by side in its order, in the table itself.
fn is_one_stretch(filter: &DocumentFilter) -> bool {
    let own = filter
        .own_sort()
        .into_iter()
        .all(|own| own == filter.sort());
    let times = usize::from(filter.since.or(filter.until).is_some());
    let conditions =
        times + usize::from(filter.code.is_some()) + usize::from(filter.name.is_some());
    own && conditions <= 1 && filter.tags.is_empty()
}

/// Where a row stands in an order: what it is sorted by, and its id.
pub(super) fn place(sort: DocumentSort, row: &Row) -> (String, String) {
    let key = match sort {
        DocumentSort::NewestFirst => time_key(row.created_at),
        DocumentSort::Name => row.name.clone(),
        DocumentSort::Code => row.code.clone(),
    };
    (key, row.id.to_string())
}

/// The same from a cursor's texts.
pub(super) fn parse_place(
    sort: DocumentSort,
    key: &str,
    id: &str,
) -> Result<(Value, Value), Invalid> {
    let key = match sort {
        DocumentSort::NewestFirst => parse_time_key(key)?,
        DocumentSort::Name | DocumentSort::Code => Value::from(key),
    };
    Ok((key, parse_uuid_key(id)?))
}
