//! Finding files, and the code of each.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::{Depth, FileSpec, IngestOptions};
use crate::error::{Error, IngestionError};

/// A file that was found: with a code, or with the reason why it has none.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) path: PathBuf,
    pub(super) code: Result<String, Refusal>,
}

/// A file that can't be taken, whatever is in it.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// The code that it would have had.
    pub(super) code: String,
    pub(super) reason: String,
}

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

/// Finds the files of all paths, sorted by path, on a thread that may block.
pub(super) async fn find(
    paths: Vec<PathBuf>,
    options: IngestOptions,
) -> Result<Vec<Candidate>, Error> {
    let walked = tokio::task::spawn_blocking(move || {
        let mut found = Vec::new();
        for path in &paths {
            if path.is_dir() {
                walk(path, &options, &mut found);
            } else {
                found.push(single(path, &options));
            }
        }
        // By bytes: comparing paths part by part takes several times as long.
        found.sort_by(|a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
        found.dedup_by(|a, b| a.path == b.path);
        one_file_a_code(&mut found);
        found
    });
    walked.await.map_err(super::broken)
}

/// The caller's own list of files and codes.
pub(super) fn given(files: &[FileSpec]) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = files
        .iter()
        .map(|file| Candidate {
            path: file.path.clone(),
            code: Ok(file.code.clone()),
        })
        .collect();
    one_file_a_code(&mut found);
    found
}

fn walk(root: &Path, options: &IngestOptions, found: &mut Vec<Candidate>) {
    let walker = WalkBuilder::new(root)
        .standard_filters(false)
        .hidden(true)
        .follow_links(false)
        .max_depth((options.depth == Depth::TopLevel).then_some(1))
        .build();
    for entry in walker {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                found.push(unwalkable(root, &error));
                continue;
            }
        };
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        let wanted = entry.path().extension().is_some_and(|extension| {
            options
                .extensions
                .iter()
                .any(|wanted| extension == wanted.as_str())
        });
        if is_file && wanted {
            let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
            found.push(candidate(entry.path(), below, options));
        }
    }
}

/// A folder that can't be read is a failure of its own: nothing in it is passed over in silence.
fn unwalkable(root: &Path, error: &ignore::Error) -> Candidate {
    let mut path = root.to_owned();
    let mut inner = error;
    while let ignore::Error::WithDepth { err, .. } | ignore::Error::WithPath { err, .. } = inner {
        if let ignore::Error::WithPath { path: at, .. } = inner {
            path.clone_from(at);
        }
        inner = err;
    }
    Candidate {
        path,
        code: Err(Refusal {
            code: String::new(),
            reason: format!("cannot be read: {inner}"),
        }),
    }
}

/// A file that was named itself: its code is its name without the extension.
fn single(path: &Path, options: &IngestOptions) -> Candidate {
    candidate(
        path,
        Path::new(path.file_name().unwrap_or(path.as_os_str())),
        options,
    )
}

fn candidate(path: &Path, below: &Path, options: &IngestOptions) -> Candidate {
    let bare = below.with_extension("");
    let parts: Option<Vec<&str>> = bare.iter().map(|part| part.to_str()).collect();
    let code = match (parts, &options.prefix) {
        (Some(parts), Some(prefix)) => Ok(format!("{prefix}_{}", parts.join("/"))),
        (Some(parts), None) => Ok(parts.join("/")),
        (None, _) => Err(Refusal {
            code: String::new(),
            reason: "the name is not UTF-8, so it gives no code".to_owned(),
        }),
    };
    Candidate {
        path: path.to_owned(),
        code,
    }
}

/// Of several files for one code the first one has it; the others are refused by name.
fn one_file_a_code(found: &mut [Candidate]) {
    let mut owners: HashMap<&str, usize> = HashMap::with_capacity(found.len());
    let mut doubles = Vec::new();
    for (at, candidate) in found.iter().enumerate() {
        let Ok(code) = &candidate.code else { continue };
        match owners.entry(code) {
            Entry::Vacant(free) => drop(free.insert(at)),
            Entry::Occupied(taken) => doubles.push((at, *taken.get())),
        }
    }
    for (at, owner) in doubles {
        let first = found[owner].path.display().to_string();
        if let Ok(code) = &found[at].code {
            let code = code.clone();
            let reason = format!("its code {code:?} is that of {first} already");
            found[at].code = Err(Refusal { code, reason });
        }
    }
}
