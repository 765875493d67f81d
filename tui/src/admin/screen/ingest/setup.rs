//! What is to be taken in, and how: folders, and settings that are typed or chosen from a few.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};
use service::ingest::{
    Depth, EmptyRoot, Hidden, IgnoreFiles, IngestOptions, NameRule, Trust, Undecodable, Vanished,
};

use super::chooser::Purpose;
use super::spot::Spot;
use Setting::{
    BadBytes, Below, Encoding, Exclude, Files, HiddenFiles, Ignored, Include, Names, Prefix,
    Reading, Vanishing,
};

/// One of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Setting {
    Files,
    Include,
    Exclude,
    Below,
    HiddenFiles,
    Ignored,
    Prefix,
    Names,
    Encoding,
    BadBytes,
    Reading,
    Vanishing,
}

/// How a setting is set.
pub(super) enum Ways {
    /// It is typed; this is shown where nothing is.
    Typed(&'static str),
    /// It is one of these, the first at first.
    OneOf(&'static [&'static str]),
}

impl Setting {
    pub(super) const ALL: [Self; 12] = [
        Files,
        Include,
        Exclude,
        Below,
        HiddenFiles,
        Ignored,
        Prefix,
        Names,
        Encoding,
        BadBytes,
        Reading,
        Vanishing,
    ];

    pub(super) const fn title(self) -> &'static str {
        match self {
            Files => "files",
            Include => "only",
            Exclude => "without",
            Below => "folders below",
            HiddenFiles => "hidden files",
            Ignored => "ignore files",
            Prefix => "prefix",
            Names => "names",
            Encoding => "encoding",
            BadBytes => "bad bytes",
            Reading => "same looks",
            Vanishing => "vanished",
        }
    }

    /// What it is about.
    pub(super) const fn about(self) -> &'static str {
        match self {
            Files => "with these extensions: md txt rst",
            Include => "globs as in .gitignore: what is wanted",
            Exclude => "globs as in .gitignore: what is not",
            Below => "or only the folder's own files",
            HiddenFiles => "whose names begin with a dot",
            Ignored => ".gitignore and .folioignore",
            Prefix => "before the codes, with an underscore",
            Names => "what people know documents by",
            Encoding => "such as windows-1251, shift_jis, utf-8",
            BadBytes => "that are no text in their encoding",
            Reading => "files of the same size and times",
            Vanishing => "documents whose files are gone",
        }
    }

    pub(super) const fn ways(self) -> Ways {
        match self {
            Files => Ways::Typed("md"),
            Include => Ways::Typed("all of them"),
            Exclude => Ways::Typed("nothing"),
            Prefix => Ways::Typed("none"),
            Encoding => Ways::Typed("is found out"),
            Below => Ways::OneOf(&["taken too", "left out"]),
            HiddenFiles => Ways::OneOf(&["left out", "taken too"]),
            Ignored => Ways::OneOf(&["honoured", "disregarded"]),
            Names => Ways::OneOf(&["title or heading", "the file's name"]),
            BadBytes => Ways::OneOf(&["refused", "replaced"]),
            Reading => Ways::OneOf(&["not read again", "read again"]),
            Vanishing => Ways::OneOf(&["stay", "deleted", "deleted, even all"]),
        }
    }

    /// What it is remembered by. What deletes is asked for anew each time.
    fn name(self) -> Option<&'static str> {
        (self != Vanishing).then_some(self.title())
    }
}

/// A row of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Folder(usize),
    /// For one more folder.
    Another,
    Setting(Setting),
}

/// The form.
#[derive(Clone, Debug, Default)]
pub(super) struct Setup {
    pub(super) folders: Vec<PathBuf>,
    typed: BTreeMap<Setting, String>,
    chosen: BTreeMap<Setting, usize>,
    pub(super) spot: Spot,
}

impl Setup {
    pub(super) fn len(&self) -> usize {
        self.folders.len() + 1 + Setting::ALL.len()
    }

    pub(super) fn place(&self, row: usize) -> Place {
        let folders = self.folders.len();
        match row.checked_sub(folders + 1) {
            Some(setting) => Setting::ALL
                .get(setting)
                .map_or(Place::Another, |setting| Place::Setting(*setting)),
            None if row < folders => Place::Folder(row),
            None => Place::Another,
        }
    }

    pub(super) fn selected(&self) -> Place {
        self.place(self.spot.selected())
    }

    /// Puts a folder into the list.
    pub(super) fn put(&mut self, folder: PathBuf, purpose: Purpose) {
        match purpose {
            Purpose::Alone => self.folders = vec![folder],
            _ if self.folders.contains(&folder) => {}
            Purpose::Instead(place) if place < self.folders.len() => self.folders[place] = folder,
            Purpose::Instead(_) | Purpose::OneMore => self.folders.push(folder),
        }
    }

    pub(super) fn set(&mut self, setting: Setting, typed: &str) {
        self.typed.insert(setting, typed.trim().to_owned());
    }

    /// The next of what a setting is chosen from.
    pub(super) fn turn(&mut self, setting: Setting) {
        if let Ways::OneOf(ways) = setting.ways() {
            let next = (self.choice(setting) + 1) % ways.len();
            self.chosen.insert(setting, next);
        }
    }

    /// Takes a folder out; sets a setting as it was at first.
    pub(super) fn drop(&mut self, place: Place) {
        match place {
            Place::Folder(folder) if folder < self.folders.len() => {
                self.folders.remove(folder);
            }
            Place::Setting(setting) => {
                self.typed.remove(&setting);
                self.chosen.remove(&setting);
            }
            Place::Folder(_) | Place::Another => {}
        }
    }

    pub(super) fn typed(&self, setting: Setting) -> &str {
        self.typed.get(&setting).map_or("", String::as_str)
    }

    fn choice(&self, setting: Setting) -> usize {
        self.chosen.get(&setting).copied().unwrap_or(0)
    }

    fn is_first(&self, setting: Setting) -> bool {
        self.choice(setting) == 0
    }

    /// What a setting is, in words, and whether that is what it was at first.
    pub(super) fn shown(&self, setting: Setting) -> (&str, bool) {
        match setting.ways() {
            Ways::Typed(first) => match self.typed(setting) {
                "" => (first, true),
                typed => (typed, false),
            },
            Ways::OneOf(ways) => {
                let choice = self.choice(setting);
                (ways.get(choice).copied().unwrap_or(""), choice == 0)
            }
        }
    }

    /// The same for the service. The error says what is wrong with what was typed.
    pub(super) fn options(&self) -> Result<IngestOptions, String> {
        let words = |setting| self.typed(setting).split_whitespace();
        let mut options = IngestOptions::default()
            .include(words(Include))
            .exclude(words(Exclude))
            .prefix(self.typed(Prefix));
        let extensions = self.typed(Files).split([' ', ',']);
        let mut extensions = extensions.filter(|word| !word.is_empty()).peekable();
        if extensions.peek().is_some() {
            options = options.extensions(extensions);
        }
        if !self.typed(Encoding).is_empty() {
            let known = options.encoding(self.typed(Encoding));
            options = known.map_err(|unknown| unknown.to_string())?;
        }
        if !self.is_first(Below) {
            options = options.depth(Depth::TopLevel);
        }
        if !self.is_first(HiddenFiles) {
            options = options.hidden(Hidden::Take);
        }
        if !self.is_first(Ignored) {
            options = options.ignore_files(IgnoreFiles::Disregard);
        }
        if !self.is_first(Names) {
            options = options.names(NameRule::FileName);
        }
        if !self.is_first(BadBytes) {
            options = options.undecodable(Undecodable::Replace);
        }
        if !self.is_first(Reading) {
            options = options.trust(Trust::Contents);
        }
        Ok(match self.choice(Vanishing) {
            0 => options,
            1 => options.vanished(Vanished::Delete),
            _ => options
                .vanished(Vanished::Delete)
                .empty_root(EmptyRoot::Accept),
        })
    }

    /// What is found again when the program is started next.
    pub(super) fn remember(&self) -> Option<Value> {
        let folders: Vec<&str> = self
            .folders
            .iter()
            .filter_map(|path| path.to_str())
            .collect();
        let named = |setting: &Setting| setting.name();
        let typed = self
            .typed
            .iter()
            .filter_map(|(setting, typed)| Some((named(setting)?, typed)));
        let chosen = self
            .chosen
            .iter()
            .filter_map(|(setting, choice)| Some((named(setting)?, choice)));
        let is_new = folders.is_empty() && self.typed.is_empty() && self.chosen.is_empty();
        (!is_new).then(|| {
            json!({
                "folders": folders,
                "typed": typed.collect::<BTreeMap<_, _>>(),
                "chosen": chosen.collect::<BTreeMap<_, _>>(),
            })
        })
    }

    pub(super) fn recall(&mut self, remembered: &Value) {
        let folders = remembered["folders"].as_array().into_iter().flatten();
        self.folders = folders
            .filter_map(Value::as_str)
            .map(PathBuf::from)
            .collect();
        for setting in Setting::ALL {
            let Some(name) = setting.name() else { continue };
            if let Some(typed) = remembered["typed"][name].as_str() {
                self.set(setting, typed);
            }
            let choice = remembered["chosen"][name].as_u64();
            let choice = choice.and_then(|choice| usize::try_from(choice).ok());
            if let (Ways::OneOf(ways), Some(choice)) = (setting.ways(), choice)
                && choice < ways.len()
            {
                self.chosen.insert(setting, choice);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_remembered_but_not_that_documents_are_deleted() {
        let mut setup = Setup::default();
        assert_eq!(setup.remember(), None);
        setup.put("/none".into(), Purpose::OneMore);
        setup.put("/notes".into(), Purpose::Alone);
        setup.put("/notes".into(), Purpose::OneMore);
        setup.put("/other".into(), Purpose::OneMore);
        setup.put("/texts".into(), Purpose::Instead(1));
        setup.set(Files, " md txt ");
        setup.turn(HiddenFiles);
        setup.turn(Vanishing);
        let mut again = Setup::default();
        again.recall(&setup.remember().unwrap());
        assert_eq!(again.folders, [PathBuf::from("/notes"), "/texts".into()]);
        assert_eq!(again.shown(Files), ("md txt", false));
        assert_eq!(again.shown(HiddenFiles), ("taken too", false));
        assert_eq!(again.shown(Vanishing), ("stay", true));
        again.recall(&json!({"folders": 3, "chosen": {"names": 99}, "typed": []}));
        assert_eq!(again.shown(Names), ("title or heading", true));
    }

    #[test]
    fn a_row_is_a_folder_or_a_setting() {
        let mut setup = Setup::default();
        assert_eq!(setup.place(0), Place::Another);
        setup.put("/notes".into(), Purpose::OneMore);
        assert_eq!(setup.place(0), Place::Folder(0));
        assert_eq!(setup.place(1), Place::Another);
        assert_eq!(setup.place(2), Place::Setting(Files));
        assert_eq!(setup.place(setup.len() - 1), Place::Setting(Vanishing));
        setup.drop(Place::Folder(0));
        setup.drop(Place::Folder(0));
        assert!(setup.folders.is_empty());
    }

    #[test]
    fn an_encoding_that_nobody_knows_is_told() {
        let mut setup = Setup::default();
        setup.set(Encoding, "klingon");
        assert!(setup.options().unwrap_err().contains("klingon"));
        setup.drop(Place::Setting(Encoding));
        assert!(setup.options().is_ok());
    }
}
