//! Reading files ahead of the writer, in batches that are bounded in files and in bytes.

use std::path::PathBuf;

use tokio::sync::mpsc;

use super::decode;
use super::walk::Candidate;
use crate::documents::content_hash;
use crate::validate;

/// Files of a batch, at the most.
const MAX_FILES: usize = 500;
/// Bytes of a batch: it ends with the file that reaches them.
const MAX_BYTES: usize = 4 * 1024 * 1024;

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

/// Reads all files on a thread of its own, two batches ahead at the most; ends early when the
/// receiver is dropped.
pub(super) fn read_ahead(files: Vec<Candidate>, max_bytes: usize) -> mpsc::Receiver<Vec<ReadFile>> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::task::spawn_blocking(move || {
        let mut batch = Vec::new();
        let mut bytes = 0;
        for file in files {
            let file = read(file, max_bytes);
            bytes += file.text.as_ref().map_or(0, |text| text.content.len());
            batch.push(file);
            if batch.len() == MAX_FILES || bytes >= MAX_BYTES {
                bytes = 0;
                if sender.blocking_send(std::mem::take(&mut batch)).is_err() {
                    return;
                }
            }
        }
        // Nobody to receive it: the run was stopped.
        drop(sender.blocking_send(batch));
    });
    receiver
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
