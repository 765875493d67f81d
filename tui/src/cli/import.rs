//! `folio import`: taking conversations in.

use std::io::{BufRead, BufReader};
use std::path::Path;

use service::{Config, ImportReport};

use super::Done;
use super::arguments::Import;
use super::ingest::{bar, stopped_by_ctrl_c};
use super::output::{Output, Stop, complain, plain};

/// Bad lines that are printed for people; the JSON has more.
const SHOWN: usize = 20;

pub(super) async fn run(config: Config, import: Import, output: &Output) -> Result<Done, Stop> {
    let (lines, bytes) = open(&import.file)?;
    let folio = super::store::open(config).await?;
    let bar = bar();
    bar.set_length(bytes);
    let report = folio
        .import_turns(lines, &stopped_by_ctrl_c(), |progress| {
            bar.set_position(progress.bytes);
        })
        .await;
    bar.finish_and_clear();
    let report = report?;
    folio.close().await;
    output.print(&report, report_lines)?;
    if report.failed == 0 {
        return Ok(Done::Whole);
    }
    complain(&format!(
        "{} of {} lines failed",
        report.failed, report.total
    ));
    Ok(Done::InPart)
}

/// The lines, and how many bytes they have where that is known.
fn open(path: &Path) -> Result<(Box<dyn BufRead + Send>, u64), Stop> {
    if path == Path::new("-") {
        return Ok((Box::new(BufReader::new(std::io::stdin())), 0));
    }
    let failed =
        |error: std::io::Error| Stop::Failed(format!("cannot read {}: {error}", path.display()));
    let file = std::fs::File::open(path).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if about.is_dir() {
        return Err(Stop::Failed(format!(
            "{} is a folder: import takes a file of turns",
            path.display()
        )));
    }
    Ok((Box::new(BufReader::new(file)), about.len()))
}

fn report_lines(report: &ImportReport) -> Vec<String> {
    let line = |bad: &service::LineError| format!("line {}: {}", bad.line, plain(&bad.error));
    let mut lines: Vec<String> = report.errors.iter().take(SHOWN).map(line).collect();
    if report.errors.len() > SHOWN {
        lines.push(format!("... and {} more", report.failed - SHOWN as u64));
    }
    lines.push(format!(
        "{} turns: {} imported, {} there already, {} failed",
        report.total, report.imported, report.skipped, report.failed
    ));
    lines
}
