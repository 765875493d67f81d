//! What documents were before: history, trash, and the way back.

use entity::document;
use entity::document_revision::{Action, Column, Entity, Model};
use sea_orm::sea_query::{Expr, Order};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::trash::hold;
use super::write::{apply, insert_row, locked};
use super::{Deleted, DocumentChange, Restored, Revision, RevisionSummary, on};
use crate::audit::{self, Act, Subject};
use crate::error::{Area, DocumentError, Error, Fault, Operation};
use crate::folio::Folio;
use crate::ids::DocumentId;
use crate::page::{Keyset, Page, PageRequest, parse_number_key};
use crate::retry::Repeat;
use crate::store::{Conn, Store};

/// A revision without its content.
#[derive(FromQueryResult)]
struct Row {
    id: i64,
    document_id: Uuid,
    version: i64,
    code: String,
    name: String,
    action: Action,
    changed_at: chrono::DateTime<chrono::Utc>,
    changed_by: Option<String>,
}

impl From<Row> for RevisionSummary {
    fn from(row: Row) -> Self {
        Self {
            document_id: DocumentId(row.document_id),
            version: row.version,
            code: row.code,
            name: row.name,
            action: row.action.into(),
            changed_at: row.changed_at,
            changed_by: row.changed_by,
        }
    }
}

fn summaries() -> sea_orm::Select<Entity> {
    Entity::find().select_only().columns([
        Column::Id,
        Column::DocumentId,
        Column::Version,
        Column::Code,
        Column::Name,
        Column::Action,
        Column::ChangedAt,
        Column::ChangedBy,
    ])
}

/// The document that has the code, or else the one that had it when it was deleted last.
async fn document_of(conn: &Conn, code: &str) -> Result<Option<Uuid>, Fault> {
    let living = document::Entity::find()
        .filter(document::Column::Code.eq(code))
        .select_only();
    if let Some(id) = living
        .column(document::Column::Id)
        .into_tuple()
        .one(conn)
        .await?
    {
        return Ok(Some(id));
    }
    let deleted = Entity::find()
        .filter(Column::Code.eq(code))
        .filter(Column::Action.eq(Action::Deleted))
        .order_by_desc(Column::Id)
        .select_only();
    Ok(deleted
        .column(Column::DocumentId)
        .into_tuple()
        .one(conn)
        .await?)
}

pub(super) async fn list(
    store: Store<'_>,
    code: &str,
    page: &PageRequest,
) -> Result<Option<Page<RevisionSummary>>, Error> {
    let keyset = Keyset {
        order: 'v',
        key: Column::Version,
        id: Column::Id,
        direction: Order::Desc,
    };
    let select = keyset
        .apply(summaries(), page, |key, id| {
            Ok((parse_number_key(key)?, parse_number_key(id)?))
        })
        .map_err(|invalid| invalid.in_area(Area::Document))?;
    let rows = store.read(
        || on("read the history of", code),
        async |conn| {
            let Some(id) = document_of(&conn, code).await? else {
                return Ok(None);
            };
            let of_document = select.clone().filter(Column::DocumentId.eq(id));
            Ok(Some(of_document.into_model::<Row>().all(&conn).await?))
        },
    );
    let page = rows.await?.map(|rows| {
        keyset.page(rows, page, |row| {
            (row.version.to_string(), row.id.to_string())
        })
    });
    Ok(page.map(|page| page.map(RevisionSummary::from)))
}

pub(super) async fn get(
    store: Store<'_>,
    code: &str,
    version: i64,
) -> Result<Option<Revision>, Error> {
    let found = store.read(
        || on("read the history of", code),
        async |conn| {
            let Some(id) = document_of(&conn, code).await? else {
                return Ok(None);
            };
            find(&conn, id, Some(version)).await
        },
    );
    Ok(found.await?.map(Revision::from))
}

/// The revision of this version, or the latest.
async fn find(conn: &Conn, id: Uuid, version: Option<i64>) -> Result<Option<Model>, Fault> {
    let mut select = Entity::find().filter(Column::DocumentId.eq(id));
    if let Some(version) = version {
        select = select.filter(Column::Version.eq(version));
    }
    Ok(select
        .order_by_desc(Column::Version)
        .order_by_desc(Column::Id)
        .one(conn)
        .await?)
}

pub(super) async fn deleted(store: Store<'_>, page: &PageRequest) -> Result<Page<Deleted>, Error> {
    let keyset = Keyset {
        order: 'd',
        key: Column::Id,
        id: Column::Id,
        direction: Order::Desc,
    };
    let select = keyset
        .apply(summaries(), page, |key, id| {
            Ok((parse_number_key(key)?, parse_number_key(id)?))
        })
        .map_err(|invalid| invalid.in_area(Area::Document))?;
    // Spelled out: the partial index is for this very condition, and not for a parameter. And
    // counted: PostgreSQL would turn NOT EXISTS into a join that reads every document.
    let select = select
        .filter(Expr::cust("action = 'deleted'"))
        .filter(Expr::cust(
            "(SELECT count(*) FROM document AS d WHERE d.id = document_revision.document_id) = 0",
        ))
        .filter(Expr::cust(
            "version = (SELECT max(r.version) FROM document_revision AS r WHERE r.document_id = document_revision.document_id)",
        ));
    let rows = store.read(
        || Operation::new(Area::Document, "list the deleted documents"),
        async |conn| Ok(select.clone().into_model::<Row>().all(&conn).await?),
    );
    Ok(keyset
        .page(rows.await?, page, |row| {
            (row.id.to_string(), row.id.to_string())
        })
        .map(RevisionSummary::from))
}

pub(super) async fn restore(
    store: Store<'_>,
    code: &str,
    version: Option<i64>,
) -> Result<Restored, Error> {
    let folio = store.folio();
    store
        .write(
            Repeat::OnlyIfUndone,
            || on("restore", code),
            async |conn| {
                let missing = || DocumentError::NoSuchRevision {
                    code: code.to_owned(),
                    version,
                };
                let living = locked(&conn, code).await?;
                let id = match &living {
                    Some(living) => living.id,
                    None => document_of(&conn, code).await?.ok_or_else(missing)?,
                };
                let revision = find(&conn, id, version).await?.ok_or_else(missing)?;
                let restored_version = revision.version;
                let version = match living {
                    Some(living) => restore_living(folio, &conn, living, &revision).await?,
                    None => restore_deleted(folio, &conn, code, &revision).await?,
                };
                Ok(Restored {
                    id: DocumentId(id),
                    code: revision.code,
                    version,
                    restored_version,
                })
            },
        )
        .await
}

/// Changes the document to what it was; its code is a matter of its own and stays.
async fn restore_living(
    folio: &Folio,
    conn: &Conn,
    living: document::Model,
    revision: &Model,
) -> Result<i64, Fault> {
    let (code, before) = (living.code.clone(), living.version);
    let change = DocumentChange::new()
        .name(revision.name.clone())
        .content(revision.content.clone())
        .metadata(revision.metadata.clone());
    let after = apply(folio, conn, living, (&change).into()).await?.version;
    if after == before {
        return Err(DocumentError::NothingToRestore {
            code,
            version: revision.version,
        }
        .into());
    }
    Ok(after)
}

/// Stores the document again under its old id, one version on from its last. It may have come back
/// and got another code since it was deleted under this one.
async fn restore_deleted(
    folio: &Folio,
    conn: &Conn,
    code: &str,
    revision: &Model,
) -> Result<i64, Fault> {
    let id = revision.document_id;
    if let Some(living) = hold(conn, &[id]).await?.remove(&id) {
        let (code, now) = (code.to_owned(), living.code);
        return Err(DocumentError::Lives { code, now }.into());
    }
    let last = find(conn, id, None).await?;
    let version = last.map_or(revision.version, |last| last.version);
    let version = version.saturating_add(1);
    let model = document::Model {
        id: revision.document_id,
        code: revision.code.clone(),
        name: revision.name.clone(),
        content: revision.content.clone(),
        content_hash: revision.content_hash.clone(),
        metadata: revision.metadata.clone(),
        version,
        created_at: revision.created_at,
        updated_at: std::cmp::max(folio.now(), revision.updated_at),
    };
    insert_row(conn, &model).await?;
    let act = Act::new("restored", Subject::Document, model.id.to_string())
        .label(&model.code)
        .version(version);
    audit::record(folio, conn, [act]).await?;
    Ok(version)
}
