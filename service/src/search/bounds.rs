//! How much of a store a search looks at: see docs/search.md for what that costs, and gives.

use std::ops::RangeInclusive;

use super::census::Census;

/// Bounds that go by the size of a store.
pub(super) struct Bounds {
    /// Rows that are ranked, of those that the index gives.
    pub(super) matches: usize,
    /// Rows that the index gives for all terms together, ...
    pub(super) probed: u32,
    /// ... for each of them, ...
    pub(super) each: RangeInclusive<u32>,
    /// ... and for the whole query, ...
    pub(super) whole: u32,
    /// ... or where the database has to read the rows' vectors to give them.
    pub(super) read: u32,
    /// Where the rarer terms of a query are likely to give so many rows, the index is not asked for
    /// the commoner ones.
    pub(super) enough: f64,
    /// Rows that an index gives and a filter may refuse, at the most.
    pub(super) examined: u32,
}

/// A store of so many rows is of usual size: the rows that it has are near each other, so that more
/// of them can be read.
const USUAL_ROWS: f64 = 200_000.0;
const USUAL: Bounds = Bounds {
    matches: 1_500,
    probed: 30_000,
    each: 500..=5_000,
    whole: 5_000,
    read: 5_000,
    enough: 20_000.0,
    examined: 3_000,
};
const BIG: Bounds = Bounds {
    matches: 700,
    probed: 6_000,
    each: 500..=2_000,
    whole: 2_000,
    read: 1_500,
    enough: 3_000.0,
    examined: 1_500,
};

impl Bounds {
    pub(super) fn of(census: &Census) -> &'static Self {
        if census.rows <= USUAL_ROWS {
            &USUAL
        } else {
            &BIG
        }
    }
}

/// The newest rows that are judged by their texts where a query is common.
pub(super) const NEWEST: u32 = 700;
/// Rows with a term in their name that are looked at besides.
pub(super) const NAMES: u32 = 300;
/// What this share of the rows has is common, if it is as many as the first and anyhow if it is
/// as many as the second.
pub(super) const COMMON_SHARE: f64 = 0.1;
pub(super) const COMMON_ROWS: RangeInclusive<f64> = 5_000.0..=30_000.0;
