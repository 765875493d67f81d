//! What ingestion costs against its floor, on both databases in one run:
//!
//! ```sh
//! TEST_POSTGRES_URL=... cargo run --release -p folio-tests --example ingestion -- FOLDER [--python PROGRAM]
//! ```
//!
//! The floor of a first run is a plain load of the same decoded rows into the same indexed table:
//! COPY on PostgreSQL, multi-row inserts in one transaction on SQLite. That of a second run is
//! reading and hashing every file. On PostgreSQL both are compared with what the Python module does,
//! too, here without Python: each file is upserted in a transaction of its own, twenty at once, into
//! the module's table with its indexes. With a Python that has asyncpg, `module.py` does the same as the
//! module does it. Each is the best of three, taken in turn with what it is compared with.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement, run by hand"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::sqlx::postgres::PgPoolCopyExt;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement, TransactionTrait,
};
use service::ingest::{IngestOptions, IngestReport, Trust};
use support::{Kind, Store};

/// Rows of a statement of the floor on SQLite.
const ROWS: usize = 500;
/// Connections of the module's pool.
const AT_ONCE: usize = 20;
/// The module's table, beside the store's.
const MODULE: &str = "
CREATE SCHEMA module;
CREATE TABLE module.document (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), code text UNIQUE NOT NULL, name text NOT NULL, content text NOT NULL,
    created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now()
);
CREATE INDEX ON module.document (name);
CREATE INDEX ON module.document (created_at DESC);
CREATE INDEX ON module.document USING gin (to_tsvector('english', content));";
const UPSERT: &str = "
INSERT INTO module.document (name, code, content) VALUES ($1, $2, $3)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, content = excluded.content, updated_at = now()";

#[tokio::main]
async fn main() {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    let python = words.iter().position(|word| word == "--python").map(|at| {
        words.remove(at);
        assert!(at < words.len(), "--python needs a PROGRAM");
        words.remove(at)
    });
    let folder = PathBuf::from(words.first().expect("ingestion FOLDER"));
    let mut reading = Duration::MAX;
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let (mut first, mut floor, mut second, mut whole) =
            (Duration::MAX, Duration::MAX, Duration::MAX, Duration::MAX);
        let mut module = [Duration::MAX; 2];
        let mut in_python = [Duration::MAX; 2];
        for _ in 0..3 {
            let store = Store::fresh(kind).await;
            let (report, took) = ingest(&store, &folder, Trust::Looks).await;
            assert_eq!(report.added, report.success_count);
            first = first.min(took);
            let (again, took) = ingest(&store, &folder, Trust::Looks).await;
            assert_eq!((again.unchanged, again.run), (report.success_count, None));
            second = second.min(took);
            let (again, took) = ingest(&store, &folder, Trust::Contents).await;
            assert_eq!((again.unchanged, again.run), (report.success_count, None));
            whole = whole.min(took);
            reading = reading.min(read_and_hash(&folder));
            if kind == Kind::Postgres {
                let took = as_the_module_does(&store, &folder).await;
                module = [module[0].min(took[0]), module[1].min(took[1])];
                if let Some(python) = &python {
                    let took = run_module(python, &store, &folder);
                    in_python = [in_python[0].min(took[0]), in_python[1].min(took[1])];
                }
            }
            floor = floor.min(load(&store).await);
        }
        let times = |a: Duration, b: Duration| a.as_secs_f64() / b.as_secs_f64();
        println!("{kind:?}  {}", folder.display());
        println!(
            "  first run    {first:>8.2?}  {:.2} times the plain load ({floor:.2?})",
            times(first, floor)
        );
        println!(
            "  second run   {second:>8.2?}  {:.2} times reading and hashing ({reading:.2?}); {:.1} times faster than the first",
            times(second, reading),
            times(first, second)
        );
        println!(
            "  --read-all   {whole:>8.2?}  {:.2} times reading and hashing",
            times(whole, reading)
        );
        let beside = [("the module's SQL", module), ("the module", in_python)];
        for (what, took) in beside.iter().filter(|(_, took)| took[0] < Duration::MAX) {
            println!(
                "  {what:<16} {:.2?}, again {:.2?}: a first run is {:.1} times faster, a second one {:.0} times",
                took[0],
                took[1],
                times(took[0], first),
                times(took[1], second)
            );
        }
        println!("  memory       {} MB at the most so far", peak() / 1024);
    }
}

async fn ingest(store: &Store, folder: &Path, trust: Trust) -> (IngestReport, Duration) {
    let options = IngestOptions::default().trust(trust);
    let start = Instant::now();
    let report = store.folio.ingest().directory(folder, &options).await;
    (report.unwrap(), start.elapsed())
}

/// The Markdown files of a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = entry.path();
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    found
}

/// One thread, file by file, as `b3sum` goes over a list of small files.
fn read_and_hash(folder: &Path) -> Duration {
    let start = Instant::now();
    for path in files(folder) {
        std::hint::black_box(blake3::hash(&std::fs::read(path).unwrap()));
    }
    start.elapsed()
}

/// Takes the folder in as the module does, and once more.
async fn as_the_module_does(store: &Store, folder: &Path) -> [Duration; 2] {
    let mut options = ConnectOptions::new(store.url());
    let pool = u32::try_from(AT_ONCE).unwrap();
    options.max_connections(pool).sqlx_logging(false);
    let connection = Database::connect(options).await.unwrap();
    connection.execute_unprepared(MODULE).await.unwrap();
    let paths = Arc::new(files(folder));
    let mut took = [Duration::ZERO; 2];
    for took in &mut took {
        let start = Instant::now();
        let workers: Vec<_> = (0..AT_ONCE)
            .map(|worker| tokio::spawn(upsert_each(connection.clone(), Arc::clone(&paths), worker)))
            .collect();
        for worker in workers {
            worker.await.unwrap();
        }
        *took = start.elapsed();
    }
    connection.close().await.unwrap();
    took
}

/// The same in Python, by `module.py`.
fn run_module(python: &str, store: &Store, folder: &Path) -> [Duration; 2] {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/module.py");
    let mut command = std::process::Command::new(python);
    let output = command
        .arg(script)
        .arg(store.url())
        .arg(folder)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "module.py failed: {errors}");
    let seconds = String::from_utf8(output.stdout).unwrap();
    let mut seconds = seconds.lines().map(|line| line.parse().unwrap());
    let mut next = || Duration::from_secs_f64(seconds.next().expect("two lines"));
    [next(), next()]
}

/// One of the workers: every twentieth file.
async fn upsert_each(connection: DatabaseConnection, paths: Arc<Vec<PathBuf>>, worker: usize) {
    let backend = connection.get_database_backend();
    for path in paths.iter().skip(worker).step_by(AT_ONCE) {
        let text = tokio::fs::read_to_string(path).await.unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let code = path.to_string_lossy().into_owned();
        let values = [name.into(), code.into(), text.into()];
        let transaction = connection.begin().await.unwrap();
        let upsert = Statement::from_sql_and_values(backend, UPSERT, values);
        transaction.execute_raw(upsert).await.unwrap();
        transaction.commit().await.unwrap();
    }
}

/// Takes the rows out of the store, empties it, and puts them back the plainest way.
async fn load(store: &Store) -> Duration {
    let mut options = ConnectOptions::new(store.url());
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await.unwrap();
    let backend = connection.get_database_backend();
    let select = "SELECT code, name, content, content_hash FROM document ORDER BY code";
    let rows = connection
        .query_all_raw(Statement::from_string(backend, select))
        .await
        .unwrap();
    let rows: Vec<(String, String, String, Vec<u8>)> = rows
        .iter()
        .map(|row| {
            let text = |at| row.try_get_by_index::<String>(at).unwrap();
            (text(0), text(1), text(2), row.try_get_by_index(3).unwrap())
        })
        .collect();
    let empty = store.spelled(
        "DELETE FROM document; DELETE FROM document_revision; INSERT INTO document_search (document_search) VALUES ('optimize'); VACUUM",
        "TRUNCATE document, document_revision CASCADE",
    );
    connection.execute_unprepared(empty).await.unwrap();
    let start = Instant::now();
    match store.kind {
        Kind::Sqlite => {
            let transaction = connection.begin().await.unwrap();
            for chunk in rows.chunks(ROWS) {
                let places = vec!["(?, ?, ?, ?)"; chunk.len()].join(", ");
                let sql = format!(
                    "INSERT INTO document (code, name, content, content_hash) VALUES {places}"
                );
                let values = chunk.iter().flat_map(|(code, name, content, hash)| {
                    [
                        code.as_str().into(),
                        name.as_str().into(),
                        content.as_str().into(),
                        hash.clone().into(),
                    ]
                });
                let insert =
                    Statement::from_sql_and_values(backend, sql, values.collect::<Vec<_>>());
                transaction.execute_raw(insert).await.unwrap();
            }
            transaction.commit().await.unwrap();
        }
        Kind::Postgres => {
            let escaped = |text: &str| {
                text.replace('\\', "\\\\")
                    .replace('\t', "\\t")
                    .replace('\n', "\\n")
                    .replace('\r', "\\r")
            };
            let pool = connection.get_postgres_connection_pool();
            let mut copy = pool
                .copy_in_raw("COPY document (code, name, content, content_hash) FROM STDIN")
                .await
                .unwrap();
            for chunk in rows.chunks(ROWS) {
                let lines: Vec<String> = chunk
                    .iter()
                    .map(|(code, name, content, hash)| {
                        let hash: Vec<String> =
                            hash.iter().map(|byte| format!("{byte:02x}")).collect();
                        format!(
                            "{}\t{}\t{}\t\\\\x{}\n",
                            escaped(code),
                            escaped(name),
                            escaped(content),
                            hash.concat()
                        )
                    })
                    .collect();
                copy.send(lines.concat().as_bytes()).await.unwrap();
            }
            copy.finish().await.unwrap();
        }
    }
    let took = start.elapsed();
    connection.close().await.unwrap();
    took
}

/// The most memory that this process has had, in KiB; 0 where the system doesn't tell.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kib.unwrap_or_default()
}
