//! Files of an earlier export whose documents, or threads, are gone or have another place now.

use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::block::Kind;
use super::mirror::Mirror;
use super::path::{EXTENSION, path_word};
use super::seal::{self, Standing};
use super::{FolderExport, Stale};

/// Finds them, and deletes them where that is wanted and nobody has changed them. `current` are the
/// paths that have their files.
pub(super) fn clear(
    mirror: &Mirror,
    kind: Kind,
    stale: Stale,
    current: &HashSet<u64>,
    report: &mut FolderExport,
) -> io::Result<()> {
    if stale == Stale::Delete && current.is_empty() {
        let left = exported(mirror, kind, current).count();
        if left > 0 {
            return Err(io::Error::other(format!(
                "the store has nothing to write, and {left} files are of what a store had: is it the \
                 right one? Nothing was deleted; --allow-empty deletes them"
            )));
        }
    }
    for (path, changed) in exported(mirror, kind, current) {
        report.stale += 1;
        if stale == Stale::Keep {
            continue;
        }
        if changed {
            let problem = "what it is of is gone from the store, but it was changed since it was written: it is left as it is";
            report.fail(&path, problem.to_owned());
        } else {
            match mirror.remove(&path) {
                Ok(()) => report.removed += 1,
                Err(error) => report.fail(&path, format!("could not be deleted: {error}")),
            }
        }
    }
    Ok(())
}

/// The other files of exports, by their paths below the folder, and whether somebody has changed
/// them. What can't be looked at was not written by one, and is left.
fn exported(
    mirror: &Mirror,
    kind: Kind,
    current: &HashSet<u64>,
) -> impl Iterator<Item = (PathBuf, bool)> {
    files(mirror.root()).filter_map(move |entry| {
        let entry = entry.ok()?;
        let path = entry.path().strip_prefix(mirror.root()).ok()?;
        if current.contains(&path_word(path)) {
            return None;
        }
        let file = File::open(entry.path()).ok()?;
        match seal::look(file, kind).ok()? {
            Standing::AsWritten { .. } => Some((path.to_owned(), false)),
            Standing::Changed { .. } => Some((path.to_owned(), true)),
            Standing::Foreign => None,
        }
    })
}

/// The files of a folder that an export may have written, in the order of their paths; links are none.
/// A file that is named itself is taken whatever its name.
pub(super) fn files(root: &Path) -> impl Iterator<Item = Result<ignore::DirEntry, ignore::Error>> {
    let mut walk = ignore::WalkBuilder::new(root);
    walk.standard_filters(false)
        .hidden(true)
        .follow_links(false)
        .sort_by_file_name(std::ffi::OsStr::cmp);
    let is_file = |entry: &ignore::DirEntry| entry.file_type().is_some_and(|kind| kind.is_file());
    let is_named =
        |entry: &ignore::DirEntry| entry.file_name().to_string_lossy().ends_with(EXTENSION);
    walk.build().filter(move |entry| match entry {
        Ok(entry) => is_file(entry) && (entry.depth() == 0 || is_named(entry)),
        Err(_) => true,
    })
}
