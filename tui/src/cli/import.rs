//! `folio import`: taking documents, conversations and archives in.

use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use service::{ArchiveReport, Config, FileError, FolderImport, Folio, ImportReport};

use super::Done;
use super::arguments::{Import, ImportKind};
use super::ingest::{bar, stopped_by_ctrl_c};
use super::output::{Output, Stop, complain, plain};
use crate::admin::text::plural;

/// Bad lines that are printed for people; the JSON has more.
const SHOWN: usize = 20;

pub(super) async fn run(config: Config, import: Import, output: &Output) -> Result<Done, Stop> {
    let is_folder = import.file.is_dir();
    if is_folder || import.kind == Some(ImportKind::Folder) {
        if import.kind.is_some_and(|kind| kind != ImportKind::Folder) {
            let said = format!("{} is a folder", import.file.display());
            return Err(Stop::Misused(said));
        }
        return folder(config, &import.file, output).await;
    }
    let (mut lines, bytes) = open(&import.file)?;
    let kind = match import.kind {
        Some(kind) => kind,
        None => told(&mut lines)?,
    };
    if kind == ImportKind::Folder {
        drop(lines);
        return folder(config, &import.file, output).await;
    }
    let folio = super::store::open(config).await?;
    let done = match kind {
        ImportKind::Archive => archive(&folio, &import.file, output).await,
        ImportKind::Messages => messages(&folio, &import, lines, output).await,
        kind => take(&folio, kind, lines, bytes, output).await,
    };
    folio.close().await;
    done
}

/// What a file is by how it begins: an archive by its first entry's name, messages by their
/// bracket, documents by the fields of their first line.
fn told(lines: &mut Box<dyn BufRead + Send>) -> Result<ImportKind, Stop> {
    let failed = |error: std::io::Error| Stop::Failed(format!("cannot read the file: {error}"));
    let start = lines.fill_buf().map_err(failed)?;
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    if start.starts_with(b"manifest.json\0") {
        return Ok(ImportKind::Archive);
    }
    let first = start.trim_ascii_start();
    let line = first
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let mut lines = start.split(|byte| *byte == b'\n');
    if lines
        .next()
        .is_some_and(|line| line.trim_ascii_end() == b"---")
        && let Some(field) = lines.next()
        && (field.starts_with(b"folio-document: ") || field.starts_with(b"folio-thread: "))
    {
        return Ok(ImportKind::Folder);
    }
    let has = |field: &[u8]| line.windows(field.len()).any(|at| at == field);
    Ok(match first.first() {
        Some(b'[') => ImportKind::Messages,
        Some(b'{') if line.trim_ascii() == b"{" || has(b"\"mapping\"") => ImportKind::Messages,
        Some(b'{') if line.starts_with(b"{\"code\"") => ImportKind::Documents,
        Some(b'{') if has(b"\"code\"") && has(b"\"content\"") && !has(b"\"thread_id\"") => {
            ImportKind::Documents
        }
        _ => ImportKind::Turns,
    })
}

async fn take(
    folio: &Folio,
    kind: ImportKind,
    lines: Box<dyn BufRead + Send>,
    bytes: u64,
    output: &Output,
) -> Result<Done, Stop> {
    let (bar, cancel) = (bar(), stopped_by_ctrl_c());
    bar.set_message("importing");
    bar.set_length(bytes);
    let show = |progress: service::TurnProgress| bar.set_position(progress.bytes);
    let report = match kind {
        ImportKind::Documents => folio.import_documents(lines, &cancel, show).await,
        _ => folio.import_turns(lines, &cancel, show).await,
    };
    bar.finish_and_clear();
    ended(&report?, *output)
}

/// The files of an exported folder, or one of them.
async fn folder(config: Config, path: &Path, output: &Output) -> Result<Done, Stop> {
    if path == Path::new("-") {
        let said = "a file of an exported folder has to be named".to_owned();
        return Err(Stop::Misused(said));
    }
    let folio = super::store::open(config).await?;
    let bar = spinner();
    let show = |files| {
        bar.set_message(format!("importing: {files} files"));
        bar.tick();
    };
    let taken = folio.import_folder(path, &stopped_by_ctrl_c(), show).await;
    bar.finish_and_clear();
    folio.close().await;
    let report = taken?;
    output.print(&report, |report: &FolderImport| {
        let mut lines = file_errors(&report.errors, report.failed);
        lines.push(format!(
            "{}: {} imported, {} changed, {} there already, {} failed",
            plural(report.total, "file"),
            report.imported,
            report.updated,
            report.skipped,
            report.failed
        ));
        lines
    })?;
    if report.failed == 0 {
        return Ok(Done::Whole);
    }
    complain(&format!(
        "{} of {} failed",
        report.failed,
        plural(report.total, "file")
    ));
    Ok(Done::InPart)
}

/// What is wrong with files, for people; the JSON has more.
pub(super) fn file_errors(errors: &[FileError], failed: u64) -> Vec<String> {
    let line = |bad: &FileError| format!("{}: {}", plain(&bad.file), plain(&bad.error));
    let mut lines: Vec<String> = errors.iter().take(SHOWN).map(line).collect();
    let left = failed.saturating_sub(lines.len() as u64);
    lines.extend((left > 0).then(|| format!("... and {left} more")));
    lines
}

fn ended(report: &ImportReport, output: Output) -> Result<Done, Stop> {
    output.print(report, report_lines)?;
    if report.failed == 0 {
        return Ok(Done::Whole);
    }
    complain(&format!(
        "{} of {} failed",
        report.failed,
        plural(report.total, "line")
    ));
    Ok(Done::InPart)
}

/// Messages of other programs.
async fn messages(
    folio: &Folio,
    import: &Import,
    mut from: Box<dyn BufRead + Send>,
    output: &Output,
) -> Result<Done, Stop> {
    let mut text = String::new();
    from.read_to_string(&mut text)
        .map_err(|error| Stop::Failed(format!("cannot read {}: {error}", import.file.display())))?;
    let name = import
        .file
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy();
    let name = import.thread.as_deref().unwrap_or(&name);
    let lines = service::turns_of(&text, name).map_err(service::Error::from)?;
    let cancel = stopped_by_ctrl_c();
    let report = folio
        .import_turns(Cursor::new(lines), &cancel, |_| ())
        .await?;
    ended(&report, *output)
}

async fn archive(folio: &Folio, file: &Path, output: &Output) -> Result<Done, Stop> {
    let report = folio.import_archive(file, &stopped_by_ctrl_c()).await?;
    output.print(&report, |report: &ArchiveReport| {
        let part = |name: &str, part: &ImportReport| {
            let (new, changed) = (part.imported, part.updated);
            format!(
                "{name}: {new} new, {changed} changed, {} there already, {} failed",
                part.skipped, part.failed
            )
        };
        let parts = report.parts();
        parts
            .iter()
            .map(|(name, report)| part(name, report))
            .collect()
    })?;
    let failed: u64 = report.parts().iter().map(|(_, part)| part.failed).sum();
    if failed == 0 {
        return Ok(Done::Whole);
    }
    complain(&format!("{} failed", plural(failed, "line")));
    Ok(Done::InPart)
}

/// What turns while something goes on whose end isn't known.
pub(super) fn spinner() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    bar
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
    Ok((Box::new(BufReader::new(file)), about.len()))
}

fn report_lines(report: &ImportReport) -> Vec<String> {
    let line = |bad: &service::LineError| format!("line {}: {}", bad.line, plain(&bad.error));
    let mut lines: Vec<String> = report.errors.iter().take(SHOWN).map(line).collect();
    if report.errors.len() > SHOWN {
        lines.push(format!("... and {} more", report.failed - SHOWN as u64));
    }
    lines.push(format!(
        "{}: {} imported, {} changed, {} there already, {} failed",
        plural(report.total, "line"),
        report.imported,
        report.updated,
        report.skipped,
        report.failed
    ));
    lines
}
