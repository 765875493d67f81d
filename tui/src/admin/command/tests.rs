use std::collections::HashSet;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::keymap::Overrides;
use super::*;

#[test]
fn every_command_is_reached_by_each_of_its_keys() {
    let keymap = Keymap::default();
    for context in CONTEXTS {
        for (entry, keys) in keymap.of(context) {
            assert_eq!(
                keys.len(),
                entry.keys.len(),
                "{} has a key that is none",
                entry.id
            );
            for key in keys
                .iter()
                .filter(|key| !(context.is_typed() && key.is_typed()))
            {
                let found = keymap.command(context, *key).map(|entry| entry.id);
                assert_eq!(found, Some(entry.id), "{key} in {context:?}");
            }
        }
    }
}

#[test]
fn no_key_means_two_things() {
    let (_, problems) = Keymap::new(&Overrides::new());
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn ids_are_unique_and_well_formed() {
    let ids: Vec<&str> = table().map(|entry| entry.id).collect();
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    for entry in table() {
        let (part, name) = entry.id.split_once('.').unwrap();
        let plain = |text: &str| {
            text.chars()
                .all(|char| char.is_ascii_lowercase() || char == '-')
        };
        assert!(plain(part) && plain(name), "{}", entry.id);
        assert!(
            !entry.label.is_empty() && entry.label.len() <= 14,
            "{}",
            entry.id
        );
        assert!(
            entry.help.len() > 3 && !entry.help.ends_with('.'),
            "{}",
            entry.id
        );
        assert!(
            CONTEXTS.into_iter().any(|context| entry.scope.has(context)),
            "{}",
            entry.id
        );
    }
}

#[test]
fn every_letter_can_be_typed_where_letters_are_typed() {
    let greedy = Overrides::from([("app.quit".to_owned(), vec!["x".to_owned()])]);
    for keymap in [Keymap::default(), Keymap::new(&greedy).0] {
        for context in CONTEXTS.into_iter().filter(|context| context.is_typed()) {
            for char in (' '..='~').chain(['é', '日']) {
                let event = KeyEvent::new(KeyCode::Char(char), KeyModifiers::NONE);
                assert!(
                    keymap.command(context, event.into()).is_none(),
                    "{char} in {context:?}"
                );
            }
        }
    }
}

#[test]
fn every_place_tells_how_to_get_help_and_how_to_leave() {
    let keymap = Keymap::default();
    for context in CONTEXTS {
        for command in [App::Help, App::Back, App::Interrupt] {
            assert!(
                keymap.shown(context, Command::App(command)).is_some(),
                "{context:?}"
            );
        }
    }
}

#[test]
fn the_settings_give_a_command_other_keys() {
    let wanted = Overrides::from([
        ("app.palette".to_owned(), vec!["ctrl-k".to_owned()]),
        ("app.reload".to_owned(), Vec::new()),
    ]);
    let (keymap, problems) = Keymap::new(&wanted);
    assert_eq!(problems, Vec::<String>::new());
    let at = |key| {
        keymap
            .command(Context::Documents, Key::parse(key).unwrap())
            .map(|entry| entry.id)
    };
    assert_eq!(
        (at("ctrl-k"), at(":"), at("r")),
        (Some("app.palette"), None, None)
    );
}

#[test]
fn what_is_wrong_with_the_settings_is_told_and_breaks_nothing() {
    let wanted = Overrides::from([
        ("app.plaette".to_owned(), vec!["x".to_owned()]),
        ("app.reload".to_owned(), vec!["hyper-r".to_owned()]),
        ("app.theme".to_owned(), vec!["j".to_owned()]),
    ]);
    let (keymap, problems) = Keymap::new(&wanted);
    assert_eq!(
        problems,
        [
            "there is no command \"app.plaette\"",
            "app.reload: \"hyper-r\" is no key",
            "app.theme: j is the key of list.down",
        ]
    );
    let at = |key| {
        keymap
            .command(Context::Documents, Key::parse(key).unwrap())
            .map(|entry| entry.id)
    };
    assert_eq!((at("r"), at("j")), (Some("app.reload"), Some("list.down")));
}
