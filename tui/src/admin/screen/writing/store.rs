//! How a text gets into the store, and what is there in its place.

use service::error::{DocumentError, Error};
use service::{
    CancellationToken, DocumentChange, Folio, MessageChange, MessageId, NewDocument, NewMessage,
    PageRequest, RevisionAction, ThreadId,
};

use super::effects::{Base, Saved, Theirs};
use crate::admin::drafts::Subject;
use crate::admin::message::Changed;

/// Deleted turns that are looked through for one, the latest first.
const DELETED: u32 = 500;

/// Saves the texts as one batch that can be undone; None where what was changed has gone.
pub(super) async fn save(
    folio: Folio,
    subject: Subject,
    base: Option<Base>,
    texts: Vec<String>,
) -> Result<Option<Saved>, Error> {
    let (folio, batch) = folio.batch();
    let (said, document) = match subject {
        Subject::Document(code) => match save_document(&folio, &code, base, &texts).await? {
            Some((said, document)) => (Some(said), Some(document)),
            None => (None, None),
        },
        Subject::Turn(thread, id) => (save_turn(&folio, thread, id, base, &texts).await?, None),
        Subject::NewTurn(thread) => (Some(add_turn(&folio, thread, &texts).await?), None),
    };
    Ok(said.map(|said| Saved {
        changed: Changed { said, batch },
        document,
    }))
}

/// Where whatever is there is to be replaced, a document that was deleted comes back from the trash
/// first, and is made anew where it is no longer there.
async fn save_document(
    folio: &Folio,
    code: &str,
    base: Option<Base>,
    texts: &[String],
) -> Result<Option<(String, service::Document)>, Error> {
    let text = texts.first().map_or("", String::as_str);
    let change = DocumentChange::new().content(text);
    let change = match base.as_ref().and_then(|base| base.version) {
        Some(version) => change.based_on(version),
        None => change,
    };
    if let Some(saved) = folio.documents().update(code, &change).await? {
        return Ok(Some((format!("Saved as version {}", saved.version), saved)));
    }
    if base.is_some() {
        return Ok(None);
    }
    if let Some(saved) = back(folio, code, &change).await? {
        let said = format!(
            "Back from the trash, and saved as version {}",
            saved.version
        );
        return Ok(Some((said, saved)));
    }
    let new = NewDocument::new(code, code, text);
    let made = folio.documents().insert(new).await?;
    let said = "Made anew, for it is no longer in the trash: without its name, tags and history";
    Ok(Some((said.to_owned(), made)))
}

/// Brings a document back from the trash and changes it, or does neither; None where it is not there.
async fn back(
    folio: &Folio,
    code: &str,
    change: &DocumentChange,
) -> Result<Option<service::Document>, Error> {
    let done = folio.transaction(async |tx| {
        tx.documents().restore(code, None).await?;
        tx.documents().update(code, change).await
    });
    match done.await {
        Err(Error::Document(DocumentError::NoSuchRevision { .. })) => Ok(None),
        done => done,
    }
}

/// Where whatever is there is to be replaced, a turn that was deleted comes back from the trash
/// first, and is added anew where it is no longer there.
async fn save_turn(
    folio: &Folio,
    thread: ThreadId,
    id: MessageId,
    base: Option<Base>,
    texts: &[String],
) -> Result<Option<String>, Error> {
    let (question, answer) = sides(texts);
    let mut change = MessageChange::new().question(question).answer(answer);
    let is_over_all = base.is_none();
    if let Some(base) = base {
        let Some(mut read) = folio.messages().get(id).await? else {
            return Ok(None);
        };
        let (question, answer) = sides(&base.texts);
        (read.question, read.answer) = (question.to_owned(), answer.to_owned());
        change = change.based_on(read);
    }
    if folio.messages().update(id, &change).await?.is_some() {
        return Ok(Some("The turn is changed".to_owned()));
    }
    if !is_over_all {
        return Ok(None);
    }
    if let Some(deleted) = deleted_turn(folio, id).await? {
        let go_on = CancellationToken::new();
        let deletions = [deleted.deletion];
        let messages = folio.messages();
        messages.restore_many(&deletions, &go_on, |_| {}).await?;
        if messages.update(id, &change).await?.is_some() {
            let said = "The turn is back from the trash, and changed";
            return Ok(Some(said.to_owned()));
        }
    }
    add_turn(folio, thread, texts).await?;
    let said = "Added anew, at the end: the turn is no longer in the trash";
    Ok(Some(said.to_owned()))
}

async fn add_turn(folio: &Folio, thread: ThreadId, texts: &[String]) -> Result<String, Error> {
    let (question, answer) = sides(texts);
    let new = NewMessage::new(thread, question, answer);
    folio.messages().save(new).await?;
    Ok("A turn is added".to_owned())
}

/// The question and the answer.
fn sides(texts: &[String]) -> (&str, &str) {
    let side = |index| texts.get(index).map_or("", String::as_str);
    (side(0), side(1))
}

/// A turn in the trash.
async fn deleted_turn(
    folio: &Folio,
    id: MessageId,
) -> Result<Option<service::DeletedMessage>, Error> {
    let latest = PageRequest::first(DELETED);
    let page = folio.messages().deleted(&latest).await?;
    let mut turns = page.items.into_iter();
    Ok(turns.find(|deleted| deleted.message.id == id))
}

/// What is there now, and who did that.
pub(super) async fn theirs(folio: &Folio, subject: &Subject) -> Result<Theirs, Error> {
    match subject {
        Subject::Document(code) => of_document(folio, code).await,
        Subject::Turn(_, id) => {
            let turn = folio.messages().get(*id).await?;
            let deleted = match &turn {
                Some(_) => None,
                None => deleted_turn(folio, *id).await?,
            };
            Ok(Theirs {
                version: None,
                texts: turn.map(|turn| vec![turn.question, turn.answer]),
                by: deleted.as_ref().and_then(|gone| gone.deleted_by.clone()),
                at: deleted.map(|gone| gone.deleted_at),
            })
        }
        Subject::NewTurn(_) => Ok(Theirs {
            version: None,
            texts: None,
            by: None,
            at: None,
        }),
    }
}

async fn of_document(folio: &Folio, code: &str) -> Result<Theirs, Error> {
    let document = folio.documents().get(code).await?;
    let latest = PageRequest::first(1);
    let history = folio.documents().history(code, &latest).await?;
    // The latest version that was put aside tells who put another in its place.
    let last = history.and_then(|page| page.items.into_iter().next());
    let last = last.filter(|last| match &document {
        Some(document) => last.version + 1 == document.version,
        None => last.action == RevisionAction::Deleted,
    });
    Ok(Theirs {
        version: document.as_ref().map(|document| document.version),
        at: last.as_ref().map(|last| last.changed_at),
        by: last.and_then(|last| last.changed_by),
        texts: document.map(|document| vec![document.content]),
    })
}
