//! How a file differs from its document.

use entity::document::{Column, Entity};
use sea_orm::{EntityTrait, QuerySelect};

use super::files::Step;
use super::plan::Plan;
use super::read::{self, Rules};
use crate::diff::Diff;
use crate::error::{Area, Error, Operation};
use crate::folio::Folio;
use crate::store::Store;

pub(super) async fn of(folio: &Folio, plan: &Plan, at: usize) -> Result<Option<Diff>, Error> {
    let Some(state) = plan
        .files
        .states
        .get(at)
        .filter(|state| state.step == Step::Change)
    else {
        return Ok(None);
    };
    let operation = || Operation::new(Area::Ingestion, "compare a file with its document");
    let stored: Option<String> = Store::Pools(folio)
        .read(operation, async |conn| {
            let content = Entity::find_by_id(state.document).select_only();
            Ok(content
                .column(Column::Content)
                .into_tuple()
                .one(&conn)
                .await?)
        })
        .await?;
    let kept = plan.kept.get(&at).map(|text| text.content.clone());
    let found = &plan.files.listing.found[at];
    let (path, links) = (found.path.clone(), plan.files.listing.links(found));
    let rules = Rules::of(folio, &plan.options);
    let compared = tokio::task::spawn_blocking(move || {
        let new = kept.or_else(|| {
            read::text(&path, links, &rules)
                .ok()
                .map(|text| text.content)
        })?;
        Some(Diff::between(&stored?, &new))
    });
    compared.await.map_err(super::broken)
}
