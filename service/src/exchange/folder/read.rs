//! Reading the files of a folder, on a thread of its own.

use std::fs::File;
use std::io::{self, BufReader, Read as _, Seek};
use std::path::{Path, PathBuf};

use tokio::sync::mpsc;

use super::block::{self, Kind};
use super::claims::{Claims, Of};
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
}

/// Reads files, two parts ahead at the most.
pub(super) fn read_ahead(folio: &Folio, path: &Path, newer: Newer) -> mpsc::Receiver<Part> {
    let (sender, receiver) = mpsc::channel(1);
    let (folio, root) = (folio.clone(), path.to_owned());
    tokio::task::spawn_blocking(move || {
        let mut reading = Reading {
            folio,
            newer,
            part: Part::default(),
            sender,
            claims: Claims::default(),
        };
        // Nobody to receive it: the import was stopped.
        drop(reading.all(&root));
    });
    receiver
}

/// Nobody receives what is read any longer.
struct Unheard;

struct Reading {
    folio: Folio,
    newer: Newer,
    part: Part,
    sender: mpsc::Sender<Part>,
    claims: Claims,
}

impl Reading {
    fn all(&mut self, root: &Path) -> Result<(), Unheard> {
        for entry in stale::files(root) {
            match entry {
                Ok(entry) => self.first(root, entry.path()),
                Err(error) => {
                    let root = root.display().to_string();
                    self.part.failed.push((root, error.to_string()));
                }
            }
            self.send_full()?;
        }
        for (path, file, claimed) in std::mem::take(&mut self.claims).settled() {
            match claimed {
                Ok(()) => match read(&self.folio, self.newer, &path, self.part.files.len()) {
                    Ok(said) => self.take(&path, file, said),
                    Err(problem) => self.part.failed.push((file, problem)),
                },
                Err(problem) => self.part.failed.push((file, problem)),
            }
            self.send_full()?;
        }
        let rest = std::mem::take(&mut self.part);
        self.sender.blocking_send(rest).map_err(|_| Unheard)
    }

    /// Reads a file, and takes it if it is where the one of its document or conversation belongs. Others
    /// are told from one another once all are known.
    fn first(&mut self, root: &Path, path: &Path) {
        let file = below(root, path);
        let said = match read(&self.folio, self.newer, path, self.part.files.len()) {
            Ok(said) => said,
            Err(problem) => {
                self.claims.note_failed(&file);
                self.part.failed.push((file, problem));
                return;
            }
        };
        if self.claims.claim(path, &file, said.of()) {
            self.take(path, file, said);
        }
    }

    fn take(&mut self, path: &Path, file: String, said: Said) {
        match said {
            Said::Document { document, bytes } => {
                self.part.bytes += bytes;
                self.part.documents.push(*document);
                self.part.files.push(file);
            }
            Said::Thread(_) => self.part.threads.push((file, path.to_owned())),
        }
    }

    fn send_full(&mut self) -> Result<(), Unheard> {
        if !self.part.is_full() {
            return Ok(());
        }
        let part = std::mem::take(&mut self.part);
        self.sender.blocking_send(part).map_err(|_| Unheard)
    }
}

/// What was read of a file.
enum Said {
    Document {
        document: Box<Read>,
        bytes: usize,
    },
    /// The conversation, where its block tells it: the rest is read as it is stored.
    Thread(Option<String>),
}

impl Said {
    fn of(&self) -> Of<'_> {
        match self {
            Self::Document { document, .. } => Of::Document(document.code()),
            Self::Thread(thread) => Of::Thread(thread.as_deref()),
        }
    }
}

/// A file's path below the folder; its own where it was named itself.
fn below(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let is_root = below.as_os_str().is_empty();
    (if is_root { path } else { below }).display().to_string()
}

/// What a file is of; a document gets this place.
fn read(folio: &Folio, newer: Newer, path: &Path, place: usize) -> Result<Said, String> {
    let unreadable = |error: io::Error| format!("cannot be read: {error}");
    let mut file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.by_ref()
        .take(START)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    if block::kind_of(start) == Some(Kind::Thread) {
        file.rewind().map_err(unreadable)?;
        let head = seal::head(&mut BufReader::new(file)).map_err(unreadable)?;
        // Turns that were written by hand have no ids, so that files of one conversation change none
        // of one another's.
        let is_export = |block: &String| block.lines().any(|line| line.starts_with(block::SUM));
        let block = head.map(|(_, block)| block).filter(is_export);
        let thread = block.and_then(|block| Kind::Thread.key(&block));
        return Ok(Said::Thread(thread));
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
    Ok(Said::Document {
        document: Box::new(document),
        bytes: bytes.len(),
    })
}
