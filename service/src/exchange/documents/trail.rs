//! What imports leave in the trail of what was done, and what they find in it.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::Read;
use crate::audit::{self, Act, Subject};
use crate::documents::Document;
use crate::error::{Area, Error, Operation};
use crate::folio::Folio;
use crate::retry::Repeat;
use crate::store::Store;

/// What a batch is called that is an import's.
const IMPORTED: &str = "imported";

impl Folio {
    /// Opens the batch that the changes of an import are, before those who write side by side.
    pub(super) async fn open_import(&self, first: &Read) -> Result<(), Error> {
        let Some(batch) = self.current_batch() else {
            return Ok(());
        };
        let operation = || Operation::new(Area::Document, "record the import");
        let act = Act::new(IMPORTED, Subject::Document, String::new()).label(first.code());
        Store::Pools(self)
            .write(Repeat::Idempotent, operation, async |conn| {
                audit::open_batch(self, &conn, batch, &act).await
            })
            .await
    }

    /// Whether imports alone have made all versions of a document since this one: what somebody changed
    /// in its file, took in, and changed once more.
    pub(super) async fn is_of_imports(
        &self,
        found: &Document,
        version: i64,
    ) -> Result<bool, Error> {
        use entity::audit::{Column, Entity};
        let operation = || Operation::new(Area::Document, "look up who changed a document");
        let acts: Vec<(Option<i64>, Option<Uuid>)> = Store::Pools(self)
            .read(operation, async |conn| {
                let select = Entity::find()
                    .filter(Column::Subject.eq(Subject::Document.name()))
                    .filter(Column::SubjectId.eq(found.id.to_string()))
                    .filter(Column::Version.gt(version))
                    .select_only()
                    .columns([Column::Version, Column::BatchId]);
                Ok(select.into_tuple().all(&conn).await?)
            })
            .await?;
        let versions: HashSet<i64> = acts.iter().filter_map(|(version, _)| *version).collect();
        let batches: HashSet<Uuid> = acts.iter().filter_map(|(_, batch)| *batch).collect();
        let imports = Store::Pools(self)
            .read(operation, async |conn| {
                use entity::audit_batch::{Column, Entity};
                let select = Entity::find()
                    .filter(Column::Id.is_in(batches.iter().copied()))
                    .filter(Column::Action.eq(IMPORTED));
                Ok(select.count(&conn).await?)
            })
            .await?;
        let is_all = acts.iter().all(|(_, batch)| batch.is_some());
        let made = versions.len() as u64;
        Ok(is_all && imports == batches.len() as u64 && made == found.version.abs_diff(version))
    }
}
