//! Archives: what they keep beside texts, and those of earlier versions.

use std::path::Path;

use service::ingest::{IngestOptions, Vanished};
use service::{CancellationToken, NewDocument, Replaces};
use support::files::{folder, write};
use support::{Kind, Store, on_both};

fn other(store: &Store) -> Kind {
    match store.kind {
        Kind::Sqlite => Kind::Postgres,
        Kind::Postgres => Kind::Sqlite,
    }
}

async fn taken(from: &Store, into: &Store) -> service::ArchiveReport {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("all.tar");
    from.folio
        .export_archive(&path, Replaces::Earlier)
        .await
        .unwrap();
    let go_on = CancellationToken::new();
    into.folio.import_archive(&path, &go_on).await.unwrap()
}

/// Runs tar in this folder.
fn tar(folder: &Path, arguments: &[&str]) {
    let done = std::process::Command::new("tar")
        .current_dir(folder)
        .args(arguments)
        .status();
    assert!(done.unwrap().success());
}

on_both! {
    async fn a_store_from_an_archive_keeps_its_folders_in_step(store: Store) {
        let files = folder(&[("a.md", b"one"), ("b.md", b"two, and more"), ("c.md", b"three"), ("gone.md", b"gone")]);
        let pruning = IngestOptions::default().prefix("p").vanished(Vanished::Delete);
        store.folio.ingest().directory(files.path(), &pruning).await.unwrap();
        store.folio.documents().delete("p_gone").await.unwrap();

        let restored = Store::fresh(other(&store)).await;
        let first = taken(&store, &restored).await;
        assert_eq!((first.files.total, first.files.imported, first.files.failed), (4, 4, 0), "{first:?}");
        assert_eq!((taken(&store, &restored).await.files.imported), 0, "twice is once");
        // What vanished and what moved is known, as where the archive is from.
        std::fs::remove_file(files.path().join("a.md")).unwrap();
        std::fs::rename(files.path().join("b.md"), files.path().join("moved.md")).unwrap();
        let report = restored.folio.ingest().directory(files.path(), &pruning).await.unwrap();
        assert_eq!((report.removed, report.moved, report.unchanged, report.added), (1, 1, 1, 1), "{report:?}");
        let (there, here) = (store.folio.documents().get("p_b").await.unwrap().unwrap(), restored.folio.documents().get("p_moved").await.unwrap().unwrap());
        assert_eq!(there.id, here.id);
    }

    async fn a_document_that_another_folder_has_stays_with_it(store: Store) {
        let (ours, theirs) = (folder(&[("a.md", b"one"), ("b.md", b"two")]), folder(&[("a.md", b"one")]));
        store.folio.ingest().directory(ours.path(), &IngestOptions::default()).await.unwrap();
        let other = Store::fresh(other(&store)).await;
        other.folio.ingest().directory(theirs.path(), &IngestOptions::default()).await.unwrap();
        // An id that stands for another document there.
        let taken_id = store.folio.documents().get("b").await.unwrap().unwrap().id;
        other.folio.documents().insert(NewDocument::new("own", "Own", "text").with_id(taken_id)).await.unwrap();
        let report = taken(&store, &other).await;
        assert_eq!((report.files.imported, report.files.skipped), (1, 1), "{report:?}");
        for (code, of) in [("a", theirs.path()), ("b", ours.path())] {
            std::fs::remove_file(of.join(format!("{code}.md"))).unwrap();
            write(of, "else.md", code.as_bytes());
            let gone = other.folio.ingest().directory(of, &IngestOptions::default()).await.unwrap().vanished;
            assert_eq!(gone.iter().map(|gone| gone.code.as_str()).collect::<Vec<_>>(), [code]);
        }
    }

    /// Its own id was another document's, so it got a new one.
    async fn the_history_of_a_document_goes_where_the_document_went(store: Store) {
        let documents = store.folio.documents();
        documents.insert(NewDocument::new("mine", "Mine", "one")).await.unwrap();
        let (together, batch) = store.folio.batch();
        let change = service::DocumentChange::new().content("two");
        let mine = together.documents().update("mine", &change).await.unwrap().unwrap();
        let into = Store::fresh(other(&store)).await;
        into.folio.documents().insert(NewDocument::new("theirs", "Theirs", "text").with_id(mine.id)).await.unwrap();
        for imported in [1, 0] {
            let report = taken(&store, &into).await;
            assert_eq!((report.history.imported, report.history.failed), (imported, 0), "{report:?}");
            assert_eq!(report.acts.failed, 0, "{report:?}");
        }
        let page = service::PageRequest::first(9);
        let history = async |code: &str| into.folio.documents().history(code, &page).await.unwrap().unwrap().items.len();
        assert_eq!((history("mine").await, history("theirs").await), (1, 0));
        into.folio.activity().undo(batch, &CancellationToken::new(), |_| ()).await.unwrap();
        assert_eq!(into.folio.documents().get("mine").await.unwrap().unwrap().content, "one");
        assert_eq!(into.folio.documents().get("theirs").await.unwrap().unwrap().content, "text");
    }

    async fn an_earlier_version_that_no_document_can_have_is_refused_by_line(store: Store) {
        let documents = store.folio.documents();
        documents.insert(NewDocument::new("a", "A", "one")).await.unwrap();
        documents.delete("a").await.unwrap();
        let home = tempfile::tempdir().unwrap();
        store.folio.export_archive(&home.path().join("all.tar"), Replaces::Earlier).await.unwrap();
        tar(home.path(), &["-xf", "all.tar"]);
        let lines = std::fs::read_to_string(home.path().join("document_history.jsonl")).unwrap();
        let bad = [
            lines.replace("\"version\":1", "\"version\":9223372036854775807"),
            lines.replace("\"code\":\"a\"", "\"code\":\"\""),
            lines.replace("\"metadata\":{}", "\"metadata\":[]"),
        ];
        write(home.path(), "document_history.jsonl", bad.concat().as_bytes());
        let mut manifest: service::Manifest = serde_json::from_slice(&std::fs::read(home.path().join("manifest.json")).unwrap()).unwrap();
        let bytes = std::fs::read(home.path().join("document_history.jsonl")).unwrap();
        let part = manifest.parts.iter_mut().find(|part| part.file == "document_history.jsonl").unwrap();
        (part.items, part.bytes, part.blake3) = (3, bytes.len() as u64, blake3::hash(&bytes).to_hex().to_string());
        write(home.path(), "manifest.json", &serde_json::to_vec(&manifest).unwrap());
        let parts: Vec<&str> = manifest.parts.iter().map(|part| part.file.as_str()).collect();
        tar(home.path(), &[&["-cf", "bad.tar", "manifest.json"], parts.as_slice()].concat());
        let empty = Store::fresh(store.kind).await;
        let report = empty.folio.import_archive(&home.path().join("bad.tar"), &CancellationToken::new()).await.unwrap();
        assert_eq!((report.history.total, report.history.failed), (3, 3), "{report:?}");
    }

    async fn archives_of_the_second_format_are_read(store: Store) {
        let files = folder(&[("a.md", b"one")]);
        store.folio.ingest().directory(files.path(), &IngestOptions::default()).await.unwrap();
        let home = tempfile::tempdir().unwrap();
        store.folio.export_archive(&home.path().join("all.tar"), Replaces::Earlier).await.unwrap();
        tar(home.path(), &["-xf", "all.tar"]);
        let manifest = std::fs::read(home.path().join("manifest.json")).unwrap();
        let mut manifest: service::Manifest = serde_json::from_slice(&manifest).unwrap();
        assert_eq!(manifest.parts.pop().unwrap().file, "files.jsonl");
        manifest.format = 2;
        write(home.path(), "manifest.json", &serde_json::to_vec(&manifest).unwrap());
        let parts: Vec<&str> = manifest.parts.iter().map(|part| part.file.as_str()).collect();
        tar(home.path(), &[&["-cf", "old.tar", "manifest.json"], parts.as_slice()].concat());
        let (empty, go_on) = (Store::fresh(other(&store)).await, CancellationToken::new());
        let report = empty.folio.import_archive(&home.path().join("old.tar"), &go_on).await.unwrap();
        assert_eq!((report.documents.imported, report.runs.imported, report.files.total), (1, 1, 0), "{report:?}");
        // One part twice in the place of another is no whole archive.
        let twice: Vec<&str> = [parts[0]].into_iter().chain(parts[..parts.len() - 1].iter().copied()).collect();
        tar(home.path(), &[&["-cf", "twice.tar", "manifest.json"], twice.as_slice()].concat());
        let refused = empty.folio.import_archive(&home.path().join("twice.tar"), &go_on).await.unwrap_err();
        assert!(refused.to_string().contains("documents.jsonl twice"), "{refused}");
    }
}
