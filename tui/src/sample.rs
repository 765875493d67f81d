//! The sample that an empty store can be filled with: a small manual, and a few conversations.

use crate::admin::Sample;

macro_rules! documents {
    ($($code:literal),+ $(,)?) => {
        &[$(($code, include_str!(concat!("../sample/", $code, ".md")))),+]
    };
}

/// Everything in the folder `sample`; what is stored last is listed first.
pub(crate) const SAMPLE: Sample = Sample {
    documents: documents![
        "reference/health",
        "reference/settings",
        "reference/stores",
        "search/ranking",
        "search/queries",
        "guide/import",
        "guide/ingestion",
        "guide/context",
        "guide/conversations",
        "guide/history",
        "guide/documents",
        "guide/getting-started",
    ],
    turns: include_str!("../sample/turns.jsonl"),
};
