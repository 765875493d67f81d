//! Earlier runs: what each did, which files failed, and the way back.

use service::ingest::{RunDetails, RunSummary};
use service::{Act, Page, RunId, UndoScope};

use super::commands::Command;
use super::effects::Effect;
use super::spot::Spot;
use super::{Message, of};
use crate::admin::canvas::Target;
use crate::admin::command::{Context, Move};
use crate::admin::list::{Ask, List, Row};
use crate::admin::message::{self, Env};
use crate::admin::overlay::{Confirm, Overlay};
use crate::admin::request::{Answer, Failure, Generation, Latest};
use crate::admin::screen::{Pointer, document};
use crate::admin::text::number;
use crate::admin::window::Edge;

impl Row for RunSummary {
    type Id = RunId;

    fn id(&self) -> RunId {
        self.id
    }
}

impl Row for Act {
    /// A run does one thing with a document.
    type Id = (String, String);

    fn id(&self) -> Self::Id {
        (self.subject_id.clone(), self.action.clone())
    }
}

/// A file that a run could not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failed {
    pub(super) file: String,
    pub(super) why: String,
}

/// What of a run is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Half {
    #[default]
    Changes,
    Failed,
}

/// One run.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) summary: RunSummary,
    pub(super) half: Half,
    pub(super) acts: List<Act>,
    pub(super) failed: Vec<Failed>,
    pub(super) spot: Spot,
}

impl Run {
    fn new(details: RunDetails) -> Self {
        let failures = details.failures.as_array().into_iter().flatten();
        let text = |text: &serde_json::Value| text.as_str().unwrap_or_default().to_owned();
        let summary = details.summary;
        // A path as it is seen from the folder, where that was the only one.
        let folder = format!("{}/", summary.root);
        let below = |path: String| {
            path.strip_prefix(&folder)
                .map_or(path.clone(), str::to_owned)
        };
        let failed: Vec<Failed> = failures
            .map(|failure| Failed {
                file: below(text(&failure["file"])),
                why: text(&failure["error"]),
            })
            .collect();
        let changed = summary.added + summary.updated + summary.removed;
        let half = if changed == 0 && !failed.is_empty() {
            Half::Failed
        } else {
            Half::Changes
        };
        Self {
            summary,
            half,
            acts: List::default(),
            failed,
            spot: Spot::default(),
        }
    }

    fn acts_effect(&self, ask: Option<Ask>) -> Option<message::Effect> {
        let Ask {
            generation,
            edge,
            page,
        } = ask?;
        let run = self.summary.id;
        Some(of(Effect::Acts {
            generation,
            edge,
            run,
            page,
        }))
    }
}

#[derive(Debug, Default)]
pub(super) struct Runs {
    pub(super) list: List<RunSummary>,
    /// The run that is looked at.
    pub(super) shown: Option<Box<Run>>,
    showing: Latest,
    pub(super) scoping: Latest,
}

impl Runs {
    pub(super) fn context(&self) -> Context {
        match self.shown {
            Some(_) => Context::Run,
            None => Context::Runs,
        }
    }

    /// Reads again what is shown.
    pub(super) fn reload(&mut self, env: &Env) -> Vec<message::Effect> {
        let ask = self.list.reload(env.now);
        let mut effects: Vec<_> = list_effect(Some(ask)).into_iter().collect();
        if let Some(run) = self.shown.as_ref().map(|run| run.summary.id) {
            effects.push(self.showing(run, env));
        }
        effects
    }

    fn showing(&mut self, run: RunId, env: &Env) -> message::Effect {
        let generation = self.showing.begin(env.now);
        of(Effect::Show { generation, run })
    }

    pub(super) fn command(&mut self, command: Command, env: &Env) -> Vec<message::Effect> {
        match (command, &mut self.shown) {
            (Command::Show, None) => {
                let run = self.list.selected().map(|run| run.id);
                run.map(|run| self.showing(run, env)).into_iter().collect()
            }
            (Command::OtherHalf, Some(run)) => {
                run.half = match run.half {
                    Half::Changes => Half::Failed,
                    Half::Failed => Half::Changes,
                };
                Vec::new()
            }
            (Command::Open, Some(run)) if run.half == Half::Changes => {
                let code = run.acts.selected().and_then(|act| act.label.clone());
                let then = document::Then::Read;
                let open = code.map(|code| document::Message::Open { code, then });
                let open = open.map(|open| message::Message::Document(Box::new(open)));
                open.map(message::Effect::send).into_iter().collect()
            }
            (Command::Undo, _) => self.ask_undo(env),
            _ => Vec::new(),
        }
    }

    /// The run that a command is about.
    fn selected(&self) -> Option<&RunSummary> {
        match &self.shown {
            Some(run) => Some(&run.summary),
            None => self.list.selected(),
        }
    }

    fn ask_undo(&mut self, env: &Env) -> Vec<message::Effect> {
        let Some(run) = self.selected() else {
            return Vec::new();
        };
        if run.undone_by.is_some() {
            return vec![message::Effect::bad("The run has been taken back already")];
        }
        let run = run.id;
        let generation = self.scoping.begin(env.now);
        vec![of(Effect::Scope { generation, run })]
    }

    /// Asks before a run is taken back; names it, and how much that is.
    pub(super) fn scoped(
        &mut self,
        generation: Generation,
        run: RunId,
        scope: Result<UndoScope, Failure>,
    ) -> Vec<message::Effect> {
        let scope = match self.scoping.accept(generation, scope) {
            Answer::New(scope) => scope,
            Answer::Failed(failure) => return vec![message::Effect::failed(failure)],
            Answer::Late => return Vec::new(),
        };
        let Some(run) = self.selected().filter(|selected| selected.id == run) else {
            return Vec::new();
        };
        if scope.total() == 0 {
            return vec![message::Effect::bad("The run changed nothing")];
        }
        let undo = message::Message::Ingest(Box::new(Message::Undo(run.id)));
        let when = run.started_at.format("%Y-%m-%d %H:%M");
        let confirm = Confirm::undo(&scope, "document", undo)
            .first(format!("The run of {when} over {}.", run.root));
        vec![message::Effect::Open(Overlay::Confirm(confirm))]
    }

    pub(super) fn listed(
        &mut self,
        generation: Generation,
        edge: Edge,
        page: Result<Page<RunSummary>, Failure>,
        env: &Env,
    ) -> Vec<message::Effect> {
        match self
            .list
            .take(generation, edge, page, env.room.list, env.now)
        {
            Answer::New(ask) => list_effect(ask).into_iter().collect(),
            Answer::Failed(failure) => vec![message::Effect::unread(failure)],
            Answer::Late => Vec::new(),
        }
    }

    pub(super) fn show(
        &mut self,
        generation: Generation,
        details: Result<Option<Box<RunDetails>>, Failure>,
        env: &Env,
    ) -> Vec<message::Effect> {
        let mut run = match self.showing.accept(generation, details) {
            Answer::New(Some(details)) => Run::new(*details),
            Answer::New(None) => return vec![message::Effect::bad("The run has gone")],
            Answer::Failed(failure) => return vec![message::Effect::failed(failure)],
            Answer::Late => return Vec::new(),
        };
        let ask = run.acts.load(Edge::First, env.now);
        let effect = run.acts_effect(Some(ask));
        self.shown = Some(Box::new(run));
        effect.into_iter().collect()
    }

    pub(super) fn acts(
        &mut self,
        generation: Generation,
        edge: Edge,
        page: Result<Page<Act>, Failure>,
        env: &Env,
    ) -> Vec<message::Effect> {
        let Some(run) = &mut self.shown else {
            return Vec::new();
        };
        match run
            .acts
            .take(generation, edge, page, env.room.list, env.now)
        {
            Answer::New(ask) => run.acts_effect(ask).into_iter().collect(),
            Answer::Failed(failure) => vec![message::Effect::unread(failure)],
            Answer::Late => Vec::new(),
        }
    }

    pub(super) fn go(&mut self, to: Move, env: &Env) -> Vec<message::Effect> {
        let height = env.room.list;
        let effect = match &mut self.shown {
            None => list_effect(self.list.go(to, height, env.now)),
            Some(run) if run.half == Half::Failed => {
                run.spot.step(to.rows(height), run.failed.len(), height);
                None
            }
            Some(run) => {
                let ask = run.acts.go(to, height, env.now);
                run.acts_effect(ask)
            }
        };
        effect.into_iter().collect()
    }

    pub(super) fn pointer(&mut self, pointer: Pointer, env: &Env) -> Vec<message::Effect> {
        let height = env.room.list;
        let effect = match (pointer, &mut self.shown) {
            (Pointer::Wheel(rows, _), None) => list_effect(self.list.step(rows, height, env.now)),
            (Pointer::Wheel(rows, _), Some(run)) if run.half == Half::Failed => {
                run.spot.step(rows, run.failed.len(), height);
                None
            }
            (Pointer::Wheel(rows, _), Some(run)) => {
                let ask = run.acts.step(rows, height, env.now);
                run.acts_effect(ask)
            }
            (Pointer::Click(Target::Row(row)), None) => {
                let before = self.list.selected().map(Row::id);
                let ask = self.list.click(row, height, env.now);
                if before == self.list.selected().map(Row::id) {
                    return self.command(Command::Show, env);
                }
                list_effect(ask)
            }
            (Pointer::Click(Target::Row(row)), Some(run)) if run.half == Half::Failed => {
                run.spot.click(row, run.failed.len(), height);
                None
            }
            (Pointer::Click(Target::Row(row)), Some(run)) => {
                let ask = run.acts.click(row, height, env.now);
                run.acts_effect(ask)
            }
            _ => None,
        };
        effect.into_iter().collect()
    }

    pub(super) fn resized(&mut self, env: &Env) -> Vec<message::Effect> {
        let height = env.room.list;
        let effect = match &mut self.shown {
            None => list_effect(self.list.resized(height, env.now)),
            Some(run) => {
                let ask = run.acts.resized(height, env.now);
                run.acts_effect(ask)
            }
        };
        effect.into_iter().collect()
    }

    /// A word about what is shown.
    pub(super) fn status(&self) -> String {
        let run = self.shown.as_ref().filter(|run| run.half == Half::Failed);
        match run.map(|run| (run.failed.len() as u64, run.summary.failed)) {
            Some((kept, failed)) if u64::try_from(failed).is_ok_and(|failed| failed > kept) => {
                format!("the first {} of them are kept", number(kept))
            }
            _ => "the latest first".to_owned(),
        }
    }

    /// One step back; whether there was one.
    pub(super) fn back(&mut self) -> bool {
        self.shown.take().is_some()
    }

    pub(super) fn waiting(&self) -> Option<&Latest> {
        let acts = self.shown.as_ref().map(|run| run.acts.request());
        [
            Some(self.list.request()),
            Some(&self.showing),
            Some(&self.scoping),
            acts,
        ]
        .into_iter()
        .flatten()
        .find(|request| request.is_waiting())
    }
}

fn list_effect(ask: Option<Ask>) -> Option<message::Effect> {
    let Ask {
        generation,
        edge,
        page,
    } = ask?;
    Some(of(Effect::List {
        generation,
        edge,
        page,
    }))
}
