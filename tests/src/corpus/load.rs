//! Many rows in a short time: the index is built once they are all there.

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement,
    TransactionTrait, Value,
};
use serde_json::json;
use service::{Config, Folio};

use super::{Corpus, MadeDocument, MadeMessage};

/// Rows of one statement.
const BATCH: u64 = 2_000;

const SQLITE_DOCUMENTS: &str = "
INSERT INTO document (id, code, name, content, metadata, created_at, updated_at)
SELECT unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 5
FROM json_each(?)";
const SQLITE_MESSAGES: &str = "
INSERT INTO message (id, thread_id, user_id, question, answer, created_at)
SELECT unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
FROM json_each(?)";
const POSTGRES_DOCUMENTS: &str = "
INSERT INTO document (id, code, name, content, metadata, created_at, updated_at)
SELECT (v ->> 0)::uuid, v ->> 1, v ->> 2, v ->> 3, (v ->> 4)::jsonb, (v ->> 5)::timestamptz, (v ->> 5)::timestamptz
FROM json_array_elements($1::json) AS rows (v)";
const POSTGRES_MESSAGES: &str = "
INSERT INTO message (id, thread_id, user_id, question, answer, created_at)
SELECT (v ->> 0)::uuid, v ->> 1, v ->> 2, v ->> 3, v ->> 4, (v ->> 5)::timestamptz
FROM json_array_elements($1::json) AS rows (v)";

/// The parts of the index that are better built afterwards: their names, and how they are made.
const SQLITE_INDEX: &str = "
SELECT 'TRIGGER ' || name AS name, sql FROM sqlite_master
WHERE type = 'trigger' AND name LIKE '%\\_search\\_%' ESCAPE '\\'";
const POSTGRES_INDEX: &str = "
SELECT 'INDEX ' || indexname AS name, indexdef AS sql FROM pg_indexes
WHERE tablename IN ('document', 'message') AND indexdef LIKE '%USING gin%'";

/// Makes the tables where they are missing, and stores so many rows, which have not been stored
/// before.
///
/// # Errors
/// The database's, as text.
pub async fn load(url: &str, corpus: &Corpus, documents: u64, messages: u64) -> Result<(), String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let config = Config::from_url(url).map_err(|error| text(&error))?;
    let folio = Folio::connect(config).await.map_err(|error| text(&error))?;
    folio
        .migrations()
        .up(None)
        .await
        .map_err(|error| text(&error))?;
    folio.close().await;
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options)
        .await
        .map_err(|error| text(&error))?;
    fill(&connection, corpus, documents, messages)
        .await
        .map_err(|error| text(&error))?;
    connection.close().await.map_err(|error| text(&error))
}

async fn fill(
    connection: &DatabaseConnection,
    corpus: &Corpus,
    documents: u64,
    messages: u64,
) -> Result<(), sea_orm::DbErr> {
    let backend = connection.get_database_backend();
    let sqlite = backend == DbBackend::Sqlite;
    let transaction = connection.begin().await?;
    if !sqlite {
        transaction
            .execute_unprepared(
                "SET LOCAL statement_timeout = 0; SET LOCAL maintenance_work_mem = '512MB'",
            )
            .await?;
    }
    let index = if sqlite { SQLITE_INDEX } else { POSTGRES_INDEX };
    let index = transaction
        .query_all_raw(Statement::from_string(backend, index))
        .await?;
    let mut rebuild: Vec<String> = Vec::new();
    for part in &index {
        let name: String = part.try_get("", "name")?;
        transaction
            .execute_unprepared(&format!("DROP {name}"))
            .await?;
        rebuild.push(part.try_get("", "sql")?);
    }
    let [into_documents, into_messages] = if sqlite {
        [SQLITE_DOCUMENTS, SQLITE_MESSAGES]
    } else {
        [POSTGRES_DOCUMENTS, POSTGRES_MESSAGES]
    };
    let store = async |sql: &str, rows: Vec<serde_json::Value>| {
        let rows = serde_json::Value::from(rows).to_string();
        let values: [Value; 1] = [rows.into()];
        transaction
            .execute_raw(Statement::from_sql_and_values(backend, sql, values))
            .await
    };
    for batch in batches(documents) {
        let rows = batch.map(|n| document_row(&corpus.document(n))).collect();
        store(into_documents, rows).await?;
    }
    for batch in batches(messages) {
        let rows = batch.map(|n| message_row(&corpus.message(n))).collect();
        store(into_messages, rows).await?;
    }
    if sqlite {
        let tables = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%content =%'";
        for table in transaction
            .query_all_raw(Statement::from_string(backend, tables))
            .await?
        {
            let name: String = table.try_get("", "name")?;
            rebuild.push(format!("INSERT INTO {name} ({name}) VALUES ('rebuild')"));
        }
    }
    for sql in rebuild {
        transaction.execute_unprepared(&sql).await?;
    }
    transaction.commit().await?;
    // As a server does by itself after a while.
    let tidy = if sqlite { "ANALYZE" } else { "VACUUM ANALYZE" };
    connection.execute_unprepared(tidy).await.map(drop)
}

fn batches(rows: u64) -> impl Iterator<Item = std::ops::Range<u64>> {
    (0..rows.div_ceil(BATCH)).map(move |batch| batch * BATCH..((batch + 1) * BATCH).min(rows))
}

fn document_row(made: &MadeDocument) -> serde_json::Value {
    json!([
        made.id.simple().to_string(),
        made.code,
        made.name,
        made.content,
        made.metadata.to_string(),
        written(made.created_at),
    ])
}

fn message_row(made: &MadeMessage) -> serde_json::Value {
    json!([
        made.id.simple().to_string(),
        made.thread_id,
        made.user_id,
        made.question,
        made.answer,
        written(made.created_at),
    ])
}

fn written(time: chrono::DateTime<chrono::Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string()
}
