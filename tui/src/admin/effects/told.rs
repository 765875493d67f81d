//! What the log has been told of: a request that is made again and again, as the figures are, and
//! fails as it did before, is told of once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use service::Error;

use crate::admin::message::Kind;
use crate::admin::request::{Cause, Failure};

/// How requests failed last, by their kinds.
#[derive(Clone, Debug, Default)]
pub(super) struct Told(Arc<Mutex<HashMap<Kind, Failure>>>);

impl Told {
    /// What came of a request.
    pub(super) fn of<T>(&self, kind: Kind, result: Result<T, Error>) -> Result<T, Failure> {
        let failed = result.as_ref().err().map(Failure::from);
        let is_news = self.is_news(kind, failed);
        result.map_err(|error| {
            if is_news {
                tracing::warn!(%error, request = kind.0, "a request of the admin failed");
            }
            Failure::from(&error)
        })
    }

    fn is_news(&self, kind: Kind, failed: Option<Failure>) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(failure) = failed else {
            told.remove(&kind);
            return false;
        };
        let is_gone = failure.cause == Cause::Gone;
        let before = told.insert(kind, failure.clone());
        // A database that is gone is told of in other words each time.
        !before.is_some_and(|before| before == failure || is_gone && before.cause == Cause::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_failure_is_no_news_until_it_is_over() {
        let (told, kind) = (Told::default(), Kind("stats.database"));
        let is_news = |failed: Option<Failure>| told.is_news(kind, failed);
        let gone = |said: &str| {
            Some(Failure {
                said: said.to_owned(),
                cause: Cause::Gone,
            })
        };
        assert!(is_news(gone("reset")));
        assert!(!is_news(gone("refused")));
        assert!(is_news(Some(Failure::new("not allowed"))));
        assert!(!is_news(Some(Failure::new("not allowed"))));
        assert!(is_news(Some(Failure::new("out of memory"))));
        assert!(!is_news(None));
        assert!(is_news(Some(Failure::new("out of memory"))));
    }
}
