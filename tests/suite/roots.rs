//! Several folders in one run: files that go from one to the other, folders in each other, files that
//! share a code.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use service::error::IngestionError;
use service::ingest::{EmptyRoot, FileStatus, IngestOptions, IngestReport, Plan, Vanished};
use service::{DocumentId, Error, PageRequest};
use support::files::{folder, write};
use support::{Store, on_both};

fn pruning() -> IngestOptions {
    IngestOptions::default().vanished(Vanished::Delete)
}

async fn plan(store: &Store, roots: &[PathBuf], options: &IngestOptions) -> Plan {
    let ingest = store.folio.ingest();
    ingest.plan(roots, options, |_| ()).await.unwrap()
}

async fn ingest(store: &Store, roots: &[PathBuf], options: &IngestOptions) -> IngestReport {
    let ingest = store.folio.ingest();
    ingest.paths(roots, options, |_| ()).await.unwrap()
}

/// Two folders beside each other, below one that goes with the story.
fn two(first: &[(&str, &[u8])], second: &[(&str, &[u8])]) -> (tempfile::TempDir, [PathBuf; 2]) {
    let above = folder(&[]);
    let roots = ["r1", "r2"].map(|name| above.path().join(name));
    for (root, files) in roots.iter().zip([first, second]) {
        std::fs::create_dir(root).unwrap();
        for (path, bytes) in files {
            write(root, path, bytes);
        }
    }
    (above, roots)
}

/// All documents: their codes, ids and texts.
async fn stored(store: &Store) -> BTreeMap<String, (DocumentId, String)> {
    let (documents, mut next) = (store.folio.documents(), Some(PageRequest::first(100)));
    let mut all = BTreeMap::new();
    while let Some(page) = next.take() {
        let page = documents
            .list(service::DocumentSort::Code, &page)
            .await
            .unwrap();
        for listed in page.items {
            let document = documents.get(&listed.code).await.unwrap().unwrap();
            all.insert(document.code, (document.id, document.content));
        }
        next = page.next.map(|next| PageRequest::first(100).after(next));
    }
    all
}

/// What a report says of files and of what vanished, without the ids that a run makes.
fn said(report: &IngestReport) -> Vec<(String, String, String)> {
    let files = report.files.iter().map(|file| {
        let what = format!("{:?} {:?}", file.status, file.moved_from);
        (file.file, file.code, what)
    });
    let gone = report.vanished.iter().map(|gone| {
        (
            gone.file.clone(),
            gone.code.clone(),
            format!("gone {:?}", gone.kept),
        )
    });
    files.chain(gone).collect()
}

on_both! {
    async fn a_file_that_went_to_another_folder_of_the_run_takes_its_document_along(store: Store) {
        let (_above, roots) = two(&[("a.md", b"a"), ("b.md", b"b"), ("c.md", b"c"), ("d.md", b"d")], &[]);
        ingest(&store, &roots, &IngestOptions::default()).await;
        let before = stored(&store).await;
        // As it is; with another text; and one more of the same text beside where it was.
        std::fs::rename(roots[0].join("a.md"), roots[1].join("a.md")).unwrap();
        std::fs::remove_file(roots[0].join("b.md")).unwrap();
        write(&roots[1], "b.md", b"other");
        std::fs::rename(roots[0].join("c.md"), roots[1].join("c.md")).unwrap();
        write(&roots[0], "copy.md", b"c");
        let planned = plan(&store, &roots, &pruning()).await.into_report();
        assert_eq!((planned.removed, planned.moved, planned.added), (0, 0, 1), "{planned:?}");
        let report = ingest(&store, &roots, &pruning()).await;
        assert_eq!(said(&report), said(&planned));
        let after = stored(&store).await;
        assert_eq!(after.keys().collect::<Vec<_>>(), ["a", "b", "c", "copy", "d"]);
        for code in ["a", "b", "c", "d"] {
            assert_eq!(after[code].0, before[code].0, "{code}");
        }
        assert_eq!(after["b"].1, "other");
        // They are the second folder's now.
        std::fs::remove_file(roots[1].join("a.md")).unwrap();
        let report = ingest(&store, &roots[1..], &pruning()).await;
        assert_eq!((report.removed, report.vanished[0].code.as_str()), (1, "a"), "{report:?}");
    }

    async fn a_file_whose_code_another_folder_takes_is_not_moved_as_well(store: Store) {
        let (_above, roots) = two(&[("a.md", b"the text"), ("z.md", b"z")], &[]);
        ingest(&store, &roots, &IngestOptions::default()).await;
        std::fs::rename(roots[0].join("a.md"), roots[0].join("b.md")).unwrap();
        write(&roots[1], "a.md", b"new");
        let report = ingest(&store, &roots, &IngestOptions::default()).await;
        assert_eq!((report.failed_count, report.added, report.updated), (0, 1, 1), "{report:?}");
        let texts = stored(&store).await;
        assert_eq!((texts["a"].1.as_str(), texts["b"].1.as_str()), ("new", "the text"));
    }

    async fn a_folder_in_another_one_that_is_named_too_has_its_files_and_is_not_empty(store: Store) {
        let files = folder(&[("a.md", b"a"), ("sub/b.md", b"b")]);
        let roots = [files.path().to_owned(), files.path().join("sub")];
        for _ in 0..2 {
            let report = ingest(&store, &roots, &pruning()).await;
            assert_eq!((report.total, report.failed_count, report.removed), (2, 0, 0), "{report:?}");
        }
        // The same folder under two names is one, and so is a file.
        let again = [files.path().to_owned(), files.path().join("sub/../."), files.path().join("sub/../a.md")];
        let report = ingest(&store, &again, &pruning()).await;
        assert_eq!((report.total, report.failed_count, report.unchanged), (2, 0, 2), "{report:?}");
        // One that really has nothing is one still.
        let report = ingest(&store, &roots[1..], &IngestOptions::default()).await;
        assert_eq!(report.added, 1, "{report:?}");
        std::fs::remove_file(files.path().join("sub/b.md")).unwrap();
        let error = store.folio.ingest().paths(&roots, &pruning(), |_| ()).await.unwrap_err();
        assert!(matches!(error, Error::Ingestion(IngestionError::EmptyRoot { .. })), "{error:?}");
    }

    async fn of_a_link_that_leads_elsewhere_it_is_told_what_stays_behind(store: Store) {
        let above = folder(&[("v1/a.md", b"a"), ("v1/only.md", b"only"), ("v2/a.md", b"a")]);
        let link = [above.path().join("current")];
        std::os::unix::fs::symlink("v1", &link[0]).unwrap();
        assert!(ingest(&store, &link, &pruning()).await.left_behind.is_empty());
        std::fs::remove_file(&link[0]).unwrap();
        std::os::unix::fs::symlink("v2", &link[0]).unwrap();
        let report = ingest(&store, &link, &pruning()).await;
        assert_eq!((report.unchanged, report.removed, report.left_behind.len()), (1, 0, 1), "{report:?}");
        assert!(report.left_behind[0].documents == 1 && report.left_behind[0].folder.ends_with("v1"), "{report:?}");
        assert!(ingest(&store, &link, &pruning()).await.left_behind.is_empty());
    }

    async fn a_file_with_another_extension_that_takes_a_document_over_tells_whose_it_was(store: Store) {
        let files = folder(&[("k.md", b"one"), ("k.txt", b"two")]);
        let path = [files.path().to_owned()];
        ingest(&store, &path, &IngestOptions::default()).await;
        let txt = IngestOptions::default().extensions(["txt"]);
        let kept = ingest(&store, &path, &txt.clone().others(service::ingest::Others::Leave)).await;
        let error = kept.files.get(0).unwrap().error.unwrap();
        assert!(error.contains("k.md") && error.contains("needs another name"), "{error}");
        let report = ingest(&store, &path, &txt).await;
        let note = report.files.get(0).unwrap().note.unwrap();
        assert!(report.updated == 1 && note.contains("k.md") && note.contains("which is there still"), "{note}");
        assert_eq!(stored(&store).await["k"].1, "two");
        // Where the other one is gone there is nothing to tell.
        std::fs::remove_file(files.path().join("k.txt")).unwrap();
        let report = ingest(&store, &path, &IngestOptions::default()).await;
        assert_eq!((report.updated, report.files.get(0).unwrap().note), (1, None));
    }

    async fn whatever_happens_to_the_trees_a_run_does_its_plan_and_the_store_follows(store: Store) {
        for seed in 0..12 {
            let (above, roots) = two(&[], &[]);
            let mut random = fastrand::Rng::with_seed(seed);
            // The documents of the trees before are of folders that are gone.
            ingest_all_away(&store).await;
            for step in 0..8 {
                for _ in 0..random.usize(1..6) {
                    happen(&mut random, &roots);
                }
                let at = format!("seed {seed}, step {step}, {}", above.path().display());
                let mut named = roots.to_vec();
                if random.bool() { named.reverse(); }
                if random.u8(0..4) == 0 { named.truncate(1); }
                let prunes = random.bool();
                let options = if prunes { pruning().empty_root(EmptyRoot::Accept) } else { IngestOptions::default() };
                let before = stored(&store).await;
                let planned = plan(&store, &named, &options).await.into_report();
                let report = ingest(&store, &named, &options).await;
                assert_eq!(said(&report), said(&planned), "{at}");
                assert_eq!(report.removed, planned.removed, "{at}");
                assert_eq!(report.success_count + report.failed_count, report.total, "{at}");
                let after = stored(&store).await;
                assert_eq!(before.len() as u64 + report.added, after.len() as u64 + report.removed, "{at}");
                let mut taken = Vec::new();
                for file in report.files.iter().filter(|file| file.status != FileStatus::Failed) {
                    let (id, text) = &after[&file.code];
                    assert_eq!((Some(*id), text), (file.document_id, &std::fs::read_to_string(&file.file).unwrap()), "{at}: {file:?}");
                    taken.push(file.code);
                }
                taken.sort();
                if prunes && named.len() == 2 {
                    assert_eq!(after.into_keys().collect::<Vec<_>>(), taken, "{at}");
                }
                assert!(plan(&store, &named, &options).await.changes_nothing(), "{at}");
            }
        }
    }
}

async fn ingest_all_away(store: &Store) {
    store.sql("DELETE FROM document").await;
}

/// Something that people do to files.
fn happen(random: &mut fastrand::Rng, roots: &[PathBuf]) {
    let place = |random: &mut fastrand::Rng| {
        let folder = random.choice(["", "", "d", "e"]).unwrap_or_default();
        let name = random.choice(["a.md", "b.md", "c.md"]).unwrap_or_default();
        let root = &roots[random.usize(..roots.len())];
        Path::new(root).join(folder).join(name)
    };
    let (from, to) = (place(random), place(random));
    std::fs::create_dir_all(to.parent().unwrap()).unwrap();
    match random.u8(0..10) {
        0..=3 => {
            let text = format!("text {}", random.u8(0..5));
            std::fs::write(to, text).unwrap();
        }
        4..=6 if from.exists() => std::fs::rename(from, to).unwrap(),
        7 if from.exists() => drop(std::fs::copy(from, to).unwrap()),
        8 => drop(std::fs::remove_file(from)),
        9 => drop(std::fs::remove_dir_all(from.parent().unwrap().join("d"))),
        _ => {}
    }
}
