//! Conversations as a folder of Markdown, out and in again.

use std::collections::BTreeMap;

use service::{
    ActivityFilter, CancellationToken, Message, NewMessage, PageRequest, Stale, Thread,
    ThreadFilter, ThreadId,
};
use support::program::Program;
use support::{Kind, Store, on_both};

use crate::folders::{counts, import, taken};

/// Conversations with what Markdown and file systems may trip over: 5 of them, 123 turns.
async fn say(store: &Store) {
    let mut lines = String::new();
    for n in 0..120 {
        let (minute, second) = (n / 60, n % 60);
        lines += &serde_json::json!({"thread_id": "long", "question": format!("q {n}"), "answer": format!("a {n}"), "created_at": format!("2026-01-01T00:{minute:02}:{second:02}Z")}).to_string();
        lines.push('\n');
    }
    for (thread, question, answer) in [
        (
            "a",
            "<!-- folio-answer -->\n\\<!-- folio-turn",
            "\n\n## assistant\n\n",
        ),
        ("A", "", "```\nopen"),
        ("a/../b", "\r\n\u{feff}x\r", "<!-- folio-end -->"),
    ] {
        lines += &serde_json::json!({"thread_id": thread, "user_id": "a -->\nb", "question": question, "answer": answer, "metadata": {"-->": [1.5, null]}}).to_string();
        lines.push('\n');
    }
    lines += "{\"type\":\"thread\",\"thread_id\":\"../empty\",\"user_id\":null,\"title\":\"no: turns\\n#\",\"pinned\":true,\"created_at\":\"2026-01-01T00:00:00Z\"}\n";
    let go_on = CancellationToken::new();
    let report = store
        .folio
        .import_turns(std::io::Cursor::new(lines), &go_on, |_| ())
        .await
        .unwrap();
    assert_eq!((report.imported, report.failed), (124, 0), "{report:?}");
    store
        .folio
        .threads()
        .rename(&ThreadId::new("A").unwrap(), Some("A title"))
        .await
        .unwrap();
}

async fn talks(store: &Store) -> BTreeMap<String, (Thread, Vec<Message>)> {
    let mut talks = BTreeMap::new();
    let page = PageRequest::first(100);
    for thread in store
        .folio
        .threads()
        .list(&ThreadFilter::all(), &page)
        .await
        .unwrap()
        .items
    {
        let turns = store
            .folio
            .messages()
            .recent(&thread.id, 1_000)
            .await
            .unwrap();
        talks.insert(thread.id.to_string(), (thread, turns));
    }
    talks
}

on_both! {
    async fn conversations_go_into_a_folder_of_markdown_and_come_back(store: Store) {
        say(&store).await;
        let folder = tempfile::tempdir().unwrap();
        let go_on = CancellationToken::new();
        let export = async |store: &Store| store.folio.export_thread_folder(folder.path(), Stale::Delete, &go_on, |_| ()).await.unwrap();
        let first = export(&store).await;
        assert_eq!((first.total, counts(&first)), (5, (5, 0, 0, 0)), "{first:?}");
        assert_eq!(counts(&export(&store).await), (0, 0, 5, 0), "twice is once");

        let other = Store::fresh(match store.kind { Kind::Sqlite => Kind::Postgres, Kind::Postgres => Kind::Sqlite }).await;
        assert_eq!(taken(&import(&other, folder.path()).await), (128, 0, 0, 0));
        assert_eq!(talks(&other).await, talks(&store).await, "with ids, users, titles, pins and times");
        assert_eq!(taken(&import(&other, folder.path()).await), (0, 0, 128, 0), "twice is once");
        assert_eq!(counts(&export(&other).await), (0, 0, 5, 0), "and so is the way back");
        // A new turn changes one file; one that somebody has changed is left; one that is cut is told.
        other.folio.messages().save(NewMessage::new(ThreadId::new("long").unwrap(), "more", "said")).await.unwrap();
        other.folio.threads().delete(&ThreadId::new("../empty").unwrap()).await.unwrap();
        let path = folder.path().join("a.md");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.split("<!-- folio-answer").next().unwrap()).unwrap();
        let second = export(&other).await;
        assert_eq!((counts(&second), second.removed), ((0, 1, 2, 1), 1), "{second:?}");
        let back = import(&store, folder.path()).await;
        assert_eq!((back.imported, back.failed), (1, 1), "{back:?}");
        assert!(back.errors[0].error.contains("not whole"), "{back:?}");
    }

    async fn of_a_cut_conversation_it_is_told_what_was_taken(store: Store) {
        let line = |n: u32| format!("{{\"thread_id\":\"t\",\"question\":\"q {n}\",\"answer\":\"a\",\"created_at\":\"2026-01-01T{:02}:{:02}:00Z\"}}\n", n / 60, n % 60);
        let lines: String = (0..1_100).map(line).collect();
        store.folio.import_turns(std::io::Cursor::new(lines), &CancellationToken::new(), |_| ()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        store.folio.export_thread_folder(folder.path(), Stale::Keep, &CancellationToken::new(), |_| ()).await.unwrap();
        let path = folder.path().join("t.md");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.split("q 1050\n").next().unwrap()).unwrap();
        let other = Store::fresh(Kind::Sqlite).await;
        let back = import(&other, folder.path()).await;
        let stored = other.folio.threads().get(&ThreadId::new("t").unwrap()).await.unwrap().unwrap().message_count;
        assert_eq!((stored, back.imported, back.failed), (1_050, 1_051, 1), "its turns, and itself: {back:?}");
        assert!(back.errors[0].error.contains("not whole; 1050 turns before that are in the store"), "{back:?}");
    }

    async fn a_turn_that_was_changed_in_its_file_is_changed_in_the_store(store: Store) {
        say(&store).await;
        let folder = tempfile::tempdir().unwrap();
        let go_on = CancellationToken::new();
        let export = async || store.folio.export_thread_folder(folder.path(), Stale::Keep, &go_on, |_| ()).await.unwrap();
        assert_eq!(counts(&export().await), (5, 0, 0, 0));
        let path = folder.path().join("long.md");
        let edit = |from: &str, to: &str| {
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.contains(from), "{from}");
            std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        };
        edit("\nq 7\n", "\nq 7, in other words\n");
        edit("\na 9\n", "\na 9\nand more\n");
        edit("thread_id: long\n", "thread_id: long\ntitle: A long one\n");
        assert_eq!(taken(&import(&store, folder.path()).await), (1, 2, 125, 0), "two turns, and the title that was lacking");
        assert_eq!(taken(&import(&store, folder.path()).await), (0, 0, 128, 0), "twice is once");
        let long = ThreadId::new("long").unwrap();
        let turns = store.folio.messages().recent(&long, 200).await.unwrap();
        let said = |n: usize| (turns[119 - n].question.as_str(), turns[119 - n].answer.as_str());
        assert_eq!((said(7), said(8), said(9)), (("q 7, in other words", "a 7"), ("q 8", "a 8"), ("q 9", "a 9\nand more")));
        assert_eq!(store.folio.threads().get(&long).await.unwrap().unwrap().title.as_deref(), Some("A long one"));
        // The file is the export's again; another title is a change as well; all of an import is undone at once.
        assert_eq!(counts(&export().await), (0, 1, 4, 0));
        edit("title: A long one", "title: Another one");
        edit("\nq 8\n", "\nq 8!\n");
        edit("\na 8\n", "\na 8!\n");
        assert_eq!(taken(&import(&store, &path).await), (0, 2, 119, 0));
        let page = PageRequest::first(1);
        let last = store.folio.activity().list(&ActivityFilter::default(), &page).await.unwrap().items.remove(0);
        let undone = store.folio.activity().undo(last.id, &go_on, |_| ()).await.unwrap();
        assert_eq!((undone.done, undone.refused_count), (2, 0), "{undone:?}");
        let turns = store.folio.messages().recent(&long, 200).await.unwrap();
        assert_eq!((turns[111].question.as_str(), turns[111].answer.as_str()), ("q 8", "a 8"));
        assert_eq!(store.folio.threads().get(&long).await.unwrap().unwrap().title.as_deref(), Some("A long one"));
    }

    async fn line_ends_of_windows_change_no_turn(store: Store) {
        say(&store).await;
        let folder = tempfile::tempdir().unwrap();
        let go_on = CancellationToken::new();
        store.folio.export_thread_folder(folder.path(), Stale::Keep, &go_on, |_| ()).await.unwrap();
        let before = talks(&store).await;
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let text = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n").replace('\n', "\r\n");
                std::fs::write(&path, format!("\u{feff}{text}")).unwrap();
            }
        }
        let report = import(&store, &folder.path().join("long.md")).await;
        assert_eq!(taken(&report), (0, 0, 121, 0), "{report:?}");
        assert_eq!(talks(&store).await, before);
        let other = Store::fresh(Kind::Sqlite).await;
        assert_eq!(taken(&import(&other, &folder.path().join("long.md")).await), (121, 0, 0, 0));
        assert_eq!(talks(&other).await["long"], before["long"]);
    }

    async fn files_that_say_the_same_are_one_conversation_and_a_bad_one_stops_no_other(store: Store) {
        let folder = tempfile::tempdir().unwrap();
        let talk = "---\nfolio-thread: 1\nthread_id: by hand\n---\n<!-- folio-turn {\"created_at\":\"2026-01-01T00:00:00Z\"} -->\nHow?\n<!-- folio-answer -->\nSo.\n<!-- folio-end -->\n";
        for name in ["a.md", "c.md"] {
            std::fs::write(folder.path().join(name), talk).unwrap();
        }
        std::fs::write(folder.path().join("b.md"), talk.replace("<!-- folio-answer -->", "")).unwrap();
        std::fs::write(folder.path().join("d.md"), talk.replace("by hand", "other").replace("2026-01-01", "soon")).unwrap();
        for imported in [3, 0] {
            let report = import(&store, folder.path()).await;
            assert_eq!((report.total, report.imported, report.failed), (4, imported, 2), "{report:?}");
            let told: Vec<(&str, &str)> = report.errors.iter().map(|error| (error.file.as_str(), error.error.as_str())).collect();
            assert!(told[0].0 == "b.md" && told[0].1.contains("no answer"), "{told:?}");
            assert!(told[1].0 == "d.md" && told[1].1.contains("turn 1: created_at"), "{told:?}");
        }
        assert_eq!(store.folio.messages().recent(&ThreadId::new("by hand").unwrap(), 9).await.unwrap().len(), 1);
    }

    async fn lines_that_are_at_odds_over_an_id_are_told(store: Store) {
        let line = |thread: &str, id: u32, question: &str| format!("{{\"thread_id\":\"{thread}\",\"question\":\"{question}\",\"answer\":\"a\",\"id\":\"0198c0de-0000-7000-8000-{id:012}\",\"created_at\":\"2026-01-01T00:00:00Z\"}}\n");
        let lines = line("t", 1, "one") + &line("t", 1, "one") + &line("t", 1, "other") + &line("u", 1, "one") + &line("t", 2, "two");
        for imported in [2, 0] {
            let report = store.folio.import_turns(std::io::Cursor::new(lines.clone()), &CancellationToken::new(), |_| ()).await.unwrap();
            assert_eq!((report.imported, report.updated, report.failed), (imported, 0, 2), "{report:?}");
            assert_eq!(report.imported + report.skipped + report.failed, 5);
            let told: Vec<(u64, &str)> = report.errors.iter().map(|error| (error.line, error.error.as_str())).collect();
            assert!(told[0].0 == 3 && told[0].1.contains("an earlier line"), "{told:?}");
            assert!(told[1].0 == 4 && told[1].1.contains("another conversation"), "{told:?}");
        }
        let turns = store.folio.messages().recent(&ThreadId::new("t").unwrap(), 9).await.unwrap();
        assert_eq!(turns.iter().map(|turn| turn.question.as_str()).collect::<Vec<_>>(), ["two", "one"]);
    }

    async fn the_program_writes_and_reads_markdown(store: Store) {
        say(&store).await;
        let folio = Program::on(store.url());
        let one = folio.run(&["export", "markdown", "-", "--thread", "long"]);
        assert!(one.out.contains("\n## user, 2026-01-01 00:00:00 UTC\n\nq 0\n\n<!-- folio-answer -->\n\n## assistant\n\na 0\n\n"), "{one:?}");
        assert_eq!(folio.json(&["export", "markdown", "one.md", "--thread", "long"])["exported"], 120);
        assert_eq!(folio.json(&["import", "one.md"])["skipped"], 121);
        assert_eq!(folio.json(&["export", "markdown", "talks"])["added"], 5);
        assert_eq!(folio.json(&["import", "talks"])["skipped"], 128);
        assert_eq!(folio.run(&["export", "markdown", "-", "--thread", "nobody"]).status, 1);
        assert_eq!(folio.run(&["export", "threads", "-", "--thread", "long"]).status, 2);
        assert_eq!(folio.run(&["export", "markdown", "-"]).status, 2);
    }
}
