//! Transactions of several calls: all of them happen, or none.

use std::future::Future;

use sea_orm::ConnectionTrait;

use crate::documents::Documents;
use crate::error::{Area, Error, Operation};
use crate::folio::Folio;
use crate::messages::Messages;
use crate::store::{Begun, Conn, Store, begin};
use crate::threads::Threads;

/// A handle on a transaction in progress. Everything that is done through it is committed
/// together. It must not outlive the closure that it was given to.
#[derive(Clone, Debug)]
pub struct Transaction {
    folio: Folio,
    conn: Conn,
}

impl Transaction {
    pub(crate) fn folio(&self) -> &Folio {
        &self.folio
    }

    pub(crate) fn conn(&self) -> Conn {
        self.conn.clone()
    }

    /// The documents, seen and changed inside this transaction.
    #[must_use]
    pub fn documents(&self) -> Documents<'_> {
        Documents::new(Store::Transaction(self))
    }

    /// The threads, seen and changed inside this transaction.
    #[must_use]
    pub fn threads(&self) -> Threads<'_> {
        Threads::new(Store::Transaction(self))
    }

    /// The messages, seen and changed inside this transaction.
    #[must_use]
    pub fn messages(&self) -> Messages<'_> {
        Messages::new(Store::Transaction(self))
    }

    /// The transaction itself for statements of one's own, through SeaORM.
    #[must_use]
    pub fn connection(&self) -> &impl ConnectionTrait {
        &self.conn
    }
}

/// See [`Folio::transaction`].
pub(crate) async fn run<T, E, F, Fut>(folio: &Folio, work: F) -> Result<T, E>
where
    E: From<Error>,
    F: FnOnce(Transaction) -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    let operation = || Operation::new(Area::Connection, "run the transaction");
    let begun: Begun = begin(folio, &operation).await?;
    let done = work(Transaction {
        folio: folio.clone(),
        conn: begun.conn(),
    })
    .await;
    match done {
        Ok(value) => begun
            .commit(&operation)
            .await
            .map(|()| value)
            .map_err(E::from),
        Err(error) => {
            begun.roll_back().await;
            Err(error)
        }
    }
}
