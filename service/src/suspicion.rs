//! When one connection breaks, others may have: a restart of the server breaks them all. Those that
//! have idled since before the last break are looked at before they are used, so that a retry
//! does not meet one broken connection after the other.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The moment at which a connection was last found broken.
#[derive(Clone, Debug, Default)]
pub(crate) struct Suspicion(Arc<Mutex<Option<Instant>>>);

impl Suspicion {
    /// A connection was found broken just now.
    pub(crate) fn arouse(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether a connection that has idled for so long may have broken as well.
    pub(crate) fn covers(&self, idle_for: Duration) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_some_and(|last| last.elapsed() < idle_for)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_since_the_last_break_is_trusted() {
        let suspicion = Suspicion::default();
        assert!(!suspicion.covers(Duration::from_hours(1)));
        suspicion.arouse();
        assert!(suspicion.covers(Duration::from_hours(1)));
        assert!(!suspicion.covers(Duration::ZERO));
    }
}
