//! `folio activity`: what was done, by whom and when, and taking it back.

use service::{Act, ActivityFilter, Batch, BatchId, Config, Cursor, Folio, Page, Subject};
use service::{PageRequest, UndoScope};

use super::Done;
use super::arguments::{Activity, Acts};
use super::doc::{page, with_rest};
use super::output::{Output, Stop, by, moment, plain};
use super::undo::Undo;
use crate::admin::batches;

pub(super) async fn run(
    config: Config,
    command: Option<Activity>,
    acts: Acts,
    output: &Output,
) -> Result<Done, Stop> {
    if command.is_some() && acts != Acts::default() {
        let said = "--by, --on, --limit and --cursor belong behind folio activity list";
        return Err(Stop::Misused(said.to_owned()));
    }
    let folio = super::store::open(config).await?;
    let done = match command {
        None => list(&folio, acts, output).await,
        Some(Activity::List { acts }) => list(&folio, acts, output).await,
        Some(Activity::Show { batch, page: at }) => show(&folio, batch, &page(&at)?, output).await,
        Some(Activity::Undo { batch }) => undo(&folio, batch, output).await,
    };
    folio.close().await;
    done
}

async fn found(folio: &Folio, batch: BatchId) -> Result<Batch, Stop> {
    let found = folio.activity().get(batch).await?;
    found.ok_or_else(|| {
        Stop::Failed(format!(
            "there is no batch {batch}; folio activity lists what was done, and folio runs the ingestions"
        ))
    })
}

async fn list(folio: &Folio, acts: Acts, output: &Output) -> Result<Done, Stop> {
    let mut filter = ActivityFilter::all();
    if let Some(actor) = acts.by {
        filter = filter.by(actor);
    }
    if let Some(kind) = acts.on {
        filter = filter.on(kind.into());
    }
    let batches = folio.activity().list(&filter, &page(&acts.page)?).await?;
    output.print(&batches, |batches: &Page<Batch>| {
        let lines = batches.items.iter().map(line).collect();
        with_rest(lines, batches.next.as_ref())
    })?;
    Ok(Done::Whole)
}

fn line(batch: &Batch) -> String {
    let state = match batches::state(batch) {
        "" => String::new(),
        state => format!("  {state}"),
    };
    format!(
        "{}  {}{}  {}{state}",
        batch.id,
        moment(&batch.at),
        by(batch.actor.as_deref()),
        plain(&batches::done(batch))
    )
}

async fn show(
    folio: &Folio,
    batch: BatchId,
    at: &PageRequest,
    output: &Output,
) -> Result<Done, Stop> {
    #[derive(serde::Serialize)]
    struct Shown {
        #[serde(flatten)]
        batch: Batch,
        undo: UndoScope,
        changes: Vec<Act>,
        next_cursor: Option<Cursor>,
    }
    let activity = folio.activity();
    let batch = found(folio, batch).await?;
    let undo = activity.scope(batch.id).await?;
    let acts = activity.acts(batch.id, at).await?;
    let shown = Shown {
        batch,
        undo,
        changes: acts.items,
        next_cursor: acts.next,
    };
    output.print(&shown, |shown| {
        let mut lines = vec![line(&shown.batch)];
        lines.extend(way_back(&shown.batch, &shown.undo));
        lines.extend(shown.changes.iter().map(act));
        with_rest(lines, shown.next_cursor.as_ref())
    })?;
    Ok(Done::Whole)
}

/// What an undo has done to the batch, or would do.
fn way_back(batch: &Batch, undo: &UndoScope) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(batch.undoes.map(|other| format!("it took {other} back")));
    let undoing = batches::undoing(undo, "row");
    lines.extend(match batch.undone_by {
        Some(other) => Some(format!("{other} took it back")),
        None if undo.total() > 0 => Some(format!("an undo takes it back: {undoing}")),
        None if batch.rows > 0 => {
            Some("nothing takes it back: what was purged is gone for good".to_owned())
        }
        None => None,
    });
    lines
}

fn act(act: &Act) -> String {
    let label = plain(act.label.as_ref().unwrap_or(&act.subject_id));
    let subject = act.subject.name();
    match act.subject {
        // History that is gone is of no row.
        _ if act.subject_id.is_empty() => format!("{}  {subject}s: {label}", act.action),
        // What it is known by is its conversation.
        Subject::Message => {
            format!("{}  {subject} {} in {label}", act.action, act.subject_id)
        }
        _ => format!("{}  {subject} {label}", act.action),
    }
}

async fn undo(folio: &Folio, batch: BatchId, output: &Output) -> Result<Done, Stop> {
    let batch = found(folio, batch).await?.id;
    let undo = Undo {
        batch,
        row: "row",
        command: "folio activity undo",
    };
    undo.run(folio, output, async |cancel, bar| {
        let activity = folio.activity();
        let undone = activity.undo(batch, cancel, |done| bar.set_position(done));
        Ok(undone.await?)
    })
    .await
}
