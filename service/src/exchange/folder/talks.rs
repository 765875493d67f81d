//! Conversations of a folder back into the store: many files at once, for most of them are short.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Seek};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use super::block::Kind;
use super::seal::{self, Standing};
use super::take::{FolderImport, Newer};
use crate::error::Error;
use crate::exchange::ImportReport;
use crate::exchange::conversations::Origin;
use crate::exchange::lines;
use crate::exchange::made::Made;
use crate::exchange::markdown::Lines;
use crate::folio::Folio;

/// What is known of a file that was begun.
#[derive(Debug)]
struct Begun {
    file: String,
    /// The lines that were read before it.
    before: u64,
    /// Its own lines: that of the conversation, and one for each turn.
    lines: u64,
    /// Why it was not read to its end.
    problem: Option<String>,
    /// Where it has what is no part of a conversation.
    untaken: Option<String>,
}

/// The lines of all files, one file after the other. A file that can't be read ends there.
struct Talks {
    files: std::vec::IntoIter<(String, PathBuf)>,
    at: Option<Lines<BufReader<File>>>,
    begun: Arc<Mutex<Vec<Begun>>>,
    lines: u64,
    longest: usize,
    newer: Newer,
}

/// Opens a file, and tells whether it is as an export wrote it.
fn open(path: &Path, newer: Newer) -> io::Result<(File, Origin)> {
    let mut file = File::open(path)?;
    if newer == Newer::Replace {
        return Ok((file, Origin::Forced));
    }
    let origin = match seal::look(&mut file, Kind::Thread)? {
        Standing::AsWritten { .. } => Origin::AsWritten,
        _ => Origin::Changed,
    };
    file.rewind()?;
    Ok((file, origin))
}

impl Talks {
    /// Opens the next file; false where there is none.
    fn open(&mut self) -> bool {
        let Some((file, path)) = self.files.next() else {
            return false;
        };
        let mut begun = Begun {
            file,
            before: self.lines,
            lines: 0,
            problem: None,
            untaken: None,
        };
        match open(&path, self.newer) {
            Ok((file, origin)) => {
                self.at = Some(Lines::new(BufReader::new(file), origin, self.longest));
            }
            Err(error) => begun.problem = Some(format!("cannot be read: {error}")),
        }
        let mut all = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(begun);
        true
    }

    fn note_untaken(&self, untaken: Option<String>) {
        let mut all = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = all.last_mut() {
            last.untaken = untaken;
        }
    }

    fn note(&self, line: &io::Result<String>) {
        let mut all = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = all.last_mut() {
            match line {
                Ok(_) => last.lines += 1,
                Err(error) => last.problem = Some(error.to_string()),
            }
        }
    }
}

impl Iterator for Talks {
    type Item = io::Result<String>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(lines) = &mut self.at else {
                if self.open() {
                    continue;
                }
                return None;
            };
            let Some(line) = lines.next() else {
                let untaken = lines.untaken();
                self.at = None;
                self.note_untaken(untaken);
                continue;
            };
            self.note(&line);
            if line.is_ok() {
                self.lines += 1;
                return Some(line);
            }
            self.at = None;
        }
    }
}

/// Takes the conversations of these files in.
pub(super) async fn take(
    folio: &Folio,
    files: Vec<(String, PathBuf)>,
    newer: Newer,
    cancel: &CancellationToken,
    report: &mut FolderImport,
) -> Result<(), Error> {
    if files.is_empty() {
        return Ok(());
    }
    let begun = Arc::new(Mutex::new(Vec::new()));
    let talks = Talks {
        files: files.into_iter(),
        at: None,
        begun: Arc::clone(&begun),
        lines: 0,
        longest: lines::longest(folio),
        newer,
    };
    let mut taken = ImportReport::default();
    let done = folio.take_turns(Made::new(talks), cancel, |_| (), &mut taken);
    let done = done.await;
    report.imported += taken.imported;
    report.updated += taken.updated;
    report.skipped += taken.skipped;
    done?;
    let begun = std::mem::take(&mut *begun.lock().unwrap_or_else(PoisonError::into_inner));
    let mut refused: BTreeMap<usize, Vec<(u64, String)>> = BTreeMap::new();
    for error in taken.errors {
        let at = begun.partition_point(|begun| begun.before < error.line);
        let at = at.saturating_sub(1);
        let before = begun.get(at).map_or(0, |begun| begun.before);
        let of_file = refused.entry(at).or_default();
        of_file.push((error.line - before, error.error));
    }
    for (at, begun) in begun.into_iter().enumerate() {
        let refused = refused.remove(&at).unwrap_or_default();
        if let Some(problem) = problem(&begun, &refused) {
            report.fail(begun.file, problem);
        }
    }
    Ok(())
}

/// What is wrong with a file; its first line is that of the conversation.
fn problem(begun: &Begun, refused: &[(u64, String)]) -> Option<String> {
    let failed = refused.len() as u64;
    let cut = begun.problem.as_ref().map(|problem| {
        match begun.lines.saturating_sub(1).saturating_sub(failed) {
            0 => problem.clone(),
            there => format!("{problem}; {there} turns before that are in the store"),
        }
    });
    let refused = refused.first().map(|(line, error)| match line {
        1 => format!("what it says of the conversation itself: {error}"),
        line => format!(
            "{failed} of its turns were not taken; turn {}: {error}",
            line - 1
        ),
    });
    let untaken = begun.untaken.as_ref().map(|places| {
        format!("it has what is no part of a conversation, and was not taken: {places}")
    });
    let problems = cut.into_iter().chain(refused).chain(untaken);
    let problems: Vec<String> = problems.collect();
    (!problems.is_empty()).then(|| problems.join("; "))
}
