//! What the search index costs those who write, on both databases:
//!
//! ```sh
//! TEST_POSTGRES_URL=... cargo run --release -p folio-tests --example upkeep -- [DOCUMENTS]
//! ```
//!
//! The same made-up documents (20,000, if not told) are stored and changed in three tables of one
//! database: a plain one, the same with the index that databases offer by themselves (a generated
//! `tsvector` in English with GIN; FTS5 with Porter's stemmer over the table), and Folio's, which
//! ranks by its own formula, keeps revisions, and takes every script and language. All by plain SQL,
//! in statements of 500 rows, each in a transaction of its own; the best of three, taken in turn.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement, run by hand"
)]

use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use support::corpus::Corpus;
use support::{Kind, Store, rows};

/// One document in so many is changed.
const CHANGED: usize = 18;

/// The tables that Folio's is compared with.
const SQLITE_TABLES: &str = "
CREATE TABLE plain (seq INTEGER PRIMARY KEY, code TEXT UNIQUE NOT NULL, name TEXT NOT NULL, content TEXT NOT NULL, metadata TEXT);
CREATE TABLE usual (seq INTEGER PRIMARY KEY, code TEXT UNIQUE NOT NULL, name TEXT NOT NULL, content TEXT NOT NULL, metadata TEXT);
CREATE VIRTUAL TABLE usual_search USING fts5 (name, content, content = 'usual', content_rowid = 'seq', tokenize = 'porter unicode61');
CREATE TRIGGER usual_insert AFTER INSERT ON usual BEGIN
    INSERT INTO usual_search (rowid, name, content) VALUES (new.seq, new.name, new.content);
END;
CREATE TRIGGER usual_update AFTER UPDATE OF name, content ON usual BEGIN
    INSERT INTO usual_search (usual_search, rowid, name, content) VALUES ('delete', old.seq, old.name, old.content);
    INSERT INTO usual_search (rowid, name, content) VALUES (new.seq, new.name, new.content);
END;";
const POSTGRES_TABLES: &str = "
CREATE TABLE plain (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), code text UNIQUE NOT NULL, name text NOT NULL, content text NOT NULL, metadata jsonb);
CREATE TABLE usual (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), code text UNIQUE NOT NULL, name text NOT NULL, content text NOT NULL, metadata jsonb,
    search tsvector GENERATED ALWAYS AS (to_tsvector('english', name || ' ' || content)) STORED);
CREATE INDEX ON usual USING gin (search);";

/// What is changed in some of the rows.
const CHANGES: [(&str, &str); 2] = [
    ("content changed", "content = content || ' kestrel'"),
    ("metadata changed", "metadata = '{\"reviewed\": true}'"),
];
const SQLITE_UPDATE: &str =
    "UPDATE {table} SET {change} WHERE code IN (SELECT value FROM json_each(?))";
const POSTGRES_UPDATE: &str =
    "UPDATE {table} SET {change} WHERE code IN (SELECT json_array_elements_text($1::json))";

/// What is done, and how long it took in each of the tables.
type Measured = (&'static str, [Duration; 3]);

const TABLES: [&str; 3] = ["plain", "usual", "document"];

#[tokio::main]
async fn main() {
    let documents = std::env::args()
        .nth(1)
        .map(|word| word.parse().expect("how many documents"));
    let corpus = Corpus::new(1);
    let made: Vec<_> = (0..documents.unwrap_or(20_000))
        .map(|n| corpus.document(n))
        .collect();
    let values: Vec<_> = made
        .iter()
        .map(|row| rows::row(&row.code, &row.name, &row.content))
        .collect();
    let codes: Vec<_> = made
        .iter()
        .step_by(CHANGED)
        .map(|row| json!(row.code))
        .collect();
    println!("{} documents, {} of them changed", made.len(), codes.len());
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let mut best: Vec<Measured> = Vec::new();
        for _ in 0..3 {
            for (n, measured) in round(kind, &values, &codes).await.into_iter().enumerate() {
                match best.get_mut(n) {
                    Some((_, best)) => {
                        for (best, took) in best.iter_mut().zip(measured.1) {
                            *best = took.min(*best);
                        }
                    }
                    None => best.push(measured),
                }
            }
        }
        println!("{kind:?}");
        for (what, [plain, usual, folio]) in best {
            println!(
                "  {what:<18} plain {plain:>8.0?}   usual index {usual:>8.0?}   Folio {folio:>8.0?}, {:.2} times the usual one",
                folio.as_secs_f64() / usual.as_secs_f64()
            );
        }
    }
}

/// Everything once, in a fresh database.
async fn round(kind: Kind, documents: &[Value], codes: &[Value]) -> Vec<Measured> {
    let store = Store::fresh(kind).await;
    let connection = store.connection().await;
    let tables = store.spelled(SQLITE_TABLES, POSTGRES_TABLES);
    let update = store.spelled(SQLITE_UPDATE, POSTGRES_UPDATE);
    if kind == Kind::Sqlite {
        let as_the_library = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL";
        connection.execute_unprepared(as_the_library).await.unwrap();
    }
    connection.execute_unprepared(tables).await.unwrap();
    let mut measured = vec![("inserted", [Duration::ZERO; 3])];
    for (table, took) in TABLES.iter().zip(&mut measured[0].1) {
        let start = Instant::now();
        rows::insert(&connection, table, documents).await;
        *took = start.elapsed();
    }
    for (what, change) in CHANGES {
        let mut took = [Duration::ZERO; 3];
        for (table, took) in TABLES.iter().zip(&mut took) {
            let update = update.replace("{table}", table).replace("{change}", change);
            let start = Instant::now();
            rows::for_each(&connection, &update, codes).await;
            *took = start.elapsed();
        }
        measured.push((what, took));
    }
    connection.close().await.unwrap();
    measured
}
