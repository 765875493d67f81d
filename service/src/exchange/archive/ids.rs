//! Documents of an archive that have another id here: theirs was another document's already. Their
//! history and what was done to them go to the id that they have here.

use std::collections::HashMap;
use std::io::BufRead;

use chrono::{DateTime, Utc};
use entity::document::{Column, Entity};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};
use serde::Deserialize;
use uuid::Uuid;

use crate::documents::codes_filter;
use crate::error::{Area, Error, Operation};
use crate::exchange::{BATCH, BATCH_BYTES, lines};
use crate::folio::Folio;
use crate::store::Store;
use crate::time;

/// What a line of a document that has no id here is told.
pub(super) const ANOTHERS: &str =
    "the id of its document is another document's here, and which its own is can't be told";

/// The part of a document's line that tells which one it is.
#[derive(Deserialize)]
struct Line {
    id: Uuid,
    code: String,
    created_at: String,
}

/// The ids here of documents that have another one in the archive; none where it can't be told.
#[derive(Debug, Default)]
pub(super) struct Ids(HashMap<Uuid, Option<Uuid>>);

impl Ids {
    /// The id here of the document that has this one in the archive.
    pub(super) fn here(&self, id: Uuid) -> Option<Uuid> {
        self.0.get(&id).copied().unwrap_or(Some(id))
    }

    /// Reads the documents' part, which has been taken in. One is known by its code and the time when
    /// it was made.
    pub(super) async fn of(
        folio: &Folio,
        from: impl BufRead + Send + 'static,
    ) -> Result<Self, Error> {
        let mut ids = Self::default();
        let mut batches = lines::read_ahead(from, BATCH / 2, BATCH_BYTES, lines::longest(folio));
        while let Some(batch) = batches.recv().await {
            let lines = batch?.lines;
            let read = |(_, bytes): &(u64, Vec<u8>)| serde_json::from_slice::<Line>(bytes).ok();
            ids.learn(folio, &lines.iter().filter_map(read).collect::<Vec<_>>())
                .await?;
        }
        Ok(ids)
    }

    async fn learn(&mut self, folio: &Folio, lines: &[Line]) -> Result<(), Error> {
        let operation = || Operation::new(Area::Document, "look for ids that are taken");
        let found = async |of: Condition| {
            let columns = [Column::Id, Column::Code, Column::CreatedAt];
            let select = Entity::find().filter(of).select_only().columns(columns);
            Store::Pools(folio)
                .read(operation, async |conn| {
                    let rows = select.clone().into_tuple::<(Uuid, String, DateTime<Utc>)>();
                    Ok(rows.all(&conn).await?)
                })
                .await
        };
        let ids = lines.iter().map(|line| line.id);
        let by_id = found(Condition::all().add(Column::Id.is_in(ids))).await?;
        let by_id: HashMap<Uuid, (String, DateTime<Utc>)> = by_id
            .into_iter()
            .map(|(id, code, made)| (id, (code, made)))
            .collect();
        // As good as always there is none.
        let others = lines.iter().filter_map(|line| {
            let made = time::parse(&line.created_at)?;
            let (code, at) = by_id.get(&line.id)?;
            (*code != line.code && *at != made).then_some((line, made))
        });
        let others: Vec<(&Line, DateTime<Utc>)> = others.collect();
        if others.is_empty() {
            return Ok(());
        }
        let codes: Vec<String> = others.iter().map(|(line, _)| line.code.clone()).collect();
        let by_code = found(Condition::all().add(codes_filter(folio.backend(), &codes))).await?;
        for (line, made) in others {
            let own = by_code
                .iter()
                .find(|(_, code, at)| *code == line.code && *at == made);
            self.0.insert(line.id, own.map(|(id, ..)| *id));
        }
        Ok(())
    }
}
