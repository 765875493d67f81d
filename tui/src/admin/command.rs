//! The one table of commands: the keys, the footer's hints and the help all come from it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Where a key is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    /// The list of documents.
    List,
    /// The list, with nothing in it and nothing looked for.
    Empty,
    /// The line where a query is typed.
    Input,
    /// A document that fills the screen.
    Reader,
    /// The help.
    Help,
}

/// Every context.
pub(crate) const CONTEXTS: [Context; 5] = [List, Empty, Input, Reader, Help];

/// What a key can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Up,
    Down,
    HalfUp,
    HalfDown,
    PageUp,
    PageDown,
    First,
    Last,
    Search,
    Open,
    Preview,
    Sort,
    Reload,
    LoadSample,
    Back,
    Help,
    Redraw,
    Suspend,
    Quit,
}

/// A row of the table.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) command: Command,
    pub(crate) contexts: &'static [Context],
    /// The keys, the one that is shown first.
    pub(crate) keys: &'static [&'static str],
    /// One or two words, for the footer.
    pub(crate) label: &'static str,
    /// What it does, for the help.
    pub(crate) help: &'static str,
    pub(crate) hint: Hint,
}

/// Whether the footer tells of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    Shown,
    InHelpOnly,
}

use Context::{Empty, Help, Input, List, Reader};
use Hint::{InHelpOnly, Shown};

/// Where lists and texts are moved through.
const MOVES: &[Context] = &[List, Empty, Reader, Help];
/// Everywhere but where letters are typed.
const LETTERS: &[Context] = &[List, Empty, Reader, Help];
const ALL: &[Context] = &CONTEXTS;

/// The table. What stands first is what the footer shows first.
pub(crate) const COMMANDS: &[Entry] = &[
    Entry {
        command: Command::LoadSample,
        contexts: &[Empty],
        keys: &["s"],
        label: "sample",
        help: "Load the sample documents and conversations",
        hint: Shown,
    },
    Entry {
        command: Command::Search,
        contexts: &[List, Empty, Reader],
        keys: &["/"],
        label: "search",
        help: "Search, as you type: words, \"phrase\", prefix*, -without, this OR that",
        hint: Shown,
    },
    Entry {
        command: Command::Open,
        contexts: &[List],
        keys: &["enter", "l", "right"],
        label: "open",
        help: "Read the document on the whole screen",
        hint: Shown,
    },
    Entry {
        command: Command::Open,
        contexts: &[Input],
        keys: &["enter"],
        label: "to the list",
        help: "Leave the query and go through what was found",
        hint: Shown,
    },
    Entry {
        command: Command::Back,
        contexts: &[List, Empty],
        keys: &["esc"],
        label: "back",
        help: "Leave the search: back to the list, at the same row",
        hint: InHelpOnly,
    },
    Entry {
        command: Command::Back,
        contexts: &[Input],
        keys: &["esc"],
        label: "leave",
        help: "Leave the search",
        hint: Shown,
    },
    Entry {
        command: Command::Back,
        contexts: &[Reader],
        keys: &["esc", "h", "left"],
        label: "back",
        help: "Back to the list",
        hint: Shown,
    },
    Entry {
        command: Command::Back,
        contexts: &[Help],
        keys: &["esc"],
        label: "close",
        help: "Close the help",
        hint: Shown,
    },
    Entry {
        command: Command::Down,
        contexts: MOVES,
        keys: &["j", "down"],
        label: "down",
        help: "One row down",
        hint: InHelpOnly,
    },
    Entry {
        command: Command::Up,
        contexts: MOVES,
        keys: &["k", "up"],
        label: "up",
        help: "One row up",
        hint: InHelpOnly,
    },
    Entry {
        command: Command::Down,
        contexts: &[Input],
        keys: &["down", "ctrl-n"],
        label: "down",
        help: "The next hit",
        hint: InHelpOnly,
    },
    Entry {
        command: Command::Up,
        contexts: &[Input],
        keys: &["up", "ctrl-p"],
        label: "up",
        help: "The hit before",
        hint: InHelpOnly,
    },
    Entry {
        command: Command::HalfDown,
        contexts: MOVES,
        keys: &["ctrl-d"],
        label: "half a page down",
        help: "Half a page down",
        hint: InHelpOnly,
    },
    Entry {
        command: Command::HalfUp,
        contexts: MOVES,
        keys: &["ctrl-u"],
        label: "half a page up",
        help: "Half a page up",
        hint: InHelpOnly,
    },
    Entry {
        command: Command::PageDown,
        contexts: MOVES,
        keys: &["pagedown", "space", "ctrl-f"],
        label: "page down",
        help: "A page down",
        hint: InHelpOnly,
    },
    Entry {
        command: Command::PageUp,
        contexts: MOVES,
        keys: &["pageup", "ctrl-b"],
        label: "page up",
        help: "A page up",
        hint: InHelpOnly,
    },
    Entry {
        command: Command::PageDown,
        contexts: &[Input],
        keys: &["pagedown"],
        label: "page down",
        help: "A page of hits down",
        hint: InHelpOnly,
    },
    Entry {
        command: Command::PageUp,
        contexts: &[Input],
        keys: &["pageup"],
        label: "page up",
        help: "A page of hits up",
        hint: InHelpOnly,
    },
    Entry {
        command: Command::First,
        contexts: MOVES,
        keys: &["g", "home"],
        label: "first",
        help: "To the beginning",
        hint: InHelpOnly,
    },
    Entry {
        command: Command::Last,
        contexts: MOVES,
        keys: &["G", "end"],
        label: "last",
        help: "To the end",
        hint: InHelpOnly,
    },
    Entry {
        command: Command::Preview,
        contexts: &[List],
        keys: &["tab"],
        label: "preview",
        help: "Show or hide the document beside the list",
        hint: Shown,
    },
    Entry {
        command: Command::Sort,
        contexts: &[List],
        keys: &["o"],
        label: "order",
        help: "Order by time, by name, or by code",
        hint: Shown,
    },
    Entry {
        command: Command::Reload,
        contexts: &[List, Empty],
        keys: &["r", "f5"],
        label: "reload",
        help: "Read the list again; connect again where that failed",
        hint: Shown,
    },
    Entry {
        command: Command::Help,
        contexts: LETTERS,
        keys: &["?", "f1"],
        label: "help",
        help: "Show the keys of this place",
        hint: Shown,
    },
    Entry {
        command: Command::Help,
        contexts: &[Input],
        keys: &["f1"],
        label: "help",
        help: "Show the keys of this place",
        hint: Shown,
    },
    Entry {
        command: Command::Quit,
        contexts: LETTERS,
        keys: &["q", "ctrl-c"],
        label: "quit",
        help: "Quit",
        hint: Shown,
    },
    Entry {
        command: Command::Quit,
        contexts: &[Input],
        keys: &["ctrl-c"],
        label: "quit",
        help: "Quit",
        hint: InHelpOnly,
    },
    Entry {
        command: Command::Redraw,
        contexts: ALL,
        keys: &["ctrl-l"],
        label: "redraw",
        help: "Draw the screen anew",
        hint: InHelpOnly,
    },
    Entry {
        command: Command::Suspend,
        contexts: ALL,
        keys: &["ctrl-z"],
        label: "suspend",
        help: "Go to the background; fg brings it back",
        hint: InHelpOnly,
    },
];

/// What a key asks for in a context.
pub(crate) fn command(context: Context, key: KeyEvent) -> Option<Command> {
    let pressed = name(key)?;
    let entry = of(context).find(|entry| entry.keys.contains(&pressed.as_str()))?;
    Some(entry.command)
}

/// The commands of a context.
pub(crate) fn of(context: Context) -> impl Iterator<Item = &'static Entry> {
    COMMANDS
        .iter()
        .filter(move |entry| entry.contexts.contains(&context))
}

/// A key's name as the table has it: `q`, `G`, `ctrl-d`, `pagedown`.
fn name(key: KeyEvent) -> Option<String> {
    let plain = match key.code {
        KeyCode::Char(' ') => "space".to_owned(),
        // Terminals differ in whether a capital comes with its shift.
        KeyCode::Char(char) if key.modifiers.contains(KeyModifiers::SHIFT) => {
            char.to_uppercase().to_string()
        }
        KeyCode::Char(char) => char.to_string(),
        KeyCode::F(number) => format!("f{number}"),
        code => code_name(code)?.to_owned(),
    };
    let control = if key.modifiers.contains(KeyModifiers::CONTROL) {
        "ctrl-"
    } else {
        ""
    };
    let alt = if key.modifiers.contains(KeyModifiers::ALT) {
        "alt-"
    } else {
        ""
    };
    Some(format!("{control}{alt}{plain}"))
}

fn code_name(code: KeyCode) -> Option<&'static str> {
    Some(match code {
        KeyCode::Enter => "enter",
        KeyCode::Esc => "esc",
        KeyCode::Tab => "tab",
        KeyCode::Up => "up",
        KeyCode::Down => "down",
        KeyCode::Left => "left",
        KeyCode::Right => "right",
        KeyCode::Home => "home",
        KeyCode::End => "end",
        KeyCode::PageUp => "pageup",
        KeyCode::PageDown => "pagedown",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of a name: the other way round, to prove that every name can be pressed.
    fn key(text: &str) -> KeyEvent {
        let (modifiers, plain) = text
            .strip_prefix("ctrl-")
            .map_or((KeyModifiers::NONE, text), |plain| {
                (KeyModifiers::CONTROL, plain)
            });
        let named = [
            KeyCode::Enter,
            KeyCode::Esc,
            KeyCode::Tab,
            KeyCode::Up,
            KeyCode::Down,
            KeyCode::Left,
            KeyCode::Right,
            KeyCode::Home,
            KeyCode::End,
            KeyCode::PageUp,
            KeyCode::PageDown,
        ];
        let code = named
            .into_iter()
            .find(|code| code_name(*code) == Some(plain))
            .unwrap_or_else(|| {
                let mut chars = plain.chars();
                match (chars.next(), chars.as_str()) {
                    _ if plain == "space" => KeyCode::Char(' '),
                    (Some(char), "") => KeyCode::Char(char),
                    (Some('f'), number) => KeyCode::F(number.parse().unwrap()),
                    _ => panic!("{text} is no key"),
                }
            });
        KeyEvent::new(code, modifiers)
    }

    #[test]
    fn every_command_is_reached_by_each_of_its_keys() {
        for context in CONTEXTS {
            for entry in of(context) {
                for text in entry.keys {
                    assert_eq!(
                        command(context, key(text)),
                        Some(entry.command),
                        "{text} in {context:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn no_key_means_two_things() {
        for context in CONTEXTS {
            let mut keys: Vec<&str> = of(context).flat_map(|entry| entry.keys).copied().collect();
            keys.sort_unstable();
            let all = keys.len();
            keys.dedup();
            assert_eq!(keys.len(), all, "{context:?}");
        }
    }

    #[test]
    fn every_letter_can_be_typed_into_a_query() {
        for char in (' '..='~').chain(['é', '日']) {
            assert_eq!(
                command(
                    Input,
                    KeyEvent::new(KeyCode::Char(char), KeyModifiers::NONE)
                ),
                None
            );
        }
    }

    #[test]
    fn every_place_tells_how_to_get_help_and_how_to_leave() {
        for context in CONTEXTS {
            assert!(of(context).any(|entry| entry.command == Command::Help && entry.hint == Shown));
            assert!(of(context).any(|entry| entry.command == Command::Quit));
        }
    }

    #[test]
    fn a_capital_is_the_same_with_and_without_its_shift() {
        for key in [
            KeyEvent::new(KeyCode::Char('G'), KeyModifiers::NONE),
            KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT),
            KeyEvent::new(KeyCode::Char('g'), KeyModifiers::SHIFT),
        ] {
            assert_eq!(command(List, key), Some(Command::Last));
        }
    }
}
