//! Ends in the database what nobody waits for any longer. A call's future may be dropped at any
//! time; the statement that it was waiting for would go on, and its connection with it.
//!
//! SQLite asks a reading call's own mark every few thousand steps, and stops when it is set. A
//! writing one goes on to the end of its statement: interrupted, SQLite would roll the transaction
//! back by itself, which the driver does not learn of. A server's connection that is given back in the middle of a statement is closed, and the server, which is
//! told to look after its clients, ends the statement. Both ways touch nothing but that very
//! connection, so no other call is ever hit.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::sqlite::SqliteConnection;
use sea_orm::sqlx::{self, Connection as _};

tokio::task_local! {
    /// Set once the call that this task works for was dropped.
    static DROPPED: Arc<AtomicBool>;
}

/// Steps of SQLite's machine between two looks: a fraction of a millisecond.
const STEPS: i32 = 5_000;
/// How often a server looks whether its client is there, in milliseconds.
const LOOK_AFTER_CLIENT: &str =
    "SELECT set_config('client_connection_check_interval', '500', false)";
/// A connection that is given back and idle answers within this.
const PATIENCE: Duration = Duration::from_millis(250);
/// A dropped call's connection is given back at once; this leaves time for a busy machine.
const RECENT: Duration = Duration::from_secs(10);

/// Knows when a call was dropped last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Abandonment(Arc<Mutex<Option<Instant>>>);

/// Marks the call as dropped, unless it came to its end.
struct Mark<'a> {
    abandonment: &'a Abandonment,
    dropped: Arc<AtomicBool>,
    is_done: bool,
}

impl Drop for Mark<'_> {
    fn drop(&mut self) {
        if self.is_done {
            return;
        }
        self.dropped.store(true, Ordering::Relaxed);
        *self
            .abandonment
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }
}

impl Abandonment {
    /// Does a call's work. Where it is dropped before its end, what it has begun is ended, too.
    pub(crate) async fn watch<T>(&self, work: impl Future<Output = T>) -> T {
        let dropped = Arc::new(AtomicBool::new(false));
        // The mark comes after the work, so that it goes first: what the work gives back when it
        // is dropped is given back by a call that is marked.
        let work = pin!(DROPPED.scope(Arc::clone(&dropped), work));
        let mut mark = Mark {
            abandonment: self,
            dropped,
            is_done: false,
        };
        let done = work.await;
        mark.is_done = true;
        done
    }

    /// The same for a call that writes: an embedded database is not interrupted in it.
    pub(crate) async fn watch_write<T>(&self, work: impl Future<Output = T>) -> T {
        let work = pin!(work);
        let mut mark = Mark {
            abandonment: self,
            dropped: Arc::default(),
            is_done: false,
        };
        let done = work.await;
        mark.is_done = true;
        done
    }

    fn is_recent(&self) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_some_and(|last| last.elapsed() < RECENT)
    }

    /// Whether a server's connection that is given back is of use: one that is still at a statement
    /// which nobody waits for is not.
    pub(crate) async fn is_idle(&self, connection: &mut PgConnection) -> bool {
        !self.is_recent()
            || tokio::time::timeout(PATIENCE, connection.ping())
                .await
                .is_ok_and(|answer| answer.is_ok())
    }
}

/// Lets an embedded database stop when the call that takes this connection is dropped.
pub(crate) async fn heed(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let dropped = DROPPED.try_with(Arc::clone).ok();
    let mut handle = connection.lock_handle().await?;
    match dropped {
        Some(dropped) => {
            handle.set_progress_handler(STEPS, move || !dropped.load(Ordering::Relaxed));
        }
        None => handle.remove_progress_handler(),
    }
    Ok(())
}

/// Tells a server to end what goes on for a client that is gone. Some can't: their systems don't
/// tell.
pub(crate) async fn look_after(connection: &mut PgConnection) {
    if let Err(error) = sqlx::query(LOOK_AFTER_CLIENT).execute(connection).await {
        tracing::debug!(%error, "the server does not look after its clients");
    }
}
