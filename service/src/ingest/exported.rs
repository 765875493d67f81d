//! Files of an export (`folio export folder`) that are taken in like any others: they tell their
//! documents' codes and metadata.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use entity::document::{Column, Entity};
use sea_orm::{EntityTrait, QueryFilter, QuerySelect};
use serde_json::Value;

use super::files::Code;
use super::read::{self, Says, Text};
use crate::documents::codes_filter;
use crate::error::{Area, Error, Operation};
use crate::exchange::folder::{block, path};
use crate::folio::Folio;
use crate::store::Store;

/// Where the code of a file comes from. A path that was made of a code which can't be one is not
/// taken for a code: the file tells it.
pub(super) fn code(file: &Path, root: &Path, prefix: Option<&str>) -> Code {
    let below = file.strip_prefix(root).unwrap_or(file);
    if !below.to_string_lossy().contains(['%', '~']) {
        return Code::OfPath;
    }
    let told = read::open(file, read::Links::Followed)
        .ok()
        .and_then(block::code_of);
    match told.filter(|code| path::is_of(below, code)) {
        Some(code) => Code::Given(
            prefix
                .map_or(code.clone(), |prefix| format!("{prefix}_{code}"))
                .into(),
        ),
        None => Code::OfPath,
    }
}

/// The codes of files that tell all metadata of their documents, and tell other than is stored.
pub(super) async fn retold(
    folio: &Folio,
    texts: &[(usize, String, Text)],
) -> Result<HashSet<String>, Error> {
    let told: HashMap<&str, &Value> = texts
        .iter()
        .filter(|(_, _, text)| text.says == Says::All)
        .map(|(_, code, text)| (code.as_str(), &text.metadata))
        .collect();
    if told.is_empty() {
        return Ok(HashSet::new());
    }
    let codes: Vec<String> = told.keys().map(|code| (*code).to_owned()).collect();
    let operation = || {
        Operation::new(
            Area::Ingestion,
            "compare the metadata of files with the store",
        )
    };
    let stored: Vec<(String, Value)> = Store::Pools(folio)
        .read(operation, async |conn| {
            let select = Entity::find()
                .select_only()
                .columns([Column::Code, Column::Metadata]);
            let select = select.filter(codes_filter(folio.backend(), &codes));
            Ok(select.into_tuple().all(&conn).await?)
        })
        .await?;
    let differs = |(code, metadata): &(String, Value)| {
        told.get(code.as_str())
            .is_some_and(|told| *told != metadata)
    };
    Ok(stored
        .into_iter()
        .filter(differs)
        .map(|(code, _)| code)
        .collect())
}
