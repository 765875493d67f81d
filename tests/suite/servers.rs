//! More servers than one, and how they are spoken to: replicas, and encryption.

use std::time::Duration;

use service::error::{ConnectionError, FailureKind};
use service::{Config, Error, Folio, NewDocument, RetryPolicy};
use support::program::Program;
use support::proxy::Proxy;
use support::{Kind, Store};

/// The store, and the way to it that stands for a replica.
fn replica(store: &Store) -> (Proxy, String) {
    let (before, rest) = store.url().split_once('@').unwrap();
    let (server, database) = rest.split_once('/').unwrap();
    let proxy = Proxy::to(server.to_owned());
    let url = format!("{before}@127.0.0.1:{}/{database}", proxy.port());
    (proxy, url)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_is_gone_is_named_and_the_store_is_not_well() {
    let store = Store::fresh(Kind::Postgres).await;
    store
        .folio
        .documents()
        .insert(NewDocument::new("a", "A", "t"))
        .await
        .unwrap();
    let (proxy, url) = replica(&store);
    let mut config = store.config();
    config.read_database = Some(Config::from_url(&url).unwrap().database);
    config.acquire_timeout = Duration::from_secs(2);
    config.retry = RetryPolicy::never();
    let folio = Folio::connect(config.clone()).await.unwrap();
    assert_eq!(folio.documents().count().await.unwrap(), 1);
    let health = folio.health().await;
    assert!(health.healthy, "{health:?}");
    let place = format!("127.0.0.1:{}", proxy.port());
    assert!(health.replica.unwrap().contains(&place));

    proxy.stop();
    let health = folio.health().await;
    assert!(!health.healthy);
    let said = health.error.unwrap();
    assert!(said.contains("replica") && said.contains(&place), "{said}");
    let error = folio.documents().count().await.unwrap_err().to_string();
    assert!(
        error.contains("replica") && error.contains(&place),
        "{error}"
    );
    // Writing goes on.
    let more = NewDocument::new("b", "B", "t");
    folio.documents().insert(more).await.unwrap();

    let error = Folio::connect(config).await.unwrap_err().to_string();
    assert!(error.contains(&place), "{error}");
}

#[tokio::test]
async fn a_replica_is_a_server_as_the_store_is() {
    let store = Store::fresh(Kind::Postgres).await;
    let mut config = store.config();
    config.read_database = Some(Config::from_url("sqlite::memory:").unwrap().database);
    let error = Folio::connect(config).await.unwrap_err();
    assert!(matches!(error, Error::Config(_)), "{error:?}");

    let program = Program::on(store.url());
    let mut command = program.command(&["health"]);
    command.env("FOLIO_READ_DATABASE_URL", "sqlite://other.db");
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("FOLIO_READ_DATABASE_URL"), "{said}");
}

/// The suite's server speaks plainly.
#[tokio::test]
async fn a_server_without_encryption_is_told_with_the_setting_for_it() {
    let store = Store::fresh(Kind::Postgres).await;
    let mark = if store.url().contains('?') { '&' } else { '?' };
    let url = format!("{}{mark}sslmode=require", store.url());
    let error = Folio::connect(Config::from_url(&url).unwrap())
        .await
        .unwrap_err();
    let Error::Connection(ConnectionError::Failed(failure)) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(failure.kind, FailureKind::Encryption);
    assert!(error.to_string().contains("POSTGRES_SSLMODE"), "{error}");

    let program = Program::on(store.url());
    let run = |mode: &str| {
        let mut command = program.command(&["health"]);
        command.env("PGSSLMODE", mode);
        command.output().unwrap().status.code()
    };
    assert_eq!(
        (run("prefer"), run("require"), run("sometimes")),
        (Some(0), Some(1), Some(2))
    );
}
