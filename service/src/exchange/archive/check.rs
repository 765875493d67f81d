//! Looking at an archive before anything of it is taken.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::{FORMAT, MANIFEST, Manifest, PARTS};
use crate::error::IngestionError;

/// Holds the parts against the manifest; gives their names, places and sizes.
pub(super) fn check(path: &Path) -> Result<Vec<(String, u64, u64)>, IngestionError> {
    let bad = |problem: String| IngestionError::BadArchive {
        path: path.to_owned(),
        problem,
    };
    let unreadable = |error: std::io::Error| bad(error.to_string());
    let file = File::open(path).map_err(|error| IngestionError::Unreadable {
        path: path.to_owned(),
        error,
    })?;
    let mut archive = tar::Archive::new(BufReader::new(file));
    let mut manifest: Option<Manifest> = None;
    let mut parts: Vec<(String, u64, u64)> = Vec::new();
    for entry in archive.entries().map_err(unreadable)? {
        let mut entry = entry.map_err(unreadable)?;
        let name = entry.path().map_err(unreadable)?.display().to_string();
        let Some(known) = &manifest else {
            if name != MANIFEST {
                return Err(bad(format!("it does not begin with {MANIFEST}")));
            }
            let read: Manifest = serde_json::from_reader(entry.take(1024 * 1024))
                .map_err(|error| bad(format!("its {MANIFEST} can't be read: {error}")))?;
            if read.format > FORMAT {
                return Err(bad(format!(
                    "it is of a newer Folio (format {})",
                    read.format
                )));
            }
            manifest = Some(read);
            continue;
        };
        let part = known.parts.iter().find(|part| part.file == name);
        let part = part.ok_or_else(|| bad(format!("its manifest does not know {name}")))?;
        if !PARTS.contains(&name.as_str()) {
            return Err(bad(format!("nobody knows what {name} is")));
        }
        if parts.iter().any(|(before, ..)| *before == name) {
            return Err(bad(format!("it has {name} twice")));
        }
        let mut hash = blake3::Hasher::new();
        let (start, bytes) = (entry.raw_file_position(), entry.size());
        std::io::copy(&mut entry, &mut hash).map_err(unreadable)?;
        if hash.finalize().to_hex().to_string() != part.blake3 {
            return Err(bad(format!("{name} is damaged: its checksum is another")));
        }
        parts.push((name, start, bytes));
    }
    let expected = manifest.map_or(usize::MAX, |manifest| manifest.parts.len());
    if parts.len() != expected {
        return Err(bad("a part of it is missing".to_owned()));
    }
    Ok(parts)
}
