//! What the screen shows: the text that is typed, what would be saved, or what someone else saved
//! meanwhile.

use super::effects::Theirs;
use super::parts::Parts;
use crate::admin::command::Move;
use crate::admin::diff::Diff;

#[derive(Debug, Default)]
pub(super) enum Stage {
    #[default]
    Typing,
    /// What would be saved, from a row on.
    Review(Diff, usize),
    Conflict(Box<Conflict>),
}

/// What someone else saved meanwhile, beside what is to be saved.
#[derive(Debug)]
pub(super) struct Conflict {
    /// None where it was deleted.
    pub(super) theirs: Option<Theirs>,
    pub(super) mine: Diff,
    pub(super) change: Diff,
    /// Rows of the longest of them.
    rows: usize,
    /// The first row on the screen.
    pub(super) top: usize,
}

impl Conflict {
    pub(super) fn new(parts: &Parts, theirs: Option<Theirs>) -> Self {
        let mine = parts.diff_to(&parts.texts());
        let nothing = vec![String::new(); parts.count()];
        let texts = theirs.as_ref().map_or(&nothing, |theirs| &theirs.texts);
        let change = parts.diff_to(texts);
        let base = parts.base_lines().count();
        Self {
            rows: mine.len().max(change.len()).max(base),
            theirs,
            mine,
            change,
            top: 0,
        }
    }
}

impl Stage {
    /// Moves through what is compared.
    pub(super) fn go(&mut self, to: Move, height: usize) {
        self.scroll(to.rows(height), height);
    }

    pub(super) fn scroll(&mut self, by: isize, height: usize) {
        let (rows, top) = match self {
            Self::Typing => return,
            Self::Review(diff, top) => (diff.len(), top),
            Self::Conflict(conflict) => (conflict.rows, &mut conflict.top),
        };
        let last = rows.saturating_sub(height.max(1));
        *top = top.saturating_add_signed(by).min(last);
    }
}
