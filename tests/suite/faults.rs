//! What goes wrong, what is said about it, and what became of the data.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait;
use service::error::FailureKind;
use service::{Config, Error, Fate, Folio, NewDocument, RetryPolicy};
use support::{Kind, Store};

fn impatient(mut config: Config) -> Config {
    config.retry = RetryPolicy::never();
    config.acquire_timeout = Duration::from_secs(2);
    config
}

fn kind(error: &Error) -> &FailureKind {
    &error.failure().unwrap_or_else(|| panic!("{error:?}")).kind
}

#[tokio::test]
async fn connections_that_the_server_ended_are_replaced_unnoticed() {
    let store = Store::fresh(Kind::Postgres).await;
    store
        .folio
        .documents()
        .insert(NewDocument::new("a", "A", "t"))
        .await
        .unwrap();
    for n in 0..5 {
        store
            .sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
            .await;
        assert!(store.folio.documents().get("a").await.unwrap().is_some());
        store
            .folio
            .documents()
            .upsert(NewDocument::new("a", "A", format!("t{n}")))
            .await
            .unwrap();
    }
    assert_eq!(
        store
            .folio
            .documents()
            .get("a")
            .await
            .unwrap()
            .unwrap()
            .version,
        6
    );
}

#[tokio::test]
async fn a_connection_lost_inside_a_transaction_is_told_and_rolls_back() {
    let store = Store::fresh(Kind::Postgres).await;
    let result = store
        .folio
        .transaction(async |tx| {
            tx.documents().insert(NewDocument::new("a", "A", "t")).await?;
            store
                .sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
                .await;
            tx.documents().insert(NewDocument::new("b", "B", "t")).await?;
            Ok::<_, Error>(())
        })
        .await;
    let error = result.unwrap_err();
    assert!(error.is_transient(), "{error:?}");
    assert_ne!(error.fate(), Fate::Unknown, "{error}");
    assert_eq!(store.folio.documents().count().await.unwrap(), 0);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    // A port that nobody listens on: it was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let config =
        Config::from_url(&format!("postgres://ada:opensesame@127.0.0.1:{port}/folio")).unwrap();
    let start = Instant::now();
    let error = Folio::connect(impatient(config)).await.unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(20));
    assert_eq!(
        (kind(&error), error.fate()),
        (&FailureKind::Unreachable, Fate::NeverRan)
    );
    assert!(error.to_string().contains(&port.to_string()), "{error}");
    assert!(
        !format!("{error} {error:?}").contains("opensesame"),
        "{error:?}"
    );
}

/// A server that answers the start of a session with this error.
fn refusing(code: &'static str, message: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut start = [0; 1024];
            // The request for TLS is declined, the session refused.
            let mut read = stream.read(&mut start).unwrap_or(0);
            if start[..read].ends_with(&80_877_103_u32.to_be_bytes()) {
                drop(stream.write_all(b"N"));
                read = stream.read(&mut start).unwrap_or(0);
            }
            if read == 0 {
                continue;
            }
            let fields = format!("SFATAL\0VFATAL\0C{code}\0M{message}\0\0");
            let length = u32::try_from(fields.len() + 4).unwrap();
            drop(
                stream.write_all(
                    &[b"E".as_slice(), &length.to_be_bytes(), fields.as_bytes()].concat(),
                ),
            );
        }
    });
    port
}

#[tokio::test]
async fn a_wrong_password_is_not_repeated_anywhere() {
    let port = refusing("28P01", "password authentication failed for user \"ada\"");
    let config =
        Config::from_url(&format!("postgres://ada:opensesame@127.0.0.1:{port}/folio")).unwrap();
    let error = Folio::connect(impatient(config)).await.unwrap_err();
    assert_eq!(kind(&error), &FailureKind::Authentication, "{error:?}");
    assert!(!error.is_transient());
    assert!(!format!("{error} {error:?}").contains("opensesame"));
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named() {
    let url = Store::bare(Kind::Postgres)
        .await
        .url
        .replace("folio_test", "folio_nobody");
    let error = Folio::connect(impatient(Config::from_url(&url).unwrap()))
        .await
        .unwrap_err();
    assert_eq!(kind(&error), &FailureKind::NoSuchDatabase);
    assert!(error.to_string().contains("folio_nobody"), "{error}");
}

#[tokio::test]
async fn a_file_that_is_not_there_is_not_made_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("typo.db");
    let error = Folio::connect(Config::from_url(&format!("sqlite://{}", path.display())).unwrap())
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("typo.db") && error.to_string().contains("mode=rwc"),
        "{error}"
    );
    assert!(!path.exists());
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_alone() {
    let folder = support::files::folder(&[(
        "notes.db",
        &b"these are my notes, not a database. ".repeat(100),
    )]);
    let path = folder.path().join("notes.db");
    let before = std::fs::read(&path).unwrap();
    let error = Folio::connect(impatient(Config::sqlite(&path)))
        .await
        .unwrap_err();
    assert_eq!(kind(&error), &FailureKind::Corrupt, "{error:?}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_full_disk_is_told_and_loses_nothing() {
    let store = Store::fresh(Kind::Sqlite).await;
    store
        .folio
        .documents()
        .insert(NewDocument::new("kept", "K", "before"))
        .await
        .unwrap();
    // The one connection that writes may take no more pages than it has.
    let writer = store.folio.connection().await.unwrap();
    writer
        .execute_unprepared("PRAGMA max_page_count = 1")
        .await
        .unwrap();
    drop(writer);
    let big = NewDocument::new("big", "B", "words ".repeat(200_000));
    let error = store.folio.documents().insert(big).await.unwrap_err();
    assert_eq!(kind(&error), &FailureKind::Full, "{error:?}");
    assert_ne!(error.fate(), Fate::Unknown);
    assert!(error.to_string().contains("disk is full"), "{error}");
    let again = store.again(impatient).await;
    assert_eq!(again.documents().count().await.unwrap(), 1);
    let whole: String = store.value("PRAGMA integrity_check").await;
    assert_eq!(whole, "ok");
}

#[tokio::test]
async fn a_file_locked_by_another_program_is_waited_for_and_then_told_of() {
    let store = Store::fresh(Kind::Sqlite).await;
    let other = store.again(impatient).await;
    let held = store.folio.connection().await.unwrap();
    held.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    let error = other
        .documents()
        .insert(NewDocument::new("a", "A", "t"))
        .await
        .unwrap_err();
    assert_eq!(kind(&error), &FailureKind::Locked, "{error:?}");
    assert!(error.is_transient());
    assert!(
        other
            .documents()
            .list(service::DocumentSort::Code, &service::PageRequest::first(1))
            .await
            .is_ok(),
        "readers go on"
    );
    held.execute_unprepared("COMMIT").await.unwrap();
    other
        .documents()
        .insert(NewDocument::new("a", "A", "t"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_table_locked_on_the_server_ends_in_a_timeout() {
    let store = Store::fresh(Kind::Postgres).await;
    let folio = store
        .again(|mut config| {
            config.command_timeout = Duration::from_millis(300);
            impatient(config)
        })
        .await;
    let held = store.folio.connection().await.unwrap();
    let transaction = sea_orm::TransactionTrait::begin(&*held).await.unwrap();
    transaction
        .execute_unprepared("LOCK TABLE document IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    let error = folio.documents().get("a").await.unwrap_err();
    assert_eq!(kind(&error), &FailureKind::Timeout, "{error:?}");
    transaction.rollback().await.unwrap();
    assert_eq!(folio.documents().get("a").await.unwrap(), None);
}

#[tokio::test]
async fn a_replica_says_that_it_is_one() {
    let store = Store::fresh(Kind::Postgres).await;
    let name: String = store.value("SELECT current_database()::text").await;
    store
        .sql(&format!(
            "ALTER DATABASE {name} SET default_transaction_read_only = on"
        ))
        .await;
    let folio = store.again(impatient).await;
    assert!(folio.health().await.read_only);
    let error = folio
        .documents()
        .insert(NewDocument::new("a", "A", "t"))
        .await
        .unwrap_err();
    assert_eq!(kind(&error), &FailureKind::ReadOnly, "{error:?}");
}

/// A file that may not be written to. Root may write to any, so the mode in the URL does it too.
#[tokio::test]
async fn a_read_only_file_is_read_and_not_written() {
    let store = Store::fresh(Kind::Sqlite).await;
    store
        .folio
        .documents()
        .insert(NewDocument::new("a", "A", "t"))
        .await
        .unwrap();
    store.folio.close().await;
    let url = format!("sqlite://{}?mode=ro", store.file().display());
    let folio = Folio::connect(impatient(Config::from_url(&url).unwrap()))
        .await
        .unwrap();
    assert!(folio.documents().get("a").await.unwrap().is_some());
    assert!(folio.health().await.read_only);
    let error = folio.documents().delete("a").await.unwrap_err();
    assert_eq!(kind(&error), &FailureKind::ReadOnly, "{error:?}");
    assert!(folio.documents().get("a").await.unwrap().is_some());
}

#[tokio::test]
async fn one_retry_policy_serves_several_calls_together() {
    let store = Store::fresh(Kind::Sqlite).await;
    let mut tries = 0;
    let result = store
        .folio
        .retry(&RetryPolicy::default(), service::Repeat::Idempotent, || {
            tries += 1;
            let folio = store.folio.clone();
            async move {
                folio
                    .documents()
                    .upsert(NewDocument::new("a", "A", "t"))
                    .await
            }
        })
        .await;
    assert!(result.is_ok());
    assert_eq!(tries, 1);
}
