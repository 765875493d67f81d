//! The checksum of a file, by which one that somebody has changed since it was written is known.

use std::borrow::Cow;
use std::io::{self, BufRead, Read, Seek, Write};

use super::block::{Kind, MAX_BLOCK, SUM, kind_of, unsealed};

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// What is found where a file is to be written.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// A file of an export, as it was written; its checksum.
    AsWritten { block: String, sum: String },
    /// One that somebody has changed since.
    Changed { block: String },
    /// Another file.
    Foreign,
}

/// Looks at a file, of whatever size.
pub(super) fn look(file: impl Read, kind: Kind) -> io::Result<Standing> {
    let mut file = io::BufReader::with_capacity(64 * 1024, file);
    let Some((start, block)) = head(&mut file)?.filter(|(start, _)| kind_of(start) == Some(kind))
    else {
        return Ok(Standing::Foreign);
    };
    let written = start
        .strip_prefix(kind.beginning().as_bytes())
        .and_then(|rest| rest.strip_prefix(SUM.as_bytes()))
        .and_then(|rest| rest.get(..blake3::OUT_LEN * 2));
    let sum = written.map(|sum| String::from_utf8_lossy(sum).into_owned());
    let mut hash = blake3::Hasher::new();
    hash.update(start.get(kind.sealed()..).unwrap_or_default());
    io::copy(&mut file, &mut hash)?;
    let found = hash.finalize().to_hex();
    Ok(match sum.filter(|sum| *sum == found.as_str()) {
        Some(sum) => Standing::AsWritten { block, sum },
        None => Standing::Changed { block },
    })
}

/// A file with the line ends that it was written with. Where the first line ends as on Windows, a
/// program that the file went through has given all lines these.
pub(super) fn plain_line_ends(text: &str) -> Cow<'_, str> {
    if text.starts_with("---\r\n") {
        Cow::Owned(text.replace("\r\n", "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

/// What a file begins with, up to the end of its block, and the block itself. The mark that some
/// programs put before a text is no part of it.
pub(super) fn head(file: &mut impl BufRead) -> io::Result<Option<(Vec<u8>, String)>> {
    let mut start = Vec::new();
    let mut begins = 0;
    if file.fill_buf()?.starts_with(MARK) {
        file.consume(MARK.len());
    }
    while (start.len() as u64) < MAX_BLOCK {
        let at = start.len();
        if file
            .by_ref()
            .take(MAX_BLOCK)
            .read_until(b'\n', &mut start)?
            == 0
        {
            return Ok(None);
        }
        let is_fence = start[at..].trim_ascii_end() == b"---";
        if at == 0 {
            // Another file is not read any further.
            if !is_fence {
                return Ok(None);
            }
            begins = start.len();
        } else if is_fence {
            let block = std::str::from_utf8(&start[begins..at]);
            let block = block.ok().map(str::to_owned);
            return Ok(block.map(|block| (start, block)));
        }
    }
    Ok(None)
}

/// Writes a file whose checksum is put in at the end.
#[derive(Debug)]
pub(super) struct Sealing<W: Write + Seek> {
    out: io::BufWriter<W>,
    hash: blake3::Hasher,
    kind: Kind,
}

impl<W: Write + Seek> Sealing<W> {
    pub(super) fn new(file: W, kind: Kind) -> io::Result<Self> {
        let mut out = io::BufWriter::with_capacity(64 * 1024, file);
        out.write_all(unsealed(kind).as_bytes())?;
        Ok(Self {
            out,
            hash: blake3::Hasher::new(),
            kind,
        })
    }

    /// Puts the checksum in; gives it.
    pub(super) fn seal(mut self) -> io::Result<String> {
        let sum = self.hash.finalize().to_hex().to_string();
        let at = self.kind.sealed() - 1 - sum.len();
        self.out.seek(io::SeekFrom::Start(at as u64))?;
        self.out.write_all(sum.as_bytes())?;
        self.out.flush()?;
        Ok(sum)
    }
}

impl<W: Write + Seek> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
