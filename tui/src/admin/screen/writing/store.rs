//! How a text gets into the store, and what is there in its place.

use service::error::{DocumentError, Error};
use service::{DocumentChange, Folio, NewDocument, PageRequest, RevisionAction};

use super::effects::{Base, Saved, Theirs};
use super::metadata;
use super::turns;
use crate::admin::drafts::Subject;
use crate::admin::message::Changed;

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
        Subject::NewDocument(code) => {
            let made = make_document(&folio, code, &texts).await?;
            (Some(format!("{} is made", made.code)), Some(made))
        }
        Subject::Turn(thread, id) => (turns::change(&folio, thread, id, base, &texts).await?, None),
        Subject::NewTurn(thread) => (turns::add(&folio, thread, base, &texts).await?, None),
        Subject::NewThread(thread) => (turns::begin(&folio, thread, &texts).await?, None),
        Subject::Metadata(code) => match save_metadata(&folio, &code, base, &texts).await? {
            Some(document) => (
                Some(format!("The metadata of {code} is changed")),
                Some(document),
            ),
            None => (None, None),
        },
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
        return Ok(Some((
            format!("Saved as version {} of {code}", saved.version),
            saved,
        )));
    }
    if base.is_some() {
        return Ok(None);
    }
    if let Some(saved) = back(folio, code, &change).await? {
        let said = format!(
            "Back from the trash, and saved as version {} of {code}",
            saved.version
        );
        return Ok(Some((said, saved)));
    }
    let made = make_document(folio, code.to_owned(), texts).await?;
    let said = "Made anew, for it is no longer in the trash: without its name, tags and history";
    Ok(Some((said.to_owned(), made)))
}

/// Changes a document's metadata; None where it has gone and was to be there.
async fn save_metadata(
    folio: &Folio,
    code: &str,
    base: Option<Base>,
    texts: &[String],
) -> Result<Option<service::Document>, Error> {
    let text = texts.first().map_or("", String::as_str);
    // What was typed was read before.
    let metadata = metadata::read(text).unwrap_or_default();
    let change = DocumentChange::new().metadata(metadata);
    let change = match base.as_ref().and_then(|base| base.version) {
        Some(version) => change.based_on(version),
        None => change,
    };
    if let Some(saved) = folio.documents().update(code, &change).await? {
        return Ok(Some(saved));
    }
    match base {
        Some(_) => Ok(None),
        None => back(folio, code, &change).await,
    }
}

/// Makes a document, which is called by its code at first.
async fn make_document(
    folio: &Folio,
    code: String,
    texts: &[String],
) -> Result<service::Document, Error> {
    let text = texts.first().map_or("", String::as_str);
    let new = NewDocument::new(code.as_str(), code.as_str(), text);
    folio.documents().insert(new).await
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

/// What is there now, and who did that.
pub(super) async fn theirs(folio: &Folio, subject: &Subject) -> Result<Theirs, Error> {
    match subject {
        Subject::Document(code) => of_document(folio, code, |document| document.content).await,
        Subject::Metadata(code) => {
            let metadata = |document: service::Document| metadata::shown(&document.metadata);
            of_document(folio, code, metadata).await
        }
        Subject::Turn(thread, id) => {
            let turn = folio.messages().get(*id).await?;
            let (by, at) = match &turn {
                Some(_) => (None, None),
                None => turns::deleted_by(folio, thread, *id).await?,
            };
            Ok(Theirs {
                version: None,
                texts: turn.map(|turn| vec![turn.question, turn.answer]),
                by,
                at,
            })
        }
        Subject::NewTurn(thread) => {
            let (by, at) = turns::thread_deleted_by(folio, thread).await?;
            Ok(Theirs {
                version: None,
                texts: None,
                by,
                at,
            })
        }
        Subject::NewDocument(_) | Subject::NewThread(_) => Ok(Theirs {
            version: None,
            texts: None,
            by: None,
            at: None,
        }),
    }
}

/// What is there now of a document: of it what `text` takes.
async fn of_document(
    folio: &Folio,
    code: &str,
    text: impl FnOnce(service::Document) -> String,
) -> Result<Theirs, Error> {
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
        texts: document.map(|document| vec![text(document)]),
    })
}
