//! `folio import`: taking documents, conversations and archives in.

mod inside;
mod told;

use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use service::{
    ArchiveReport, Config, FileError, FolderImport, Folio, ForeignReport, ImportReport, ItemError,
    Newer,
};

use super::Done;
use super::arguments::{Import, ImportKind};
use super::ingest::{bar, stopped_by_ctrl_c};
use super::output::{Output, Stop, complain, plain};
use crate::admin::text::{exact, plural};
use inside::Inside;

/// Bad lines that are printed for people; the JSON has more.
const SHOWN: usize = 20;

pub(super) async fn run(config: Config, import: Import, output: &Output) -> Result<Done, Stop> {
    let is_folder = import.file.is_dir();
    if is_folder || import.kind == Some(ImportKind::Folder) {
        if import.kind.is_some_and(|kind| kind != ImportKind::Folder) {
            let said = format!("{} is a folder", import.file.display());
            return Err(Stop::Misused(said));
        }
        if import.kind.is_none() && is_folder {
            match inside::look(&import.file)? {
                Inside::Files => {}
                Inside::Chats(file) => {
                    complain(&format!("taking {} in", file.display()));
                    return one(config, Import { file, ..import }, output).await;
                }
            }
        }
        return folder(config, &import, output).await;
    }
    one(config, import, output).await
}

/// A file, of whatever kind.
async fn one(config: Config, import: Import, output: &Output) -> Result<Done, Stop> {
    let (lines, bytes) = open(&import.file)?;
    let (start, lines) = begin(lines)?;
    if let Some(what) = told::packed(&start) {
        let said =
            "unpack it first, and import what was in it (of ChatGPT's export conversations.json)";
        let file = import.file.display();
        return Err(Stop::Failed(format!("{file} is {what}: {said}")));
    }
    if let Some(what) = told::binary(&start) {
        let file = import.file.display();
        return Err(Stop::Failed(format!("{file} is {what}")));
    }
    let kind = import.kind.unwrap_or_else(|| told::kind(&start));
    if kind == ImportKind::Folder {
        drop(lines);
        return folder(config, &import, output).await;
    }
    if import.force {
        let said = "--force is for folders of folio export, and files of them".to_owned();
        return Err(Stop::Misused(said));
    }
    let folio = super::store::open(config).await?;
    let done = match kind {
        ImportKind::Archive => archive(&folio, &import.file, lines, output).await,
        ImportKind::Messages => messages(&folio, &import, lines, bytes, output).await,
        kind => take(&folio, &import, kind, lines, bytes, output).await,
    };
    folio.close().await;
    done
}

/// How a file begins, and all of it.
fn begin(mut lines: Box<dyn BufRead + Send>) -> Result<(Vec<u8>, Box<dyn BufRead + Send>), Stop> {
    let failed = |error: std::io::Error| Stop::Failed(format!("cannot read the file: {error}"));
    let mut start = Vec::new();
    let mut ahead = lines.by_ref().take(told::LOOKED_AT);
    ahead.read_to_end(&mut start).map_err(failed)?;
    let whole = Cursor::new(start.clone()).chain(lines);
    Ok((start, Box::new(whole)))
}

async fn take(
    folio: &Folio,
    import: &Import,
    kind: ImportKind,
    lines: Box<dyn BufRead + Send>,
    bytes: u64,
    output: &Output,
) -> Result<Done, Stop> {
    let (bar, cancel) = (importing(bytes), stopped_by_ctrl_c());
    let show = |progress: service::TurnProgress| bar.set_position(progress.bytes);
    let report = match kind {
        ImportKind::Documents => folio.import_documents(lines, &cancel, show).await,
        _ => folio.import_turns(lines, &cancel, show).await,
    };
    bar.finish_and_clear();
    let report = report?;
    let done = ended(&report, *output)?;
    if import.kind.is_none() && report.total > 0 && report.failed == report.total {
        let taken_for = match kind {
            ImportKind::Documents => "documents",
            _ => "turns",
        };
        complain(&format!(
            "the file was taken for lines of {taken_for}, by how it begins; --kind tells what it is"
        ));
    }
    Ok(done)
}

/// A bar of bytes.
fn importing(bytes: u64) -> ProgressBar {
    let bar = bar();
    bar.set_message("importing");
    bar.set_length(bytes);
    bar
}

/// The files of an exported folder, or one of them.
async fn folder(config: Config, import: &Import, output: &Output) -> Result<Done, Stop> {
    let path = import.file.as_path();
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
    let newer = if import.force {
        Newer::Replace
    } else {
        Newer::Keep
    };
    let cancel = stopped_by_ctrl_c();
    let taken = folio.import_folder(path, newer, &cancel, show).await;
    bar.finish_and_clear();
    folio.close().await;
    let report = taken?;
    output.print(&report, |report: &FolderImport| {
        let mut lines = file_errors(&report.errors, report.failed);
        lines.push(format!(
            "{}: {} imported, {} changed, {} there already, {} failed",
            plural(report.total, "file"),
            exact(report.imported),
            exact(report.updated),
            exact(report.skipped),
            exact(report.failed)
        ));
        lines
    })?;
    if report.failed == 0 {
        return Ok(Done::Whole);
    }
    complain(&format!(
        "{} of {} failed",
        exact(report.failed),
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
        exact(report.failed),
        plural(report.total, "line")
    ));
    Ok(Done::InPart)
}

/// Messages of other programs.
async fn messages(
    folio: &Folio,
    import: &Import,
    from: Box<dyn BufRead + Send>,
    bytes: u64,
    output: &Output,
) -> Result<Done, Stop> {
    // Standard input has no name that a conversation could have.
    let is_named = import.file != Path::new("-");
    let name = import.file.file_stem().filter(|_| is_named);
    let name = name.unwrap_or_default().to_string_lossy();
    let name = import.thread.as_deref().unwrap_or(&name);
    let (bar, cancel) = (importing(bytes), stopped_by_ctrl_c());
    let show = |progress: service::TurnProgress| bar.set_position(progress.bytes);
    let report = folio.import_foreign(from, name, &cancel, show).await;
    bar.finish_and_clear();
    let report = report?;
    output.print(&report, foreign_lines)?;
    if report.failed == 0 {
        return Ok(Done::Whole);
    }
    complain(&format!("{} of {} failed", report.failed, report.total));
    Ok(Done::InPart)
}

fn foreign_lines(report: &ForeignReport) -> Vec<String> {
    let line = |bad: &ItemError| {
        let title = bad.title.as_deref();
        let title = title.map_or(String::new(), |title| format!(" ({})", plain(title)));
        format!("item {}{title}: {}", bad.item, plain(&bad.error))
    };
    let mut lines: Vec<String> = report.errors.iter().take(SHOWN).map(line).collect();
    let left = report.failed.saturating_sub(lines.len() as u64);
    lines.extend((left > 0).then(|| format!("... and {left} more")));
    let out = &report.left_out;
    let parts = [
        (out.branches, "message", " of other branches"),
        (out.instructions, "instruction", ""),
        (out.tools, "message", " of tools or to them"),
        (out.attachments, "image or file", ""),
        (out.others, "message", " without a text"),
        (out.empty, "conversation", " in which nothing is said"),
    ];
    let parts = parts.into_iter().filter(|(count, _, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, what, more)| match what {
            "image or file" if count > 1 => format!("{count} images or files"),
            what => format!("{}{more}", plural(count, what)),
        })
        .collect();
    lines.extend((!parts.is_empty()).then(|| format!("left out: {}", parts.join(", "))));
    lines.push(format!(
        "{} titles and turns: {} imported, {} changed, {} there already, {} failed",
        report.total, report.imported, report.updated, report.skipped, report.failed
    ));
    lines
}

/// An archive is read twice; what can't be, such as a pipe, is kept in a file meanwhile.
async fn archive(
    folio: &Folio,
    file: &Path,
    lines: Box<dyn BufRead + Send>,
    output: &Output,
) -> Result<Done, Stop> {
    let cancel = stopped_by_ctrl_c();
    let report = if file.is_file() {
        drop(lines);
        folio.import_archive(file, &cancel).await?
    } else {
        folio.import_archive_from(lines, &cancel).await?
    };
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
        exact(report.imported),
        exact(report.updated),
        exact(report.skipped),
        exact(report.failed)
    ));
    lines
}
