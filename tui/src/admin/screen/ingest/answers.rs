//! What the store and the disk answer to a run in the making.

use std::sync::Arc;

use service::BatchId;
use service::ingest::{self, IngestProgress, IngestReport, Plan};

use super::chooser::Folders;
use super::listing::{Listing, Source};
use super::of;
use super::taking::{Stage, Taking};
use crate::admin::diff::Diff;
use crate::admin::message::{self, Changed, Env};
use crate::admin::request::{Answer, Cause, Failure, Generation};

impl Taking {
    /// Takes account of how far the work is.
    pub(super) fn progressed(&mut self, generation: Generation, at: IngestProgress, env: &Env) {
        if let Stage::Working(work) = &mut self.stage
            && self.working.is(generation)
        {
            work.take(at, env.now);
        }
    }

    /// Takes a plan, or why there is none.
    pub(super) fn planned(
        &mut self,
        generation: Generation,
        plan: Result<Arc<Plan>, Failure>,
    ) -> Vec<message::Effect> {
        match self.working.accept(generation, plan) {
            Answer::New(plan) => {
                self.show(Source::Plan(plan));
                Vec::new()
            }
            Answer::Failed(failure) => {
                self.stage = Stage::Setup;
                vec![match failure.cause {
                    Cause::Cancelled => message::Effect::good("No plan was made"),
                    _ => message::Effect::failed(failure),
                }]
            }
            Answer::Late => Vec::new(),
        }
    }

    /// Takes what a run did, or why it ended before its end.
    pub(super) fn ran(
        &mut self,
        generation: Generation,
        report: Result<Box<IngestReport>, Failure>,
    ) -> Vec<message::Effect> {
        let changed = match self.working.accept(generation, report) {
            Answer::New(report) => {
                let run = report.run;
                let said = self.show(Source::Report(report));
                let Some(run) = run else {
                    return vec![message::Effect::good(said)];
                };
                Ok(Changed {
                    said,
                    batch: run.into(),
                })
            }
            Answer::Failed(failure) => {
                self.stage = Stage::Setup;
                Err(failure)
            }
            Answer::Late => return Vec::new(),
        };
        vec![message::Effect::send(message::Message::Changed(changed))]
    }

    /// A run was taken back: the report is of the past.
    pub(in crate::admin::screen) fn undone(&mut self, batch: BatchId) {
        if let Stage::Files(listing, _) = &mut self.stage
            && let Source::Report(report) = &listing.source
            && report.run.is_some_and(|run| BatchId::from(run) == batch)
        {
            listing.is_undone = true;
        }
    }

    fn show(&mut self, source: Source) -> String {
        let listing = Listing::new(source, &self.setup.folders);
        let said = listing.summary();
        self.stage = Stage::Files(Box::new(listing), None);
        said
    }

    pub(super) fn compared(
        &mut self,
        generation: Generation,
        diff: Result<Option<ingest::Diff>, Failure>,
    ) -> Vec<message::Effect> {
        let Stage::Files(_, Some(look)) = &mut self.stage else {
            return Vec::new();
        };
        match look.comparing.accept(generation, diff) {
            Answer::New(diff) => look.diff = diff.map(Diff::told),
            Answer::Failed(failure) => return vec![message::Effect::failed(failure)],
            Answer::Late => {}
        }
        Vec::new()
    }

    pub(super) fn browsed(
        &mut self,
        generation: Generation,
        found: Result<Folders, Failure>,
        env: &Env,
    ) -> Vec<message::Effect> {
        let Stage::Choosing(chooser) = &mut self.stage else {
            return Vec::new();
        };
        let more = chooser.take(generation, found, env.now);
        more.map(of).into_iter().collect()
    }
}
