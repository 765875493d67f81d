//! A call that nobody waits for any longer ends in the database, too.

use std::time::Duration;

use service::{ActivityFilter, Error, NewDocument, PageRequest};
use support::{Kind, Store};

/// A store with one connection, and a list that never comes to its end.
async fn endless(kind: Kind) -> Store {
    let store = Store::with(kind, |config| config.with_max_connections(1)).await;
    store.sql("DROP TABLE audit_batch").await;
    store
        .sql(store.spelled(
            "CREATE VIEW audit_batch (id, at, actor, action, subject, label, undoes) AS
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
             SELECT randomblob(16), '', '', '', '', '', NULL FROM n WHERE i < 0",
            "CREATE VIEW audit_batch (id, at, actor, action, subject, label, undoes) AS
             SELECT gen_random_uuid(), now(), '', '', '', '', NULL::uuid FROM pg_sleep(600)",
        ))
        .await;
    store
}

/// Begins the list, and drops it while the database is at it.
async fn drop_in_the_middle(store: &Store) {
    let folio = store.folio.clone();
    let listing = tokio::spawn(async move {
        let (filter, page) = (ActivityFilter::all(), PageRequest::first(1));
        folio.activity().list(&filter, &page).await.map(drop)
    });
    while store.folio.pool_stats().read.in_use == 0 {
        tokio::task::yield_now().await;
    }
    listing.abort();
    assert!(listing.await.unwrap_err().is_cancelled());
}

async fn story(kind: Kind) {
    let store = endless(kind).await;
    for _ in 0..3 {
        drop_in_the_middle(&store).await;
        // The only connection is of use again, and long before the list ends.
        let documents = store.folio.documents();
        let count = tokio::time::timeout(Duration::from_secs(20), documents.count()).await;
        assert_eq!(count.unwrap().unwrap(), 0);
    }
    // What was never dropped is not touched.
    let new = NewDocument::new("a", "A", "text");
    store.folio.documents().insert(new).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_read_gives_its_connection_back_at_once_sqlite() {
    story(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_read_gives_its_connection_back_at_once_postgres() {
    story(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_ends_the_statement_of_a_dropped_call() {
    let store = endless(Kind::Postgres).await;
    drop_in_the_middle(&store).await;
    let at_it = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                 AND state = 'active' AND query LIKE '%audit_batch%' AND pid <> pg_backend_pid()";
    let ended = async { while store.value::<i64>(at_it).await > 0 {} };
    // Long before its 600 s.
    tokio::time::timeout(Duration::from_secs(20), ended)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_write_is_rolled_back_and_lets_go() {
    let store = Store::with(Kind::Postgres, |config| config.with_max_connections(1)).await;
    let folio = store.folio.clone();
    folio
        .documents()
        .insert(NewDocument::new("a", "A", "one"))
        .await
        .unwrap();
    store
        .sql("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN NEW; END'")
        .await;
    store
        .sql("CREATE TRIGGER slow BEFORE UPDATE ON document FOR EACH ROW EXECUTE FUNCTION slow()")
        .await;
    let change = tokio::spawn(async move {
        let new = NewDocument::new("a", "A", "two");
        folio.documents().upsert(new).await?;
        Ok::<_, Error>(())
    });
    let at_it = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                 AND state = 'active' AND query LIKE 'UPDATE%'";
    while store.value::<i64>(at_it).await == 0 {}
    change.abort();
    store.sql("DROP TRIGGER slow ON document").await;
    let found = store.folio.documents().get("a").await.unwrap().unwrap();
    assert_eq!((found.content.as_str(), found.version), ("one", 1));
}
