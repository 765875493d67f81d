//! Files that have other paths now keep their documents: one that moved, and several that took each
//! other's places.

use std::collections::HashMap;
use std::path::Path;

use service::ingest::IngestOptions;
use service::{DocumentId, DocumentSort, PageRequest};
use support::files::{folder, write};
use support::ingestion::{codes, ingest, pruning, undo};
use support::{Store, on_both};

/// The documents, and their codes.
async fn documents(store: &Store) -> HashMap<DocumentId, String> {
    let (sort, page) = (DocumentSort::Code, PageRequest::first(100));
    let found = store.folio.documents().list(sort, &page).await.unwrap();
    found
        .items
        .into_iter()
        .map(|document| (document.id, document.code))
        .collect()
}

/// The next chapter's code.
fn next(code: &str) -> String {
    code.parse()
        .map_or_else(|_| code.to_owned(), |number: u32| (number + 1).to_string())
}

/// Gives each of three chapters the next one's number.
fn renumber(folder: &Path) {
    for number in [3, 2, 1] {
        let name = |number: u32| folder.join(format!("{number}.md"));
        std::fs::rename(name(number), name(number + 1)).unwrap();
    }
}

const CHAPTERS: [(&str, &[u8]); 4] = [
    ("1.md", b"the sea"),
    ("2.md", b"the land"),
    ("3.md", b"the air"),
    ("index.md", b"the world"),
];

on_both! {
    async fn a_moved_file_keeps_its_document(store: Store) {
        let files = folder(&[("old.md", b"# The text\nof a file that moves"), ("twin1.md", b"same"), ("twin2.md", b"same")]);
        ingest(&store, files.path(), &IngestOptions::default()).await;
        let before = store.folio.documents().get("old").await.unwrap().unwrap();
        let twin = store.folio.documents().get("twin1").await.unwrap().unwrap();
        let moved = |from: &str, to: &str| {
            std::fs::create_dir_all(files.path().join("sub")).unwrap();
            std::fs::rename(files.path().join(from), files.path().join(to)).unwrap();
        };
        moved("old.md", "sub/new.md");
        moved("twin1.md", "sub/twin1.md");
        moved("twin2.md", "sub/twin2.md");
        let report = ingest(&store, files.path(), &pruning()).await;
        assert_eq!((report.moved, report.updated, report.added, report.removed), (3, 3, 0, 0), "{report:?}");
        let after = store.folio.documents().get("sub/new").await.unwrap().unwrap();
        assert_eq!((after.id, after.version), (before.id, 2));
        assert_eq!(store.folio.documents().get("sub/twin1").await.unwrap().unwrap().id, twin.id);
        let history = store.folio.documents().history("sub/new", &PageRequest::first(5)).await.unwrap().unwrap();
        assert_eq!(history.items[0].code, "old");
        assert_eq!(ingest(&store, files.path(), &pruning()).await.unchanged, 3);
        let undone = undo(&store, report.run.unwrap()).await;
        assert_eq!((undone.done, undone.refused_count), (3, 0));
        assert_eq!(codes(&store).await, ["old", "twin1", "twin2"]);
        let again = ingest(&store, files.path(), &pruning()).await;
        assert_eq!((again.moved, again.added, again.removed), (3, 0, 0), "{again:?}");
        let back = store.folio.documents().get("sub/new").await.unwrap().unwrap();
        assert_eq!((back.id, back.version), (before.id, 4));
    }

    async fn chapters_that_are_numbered_anew_keep_their_documents(store: Store) {
        let files = folder(&CHAPTERS);
        ingest(&store, files.path(), &IngestOptions::default()).await;
        let before = documents(&store).await;
        renumber(files.path());
        let report = ingest(&store, files.path(), &pruning()).await;
        assert_eq!((report.moved, report.updated, report.added, report.removed, report.failed_count), (3, 3, 0, 0, 0), "{report:?}");
        assert_eq!(report.files.get(0).unwrap().moved_from.as_deref(), Some("1"));
        let after: HashMap<DocumentId, String> = before.iter().map(|(id, code)| (*id, next(code))).collect();
        assert_eq!(documents(&store).await, after);
        let air = store.folio.documents().get("4").await.unwrap().unwrap();
        assert_eq!((air.content.as_str(), air.version), ("the air", 2));
        assert_eq!(ingest(&store, files.path(), &pruning()).await.unchanged, 4);
        let undone = undo(&store, report.run.unwrap()).await;
        assert_eq!((undone.done, undone.refused_count), (3, 0));
        assert_eq!(documents(&store).await, before);
    }

    async fn a_copy_beside_a_text_that_was_changed_is_a_new_document(store: Store) {
        let files = folder(&CHAPTERS);
        ingest(&store, files.path(), &IngestOptions::default()).await;
        let before = documents(&store).await;
        std::fs::copy(files.path().join("3.md"), files.path().join("4.md")).unwrap();
        write(files.path(), "3.md", b"the air, told anew");
        std::fs::remove_file(files.path().join("index.md")).unwrap();
        let report = ingest(&store, files.path(), &pruning()).await;
        assert_eq!((report.moved, report.updated, report.added, report.removed), (0, 1, 1, 1), "{report:?}");
        let after = documents(&store).await;
        let kept = |(id, code): &(&DocumentId, &String)| before.get(id) == Some(code);
        assert_eq!(after.iter().filter(kept).count(), 3);
    }

    async fn a_chain_that_went_on_since_the_plan_was_made_loses_nothing(store: Store) {
        let files = folder(&CHAPTERS);
        ingest(&store, files.path(), &IngestOptions::default()).await;
        renumber(files.path());
        let (paths, ingestion) = ([files.path().to_owned()], store.folio.ingest());
        let plan = ingestion.plan(&paths, &IngestOptions::default(), |_| ()).await.unwrap();
        assert_eq!(plan.files().moved(), 3);
        write(files.path(), "3.md", b"the land, told anew");
        let report = ingestion.run(plan, |_| ()).await.unwrap();
        assert_eq!((report.moved, report.failed_count), (1, 2), "{report:?}");
        let report = ingest(&store, files.path(), &IngestOptions::default()).await;
        assert_eq!(report.failed_count, 0, "{report:?}");
        assert_eq!(store.folio.documents().get("3").await.unwrap().unwrap().content, "the land, told anew");
        let report = ingest(&store, files.path(), &pruning()).await;
        assert_eq!((report.unchanged, codes(&store).await.len()), (4, 4), "{report:?}");
    }
}
