//! What a file looks like without being read: a file that still looks the same, and whose document
//! is still at the same version, says the same.
//!
//! A change moves a file's times on, but only as finely as the file system counts: what was written
//! a moment ago may be written once more within the same tick. So times that are not past by a
//! margin are not trusted, as git does not trust them either.

use std::fs::Metadata;

use chrono::{DateTime, Utc};
use encoding_rs::Encoding;

use super::read::Rules;
use super::{NameRule, Undecodable};

/// Changed whenever the same bytes become another document.
const READER: u64 = 1;
/// What is trusted has to be past by this, in nanoseconds: far more than a tick.
const MARGIN: i128 = 100_000_000;
/// The same where times are whole seconds: some file systems count in twos of them.
const COARSE_MARGIN: i128 = 3_000_000_000;

/// The look of a file at a time; 0 where it can't be trusted.
#[cfg(unix)]
pub(super) fn of(about: &Metadata, now: DateTime<Utc>) -> u64 {
    use std::os::unix::fs::MetadataExt;
    const SECOND: i128 = 1_000_000_000;
    let nanos = |seconds: i64, nanos: i64| i128::from(seconds) * SECOND + i128::from(nanos);
    let written = nanos(about.mtime(), about.mtime_nsec());
    let changed = nanos(about.ctime(), about.ctime_nsec());
    let margin = if changed % SECOND == 0 {
        COARSE_MARGIN
    } else {
        MARGIN
    };
    let now = i128::from(now.timestamp_micros()) * 1_000;
    if written.max(changed) + margin > now {
        return 0;
    }
    let mut hash = blake3::Hasher::new();
    hash.update(&written.to_le_bytes())
        .update(&changed.to_le_bytes())
        .update(&about.len().to_le_bytes())
        .update(&about.ino().to_le_bytes());
    first_word(&hash).max(1)
}

/// Nothing is trusted where there is no time of a file's last change that no program can set.
#[cfg(not(unix))]
pub(super) fn of(_: &Metadata, _: DateTime<Utc>) -> u64 {
    0
}

/// What is written down of a look: it is of a version of the document, and of how files are read.
/// None for one that can't be trusted.
pub(super) fn seen(look: u64, version: i64, rules: &Rules) -> Option<i64> {
    if look == 0 {
        return None;
    }
    let mut hash = blake3::Hasher::new();
    let names = matches!(rules.names, NameRule::Title);
    let replaces = matches!(rules.decoding.undecodable, Undecodable::Replace);
    hash.update(&READER.to_le_bytes())
        .update(&look.to_le_bytes())
        .update(&version.to_le_bytes())
        .update(&[u8::from(names), u8::from(replaces)])
        .update(
            rules
                .decoding
                .encoding
                .map_or("", Encoding::name)
                .as_bytes(),
        );
    Some(first_word(&hash).max(1).cast_signed())
}

/// Versions of a document that are looked through.
const VERSIONS: usize = 1_000;

/// Whether a file looks as it did when the document was at this version, or at an earlier one.
pub(super) fn was_seen(look: u64, version: i64, rules: &Rules, seen: i64) -> bool {
    let mut earlier = (1..=version).rev().take(VERSIONS);
    look != 0 && earlier.any(|version| self::seen(look, version, rules) == Some(seen))
}

fn first_word(hash: &blake3::Hasher) -> u64 {
    let mut word = [0; 8];
    hash.finalize_xof().fill(&mut word);
    u64::from_le_bytes(word)
}
