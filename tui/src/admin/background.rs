//! Asks the terminal for its background. The answer comes through the same way as the keys, at
//! once or late or never; so nothing waits for it, no key is lost to it, and it is never typed.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::theme::Background;

/// The question: what is the background's colour?
pub(crate) const QUESTION: &str = "\u{1b}]11;?\u{1b}\\";
/// How the answer goes on after its first key.
const BEGINNING: &str = "11;rgb:";
/// The most characters of an answer.
const LENGTH: usize = 48;

/// Tells an answer from keys. The terminal library takes it for alt-], characters, and alt-\ or
/// ctrl-g.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    /// Keys that may be one, not passed on yet.
    held: Vec<KeyEvent>,
}

/// What a key turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// Part of what may be an answer.
    Nothing,
    /// No answer: these were keys.
    Keys(Vec<KeyEvent>),
    Background(Background),
    /// An answer that can't be read.
    Unknown,
}

impl Answers {
    pub(crate) fn hear(&mut self, key: KeyEvent) -> Heard {
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        if self.held.is_empty() {
            if alt && key.code == KeyCode::Char(']') {
                self.held.push(key);
                return Heard::Nothing;
            }
            return Heard::Keys(vec![key]);
        }
        let text: String = self.held[1..]
            .iter()
            .filter_map(|key| key.code.as_char())
            .collect();
        let ends =
            (alt && key.code == KeyCode::Char('\\')) || (control && key.code == KeyCode::Char('g'));
        self.held.push(key);
        if ends && text.starts_with(BEGINNING) {
            self.held.clear();
            return luminance(&text[BEGINNING.len()..]).map_or(Heard::Unknown, |share| {
                Heard::Background(if share > 0.5 {
                    Background::Light
                } else {
                    Background::Dark
                })
            });
        }
        let next = key.code.as_char().filter(|_| !alt && !control);
        let goes_on = next.is_some_and(|char| {
            BEGINNING
                .chars()
                .nth(text.len())
                .map_or(char.is_ascii_hexdigit() || char == '/', |wanted| {
                    wanted == char
                })
        });
        if goes_on && text.len() < LENGTH {
            Heard::Nothing
        } else {
            Heard::Keys(std::mem::take(&mut self.held))
        }
    }
}

/// How light a colour such as `ffff/ffff/ffff` is, from 0 to 1.
fn luminance(colour: &str) -> Option<f32> {
    let parts: Option<Vec<f32>> = colour
        .split('/')
        .map(|part| {
            let value = u16::from_str_radix(part, 16).ok()?;
            let most = 16_f32.powi(i32::try_from(part.len()).ok()?) - 1.0;
            Some(f32::from(value) / most)
        })
        .collect();
    match parts?.as_slice() {
        [red, green, blue] => Some(0.2126 * red + 0.7152 * green + 0.0722 * blue),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<KeyEvent> {
        let mut keys = Vec::new();
        let mut alt = false;
        for char in text.chars() {
            match char {
                '\u{1b}' => alt = true,
                '\u{7}' => keys.push(KeyEvent::new(KeyCode::Char('g'), KeyModifiers::CONTROL)),
                char => {
                    let modifiers = if alt {
                        KeyModifiers::ALT
                    } else {
                        KeyModifiers::NONE
                    };
                    keys.push(KeyEvent::new(KeyCode::Char(char), modifiers));
                    alt = false;
                }
            }
        }
        keys
    }

    fn heard(text: &str) -> Vec<Heard> {
        let mut answers = Answers::default();
        let all = keys(text).into_iter().map(|key| answers.hear(key));
        all.filter(|heard| *heard != Heard::Nothing).collect()
    }

    #[test]
    fn an_answer_is_understood_in_its_forms() {
        for end in ["\u{1b}\\", "\u{7}"] {
            assert_eq!(
                heard(&format!("\u{1b}]11;rgb:ffff/ffff/eeee{end}")),
                [Heard::Background(Background::Light)]
            );
            assert_eq!(
                heard(&format!("\u{1b}]11;rgb:1e/1e/2e{end}")),
                [Heard::Background(Background::Dark)]
            );
            assert_eq!(
                heard(&format!("\u{1b}]11;rgb:1e/1e{end}")),
                [Heard::Unknown]
            );
        }
    }

    #[test]
    fn keys_stay_keys() {
        for text in [
            "jj",
            "\u{1b}]x",
            "\u{1b}]11;rgx",
            "\u{1b}]11;rgb:zz",
            "\u{1b}]\u{1b}\\",
        ] {
            let passed: Vec<KeyEvent> = heard(text)
                .into_iter()
                .flat_map(|heard| match heard {
                    Heard::Keys(keys) => keys,
                    other => panic!("{other:?}"),
                })
                .collect();
            assert_eq!(passed, keys(text));
        }
    }
}
