//! Files of an earlier export whose documents, or threads, are gone or have another place now.

use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::path::Path;

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
    for entry in files(mirror.root()) {
        // What can't be looked at was not written by this export, and is left.
        let Ok(entry) = entry else { continue };
        let Ok(path) = entry.path().strip_prefix(mirror.root()) else {
            continue;
        };
        if current.contains(&path_word(path)) {
            continue;
        }
        let standing = File::open(entry.path()).and_then(|file| seal::look(file, kind));
        let changed = match standing {
            Ok(Standing::AsWritten { .. }) => false,
            Ok(Standing::Changed { .. }) => true,
            Ok(Standing::Foreign) | Err(_) => continue,
        };
        report.stale += 1;
        if stale == Stale::Keep {
            continue;
        }
        if changed {
            let problem = "what it is of is gone from the store, but it was changed since it was written: it is left as it is";
            report.fail(path, problem.to_owned());
        } else {
            mirror.remove(path)?;
            report.removed += 1;
        }
    }
    Ok(())
}

/// The files of a folder that an export may have written, in the order of their paths; links are none.
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
        Ok(entry) => is_file(entry) && is_named(entry),
        Err(_) => true,
    })
}
