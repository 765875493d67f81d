//! Building the index anew, for another language or because someone asked. Searches go on with
//! the old one until the new one is whole.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::language::Language;
use crate::error::{Area, Error, Fault, Operation};
use crate::folio::Folio;
use crate::retry::Repeat;
use crate::store::{Conn, Store};

/// The kinds of words in PostgreSQL's parser that can be stemmed.
const WORDS: &str = "asciiword, word, numword, asciihword, hword, numhword, hword_asciipart, hword_part, hword_numpart";

/// Writing every row again computes its vector again; nothing else of it changes, so it leaves
/// no revision and no new version.
const POSTGRES: [&str; 7] = [
    "REINDEX INDEX idx_document_name_search",
    "UPDATE document SET content = content",
    "UPDATE message SET question = question",
    "DELETE FROM document_passage",
    "INSERT INTO document_passage (owner_id, ord, start, search)
     SELECT d.id, p.ord, p.start, folio_vector(CASE p.ord WHEN 0 THEN d.name ELSE '' END, p.body)
     FROM document AS d, folio_passages(d.content) AS p WHERE d.search IS NULL",
    "DELETE FROM message_passage",
    "INSERT INTO message_passage (owner_id, ord, start, search)
     SELECT m.id, p.ord, p.start, folio_vector(p.body, '')
     FROM message AS m, folio_passages(m.question) AS p WHERE m.search IS NULL
     UNION ALL
     SELECT m.id, 100000 + p.ord, p.start, folio_vector('', p.body)
     FROM message AS m, folio_passages(m.answer) AS p WHERE m.search IS NULL",
];

impl Folio {
    /// The language in which texts are searched.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn language(&self) -> Result<Language, Error> {
        super::language::of(Store::Pools(self)).await
    }

    /// Builds the search index anew, in this language: in one transaction, so that it is the old
    /// one or the new one at any time. Other programs with the store open have to open it again
    /// to ask in the new language.
    ///
    /// # Errors
    /// The database's; the index is then the one that it was.
    pub async fn reindex(&self, language: Language) -> Result<(), Error> {
        let operation = || Operation::new(Area::Search, "build the search index");
        Store::Pools(self)
            .write(Repeat::OnlyIfUndone, operation, async |conn| {
                match conn.get_database_backend() {
                    DbBackend::Postgres => postgres(&conn, language).await,
                    _ => sqlite(&conn, language).await,
                }
            })
            .await?;
        self.set_language(language);
        tracing::info!(?language, "reindexed");
        Ok(())
    }
}

async fn postgres(conn: &Conn, language: Language) -> Result<(), Fault> {
    let dictionary = match language {
        Language::English => "folio_stem",
        Language::Plain => "simple",
    };
    let prepare = [
        "SET LOCAL statement_timeout = 0".to_owned(),
        "LOCK TABLE document, message IN SHARE ROW EXCLUSIVE MODE".to_owned(),
        format!(
            "ALTER TEXT SEARCH CONFIGURATION folio ALTER MAPPING FOR {WORDS} WITH {dictionary}"
        ),
    ];
    for sql in prepare.iter().map(String::as_str).chain(POSTGRES) {
        conn.execute_unprepared(sql).await?;
    }
    Ok(())
}

/// The index's own definition tells how it is made; only the stemmer comes and goes.
async fn sqlite(conn: &Conn, language: Language) -> Result<(), Fault> {
    for table in ["document_search", "document_name_search", "message_search"] {
        let sql = format!(
            "SELECT replace(sql, 'porter unicode61', 'unicode61') AS sql FROM sqlite_master WHERE name = '{table}'"
        );
        let row = conn
            .query_one_raw(Statement::from_string(DbBackend::Sqlite, sql))
            .await?;
        let plain: String = row
            .map(|row| row.try_get("", "sql"))
            .transpose()?
            .unwrap_or_default();
        let create = match language {
            Language::English => plain.replace("unicode61", "porter unicode61"),
            Language::Plain => plain,
        };
        conn.execute_unprepared(&format!("DROP TABLE {table}"))
            .await?;
        conn.execute_unprepared(&create).await?;
        conn.execute_unprepared(&format!("INSERT INTO {table} ({table}) VALUES ('rebuild')"))
            .await?;
    }
    Ok(())
}
