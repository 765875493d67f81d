//! What the store has been asked so far: how often, how long it took, how it ended. Nothing here
//! holds anything that is stored, and all of it is bounded.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::error::{Error, FailureKind, Operation};
use crate::ring::{Ring, whole_micros};

/// Seconds that are remembered, of those in which a call ended.
const SECONDS: usize = 600;
/// A call that takes longer is remembered as slow.
const SLOW: Duration = Duration::from_millis(100);
/// Slow calls that are remembered.
const SLOW_CALLS: usize = 50;

/// Takes the measure of every call.
#[derive(Debug, Default)]
pub(crate) struct Meter(Mutex<Records>);

#[derive(Debug, Default)]
struct Records {
    traffic: Traffic,
    times: Ring,
    seconds: VecDeque<Second>,
    slow: VecDeque<SlowCall>,
}

/// Calls since the store was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Traffic {
    /// How many.
    pub calls: u64,
    /// How many of them the database failed.
    pub failures: u64,
    /// How often one was tried again.
    pub retries: u64,
    /// Their time together, waiting included, in microseconds.
    pub micros: u64,
}

/// The calls that ended within one second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Second {
    /// Which: seconds since 1970.
    pub at: i64,
    /// How many calls.
    pub calls: u32,
    /// How many of them the database failed.
    pub failures: u32,
    /// How often one was tried again.
    pub retries: u32,
    /// Their time together, waiting included, in microseconds.
    pub micros: u64,
    /// The time of the slowest, in microseconds.
    pub slowest: u32,
}

/// How long the last calls took, waiting included, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct CallTimes {
    /// Half of them took at most this long.
    pub p50_ms: f64,
    /// All but a twentieth took at most this long.
    pub p95_ms: f64,
    /// All but a hundredth took at most this long.
    pub p99_ms: f64,
    /// The longest.
    pub max_ms: f64,
}

/// A call that took long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlowCall {
    /// What it did, without to what: `read document`.
    pub name: String,
    /// When it ended.
    pub at: DateTime<Utc>,
    /// How long it took, waiting and repeating included.
    pub took: Duration,
    /// How it ended.
    pub outcome: CallOutcome,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallOutcome {
    /// It did what was asked.
    Done,
    /// It was refused for what it asked.
    Refused,
    /// The database failed it.
    Failed(FailureKind),
    /// Nobody waited for it any longer.
    Dropped,
}

/// What the meter tells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    pub(crate) traffic: Traffic,
    pub(crate) times: CallTimes,
    pub(crate) seconds: Vec<Second>,
    pub(crate) slow: Vec<SlowCall>,
}

/// A call while it goes on. Dropped before its end it counts, too.
pub(crate) struct Measure<'a, N: Fn() -> Operation, C: Fn() -> DateTime<Utc>> {
    meter: &'a Meter,
    name: &'a N,
    now: C,
    start: Instant,
    tries: u32,
    outcome: CallOutcome,
}

impl<N: Fn() -> Operation, C: Fn() -> DateTime<Utc>> Measure<'_, N, C> {
    /// It is tried once more, or for the first time.
    pub(crate) fn attempt(&mut self) {
        self.tries += 1;
    }

    /// It came to its end.
    pub(crate) fn end<T>(mut self, result: &Result<T, Error>) {
        self.outcome = match result.as_ref().map_err(Error::failure) {
            Ok(_) => CallOutcome::Done,
            Err(None) => CallOutcome::Refused,
            Err(Some(failure)) => CallOutcome::Failed(failure.kind.clone()),
        };
    }
}

impl<N: Fn() -> Operation, C: Fn() -> DateTime<Utc>> Drop for Measure<'_, N, C> {
    fn drop(&mut self) {
        let took = self.start.elapsed();
        let retries = self.tries.saturating_sub(1);
        let outcome = std::mem::replace(&mut self.outcome, CallOutcome::Done);
        let name = (took >= SLOW).then(|| (self.name)().name());
        let mut records = self.meter.lock();
        records.record((self.now)(), took, retries, name, outcome);
    }
}

impl Meter {
    /// Begins to measure a call; `now` tells the time when it ends.
    pub(crate) fn begin<'a, N: Fn() -> Operation, C: Fn() -> DateTime<Utc>>(
        &'a self,
        name: &'a N,
        now: C,
    ) -> Measure<'a, N, C> {
        Measure {
            meter: self,
            name,
            now,
            start: Instant::now(),
            tries: 0,
            outcome: CallOutcome::Dropped,
        }
    }

    pub(crate) fn traffic(&self) -> Traffic {
        self.lock().traffic
    }

    pub(crate) fn read(&self) -> Reading {
        let records = self.lock();
        let [p50_ms, p95_ms, p99_ms, max_ms] = records.times.shares([50, 95, 99, 100]);
        Reading {
            traffic: records.traffic,
            times: CallTimes {
                p50_ms,
                p95_ms,
                p99_ms,
                max_ms,
            },
            seconds: records.seconds.iter().copied().collect(),
            slow: records.slow.iter().rev().cloned().collect(),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Records> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Records {
    fn record(
        &mut self,
        at: DateTime<Utc>,
        took: Duration,
        retries: u32,
        slow: Option<String>,
        outcome: CallOutcome,
    ) {
        let micros = u64::from(whole_micros(took));
        let failures = u32::from(matches!(outcome, CallOutcome::Failed(_)));
        let traffic = &mut self.traffic;
        traffic.calls += 1;
        traffic.failures += u64::from(failures);
        traffic.retries += u64::from(retries);
        traffic.micros += micros;
        self.times.push(took);
        let second = self.second(at.timestamp());
        second.calls += 1;
        second.failures += failures;
        second.retries += retries;
        second.micros += micros;
        second.slowest = second.slowest.max(whole_micros(took));
        if let Some(name) = slow {
            if self.slow.len() == SLOW_CALLS {
                self.slow.pop_front();
            }
            self.slow.push_back(SlowCall {
                name,
                at,
                took,
                outcome,
            });
        }
    }

    /// The second at this time: the last one, or a new one after it.
    fn second(&mut self, at: i64) -> &mut Second {
        let is_new = self.seconds.back().is_none_or(|last| last.at < at);
        if is_new {
            if self.seconds.len() == SECONDS {
                self.seconds.pop_front();
            }
            self.seconds.push_back(Second {
                at,
                ..Second::default()
            });
        }
        let last = self.seconds.len() - 1;
        &mut self.seconds[last]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn calls_are_counted_by_the_second_they_end_in() {
        let mut records = Records::default();
        let millis = Duration::from_millis;
        records.record(at(100), millis(2), 0, None, CallOutcome::Done);
        records.record(
            at(100),
            millis(4),
            2,
            None,
            CallOutcome::Failed(FailureKind::Contention),
        );
        records.record(at(103), millis(6), 0, None, CallOutcome::Refused);
        // A clock that was put back.
        records.record(at(90), millis(1), 0, None, CallOutcome::Dropped);
        let seconds: Vec<Second> = records.seconds.into();
        assert_eq!(
            seconds,
            [
                Second {
                    at: 100,
                    calls: 2,
                    failures: 1,
                    retries: 2,
                    micros: 6_000,
                    slowest: 4_000
                },
                Second {
                    at: 103,
                    calls: 2,
                    failures: 0,
                    retries: 0,
                    micros: 7_000,
                    slowest: 6_000
                },
            ]
        );
        let traffic = Traffic {
            calls: 4,
            failures: 1,
            retries: 2,
            micros: 13_000,
        };
        assert_eq!(records.traffic, traffic);
    }

    #[test]
    fn nothing_grows_without_end() {
        let mut records = Records::default();
        for second in 0..5_000 {
            let name = Some("read document".to_owned());
            records.record(at(second), SLOW, 0, name, CallOutcome::Done);
        }
        assert_eq!(
            (records.seconds.len(), records.slow.len()),
            (SECONDS, SLOW_CALLS)
        );
        assert_eq!(records.slow.back().map(|call| call.at), Some(at(4_999)));
    }
}
