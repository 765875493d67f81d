//! The program's log: a file a day in the state folder, seven of them kept. Nothing is ever
//! logged to the terminal. `FOLIO_LOG` sets the level, such as `debug` or `info,sqlx=debug`.

use std::path::PathBuf;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{Builder, Rotation};
use tracing_subscriber::EnvFilter;

/// Files that are kept.
const KEPT: usize = 7;

/// Starts logging; None where no log can be written, which is no reason not to work.
pub(crate) fn start() -> Option<WorkerGuard> {
    let folder = folder()?;
    std::fs::create_dir_all(&folder).ok()?;
    let file = Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix("folio")
        .filename_suffix("log")
        .max_log_files(KEPT)
        .build(&folder)
        .ok()?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    let filter = std::env::var("FOLIO_LOG")
        .unwrap_or_else(|_| "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn".to_owned());
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let started = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        .with_ansi(false)
        .try_init();
    started.ok().map(|()| guard)
}

/// Where the log's files are.
pub(crate) fn folder() -> Option<PathBuf> {
    Some(crate::cli::folders::state()?.join("logs"))
}
