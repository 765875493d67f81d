//! Documents whose files are no longer in their folder, and new files that they may be.

use std::collections::{HashMap, HashSet};
use std::io::ErrorKind;
use std::path::Path;

use entity::{document, ingest_file, ingest_root};
use futures_util::FutureExt;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use uuid::Uuid;

use super::files::{Files, Root, Step, VanishedFile};
use crate::error::{Area, Error, Operation};
use crate::folio::Folio;
use crate::ids::DocumentId;
use crate::store::Store;

/// Rows that are read at once.
const ROWS: u64 = 5_000;

/// A document whose file is gone.
#[derive(Debug)]
pub(super) struct Gone {
    pub(super) file: VanishedFile,
    pub(super) hash: Option<Vec<u8>>,
}

/// A document of a root.
#[derive(Debug, FromQueryResult)]
struct Row {
    document_id: Uuid,
    path: String,
    code: String,
    version: i64,
    content_hash: Option<Vec<u8>>,
}

fn of_root(root_id: i64) -> Select<ingest_file::Entity> {
    let document = ingest_file::Entity::belongs_to(document::Entity)
        .from(ingest_file::Column::DocumentId)
        .to(document::Column::Id)
        .into();
    ingest_file::Entity::find()
        .join(JoinType::InnerJoin, document)
        .filter(ingest_file::Column::RootId.eq(root_id))
}

/// Where a folder is, and how many documents are its own.
pub(super) async fn of_folder(folio: &Folio, root_id: i64) -> Result<(String, u64), Error> {
    let operation = || Operation::new(Area::Ingestion, "count the documents of a folder");
    Store::Pools(folio)
        .read(operation, async |conn| {
            let root = ingest_root::Entity::find_by_id(root_id).one(&conn).await?;
            let folder = root.map(|root| root.path).unwrap_or_default();
            Ok((folder, of_root(root_id).count(&conn).await?))
        })
        .await
}

/// The living documents of this root that are not known to have files.
pub(super) async fn find(
    folio: &Folio,
    root: &Root,
    root_id: i64,
    known: Vec<Uuid>,
) -> Result<Vec<Gone>, Error> {
    let operation = || Operation::new(Area::Ingestion, "look for files that have vanished");
    let store = Store::Pools(folio);
    let count = store.read(operation, async |conn| {
        Ok(of_root(root_id).count(&conn).await?)
    });
    // Counting them is much cheaper than looking at each, and most of the time that is all.
    if count.await? == known.len() as u64 {
        return Ok(Vec::new());
    }
    let known: HashSet<Uuid> = known.into_iter().collect();
    let mut gone = Vec::new();
    let mut behind = Uuid::nil();
    loop {
        let rows = store
            .read(operation, async |conn| {
                let select = of_root(root_id)
                    .select_only()
                    .columns([ingest_file::Column::DocumentId, ingest_file::Column::Path])
                    .columns([
                        document::Column::Code,
                        document::Column::Version,
                        document::Column::ContentHash,
                    ])
                    .filter(ingest_file::Column::DocumentId.gt(behind))
                    .order_by_asc(ingest_file::Column::DocumentId)
                    .limit(ROWS);
                Ok(select.into_model::<Row>().all(&conn).await?)
            })
            .boxed()
            .await?;
        let Some(last) = rows.last() else {
            return Ok(gone);
        };
        behind = last.document_id;
        let unknown = rows
            .into_iter()
            .filter(|row| !known.contains(&row.document_id));
        let (unknown, folder) = (unknown.collect::<Vec<_>>(), root.given.clone());
        let looked = tokio::task::spawn_blocking(move || {
            let missing = unknown.into_iter().filter_map(|row| missing(&folder, row));
            missing.collect::<Vec<_>>()
        });
        gone.extend(looked.await.map_err(super::broken)?);
    }
}

/// A file that is there but wasn't found is not wanted this time, which is not to have vanished;
/// nor has one that can't be looked at.
fn missing(folder: &Path, row: Row) -> Option<Gone> {
    let path = folder.join(&row.path);
    is_gone(&path).then(|| Gone {
        file: VanishedFile {
            file: path.display().to_string(),
            code: row.code,
            document_id: DocumentId(row.document_id),
            version: row.version,
            kept: None,
            path,
        },
        hash: row.content_hash,
    })
}

/// Whether a file is missing. Where a folder, a link or anything else has its name, or a file that of
/// one of its folders, it is gone.
pub(super) fn is_gone(path: &Path) -> bool {
    match path.symlink_metadata() {
        Ok(there) => !there.is_file(),
        Err(error) => matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
    }
}

/// Pairs new files with vanished documents of the same text, which are taken out of the list.
/// Where several say the same, only one of the same file name is taken for the other.
pub(super) fn pair(files: &Files, vanished: &mut Vec<Gone>) -> Vec<(usize, Gone)> {
    let empty = *blake3::hash(b"").as_bytes();
    let mut new: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (at, state) in files.states.iter().enumerate() {
        if state.step == Step::Add && state.hash != empty && files.listing.found[at].root.is_some()
        {
            new.entry(&state.hash).or_default().push(at);
        }
    }
    let mut same: HashMap<Vec<u8>, Vec<Gone>> = HashMap::new();
    for gone in std::mem::take(vanished) {
        match &gone.hash {
            Some(hash) if new.contains_key(hash.as_slice()) => {
                same.entry(hash.clone()).or_default().push(gone);
            }
            _ => vanished.push(gone),
        }
    }
    let mut pairs = Vec::new();
    for (hash, mut gone) in same {
        let Some(places) = new.get_mut(hash.as_slice()) else {
            continue;
        };
        let name = |path: &Path| path.file_name().map(std::ffi::OsStr::to_owned);
        for at in std::mem::take(places) {
            let here = name(&files.listing.found[at].path);
            match gone
                .iter()
                .position(|gone| name(Path::new(&gone.file.file)) == here)
            {
                Some(found) => pairs.push((at, gone.swap_remove(found))),
                None => places.push(at),
            }
        }
        if let ([at], 1) = (places.as_slice(), gone.len()) {
            pairs.extend(gone.pop().map(|gone| (*at, gone)));
        }
        vanished.append(&mut gone);
    }
    vanished.sort_by(|a, b| a.file.file.cmp(&b.file.file));
    pairs.sort_by_key(|(at, _)| *at);
    pairs
}
