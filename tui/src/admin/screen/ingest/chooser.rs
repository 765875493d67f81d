//! A folder is chosen: by going into folders, or by typing a path. What is typed stands behind the
//! folder that one is in, as in a path.

use std::ffi::OsString;
use std::path::{MAIN_SEPARATOR, PathBuf, is_separator};
use std::time::Instant;

use crossterm::event::{KeyCode, KeyEvent};

use super::effects::Effect;
use super::spot::Spot;
use crate::admin::input::{Input, Typed};
use crate::admin::paths;
use crate::admin::request::{Answer, Failure, Generation, Latest};

/// The folders in a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Folders {
    /// As it was asked for.
    pub(super) asked: PathBuf,
    /// The same from the root on.
    pub(super) folder: PathBuf,
    /// The names of those in it, in order.
    pub(super) names: Vec<OsString>,
    /// There are more than these.
    pub(super) is_cut: bool,
    /// The user's own folder.
    pub(super) home: Option<PathBuf>,
}

/// A row below the line that is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offer {
    /// The folder that one is in.
    This,
    /// One in it: its place among the names.
    Within(usize),
}

/// What the folder is chosen for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Purpose {
    /// It is one more in the form.
    #[default]
    OneMore,
    /// It takes the place of this one.
    Instead(usize),
    /// It is the only one, and is looked at without more ado.
    Alone,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Chooser {
    pub(super) purpose: Purpose,
    /// The folder that one is in; the current one where it is empty.
    base: PathBuf,
    pub(super) input: Input,
    found: Folders,
    /// The folder that was asked for last.
    asked: PathBuf,
    /// Why a folder can't be read.
    problem: Option<String>,
    pub(super) asking: Latest,
    offers: Vec<Offer>,
    pub(super) spot: Spot,
}

impl Chooser {
    /// Begins in a folder; an empty one is the current folder.
    pub(super) fn begin(base: PathBuf, purpose: Purpose, now: Instant) -> (Self, Effect) {
        let mut chooser = Self {
            purpose,
            base,
            ..Self::default()
        };
        let effect = chooser.ask(now);
        (chooser, effect)
    }

    fn ask(&mut self, now: Instant) -> Effect {
        self.asked = self.wanted().0;
        Effect::Browse {
            generation: self.asking.begin(now),
            folder: self.asked.clone(),
        }
    }

    /// Asks for the folders that are wanted, unless they are there: then no others are.
    fn ask_for_wanted(&mut self, now: Instant) -> Option<Effect> {
        if self.wanted().0 == self.found.asked {
            self.asking.forget();
            return None;
        }
        Some(self.ask(now))
    }

    /// The folder whose folders are offered, and the letters that they are to have.
    fn wanted(&self) -> (PathBuf, &str) {
        let text = self.input.text();
        let (below, letters) = match text.rfind(is_separator) {
            Some(at) => text.split_at(at + 1),
            None => ("", text),
        };
        (self.path(below), letters)
    }

    /// What a typed path is, seen from where one is.
    fn path(&self, typed: &str) -> PathBuf {
        match paths::under(self.found.home.as_deref(), typed) {
            Some(path) => path,
            None if typed.is_empty() => self.base.clone(),
            None => self.base.join(typed),
        }
    }

    /// Takes the folders of a folder; others may be wanted now.
    pub(super) fn take(
        &mut self,
        generation: Generation,
        found: Result<Folders, Failure>,
        now: Instant,
    ) -> Option<Effect> {
        match self.asking.accept(generation, found) {
            Answer::New(found) => {
                self.found = found;
                if self.base.as_os_str().is_empty() && self.found.asked.as_os_str().is_empty() {
                    self.base.clone_from(&self.found.folder);
                    self.found.asked.clone_from(&self.base);
                }
                self.problem = None;
            }
            Answer::Failed(failure) => {
                self.found = Folders {
                    asked: self.asked.clone(),
                    home: self.found.home.take(),
                    ..Folders::default()
                };
                self.problem = Some(failure.said);
            }
            Answer::Late => return None,
        }
        self.offer();
        self.ask_for_wanted(now)
    }

    /// Finds out what is offered: what begins with the letters first, then what has them.
    fn offer(&mut self) {
        let (folder, letters) = self.wanted();
        let known = folder == self.found.asked && self.problem.is_none();
        let lower = letters.to_lowercase();
        let (mut first, mut then) = (Vec::new(), Vec::new());
        for (place, name) in self.found.names.iter().enumerate().filter(|_| known) {
            let name = name.to_string_lossy().to_lowercase();
            // Hidden folders are offered to who asks for them.
            if name.starts_with('.') && !letters.starts_with('.') {
                continue;
            }
            if name.starts_with(&lower) {
                first.push(Offer::Within(place));
            } else if name.contains(&lower) {
                then.push(Offer::Within(place));
            }
        }
        let this = (known && letters.is_empty()).then_some(Offer::This);
        self.offers = this.into_iter().chain(first).chain(then).collect();
        self.spot = Spot::default();
    }

    /// Takes account of another text: other folders may be wanted.
    fn changed(&mut self, now: Instant) -> Option<Effect> {
        self.offer();
        self.ask_for_wanted(now)
    }

    pub(super) fn key(&mut self, key: KeyEvent, now: Instant) -> Option<Effect> {
        if key.code == KeyCode::Backspace && self.input.text().is_empty() {
            self.base.pop();
            return self.changed(now);
        }
        match self.input.key(key) {
            Typed::Text => self.changed(now),
            Typed::Place | Typed::Nothing => None,
        }
    }

    pub(super) fn paste(&mut self, text: &str, now: Instant) -> Option<Effect> {
        match self.input.paste(text.trim()) {
            Typed::Text => self.changed(now),
            Typed::Place | Typed::Nothing => None,
        }
    }

    /// Goes into the selected folder.
    pub(super) fn go_into(&mut self, now: Instant) -> Option<Effect> {
        let Offer::Within(_) = self.offers.get(self.spot.selected())? else {
            return None;
        };
        self.base = self.chosen();
        self.input = Input::default();
        self.changed(now)
    }

    /// The selected folder, or else what is typed.
    pub(super) fn chosen(&self) -> PathBuf {
        let (folder, _) = self.wanted();
        match self.offers.get(self.spot.selected()) {
            Some(Offer::This) => folder,
            Some(Offer::Within(place)) => folder.join(&self.found.names[*place]),
            None => self.path(self.input.text()),
        }
    }

    pub(super) fn step(&mut self, by: isize, height: usize) {
        self.spot.step(by, self.offers.len(), height);
    }

    pub(super) fn offers(&self) -> &[Offer] {
        &self.offers
    }

    /// What an offer is called.
    pub(super) fn name(&self, offer: Offer) -> String {
        match offer {
            Offer::This => format!("this folder: {}", self.wanted().0.display()),
            Offer::Within(place) => {
                let name = self.found.names[place].to_string_lossy();
                format!("{name}{MAIN_SEPARATOR}")
            }
        }
    }

    /// The folder that one is in.
    pub(super) fn base(&self) -> String {
        self.base.display().to_string()
    }

    /// Why nothing is offered.
    pub(super) fn nothing(&self) -> &str {
        match &self.problem {
            Some(problem) => problem,
            None if self.asking.is_waiting() => "",
            None => "no folder is like that; enter takes what is typed",
        }
    }

    /// There are more folders than are offered.
    pub(super) const fn is_cut(&self) -> bool {
        self.found.is_cut
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyModifiers;

    use super::*;

    fn found(asked: &str, names: &[&str]) -> Folders {
        Folders {
            asked: asked.into(),
            folder: if asked.is_empty() { "/work" } else { asked }.into(),
            names: names.iter().map(OsString::from).collect(),
            is_cut: false,
            home: Some("/home/me".into()),
        }
    }

    /// A chooser in /work, and what it asks for as keys are typed.
    struct Typing(Chooser, Instant);

    impl Typing {
        fn begin() -> Self {
            let now = Instant::now();
            let (chooser, effect) = Chooser::begin(PathBuf::new(), Purpose::OneMore, now);
            let mut typing = Self(chooser, now);
            typing.answer(&effect, &["docs", "Main", "src", ".git", "old docs"]);
            typing
        }

        fn answer(&mut self, effect: &Effect, names: &[&str]) {
            let Effect::Browse { generation, folder } = effect else {
                panic!("{effect:?}");
            };
            let found = found(folder.to_str().unwrap(), names);
            self.0.take(*generation, Ok(found), self.1);
        }

        fn keys(&mut self, keys: &str) -> Option<Effect> {
            let mut effect = None;
            for char in keys.chars() {
                let code = if char == '<' {
                    KeyCode::Backspace
                } else {
                    KeyCode::Char(char)
                };
                let key = KeyEvent::new(code, KeyModifiers::NONE);
                effect = self.0.key(key, self.1).or(effect);
            }
            effect
        }

        fn offers(&self) -> Vec<String> {
            let offers = self.0.offers().iter();
            offers.map(|offer| self.0.name(*offer)).collect()
        }

        fn chosen(&self) -> String {
            self.0.chosen().display().to_string()
        }
    }

    #[test]
    fn it_begins_in_the_current_folder_and_goes_into_others_and_out() {
        let mut typing = Typing::begin();
        assert_eq!(
            typing.offers(),
            ["this folder: /work", "docs/", "Main/", "src/", "old docs/"]
        );
        assert_eq!(typing.chosen(), "/work");
        assert!(typing.keys("d").is_none());
        assert_eq!(typing.offers(), ["docs/", "old docs/"]);
        assert_eq!(typing.chosen(), "/work/docs");
        let into = typing.0.go_into(typing.1).unwrap();
        typing.answer(&into, &["guide"]);
        assert_eq!(typing.offers(), ["this folder: /work/docs", "guide/"]);
        let out = typing.keys("<").unwrap();
        typing.answer(&out, &["docs"]);
        assert_eq!(typing.chosen(), "/work");
        typing.keys(".g");
        assert_eq!(typing.offers(), Vec::<String>::new());
    }

    #[test]
    fn a_path_is_typed_whatever_is_offered() {
        let mut typing = Typing::begin();
        let other = typing.keys("/srv/no").unwrap();
        assert_eq!(typing.chosen(), "/srv/no");
        typing.answer(&other, &["notes", "texts"]);
        assert_eq!(typing.chosen(), "/srv/notes");
        typing.keys("x");
        assert_eq!(typing.chosen(), "/srv/nox");
        let home = typing.keys("<<<<<<<<~/").unwrap();
        typing.answer(&home, &["notes"]);
        assert_eq!(typing.offers(), ["this folder: /home/me/", "notes/"]);
    }

    #[test]
    fn an_answer_for_a_chooser_that_was_left_is_none_for_the_next() {
        let now = Instant::now();
        let (_, for_the_first) = Chooser::begin("/a".into(), Purpose::OneMore, now);
        let (second, _) = Chooser::begin("/b".into(), Purpose::OneMore, now);
        let mut typing = Typing(second, now);
        typing.answer(&for_the_first, &["of a"]);
        assert_eq!(typing.offers(), Vec::<String>::new());
    }

    #[test]
    fn going_on_and_back_again_shows_the_folders_of_where_one_is() {
        let mut typing = Typing::begin();
        let into = typing.keys("docs/").unwrap();
        typing.keys("<<<<<");
        typing.answer(&into, &["of docs"]);
        assert_eq!(
            typing.offers(),
            ["this folder: /work", "docs/", "Main/", "src/", "old docs/"]
        );
    }

    #[test]
    fn the_users_own_folder_is_asked_for_once_it_is_known() {
        let now = Instant::now();
        let (chooser, _) = Chooser::begin("/work".into(), Purpose::OneMore, now);
        let mut typing = Typing(chooser, now);
        let Some(Effect::Browse { generation, .. }) = typing.keys("~/") else {
            panic!("nothing is asked for");
        };
        let answer = Ok(found("/work/~/", &[]));
        let Some(Effect::Browse { folder, .. }) = typing.0.take(generation, answer, now) else {
            panic!("nothing is asked for");
        };
        assert_eq!(folder, PathBuf::from("/home/me/"));
    }

    #[test]
    fn a_late_answer_and_a_failure_leave_what_is_typed() {
        let mut typing = Typing::begin();
        let first = typing.keys("/a/").unwrap();
        let second = typing.keys("b/").unwrap();
        typing.answer(&first, &["late"]);
        assert_eq!(typing.offers(), Vec::<String>::new());
        let Effect::Browse { generation, .. } = second else {
            panic!("{second:?}");
        };
        let failed = Err(Failure::new("cannot read /a/b"));
        typing.0.take(generation, failed, typing.1);
        assert_eq!(typing.0.nothing(), "cannot read /a/b");
        assert_eq!(typing.chosen(), "/a/b/");
    }
}
