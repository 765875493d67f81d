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
    ///
    /// ```
    /// # #[tokio::main] async fn main() -> Result<(), service::Error> {
    /// # use service::{Config, Folio, NewDocument};
    /// # let folio = Folio::connect(Config::from_url("sqlite::memory:")?).await?;
    /// use service::sea_orm::{ConnectionTrait, DbErr, Statement};
    ///
    /// #[derive(Debug)]
    /// enum Failed {
    ///     Folio(service::Error),
    ///     Own(DbErr),
    /// }
    /// # impl From<service::Error> for Failed { fn from(error: service::Error) -> Self { Self::Folio(error) } }
    /// # impl From<DbErr> for Failed { fn from(error: DbErr) -> Self { Self::Own(error) } }
    ///
    /// let renamed = folio.transaction(async |tx| {
    ///     tx.documents().insert(NewDocument::new("a", "A", "one")).await?;
    ///     let sql = "UPDATE document SET name = $1 WHERE code = $2";
    ///     let values = ["Alpha".into(), "a".into()];
    ///     let connection = tx.connection();
    ///     let backend = connection.get_database_backend();
    ///     let statement = Statement::from_sql_and_values(backend, sql, values);
    ///     Ok::<_, Failed>(connection.execute_raw(statement).await?.rows_affected())
    /// }).await.expect("both went well");
    /// assert_eq!(renamed, 1);
    /// assert_eq!(folio.documents().get("a").await?.expect("it is there").name, "Alpha");
    /// # Ok(()) }
    /// ```
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
