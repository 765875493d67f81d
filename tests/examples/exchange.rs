//! What goes out and comes in, and how fast, on both databases in one run:
//!
//! ```sh
//! TEST_POSTGRES_URL=... cargo run --release -p folio-tests --example exchange -- FOLDER [TURNS.jsonl]
//! ```
//!
//! A store is made of the folder, and of the turns. Each way out is compared with writing the same
//! bytes to the same number of files and nothing else; each way in, and a copy, with the ingestion and
//! the import that made the store it is written into. What is there is held against what was there.
#![expect(
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement, run by hand"
)]

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use service::ingest::IngestOptions;
use service::{CancellationToken, Replaces, Stale};
use support::{Kind, Store};

/// The same as an argument, often.
fn go_on() -> CancellationToken {
    CancellationToken::new()
}

/// Rows and bytes, and what they are compared with.
struct Measure {
    rows: u64,
    bytes: u64,
    floor: Duration,
}

impl Measure {
    fn print(&self, what: &str, took: Duration, floor: &str) {
        let seconds = took.as_secs_f64();
        println!(
            "  {what:<22} {took:>8.2?}  {:>8.0} rows/s  {:>6.1} MB/s  {:>5.2} times {floor} ({:.2?})",
            self.rows as f64 / seconds,
            self.bytes as f64 / seconds / 1e6,
            seconds / self.floor.as_secs_f64(),
            self.floor
        );
    }
}

#[tokio::main]
async fn main() {
    let paths: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    assert!(!paths.is_empty(), "exchange FOLDER [TURNS.jsonl]");
    let (sqlite, postgres) = (
        made(Kind::Sqlite, &paths).await,
        made(Kind::Postgres, &paths).await,
    );
    for made in [&sqlite, &postgres] {
        println!(
            "{:?}: {} documents, {} turns",
            made.store.kind, made.documents, made.turns
        );
        let home = tempfile::tempdir().unwrap();
        lines(made, home.path()).await;
        files(made, home.path()).await;
        archive(made, home.path()).await;
    }
    copy(&sqlite, &postgres).await;
    copy(&postgres, &sqlite).await;
    println!("memory: {} MB at the most", peak() / 1024);
}

/// A store, and what making it took.
struct Made {
    store: Store,
    documents: u64,
    turns: u64,
    /// The ingestion.
    took: Duration,
    /// The import of the turns.
    turns_took: Duration,
}

async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let start = Instant::now();
    let done = Box::pin(work).await;
    (done, start.elapsed())
}

async fn made(kind: Kind, paths: &[PathBuf]) -> Made {
    let store = Store::fresh(kind).await;
    let options = IngestOptions::default();
    let ingest = store.folio.ingest();
    let (report, took) = timed(ingest.directory(&paths[0], &options)).await;
    let documents = report.unwrap().added;
    let (mut turns, mut turns_took) = (0, Duration::ZERO);
    if let Some(path) = paths.get(1) {
        let from = BufReader::new(File::open(path).unwrap());
        let cancel = go_on();
        let import = store.folio.import_turns(from, &cancel, |_| ());
        let (report, took) = timed(import).await;
        (turns, turns_took) = (report.unwrap().imported, took);
    }
    Made {
        store,
        documents,
        turns,
        took,
        turns_took,
    }
}

/// Writes a file and nothing else.
fn plain_file(path: &Path, bytes: u64) -> Duration {
    let start = Instant::now();
    let mut file = File::create(path).unwrap();
    let block = vec![b'x'; 1024 * 1024];
    let mut left = usize::try_from(bytes).unwrap();
    while left > 0 {
        let some = left.min(block.len());
        file.write_all(&block[..some]).unwrap();
        left -= some;
    }
    file.sync_all().unwrap();
    start.elapsed()
}

async fn lines(made: &Made, home: &Path) {
    let path = home.join("all.jsonl");
    let cancel = go_on();
    let export = async {
        let mut out = BufWriter::new(File::create(&path).unwrap());
        let written = made.store.folio.export_documents(&mut out, |_| ()).await;
        out.into_inner().unwrap().sync_all().unwrap();
        written.unwrap()
    };
    let (rows, took) = timed(export).await;
    let bytes = path.metadata().unwrap().len();
    let floor = plain_file(&home.join("plain"), bytes);
    let out = Measure { rows, bytes, floor };
    out.print("documents, out", took, "plain writing");
    let other = Store::fresh(made.store.kind).await;
    let from = BufReader::new(File::open(&path).unwrap());
    let (report, took) = timed(other.folio.import_documents(from, &cancel, |_| ())).await;
    assert_eq!(report.unwrap().imported, made.documents);
    let back = Measure {
        floor: made.took,
        ..out
    };
    back.print("documents, in", took, "the ingestion");
    let from = BufReader::new(File::open(&path).unwrap());
    let (report, took) = timed(other.folio.import_documents(from, &cancel, |_| ())).await;
    assert_eq!(report.unwrap().skipped, made.documents);
    back.print("documents, in again", took, "the ingestion");
    if made.turns == 0 {
        return;
    }
    let path = home.join("talks.jsonl");
    let export = async {
        let mut out = BufWriter::new(File::create(&path).unwrap());
        let written = made.store.folio.export_threads(&mut out, |_| ()).await;
        out.into_inner().unwrap().sync_all().unwrap();
        written.unwrap()
    };
    let (rows, took) = timed(export).await;
    let bytes = path.metadata().unwrap().len();
    let floor = plain_file(&home.join("plain"), bytes);
    Measure { rows, bytes, floor }.print("turns, out", took, "plain writing");
    let from = BufReader::new(File::open(&path).unwrap());
    let (report, took) = timed(other.folio.import_turns(from, &cancel, |_| ())).await;
    assert_eq!(report.unwrap().failed, 0);
    let floor = made.turns_took;
    Measure { rows, bytes, floor }.print("turns, in", took, "their first import");
    let from = BufReader::new(File::open(&path).unwrap());
    let (report, took) = timed(other.folio.import_turns(from, &cancel, |_| ())).await;
    assert_eq!(report.unwrap().imported, 0);
    Measure { rows, bytes, floor }.print("turns, in again", took, "their first import");
}

/// The files below a folder.
fn below(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(below(&path));
        } else {
            let bytes = fs::read(&path).unwrap();
            found.push((path, bytes));
        }
    }
    found
}

async fn files(made: &Made, home: &Path) {
    let (folder, folio, cancel) = (home.join("files"), &made.store.folio, go_on());
    let export = async || {
        let report = folio
            .export_folder(&folder, Stale::Keep, &cancel, |_| ())
            .await;
        report.unwrap()
    };
    let (report, took) = timed(export()).await;
    assert_eq!((report.added, report.failed), (made.documents, 0));
    let start = Instant::now();
    let written = below(&folder);
    let reading = start.elapsed();
    let plain = home.join("plain files");
    let start = Instant::now();
    for (path, bytes) in &written {
        let path = plain.join(path.strip_prefix(&folder).unwrap());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let floor = start.elapsed();
    let bytes = written.iter().map(|(_, bytes)| bytes.len() as u64).sum();
    drop(written);
    let rows = made.documents;
    let out = Measure { rows, bytes, floor };
    out.print("folder, out", took, "plain writing");
    let (report, took) = timed(export()).await;
    assert_eq!(report.unchanged, made.documents);
    let again = Measure {
        floor: reading,
        ..out
    };
    again.print("folder, out again", took, "plain reading");
    let other = Store::fresh(made.store.kind).await;
    let (report, took) = timed(other.folio.import_folder(
        &folder,
        service::Newer::Keep,
        &cancel,
        |_| (),
    ))
    .await;
    assert_eq!(report.unwrap().imported, made.documents);
    let back = Measure {
        floor: made.took,
        ..out
    };
    back.print("folder, in", took, "the ingestion");
    if made.turns == 0 {
        return;
    }
    let folder = home.join("talks");
    let export = folio.export_thread_folder(&folder, Stale::Keep, &cancel, |_| ());
    let (report, took) = timed(export).await;
    assert_eq!(report.unwrap().failed, 0);
    let written = below(&folder);
    let bytes = written.iter().map(|(_, bytes)| bytes.len() as u64).sum();
    let start = Instant::now();
    for (n, (_, bytes)) in written.iter().enumerate() {
        fs::write(plain.join(n.to_string()), bytes).unwrap();
    }
    let (rows, floor) = (made.turns, start.elapsed());
    Measure { rows, bytes, floor }.print("markdown, out", took, "plain writing");
    let (report, took) = timed(other.folio.import_folder(
        &folder,
        service::Newer::Keep,
        &cancel,
        |_| (),
    ))
    .await;
    assert_eq!(report.unwrap().failed, 0);
    let floor = made.turns_took;
    Measure { rows, bytes, floor }.print("markdown, in", took, "their first import");
}

async fn archive(made: &Made, home: &Path) {
    let (path, cancel) = (home.join("all.tar"), go_on());
    let (manifest, took) = timed(made.store.folio.export_archive(&path, Replaces::Earlier)).await;
    let rows = manifest.unwrap().parts.iter().map(|part| part.items).sum();
    let bytes = path.metadata().unwrap().len();
    let floor = plain_file(&home.join("plain"), bytes);
    let out = Measure { rows, bytes, floor };
    out.print("archive, out", took, "plain writing");
    let other = Store::fresh(made.store.kind).await;
    let (report, took) = timed(other.folio.import_archive(&path, &cancel)).await;
    let report = report.unwrap();
    assert_eq!(
        report
            .parts()
            .iter()
            .map(|(_, part)| part.failed)
            .sum::<u64>(),
        0
    );
    let floor = made.took + made.turns_took;
    let back = Measure { floor, ..out };
    back.print("archive, in", took, "ingestion and import");
    let (_, took) = timed(other.folio.import_archive(&path, &cancel)).await;
    back.print("archive, in again", took, "ingestion and import");
}

/// The floor is what making the kind of store took that it is copied into.
async fn copy(from: &Made, like: &Made) {
    let to = Store::fresh(like.store.kind).await;
    let (mut text, cancel) = (Vec::new(), go_on());
    from.store
        .folio
        .export_documents(&mut text, |_| ())
        .await
        .unwrap();
    from.store
        .folio
        .export_threads(&mut text, |_| ())
        .await
        .unwrap();
    let bytes = text.len() as u64;
    drop(text);
    let (report, took) = timed(from.store.folio.copy_to(&to.folio, &cancel, |_| ())).await;
    let rows = report
        .expect("both sides are the same")
        .tables
        .iter()
        .map(|table| table.rows)
        .sum();
    let floor = like.took + like.turns_took;
    let what = format!("copy into {:?}", like.store.kind);
    Measure { rows, bytes, floor }.print(&what, took, "ingestion and import");
}

/// The most memory that this process has had, in KiB; 0 where the system doesn't tell.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kib.unwrap_or_default()
}
