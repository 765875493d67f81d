//! What is in a folder that is to be imported, by the names of its files.

use std::path::{Path, PathBuf};

use super::Stop;

/// What ChatGPT's export has beside pictures and settings.
const CHATS: &str = "conversations.json";
const MANIFEST: &str = "manifest.json";

/// What is taken of a folder.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Inside {
    /// Files of an export, or nothing at all.
    Files,
    /// The one file of another program's export that has conversations.
    Chats(PathBuf),
}

/// Looks into a folder.
pub(super) fn look(folder: &Path) -> Result<Inside, Stop> {
    let failed =
        |error: std::io::Error| Stop::Failed(format!("cannot read {}: {error}", folder.display()));
    let has = |name: &str| folder.join(name).is_file();
    let is_empty = folder.read_dir().map_err(failed)?.next().is_none();
    // An empty store leaves an empty folder.
    if is_empty || has_files(folder, 0) {
        return Ok(Inside::Files);
    }
    let named = folder.display();
    if has(CHATS) {
        return Ok(Inside::Chats(folder.join(CHATS)));
    }
    if has(MANIFEST) && has("documents.jsonl") {
        return Err(Stop::Failed(format!(
            "{named} is an archive that was unpacked: import the archive itself, or pack it again \
             (tar -cf all.tar -C {named} .)"
        )));
    }
    Err(Stop::Failed(format!(
        "{named} has no files of an export (.md), and no {CHATS}: name the file that is to be \
         imported, or take a folder of other texts in with folio ingest"
    )))
}

/// Folders within one another that are looked into.
const DEEP: usize = 64;

/// Whether a folder has any files that an export may have written.
fn has_files(folder: &Path, depth: usize) -> bool {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let mut folders = Vec::new();
    for entry in entries {
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if kind.is_file() && name.ends_with(".md") {
            return true;
        }
        if kind.is_dir() && !name.starts_with('.') && depth < DEEP {
            folders.push(entry.path());
        }
    }
    folders.iter().any(|folder| has_files(folder, depth + 1))
}
