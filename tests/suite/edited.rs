//! Files of an export that people change: what an import takes, what the next export writes over, and
//! what is newer in the store.

use std::path::{Path, PathBuf};

use service::{
    ActivityFilter, CancellationToken, DocumentChange, FolderExport, FolderImport, MessageChange,
    MessageId, NewDocument, Newer, PageRequest, Stale, ThreadId,
};
use support::{Store, on_both};

use crate::folders::{counts, taken};

const CONVERSATION: &str = r#"{"type": "thread", "thread_id": "t", "user_id": "ada", "title": "A title", "pinned": false, "created_at": "2026-01-01T00:00:00Z"}
{"id":"0198c0de-0000-7000-8000-000000000001","thread_id":"t","user_id":"ada","question":"q 1","answer":"a 1","created_at":"2026-01-01T00:00:01Z"}
{"id":"0198c0de-0000-7000-8000-000000000002","thread_id":"t","user_id":"ada","question":"q 2","answer":"a 2","created_at":"2026-01-01T00:00:02Z"}
"#;

/// A store with a conversation, or documents, and a folder of its files.
struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).unwrap()
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert!(text.contains(from), "{from:?} in {text}");
        std::fs::write(self.path(file), text.replacen(from, to, 1)).unwrap();
    }
}

async fn import(store: &Store, path: &Path, newer: Newer) -> FolderImport {
    let go_on = CancellationToken::new();
    let import = store.folio.import_folder(path, newer, &go_on, |_| ());
    import.await.unwrap()
}

async fn talk(store: &Store) -> Files {
    let go_on = CancellationToken::new();
    let lines = std::io::Cursor::new(CONVERSATION);
    let report = store
        .folio
        .import_turns(lines, &go_on, |_| ())
        .await
        .unwrap();
    assert_eq!((report.imported, report.failed), (3, 0), "{report:?}");
    let files = Files {
        folder: tempfile::tempdir().unwrap(),
    };
    assert_eq!(counts(&talks(store, &files).await), (1, 0, 0, 0));
    files
}

async fn talks(store: &Store, files: &Files) -> FolderExport {
    let go_on = CancellationToken::new();
    let (folio, folder) = (&store.folio, files.folder.path());
    let export = folio.export_thread_folder(folder, Stale::Keep, &go_on, |_| ());
    export.await.unwrap()
}

async fn documents(store: &Store, files: &Files) -> FolderExport {
    let go_on = CancellationToken::new();
    let (folio, folder) = (&store.folio, files.folder.path());
    let export = folio.export_folder(folder, Stale::Keep, &go_on, |_| ());
    export.await.unwrap()
}

async fn said(store: &Store) -> Vec<(String, String)> {
    let thread = ThreadId::new("t").unwrap();
    let turns = store.folio.messages().recent(&thread, 99).await.unwrap();
    let said = turns.into_iter().rev();
    said.map(|turn| (turn.question, turn.answer)).collect()
}

async fn title(store: &Store) -> Option<String> {
    let thread = ThreadId::new("t").unwrap();
    store
        .folio
        .threads()
        .get(&thread)
        .await
        .unwrap()
        .unwrap()
        .title
}

async fn text(store: &Store, code: &str) -> String {
    let found = store.folio.documents().get(code).await.unwrap();
    found.unwrap().content
}

fn second() -> MessageId {
    "0198c0de-0000-7000-8000-000000000002".parse().unwrap()
}

on_both! {
    async fn what_people_write_beside_the_turns_is_told_and_never_written_over(store: Store) {
        let files = talk(&store).await;
        let whole = files.read("t.md");
        for (from, to, place) in [
            ("# A title\n", "# A title\n\nAn introduction.\n", "before the first turn"),
            ("<!-- folio-end -->\n", "<!-- folio-end -->\nP.S.\n", "behind its end"),
            ("thread_id: t\n", "thread_id: t # mine\n", "a comment in its block"),
            ("## assistant\n", "## The machine\n", "a heading"),
        ] {
            std::fs::write(files.path("t.md"), whole.replacen(from, to, 1)).unwrap();
            for _ in 0..2 {
                let back = import(&store, files.folder.path(), Newer::Keep).await;
                assert_eq!(taken(&back), (0, 0, 3, 1), "{back:?}");
                assert!(back.errors[0].error.contains(place), "{back:?}");
            }
            let export = talks(&store, &files).await;
            assert_eq!(counts(&export), (0, 0, 0, 1), "{export:?}");
            assert!(export.errors[0].error.contains(place), "{export:?}");
            assert!(files.read("t.md").contains(to));
        }
    }

    async fn a_changed_heading_is_the_title(store: Store) {
        let files = talk(&store).await;
        files.edit("t.md", "# A title\n", "# Another one\n");
        assert_eq!(counts(&talks(&store, &files).await), (0, 0, 0, 1), "not before it is taken in");
        assert_eq!(taken(&import(&store, files.folder.path(), Newer::Keep).await), (0, 1, 2, 0));
        assert_eq!(title(&store).await.as_deref(), Some("Another one"));
        assert_eq!(taken(&import(&store, files.folder.path(), Newer::Keep).await), (0, 0, 3, 0), "twice is once");
        assert_eq!(counts(&talks(&store, &files).await), (0, 1, 0, 0));
        // The block's title counts as well; then its heading is the earlier one.
        files.edit("t.md", "title: Another one\n", "title: A third one\n");
        assert_eq!(taken(&import(&store, files.folder.path(), Newer::Keep).await), (0, 1, 2, 0));
        assert_eq!(title(&store).await.as_deref(), Some("A third one"));
        assert_eq!(counts(&talks(&store, &files).await), (0, 1, 0, 0));
        assert!(files.read("t.md").contains("\n# A third one\n"));
    }

    async fn a_turn_that_is_added_between_two_stays_there_and_its_file_is_the_exports_again(store: Store) {
        let files = talk(&store).await;
        files.edit("t.md", "a 1\n\n", "a 1\n\n<!-- folio-turn {\"user_id\":\"bob\",\"mood\":\"glad\"} -->\n\n## Bob, later\n\nq 1½\n\n<!-- folio-answer -->\n\na 1½\n\n");
        assert_eq!(taken(&import(&store, files.folder.path(), Newer::Keep).await), (1, 0, 3, 0));
        assert_eq!(taken(&import(&store, files.folder.path(), Newer::Keep).await), (0, 0, 4, 0), "twice is once");
        let questions: Vec<String> = said(&store).await.into_iter().map(|(question, _)| question).collect();
        assert_eq!(questions, ["q 1", "q 1½", "q 2"]);
        let export = talks(&store, &files).await;
        assert_eq!(counts(&export), (0, 1, 0, 0), "{export:?}");
        assert!(files.read("t.md").contains("\"metadata\":{\"mood\":\"glad\"}"));
        assert_eq!(counts(&talks(&store, &files).await), (0, 0, 1, 0));
    }

    async fn what_an_import_leaves_in_a_changed_file_is_told(store: Store) {
        let files = talk(&store).await;
        files.edit("t.md", "pinned: false", "pinned: true");
        files.edit("t.md", "\"user_id\":\"ada\"", "\"user_id\":\"bob\"");
        let back = import(&store, files.folder.path(), Newer::Keep).await;
        assert_eq!((back.skipped, back.failed), (1, 1), "{back:?}");
        assert!(back.errors[0].error.contains("its pinned is another one"), "{back:?}");
        assert_eq!(counts(&talks(&store, &files).await), (0, 0, 0, 1));
    }

    async fn a_block_with_what_no_import_takes_is_left_as_it_is(store: Store) {
        store.folio.documents().insert(NewDocument::new("a", "A", "text")).await.unwrap();
        let files = Files { folder: tempfile::tempdir().unwrap() };
        documents(&store, &files).await;
        for (added, kept) in [("colour: red\n", 1), ("# a comment\n", 1), ("", 0)] {
            let whole = files.read("a.md").replace("colour: red\n", "").replace("# a comment\n", "");
            std::fs::write(files.path("a.md"), whole.replace("name: A\n", &format!("{added}name: A\n"))).unwrap();
            let export = documents(&store, &files).await;
            assert_eq!(export.failed, kept, "{added:?}: {export:?}");
            assert!(files.read("a.md").contains(added));
        }
    }

    async fn a_file_that_is_older_than_its_document_takes_nothing_back(store: Store) {
        for code in ["a", "b", "c"] {
            store.folio.documents().insert(NewDocument::new(code, code, "one")).await.unwrap();
        }
        let files = Files { folder: tempfile::tempdir().unwrap() };
        documents(&store, &files).await;
        let change = DocumentChange::new().content("two");
        for code in ["a", "b"] {
            store.folio.documents().update(code, &change).await.unwrap();
        }
        // One that nobody has touched is there already; of one that was changed, too, it is told.
        files.edit("b.md", "\n---\none", "\n---\none by hand");
        files.edit("c.md", "\n---\none", "\n---\none by hand");
        let back = import(&store, files.folder.path(), Newer::Keep).await;
        assert_eq!(taken(&back), (0, 1, 1, 1), "{back:?}");
        assert!(back.errors[0].file == "b.md" && back.errors[0].error.contains("--force"), "{back:?}");
        assert_eq!([text(&store, "a").await, text(&store, "b").await, text(&store, "c").await], ["two", "two", "one by hand"]);
        // One that is changed once more before it is written again is taken once more.
        files.edit("c.md", "by hand", "by hand, twice");
        assert_eq!(taken(&import(&store, &files.path("c.md"), Newer::Keep).await), (0, 1, 0, 0));
        // Whoever means it says so.
        let forced = import(&store, files.folder.path(), Newer::Replace).await;
        assert_eq!(taken(&forced), (0, 2, 1, 0), "{forced:?}");
        assert_eq!([text(&store, "a").await, text(&store, "b").await], ["one", "one by hand"]);
        // All of it is undone at once.
        let page = PageRequest::first(1);
        let last = store.folio.activity().list(&ActivityFilter::default(), &page).await.unwrap().items.remove(0);
        assert_eq!(last.action, "imported");
        let undone = store.folio.activity().undo(last.id, &CancellationToken::new(), |_| ()).await.unwrap();
        assert_eq!((undone.done, undone.refused_count), (2, 0), "{undone:?}");
        assert_eq!([text(&store, "a").await, text(&store, "b").await, text(&store, "c").await], ["two", "two", "one by hand, twice"]);
    }

    async fn line_ends_of_windows_change_no_document(store: Store) {
        for (code, text) in [("a", "one\ntwo\n"), ("b", "three")] {
            store.folio.documents().insert(NewDocument::new(code, code, text)).await.unwrap();
        }
        let files = Files { folder: tempfile::tempdir().unwrap() };
        documents(&store, &files).await;
        for file in ["a.md", "b.md"] {
            std::fs::write(files.path(file), files.read(file).replace('\n', "\r\n")).unwrap();
        }
        assert_eq!(taken(&import(&store, files.folder.path(), Newer::Keep).await), (0, 0, 2, 0));
        files.edit("b.md", "three", "three\r\nfour");
        assert_eq!(taken(&import(&store, files.folder.path(), Newer::Keep).await), (0, 1, 1, 0));
        assert_eq!([text(&store, "a").await, text(&store, "b").await], ["one\ntwo\n", "three\nfour"]);
        assert_eq!(counts(&documents(&store, &files).await), (0, 2, 0, 0), "and the files are the export's again");
    }

    async fn lines_that_change_several_documents_are_one_batch(store: Store) {
        let line = |code: &str, text: &str| format!("{{\"code\":\"{code}\",\"content\":\"{text}\"}}\n");
        for text in ["one", "two"] {
            let lines: String = ["a", "b", "c"].map(|code| line(code, text)).concat();
            let cancel = CancellationToken::new();
            store.folio.import_documents(std::io::Cursor::new(lines), &cancel, |_| ()).await.unwrap();
        }
        let batches = store.folio.activity().list(&ActivityFilter::default(), &PageRequest::first(9)).await.unwrap().items;
        assert_eq!(batches.len(), 1, "{batches:?}");
        let undone = store.folio.activity().undo(batches[0].id, &CancellationToken::new(), |_| ()).await.unwrap();
        assert_eq!(undone.done, 3);
        assert_eq!(text(&store, "b").await, "one");
    }

    async fn a_conversation_that_is_older_than_the_store_takes_nothing_back(store: Store) {
        let files = talk(&store).await;
        let change = MessageChange::new().answer("a 2, corrected");
        store.folio.messages().update(second(), &change).await.unwrap();
        store.folio.threads().rename(&ThreadId::new("t").unwrap(), Some("A newer title")).await.unwrap();
        assert_eq!(taken(&import(&store, files.folder.path(), Newer::Keep).await), (0, 0, 3, 0));
        files.edit("t.md", "a 1\n", "a 1, by hand\n");
        let back = import(&store, files.folder.path(), Newer::Keep).await;
        assert_eq!((back.updated, back.failed), (1, 1), "{back:?}");
        assert!(back.errors[0].error.contains("--force"), "{back:?}");
        let answers: Vec<String> = said(&store).await.into_iter().map(|(_, answer)| answer).collect();
        assert_eq!(answers, ["a 1, by hand", "a 2, corrected"]);
        assert_eq!(title(&store).await.as_deref(), Some("A newer title"));
        assert_eq!(counts(&talks(&store, &files).await), (0, 0, 0, 1), "it says what the store does not");
        let forced = import(&store, files.folder.path(), Newer::Replace).await;
        assert_eq!(taken(&forced), (0, 2, 1, 0), "{forced:?}");
        assert_eq!((title(&store).await.as_deref(), said(&store).await[1].1.as_str()), (Some("A title"), "a 2"));
    }
}
