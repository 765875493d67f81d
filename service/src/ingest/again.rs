//! Looking once more at the files of a plan, just before it is carried out: what has changed since the
//! plan was made is left as it is.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::files::{Files, Found, Listing};
use super::read::{self, Rules};
use super::{look, vanish};
use crate::error::Error;

/// Why nothing is done with a file.
pub(super) const CHANGED: &str = "has changed since the plan was made; nothing was written of it";
/// Why a document stays.
pub(super) const CAME_BACK: &str =
    "has come back since the plan was made; its document is as it was";

/// Which of these files still look as they did. One whose look can't be trusted is not among them; one
/// that a caller gave by itself is, for its plan is carried out at once.
pub(super) async fn unchanged(
    listing: &Arc<Listing>,
    places: Vec<usize>,
    now: DateTime<Utc>,
) -> Result<HashSet<usize>, Error> {
    let listing = Arc::clone(listing);
    let looked = tokio::task::spawn_blocking(move || {
        let same = |at: &usize| {
            let found = &listing.found[*at];
            found.root.is_none() || looks_the_same(found, now)
        };
        places.into_iter().filter(same).collect()
    });
    looked.await.map_err(super::broken)
}

/// Which of these files are there again.
pub(super) async fn returned(paths: Vec<PathBuf>) -> Result<Vec<bool>, Error> {
    let looked = tokio::task::spawn_blocking(move || {
        let back = paths.iter().map(|path| !vanish::is_gone(path));
        back.collect()
    });
    looked.await.map_err(super::broken)
}

/// Those of these moved files that can no longer be taken for what the plan took them for, and why.
pub(super) async fn not_moved(
    files: &Files,
    places: &[usize],
    rules: Rules,
    now: DateTime<Utc>,
) -> Result<Vec<(usize, String)>, Error> {
    let moved = places.iter().filter_map(|at| {
        let before = files.moves.get(at)?.file.clone();
        Some((*at, before, files.states[*at].hash))
    });
    let (moved, listing) = (moved.collect::<Vec<_>>(), Arc::clone(&files.listing));
    // Another moved file has the place of one that moved before it; that one is looked at by itself.
    let taken = files.moves.keys().map(|at| &listing.found[*at].path);
    let taken: HashSet<Box<Path>> = taken.cloned().collect();
    let looked = tokio::task::spawn_blocking(move || {
        let problem = |(at, before, hash): (usize, PathBuf, [u8; 32])| {
            let found = &listing.found[at];
            if !vanish::is_gone(&before) && !taken.contains(before.as_path()) {
                let before = before.display();
                let problem = format!(
                    "was not taken for {before}, which has come back since the plan was made; nothing was written of it"
                );
                return Some((at, problem));
            }
            if looks_the_same(found, now) {
                return None;
            }
            match read::text(&found.path, listing.links(found), &rules) {
                Ok(text) if text.hash == hash => None,
                _ => Some((at, CHANGED.to_owned())),
            }
        };
        moved.into_iter().filter_map(problem).collect()
    });
    looked.await.map_err(super::broken)
}

fn looks_the_same(found: &Found, now: DateTime<Utc>) -> bool {
    let about = found.path.metadata();
    found.look != 0 && about.is_ok_and(|about| look::of(&about, now) == found.look)
}
