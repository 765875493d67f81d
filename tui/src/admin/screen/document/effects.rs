//! What the screen of a document asks the store for.

use service::{Error, Folio, PageRequest, Revision};

use super::Message;
use super::history::After;
use crate::admin::drafts::Subject;
use crate::admin::effects::Effects;
use crate::admin::message::{self, Kind};
use crate::admin::request::Generation;
use crate::admin::window::Edge;

#[derive(Clone, Debug)]
pub(crate) enum Effect {
    Read {
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
}

/// Begins it.
pub(crate) fn begin(effect: Effect, effects: &mut Effects) {
    match effect {
        Effect::Read { generation, code } => {
            let (store, subject) = (effects.store(), Subject::Document(code.clone()));
            let draft = effects.look(move |drafts| drafts.find(&store, &subject));
            effects.ask(
                Kind("document.read"),
                async move |folio| {
                    let document = folio.documents().get(&code).await?;
                    // Where drafts can't be looked at, there are none.
                    Ok((document, draft.await.unwrap_or_default()))
                },
                move |read| of(Message::Read(generation, read)),
            );
        }
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
                    "Version {version} is back as version {} of {code}",
                    restored.version
                ))
            });
        }
    }
}

fn of(message: Message) -> message::Message {
    message::Message::Document(Box::new(message))
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
