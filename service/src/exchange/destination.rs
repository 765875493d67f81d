//! The file that an export is written into: what stands there, and whether it may be replaced.

use std::fs::{File, Metadata};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::conversations::THREAD;
use super::{archive, lines, unwritable_file};
use crate::backup::{Overwrite, in_the_way};
use crate::error::{Error, IngestionError};
use crate::folio::Folio;
use crate::unfinished::{Readers, Unfinished};

/// What a database of SQLite begins with.
const DATABASE: &[u8] = b"SQLite format 3\0";
/// Links that lead to one another, at the most.
const LINKS: usize = 40;
pub(super) const FORCE: &str = "name another file, or replace it with --force";

/// Which file an export may take the place of. A database is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaces {
    /// An earlier export of the same kind, or an empty one.
    Earlier,
    /// Whatever file is there.
    Any,
}

/// What a file of an export has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contents {
    /// Documents, a line each.
    Documents,
    /// Conversations and their turns, a line each.
    Threads,
    /// One conversation, as Markdown: whether it may be replaced is told by its checksum.
    Thread,
    Archive,
}

/// The file itself, also where a link leads to it.
#[derive(Debug)]
pub(super) struct Destination {
    path: PathBuf,
    /// What stands there.
    there: Option<Metadata>,
}

impl Destination {
    /// Looks at the place where a file is to be. What is written to a link is where it leads.
    pub(super) fn open(
        folio: &Folio,
        path: &Path,
        contents: Contents,
        replaces: Replaces,
    ) -> Result<Self, IngestionError> {
        let refused = |problem: String| unwritable_file(path, io::Error::other(problem));
        let failed = |error| unwritable_file(path, error);
        // What is no file may have no path of its own, such as a pipe that is /dev/stdout.
        if path.metadata().is_ok_and(|about| !about.is_file()) {
            let problem = "there is something else than a file; - writes to standard output";
            return Err(refused(problem.to_owned()));
        }
        let target = followed(path);
        let own = folio.is_own_file(&target);
        let own = own.map(|problem| format!("{problem}: name another file"));
        if let Some(problem) = own.or_else(|| in_the_way(&target, Overwrite::Whole)) {
            return Err(refused(problem));
        }
        let there = match target.metadata() {
            Ok(there) => Some(there),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        let is_there = there.as_ref().is_some_and(|there| there.len() > 0);
        if is_there && is_database(&target).map_err(failed)? {
            let problem = "it is a database of SQLite, which no export replaces: name another file";
            return Err(refused(problem.to_owned()));
        }
        if is_there && replaces == Replaces::Earlier {
            let longest = lines::longest(folio);
            let is_earlier = is_earlier(&target, contents, longest).map_err(failed)?;
            if !is_earlier {
                let what = contents.name();
                return Err(refused(format!(
                    "there is another file, which is no earlier export of {what}, and is left as it is; {FORCE}"
                )));
            }
        }
        let path = target;
        Ok(Self { path, there })
    }

    /// The file that is to be replaced, where it has anything.
    pub(super) fn replaced(&self) -> Option<&Path> {
        let there = self.there.as_ref().filter(|there| there.len() > 0);
        there.map(|_| self.path.as_path())
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Begins the file, beside the one that it is to be, with the rights of one that it replaces.
    pub(super) fn begin(&self, readers: Readers) -> io::Result<Unfinished> {
        let out = Unfinished::beside(&self.path, readers)?;
        if let Some(there) = &self.there {
            out.like(there)?;
        }
        Ok(out)
    }

    /// Gives the file its name. One that has appeared there meanwhile stays.
    pub(super) fn keep(&self, out: Unfinished) -> io::Result<u64> {
        let overwrite = match self.there {
            Some(_) => Overwrite::Whole,
            None => Overwrite::Never,
        };
        out.keep(&self.path, overwrite)
    }
}

impl Contents {
    fn name(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Threads => "threads",
            Self::Thread => "a conversation",
            Self::Archive => "an archive",
        }
    }
}

/// Where a link leads, also one to what is not there yet.
fn followed(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        let Ok(target) = path.read_link() else { break };
        path = match path.parent() {
            Some(folder) => folder.join(target),
            None => target,
        };
    }
    path
}

fn is_database(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    let mut file = File::open(path)?.take(DATABASE.len() as u64);
    file.read_to_end(&mut start)?;
    Ok(start == DATABASE)
}

/// Whether a file begins as an export of this kind does.
fn is_earlier(path: &Path, contents: Contents, longest: usize) -> io::Result<bool> {
    let mut file = BufReader::new(File::open(path)?);
    if contents == Contents::Archive {
        return Ok(archive::begins(file));
    }
    let mut line = Vec::new();
    lines::next(&mut file, &mut line, longest)?;
    Ok(match contents {
        Contents::Documents => serde_json::from_slice::<DocumentLine>(&line).is_ok(),
        Contents::Threads => {
            let first = serde_json::from_slice::<ThreadLine>(&line);
            first.is_ok_and(|first| first.r#type == THREAD)
        }
        Contents::Thread | Contents::Archive => true,
    })
}

/// What every line of an export has of a document.
#[derive(Deserialize)]
#[expect(dead_code, reason = "what counts is that all of it is there")]
struct DocumentLine {
    code: String,
    content: IgnoredAny,
    id: String,
    version: u64,
    updated_at: String,
}

/// What the first line of an export of conversations has.
#[derive(Deserialize)]
#[expect(dead_code, reason = "what counts is that all of it is there")]
struct ThreadLine {
    r#type: String,
    thread_id: String,
    pinned: bool,
}

impl Folio {
    /// Writes every document as a line of JSON into a file, which is there whole or not at all; gives how
    /// many.
    ///
    /// # Errors
    /// The database's, or [`IngestionError::Unwritable`], also where another file is there.
    pub async fn export_documents_file(
        &self,
        path: &Path,
        replaces: Replaces,
    ) -> Result<u64, Error> {
        let destination = Destination::open(self, path, Contents::Documents, replaces)?;
        let failed = |error| unwritable_file(path, error);
        let mut out = destination.begin(Readers::Mask).map_err(failed)?;
        let written = self.export_documents(&mut out, |_| ()).await?;
        destination.keep(out).map_err(failed)?;
        Ok(written)
    }

    /// Writes every conversation and turn as a line of JSON into a file, which is there whole or not at
    /// all; gives how many turns.
    ///
    /// # Errors
    /// As [`Folio::export_documents_file`].
    pub async fn export_threads_file(&self, path: &Path, replaces: Replaces) -> Result<u64, Error> {
        let destination = Destination::open(self, path, Contents::Threads, replaces)?;
        let failed = |error| unwritable_file(path, error);
        let mut out = destination.begin(Readers::Mask).map_err(failed)?;
        let written = self.export_threads(&mut out, |_| ()).await?;
        destination.keep(out).map_err(failed)?;
        Ok(written)
    }
}
