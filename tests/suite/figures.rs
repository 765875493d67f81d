//! Figures: what calls cost, and what the database tells of itself.

use std::sync::Arc;
use std::time::Duration;

use service::error::FailureKind;
use service::{
    CallOutcome, DateTime, Error, Folio, ManualClock, NewDocument, RetryPolicy, Second, TimeDelta,
};
use support::on_both;
use tokio::sync::oneshot;

fn document(code: &str) -> NewDocument {
    NewDocument::new(code, "a private name", "a private text")
}

/// Holds the only connection until it is told to let go.
async fn hold(folio: &Folio) -> oneshot::Sender<()> {
    let (taken, is_taken) = oneshot::channel();
    let (let_go, wait) = oneshot::channel();
    let folio = folio.clone();
    tokio::spawn(async move {
        folio
            .transaction(async |_| {
                taken.send(()).unwrap();
                drop(wait.await);
                Ok::<_, Error>(())
            })
            .await
            .unwrap();
    });
    is_taken.await.unwrap();
    let_go
}

on_both! {
    async fn a_full_pool_is_seen_and_not_joined(store: Store) {
        let small = store.again(|config| config.with_max_connections(1)).await;
        let let_go = hold(&small).await;
        let folio = small.clone();
        let waiter = tokio::spawn(async move { folio.documents().insert(document("a")).await });
        while small.figures().pools.write.waiting == 0 {
            tokio::task::yield_now().await;
        }
        let pool = small.figures().pools.write;
        assert_eq!((pool.size, pool.in_use, pool.idle, pool.max, pool.waiting), (1, 1, 0, 1, 1));
        let database = small.database_figures().await.unwrap();
        assert!(database.latency_ms > 0.0 && database.bytes > 0, "{database:?}");
        assert!(small.health().await.healthy);
        assert_eq!(small.figures().pools.write.waiting, 1, "it goes on waiting");
        let_go.send(()).unwrap();
        waiter.await.unwrap().unwrap();
        let pool = small.figures().pools.write;
        assert_eq!((pool.waiting, pool.size), (0, 1));
    }

    async fn calls_are_told_by_the_second(store: Store) {
        let start = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let clock = Arc::new(ManualClock::at(start));
        let ours: Arc<ManualClock> = Arc::clone(&clock);
        let folio = Folio::connect_with_clock(store.config(), ours).await.unwrap();
        folio.documents().insert(document("a")).await.unwrap();
        folio.documents().insert(document("b")).await.unwrap();
        clock.advance(TimeDelta::seconds(3));
        assert!(folio.documents().insert(document("a")).await.is_err());
        let figures = folio.figures();
        let seconds: Vec<(i64, u32, u32)> = figures
            .seconds
            .iter()
            .map(|second: &Second| (second.at - start.timestamp(), second.calls, second.failures))
            .collect();
        assert_eq!(seconds, [(0, 2, 0), (3, 1, 0)], "what was refused is no failure");
        assert_eq!((figures.traffic.calls, figures.traffic.retries), (3, 0));
        assert_eq!(figures.at, start + TimeDelta::seconds(3));
        let times = figures.times;
        assert!(0.0 < times.p50_ms && times.p50_ms <= times.p95_ms && times.p95_ms <= times.max_ms);
    }

    async fn the_database_tells_its_sizes_without_counting(store: Store) {
        for code in ["a", "b", "c"] {
            store.folio.documents().insert(document(code)).await.unwrap();
        }
        store.sql("ANALYZE").await;
        let figures = store.folio.database_figures().await.unwrap();
        let rows = |name: &str| {
            let table = figures.tables.iter().find(|table| table.name == name);
            table.unwrap_or_else(|| panic!("{figures:?}")).rows
        };
        assert_eq!((rows("document"), rows("message")), (Some(3), Some(0)));
        assert!(figures.migrations.iter().all(|step| step.applied));
        assert!(!figures.read_only);
        assert!(figures.tables.iter().all(|table| !table.name.contains("_search_")), "{figures:?}");
    }

    async fn a_slow_call_is_told_by_its_name_and_not_by_what_it_was_about(store: Store) {
        let small = store.again(|mut config| {
            config = config.with_max_connections(1);
            config.acquire_timeout = Duration::from_millis(150);
            config.retry = RetryPolicy::never();
            config
        }).await;
        let let_go = hold(&small).await;
        small.documents().insert(document("a private code")).await.unwrap_err();
        let figures = small.figures();
        let [slow] = figures.slow.as_slice() else { panic!("{figures:?}") };
        assert!(matches!(slow.outcome, CallOutcome::Failed(FailureKind::PoolExhausted { .. })), "{slow:?}");
        assert!(slow.took >= Duration::from_millis(150));
        assert!(slow.name.ends_with(" document"), "{slow:?}");
        assert!(!format!("{figures:?}").contains("private"), "{figures:?}");
        assert_eq!(figures.traffic.failures, 1);
        let_go.send(()).unwrap();
    }
}
