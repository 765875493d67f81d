//! What was done, by whom and when; and taking it back. Whatever is done at once, to one row or to
//! many, is one batch: a line of the trail, and what one undo reverses. An ingestion's batch is its
//! run ([`BatchId::from`]).

mod earlier;
mod types;
mod undo;

pub use types::{Act, ActivityFilter, Batch, Bulk, Refusal, UndoScope};
pub(crate) use types::{BulkBuilder, Recorded};
pub(crate) use undo::{Reason, Stands};

use entity::{audit, audit_batch};
use sea_orm::sea_query::{Expr, ExprTrait, Order};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Select};
use tokio_util::sync::CancellationToken;
use types::{ActRow, BatchRow};

use crate::error::{Area, Error, Operation};
use crate::folio::Folio;
use crate::ids::BatchId;
use crate::page::{
    Keyset, Page, PageRequest, parse_number_key, parse_time_key, parse_uuid_key, time_key,
};
use crate::store::Store;

/// A batch's rows are counted up to this in a list; a batch may have a million.
const COUNTED: i64 = 10_000;

/// What can be done with the trail; from [`Folio::activity`](crate::Folio::activity).
#[derive(Clone, Copy, Debug)]
pub struct Activity<'a> {
    store: Store<'a>,
}

impl<'a> Activity<'a> {
    pub(crate) fn new(folio: &'a Folio) -> Self {
        Self {
            store: Store::Pools(folio),
        }
    }

    /// A page of what was done, the latest first.
    ///
    /// # Errors
    /// [`DocumentError::Invalid`](crate::error::DocumentError::Invalid) for a bad page request.
    pub async fn list(
        &self,
        filter: &ActivityFilter,
        page: &PageRequest,
    ) -> Result<Page<Batch>, Error> {
        use audit_batch::Column;
        let keyset = Keyset {
            order: 'b',
            key: Column::At,
            id: Column::Id,
            direction: Order::Desc,
        };
        let mut select = batches();
        if let Some(actor) = &filter.actor {
            select = select.filter(Column::Actor.eq(actor.as_str()));
        }
        if let Some(subject) = filter.subject {
            select = select.filter(Column::Subject.eq(subject.name()));
        }
        let select = keyset
            .apply(select, page, |key, id| {
                Ok((parse_time_key(key)?, parse_uuid_key(id)?))
            })
            .map_err(|invalid| invalid.in_area(Area::Document))?;
        let rows = self.store.read(
            || Operation::new(Area::Document, "list what was done"),
            async |conn| Ok(select.clone().into_model::<BatchRow>().all(&conn).await?),
        );
        let page = keyset.page(rows.await?, page, |row| {
            (time_key(row.at), row.id.to_string())
        });
        Ok(page.map(Batch::from))
    }

    /// One batch, as the list has it; never from a replica, for whether it is there decides what is
    /// taken back.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn get(&self, batch: BatchId) -> Result<Option<Batch>, Error> {
        let select = batches().filter(audit_batch::Column::Id.eq(batch.0));
        let found = Store::Pools(&self.store.folio().current())
            .read(
                || Operation::new(Area::Document, format!("read batch {batch}")),
                async |conn| Ok(select.clone().into_model::<BatchRow>().one(&conn).await?),
            )
            .await?;
        Ok(found.map(Batch::from))
    }

    /// A page of a batch's acts, one for each row that it changed, the latest first.
    ///
    /// # Errors
    /// [`DocumentError::Invalid`](crate::error::DocumentError::Invalid) for a bad page request.
    pub async fn acts(&self, batch: BatchId, page: &PageRequest) -> Result<Page<Act>, Error> {
        use audit::{Column, Entity};
        let keyset = Keyset {
            order: 'x',
            key: Column::Id,
            id: Column::Id,
            direction: Order::Desc,
        };
        let select = keyset
            .apply(Entity::find(), page, |key, id| {
                Ok((parse_number_key(key)?, parse_number_key(id)?))
            })
            .map_err(|invalid| invalid.in_area(Area::Document))?
            .filter(Column::BatchId.eq(batch.0));
        let rows = self.store.read(
            || Operation::new(Area::Document, "list the rows of a batch"),
            async |conn| Ok(select.clone().into_model::<ActRow>().all(&conn).await?),
        );
        let page = keyset.page(rows.await?, page, |row| {
            (row.id.to_string(), row.id.to_string())
        });
        Ok(page.map(Act::from))
    }

    /// What an undo of the batch would take back, counted exactly: for a question that names it.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn scope(&self, batch: BatchId) -> Result<UndoScope, Error> {
        use audit::{Column, Entity};
        let acts = Entity::find()
            .filter(Column::BatchId.eq(batch.0))
            .select_only()
            .column(Column::Action)
            .column_as(Expr::col(Column::Id).count(), "n")
            .group_by(Column::Action);
        let counts: Vec<(String, i64)> = self
            .store
            .read(
                || Operation::new(Area::Document, "count the rows of a batch"),
                async |conn| Ok(acts.clone().into_tuple().all(&conn).await?),
            )
            .await?;
        Ok(UndoScope::of(counts))
    }

    /// How many acts a batch has, exactly.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn count(&self, batch: BatchId) -> Result<u64, Error> {
        use audit::{Column, Entity};
        self.store
            .read(
                || Operation::new(Area::Document, "count the rows of a batch"),
                async |conn| {
                    let acts = Entity::find().filter(Column::BatchId.eq(batch.0));
                    Ok(acts.count(&conn).await?)
                },
            )
            .await
    }

    /// Takes a batch back, the latest act first: what was deleted comes back, what was changed
    /// becomes what it was before, what was added goes. A row that someone has changed since is
    /// left as it is and told in the report. It works in transactions of 500 acts, so a cancelled
    /// undo has taken a part back, and the next one goes on: what was taken back before is `unchanged`.
    /// The undo is a batch itself, and can be undone; once it is whole, its [`Batch::undoes`] names this
    /// one.
    ///
    /// `progress` is told how many acts are done with.
    ///
    /// # Errors
    /// The database's alone.
    pub async fn undo(
        &self,
        batch: BatchId,
        cancel: &CancellationToken,
        progress: impl Fn(u64) + Send + Sync,
    ) -> Result<Bulk, Error> {
        undo::undo(self.store.folio(), batch, cancel, progress).await
    }
}

/// Batches, with what is told of each.
fn batches() -> Select<audit_batch::Entity> {
    let rows = format!(
        "(SELECT count(*) FROM (SELECT 1 FROM audit WHERE audit.batch_id = audit_batch.id LIMIT {}) AS counted)",
        COUNTED + 1
    );
    audit_batch::Entity::find()
        .expr_as(Expr::cust(rows), "counted")
        .expr_as(Expr::cust(UNDONE_BY), "undone_by")
}

/// The latest undo of the batch that stands: one that was undone itself does not.
const UNDONE_BY: &str = "(SELECT u.id FROM audit_batch AS u WHERE u.undoes = audit_batch.id \
    AND (SELECT count(*) FROM audit_batch AS v WHERE v.undoes = u.id) = 0 \
    ORDER BY u.at DESC, u.id DESC LIMIT 1)";
