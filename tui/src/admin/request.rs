//! A kind of request of which only the latest counts.

use std::time::{Duration, Instant};

/// An answer that comes sooner than this needs no sign that it is awaited.
const QUICK: Duration = Duration::from_millis(150);
/// A spinner's picture lasts so long.
const FRAME: Duration = Duration::from_millis(100);

/// Which request an answer belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Generation(u64);

/// Where the latest request of a kind stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Idle,
    Waiting {
        since: Instant,
    },
    Failed(String),
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
        self.generation.0 += 1;
        self.state = State::Waiting { since: now };
        self.generation
    }

    /// Wants no answer any longer.
    pub(crate) fn forget(&mut self) {
        self.generation.0 += 1;
        self.state = State::Idle;
    }

    /// Takes an answer; None where it is too late, or an error.
    pub(crate) fn accept<T>(
        &mut self,
        generation: Generation,
        answer: Result<T, String>,
    ) -> Option<T> {
        if generation != self.generation {
            return None;
        }
        match answer {
            Ok(answer) => {
                self.state = State::Idle;
                Some(answer)
            }
            Err(error) => {
                self.state = State::Failed(error);
                None
            }
        }
    }

    pub(crate) fn is_waiting(&self) -> bool {
        matches!(self.state, State::Waiting { .. })
    }

    pub(crate) fn error(&self) -> Option<&str> {
        match &self.state {
            State::Failed(error) => Some(error),
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
        assert_eq!(latest.accept(first, Ok("old")), None);
        assert!(latest.is_waiting());
        assert_eq!(latest.accept(second, Ok("new")), Some("new"));
        assert!(!latest.is_waiting());
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
