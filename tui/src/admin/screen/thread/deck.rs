//! The turns of a thread as cards, one below the other: which one is selected, which are folded,
//! and where the screen stands among them. Cards are of any height, and only some pages of them
//! are held; so the place is that of the selected card on the screen.

mod seeking;

pub(super) use seeking::{Seek, Sought};

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use ratatui::text::Line;
use service::{MessageId, Page};

use super::cards::{self, Fold};
use crate::admin::command::Move;
use crate::admin::find::Needles;
use crate::admin::list::{Ask, List, Row};
use crate::admin::message::Env;
use crate::admin::request::{Answer, Failure, Generation, Latest};
use crate::admin::theme::Theme;
use crate::admin::window::Edge;

/// Rows of the list that count as a screen: a card has at least three.
const NEAR: usize = 20;

impl Row for service::Message {
    type Id = MessageId;

    fn id(&self) -> MessageId {
        self.id
    }
}

/// Which turns are shown as a whole.
#[derive(Debug, Default)]
struct Folds {
    all_whole: bool,
    /// Those that are the other way round.
    others: BTreeSet<MessageId>,
}

/// The cards.
#[derive(Debug, Default)]
pub(super) struct Deck {
    /// The turns, the latest first, as the store lists them.
    list: List<service::Message>,
    folds: Folds,
    /// The row of the screen on which the selected card begins; less than 0 where it began above.
    anchor: isize,
    /// The next page is a place of its own, and how the selected card is to be seen there.
    new: Option<Seen>,
    /// What is looked for.
    pub(super) needles: Needles,
    /// The row of a whole card that was gone to last.
    at: Option<(MessageId, usize)>,
    /// Cards that were made lately: one may have very many rows.
    made: RefCell<Vec<Made>>,
}

/// Which part of a card is seen that is higher than the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    Begin,
    End,
}

/// A card as it was made.
#[derive(Debug)]
struct Made {
    of: (MessageId, Fold, usize, Theme),
    rows: Rc<[Line<'static>]>,
}

/// Cards that are kept as they were made.
const MADE: usize = 24;

/// The first card that is seen: its number from the oldest that is held, and the row on which it
/// begins.
pub(super) struct First {
    pub(super) index: usize,
    pub(super) row: isize,
}

/// A place so far above the screen that the end of any card is seen.
const BEFORE_ALL: isize = isize::MIN / 2;

fn rows(count: usize) -> isize {
    isize::try_from(count).unwrap_or(isize::MAX)
}

impl Deck {
    /// Takes a page of the turns.
    pub(super) fn take(
        &mut self,
        generation: Generation,
        edge: Edge,
        page: Result<Page<service::Message>, Failure>,
        env: &Env,
    ) -> Answer<Option<Ask>> {
        let answer = self.list.take(generation, edge, page, NEAR, env.now);
        if matches!(answer, Answer::New(_)) {
            self.made.borrow_mut().clear();
            if let Some(seen) = self.new.take() {
                self.anchor = match seen {
                    Seen::Begin => rows(env.room.text),
                    Seen::End => BEFORE_ALL,
                };
                self.see(env);
            }
            self.settle(env);
        }
        answer
    }

    /// Reads the end of the thread.
    pub(super) fn show_latest(&mut self, env: &Env) -> Ask {
        self.new = Some(Seen::Begin);
        self.list.load(Edge::First, env.now)
    }

    /// Reads the turns around one, which is selected then.
    pub(super) fn show(&mut self, at: MessageId, env: &Env) -> Ask {
        self.new = Some(Seen::Begin);
        self.list.restore(None, vec![at], env.now)
    }

    pub(super) fn reload(&mut self, env: &Env) -> Ask {
        self.list.reload(env.now)
    }

    pub(super) fn request(&self) -> &Latest {
        self.list.request()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn selected(&self) -> Option<&service::Message> {
        self.list.selected()
    }

    /// Takes account of another size of the screen.
    pub(super) fn resized(&mut self, env: &Env) {
        self.see(env);
        self.settle(env);
    }

    /// Shows the selected card as a whole, or folds it.
    pub(super) fn turn_fold(&mut self, env: &Env) {
        if let Some(turn) = self.list.selected() {
            let id = turn.id;
            if !self.folds.others.remove(&id) {
                self.folds.others.insert(id);
            }
        }
        self.resized(env);
    }

    /// Shows every card as a whole, or folds all.
    pub(super) fn turn_folds(&mut self, env: &Env) {
        self.folds = Folds {
            all_whole: !self.folds.all_whole,
            others: BTreeSet::new(),
        };
        self.resized(env);
    }

    pub(super) fn go(&mut self, to: Move, env: &Env) -> Option<Ask> {
        match to {
            Move::Down => self.step(1, env),
            Move::Up => self.step(-1, env),
            Move::First | Move::Last => {
                // The list has the latest turn first, the screen the oldest.
                let (opposite, anchor, seen) = if to == Move::First {
                    (Move::Last, 0, Seen::Begin)
                } else {
                    (Move::First, BEFORE_ALL, Seen::End)
                };
                let ask = self.list.go(opposite, NEAR, env.now);
                self.new = ask.is_some().then_some(seen);
                self.anchor = anchor;
                self.resized(env);
                ask
            }
            to => self.scroll(to.rows(env.room.text), env),
        }
    }

    /// Selects the card of this number, from the oldest that is held.
    pub(super) fn select(&mut self, index: usize, env: &Env) -> Option<Ask> {
        let selected = self.turns().position(|turn| self.is_selected(turn));
        self.step(rows(index) - rows(selected.unwrap_or(index)), env)
    }

    /// The turns that are held, the oldest first.
    pub(super) fn turns(&self) -> impl Iterator<Item = &service::Message> {
        self.list.rows().rev()
    }

    pub(super) fn is_selected(&self, turn: &service::Message) -> bool {
        self.list.selected().map(|selected| selected.id) == Some(turn.id)
    }

    pub(super) fn fold(&self, turn: &service::Message) -> Fold {
        if self.folds.all_whole == self.folds.others.contains(&turn.id) {
            Fold::Folded
        } else {
            Fold::Whole
        }
    }

    /// A card as it is shown.
    pub(super) fn card(
        &self,
        turn: &service::Message,
        columns: usize,
        theme: &Theme,
    ) -> Rc<[Line<'static>]> {
        self.made(turn, self.fold(turn), columns, theme)
    }

    fn made(
        &self,
        turn: &service::Message,
        fold: Fold,
        columns: usize,
        theme: &Theme,
    ) -> Rc<[Line<'static>]> {
        let of = (turn.id, fold, columns, *theme);
        let mut made = self.made.borrow_mut();
        if let Some(card) = made.iter().find(|card| card.of == of) {
            return Rc::clone(&card.rows);
        }
        let rows: Rc<[Line<'static>]> = cards::rows(turn, columns, fold, theme).into();
        if made.len() == MADE {
            made.remove(0);
        }
        made.push(Made {
            of,
            rows: Rc::clone(&rows),
        });
        rows
    }

    fn height(&self, turn: &service::Message, columns: usize, env: &Env) -> isize {
        rows(self.card(turn, columns, &env.theme).len())
    }

    /// The first card of the screen.
    pub(super) fn first(&self, columns: usize, theme: &Theme) -> Option<First> {
        let selected = self.list.selected()?.id;
        let before: Vec<&service::Message> = self
            .turns()
            .take_while(|turn| turn.id != selected)
            .collect();
        let mut first = First {
            index: before.len(),
            row: self.anchor,
        };
        while first.row > 0 && first.index > 0 {
            first.index -= 1;
            first.row -= rows(self.card(before[first.index], columns, theme).len());
        }
        Some(first)
    }

    /// Moves the screen so that the selected card is on it: as a whole where it fits.
    fn see(&mut self, env: &Env) {
        let (columns, height) = (env.room.columns, rows(env.room.text));
        let Some(selected) = self.list.selected() else {
            return;
        };
        let card = self.height(selected, columns, env);
        self.anchor = if card >= height {
            self.anchor.clamp(height - card, 0)
        } else {
            self.anchor.clamp(0, height - card)
        };
    }

    /// Leaves no room empty above the oldest card, nor below the latest one where there is more
    /// above.
    fn settle(&mut self, env: &Env) {
        let (columns, height) = (env.room.columns, rows(env.room.text));
        let Some(selected) = self.list.selected().map(|turn| turn.id) else {
            return;
        };
        let mut below = 0;
        for turn in self.list.rows().take_while(|turn| turn.id != selected) {
            below += self.height(turn, columns, env);
        }
        let Some(card) = self.list.selected() else {
            return;
        };
        let end = self.anchor + self.height(card, columns, env) + below;
        if end < height {
            self.anchor += height - end;
        }
        if let Some(first) = self.first(columns, &env.theme)
            && first.row > 0
        {
            self.anchor -= first.row;
        }
    }

    /// Another card is selected, so many further down.
    fn step(&mut self, cards: isize, env: &Env) -> Option<Ask> {
        let columns = env.room.columns;
        let mut ask = None;
        for _ in 0..cards.unsigned_abs() {
            let before = self.list.selected().cloned();
            // The list has the latest turn first, the screen the oldest.
            ask = self.list.step(-cards.signum(), NEAR, env.now).or(ask);
            let (Some(before), Some(now)) = (before, self.list.selected()) else {
                break;
            };
            if before.id == now.id {
                break;
            }
            self.anchor += if cards > 0 {
                self.height(&before, columns, env)
            } else {
                -self.height(now, columns, env)
            };
        }
        self.see(env);
        self.settle(env);
        ask
    }

    /// The screen moves so many rows; the selection follows.
    pub(super) fn scroll(&mut self, by: isize, env: &Env) -> Option<Ask> {
        let (columns, height) = (env.room.columns, rows(env.room.text));
        let by = by.clamp(-height, height);
        self.anchor -= by;
        let mut ask = None;
        while let Some(card) = self.list.selected().cloned() {
            let tall = self.height(&card, columns, env);
            let step = if by > 0 && self.anchor < 0 && self.anchor + tall < height {
                1
            } else if by < 0 && self.anchor >= height.min(tall.max(height / 2)) {
                -1
            } else {
                break;
            };
            ask = self.list.step(-step, NEAR, env.now).or(ask);
            let Some(now) = self.list.selected() else {
                break;
            };
            if now.id == card.id {
                break;
            }
            self.anchor += if step > 0 {
                tall
            } else {
                -self.height(now, columns, env)
            };
        }
        self.settle(env);
        ask
    }
}
