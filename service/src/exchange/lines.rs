//! Lines of a file, read on a thread of their own.

use std::io::{self, BufRead, Read};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::error::IngestionError;
use crate::folio::Folio;

/// Some lines that are not blank, each with its number from 1.
#[derive(Debug, Default)]
pub(super) struct Piece {
    pub(super) lines: Vec<(u64, Vec<u8>)>,
    /// The numbers of those that are too long, and the words for it.
    pub(super) refused: Vec<(u64, String)>,
    /// Bytes that were read.
    pub(super) bytes: u64,
}

impl Piece {
    /// How many there are, those that are too long among them.
    pub(super) fn len(&self) -> u64 {
        (self.lines.len() + self.refused.len()) as u64
    }
}

/// The longest line that can be anything, in bytes: two texts, written as JSON writes control
/// characters, and metadata.
pub(super) fn longest(folio: &Folio) -> usize {
    const METADATA: usize = 32 * 1024 * 1024;
    let texts = folio.config().max_document_bytes.saturating_mul(12);
    texts.saturating_add(METADATA)
}

/// What was read of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Length {
    /// All of it, so many bytes; none where there is no more.
    Whole(u64),
    /// It is too long: so many bytes were passed over.
    TooLong(u64),
}

/// Reads a line. One that is longer than this is passed over: it would fill the memory.
pub(super) fn next(
    from: &mut impl BufRead,
    line: &mut Vec<u8>,
    longest: usize,
) -> io::Result<Length> {
    line.clear();
    let most = (longest as u64).saturating_add(1);
    let read = from.by_ref().take(most).read_until(b'\n', line)? as u64;
    if read < most || line.ends_with(b"\n") {
        return Ok(Length::Whole(read));
    }
    *line = Vec::new();
    let mut passed = read;
    loop {
        let ahead = from.fill_buf()?;
        let end = ahead.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(ahead.len(), |end| end + 1);
        let is_over = end.is_some() || ahead.is_empty();
        from.consume(taken);
        passed += taken as u64;
        if is_over {
            return Ok(Length::TooLong(passed));
        }
    }
}

/// What is said of a line that is too long.
pub(super) fn too_long(longest: usize) -> String {
    format!("the line is longer than {longest} bytes: it is no line of an export")
}

/// It is to stop, and was not at its end.
pub(super) struct Stopped;

/// What was read next; None at the end. A reader may wait for its input for ever, such as for what
/// somebody types: whoever stops the import doesn't.
pub(super) async fn received<T>(
    pieces: &mut mpsc::Receiver<T>,
    cancel: &CancellationToken,
) -> Result<Option<T>, Stopped> {
    tokio::select! {
        biased;
        piece = pieces.recv(), if !cancel.is_cancelled() => Ok(piece),
        () = cancel.cancelled() => match pieces.try_recv() {
            // All that there was is read, and waits to be stored, or is.
            Err(mpsc::error::TryRecvError::Disconnected) => Ok(None),
            _ => Err(Stopped),
        },
    }
}

/// Reads lines in pieces, two ahead at the most.
pub(super) fn read_ahead(
    mut from: impl BufRead + Send + 'static,
    most: usize,
    most_bytes: usize,
    longest: usize,
) -> mpsc::Receiver<Result<Piece, IngestionError>> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::task::spawn_blocking(move || {
        let mut batch = Piece::default();
        let mut number = 0;
        loop {
            let mut line = Vec::new();
            let read = next(&mut from, &mut line, longest);
            number += 1;
            match read {
                Ok(Length::Whole(0)) => break,
                Ok(Length::Whole(read)) => batch.bytes += read,
                Ok(Length::TooLong(passed)) => {
                    batch.bytes += passed;
                    batch.refused.push((number, too_long(longest)));
                }
                Err(error) => {
                    let path = "the lines".into();
                    let error = IngestionError::Unreadable { path, error };
                    drop(sender.blocking_send(Err(error)));
                    return;
                }
            }
            if number == 1 && line.starts_with(b"\xef\xbb\xbf") {
                line.drain(..3);
            }
            // A long line comes alone, so that it is not in memory beside many others.
            if line.len() > most_bytes && !batch.lines.is_empty() {
                let before = std::mem::take(&mut batch);
                batch.bytes = line.len() as u64;
                let before = Piece {
                    bytes: before.bytes - batch.bytes,
                    ..before
                };
                if sender.blocking_send(Ok(before)).is_err() {
                    return;
                }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_passed_over_and_the_next_one_is_read() {
        let text = b"1234\n12345\n\n123456789\n1234";
        let mut from = io::BufReader::with_capacity(3, text.as_slice());
        let (mut line, mut read) = (Vec::new(), Vec::new());
        loop {
            match next(&mut from, &mut line, 5).unwrap() {
                Length::Whole(0) => break,
                length => read.push((length, String::from_utf8(line.clone()).unwrap())),
            }
        }
        let whole = |text: &str| (Length::Whole(text.len() as u64), text.to_owned());
        let passed = |bytes| (Length::TooLong(bytes), String::new());
        assert_eq!(
            read,
            [
                whole("1234\n"),
                whole("12345\n"),
                whole("\n"),
                passed(10),
                whole("1234")
            ]
        );
    }

    #[test]
    fn a_line_without_an_end_is_too_long_as_well() {
        let mut from = io::BufReader::with_capacity(3, b"1234567".as_slice());
        let mut line = Vec::new();
        assert_eq!(next(&mut from, &mut line, 5).unwrap(), Length::TooLong(7));
        assert_eq!(next(&mut from, &mut line, 5).unwrap(), Length::Whole(0));
    }
}
