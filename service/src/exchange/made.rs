//! Lines that are read as they are made.

use std::io::{self, BufRead, Read};

/// What gives lines, as what is read.
pub(super) struct Made<I> {
    lines: I,
    line: Vec<u8>,
    read: usize,
}

impl<I: Iterator<Item = io::Result<String>>> Made<I> {
    pub(super) fn new(lines: I) -> Self {
        Self {
            lines,
            line: Vec::new(),
            read: 0,
        }
    }
}

impl<I: Iterator<Item = io::Result<String>>> Read for Made<I> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl<I: Iterator<Item = io::Result<String>>> BufRead for Made<I> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.read == self.line.len()
            && let Some(line) = self.lines.next()
        {
            self.line = line?.into_bytes();
            self.line.push(b'\n');
            self.read = 0;
        }
        Ok(&self.line[self.read..])
    }

    fn consume(&mut self, bytes: usize) {
        self.read += bytes;
    }
}
