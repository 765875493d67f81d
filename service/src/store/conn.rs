//! What a unit of work talks to: a pool, or a transaction.

use std::sync::Arc;

use futures_util::TryStreamExt;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, Statement,
};

/// What a unit of work talks to.
#[derive(Clone, Debug)]
pub(crate) enum Conn {
    Pool(DatabaseConnection),
    Transaction(Arc<DatabaseTransaction>),
}

/// Sends each call on to whichever it is.
macro_rules! forward {
    ($self:ident, $call:ident ( $($argument:expr),* )) => {
        match $self {
            Conn::Pool(connection) => connection.$call($($argument),*).await,
            Conn::Transaction(transaction) => transaction.$call($($argument),*).await,
        }
    };
}

#[async_trait::async_trait]
impl ConnectionTrait for Conn {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Self::Pool(connection) => connection.get_database_backend(),
            Self::Transaction(transaction) => transaction.get_database_backend(),
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        forward!(self, execute_raw(statement))
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        forward!(self, execute_unprepared(sql))
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        forward!(self, query_one_raw(statement))
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        forward!(self, query_all_raw(statement))
    }
}

impl Conn {
    /// Hands each row over as it comes: the database goes on with the next ones meanwhile.
    pub(crate) async fn each_row(
        &self,
        statement: Statement,
        mut take: impl FnMut(&QueryResult) -> Result<(), DbErr> + Send,
    ) -> Result<(), DbErr> {
        // Its other method has the name of one of `ConnectionTrait`.
        use sea_orm::StreamTrait;
        match self {
            Self::Pool(connection) => {
                let mut rows = connection.stream_raw(statement).await?;
                while let Some(row) = rows.try_next().await? {
                    take(&row)?;
                }
            }
            Self::Transaction(transaction) => {
                let mut rows = transaction.stream_raw(statement).await?;
                while let Some(row) = rows.try_next().await? {
                    take(&row)?;
                }
            }
        }
        Ok(())
    }
}
