//! The store's handle.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::DatabaseConnection;
use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;

use crate::activity::Activity;
use crate::clock::{Clock, Ids, SystemClock};
use crate::config::{Access, Config, Database, OnConnect, SqliteMode};
use crate::connect::{self, Backend, Pools};
use crate::documents::Documents;
use crate::error::{Area, Error, MigrationError, Operation};
use crate::figures::{self, DatabaseFigures, Figures};
use crate::gate::Gate;
use crate::health::{self, Health, PoolStats};
use crate::ids::BatchId;
use crate::ingest::Ingest;
use crate::messages::Messages;
use crate::meter::{Meter, Traffic};
use crate::migrate::{self, Migrations};
use crate::retry::{Repeat, RetryPolicy, retry};
use crate::search::census::Kept;
use crate::store::{Store, enter};
use crate::threads::Threads;
use crate::transaction::{self, Transaction};

/// A store of documents and conversations. Cheap to clone: all clones share the pools.
///
/// ```
/// # #[tokio::main] async fn main() -> Result<(), service::Error> {
/// # let folder = tempfile::tempdir().expect("a folder");
/// use service::{Config, Folio, NewDocument};
///
/// let folio = Folio::connect(Config::sqlite(folder.path().join("notes.db"))).await?;
/// folio.documents().insert(NewDocument::new("hello", "Hello", "Hello, world!")).await?;
/// let found = folio.documents().get("hello").await?.expect("it was just written");
/// assert_eq!(found.content, "Hello, world!");
/// folio.close().await;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Folio {
    inner: Arc<Inner>,
    actor: Option<Arc<str>>,
    /// What is changed through this handle is recorded as one.
    batch: Option<BatchId>,
    /// Reads go where writes go, too: see [`Folio::current`].
    current: bool,
}

#[derive(Debug)]
struct Inner {
    config: Config,
    pools: Pools,
    clock: Arc<dyn Clock>,
    ids: Ids,
    meter: Meter,
    /// What search knows of the texts as a whole.
    census: Kept,
}

/// A place in the pool for statements of one's own. It is given back when it is dropped.
#[derive(Debug)]
pub struct Connection {
    connection: DatabaseConnection,
    _permit: OwnedSemaphorePermit,
}

impl std::ops::Deref for Connection {
    type Target = DatabaseConnection;

    fn deref(&self) -> &DatabaseConnection {
        &self.connection
    }
}

impl Folio {
    /// Opens a store. An embedded file that is new, or the program's own, is migrated; whether a
    /// server's schema lacks something is only seen by the calls that need it (see
    /// [`Folio::migrations`]). Stands for
    /// the seed's `get_connection_pool`.
    ///
    /// # Errors
    /// [`Error::Connection`] where the database can't be reached, [`Error::Migration`] where its
    /// tables are a newer program's.
    pub async fn connect(config: Config) -> Result<Self, Error> {
        Self::connect_with_clock(config, Arc::new(SystemClock)).await
    }

    /// The same with a clock of the caller's.
    ///
    /// # Errors
    /// As [`Folio::connect`].
    pub async fn connect_with_clock(config: Config, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let pools = connect::open(&config).await?;
        let actor = config.actor.as_deref().map(Arc::from);
        let inner = Inner {
            config,
            pools,
            clock,
            ids: Ids::new(),
            meter: Meter::default(),
            census: Kept::default(),
        };
        let folio = Self {
            inner: Arc::new(inner),
            actor,
            batch: None,
            current: false,
        };
        folio.migrate_own_file().await?;
        // Whoever lacks tables, or rights on them, is told by the calls that need these.
        if let Err(newer @ Error::Migration(MigrationError::Newer { .. })) =
            folio.migrations().status().await
        {
            folio.close().await;
            return Err(newer);
        }
        tracing::info!(database = %folio.inner.config.database, version = folio.pools().version, "connected");
        Ok(folio)
    }

    /// The program's own file and an empty one are migrated without being asked.
    async fn migrate_own_file(&self) -> Result<(), Error> {
        let Database::Sqlite(target) = &self.config().database else {
            return Ok(());
        };
        let may = self.config().access == Access::ReadWrite
            && self.config().on_connect == OnConnect::MigrateOwnFile;
        if !may {
            return Ok(());
        }
        let own = match target.mode {
            SqliteMode::ReadOnly => false,
            SqliteMode::Default | SqliteMode::Memory => true,
            SqliteMode::Create => migrate::is_new(self).await?,
            SqliteMode::ReadWrite => migrate::is_empty(self).await?,
        };
        if own {
            self.migrations().up(None).await?;
            return Ok(());
        }
        migrate::wait_for_another(self).await
    }

    /// The documents.
    #[must_use]
    pub fn documents(&self) -> Documents<'_> {
        Documents::new(Store::Pools(self))
    }

    /// The conversations.
    #[must_use]
    pub fn threads(&self) -> Threads<'_> {
        Threads::new(Store::Pools(self))
    }

    /// The turns of conversations.
    #[must_use]
    pub fn messages(&self) -> Messages<'_> {
        Messages::new(Store::Pools(self))
    }

    /// What was done to which rows, by whom and when; and taking it back.
    #[must_use]
    pub fn activity(&self) -> Activity<'_> {
        Activity::new(self)
    }

    /// Taking files in.
    #[must_use]
    pub fn ingest(&self) -> Ingest<'_> {
        Ingest::new(self)
    }

    /// The schema's state, and its changes.
    #[must_use]
    pub fn migrations(&self) -> Migrations<'_> {
        Migrations::new(self)
    }

    /// Runs a closure in a transaction: commits when it returns Ok; rolls back when it returns
    /// Err (which is then returned as it is), panics, or is cancelled. It is not repeated; wrap
    /// it in [`Folio::retry`] for that. Stands for the seed's `get_db_transaction`.
    ///
    /// ```
    /// # #[tokio::main] async fn main() -> Result<(), service::Error> {
    /// # use service::{Config, Folio, NewDocument, Error};
    /// # let folio = Folio::connect(Config::from_url("sqlite::memory:")?).await?;
    /// folio.transaction(async |tx| {
    ///     tx.documents().insert(NewDocument::new("a", "A", "one")).await?;
    ///     tx.documents().insert(NewDocument::new("b", "B", "two")).await?;
    ///     Ok::<_, Error>(())
    /// }).await?;
    /// assert_eq!(folio.documents().count().await?, 2);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// The closure's own, or [`Error::Connection`] where BEGIN or COMMIT fails.
    pub async fn transaction<T, E, F, Fut>(&self, work: F) -> Result<T, E>
    where
        E: From<Error>,
        F: FnOnce(Transaction) -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        transaction::run(self, work).await
    }

    /// Repeats a call of the caller's as the policy and `repeat` allow. Every call of this
    /// library does that by itself already; this is for several of them together. Stands for the
    /// seed's `execute_with_retry`.
    ///
    /// # Errors
    /// The last try's.
    pub async fn retry<T, F, Fut>(
        &self,
        policy: &RetryPolicy,
        repeat: Repeat,
        work: F,
    ) -> Result<T, Error>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<T, Error>>,
    {
        retry(policy, repeat, work).await
    }

    /// A place in the pool for statements of one's own, through SeaORM. Each statement may go
    /// over another of the pool's connections: what has to stay on one (a cursor, a setting)
    /// belongs in [`Folio::transaction`]. Stands for the seed's `get_db_connection`.
    ///
    /// # Errors
    /// [`Error::Connection`] where none is free in time.
    pub async fn connection(&self) -> Result<Connection, Error> {
        let operation = || Operation::new(Area::Connection, "take a connection");
        let permit = enter(&self.pools().write_gate, &operation).await?;
        Ok(Connection {
            connection: self.pools().write.clone(),
            _permit: permit,
        })
    }

    /// Whether the database answers, how fast, and in what state it is. It never fails: what is
    /// wrong is told in [`Health::error`]. Stands for the seed's `health_check`.
    pub async fn health(&self) -> Health {
        health::check(self).await
    }

    /// Whether the database, and the replica that is read from, can be reached now, told at once: a
    /// call goes on trying for as long as it may wait for a connection, so that it outlives a restart
    /// of the server.
    ///
    /// # Errors
    /// [`Error::Connection`] with the server that takes no connection, or where the file of an embedded
    /// database is no longer the one that was opened.
    pub async fn reach(&self) -> Result<(), Error> {
        self.pools().file.check()?;
        connect::reach(self.config()).await?;
        connect::reach_replica(self.config()).await
    }

    /// The pools as they are now. Asks the database nothing.
    #[must_use]
    pub fn pool_stats(&self) -> PoolStats {
        health::pool_stats(self)
    }

    /// How many calls there were since the start, how long they took, and how many failed.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.inner.meter.traffic()
    }

    /// What the calls cost lately, and whether they wait. Asks the database nothing.
    #[must_use]
    pub fn figures(&self) -> Figures {
        figures::of_calls(self)
    }

    /// What the database tells of itself: its answer, sizes, tables, migrations. It is asked on a
    /// connection that is only for that, made when it is first needed; a store in memory has but
    /// one connection, which is waited for.
    ///
    /// # Errors
    /// [`Error::Connection`] where it doesn't answer; as [`Migrations::status`].
    pub async fn database_figures(&self) -> Result<DatabaseFigures, Error> {
        figures::of_database(self).await
    }

    /// The same store, with changes recorded as made by someone else.
    #[must_use]
    pub fn acting_as(&self, actor: impl AsRef<str>) -> Self {
        Self {
            actor: Some(Arc::from(actor.as_ref())),
            ..self.clone()
        }
    }

    /// The same store, with all that is changed through it recorded as one batch, new documents
    /// and messages too; [`Activity::undo`] takes it back as one.
    ///
    /// ```
    /// # #[tokio::main] async fn main() -> Result<(), service::Error> {
    /// # use service::{CancellationToken, Config, Folio, NewDocument};
    /// # let folio = Folio::connect(Config::from_url("sqlite::memory:")?).await?;
    /// let (together, batch) = folio.batch();
    /// together.documents().insert(NewDocument::new("a", "A", "one")).await?;
    /// together.documents().insert(NewDocument::new("b", "B", "two")).await?;
    /// folio.activity().undo(batch, &CancellationToken::new(), |_| {}).await?;
    /// assert_eq!(folio.documents().count().await?, 0);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn batch(&self) -> (Self, BatchId) {
        let batch = BatchId(self.new_id());
        (self.in_batch(batch), batch)
    }

    /// The same store, with what is changed through it added to this batch.
    #[must_use]
    pub fn in_batch(&self, batch: BatchId) -> Self {
        Self {
            batch: Some(batch),
            ..self.clone()
        }
    }

    /// Closes the pools, waiting at most 10 s for calls in progress. Stands for the seed's
    /// `close_connection_pool`.
    pub async fn close(&self) {
        self.close_within(Duration::from_secs(10)).await;
    }

    /// Closes the pools, waiting at most this long for calls in progress.
    pub async fn close_within(&self, deadline: Duration) {
        self.pools().read_gate.close();
        self.pools().write_gate.close();
        let closed = async {
            if self.backend() == Backend::Sqlite && !self.pools().shared {
                let writer = self.pools().write.get_sqlite_connection_pool();
                // It can be done another time.
                if let Err(error) = connect::optimize(writer).await {
                    tracing::debug!(%error, "the planner's figures are as they were");
                }
            }
            // Errors here are of connections that are gone already.
            drop(self.pools().read.close_by_ref().await);
            drop(self.pools().write.close_by_ref().await);
            drop(self.pools().monitor.close_by_ref().await);
        };
        if tokio::time::timeout(deadline, closed).await.is_err() {
            tracing::warn!(?deadline, "closed with calls still in progress");
        }
    }

    /// The settings it was opened with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// The kind of database behind it.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.inner.pools.backend
    }

    /// The same store, with reads that see all that is written: what decides about the next write
    /// is never read from a replica, which may be behind.
    pub(crate) fn current(&self) -> Self {
        Self {
            current: true,
            ..self.clone()
        }
    }

    /// The pool that reads go to, and the queue in front of it.
    pub(crate) fn reading(&self) -> (&DatabaseConnection, &Gate) {
        let pools = self.pools();
        // An embedded file has one writer, and its readers see all that is committed.
        if self.current && !pools.shared && self.backend() == Backend::Postgres {
            (&pools.write, pools.write_gate.as_ref())
        } else {
            (&pools.read, pools.read_gate.as_ref())
        }
    }

    pub(crate) fn pools(&self) -> &Pools {
        &self.inner.pools
    }

    pub(crate) fn meter(&self) -> &Meter {
        &self.inner.meter
    }

    pub(crate) fn actor(&self) -> Option<&str> {
        self.actor.as_deref()
    }

    pub(crate) fn current_batch(&self) -> Option<Uuid> {
        self.batch.map(|batch| batch.0)
    }

    /// How many batches are written at once: PostgreSQL gains by several, SQLite has one writer.
    pub(crate) fn writers(&self) -> usize {
        if self.backend() == Backend::Sqlite {
            return 1;
        }
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let most = self.config().max_connections as usize;
        cores.clamp(2, 4).min(most)
    }

    pub(crate) fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.inner.clock.now()
    }

    pub(crate) fn new_id(&self) -> Uuid {
        self.inner.ids.next(self.now())
    }

    pub(crate) fn census(&self) -> &Kept {
        &self.inner.census
    }
}
