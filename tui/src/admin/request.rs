//! A kind of request of which only the latest counts.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use service::Error;
use service::error::{FailureKind, IngestionError, MigrationError};

/// An answer that comes sooner than this needs no sign that it is awaited.
const QUICK: Duration = Duration::from_millis(150);
/// A spinner's picture lasts so long.
const FRAME: Duration = Duration::from_millis(100);

/// Why a request failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What is told.
    pub(crate) said: String,
    pub(crate) cause: Cause,
}

/// What a failure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The request alone.
    Request,
    /// The database does not answer: nothing else will work either.
    Gone,
    /// Someone else changed the row first.
    Conflict,
    /// It was cancelled.
    Cancelled,
    /// The database lacks tables that are made by migrating.
    Unmigrated,
}

impl Failure {
    pub(crate) fn new(said: impl Into<String>) -> Self {
        Self {
            said: said.into(),
            cause: Cause::Request,
        }
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let gone = error.failure().is_some_and(|failure| {
            matches!(
                failure.kind,
                FailureKind::Unreachable
                    | FailureKind::CannotOpen
                    | FailureKind::ConnectionLost
                    | FailureKind::Busy
            )
        });
        let cause = match error {
            _ if gone => Cause::Gone,
            error if error.is_conflict() => Cause::Conflict,
            Error::Ingestion(IngestionError::Cancelled { .. }) => Cause::Cancelled,
            Error::Migration(MigrationError::Pending { .. }) => Cause::Unmigrated,
            _ => Cause::Request,
        };
        Self {
            said: error.to_string(),
            cause,
        }
    }
}

/// What became of a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer<T> {
    New(T),
    Failed(Failure),
    /// Something else has been asked for since.
    Late,
}

/// Which request an answer belongs to. No two requests of the program have the same one: what was
/// asked for by a part that has been closed is no answer for another that was opened since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Generation(u64);

impl Generation {
    fn next() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self(LAST.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// Where the latest request of a kind stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Idle,
    Waiting {
        since: Instant,
    },
    Failed(Failure),
}

/// The latest request of a kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Latest {
    generation: Generation,
    state: State,
}

impl Latest {
    /// Begins a request, which makes answers to earlier ones worthless.
    pub(crate) fn begin(&mut self, now: Instant) -> Generation {
        self.generation = Generation::next();
        self.state = State::Waiting { since: now };
        self.generation
    }

    /// Wants no answer any longer.
    pub(crate) fn forget(&mut self) {
        self.generation = Generation::next();
        self.state = State::Idle;
    }

    /// Takes an answer.
    pub(crate) fn accept<T>(
        &mut self,
        generation: Generation,
        answer: Result<T, Failure>,
    ) -> Answer<T> {
        if generation != self.generation {
            return Answer::Late;
        }
        match answer {
            Ok(answer) => {
                self.state = State::Idle;
                Answer::New(answer)
            }
            Err(failure) => {
                self.state = State::Failed(failure.clone());
                Answer::Failed(failure)
            }
        }
    }

    /// Whether this is the request that is waited for.
    pub(crate) fn is(&self, generation: Generation) -> bool {
        generation == self.generation && self.is_waiting()
    }

    pub(crate) fn is_waiting(&self) -> bool {
        matches!(self.state, State::Waiting { .. })
    }

    pub(crate) fn error(&self) -> Option<&Failure> {
        match &self.state {
            State::Failed(failure) => Some(failure),
            State::Idle | State::Waiting { .. } => None,
        }
    }

    /// The number of the spinner's picture; None while there is no need for one.
    pub(crate) fn spinner(&self, now: Instant) -> Option<usize> {
        let State::Waiting { since } = self.state else {
            return None;
        };
        let waited = now.saturating_duration_since(since).checked_sub(QUICK)?;
        usize::try_from(waited.as_millis() / FRAME.as_millis()).ok()
    }

    /// When its picture changes next.
    pub(crate) fn deadline(&self, now: Instant) -> Option<Instant> {
        let State::Waiting { since } = self.state else {
            return None;
        };
        let shown = since + QUICK;
        Some(if now < shown { shown } else { now + FRAME })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_answer_changes_nothing() {
        let now = Instant::now();
        let mut latest = Latest::default();
        let first = latest.begin(now);
        let second = latest.begin(now);
        assert_eq!(latest.accept(first, Ok("old")), Answer::Late);
        assert!(latest.is_waiting());
        assert_eq!(latest.accept(second, Ok("new")), Answer::New("new"));
        assert!(!latest.is_waiting());
    }

    #[test]
    fn an_answer_for_what_was_closed_is_late_for_what_was_opened_since() {
        let now = Instant::now();
        let before = Latest::default().begin(now);
        let mut after = Latest::default();
        after.begin(now);
        assert_eq!(after.accept(before, Ok(())), Answer::Late);
    }

    #[test]
    fn a_quick_answer_shows_no_spinner() {
        let now = Instant::now();
        let mut latest = Latest::default();
        latest.begin(now);
        assert_eq!(latest.spinner(now + Duration::from_millis(149)), None);
        assert_eq!(latest.spinner(now + Duration::from_millis(151)), Some(0));
        assert_eq!(latest.spinner(now + Duration::from_millis(260)), Some(1));
        assert_eq!(latest.deadline(now), Some(now + QUICK));
    }
}
