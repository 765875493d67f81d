//! Times as text: RFC 3339 in UTC with microseconds, always of one length, so that they sort as
//! text, too.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, Utc};
use serde::Serializer;

use crate::clock::whole_microseconds;

/// Writes a time.
#[must_use]
pub fn format(time: &DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Reads a time: RFC 3339, or the same without a zone, which is then UTC, and without seconds.
#[must_use]
pub fn parse(text: &str) -> Option<DateTime<Utc>> {
    let zoned = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z"))
        .map(|time| time.to_utc());
    let bare = || {
        const FORMS: [&str; 4] = [
            "%Y-%m-%dT%H:%M:%S%.f",
            "%Y-%m-%d %H:%M:%S%.f",
            "%Y-%m-%dT%H:%M",
            "%Y-%m-%d %H:%M",
        ];
        FORMS
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
            .map(|time| time.and_utc())
    };
    zoned.ok().or_else(bare).map(whole_microseconds)
}

/// Reads what a condition is written with: a year, a month or a day, each by its begin in UTC, or a
/// time as [`parse`] reads it.
#[must_use]
pub fn begin(text: &str) -> Option<DateTime<Utc>> {
    if let Some(moment) = parse(text) {
        return Some(moment);
    }
    let mut parts = text.split(['-', '/']);
    let year = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let mut part = || parts.next().map_or(Some(1), |part| part.parse().ok());
    let (month, day) = (part()?, part()?);
    if parts.next().is_some() {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    Some(date.and_time(NaiveTime::MIN).and_utc())
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
            "2026-01-31T12:00",
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

    #[test]
    fn a_condition_has_a_year_a_month_a_day_or_a_moment() {
        for (written, read) in [
            ("2024", "2024-01-01T00:00:00Z"),
            ("2024-02", "2024-02-01T00:00:00Z"),
            ("2024/02/29", "2024-02-29T00:00:00Z"),
            ("2024-02-29T12:30:00+01:00", "2024-02-29T11:30:00Z"),
            ("2024-02-29T12:30:00", "2024-02-29T12:30:00Z"),
        ] {
            assert_eq!(begin(written), parse(read), "{written}");
        }
        for nonsense in ["", "24", "2024-13", "2023-02-29", "yesterday", "2024-1-1-1"] {
            assert_eq!(begin(nonsense), None, "{nonsense}");
        }
    }
}
