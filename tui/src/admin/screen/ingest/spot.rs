//! Which of some rows is selected, and which of them are on the screen: for rows that are all at
//! hand.

use std::ops::Range;

use crate::admin::window::scrolled;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spot {
    selected: usize,
    top: usize,
}

impl Spot {
    pub(super) const fn selected(self) -> usize {
        self.selected
    }

    /// Selects the row so many further on, or back.
    pub(super) fn step(&mut self, by: isize, rows: usize, height: usize) {
        let row = self.selected.saturating_add_signed(by);
        self.select(row, rows, height);
    }

    /// Selects a row; the last one where there are not so many.
    pub(super) fn select(&mut self, row: usize, rows: usize, height: usize) {
        self.selected = row.min(rows.saturating_sub(1));
        // No row of the screen stays empty while there are others.
        self.top = self.top.min(rows.saturating_sub(height));
        self.top = scrolled(self.top, self.selected, height, rows);
    }

    /// Selects a row of the screen; whether it was selected already.
    pub(super) fn click(&mut self, row: usize, rows: usize, height: usize) -> bool {
        let (before, row) = (self.selected, self.top + row);
        if row < rows {
            self.select(row, rows, height);
        }
        before == row
    }

    /// The rows on a screen of so many.
    pub(super) fn shown(self, rows: usize, height: usize) -> Range<usize> {
        let top = scrolled(self.top, self.selected, height, rows).min(rows);
        top..rows.min(top + height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selected_row_is_shown_at_any_height() {
        let mut spot = Spot::default();
        spot.step(isize::MAX, 100, 10);
        assert_eq!((spot.selected(), spot.shown(100, 10)), (99, 90..100));
        assert_eq!(spot.shown(100, 3), 97..100);
        assert!(!spot.click(0, 100, 10) && spot.click(0, 100, 10));
        assert_eq!(spot.selected(), 90);
        // The rows have become fewer.
        spot.step(0, 4, 10);
        assert_eq!((spot.selected(), spot.shown(4, 10)), (3, 0..4));
        spot.step(isize::MIN, 0, 10);
        assert_eq!((spot.selected(), spot.shown(0, 10)), (0, 0..0));
    }
}
