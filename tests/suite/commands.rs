//! The program as scripts use it.

use serde_json::Value;
use support::files::{folder, write};
use support::on_both;
use support::program::Program;

fn codes(result: &Value, list: &str, key: &str) -> Vec<String> {
    let items = result[list].as_array().unwrap();
    items
        .iter()
        .map(|item| item[key].as_str().unwrap().to_owned())
        .collect()
}

on_both! {
    async fn a_folder_goes_in_is_found_and_comes_back_byte_for_byte(store: Store) {
        let folio = Program::on(store.url());
        let text = "# Kestrels\r\n\r\ntrailing  \n\n";
        let files = folder(&[("birds/kestrel.md", text.as_bytes()), ("other.md", b"nothing here")]);
        let path = files.path().to_str().unwrap();
        let first = folio.json(&["ingest", path]);
        assert_eq!((&first["added"], &first["total"], &first["failed_count"]), (&2.into(), &2.into(), &0.into()));
        let again = folio.json(&["ingest", path]);
        assert_eq!((&again["unchanged"], &again["added"]), (&2.into(), &0.into()));
        let found = folio.json(&["search", "kestrel"]);
        assert_eq!(codes(&found, "hits", "code"), ["birds/kestrel"]);
        assert_eq!((&found["total"], &found["total_is_exact"], &found["truncated"]), (&1.into(), &true.into(), &false.into()));
        let got = folio.run(&["doc", "get", "birds/kestrel"]);
        assert_eq!((got.status, got.out.as_str()), (0, text));
    }

    async fn what_fails_in_part_ends_with_three(store: Store) {
        let folio = Program::on(store.url());
        let files = folder(&[("good.md", b"fine"), ("bad.md", b"\xff\xfe\xff")]);
        let ran = folio.run(&["ingest", files.path().to_str().unwrap(), "--json"]);
        assert_eq!(ran.status, 3, "{ran:?}");
        let report = ran.json();
        assert_eq!((&report["success_count"], &report["failed_count"]), (&1.into(), &1.into()));
        let told = folio.run(&["ingest", files.path().to_str().unwrap()]);
        assert!(told.out.contains("bad.md"), "{told:?}");
    }

    async fn documents_are_put_listed_changed_and_restored(store: Store) {
        let folio = Program::on(store.url());
        let put = |text: &str| {
            let ran = folio.run_with(&["doc", "put", "a", "--name", "A", "--json"], text.as_bytes());
            assert_eq!(ran.status, 0, "{ran:?}");
            ran.json()["outcome"].as_str().unwrap().to_owned()
        };
        assert_eq!([put("one"), put("one"), put("two")], ["inserted", "unchanged", "updated"]);
        let refused = folio.run_with(&["doc", "put", "a", "--if-version", "1"], b"three");
        assert_eq!(refused.status, 1);
        assert!(refused.said.contains("version 1") && refused.said.contains('2'), "{refused:?}");
        assert_eq!(folio.run(&["doc", "get", "a", "--at", "1"]).out, "one");
        assert_eq!(codes(&folio.json(&["doc", "history", "a"]), "items", "action"), ["updated"]);
        assert_eq!(folio.run(&["doc", "rm", "a"]).status, 0);
        assert_eq!(folio.run(&["doc", "get", "a"]).status, 1);
        assert_eq!(folio.run(&["doc", "restore", "a"]).status, 0);
        assert_eq!(folio.run(&["doc", "get", "a"]).out, "two");
        assert_eq!(codes(&folio.json(&["doc", "list"]), "items", "code"), ["a"]);
    }

    async fn lists_go_on_from_their_cursors(store: Store) {
        let folio = Program::on(store.url());
        for n in 0..5 {
            store.folio.documents().insert(service::NewDocument::new(format!("d{n}"), "n", "t")).await.unwrap();
        }
        let mut met = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut arguments = vec!["doc", "list", "--sort", "code", "--limit", "2"];
            arguments.extend(cursor.as_deref().map(|cursor| ["--cursor", cursor]).into_iter().flatten());
            let page = folio.json(&arguments);
            met.extend(codes(&page, "items", "code"));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => break,
            }
        }
        assert_eq!(met, ["d0", "d1", "d2", "d3", "d4"]);
        assert_eq!(folio.run(&["doc", "list", "--cursor", "nonsense"]).status, 2);
    }

    async fn documents_are_listed_by_their_tags_and_beginnings(store: Store) {
        let folio = Program::on(store.url());
        for (code, tags) in [("a/1", ["red", "big"]), ("a/2", ["red", "small"]), ("b/1", ["red", "big"])] {
            let metadata = serde_json::json!({ "tags": tags });
            let new = service::NewDocument::new(code, code, "t").with_metadata(metadata);
            store.folio.documents().insert(new).await.unwrap();
        }
        for (arguments, listed) in [
            (["--tag", "Red", "--sort", "code"], vec!["a/1", "a/2", "b/1"]),
            (["--tag", "red", "--tag", "big"], vec!["b/1", "a/1"]),
            (["--tag", "big", "--code", "a/"], vec!["a/1"]),
            (["--tag", "none", "--name", "a"], vec![]),
            (["--code", "a/", "--name", "a/2"], vec!["a/2"]),
        ] {
            let page = folio.json(&[&["doc", "list"][..], &arguments[..]].concat());
            assert_eq!(codes(&page, "items", "code"), listed, "{arguments:?}");
        }
    }

    async fn conversations_are_kept_shown_and_fitted(store: Store) {
        let folio = Program::on(store.url());
        for (question, answer) in [("one?", "1"), ("two?", "2"), ("three?", "3")] {
            let ran = folio.run(&["thread", "add", "t", "--user", "ada", "--question", question, "--answer", answer]);
            assert_eq!(ran.status, 0, "{ran:?}");
        }
        assert_eq!(codes(&folio.json(&["thread", "show", "t"]), "items", "question"), ["three?", "two?", "one?"]);
        assert_eq!(codes(&folio.json(&["thread", "list", "--user", "ada"]), "items", "id"), ["t"]);
        let shown = folio.json(&["thread", "context", "t", "--roles", "user", "--tokens", "1"]);
        let messages = shown.as_array().or_else(|| shown["messages"].as_array()).unwrap();
        assert_eq!((messages.len(), &messages[0]["role"], &messages[0]["content"]), (2, &"user".into(), &"three?".into()));
        assert_eq!(folio.run(&["thread", "rename", "t", "A talk"]).status, 0);
        assert_eq!(folio.json(&["thread", "list"])["items"][0]["title"], "A talk");
        assert_eq!(folio.run(&["thread", "rm", "t"]).status, 0);
        assert_eq!(folio.run(&["thread", "rm", "t"]).status, 1);
    }

    async fn many_queries_are_answered_a_line_each(store: Store) {
        let folio = Program::on(store.url());
        store.folio.documents().insert(service::NewDocument::new("a", "A", "a kestrel")).await.unwrap();
        let ran = folio.run_with(&["search", "--stdin"], b"kestrel\nnothing\n\"\n");
        let totals: Vec<u64> = ran.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["total"].as_u64().unwrap()).collect();
        assert_eq!(totals, [1, 0, 0], "{ran:?}");
        let dashed = folio.run(&["search", "--json", "--", "-kestrel"]);
        assert_eq!(dashed.json()["total"], 0);
    }

    async fn turns_are_imported_once(store: Store) {
        let folio = Program::on(store.url());
        write(folio.home.path(), "turns.jsonl", b"{\"thread_id\":\"t\",\"user_id\":7,\"question\":\"q\",\"answer\":\"a\"}\nbroken\n");
        let ran = folio.run(&["import", "turns.jsonl", "--json"]);
        assert_eq!(ran.status, 3, "{ran:?}");
        let report = ran.json();
        assert_eq!((&report["imported"], &report["failed"], &report["errors"][0]["line"]), (&1.into(), &1.into(), &2.into()));
        assert_eq!(folio.run(&["import", "turns.jsonl", "--json"]).json()["skipped"], 1);
    }

    async fn an_archive_goes_through_pipes(store: Store) {
        let folio = Program::on(store.url());
        assert_eq!(folio.run_with(&["doc", "put", "a"], b"text of a").status, 0);
        let packed = folio.run(&["export", "archive", "-"]);
        assert_eq!(packed.status, 0, "{packed:?}");
        assert!(packed.out.starts_with("manifest.json\0") && packed.said.contains("exported in 9 parts"), "{}", packed.said);
        let other = Program::new();
        let taken = other.run_with(&["import", "-", "--json"], packed.out.as_bytes());
        assert_eq!((taken.status, &taken.json()["documents"]["imported"]), (0, &1.into()), "{taken:?}");
        assert_eq!(other.run(&["doc", "get", "a"]).out, "text of a");
        let cut = &packed.out.as_bytes()[..packed.out.len() / 2];
        let refused = other.run_with(&["import", "-"], cut);
        assert!(refused.status == 1 && refused.said.contains("the input is no whole archive"), "{refused:?}");
    }

    async fn what_a_run_did_is_shown_in_pages(store: Store) {
        let folio = Program::on(store.url());
        for name in ["a", "b", "c"] {
            write(folio.home.path(), &format!("notes/{name}.md"), name.as_bytes());
        }
        let run = folio.json(&["ingest", "notes"])["run"].as_str().unwrap().to_owned();
        let first = folio.json(&["runs", "show", &run, "--limit", "2"]);
        assert_eq!(codes(&first, "changes", "label"), ["c", "b"]);
        let rest = folio.json(&["runs", "show", &run, "--cursor", first["next_cursor"].as_str().unwrap()]);
        assert_eq!((codes(&rest, "changes", "label"), &rest["next_cursor"]), (vec!["a".to_owned()], &Value::Null));
        assert!(folio.run(&["runs", "show", &run, "--limit", "2"]).out.contains("more: --cursor "));
        assert_eq!(folio.run(&["runs", "undo", &run]).out, "3 documents are as before, 0 were left\n");
        assert!(folio.run(&["runs"]).out.ends_with("  undone\n"));
    }

    async fn a_store_that_is_well_says_so_to_scripts(store: Store) {
        let health = Program::on(store.url()).json(&["health"]);
        assert_eq!((&health["healthy"], &health["migrations_pending"]), (&true.into(), &0.into()));
    }

    async fn a_reader_changes_nothing(store: Store) {
        let ran = Program::on(store.url()).run_with(&["doc", "put", "a", "--read-only"], b"text");
        assert_eq!(ran.status, 1);
        assert!(ran.said.contains("read-only"), "{ran:?}");
        assert_eq!(store.folio.documents().count().await.unwrap(), 0);
    }
}

#[test]
fn the_embedded_default_needs_no_set_up() {
    let folio = Program::new();
    assert_eq!(folio.run_with(&["doc", "put", "a"], b"text").status, 0);
    assert_eq!(folio.run(&["doc", "get", "a"]).out, "text");
    assert!(
        folio
            .home
            .path()
            .join(".local/share/folio/folio.db")
            .exists()
    );
    let logs: Vec<_> = std::fs::read_dir(folio.home.path().join(".local/state/folio/logs"))
        .unwrap()
        .collect();
    assert_eq!(logs.len(), 1);
}

#[test]
fn nothing_of_what_is_stored_is_logged() {
    let folio = Program::new();
    drop(folio.run_with(&["doc", "put", "a"], b"the secret kestrel"));
    drop(folio.run(&["search", "secret kestrel"]));
    drop(folio.run(&[
        "thread",
        "add",
        "t",
        "--question",
        "secret?",
        "--answer",
        "kestrel",
    ]));
    for file in std::fs::read_dir(folio.home.path().join(".local/state/folio/logs")).unwrap() {
        let log = std::fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(
            !log.is_empty() && !log.contains("kestrel") && !log.contains("secret"),
            "{log}"
        );
    }
}

#[test]
fn what_is_packed_or_taken_for_something_else_is_told() {
    let folio = Program::new();
    for (bytes, what) in [
        (b"PK\x03\x04\x14\0".as_slice(), "a zip file"),
        (b"\x1f\x8b\x08\0", "packed by gzip"),
    ] {
        let ran = folio.run_with(&["import", "-"], bytes);
        assert!(
            ran.status == 1 && ran.said.contains(what) && ran.said.contains("unpack it first"),
            "{ran:?}"
        );
    }
    let ran = folio.run_with(&["import", "-"], b"{\"a\": 1}\n{\"a\": 2}\n");
    assert!(
        ran.status == 3 && ran.said.contains("--kind tells what it is"),
        "{ran:?}"
    );
    let ran = folio.run_with(&["import", "-", "--kind", "messages"], b"# Notes\n");
    assert!(
        ran.status == 1 && ran.said.contains("it is no JSON"),
        "{ran:?}"
    );
}

#[test]
fn what_is_called_wrongly_is_misused() {
    let folio = Program::new();
    for arguments in [
        &["nonsense"][..],
        &["doc", "get"],
        &["search"],
        &["ingest"],
        &["doc", "list", "--limit", "0"],
        &["doc", "list", "--limit", "1001"],
        &["ingest", ".", "--include", "["],
        &["ingest", ".", "--exclude", "["],
        &["ingest", ".", "--exclude", ""],
        &["ingest", ".", "--ext", ""],
        &["runs", "show", "x"],
    ] {
        let ran = folio.run(arguments);
        assert_eq!(ran.status, 2, "{ran:?}");
        assert!(ran.out.is_empty() && !ran.said.is_empty());
    }
    assert_eq!(folio.run(&["--help"]).status, 0);
    assert!(folio.run(&["--version"]).out.starts_with("folio "));
}

#[test]
fn settings_that_are_wrong_are_told_with_their_source() {
    let folio = Program::new();
    write(
        folio.home.path(),
        "bad.toml",
        b"database_url = \"oracle://scott:tiger@host/x\"",
    );
    let ran = folio.run(&["--config", "bad.toml", "doc", "list"]);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(
        ran.said.contains("bad.toml")
            && ran.said.contains("database_url")
            && !ran.said.contains("tiger"),
        "{ran:?}"
    );
    write(folio.home.path(), ".env", b"DB_MAX_CONNECTIONS=many");
    let ran = folio.run(&["doc", "list"]);
    assert!(
        ran.said.contains(".env") && ran.said.contains("DB_MAX_CONNECTIONS"),
        "{ran:?}"
    );
}

#[test]
fn what_is_not_there_is_named() {
    let folio = Program::new();
    for (arguments, word) in [
        (&["ingest", "missing-folder"][..], "missing-folder"),
        (&["import", "missing.jsonl"], "missing.jsonl"),
        (&["doc", "get", "missing-code"], "missing-code"),
        (&["thread", "show", "missing-thread"], "missing-thread"),
        (
            &["--database-url", "sqlite://missing.db", "doc", "list"],
            "missing.db",
        ),
    ] {
        let ran = folio.run(arguments);
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(ran.said.contains(word), "{ran:?}");
    }
}

#[test]
fn nothing_stored_acts_on_the_terminal() {
    let folio = Program::new();
    drop(folio.run_with(
        &["doc", "put", "\u{1b}[31mred\u{202e}", "--name", "\u{7}bell"],
        b"\x1b]0;title\x07 kestrel",
    ));
    for arguments in [
        &["doc", "list"][..],
        &["search", "kestrel"],
        &["doc", "history", "\u{1b}[31mred\u{202e}"],
        &["doc", "get", "\u{1b}[31mmissing"],
    ] {
        let ran = folio.run(arguments);
        assert!(
            !ran.out.contains('\u{1b}') && !ran.said.contains(['\u{1b}', '\u{202e}', '\u{7}']),
            "{ran:?}"
        );
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folio = Program::new();
    let files: Vec<(String, String)> = (0..300)
        .map(|n| (format!("{n}.md"), "text".to_owned()))
        .collect();
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    let files = folder(&files);
    drop(folio.run(&["ingest", files.path().to_str().unwrap()]));
    let mut command = folio.command(&["doc", "list", "--limit", "1000"]);
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_run_that_is_killed_leaves_a_whole_store() {
    let folio = Program::on("sqlite://killed.db?mode=rwc");
    let database = folio.home.path().join("killed.db");
    let text = "words and more words ".repeat(400);
    let files: Vec<(String, String)> = (0..3_000)
        .map(|n| (format!("{n:05}.md"), format!("{n} {text}")))
        .collect();
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    let files = folder(&files);
    let path = files.path().to_str().unwrap().to_owned();
    drop(folio.run(&["doc", "list"]));
    let bytes = || database.metadata().unwrap().len();
    let before = bytes();
    let mut child = folio
        .command(&["ingest", &path])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // Killed as soon as the first documents are there: only what is committed comes to this file.
    while bytes() < before + (1 << 20) {
        assert!(
            child.try_wait().unwrap().is_none(),
            "it ended before it could be killed"
        );
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let report = folio.json(&["ingest", &path]);
    assert_eq!(report["failed_count"], 0);
    assert_eq!(report["success_count"], 3_000);
    assert!(
        report["unchanged"].as_u64().unwrap() > 0,
        "what was written stayed: {}",
        report["unchanged"]
    );
    assert_eq!(
        folio.json(&["search", "words", "--limit", "1"])["total"],
        3_000
    );
}
