//! A folder and its documents stay in step: plans, moved and vanished files, undoing.

use std::sync::Mutex;

use service::error::IngestionError;
use service::ingest::{
    Edits, EmptyRoot, FileStatus, IngestOptions, IngestProgress, LineKind, Mode, NameRule, Others,
    Phase,
};
use service::{
    CancellationToken, Clock, DocumentChange, Error, NewDocument, PageRequest, SystemClock,
};
use support::files::{folder, write};
use support::ingestion::{codes, content, ingest, pruning, undo};
use support::on_both;

fn now() -> service::DateTime<service::Utc> {
    Clock::now(&SystemClock)
}

on_both! {
    async fn a_plan_is_shown_and_then_done_exactly(store: Store) {
        let files = folder(&[("changed.md", b"one\ntwo\n"), ("same.md", b"same"), ("bad.md", b"a\0b")]);
        ingest(&store, files.path(), &IngestOptions::default()).await;
        write(files.path(), "changed.md", b"one\n2\n");
        write(files.path(), "new.md", b"new");
        let paths = [files.path().to_owned()];
        let plan = store.folio.ingest().plan(&paths, &IngestOptions::default(), |_| ()).await.unwrap();
        let statuses: Vec<(String, FileStatus)> = plan.files().iter().map(|file| (file.code, file.status)).collect();
        let expected = [("bad", FileStatus::Failed), ("changed", FileStatus::Updated), ("new", FileStatus::Added), ("same", FileStatus::Unchanged)];
        assert_eq!(statuses, expected.map(|(code, status)| (code.to_owned(), status)));
        let diff = store.folio.ingest().diff(&plan, 1).await.unwrap().unwrap();
        let lines: Vec<(LineKind, &str)> = diff.lines.iter().map(|line| (line.kind, line.text.as_str())).collect();
        assert_eq!(lines, [(LineKind::Same, "one"), (LineKind::Removed, "two"), (LineKind::Added, "2")]);
        assert!(store.folio.ingest().diff(&plan, 2).await.unwrap().is_none());
        // Nothing has been written, and what comes after the plan is not a part of it.
        assert_eq!(content(&store, "changed").await, "one\ntwo\n");
        write(files.path(), "later.md", b"later");
        let report = store.folio.ingest().run(plan, |_| ()).await.unwrap();
        assert_eq!((report.added, report.updated, report.unchanged, report.failed_count), (1, 1, 1, 1));
        assert_eq!(codes(&store).await, ["changed", "new", "same"]);
    }

    async fn a_run_that_is_stopped_records_what_it_did_and_no_more(store: Store) {
        let text = |n: usize| format!("text {n}");
        let files = folder(&[("moved.md", b"the same text under another name")]);
        ingest(&store, files.path(), &IngestOptions::default()).await;
        std::fs::rename(files.path().join("moved.md"), files.path().join("there.md")).unwrap();
        for n in 0..2_500 {
            write(files.path(), &format!("{n}.md"), text(n).as_bytes());
        }
        let cancel = CancellationToken::new();
        let options = IngestOptions::default().jobs(1).cancelled_by(cancel.clone());
        let paths = [files.path().to_owned()];
        let stop = |progress: IngestProgress| if progress.phase == Phase::Writing && progress.files > 0 { cancel.cancel() };
        let stopped = store.folio.ingest().paths(&paths, &options, stop).await.unwrap_err();
        assert!(matches!(stopped, Error::Ingestion(IngestionError::Cancelled { .. })), "{stopped:?}");
        let runs = store.folio.ingest().runs(&PageRequest::first(1)).await.unwrap().items;
        let stored = i64::try_from(store.folio.documents().count().await.unwrap()).unwrap() - 1;
        assert_eq!((runs[0].added, runs[0].updated, runs[0].moved), (stored, 0, 0), "{runs:?}");
        // What was not reached is not refused: nothing is wrong with it.
        let unreached = i64::try_from(runs[0].unreached).unwrap();
        assert_eq!((runs[0].failed, unreached), (0, 2_501 - stored));
        let details = store.folio.ingest().show_run(runs[0].id).await.unwrap().unwrap();
        assert_eq!(details.failures, serde_json::json!([]));
        assert!(store.folio.documents().get("moved").await.unwrap().is_some());
        // So many new ones make the server's statistics stale, also where it was stopped.
        assert!(stored >= 1_000);
        let analysed = store.spelled("SELECT 1", "SELECT count(*) FROM pg_class WHERE relname = 'document' AND reltuples >= 1000");
        assert_eq!(store.value::<i64>(analysed).await, 1);
    }

    async fn a_plan_that_was_looked_at_is_run_under_a_token_of_its_own(store: Store) {
        let files = folder(&[("a.md", b"one"), ("b/c.md", b"two")]);
        let paths = [files.path().to_owned()];
        let looking = CancellationToken::new();
        let options = IngestOptions::default().mode(Mode::DryRun).cancelled_by(looking.clone());
        let plan = store.folio.ingest().plan(&paths, &options, |_| ()).await.unwrap();
        looking.cancel();
        let stopped = store.folio.ingest().run(plan.clone().cancelled_by(looking), |_| ()).await.unwrap_err();
        assert!(matches!(stopped, Error::Ingestion(IngestionError::Cancelled { written: 0 })), "{stopped:?}");
        assert_eq!(codes(&store).await, [""; 0]);
        let report = store.folio.ingest().run(plan.cancelled_by(CancellationToken::new()), |_| ()).await.unwrap();
        assert_eq!((report.added, report.failed_count), (2, 0));
        assert_eq!(content(&store, "b/c").await, "two");
    }

    async fn what_changed_since_the_plan_fails_and_is_kept(store: Store) {
        let files = folder(&[("a.md", b"one"), ("b.md", b"one too")]);
        ingest(&store, files.path(), &IngestOptions::default()).await;
        write(files.path(), "a.md", b"two");
        write(files.path(), "b.md", b"two too");
        write(files.path(), "c.md", b"new");
        let paths = [files.path().to_owned()];
        let plan = store.folio.ingest().plan(&paths, &IngestOptions::default(), |_| ()).await.unwrap();
        let change = DocumentChange::new().content("by hand");
        store.folio.documents().update("a", &change).await.unwrap();
        store.folio.documents().insert(NewDocument::new("c", "C", "by hand, too")).await.unwrap();
        let report = store.folio.ingest().run(plan, |_| ()).await.unwrap();
        assert_eq!((report.updated, report.failed_count), (1, 2), "{report:?}");
        assert_eq!([content(&store, "a").await, content(&store, "b").await, content(&store, "c").await], ["by hand", "two too", "by hand, too"]);
    }

    async fn names_come_from_titles_headings_or_files(store: Store) {
        let files = folder(&[("a.md", b"---\ntitle: From the front\ntags: x, y\ndate: 2024-05-01\n---\n# Heading\n"), ("b.md", b"text\n\n## A heading\n"), ("c.md", b"text")]);
        ingest(&store, files.path(), &IngestOptions::default()).await;
        let found = store.folio.documents().get_many(&["a", "b", "c"]).await.unwrap();
        let names: Vec<&str> = found.iter().map(|document| document.name.as_str()).collect();
        assert_eq!(names, ["From the front", "A heading", "c.md"]);
        assert_eq!(found[0].metadata, serde_json::json!({"title": "From the front", "tags": ["x", "y"], "date": "2024-05-01"}));
        let report = ingest(&store, files.path(), &IngestOptions::default().names(NameRule::FileName)).await;
        assert_eq!((report.updated, report.unchanged), (2, 1));
        assert_eq!(store.folio.documents().get("a").await.unwrap().unwrap().name, "a.md");
    }

    async fn front_matter_that_is_none_is_content_and_a_note(store: Store) {
        let text = "---\ntitle: a: b: c\n---\n# Heading\n";
        let files = folder(&[("a.md", text.as_bytes())]);
        let report = ingest(&store, files.path(), &IngestOptions::default()).await;
        assert!(report.files.get(0).unwrap().note.unwrap().contains("YAML"), "{report:?}");
        let found = store.folio.documents().get("a").await.unwrap().unwrap();
        assert_eq!((found.content.as_str(), found.name.as_str()), (text, "Heading"));
        assert!(found.metadata["folio"]["front_matter"].as_str().unwrap().contains("YAML"));
    }

    async fn metadata_of_people_outlives_a_change_of_the_file(store: Store) {
        let files = folder(&[("a.md", b"---\ntags: [x]\nold: 1\n---\none")]);
        ingest(&store, files.path(), &IngestOptions::default()).await;
        let change = DocumentChange::new().metadata(serde_json::json!({"tags": ["x"], "old": 1, "reviewed": true}));
        store.folio.documents().update("a", &change).await.unwrap();
        write(files.path(), "a.md", b"---\ntags: [y]\n---\ntwo");
        ingest(&store, files.path(), &IngestOptions::default()).await;
        let found = store.folio.documents().get("a").await.unwrap().unwrap();
        assert_eq!(found.metadata, serde_json::json!({"tags": ["y"], "reviewed": true}));
    }

    async fn other_encodings_are_read_and_recorded(store: Store) {
        let latin = b"# Caf\xe9\n\nUn caf\xe9 cr\xe8me, s'il vous pla\xeet.\n";
        let utf_16: Vec<u8> = std::iter::once(0xfeff).chain("# Kestrel\n".encode_utf16()).flat_map(u16::to_be_bytes).collect();
        let files = folder(&[("latin.md", latin), ("wide.md", &utf_16)]);
        let report = ingest(&store, files.path(), &IngestOptions::default()).await;
        assert_eq!(report.failed_count, 0, "{report:?}");
        assert_eq!(content(&store, "latin").await, "# Café\n\nUn café crème, s'il vous plaît.\n");
        assert_eq!(content(&store, "wide").await, "# Kestrel\n");
        let wide = store.folio.documents().get("wide").await.unwrap().unwrap();
        assert_eq!(wide.metadata["folio"]["encoding"], "UTF-16BE");
        assert_eq!(ingest(&store, files.path(), &IngestOptions::default()).await.unchanged, 2);
    }

    async fn vanished_files_are_told_of_and_removed_on_request(store: Store) {
        let files = folder(&[("a.md", b"one"), ("b.md", b"two"), ("c.txt", b"three")]);
        let other = folder(&[("z.md", b"of another folder")]);
        ingest(&store, files.path(), &IngestOptions::default().extensions(["md", "txt"])).await;
        ingest(&store, other.path(), &IngestOptions::default()).await;
        std::fs::remove_file(files.path().join("b.md")).unwrap();
        let report = ingest(&store, files.path(), &IngestOptions::default()).await;
        let gone: Vec<&str> = report.vanished.iter().map(|gone| gone.code.as_str()).collect();
        assert_eq!((gone, report.removed), (vec!["b"], 0), "c.txt is there, only not wanted this time");
        assert_eq!(codes(&store).await, ["a", "b", "c", "z"]);
        let report = ingest(&store, files.path(), &pruning()).await;
        assert_eq!((report.removed, report.total), (1, 1));
        assert_eq!(codes(&store).await, ["a", "c", "z"]);
        let trash = store.folio.documents().deleted(&PageRequest::first(10)).await.unwrap();
        assert_eq!(trash.items[0].code, "b");
        undo(&store, report.run.unwrap()).await;
        assert_eq!(content(&store, "b").await, "two");
    }

    async fn an_empty_folder_is_taken_for_a_disk_that_is_away(store: Store) {
        let files = folder(&[("a.md", b"one"), ("sub/b.md", b"two")]);
        ingest(&store, files.path(), &IngestOptions::default()).await;
        std::fs::remove_file(files.path().join("a.md")).unwrap();
        std::fs::remove_file(files.path().join("sub/b.md")).unwrap();
        let error = store.folio.ingest().directory(files.path(), &pruning()).await.unwrap_err();
        assert!(matches!(error, Error::Ingestion(IngestionError::EmptyRoot { documents: 2, .. })), "{error:?}");
        assert_eq!(codes(&store).await, ["a", "sub/b"]);
        let report = ingest(&store, files.path(), &pruning().empty_root(EmptyRoot::Accept)).await;
        assert_eq!(report.removed, 2);
        assert!(codes(&store).await.is_empty());
    }

    async fn a_document_of_another_folder_is_taken_over_or_left(store: Store) {
        let (first, second) = (folder(&[("readme.md", b"one"), ("same.md", b"same")]), folder(&[("readme.md", b"two"), ("same.md", b"same"), ("z.md", b"z")]));
        ingest(&store, first.path(), &IngestOptions::default()).await;
        let keeping = IngestOptions::default().others(Others::Leave);
        let report = ingest(&store, second.path(), &keeping).await;
        assert_eq!((report.added, report.updated, report.unchanged, report.failed_count), (1, 0, 1, 1), "{report:?}");
        let owner = first.path().canonicalize().unwrap().join("readme.md").display().to_string();
        let told = report.files.get(0).unwrap().error.unwrap();
        assert!(told.contains(&owner) && told.contains("--prefix"), "{told}");
        assert!(report.files.get(1).unwrap().note.unwrap().contains("whose document this is"));
        assert_eq!(content(&store, "readme").await, "one");
        for name in ["readme.md", "same.md"] {
            std::fs::remove_file(second.path().join(name)).unwrap();
        }
        assert_eq!(ingest(&store, second.path(), &pruning()).await.removed, 0);
        assert_eq!(codes(&store).await, ["readme", "same", "z"]);
        write(second.path(), "readme.md", b"two");
        let report = ingest(&store, second.path(), &IngestOptions::default()).await;
        assert_eq!((report.updated, content(&store, "readme").await.as_str()), (1, "two"));
        assert!(report.files.get(0).unwrap().note.unwrap().contains(&owner));
        // Where the first one's file is gone, there is nothing to tell.
        std::fs::remove_file(first.path().join("readme.md")).unwrap();
        std::fs::rename(first.path().join("same.md"), second.path().join("same.md")).unwrap();
        let report = ingest(&store, second.path(), &keeping).await;
        assert_eq!((report.unchanged, report.failed_count), (3, 0), "{report:?}");
        std::fs::remove_file(second.path().join("same.md")).unwrap();
        assert_eq!(ingest(&store, second.path(), &pruning()).await.removed, 1);
    }

    async fn a_file_in_whose_place_something_else_stands_has_vanished(store: Store) {
        let files = folder(&[("guide/a.md", b"a"), ("b.md", b"b"), ("c.md", b"c")]);
        ingest(&store, files.path(), &IngestOptions::default()).await;
        std::fs::remove_dir_all(files.path().join("guide")).unwrap();
        write(files.path(), "guide", b"a file now");
        std::fs::remove_file(files.path().join("b.md")).unwrap();
        std::fs::create_dir(files.path().join("b.md")).unwrap();
        assert_eq!(ingest(&store, files.path(), &pruning()).await.removed, 2);
        assert_eq!(codes(&store).await, ["c"]);
    }

    async fn a_run_is_looked_back_at_and_undone(store: Store) {
        let files = folder(&[("a.md", b"one"), ("b.md", b"two"), ("bad.md", b"a\0b")]);
        ingest(&store, files.path(), &IngestOptions::default()).await;
        write(files.path(), "a.md", b"one, changed");
        write(files.path(), "c.md", b"three");
        write(files.path(), "d.md", b"four");
        let run = ingest(&store, files.path(), &IngestOptions::default()).await.run.unwrap();
        let listed = store.folio.ingest().runs(&PageRequest::first(10)).await.unwrap();
        assert_eq!((listed.items.len(), listed.items[0].id), (2, run));
        let shown = store.folio.ingest().show_run(run).await.unwrap().unwrap();
        assert_eq!((shown.summary.added, shown.summary.updated, shown.summary.failed), (2, 1, 1));
        let acts = store.folio.activity().acts(run.into(), &PageRequest::first(10)).await.unwrap().items;
        let mut changes: Vec<(&str, &str)> = acts.iter().map(|act| (act.action.as_str(), act.label.as_deref().unwrap())).collect();
        changes.sort_unstable();
        assert_eq!(changes, [("ingested", "c"), ("ingested", "d"), ("updated", "a")]);
        assert!(shown.failures[0]["file"].as_str().unwrap().ends_with("bad.md"));
        // What someone has worked on since then stays.
        store.folio.documents().update("d", &DocumentChange::new().content("by hand")).await.unwrap();
        let undone = undo(&store, run).await;
        assert_eq!((undone.done, undone.refused_count), (2, 1));
        assert_eq!(undone.refused[0].label.as_deref(), Some("d"));
        assert_eq!(codes(&store).await, ["a", "b", "d"]);
        assert_eq!(content(&store, "a").await, "one");
        assert_eq!(undo(&store, run).await.done, 0, "twice is once");
        assert!(store.folio.ingest().show_run(run).await.unwrap().unwrap().summary.undone_by.is_some());
    }

    async fn what_a_run_did_before_it_was_killed_is_told(store: Store) {
        let files = folder(&[("a.md", b"one"), ("b.md", b"two"), ("c.md", b"three")]);
        ingest(&store, files.path(), &IngestOptions::default()).await;
        write(files.path(), "a.md", b"changed");
        std::fs::rename(files.path().join("b.md"), files.path().join("moved.md")).unwrap();
        std::fs::remove_file(files.path().join("c.md")).unwrap();
        write(files.path(), "d.md", b"four");
        let run = ingest(&store, files.path(), &pruning()).await.run.unwrap();
        // As a kill leaves it.
        store.sql("UPDATE ingest_run SET finished_at = NULL, added = 0, updated = 0, moved = 0, removed = 0").await;
        let shown = store.folio.ingest().show_run(run).await.unwrap().unwrap().summary;
        assert_eq!((shown.added, shown.updated, shown.moved, shown.removed), (1, 2, 1, 1));
        let listed = store.folio.ingest().runs(&PageRequest::first(5)).await.unwrap().items;
        assert_eq!((&listed[0], listed[1].added), (&shown, 3));
    }

    async fn a_second_run_writes_nothing(store: Store) {
        let files = folder(&[("a.md", b"one"), ("b.md", b"two")]);
        ingest(&store, files.path(), &IngestOptions::default()).await;
        let locked = store.again(|config| config.with_access(service::Access::ReadOnly)).await;
        let again = locked.ingest().directory(files.path(), &IngestOptions::default()).await.unwrap();
        assert_eq!((again.unchanged, again.run), (2, None));
    }

    async fn files_that_look_the_same_are_not_read_again_and_those_that_may_have_changed_are(store: Store) {
        let files = folder(&[("a.md", b"one"), ("b.md", b"two"), ("c.md", b"three")]);
        let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
        let touch = |name: &str| {
            let file = std::fs::File::options().write(true).open(files.path().join(name)).unwrap();
            file.set_modified(old).unwrap();
        };
        // A store whose clock is ahead sees files that are past changing unnoticed.
        let later = service::ManualClock::at(now() + service::TimeDelta::hours(1));
        let folio = service::Folio::connect_with_clock(store.config(), std::sync::Arc::new(later)).await.unwrap();
        let take = async || folio.ingest().directory(files.path(), &IngestOptions::default()).await.unwrap();
        for name in ["a.md", "b.md", "c.md"] { touch(name); }
        assert_eq!(take().await.added, 3);
        // Another text of the same size under the same time of writing: its time of change differs.
        write(files.path(), "a.md", b"ONE");
        touch("a.md");
        // A document that someone else changed is compared, whatever its file looks like.
        store.sql("UPDATE document SET content = 'by hand' WHERE code = 'b'").await;
        for updated in [1, 0] {
            let keeping = IngestOptions::default().edits(Edits::Keep);
            let kept = folio.ingest().directory(files.path(), &keeping).await.unwrap();
            assert_eq!((kept.updated, kept.unchanged), (updated, 3 - updated), "{kept:?}");
            assert!(kept.files.get(1).unwrap().note.unwrap().contains("left as it is"));
        }
        let report = take().await;
        assert_eq!((report.updated, report.unchanged), (1, 2), "{report:?}");
        let told = report.files.get(1).unwrap().note.unwrap();
        assert!(told.contains("changed in the store") && told.contains("history"), "{told}");
        assert_eq!((content(&store, "a").await.as_str(), content(&store, "b").await.as_str()), ("ONE", "two"));
        assert_eq!(take().await.unchanged, 3);
        // Those that are not read count among the bytes as well.
        let told = Mutex::new(IngestProgress::default());
        let tell = |at| *told.lock().unwrap() = at;
        let paths = [files.path().to_owned()];
        assert!(folio.ingest().plan(&paths, &IngestOptions::default(), tell).await.unwrap().changes_nothing());
        let told = told.into_inner().unwrap();
        assert_eq!((told.files, told.total, told.bytes, told.total_bytes), (3, 3, 11, 11));
    }

    async fn a_tree_that_is_elsewhere_now_is_the_same_tree(store: Store) {
        let files = folder(&[("a.md", b"one"), ("b.md", b"two")]);
        ingest(&store, files.path(), &IngestOptions::default()).await;
        std::fs::remove_file(files.path().join("a.md")).unwrap();
        let elsewhere = folder(&[("a.md", b"one")]);
        let report = ingest(&store, elsewhere.path(), &pruning()).await;
        assert_eq!((report.unchanged, report.removed), (1, 0), "b was never in this folder");
        std::fs::remove_file(elsewhere.path().join("a.md")).unwrap();
        write(elsewhere.path(), "other.md", b"other");
        assert_eq!(ingest(&store, elsewhere.path(), &pruning()).await.removed, 1);
        assert_eq!(codes(&store).await, ["b", "other"]);
    }
}
