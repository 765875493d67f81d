//! Reading a whole table, in pieces that are bounded in rows and in bytes.

use sea_orm::sea_query::{Expr, Order};
use sea_orm::{
    ColumnTrait, EntityTrait, ModelTrait, QueryFilter, QueryOrder, QuerySelect, Select, Value,
};

use crate::error::{Area, Error, Fault, Operation};
use crate::folio::Folio;
use crate::store::{Conn, Store};

/// Rows of a piece, at the most.
const ROWS: usize = 500;
/// Bytes of a piece; a row that has more is a piece of its own.
const BYTES: i64 = 8 * 1024 * 1024;

/// A table, the column that its rows are in the order of, and what tells the size of a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table<E: EntityTrait> {
    pub(super) name: &'static str,
    pub(super) key: E::Column,
    /// An expression of SQL: bytes of a row's texts.
    pub(super) size: &'static str,
}

impl<E: EntityTrait> Table<E> {
    /// The rows behind this key; none after the last.
    pub(super) async fn next(
        &self,
        folio: &Folio,
        behind: Option<&Value>,
    ) -> Result<Vec<E::Model>, Error> {
        let operation = || Operation::new(Area::Document, format!("read the table {}", self.name));
        Store::Pools(folio)
            .read(operation, async |conn| self.piece(&conn, behind).await)
            .await
    }

    async fn piece(&self, conn: &Conn, behind: Option<&Value>) -> Result<Vec<E::Model>, Fault> {
        let sizes: Vec<i64> = self
            .behind(behind)
            .select_only()
            .expr(Expr::cust(format!("CAST({} AS bigint)", self.size)))
            .limit(ROWS as u64)
            .into_tuple()
            .all(conn)
            .await?;
        if sizes.is_empty() {
            return Ok(Vec::new());
        }
        let mut bytes = 0;
        let fit = sizes.iter().take_while(|size| {
            bytes += **size;
            bytes <= BYTES
        });
        let rows = fit.count().max(1) as u64;
        Ok(self.behind(behind).limit(rows).all(conn).await?)
    }

    fn behind(&self, key: Option<&Value>) -> Select<E> {
        let select = E::find().order_by(self.key, Order::Asc);
        match key {
            Some(key) => select.filter(self.key.gt(key.clone())),
            None => select,
        }
    }

    /// The row with the greatest key.
    pub(super) async fn last(&self, folio: &Folio) -> Result<Option<E::Model>, Error> {
        let operation = || Operation::new(Area::Document, format!("read the table {}", self.name));
        Store::Pools(folio)
            .read(operation, async |conn| {
                let last = E::find().order_by(self.key, Order::Desc).limit(1);
                Ok(last.one(&conn).await?)
            })
            .await
    }

    /// The row with this key.
    pub(super) async fn at(&self, folio: &Folio, key: &Value) -> Result<Option<E::Model>, Error> {
        let operation = || Operation::new(Area::Document, format!("read the table {}", self.name));
        Store::Pools(folio)
            .read(operation, async |conn| {
                let at = E::find().filter(self.key.eq(key.clone()));
                Ok(at.one(&conn).await?)
            })
            .await
    }

    pub(super) fn key_of(&self, row: &E::Model) -> Value
    where
        E::Model: ModelTrait<Entity = E>,
    {
        row.get(self.key)
    }
}
