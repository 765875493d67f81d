//! Documents that were deleted or changed, and the way back, for many at once: the texts stay in the
//! database on it.

use std::collections::{HashMap, HashSet};

use entity::document::{Column, Entity};
use entity::document_revision;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
};
use uuid::Uuid;

use super::write::{prune, stamp};
use crate::activity::{Reason, Recorded, Stands};
use crate::audit::{self, Act, Subject};
use crate::error::Fault;
use crate::folio::Folio;
use crate::ingest;
use crate::store::Conn;

/// A document that is held for this transaction.
pub(super) struct Held {
    pub(super) id: Uuid,
    pub(super) code: String,
    pub(super) version: i64,
}

/// Holds the documents with these ids, in the order of ids, so that two writers never deadlock.
pub(super) async fn hold(conn: &Conn, ids: &[Uuid]) -> Result<HashMap<Uuid, Held>, Fault> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, String, i64)> = Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .select_only()
        .columns([Column::Id, Column::Code, Column::Version])
        .into_tuple()
        .all(conn)
        .await?;
    let held = |(id, code, version)| (id, Held { id, code, version });
    Ok(rows.into_iter().map(held).collect())
}

/// Deletes documents that are held.
pub(super) async fn remove(folio: &Folio, conn: &Conn, held: &[Held]) -> Result<(), Fault> {
    let ids: Vec<Uuid> = held.iter().map(|held| held.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    Entity::delete_many()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .exec(conn)
        .await?;
    stamp(folio, conn, &ids).await
}

/// A document that is back.
#[derive(Clone)]
pub(super) struct Back {
    id: Uuid,
    code: String,
    /// The version it has now; the one before is that which was deleted.
    version: i64,
}

impl Back {
    pub(super) fn act(&self) -> Act {
        Act::new("restored", Subject::Document, self.id.to_string())
            .label(&self.code)
            .version(self.version)
    }
}

/// Why a document is not brought back.
#[derive(Clone)]
pub(super) struct NotBack {
    pub(super) code: Option<String>,
    pub(super) reason: Reason,
}

const BRING_BACK: &str = "\
INSERT INTO document (id, code, name, content, content_hash, metadata, version, created_at, updated_at) \
SELECT document_id, code, name, content, content_hash, metadata, version + 1, created_at, \
CASE WHEN updated_at > $2 THEN updated_at ELSE $2 END \
FROM document_revision WHERE id = $1";

/// Stores deleted documents again under their old ids, one version on. Where a version is given,
/// it has to be the one that was deleted last. The answers are in the order of what is wanted.
pub(super) async fn bring_back(
    folio: &Folio,
    conn: &Conn,
    wanted: &[(Uuid, Option<i64>)],
) -> Result<Vec<Result<Back, NotBack>>, Fault> {
    use document_revision::Column as Revision;
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = wanted.iter().map(|(id, _)| *id).collect();
    let living = hold(conn, &ids).await?;
    let latest = Expr::cust(
        "(SELECT max(r.version) FROM document_revision AS r WHERE r.document_id = document_revision.document_id)",
    );
    let rows: Vec<(i64, Uuid, String, i64)> = document_revision::Entity::find()
        .filter(Revision::DocumentId.is_in(ids.iter().copied()))
        .filter(Revision::Action.eq(document_revision::Action::Deleted))
        .filter(Expr::col((document_revision::Entity, Revision::Version)).eq(latest))
        .select_only()
        .columns([
            Revision::Id,
            Revision::DocumentId,
            Revision::Code,
            Revision::Version,
        ])
        .into_tuple()
        .all(conn)
        .await?;
    let codes: Vec<String> = rows.iter().map(|(_, _, code, _)| code.clone()).collect();
    let deleted: HashMap<Uuid, (i64, String, i64)> = rows
        .into_iter()
        .map(|(revision, id, code, version)| (id, (revision, code, version)))
        .collect();
    let taken: Vec<String> = Entity::find()
        .filter(super::codes_filter(folio.backend(), &codes))
        .select_only()
        .column(Column::Code)
        .into_tuple()
        .all(conn)
        .await?;
    let mut taken: HashSet<String> = taken.into_iter().collect();
    let mut results = Vec::with_capacity(wanted.len());
    for (id, version) in wanted {
        let refuse = |code: Option<&String>, reason| {
            let code = code.cloned();
            Err(NotBack { code, reason })
        };
        let found = deleted.get(id);
        let code = found.map(|(_, code, _)| code);
        // It may have come back since, and that was taken back.
        let is_that = match (found, version) {
            (Some((.., at)), Some(wanted)) if wanted != at => {
                let id = id.to_string();
                audit::deleted_again(conn, Subject::Document, &id, *wanted).await? == *at
            }
            _ => true,
        };
        results.push(match found {
            _ if living.contains_key(id) => {
                refuse(living.get(id).map(|held| &held.code), "is there already")
            }
            None => refuse(None, "is no longer in the history"),
            Some(_) if !is_that => refuse(code, "has changed since"),
            Some((_, code, _)) if !taken.insert(code.clone()) => refuse(
                Some(code),
                "can't come back: another document has its code now",
            ),
            Some((revision, code, at)) => {
                let values = [(*revision).into(), folio.now().into()];
                let backend = conn.get_database_backend();
                conn.execute_raw(Statement::from_sql_and_values(backend, BRING_BACK, values))
                    .await?;
                Ok(Back {
                    id: *id,
                    code: code.clone(),
                    version: at + 1,
                })
            }
        });
    }
    Ok(results)
}

const REVERT: &str = "\
UPDATE document SET code = r.code, name = r.name, content = r.content, content_hash = r.content_hash, \
metadata = r.metadata, version = $4, \
updated_at = CASE WHEN document.updated_at > $5 THEN document.updated_at ELSE $5 END \
FROM document_revision AS r \
WHERE document.id = $1 AND r.document_id = $2 AND r.version = $3 \
AND (SELECT count(*) FROM document AS other WHERE other.code = r.code AND other.id <> r.document_id) = 0";

/// Makes a document what it was in an earlier version; false where that is no longer kept.
async fn revert(folio: &Folio, conn: &Conn, held: &Held, to: i64) -> Result<bool, Fault> {
    let values = [
        held.id.into(),
        held.id.into(),
        to.into(),
        (held.version + 1).into(),
        folio.now().into(),
    ];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), REVERT, values);
    let done = conn.execute_raw(statement).await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    stamp(folio, conn, &[held.id]).await?;
    prune(folio, conn, &[held.id]).await?;
    Ok(true)
}

const AS_LEFT: &str = "\
SELECT d.version AS version FROM document AS d \
JOIN document_revision AS r ON r.document_id = d.id AND r.version = $2 \
WHERE d.id = $1 AND d.code = r.code AND d.name = r.name \
AND d.content_hash = r.content_hash AND d.metadata = r.metadata";

/// Whether a document is the same as it was in an earlier version: what came between has been
/// taken back, so that the act which left it like that can be taken back as well.
async fn is_as_left(conn: &Conn, held: &Held, version: i64) -> Result<bool, Fault> {
    let values = [held.id.into(), version.into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), AS_LEFT, values);
    Ok(conn.query_one_raw(statement).await?.is_some())
}

/// Takes acts on documents back, each on a document of its own.
pub(crate) async fn take_back(
    folio: &Folio,
    conn: &Conn,
    acts: &[Recorded],
    stands: &mut Stands,
) -> Result<Vec<Result<Act, Reason>>, Fault> {
    let ids: Vec<Uuid> = acts
        .iter()
        .map(|act| Uuid::try_parse(&act.subject_id).unwrap_or_default())
        .collect();
    let mut living = hold(conn, &ids).await?;
    let mut results: Vec<Result<Act, Reason>> = vec![Err("can't be taken back"); acts.len()];
    let (mut to_remove, mut to_bring_back) = (Vec::new(), Vec::new());
    let mut moved_back = Vec::new();
    for (index, (act, id)) in acts.iter().zip(&ids).enumerate() {
        let Some(version) = act.version else { continue };
        let held = living.remove(id);
        let as_left = match &held {
            Some(held) if !stands.matches(&act.subject_id, held.version, version) => {
                is_as_left(conn, held, version).await?
            }
            _ => true,
        };
        results[index] = match (act.action.as_str(), held) {
            ("deleted", _) => {
                to_bring_back.push((index, *id, version));
                continue;
            }
            (_, None) => Err("has been deleted since"),
            (_, Some(_)) if !as_left => Err("has changed since"),
            ("created" | "ingested" | "restored", Some(held)) => {
                to_remove.push((index, held));
                continue;
            }
            (_, Some(held)) => {
                if revert(folio, conn, &held, version - 1).await? {
                    if act.action == "moved" {
                        moved_back.push(held.id);
                    }
                    stands.set(&act.subject_id, held.version + 1, version - 1);
                    Ok(
                        Act::new("updated", Subject::Document, act.subject_id.clone())
                            .label(&held.code)
                            .version(held.version + 1),
                    )
                } else {
                    Err(
                        "can't be taken back: its earlier version is no longer kept, or its code is another's now",
                    )
                }
            }
        };
    }
    ingest::follow_codes(conn, &moved_back).await?;
    let (indexes, held): (Vec<usize>, Vec<Held>) = to_remove.into_iter().unzip();
    remove(folio, conn, &held).await?;
    for (index, held) in indexes.into_iter().zip(held) {
        let act = Act::new("deleted", Subject::Document, held.id.to_string());
        results[index] = Ok(act.label(&held.code).version(held.version));
    }
    let wanted: Vec<(Uuid, Option<i64>)> = to_bring_back
        .iter()
        .map(|(_, id, version)| (*id, Some(*version)))
        .collect();
    let back = bring_back(folio, conn, &wanted).await?;
    for ((index, id, version), result) in to_bring_back.into_iter().zip(back) {
        results[index] = match result {
            Ok(back) => {
                stands.set(&id.to_string(), back.version, version);
                Ok(back.act())
            }
            Err(refused) => Err(refused.reason),
        };
    }
    Ok(results)
}
