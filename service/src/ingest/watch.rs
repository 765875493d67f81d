//! Following a folder's changes until stopped.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};

use super::{Ingest, IngestOptions, IngestReport, Watching, walk};
use crate::error::{Error, IngestionError};

/// Changes come in swarms: a run begins when there was none for so long ...
const QUIET: Duration = Duration::from_millis(300);
/// ... or when they have been coming for so long.
const PATIENCE: Duration = Duration::from_secs(3);
/// A run that failed is repeated after this, also when nothing changes.
const AGAIN: Duration = Duration::from_secs(10);
/// Whether the paths themselves lead elsewhere is looked at so often: nobody tells of that.
const LOOKING: Duration = Duration::from_secs(2);

/// Where a path leads: to what place, and to which file or folder there. None where there is nothing.
type Standing = Option<(PathBuf, (u64, u64))>;

pub(super) async fn watch(
    ingest: &Ingest<'_>,
    paths: &[PathBuf],
    options: &IngestOptions,
    watching: Watching,
    tell: impl Fn(Result<IngestReport, Error>) + Send + Sync,
) -> Result<(), Error> {
    let changed = Arc::new(Notify::new());
    let looking = match watching {
        Watching::Events => LOOKING,
        Watching::Polling(every) => every,
    };
    let mut missing: HashSet<PathBuf> = HashSet::new();
    let (mut watcher, mut is_first) = (None, true);
    loop {
        let standing = stand(paths).await?;
        let here = paths.iter().zip(&standing);
        let (there, gone): (Vec<_>, Vec<_>) = here.partition(|(_, standing)| standing.is_some());
        let there: Vec<PathBuf> = there.into_iter().map(|(path, _)| path.clone()).collect();
        let gone: HashSet<PathBuf> = gone.into_iter().map(|(path, _)| path.clone()).collect();
        for path in gone.difference(&missing) {
            let told = walk::must_exist(path).err();
            let path = path.clone();
            tell(Err(told
                .unwrap_or(IngestionError::NotFound { path })
                .into()));
        }
        missing = gone;
        // What is watched is a folder, or file, and not its name. So it is watched anew before each run:
        // another one may have the name by now. The run sees what happens in between.
        drop(watcher.take());
        let mut failed = false;
        match watch_anew(&there, watching, &changed).await {
            Ok(made) => watcher = made,
            Err(error) if is_first => return Err(error),
            Err(error) => {
                failed = true;
                tell(Err(error));
            }
        }
        is_first = false;
        if !there.is_empty() {
            let done = ingest.paths(&there, options, |_| ()).await;
            if options.cancel.is_cancelled() {
                return Ok(());
            }
            failed |= done.is_err();
            tell(done);
        }
        let ended = Instant::now();
        loop {
            tokio::select! {
                () = options.cancel.cancelled() => return Ok(()),
                () = changed.notified() => break,
                () = sleep(looking) => {}
            }
            // What is polled is looked through by a run: no other look at it is as thorough.
            let is_due = watching != Watching::Events || (failed && ended.elapsed() >= AGAIN);
            if is_due || stand(paths).await? != standing {
                break;
            }
        }
        let first = Instant::now();
        while watching == Watching::Events
            && first.elapsed() < PATIENCE
            && timeout(QUIET, changed.notified()).await.is_ok()
        {
            if options.cancel.is_cancelled() {
                return Ok(());
            }
        }
    }
}

/// Where these paths lead now.
async fn stand(paths: &[PathBuf]) -> Result<Vec<Standing>, Error> {
    let paths = paths.to_vec();
    let looked = tokio::task::spawn_blocking(move || {
        let standing = paths.iter().map(|path| standing(path));
        standing.collect()
    });
    looked.await.map_err(super::broken)
}

fn standing(path: &Path) -> Standing {
    let about = path.metadata().ok()?;
    Some((path.canonicalize().ok()?, place(&about)))
}

/// What tells one file or folder from another one of the same name.
#[cfg(unix)]
fn place(about: &std::fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (about.dev(), about.ino())
}

#[cfg(not(unix))]
fn place(_: &std::fs::Metadata) -> (u64, u64) {
    (0, 0)
}

/// Watches these paths, which may take a while for large folders; None where they are polled.
async fn watch_anew(
    paths: &[PathBuf],
    watching: Watching,
    changed: &Arc<Notify>,
) -> Result<Option<RecommendedWatcher>, Error> {
    if watching != Watching::Events {
        return Ok(None);
    }
    let (paths, changed) = (paths.to_vec(), Arc::clone(changed));
    let made = tokio::task::spawn_blocking(move || watcher(&paths, &changed));
    made.await.map_err(super::broken)?.map(Some)
}

fn watcher(paths: &[PathBuf], changed: &Arc<Notify>) -> Result<RecommendedWatcher, Error> {
    let changed = Arc::clone(changed);
    let told = move |event: notify::Result<notify::Event>| {
        // Reading a file is no change. What can't be told is taken for one.
        let is_reading = event.is_ok_and(|event| matches!(event.kind, EventKind::Access(_)));
        if !is_reading {
            changed.notify_one();
        }
    };
    let failed = |error: notify::Error| {
        let path = error
            .paths
            .first()
            .or(paths.first())
            .cloned()
            .unwrap_or_default();
        let error = std::io::Error::other(error);
        Error::from(IngestionError::Unreadable { path, error })
    };
    let mut watcher = RecommendedWatcher::new(told, notify::Config::default()).map_err(failed)?;
    for path in paths {
        watcher
            .watch(path, RecursiveMode::Recursive)
            .map_err(failed)?;
    }
    Ok(watcher)
}
