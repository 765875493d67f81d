//! Words that are looked for in the turns that are held: the next row with them is gone to, and its
//! card unfolded.

use service::MessageId;

use super::{Deck, Fold, cards, rows};
use crate::admin::find::Needles;
use crate::admin::list::Ask;
use crate::admin::message::Env;

/// Where something is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seek {
    /// From the selected card on.
    Here,
    Next,
    Previous,
}

/// What came of looking for something.
#[derive(Debug)]
pub(in super::super) enum Sought {
    /// It is on the screen; a page may be wanted.
    Found(Option<Ask>),
    /// It may be beyond this turn, the last that is held in that direction.
    Beyond(MessageId),
}

impl Deck {
    /// Looks for other words.
    pub(in super::super) fn look_for(&mut self, needles: Needles) {
        self.needles = needles;
        self.at = None;
    }

    /// One is at no place of what is looked for.
    pub(in super::super) fn leave_place(&mut self) {
        self.at = None;
    }

    /// Goes to a row with what is looked for, among the turns that are held.
    pub(in super::super) fn seek(&mut self, seek: Seek, env: &Env) -> Option<Sought> {
        let selected = self.list.selected()?.id;
        let turns: Vec<&service::Message> = self.turns().collect();
        let index = turns.iter().position(|turn| turn.id == selected)?;
        let places = |turn: &service::Message| {
            let card = self.made(turn, Fold::Whole, env.room.columns, &env.theme);
            cards::rows_with(&self.needles, &card)
        };
        let at = self.at.filter(|(id, _)| *id == selected);
        let at = at.map(|(_, row)| row);
        let here = places(turns[index]).into_iter();
        let mut here = here.filter(|row| match seek {
            Seek::Here => at.is_none_or(|at| *row >= at),
            Seek::Next => at.is_none_or(|at| *row > at),
            Seek::Previous => at.is_none_or(|at| *row < at),
        });
        let found = match seek {
            Seek::Here | Seek::Next => here.next().map(|row| (index, row)).or_else(|| {
                let mut behind = turns.iter().enumerate().skip(index + 1);
                behind.find_map(|(index, turn)| Some((index, *places(turn).first()?)))
            }),
            Seek::Previous => here.next_back().map(|row| (index, row)).or_else(|| {
                let mut before = turns.iter().enumerate().take(index).rev();
                before.find_map(|(index, turn)| Some((index, *places(turn).last()?)))
            }),
        };
        let Some((found, row)) = found else {
            let last = match seek {
                Seek::Here | Seek::Next => turns.last(),
                Seek::Previous => turns.first(),
            };
            return last.map(|turn| Sought::Beyond(turn.id));
        };
        let ask = self.step(rows(found) - rows(index), env);
        self.go_to_row(row, env);
        Some(Sought::Found(ask))
    }

    /// Goes to where a snippet of the selected turn is.
    pub(in super::super) fn go_to_snippet(&mut self, snippet: &str, env: &Env) {
        let Some(turn) = self.list.selected() else {
            return;
        };
        let columns = env.room.columns;
        let row = cards::row_of(turn, &self.needles, snippet, columns, &env.theme);
        if let Some(row) = row {
            self.go_to_row(row, env);
        }
    }

    /// Shows a row of the selected card, which is unfolded where that needs it.
    fn go_to_row(&mut self, row: usize, env: &Env) {
        let Some(turn) = self.list.selected() else {
            return;
        };
        let (id, columns) = (turn.id, env.room.columns);
        self.at = Some((id, row));
        if self.fold(turn) == Fold::Folded {
            let folded = self.made(turn, Fold::Folded, columns, &env.theme);
            let whole = self.made(turn, Fold::Whole, columns, &env.theme);
            if folded.len() != whole.len() && !self.folds.others.remove(&id) {
                self.folds.others.insert(id);
            }
        }
        self.anchor = rows(env.room.text) / 3 - rows(row);
        self.see(env);
        self.settle(env);
    }
}
