//! Plans that are carried out when the tree, or the store, is another one already.

use std::path::Path;

use service::ingest::{
    FileStatus, IngestOptions, IngestProgress, IngestReport, Phase, Plan, Vanished,
};
use service::{CancellationToken, DocumentChange, PageRequest};
use support::files::{folder, write};
use support::{Store, on_both};

async fn plan(store: &Store, folder: &Path, options: &IngestOptions) -> Plan {
    let (paths, ingest) = ([folder.to_owned()], store.folio.ingest());
    ingest.plan(&paths, options, |_| ()).await.unwrap()
}

async fn run(store: &Store, plan: Plan) -> IngestReport {
    store.folio.ingest().run(plan, |_| ()).await.unwrap()
}

async fn take(store: &Store, folder: &Path) -> IngestReport {
    run(store, plan(store, folder, &IngestOptions::default()).await).await
}

async fn content(store: &Store, code: &str) -> Option<String> {
    let found = store.folio.documents().get(code).await.unwrap();
    found.map(|document| document.content)
}

on_both! {
    async fn a_file_that_came_back_keeps_its_document(store: Store) {
        let files = folder(&[("a.md", b"one"), ("b.md", b"two"), ("c.md", b"three"), ("d.md", b"four")]);
        take(&store, files.path()).await;
        for name in ["a.md", "b.md", "c.md"] {
            std::fs::remove_file(files.path().join(name)).unwrap();
        }
        let pruning = IngestOptions::default().vanished(Vanished::Delete);
        let plan = plan(&store, files.path(), &pruning).await;
        assert_eq!(plan.vanished().len(), 3);
        write(files.path(), "a.md", b"one");
        store.folio.documents().update("b", &DocumentChange::new().content("by hand")).await.unwrap();
        let report = run(&store, plan).await;
        assert_eq!(report.removed, 1, "{report:?}");
        let kept: Vec<&str> = report.vanished.iter().filter_map(|gone| gone.kept.as_deref()).collect();
        assert!(kept.len() == 2 && kept[0].contains("come back") && kept[1].contains("has changed"), "{kept:?}");
        assert_eq!(content(&store, "a").await.as_deref(), Some("one"));
        assert_eq!(content(&store, "b").await.as_deref(), Some("by hand"));
        assert_eq!(content(&store, "c").await, None);
        let runs = store.folio.ingest().runs(&PageRequest::first(1)).await.unwrap().items;
        assert_eq!((runs[0].removed, runs[0].failed), (1, 2));
    }

    async fn a_file_that_moved_back_or_on_keeps_its_code(store: Store) {
        let files = folder(&[("back.md", b"goes and comes back"), ("on.md", b"goes on and on"), ("new.md", b"is written anew")]);
        take(&store, files.path()).await;
        let moved = |from: &str, to: &str| std::fs::rename(files.path().join(from), files.path().join(to)).unwrap();
        moved("back.md", "back2.md");
        moved("on.md", "on2.md");
        moved("new.md", "new2.md");
        let plan = plan(&store, files.path(), &IngestOptions::default()).await;
        assert_eq!(plan.files().moved(), 3);
        moved("back2.md", "back.md");
        moved("on2.md", "on3.md");
        write(files.path(), "new2.md", b"something else altogether");
        let report = run(&store, plan).await;
        assert_eq!((report.moved, report.failed_count, report.success_count), (0, 3, 0), "{report:?}");
        let reasons: Vec<String> = report.files.iter().filter_map(|file| file.error).collect();
        assert!(reasons[0].contains("come back since the plan") && reasons[1].contains("changed since the plan"), "{reasons:?}");
        for code in ["back", "on", "new"] {
            assert!(content(&store, code).await.is_some(), "{code}");
        }
        let report = take(&store, files.path()).await;
        assert_eq!((report.moved, report.failed_count), (1, 0), "{report:?}");
    }

    async fn a_text_that_was_kept_is_not_written_where_its_file_has_changed(store: Store) {
        let files = folder(&[("a.md", b"one"), ("gone.md", b"two")]);
        let plan = plan(&store, files.path(), &IngestOptions::default()).await;
        write(files.path(), "a.md", b"one, and more");
        std::fs::remove_file(files.path().join("gone.md")).unwrap();
        let report = run(&store, plan).await;
        assert_eq!((report.added, report.failed_count), (0, 2), "{report:?}");
        assert_eq!((content(&store, "a").await, content(&store, "gone").await), (None, None));
    }

    async fn a_run_that_was_stopped_before_it_did_anything_can_be_taken_back(store: Store) {
        let files = folder(&[("a.md", b"one")]);
        let cancel = CancellationToken::new();
        let options = IngestOptions::default().cancelled_by(cancel.clone());
        let stop = |progress: IngestProgress| if progress.phase == Phase::Writing { cancel.cancel() };
        let paths = [files.path().to_owned()];
        store.folio.ingest().paths(&paths, &options, stop).await.unwrap_err();
        let runs = store.folio.ingest().runs(&PageRequest::first(9)).await.unwrap().items;
        assert_eq!((runs.len(), runs[0].added, runs[0].undone_by), (1, 0, None));
        let undone = store.folio.ingest().undo(runs[0].id, &CancellationToken::new(), |_| ()).await.unwrap().unwrap();
        assert_eq!((undone.done, undone.refused_count), (0, 0));
        let runs = store.folio.ingest().runs(&PageRequest::first(9)).await.unwrap().items;
        assert!(runs[0].undone_by.is_some(), "{runs:?}");
    }

    async fn of_two_ingestions_at_once_the_second_one_finds_its_work_done(store: Store) {
        let files = folder(&[("new.md", b"new"), ("other.md", b"this one's")]);
        write(files.path(), "changed.md", b"one");
        take(&store, &files.path().join("changed.md")).await;
        for n in 0..50 {
            write(files.path(), &format!("{n}.md"), format!("text {n}").as_bytes());
        }
        write(files.path(), "changed.md", b"two");
        let slow = plan(&store, files.path(), &IngestOptions::default()).await;
        assert_eq!((slow.count(FileStatus::Added), slow.count(FileStatus::Updated)), (52, 1));
        write(files.path(), "other.md", b"the other's");
        assert_eq!(take(&store, files.path()).await.added, 52);
        write(files.path(), "other.md", b"this one's");
        let report = run(&store, slow).await;
        assert_eq!((report.unchanged, report.failed_count, report.added), (52, 1, 0), "{report:?}");
        let failed = report.files.iter().find(|file| file.status == FileStatus::Failed).unwrap();
        assert!(failed.file.ends_with("other.md") && failed.error.unwrap().contains("was made since"), "{report:?}");
        assert_eq!(content(&store, "changed").await.as_deref(), Some("two"));
    }
}
