//! Building the index anew, for another language or because someone asked. Searches go on with
//! the old one until the new one is whole.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::language::Language;
use super::languages;
use super::{Conn, Scope};
use crate::error::{Area, Error, Fault, Operation};
use crate::folio::Folio;
use crate::retry::Repeat;
use crate::store::Store;

/// A language that is written into the column has a row's vectors made again. Nothing else of it
/// changes, so it leaves no revision and no new version.
const POSTGRES: [&str; 8] = [
    "REINDEX INDEX idx_document_name_search",
    "REINDEX INDEX idx_document_name_words",
    "UPDATE document SET language = ''",
    "UPDATE message SET language = ''",
    "DELETE FROM document_passage",
    "DELETE FROM message_passage",
    "SELECT folio_cut_document(d) FROM document AS d WHERE d.search IS NULL",
    "SELECT folio_cut_message(m) FROM message AS m WHERE m.search IS NULL",
];

/// The tables of FTS5 for English texts, what they are filled from, and the columns.
const ENGLISH: [(&str, &str, &str); 3] = [
    ("document_search", "document_english", "name, content"),
    ("document_name_search", "document_english", "name"),
    ("message_search", "message_english", "question, answer"),
];
/// Those for all others, which know themselves what they are filled from.
const OTHERS: [&str; 3] = ["document_words", "document_name_words", "message_words"];

/// What a row that another program replaced (`INSERT OR REPLACE`) leaves behind on SQLite beside its
/// entry in the index: labels, tags, and its place in the count of its conversation.
const LEFT_BEHIND: [&str; 4] = [
    "DELETE FROM document_label WHERE owner NOT IN (SELECT seq FROM document)",
    "DELETE FROM document_tag WHERE owner NOT IN (SELECT seq FROM document)",
    "DELETE FROM message_label WHERE owner NOT IN (SELECT seq FROM message)",
    "UPDATE thread
     SET message_count = now.messages, first_message_at = now.first, last_message_at = now.last
     FROM (SELECT t.id, count(m.id) AS messages, min(m.created_at) AS first, max(m.created_at) AS last
           FROM thread AS t LEFT JOIN message AS m ON m.thread_id = t.id GROUP BY t.id) AS now
     WHERE thread.id = now.id
       AND (thread.message_count, thread.first_message_at, thread.last_message_at) IS NOT (now.messages, now.first, now.last)",
];

impl Folio {
    /// The language of the texts that have none of their own.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn language(&self) -> Result<Language, Error> {
        let operation = || Operation::new(Area::Search, "read the language of the store");
        Store::Pools(self)
            .read(operation, async |conn| {
                let languages = languages::of(&conn, Scope::Documents).await?;
                Ok(languages.store)
            })
            .await
    }

    /// Builds the search index anew, with this language for all texts that have none of their own:
    /// in one transaction, so that it is the old one or the new one at any time. On SQLite it also mends
    /// what another program's `INSERT OR REPLACE` left behind: see [`Health`](crate::Health).
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
        tracing::info!(?language, "reindexed");
        Ok(())
    }
}

async fn postgres(conn: &Conn, language: Language) -> Result<(), Fault> {
    for sql in [
        "SET LOCAL statement_timeout = 0",
        "LOCK TABLE document, message IN SHARE ROW EXCLUSIVE MODE",
    ] {
        conn.execute_unprepared(sql).await?;
    }
    set_language(conn, language).await?;
    for sql in POSTGRES {
        conn.execute_unprepared(sql).await?;
    }
    Ok(())
}

async fn sqlite(conn: &Conn, language: Language) -> Result<(), Fault> {
    set_language(conn, language).await?;
    for scope in [Scope::Documents, Scope::Messages] {
        let table = scope.table();
        let sql = format!(
            "INSERT INTO search_language (scope, language) SELECT DISTINCT '{table}', own FROM {table}_language WHERE own IS NOT NULL"
        );
        conn.execute_unprepared(&sql).await?;
    }
    for (table, source, columns) in ENGLISH {
        // One that a store without a stemmer was made with gets it.
        let sql = format!(
            "SELECT replace(replace(sql, 'porter unicode61', 'unicode61'), 'unicode61', 'porter unicode61') AS sql FROM sqlite_master WHERE name = '{table}'"
        );
        let row = conn
            .query_one_raw(Statement::from_string(DbBackend::Sqlite, sql))
            .await?;
        let create: String = row
            .map(|row| row.try_get("", "sql"))
            .transpose()?
            .unwrap_or_default();
        for sql in [
            format!("DROP TABLE {table}"),
            create,
            format!("INSERT INTO {table} (rowid, {columns}) SELECT seq, {columns} FROM {source}"),
        ] {
            conn.execute_unprepared(&sql).await?;
        }
    }
    for table in OTHERS {
        conn.execute_unprepared(&format!("INSERT INTO {table} ({table}) VALUES ('rebuild')"))
            .await?;
    }
    for sql in LEFT_BEHIND {
        conn.execute_unprepared(sql).await?;
    }
    Ok(())
}

/// Makes this the store's language, and forgets which others there are.
async fn set_language(conn: &Conn, language: Language) -> Result<(), Fault> {
    conn.execute_unprepared("DELETE FROM search_language")
        .await?;
    let sql = "INSERT INTO search_language (scope, language) VALUES ('store', $1)";
    let values = [language.name().into()];
    conn.execute_raw(Statement::from_sql_and_values(
        conn.get_database_backend(),
        sql,
        values,
    ))
    .await?;
    Ok(())
}
