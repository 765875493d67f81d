//! Many documents at once, by plain SQL: for measurements, whose set-up must not take long.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait};
use serde_json::{Value, json};

/// Rows of a statement, each of which is a transaction.
pub const ROWS: usize = 500;

const SQLITE: &str = "INSERT INTO {table} (code, name, content)
SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)";
const POSTGRES: &str = "INSERT INTO {table} (code, name, content)
SELECT v ->> 0, v ->> 1, v ->> 2 FROM json_array_elements($1::json) AS rows (v)";

/// A row for [`insert`].
#[must_use]
pub fn row(code: &str, name: &str, content: &str) -> Value {
    json!([code, name, content])
}

/// Puts [rows](row) into a table of documents.
pub async fn insert(connection: &DatabaseConnection, table: &str, rows: &[Value]) {
    let sql = match connection.get_database_backend() {
        DbBackend::Sqlite => SQLITE,
        _ => POSTGRES,
    };
    for_each(connection, &sql.replace("{table}", table), rows).await;
}

/// Runs a statement for all of these, [some](ROWS) at once, as a list in JSON.
pub async fn for_each(connection: &DatabaseConnection, sql: &str, all: &[Value]) {
    let backend = connection.get_database_backend();
    for some in all.chunks(ROWS) {
        let list = Value::from(some).to_string();
        let transaction = connection.begin().await.unwrap();
        let statement = Statement::from_sql_and_values(backend, sql, [list.into()]);
        transaction.execute_raw(statement).await.unwrap();
        transaction.commit().await.unwrap();
    }
}
