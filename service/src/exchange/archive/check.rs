//! Looking at an archive before anything of it is taken.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::{Component, Path, PathBuf};

use super::{FORMAT, MANIFEST, Manifest, PARTS};
use crate::error::IngestionError;

/// Holds the parts against the manifest, wherever in the archive each of them is: other programs pack
/// files in an order, and below a folder, of their own. Gives their names, places and sizes in the order
/// in which they are read.
pub(super) fn check(path: &Path) -> Result<Vec<(String, u64, u64)>, IngestionError> {
    let bad = |problem: String| IngestionError::BadArchive {
        path: path.to_owned(),
        problem,
    };
    let unreadable = |error: io::Error| bad(error.to_string());
    let open = || {
        let file = File::open(path).map_err(|error| IngestionError::Unreadable {
            path: path.to_owned(),
            error,
        })?;
        Ok::<_, IngestionError>(tar::Archive::new(BufReader::new(file)))
    };
    let (folder, manifest) = manifest(open()?).map_err(bad)?;
    let mut archive = open()?;
    let mut parts: Vec<(String, u64, u64)> = Vec::new();
    for entry in archive.entries().map_err(unreadable)? {
        let mut entry = entry.map_err(unreadable)?;
        let name = plain(&entry.path().map_err(unreadable)?);
        let name = name.strip_prefix(&folder).unwrap_or(&name);
        if name == Path::new(MANIFEST) || !is_part(&entry, name) {
            continue;
        }
        let name = name.display().to_string();
        let part = manifest.parts.iter().find(|part| part.file == name);
        let part = part.ok_or_else(|| bad(format!("its manifest does not know {name}")))?;
        if !PARTS.contains(&name.as_str()) {
            return Err(bad(format!("nobody knows what {name} is")));
        }
        if parts.iter().any(|(before, ..)| *before == name) {
            return Err(bad(format!("it has {name} twice")));
        }
        let mut hash = blake3::Hasher::new();
        let (start, bytes) = (entry.raw_file_position(), entry.size());
        io::copy(&mut entry, &mut hash).map_err(unreadable)?;
        if hash.finalize().to_hex().to_string() != part.blake3 {
            return Err(bad(format!("{name} is damaged: its checksum is another")));
        }
        parts.push((name, start, bytes));
    }
    if parts.len() != manifest.parts.len() {
        return Err(bad("a part of it is missing".to_owned()));
    }
    parts.sort_by_key(|(name, ..)| PARTS.iter().position(|part| part == name));
    Ok(parts)
}

/// The manifest, and the folder within the archive that it is in.
fn manifest<R: Read + Seek>(mut archive: tar::Archive<R>) -> Result<(PathBuf, Manifest), String> {
    let unreadable = |error: io::Error| error.to_string();
    for entry in archive.entries_with_seek().map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = plain(&entry.path().map_err(unreadable)?);
        if name.file_name().is_none_or(|name| name != MANIFEST) || !is_part(&entry, &name) {
            continue;
        }
        let read: Manifest = serde_json::from_reader(entry.take(1024 * 1024))
            .map_err(|error| format!("its {MANIFEST} can't be read: {error}"))?;
        if read.format > FORMAT {
            return Err(format!("it is of a newer Folio (format {})", read.format));
        }
        let folder = name.parent().map(Path::to_owned).unwrap_or_default();
        return Ok((folder, read));
    }
    Err(format!(
        "it has no {MANIFEST}, so it is another program's: unpack it first, and import what was in it"
    ))
}

/// A path without the dots that it may begin with.
fn plain(path: &Path) -> PathBuf {
    let is_kept = |part: &Component<'_>| *part != Component::CurDir;
    path.components().filter(is_kept).collect()
}

/// Whether an entry is a file of its own, and not what macOS keeps beside one.
fn is_part<R: Read>(entry: &tar::Entry<'_, R>, name: &Path) -> bool {
    let beside = name
        .file_name()
        .map(|name| name.to_string_lossy().starts_with("._"));
    let kind = entry.header().entry_type();
    !kind.is_dir() && !kind.is_pax_global_extensions() && beside == Some(false)
}
