//! The folder with the drafts. Each run of the program has files of its own, and holds a lock beside
//! a draft for as long as that is written: the system lets go of it however the program ends.

use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use service::DateTime;

use super::{Draft, Order, Run, Subject, write_private};

/// A draft as it is on disk.
#[derive(Serialize, Deserialize)]
struct Stored {
    /// The store, as it is named without a password.
    store: String,
    #[serde(flatten)]
    draft: Draft,
}

/// What there is of a text that was not saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// The draft that may be gone on with: the latest one.
    pub(crate) draft: Option<Draft>,
    /// Another run of the program is writing the same just now.
    pub(crate) is_elsewhere: bool,
}

/// The drafts in a folder; None where the system has no place for them.
#[derive(Debug)]
pub(crate) struct Drafts {
    folder: Option<PathBuf>,
    run: Run,
    /// The locks of those that are written.
    held: HashMap<PathBuf, File>,
}

impl Run {
    /// One that no other run has.
    fn new() -> Self {
        let random = RandomState::new().hash_one(std::process::id());
        Self(format!("{}-{random:016x}", std::process::id()))
    }
}

impl Drafts {
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        Self {
            folder,
            run: Run::new(),
            held: HashMap::new(),
        }
    }

    /// What there is of this, in a store.
    pub(crate) fn find(&self, store: &str, of: &Subject) -> Found {
        let name = of.file(store);
        let mut found = Found::default();
        let mut latest = None;
        for (path, stored) in self.read_all(store) {
            if stored.of != *of || !has_name(&path, &name) {
                continue;
            }
            if stored.left_by.is_some() && is_locked(&path) {
                found.is_elsewhere = true;
                continue;
            }
            // What this run wrote is what one goes on with, then the latest.
            let rank = Some((stored.left_by.is_none(), stored.written));
            if rank > latest {
                (latest, found.draft) = (rank, Some(stored));
            }
        }
        found
    }

    /// A store's drafts that nobody else is writing, in an order that stays the same.
    pub(crate) fn all(&self, store: &str) -> Vec<Draft> {
        let free = |(path, draft): (PathBuf, Draft)| {
            (draft.left_by.is_none() || !is_locked(&path)).then_some(draft)
        };
        self.read_all(store).filter_map(free).collect()
    }

    fn read_all(&self, store: &str) -> impl Iterator<Item = (PathBuf, Draft)> {
        let folder = self.folder.as_ref();
        let files = folder.and_then(|folder| fs::read_dir(folder).ok());
        let files = files.into_iter().flatten();
        let mut paths: Vec<PathBuf> = files.filter_map(|file| Some(file.ok()?.path())).collect();
        paths.retain(|path| path.extension().is_some_and(|end| end == "json"));
        paths.sort();
        paths.into_iter().filter_map(move |path| {
            let stored: Stored = serde_json::from_slice(&fs::read(&path).ok()?).ok()?;
            let mut draft = (stored.store == store).then_some(stored.draft)?;
            // Before there were runs, a draft's file had no more than the name of what it is of.
            let run = path.file_stem()?.to_str()?.split_once('-');
            let run = Run(run.map_or_else(String::new, |(_, run)| run.to_owned()));
            draft.left_by = (run != self.run).then_some(run);
            let written = fs::metadata(&path).and_then(|file| file.modified());
            draft.written = written.ok().map(DateTime::from);
            Some((path, draft))
        })
    }

    fn path(&self, store: &str, of: &Subject, run: &Run) -> Option<PathBuf> {
        let (name, Run(run)) = (of.file(store), run);
        let gap = if run.is_empty() { "" } else { "-" };
        let folder = self.folder.as_ref()?;
        Some(folder.join(format!("{name}{gap}{run}.json")))
    }

    /// Does what is ordered.
    pub(super) fn carry_out(&mut self, store: &str, order: Order) {
        match order {
            Order::Leave(of) => {
                if let Some(path) = self.path(store, &of, &self.run) {
                    self.let_go(&path);
                }
            }
            Order::Drop(of, run) => {
                let run = run.unwrap_or_else(|| self.run.clone());
                self.remove(store, &of, &run);
            }
        }
    }

    /// Nothing is written any longer: the drafts are anybody's.
    pub(super) fn leave_all(&mut self) {
        let held: Vec<PathBuf> = self.held.keys().cloned().collect();
        for path in held {
            self.let_go(&path);
        }
    }

    /// Writes a draft, by this run from now on: nobody else is offered it meanwhile. An error says
    /// why it is not on disk; what was there of it before stays.
    pub(super) fn keep(&mut self, store: &str, mut draft: Draft) -> Result<(), String> {
        let Some(folder) = &self.folder else {
            return Err("the system names no folder for them; XDG_STATE_HOME does".to_owned());
        };
        let shown = folder.display().to_string();
        let of = draft.of.clone();
        let before = draft.left_by.take();
        self.write(store, draft).map_err(|error| {
            tracing::error!(%error, folder = shown, "a draft could not be written");
            format!("{shown}: {error}")
        })?;
        // What was taken over has no second copy.
        if let Some(run) = before {
            self.remove(store, &of, &run);
        }
        Ok(())
    }

    fn write(&mut self, store: &str, draft: Draft) -> io::Result<()> {
        let Some(path) = self.path(store, &draft.of, &self.run) else {
            return Ok(());
        };
        if !self.held.contains_key(&path) {
            let lock = lock(&path)?;
            self.held.insert(path.clone(), lock);
        }
        let stored = Stored {
            store: store.to_owned(),
            draft,
        };
        write_private(&path, &serde_json::to_vec(&stored)?)
    }

    fn remove(&mut self, store: &str, of: &Subject, run: &Run) {
        if let Some(path) = self.path(store, of, run) {
            // One that isn't there need not go.
            drop(fs::remove_file(&path));
            drop(fs::remove_file(lock_of(&path)));
            self.held.remove(&path);
        }
    }

    fn let_go(&mut self, path: &Path) {
        if self.held.remove(path).is_some() {
            drop(fs::remove_file(lock_of(path)));
        }
    }
}

/// Whether a draft's file is one of what is called so.
fn has_name(path: &Path, name: &str) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    stem.is_some_and(|stem| stem.split('-').next() == Some(name))
}

fn lock_of(draft: &Path) -> PathBuf {
    draft.with_extension("lock")
}

/// Makes the lock of a draft, and holds it.
fn lock(draft: &Path) -> io::Result<File> {
    let path = lock_of(draft);
    write_private(&path, b"")?;
    let lock = File::open(&path)?;
    // Where a file system has no locks, two programs only don't know of each other.
    if let Err(TryLockError::Error(error)) = lock.try_lock() {
        tracing::debug!(%error, "a draft is written without a lock");
    }
    Ok(lock)
}

/// Whether another run of the program is writing a draft.
fn is_locked(draft: &Path) -> bool {
    let lock = File::open(lock_of(draft));
    lock.is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock)))
}
