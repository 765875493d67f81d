//! Whose documents are: which file of which folder a document was taken from.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use entity::{document, ingest_file, ingest_root};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, Select,
};
use uuid::Uuid;

use crate::error::Fault;
use crate::store::Conn;

/// A document's file.
#[derive(Debug, FromQueryResult)]
struct Owner {
    document_id: Uuid,
    /// The folder.
    root: String,
    /// What its codes begin with.
    prefix: String,
    /// The file's path below the folder.
    path: String,
}

fn owners(ids: &[Uuid]) -> Select<ingest_file::Entity> {
    let root = ingest_file::Entity::belongs_to(ingest_root::Entity)
        .from(ingest_file::Column::RootId)
        .to(ingest_root::Column::Id)
        .into();
    ingest_file::Entity::find()
        .join(JoinType::InnerJoin, root)
        .filter(ingest_file::Column::DocumentId.is_in(ids.iter().copied()))
        .select_only()
        .columns([ingest_file::Column::DocumentId, ingest_file::Column::Path])
        .column_as(ingest_root::Column::Path, "root")
        .column(ingest_root::Column::Prefix)
}

/// The files of these documents, as they were when the documents were written.
pub(super) async fn files(conn: &Conn, ids: &[Uuid]) -> Result<HashMap<Uuid, PathBuf>, Fault> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = owners(ids).into_model::<Owner>().all(conn).await?;
    let file = |owner: Owner| (owner.document_id, Path::new(&owner.root).join(owner.path));
    Ok(rows.into_iter().map(file).collect())
}

/// Whether a document's file is there, and is another one than this.
pub(super) fn is_another(owner: &Path, file: &Path) -> bool {
    let is_file = owner.symlink_metadata().is_ok_and(|there| there.is_file());
    let real = |path: &Path| path.canonicalize().ok();
    is_file && real(owner) != real(file)
}

/// Writes down that the files of these documents are where their codes say: those that an undo has
/// given their former codes had other paths then.
pub(crate) async fn follow_codes(conn: &Conn, ids: &[Uuid]) -> Result<(), Fault> {
    if ids.is_empty() {
        return Ok(());
    }
    let codes: Vec<(Uuid, String)> = document::Entity::find()
        .filter(document::Column::Id.is_in(ids.iter().copied()))
        .select_only()
        .columns([document::Column::Id, document::Column::Code])
        .into_tuple()
        .all(conn)
        .await?;
    let codes: HashMap<Uuid, String> = codes.into_iter().collect();
    for owner in owners(ids).into_model::<Owner>().all(conn).await? {
        let code = codes.get(&owner.document_id);
        let Some(path) = code.and_then(|code| path_of(code, &owner)) else {
            continue;
        };
        ingest_file::Entity::update_many()
            .col_expr(ingest_file::Column::Path, Expr::value(path))
            .col_expr(ingest_file::Column::Seen, Expr::value(None::<i64>))
            .filter(ingest_file::Column::DocumentId.eq(owner.document_id))
            .exec(conn)
            .await?;
    }
    Ok(())
}

/// The path of a code in this folder, with the extension that the file has.
fn path_of(code: &str, owner: &Owner) -> Option<String> {
    let bare = match owner.prefix.as_str() {
        "" => code,
        prefix => code.strip_prefix(prefix)?.strip_prefix('_')?,
    };
    let bare = bare.replace('/', std::path::MAIN_SEPARATOR_STR);
    let extension = Path::new(&owner.path).extension();
    Some(match extension.and_then(std::ffi::OsStr::to_str) {
        Some(extension) => format!("{bare}.{extension}"),
        None => bare,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_path_in_the_folder() {
        let owner = |prefix: &str, path: &str| Owner {
            document_id: Uuid::nil(),
            root: "/docs".to_owned(),
            prefix: prefix.to_owned(),
            path: path.to_owned(),
        };
        let path = |code: &str, prefix: &str, path: &str| path_of(code, &owner(prefix, path));
        assert_eq!(path("a", "", "x/b.md").as_deref(), Some("a.md"));
        assert_eq!(path("p_x/a", "p", "a.txt").as_deref(), Some("x/a.txt"));
        assert_eq!(path("other", "p", "a.txt"), None);
        assert_eq!(path("v1.2", "", "v1.1.md").as_deref(), Some("v1.2.md"));
    }
}
