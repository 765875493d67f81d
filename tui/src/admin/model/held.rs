//! Keys that are meant for a text that is not there yet: a store may be slow, and one types on. They
//! wait for it, and are no commands meanwhile.

use super::Model;
use crate::admin::command::{App, Command, Key, Kind};
use crate::admin::message::{Message, Tone};

/// Keys that wait, at the most.
const MAX_HELD: usize = 10_000;

impl Model {
    /// Whether this has to wait. A key that leads back does not, and ends the waiting.
    pub(super) fn is_held(&mut self, message: &Message) -> bool {
        let is_waiting = self.overlays.is_empty() && self.screens.pane().holds_keys();
        match message {
            Message::Key(key) if is_waiting => {
                let meant = self.keymap.command(self.context(), Key::from(*key));
                let leads_back = meant.is_some_and(|entry| {
                    matches!(entry.command, Command::App(App::Back | App::Interrupt))
                });
                if leads_back {
                    self.held.clear();
                }
                !leads_back && self.held.len() < MAX_HELD
            }
            Message::Paste(_) => is_waiting && self.held.len() < MAX_HELD,
            _ => false,
        }
    }

    /// The next key that has waited, once its text is there. Where something else has come, such as
    /// a question, it is not meant for that.
    pub(super) fn next_held(&mut self) -> Option<Message> {
        let has_come = !self.overlays.is_empty() || !self.screens.pane().holds_keys();
        if self.held.is_empty() || !has_come {
            return None;
        }
        if self.overlays.is_empty() && self.context().kind() == Kind::Editor {
            return self.held.pop_front();
        }
        self.held.clear();
        let said = "What was typed before this came is not taken";
        self.say(Tone::Bad, said.to_owned());
        None
    }
}
