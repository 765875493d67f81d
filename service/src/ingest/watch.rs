//! Following a folder's changes until stopped.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use notify::{EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::{Ingest, IngestOptions, IngestReport, Watching};
use crate::error::{Error, IngestionError};

/// Changes come in swarms: a run begins when there was none for so long ...
const QUIET: Duration = Duration::from_millis(300);
/// ... or when they have been coming for so long.
const PATIENCE: Duration = Duration::from_secs(3);
/// A run that failed is repeated after this, also when nothing changes.
const AGAIN: Duration = Duration::from_secs(10);

pub(super) async fn watch(
    ingest: &Ingest<'_>,
    paths: &[PathBuf],
    options: &IngestOptions,
    watching: Watching,
    tell: impl Fn(Result<IngestReport, Error>) + Send + Sync,
) -> Result<(), Error> {
    let changed = Arc::new(Notify::new());
    // It watches from before the first run, so that nothing is missed between the two.
    let _watcher = watcher(paths, watching, &changed)?;
    loop {
        let done = ingest.paths(paths, options, |_| ()).await;
        if options.cancel.is_cancelled() {
            return Ok(());
        }
        let failed = done.is_err();
        tell(done);
        let wait = if failed { AGAIN } else { Duration::MAX };
        tokio::select! {
            () = options.cancel.cancelled() => return Ok(()),
            _ = timeout(wait, changed.notified()) => {}
        }
        let first = Instant::now();
        while first.elapsed() < PATIENCE && timeout(QUIET, changed.notified()).await.is_ok() {
            if options.cancel.is_cancelled() {
                return Ok(());
            }
        }
    }
}

fn watcher(
    paths: &[PathBuf],
    watching: Watching,
    changed: &Arc<Notify>,
) -> Result<Box<dyn Watcher + Send>, Error> {
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
    let mut watcher: Box<dyn Watcher + Send> = match watching {
        Watching::Events => {
            Box::new(RecommendedWatcher::new(told, notify::Config::default()).map_err(failed)?)
        }
        Watching::Polling(every) => {
            let config = notify::Config::default().with_poll_interval(every);
            Box::new(PollWatcher::new(told, config).map_err(failed)?)
        }
    };
    for path in paths {
        watcher
            .watch(path, RecursiveMode::Recursive)
            .map_err(failed)?;
    }
    Ok(watcher)
}
