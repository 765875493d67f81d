//! The parts of what is written, each a text of its own: the one of a document, or the question
//! and the answer of a turn.

use crate::admin::diff::Diff;
use crate::admin::editor::{Editor, MAX_LINE};

/// What the parts are called where there are two.
pub(super) const SIDES: [&str; 2] = ["Q  the question", "A  the answer"];

/// The parts, of which there is at least one.
#[derive(Debug)]
pub(super) struct Parts {
    /// What they began with.
    base: Vec<String>,
    first: Editor,
    others: Vec<Editor>,
    /// Which one has the keys.
    active: usize,
}

impl Parts {
    pub(super) fn of(base: Vec<String>) -> Self {
        let texts = base.clone();
        Self::resumed(base, &texts)
    }

    /// Parts that began with some texts, and are others now.
    pub(super) fn resumed(base: Vec<String>, texts: &[String]) -> Self {
        let mut editors = texts.iter().map(|text| Editor::new(text));
        Self {
            base,
            first: editors.next().unwrap_or_else(|| Editor::new("")),
            others: editors.collect(),
            active: 0,
        }
    }

    /// Whether a text has a line that is too long for the editor.
    pub(super) fn is_too_long(text: &str) -> bool {
        text.split('\n').any(|line| line.len() > MAX_LINE)
    }

    pub(super) fn editors(&self) -> impl Iterator<Item = &Editor> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// The one that has the keys.
    pub(super) fn editor(&mut self) -> &mut Editor {
        let other = self.active.checked_sub(1);
        match other.and_then(|index| self.others.get_mut(index)) {
            Some(other) => other,
            None => &mut self.first,
        }
    }

    pub(super) const fn active(&self) -> usize {
        self.active
    }

    pub(super) const fn count(&self) -> usize {
        1 + self.others.len()
    }

    /// Gives the keys to this part; behind the last is the first.
    pub(super) const fn turn_to(&mut self, part: usize) {
        self.active = part % self.count();
    }

    /// The text of the part that has the keys.
    pub(super) fn text(&self) -> String {
        let editor = self.editors().nth(self.active);
        editor.map_or_else(String::new, Editor::text)
    }

    /// Another text for the part that has the keys: it came from elsewhere.
    pub(super) fn take(&mut self, text: &str) {
        *self.editor() = Editor::new(text);
    }

    pub(super) fn texts(&self) -> Vec<String> {
        self.editors().map(Editor::text).collect()
    }

    pub(super) fn base(&self) -> &[String] {
        &self.base
    }

    pub(super) fn is_changed(&self) -> bool {
        self.texts() != self.base
    }

    /// What differs between what they began with and other texts.
    pub(super) fn diff_to(&self, texts: &[String]) -> Diff {
        let pairs = self.base.iter().zip(texts);
        Diff::of(
            self.titles()
                .zip(pairs)
                .map(|(title, (before, after))| (title, before.as_str(), after.as_str())),
        )
    }

    /// What they began with, to be shown beside what differs from it.
    pub(super) fn plain_base(&self) -> Diff {
        let parts = self.titles().zip(&self.base);
        Diff::plain(parts.map(|(title, text)| (title, text.as_str())))
    }

    /// What each is called; a single one needs no name.
    pub(super) fn titles(&self) -> impl Iterator<Item = Option<&'static str>> + use<> {
        let has_titles = self.count() > 1;
        SIDES
            .into_iter()
            .map(move |title| has_titles.then_some(title))
    }
}
