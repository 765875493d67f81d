//! Repeating what failed for a passing reason: exponentially longer waits with jitter, capped in
//! tries and in time. What may be repeated follows from what is known about the data: a call
//! that never ran or was rolled back always, one whose fate is unknown only when doing it twice
//! is the same as doing it once.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};

use crate::error::{Error, Fate};

/// How often and how long a call is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Tries in all, the first one included.
    pub max_tries: usize,
    /// The wait before the second try; each further one is twice as long, with jitter.
    pub first_delay: Duration,
    /// No single wait is longer.
    pub max_delay: Duration,
    /// All waits together are no longer.
    pub total_delay: Duration,
}

impl Default for RetryPolicy {
    /// Three tries as in the seed, with 50 ms, then 100 ms between them, and at most 10 s in all.
    fn default() -> Self {
        Self {
            max_tries: 3,
            first_delay: Duration::from_millis(50),
            max_delay: Duration::from_secs(2),
            total_delay: Duration::from_secs(10),
        }
    }
}

impl RetryPolicy {
    /// One try and no more.
    #[must_use]
    pub fn never() -> Self {
        Self {
            max_tries: 1,
            ..Self::default()
        }
    }

    /// The waits between the tries.
    pub(crate) fn delays(&self) -> impl Iterator<Item = Duration> {
        ExponentialBuilder::default()
            .with_jitter()
            .with_min_delay(self.first_delay)
            .with_max_delay(self.max_delay)
            .with_max_times(self.max_tries.saturating_sub(1))
            .with_total_delay(Some(self.total_delay))
            .build()
    }
}

/// Whether doing a call twice is the same as doing it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It is: a read, an upsert, an insert under an id that the caller made.
    Idempotent,
    /// It is not: it is repeated only when the first try certainly changed nothing.
    OnlyIfUndone,
}

impl Repeat {
    /// Whether a call that ended so may be made again.
    #[must_use]
    pub fn allows(self, error: &Error) -> bool {
        error.is_transient() && (self == Self::Idempotent || error.fate() != Fate::Unknown)
    }
}

/// Calls `work` until it succeeds, fails for good, or the policy is used up. The last error is
/// returned as it is. Stands for the seed's `execute_with_retry`.
///
/// # Errors
/// The last try's.
pub(crate) async fn retry<T, F, Fut>(
    policy: &RetryPolicy,
    repeat: Repeat,
    mut work: F,
) -> Result<T, Error>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, Error>>,
{
    let mut delays = policy.delays();
    loop {
        match work().await {
            Err(error) if repeat.allows(&error) => {
                let Some(delay) = delays.next() else {
                    return Err(error);
                };
                tracing::warn!(%error, delay_ms = delay.as_millis(), "trying again");
                tokio::time::sleep(delay).await;
            }
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Area, Failure, FailureKind, Operation};

    fn failed(kind: FailureKind, fate: Fate) -> Error {
        Failure {
            operation: Operation::new(Area::Document, "save"),
            kind,
            fate,
            source: None,
        }
        .into_error()
    }

    async fn tries(repeat: Repeat, kind: FailureKind, fate: Fate) -> usize {
        let mut tries = 0;
        let result: Result<(), Error> = retry(&RetryPolicy::default(), repeat, || {
            tries += 1;
            let error = failed(kind.clone(), fate);
            async { Err(error) }
        })
        .await;
        assert!(result.is_err());
        tries
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_rolled_back_is_tried_three_times() {
        assert_eq!(
            tries(
                Repeat::OnlyIfUndone,
                FailureKind::Contention,
                Fate::RolledBack
            )
            .await,
            3
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_change_of_unknown_fate_is_repeated_only_if_twice_is_once() {
        assert_eq!(
            tries(
                Repeat::OnlyIfUndone,
                FailureKind::ConnectionLost,
                Fate::Unknown
            )
            .await,
            1
        );
        assert_eq!(
            tries(
                Repeat::Idempotent,
                FailureKind::ConnectionLost,
                Fate::Unknown
            )
            .await,
            3
        );
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_refused_for_good_is_tried_once() {
        assert_eq!(
            tries(Repeat::Idempotent, FailureKind::Constraint, Fate::Refused).await,
            1
        );
    }
}
