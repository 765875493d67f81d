//! How words are brought to a common form. The index itself tells which way it was built, so
//! that a query is always treated as the texts were.

use sea_orm::{ConnectionTrait, Statement};
use serde::Serialize;

use crate::connect::Backend;
use crate::error::{Area, Error, Fault, Operation};
use crate::store::{Conn, Store};

/// A store's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English: words are stemmed (Porter), so that `pools` finds `pool`.
    English,
    /// None in particular: words are compared as they are.
    Plain,
}

/// The language of the store's index; asked for once.
pub(crate) async fn of(store: Store<'_>) -> Result<Language, Error> {
    let folio = store.folio();
    if let Some(known) = folio.known_language() {
        return Ok(known);
    }
    let operation = || Operation::new(Area::Search, "read the search index's settings");
    let language = store
        .read(operation, async |conn| read(&conn, folio.backend()).await)
        .await?;
    folio.set_language(language);
    Ok(language)
}

async fn read(conn: &Conn, backend: Backend) -> Result<Language, Fault> {
    // Either gives one row with whether words are stemmed.
    let sql = match backend {
        Backend::Postgres => {
            "SELECT to_tsvector('folio', 'connections') @@ 'connect'::tsquery AS stemmed"
        }
        Backend::Sqlite => {
            "SELECT sql LIKE '%porter%' AS stemmed FROM sqlite_master WHERE name = 'document_search'"
        }
    };
    let row = conn
        .query_one_raw(Statement::from_string(conn.get_database_backend(), sql))
        .await?;
    let stemmed = row
        .map(|row| row.try_get::<bool>("", "stemmed"))
        .transpose()?
        .unwrap_or(true);
    Ok(if stemmed {
        Language::English
    } else {
        Language::Plain
    })
}
