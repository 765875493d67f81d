//! What the screen of the log waits for.

use super::Message;
use crate::admin::effects::Effects;
use crate::admin::message::{self, Kind};

/// The wait for records.
pub(super) const WAIT: Kind = Kind("log.wait");

#[derive(Clone, Copy, Debug)]
pub(crate) enum Effect {
    /// For the records after this one.
    Wait { after: u64 },
}

/// Begins it.
pub(crate) fn begin(effect: Effect, effects: &mut Effects) {
    match effect {
        Effect::Wait { after } => {
            let log = effects.log().clone();
            effects.listen(WAIT, async move {
                message::Message::Log(Message::Logged(log.after(after).await))
            });
        }
    }
}
