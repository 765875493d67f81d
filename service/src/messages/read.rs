//! Lists of messages: of a conversation, around one of them, and in the trash.

use entity::message::{Column, Entity};
use entity::message_revision;
use sea_orm::sea_query::{Expr, Order};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{DeletedMessage, Message, MessageInTrash, on};
use crate::error::{Area, Error, Operation};
use crate::ids::{DeletionId, MessageId, ThreadId};
use crate::page::{
    Cursor, Keyset, Page, PageRequest, parse_number_key, parse_time_key, parse_uuid_key, time_key,
};
use crate::store::Store;
use crate::threads;

/// The letter of the cursors in a conversation.
const IN_THREAD: char = 'm';

pub(super) async fn list(
    store: Store<'_>,
    thread: &ThreadId,
    page: &PageRequest,
) -> Result<Page<Message>, Error> {
    let keyset = Keyset {
        order: IN_THREAD,
        key: Column::CreatedAt,
        id: Column::Id,
        direction: Order::Desc,
    };
    let select = keyset
        .apply(Entity::find(), page, |key, id| {
            Ok((parse_time_key(key)?, parse_uuid_key(id)?))
        })
        .map_err(|invalid| invalid.in_area(Area::Chat))?
        .filter(Column::ThreadId.eq(thread.as_str()));
    let rows = store.read(
        || threads::on("read", thread),
        async |conn| Ok(select.clone().all(&conn).await?),
    );
    let page = keyset.page(rows.await?, page, |row| {
        (time_key(row.created_at), row.id.to_string())
    });
    Ok(page.map(Message::from))
}

pub(super) async fn get(store: Store<'_>, id: MessageId) -> Result<Option<Message>, Error> {
    let found = store.read(
        || on("read", id),
        async |conn| Ok(Entity::find_by_id(id.0).one(&conn).await?),
    );
    Ok(found.await?.map(Message::from))
}

pub(super) async fn around(
    store: Store<'_>,
    id: MessageId,
    newer: u32,
    older: u32,
) -> Result<Option<Page<Message>>, Error> {
    let Some(hit) = get(store, id).await? else {
        return Ok(None);
    };
    let thread = hit.thread_id.clone();
    let here = || Cursor::new(IN_THREAD, time_key(hit.created_at), id.to_string());
    let after = PageRequest::first(older).after(here());
    let after = list(store, &thread, &after).await?;
    let before = PageRequest::first(newer).before(here());
    let before = list(store, &thread, &before).await?;
    let mut items = before.items;
    items.push(hit);
    items.extend(after.items);
    Ok(Some(Page {
        items,
        next: after.next,
        previous: before.previous,
    }))
}

pub(super) async fn deleted(
    store: Store<'_>,
    page: &PageRequest,
) -> Result<Page<DeletedMessage>, Error> {
    // Spelled out: the partial index is for this very condition, and not for a parameter.
    let condition = Expr::cust("action = 'deleted' AND deletion IS NULL");
    let page = revisions(store, Order::Desc, condition, page).await?;
    Ok(page.map(DeletedMessage::from))
}

/// Where a message is in the trash: by itself rather than with its conversation, and there where it
/// came last.
pub(super) async fn in_trash(
    store: Store<'_>,
    id: MessageId,
) -> Result<Option<MessageInTrash>, Error> {
    use message_revision::{Action, Column as Revision};
    let folio = &store.folio().current();
    let store = store.through(folio);
    let found = store.read(
        || on("look into the trash for", id),
        async |conn| {
            Ok(message_revision::Entity::find()
                .filter(Revision::MessageId.eq(id.0))
                .filter(Revision::Action.eq(Action::Deleted))
                .order_by_desc(Revision::Deletion.is_null())
                .order_by_desc(Revision::Id)
                .one(&conn)
                .await?)
        },
    );
    Ok(found.await?.map(MessageInTrash::from))
}

pub(crate) async fn of_deleted_thread(
    store: Store<'_>,
    deletion: DeletionId,
    page: &PageRequest,
) -> Result<Page<Message>, Error> {
    let condition = message_revision::Column::Deletion.eq(deletion.0);
    let page = revisions(store, Order::Asc, condition, page).await?;
    Ok(page.map(Message::from))
}

async fn revisions(
    store: Store<'_>,
    direction: Order,
    condition: Expr,
    page: &PageRequest,
) -> Result<Page<message_revision::Model>, Error> {
    let keyset = Keyset {
        order: 'd',
        key: message_revision::Column::Id,
        id: message_revision::Column::Id,
        direction,
    };
    let select = keyset
        .apply(message_revision::Entity::find(), page, |key, id| {
            Ok((parse_number_key(key)?, parse_number_key(id)?))
        })
        .map_err(|invalid| invalid.in_area(Area::Chat))?
        .filter(condition);
    let rows = store.read(
        || Operation::new(Area::Chat, "list the deleted messages"),
        async |conn| Ok(select.clone().all(&conn).await?),
    );
    Ok(keyset.page(rows.await?, page, |row| {
        (row.id.to_string(), row.id.to_string())
    }))
}
