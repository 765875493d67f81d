//! Folders of files become documents.

use std::path::Path;

use service::error::IngestionError;
use service::ingest::{
    Depth, FileSpec, FileStatus, IngestOptions, IngestProgress, IngestReport, Mode, Phase,
};
use service::{CancellationToken, Error, NewDocument};
use support::files::{folder, write};
use support::{Store, on_both};

async fn ingest(store: &Store, folder: &Path) -> IngestReport {
    store
        .folio
        .ingest()
        .directory(folder, &IngestOptions::default())
        .await
        .unwrap()
}

fn codes(report: &IngestReport) -> Vec<String> {
    report.files.iter().map(|file| file.code).collect()
}

fn counts(report: &IngestReport) -> (u64, u64, u64, u64) {
    (
        report.added,
        report.updated,
        report.unchanged,
        report.failed_count,
    )
}

on_both! {
    async fn every_file_becomes_a_document_under_its_path(store: Store) {
        let files = folder(&[("a.md", b"# A\r\n"), ("sub/b.md", "naïve 日本".as_bytes()), ("sub/c.txt", b"no"), (".hidden.md", b"no"), (".git/d.md", b"no"), ("empty.md", b"")]);
        let report = ingest(&store, files.path()).await;
        assert_eq!(counts(&report), (3, 0, 0, 0));
        assert_eq!(codes(&report), ["a", "empty", "sub/b"]);
        let read = store.folio.documents().get("a").await.unwrap().unwrap();
        assert_eq!((read.content.as_str(), read.name.as_str()), ("# A\r\n", "A"));
        assert_eq!(report.files.get(0).unwrap().document_id, Some(read.id));
    }

    async fn a_second_run_writes_only_what_changed(store: Store) {
        let files = folder(&[("a.md", b"one"), ("b.md", b"two"), ("c.md", b"three")]);
        ingest(&store, files.path()).await;
        write(files.path(), "b.md", b"two, changed");
        write(files.path(), "d.md", b"four");
        assert_eq!(counts(&ingest(&store, files.path()).await), (1, 1, 2, 0));
        assert_eq!(counts(&ingest(&store, files.path()).await), (0, 0, 4, 0));
        let revisions: i64 = store.value("SELECT count(*) FROM document_revision").await;
        assert_eq!(revisions, 1);
        assert_eq!(store.folio.documents().get("b").await.unwrap().unwrap().version, 2);
    }

    async fn the_history_that_runs_leave_is_bounded(store: Store) {
        let few = store.again(|mut config| { config.history_limit = 2; config }).await;
        let files = folder(&[]);
        for n in 0..6 {
            write(files.path(), "a.md", n.to_string().as_bytes());
            few.ingest().directory(files.path(), &IngestOptions::default()).await.unwrap();
        }
        let history = few.documents().history("a", &service::PageRequest::first(10)).await.unwrap().unwrap();
        let versions: Vec<i64> = history.items.iter().map(|revision| revision.version).collect();
        assert_eq!(versions, [5, 4]);
    }

    async fn a_text_changed_by_hand_is_brought_back(store: Store) {
        let files = folder(&[("a.md", b"from the file")]);
        ingest(&store, files.path()).await;
        store.sql("UPDATE document SET content = 'by hand' WHERE code = 'a'").await;
        assert_eq!(counts(&ingest(&store, files.path()).await), (0, 1, 0, 0));
        assert_eq!(store.folio.documents().get("a").await.unwrap().unwrap().content, "from the file");
    }

    async fn a_row_without_a_hash_is_compared_by_its_text(store: Store) {
        store.sql("INSERT INTO document (name, code, content) VALUES ('a.md', 'a', 'same')").await;
        let files = folder(&[("a.md", b"same")]);
        assert_eq!(counts(&ingest(&store, files.path()).await), (0, 0, 1, 0));
        assert_eq!(store.folio.documents().get("a").await.unwrap().unwrap().version, 1);
        assert_eq!(counts(&ingest(&store, files.path()).await), (0, 0, 1, 0));
    }

    async fn one_bad_file_never_stops_the_rest(store: Store) {
        let files = folder(&[("bad.md", "naïve\u{e9}".as_bytes().strip_suffix(b"\xa9").unwrap()), ("good.md", b"fine"), ("nul.md", b"a\0b"), ("bom.md", b"\xef\xbb\xbf# With a mark")]);
        let report = ingest(&store, files.path()).await;
        assert_eq!(counts(&report), (2, 0, 0, 2));
        let bad = report.files.iter().find(|file| file.code == "bad").unwrap();
        assert_eq!(bad.status, FileStatus::Failed);
        assert!(bad.error.as_ref().unwrap().contains("UTF-8"), "{bad:?}");
        assert!(bad.error.as_ref().unwrap().contains("byte 6"), "it tells where: {bad:?}");
        assert_eq!(store.folio.documents().get("bom").await.unwrap().unwrap().content, "# With a mark");
    }

    async fn two_files_for_one_code_are_told_of(store: Store) {
        let files = folder(&[("a.md", b"one"), ("a.txt", b"two")]);
        let options = IngestOptions::default().extensions(["md", ".txt"]);
        let report = store.folio.ingest().directory(files.path(), &options).await.unwrap();
        assert_eq!(counts(&report), (1, 0, 0, 1));
        assert!(report.files.get(1).unwrap().error.as_ref().unwrap().contains("a.md"), "{report:?}");
    }

    async fn globs_and_extensions_that_match_nothing_are_refused(store: Store) {
        let files = folder(&[("a.md", b"one")]);
        for options in [IngestOptions::default().exclude(["["]), IngestOptions::default().include(["#a"]), IngestOptions::default().extensions([""])] {
            let refused = store.folio.ingest().directory(files.path(), &options).await;
            assert!(matches!(refused, Err(Error::Ingestion(IngestionError::Glob { .. } | IngestionError::Invalid(_)))), "{refused:?}");
        }
    }

    async fn a_dry_run_says_what_would_be_done_and_writes_nothing(store: Store) {
        let files = folder(&[("a.md", b"one"), ("b.md", b"two"), ("bad.md", b"a\0b")]);
        store.folio.documents().insert(NewDocument::new("a", "a.md", "older")).await.unwrap();
        let dry = IngestOptions::default().mode(Mode::DryRun);
        let report = store.folio.ingest().directory(files.path(), &dry).await.unwrap();
        assert_eq!(counts(&report), (1, 1, 0, 1));
        assert_eq!(store.folio.documents().count().await.unwrap(), 1);
        assert_eq!(store.folio.documents().get("a").await.unwrap().unwrap().content, "older");
        let runs: i64 = store.value("SELECT count(*) FROM ingest_run").await;
        assert_eq!(runs, 0);
    }

    async fn prefixes_and_depth_are_the_seeds(store: Store) {
        let files = folder(&[("a.md", b"one"), ("sub/b.md", b"two")]);
        let options = IngestOptions::default().prefix("book").depth(Depth::TopLevel);
        let report = store.folio.ingest().directory(files.path(), &options).await.unwrap();
        assert_eq!(codes(&report), ["book_a"]);
    }

    async fn what_is_not_there_stops_the_whole_and_is_named(store: Store) {
        let files = folder(&[("a.md", b"one")]);
        let missing = files.path().join("missing");
        let error = store.folio.ingest().directory(&missing, &IngestOptions::default()).await.unwrap_err();
        assert!(matches!(&error, Error::Ingestion(IngestionError::NotFound { path }) if *path == missing), "{error:?}");
        let error = store.folio.ingest().directory(&files.path().join("a.md"), &IngestOptions::default()).await.unwrap_err();
        assert!(matches!(&error, Error::Ingestion(IngestionError::NotAFolder { .. })), "{error:?}");
        let nothing = folder(&[]);
        assert_eq!(counts(&ingest(&store, nothing.path()).await), (0, 0, 0, 0));
    }

    async fn single_files_and_lists_of_files_are_taken(store: Store) {
        let files = folder(&[("a.md", b"one"), ("b.md", b"two")]);
        let one = store.folio.ingest().file(&files.path().join("a.md"), "my/code").await.unwrap();
        assert_eq!((one.status, one.code.as_str()), (FileStatus::Added, "my/code"));
        let list = [
            FileSpec { path: files.path().join("b.md"), code: "b".to_owned() },
            FileSpec { path: files.path().join("gone.md"), code: "gone".to_owned() },
        ];
        assert_eq!(counts(&store.folio.ingest().batch(&list).await.unwrap()), (1, 0, 0, 1));
    }

    async fn a_run_can_be_stopped_and_taken_up_again(store: Store) {
        let names: Vec<String> = (0..900).map(|n| format!("{n:04}.md")).collect();
        let text = "words ".repeat(300);
        let list: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), text.as_bytes())).collect();
        let files = folder(&list);
        let cancel = CancellationToken::new();
        let options = IngestOptions::default().cancelled_by(cancel.clone());
        let paths = [files.path().to_owned()];
        let stopped = store.folio.ingest().paths(&paths, &options, |_| cancel.cancel()).await.unwrap_err();
        let Error::Ingestion(IngestionError::Cancelled { written }) = stopped else { panic!("{stopped:?}") };
        assert_eq!(store.folio.documents().count().await.unwrap(), written);
        assert!(written < 900);
        assert_eq!(counts(&ingest(&store, files.path()).await), (900 - written, 0, written, 0));
    }

    async fn a_run_that_is_stopped_when_all_is_written_is_a_whole_one(store: Store) {
        let files = folder(&[("a.md", b"one"), ("b.md", b"two")]);
        let cancel = CancellationToken::new();
        let options = IngestOptions::default().cancelled_by(cancel.clone());
        let at_the_end = |progress: IngestProgress| {
            if progress.phase == Phase::Writing && progress.files == progress.total {
                cancel.cancel();
            }
        };
        let paths = [files.path().to_owned()];
        let report = store.folio.ingest().paths(&paths, &options, at_the_end).await.unwrap();
        assert!(cancel.is_cancelled());
        assert_eq!(counts(&report), (2, 0, 0, 0));
    }

    async fn links_are_not_followed_out_of_the_folder(store: Store) {
        let outside = folder(&[("secret.md", b"not to be taken")]);
        let files = folder(&[("a.md", b"one")]);
        #[cfg(unix)]
        std::os::unix::fs::symlink(outside.path(), files.path().join("link")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(files.path(), files.path().join("loop")).unwrap();
        let report = ingest(&store, files.path()).await;
        assert_eq!(report.total, 1, "{report:?}");
        drop(outside);
    }
}
