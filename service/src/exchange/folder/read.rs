//! Reading the files of a folder, on a thread of its own.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::File;
use std::io::{self, Read as _, Seek};
use std::path::{Path, PathBuf};

use tokio::sync::mpsc;

use super::block::{self, Kind};
use super::path::first_word;
use super::seal::{self, Standing};
use super::stale;
use super::take::Newer;
use crate::exchange::conversations::Origin;
use crate::exchange::documents::{Line, Read};
use crate::exchange::{BATCH, BATCH_BYTES};
use crate::folio::Folio;

/// More than the first two lines of a file.
const START: u64 = 64;

/// Files that were read.
#[derive(Default)]
pub(super) struct Part {
    /// The documents' files, which are numbered by their places here.
    pub(super) files: Vec<String>,
    pub(super) documents: Vec<Read>,
    /// Conversations, which are read as they are stored.
    pub(super) threads: Vec<(String, PathBuf)>,
    pub(super) failed: Vec<(String, String)>,
    bytes: usize,
}

impl Part {
    fn is_full(&self) -> bool {
        let files = self.documents.len() + self.threads.len() + self.failed.len();
        files >= BATCH / 2 || self.bytes >= BATCH_BYTES
    }

    /// Reads a file; `codes` are the files of those that were read, by their codes' hashes.
    fn add(
        &mut self,
        folio: &Folio,
        newer: Newer,
        codes: &mut HashMap<u64, Box<str>>,
        path: &Path,
        file: String,
    ) -> Result<(), (String, String)> {
        match read(folio, newer, path, self.files.len()) {
            Ok(Some((document, bytes))) => {
                match codes.entry(first_word(document.code())) {
                    Entry::Occupied(first) => {
                        let problem = format!(
                            "{} has this code already: give this file another one, or take it away",
                            first.get()
                        );
                        return Err((file, problem));
                    }
                    Entry::Vacant(code) => drop(code.insert(file.as_str().into())),
                }
                self.bytes += bytes;
                self.documents.push(document);
                self.files.push(file);
            }
            Ok(None) => self.threads.push((file, path.to_owned())),
            Err(problem) => return Err((file, problem)),
        }
        Ok(())
    }
}

/// Reads files, two parts ahead at the most.
pub(super) fn read_ahead(folio: &Folio, path: &Path, newer: Newer) -> mpsc::Receiver<Part> {
    let (sender, receiver) = mpsc::channel(1);
    let (folio, root) = (folio.clone(), path.to_owned());
    tokio::task::spawn_blocking(move || {
        let (mut part, mut codes) = (Part::default(), HashMap::new());
        for entry in stale::files(&root) {
            let added = match entry {
                Ok(entry) => {
                    let file = below(&root, entry.path());
                    part.add(&folio, newer, &mut codes, entry.path(), file)
                }
                Err(error) => Err((root.display().to_string(), error.to_string())),
            };
            if let Err(failed) = added {
                part.failed.push(failed);
            }
            if part.is_full() && sender.blocking_send(std::mem::take(&mut part)).is_err() {
                return;
            }
        }
        // Nobody to receive it: the import was stopped.
        drop(sender.blocking_send(part));
    });
    receiver
}

/// A file's path below the folder; its own where it was named itself.
fn below(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let is_root = below.as_os_str().is_empty();
    (if is_root { path } else { below }).display().to_string()
}

/// The document of a file, and its size; None for a conversation.
fn read(
    folio: &Folio,
    newer: Newer,
    path: &Path,
    place: usize,
) -> Result<Option<(Read, usize)>, String> {
    let unreadable = |error: io::Error| format!("cannot be read: {error}");
    let mut file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.by_ref()
        .take(START)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    if block::kind_of(start) == Some(Kind::Thread) {
        return Ok(None);
    }
    file.rewind().map_err(unreadable)?;
    bytes.clear();
    let most = folio.config().max_document_bytes as u64 + block::MAX_BLOCK;
    file.take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > most {
        return Err(format!("has more than {most} bytes"));
    }
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| format!("its text is not UTF-8: see byte {}", error.valid_up_to()))?;
    let text = seal::plain_line_ends(text.strip_prefix('\u{feff}').unwrap_or(text));
    let exported =
        block::exported(&text).ok_or("no export wrote it: folio ingest takes such files")??;
    let line = Line::of_file(exported.fields, exported.body.to_owned());
    let origin = match seal::look(text.as_bytes(), Kind::Document) {
        _ if newer == Newer::Replace => Origin::Forced,
        Ok(Standing::AsWritten { .. }) => Origin::AsWritten,
        _ => Origin::Changed,
    };
    let document = folio.checked(place as u64, line)?.of_file(origin);
    Ok(Some((document, bytes.len())))
}
