//! Where each store was left: the screen, and what each screen remembers. A file in the state
//! folder, written when the program is left. Nothing in it keeps the program from starting.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Stores that are remembered.
const MAX_STORES: usize = 50;

/// How one store was left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    /// The screen's name.
    pub(crate) screen: String,
    /// What the screens remember, by their names.
    #[serde(default)]
    pub(crate) screens: BTreeMap<String, Value>,
    /// When it was left, counted: the lowest is forgotten first.
    #[serde(default)]
    pub(crate) turn: u64,
}

/// How the stores were left, by what they are called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Sessions(BTreeMap<String, Session>);

impl Sessions {
    /// Reads them; what can't be read is none.
    pub(crate) fn read(path: Option<&Path>) -> Self {
        let bytes = path.and_then(|path| std::fs::read(path).ok());
        bytes
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    pub(crate) fn of(&self, store: &str) -> Option<&Session> {
        self.0.get(store)
    }

    /// Remembers how a store is left.
    pub(crate) fn put(&mut self, store: String, session: Session) {
        let turn = self
            .0
            .values()
            .map(|session| session.turn)
            .max()
            .unwrap_or(0)
            + 1;
        self.0.insert(store, Session { turn, ..session });
        while self.0.len() > MAX_STORES {
            let oldest = self.0.iter().min_by_key(|(_, session)| session.turn);
            let Some(store) = oldest.map(|(store, _)| store.clone()) else {
                return;
            };
            self.0.remove(&store);
        }
    }

    /// The file's bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stores_that_were_left_last_are_remembered() {
        let mut sessions = Sessions::default();
        for store in 0..MAX_STORES + 2 {
            let screen = format!("{store}");
            sessions.put(
                format!("store {store:03}"),
                Session {
                    screen,
                    ..Session::default()
                },
            );
        }
        assert_eq!(sessions.of("store 000"), None);
        assert_eq!(sessions.of("store 051").unwrap().screen, "51");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.json");
        std::fs::write(&path, sessions.bytes()).unwrap();
        assert_eq!(Sessions::read(Some(&path)), sessions);
        std::fs::write(&path, "{not json").unwrap();
        assert_eq!(Sessions::read(Some(&path)), Sessions::default());
    }
}
