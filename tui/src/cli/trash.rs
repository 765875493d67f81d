//! `folio trash`: what was deleted, by whom and when, the latest first; and the way back of one row.

use service::{
    Bulk, Config, Deleted, DeletedMessage, DeletedThread, Folio, Page, PageRequest, Refusal,
};

use super::Done;
use super::arguments::{Kind, Trash};
use super::doc::{page, with_rest};
use super::message::texts;
use super::output::{Output, Stop, by, moment, of_user, plain};
use crate::admin::text::plural;

pub(super) async fn run(config: Config, trash: Trash, output: &Output) -> Result<Done, Stop> {
    let at = page(&trash.page)?;
    let folio = super::store::open(config).await?;
    let done = match trash.kind {
        Kind::Documents => documents(&folio, &at, output).await,
        Kind::Threads => threads(&folio, &at, output).await,
        Kind::Messages => messages(&folio, &at, output).await,
    };
    folio.close().await;
    done.map(|()| Done::Whole)
}

async fn documents(folio: &Folio, at: &PageRequest, output: &Output) -> Result<(), Stop> {
    let page = folio.documents().deleted(at).await?;
    output.print(&page, |page: &Page<Deleted>| {
        let line = |row: &Deleted| {
            format!(
                "{}{}  {}  {}  version {}",
                moment(&row.changed_at),
                by(row.changed_by.as_deref()),
                plain(&row.code),
                plain(&row.name),
                row.version
            )
        };
        with_rest(page.items.iter().map(line).collect(), page.next.as_ref())
    })
}

async fn threads(folio: &Folio, at: &PageRequest, output: &Output) -> Result<(), Stop> {
    let page = folio.threads().deleted(at).await?;
    output.print(&page, |page: &Page<DeletedThread>| {
        let line = |row: &DeletedThread| {
            let title = row.title.as_deref();
            let title = title.map_or(String::new(), |title| format!("  {}", plain(title)));
            let messages = u64::try_from(row.message_count).unwrap_or_default();
            format!(
                "{}{}  {}  {}{}{title}",
                moment(&row.deleted_at),
                by(row.deleted_by.as_deref()),
                plain(row.id.as_str()),
                plural(messages, "message"),
                of_user(row.user_id.as_ref())
            )
        };
        with_rest(page.items.iter().map(line).collect(), page.next.as_ref())
    })
}

async fn messages(folio: &Folio, at: &PageRequest, output: &Output) -> Result<(), Stop> {
    let page = folio.messages().deleted(at).await?;
    output.print(&page, |page: &Page<DeletedMessage>| {
        let lines = page.items.iter().flat_map(|row| {
            let head = format!(
                "{}{}  {}  in {}{}",
                moment(&row.deleted_at),
                by(row.deleted_by.as_deref()),
                row.message.id,
                plain(row.message.thread_id.as_str()),
                of_user(row.message.user_id.as_ref())
            );
            let [question, answer] = texts(&row.message);
            [head, question, answer]
        });
        with_rest(lines.collect(), page.next.as_ref())
    })
}

/// What stayed in the trash where this one row was to be brought back; an error where that is the row
/// itself.
pub(super) fn came_back(what: &str, bulk: Bulk) -> Result<Vec<Refusal>, Stop> {
    match bulk.refused.first() {
        Some(refusal) if bulk.done == 0 => {
            let reason = &refusal.reason;
            Err(Stop::Failed(format!(
                "{what} {reason}; nothing was changed"
            )))
        }
        _ => Ok(bulk.refused),
    }
}
