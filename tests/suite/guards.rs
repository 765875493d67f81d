//! What other programs, another clock, a server that lags, or a link in the wrong place may do, and what
//! then happens to what is kept.

use service::{
    CancellationToken, Config, DocumentChange, DocumentSelection, NewDocument, NewMessage,
    PageRequest, Retag, Retention, SearchRequest, ThreadId, TimeDelta,
};
use support::program::Program;
use support::{Kind, Store, on_both};

fn go_on() -> CancellationToken {
    CancellationToken::new()
}

fn thread(id: &str) -> ThreadId {
    ThreadId::new(id).unwrap()
}

on_both! {
    /// One of its messages has been stored once more since, elsewhere.
    async fn a_thread_comes_back_without_the_messages_whose_ids_are_others_now(store: Store) {
        let (threads, messages) = (store.folio.threads(), store.folio.messages());
        let kept = messages.save(NewMessage::new(thread("t"), "kept", "a")).await.unwrap();
        let taken = messages.save(NewMessage::new(thread("t"), "taken", "a")).await.unwrap();
        let (together, batch) = store.folio.batch();
        together.threads().delete(&thread("t")).await.unwrap();
        messages.save(NewMessage::new(thread("u"), "again", "a").with_id(taken.id)).await.unwrap();
        // An undo promises what was, so it refuses; the trash gives what there is.
        let undone = store.folio.activity().undo(batch, &go_on(), |_| ()).await.unwrap();
        assert_eq!((undone.done, undone.refused_count), (0, 1));
        assert!(undone.refused[0].reason.contains("can't come back whole"), "{undone:?}");
        let deletion = threads.deleted(&PageRequest::first(1)).await.unwrap().items[0].deletion;
        let back = threads.restore_many(&[deletion], &go_on(), |_| ()).await.unwrap();
        assert_eq!((back.done, back.refused_count), (1, 1), "{back:?}");
        assert_eq!(back.refused[0].id, taken.id.to_string());
        assert!(back.refused[0].reason.contains("stays in the trash"), "{back:?}");
        let turns = messages.recent(&thread("t"), 9).await.unwrap();
        assert_eq!(turns.iter().map(|turn| turn.id).collect::<Vec<_>>(), [kept.id]);
        let trash = messages.deleted(&PageRequest::first(9)).await.unwrap().items;
        assert_eq!((trash.len(), trash[0].message.question.as_str()), (1, "taken"));
        assert_eq!(messages.get(taken.id).await.unwrap().unwrap().question, "again");
    }

    /// A clock that was ahead has been set right.
    async fn a_change_is_never_dated_before_the_last_one(store: Store) {
        let documents = store.folio.documents();
        documents.insert(NewDocument::new("a", "A", "one")).await.unwrap();
        store.sql("UPDATE document SET updated_at = '2999-01-01T00:00:00+00:00'").await;
        let ahead = documents.get("a").await.unwrap().unwrap().updated_at;
        let (together, batch) = store.folio.batch();
        let all = DocumentSelection::Codes(vec!["a".to_owned()]);
        together.documents().retag(&all, &Retag::new().give("x"), &go_on(), |_| ()).await.unwrap();
        let tagged = documents.get("a").await.unwrap().unwrap();
        assert_eq!((tagged.updated_at, tagged.version, &tagged.metadata), (ahead, 2, &serde_json::json!({"tags": ["x"]})));
        store.folio.activity().undo(batch, &go_on(), |_| ()).await.unwrap();
        let back = documents.get("a").await.unwrap().unwrap();
        assert_eq!((back.updated_at, back.version, &back.metadata), (ahead, 3, &serde_json::json!({})));
        let files = support::files::folder(&[("a", b"two")]);
        store.folio.ingest().file(&files.path().join("a"), "a").await.unwrap();
        let taken = documents.get("a").await.unwrap().unwrap();
        assert_eq!((taken.content.as_str(), taken.updated_at), ("two", ahead));
    }

    async fn a_version_that_can_t_be_counted_on_is_refused_and_stays(store: Store) {
        let documents = store.folio.documents();
        documents.insert(NewDocument::new("a", "A", "one")).await.unwrap();
        store.sql("UPDATE document SET version = 9223372036854775807").await;
        documents.update("a", &DocumentChange::new().content("two")).await.unwrap_err();
        let found = documents.get("a").await.unwrap().unwrap();
        assert_eq!((found.content.as_str(), found.version), ("one", i64::MAX));
    }

    /// More of them than a statement may have parameters on either database.
    async fn all_threads_but_very_many_are_counted(store: Store) {
        for id in ["t", "u"] {
            store.folio.messages().save(NewMessage::new(thread(id), "q", "a")).await.unwrap();
        }
        let but = std::iter::once("t".to_owned()).chain((0..70_000).map(|n| n.to_string()));
        let but = but.map(|id| thread(&id)).collect();
        let selection = service::ThreadSelection::MatchingBut(service::ThreadFilter::all(), but);
        assert_eq!(store.folio.threads().count_selected(&selection).await.unwrap().threads, 1);
    }

    async fn a_begin_of_a_code_goes_on_with_any_letter(store: Store) {
        for code in ["a/\u{10ffff}x", "a/b", "a0"] {
            store.folio.documents().insert(NewDocument::new(code, code, "kestrel")).await.unwrap();
        }
        let found = store.folio.documents().search(&SearchRequest::new("kestrel code:a/*")).await.unwrap();
        assert_eq!(found.total, 2, "{found:?}");
    }

    async fn a_text_that_is_too_long_is_told_so_also_where_it_is_cut_in_a_letter(store: Store) {
        let program = Program::on(store.url());
        let mut command = program.command(&["doc", "put", "a"]);
        command.env("FOLIO_MAX_DOCUMENT_BYTES", "4");
        let path = program.home.path().join("text");
        std::fs::write(&path, "ääää").unwrap();
        command.stdin(std::fs::File::open(&path).unwrap());
        let ran = command.output().unwrap();
        let said = String::from_utf8(ran.stderr).unwrap();
        assert!(ran.status.code() == Some(1) && said.contains("more than 4 bytes"), "{said}");
    }
}

/// A message comes in while its conversation is about to be put away.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_that_wakes_up_is_not_put_away() {
    use sea_orm::{ConnectionTrait, TransactionTrait};
    let store = Store::fresh(Kind::Postgres).await;
    let old = "2020-01-01T00:00:00Z".parse().unwrap();
    let message = NewMessage::new(thread("t"), "long ago", "a").at(old);
    store.folio.messages().save(message).await.unwrap();
    let other = store.connection().await;
    let waking = other.begin().await.unwrap();
    waking
        .execute_unprepared(
            "INSERT INTO message (thread_id, question, answer) VALUES ('t', 'now', 'a')",
        )
        .await
        .unwrap();
    let folio = store.folio.clone();
    let before = old + TimeDelta::days(1);
    let purge = tokio::spawn(async move {
        let resting = Retention::new().threads_before(before);
        folio.purge(&resting, &go_on()).await.unwrap()
    });
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while store.value::<i64>(waits).await == 0 {
        tokio::task::yield_now().await;
    }
    waking.commit().await.unwrap();
    assert_eq!(purge.await.unwrap().threads, 0);
    let awake = store.folio.threads().get(&thread("t")).await.unwrap();
    assert_eq!(awake.unwrap().message_count, 2);
    other.close().await.unwrap();
}

/// The replica here is behind by all there is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_is_never_decided_by_a_replica() {
    let (store, behind) = (
        Store::fresh(Kind::Postgres).await,
        Store::fresh(Kind::Postgres).await,
    );
    let folio = store
        .again(|mut config| {
            config.read_database = Some(Config::from_url(behind.url()).unwrap().database);
            config
        })
        .await;
    let (together, batch) = folio.batch();
    together
        .documents()
        .insert(NewDocument::new("a", "A", "one"))
        .await
        .unwrap();
    assert_eq!(
        folio.documents().get("a").await.unwrap(),
        None,
        "that is a replica"
    );
    let undone = folio
        .activity()
        .undo(batch, &go_on(), |_| ())
        .await
        .unwrap();
    assert_eq!(undone.done, 1);
    folio
        .documents()
        .insert(NewDocument::new("b", "B", "one"))
        .await
        .unwrap();
    let all = DocumentSelection::Matching(service::DocumentFilter::default());
    let deleted = folio
        .documents()
        .delete_many(&all, &go_on(), |_| ())
        .await
        .unwrap();
    assert_eq!(deleted.done, 1);
    let lines = "{\"code\": \"c\", \"content\": \"x\"}\n";
    for imported in [1, 0] {
        let report = folio
            .import_documents(lines.as_bytes(), &go_on(), |_| ())
            .await
            .unwrap();
        assert_eq!(
            (report.imported, report.skipped),
            (imported, 1 - imported),
            "{report:?}"
        );
    }
    let files = support::files::folder(&[("f.md", b"one")]);
    let options = service::ingest::IngestOptions::default();
    for added in [1, 0] {
        let report = folio
            .ingest()
            .directory(files.path(), &options)
            .await
            .unwrap();
        assert_eq!(
            (report.added, report.unchanged),
            (added, 1 - added),
            "{report:?}"
        );
    }
    folio.close().await;
}

/// As many programs do where a row may be there already.
#[tokio::test]
async fn rows_that_another_program_replaced_are_told_of_and_mended() {
    let store = Store::fresh(Kind::Sqlite).await;
    for code in ["a", "b"] {
        let document = NewDocument::new(code, code, format!("kestrel {code}"));
        store
            .folio
            .documents()
            .insert(document.with_metadata(serde_json::json!({"tag": code})))
            .await
            .unwrap();
    }
    store
        .folio
        .messages()
        .save(NewMessage::new(thread("t"), "kestrel", "a"))
        .await
        .unwrap();
    assert!(store.folio.health().await.healthy);
    // The last row gets its own number again, the others get new ones.
    for (sql, what) in [
        (
            "INSERT OR REPLACE INTO document (id, code, name, content) SELECT id, code, name, 'heron' FROM document WHERE code = 'b'",
            "the last document",
        ),
        (
            "INSERT OR REPLACE INTO document (id, code, name, content) SELECT id, code, name, 'heron' FROM document WHERE code = 'a'",
            "another document",
        ),
        (
            "INSERT OR REPLACE INTO message (id, thread_id, question, answer) SELECT id, thread_id, 'heron', '' FROM message",
            "a message",
        ),
    ] {
        store.sql(sql).await;
        let health = store.folio.health().await;
        assert!(!health.healthy, "{what}");
        assert!(
            health.error.as_ref().unwrap().contains("folio reindex"),
            "{health:?}"
        );
        let language = store.folio.language().await.unwrap();
        store.folio.reindex(language).await.unwrap();
        let health = store.folio.health().await;
        assert!(health.healthy, "{what}: {health:?}");
    }
    let hits = async |word: &str| {
        store
            .folio
            .documents()
            .search(&SearchRequest::new(word))
            .await
            .unwrap()
            .total
    };
    assert_eq!((hits("kestrel").await, hits("heron").await), (0, 2));
    let found = store
        .folio
        .threads()
        .get(&thread("t"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.message_count, 1);
    let tags: i64 = store
        .value("SELECT (SELECT count(*) FROM document_label) + (SELECT count(*) FROM document_tag)")
        .await;
    assert_eq!(tags, 0);
}

#[tokio::test]
async fn a_backup_changes_nothing_and_takes_nobody_s_place() {
    let store = Store::fresh(Kind::Sqlite).await;
    store
        .folio
        .documents()
        .insert(NewDocument::new("a", "A", "one"))
        .await
        .unwrap();
    let program = Program::on(store.url());
    let ran = program.run(&["backup", "copy.db", "--read-only"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    // A writer at work.
    let held = store.folio.connection().await.unwrap();
    let path = program.home.path().join("beside.db");
    store
        .folio
        .backup(&path, service::Overwrite::Never)
        .await
        .unwrap();
    drop(held);
    let copy = service::Folio::connect(Config::sqlite(&path))
        .await
        .unwrap();
    assert_eq!(copy.documents().count().await.unwrap(), 1);
    copy.close().await;
}

#[cfg(unix)]
#[tokio::test]
async fn what_folio_keeps_of_a_store_is_its_owner_s() {
    use std::os::unix::fs::PermissionsExt;
    let program = Program::new();
    let home = program.home.path();
    assert_eq!(program.run_with(&["doc", "put", "a"], b"text").status, 0);
    assert_eq!(program.run(&["backup", "copy.db"]).status, 0);
    assert_eq!(program.run(&["export", "archive", "all.tar"]).status, 0);
    let mode = |path: &str| home.join(path).metadata().unwrap().permissions().mode() & 0o777;
    for (path, wanted) in [
        (".local/share/folio", 0o700),
        (".local/share/folio/folio.db", 0o600),
        ("copy.db", 0o600),
        ("all.tar", 0o600),
    ] {
        assert_eq!(mode(path), wanted, "{path}");
    }
}

/// Somebody who may write into the folder has put links where Folio makes files.
#[cfg(unix)]
#[tokio::test]
async fn links_in_the_place_of_files_in_the_making_are_not_followed() {
    use std::os::unix::fs::symlink;
    let home = tempfile::tempdir().unwrap();
    let own = home.path().join("own.txt");
    let program = Program::on(&format!(
        "sqlite://{}?mode=rwc",
        home.path().join("folio.db").display()
    ));
    assert_eq!(program.run_with(&["doc", "put", "a"], b"text").status, 0);
    for name in [
        "lines.jsonl.unfinished",
        "all.tar.unfinished",
        "copy.db.unfinished",
        "folio.db.migrate-lock",
    ] {
        drop(std::fs::remove_file(home.path().join(name)));
        symlink(&own, home.path().join(name)).unwrap();
    }
    std::fs::write(&own, "mine").unwrap();
    let path = |name: &str| home.path().join(name).display().to_string();
    assert_eq!(
        program
            .run(&["export", "documents", &path("lines.jsonl")])
            .status,
        0
    );
    assert_eq!(
        program.run(&["export", "archive", &path("all.tar")]).status,
        0
    );
    assert_eq!(program.run(&["backup", &path("copy.db")]).status, 0);
    let refused = program.run(&["migrate", "down", "-n", "1"]);
    assert_eq!(
        std::fs::read_to_string(&own).unwrap(),
        "mine",
        "{refused:?}"
    );
    assert!(refused.said.contains("cannot lock"), "{refused:?}");
}

/// Whoever stops an import that waits for what somebody types does not wait along.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_waits_for_its_input_can_be_stopped() {
    let store = Store::fresh(Kind::Sqlite).await;
    for what in ["documents", "turns", "foreign"] {
        let (waiting, mut typing) = std::io::pipe().unwrap();
        let (begun, mut wait) = tokio::sync::mpsc::channel::<()>(1);
        let input = std::io::BufReader::new(Told {
            from: waiting,
            begun,
        });
        let cancel = CancellationToken::new();
        let import = async {
            let folio = &store.folio;
            match what {
                "documents" => folio
                    .import_documents(input, &cancel, |_| ())
                    .await
                    .map(drop),
                "turns" => folio.import_turns(input, &cancel, |_| ()).await.map(drop),
                _ => folio
                    .import_foreign(input, "t", &cancel, |_| ())
                    .await
                    .map(drop),
            }
        };
        let stop = async {
            wait.recv().await;
            cancel.cancel();
        };
        let (ended, ()) = tokio::join!(import, stop);
        assert!(ended.unwrap_err().to_string().contains("stopped"), "{what}");
        std::io::Write::write_all(&mut typing, b"\n").unwrap();
    }
}

/// Tells when it is read from.
#[cfg(unix)]
struct Told {
    from: std::io::PipeReader,
    begun: tokio::sync::mpsc::Sender<()>,
}

#[cfg(unix)]
impl std::io::Read for Told {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let _ = self.begun.try_send(());
        self.from.read(into)
    }
}
