//! `folio ingest`: taking files in.

use indicatif::{ProgressBar, ProgressStyle};
use service::ingest::{Depth, FileStatus, IngestOptions, IngestReport, Mode};
use service::{CancellationToken, Config};

use super::Done;
use super::arguments::Ingest;
use super::output::{Output, Stop, complain, plain};

pub(super) async fn run(config: Config, ingest: Ingest, output: &Output) -> Result<Done, Stop> {
    let folio = super::store::open(config).await?;
    let options = IngestOptions::default()
        .prefix(ingest.prefix.unwrap_or_default())
        .extensions(ingest.ext)
        .depth(if ingest.no_recursive {
            Depth::TopLevel
        } else {
            Depth::Recursive
        })
        .mode(if ingest.dry_run {
            Mode::DryRun
        } else {
            Mode::Write
        })
        .cancelled_by(stopped_by_ctrl_c());
    let bar = bar();
    let report = folio
        .ingest()
        .paths(&ingest.paths, &options, |progress| {
            bar.set_length(progress.total);
            bar.set_position(progress.files);
        })
        .await;
    bar.finish_and_clear();
    let report = report?;
    folio.close().await;
    output.print(&report, |report| lines(report, ingest.dry_run))?;
    if report.failed_count == 0 {
        return Ok(Done::Whole);
    }
    complain(&format!(
        "{} of {} files failed",
        report.failed_count, report.total
    ));
    Ok(Done::InPart)
}

/// A bar on a terminal's standard error; nothing where that is no terminal.
pub(super) fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len}  {per_sec}  {eta} left") {
        bar.set_style(style);
    }
    bar
}

/// A token that the first ctrl-c cancels; what is being written is brought to its end.
pub(super) fn stopped_by_ctrl_c() -> CancellationToken {
    let token = CancellationToken::new();
    let cancelled = token.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            cancelled.cancel();
        }
    });
    token
}

fn lines(report: &IngestReport, dry_run: bool) -> Vec<String> {
    let shown = report
        .files
        .iter()
        .filter(|file| dry_run || file.status == FileStatus::Failed);
    let mut lines: Vec<String> = shown
        .filter(|file| file.status != FileStatus::Unchanged)
        .map(|file| {
            let what = match file.status {
                FileStatus::Added => "add",
                FileStatus::Updated => "update",
                FileStatus::Unchanged => "leave",
                FileStatus::Failed => "failed",
            };
            let error = file
                .error
                .as_deref()
                .map_or(String::new(), |error| format!(": {}", plain(error)));
            format!("{what}  {}{error}", plain(&file.file))
        })
        .collect();
    let would = if dry_run { "would be " } else { "" };
    lines.push(format!(
        "{} files: {} {would}added, {} {would}updated, {} unchanged, {} failed",
        report.total, report.added, report.updated, report.unchanged, report.failed_count
    ));
    lines
}
