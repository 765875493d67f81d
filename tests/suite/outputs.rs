//! The files that exports write: what they may take the place of, and what they never do.

use std::path::Path;

use service::{DocumentChange, NewDocument, NewMessage, ThreadId};
use support::program::Program;
use support::{Kind, Store, on_both};

async fn fill(store: &Store) {
    store
        .folio
        .documents()
        .insert(NewDocument::new("a", "A", "one"))
        .await
        .unwrap();
    say(store, "t", "How?").await;
}

async fn say(store: &Store, id: &str, question: &str) {
    let thread = ThreadId::new(id).unwrap();
    store
        .folio
        .messages()
        .save(NewMessage::new(thread, question, "So."))
        .await
        .unwrap();
}

/// The embedded file of a store.
fn file_of(store: &Store) -> Option<String> {
    let path = store.url().strip_prefix("sqlite://")?;
    path.strip_suffix("?mode=rwc").map(str::to_owned)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

const KINDS: [&[&str]; 4] = [
    &["export", "documents"],
    &["export", "threads"],
    &["export", "archive"],
    &["export", "markdown", "--thread", "t"],
];

on_both! {
    async fn no_export_takes_the_place_of_a_store(store: Store) {
        fill(&store).await;
        let folio = Program::on(store.url());
        let other = Program::new();
        assert_eq!(other.run_with(&["doc", "put", "kept"], b"text").status, 0);
        let others = other.home.path().join(".local/share/folio/folio.db").display().to_string();
        let own = file_of(&store);
        let journal = own.as_ref().map(|own| format!("{own}-journal"));
        for kind in KINDS {
            for file in [Some(&others), own.as_ref(), journal.as_ref()].into_iter().flatten() {
                for force in [&[][..], &["--force"]] {
                    let refused = folio.run(&[kind, &[file], force].concat());
                    assert_eq!(refused.status, 1, "{refused:?}");
                    let why = ["the store itself", "a part of the store", "a database of SQLite", "a database of this name is in use"];
                    assert!(why.iter().any(|why| refused.said.contains(why)), "{refused:?}");
                }
            }
        }
        assert_eq!(other.run(&["doc", "get", "kept"]).out, "text");
        assert_eq!(folio.run(&["doc", "get", "a"]).out, "one");
    }

    async fn an_export_takes_the_place_of_earlier_ones_and_of_nothing_else(store: Store) {
        fill(&store).await;
        let folio = Program::on(store.url());
        let home = folio.home.path();
        let mine = "# My notes\n\n{\"code\":\"a\",\"content\":\"by hand\"}\n";
        let by_hand = "{\"code\":\"a\",\"content\":\"by hand\"}\n";
        for kind in KINDS {
            for text in [mine, by_hand] {
                std::fs::write(home.join("mine"), text).unwrap();
                let refused = folio.run(&[kind, &["mine"]].concat());
                assert!(refused.status == 1 && refused.said.contains("--force"), "{refused:?}");
                assert_eq!(read(&home.join("mine")), text);
            }
            assert_eq!(folio.run(&[kind, &["mine", "--force"]].concat()).status, 0);
            assert_ne!(read(&home.join("mine")), mine);
            // What it wrote itself it writes over, with what is new in it.
            assert_eq!(folio.run(&[kind, &["mine"]].concat()).status, 0);
            std::fs::write(home.join("empty"), "").unwrap();
            assert_eq!(folio.run(&[kind, &["empty"]].concat()).status, 0);
        }
        // An export of another kind is none of these.
        assert_eq!(folio.run(&["export", "documents", "lines"]).status, 0);
        assert_eq!(folio.run(&["export", "threads", "lines"]).status, 1);
        assert_eq!(folio.run(&["export", "archive", "lines"]).status, 1);
        assert_eq!(folio.run(&["export", "folder", "out", "--force"]).status, 2);
    }

    async fn a_conversation_that_somebody_changed_in_its_file_is_left(store: Store) {
        fill(&store).await;
        say(&store, "u", "Who?").await;
        let folio = Program::on(store.url());
        let file = folio.home.path().join("t.md");
        let export = ["export", "markdown", "t.md", "--thread", "t"];
        assert_eq!(folio.json(&export)["exported"], 1);
        say(&store, "t", "And then?").await;
        assert_eq!(folio.json(&export)["exported"], 2, "as it was written");
        let edited = read(&file).replace("So.", "So, and not otherwise.");
        std::fs::write(&file, &edited).unwrap();
        let refused = folio.run(&export);
        assert!(refused.status == 1 && refused.said.contains("t.md: it was changed since it was written"), "{refused:?}");
        assert_eq!(read(&file), edited);
        // What was taken in is the export's again, and another conversation's file is not.
        assert_eq!(folio.json(&["import", "t.md"])["updated"], 2);
        assert_eq!(folio.json(&export)["exported"], 2);
        let other = folio.run(&["export", "markdown", "t.md", "--thread", "u"]);
        assert!(other.status == 1 && other.said.contains("the file of another one"), "{other:?}");
    }

    async fn a_program_that_puts_a_mark_before_a_text_makes_no_other_file_of_it(store: Store) {
        fill(&store).await;
        let folio = Program::on(store.url());
        let marked = |file: &str| {
            let path = folio.home.path().join(file);
            std::fs::write(&path, format!("\u{feff}{}", read(&path))).unwrap();
        };
        assert_eq!(folio.json(&["export", "folder", "out"])["added"], 1);
        assert_eq!(folio.json(&["export", "markdown", "talks"])["added"], 1);
        marked("out/a.md");
        marked("talks/t.md");
        assert_eq!(folio.json(&["import", "out"])["skipped"], 1);
        assert_eq!(folio.json(&["import", "talks"])["failed"], 0);
        assert_eq!(folio.json(&["export", "folder", "out"])["failed"], 0);
        assert_eq!(folio.json(&["export", "markdown", "talks"])["failed"], 0);
        store.folio.documents().update("a", &DocumentChange::new().content("two")).await.unwrap();
        assert_eq!(folio.json(&["export", "folder", "out"])["updated"], 1);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_is_written_through_and_a_file_keeps_its_rights() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let store = Store::fresh(Kind::Sqlite).await;
    fill(&store).await;
    let folio = Program::on(store.url());
    let home = folio.home.path();
    std::fs::create_dir(home.join("there")).unwrap();
    for (at, kind) in KINDS.iter().enumerate() {
        let (link, file) = (format!("link{at}"), home.join(format!("there/file{at}")));
        symlink(format!("there/file{at}"), home.join(&link)).unwrap();
        let export = [kind, &[link.as_str()][..]].concat();
        // Also where it leads to what is not there yet.
        assert_eq!(folio.run(&export).status, 0, "{export:?}");
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o640)).unwrap();
        assert_eq!(folio.run(&export).status, 0, "{export:?}");
        assert!(home.join(&link).is_symlink());
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640, "{export:?}");
    }
}

/// A table is locked, so the export waits until it is stopped.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_that_is_stopped_says_so_and_leaves_nothing() {
    use sea_orm::{ConnectionTrait, TransactionTrait};
    let store = Store::fresh(Kind::Postgres).await;
    fill(&store).await;
    let other = store.connection().await;
    let lock = other.begin().await.unwrap();
    lock.execute_unprepared("LOCK TABLE document IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    for kind in ["documents", "archive"] {
        let folio = Program::on(store.url());
        let mut export = folio.command(&["export", kind, "out"]);
        let export = export.stderr(std::process::Stdio::piped()).spawn().unwrap();
        let is_begun = || {
            let mut files = folio.home.path().read_dir().unwrap().flatten();
            files.any(|file| file.file_name().to_string_lossy().ends_with(".unfinished"))
        };
        let waits =
            "SELECT count(*) FROM pg_locks WHERE relation = 'document'::regclass AND NOT granted";
        while !is_begun() || store.value::<i64>(waits).await == 0 {
            tokio::task::yield_now().await;
        }
        let pid = export.id().to_string();
        let sent = std::process::Command::new("kill")
            .args(["-INT", &pid])
            .status();
        assert!(sent.unwrap().success());
        let ended = export.wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(
            ended.status.code() == Some(1) && said.contains("stopped: nothing was written"),
            "{said}"
        );
        assert!(!is_begun() && !folio.home.path().join("out").exists());
    }
    lock.rollback().await.unwrap();
    other.close().await.unwrap();
}
