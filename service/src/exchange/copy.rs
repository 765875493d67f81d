//! Copying a whole store into another one, history included: between files, servers, or either way.
//!
//! Every table is copied in the order of its keys. A row that is there already is left, so a copy
//! that was stopped goes on where it was. At the end both sides are counted and summed up, row by
//! row, and have to be equal.

use std::path::Path;

use entity::{
    audit, audit_batch, document, document_revision, ingest_file, ingest_root, ingest_run, message,
    message_revision, thread, thread_revision,
};
use sea_orm::sea_query::OnConflict;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, DbErr, EntityTrait, IntoActiveModel, ModelTrait, Value,
};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::chunks::Table;
use super::digest::digest;
use crate::config::{Access, Database, SqliteMode};
use crate::connect::Backend;
use crate::documents::DocumentSort;
use crate::error::{Area, ConnectionError, Error, IngestionError, Operation};
use crate::folio::Folio;
use crate::migrate;
use crate::page::PageRequest;
use crate::retry::Repeat;
use crate::store::Store;
use crate::threads::ThreadFilter;

/// A table that was copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CopiedTable {
    /// Its name.
    pub table: String,
    /// Its rows, on both sides.
    pub rows: u64,
    /// Those of them that this copy wrote.
    pub written: u64,
    /// The sum of all rows, the same on both sides: 32 hexadecimal digits.
    pub checksum: String,
}

/// What a copy did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CopyReport {
    /// Every table.
    pub tables: Vec<CopiedTable>,
}

/// How far a copy has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyProgress {
    /// The table that it is at.
    pub table: &'static str,
    /// Rows of it that are done with.
    pub rows: u64,
}

/// Whether these are one database.
fn is_same(from: &Database, to: &Database) -> bool {
    match (from, to) {
        (Database::Sqlite(from), Database::Sqlite(to)) => {
            let real = |path: &Path| path.canonicalize().ok();
            from.mode != SqliteMode::Memory && real(&from.path) == real(&to.path)
        }
        (Database::Postgres(from), Database::Postgres(to)) => {
            let place = |options: &PgConnectOptions| {
                let host = options.get_host().to_owned();
                let name = options.get_database().map(str::to_owned);
                (host, options.get_port(), name)
            };
            place(&from.options) == place(&to.options)
        }
        _ => false,
    }
}

impl Folio {
    /// Copies everything in this store into another one, which has to be empty, or hold the
    /// beginning of such a copy. One without any tables gets them; else both must have all
    /// migrations. Nothing may change this store meanwhile: a difference is found at the end, and
    /// told. What was added to it since an earlier copy comes along, what was changed is told.
    ///
    /// # Errors
    /// [`IngestionError::CopyOntoItself`]; [`ConnectionError::ReadOnly`] where the other store was opened for
    /// reading; [`IngestionError::NotACopy`] where the other store has something of its own,
    /// [`IngestionError::CopyDiffers`], [`IngestionError::Cancelled`], or the databases'. What was
    /// copied until then stays, and a second call goes on.
    pub async fn copy_to(
        &self,
        to: &Self,
        cancel: &CancellationToken,
        progress: impl Fn(CopyProgress) + Send + Sync,
    ) -> Result<CopyReport, Error> {
        if is_same(&self.config().database, &to.config().database) {
            return Err(IngestionError::CopyOntoItself.into());
        }
        if to.config().access == Access::ReadOnly {
            let words = format!("copy into {}", to.config().database);
            let operation = Operation::new(Area::Ingestion, words);
            return Err(ConnectionError::ReadOnly { operation }.into());
        }
        let (from, to) = (&self.current(), &to.current());
        self.migrations().ensure_current().await?;
        if migrate::is_new(to).await? {
            to.migrations().up(None).await?;
        }
        to.migrations().ensure_current().await?;
        let copying = Copying {
            from,
            to,
            cancel,
            progress: &progress,
        };
        copying.is_beginning_of_a_copy().await?;
        self.share_language(to).await?;
        let mut report = CopyReport::default();
        macro_rules! copy {
            ($($entity:ident by $key:ident, $order:ident, $size:literal;)+) => {
                $(
                    let table = Table::<$entity::Entity> {
                        name: stringify!($entity),
                        key: $entity::Column::$key,
                        size: $size,
                    };
                    report.tables.push(copying.table(table, Order::$order, |_| ()).await?);
                )+
            };
        }
        copy! {
            document by Id, Same, "octet_length(content)";
            document_revision by Id, Same, "octet_length(content)";
        }
        // The database counts a thread's messages as they come, and tells when it was active.
        let threads = Table::<thread::Entity> {
            name: "thread",
            key: thread::Column::Id,
            size: "octet_length(id)",
        };
        let uncounted = |row: &mut thread::ActiveModel| {
            row.set(thread::Column::MessageCount, 0_i64.into());
            row.set(
                thread::Column::FirstMessageAt,
                Value::ChronoDateTimeUtc(None),
            );
            row.set(
                thread::Column::LastMessageAt,
                Value::ChronoDateTimeUtc(None),
            );
            row.not_set(thread::Column::ActiveAt);
        };
        copying.write(&threads, Order::Own, &uncounted).await?;
        copy! {
            message by Id, Same, "octet_length(question) + octet_length(answer)";
            thread_revision by Id, Same, "octet_length(thread_id)";
            message_revision by Id, Same, "octet_length(question) + octet_length(answer)";
            audit_batch by Id, Same, "octet_length(action)";
            audit by Id, Same, "octet_length(action)";
            ingest_run by Id, Same, "octet_length(root)";
            ingest_root by Id, Same, "octet_length(path)";
            ingest_file by DocumentId, Same, "octet_length(path)";
        }
        report.tables.push(copying.verified(&threads, 0).await?);
        copying.go_on_counting().await?;
        tracing::info!(tables = report.tables.len(), "copied a store");
        Ok(report)
    }

    /// Has an empty store index its texts as this one does. One with something in it has its
    /// language already: this one's, where it is the beginning of a copy.
    async fn share_language(&self, to: &Self) -> Result<(), Error> {
        let language = self.language().await?;
        let one = PageRequest::first(1);
        let documents = to.documents().list(DocumentSort::default(), &one).await?;
        let threads = to.threads().list(&ThreadFilter::default(), &one).await?;
        if documents.items.is_empty()
            && threads.items.is_empty()
            && to.language().await? != language
        {
            to.reindex(language).await?;
        }
        Ok(())
    }
}

/// Whether both databases put the keys into one order.
#[derive(Clone, Copy)]
enum Order {
    /// They do, so the greatest key tells how far an earlier copy came.
    Same,
    /// Each has its own (texts), so every row is looked at.
    Own,
}

struct Copying<'a, P> {
    from: &'a Folio,
    to: &'a Folio,
    cancel: &'a CancellationToken,
    progress: &'a P,
}

impl<P: Fn(CopyProgress) + Send + Sync> Copying<'_, P> {
    async fn table<E>(
        &self,
        table: Table<E>,
        order: Order,
        prepare: impl Fn(&mut E::ActiveModel) + Send + Sync,
    ) -> Result<CopiedTable, Error>
    where
        E: EntityTrait,
        E::Model: ModelTrait<Entity = E> + IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
    {
        let written = self.write(&table, order, &prepare).await?;
        match self.verified(&table, written).await {
            // An earlier copy went further than the rows that were added since then.
            Err(Error::Ingestion(IngestionError::CopyDiffers { .. }))
                if matches!(order, Order::Same) =>
            {
                let written = written + self.write(&table, Order::Own, &prepare).await?;
                self.verified(&table, written).await
            }
            verified => verified,
        }
    }

    /// Fails where the target has something of its own, in any table, before anything is written.
    async fn is_beginning_of_a_copy(&self) -> Result<(), Error> {
        macro_rules! look {
            ($($entity:ident by $key:ident;)+) => {
                $(
                    let table = Table::<$entity::Entity> {
                        name: stringify!($entity),
                        key: $entity::Column::$key,
                        size: "0",
                    };
                    if let Some(last) = table.last(self.to).await?
                        && table.at(self.from, &table.key_of(&last)).await?.is_none()
                    {
                        return Err(IngestionError::NotACopy { table: table.name }.into());
                    }
                )+
            };
        }
        look! {
            document by Id;
            document_revision by Id;
            thread by Id;
            message by Id;
            thread_revision by Id;
            message_revision by Id;
            audit_batch by Id;
            audit by Id;
            ingest_run by Id;
            ingest_root by Id;
            ingest_file by DocumentId;
        }
        Ok(())
    }

    /// Writes the rows that are not there yet; gives how many.
    async fn write<E>(
        &self,
        table: &Table<E>,
        order: Order,
        prepare: &(impl Fn(&mut E::ActiveModel) + Send + Sync),
    ) -> Result<u64, Error>
    where
        E: EntityTrait,
        E::Model: ModelTrait<Entity = E> + IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
    {
        let mut behind = match order {
            Order::Same => self.resumed(table).await?,
            Order::Own => None,
        };
        let (mut written, mut rows) = (0, 0);
        loop {
            if self.cancel.is_cancelled() {
                return Err(IngestionError::Cancelled { written }.into());
            }
            let piece = table.next(self.from, behind.as_ref()).await?;
            let Some(last) = piece.last() else {
                return Ok(written);
            };
            behind = Some(table.key_of(last));
            rows += piece.len() as u64;
            let operation =
                || Operation::new(Area::Document, format!("copy the table {}", table.name));
            written += Store::Pools(self.to)
                .write(Repeat::Idempotent, operation, async |conn| {
                    let active = piece.iter().cloned().map(|row| {
                        let mut row = row.into_active_model().reset_all();
                        prepare(&mut row);
                        row
                    });
                    let once = OnConflict::column(table.key).do_nothing().to_owned();
                    let insert = E::insert_many(active.collect::<Vec<_>>()).on_conflict(once);
                    match insert.exec_without_returning(&conn).await {
                        Err(DbErr::RecordNotInserted) => Ok(0),
                        done => Ok(done?),
                    }
                })
                .await?;
            let table = table.name;
            (self.progress)(CopyProgress { table, rows });
        }
    }

    /// Where an earlier copy stopped. Its last row has to be one of the source's, as it was.
    async fn resumed<E>(&self, table: &Table<E>) -> Result<Option<Value>, Error>
    where
        E: EntityTrait,
        E::Model: ModelTrait<Entity = E>,
    {
        let Some(last) = table.last(self.to).await? else {
            return Ok(None);
        };
        let key = table.key_of(&last);
        match table.at(self.from, &key).await? {
            Some(row) if digest::<E>(&row) == digest::<E>(&last) => Ok(Some(key)),
            Some(_) => Err(IngestionError::CopyDiffers { table: table.name }.into()),
            None => Err(IngestionError::NotACopy { table: table.name }.into()),
        }
    }

    /// Counts and sums up both sides.
    async fn verified<E>(&self, table: &Table<E>, written: u64) -> Result<CopiedTable, Error>
    where
        E: EntityTrait,
        E::Model: ModelTrait<Entity = E>,
    {
        let (rows, sum) = sum(table, self.from).await?;
        if (rows, sum) != self::sum(table, self.to).await? {
            return Err(IngestionError::CopyDiffers { table: table.name }.into());
        }
        Ok(CopiedTable {
            table: table.name.to_owned(),
            rows,
            written,
            checksum: format!("{sum:032x}"),
        })
    }

    /// Rows that come after the copied ones get greater numbers than they have.
    async fn go_on_counting(&self) -> Result<(), Error> {
        const NUMBERED: [&str; 5] = [
            "document_revision",
            "thread_revision",
            "message_revision",
            "audit",
            "ingest_root",
        ];
        // SQLite counts on from the greatest by itself.
        if self.to.backend() == Backend::Sqlite {
            return Ok(());
        }
        let operation = || Operation::new(Area::Document, "set the counters of the copy");
        Store::Pools(self.to)
            .write(Repeat::Idempotent, operation, async |conn| {
                use sea_orm::ConnectionTrait;
                for table in NUMBERED {
                    let sql = format!(
                        "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table})) \
                         WHERE EXISTS (SELECT 1 FROM {table})"
                    );
                    conn.execute_unprepared(&sql).await?;
                }
                Ok(())
            })
            .await
    }
}

/// How many rows a table has, and the sum of their digests: the same in whatever order.
async fn sum<E>(table: &Table<E>, folio: &Folio) -> Result<(u64, u128), Error>
where
    E: EntityTrait,
    E::Model: ModelTrait<Entity = E>,
{
    let (mut rows, mut sum) = (0, 0_u128);
    let mut behind = None;
    loop {
        let piece = table.next(folio, behind.as_ref()).await?;
        let Some(last) = piece.last() else {
            return Ok((rows, sum));
        };
        behind = Some(table.key_of(last));
        rows += piece.len() as u64;
        for row in &piece {
            sum = sum.wrapping_add(digest::<E>(row));
        }
    }
}
