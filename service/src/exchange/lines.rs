//! Lines of a file, read on a thread of their own.

use std::io::BufRead;

use tokio::sync::mpsc;

use crate::error::IngestionError;

/// Some lines that are not blank, each with its number from 1.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) lines: Vec<(u64, Vec<u8>)>,
    /// Bytes that were read.
    pub(super) bytes: u64,
}

/// Reads lines in pieces, two ahead at the most.
pub(super) fn read_ahead(
    mut from: impl BufRead + Send + 'static,
    most: usize,
    most_bytes: usize,
) -> mpsc::Receiver<Result<Lines, IngestionError>> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::task::spawn_blocking(move || {
        let mut batch = Lines::default();
        let mut number = 0;
        loop {
            let mut line = Vec::new();
            match from.read_until(b'\n', &mut line) {
                Ok(0) => break,
                Ok(read) => batch.bytes += read as u64,
                Err(error) => {
                    let path = "the lines".into();
                    let error = IngestionError::Unreadable { path, error };
                    drop(sender.blocking_send(Err(error)));
                    return;
                }
            }
            number += 1;
            if number == 1 && line.starts_with(b"\xef\xbb\xbf") {
                line.drain(..3);
            }
            if !line.trim_ascii().is_empty() {
                batch.lines.push((number, line));
            }
            if (batch.lines.len() == most || batch.bytes >= most_bytes as u64)
                && sender
                    .blocking_send(Ok(std::mem::take(&mut batch)))
                    .is_err()
            {
                return;
            }
        }
        // Nobody to receive it: the import was stopped.
        drop(sender.blocking_send(Ok(batch)));
    });
    receiver
}
