//! Kills ingestions at random moments, and looks at what is left, on both databases:
//!
//! ```sh
//! cargo build --release -p folio
//! TEST_POSTGRES_URL=... cargo run --release -p folio-tests --example killed -- FOLDER [TIMES]
//! ```
//!
//! After each kill (`kill -9`) the store has only whole documents, each with its hash, and the
//! search index fits them; SQLite's own checks pass. At the end a run completes what is missing.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "an experiment, run by hand"
)]

use std::process::Stdio;
use std::time::{Duration, Instant};

use support::program::Program;
use support::{Kind, Store};

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("killed FOLDER [TIMES]");
    let times: u32 = arguments
        .next()
        .map_or(50, |times| times.parse().expect("a number"));
    for kind in [Kind::Sqlite, Kind::Postgres] {
        // How long an undisturbed run takes, for moments all over it.
        let whole = {
            let store = Store::fresh(kind).await;
            let start = Instant::now();
            let report = Program::on(store.url())
                .run(&["ingest", &folder, "--json"])
                .json();
            assert_eq!(report["failed_count"], 0);
            start.elapsed()
        };
        let (mut partly, mut documents) = (0, 0);
        for n in 0..times {
            let store = Store::fresh(kind).await;
            let folio = Program::on(store.url());
            let mut child = folio
                .command(&["ingest", &folder])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            // Spread over the run by the golden ratio: no two moments are alike.
            let part = (f64::from(n) * 0.618_034).fract();
            std::thread::sleep(Duration::from_secs_f64(whole.as_secs_f64() * part));
            child.kill().unwrap();
            child.wait().unwrap();
            let there = check(&store).await;
            let report = folio.run(&["ingest", &folder, "--json"]).json();
            assert_eq!(report["failed_count"], 0, "{n}: a run completes it");
            assert_eq!(report["unchanged"], there, "{n}: what was there is whole");
            let total = check(&store).await;
            assert_eq!(report["success_count"], total);
            partly += u32::from(there > 0 && there < total);
            documents = total;
        }
        println!(
            "{kind:?}  {folder}: killed {times} times ({partly} of them half-way), always whole, always completed to {documents} documents"
        );
    }
}

/// Looks the store over; gives how many documents it has.
async fn check(store: &Store) -> i64 {
    if store.kind == Kind::Sqlite {
        let said: String = store.value("PRAGMA integrity_check").await;
        assert_eq!(said, "ok");
        store
            .sql(
                "INSERT INTO document_search (document_search, rank) VALUES ('integrity-check', 1)",
            )
            .await;
    }
    let strange: i64 = store
        .value("SELECT count(*) FROM document WHERE content_hash IS NULL")
        .await;
    assert_eq!(strange, 0, "every document has its hash");
    let strange: i64 = store
        .value("SELECT count(*) FROM ingest_file AS f WHERE NOT EXISTS (SELECT 1 FROM document AS d WHERE d.id = f.document_id)")
        .await;
    assert_eq!(strange, 0, "every file has its document");
    store.value("SELECT count(*) FROM document").await
}
