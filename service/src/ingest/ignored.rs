//! The files that say what is left out of a folder, looked at before anything reads them.

use std::path::Path;

/// Their names.
const NAMES: [&str; 2] = [".gitignore", FOLIO_IGNORE];
pub(super) const FOLIO_IGNORE: &str = ".folioignore";
/// The largest that is read, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Why what a folder leaves out can't be known, where it can't: reading a pipe would wait for ever,
/// and some devices have no end.
pub(super) fn problem(folder: &Path) -> Option<String> {
    NAMES.iter().find_map(|name| {
        let about = folder.join(name).metadata().ok()?;
        let what = if about.is_file() {
            (about.len() > LARGEST).then_some("is too large")?
        } else {
            (!about.is_dir()).then_some("is no regular file")?
        };
        Some(format!(
            "its {name} {what}, so nobody knows what it leaves out: nothing in this folder was taken"
        ))
    })
}
