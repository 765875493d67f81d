//! What the screen of a document asks the store for, and what it keeps on disk.

use service::{DocumentChange, Error, Folio, NewDocument, PageRequest, Revision};

use super::Message;
use super::history::After;
use crate::admin::drafts::{Draft, Key, Order};
use crate::admin::effects::Effects;
use crate::admin::message::{self, Changed, Kind};
use crate::admin::request::Generation;
use crate::admin::window::Edge;

#[derive(Clone, Debug)]
pub(crate) enum Effect {
    Read {
        generation: Generation,
        code: String,
    },
    /// Over that version alone, or whatever is there.
    Save {
        generation: Generation,
        code: String,
        text: String,
        version: Option<i64>,
    },
    Theirs {
        generation: Generation,
        code: String,
    },
    List {
        generation: Generation,
        edge: Edge,
        code: String,
        page: PageRequest,
    },
    Compare {
        generation: Generation,
        code: String,
        version: i64,
    },
    Restore {
        code: String,
        version: i64,
    },
    /// Which documents have drafts.
    FindDrafts,
    Keep {
        code: String,
        version: i64,
        text: String,
    },
    Forget {
        code: String,
    },
}

/// Begins it.
pub(crate) fn begin(effect: Effect, effects: &mut Effects) {
    let store = effects.store();
    match effect {
        Effect::Read { generation, code } => {
            let key = Key {
                store,
                code: code.clone(),
            };
            let draft = effects.look(move |drafts| drafts.find(&key));
            effects.ask(
                Kind("document.read"),
                async move |folio| {
                    let document = folio.documents().get(&code).await?;
                    // Where drafts can't be looked at, there are none.
                    Ok((document, draft.await.ok().flatten()))
                },
                move |read| of(Message::Read(generation, read)),
            );
        }
        Effect::Save {
            generation,
            code,
            text,
            version,
        } => {
            let label = format!("saving {code}");
            effects.job(
                label,
                move |folio, _| save(folio, code, text, version),
                move |saved| of(Message::Saved(generation, saved)),
            );
        }
        Effect::Theirs { generation, code } => effects.ask(
            Kind("document.theirs"),
            async move |folio| folio.documents().get(&code).await,
            move |document| of(Message::Theirs(generation, document)),
        ),
        Effect::List {
            generation,
            edge,
            code,
            page,
        } => effects.ask(
            Kind("document.history"),
            async move |folio| {
                let page = folio.documents().history(&code, &page).await?;
                Ok(page.unwrap_or(service::Page {
                    items: Vec::new(),
                    next: None,
                    previous: None,
                }))
            },
            move |page| of(Message::Listed(generation, edge, page)),
        ),
        Effect::Compare {
            generation,
            code,
            version,
        } => effects.ask(
            Kind("document.compare"),
            async move |folio| compare(&folio, &code, version).await,
            move |compared| of(Message::Compared(generation, compared)),
        ),
        Effect::Restore { code, version } => {
            effects.change("restoring a version", async move |folio, _| {
                let restored = folio.documents().restore(&code, Some(version)).await?;
                Ok(format!(
                    "Version {version} is back as version {}",
                    restored.version
                ))
            });
        }
        Effect::FindDrafts => {
            let found = effects.look(move |drafts| drafts.codes(&store));
            effects.wait(found, |codes| {
                of(Message::Drafts(codes.unwrap_or_default()))
            });
        }
        Effect::Keep {
            code,
            version,
            text,
        } => {
            effects.draft(Order::Keep(Draft {
                store,
                code,
                version,
                text,
            }));
        }
        Effect::Forget { code } => effects.draft(Order::Drop(Key { store, code })),
    }
}

fn of(message: Message) -> message::Message {
    message::Message::Document(Box::new(message))
}

/// Saves the text, as one batch that can be undone. A document that was deleted is made anew where
/// whatever is there is to be replaced.
async fn save(
    folio: Folio,
    code: String,
    text: String,
    version: Option<i64>,
) -> Result<Option<(service::Document, Changed)>, Error> {
    let (folio, batch) = folio.batch();
    let change = DocumentChange::new().content(&text);
    let change = match version {
        Some(version) => change.based_on(version),
        None => change,
    };
    let saved = match folio.documents().update(&code, &change).await? {
        None if version.is_none() => Some(
            folio
                .documents()
                .insert(NewDocument::new(&code, &code, &text))
                .await?,
        ),
        saved => saved,
    };
    Ok(saved.map(|document| {
        let said = format!("Saved as version {}", document.version);
        (document, Changed { said, batch })
    }))
}

/// A version, and the one that followed it; None where it is no longer kept.
async fn compare(
    folio: &Folio,
    code: &str,
    version: i64,
) -> Result<Option<(Revision, After)>, Error> {
    let Some(before) = folio.documents().revision(code, version).await? else {
        return Ok(None);
    };
    let after = match folio.documents().revision(code, version + 1).await? {
        Some(after) => Some(After::from(after)),
        None => folio.documents().get(code).await?.map(After::from),
    };
    Ok(after.map(|after| (before, after)))
}
