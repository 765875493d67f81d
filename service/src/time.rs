//! Times as text: RFC 3339 in UTC with microseconds, always of one length, so that they sort as
//! text, too.

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};
use serde::Serializer;

use crate::clock::whole_microseconds;

/// Writes a time.
#[must_use]
pub fn format(time: &DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Reads a time: RFC 3339, or the same without a zone, which is then UTC.
#[must_use]
pub fn parse(text: &str) -> Option<DateTime<Utc>> {
    let zoned = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z"))
        .map(|time| time.to_utc());
    let bare = || {
        ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"]
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
            .map(|time| time.and_utc())
    };
    zoned.ok().or_else(bare).map(whole_microseconds)
}

/// For serde's `with`.
pub(crate) fn serialize<S: Serializer>(time: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&format(time))
}

/// The same for a time that may be missing.
pub(crate) mod option {
    use super::{DateTime, Utc};

    #[expect(clippy::ref_option, reason = "serde's signature")]
    pub(crate) fn serialize<S: serde::Serializer>(
        time: &Option<DateTime<Utc>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => super::serialize(time, to),
            None => to.serialize_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_several_forms_are_read_and_written_in_one() {
        for text in [
            "2026-01-31T12:00:00Z",
            "2026-01-31T13:00:00+01:00",
            "2026-01-31 12:00:00",
            "2026-01-31T12:00:00.000",
            "2026-01-31 12:00:00+00",
        ] {
            assert_eq!(
                parse(text).map(|time| format(&time)).as_deref(),
                Some("2026-01-31T12:00:00.000000Z"),
                "{text}"
            );
        }
        assert_eq!(parse("yesterday"), None);
    }
}
