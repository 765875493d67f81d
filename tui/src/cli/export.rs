//! `folio export` and `folio backup`: the store's contents in files.

use std::io::{BufWriter, Write};
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use service::{
    Backup, Config, FolderExport, Folio, Manifest, Overwrite, Readers, Stale, ThreadId, Unfinished,
};

use super::Done;
use super::arguments::{Export, ExportKind};
use super::import::file_errors;
use super::ingest::stopped_by_ctrl_c;
use super::output::{Output, Stop, complain};
use crate::admin::text::{exact, plural};

pub(super) async fn run(config: Config, export: Export, output: &Output) -> Result<Done, Stop> {
    let is_folder = matches!(export.kind, ExportKind::Folder | ExportKind::Markdown);
    if export.prune && !is_folder {
        return Err(Stop::Misused("--prune is for folders".to_owned()));
    }
    if export.thread.is_some() && export.kind != ExportKind::Markdown {
        let said = "--thread goes with markdown: folio export markdown FILE --thread ID";
        return Err(Stop::Misused(said.to_owned()));
    }
    let folio = super::store::open(config).await?;
    let done = match export.kind {
        ExportKind::Archive => archive(&folio, &export.file, output).await.map(whole),
        ExportKind::Markdown if export.thread.is_some() => {
            lines(&folio, &export, output).await.map(whole)
        }
        ExportKind::Folder | ExportKind::Markdown => folder(&folio, &export, output).await,
        _ => lines(&folio, &export, output).await.map(whole),
    };
    folio.close().await;
    done
}

fn whole((): ()) -> Done {
    Done::Whole
}

async fn folder(folio: &Folio, export: &Export, output: &Output) -> Result<Done, Stop> {
    if export.file == Path::new("-") {
        let said = "many files need a folder; folio export markdown - --thread ID prints one";
        return Err(Stop::Misused(said.to_owned()));
    }
    let stale = match (export.prune, export.allow_empty) {
        (false, _) => Stale::Keep,
        (true, false) => Stale::Delete,
        (true, true) => Stale::DeleteAll,
    };
    let (bar, cancel) = (counted("exporting"), stopped_by_ctrl_c());
    let (into, show) = (export.file.as_path(), |done| bar.set_position(done));
    let done = if export.kind == ExportKind::Folder {
        bar.set_length(folio.documents().count().await?);
        folio.export_folder(into, stale, &cancel, show).await
    } else {
        bar.set_length(folio.threads().estimate().await?.rows);
        folio.export_thread_folder(into, stale, &cancel, show).await
    };
    bar.finish_and_clear();
    let report = done?;
    output.print(&report, folder_lines)?;
    if report.failed == 0 {
        return Ok(Done::Whole);
    }
    let was = if report.failed == 1 { "was" } else { "were" };
    complain(&format!(
        "{} {was} not written",
        plural(report.failed, "file")
    ));
    Ok(Done::InPart)
}

fn folder_lines(report: &FolderExport) -> Vec<String> {
    let mut lines = file_errors(&report.errors, report.failed);
    lines.push(format!(
        "{} exported: {}, {} changed, {} unchanged, {} not written",
        exact(report.total),
        plural(report.added, "new file"),
        exact(report.updated),
        exact(report.unchanged),
        exact(report.failed)
    ));
    let (stale, removed) = (report.stale, report.removed);
    lines.extend(match (stale, removed) {
        (0, _) => None,
        (1, 0) => Some(
            "1 file is of what is gone from the store, or has another name: --prune deletes it".to_owned(),
        ),
        (_, 0) => Some(format!(
            "{stale} files are of what is gone from the store, or has another name: --prune deletes them"
        )),
        _ => Some(format!("{removed} of {stale} files that had no more use were deleted")),
    });
    lines
}

/// A bar that counts, on a terminal's standard error.
pub(super) fn counted(doing: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(0).with_message(doing);
    let style = "{msg} {bar:24} {human_pos}/{human_len}  {per_sec}  {eta} left";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar
}

async fn archive(folio: &Folio, file: &Path, output: &Output) -> Result<(), Stop> {
    if file == Path::new("-") {
        let mut out = BufWriter::new(std::io::stdout());
        let manifest = folio.export_archive_to(&mut out).await?;
        let items: u64 = manifest.parts.iter().map(|part| part.items).sum();
        complain(&format!(
            "{items} exported in {} parts",
            manifest.parts.len()
        ));
        return Ok(());
    }
    let manifest = folio.export_archive(file).await?;
    output.print(&manifest, |manifest: &Manifest| {
        let part = |part: &service::ArchivePart| {
            format!("{}  {} in {}", part.blake3, part.items, part.file)
        };
        manifest.parts.iter().map(part).collect()
    })
}

/// A file appears when it is whole; what is printed goes out as it comes.
async fn lines(folio: &Folio, export: &Export, output: &Output) -> Result<(), Stop> {
    let file = export.file.as_path();
    if file == Path::new("-") {
        let mut out = BufWriter::new(std::io::stdout());
        let written = write(folio, export, &mut out).await?;
        complain(&format!("{written} exported"));
        return Ok(());
    }
    // A file would take the place of a pipe or a device.
    if file.metadata().is_ok_and(|about| !about.is_file()) {
        let said = "there is something else than a file; - writes to standard output";
        return Err(Stop::Failed(format!(
            "cannot write {}: {said}",
            file.display()
        )));
    }
    let mut out = Unfinished::beside(file, Readers::Mask)?;
    let written = write(folio, export, &mut out).await?;
    out.keep(file, Overwrite::Whole)?;
    output.print(&json!({"exported": written}), |_| {
        vec![format!("{written} exported")]
    })
}

async fn write(folio: &Folio, export: &Export, out: &mut (impl Write + Send)) -> Result<u64, Stop> {
    Ok(match (&export.thread, export.kind) {
        (Some(thread), _) => {
            let id = ThreadId::new(thread.as_str()).map_err(|bad| Stop::Failed(bad.to_string()))?;
            let cancel = stopped_by_ctrl_c();
            let written = folio.export_thread(&id, out, &cancel, |_| ()).await?;
            written.ok_or_else(|| Stop::Failed(format!("there is no thread {thread:?}")))?
        }
        (None, ExportKind::Threads) => folio.export_threads(out, |_| ()).await?,
        (None, _) => folio.export_documents(out, |_| ()).await?,
    })
}

pub(super) async fn backup(
    config: Config,
    file: &Path,
    force: bool,
    output: &Output,
) -> Result<Done, Stop> {
    if file == Path::new("-") {
        let problem = "a backup is a file: it can't go to standard output";
        return Err(Stop::Misused(problem.to_owned()));
    }
    let folio = super::store::open(config).await?;
    let overwrite = if force {
        Overwrite::Whole
    } else {
        Overwrite::Never
    };
    let made = folio.backup(file, overwrite).await;
    folio.close().await;
    output.print(&made?, |backup: &Backup| {
        vec![format!("{}  {} bytes", backup.path.display(), backup.bytes)]
    })?;
    Ok(Done::Whole)
}
