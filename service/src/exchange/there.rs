//! Turns of an import whose ids are there already: one that says something else is changed, which
//! leaves its history.

use std::collections::{HashMap, HashSet};

use entity::message::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

use super::ImportReport;
use super::conversations::Origin;
use super::turns::Identified;
use crate::error::{Area, Error, Fault, Operation};
use crate::folio::Folio;
use crate::ids::MessageId;
use crate::messages::MessageChange;
use crate::store::{Conn, Store};

const USER: &str =
    "its user_id is another one in the store, and stays as it is there: nothing of it was taken";
const EARLIER: &str =
    "says what it said before: the store has something newer, which stays (--force takes this)";

/// Which of these turns' ids are there.
pub(super) async fn ids(conn: &Conn, turns: &[Identified]) -> Result<HashSet<Uuid>, Fault> {
    let named = turns.iter().filter(|turn| !turn.is_known_by_its_place());
    let named: Vec<Uuid> = named.map(|turn| turn.row.id).collect();
    if named.is_empty() {
        return Ok(HashSet::new());
    }
    let there: Vec<Uuid> = Entity::find()
        .filter(Column::Id.is_in(named))
        .select_only()
        .column(Column::Id)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(there.into_iter().collect())
}

/// What is stored of a turn that an import may change.
struct Stored {
    thread_id: String,
    user_id: Option<String>,
    question: String,
    answer: String,
    metadata: Value,
}

/// Changes those of these turns that are there and say something else; notes what it changed and what
/// it could not. Who asked, and when, stays as it is.
pub(super) async fn change(
    folio: &Folio,
    turns: &[Identified],
    report: &mut ImportReport,
) -> Result<(), Error> {
    let named: Vec<&Identified> = turns.iter().filter(|turn| turn.has_its_own_id()).collect();
    if named.is_empty() {
        return Ok(());
    }
    let stored = stored(folio, named.iter().map(|turn| turn.row.id)).await?;
    let earlier = earlier(folio, &named, &stored).await?;
    for turn in named {
        let Some(there) = stored.get(&turn.row.id) else {
            continue;
        };
        if there.thread_id != turn.row.thread_id {
            let problem = "its id is that of a turn in another conversation: nothing was changed";
            report.fail(turn.line, problem.to_owned());
            continue;
        }
        if turn.origin == Some(Origin::Changed)
            && turn.row.user_id.is_some()
            && turn.row.user_id != there.user_id
        {
            report.fail(turn.line, USER.to_owned());
            continue;
        }
        let Some(change) = difference(there, turn) else {
            continue;
        };
        if turn.repeats {
            let problem = "an earlier line has its id and says something else: that one counts";
            report.fail(turn.line, problem.to_owned());
            continue;
        }
        if earlier.contains(&turn.row.id) {
            if turn.origin == Some(Origin::Changed) {
                report.fail(turn.line, EARLIER.to_owned());
            }
            continue;
        }
        match folio
            .messages()
            .update(MessageId(turn.row.id), &change)
            .await
        {
            Ok(_) => report.updated += 1,
            Err(error) if error.failure().is_some() && !error.may_be_of_one_row() => {
                return Err(error);
            }
            Err(error) => report.fail(turn.line, error.to_string()),
        }
    }
    Ok(())
}

async fn stored(
    folio: &Folio,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Stored>, Error> {
    let ids: Vec<Uuid> = ids.collect();
    let operation = || Operation::new(Area::Chat, "compare turns with the store");
    let rows: Vec<(Uuid, String, Option<String>, String, String, Value)> = Store::Pools(folio)
        .read(operation, async |conn| {
            Ok(Entity::find()
                .filter(Column::Id.is_in(ids.iter().copied()))
                .select_only()
                .columns([
                    Column::Id,
                    Column::ThreadId,
                    Column::UserId,
                    Column::Question,
                    Column::Answer,
                    Column::Metadata,
                ])
                .into_tuple()
                .all(&conn)
                .await?)
        })
        .await?;
    let stored = |(id, thread_id, user_id, question, answer, metadata)| {
        let row = Stored {
            thread_id,
            user_id,
            question,
            answer,
            metadata,
        };
        (id, row)
    };
    Ok(rows.into_iter().map(stored).collect())
}

/// Those of these turns that say what they said before: the store has something newer.
async fn earlier(
    folio: &Folio,
    named: &[&Identified],
    stored: &HashMap<Uuid, Stored>,
) -> Result<HashSet<Uuid>, Error> {
    use entity::message_revision::{Column, Entity};
    let may_be_old =
        |turn: &&&Identified| matches!(turn.origin, Some(Origin::AsWritten | Origin::Changed));
    let differs = |turn: &&&Identified| {
        let there = stored.get(&turn.row.id);
        there.is_some_and(|there| difference(there, turn).is_some())
    };
    let asked = named.iter().filter(may_be_old).filter(differs);
    let asked: HashMap<Uuid, &Identified> = asked.map(|turn| (turn.row.id, *turn)).collect();
    if asked.is_empty() {
        return Ok(HashSet::new());
    }
    let operation = || Operation::new(Area::Chat, "compare turns with their history");
    let rows: Vec<entity::message_revision::Model> = Store::Pools(folio)
        .read(operation, async |conn| {
            let select = Entity::find().filter(Column::MessageId.is_in(asked.keys().copied()));
            Ok(select.all(&conn).await?)
        })
        .await?;
    let said = rows.into_iter().filter_map(|row| {
        let id = row.message_id;
        let before = Stored {
            thread_id: row.thread_id,
            user_id: row.user_id,
            question: row.question,
            answer: row.answer,
            metadata: row.metadata,
        };
        difference(&before, asked.get(&id)?).is_none().then_some(id)
    });
    Ok(said.collect())
}

/// What is to be changed; None where both say the same.
fn difference(there: &Stored, turn: &Identified) -> Option<MessageChange> {
    let (mut change, mut differs) = (MessageChange::new(), false);
    if !says_the_same(&there.question, &turn.row.question) {
        (change, differs) = (change.question(&*turn.row.question), true);
    }
    if !says_the_same(&there.answer, &turn.row.answer) {
        (change, differs) = (change.answer(&*turn.row.answer), true);
    }
    if !turn.keeps_metadata && there.metadata != turn.row.metadata {
        (change, differs) = (change.metadata(turn.row.metadata.clone()), true);
    }
    differs.then_some(change)
}

/// Whether two texts are the same but for the kind of their line ends, which programs that files pass
/// through change.
pub(super) fn says_the_same(a: &str, b: &str) -> bool {
    a == b
        || ((a.contains('\r') || b.contains('\r'))
            && a.replace("\r\n", "\n") == b.replace("\r\n", "\n"))
}
