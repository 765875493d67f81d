//! Reading files ahead of the writer, in batches that are bounded in files and in bytes.

use std::num::NonZero;
use std::path::PathBuf;

use futures_util::stream::{self, Stream, StreamExt, TryStreamExt};
use tokio::task::JoinError;

use super::decode;
use super::walk::Candidate;
use crate::documents::content_hash;
use crate::validate;

/// Files of a batch, at the most.
const MAX_FILES: usize = 500;
/// Bytes of a batch: it ends with the group that reaches them.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Files that are read together: so many of the largest size may be in memory for each thread.
const GROUP: usize = 8;
/// Threads that read, at the most.
const MAX_THREADS: usize = 4;

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

/// Reads all files, several at a time and some ahead of whoever takes them, in their order; ends
/// early when the stream is dropped.
pub(super) fn read_ahead(
    files: Vec<Candidate>,
    max_bytes: usize,
) -> impl Stream<Item = Result<Vec<ReadFile>, JoinError>> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let read_some = move |files: Vec<Candidate>| {
        tokio::task::spawn_blocking(move || {
            let read = files.into_iter().map(|file| read(file, max_bytes));
            read.collect::<Vec<_>>()
        })
    };
    let read = stream::iter(in_groups(files))
        .map(read_some)
        .buffered(threads.min(MAX_THREADS));
    stream::try_unfold(Box::pin(read), async |mut read| {
        let mut batch: Vec<ReadFile> = Vec::new();
        let mut bytes = 0;
        while batch.len() < MAX_FILES && bytes < MAX_BYTES {
            let Some(group) = read.try_next().await? else {
                break;
            };
            let texts = group.iter().filter_map(|file| file.text.as_ref().ok());
            bytes += texts.map(|text| text.content.len()).sum::<usize>();
            batch.extend(group);
        }
        Ok((!batch.is_empty()).then_some((batch, read)))
    })
}

/// Files in groups that one thread reads at a time.
fn in_groups(files: Vec<Candidate>) -> impl Iterator<Item = Vec<Candidate>> {
    let mut files = files.into_iter();
    std::iter::from_fn(move || {
        let group: Vec<Candidate> = files.by_ref().take(GROUP).collect();
        (!group.is_empty()).then_some(group)
    })
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
