//! Time and new identifiers, injected where results depend on them.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use uuid::Uuid;

/// Tells the time.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The time now, in whole microseconds: the finest that PostgreSQL keeps.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the machine"
    )]
    fn now(&self) -> DateTime<Utc> {
        whole_microseconds(Utc::now())
    }
}

/// A clock that stands still until it is moved, for tests.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<Mutex<DateTime<Utc>>>);

impl ManualClock {
    /// A clock that stands at `time`.
    #[must_use]
    pub fn at(time: DateTime<Utc>) -> Self {
        Self(Arc::new(Mutex::new(whole_microseconds(time))))
    }

    /// Moves it on.
    pub fn advance(&self, by: TimeDelta) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The same time without what PostgreSQL would round away.
#[must_use]
pub(crate) fn whole_microseconds(time: DateTime<Utc>) -> DateTime<Utc> {
    time.duration_trunc(TimeDelta::microseconds(1))
        .unwrap_or(time)
}

/// Makes identifiers: UUIDs of version 7 (RFC 9562), which sort by the time they were made at,
/// also within one millisecond.
#[derive(Debug)]
pub(crate) struct Ids {
    /// Milliseconds of the last one, and how many were made in it.
    last: Mutex<(u64, u16)>,
}

impl Ids {
    pub(crate) fn new() -> Self {
        Self {
            last: Mutex::new((0, 0)),
        }
    }

    /// The next identifier at this time.
    pub(crate) fn next(&self, now: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        let (millis, count) = {
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            *last = match *last {
                (before, count) if before >= millis && count < 0xfff => (before, count + 1),
                (before, _) if before >= millis => (before + 1, 0),
                _ => (millis, 0),
            };
            *last
        };
        let mut random = [0u8; 10];
        fastrand::fill(&mut random);
        [random[0], random[1]] = count.to_be_bytes();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_moment_sort_by_their_making() {
        let (ids, now) = (Ids::new(), DateTime::UNIX_EPOCH);
        let made: Vec<Uuid> = (0..10_000).map(|_| ids.next(now)).collect();
        assert!(
            made.is_sorted_by(|a, b| a < b),
            "each is greater than the one before"
        );
        assert!(made.iter().all(|id| id.get_version_num() == 7));
    }
}
