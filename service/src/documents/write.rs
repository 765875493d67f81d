//! Storing, changing and deleting documents.

use entity::document::{ActiveModel, Column, Entity, Model};
use entity::document_revision;
use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::Value;

use super::{Document, DocumentChange, NewDocument, Outcome, Upserted, on};
use crate::audit::{self, Act, Subject};
use crate::error::{DocumentError, Error, Failure, FailureKind, Fate, Fault, is_duplicate};
use crate::folio::Folio;
use crate::ids::DocumentId;
use crate::retry::Repeat;
use crate::search::language::Own;
use crate::store::{Conn, Store};

/// What a content is compared by.
pub(crate) fn content_hash(content: &str) -> Vec<u8> {
    blake3::hash(content.as_bytes()).as_bytes().to_vec()
}

/// A row for a document that is new.
fn row(folio: &Folio, new: &NewDocument) -> Model {
    let now = folio.now();
    let metadata = new
        .metadata
        .clone()
        .unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    Model {
        id: new.id.map_or_else(|| folio.new_id(), |id| id.0),
        code: new.code.clone(),
        name: new.name.clone(),
        content_hash: Some(content_hash(&new.content)),
        content: new.content.clone(),
        metadata: new.language.in_metadata(&metadata).unwrap_or(metadata),
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

fn active(model: Model) -> ActiveModel {
    ActiveModel {
        id: Set(model.id),
        code: Set(model.code),
        name: Set(model.name),
        content: Set(model.content),
        content_hash: Set(model.content_hash),
        metadata: Set(model.metadata),
        version: Set(model.version),
        created_at: Set(model.created_at),
        updated_at: Set(model.updated_at),
    }
}

/// Inserts the row. A second try under the same id finds the first one's row and leaves it, so
/// it may be repeated whatever became of the first; another row under that id is a duplicate.
pub(super) async fn insert_row(conn: &Conn, model: &Model) -> Result<(), Fault> {
    let inserted = Entity::insert(active(model.clone()))
        .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned())
        .exec_without_returning(conn);
    let inserted = match inserted.await {
        Err(error) if is_duplicate(&error) => {
            let code = model.code.clone();
            return Err(DocumentError::Duplicate { code }.into());
        }
        Err(sea_orm::DbErr::RecordNotInserted) => 0,
        other => other?,
    };
    if inserted == 0
        && let Some(there) = Entity::find_by_id(model.id).one(conn).await?
        && !is_same_row(&there, model)
    {
        let (id, code) = (DocumentId(model.id), there.code);
        return Err(DocumentError::DuplicateId { id, code }.into());
    }
    Ok(())
}

/// Whether the row that is there is the one that an earlier try stored; others may have changed it
/// since. Metadata are left out: a database may write a number in another way.
fn is_same_row(there: &Model, model: &Model) -> bool {
    let said = |row: &Model| (row.code.clone(), row.name.clone(), row.content_hash.clone());
    there.created_at == model.created_at
        && (there.version > model.version || said(there) == said(model))
}

pub(super) async fn insert(store: Store<'_>, new: NewDocument) -> Result<Document, Error> {
    let folio = store.folio();
    new.check(folio.config().max_document_bytes)
        .map_err(DocumentError::Invalid)?;
    let model = row(folio, &new);
    store
        .write_new(
            || on("store", &new.code),
            async |conn| {
                insert_row(&conn, &model).await?;
                audit::record_new(folio, &conn, created(&model)).await
            },
        )
        .await?;
    Ok(model.into())
}

pub(super) async fn upsert(store: Store<'_>, new: &NewDocument) -> Result<Upserted, Error> {
    let folio = store.folio();
    new.check(folio.config().max_document_bytes)
        .map_err(DocumentError::Invalid)?;
    let operation = || on("store", &new.code);
    store
        .write(Repeat::Idempotent, operation, async |conn| {
            let Some(found) = locked(&conn, &new.code).await? else {
                let model = row(folio, new);
                return match insert_row(&conn, &model).await {
                    // Someone else was first: the next try finds their document.
                    Err(Fault::Error(Error::Document(DocumentError::Duplicate { .. }))) => {
                        let (kind, fate) = (FailureKind::Contention, Fate::RolledBack);
                        let failure = Failure {
                            operation: operation(),
                            kind,
                            fate,
                            source: None,
                        };
                        Err(failure.into_error().into())
                    }
                    Err(fault) => Err(fault),
                    Ok(()) => {
                        audit::record_new(folio, &conn, created(&model)).await?;
                        Ok(upserted(Outcome::Inserted, &model))
                    }
                };
            };
            let version = found.version;
            let model = apply(folio, &conn, found, new.into()).await?;
            let outcome = if model.version == version {
                Outcome::Unchanged
            } else {
                Outcome::Updated
            };
            Ok(upserted(outcome, &model))
        })
        .await
}

fn created(model: &Model) -> Act {
    Act::new("created", Subject::Document, model.id.to_string())
        .label(&model.code)
        .version(model.version)
}

fn upserted(outcome: Outcome, model: &Model) -> Upserted {
    Upserted {
        outcome,
        id: DocumentId(model.id),
        version: model.version,
        created_at: model.created_at,
        updated_at: model.updated_at,
    }
}

pub(super) async fn update(
    store: Store<'_>,
    code: &str,
    change: &DocumentChange,
) -> Result<Option<Document>, Error> {
    let folio = store.folio();
    change
        .check(folio.config().max_document_bytes)
        .map_err(DocumentError::Invalid)?;
    let changed = store.write(
        Repeat::OnlyIfUndone,
        || on("change", code),
        async |conn| {
            let Some(found) = locked(&conn, code).await? else {
                return Ok(None);
            };
            if let Some(expected) = change.based_on
                && expected != found.version
            {
                let found = found.version;
                return Err(DocumentError::Conflict {
                    code: code.to_owned(),
                    expected,
                    found,
                }
                .into());
            }
            apply(folio, &conn, found, change.into()).await.map(Some)
        },
    );
    Ok(changed.await?.map(Document::from))
}

pub(super) async fn delete(store: Store<'_>, code: &str) -> Result<bool, Error> {
    let folio = store.folio();
    store
        .write(
            Repeat::OnlyIfUndone,
            || on("delete", code),
            async |conn| {
                let Some(found) = locked_summary(&conn, code).await? else {
                    return Ok(false);
                };
                let (id, version) = found;
                Entity::delete_by_id(id).exec(&conn).await?;
                stamp(folio, &conn, &[id]).await?;
                let act = Act::new("deleted", Subject::Document, id.to_string())
                    .label(code)
                    .version(version);
                audit::record(folio, &conn, [act]).await?;
                Ok(true)
            },
        )
        .await
}

/// The document as it is, held for this transaction.
pub(super) async fn locked(conn: &Conn, code: &str) -> Result<Option<Model>, Fault> {
    Ok(Entity::find()
        .filter(Column::Code.eq(code))
        .lock_exclusive()
        .one(conn)
        .await?)
}

/// Its id and version, held for this transaction.
async fn locked_summary(conn: &Conn, code: &str) -> Result<Option<(uuid::Uuid, i64)>, Fault> {
    let found = Entity::find()
        .filter(Column::Code.eq(code))
        .lock_exclusive()
        .select_only();
    Ok(found
        .column(Column::Id)
        .column(Column::Version)
        .into_tuple()
        .one(conn)
        .await?)
}

/// What is to be changed; what isn't named stays.
#[derive(Clone, Copy)]
pub(super) struct Change<'a> {
    code: Option<&'a str>,
    name: Option<&'a str>,
    content: Option<&'a str>,
    metadata: Option<&'a Value>,
    language: Own,
}

impl<'a> From<&'a DocumentChange> for Change<'a> {
    fn from(change: &'a DocumentChange) -> Self {
        Self {
            code: change.code.as_deref(),
            name: change.name.as_deref(),
            content: change.content.as_deref(),
            metadata: change.metadata.as_ref(),
            language: change.language,
        }
    }
}

impl<'a> From<&'a NewDocument> for Change<'a> {
    fn from(new: &'a NewDocument) -> Self {
        Self {
            code: None,
            name: Some(&new.name),
            content: Some(&new.content),
            metadata: new.metadata.as_ref(),
            language: new.language,
        }
    }
}

/// Makes the change and keeps the history; a change that changes nothing writes nothing.
pub(super) async fn apply(
    folio: &Folio,
    conn: &Conn,
    found: Model,
    change: Change<'_>,
) -> Result<Model, Fault> {
    let mut row = ActiveModel {
        id: Unchanged(found.id),
        ..Default::default()
    };
    let mut model = found;
    let mut changed = false;
    if let Some(code) = change.code.filter(|code| *code != model.code) {
        row.code = Set(code.to_owned());
        code.clone_into(&mut model.code);
        changed = true;
    }
    if let Some(name) = change.name.filter(|name| *name != model.name) {
        row.name = Set(name.to_owned());
        name.clone_into(&mut model.name);
        changed = true;
    }
    if let Some(content) = change.content.filter(|content| *content != model.content) {
        let hash = content_hash(content);
        row.content = Set(content.to_owned());
        row.content_hash = Set(Some(hash.clone()));
        content.clone_into(&mut model.content);
        model.content_hash = Some(hash);
        changed = true;
    }
    let metadata = change.metadata.unwrap_or(&model.metadata);
    let spoken = change.language.in_metadata(metadata);
    if let Some(metadata) = spoken
        .or_else(|| change.metadata.cloned())
        .filter(|metadata| *metadata != model.metadata)
    {
        row.metadata = Set(metadata.clone());
        model.metadata = metadata;
        changed = true;
    }
    if !changed {
        return Ok(model);
    }
    model.version = model.version.saturating_add(1);
    // Never before the time of the last change, also when this machine's clock is behind.
    model.updated_at = std::cmp::max(folio.now(), model.updated_at);
    row.version = Set(model.version);
    row.updated_at = Set(model.updated_at);
    row.created_at = NotSet;
    match Entity::update(row).exec(conn).await {
        Err(error) if is_duplicate(&error) => {
            return Err(DocumentError::Duplicate { code: model.code }.into());
        }
        other => drop(other?),
    }
    stamp(folio, conn, &[model.id]).await?;
    prune(folio, conn, &[model.id]).await?;
    let act = Act::new("updated", Subject::Document, model.id.to_string())
        .label(&model.code)
        .version(model.version);
    audit::record(folio, conn, [act]).await?;
    Ok(model)
}

/// The revision that the last change of its document left: of one that lives, the version before; of
/// one that was deleted, its last. One that another program left earlier stays nobody's.
const JUST_LEFT: &str = "\
document_revision.version = coalesce(\
(SELECT d.version - 1 FROM document AS d WHERE d.id = document_revision.document_id), \
(SELECT max(r.version) FROM document_revision AS r WHERE r.document_id = document_revision.document_id))";

/// Writes who it was into the revisions that this transaction's changes have just left, one of each
/// document.
pub(crate) async fn stamp(folio: &Folio, conn: &Conn, ids: &[uuid::Uuid]) -> Result<(), Fault> {
    use document_revision::Column as Revision;
    let Some(actor) = folio.actor() else {
        return Ok(());
    };
    document_revision::Entity::update_many()
        .col_expr(Revision::ChangedBy, Expr::value(actor))
        .filter(Revision::DocumentId.is_in(ids.iter().copied()))
        .filter(Revision::ChangedBy.is_null())
        .filter(Expr::cust(JUST_LEFT))
        .exec(conn)
        .await?;
    Ok(())
}

/// Drops the revisions of these documents that are beyond the limit.
pub(crate) async fn prune(folio: &Folio, conn: &Conn, ids: &[uuid::Uuid]) -> Result<(), Fault> {
    use document_revision::Column as Revision;
    let limit = i64::from(folio.config().history_limit);
    let now_at = Query::select()
        .column((Entity, Column::Version))
        .from(Entity)
        .and_where(
            Expr::col((Entity, Column::Id))
                .equals((document_revision::Entity, Revision::DocumentId)),
        )
        .to_owned();
    let too_old = Expr::col((document_revision::Entity, Revision::Version))
        .add(limit)
        .lt(Expr::SubQuery(None, Box::new(now_at.into())));
    document_revision::Entity::delete_many()
        .filter(Revision::DocumentId.is_in(ids.iter().copied()))
        .filter(too_old)
        .exec(conn)
        .await?;
    Ok(())
}
