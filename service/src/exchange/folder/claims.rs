//! Which of several files is that of a document, or of a conversation: the one that stands where an
//! export writes it. A copy beside it is another one, whatever comes first in the folder.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::path::{self, first_word};

/// What a file says that it is of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Of<'a> {
    /// A document, by its code.
    Document(&'a str),
    /// A conversation, where its block can be read.
    Thread(Option<&'a str>),
}

impl<'a> Of<'a> {
    fn name(self) -> Option<&'a str> {
        match self {
            Self::Document(code) => Some(code),
            Self::Thread(thread) => thread,
        }
    }

    /// Codes and conversations are names apart.
    fn word(self, name: &str) -> u64 {
        first_word(name) ^ u64::from(matches!(self, Self::Thread(_)))
    }
}

/// A file that stands elsewhere than an export would write it.
#[derive(Debug)]
struct Elsewhere {
    path: PathBuf,
    file: String,
    /// It stands there below another folder than the one that is imported, such as where that is a part
    /// of an export.
    is_below: bool,
    /// The words of the paths where it would be written.
    own: [u64; 2],
    is_thread: bool,
}

/// What the files that were seen are of.
#[derive(Debug, Default)]
pub(super) struct Claims {
    /// The files in their own places, by what they are of.
    own: HashMap<u64, Box<str>>,
    /// The paths of files that could not be read.
    failed: HashSet<u64>,
    elsewhere: BTreeMap<u64, Vec<Elsewhere>>,
}

/// A file with its path below the folder, and whether it is to be taken; else why not.
type Settled = (PathBuf, String, Result<(), String>);

impl Claims {
    pub(super) fn note_failed(&mut self, file: &str) {
        self.failed.insert(first_word(file));
    }

    /// Notes a file; tells whether it is to be taken at once.
    pub(super) fn claim(&mut self, path: &Path, file: &str, of: Of<'_>) -> bool {
        // What is wrong with it is told as it is stored.
        let Some(name) = of.name() else { return true };
        let word = of.word(name);
        if path::is_of(Path::new(file), name)
            && let Entry::Vacant(own) = self.own.entry(word)
        {
            own.insert(file.into());
            return true;
        }
        let places = path::places(name);
        let elsewhere = Elsewhere {
            is_below: places.iter().any(|place| path.ends_with(place)),
            own: places.map(|place| first_word(&place.to_string_lossy())),
            is_thread: matches!(of, Of::Thread(_)),
            path: path.to_owned(),
            file: file.to_owned(),
        };
        self.elsewhere.entry(word).or_default().push(elsewhere);
        false
    }

    /// What becomes of the files that were not taken at once.
    pub(super) fn settled(self) -> impl Iterator<Item = Settled> {
        let Self {
            own,
            failed,
            elsewhere,
        } = self;
        elsewhere.into_iter().flat_map(move |(word, files)| {
            let told = own.get(&word).map(Box::as_ref);
            let winner = told.is_none().then(|| winner(&files, &failed)).flatten();
            let names: Vec<String> = files.iter().map(|file| file.file.clone()).collect();
            let mut settled = Vec::with_capacity(files.len());
            for (at, file) in files.into_iter().enumerate() {
                let taken = if winner == Some(at) {
                    Ok(())
                } else {
                    let first = told.or_else(|| names.get(winner?).map(String::as_str));
                    Err(problem(&file, first, &names))
                };
                settled.push((file.path, file.file, taken));
            }
            settled
        })
    }
}

/// The file that is taken where none is in its own place: the only one, or the only one that is in its
/// place below another folder.
fn winner(files: &[Elsewhere], failed: &HashSet<u64>) -> Option<usize> {
    // The file in its own place is there, and can't be read: this may be a copy of it.
    let is_copy = |file: &Elsewhere| file.own.iter().any(|place| failed.contains(place));
    if files.iter().any(is_copy) {
        return None;
    }
    let mut below = (0..).zip(files).filter(|(_, file)| file.is_below);
    match (files.len(), below.next(), below.next()) {
        (1, ..) => Some(0),
        (_, Some((at, _)), None) => Some(at),
        _ => None,
    }
}

fn problem(file: &Elsewhere, first: Option<&str>, all: &[String]) -> String {
    let (what, name) = if file.is_thread {
        ("conversation", "thread_id")
    } else {
        ("document", "code")
    };
    let others = || all.iter().filter(|other| **other != file.file);
    match (first, others().next()) {
        (Some(first), _) => {
            format!("{first} has this {name} already: give this file another one, or take it away")
        }
        (None, Some(other)) => format!(
            "{other} has the same {name}, and which is the {what} can't be told: give one of them another, or take it away"
        ),
        (None, None) => format!(
            "the file of this {what} is there, and can't be read: put that right, or take it away"
        ),
    }
}
