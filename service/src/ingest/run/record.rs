//! The record of a run.

use entity::ingest_run;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::EntityTrait;
use sea_orm::sea_query::OnConflict;
use serde_json::{Value, json};

use super::super::plan::Plan;
use super::super::runs::unreached_note;
use super::super::{FileStatus, IngestReport, roots};
use super::{MAX_FAILURES, NOT_MOVED, NOT_WRITTEN, Run};
use crate::audit::{self, Act, Subject};
use crate::error::{Area, Error, Fault, Operation};
use crate::retry::Repeat;
use crate::store::{Conn, Store};

impl Run<'_> {
    /// Records the run before it writes anything; gives the numbers of the folders.
    pub(super) async fn begin(&self, plan: &Plan) -> Result<Vec<i64>, Error> {
        let row = ingest_run::ActiveModel {
            id: Set(self.id.0),
            root: Set(plan.root.clone()),
            prefix: Set(plan.options.prefix.clone()),
            actor: Set(self.folio.actor().map(str::to_owned)),
            started_at: Set(self.started),
            finished_at: Set(None),
            added: Set(0),
            updated: Set(0),
            unchanged: Set(0),
            failed: Set(0),
            moved: Set(0),
            removed: Set(0),
            failures: Set(Value::Array(Vec::new())),
        };
        let operation = || Operation::new(Area::Ingestion, "record the ingestion");
        let first = Act::new("ingested", Subject::Document, String::new()).label(&plan.root);
        let insert = async |conn: Conn| -> Result<Vec<i64>, Fault> {
            let once = OnConflict::column(ingest_run::Column::Id)
                .do_nothing()
                .to_owned();
            let insert = ingest_run::Entity::insert(row.clone()).on_conflict(once);
            match insert.exec_without_returning(&conn).await {
                Err(sea_orm::DbErr::RecordNotInserted) => {}
                done => drop(done?),
            }
            audit::open_batch(self.folio, &conn, self.id.0, &first).await?;
            roots::made(&conn, &plan.files.listing).await
        };
        Store::Pools(self.folio)
            .write(Repeat::Idempotent, operation, insert)
            .await
    }

    /// Closes the run's record. What a run that was stopped did not reach is counted by itself.
    pub(super) async fn finish(&self, report: &IngestReport) -> Result<(), Error> {
        let (mut unreached, mut failures) = (0_u64, Vec::new());
        let failed = (0..report.files.len())
            .filter(|at| report.files.status(*at) == Some(FileStatus::Failed))
            .filter_map(|at| report.files.get(at));
        for file in failed {
            let reason = file.error.as_deref();
            if reason.is_some_and(|reason| [NOT_WRITTEN, NOT_MOVED].contains(&reason)) {
                unreached += 1;
            } else if failures.len() < MAX_FAILURES {
                let failure = json!({"file": file.file, "code": file.code, "error": file.error});
                failures.push(failure);
            }
        }
        let kept = report.vanished.iter().filter(|gone| gone.kept.is_some());
        let kept_count = kept.clone().count() as u64;
        for gone in kept.take(MAX_FAILURES.saturating_sub(failures.len())) {
            failures.push(json!({"file": gone.file, "code": gone.code, "error": gone.kept}));
        }
        failures.extend(unreached_note(unreached));
        let count = |n: u64| Set(i64::try_from(n).unwrap_or(i64::MAX));
        let row = ingest_run::ActiveModel {
            id: Unchanged(self.id.0),
            finished_at: Set(Some(self.folio.now())),
            added: count(report.added),
            updated: count(report.updated),
            unchanged: count(report.unchanged),
            failed: count(report.failed_count - unreached + kept_count),
            moved: count(report.moved),
            removed: count(report.removed),
            failures: Set(Value::Array(failures)),
            ..Default::default()
        };
        let operation = || Operation::new(Area::Ingestion, "record the ingestion");
        Store::Pools(self.folio)
            .write_single(Repeat::Idempotent, operation, async |conn| {
                ingest_run::Entity::update(row.clone()).exec(&conn).await?;
                Ok(())
            })
            .await
    }
}
