//! What a document was: its versions are listed, compared, and brought back.

use super::effects::Effect;
use super::history::History;
use super::{Document, Message, Mode};
use crate::admin::list::Ask;
use crate::admin::message::{self, Env};
use crate::admin::overlay::{Confirm, Overlay};
use crate::admin::window::Edge;

impl Document {
    pub(super) fn history(&mut self, env: &Env) -> Vec<message::Effect> {
        let mut history = History::default();
        let ask = history.list.load(Edge::First, env.now);
        self.mode = Mode::History(Box::new(history));
        self.list_effect(Some(ask))
    }

    pub(super) fn list_effect(&self, ask: Option<Ask>) -> Vec<message::Effect> {
        let list = ask.map(
            |Ask {
                 generation,
                 edge,
                 page,
             }| {
                let code = self.code.clone();
                message::Effect::Document(Effect::List {
                    generation,
                    edge,
                    code,
                    page,
                })
            },
        );
        list.into_iter().collect()
    }

    /// Reads the selected version, and the one that followed it.
    pub(super) fn compare(&mut self, env: &Env) -> Option<message::Effect> {
        let Mode::History(history) = &mut self.mode else {
            return None;
        };
        let version = history.list.selected()?.version;
        if history
            .compared
            .as_ref()
            .is_some_and(|compared| compared.version == version)
        {
            return None;
        }
        Some(message::Effect::Document(Effect::Compare {
            generation: history.comparing.begin(env.now),
            code: self.code.clone(),
            version,
        }))
    }

    /// The selected version.
    pub(super) fn version(&self) -> Option<i64> {
        let Mode::History(history) = &self.mode else {
            return None;
        };
        history.list.selected().map(|row| row.version)
    }

    pub(super) fn ask_restore(&self) -> Vec<message::Effect> {
        let Some(version) = self.version() else {
            return Vec::new();
        };
        let restore = message::Message::Document(Box::new(Message::Restore(version)));
        let confirm = Confirm::new("Restore", format!("restore version {version}"), restore)
            .about(&self.code)
            .about("It becomes a new version; what is there now stays in the history.");
        vec![message::Effect::Open(Overlay::Confirm(confirm))]
    }
}
