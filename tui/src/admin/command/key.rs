//! A key as the table, the settings and the help write it: `q`, `G`, `ctrl-d`, `pagedown`.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Names of the keys that are no characters.
const NAMES: [(KeyCode, &str); 14] = [
    (KeyCode::Enter, "enter"),
    (KeyCode::Esc, "esc"),
    (KeyCode::Tab, "tab"),
    (KeyCode::BackTab, "backtab"),
    (KeyCode::Backspace, "backspace"),
    (KeyCode::Delete, "delete"),
    (KeyCode::Up, "up"),
    (KeyCode::Down, "down"),
    (KeyCode::Left, "left"),
    (KeyCode::Right, "right"),
    (KeyCode::Home, "home"),
    (KeyCode::End, "end"),
    (KeyCode::PageUp, "pageup"),
    (KeyCode::PageDown, "pagedown"),
];

/// A key with its modifiers. Shift is part of the character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    code: KeyCode,
    control: bool,
    alt: bool,
}

impl Key {
    /// The key of a name; None where it is none.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let (control, rest) = after("ctrl-", name);
        let (alt, rest) = after("alt-", rest);
        let named = NAMES.iter().find(|(_, known)| *known == rest);
        let code = match (named, rest.strip_prefix('f')) {
            (Some((code, _)), _) => *code,
            (None, _) if rest == "space" => KeyCode::Char(' '),
            (None, Some(number)) if !number.is_empty() => KeyCode::F(
                number
                    .parse()
                    .ok()
                    .filter(|number| (1..=24).contains(number))?,
            ),
            _ => {
                let mut chars = rest.chars();
                let char = chars.next().filter(|char| !char.is_control())?;
                chars.next().is_none().then_some(KeyCode::Char(char))?
            }
        };
        Some(Self { code, control, alt })
    }

    /// Whether a line that is being typed keeps the key for itself.
    pub(crate) fn is_typed(self) -> bool {
        match self.code {
            KeyCode::Char('u' | 'w' | 'a' | 'e') if self.control => true,
            KeyCode::Char(_) => !self.control && !self.alt,
            KeyCode::Backspace
            | KeyCode::Delete
            | KeyCode::Left
            | KeyCode::Right
            | KeyCode::Home
            | KeyCode::End => true,
            _ => false,
        }
    }

    #[cfg(test)]
    pub(crate) fn event(self) -> KeyEvent {
        let mut modifiers = KeyModifiers::NONE;
        modifiers.set(KeyModifiers::CONTROL, self.control);
        modifiers.set(KeyModifiers::ALT, self.alt);
        KeyEvent::new(self.code, modifiers)
    }
}

fn after<'a>(prefix: &str, name: &'a str) -> (bool, &'a str) {
    name.strip_prefix(prefix)
        .filter(|rest| !rest.is_empty())
        .map_or((false, name), |rest| (true, rest))
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        // Terminals differ in whether a capital comes with its shift.
        let code = match event.code {
            KeyCode::Char(char) if event.modifiers.contains(KeyModifiers::SHIFT) => {
                let mut upper = char.to_uppercase();
                KeyCode::Char(upper.next().filter(|_| upper.len() == 0).unwrap_or(char))
            }
            KeyCode::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
            code => code,
        };
        Self {
            code,
            control: event.modifiers.contains(KeyModifiers::CONTROL),
            alt: event.modifiers.contains(KeyModifiers::ALT),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.control {
            f.write_str("ctrl-")?;
        }
        if self.alt {
            f.write_str("alt-")?;
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("space"),
            KeyCode::Char(char) => write!(f, "{char}"),
            KeyCode::F(number) => write!(f, "f{number}"),
            code => {
                let name = NAMES.iter().find(|(known, _)| *known == code);
                f.write_str(name.map_or("?", |(_, name)| name))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written() {
        for name in [
            "q", "G", "?", "space", "ctrl-d", "alt-x", "f12", "pagedown", "-", "ctrl--", "f",
        ] {
            assert_eq!(Key::parse(name).unwrap().to_string(), name);
        }
        for wrong in ["", "ctrl-", "f99", "meta-x", "gg", "\u{1b}"] {
            assert_eq!(Key::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_capital_is_the_same_with_and_without_its_shift() {
        for (char, modifiers) in [
            ('G', KeyModifiers::NONE),
            ('G', KeyModifiers::SHIFT),
            ('g', KeyModifiers::SHIFT),
        ] {
            let event = KeyEvent::new(KeyCode::Char(char), modifiers);
            assert_eq!(Some(Key::from(event)), Key::parse("G"));
        }
    }

    proptest! {
        #[test]
        fn no_name_is_too_much(name in any::<String>()) {
            if let Some(key) = Key::parse(&name) {
                prop_assert_eq!(Key::parse(&key.to_string()), Some(key));
            }
        }
    }
}
