//! Paths as they are typed: `~` is the user's own folder, and what a name ends in says what is
//! written there.

use std::path::{Path, PathBuf, is_separator};

/// What is written to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Folder,
    /// One file, for people to read: `.md`.
    Markdown,
    /// One file of JSON: `.json`.
    Json,
    /// One file of lines of JSON, as `folio import` takes them: `.jsonl`.
    Lines,
}

impl Place {
    /// What the path asks for.
    pub(crate) fn of(path: &Path) -> Self {
        let is_folder = path.to_string_lossy().ends_with(is_separator);
        let extension = path.extension().unwrap_or_default();
        let is = |name: &str| extension.eq_ignore_ascii_case(name);
        match () {
            () if is_folder => Self::Folder,
            () if is("md") => Self::Markdown,
            () if is("json") => Self::Json,
            () if is("jsonl") => Self::Lines,
            () => Self::Folder,
        }
    }
}

/// The path that was typed.
pub(crate) fn typed(text: &str) -> PathBuf {
    let home = etcetera::home_dir().ok();
    under(home.as_deref(), text).unwrap_or_else(|| text.into())
}

/// The path that is typed with a `~`; None where it is another one.
pub(crate) fn under(home: Option<&Path>, text: &str) -> Option<PathBuf> {
    let rest = text.strip_prefix('~')?;
    let is_of_home = rest.is_empty() || rest.starts_with(is_separator);
    let home = home.filter(|_| is_of_home)?;
    Some(home.join(rest.trim_start_matches(is_separator)))
}

/// Several things need a folder, or a file of lines; what is wrong with another path.
pub(crate) fn for_several(text: &str) -> Result<(), String> {
    match Place::of(Path::new(text)) {
        Place::Folder => Ok(()),
        Place::Lines => is_free(text),
        Place::Markdown | Place::Json => Err(format!(
            "{text} is the name of one file: several need a folder, or a file that ends in .jsonl"
        )),
    }
}

/// The same where a single one is no JSON.
pub(crate) fn for_document(text: &str) -> Result<(), String> {
    match Place::of(Path::new(text)) {
        Place::Json => Err(format!(
            "{text}: a document's file ends in .md, or in .jsonl with all that is known of it"
        )),
        Place::Folder => Ok(()),
        Place::Markdown | Place::Lines => is_free(text),
    }
}

/// One file that is there already is left as it is: another name is needed.
pub(crate) fn is_free(text: &str) -> Result<(), String> {
    let path = typed(text);
    if Place::of(&path) != Place::Folder && path.exists() {
        return Err(format!("{text}: File exists, and is left as it is"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_own_folder_is_a_tilde_and_nothing_else_is() {
        let home = Some(Path::new("/home/me"));
        assert_eq!(under(home, "~/ex").unwrap(), Path::new("/home/me/ex"));
        assert_eq!(under(home, "~").unwrap(), Path::new("/home/me"));
        assert_eq!(under(None, "~/ex"), None);
        for plain in ["~ada/ex", "a/~", "/tmp/x"] {
            assert_eq!(under(home, plain), None, "{plain}");
        }
    }

    #[test]
    fn the_end_of_a_name_says_what_is_written() {
        for (path, place) in [
            ("out", Place::Folder),
            ("a.md/", Place::Folder),
            ("v1.2", Place::Folder),
            ("a.MD", Place::Markdown),
            ("a/b.json", Place::Json),
            ("b.jsonl", Place::Lines),
        ] {
            assert_eq!(Place::of(Path::new(path)), place, "{path}");
        }
        assert!(for_several("t2.md").unwrap_err().contains("a folder"));
        assert_eq!(for_several("t2.jsonl"), Ok(()));
    }
}
