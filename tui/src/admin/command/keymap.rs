//! Which key asks for what: the table's own keys, but for those that the settings replace.

use std::collections::BTreeMap;

use super::{App, CONTEXTS, Command, Context, Entry, Key, table};

/// Keys as the settings name them: by the ids of commands.
pub(crate) type Overrides = BTreeMap<String, Vec<String>>;

/// The table with the keys that count.
#[derive(Clone, Debug)]
pub(crate) struct Keymap {
    rows: Vec<(&'static Entry, Vec<Key>)>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self::new(&Overrides::new()).0
    }
}

impl Keymap {
    /// Puts the keys together. What is wrong with an override is told, and the table's own keys
    /// stay in its place.
    pub(crate) fn new(overrides: &Overrides) -> (Self, Vec<String>) {
        let own = |entry: &Entry| {
            entry
                .keys
                .iter()
                .filter_map(|key| Key::parse(key))
                .collect()
        };
        let mut keymap = Self {
            rows: table().map(|entry| (entry, own(entry))).collect(),
        };
        let mut problems = Vec::new();
        for (id, names) in overrides {
            let Some(row) = keymap.rows.iter().position(|(entry, _)| entry.id == id) else {
                problems.push(format!("there is no command {id:?}"));
                continue;
            };
            let keys: Result<Vec<Key>, &String> = names
                .iter()
                .map(|name| Key::parse(name).ok_or(name))
                .collect();
            let is_way_out = keymap.rows[row].0.command == Command::App(App::Interrupt);
            match keys {
                Ok(keys) if keys.is_empty() && is_way_out => {
                    problems.push(format!("{id} keeps ctrl-c: one key has to lead out"));
                }
                Ok(keys) => keymap.rows[row].1 = keys,
                Err(name) => problems.push(format!("{id}: {name:?} is no key")),
            }
        }
        // A key that two commands want stays with the one whose own it is; where both were asked
        // for, with the first.
        while let Some((first, second, key)) = keymap.conflict() {
            let overridden = |row: usize| overrides.contains_key(keymap.rows[row].0.id);
            let (keeps, yields) = if overridden(second) || !overridden(first) {
                (first, second)
            } else {
                (second, first)
            };
            let (keeps, entry) = (keymap.rows[keeps].0.id, keymap.rows[yields].0);
            problems.push(format!("{}: {key} is the key of {keeps}", entry.id));
            let row = &mut keymap.rows[yields].1;
            let before = row.len();
            row.retain(|taken| *taken != key);
            debug_assert!(row.len() < before, "a conflict is resolved");
        }
        let quit = Command::App(App::Quit);
        let quit = keymap.rows.iter().find(|(entry, _)| entry.command == quit);
        if let Some((entry, _)) = quit.filter(|(_, keys)| keys.is_empty()) {
            problems.push(format!("{} has no key left; ctrl-c quits", entry.id));
        }
        (keymap, problems)
    }

    /// Two rows that have the same key in the same context.
    fn conflict(&self) -> Option<(usize, usize, Key)> {
        CONTEXTS.into_iter().find_map(|context| {
            let mut taken: Vec<(Key, usize)> = Vec::new();
            let rows = self.rows.iter().enumerate();
            rows.filter(|(_, (entry, _))| entry.scope.has(context))
                .flat_map(|(row, (_, keys))| keys.iter().map(move |key| (*key, row)))
                .filter(|(key, _)| !(context.is_typed() && key.is_typed()))
                .find_map(|(key, row)| {
                    let other = taken.iter().find(|(other, _)| *other == key);
                    let found = other.map(|(_, first)| (*first, row, key));
                    taken.push((key, row));
                    found
                })
        })
    }

    /// What a key asks for. A line that is being typed keeps its letters whatever the settings
    /// say.
    pub(crate) fn command(&self, context: Context, key: Key) -> Option<&'static Entry> {
        if context.is_typed() && key.is_typed() {
            return None;
        }
        let mut here = self.of(context);
        here.find(|(_, keys)| keys.contains(&key))
            .map(|(entry, _)| entry)
    }

    /// The commands of a context with the keys that ask for them there.
    pub(crate) fn of(&self, context: Context) -> impl Iterator<Item = (&'static Entry, &[Key])> {
        let here = self
            .rows
            .iter()
            .filter(move |(entry, _)| entry.scope.has(context));
        here.map(|(entry, keys)| (*entry, keys.as_slice()))
    }

    /// The key to show for a command in a context: the first that works there.
    pub(crate) fn shown(&self, context: Context, command: Command) -> Option<Key> {
        let mut here = self.of(context);
        let (_, keys) = here.find(|(entry, _)| entry.command == command)?;
        first_that_works(context, keys)
    }
}

/// The first of these keys that is not kept for typing.
pub(crate) fn first_that_works(context: Context, keys: &[Key]) -> Option<Key> {
    let mut keys = keys.iter().copied();
    keys.find(|key| !(context.is_typed() && key.is_typed()))
}
