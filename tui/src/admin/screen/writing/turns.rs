//! A turn in the store: changed over what it began with, or over whatever is there; or added to its
//! thread. Where its thread was deleted meanwhile, that comes back first, as a whole: a turn alone
//! would make another one in its place, and bar its way back.

use service::error::Error;
use service::{
    CancellationToken, DateTime, Folio, MessageChange, MessageId, MessageInTrash, NewMessage,
    ThreadId, Utc,
};

use super::effects::Base;

/// Changes a turn; what is told of it, or None where it has gone and was to be as it was.
pub(super) async fn change(
    folio: &Folio,
    thread: ThreadId,
    id: MessageId,
    base: Option<Base>,
    texts: &[String],
) -> Result<Option<String>, Error> {
    let (question, answer) = sides(texts);
    let change = MessageChange::new().question(question).answer(answer);
    let Some(base) = base else {
        return change_anyhow(folio, thread, id, &change, texts)
            .await
            .map(Some);
    };
    let Some(mut read) = folio.messages().get(id).await? else {
        return Ok(None);
    };
    let (question, answer) = sides(&base.texts);
    (read.question, read.answer) = (question.to_owned(), answer.to_owned());
    let changed = folio.messages().update(id, &change.based_on(read)).await?;
    Ok(changed.map(|turn| format!("The turn is changed in {}", turn.thread_id)))
}

/// Changes a turn over whatever is there. What was deleted comes back from the trash first, and what
/// is no longer there is added anew; all of it happens, or nothing.
async fn change_anyhow(
    folio: &Folio,
    thread: ThreadId,
    id: MessageId,
    change: &MessageChange,
    texts: &[String],
) -> Result<String, Error> {
    folio
        .transaction(async |tx| {
            let messages = tx.messages();
            if messages.update(id, change).await?.is_some() {
                return Ok(format!("The turn is changed in {thread}"));
            }
            let is_back = thread_back(&tx, &thread).await?;
            if is_back && messages.update(id, change).await?.is_some() {
                let said = "The thread is back from the trash, and its turn changed";
                return Ok(said.to_owned());
            }
            if let Some(MessageInTrash::Alone(deleted)) = messages.in_trash(id).await? {
                let go_on = CancellationToken::new();
                messages
                    .restore_many(&[deleted.deletion], &go_on, |_| {})
                    .await?;
                if messages.update(id, change).await?.is_some() {
                    let said = "The turn is back from the trash, and changed";
                    return Ok(said.to_owned());
                }
            }
            let turn = new_turn(&tx, &thread, texts).await?;
            messages.save(turn).await?;
            let said = "Added anew, at the end: the turn is no longer in the trash";
            Ok(said.to_owned())
        })
        .await
}

/// Adds a turn to its thread; what is told of it, or None where the thread has gone and was to be
/// there.
pub(super) async fn add(
    folio: &Folio,
    thread: ThreadId,
    base: Option<Base>,
    texts: &[String],
) -> Result<Option<String>, Error> {
    let is_over_all = base.is_none();
    folio
        .transaction(async |tx| {
            let is_there = tx.threads().get(&thread).await?.is_some();
            if !is_there && !is_over_all {
                return Ok(None);
            }
            let is_back = !is_there && thread_back(&tx, &thread).await?;
            let turn = new_turn(&tx, &thread, texts).await?;
            tx.messages().save(turn).await?;
            let said = match (is_there, is_back) {
                (true, _) => "A turn is added",
                (false, true) => "The thread is back from the trash, and a turn is added",
                (false, false) => "The thread is made anew, for it is no longer in the trash",
            };
            Ok(Some(format!("{said}: {thread}")))
        })
        .await
}

/// Makes a thread with its first turn; what is told of it, or None where there is such a thread.
pub(super) async fn begin(
    folio: &Folio,
    thread: ThreadId,
    texts: &[String],
) -> Result<Option<String>, Error> {
    folio
        .transaction(async |tx| {
            if tx.threads().get(&thread).await?.is_some() {
                return Ok(None);
            }
            let turn = new_turn(&tx, &thread, texts).await?;
            tx.messages().save(turn).await?;
            Ok(Some(format!("{thread} is made")))
        })
        .await
}

/// Brings a thread back from the trash; whether it was there.
async fn thread_back(tx: &service::Transaction, thread: &ThreadId) -> Result<bool, Error> {
    if tx.threads().get(thread).await?.is_some() {
        return Ok(false);
    }
    let Some(deleted) = tx.threads().in_trash(thread).await? else {
        return Ok(false);
    };
    let go_on = CancellationToken::new();
    let back = tx
        .threads()
        .restore_many(&[deleted.deletion], &go_on, |_| {})
        .await?;
    Ok(back.done > 0)
}

/// A turn of a thread, by the one whose thread it is.
async fn new_turn(
    tx: &service::Transaction,
    thread: &ThreadId,
    texts: &[String],
) -> Result<NewMessage, Error> {
    let (question, answer) = sides(texts);
    let new = NewMessage::new(thread.clone(), question, answer);
    let user = tx.threads().get(thread).await?;
    Ok(match user.and_then(|thread| thread.user_id) {
        Some(user) => new.by(user),
        None => new,
    })
}

/// The question and the answer.
fn sides(texts: &[String]) -> (&str, &str) {
    let side = |index| texts.get(index).map_or("", String::as_str);
    (side(0), side(1))
}

/// Who did something, and when, where the store knows.
type By = (Option<String>, Option<DateTime<Utc>>);

/// Who deleted a turn: by itself, or with its thread.
pub(super) async fn deleted_by(
    folio: &Folio,
    thread: &ThreadId,
    id: MessageId,
) -> Result<By, Error> {
    match folio.messages().in_trash(id).await? {
        Some(MessageInTrash::Alone(deleted)) => Ok((deleted.deleted_by, Some(deleted.deleted_at))),
        Some(MessageInTrash::WithThread(_)) | None => thread_deleted_by(folio, thread).await,
    }
}

/// Who deleted a thread.
pub(super) async fn thread_deleted_by(folio: &Folio, id: &ThreadId) -> Result<By, Error> {
    let found = folio.threads().in_trash(id).await?;
    Ok(found.map_or((None, None), |deleted| {
        (deleted.deleted_by, Some(deleted.deleted_at))
    }))
}
