//! `folio export` and `folio backup`: the store's contents in files.

use std::io::BufWriter;
use std::path::Path;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use serde_json::json;
use service::{
    Backup, CancellationToken, Config, Error, FolderExport, Folio, Manifest, Overwrite, Replaces,
    Stale, ThreadId,
};

use super::Done;
use super::arguments::{Export, ExportKind};
use super::import::file_errors;
use super::ingest::stopped_by_ctrl_c;
use super::output::{Output, Stop, complain};
use crate::admin::text::{exact, plural};

/// What ctrl-c leaves of a file, and of what is printed.
const NOTHING: &str = "nothing was written";
const CUT: &str = "what was written is not whole";

pub(super) async fn run(config: Config, export: Export, output: &Output) -> Result<Done, Stop> {
    let is_folder = matches!(export.kind, ExportKind::Folder | ExportKind::Markdown);
    if export.prune && !is_folder {
        return Err(Stop::Misused("--prune is for folders".to_owned()));
    }
    let is_one = !is_folder || export.thread.is_some();
    if export.force && !is_one {
        let said = "--force is for a single file: in a folder, move what is to be replaced away";
        return Err(Stop::Misused(said.to_owned()));
    }
    if export.thread.is_some() && export.kind != ExportKind::Markdown {
        let said = "--thread goes with markdown: folio export markdown FILE --thread ID";
        return Err(Stop::Misused(said.to_owned()));
    }
    let folio = super::store::open(config).await?;
    let done = match export.kind {
        ExportKind::Archive => archive(&folio, &export, output).await.map(whole),
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
    let style = "{msg} {bar:24} {human_pos}/{human_len}  {rate}/s  {eta} left";
    if let Ok(style) = ProgressStyle::with_template(style) {
        // The program's own rates have four decimals.
        let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a rate is none of such numbers, and is rounded anyway"
            )]
            let whole = state.per_sec().round() as u64;
            out.write_str(&exact(whole)).unwrap_or_default();
        };
        bar.set_style(style.with_key("rate", rate));
    }
    bar
}

async fn archive(folio: &Folio, export: &Export, output: &Output) -> Result<(), Stop> {
    if export.file == Path::new("-") {
        let mut out = BufWriter::new(std::io::stdout());
        let manifest = unless_stopped(CUT, folio.export_archive_to(&mut out)).await?;
        let items: u64 = manifest.parts.iter().map(|part| part.items).sum();
        complain(&format!(
            "{items} exported in {} parts",
            manifest.parts.len()
        ));
        return Ok(());
    }
    let packed = folio.export_archive(&export.file, replaces(export));
    let manifest = unless_stopped(NOTHING, packed).await?;
    output.print(&manifest, |manifest: &Manifest| {
        let part = |part: &service::ArchivePart| {
            format!("{}  {} in {}", part.blake3, part.items, part.file)
        };
        manifest.parts.iter().map(part).collect()
    })
}

fn replaces(export: &Export) -> Replaces {
    if export.force {
        Replaces::Any
    } else {
        Replaces::Earlier
    }
}

/// What ctrl-c gives up: a file in the making is gone then.
async fn unless_stopped<T>(
    left: &str,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Stop> {
    tokio::select! {
        done = work => Ok(done?),
        Ok(()) = tokio::signal::ctrl_c() => Err(Stop::Failed(format!("stopped: {left}"))),
    }
}

/// A file appears when it is whole; what is printed goes out as it comes.
async fn lines(folio: &Folio, export: &Export, output: &Output) -> Result<(), Stop> {
    let file = export.file.as_path();
    let is_file = file != Path::new("-");
    let mut out = BufWriter::new(std::io::stdout());
    let never = CancellationToken::new();
    let left = if is_file { NOTHING } else { CUT };
    let written = match (&export.thread, export.kind) {
        (Some(thread), _) => {
            let id = ThreadId::new(thread.as_str()).map_err(|bad| Stop::Failed(bad.to_string()))?;
            let written = unless_stopped(left, async {
                if is_file {
                    let replaces = replaces(export);
                    return folio.export_thread_file(&id, file, replaces, &never).await;
                }
                folio.export_thread(&id, &mut out, &never, |_| ()).await
            });
            let written = written.await?;
            written.ok_or_else(|| Stop::Failed(format!("there is no thread {thread:?}")))?
        }
        (None, ExportKind::Threads) if is_file => {
            unless_stopped(left, folio.export_threads_file(file, replaces(export))).await?
        }
        (None, ExportKind::Threads) => {
            unless_stopped(left, folio.export_threads(&mut out, |_| ())).await?
        }
        (None, _) if is_file => {
            unless_stopped(left, folio.export_documents_file(file, replaces(export))).await?
        }
        (None, _) => unless_stopped(left, folio.export_documents(&mut out, |_| ())).await?,
    };
    if !is_file {
        complain(&format!("{written} exported"));
        return Ok(());
    }
    output.print(&json!({"exported": written}), |_| {
        vec![format!("{written} exported")]
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
    let made = unless_stopped(NOTHING, folio.backup(file, overwrite)).await;
    folio.close().await;
    output.print(&made?, |backup: &Backup| {
        vec![format!("{}  {} bytes", backup.path.display(), backup.bytes)]
    })?;
    Ok(Done::Whole)
}
