//! Documents as a folder of files, out and in again.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use service::ingest::IngestOptions;
use service::{
    CancellationToken, Document, DocumentChange, DocumentSort, Error, FolderExport, FolderImport,
    NewDocument, Newer, PageRequest, Stale, error::IngestionError,
};
use support::files::write;
use support::program::Program;
use support::{Kind, Store, on_both};

async fn export(store: &Store, folder: &Path, stale: Stale) -> FolderExport {
    let go_on = CancellationToken::new();
    store
        .folio
        .export_folder(folder, stale, &go_on, |_| ())
        .await
        .unwrap()
}

pub(crate) async fn import(store: &Store, folder: &Path) -> FolderImport {
    let go_on = CancellationToken::new();
    store
        .folio
        .import_folder(folder, Newer::Keep, &go_on, |_| ())
        .await
        .unwrap()
}

pub(crate) fn counts(report: &FolderExport) -> (u64, u64, u64, u64) {
    (
        report.added,
        report.updated,
        report.unchanged,
        report.failed,
    )
}

pub(crate) fn taken(report: &FolderImport) -> (u64, u64, u64, u64) {
    (
        report.imported,
        report.updated,
        report.skipped,
        report.failed,
    )
}

async fn all(store: &Store) -> BTreeMap<String, Document> {
    let page = PageRequest::first(1_000);
    let listed = store
        .folio
        .documents()
        .list(DocumentSort::Code, &page)
        .await
        .unwrap();
    let codes: Vec<String> = listed.items.into_iter().map(|row| row.code).collect();
    let found = store.folio.documents().get_many(&codes).await.unwrap();
    found
        .into_iter()
        .map(|document| (document.code.clone(), document))
        .collect()
}

/// Codes and texts that a file system, YAML or Markdown may trip over.
const NAUGHTY: [(&str, &str); 24] = [
    ("guide/start", "# Start\n"),
    ("guide", "a file beside a folder of its name"),
    ("guide.md/x", "a folder with the name of a file"),
    ("guide.md", "---\ntitle: of its own\n---\nbody\n"),
    ("../../outside", "dots"),
    ("..", "dots"),
    (".", "a dot"),
    ("/etc/passwd", "from the root"),
    ("a//b/", "empty parts"),
    (".hidden/.too", "hidden"),
    ("ends. /in dots...", "no final newline"),
    ("Twin", "of twin"),
    ("twin", "of Twin"),
    ("TWIN", "another"),
    ("n\u{e9}", "composed"),
    ("ne\u{301}", "not composed"),
    ("con", "a device"),
    ("a:b\\c*d?e\"f<g>h|i~j%k", "taken characters"),
    ("line\nbreak\r\ttab", "\r\nline ends\r\n\r"),
    ("bom", "\u{feff}a mark"),
    ("empty", ""),
    (
        "fence",
        "---\nfolio-document: 1\ncode: other\n---\nnested\n",
    ),
    ("fences", "---\n---\n+++\n\n---"),
    (
        "日本語/ünï",
        "naïve 日本 \u{1F600}\u{2028}\u{85}\u{7f}\u{1}",
    ),
];

async fn fill(store: &Store) {
    let documents = store.folio.documents();
    for (n, (code, text)) in NAUGHTY.iter().enumerate() {
        let metadata = serde_json::json!({"n": n, "half": 0.5, "tags": ["no", "1", ""], "deep": {"a: b": [null, "- x\n"]}, "code": "other"});
        documents
            .insert(
                NewDocument::new(*code, format!("No. {n}: {code}"), *text).with_metadata(metadata),
            )
            .await
            .unwrap();
    }
    let long: String = "長い/".chars().cycle().take(400).collect();
    for code in [
        long,
        "x".repeat(512),
        format!("{}y", "x".repeat(511)),
        "a/".repeat(256),
    ] {
        documents
            .insert(NewDocument::new(code, "Long", "long"))
            .await
            .unwrap();
    }
    documents
        .update("guide", &DocumentChange::new().content("second version"))
        .await
        .unwrap();
}

on_both! {
    async fn documents_go_into_a_folder_and_come_back_as_they_were(store: Store) {
        fill(&store).await;
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("out");
        let first = export(&store, &folder, Stale::Keep).await;
        assert_eq!((first.total, counts(&first), first.stale), (28, (28, 0, 0, 0), 0), "{first:?}");
        let beside: Vec<_> = std::fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(beside, ["out"], "nothing is written outside");
        assert_eq!(counts(&export(&store, &folder, Stale::Keep).await), (0, 0, 28, 0), "twice is once");

        let other = Store::fresh(match store.kind { Kind::Sqlite => Kind::Postgres, Kind::Postgres => Kind::Sqlite }).await;
        assert_eq!(taken(&import(&other, &folder).await), (28, 0, 0, 0));
        assert_eq!(all(&other).await, all(&store).await, "with ids, versions and times");
        assert_eq!(taken(&import(&other, &folder).await), (0, 0, 28, 0), "twice is once");
        assert_eq!(counts(&export(&other, &folder, Stale::Keep).await), (0, 0, 28, 0), "and so is the way back");
    }

    async fn ingesting_an_exported_folder_gives_the_same_documents(store: Store) {
        fill(&store).await;
        let folder = tempfile::tempdir().unwrap();
        export(&store, folder.path(), Stale::Keep).await;
        let options = IngestOptions::default();
        let here = store.folio.ingest().directory(folder.path(), &options).await.unwrap();
        assert_eq!((here.unchanged, here.failed_count), (28, 0), "{here:?}");
        let other = Store::fresh(Kind::Sqlite).await;
        let there = other.folio.ingest().directory(folder.path(), &options).await.unwrap();
        assert_eq!((there.added, there.failed_count), (28, 0), "{there:?}");
        let says = |documents: BTreeMap<String, Document>| documents.into_values().map(|document| (document.code, document.name, document.content, document.metadata)).collect::<Vec<_>>();
        assert_eq!(says(all(&other).await), says(all(&store).await));
        // A block that says something else is a change, and takes away what it no longer says.
        let path = folder.path().join("twin.md");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace("  half: 0.5\n", "  third: 0.3\n")).unwrap();
        let changed = other.folio.ingest().directory(folder.path(), &options).await.unwrap();
        assert_eq!((changed.updated, changed.unchanged), (1, 27), "{changed:?}");
        let twin = other.folio.documents().get("twin").await.unwrap().unwrap();
        assert_eq!((twin.metadata.get("half"), &twin.metadata["third"]), (None, &serde_json::json!(0.3)));
    }

    async fn a_block_that_cannot_be_read_is_no_text_of_a_document(store: Store) {
        for code in ["newer", "typo", "open", "empty"] {
            store.folio.documents().insert(NewDocument::new(code, code, "kept")).await.unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        export(&store, folder.path(), Stale::Keep).await;
        let edit = |file: &str, from: &str, to: &str| {
            let path = folder.path().join(file);
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        };
        edit("newer.md", "folio-document: 1", "folio-document: 2");
        edit("typo.md", "metadata: {}", "metadata: [");
        edit("open.md", "---\nkept", "kept");
        edit("empty.md", "---\nkept", "---");
        let report = store.folio.ingest().directory(folder.path(), &IngestOptions::default()).await.unwrap();
        assert_eq!((report.updated, report.failed_count), (1, 3), "{report:?}");
        let said = |code: &str| report.files.iter().find(|file| file.code == code).unwrap().error.unwrap();
        for (code, problem) in [("newer", "a newer Folio (format 2)"), ("typo", "can't be read"), ("open", "no end")] {
            assert!(said(code).contains(problem), "{report:?}");
            assert_eq!(store.folio.documents().get(code).await.unwrap().unwrap().content, "kept");
        }
        assert_eq!(store.folio.documents().get("empty").await.unwrap().unwrap().content, "");
    }

    async fn a_second_file_of_a_code_is_told_of_and_not_taken(store: Store) {
        store.folio.documents().insert(NewDocument::new("a", "A", "one")).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        export(&store, folder.path(), Stale::Keep).await;
        let text = std::fs::read_to_string(folder.path().join("a.md")).unwrap();
        write(folder.path(), "copy of a.md", (text + " more").as_bytes());
        for _ in 0..2 {
            let back = import(&store, folder.path()).await;
            assert_eq!(taken(&back), (0, 0, 1, 1), "{back:?}");
            assert!(back.errors[0].file == "copy of a.md" && back.errors[0].error.contains("a.md has this code already"), "{back:?}");
        }
    }

    async fn only_what_changed_is_written_and_nothing_of_others(store: Store) {
        for code in ["a", "b", "c", "d", "sub/e"] {
            store.folio.documents().insert(NewDocument::new(code, code, "one")).await.unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let at = |file: &str| folder.path().join(file);
        write(folder.path(), "d.md", b"somebody else's");
        let first = export(&store, folder.path(), Stale::Keep).await;
        assert_eq!(counts(&first), (4, 0, 0, 1), "{first:?}");
        assert!(first.errors[0].error.contains("no export wrote"), "{first:?}");
        // By hand, and in the store; and one is deleted.
        let text = std::fs::read_to_string(at("a.md")).unwrap();
        std::fs::write(at("a.md"), format!("{text} by hand")).unwrap();
        store.folio.documents().update("b", &DocumentChange::new().content("two")).await.unwrap();
        store.folio.documents().delete("sub/e").await.unwrap();
        let second = export(&store, folder.path(), Stale::Keep).await;
        assert_eq!((counts(&second), second.stale, second.removed), ((0, 1, 1, 2), 1, 0), "{second:?}");
        assert!(second.errors.iter().any(|error| error.file == "a.md" && error.error.contains("folio import")), "{second:?}");
        assert!(std::fs::read_to_string(at("b.md")).unwrap().ends_with("\n---\ntwo"));
        // What was changed by hand is taken in, and then is the export's again.
        let back = import(&store, folder.path()).await;
        assert_eq!(taken(&back), (1, 1, 2, 1), "{back:?}");
        assert_eq!(store.folio.documents().get("a").await.unwrap().unwrap().content, "one by hand");
        store.folio.documents().delete("sub/e").await.unwrap();
        let third = export(&store, folder.path(), Stale::Delete).await;
        assert_eq!((counts(&third), third.stale, third.removed), ((0, 1, 2, 1), 1, 1), "{third:?}");
        assert!(!at("sub").exists());
        assert_eq!(std::fs::read(at("d.md")).unwrap(), b"somebody else's");
    }

    async fn a_stopped_export_goes_on_and_leaves_whole_files(store: Store) {
        for n in 0..1_200 {
            store.folio.documents().insert(NewDocument::new(format!("d{n}"), "D", "text")).await.unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let cancel = CancellationToken::new();
        let stopped = store.folio.export_folder(folder.path(), Stale::Keep, &cancel, |_| cancel.cancel()).await.unwrap_err();
        assert!(matches!(stopped, Error::Ingestion(IngestionError::Cancelled { written: 500 })), "{stopped:?}");
        // What a killed one left is no hindrance.
        write(folder.path(), ".folio-export.unfinished/17", b"half");
        assert_eq!(counts(&export(&store, folder.path(), Stale::Keep).await), (700, 0, 500, 0));
        assert!(!folder.path().join(".folio-export.unfinished").exists());
    }

    async fn an_empty_store_takes_no_files_away(store: Store) {
        store.folio.documents().insert(NewDocument::new("a", "A", "text")).await.unwrap();
        let folio = Program::on(store.url());
        assert_eq!(folio.json(&["export", "folder", "out"])["added"], 1);
        store.folio.documents().delete("a").await.unwrap();
        let refused = folio.run(&["export", "folder", "out", "--prune"]);
        assert_eq!(refused.status, 1, "{refused:?}");
        assert!(refused.said.contains("1 files are of what a store had") && refused.said.contains("--allow-empty"), "{refused:?}");
        assert!(folio.home.path().join("out/a.md").exists());
        assert_eq!(folio.json(&["export", "folder", "out", "--prune", "--allow-empty"])["removed"], 1);
        assert_eq!(folio.json(&["export", "folder", "out", "--prune"])["stale"], 0, "and then there is nothing to lose");
    }

    async fn the_program_writes_and_reads_folders(store: Store) {
        store.folio.documents().insert(NewDocument::new("a/b", "B", "text")).await.unwrap();
        let folio = Program::on(store.url());
        assert_eq!(folio.json(&["export", "folder", "out"])["added"], 1);
        assert_eq!(folio.json(&["export", "folder", "out", "--prune"])["unchanged"], 1);
        assert_eq!(folio.json(&["import", "out"])["skipped"], 1);
        assert_eq!(folio.json(&["import", "out/a/b.md"])["skipped"], 1, "a single file as well");
        std::fs::copy(folio.home.path().join("out/a/b.md"), folio.home.path().join("b.txt")).unwrap();
        assert_eq!(folio.json(&["import", "b.txt"])["skipped"], 1, "whatever it is called");
        assert_eq!(folio.run(&["export", "folder", "-"]).status, 2);
        assert_eq!(folio.run(&["import", "out", "--kind", "turns"]).status, 2);
        let home = folio.home.path();
        write(home, "out/other.md", b"# Other");
        let ran = folio.run(&["import", "out"]);
        assert_eq!(ran.status, 3, "{ran:?}");
        assert!(ran.out.contains("other.md: no export wrote it: folio ingest takes such files"), "{ran:?}");
        write(home, "file", b"");
        assert_eq!(folio.run(&["export", "folder", "file"]).status, 1);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn links_do_not_lead_an_export_out_of_its_folder() {
    let store = Store::fresh(Kind::Sqlite).await;
    for code in ["sub/a", "b"] {
        store
            .folio
            .documents()
            .insert(NewDocument::new(code, "A", "text"))
            .await
            .unwrap();
    }
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::os::unix::fs::symlink(outside.path(), folder.path().join("sub")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("b.md"), folder.path().join("b.md")).unwrap();
    let report = export(&store, folder.path(), Stale::Delete).await;
    assert_eq!(counts(&report), (0, 0, 0, 2), "{report:?}");
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn any_documents_survive_the_way_out_and_in() {
    let store = Store::fresh(Kind::Sqlite).await;
    let text = || "(\\PC|\n|\r|\t|---\n|\u{feff}|\u{85}| ){0,30}";
    let code = prop_oneof![
        "[a-cA-C./ ~%]{1,6}",
        "(\\PC|\n){1,60}",
        "(a|A)(.md)?(/|//)?(b|B)?"
    ];
    let documents = proptest::collection::btree_map(code, (text(), text(), text()), 60..80);
    let documents = documents
        .new_tree(&mut TestRunner::deterministic())
        .unwrap()
        .current();
    for (code, (name, content, value)) in &documents {
        let new = NewDocument::new(code.as_str(), format!("N{name}"), content.as_str());
        store
            .folio
            .documents()
            .insert(new.with_metadata(serde_json::json!({ value.as_str(): value })))
            .await
            .unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let first = export(&store, folder.path(), Stale::Keep).await;
    assert_eq!(
        (first.added, first.failed),
        (documents.len() as u64, 0),
        "{first:?}"
    );
    let other = Store::fresh(Kind::Sqlite).await;
    import(&other, folder.path()).await;
    assert_eq!(all(&other).await, all(&store).await);
}
