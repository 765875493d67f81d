//! What the screen asks the store and the disk for, where files are taken in.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use service::ingest::{IngestOptions, IngestProgress, Mode, Plan};
use service::{PageRequest, RunId};

use super::Message;
use super::asking::named;
use super::chooser::Folders;
use crate::admin::effects::{Effects, Progress};
use crate::admin::message::{self, Kind};
use crate::admin::request::{Failure, Generation};
use crate::admin::window::Edge;

pub(super) const SCOPE: Kind = Kind("runs.scope");
/// Folders that are offered of one folder.
const MAX_FOLDERS: usize = 5_000;

#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// The folders in this one; in the current one where it is empty.
    Browse {
        generation: Generation,
        folder: PathBuf,
    },
    /// What taking these in would do.
    Plan {
        generation: Generation,
        folders: Vec<PathBuf>,
        options: Box<IngestOptions>,
    },
    /// How the file at this place differs from its document.
    Compare {
        generation: Generation,
        plan: Arc<Plan>,
        at: usize,
    },
    Run {
        generation: Generation,
        plan: Arc<Plan>,
    },
    /// Earlier runs.
    List {
        generation: Generation,
        edge: Edge,
        page: PageRequest,
    },
    /// One of them.
    Show { generation: Generation, run: RunId },
    /// What it did.
    Acts {
        generation: Generation,
        edge: Edge,
        run: RunId,
        page: PageRequest,
    },
    /// What an undo of it would take back.
    Scope { generation: Generation, run: RunId },
}

/// Begins it.
pub(crate) fn begin(effect: Effect, effects: &mut Effects) {
    match effect {
        Effect::Browse { generation, folder } => effects.wait(
            tokio::task::spawn_blocking(move || browse(folder)),
            move |read| {
                let read = read.unwrap_or_else(|broken| Err(broken.to_string()));
                of(Message::Browsed(generation, read.map_err(Failure::new)))
            },
        ),
        Effect::Plan {
            generation,
            folders,
            options,
        } => effects.job(
            format!("comparing {}", named(&folders)),
            async move |folio, progress| {
                // The plan may be looked at for long: its texts are read again when it is run.
                let options = options.mode(Mode::DryRun);
                let options = options.cancelled_by(progress.token().clone());
                let tell = |at| tell(&progress, generation, at);
                folio
                    .ingest()
                    .plan(&folders, &options, tell)
                    .await
                    .map(Arc::new)
            },
            move |plan| of(Message::Planned(generation, plan)),
        ),
        Effect::Compare {
            generation,
            plan,
            at,
        } => effects.ask(
            Kind("ingest.compare"),
            async move |folio| folio.ingest().diff(&plan, at).await,
            move |diff| of(Message::Compared(generation, diff)),
        ),
        Effect::Run { generation, plan } => effects.job(
            "taking files in",
            async move |folio, progress| {
                let plan = Arc::unwrap_or_clone(plan).cancelled_by(progress.token().clone());
                let tell = |at| tell(&progress, generation, at);
                folio.ingest().run(plan, tell).await.map(Box::new)
            },
            move |report| of(Message::Ran(generation, report)),
        ),
        Effect::List {
            generation,
            edge,
            page,
        } => effects.ask(
            Kind("runs.list"),
            async move |folio| folio.ingest().runs(&page).await,
            move |page| of(Message::Listed(generation, edge, page)),
        ),
        Effect::Show { generation, run } => effects.ask(
            Kind("runs.show"),
            async move |folio| folio.ingest().show_run(run).await,
            move |run| of(Message::Shown(generation, run.map(|run| run.map(Box::new)))),
        ),
        Effect::Acts {
            generation,
            edge,
            run,
            page,
        } => effects.ask(
            Kind("runs.acts"),
            async move |folio| folio.activity().acts(run.into(), &page).await,
            move |page| of(Message::Acts(generation, edge, page)),
        ),
        Effect::Scope { generation, run } => effects.ask(
            SCOPE,
            async move |folio| folio.activity().scope(run.into()).await,
            move |scope| of(Message::Scoped(generation, run, scope)),
        ),
    }
}

fn tell(progress: &Progress, generation: Generation, at: IngestProgress) {
    let more = || of(Message::Progressed(generation, at));
    progress.tell_with(at.bytes, at.total_bytes, more);
}

/// Reads which folders there are in one.
fn browse(asked: PathBuf) -> Result<Folders, String> {
    let failed = |path: &Path, error| format!("cannot read {}: {error}", path.display());
    let folder = if asked.as_os_str().is_empty() {
        std::env::current_dir()
    } else {
        std::path::absolute(&asked)
    };
    let folder = folder.map_err(|error| failed(&asked, error))?;
    let entries = std::fs::read_dir(&folder).map_err(|error| failed(&folder, error))?;
    let mut names: Vec<OsString> = entries
        .flatten()
        .filter(|entry| {
            let kind = entry.file_type();
            kind.is_ok_and(|kind| kind.is_dir() || (kind.is_symlink() && entry.path().is_dir()))
        })
        .map(|entry| entry.file_name())
        .collect();
    names.sort_by_cached_key(|name| name.to_string_lossy().to_lowercase());
    let is_cut = names.len() > MAX_FOLDERS;
    names.truncate(MAX_FOLDERS);
    Ok(Folders {
        asked,
        folder,
        names,
        is_cut,
        home: etcetera::home_dir().ok(),
    })
}

fn of(message: Message) -> message::Message {
    message::Message::Ingest(Box::new(message))
}
