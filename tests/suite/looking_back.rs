//! The program as scripts use it to look at what was deleted and done, and to bring it back.

use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::Value;
use service::{
    CancellationToken, DocumentFilter, DocumentSelection, Folio, Message, NewDocument, NewMessage,
    ThreadId,
};
use support::program::{Program, Ran};
use support::{Kind, Store, on_both};

const NOWHERE: &str = "0198c0de-0000-7000-8000-000000000000";

async fn say(folio: &Folio, thread: &str, question: &str) -> Message {
    let new = NewMessage::new(ThreadId::new(thread).unwrap(), question, "an answer");
    folio.messages().save(new).await.unwrap()
}

async fn write(folio: &Folio, codes: impl IntoIterator<Item = String>) {
    let codes: Vec<String> = codes.into_iter().collect();
    let done = folio.transaction(async |tx| {
        for code in codes {
            let new = NewDocument::new(code.as_str(), code.as_str(), "text");
            tx.documents().insert(new).await?;
        }
        Ok::<_, service::Error>(())
    });
    done.await.unwrap();
}

/// What a list has under this key, in its order.
fn all(result: &Value, key: &str) -> Vec<String> {
    let items = result["items"].as_array().unwrap();
    let text = |item: &Value| item[key].as_str().unwrap().to_owned();
    items.iter().map(text).collect()
}

fn fails(ran: &Ran, status: i32, words: &[&str]) {
    assert_eq!(ran.status, status, "{ran:?}");
    assert!(words.iter().all(|word| ran.said.contains(word)), "{ran:?}");
    assert!(ran.out.is_empty(), "{ran:?}");
}

on_both! {
    async fn what_one_deleted_another_finds_in_the_trash_and_brings_back(store: Store) {
        let (bob, program) = (store.folio.acting_as("bob"), Program::on(store.url()));
        write(&bob, ["a", "b"].map(str::to_owned)).await;
        let lone = say(&bob, "talk", "one?").await;
        say(&bob, "gone", "two?").await;
        for code in ["a", "b"] {
            bob.documents().delete(code).await.unwrap();
        }
        bob.messages().delete(lone.id).await.unwrap();
        bob.threads().delete(&ThreadId::new("gone").unwrap()).await.unwrap();

        let first = program.json(&["trash", "documents", "--limit", "1"]);
        assert_eq!((all(&first, "code"), all(&first, "changed_by")), (vec!["b".to_owned()], vec!["bob".to_owned()]));
        let rest = program.json(&["trash", "documents", "--cursor", first["next_cursor"].as_str().unwrap()]);
        assert_eq!((all(&rest, "code"), &rest["next_cursor"]), (vec!["a".to_owned()], &Value::Null));
        assert_eq!(program.run(&["trash", "documents", "--cursor", "nonsense"]).status, 2);

        let threads = program.json(&["trash", "threads"]);
        let thread = &threads["items"][0];
        assert_eq!((&thread["id"], &thread["deleted_by"], &thread["message_count"]), (&"gone".into(), &"bob".into(), &1.into()));
        // The turns of a deleted thread are in the trash with it.
        let turns = program.json(&["trash", "messages"]);
        assert_eq!((all(&turns, "question"), all(&turns, "deleted_by")), (vec!["one?".to_owned()], vec!["bob".to_owned()]));
        for (kind, words) in [("documents", " by bob  b  b  version 1"), ("threads", " by bob  gone  1 message\n"), ("messages", "  in talk\n  Q one?\n")] {
            let ran = program.run(&["trash", kind]);
            assert!(ran.status == 0 && ran.out.contains(words), "{ran:?}");
        }

        let id = lone.id.to_string();
        assert_eq!(program.json(&["message", "restore", &id])["question"], "one?");
        let back = program.json(&["thread", "restore", "gone"]);
        assert_eq!(back, serde_json::json!({"id": "gone", "restored": true, "messages": 1, "refused": []}));
        assert_eq!(program.run(&["doc", "restore", "b"]).status, 0);
        assert_eq!(store.folio.messages().get(lone.id).await.unwrap(), Some(lone));
        assert_eq!(all(&program.json(&["thread", "show", "gone"]), "question"), ["two?"]);
        for (kind, left) in [("documents", 1), ("threads", 0), ("messages", 0)] {
            assert_eq!(program.json(&["trash", kind])["items"].as_array().unwrap().len(), left, "{kind}");
        }
    }

    async fn a_row_is_found_however_much_was_deleted_after_it(store: Store) {
        let folio = &store.folio;
        let turn = say(folio, "kept", "first?").await;
        let thread = say(folio, "first", "q").await.thread_id;
        folio.messages().delete(turn.id).await.unwrap();
        folio.threads().delete(&thread).await.unwrap();
        let later: Vec<String> = (0..600).map(|n| format!("later-{n:03}")).collect();
        let done = folio.transaction(async |tx| {
            for id in &later {
                let thread = ThreadId::new(id.as_str())?;
                let turn = tx.messages().save(NewMessage::new(thread.clone(), "q", "a")).await?;
                tx.messages().delete(turn.id).await?;
                tx.threads().delete(&thread).await?;
            }
            Ok::<_, service::Error>(())
        });
        done.await.unwrap();
        let program = Program::on(store.url());
        assert_eq!(program.run(&["thread", "restore", "first"]).status, 0);
        assert_eq!(program.run(&["message", "restore", &turn.id.to_string()]).status, 0);
        assert_eq!(folio.messages().get(turn.id).await.unwrap(), Some(turn));
    }

    async fn what_can_not_come_back_says_why(store: Store) {
        let (folio, program) = (&store.folio, Program::on(store.url()));
        let alone = say(folio, "talk", "one?").await.id;
        let with_it = say(folio, "talk", "two?").await.id;
        let talk = ThreadId::new("talk").unwrap();
        fails(&program.run(&["thread", "restore", "talk"]), 1, &["\"talk\"", "is not in the trash"]);
        fails(&program.run(&["thread", "restore", "none"]), 1, &["no thread \"none\" in the trash", "folio trash threads"]);
        fails(&program.run(&["message", "restore", &alone.to_string()]), 1, &["is not in the trash"]);
        fails(&program.run(&["message", "restore", NOWHERE]), 1, &[NOWHERE, "folio trash messages"]);
        folio.messages().delete(alone).await.unwrap();
        folio.threads().delete(&talk).await.unwrap();
        fails(&program.run(&["message", "restore", &alone.to_string()]), 1, &["its thread is deleted", "nothing was changed"]);
        fails(&program.run(&["message", "restore", &with_it.to_string()]), 1, &["with its thread \"talk\"", "folio thread restore"]);
        say(folio, "talk", "another").await;
        fails(&program.run(&["thread", "restore", "talk"]), 1, &["a thread with its id", "nothing was changed"]);
        // Of two that had the id the one that was deleted last comes back.
        folio.threads().delete(&talk).await.unwrap();
        assert_eq!(program.run(&["thread", "restore", "talk"]).status, 0);
        assert_eq!(all(&program.json(&["thread", "show", "talk"]), "question"), ["another"]);
    }

    async fn a_thread_comes_back_without_the_turn_whose_id_is_taken(store: Store) {
        let (folio, program) = (&store.folio, Program::on(store.url()));
        let taken = say(folio, "talk", "one?").await;
        say(folio, "talk", "two?").await;
        folio.threads().delete(&taken.thread_id).await.unwrap();
        let other = NewMessage::new(ThreadId::new("other").unwrap(), "q", "a").with_id(taken.id);
        folio.messages().save(other).await.unwrap();
        let ran = program.run(&["thread", "restore", "talk", "--json"]);
        assert_eq!(ran.status, 3, "{ran:?}");
        let back = ran.json();
        assert_eq!((&back["messages"], &back["refused"][0]["id"]), (&1.into(), &taken.id.to_string().into()));
        assert!(ran.said.contains("not all"), "{ran:?}");
    }

    async fn a_turn_is_read_edited_deleted_and_all_that_taken_back(store: Store) {
        let program = Program::on(store.url());
        let turn = say(&store.folio, "talk", "one?\nor two?").await;
        let id = turn.id.to_string();
        assert_eq!(program.json(&["message", "get", &id]), serde_json::to_value(&turn).unwrap());
        assert!(program.run(&["message", "get", &id]).out.ends_with("  in talk\n  Q one?\n    or two?\n  A an answer\n"));

        let edited = program.json(&["message", "edit", &id, "--question", "three?"]);
        assert_eq!((&edited["outcome"], &edited["question"], &edited["answer"]), (&"updated".into(), &"three?".into(), &"an answer".into()));
        let read = program.run_with(&["message", "edit", &id, "--answer", "-", "--json"], "from a pipe\n".as_bytes()).json();
        assert_eq!((&read["question"], &read["answer"]), (&"three?".into(), &"from a pipe\n".into()));
        let again = program.json(&["message", "edit", &id, "--question", "three?"]);
        assert_eq!((&again["outcome"], &again["batch"]), (&"unchanged".into(), &Value::Null));
        let told = program.run(&["message", "edit", &id, "--question", "four?"]).out;
        let undo = told.split(['(', ')']).nth(1).unwrap().strip_suffix(" takes it back").unwrap();
        let undo: Vec<&str> = undo.split(' ').skip(1).collect();
        assert_eq!(program.run(&undo).out, "1 row is as before, 0 were left\n");
        assert_eq!(program.json(&["message", "get", &id])["question"], "three?");

        assert_eq!(program.json(&["message", "rm", &id]), serde_json::json!({"id": id, "deleted": true}));
        for command in [&["message", "get", &id][..], &["message", "rm", &id], &["message", "edit", &id, "--answer", "x"]] {
            fails(&program.run(command), 1, &["there is no message", &id]);
        }
        assert_eq!(program.run(&["message", "restore", &id]).out, format!("restored  {id}  to talk\n"));
        assert_eq!(program.json(&["message", "get", &id])["question"], "three?");
    }

    async fn a_thread_is_pinned_and_let_go(store: Store) {
        let program = Program::on(store.url());
        let thread = say(&store.folio, "talk", "one?").await.thread_id;
        let pinned = async || store.folio.threads().get(&thread).await.unwrap().unwrap().pinned;
        assert_eq!(program.json(&["thread", "pin", "talk"]), serde_json::json!({"id": "talk", "pinned": true}));
        assert!(pinned().await);
        assert_eq!(program.run(&["thread", "pin", "talk"]).out, "pinned  talk\n");
        assert_eq!(program.run(&["thread", "unpin", "talk"]).out, "unpinned  talk\n");
        assert!(!pinned().await);
        fails(&program.run(&["thread", "pin", "none"]), 1, &["no thread \"none\""]);
    }

    async fn a_change_of_many_is_found_looked_at_and_undone(store: Store) {
        let (bob, program) = (store.folio.acting_as("bob"), Program::on(store.url()));
        write(&bob, ["x/1", "x/2", "x/3", "y"].map(str::to_owned)).await;
        let of_x = DocumentSelection::Matching(DocumentFilter::all().code("x/"));
        bob.documents().delete_many(&of_x, &CancellationToken::new(), |_| {}).await.unwrap();
        let turn = say(&bob, "talk", "one?").await;
        assert_eq!(program.run(&["thread", "pin", "talk"]).status, 0);
        assert_eq!(program.run(&["message", "rm", &turn.id.to_string()]).status, 0);

        let everything = program.json(&["activity"]);
        assert_eq!(all(&everything, "action"), ["deleted", "pinned", "deleted"]);
        assert_eq!(all(&everything, "actor"), ["ada", "ada", "bob"]);
        assert_eq!(all(&program.json(&["activity", "--on", "threads"]), "label"), ["talk"]);
        assert_eq!(program.run(&["activity", "--json", "list"]).json(), everything);
        assert_eq!(program.json(&["activity", "list", "--by", "ada", "--limit", "1"])["items"].as_array().unwrap().len(), 1);
        let his = program.json(&["activity", "list", "--by", "bob", "--on", "documents"]);
        let batch = his["items"][0]["id"].as_str().unwrap();
        assert_eq!((&his["items"][0]["rows"], all(&his, "id").len()), (&3.into(), 1));
        let told = program.run(&["activity"]).out;
        assert!(told.contains(" by bob  deleted 3 documents: x/") && told.contains(" by ada  deleted message in talk\n"), "{told}");

        let shown = program.json(&["activity", "show", batch, "--limit", "2"]);
        assert_eq!((&shown["actor"], &shown["undo"]["deleted"], &shown["changes"][0]["action"]), (&"bob".into(), &3.into(), &"deleted".into()));
        let rest = program.json(&["activity", "show", batch, "--cursor", shown["next_cursor"].as_str().unwrap()]);
        assert_eq!(rest["changes"].as_array().unwrap().len(), 1);
        assert!(program.run(&["activity", "show", batch]).out.contains("an undo takes it back: 3 rows come back\n"));

        // One whose code is taken by then is left, and named.
        write(&bob, ["x/2".to_owned()]).await;
        let ran = program.run(&["activity", "undo", batch]);
        assert_eq!(ran.status, 3, "{ran:?}");
        assert_eq!(ran.out, "left  x/2 can't come back: another document has its code now\n2 rows are as before, 1 was left\n");
        assert!(ran.said.contains("not all"), "{ran:?}");
        bob.documents().delete("x/2").await.unwrap();
        let undone = program.run(&["activity", "undo", batch, "--json"]);
        assert_eq!(undone.status, 0, "{undone:?}");
        let undone = undone.json();
        assert_eq!((&undone["done"], &undone["unchanged"], &undone["refused_count"]), (&1.into(), &2.into(), &0.into()));
        assert_eq!(store.folio.documents().count().await.unwrap(), 4);
        let told = program.run(&["activity", "show", batch]).out;
        assert!(told.contains(&format!("{} took it back\n", undone["batch"].as_str().unwrap())), "{told}");
        assert!(program.run(&["activity"]).out.contains("  taken back\n"));
    }

    async fn what_was_purged_is_gone_and_says_so(store: Store) {
        let program = Program::on(store.url());
        write(&store.folio, ["a".to_owned()]).await;
        store.folio.documents().delete("a").await.unwrap();
        assert_eq!(program.run(&["purge", "--revisions", "0h"]).status, 0);
        let purge = all(&program.json(&["activity"]), "id").remove(0);
        let told = program.run(&["activity", "show", &purge]).out;
        assert!(told.contains("  purged 1 versions put aside before ") && told.contains("gone for good"), "{told}");
        let ran = program.run(&["activity", "undo", &purge]);
        assert!(ran.status == 3 && ran.out.contains("is gone for good\n0 rows are as before, 1 was left"), "{ran:?}");
        assert_eq!(program.run(&["trash", "documents"]).out, "");
    }

    async fn an_ingestion_is_a_batch_as_well(store: Store) {
        let program = Program::on(store.url());
        support::files::write(program.home.path(), "notes/a.md", b"text");
        let run = program.json(&["ingest", "notes"])["run"].as_str().unwrap().to_owned();
        assert_eq!(program.json(&["activity", "show", &run])["undo"]["added"], 1);
        assert_eq!(program.run(&["activity", "undo", &run]).out, "1 row is as before, 0 were left\n");
        assert!(program.run(&["runs"]).out.ends_with("  undone\n"));
    }

    async fn who_only_reads_changes_nothing(store: Store) {
        let (folio, program) = (&store.folio, Program::on(store.url()));
        let turn = say(folio, "talk", "one?").await.id.to_string();
        let gone = say(folio, "talk", "two?").await.id;
        say(folio, "gone", "three?").await;
        folio.messages().delete(gone).await.unwrap();
        folio.threads().delete(&ThreadId::new("gone").unwrap()).await.unwrap();
        let before = program.json(&["activity"]);
        let (gone, batch) = (gone.to_string(), before["items"][0]["id"].as_str().unwrap());
        for command in [
            &["thread", "restore", "gone"][..],
            &["thread", "pin", "talk"],
            &["thread", "unpin", "talk"],
            &["message", "edit", &turn, "--answer", "x"],
            &["message", "rm", &turn],
            &["message", "restore", &gone],
            &["activity", "undo", batch],
        ] {
            let ran = program.run(&[command, &["--read-only"]].concat());
            assert!(ran.status == 1 && ran.said.contains("read-only"), "{ran:?}");
        }
        assert_eq!(program.json(&["--read-only", "activity"]), before);
        assert_eq!(program.json(&["trash", "threads", "--read-only"])["items"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn what_is_not_there_is_told_with_where_to_look() {
    let program = Program::new();
    for command in [["activity", "show", NOWHERE], ["activity", "undo", NOWHERE]] {
        let words = [NOWHERE, "folio activity lists", "folio runs"];
        fails(&program.run(&command), 1, &words);
    }
    for command in [
        &["trash"][..],
        &["trash", "nonsense"],
        &["message", "get", "x"],
        &["message", "edit", NOWHERE],
        &[
            "message",
            "edit",
            NOWHERE,
            "--question",
            "-",
            "--answer",
            "-",
        ],
        &["activity", "undo", "x"],
        &["activity", "undo"],
        &["activity", "--by", "ada", "undo", NOWHERE],
        &["activity", "--limit", "5", "list"],
        &["activity", "--on", "nonsense"],
        &["activity", "--cursor", "nonsense"],
    ] {
        fails(&program.run(command), 2, &[]);
    }
}

#[tokio::test]
async fn nothing_that_was_deleted_or_done_acts_on_the_terminal() {
    let store = Store::fresh(Kind::Sqlite).await;
    let folio = store.folio.acting_as("\u{1b}[31mred\u{7}");
    let program = Program::on(store.url());
    let name = "\u{1b}]0;t\u{7}\u{202e}";
    write(&folio, [name.to_owned()]).await;
    folio.documents().delete(name).await.unwrap();
    let turn = say(&folio, name, name).await;
    let (id, thread) = (turn.id.to_string(), turn.thread_id);
    let mut told = vec![
        program.run(&["message", "get", &id]),
        program.run(&["message", "rm", &id]),
    ];
    folio.threads().rename(&thread, Some(name)).await.unwrap();
    told.push(program.run(&["trash", "messages"]));
    told.push(program.run(&["message", "restore", &id]));
    told.push(program.run(&["message", "edit", &id, "--answer", name]));
    folio.threads().delete(&thread).await.unwrap();
    told.push(program.run(&["trash", "threads"]));
    told.push(program.run(&["trash", "documents"]));
    told.push(program.run(&["message", "restore", &id]));
    told.push(program.run(&["thread", "restore", name]));
    told.push(program.run(&["thread", "pin", name]));
    told.push(program.run(&["thread", "restore", name]));
    told.push(program.run(&["activity"]));
    for batch in all(&program.json(&["activity"]), "id") {
        told.push(program.run(&["activity", "show", &batch]));
        told.push(program.run(&["activity", "undo", &batch]));
    }
    for ran in told {
        let acts = |text: &str| text.contains(['\u{1b}', '\u{202e}', '\u{7}']);
        assert!(!acts(&ran.out) && !acts(&ran.said), "{ran:?}");
        assert!(!ran.out.is_empty() || !ran.said.is_empty(), "{ran:?}");
    }
}

/// Ctrl-c comes while the first transaction of the undo waits for a table.
#[cfg(unix)]
#[tokio::test]
async fn an_undo_that_is_stopped_says_how_it_goes_on() {
    let store = Store::fresh(Kind::Postgres).await;
    write(&store.folio, (0..1_200).map(|n| format!("{n:04}"))).await;
    let every = DocumentSelection::Matching(DocumentFilter::all());
    let go_on = CancellationToken::new();
    let documents = store.folio.documents();
    let deleted = documents.delete_many(&every, &go_on, |_| {}).await;
    let batch = deleted.unwrap().batch.to_string();
    let connection = store.connection().await;
    let held = connection.begin().await.unwrap();
    let lock = "LOCK TABLE document IN SHARE MODE";
    held.execute_unprepared(lock).await.unwrap();
    let program = Program::on(store.url());
    let mut command = program.command(&["activity", "undo", &batch]);
    let child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let waiting =
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'document'::regclass";
    while store.value::<i64>(waiting).await == 0 {
        tokio::task::yield_now().await;
    }
    let mut kill = std::process::Command::new("kill");
    let sent = kill.args(["-INT", &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
    held.rollback().await.unwrap();
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(3), "{said}");
    let next = format!("stopped; folio activity undo {batch} goes on with the rest");
    assert!(said.contains(&next), "{said}");
    let rest = program.json(&["activity", "undo", &batch]);
    assert!(rest["unchanged"].as_u64().unwrap() >= 500, "{rest}");
    assert_eq!(store.folio.documents().count().await.unwrap(), 1_200);
}
