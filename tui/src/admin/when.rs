//! Times as they are typed into filters: as in the language of searches.

use service::{DateTime, Utc};

/// The begin of a year, a month or a day in UTC, or a moment; an error says what is wrong with it.
pub(crate) fn begin(text: &str) -> Result<DateTime<Utc>, String> {
    service::time::begin(text).ok_or_else(|| {
        format!(
            "{text:?} is no time: write a day as 2026-01-31, a month as 2026-01, a year as 2026"
        )
    })
}
