//! What the screen shows: the text that is typed, what would be saved, or what someone else saved
//! meanwhile.

use super::effects::Theirs;
use super::parts::Parts;
use crate::admin::command::Move;
use crate::admin::diff::Diff;
use crate::admin::message::Room;

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
    pub(super) theirs: Theirs,
    pub(super) mine: Diff,
    pub(super) change: Diff,
    /// What both began with.
    pub(super) base: Diff,
    /// The first row on the screen.
    pub(super) top: usize,
    /// The text that is shown first, where there is no room for all.
    pub(super) first: usize,
}

/// How many texts are in conflict: mine, theirs, and what both began with.
pub(super) const TEXTS: usize = 3;

impl Conflict {
    pub(super) fn new(parts: &Parts, theirs: Theirs) -> Self {
        let mine = parts.diff_to(&parts.texts());
        let nothing = vec![String::new(); parts.count()];
        let texts = theirs.texts.as_ref().unwrap_or(&nothing);
        Self {
            change: parts.diff_to(texts),
            base: parts.plain_base(),
            theirs,
            mine,
            top: 0,
            first: 0,
        }
    }

    /// The texts, the one that is shown first before the others.
    pub(super) fn texts(&self) -> impl Iterator<Item = (usize, &Diff)> {
        let texts = [&self.mine, &self.change, &self.base];
        let all = texts.into_iter().enumerate().cycle();
        all.skip(self.first).take(TEXTS)
    }

    /// Shows another text first, so many further on.
    pub(super) fn turn(&mut self, by: usize) {
        self.first = (self.first + by) % TEXTS;
        self.top = 0;
    }

    /// Rows of the longest of them.
    fn height(&self, columns: usize) -> usize {
        let heights = self.texts().map(|(_, text)| text.height(columns));
        heights.max().unwrap_or(0)
    }
}

impl Stage {
    /// Shows another one of the texts in conflict first.
    pub(super) fn turn(&mut self, by: usize) {
        if let Self::Conflict(conflict) = self {
            conflict.turn(by);
        }
    }

    /// Moves through what is compared.
    pub(super) fn go(&mut self, to: Move, room: Room) {
        self.scroll(to.rows(room.text), room);
    }

    pub(super) fn scroll(&mut self, by: isize, room: Room) {
        let (rows, top) = match self {
            Self::Typing => return,
            Self::Review(diff, top) => (diff.height(room.columns), top),
            Self::Conflict(conflict) => (conflict.height(room.columns), &mut conflict.top),
        };
        let last = rows.saturating_sub(room.text.max(1));
        *top = top.saturating_add_signed(by).min(last);
    }
}
