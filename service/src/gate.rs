//! The queue in front of a pool. The pools' own queues can't be looked into; this one tells how
//! many wait, and for how long, and ends a wait with an error that says so.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::ring::Ring;

/// Lets as many calls through as the pool has connections.
#[derive(Debug)]
pub(crate) struct Gate {
    permits: Arc<Semaphore>,
    timeout: Duration,
    waiting: AtomicUsize,
    waits: Mutex<Waits>,
}

/// The last waits.
#[derive(Debug, Default)]
struct Waits {
    times: Ring,
    timeouts: u64,
}

/// How long calls waited for a connection lately, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct AcquireTimes {
    /// Half of the waits were at most this long.
    pub p50_ms: f64,
    /// All but a twentieth were at most this long.
    pub p95_ms: f64,
    /// The longest.
    pub max_ms: f64,
    /// Waits that ended without a connection, since the start.
    pub timeouts: u64,
}

/// Why a call was not let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// No place was free for so long.
    After(Duration),
    /// The store is closed.
    Closed,
}

/// Counts a waiting call for as long as it waits, however the wait ends.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Gate {
    pub(crate) fn new(capacity: u32, timeout: Duration) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(capacity as usize)),
            timeout,
            waiting: AtomicUsize::new(0),
            waits: Mutex::default(),
        }
    }

    /// Waits for a place.
    pub(crate) async fn enter(&self) -> Result<OwnedSemaphorePermit, Refused> {
        let permits = Arc::clone(&self.permits);
        if let Ok(permit) = Arc::clone(&permits).try_acquire_owned() {
            self.remember(Duration::ZERO);
            return Ok(permit);
        }
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let _waiting = Waiting(&self.waiting);
        let start = Instant::now();
        match tokio::time::timeout(self.timeout, permits.acquire_owned()).await {
            Ok(Ok(permit)) => {
                self.remember(start.elapsed());
                Ok(permit)
            }
            Ok(Err(_)) => Err(Refused::Closed),
            Err(_) => {
                self.lock().timeouts += 1;
                Err(Refused::After(start.elapsed()))
            }
        }
    }

    /// Lets nobody in any longer, and sends those away that wait.
    pub(crate) fn close(&self) {
        self.permits.close();
    }

    /// How many calls wait for one now.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    pub(crate) fn acquire_times(&self) -> AcquireTimes {
        let waits = self.lock();
        let [p50_ms, p95_ms, max_ms] = waits.times.shares([50, 95, 100]);
        AcquireTimes {
            p50_ms,
            p95_ms,
            max_ms,
            timeouts: waits.timeouts,
        }
    }

    fn remember(&self, wait: Duration) {
        self.lock().times.push(wait);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Waits> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_is_in_vain_ends_and_is_counted() {
        let gate = Gate::new(1, Duration::from_secs(3));
        let held = gate.enter().await.expect("the only place");
        assert_eq!(gate.waiting(), 0);
        gate.enter()
            .await
            .expect_err("no place within three seconds");
        assert_eq!((gate.acquire_times().timeouts, gate.waiting()), (1, 0));
        drop(held);
        let _again = gate.enter().await.expect("the place is free again");
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_wait_is_no_longer_counted() {
        let gate = Gate::new(1, Duration::from_secs(3));
        let _held = gate.enter().await.expect("the only place");
        let wait = tokio::time::timeout(Duration::from_millis(10), gate.enter());
        wait.await.expect_err("cancelled by its caller");
        assert_eq!(gate.waiting(), 0);
    }
}
