//! What the store has been asked so far.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use serde::Serialize;

use crate::error::Error;

/// Counts calls, their time and their failures.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    calls: AtomicU64,
    failures: AtomicU64,
    micros: AtomicU64,
}

/// Calls since the store was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Traffic {
    /// How many.
    pub calls: u64,
    /// How many of them the database failed.
    pub failures: u64,
    /// Their time together, waiting included, in microseconds.
    pub micros: u64,
}

impl Meter {
    pub(crate) fn record(&self, took: Duration, error: Option<&Error>) {
        self.calls.fetch_add(1, Relaxed);
        self.micros
            .fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Relaxed);
        if error.is_some_and(|error| error.failure().is_some()) {
            self.failures.fetch_add(1, Relaxed);
        }
    }

    pub(crate) fn read(&self) -> Traffic {
        Traffic {
            calls: self.calls.load(Relaxed),
            failures: self.failures.load(Relaxed),
            micros: self.micros.load(Relaxed),
        }
    }
}
