//! The program's log: a file a day in the state folder, seven of them kept, and the last records
//! in memory for the admin's screen of them. Nothing is ever logged to the terminal. `FOLIO_LOG`
//! sets the level, such as `debug` or `info,sqlx=debug`.

mod recent;

pub(crate) use recent::{Grade, KEPT, Recent, Record};

use std::path::PathBuf;
use std::sync::Arc;

use service::SystemClock;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_appender::rolling::{Builder, RollingFileAppender, Rotation};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// Files that are kept.
const FILES: usize = 7;
/// Lines that may wait to be written; room for them is taken at once, and of the library's own limit
/// that is 4 MB. What does not fit is dropped.
const WAITING: usize = 8_192;

/// Starts logging: gives what has to be held while the program runs, and the last records. That
/// no file can be written is no reason not to work.
pub(crate) fn start() -> (Option<WorkerGuard>, Recent) {
    let recent = Recent::new(Arc::new(SystemClock));
    let (file, guard) = file()
        .map(|file| {
            let (writer, guard) = NonBlockingBuilder::default()
                .buffered_lines_limit(WAITING)
                .finish(file);
            let layer = tracing_subscriber::fmt::layer()
                .with_writer(writer)
                .with_ansi(false);
            (layer.boxed(), guard)
        })
        .unzip();
    let filter = std::env::var("FOLIO_LOG")
        .unwrap_or_else(|_| "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn".to_owned());
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let started = tracing_subscriber::registry()
        .with(file)
        .with(recent.clone())
        .with(filter)
        .try_init();
    (guard.filter(|_| started.is_ok()), recent)
}

fn file() -> Option<RollingFileAppender> {
    let folder = folder()?;
    std::fs::create_dir_all(&folder).ok()?;
    Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix("folio")
        .filename_suffix("log")
        .max_log_files(FILES)
        .build(&folder)
        .ok()
}

/// Where the log's files are.
pub(crate) fn folder() -> Option<PathBuf> {
    Some(crate::cli::folders::state()?.join("logs"))
}
