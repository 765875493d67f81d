//! How the program speaks and ends: who it says did something, who stopped reading, and what was
//! given wrongly.

use std::process::{Command, Stdio};

use service::NewDocument;
use support::program::Program;
use support::{Kind, Store};

#[cfg(unix)]
#[tokio::test]
async fn where_no_variable_tells_the_user_the_system_does() {
    let store = Store::fresh(Kind::Sqlite).await;
    let new = NewDocument::new("a", "A", "text");
    store.folio.documents().insert(new).await.unwrap();
    let program = Program::on(store.url());
    let mut command = program.command(&["doc", "rm", "a"]);
    command.env_remove("USER");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let user = Command::new("id").arg("-un").output().unwrap().stdout;
    let user = String::from_utf8(user).unwrap();
    let actor: String = store.value("SELECT actor FROM audit_batch").await;
    assert_eq!(actor, user.trim());
}

/// As `| head -c1` does.
#[tokio::test]
async fn an_export_whose_reader_has_gone_ends_quietly() {
    let store = Store::fresh(Kind::Sqlite).await;
    for n in 0..40 {
        // More in all than a pipe holds.
        let new = NewDocument::new(n.to_string(), "n", "text ".repeat(2_000));
        store.folio.documents().insert(new).await.unwrap();
    }
    for what in ["documents", "archive"] {
        let program = Program::on(store.url());
        let mut child = program
            .command(&["export", what, "-"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && said.is_empty(),
            "{what}: {said} {output:?}"
        );
    }
}

#[tokio::test]
async fn what_is_given_wrongly_is_told_by_what_it_is() {
    let store = Store::fresh(Kind::Sqlite).await;
    let program = Program::on(store.url());
    for metadata in ["[1]", "{"] {
        let ran = program.run(&["doc", "put", "a", "--metadata", metadata]);
        assert_eq!(ran.status, 2, "{ran:?}");
        assert!(ran.said.contains("--metadata is no JSON"), "{ran:?}");
    }

    let file = program.home.path().join("out");
    std::fs::write(&file, "mine").unwrap();
    let ran = program.run(&["export", "folder", file.to_str().unwrap()]);
    assert_eq!(ran.status, 1);
    assert!(ran.said.contains("it is no folder"), "{ran:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");

    let folder = program.home.path().display();
    let ran = Program::on(&format!("sqlite://{folder}")).run(&["doc", "list"]);
    assert_eq!(ran.status, 1);
    assert!(ran.said.contains("check that it is a file"), "{ran:?}");
}
