//! What was seen while the screen was shown: how many connections were in use, and how the
//! database answered.

use std::collections::VecDeque;

use service::{PoolGauge, PoolStats};

/// Looks that are remembered.
const KEPT: usize = 240;

/// How full each pool was, at each look.
#[derive(Clone, Debug, Default)]
pub(super) struct Use {
    pub(super) read: VecDeque<f64>,
    pub(super) write: VecDeque<f64>,
}

impl Use {
    pub(super) fn push(&mut self, pools: &PoolStats) {
        push(&mut self.read, load(&pools.read));
        push(&mut self.write, load(&pools.write));
    }
}

/// Connections in use, and calls that wait for one.
fn load(pool: &PoolGauge) -> f64 {
    let waiting = u32::try_from(pool.waiting).unwrap_or(u32::MAX);
    f64::from(pool.in_use) + f64::from(waiting)
}

/// How long the database took to answer, at each look; None where it did not.
#[derive(Clone, Debug, Default)]
pub(super) struct Answers(VecDeque<Option<f64>>);

impl Answers {
    pub(super) fn push(&mut self, answer: Option<f64>) {
        push(&mut self.0, answer);
    }

    /// The last of them, at the most so many.
    pub(super) fn last(&self, count: usize) -> impl Iterator<Item = Option<f64>> {
        self.0
            .iter()
            .skip(self.0.len().saturating_sub(count))
            .copied()
    }
}

fn push<T>(kept: &mut VecDeque<T>, value: T) {
    if kept.len() == KEPT {
        kept.pop_front();
    }
    kept.push_back(value);
}
