//! What the screen of figures asks the store for.

use super::Message;
use crate::admin::effects::Effects;
use crate::admin::message::{self, Kind};
use crate::admin::request::Generation;

pub(super) const CALLS: Kind = Kind("stats.calls");
pub(super) const DATABASE: Kind = Kind("stats.database");

#[derive(Clone, Copy, Debug)]
pub(crate) enum Effect {
    /// What the program itself knows.
    Calls(Generation),
    /// What the database tells.
    Database(Generation),
}

/// Begins it.
pub(crate) fn begin(effect: Effect, effects: &mut Effects) {
    match effect {
        Effect::Calls(generation) => effects.ask(
            CALLS,
            async move |folio| Ok(folio.figures()),
            move |figures| told(Message::Calls(generation, figures)),
        ),
        Effect::Database(generation) => effects.ask(
            DATABASE,
            async move |folio| folio.database_figures().await,
            move |figures| told(Message::Database(generation, figures)),
        ),
    }
}

fn told(message: Message) -> message::Message {
    message::Message::Stats(Box::new(message))
}
