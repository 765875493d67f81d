//! In and out: copies, archives, lines, backups, and what is too old.

use std::io::Cursor;

use service::error::IngestionError;
use service::ingest::{IngestOptions, Watching};
use service::{
    Access, ActivityFilter, CancellationToken, Config, DocumentChange, Error, Folio, ImportReport,
    Language, NewDocument, NewMessage, Overwrite, PageRequest, Pin, Replaces, Retention,
    SearchRequest, ThreadId, TimeDelta,
};
use support::files::{folder, write};
use support::program::Program;
use support::{Kind, Store, on_both};

fn go_on() -> CancellationToken {
    CancellationToken::new()
}

fn thread(id: &str) -> ThreadId {
    ThreadId::new(id).unwrap()
}

/// Documents with a history, one in the trash, and conversations.
async fn fill(folio: &Folio) {
    let documents = folio.documents();
    for n in 0..30 {
        let new = NewDocument::new(
            format!("d{n}"),
            format!("N {n}"),
            format!("text {n} naïve 日本"),
        );
        let metadata = serde_json::json!({"n": n, "half": 0.5, "tags": ["a", "b"]});
        documents.insert(new.with_metadata(metadata)).await.unwrap();
    }
    documents
        .update("d1", &DocumentChange::new().content("changed"))
        .await
        .unwrap();
    documents.delete("d2").await.unwrap();
    for n in 0..40 {
        let new = NewMessage::new(
            thread(&format!("t{}", n % 3)),
            format!("q{n}"),
            format!("a{n}"),
        );
        folio.messages().save(new).await.unwrap();
    }
    folio
        .threads()
        .rename(&thread("t1"), Some("A talk"))
        .await
        .unwrap();
    folio
        .threads()
        .pin(&thread("t1"), Pin::Pinned)
        .await
        .unwrap();
    folio.threads().delete(&thread("t2")).await.unwrap();
    let files = folder(&[("a.md", b"# A"), ("b.md", b"# B")]);
    folio
        .ingest()
        .directory(files.path(), &IngestOptions::default())
        .await
        .unwrap();
}

fn counts(report: &ImportReport) -> (u64, u64, u64, u64) {
    (
        report.imported,
        report.updated,
        report.skipped,
        report.failed,
    )
}

on_both! {
    async fn a_whole_store_is_copied_to_the_other_database_and_back(store: Store) {
        fill(&store.folio).await;
        // PostgreSQL has no such number in JSON.
        let zero = NewDocument::new("zero", "Z", "z").with_metadata(serde_json::json!({"zero": -0.0}));
        store.folio.documents().insert(zero).await.unwrap();
        let other = Store::fresh(match store.kind { Kind::Sqlite => Kind::Postgres, Kind::Postgres => Kind::Sqlite }).await;
        let first = store.folio.copy_to(&other.folio, &go_on(), |_| ()).await.unwrap();
        let rows: u64 = first.tables.iter().map(|table| table.rows).sum();
        assert!(rows > 80, "{first:?}");
        // Twice is once, and the checksums are those of the first time.
        let again = store.folio.copy_to(&other.folio, &go_on(), |_| ()).await.unwrap();
        assert!(again.tables.iter().all(|table| table.written == 0), "{again:?}");
        let sums = |report: &service::CopyReport| report.tables.iter().map(|table| table.checksum.clone()).collect::<Vec<_>>();
        assert_eq!(sums(&again), sums(&first));
        let back = Store::fresh(store.kind).await;
        let third = other.folio.copy_to(&back.folio, &go_on(), |_| ()).await.unwrap();
        assert_eq!(sums(&third), sums(&first));
        // The copy is a store like any other: its history, search and counters work.
        assert_eq!(other.folio.documents().restore("d2", None).await.unwrap().version, 2);
        assert_eq!(other.folio.documents().search(&SearchRequest::new("changed")).await.unwrap().hits[0].code, "d1");
        other.folio.documents().update("d1", &DocumentChange::new().content("once more")).await.unwrap();
        other.folio.messages().save(NewMessage::new(thread("t1"), "q", "a")).await.unwrap();
    }

    async fn a_copy_is_searched_in_the_language_of_its_source(store: Store) {
        store.folio.documents().insert(NewDocument::new("d", "D", "many pools")).await.unwrap();
        store.folio.reindex(Language::Plain).await.unwrap();
        let other = Store::fresh(match store.kind { Kind::Sqlite => Kind::Postgres, Kind::Postgres => Kind::Sqlite }).await;
        store.folio.copy_to(&other.folio, &go_on(), |_| ()).await.unwrap();
        let opened_again = other.again(|config| config).await;
        for (query, hits) in [("pools", 1), ("pool", 0)] {
            let found = opened_again.documents().search(&SearchRequest::new(query)).await.unwrap();
            assert_eq!(found.hits.len(), hits, "{query}");
        }
    }

    async fn a_copy_needs_an_empty_store_and_goes_on_where_it_stopped(store: Store) {
        fill(&store.folio).await;
        let own = Store::fresh(Kind::Sqlite).await;
        own.folio.documents().insert(NewDocument::new("own", "Own", "text")).await.unwrap();
        let error = store.folio.copy_to(&own.folio, &go_on(), |_| ()).await.unwrap_err();
        assert!(matches!(error, Error::Ingestion(IngestionError::NotACopy { .. })), "{error:?}");
        let other = Store::fresh(Kind::Sqlite).await;
        let cancel = CancellationToken::new();
        let stopped = store.folio.copy_to(&other.folio, &cancel, |progress| if progress.table == "document" { cancel.cancel() }).await.unwrap_err();
        assert!(matches!(stopped, Error::Ingestion(IngestionError::Cancelled { .. })), "{stopped:?}");
        assert_eq!(other.folio.documents().count().await.unwrap(), 31);
        store.folio.copy_to(&other.folio, &go_on(), |_| ()).await.unwrap();
    }

    async fn a_copy_makes_the_tables_of_an_empty_target(store: Store) {
        fill(&store.folio).await;
        let bare = Store::bare(Kind::Postgres).await;
        let folio = Program::on(store.url());
        let copied = folio.json(&["copy", "--from", store.url(), "--to", &bare.url]);
        assert_eq!((&copied["tables"][0]["table"], &copied["tables"][0]["rows"]), (&"document".into(), &31.into()));
        // Where some of them were made before that was stopped, the rest follows.
        let begun = Store::bare(Kind::Postgres).await;
        assert_eq!(Program::on(&begun.url).run(&["migrate", "up", "--num", "3"]).status, 0);
        assert_eq!(folio.json(&["copy", "--from", store.url(), "--to", &begun.url])["tables"][0]["rows"], 31);
        let file = folio.home.path().join("begun.db");
        let made = Folio::connect(Config::from_url(&format!("sqlite://{}?mode=rwc", file.display())).unwrap()).await.unwrap();
        made.migrations().down(Some(3), service::RowsOnDown::Keep).await.unwrap();
        made.close().await;
        assert_eq!(folio.json(&["copy", "--from", store.url(), "--to", "sqlite://begun.db?mode=rwc"])["tables"][0]["rows"], 31);
        // A source that is not there is not made.
        let typo = folio.run(&["copy", "--from", "sqlite://typo.db?mode=rwc", "--to", &bare.url]);
        assert!(typo.status == 1 && !folio.home.path().join("typo.db").exists(), "{typo:?}");
        // Tables of another program are never adopted by the way.
        let own = Store::bare(Kind::Postgres).await;
        own.sql("CREATE TABLE message (id uuid)").await;
        let refused = folio.run(&["copy", "--from", store.url(), "--to", &own.url]);
        assert!(refused.status == 1 && refused.said.contains("folio migrate up"), "{refused:?}");
    }

    async fn what_was_added_since_a_copy_comes_along_in_the_next_one(store: Store) {
        fill(&store.folio).await;
        let other = Store::fresh(match store.kind { Kind::Sqlite => Kind::Postgres, Kind::Postgres => Kind::Sqlite }).await;
        store.folio.copy_to(&other.folio, &go_on(), |_| ()).await.unwrap();
        // Ids that are lower than all that were copied.
        let low = "00000000-0000-7000-8000-000000000001";
        let new = NewDocument::new("low", "Low", "text").with_id(low.parse().unwrap());
        store.folio.documents().insert(new).await.unwrap();
        let line = format!("{{\"thread_id\":\"t0\",\"question\":\"low\",\"answer\":\"a\",\"id\":\"{low}\",\"created_at\":\"2020-01-01T00:00:00Z\"}}");
        store.folio.import_turns(Cursor::new(line), &go_on(), |_| ()).await.unwrap();
        let again = store.folio.copy_to(&other.folio, &go_on(), |_| ()).await.unwrap();
        let written: Vec<(&str, u64)> = again.tables.iter().filter(|table| table.written > 0).map(|table| (table.table.as_str(), table.written)).collect();
        assert_eq!(written, [("document", 1), ("message", 1)]);
        assert_eq!(other.folio.threads().get(&thread("t0")).await.unwrap(), store.folio.threads().get(&thread("t0")).await.unwrap());
        // What was changed is told, be it in the midst or the last row that was copied.
        store.folio.documents().update("d4", &DocumentChange::new().content("changed")).await.unwrap();
        let error = store.folio.copy_to(&other.folio, &go_on(), |_| ()).await.unwrap_err();
        assert!(matches!(error, Error::Ingestion(IngestionError::CopyDiffers { table: "document" })), "{error:?}");
        store.folio.documents().update("b", &DocumentChange::new().content("changed")).await.unwrap();
        let error = store.folio.copy_to(&other.folio, &go_on(), |_| ()).await.unwrap_err();
        assert!(matches!(error, Error::Ingestion(IngestionError::CopyDiffers { table: "document" })), "{error:?}");
        assert!(error.to_string().contains("copy into an empty store"), "{error}");
    }

    async fn documents_go_out_and_in_as_lines(store: Store) {
        fill(&store.folio).await;
        let mut lines = Vec::new();
        assert_eq!(store.folio.export_documents(&mut lines, |_| ()).await.unwrap(), 31);
        let other = Store::fresh(Kind::Sqlite).await;
        let take = async |lines: &[u8]| other.folio.import_documents(Cursor::new(lines.to_vec()), &go_on(), |_| ()).await.unwrap();
        assert_eq!(counts(&take(&lines).await), (31, 0, 0, 0));
        assert_eq!(counts(&take(&lines).await), (0, 0, 31, 0), "twice is once");
        let (here, there) = (store.folio.documents().get("d3").await.unwrap(), other.folio.documents().get("d3").await.unwrap());
        assert_eq!(here, there, "ids, times and versions are kept");
        let mixed = b"{\"code\":\"d3\",\"content\":\"another\"}\nnonsense\n\n{\"code\":\"new\",\"content\":\"x\"}\n{\"code\":\"\",\"content\":\"x\"}\n{\"code\":\"new\",\"content\":\"y\"}\n";
        let report = take(mixed).await;
        assert_eq!((report.total, counts(&report)), (5, (1, 2, 0, 2)), "{report:?}");
        assert_eq!(report.errors.iter().map(|error| error.line).collect::<Vec<_>>(), [2, 5]);
        let new = other.folio.documents().get("new").await.unwrap().unwrap();
        assert_eq!(new.content, "y");
        assert_eq!(counts(&take(mixed).await), (0, 0, 3, 2), "twice is once, also with two lines for one code");
        assert_eq!(other.folio.documents().get("new").await.unwrap().unwrap(), new);
    }

    async fn a_taken_id_costs_no_other_document_its_version_and_times(store: Store) {
        let line = |code: &str, n: u32| format!("{{\"code\":\"{code}\",\"content\":\"x\",\"id\":\"0198c0de-0000-7000-8000-{n:012}\",\"version\":7,\"created_at\":\"2020-01-01T00:00:00.000000Z\"}}\n");
        let take = async |lines: String| store.folio.import_documents(Cursor::new(lines), &go_on(), |_| ()).await.unwrap();
        take(line("there", 1)).await;
        let report = take(line("taken", 1) + &line("a", 2) + &line("twin", 2) + &line("b", 3)).await;
        assert_eq!(counts(&report), (4, 0, 0, 0), "{report:?}");
        let (mut ids, then) = (std::collections::HashSet::new(), "2020-01-01T00:00:00.000000Z");
        for (code, n) in [("there", Some(1)), ("taken", None), ("a", Some(2)), ("twin", None), ("b", Some(3))] {
            let document = store.folio.documents().get(code).await.unwrap().unwrap();
            assert_eq!((document.version, service::time::format(&document.created_at).as_str()), (7, then), "{code}");
            let id = document.id.to_string();
            assert!(n.is_none_or(|n: u32| id.ends_with(&format!("{n:012}"))), "{code}: {id}");
            assert!(ids.insert(id), "{code}");
        }
    }

    async fn everything_goes_into_one_archive_and_out_of_it(store: Store) {
        fill(&store.folio).await;
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("all.tar");
        let manifest = store.folio.export_archive(&path, Replaces::Earlier).await.unwrap();
        let items = [31, 2, 27, 3, 13, 6, 7, 1, 2];
        assert_eq!(manifest.parts.iter().map(|part| part.items).collect::<Vec<_>>(), items);
        let other = Store::fresh(match store.kind { Kind::Sqlite => Kind::Postgres, Kind::Postgres => Kind::Sqlite }).await;
        // Numbers of its own, which are not those of the archive.
        for n in 0..5 {
            other.folio.messages().save(NewMessage::new(thread("own"), "q", format!("{n}"))).await.unwrap();
        }
        other.folio.threads().delete(&thread("own")).await.unwrap();
        let first = other.folio.import_archive(&path, &go_on()).await.unwrap();
        let mut imported = items;
        imported[2] = 29;
        assert_eq!(first.parts().map(|(_, part)| (part.imported, part.failed)), imported.map(|n| (n, 0)), "{first:?}");
        let again = other.folio.import_archive(&path, &go_on()).await.unwrap();
        assert_eq!(again.parts().map(|(_, part)| (part.imported, part.skipped)), imported.map(|n| (0, n)), "twice is once");
        // The trash, what was done and the runs are there, and can be taken back.
        let runs = other.folio.ingest().runs(&PageRequest::first(9)).await.unwrap();
        assert_eq!(runs.items, store.folio.ingest().runs(&PageRequest::first(9)).await.unwrap().items);
        let trash = other.folio.threads().deleted(&PageRequest::first(9)).await.unwrap();
        let gone = trash.items.iter().find(|gone| gone.id == thread("t2")).unwrap();
        other.folio.threads().restore_many(&[gone.deletion], &go_on(), |_| ()).await.unwrap();
        assert_eq!(other.folio.threads().get(&thread("t2")).await.unwrap().unwrap().message_count, 13);
        let done = other.folio.activity().list(&ActivityFilter::default(), &PageRequest::first(20)).await.unwrap();
        let pinned = done.items.iter().find(|batch| batch.action == "pinned").unwrap();
        let undone = other.folio.activity().undo(pinned.id, &go_on(), |_| ()).await.unwrap();
        assert_eq!((undone.done, undone.refused_count), (1, 0), "{undone:?}");
        other.folio.threads().pin(&thread("t1"), Pin::Pinned).await.unwrap();
        let talk = other.folio.threads().get(&thread("t1")).await.unwrap().unwrap();
        assert_eq!((talk.title.as_deref(), talk.pinned, talk.message_count), (Some("A talk"), true, 13));
        assert_eq!(other.folio.documents().restore("d2", None).await.unwrap().version, 2);
        // One flipped byte is noticed before anything is written.
        let mut bytes = std::fs::read(&path).unwrap();
        let at = bytes.windows(7).position(|at| at == b"changed").unwrap();
        bytes[at] = b'C';
        std::fs::write(&path, bytes).unwrap();
        let empty = Store::fresh(Kind::Sqlite).await;
        let error = empty.folio.import_archive(&path, &go_on()).await.unwrap_err();
        assert!(matches!(error, Error::Ingestion(IngestionError::BadArchive { .. })), "{error:?}");
        assert_eq!(empty.folio.documents().count().await.unwrap(), 0);
    }

    async fn what_is_too_old_goes_and_what_is_pinned_stays(store: Store) {
        fill(&store.folio).await;
        let now = service::Clock::now(&service::SystemClock);
        let later = now + TimeDelta::hours(1);
        let keep = Retention::new().threads_before(now - TimeDelta::days(1)).revisions_before(now - TimeDelta::days(1));
        let nothing = store.folio.purge_scope(&keep).await.unwrap();
        assert_eq!((nothing.threads, nothing.document_revisions), (0, 0));
        let all = Retention::new().threads_before(later).revisions_before(later);
        let scope = store.folio.purge_scope(&all).await.unwrap();
        assert_eq!((scope.threads, scope.messages, scope.document_revisions), (1, 14, 2), "{scope:?}");
        let purged = store.folio.purge(&all, &go_on()).await.unwrap();
        assert_eq!((purged.threads, purged.messages, purged.document_revisions), (scope.threads, scope.messages, scope.document_revisions));
        assert_eq!((purged.thread_revisions, purged.message_revisions), (scope.thread_revisions, scope.message_revisions));
        assert!(store.folio.threads().get(&thread("t1")).await.unwrap().is_some(), "it is pinned");
        // How much is gone for good is recorded, and can't be taken back.
        let record = purged.record.unwrap();
        let acts = store.folio.activity().acts(record, &PageRequest::first(9)).await.unwrap();
        let acts: Vec<(&str, &str)> = acts.items.iter().map(|act| (act.action.as_str(), act.label.as_deref().unwrap())).collect();
        let told = |n: u64| format!("{n} versions put aside before {}", service::time::format(&later));
        let (messages, threads, documents) = (told(purged.message_revisions), told(purged.thread_revisions), told(purged.document_revisions));
        assert_eq!(acts, [("purged", messages.as_str()), ("purged", threads.as_str()), ("purged", documents.as_str())]);
        assert_eq!(store.folio.activity().scope(record).await.unwrap().total(), 0);
        let undone = store.folio.activity().undo(record, &go_on(), |_| ()).await.unwrap();
        assert_eq!((undone.done, undone.refused_count, undone.refused[0].reason.as_str()), (0, 3, "is gone for good"));
        assert!(store.folio.threads().get(&thread("t0")).await.unwrap().is_none());
        // The conversation is in the trash, and comes back by an undo.
        store.folio.activity().undo(purged.batch.unwrap(), &go_on(), |_| ()).await.unwrap();
        assert_eq!(store.folio.threads().get(&thread("t0")).await.unwrap().unwrap().message_count, 14);
    }

    async fn the_program_tells_what_a_file_is(store: Store) {
        let folio = Program::on(store.url());
        let home = folio.home.path();
        write(home, "docs.jsonl", b"{\"code\":\"a\",\"content\":\"text\"}\n");
        write(home, "chat.json", br#"[{"type":"human","data":{"content":"one?"}},{"type":"ai","data":{"content":"1"}}]"#);
        assert_eq!(folio.json(&["import", "docs.jsonl"])["imported"], 1);
        assert_eq!(folio.json(&["import", "chat.json"])["imported"], 1);
        assert_eq!(folio.json(&["import", "chat.json"])["skipped"], 1, "twice is once");
        assert_eq!(folio.json(&["thread", "list"])["items"][0]["id"], "chat");
        assert_eq!(folio.json(&["export", "archive", "all.tar"])["parts"][0]["items"], 1);
        assert_eq!(folio.json(&["import", "all.tar"])["documents"]["skipped"], 1);
        let lines = folio.run(&["export", "documents", "-"]);
        assert!(lines.out.starts_with("{\"code\":\"a\""), "{lines:?}");
        assert_eq!(folio.json(&["purge", "--threads", "90d", "--dry-run"])["threads"], 0);
        assert_eq!(folio.run(&["purge"]).status, 2);
        assert_eq!(folio.run(&["backup", "-"]).status, 2);
        assert_eq!(folio.run(&["purge", "--threads", "soon"]).status, 2);
    }

    async fn changes_are_followed_until_stopped(store: Store) {
        let files = folder(&[("a.md", b"one")]);
        let cancel = CancellationToken::new();
        let options = IngestOptions::default().cancelled_by(cancel.clone());
        let (sender, mut reports) = tokio::sync::mpsc::unbounded_channel();
        let (folio, paths) = (store.folio.clone(), [files.path().to_owned()]);
        let watching = tokio::spawn(async move {
            folio.ingest().watch(&paths, &options, Watching::Events, |report| sender.send(report.unwrap()).unwrap()).await
        });
        assert_eq!(reports.recv().await.unwrap().added, 1);
        write(files.path(), "sub/b.md", b"two");
        while store.folio.documents().get("sub/b").await.unwrap().is_none() {
            reports.recv().await.unwrap();
        }
        cancel.cancel();
        watching.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn an_embedded_store_is_backed_up_while_it_is_written() {
    let store = Store::fresh(Kind::Sqlite).await;
    fill(&store.folio).await;
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("backup.db");
    let made = store.folio.backup(&path, Overwrite::Never).await.unwrap();
    assert!(made.bytes > 0);
    let header = std::fs::read(&path).unwrap();
    assert_eq!(header[18..20], [1, 1], "nothing was written into it since");
    let again = store
        .folio
        .backup(&path, Overwrite::Never)
        .await
        .unwrap_err();
    assert!(again.to_string().contains("already"), "{again}");
    let copy = Folio::connect(Config::sqlite(&path).with_access(Access::ReadOnly))
        .await
        .unwrap();
    assert_eq!(copy.documents().count().await.unwrap(), 31);
    let found = copy
        .documents()
        .search(&SearchRequest::new("changed"))
        .await
        .unwrap();
    assert_eq!(found.hits[0].code, "d1");
    let trash = copy
        .documents()
        .deleted(&PageRequest::first(5))
        .await
        .unwrap();
    assert_eq!(trash.items[0].code, "d2");
    copy.close().await;
    // It is replaced where that is wanted, but never under a database that is in use, or by itself.
    store.folio.documents().delete("d3").await.unwrap();
    store.folio.backup(&path, Overwrite::Whole).await.unwrap();
    let copy = Folio::connect(Config::sqlite(&path)).await.unwrap();
    assert_eq!(copy.documents().count().await.unwrap(), 30);
    let used = store.folio.backup(&path, Overwrite::Whole).await;
    assert!(used.unwrap_err().to_string().contains("in use"));
    let own = copy.backup(&path, Overwrite::Whole).await.unwrap_err();
    assert!(own.to_string().contains("the store itself"), "{own}");
    copy.close().await;
    let names = std::fs::read_dir(home.path()).unwrap();
    let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(
        names,
        ["backup.db"],
        "nothing of the making, and no journal"
    );
}

#[tokio::test]
async fn a_store_on_a_server_is_not_backed_up_into_a_file() {
    let store = Store::fresh(Kind::Postgres).await;
    let home = tempfile::tempdir().unwrap();
    let error = store
        .folio
        .backup(&home.path().join("x.db"), Overwrite::Never)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("pg_dump"), "{error}");
}
