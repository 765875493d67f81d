//! Reading files ahead of the writer, in batches that are bounded in files and in bytes.

use std::num::NonZero;
use std::path::PathBuf;

use tokio::sync::mpsc;

use super::walk::Candidate;
use super::{broken, decode};
use crate::documents::content_hash;
use crate::error::Error;
use crate::validate;

/// Files of a batch, at the most.
const MAX_FILES: usize = 500;
/// Bytes of a batch: it ends with the part that reaches them.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Files that one thread reads before the next thread's follow.
const GROUP: usize = 256;
/// Bytes of a part: it ends with the file that reaches them.
const PART_BYTES: usize = 1024 * 1024;
/// Threads that read, at the most.
const MAX_THREADS: usize = 2;

/// A file as it was read.
#[derive(Debug)]
pub(super) struct ReadFile {
    pub(super) path: PathBuf,
    pub(super) code: String,
    pub(super) text: Result<Text, String>,
}

/// A document's text in the making.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) name: String,
    pub(super) content: String,
    pub(super) hash: Vec<u8>,
}

/// Reads all files, a batch ahead of whoever takes them, in their order; ends early when the
/// receiver is dropped.
pub(super) fn read_ahead(
    files: Vec<Candidate>,
    max_bytes: usize,
) -> mpsc::Receiver<Result<Vec<ReadFile>, Error>> {
    let (sender, receiver) = mpsc::channel(1);
    let mut reader = Reader::start(files, max_bytes);
    tokio::spawn(async move {
        while let Some(batch) = reader.batch().await.transpose() {
            if sender.send(batch).await.is_err() {
                return;
            }
        }
    });
    receiver
}

/// Some threads that read, each its share of the files.
struct Reader {
    /// One for each thread: the first thread has the first group, and so on around.
    threads: Vec<mpsc::Receiver<Part>>,
    next: usize,
    /// Files that are still to come.
    left: usize,
}

/// Some files of a group, as they were read.
struct Part {
    files: Vec<ReadFile>,
    bytes: usize,
    ends_group: bool,
}

impl Reader {
    fn start(files: Vec<Candidate>, max_bytes: usize) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
        let mut shares: Vec<Vec<Vec<Candidate>>> = Vec::new();
        shares.resize_with(threads.min(MAX_THREADS), Vec::new);
        let count = shares.len();
        let left = files.len();
        let mut files = files.into_iter();
        for at in 0.. {
            let group: Vec<Candidate> = files.by_ref().take(GROUP).collect();
            if group.is_empty() {
                break;
            }
            shares[at % count].push(group);
        }
        let start = |share: Vec<Vec<Candidate>>| {
            let (sender, receiver) = mpsc::channel(1);
            tokio::task::spawn_blocking(move || {
                for group in share {
                    // Nobody to receive it: the run was stopped.
                    if read_group(group, max_bytes, &sender).is_err() {
                        return;
                    }
                }
            });
            receiver
        };
        Self {
            threads: shares.into_iter().map(start).collect(),
            next: 0,
            left,
        }
    }

    /// The next files; None after the last.
    async fn batch(&mut self) -> Result<Option<Vec<ReadFile>>, Error> {
        let mut batch: Vec<ReadFile> = Vec::new();
        let mut bytes = 0;
        while self.left > 0 && batch.len() < MAX_FILES && bytes < MAX_BYTES {
            let part = self.threads[self.next].recv().await;
            let part = part.ok_or_else(|| broken("a thread that reads files stopped"))?;
            if part.ends_group {
                self.next = (self.next + 1) % self.threads.len();
            }
            self.left -= part.files.len();
            bytes += part.bytes;
            batch.extend(part.files);
        }
        Ok((!batch.is_empty()).then_some(batch))
    }
}

/// Reads a group and hands it over in parts that are bounded in bytes.
fn read_group(
    group: Vec<Candidate>,
    max_bytes: usize,
    sender: &mpsc::Sender<Part>,
) -> Result<(), mpsc::error::SendError<Part>> {
    let mut files = Vec::with_capacity(group.len());
    let mut bytes = 0;
    let last = group.len() - 1;
    for (at, candidate) in group.into_iter().enumerate() {
        let file = read(candidate, max_bytes);
        bytes += file.text.as_ref().map_or(0, |text| text.content.len());
        files.push(file);
        if at == last || bytes >= PART_BYTES {
            let part = Part {
                files: std::mem::take(&mut files),
                bytes: std::mem::take(&mut bytes),
                ends_group: at == last,
            };
            sender.blocking_send(part)?;
        }
    }
    Ok(())
}

fn read(file: Candidate, max_bytes: usize) -> ReadFile {
    let Candidate { path, code } = file;
    let code = match code {
        Ok(code) => code,
        Err(refusal) => {
            return ReadFile {
                path,
                code: refusal.code,
                text: Err(refusal.reason),
            };
        }
    };
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let checked = validate::short_text("code", &code, validate::MAX_CODE)
        .and_then(|()| validate::short_text("name", &name, validate::MAX_CODE));
    let text = checked
        .map_err(|invalid| invalid.to_string())
        .and_then(|()| {
            let content = decode::read(&path, max_bytes)?;
            Ok(Text {
                name,
                hash: content_hash(&content),
                content,
            })
        });
    ReadFile { path, code, text }
}
