//! Small pictures of numbers, from block characters alone: every terminal has them.

/// From nothing to a whole cell, in eighths.
const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// Values on one row, the last at the right, as many as there are columns; `most` fills a cell.
/// What is more than nothing is seen.
pub(crate) fn spark(values: &[f64], most: f64, columns: usize) -> String {
    columns_of(values, most, columns, 1).concat()
}

/// Values as columns on several rows, the first row at the top.
pub(crate) fn columns_of(values: &[f64], most: f64, columns: usize, rows: usize) -> Vec<String> {
    let shown = &values[values.len().saturating_sub(columns)..];
    let gap = " ".repeat(columns - shown.len());
    let heights: Vec<usize> = shown
        .iter()
        .map(|value| height(*value, most, rows * 8))
        .collect();
    (0..rows)
        .map(|row| {
            let below = (rows - 1 - row) * 8;
            let cells = heights
                .iter()
                .map(|height| EIGHTHS[height.saturating_sub(below).min(8)]);
            cells.fold(gap.clone(), |line, cell| line + cell)
        })
        .collect()
}

/// How many of so many steps a value is; at least one where it is more than nothing.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "it is between 0 and the steps of a screen"
)]
pub(crate) fn height(value: f64, most: f64, steps: usize) -> usize {
    if !(value > 0.0 && most > 0.0) {
        return 0;
    }
    let share = (value / most).min(1.0);
    ((share * steps as f64).round() as usize).max(1)
}

/// Times on a scale where each step is ten times the one before: what is usual and what is rare
/// are both seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decades {
    /// The exponents of ten at the bottom and at the top.
    low: i32,
    high: i32,
}

impl Decades {
    /// The scale that has all of these, none of which is 0; a decade at the least.
    pub(crate) fn of(values: impl Iterator<Item = f64>) -> Self {
        let (mut low, mut high) = (i32::MAX, i32::MIN);
        for value in values.filter(|value| *value > 0.0 && value.is_finite()) {
            low = low.min(exponent(value.log10().floor()));
            high = high.max(exponent(value.log10().ceil()));
        }
        if low > high {
            return Self { low: -1, high: 1 };
        }
        Self {
            low,
            high: high.max(low + 1),
        }
    }

    /// How far up a value is, of so many steps.
    pub(crate) fn height(self, value: f64, steps: usize) -> usize {
        if value <= 0.0 {
            return 0;
        }
        let span = f64::from(self.high - self.low);
        height(value.log10() - f64::from(self.low), span, steps).max(1)
    }

    /// The powers of ten with the row each is at, of so many rows, from the top.
    pub(crate) fn marks(self, rows: usize) -> Vec<(usize, f64)> {
        let marks = (self.low + 1..=self.high).rev().map(|exponent| {
            let at = 10_f64.powi(exponent);
            (rows - self.height(at, rows).clamp(1, rows), at)
        });
        let mut marks: Vec<(usize, f64)> = marks.collect();
        marks.dedup_by_key(|(row, _)| *row);
        marks
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the exponent of a float is small"
)]
fn exponent(whole: f64) -> i32 {
    whole as i32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_values_stand_at_the_right() {
        assert_eq!(spark(&[0.0, 1.0, 4.0, 8.0], 8.0, 6), "   ▁▄█");
        assert_eq!(spark(&[0.0, 0.001, 8.0], 8.0, 2), "▁█");
        assert_eq!(columns_of(&[2.0, 1.0, 0.1], 2.0, 3, 2), ["█  ", "██▁"]);
        assert_eq!(spark(&[], 0.0, 3), "   ");
    }

    #[test]
    fn a_scale_has_a_mark_for_each_power_of_ten() {
        let scale = Decades::of([0.4, 30.0].into_iter());
        assert_eq!(scale, Decades { low: -1, high: 2 });
        let marks: Vec<String> = scale
            .marks(6)
            .into_iter()
            .map(|(row, at)| format!("{row} {at}"))
            .collect();
        assert_eq!(marks, ["0 100", "2 10", "4 1"]);
        assert_eq!(
            Decades::of(std::iter::empty()),
            Decades { low: -1, high: 1 }
        );
    }

    proptest! {
        #[test]
        fn whatever_is_drawn_fits(values in prop::collection::vec(any::<f64>(), 0..50), most in any::<f64>(), columns in 0_usize..40, rows in 0_usize..6) {
            let lines = columns_of(&values, most, columns, rows);
            prop_assert_eq!(lines.len(), rows);
            for line in lines {
                prop_assert_eq!(line.chars().count(), columns);
            }
            let scale = Decades::of(values.iter().copied());
            for value in values {
                prop_assert!(scale.height(value, rows * 8) <= (rows * 8).max(1));
            }
        }
    }
}
