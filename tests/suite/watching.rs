//! Folders that are watched, when the folders themselves come and go.
#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::time::Duration;

use service::ingest::{IngestOptions, IngestReport, Vanished, Watching};
use service::{CancellationToken, Error};
use support::files::{folder, write};
use support::ingestion::content;
use support::{Store, on_both};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// What a watch told, and how it is stopped.
struct Watched {
    told: UnboundedReceiver<Result<IngestReport, Error>>,
    cancel: CancellationToken,
    done: tokio::task::JoinHandle<Result<(), Error>>,
}

impl Watched {
    async fn begin(store: &Store, paths: &[&Path], watching: Watching) -> Self {
        let (sender, told) = unbounded_channel();
        let cancel = CancellationToken::new();
        let options = IngestOptions::default().vanished(Vanished::Delete);
        let options = options.cancelled_by(cancel.clone());
        let folio = store.again(|config| config).await;
        let paths: Vec<PathBuf> = paths.iter().map(|path| path.to_path_buf()).collect();
        let done = tokio::spawn(async move {
            let tell = |report| sender.send(report).unwrap();
            folio.ingest().watch(&paths, &options, watching, tell).await
        });
        let mut watched = Self { told, cancel, done };
        watched.until(|_| true).await;
        watched
    }

    /// Waits for a run of which this holds.
    async fn until(&mut self, holds: impl Fn(&Result<IngestReport, Error>) -> bool) {
        let waiting = async {
            while let Some(told) = self.told.recv().await {
                if holds(&told) {
                    return;
                }
            }
            panic!("it ended");
        };
        tokio::time::timeout(Duration::from_mins(1), waiting)
            .await
            .unwrap();
    }

    async fn taken(&mut self, files: u64) {
        let holds = |told: &Result<IngestReport, Error>| {
            told.as_ref()
                .is_ok_and(|report| report.added + report.updated == files)
        };
        self.until(holds).await;
    }

    async fn end(self) {
        self.cancel.cancel();
        self.done.await.unwrap().unwrap();
    }
}

async fn a_folder_is_removed_and_made_again(store: &Store, watching: Watching) {
    let above = folder(&[("one/a.md", b"one"), ("two/b.md", b"two")]);
    let (one, two) = (above.path().join("one"), above.path().join("two"));
    let mut watched = Watched::begin(store, &[&one, &two], watching).await;
    std::fs::remove_dir_all(&one).unwrap();
    watched
        .until(|told| {
            told.as_ref()
                .is_err_and(|error| error.to_string().contains("one"))
        })
        .await;
    // The other one is followed meanwhile, and nothing is deleted of the one that is missing.
    write(&two, "c.md", b"three");
    watched.taken(1).await;
    assert_eq!(
        (content(store, "a").await, content(store, "c").await),
        ("one".to_owned(), "three".to_owned())
    );
    write(&one, "a.md", b"one again");
    watched.taken(1).await;
    write(&one, "a.md", b"and once more");
    watched.taken(1).await;
    assert_eq!(content(store, "a").await, "and once more");
    watched.end().await;
}

on_both! {
    async fn a_folder_that_is_removed_and_made_again_is_followed_still(store: Store) {
        a_folder_is_removed_and_made_again(&store, Watching::Events).await;
    }

    async fn a_file_that_is_saved_by_a_rename_and_a_link_that_leads_elsewhere_are_followed(store: Store) {
        let above = folder(&[("v1/a.md", b"one"), ("v2/a.md", b"two"), ("f/file.md", b"0")]);
        let at = |name: &str| above.path().join(name);
        std::os::unix::fs::symlink("v1", at("current")).unwrap();
        let mut watched = Watched::begin(&store, &[&at("current"), &at("f/file.md")], Watching::Events).await;
        for n in ["1", "2", "3"] {
            write(above.path(), "f/.file.md.new", n.as_bytes());
            std::fs::rename(at("f/.file.md.new"), at("f/file.md")).unwrap();
            watched.taken(1).await;
            assert_eq!(content(&store, "file").await, n);
        }
        std::os::unix::fs::symlink("v2", at("next")).unwrap();
        std::fs::rename(at("next"), at("current")).unwrap();
        watched.taken(1).await;
        assert_eq!(content(&store, "a").await, "two");
        write(above.path(), "v2/b.md", b"new");
        watched.taken(1).await;
        watched.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_looked_through_again_and_again_may_come_and_go_as_well() {
    let store = Store::fresh(support::Kind::Sqlite).await;
    let often = Watching::Polling(Duration::from_millis(200));
    a_folder_is_removed_and_made_again(&store, often).await;
}
