//! `folio runs`: looking back at ingestions, and taking them back.

use service::ingest::{RunDetails, RunSummary};
use service::{Act, Config, Cursor, Folio, Page, RunId};

use super::Done;
use super::arguments::{PageArguments, Runs};
use super::doc::{page, with_rest};
use super::output::{Output, Stop, moment, plain};
use super::undo::Undo;

pub(super) async fn run(
    config: Config,
    command: Option<Runs>,
    output: &Output,
) -> Result<Done, Stop> {
    let folio = super::store::open(config).await?;
    let done = match command {
        None => list(&folio, &PageArguments::default(), output).await,
        Some(Runs::List { page }) => list(&folio, &page, output).await,
        Some(Runs::Show { run, page }) => show(&folio, &run, &page, output).await,
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

async fn show(folio: &Folio, run: &str, at: &PageArguments, output: &Output) -> Result<Done, Stop> {
    #[derive(serde::Serialize)]
    struct Shown {
        #[serde(flatten)]
        run: RunDetails,
        changes: Vec<Act>,
        next_cursor: Option<Cursor>,
    }
    let run = id(run)?;
    let found = folio.ingest().show_run(run).await?;
    let found = found.ok_or_else(|| missing(run))?;
    let acts = folio.activity().acts(run.into(), &page(at)?).await?;
    let shown = Shown {
        run: found,
        changes: acts.items,
        next_cursor: acts.next,
    };
    output.print(&shown, |shown| {
        let mut lines = vec![line(&shown.run.summary)];
        if at.cursor.is_none() {
            lines.extend(failures(&shown.run));
        }
        lines.extend(shown.changes.iter().map(|act| {
            let code = act.label.as_ref().unwrap_or(&act.subject_id);
            format!("{}  {}", act.action, plain(code))
        }));
        with_rest(lines, shown.next_cursor.as_ref())
    })?;
    Ok(Done::Whole)
}

fn failures(run: &RunDetails) -> Vec<String> {
    let failures = run.failures.as_array().into_iter().flatten();
    let mut lines: Vec<String> = failures
        .map(|failure| {
            let text = |key: &str| plain(failure[key].as_str().unwrap_or_default());
            format!("failed  {}: {}", text("file"), text("error"))
        })
        .collect();
    let failed = u64::try_from(run.summary.failed).unwrap_or_default();
    let left = failed.saturating_sub(lines.len() as u64);
    lines.extend((left > 0).then(|| format!("... and {left} more that failed")));
    lines
}

async fn undo(folio: &Folio, run: &str, output: &Output) -> Result<Done, Stop> {
    let run = id(run)?;
    let undo = Undo {
        batch: run.into(),
        row: "document",
        command: "folio runs undo",
    };
    undo.run(folio, output, async |cancel, bar| {
        let ingest = folio.ingest();
        let undone = ingest.undo(run, cancel, |done| bar.set_position(done));
        undone.await?.ok_or_else(|| missing(run))
    })
    .await
}
