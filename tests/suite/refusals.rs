//! What an exchange refuses, and says so at once.

use std::io::Cursor;

use service::error::{ConnectionError, IngestionError};
use service::{Access, CancellationToken, Error, NewMessage, Overwrite, ThreadFilter, ThreadId};
use service::{NewDocument, PageRequest};
use support::files::write;
use support::program::Program;
use support::{Kind, Store, on_both};

fn go_on() -> CancellationToken {
    CancellationToken::new()
}

/// So many that a batch is full and the last one empty.
fn lines(line: impl Fn(usize) -> String) -> Cursor<String> {
    Cursor::new((0..1_000).map(|n| line(n) + "\n").collect())
}

on_both! {
    async fn a_store_that_can_t_be_written_to_refuses_an_import_once(store: Store) {
        let closed = store.again(|config| config.with_access(Access::ReadOnly)).await;
        let documents = lines(|n| format!("{{\"code\":\"d{n}\",\"content\":\"x\"}}"));
        let refused = closed.import_documents(documents, &go_on(), |_| ()).await.unwrap_err();
        assert!(matches!(refused, Error::Connection(ConnectionError::ReadOnly { .. })), "{refused:?}");
        let turns = lines(|n| format!("{{\"thread_id\":\"t\",\"question\":\"{n}\",\"answer\":\"x\"}}"));
        let refused = closed.import_turns(turns, &go_on(), |_| ()).await.unwrap_err();
        assert!(matches!(refused, Error::Connection(ConnectionError::ReadOnly { .. })), "{refused:?}");
        // Where there is nothing to write, nothing is refused.
        let nothing = closed.import_documents(Cursor::new("\n\n"), &go_on(), |_| ()).await.unwrap();
        assert_eq!((nothing.total, nothing.failed), (0, 0));
    }

    async fn a_copy_writes_nothing_into_a_store_that_has_conversations_of_its_own(store: Store) {
        store.folio.documents().insert(NewDocument::new("d", "D", "text")).await.unwrap();
        let own = Store::fresh(Kind::Sqlite).await;
        own.folio.messages().save(NewMessage::new(ThreadId::new("own").unwrap(), "q", "a")).await.unwrap();
        let error = store.folio.copy_to(&own.folio, &go_on(), |_| ()).await.unwrap_err();
        assert!(matches!(error, Error::Ingestion(IngestionError::NotACopy { .. })), "{error:?}");
        assert_eq!(own.folio.documents().count().await.unwrap(), 0);
    }

    async fn versions_and_times_that_no_store_can_have_are_refused_by_line(store: Store) {
        let documents = "{\"code\":\"a\",\"content\":\"x\",\"version\":9223372036854775807}\n{\"code\":\"b\",\"content\":\"x\",\"version\":0}\n{\"code\":\"c\",\"content\":\"x\",\"version\":7}\n";
        let report = store.folio.import_documents(Cursor::new(documents), &go_on(), |_| ()).await.unwrap();
        assert_eq!((report.imported, report.failed), (1, 2), "{report:?}");
        assert!(report.errors[0].error.contains("version"), "{report:?}");
        let turn = |at: &str| format!("{{\"thread_id\":\"t\",\"question\":\"q\",\"answer\":\"a\",\"created_at\":{at}}}\n");
        let turns = turn("-99999999999") + &turn("253402300800") + &turn("253402300799") + &turn("1e18");
        let report = store.folio.import_turns(Cursor::new(turns), &go_on(), |_| ()).await.unwrap();
        assert_eq!((report.imported, report.failed), (1, 3), "{report:?}");
        assert_eq!(store.folio.threads().list(&ThreadFilter::all(), &PageRequest::first(9)).await.unwrap().items.len(), 1);
    }

    async fn the_program_takes_no_device_for_a_file_and_counts_as_people_do(store: Store) {
        let folio = Program::on(store.url());
        let home = folio.home.path();
        write(home, "one.jsonl", b"{\"code\":\"a\",\"content\":\"text\"}\n");
        let taken = folio.run(&["import", "one.jsonl"]);
        assert!(taken.out.ends_with("1 line: 1 imported, 0 changed, 0 there already, 0 failed\n"), "{taken:?}");
        let made = std::process::Command::new("mkfifo").arg(home.join("pipe")).status().unwrap();
        assert!(made.success());
        for what in [["export", "documents", "pipe"], ["export", "archive", "pipe"]] {
            let refused = folio.run(&what);
            assert!(refused.status == 1 && refused.said.contains("something else than a file"), "{refused:?}");
        }
        // What an editor on Windows has made of a file of an export is one still.
        assert_eq!(folio.json(&["export", "folder", "out"])["added"], 1);
        let text = std::fs::read_to_string(home.join("out/a.md")).unwrap();
        write(home, "out/a.md", text.replace('\n', "\r\n").as_bytes());
        assert_eq!(folio.json(&["import", "out/a.md"])["failed"], 0);
        // What is there beside the archive is nobody's but who put it there, and is left alone.
        write(home, "all.tar.unfinished/own.txt", b"mine");
        assert_eq!(folio.run(&["export", "archive", "all.tar"]).status, 0);
        assert_eq!(std::fs::read(home.join("all.tar.unfinished/own.txt")).unwrap(), b"mine");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_backup_is_in_a_folder_whose_name_sqlite_takes() {
    use std::os::unix::ffi::OsStrExt;
    let store = Store::fresh(Kind::Sqlite).await;
    let home = tempfile::tempdir().unwrap();
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9");
    let folder = home.path().join(name);
    std::fs::create_dir(&folder).unwrap();
    let refused = store
        .folio
        .backup(&folder.join("copy.db"), Overwrite::Never)
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("not UTF-8"), "{refused}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    // Its own name is no matter: it gets that when it is whole.
    let path = home.path().join(name).with_extension("db");
    store.folio.backup(&path, Overwrite::Never).await.unwrap();
    assert!(path.is_file());
}
