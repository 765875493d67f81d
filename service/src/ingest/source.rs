//! Where a run takes its texts from.

use std::collections::{HashSet, VecDeque};

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use super::again;
use super::plan::Plan;
use super::read::{Rules, Text};
use super::reader::{Part, read_all};
use crate::error::Error;

/// Documents of a transaction, at the most.
pub(super) const MAX_ROWS: usize = 1_000;
/// Bytes of a transaction: it ends with the part that reaches them.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The texts that are to be written: those that the plan kept, then those of files that are read
/// once more.
pub(super) struct Source {
    kept: VecDeque<(usize, Text)>,
    read: mpsc::Receiver<Part>,
    /// Files that are still to be read.
    left: HashSet<usize>,
    /// What there is of the next transaction.
    batch: Part,
}

impl Source {
    /// A text that was kept is taken where its file still looks as it did; else it is read once more,
    /// which tells whether it has changed.
    pub(super) async fn new(
        plan: &mut Plan,
        wanted: Vec<usize>,
        rules: Rules,
        now: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let of_kept = wanted.iter().filter(|at| plan.kept.contains_key(at));
        let of_kept = of_kept.copied().collect();
        let unchanged = again::unchanged(&plan.files.listing, of_kept, now).await?;
        let mut kept = VecDeque::new();
        let mut to_read = Vec::new();
        for at in wanted {
            match plan.kept.remove(&at).filter(|_| unchanged.contains(&at)) {
                Some(text) => kept.push_back((at, text)),
                None => to_read.push(at),
            }
        }
        Ok(Self {
            kept,
            left: to_read.iter().copied().collect(),
            read: read_all(&plan.files.listing, to_read, rules),
            batch: Part::default(),
        })
    }

    /// The texts of the next transaction; None after the last. It may be dropped and called again:
    /// nothing is lost.
    pub(super) async fn next(&mut self) -> Result<Option<Part>, Error> {
        while self.batch.files.len() < MAX_ROWS && self.batch.bytes < MAX_BYTES {
            if let Some((at, text)) = self.kept.pop_front() {
                self.batch.bytes += text.content.len();
                self.batch.files.push((at, Ok(text)));
                continue;
            }
            if self.left.is_empty() {
                break;
            }
            let part = self.read.recv().await;
            let part = part.ok_or_else(|| super::broken("a thread that reads files stopped"))?;
            for (at, _) in &part.files {
                self.left.remove(at);
            }
            self.batch.merge(part);
        }
        let batch = std::mem::take(&mut self.batch);
        Ok((!batch.files.is_empty()).then_some(batch))
    }

    /// Whether nothing is left that could be taken.
    pub(super) fn is_done(&self) -> bool {
        self.kept.is_empty() && self.left.is_empty() && self.batch.files.is_empty()
    }

    /// The files whose texts nobody has taken.
    pub(super) fn left(self) -> Vec<usize> {
        let kept = self.kept.into_iter().map(|(at, _)| at);
        let begun = self.batch.files.into_iter().map(|(at, _)| at);
        kept.chain(begun).chain(self.left).collect()
    }
}
