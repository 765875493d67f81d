//! What an archive has beside documents and conversations: what conversations were before, what was
//! done, and the runs of ingestions.
//!
//! Revisions and acts get numbers of the store that takes them in, in the order that they had; what
//! names them by their numbers is told the new ones.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, Write};

use entity::{audit, audit_batch, ingest_run, message_revision, thread_revision};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, Condition, DbErr, EntityTrait,
    IntoActiveModel, Iterable, ModelTrait, QueryFilter, QueryOrder, Value,
};
use serde_json::Map;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::ids::{ANOTHERS, Ids};
use super::rows::{from_json, to_json};
use crate::audit::Subject;
use crate::error::{Area, Error, Fault, IngestionError, Operation};
use crate::exchange::chunks::Table;
use crate::exchange::digest::digest_of;
use crate::exchange::{BATCH, BATCH_BYTES, ImportReport, lines, unwritable, write_line};
use crate::folio::Folio;
use crate::retry::Repeat;
use crate::store::{Conn, Store};

pub(super) const THREAD_HISTORY: &str = "thread_history.jsonl";
pub(super) const MESSAGE_HISTORY: &str = "message_history.jsonl";
pub(super) const BATCHES: &str = "batches.jsonl";
pub(super) const ACTS: &str = "acts.jsonl";
pub(super) const RUNS: &str = "runs.jsonl";

/// The new numbers of revisions, by those that they had.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    threads: HashMap<i64, i64>,
    messages: HashMap<i64, i64>,
}

/// Writes a part; gives how many lines.
pub(super) async fn export(
    folio: &Folio,
    part: &str,
    out: &mut (impl Write + Send),
) -> Result<u64, Error> {
    macro_rules! rows {
        ($entity:ident, $size:literal) => {{
            let table = Table::<$entity::Entity> {
                name: stringify!($entity),
                key: $entity::Column::Id,
                size: $size,
            };
            write(folio, table, out).await
        }};
    }
    match part {
        THREAD_HISTORY => rows!(thread_revision, "octet_length(thread_id)"),
        MESSAGE_HISTORY => rows!(
            message_revision,
            "octet_length(question) + octet_length(answer)"
        ),
        BATCHES => rows!(audit_batch, "octet_length(action)"),
        ACTS => rows!(audit, "octet_length(action)"),
        _ => rows!(ingest_run, "octet_length(root)"),
    }
}

async fn write<E>(
    folio: &Folio,
    table: Table<E>,
    out: &mut (impl Write + Send),
) -> Result<u64, Error>
where
    E: EntityTrait,
    E::Model: ModelTrait<Entity = E>,
{
    let (mut written, mut behind) = (0, None);
    loop {
        let piece = table.next(folio, behind.as_ref()).await?;
        let Some(last) = piece.last() else {
            out.flush().map_err(unwritable)?;
            return Ok(written);
        };
        behind = Some(table.key_of(last));
        written += piece.len() as u64;
        for row in &piece {
            write_line(out, &to_json::<E>(row))?;
        }
    }
}

/// Takes a part in. What is there already is left.
pub(super) async fn import(
    folio: &Folio,
    part: &str,
    from: impl BufRead + Send + 'static,
    (numbers, ids): (&mut Numbers, &Ids),
    cancel: &CancellationToken,
) -> Result<ImportReport, Error> {
    let mut report = ImportReport::default();
    let mut batches = lines::read_ahead(from, BATCH / 2, BATCH_BYTES, lines::longest(folio));
    loop {
        let written = report.imported;
        let next = lines::received(&mut batches, cancel).await;
        let Some(batch) = next.map_err(|_| IngestionError::Cancelled { written })? else {
            break;
        };
        let batch = batch?;
        report.total += batch.len();
        for (line, problem) in batch.refused {
            report.fail(line, problem);
        }
        let lines = batch.lines;
        let (all, new) = match part {
            THREAD_HISTORY => {
                let rows = read::<thread_revision::ActiveModel>(lines, &mut report, |_| Ok(()));
                let there = |of| Condition::all().add(thread_revision::Column::ThreadId.is_in(of));
                let column = thread_revision::Column::ThreadId;
                let key = thread_revision::Column::Id;
                let stored =
                    numbered::<thread_revision::Entity>(folio, &rows, key, column, there).await?;
                let new = stored.new;
                numbers.threads.extend(stored.numbers);
                (rows.len(), new)
            }
            MESSAGE_HISTORY => {
                let mut rows =
                    read::<message_revision::ActiveModel>(lines, &mut report, |_| Ok(()));
                for row in &mut rows {
                    let deletion = row.deletion.take().flatten();
                    let deletion = deletion.and_then(|old| numbers.threads.get(&old).copied());
                    row.deletion = Set(deletion);
                }
                let there =
                    |of| Condition::all().add(message_revision::Column::MessageId.is_in(of));
                let column = message_revision::Column::MessageId;
                let key = message_revision::Column::Id;
                let stored =
                    numbered::<message_revision::Entity>(folio, &rows, key, column, there).await?;
                let new = stored.new;
                numbers.messages.extend(stored.numbers);
                (rows.len(), new)
            }
            BATCHES => {
                let rows = read::<audit_batch::ActiveModel>(lines, &mut report, |_| Ok(()));
                (
                    rows.len(),
                    once(folio, &rows, audit_batch::Column::Id).await?,
                )
            }
            ACTS => {
                let rows = read::<audit::ActiveModel>(lines, &mut report, |row| {
                    numbers.tell(row);
                    rename(row, ids)
                });
                let subjects = [Subject::Document, Subject::Thread, Subject::Message];
                let there = |of| {
                    let kinds = audit::Column::Subject.is_in(subjects.map(Subject::name));
                    let rows = audit::Column::SubjectId.is_in(of);
                    Condition::all().add(kinds).add(rows)
                };
                let column = audit::Column::SubjectId;
                let stored =
                    numbered::<audit::Entity>(folio, &rows, audit::Column::Id, column, there)
                        .await?;
                (rows.len(), stored.new)
            }
            _ => {
                let rows = read::<ingest_run::ActiveModel>(lines, &mut report, |_| Ok(()));
                (
                    rows.len(),
                    once(folio, &rows, ingest_run::Column::Id).await?,
                )
            }
        };
        report.imported += new;
        report.skipped += all as u64 - new;
    }
    Ok(report)
}

impl Numbers {
    /// An act on a conversation or a turn names the revision that it left.
    fn tell(&self, act: &mut audit::ActiveModel) {
        let of = match act
            .subject
            .try_as_ref()
            .and_then(|name| Subject::named(name))
        {
            Some(Subject::Thread) => &self.threads,
            Some(Subject::Message) => &self.messages,
            _ => return,
        };
        let version = act.version.take().flatten();
        act.version = Set(version.and_then(|old| of.get(&old).copied()));
    }
}

/// An act on a document names the id that it has here.
fn rename(act: &mut audit::ActiveModel, ids: &Ids) -> Result<(), String> {
    let is_of_document = |act: &audit::ActiveModel| {
        let subject = act.subject.try_as_ref()?;
        (subject == Subject::Document.name()).then_some(())
    };
    let id = act.subject_id.try_as_ref();
    let id = id.and_then(|id| Uuid::try_parse(id).ok());
    if let (Some(()), Some(id)) = (is_of_document(act), id) {
        act.subject_id = Set(ids.here(id).ok_or(ANOTHERS)?.to_string());
    }
    Ok(())
}

/// Rows that can be stored; each is mended first, or refused.
fn read<A: ActiveModelTrait + Default>(
    lines: Vec<(u64, Vec<u8>)>,
    report: &mut ImportReport,
    mut mend: impl FnMut(&mut A) -> Result<(), String>,
) -> Vec<A> {
    let mut rows = Vec::with_capacity(lines.len());
    for (number, bytes) in lines {
        let line = serde_json::from_slice::<Map<String, serde_json::Value>>(&bytes);
        let line = line.map_err(|error| format!("the line is no row: column {}", error.column()));
        let row = line.and_then(from_json);
        match row.and_then(|mut row| mend(&mut row).map(|()| row)) {
            Ok(row) => rows.push(row),
            Err(problem) => report.fail(number, problem),
        }
    }
    rows
}

fn operation() -> Operation {
    Operation::new(Area::Chat, "import what was done")
}

/// Stores rows whose ids are the same everywhere; gives how many were new.
async fn once<A>(
    folio: &Folio,
    rows: &[A],
    key: <A::Entity as EntityTrait>::Column,
) -> Result<u64, Error>
where
    A: ActiveModelTrait + ActiveModelBehavior + Send + Sync + Clone,
{
    if rows.is_empty() {
        return Ok(0);
    }
    Store::Pools(folio)
        .write(Repeat::Idempotent, operation, async |conn| {
            let left = OnConflict::column(key).do_nothing().to_owned();
            let insert = A::Entity::insert_many(rows.to_vec()).on_conflict(left);
            match insert.exec_without_returning(&conn).await {
                Err(DbErr::RecordNotInserted) => Ok(0),
                done => Ok(done?),
            }
        })
        .await
}

/// What became of numbered rows.
struct Numbered {
    numbers: Vec<(i64, i64)>,
    new: u64,
}

/// Stores rows that every store numbers by itself. A row is known by all that it says; `there` are
/// the stored ones that have these values in `column`.
async fn numbered<E>(
    folio: &Folio,
    rows: &[E::ActiveModel],
    key: E::Column,
    column: E::Column,
    there: impl Fn(Vec<Value>) -> Condition + Send + Sync,
) -> Result<Numbered, Error>
where
    E: EntityTrait,
    E::Model: ModelTrait<Entity = E> + IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send + Sync + Clone,
{
    Store::Pools(folio)
        .write(Repeat::OnlyIfUndone, operation, async |conn| {
            let values = rows.iter().filter_map(|row| row.get(column).into_value());
            let values: Vec<Value> = values.collect();
            let mut known = known::<E>(&conn, key, there(values)).await?;
            let mut stored = Numbered {
                numbers: Vec::with_capacity(rows.len()),
                new: 0,
            };
            for row in rows {
                let before = row.get(key).into_value().map_or(i64::MIN, |id| number(&id));
                let value = |column| row.get(column).into_value();
                let said = digest_of(others::<E>(key).filter_map(value));
                let found = known.get_mut(&said).and_then(VecDeque::pop_front);
                let now = if let Some(now) = found {
                    now
                } else {
                    let mut row = row.clone();
                    row.not_set(key);
                    stored.new += 1;
                    number(&row.insert(&conn).await?.get(key))
                };
                stored.numbers.push((before, now));
            }
            Ok(stored)
        })
        .await
}

/// The numbers of stored rows, in their order, by what they say.
async fn known<E>(
    conn: &Conn,
    key: E::Column,
    there: Condition,
) -> Result<HashMap<u128, VecDeque<i64>>, Fault>
where
    E: EntityTrait,
    E::Model: ModelTrait<Entity = E>,
{
    let rows = E::find().filter(there).order_by_asc(key).all(conn).await?;
    let mut known: HashMap<u128, VecDeque<i64>> = HashMap::new();
    for row in rows {
        let said = digest_of(others::<E>(key).map(|column| row.get(column)));
        known
            .entry(said)
            .or_default()
            .push_back(number(&row.get(key)));
    }
    Ok(known)
}

/// All columns but the number.
fn others<E: EntityTrait>(key: E::Column) -> impl Iterator<Item = E::Column> {
    let key = key.as_column_ref();
    E::Column::iter().filter(move |column| column.as_column_ref() != key)
}

fn number(value: &Value) -> i64 {
    match value {
        Value::BigInt(Some(number)) => *number,
        _ => i64::MIN,
    }
}
