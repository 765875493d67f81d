//! Transactions: all or nothing, however they end.

use service::{Error, NewDocument, NewMessage, ThreadId};
use support::on_both;

#[derive(Debug, PartialEq)]
enum Mine {
    Own(&'static str),
    Store(String),
}

impl From<Error> for Mine {
    fn from(error: Error) -> Self {
        Self::Store(error.to_string())
    }
}

fn document(code: &str) -> NewDocument {
    NewDocument::new(code, code, "text")
}

on_both! {
    async fn what_is_done_in_one_is_done_together(store: Store) {
        let thread = ThreadId::new("t").unwrap();
        store.folio.transaction(async |tx| {
            tx.documents().insert(document("a")).await?;
            assert!(tx.documents().get("a").await?.is_some(), "it sees its own change");
            tx.messages().save(NewMessage::new(thread.clone(), "q", "a")).await?;
            Ok::<_, Error>(())
        }).await.unwrap();
        assert_eq!(store.folio.documents().count().await.unwrap(), 1);
        assert_eq!(store.folio.threads().get(&thread).await.unwrap().unwrap().message_count, 1);
    }

    async fn an_error_of_the_callers_own_comes_back_as_it_was(store: Store) {
        let result = store.folio.transaction(async |tx| {
            tx.documents().insert(document("a")).await?;
            Err::<(), _>(Mine::Own("changed my mind"))
        }).await;
        assert_eq!(result, Err(Mine::Own("changed my mind")));
        assert_eq!(store.folio.documents().count().await.unwrap(), 0);
    }

    async fn a_failed_statement_takes_the_rest_with_it(store: Store) {
        store.folio.documents().insert(document("taken")).await.unwrap();
        let result = store.folio.transaction(async |tx| {
            tx.documents().insert(document("a")).await?;
            tx.documents().insert(document("taken")).await?;
            Ok::<_, Error>(())
        }).await;
        assert!(result.unwrap_err().is_conflict());
        assert_eq!(store.folio.documents().count().await.unwrap(), 1);
    }

    async fn a_panic_rolls_back_and_leaves_the_pool_whole(store: Store) {
        let folio = store.folio.clone();
        let task = tokio::spawn(async move {
            folio.transaction(async |tx| {
                tx.documents().insert(document("a")).await?;
                let count = tx.documents().count().await?;
                assert_eq!(count, 0, "on purpose");
                Ok::<_, Error>(())
            }).await
        });
        assert!(task.await.unwrap_err().is_panic());
        for n in 0..8 {
            store.folio.documents().insert(document(&format!("after {n}"))).await.unwrap();
        }
        assert!(store.folio.documents().get("a").await.unwrap().is_none());
    }

    async fn a_cancelled_one_rolls_back(store: Store) {
        let folio = store.folio.clone();
        let (started, is_started) = tokio::sync::oneshot::channel();
        let task = tokio::spawn(async move {
            folio.transaction(async move |tx| {
                tx.documents().insert(document("a")).await?;
                started.send(()).unwrap();
                std::future::pending::<Result<(), Error>>().await
            }).await
        });
        is_started.await.unwrap();
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        for n in 0..8 {
            store.folio.documents().insert(document(&format!("after {n}"))).await.unwrap();
        }
        assert!(store.folio.documents().get("a").await.unwrap().is_none());
    }

    async fn calls_dropped_at_any_moment_leave_the_pool_whole(store: Store) {
        for n in 0..40_u32 {
            let write = store.folio.documents();
            let write = write.insert(document(&format!("d{n}")));
            let mut write = Box::pin(write);
            // Polled a few times, then dropped in the middle of whatever it does.
            for _ in 0..n % 8 {
                if futures_poll(write.as_mut()).await {
                    break;
                }
            }
        }
        store.folio.documents().insert(document("after")).await.unwrap();
        let stats = store.folio.pool_stats();
        assert_eq!(stats.write.waiting, 0);
        assert!(store.folio.health().await.healthy);
    }

    async fn a_handle_kept_beyond_the_end_commits_nothing(store: Store) {
        let mut kept = None;
        let result = store.folio.transaction(async |tx| {
            tx.documents().insert(document("a")).await?;
            kept = Some(tx);
            Ok::<_, Error>(())
        }).await;
        assert!(result.unwrap_err().to_string().contains("outlived"));
        drop(kept);
        assert_eq!(store.folio.documents().count().await.unwrap(), 0);
    }
}

/// Polls once and lets other tasks go on; whether it is done.
async fn futures_poll<F: Future>(future: std::pin::Pin<&mut F>) -> bool {
    let done = std::future::poll_fn({
        let mut future = Some(future);
        move |context| {
            let ready = future
                .take()
                .is_some_and(|future| future.poll(context).is_ready());
            std::task::Poll::Ready(ready)
        }
    })
    .await;
    tokio::task::yield_now().await;
    done
}
