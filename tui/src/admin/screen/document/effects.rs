//! What the screen of a document asks the store for.

use super::Message;
use crate::admin::effects::Effects;
use crate::admin::message::{self, Kind};
use crate::admin::request::Generation;

#[derive(Clone, Debug)]
pub(crate) enum Effect {
    Read {
        generation: Generation,
        code: String,
    },
}

/// Begins it.
pub(crate) fn begin(effect: Effect, effects: &mut Effects) {
    match effect {
        Effect::Read { generation, code } => effects.ask(
            Kind("document.read"),
            async move |folio| folio.documents().get(&code).await,
            move |document| message::Message::Document(Message::Read(generation, document)),
        ),
    }
}
