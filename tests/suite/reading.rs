//! Who only reads changes nothing, and waits for nobody: embedded files under a lock, of other
//! programs, and where nothing can be written.

use std::path::Path;

use sea_orm::ConnectionTrait;
use service::{Access, Config, Folio, NewDocument};
use support::program::Program;
use support::{Kind, Store};

/// A store with one document, and its file.
async fn store() -> Store {
    let store = Store::fresh(Kind::Sqlite).await;
    store
        .folio
        .documents()
        .insert(NewDocument::new("a", "A", "a kestrel"))
        .await
        .unwrap();
    store
}

/// The journal mode that the file's own header tells: 2 is a log beside it.
fn writes_to_a_log(file: &Path) -> bool {
    std::fs::read(file).unwrap()[18] == 2
}

/// The commands end while the lock is held: it is given up only after them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_commands_do_not_wait_for_another_programs_lock() {
    let store = store().await;
    store.folio.close().await;
    let writer = store.connection().await;
    writer
        .execute_unprepared("BEGIN IMMEDIATE; UPDATE document SET name = 'theirs'")
        .await
        .unwrap();
    let program = Program::on(store.url());
    let start = std::time::Instant::now();
    for arguments in [
        &["doc", "list"][..],
        &["search", "kestrel"],
        &["health"],
        &["--read-only", "doc", "get", "a"],
    ] {
        let ran = program.run(arguments);
        assert_eq!(ran.status, 0, "{arguments:?}: {ran:?}");
    }
    // A lock is waited for by the ten seconds: one such wait at the end of each made forty.
    assert!(start.elapsed() < std::time::Duration::from_secs(30));
    writer.execute_unprepared("ROLLBACK").await.unwrap();
}

#[tokio::test]
async fn a_handle_that_wrote_closes_without_waiting_for_a_lock() {
    let store = store().await;
    let writer = store.connection().await;
    writer.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    let closed = store.folio.close_within(std::time::Duration::MAX);
    let patience = std::time::Duration::from_secs(8);
    tokio::time::timeout(patience, closed).await.unwrap();
    writer.execute_unprepared("ROLLBACK").await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_only_read_is_not_made_and_keeps_its_journal() {
    let store = store().await;
    let folder = tempfile::tempdir().unwrap();
    let program = |file: &Path| Program::on(&format!("sqlite://{}?mode=rwc", file.display()));

    let missing = folder.path().join("below/none.db");
    let ran = program(&missing).run(&["--read-only", "doc", "list"]);
    assert_eq!(ran.status, 1);
    assert!(ran.said.contains("read-only is not made"), "{ran:?}");
    assert!(!missing.parent().unwrap().exists());

    let backup = folder.path().join("backup.db");
    let made = Program::on(store.url()).run(&["backup", backup.to_str().unwrap()]);
    assert_eq!(made.status, 0, "{made:?}");
    let before = std::fs::read(&backup).unwrap();
    let ran = program(&backup).run(&["--read-only", "doc", "list"]);
    assert!(ran.status == 0 && ran.out.contains('a'), "{ran:?}");
    assert!(std::fs::read(&backup).unwrap() == before, "not one byte");

    // Nor is one of another program's changed by who may write.
    let theirs = Store::bare(Kind::Sqlite).await;
    theirs.sql("CREATE TABLE somebody_elses (x)").await;
    let file = theirs.url.strip_prefix("sqlite://").unwrap();
    let file = Path::new(file.split_once('?').unwrap().0);
    let ran = program(file).run(&["doc", "list"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(!writes_to_a_log(file));
    assert!(writes_to_a_log(&store.file()), "its own is");
}

#[tokio::test]
async fn a_copy_goes_into_nothing_that_is_only_read() {
    let store = store().await;
    let other = Store::fresh(Kind::Sqlite).await;
    let program = Program::new();
    let copy = |more: &[&str]| {
        let mut arguments = vec!["copy", "--from", store.url(), "--to", other.url()];
        arguments.extend(more);
        program.run(&arguments)
    };
    let refused = copy(&["--read-only"]);
    assert_eq!(refused.status, 1, "{refused:?}");
    assert!(refused.said.contains("read-only"), "{refused:?}");
    assert_eq!(other.folio.documents().count().await.unwrap(), 0);
    let refused = copy(&["--database-url", "sqlite://third.db"]);
    assert_eq!(refused.status, 2, "{refused:?}");
    assert!(refused.said.contains("--from"), "{refused:?}");
    assert_eq!(copy(&[]).status, 0);

    // The library refuses it by itself.
    let target = Config::sqlite(other.file()).with_access(Access::ReadOnly);
    let target = Folio::connect(target).await.unwrap();
    let go_on = service::CancellationToken::new();
    let error = store.folio.copy_to(&target, &go_on, |_| ()).await;
    assert!(error.unwrap_err().to_string().contains("read-only"));
}

/// As from a disk that can't be written to.
#[cfg(unix)]
#[tokio::test]
async fn a_file_where_nothing_can_be_written_is_read() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    let store = store().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("disk/folio.db");
    std::fs::create_dir(folder.path().join("disk")).unwrap();
    store.folio.close().await;
    std::fs::copy(store.file(), &file).unwrap();
    assert!(writes_to_a_log(&file), "the harder case");
    let allow = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let program = Program::on(&format!("sqlite://{}?mode=ro", file.display()));
    let list = |arguments: &[&str]| {
        let mut command = program.command(arguments);
        // Root may write anywhere.
        if std::fs::metadata("/root").is_ok() && std::fs::read_dir("/root").is_ok() {
            command.uid(65_534);
        }
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), said)
    };
    for path in [folder.path(), program.home.path()] {
        allow(path, 0o755);
    }
    allow(&file, 0o444);
    allow(&folder.path().join("disk"), 0o555);
    for arguments in [&["doc", "get", "a"][..], &["--read-only", "doc", "list"]] {
        assert_eq!(list(arguments), (Some(0), String::new()), "{arguments:?}");
    }

    // A log with changes belongs to the file, which is not the whole without it.
    let log = folder.path().join("disk/folio.db-wal");
    allow(&folder.path().join("disk"), 0o755);
    std::fs::write(&log, [0; 64]).unwrap();
    allow(&log, 0o444);
    allow(&folder.path().join("disk"), 0o555);
    let (status, said) = list(&["doc", "list"]);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("the folder has to be writable"), "{said}");
    allow(&folder.path().join("disk"), 0o755);
}
