//! What earlier undos of a batch, which were stopped, have taken back already: it is passed over.

use std::collections::{BTreeMap, HashMap};

use entity::audit::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Recorded;
use crate::error::Fault;
use crate::ids::BatchId;
use crate::store::Conn;

/// Of rows that were acted on, by their ids: how many of the acts are taken back, and by which batch.
pub(super) type Known = HashMap<String, (i64, Uuid)>;

/// What is passed over.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    /// How many more acts on a row are taken back already.
    left: Known,
}

impl Earlier {
    /// The acts that are still to be taken back. Both they and an undo begin with the latest.
    pub(super) fn without(&mut self, acts: Vec<Recorded>, known: Known) -> Vec<Recorded> {
        for (id, found) in known {
            self.left.entry(id).or_insert(found);
        }
        let mut acts = acts;
        acts.retain(|act| match self.left.get_mut(&act.subject_id) {
            Some((left, _)) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        });
        acts
    }

    /// The latest batch that took something back.
    pub(super) fn latest(&self) -> Option<Uuid> {
        self.left.values().map(|(_, by)| *by).max()
    }
}

/// What is taken back of these acts on rows. An undo that was undone itself counts for nothing, which
/// may be so for a part of its rows alone.
pub(super) async fn of(conn: Conn, batch: BatchId, acts: Vec<Recorded>) -> Result<Known, Fault> {
    let mut subjects: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for act in &acts {
        subjects
            .entry(&act.subject)
            .or_default()
            .push(&act.subject_id);
    }
    let mut known = Known::new();
    for (subject, ids) in subjects {
        let undoing: Vec<(String, Option<Uuid>, Option<Uuid>)> = Entity::find()
            .filter(Column::Subject.eq(subject))
            .filter(Column::SubjectId.is_in(ids))
            .filter(Column::Undoes.is_not_null())
            .order_by_asc(Column::Id)
            .select_only()
            .columns([Column::SubjectId, Column::BatchId, Column::Undoes])
            .into_tuple()
            .all(&conn)
            .await?;
        // Whether a batch takes the acts back, or takes that back.
        let mut signs: HashMap<(String, Uuid), i64> = HashMap::new();
        for (id, by, undone) in undoing {
            let (Some(by), Some(undone)) = (by, undone) else {
                continue;
            };
            let sign = if undone == batch.0 {
                1
            } else {
                let undone = signs.get(&(id.clone(), undone));
                -undone.copied().unwrap_or_default()
            };
            signs.insert((id.clone(), by), sign);
            if sign != 0 {
                let entry = known.entry(id).or_insert((0, by));
                *entry = (entry.0 + sign, by);
            }
        }
    }
    known.retain(|_, (taken, _)| *taken > 0);
    Ok(known)
}
