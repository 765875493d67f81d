//! How the store is, as values.

use std::time::Duration;

use service::error::FailureKind;
use service::{Folio, NewDocument};
use support::{Kind, Store, on_both};

on_both! {
    async fn a_store_that_is_well_says_so(store: Store) {
        let health = store.folio.health().await;
        assert!(health.healthy, "{health:?}");
        assert!(health.latency_ms.unwrap() < 5_000.0);
        assert_eq!((health.migrations_pending, health.read_only, &health.error), (Some(0), false, &None));
        assert!(!health.version.is_empty());
    }

    async fn a_store_without_its_tables_is_not_well(store: Store) {
        store.folio.migrations().down(Some(1), service::RowsOnDown::Keep).await.unwrap();
        let health = store.folio.health().await;
        assert_eq!((health.healthy, health.migrations_pending), (false, Some(1)));
        assert!(health.error.unwrap().contains("folio migrate up"));
    }

    async fn a_full_pool_is_seen_and_its_waiters_are_told(store: Store) {
        let small = store.again(|mut config| {
            config = config.with_max_connections(1);
            config.acquire_timeout = Duration::from_millis(300);
            config.retry = service::RetryPolicy::never();
            config
        }).await;
        let held = small.connection().await.unwrap();
        let folio = small.clone();
        let waiter = tokio::spawn(async move { folio.documents().insert(NewDocument::new("a", "A", "t")).await });
        while small.pool_stats().write.waiting == 0 {
            tokio::task::yield_now().await;
        }
        let error = waiter.await.unwrap().unwrap_err();
        assert!(matches!(error.failure().unwrap().kind, FailureKind::PoolExhausted { .. }), "{error:?}");
        assert_eq!(error.fate(), service::Fate::NeverRan);
        drop(held);
        small.documents().insert(NewDocument::new("a", "A", "t")).await.unwrap();
        assert_eq!(small.pool_stats().write.acquire.timeouts, 1);
    }

    async fn a_file_that_was_removed_or_replaced_is_not_written_to(store: Store) {
        if store.kind == Kind::Postgres {
            return;
        }
        let documents = store.folio.documents();
        documents
            .insert(NewDocument::new("a", "A", "one"))
            .await
            .unwrap();
        let (file, aside) = (store.file(), store.file().with_extension("aside"));
        std::fs::rename(&file, &aside).unwrap();
        for _ in ["removed", "replaced"] {
            let error = documents
                .insert(NewDocument::new("b", "B", "two"))
                .await
                .unwrap_err();
            assert!(error.to_string().contains("removed or replaced"), "{error}");
            assert_eq!(error.fate(), service::Fate::NeverRan);
            assert!(store.folio.reach().await.is_err());
            assert!(
                store
                    .folio
                    .health()
                    .await
                    .error
                    .unwrap()
                    .contains("removed or replaced")
            );
            std::fs::copy(&aside, &file).unwrap();
        }
        // The same file again is as good as before.
        std::fs::rename(&aside, &file).unwrap();
        documents
            .insert(NewDocument::new("b", "B", "two"))
            .await
            .unwrap();
    }

    async fn a_closed_store_refuses_calls(store: Store) {
        store.folio.close().await;
        let error = store.folio.documents().count().await.unwrap_err();
        assert!(error.to_string().contains("closed"), "{error}");
    }

    async fn calls_are_counted(store: Store) {
        store.folio.documents().insert(NewDocument::new("a", "A", "t")).await.unwrap();
        store.folio.documents().get("a").await.unwrap();
        let traffic = format!("{:?}", store.folio.traffic());
        assert!(!traffic.is_empty());
    }

    async fn many_rows_are_estimated_and_few_are_counted(store: Store) {
        let documents = store.folio.documents();
        let none = documents.estimate().await.unwrap();
        assert_eq!((none.rows, none.is_exact), (0, true));
        let rows = store.spelled(
            "INSERT INTO document (name, code, content) WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 10100) SELECT 'n', n, 't' FROM s",
            "INSERT INTO document (name, code, content) SELECT 'n', n, 't' FROM generate_series(1, 10100) AS s (n)",
        );
        store.sql(rows).await;
        store.sql(store.spelled("SELECT 1", "ANALYZE document")).await;
        let estimate = documents.estimate().await.unwrap();
        assert!(!estimate.is_exact);
        assert!((10_001..10_200).contains(&estimate.rows), "{estimate:?}");
    }
}

#[tokio::test]
async fn a_servers_connections_say_whose_they_are() {
    let store = Store::fresh(Kind::Postgres).await;
    store.folio.documents().count().await.unwrap();
    let ours: i64 = store
        .value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'folio'")
        .await;
    assert!(ours >= 1);
    let connection = store.folio.connection().await.unwrap();
    let shown = sea_orm::ConnectionTrait::query_one_raw(
        &*connection,
        sea_orm::Statement::from_string(
            sea_orm::DbBackend::Postgres,
            "SELECT current_setting('TimeZone') || ' ' || current_setting('statement_timeout')",
        ),
    );
    let shown: String = shown.await.unwrap().unwrap().try_get_by_index(0).unwrap();
    assert_eq!(shown, "UTC 1min");
}

#[tokio::test]
async fn an_embedded_file_is_opened_as_it_should_be() {
    let store = Store::fresh(Kind::Sqlite).await;
    let connection = store.folio.connection().await.unwrap();
    for (pragma, wanted) in [
        ("journal_mode", "wal"),
        ("foreign_keys", "1"),
        ("synchronous", "1"),
    ] {
        let statement = sea_orm::Statement::from_string(
            sea_orm::DbBackend::Sqlite,
            format!("SELECT CAST({pragma} AS TEXT) FROM pragma_{pragma}"),
        );
        let row = sea_orm::ConnectionTrait::query_one_raw(&*connection, statement)
            .await
            .unwrap()
            .unwrap();
        let value: String = row.try_get_by_index(0).unwrap();
        assert_eq!(value, wanted, "{pragma}");
    }
    drop(connection);
    let _: &Folio = &store.folio;
}
