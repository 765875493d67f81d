//! How far a comparison or a run is.

use std::time::{Duration, Instant};

use service::ingest::{IngestProgress, Phase};

use crate::admin::text::{bytes, number};

/// Before so much time has passed, a rate says nothing.
const EARLY: Duration = Duration::from_millis(500);

/// Files that are being compared or taken in.
#[derive(Clone, Debug)]
pub(super) struct Work {
    /// What is being done, and with what.
    pub(super) what: String,
    progress: Option<IngestProgress>,
    /// When the first news of the phase came, and how far it was.
    since: Option<(Instant, u64)>,
}

impl Work {
    pub(super) const fn new(what: String) -> Self {
        Self {
            what,
            progress: None,
            since: None,
        }
    }

    pub(super) fn take(&mut self, progress: IngestProgress, now: Instant) {
        if self.since.is_none() {
            self.since = Some((now, progress.bytes));
        }
        self.progress = Some(progress);
    }

    /// How much is done, of how much.
    pub(super) fn share(&self) -> Option<(u64, u64)> {
        let progress = self.progress?;
        let (done, total) = match progress.total_bytes {
            0 => (progress.files, progress.total),
            total => (progress.bytes, total),
        };
        Some((done.min(total), total.max(1)))
    }

    /// In words: how many files and bytes, and how fast.
    pub(super) fn words(&self, now: Instant) -> Vec<String> {
        let Some(progress) = self.progress else {
            return vec!["looking for files".to_owned()];
        };
        let doing = match progress.phase {
            Phase::Comparing => "compared",
            Phase::Writing => "written",
        };
        let mut words = vec![
            format!(
                "{} of {} files {doing}",
                number(progress.files),
                number(progress.total)
            ),
            format!("{} of {}", size(progress.bytes), size(progress.total_bytes)),
        ];
        if let Some(rate) = self.rate(now) {
            let left = progress.total_bytes.saturating_sub(progress.bytes) / rate;
            words.push(format!("{} a second, {} left", size(rate), span(left)));
        }
        words
    }

    /// Bytes in a second; None while nothing can be said.
    fn rate(&self, now: Instant) -> Option<u64> {
        let (since, first) = self.since?;
        let took = now.saturating_duration_since(since);
        let done = u128::from(self.progress?.bytes.saturating_sub(first));
        let rate = (done * 1_000).checked_div(took.as_millis())?;
        let rate = u64::try_from(rate).ok()?;
        (took >= EARLY && rate > 0).then_some(rate)
    }
}

fn size(of: u64) -> String {
    bytes(usize::try_from(of).unwrap_or(usize::MAX))
}

/// Seconds, as one says them: `40 s`, `3 min 20 s`, `2 h 5 min`.
pub(super) fn span(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_how_far_it_is_and_how_long_it_takes() {
        let now = Instant::now();
        let mut work = Work::new("comparing notes".to_owned());
        assert_eq!((work.words(now).len(), work.share()), (1, None));
        let mut at = IngestProgress {
            phase: Phase::Comparing,
            files: 10,
            total: 6_000,
            bytes: 1_000_000,
            total_bytes: 25_000_000,
        };
        work.take(at, now);
        assert_eq!(
            work.words(now),
            ["10 of 6,000 files compared", "1.0 MB of 25 MB"]
        );
        (at.files, at.bytes) = (1_000, 9_000_000);
        let now = now + Duration::from_secs(2);
        work.take(at, now);
        assert_eq!(work.words(now)[2], "4.0 MB a second, 4 s left");
        assert_eq!(work.share(), Some((9_000_000, 25_000_000)));
        assert_eq!(
            (span(200), span(7_500)),
            ("3 min 20 s".to_owned(), "2 h 5 min".to_owned())
        );
    }
}
