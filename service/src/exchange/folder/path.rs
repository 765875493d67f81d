//! The file of a code: a path that is a name on every common file system, below the folder, and no
//! other code's.

use std::collections::HashSet;
use std::path::PathBuf;

use unicode_normalization::UnicodeNormalization;

/// What files end with.
pub(super) const EXTENSION: &str = ".md";
/// The longest part of a path, in bytes; file systems take 255.
const MAX_PART: usize = 200;
/// Where a longer one is cut, before its hash is put in the place of the rest.
const CUT: usize = 160;
/// Names that are devices on Windows, whatever their extension.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Codes whose paths some file system takes for one: in another case, or composed in another way.
#[derive(Debug, Default)]
pub(super) struct Twins {
    seen: HashSet<u64>,
    twice: HashSet<u64>,
}

impl Twins {
    /// Notes a code.
    pub(super) fn add(&mut self, code: &str) {
        let folded = first_word(&folded(code));
        if !self.seen.insert(folded) {
            self.twice.insert(folded);
        }
    }

    /// The path of a code, with `/` between its parts. Of twins the one that is folded already has
    /// the plain name, the others have a hash in theirs.
    pub(super) fn path(&self, code: &str) -> PathBuf {
        let folded = folded(code);
        let is_twin = self.twice.contains(&first_word(&folded)) && folded != code;
        path(code, is_twin)
    }
}

/// Whether this is the path of the code, be it a twin or not.
pub(crate) fn is_of(path: &std::path::Path, code: &str) -> bool {
    places(code).iter().any(|place| place == path)
}

/// The paths that a code may have: its own, and that of a twin.
pub(super) fn places(code: &str) -> [PathBuf; 2] {
    [false, true].map(|is_twin| path(code, is_twin))
}

fn path(code: &str, is_twin: bool) -> PathBuf {
    let mut parts: Vec<String> = code.split('/').map(part).collect();
    if let Some((last, folders)) = parts.split_last_mut() {
        // A folder can't have the name of a file beside it.
        for folder in folders {
            if folder.to_lowercase().ends_with(EXTENSION) {
                folder.replace_range(
                    folder.len() - EXTENSION.len()..=folder.len() - EXTENSION.len(),
                    "%2E",
                );
            }
        }
        if is_twin {
            last.push('~');
            last.extend(hex(code).chars().take(8));
        }
        last.push_str(EXTENSION);
    }
    parts.iter().collect()
}

/// One part of a path: what a file system would not take, or take for something else, is written as
/// `%` and two hexadecimal digits for each byte. An empty part is a `%` alone.
fn part(text: &str) -> String {
    if text.is_empty() {
        return "%".to_owned();
    }
    let (mut name, mut cut) = (String::with_capacity(text.len()), 0);
    let end = text.len();
    let is_device = is_device(text);
    for (at, c) in text.char_indices() {
        let is_first = at == 0;
        let is_edge = is_first || at + c.len_utf8() == end;
        let is_taken = c.is_control()
            || matches!(
                c,
                '%' | '~' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|'
            )
            || (is_edge && matches!(c, '.' | ' '))
            || (is_first && is_device);
        if is_taken {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                name.extend([format!("%{byte:02X}")]);
            }
        } else {
            name.push(c);
        }
        if name.len() <= CUT {
            cut = name.len();
        }
    }
    if name.len() > MAX_PART {
        name.truncate(cut);
        name.push('~');
        name.extend(hex(text).chars().take(16));
    }
    name
}

fn is_device(text: &str) -> bool {
    let base = text
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_lowercase();
    let numbered = || {
        let rest = base
            .strip_prefix("com")
            .or_else(|| base.strip_prefix("lpt"))?;
        let mut digits = rest.chars();
        let is_one = matches!(digits.next()?, '0'..='9' | '¹' | '²' | '³');
        Some(is_one && digits.next().is_none())
    };
    DEVICES.contains(&base.as_str()) || numbered().unwrap_or_default()
}

/// What file systems that disregard case and composition go by.
fn folded(code: &str) -> String {
    code.nfc()
        .collect::<String>()
        .to_lowercase()
        .nfc()
        .collect()
}

fn hex(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// Enough of a hash to tell millions of paths apart, however a file system composes them.
pub(super) fn path_word(path: &std::path::Path) -> u64 {
    first_word(&path.to_string_lossy().nfc().collect::<String>())
}

/// Enough of a hash to tell millions of texts apart.
pub(super) fn first_word(text: &str) -> u64 {
    let digest = blake3::hash(text.as_bytes());
    let first = digest.as_bytes().iter().take(8);
    first.fold(0, |word, byte| (word << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::*;

    fn of(code: &str) -> String {
        path(code, false).to_string_lossy().into_owned()
    }

    #[test]
    fn an_ordinary_code_is_its_path() {
        for code in ["a", "guide/start", "v1.2/notes", "日本/naïve", "a b/c-d_e"] {
            assert_eq!(of(code), format!("{code}.md"));
        }
    }

    #[test]
    fn what_a_file_system_would_not_take_is_written_in_digits() {
        for (code, file) in [
            ("..", "%2E%2E.md"),
            ("../../etc/passwd", "%2E%2E/%2E%2E/etc/passwd.md"),
            ("/etc", "%/etc.md"),
            ("a//b/", "a/%/b/%.md"),
            (".hidden", "%2Ehidden.md"),
            ("a.", "a%2E.md"),
            ("a.md/b", "a%2Emd/b.md"),
            ("a.md", "a.md.md"),
            ("c:\\con", "c%3A%5Ccon.md"),
            ("con", "%63on.md"),
            ("Com1.x/a", "%43om1.x/a.md"),
            ("what?", "what%3F.md"),
            ("100%", "100%25.md"),
            ("a\nb", "a%0Ab.md"),
        ] {
            assert_eq!(of(code), file, "{code:?}");
        }
    }

    #[test]
    fn twins_get_names_of_their_own() {
        let mut twins = Twins::default();
        for code in ["guide", "Guide", "GUIDE", "other", "n\u{e9}", "ne\u{301}"] {
            twins.add(code);
        }
        assert_eq!(twins.path("guide"), Path::new("guide.md"));
        assert_eq!(twins.path("other"), Path::new("other.md"));
        assert_eq!(twins.path("n\u{e9}"), Path::new("n\u{e9}.md"));
        let names = ["Guide", "GUIDE", "ne\u{301}"].map(|code| twins.path(code));
        for name in names {
            assert!(name.to_string_lossy().contains('~'), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn every_code_has_a_safe_path_of_its_own(
            codes in proptest::collection::vec(prop_oneof!["[a-cA-C./ ~%]{1,6}", "\\PC{1,40}", "[./]{1,3}(md|MD|con)?[/.x]?", "(\\PC|\n|\r){1,512}", "(a.md|a|A)(/b|/B|.md)?"], 1..20)
        ) {
            let mut twins = Twins::default();
            let codes: HashSet<String> = codes.into_iter().filter(|code| !code.contains('\0')).collect();
            for code in &codes {
                twins.add(code);
            }
            let mut files: HashMap<String, &str> = HashMap::new();
            let mut folders: HashSet<String> = HashSet::new();
            for code in &codes {
                let path = twins.path(code);
                prop_assert!(is_of(&path, code));
                prop_assert!(path.components().all(|part| matches!(part, Component::Normal(_))), "{path:?}");
                for part in &path {
                    let part = part.to_str().unwrap();
                    prop_assert!(part.len() <= 255 && !part.starts_with('.') && !part.ends_with(['.', ' ']), "{part:?}");
                }
                let text = path.to_string_lossy().into_owned();
                prop_assert!(!text.contains('\\') && !text.chars().any(char::is_control), "{text:?}");
                let mut above = path.parent();
                while let Some(folder) = above {
                    folders.insert(folded(&folder.to_string_lossy()));
                    above = folder.parent();
                }
                let before = files.insert(folded(&text), code);
                prop_assert!(before.is_none(), "{code:?} and {before:?} are both {text:?}");
            }
            for file in files.keys() {
                prop_assert!(!folders.contains(file), "{file} is a file and a folder");
            }
        }
    }
}
