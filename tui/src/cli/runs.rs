//! `folio runs`: looking back at ingestions, and taking them back.

use service::ingest::{RunDetails, RunSummary};
use service::{Act, Bulk, Config, Folio, Page, PageRequest, RunId};

use super::Done;
use super::arguments::{PageArguments, Runs};
use super::doc::{page, with_rest};
use super::ingest::stopped_by_ctrl_c;
use super::output::{Output, Stop, complain, moment, plain};

pub(super) async fn run(
    config: Config,
    command: Option<Runs>,
    output: &Output,
) -> Result<Done, Stop> {
    let folio = super::store::open(config).await?;
    let done = match command {
        None => list(&folio, &PageArguments::default(), output).await,
        Some(Runs::List { page }) => list(&folio, &page, output).await,
        Some(Runs::Show { run }) => show(&folio, &run, output).await,
        Some(Runs::Undo { run }) => undo(&folio, &run, output).await,
    };
    folio.close().await;
    done
}

fn id(text: &str) -> Result<RunId, Stop> {
    text.parse()
        .map_err(|invalid: service::error::Invalid| Stop::Misused(invalid.to_string()))
}

fn missing(run: RunId) -> Stop {
    Stop::Failed(format!("there is no ingestion {run}"))
}

async fn list(folio: &Folio, at: &PageArguments, output: &Output) -> Result<Done, Stop> {
    let runs = folio.ingest().runs(&page(at)?).await?;
    output.print(&runs, |runs: &Page<RunSummary>| {
        with_rest(runs.items.iter().map(line).collect(), runs.next.as_ref())
    })?;
    Ok(Done::Whole)
}

fn line(run: &RunSummary) -> String {
    let state = match (&run.undone_by, &run.finished_at) {
        (Some(_), _) => "  undone".to_owned(),
        (None, None) => "  not finished".to_owned(),
        (None, Some(_)) if run.unreached > 0 => {
            format!("  stopped, {} not reached", run.unreached)
        }
        (None, Some(_)) => String::new(),
    };
    format!(
        "{}  {}  {}: {} added, {} updated, {} removed, {} failed{state}",
        run.id,
        moment(&run.started_at),
        plain(&run.root),
        run.added,
        run.updated,
        run.removed,
        run.failed
    )
}

async fn show(folio: &Folio, run: &str, output: &Output) -> Result<Done, Stop> {
    #[derive(serde::Serialize)]
    struct Shown {
        #[serde(flatten)]
        run: RunDetails,
        changes: Vec<Act>,
    }
    let run = id(run)?;
    let found = folio.ingest().show_run(run).await?;
    let found = found.ok_or_else(|| missing(run))?;
    let page = PageRequest::first(service::MAX_LIMIT);
    let acts = folio.activity().acts(run.into(), &page).await?;
    let shown = Shown {
        run: found,
        changes: acts.items,
    };
    output.print(&shown, |shown| {
        let changes = shown.changes.iter().map(|act| {
            let code = act.label.as_ref().unwrap_or(&act.subject_id);
            format!("{}  {}", act.action, plain(code))
        });
        let failures = shown.run.failures.as_array().into_iter().flatten();
        let failures = failures.map(|failure| {
            let text = |key: &str| plain(failure[key].as_str().unwrap_or_default());
            format!("failed  {}: {}", text("file"), text("error"))
        });
        let mut lines = vec![line(&shown.run.summary)];
        lines.extend(changes.chain(failures));
        lines
    })?;
    Ok(Done::Whole)
}

async fn undo(folio: &Folio, run: &str, output: &Output) -> Result<Done, Stop> {
    let run = id(run)?;
    let (ingest, cancel) = (folio.ingest(), stopped_by_ctrl_c());
    let undone = ingest.undo(run, &cancel, |_| ()).await?;
    let report = undone.ok_or_else(|| missing(run))?;
    output.print(&report, |report: &Bulk| {
        let refused = report.refused.iter();
        let mut lines: Vec<String> = refused
            .map(|left| {
                let name = left.label.as_ref().unwrap_or(&left.id);
                format!("left  {} {}", plain(name), left.reason)
            })
            .collect();
        lines.push(format!(
            "{} documents are as before, {} were left",
            report.done, report.refused_count
        ));
        lines
    })?;
    if report.refused_count == 0 && !report.cancelled {
        return Ok(Done::Whole);
    }
    complain("not all of it was taken back");
    Ok(Done::InPart)
}
