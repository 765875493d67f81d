//! The last of many times, to tell what is usual.

use std::time::Duration;

/// How many are remembered.
const REMEMBERED: usize = 512;

/// The last times in a ring, in microseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ring {
    micros: Vec<u32>,
    next: usize,
}

impl Ring {
    pub(crate) fn push(&mut self, time: Duration) {
        let micros = whole_micros(time);
        if self.micros.len() < REMEMBERED {
            self.micros.push(micros);
        } else {
            self.micros[self.next] = micros;
        }
        self.next = (self.next + 1) % REMEMBERED;
    }

    /// For each share, in hundredths, the time in milliseconds that so many took at the most; 0
    /// where there was none.
    pub(crate) fn shares<const N: usize>(&self, shares: [usize; N]) -> [f64; N] {
        let mut sorted = self.micros.clone();
        sorted.sort_unstable();
        let last = sorted.len().saturating_sub(1);
        let at = |share: usize| sorted.get(last * share / 100).copied().unwrap_or_default();
        shares.map(|share| f64::from(at(share)) / 1000.0)
    }
}

/// A time in microseconds; an hour and more is an hour.
pub(crate) fn whole_micros(time: Duration) -> u32 {
    u32::try_from(time.as_micros()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_times_count_and_no_others() {
        let mut ring = Ring::default();
        assert_eq!(format!("{:?}", ring.shares([50, 100])), "[0.0, 0.0]");
        ring.push(Duration::from_secs(9));
        for millis in 1..=512 {
            ring.push(Duration::from_millis(millis));
        }
        let shares = ring.shares([0, 50, 100]);
        assert_eq!(format!("{shares:?}"), "[1.0, 256.0, 512.0]");
    }
}
