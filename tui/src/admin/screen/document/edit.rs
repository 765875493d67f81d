//! A document that is being edited: typing, the look at what would be saved, and what is to be
//! done when someone else changed it meanwhile.

use std::time::{Duration, Instant};

use crate::admin::command::Move;
use crate::admin::diff::Diff;
use crate::admin::editor::Editor;
use crate::admin::request::Latest;

/// A draft is written so long after the first key that is not in one: well within a second.
const DRAFT: Duration = Duration::from_millis(700);

/// What the editor shows.
#[derive(Clone, Debug)]
pub(super) enum Stage {
    Typing,
    /// What would be saved, from a row on.
    Review(Diff, usize),
    /// The document as someone else left it, from a row on.
    Conflict(Theirs, usize),
}

/// What someone else saved meanwhile.
#[derive(Clone, Debug)]
pub(super) struct Theirs {
    /// None where it was deleted.
    pub(super) document: Option<service::Document>,
    pub(super) mine: Diff,
    pub(super) change: Diff,
}

#[derive(Clone, Debug)]
pub(super) struct Edit {
    pub(super) editor: Editor,
    /// The text that it began with, and its version.
    pub(super) base: String,
    pub(super) version: i64,
    pub(super) stage: Stage,
    pub(super) saving: Latest,
    /// When a draft is to be written.
    pub(super) due: Option<Instant>,
    /// There is something that is not saved.
    pub(super) is_changed: bool,
}

impl Edit {
    pub(super) fn new(base: String, version: i64) -> Self {
        Self {
            editor: Editor::new(&base),
            base,
            version,
            stage: Stage::Typing,
            saving: Latest::default(),
            due: None,
            is_changed: false,
        }
    }

    /// Goes on with a text that was typed before.
    pub(super) fn resumed(mut self, text: &str) -> Self {
        self.editor = Editor::new(text);
        self.is_changed = true;
        self
    }

    /// Another text is to be edited on: it came from elsewhere.
    pub(super) fn take(&mut self, text: &str, now: Instant) {
        self.editor = Editor::new(text);
        self.typed(now);
    }

    /// Something was typed.
    pub(super) fn typed(&mut self, now: Instant) {
        self.is_changed = true;
        self.due = self.due.or(Some(now + DRAFT));
    }

    /// Shows what would be saved; false where that is nothing.
    pub(super) fn review(&mut self) -> bool {
        let diff = Diff::between(&self.base, &self.editor.text());
        let differs = !diff.is_empty();
        if differs {
            self.stage = Stage::Review(diff, 0);
        }
        differs
    }

    /// Shows what someone else saved meanwhile.
    pub(super) fn conflict(&mut self, document: Option<service::Document>) {
        let theirs = document
            .as_ref()
            .map_or("", |document| document.content.as_str());
        let theirs = Theirs {
            mine: Diff::between(&self.base, &self.editor.text()),
            change: Diff::between(&self.base, theirs),
            document,
        };
        self.stage = Stage::Conflict(theirs, 0);
    }

    /// Moves through what is compared.
    pub(super) fn go(&mut self, to: Move, height: usize) {
        let (rows, top) = match &mut self.stage {
            Stage::Typing => return,
            Stage::Review(diff, top) => (diff.len(), top),
            Stage::Conflict(theirs, top) => {
                let base = self.base.lines().count();
                (theirs.mine.len().max(theirs.change.len()).max(base), top)
            }
        };
        let last = rows.saturating_sub(height.max(1));
        *top = top.saturating_add_signed(to.rows(height)).min(last);
    }
}
