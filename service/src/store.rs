//! How every call reaches the database: through here, once, for both. A read takes a connection
//! and may be repeated; a write is a transaction that is committed, or rolled back and perhaps
//! repeated. Inside a caller's own transaction both simply run in it.

mod conn;

pub(crate) use conn::Conn;

use std::future::Future;
use std::sync::Arc;

use sea_orm::{
    AccessMode, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

use crate::config::Access;
use crate::error::{ConnectionError, Error, Failure, FailureKind, Fate, Fault, Operation};
use crate::folio::Folio;
use crate::gate::{Gate, Refused};
use crate::retry::{Repeat, retry};
use crate::transaction::Transaction;

/// Where calls go: to the pools, or into a caller's transaction.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Store<'a> {
    Pools(&'a Folio),
    Transaction(&'a Transaction),
}

impl<'a> Store<'a> {
    /// The same through this handle of the store; a transaction stays the transaction that it is.
    pub(crate) fn through<'b>(self, folio: &'b Folio) -> Store<'b>
    where
        'a: 'b,
    {
        match self {
            Self::Pools(_) => Store::Pools(folio),
            Self::Transaction(transaction) => Store::Transaction(transaction),
        }
    }
}

impl Store<'_> {
    pub(crate) fn folio(&self) -> &Folio {
        match self {
            Self::Pools(folio) => folio,
            Self::Transaction(transaction) => transaction.folio(),
        }
    }

    /// Runs a unit of work that changes nothing, on the pool for reading; repeated as the
    /// policy says.
    pub(crate) async fn read<T, F, Fut>(
        &self,
        operation: impl Fn() -> Operation,
        work: F,
    ) -> Result<T, Error>
    where
        F: Fn(Conn) -> Fut,
        Fut: Future<Output = Result<T, Fault>>,
    {
        let folio = match self {
            Self::Transaction(transaction) => return inside(transaction, &operation, work).await,
            Self::Pools(folio) => folio,
        };
        let (pool, gate) = folio.reading();
        call(folio, &operation, Repeat::Idempotent, || {
            Box::pin(watched(folio, async {
                let _permit = enter(gate, &operation).await?;
                // The server ends a slow statement itself; this is for one that no longer answers.
                let limit = folio.config().command_timeout + folio.config().acquire_timeout;
                let work = work(Conn::Pool(pool.clone()));
                let work = folio.pools().abandonment.watch(work);
                let done = match tokio::time::timeout(limit, work).await {
                    Ok(done) => done.map_err(|fault| fault.into_error(&operation)),
                    Err(_) => Err(failed(&operation, FailureKind::Timeout, Fate::NeverRan)),
                };
                let is_replica = std::ptr::eq(pool, &raw const folio.pools().read);
                done.map_err(|error| match &folio.config().read_database {
                    Some(replica) if is_replica => error.of_replica(replica),
                    _ => error,
                })
            }))
        })
        .await
        .map_err(Error::of_a_read)
    }

    /// Runs one statement that changes something; the statement is its own transaction.
    pub(crate) async fn write_single<T, F, Fut>(
        &self,
        repeat: Repeat,
        operation: impl Fn() -> Operation,
        work: F,
    ) -> Result<T, Error>
    where
        F: Fn(Conn) -> Fut,
        Fut: Future<Output = Result<T, Fault>>,
    {
        let folio = match self {
            Self::Transaction(transaction) => return inside(transaction, &operation, work).await,
            Self::Pools(folio) => folio,
        };
        call(folio, &operation, repeat, || {
            Box::pin(watched(folio, async {
                let _permit = enter_to_write(folio, &operation).await?;
                let work = work(Conn::Pool(folio.pools().write.clone()));
                let done = folio.pools().abandonment.watch_write(work).await;
                done.map_err(|fault| fault.into_error(&operation))
            }))
        })
        .await
    }

    /// Stores a row under an id that the caller made: one statement, or a transaction where a
    /// batch is to record it along.
    pub(crate) async fn write_new<T, F, Fut>(
        &self,
        operation: impl Fn() -> Operation,
        work: F,
    ) -> Result<T, Error>
    where
        F: Fn(Conn) -> Fut,
        Fut: Future<Output = Result<T, Fault>>,
    {
        match self.folio().current_batch() {
            None => self.write_single(Repeat::Idempotent, operation, work).await,
            Some(_) => self.write(Repeat::Idempotent, operation, work).await,
        }
    }

    /// Runs a unit of work that changes something, in a transaction.
    pub(crate) async fn write<T, F, Fut>(
        &self,
        repeat: Repeat,
        operation: impl Fn() -> Operation,
        work: F,
    ) -> Result<T, Error>
    where
        F: Fn(Conn) -> Fut,
        Fut: Future<Output = Result<T, Fault>>,
    {
        let folio = match self {
            Self::Transaction(transaction) => return inside(transaction, &operation, work).await,
            Self::Pools(folio) => folio,
        };
        call(folio, &operation, repeat, || {
            Box::pin(watched(folio, async {
                let worked = async {
                    let begun = begin(folio, &operation).await?;
                    let done = work(begun.conn()).await;
                    Ok::<_, Error>((begun, done))
                };
                // What is at COMMIT goes on to its end.
                let (begun, done) = folio.pools().abandonment.watch_write(worked).await?;
                begun.end(done, &operation).await
            }))
        })
        .await
    }
}

/// Makes a call as often as the policy says, and takes its measure.
async fn call<T, F, Fut>(
    folio: &Folio,
    operation: &impl Fn() -> Operation,
    repeat: Repeat,
    mut attempt: F,
) -> Result<T, Error>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, Error>>,
{
    let mut measure = folio.meter().begin(operation, || folio.now());
    let result = retry(&folio.config().retry, repeat, || {
        measure.attempt();
        attempt()
    })
    .await;
    measure.end(&result);
    result
}

/// Remembers that a connection broke, so that the others are looked at before they are used.
async fn watched<T>(
    folio: &Folio,
    attempt: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let result = attempt.await;
    if let Err(error) = &result
        && error
            .failure()
            .is_some_and(|failure| failure.kind == FailureKind::ConnectionLost)
    {
        folio.pools().suspicion.arouse();
    }
    result
}

/// Runs a unit of work in a caller's transaction. Where the connection breaks, the transaction is
/// undone: nothing of it was committed.
async fn inside<T, F, Fut>(
    transaction: &Transaction,
    operation: &impl Fn() -> Operation,
    work: F,
) -> Result<T, Error>
where
    F: Fn(Conn) -> Fut,
    Fut: Future<Output = Result<T, Fault>>,
{
    let done = work(transaction.conn()).await;
    done.map_err(|fault| fault.into_error(operation).rolled_back())
}

/// A transaction and its place in the queue.
#[derive(Debug)]
pub(crate) struct Begun {
    transaction: Arc<DatabaseTransaction>,
    permit: tokio::sync::OwnedSemaphorePermit,
}

impl Begun {
    pub(crate) fn conn(&self) -> Conn {
        Conn::Transaction(Arc::clone(&self.transaction))
    }

    /// Commits what went well and rolls back what did not; the first error is the one that is
    /// told.
    pub(crate) async fn end<T>(
        self,
        done: Result<T, Fault>,
        operation: &impl Fn() -> Operation,
    ) -> Result<T, Error> {
        match done {
            Ok(value) => self.commit(operation).await.map(|()| value),
            Err(fault) => {
                self.roll_back().await;
                let error = fault.into_error(operation);
                // The connection may be gone, but without COMMIT nothing of it has happened.
                Err(error.rolled_back())
            }
        }
    }

    /// Commits; goes on to the end when the caller is cancelled.
    pub(crate) async fn commit(self, operation: &impl Fn() -> Operation) -> Result<(), Error> {
        let Self {
            transaction,
            permit,
        } = self;
        let Some(transaction) = Arc::into_inner(transaction) else {
            return Err(ConnectionError::TransactionEscaped.into());
        };
        finish(async move { (transaction.commit().await, permit).0 })
            .await
            .map_err(|error| Failure::classify(operation(), error, true).into_error())
    }

    /// Rolls back; goes on to the end when the caller is cancelled.
    pub(crate) async fn roll_back(self) {
        let Self {
            transaction,
            permit,
        } = self;
        let Some(transaction) = Arc::into_inner(transaction) else {
            return;
        };
        if let Err(error) = finish(async move { (transaction.rollback().await, permit).0 }).await {
            // The connection is broken, which undoes the transaction as well.
            tracing::debug!(%error, "rollback failed");
        }
    }
}

/// Begins a transaction for writing. A BEGIN that its caller no longer waits for would leave the
/// connection inside a transaction that nobody ends (sqlx 0.9.0), so it runs to its end on a
/// task of its own.
pub(crate) async fn begin(
    folio: &Folio,
    operation: &impl Fn() -> Operation,
) -> Result<Begun, Error> {
    let permit = enter_to_write(folio, operation).await?;
    let pool = folio.pools().write.clone();
    let begun = finish(async move {
        let options = TransactionOptions {
            // A deferred transaction that reads first and writes then can't wait for another
            // writer: SQLite fails it at once.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            access_mode: None::<AccessMode>,
            isolation_level: None,
        };
        let pool = match pool.get_database_backend() {
            DbBackend::Sqlite => return pool.begin_with_options(options).await,
            _ => pool,
        };
        pool.begin().await
    });
    match begun.await {
        Ok(transaction) => Ok(Begun {
            transaction: Arc::new(transaction),
            permit,
        }),
        Err(error) => {
            let mut failure = Failure::classify(operation(), error, false);
            failure.fate = Fate::NeverRan;
            Err(failure.into_error())
        }
    }
}

/// Waits for a place in front of the pool for writing, unless the store may not be changed.
async fn enter_to_write(
    folio: &Folio,
    operation: &impl Fn() -> Operation,
) -> Result<tokio::sync::OwnedSemaphorePermit, Error> {
    if folio.config().access == Access::ReadOnly {
        return Err(ConnectionError::ReadOnly {
            operation: operation(),
        }
        .into());
    }
    let permit = enter(&folio.pools().write_gate, operation).await?;
    folio.pools().file.check()?;
    Ok(permit)
}

/// Runs a future to its end, also when its caller is dropped meanwhile.
async fn finish<T: Send + 'static>(
    work: impl Future<Output = Result<T, DbErr>> + Send + 'static,
) -> Result<T, DbErr> {
    match tokio::spawn(work).await {
        Ok(done) => done,
        Err(stopped) => Err(DbErr::Custom(stopped.to_string())),
    }
}

/// Waits for a place in front of a pool.
pub(crate) async fn enter(
    gate: &Gate,
    operation: &impl Fn() -> Operation,
) -> Result<tokio::sync::OwnedSemaphorePermit, Error> {
    gate.enter().await.map_err(|refused| match refused {
        Refused::After(waited) => failed(
            operation,
            FailureKind::PoolExhausted { waited },
            Fate::NeverRan,
        ),
        Refused::Closed => ConnectionError::Closed.into(),
    })
}

fn failed(operation: &impl Fn() -> Operation, kind: FailureKind, fate: Fate) -> Error {
    Failure {
        operation: operation(),
        kind,
        fate,
        source: None,
    }
    .into_error()
}
