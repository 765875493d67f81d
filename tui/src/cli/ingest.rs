//! `folio ingest`: taking files in.

mod watch;

use std::collections::BTreeMap;

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use service::ingest::{
    Depth, Diff, Edits, EmptyRoot, FileStatus, Files, Hidden, IgnoreFiles, IngestOptions,
    IngestProgress, IngestReport, Mode, NameRule, Others, Phase, Plan, Trust, Undecodable,
    Vanished,
};
use service::{CancellationToken, Config, Folio};

use super::Done;
use super::arguments::{Ingest, Names};
use super::output::{Output, Stop, complain, plain};
use crate::admin::text::{exact, plural};

/// Files whose differences a dry run shows to people, lines of each, and characters of those;
/// `--diff` shows all.
const DIFFS: usize = 20;
const DIFF_LINES: usize = 12;
const DIFF_COLUMNS: usize = 200;

pub(super) async fn run(config: Config, ingest: Ingest, output: &Output) -> Result<Done, Stop> {
    let options = options(&ingest)?;
    let folio = super::store::open(config).await?;
    if ingest.watch {
        let watched = watch::follow(&folio, &ingest, &options, output).await;
        folio.close().await;
        return watched.map(|()| Done::Whole);
    }
    let bar = bar();
    let plan = folio
        .ingest()
        .plan(&ingest.paths, &options, |progress| show(&bar, progress))
        .await;
    let done = match plan {
        Ok(plan) if ingest.dry_run => {
            bar.finish_and_clear();
            dry_run(&folio, plan, &ingest, output).await
        }
        Ok(plan) => {
            let report = folio
                .ingest()
                .run(plan, |progress| show(&bar, progress))
                .await;
            bar.finish_and_clear();
            report.map_err(Stop::from).and_then(|report| {
                output.print(&report, lines)?;
                Ok(ended(&report))
            })
        }
        Err(error) => Err(error.into()),
    };
    folio.close().await;
    done
}

fn options(ingest: &Ingest) -> Result<IngestOptions, Stop> {
    let mut options = IngestOptions::default()
        .prefix(ingest.prefix.clone().unwrap_or_default())
        .extensions(ingest.ext.clone())
        .include(ingest.include.clone())
        .exclude(ingest.exclude.clone())
        .cancelled_by(stopped_by_ctrl_c());
    if ingest.no_recursive {
        options = options.depth(Depth::TopLevel);
    }
    if ingest.hidden {
        options = options.hidden(Hidden::Take);
    }
    if ingest.no_ignore {
        options = options.ignore_files(IgnoreFiles::Disregard);
    }
    if let Some(bytes) = ingest.max_bytes {
        options = options.max_file_bytes(bytes);
    }
    if let Some(label) = &ingest.encoding {
        let known = options.encoding(label);
        options = known.map_err(|error| Stop::Misused(error.to_string()))?;
    }
    if ingest.lossy {
        options = options.undecodable(Undecodable::Replace);
    }
    if ingest.names == Names::File {
        options = options.names(NameRule::FileName);
    }
    if ingest.read_all {
        options = options.trust(Trust::Contents);
    }
    if ingest.prune {
        options = options.vanished(Vanished::Delete);
    }
    if ingest.allow_empty {
        options = options.empty_root(EmptyRoot::Accept);
    }
    if ingest.keep_others {
        options = options.others(Others::Leave);
    }
    if ingest.keep_edits {
        options = options.edits(Edits::Keep);
    }
    if let Some(jobs) = ingest.jobs {
        options = options.jobs(jobs);
    }
    if ingest.dry_run {
        options = options.mode(Mode::DryRun);
    }
    let checked = options.check();
    checked.map_err(|error| Stop::Misused(error.to_string()))?;
    Ok(options)
}

/// Why there is nothing to be taken.
fn nothing(report: &IngestReport) -> Option<String> {
    if report.total > 0 {
        return None;
    }
    let mut others: Vec<(&String, &u64)> = report.passed_over.iter().collect();
    others.sort_by_key(|(_, files)| std::cmp::Reverse(**files));
    let told = others.iter().take(5).map(|(extension, files)| {
        let extension = match extension.as_str() {
            "" => "without an extension".to_owned(),
            extension => format!(".{}", plain(extension)),
        };
        format!("{} {extension}", exact(**files))
    });
    let told: Vec<String> = told.collect();
    Some(if told.is_empty() {
        "no file was found: all are hidden, ignored or excluded, or there is none".to_owned()
    } else {
        let told = told.join(", ");
        format!("no file was wanted; there are {told}: see --ext and --include")
    })
}

fn ended(report: &IngestReport) -> Done {
    if let Some(why) = nothing(report) {
        complain(&why);
    }
    let kept = report.vanished.iter().filter(|gone| gone.kept.is_some());
    let kept = kept.count() as u64;
    if kept > 0 {
        let documents = plural(kept, "document");
        complain(&format!(
            "{documents} of vanished files could not be deleted"
        ));
    }
    if report.failed_count == 0 && kept == 0 {
        return Done::Whole;
    }
    if report.failed_count == 0 {
        return Done::InPart;
    }
    complain(&format!(
        "{} of {} failed",
        exact(report.failed_count),
        plural(report.total, "file")
    ));
    Done::InPart
}

/// Shows what would be done, to people with how the files differ from their documents: one after the
/// other, since many differences are long.
async fn dry_run(
    folio: &Folio,
    plan: Plan,
    ingest: &Ingest,
    output: &Output,
) -> Result<Done, Stop> {
    if output.is_json() {
        return json_dry_run(folio, plan, ingest).await;
    }
    let most = if ingest.diff { usize::MAX } else { DIFFS };
    let mut shown = 0;
    for at in 0..plan.files().len() {
        let status = plan.files().status(at);
        if status == Some(FileStatus::Unchanged) && !plan.files().is_noted(at) {
            continue;
        }
        let mut lines = Vec::from_iter(line(plan.files(), at));
        if status == Some(FileStatus::Updated) && shown < most {
            shown += 1;
            let diff = folio.ingest().diff(&plan, at).await?;
            lines.extend(diff.iter().flat_map(|diff| shown_lines(diff, ingest.diff)));
        }
        output.print(&(), |()| lines)?;
    }
    let report = plan.into_report();
    output.print(&report, |report| {
        let mut lines = vanished(report, "remove", report.removed > 0);
        lines.push(counts(report, "would be "));
        lines
    })?;
    Ok(ended(&report))
}

async fn json_dry_run(folio: &Folio, plan: Plan, ingest: &Ingest) -> Result<Done, Stop> {
    #[derive(serde::Serialize)]
    struct WithDiffs<'a> {
        #[serde(flatten)]
        report: &'a IngestReport,
        #[serde(skip_serializing_if = "Option::is_none")]
        diffs: Option<BTreeMap<String, Diff>>,
    }
    let mut diffs = ingest.diff.then(BTreeMap::new);
    for at in 0..plan.files().len() {
        let Some(diffs) = &mut diffs else { break };
        if plan.files().status(at) != Some(FileStatus::Updated) {
            continue;
        }
        let code = plan.files().get(at).map(|file| file.code);
        let diff = folio.ingest().diff(&plan, at).await?;
        diffs.extend(code.zip(diff));
    }
    let report = plan.into_report();
    Output::json_line(&WithDiffs {
        report: &report,
        diffs,
    })?;
    Ok(ended(&report))
}

/// A bar on a terminal's standard error; nothing where that is no terminal.
pub(super) fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    let style = "{msg} {bar:24} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar
}

fn show(bar: &ProgressBar, progress: IngestProgress) {
    let doing = match progress.phase {
        Phase::Comparing => "comparing",
        Phase::Writing => "writing",
    };
    if progress.files == 0 {
        bar.reset();
    }
    let (files, total) = (HumanCount(progress.files), HumanCount(progress.total));
    bar.set_message(format!("{doing} {files}/{total} files"));
    bar.set_length(progress.total_bytes);
    bar.set_position(progress.bytes);
}

/// A token that the first ctrl-c cancels; what is being written is brought to its end.
pub(super) fn stopped_by_ctrl_c() -> CancellationToken {
    let token = CancellationToken::new();
    let cancelled = token.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            cancelled.cancel();
        }
        // Whoever asks twice does not wait for what is being done to come to its end.
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(130);
        }
    });
    token
}

fn lines(report: &IngestReport) -> Vec<String> {
    let mut lines: Vec<String> = (0..report.files.len())
        .filter(|at| report.files.is_noted(*at))
        .filter_map(|at| line(&report.files, at))
        .collect();
    lines.extend(vanished(report, "removed", report.removed > 0));
    lines.push(counts(report, ""));
    if let Some(run) = report.run {
        lines.push(format!("folio runs undo {run} takes all of it back"));
    }
    lines
}

/// The lines of a difference, the first of them and how they begin unless it is wanted whole.
fn shown_lines(diff: &Diff, whole: bool) -> Vec<String> {
    let text = diff.to_string();
    let most = if whole { usize::MAX } else { DIFF_LINES };
    let cut = |line: &str| match line.char_indices().nth(DIFF_COLUMNS) {
        Some((at, _)) if !whole => format!("    {}…", plain(&line[..at])),
        _ => format!("    {}", plain(line)),
    };
    let mut lines: Vec<String> = text.lines().take(most).map(cut).collect();
    let left = text.lines().count().saturating_sub(most);
    lines.extend((left > 0).then(|| format!("    ... {left} more lines: --diff")));
    lines
}

fn line(files: &Files, at: usize) -> Option<String> {
    let file = files.get(at)?;
    let what = match (file.status, &file.moved_from) {
        (FileStatus::Added, _) => "add",
        (FileStatus::Updated, Some(_)) => "move",
        (FileStatus::Updated, None) => "update",
        (FileStatus::Unchanged, _) => "leave",
        (FileStatus::Failed, _) => "failed",
    };
    let said = file.error.as_ref().or(file.note.as_ref());
    let said = said.map_or(String::new(), |said| format!(": {}", plain(said)));
    let from = file.moved_from.as_ref();
    let from = from.map_or(String::new(), |from| format!(" (was {})", plain(from)));
    Some(format!("{what}  {}{from}{said}", plain(&file.file)))
}

fn vanished(report: &IngestReport, verb: &str, removes: bool) -> Vec<String> {
    let verb = if removes { verb } else { "vanished" };
    let gone = report.vanished.iter();
    let mut lines: Vec<String> = gone
        .map(|gone| match &gone.kept {
            Some(problem) => format!("failed  {}: {}", plain(&gone.file), plain(problem)),
            None => format!("{verb}  {}", plain(&gone.file)),
        })
        .collect();
    let is_kept = report.vanished.iter().any(|gone| gone.kept.is_some());
    if !lines.is_empty() && !removes && !is_kept {
        lines.push("the documents of vanished files stay; --prune deletes them".to_owned());
    }
    let left = report.left_behind.iter();
    lines.extend(left.map(|left| {
        let documents = plural(left.documents, "document");
        let folder = plain(&left.folder);
        format!("{documents} of {folder}, of which others were taken over, stay its own")
    }));
    lines
}

fn counts(report: &IngestReport, would: &str) -> String {
    let some = |n: u64, what: &str| (n > 0).then(|| format!("; {} {what}", exact(n)));
    let moved = some(report.moved, "of the updated ones moved").unwrap_or_default();
    let removed = some(report.removed, &format!("{would}removed")).unwrap_or_default();
    format!(
        "{}: {} {would}added, {} {would}updated, {} unchanged, {} failed{moved}{removed}",
        plural(report.total, "file"),
        exact(report.added),
        exact(report.updated),
        exact(report.unchanged),
        exact(report.failed_count)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_numbers_of_a_line_are_written_in_one_way() {
        let report = IngestReport {
            total: 3_000,
            unchanged: 2_999,
            added: 1,
            ..IngestReport::default()
        };
        let told = "3,000 files: 1 added, 0 updated, 2,999 unchanged, 0 failed";
        assert_eq!(counts(&report, ""), told);
    }

    #[test]
    fn a_run_without_files_says_what_there_is_instead() {
        let mut report = IngestReport::default();
        let why = nothing(&report).unwrap();
        assert!(why.contains("hidden, ignored or excluded"), "{why}");
        for (extension, files) in [("rst", 12), ("html", 3), ("", 1)] {
            report.passed_over.insert(extension.to_owned(), files);
        }
        let why = nothing(&report).unwrap();
        assert!(
            why.contains("there are 12 .rst, 3 .html, 1 without an extension"),
            "{why}"
        );
        report.total = 1;
        assert_eq!(nothing(&report), None);
    }
}
