//! Takes real folders in on both databases, and holds what comes out against the files:
//!
//! ```sh
//! TEST_POSTGRES_URL=... cargo run --release -p folio-tests --example corpus -- FOLDER... [TURNS.jsonl]
//! ```
//!
//! For each folder and database: every file is stored, reads back byte for byte, and is found by
//! words of its own; a second run changes nothing, and how much faster it was. For a file of
//! turns: every thread's count and order, and the time for all of them.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement, run by hand"
)]

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::time::{Duration, Instant};

use service::ingest::{FileStatus, IngestOptions};
use service::{CancellationToken, Folio, PageRequest, SearchRequest, ThreadId};
use support::{Kind, Store};

#[tokio::main]
async fn main() {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    assert!(!paths.is_empty(), "corpus FOLDER... [TURNS.jsonl]");
    for path in paths.iter().map(Path::new) {
        for kind in [Kind::Sqlite, Kind::Postgres] {
            let store = Store::fresh(kind).await;
            if path.is_dir() {
                folder(&store, path).await;
            } else {
                turns(&store, path).await;
            }
        }
    }
}

async fn folder(store: &Store, path: &Path) {
    let options = IngestOptions::default();
    let run = async || {
        let start = Instant::now();
        let report = store
            .folio
            .ingest()
            .directory(path, &options)
            .await
            .expect("a report");
        (report, start.elapsed())
    };
    let (first, cold) = run().await;
    let mut warm = Duration::MAX;
    for _ in 0..3 {
        let (again, took) = run().await;
        assert_eq!(
            (again.unchanged, again.total),
            (first.success_count, first.total),
            "a second run changes nothing"
        );
        warm = warm.min(took);
    }
    let mut bytes = 0;
    let mut failed = Vec::new();
    for file in first.files.iter() {
        if file.status == FileStatus::Failed {
            failed.push(format!(
                "{}: {}",
                file.file,
                file.error.as_deref().unwrap_or_default()
            ));
            continue;
        }
        let read = std::fs::read(&file.file).unwrap();
        let expected = read.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&read);
        let stored = store
            .folio
            .documents()
            .get(&file.code)
            .await
            .unwrap()
            .expect("it is stored");
        assert!(
            stored.content.as_bytes() == expected,
            "{} reads back as it was",
            file.file
        );
        bytes += expected.len();
        assert_found(&store.folio, &file.code, &stored.content).await;
    }
    println!(
        "{:?}  {}: {} files, {:.1} MB, {} refused; first run {:.2} s, second {:.3} s, {:.1} times faster; all read back and found",
        store.kind,
        path.display(),
        first.success_count,
        f64::from(u32::try_from(bytes).unwrap()) / 1e6,
        failed.len(),
        cold.as_secs_f64(),
        warm.as_secs_f64(),
        cold.as_secs_f64() / warm.as_secs_f64(),
    );
    for line in failed {
        println!("    refused: {line}");
    }
}

/// The document is found by the longest run of words of it that stand on one line.
async fn assert_found(folio: &Folio, code: &str, content: &str) {
    let phrase = |line: &str| -> Vec<String> {
        let words = line
            .split_whitespace()
            .filter(|word| word.chars().any(char::is_alphanumeric));
        words
            .take_while(|word| word.len() < 60)
            .take(9)
            .map(|word| word.replace('"', " "))
            .collect()
    };
    let lines = content.lines().map(phrase);
    let Some(best) = lines.max_by_key(Vec::len).filter(|words| !words.is_empty()) else {
        return;
    };
    let query = format!("\"{}\"", best.join(" "));
    let search = async |query: &str| {
        let request = SearchRequest::new(query).limit(1000);
        folio.documents().search(&request).await.unwrap()
    };
    let has = |hits: &[service::DocumentHit]| hits.iter().any(|hit| hit.code == code);
    let results = search(&query).await;
    if has(&results.hits) {
        return;
    }
    // Words that very many have: the answer says that there are more, and a filter finds this one.
    assert!(
        results.truncated || results.total > 1000,
        "{code} is found by {query}"
    );
    let narrowed = format!("{query} code:{code}");
    assert!(
        has(&search(&narrowed).await.hits),
        "{code} is found by {narrowed}"
    );
}

async fn turns(store: &Store, path: &Path) {
    let import = async || {
        let lines = BufReader::new(File::open(path).unwrap());
        let start = Instant::now();
        let report = store
            .folio
            .import_turns(lines, &CancellationToken::new(), |_| ())
            .await
            .expect("a report");
        (report, start.elapsed())
    };
    let (first, took) = import().await;
    let (again, _) = import().await;
    assert_eq!(
        (again.imported, again.skipped),
        (0, first.imported),
        "twice is once"
    );
    let mut threads: HashMap<String, Vec<(String, String)>> = HashMap::new();
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let turn: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| turn[key].as_str().unwrap_or_default().to_owned();
        threads
            .entry(text("thread_id"))
            .or_default()
            .push((text("created_at"), text("question")));
    }
    for (id, mut expected) in threads.clone() {
        // The file's order, where times are the same.
        expected.sort_by(|a, b| a.0.cmp(&b.0));
        let id = ThreadId::new(id).unwrap();
        let count = store
            .folio
            .threads()
            .get(&id)
            .await
            .unwrap()
            .unwrap()
            .message_count;
        assert_eq!(usize::try_from(count).unwrap(), expected.len(), "{id:?}");
        let mut request = PageRequest::first(1000);
        let mut stored = Vec::new();
        loop {
            let page = store.folio.messages().list(&id, &request).await.unwrap();
            stored.extend(page.items.into_iter().map(|turn| turn.question));
            match page.next {
                Some(next) => request = PageRequest::first(1000).after(next),
                None => break,
            }
        }
        stored.reverse();
        let expected: Vec<String> = expected.into_iter().map(|(_, question)| question).collect();
        assert!(stored == expected, "the order of {id:?}");
    }
    println!(
        "{:?}  {}: {} turns of {} threads in {:.2} s; every count and order is right; twice is once",
        store.kind,
        path.display(),
        first.imported,
        threads.len(),
        took.as_secs_f64()
    );
}
