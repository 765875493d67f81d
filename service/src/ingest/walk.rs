//! Finding files: below folders, as the options say, and never beyond them.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};

use super::files::{Code, Found, Listing, Root, State};
use super::{Depth, FileSpec, Hidden, IgnoreFiles, IngestOptions, exported, ignored, look, twins};
use crate::error::{Error, IngestionError};

/// Threads that look through folders.
const THREADS: usize = 2;
/// Found files that one thread keeps before it hands them over.
const HANDED_OVER: usize = 512;

/// Extensions that are told apart, and the longest of them, in bytes.
const EXTENSIONS: usize = 100;
const LONGEST_EXTENSION: usize = 16;

/// How many files are not wanted, by their extension.
pub(super) type PassedOver = BTreeMap<String, u64>;

/// What was found, and what is known of each already: nothing, or that it can't be taken.
pub(super) type Walked = (Listing, Vec<State>);

/// Fails for a path that is not there, or can't be looked at.
pub(super) fn must_exist(path: &Path) -> Result<(), IngestionError> {
    match path.metadata() {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(IngestionError::NotFound {
                path: path.to_owned(),
            })
        }
        Err(error) => Err(IngestionError::Unreadable {
            path: path.to_owned(),
            error,
        }),
    }
}

/// Finds the files of all paths, sorted by path, on threads that may block.
pub(super) async fn find(
    paths: Vec<std::path::PathBuf>,
    options: IngestOptions,
    now: DateTime<Utc>,
) -> Result<Walked, Error> {
    let walked = tokio::task::spawn_blocking(move || {
        options.check()?;
        let mut listing = Listing {
            prefix: options.prefix.clone(),
            ..Listing::default()
        };
        let (mut found, mut folders) = (Vec::new(), HashSet::new());
        for path in paths {
            let at = u32::try_from(listing.roots.len()).unwrap_or(u32::MAX);
            let mut root = root(&path)?;
            // A folder that was named twice is one.
            if root.is_whole && !folders.insert(root.identity.clone()) {
                continue;
            }
            let before = found.len();
            if root.is_whole {
                let others = walk(&path, at, &options, now, &mut found)?;
                for (extension, files) in others {
                    *listing.passed_over.entry(extension).or_default() += files;
                }
            } else {
                found.push(single(&path, at, now));
            }
            root.is_empty = !found[before..]
                .iter()
                .any(|(found, _)| found.root.is_some());
            listing.roots.push(root);
        }
        without_repeats(&listing, &mut found);
        Ok(sorted(listing, found))
    });
    walked.await.map_err(super::broken)?
}

/// The caller's own list of files and codes.
pub(super) fn given(files: &[FileSpec]) -> Walked {
    let found = files.iter().map(|file| {
        let found = Found {
            path: file.path.as_path().into(),
            root: None,
            code: Code::Given(file.code.as_str().into()),
            bytes: file.path.metadata().map_or(0, |about| about.len()),
            look: 0,
        };
        (found, State::default())
    });
    let (found, mut states): (Vec<Found>, Vec<State>) = found.unzip();
    let listing = Listing {
        found,
        ..Listing::default()
    };
    twins::tell_apart(&listing, &mut states);
    (listing, states)
}

/// A file that several roots have, one below the other, is that of the root that was named first.
fn without_repeats(listing: &Listing, found: &mut Vec<(Found, State)>) {
    if listing.roots.len() < 2 {
        return;
    }
    // Hashes take the place of the paths: there may be millions of them.
    let (hasher, mut seen) = (RandomState::new(), HashSet::new());
    found.retain(|(found, _)| {
        let root = found.root.and_then(|root| listing.roots.get(root as usize));
        let (Some(root), Some(below)) = (root, listing.below(found)) else {
            return true;
        };
        seen.insert(hasher.hash_one(Path::new(&root.identity).join(below)))
    });
}

fn sorted(mut listing: Listing, mut found: Vec<(Found, State)>) -> Walked {
    // By bytes: comparing paths part by part takes several times as long.
    found.sort_by(|(a, _), (b, _)| a.path.as_os_str().cmp(b.path.as_os_str()));
    found.dedup_by(|(a, _), (b, _)| a.path == b.path);
    let (found, mut states): (Vec<Found>, Vec<State>) = found.into_iter().unzip();
    listing.found = found;
    twins::tell_apart(&listing, &mut states);
    (listing, states)
}

/// What the path is known by: a folder itself, or the folder of a file.
fn root(path: &Path) -> Result<Root, IngestionError> {
    let is_whole = path.is_dir();
    let given = match path.parent() {
        _ if is_whole => path,
        Some(parent) => parent,
        None => path,
    };
    let to_resolve = if given.as_os_str().is_empty() {
        Path::new(".")
    } else {
        given
    };
    let identity = to_resolve
        .canonicalize()
        .map_err(|error| IngestionError::Unreadable {
            path: path.to_owned(),
            error,
        })?;
    Ok(Root {
        given: given.to_owned(),
        identity: identity.to_string_lossy().into_owned(),
        is_whole,
        is_empty: false,
        is_link: is_whole && given.is_symlink(),
    })
}

/// Which files of a tree are wanted.
struct Wanted<'a> {
    root: &'a Path,
    prefix: Option<&'a str>,
    extensions: &'a [String],
    include: Option<Gitignore>,
    /// When it was looked for.
    now: DateTime<Utc>,
}

impl Wanted<'_> {
    fn has(&self, path: &Path) -> bool {
        let extension = path.extension().is_some_and(|extension| {
            self.extensions
                .iter()
                .any(|wanted| extension == wanted.as_str())
        });
        extension
            && self
                .include
                .as_ref()
                .is_none_or(|include| include.matched_path_or_any_parents(path, false).is_ignore())
    }
}

/// Globs as a `.gitignore` file has them, below this folder.
pub(super) fn globs(root: &Path, globs: &[String]) -> Result<Option<Gitignore>, IngestionError> {
    if globs.is_empty() {
        return Ok(None);
    }
    let mut builder = GitignoreBuilder::new(root);
    builder.allow_unclosed_class(false);
    let bad = |glob: &str, error: &ignore::Error| IngestionError::Glob {
        glob: glob.to_owned(),
        problem: error.to_string(),
    };
    for glob in globs {
        // A line of a file may be either; a glob that matches nothing is a mistake.
        if glob.trim().is_empty() || glob.starts_with('#') {
            return Err(IngestionError::Glob {
                glob: glob.clone(),
                problem: "it is empty, or a comment".to_owned(),
            });
        }
        builder
            .add_line(None, glob)
            .map_err(|error| bad(glob, &error))?;
    }
    let built = builder.build();
    built
        .map(Some)
        .map_err(|error| bad(&globs.join(" "), &error))
}

fn walk(
    root: &Path,
    at: u32,
    options: &IngestOptions,
    now: DateTime<Utc>,
    found: &mut Vec<(Found, State)>,
) -> Result<PassedOver, IngestionError> {
    let wanted = Wanted {
        root,
        prefix: options.prefix.as_deref(),
        now,
        extensions: &options.extensions,
        include: globs(root, &options.include)?,
    };
    let mut builder = WalkBuilder::new(root);
    let honour = options.ignore_files == IgnoreFiles::Honour;
    builder
        .standard_filters(false)
        .hidden(options.hidden == Hidden::LeaveOut)
        .git_ignore(honour)
        .require_git(false)
        .follow_links(false)
        .same_file_system(true)
        .max_depth((options.depth == Depth::TopLevel).then_some(1))
        .threads(THREADS);
    if honour {
        builder.add_custom_ignore_filename(ignored::FOLIO_IGNORE);
        if let Some(problem) = ignored::problem(root) {
            found.push(untaken(root, problem));
            return Ok(PassedOver::new());
        }
    }
    let exclude = globs(root, &options.exclude)?;
    let refused = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&refused);
    builder.filter_entry(move |entry| {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        let is_excluded =
            |exclude: &Gitignore| exclude.matched(entry.path(), is_folder).is_ignore();
        if entry.depth() > 0 && exclude.as_ref().is_some_and(is_excluded) {
            return false;
        }
        let Some(problem) = (honour && is_folder)
            .then(|| ignored::problem(entry.path()))
            .flatten()
        else {
            return true;
        };
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        told.push(untaken(entry.path(), problem));
        false
    });
    let all = Mutex::new((std::mem::take(found), PassedOver::new()));
    builder.build_parallel().run(|| {
        let mut mine = HandOver {
            kept: Vec::new(),
            others: PassedOver::new(),
            all: &all,
        };
        let (wanted, cancel) = (&wanted, &options.cancel);
        Box::new(move |entry| {
            if cancel.is_cancelled() {
                return WalkState::Quit;
            }
            match entry {
                Ok(entry) => match candidate(&entry, at, wanted) {
                    Some(found) => mine.kept.push(found),
                    None => mine.pass_over(&entry),
                },
                Err(error) => mine.kept.push(unwalkable(root, &error)),
            }
            if mine.kept.len() >= HANDED_OVER {
                mine.hand_over();
            }
            WalkState::Continue
        })
    });
    let others;
    (*found, others) = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.append(&mut refused.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(others)
}

/// What one thread found; it is handed over at the latest when the thread ends.
struct HandOver<'a> {
    kept: Vec<(Found, State)>,
    others: PassedOver,
    all: &'a Mutex<(Vec<(Found, State)>, PassedOver)>,
}

impl HandOver<'_> {
    fn hand_over(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.0.append(&mut self.kept);
        for (extension, files) in std::mem::take(&mut self.others) {
            *all.1.entry(extension).or_default() += files;
        }
    }

    /// Counts a file that is not wanted. Names that are no text, and endings that are no extension, are
    /// counted together.
    fn pass_over(&mut self, entry: &DirEntry) {
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            return;
        }
        let extension = entry.path().extension().and_then(|name| name.to_str());
        let extension = extension.filter(|name| name.len() <= LONGEST_EXTENSION);
        let known = self.others.len() < EXTENSIONS;
        let extension = extension.filter(|name| known || self.others.contains_key(*name));
        let extension = extension.unwrap_or_default().to_owned();
        *self.others.entry(extension).or_default() += 1;
    }
}

impl Drop for HandOver<'_> {
    fn drop(&mut self) {
        self.hand_over();
    }
}

/// A file that is wanted. Links are passed over; what is neither file nor folder nor link but
/// has a wanted name is told of, and never opened: reading from it might wait for ever.
fn candidate(entry: &DirEntry, root: u32, wanted: &Wanted<'_>) -> Option<(Found, State)> {
    let kind = entry.file_type()?;
    if kind.is_dir() || kind.is_symlink() || !wanted.has(entry.path()) {
        return None;
    }
    let mut found = Found {
        path: entry.path().into(),
        root: Some(root),
        code: Code::OfPath,
        bytes: 0,
        look: 0,
    };
    if !kind.is_file() {
        return Some((found, State::failed(super::read::NO_FILE)));
    }
    found.code = exported::code(entry.path(), wanted.root, wanted.prefix);
    if let Ok(about) = entry.metadata() {
        found.bytes = about.len();
        found.look = look::of(&about, wanted.now);
    }
    Some(checked(found))
}

/// A name that is not UTF-8 gives no code.
fn checked(mut found: Found) -> (Found, State) {
    let name = found.path.file_name().and_then(|name| name.to_str());
    if name.is_some() && found.path.to_str().is_some() {
        return (found, State::default());
    }
    found.code = Code::Missing;
    let reason = "its name, or that of a folder above it, is not UTF-8, so it gives no code";
    (found, State::failed(reason))
}

/// A folder that can't be read is a failure of its own: nothing in it is passed over in silence.
fn unwalkable(root: &Path, error: &ignore::Error) -> (Found, State) {
    let mut path = root;
    let mut inner = error;
    while let ignore::Error::WithDepth { err, .. } | ignore::Error::WithPath { err, .. } = inner {
        if let ignore::Error::WithPath { path: at, .. } = inner {
            path = at;
        }
        inner = err;
    }
    untaken(path, format!("cannot be read: {inner}"))
}

/// A folder, or a file, of which nothing is known but that it can't be taken.
fn untaken(path: &Path, reason: String) -> (Found, State) {
    let found = Found {
        path: path.into(),
        root: None,
        code: Code::Missing,
        bytes: 0,
        look: 0,
    };
    (found, State::failed(reason))
}

/// A file that was named itself: its code is its name without the extension.
fn single(path: &Path, root: u32, now: DateTime<Utc>) -> (Found, State) {
    let about = path.metadata().ok();
    checked(Found {
        path: path.into(),
        root: Some(root),
        code: Code::OfPath,
        bytes: about.as_ref().map_or(0, std::fs::Metadata::len),
        look: about.map_or(0, |about| look::of(&about, now)),
    })
}
