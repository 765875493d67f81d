//! What people give to an import: copies of files, archives that others packed, lines with fields of
//! their own, folders with something else in them.

use std::path::Path;

use serde_json::json;
use service::{NewDocument, NewMessage, PageRequest, ThreadId};
use support::files::write;
use support::ingestion::content;
use support::program::Program;
use support::{Kind, Store, on_both};

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

async fn put(store: &Store, code: &str, text: &str) {
    store
        .folio
        .documents()
        .upsert(NewDocument::new(code, code, text))
        .await
        .unwrap();
}

on_both! {
    async fn a_copy_of_a_file_takes_nothing_from_the_document(store: Store) {
        put(&store, "notes/plan", "the plan").await;
        let folio = Program::on(store.url());
        let home = folio.home.path();
        assert_eq!(folio.json(&["export", "folder", "d"])["added"], 1);
        let own = read(&home.join("d/notes/plan.md"));
        // Before it in the order of names, and behind it.
        write(home, "d/notes/plan copy.md", own.replace("the plan", "a draft").as_bytes());
        write(home, "d/z/notes/plan.md", own.replace("the plan", "another").as_bytes());
        for folder in ["d", "d/notes"] {
            let ran = folio.run(&["import", folder]);
            assert!(ran.status == 3 && ran.out.contains("plan copy.md: ") && ran.out.contains("plan.md has this code already"), "{ran:?}");
            assert_eq!(content(&store, "notes/plan").await, "the plan");
        }
        // Of two that stand anywhere none is more than the other.
        std::fs::remove_file(home.join("d/notes/plan.md")).unwrap();
        write(home, "d/z/notes/plan 2.md", own.as_bytes());
        std::fs::rename(home.join("d/z/notes/plan.md"), home.join("d/z/notes/plan 3.md")).unwrap();
        let ran = folio.run(&["import", "d"]);
        assert!(ran.status == 3 && ran.out.contains("which is the document can't be told"), "{ran:?}");
        assert_eq!(content(&store, "notes/plan").await, "the plan");
        // One alone may stand anywhere.
        std::fs::remove_dir_all(home.join("d/z")).unwrap();
        assert_eq!(folio.json(&["import", "d"])["updated"], 1);
        assert_eq!(content(&store, "notes/plan").await, "a draft");
        // The file of the document is there, but can't be read.
        write(home, "d/notes/plan.md", own.replace("metadata: {}", "metadata: [").as_bytes());
        let ran = folio.run(&["import", "d"]);
        assert!(ran.status == 3 && ran.out.contains("is there, and can't be read"), "{ran:?}");
    }

    async fn a_copy_of_a_conversation_takes_nothing_from_it(store: Store) {
        let thread = ThreadId::new("t5").unwrap();
        store.folio.messages().save(NewMessage::new(thread.clone(), "How?", "So.")).await.unwrap();
        let folio = Program::on(store.url());
        let home = folio.home.path();
        assert_eq!(folio.json(&["export", "markdown", "talks"])["added"], 1);
        let own = read(&home.join("talks/t5.md"));
        write(home, "talks/t5-copy.md", own.replace("So.", "Otherwise.").as_bytes());
        let ran = folio.run(&["import", "talks"]);
        assert!(ran.status == 3 && ran.out.contains("t5-copy.md: t5.md has this thread_id already"), "{ran:?}");
        let turns = store.folio.messages().recent(&thread, 9).await.unwrap();
        assert_eq!(turns[0].answer, "So.");
    }

    async fn an_archive_is_one_however_it_was_packed(store: Store) {
        put(&store, "a", "text").await;
        let folio = Program::on(store.url());
        let home = folio.home.path();
        assert_eq!(folio.run(&["export", "archive", "all.tar"]).status, 0);
        std::fs::create_dir(home.join("all")).unwrap();
        let tar = |arguments: &[&str]| {
            let done = std::process::Command::new("tar").args(arguments).current_dir(home).status();
            assert!(done.unwrap().success());
        };
        tar(&["-xf", "all.tar", "-C", "all"]);
        tar(&["-cf", "dots.tar", "-C", "all", "."]);
        tar(&["-cf", "below.tar", "all"]);
        tar(&["-cf", "late.tar", "-C", "all", "runs.jsonl", "documents.jsonl", "manifest.json", "document_history.jsonl", "conversations.jsonl",
            "thread_history.jsonl", "message_history.jsonl", "batches.jsonl", "acts.jsonl", "files.jsonl"]);
        for file in ["dots.tar", "below.tar", "late.tar"] {
            assert_eq!(folio.json(&["import", file])["documents"]["skipped"], 1, "{file}");
        }
        let unpacked = folio.run(&["import", "all"]);
        assert!(unpacked.status == 1 && unpacked.said.contains("tar -cf all.tar -C all ."), "{unpacked:?}");
        // One that is no archive of Folio's, and what is no text at all.
        write(home, "lines.jsonl", b"{\"thread_id\":\"t\",\"question\":\"q\",\"answer\":\"a\"}\n");
        tar(&["-cf", "lines.tar", "lines.jsonl"]);
        let refused = folio.run(&["import", "lines.tar"]);
        assert!(refused.status == 1 && refused.said.contains("unpack it first"), "{refused:?}");
        let other = Program::new();
        assert_eq!(other.run_with(&["doc", "put", "b"], b"text").status, 0);
        let database = other.home.path().join(".local/share/folio/folio.db").display().to_string();
        let refused = folio.run(&["import", &database]);
        assert!(refused.status == 1 && refused.said.contains("folio copy"), "{refused:?}");
        assert_eq!(store.value::<i64>("SELECT count(*) FROM message").await, 0);
    }

    async fn what_a_line_of_a_document_has_beside_is_kept(store: Store) {
        let folio = Program::on(store.url());
        let lines = [
            json!({"code": "k", "content": "x", "tags": ["t"], "title": "My title", "author": "Ada"}),
            json!({"code": "l", "content": "x", "name": "Own", "title": "Other", "metadata": {"n": 1}}),
            json!({"code": "m", "content": "x"}),
        ];
        write(folio.home.path(), "documents.jsonl", lines.map(|line| format!("{line}\n")).concat().as_bytes());
        assert_eq!(folio.json(&["import", "documents.jsonl"])["imported"], 3);
        assert_eq!(folio.json(&["import", "documents.jsonl"])["skipped"], 3, "twice is once");
        let found = store.folio.documents().get_many(&["k", "l", "m"]).await.unwrap();
        let found: Vec<_> = found.iter().map(|found| (found.name.as_str(), found.metadata.clone())).collect();
        let expected = [
            ("My title", json!({"tags": ["t"], "title": "My title", "author": "Ada"})),
            ("Own", json!({"title": "Other", "n": 1})),
            ("m", json!({})),
        ];
        assert_eq!(found, expected);
    }

    async fn a_document_that_comes_back_goes_on_behind_its_history(store: Store) {
        let folio = Program::on(store.url());
        for kind in ["documents", "folder", "archive"] {
            put(&store, kind, "one").await;
            let file = format!("of {kind}");
            assert_eq!(folio.run(&["export", kind, &file]).status, 0);
            put(&store, kind, "two").await;
            store.folio.documents().delete(kind).await.unwrap();
            assert_eq!(folio.run(&["import", &file]).status, 0);
            assert_eq!(content(&store, kind).await, "one");
            put(&store, kind, "three").await;
            put(&store, kind, "four").await;
            let page = PageRequest::first(9);
            let history = store.folio.documents().history(kind, &page).await.unwrap().unwrap().items;
            let versions: Vec<i64> = history.iter().map(|revision| revision.version).collect();
            assert_eq!(versions, [4, 3, 2, 1], "{kind}");
            // Again there is nothing to do but to take the file's text.
            assert_eq!(folio.run(&["export", kind, &file, "--prune"]).status, if kind == "folder" { 0 } else { 2 });
        }
    }

    async fn a_folder_with_something_else_in_it_is_told_of(store: Store) {
        let folio = Program::on(store.url());
        let home = folio.home.path();
        write(home, "pictures/one.png", b"\x89PNG");
        let refused = folio.run(&["import", "pictures"]);
        assert!(refused.status == 1 && refused.said.contains("no files of an export (.md), and no conversations.json"), "{refused:?}");
        let node = |parent: Option<&str>, role: &str, text: &str| json!({"parent": parent, "message": {"author": {"role": role}, "content": {"content_type": "text", "parts": [text]}}});
        let chats = json!([{"id": "c", "title": "T", "mapping": {"1": node(None, "user", "How?"), "2": node(Some("1"), "assistant", "So.")}, "current_node": "2"}]);
        write(home, "chats/conversations.json", chats.to_string().as_bytes());
        write(home, "chats/user.json", b"{}");
        let taken = folio.json(&["import", "chats"]);
        assert_eq!((&taken["imported"], &taken["failed"]), (&2.into(), &0.into()), "{taken}");
        std::fs::create_dir(home.join("empty")).unwrap();
        assert_eq!(folio.json(&["import", "empty"])["total"], 0, "as an empty store leaves it");
    }

    async fn what_people_write_beside_the_fields_of_an_export_is_metadata(store: Store) {
        put(&store, "a", "text").await;
        let folio = Program::on(store.url());
        let path = folio.home.path().join("out/a.md");
        assert_eq!(folio.json(&["export", "folder", "out"])["added"], 1);
        let text = read(&path);
        std::fs::write(&path, text.replace("name: a\n", "name: a\ntags:\n  - new\ndate: 2026-01-31\n")).unwrap();
        assert_eq!(folio.json(&["import", "out"])["updated"], 1);
        let found = store.folio.documents().get("a").await.unwrap().unwrap();
        assert_eq!(found.metadata, json!({"tags": ["new"], "date": "2026-01-31"}));
        assert_eq!(folio.json(&["export", "folder", "out"])["updated"], 1, "the file is the export's again");
        assert_eq!(folio.json(&["import", "out"])["skipped"], 1);
    }

    async fn messages_of_standard_input_need_a_name(store: Store) {
        let folio = Program::on(store.url());
        let messages = br#"[{"type":"human","data":{"content":"one?"}},{"type":"ai","data":{"content":"1"}}]"#;
        let refused = folio.run_with(&["import", "-"], messages);
        assert!(refused.status == 3 && refused.out.contains("--thread ID names one"), "{refused:?}");
        assert_eq!(store.value::<i64>("SELECT count(*) FROM message").await, 0);
        let taken = folio.run_with(&["import", "-", "--thread", "t"], messages);
        assert_eq!(taken.status, 0, "{taken:?}");
        let turns = store.folio.messages().recent(&ThreadId::new("t").unwrap(), 9).await.unwrap();
        assert_eq!(turns.len(), 1);
    }

    async fn numbers_that_would_become_others_are_refused(store: Store) {
        let folio = Program::on(store.url());
        write(folio.home.path(), "documents.jsonl", b"{\"code\":\"a\",\"content\":\"x\",\"metadata\":{\"n\":12345678901234567890123}}\n{\"code\":\"b\",\"content\":\"x\",\"metadata\":{\"n\":9007199254740993}}\n");
        write(folio.home.path(), "turns.jsonl", b"{\"thread_id\":\"t\",\"question\":\"q\",\"answer\":\"a\",\"n\":12345678901234567890123}\n");
        for (file, imported) in [("documents.jsonl", 1), ("turns.jsonl", 0)] {
            let ran = folio.run(&["import", file, "--json"]);
            assert_eq!((ran.status, &ran.json()["imported"], &ran.json()["failed"]), (3, &imported.into(), &1.into()), "{ran:?}");
            assert!(ran.out.contains("more digits than are kept"), "{ran:?}");
        }
        let kept = store.folio.documents().get("b").await.unwrap().unwrap();
        assert_eq!(kept.metadata, json!({"n": 9_007_199_254_740_993_u64}));
    }

    async fn what_is_too_old_is_a_time_that_has_passed(store: Store) {
        let thread = ThreadId::new("t").unwrap();
        store.folio.messages().save(NewMessage::new(thread.clone(), "How?", "So.")).await.unwrap();
        let folio = Program::on(store.url());
        for (age, said) in [("2099-01-01", "has not come yet"), ("1y", "a year is 365d"), ("3m", "a month is 30d")] {
            let refused = folio.run(&["purge", "--threads", age]);
            assert!(refused.status == 2 && refused.said.contains(said), "{refused:?}");
        }
        assert!(store.folio.threads().get(&thread).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_version_is_meant_where_a_command_takes_one() {
    let store = Store::fresh(Kind::Sqlite).await;
    put(&store, "n", "one").await;
    put(&store, "n", "two").await;
    let folio = Program::on(store.url());
    assert_eq!(folio.run(&["doc", "get", "n", "--version", "1"]).out, "one");
    assert_eq!(
        folio.run(&["doc", "restore", "n", "--version", "1"]).status,
        0
    );
    assert_eq!(content(&store, "n").await, "one");
    assert_eq!(folio.run(&["doc", "list", "--version"]).status, 2);
}
