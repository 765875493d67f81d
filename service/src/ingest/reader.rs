//! Reading many files on a few threads, no further ahead than their texts fit into a budget.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::files::Listing;
use super::read::{self, Rules, Text};

/// Texts that may be in memory at once, in KiB: those being read, and those being written.
const BUDGET: usize = 24 * 1024;
/// What one file may take of it; less than the whole, so that two threads never wait for each
/// other.
const SHARE: u64 = 16 * 1024;
/// Files that a thread takes at a time.
const GROUP: usize = 128;
/// Bytes of a part: it ends with the file that reaches them.
const PART_BYTES: usize = 1024 * 1024;
/// Threads that read, at the most.
const MAX_THREADS: usize = 4;

/// Some files as they were read, in no order.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Their places, and what they are.
    pub(super) files: Vec<(usize, Result<Text, String>)>,
    /// Bytes of their texts.
    pub(super) bytes: usize,
    /// What they take of the budget, until this is dropped.
    pub(super) held: Option<OwnedSemaphorePermit>,
}

impl Part {
    pub(super) fn merge(&mut self, other: Self) {
        self.files.extend(other.files);
        self.bytes += other.bytes;
        self.hold(other.held);
    }

    fn hold(&mut self, more: Option<OwnedSemaphorePermit>) {
        match (&mut self.held, more) {
            (Some(held), Some(more)) => held.merge(more),
            (held, more) => *held = held.take().or(more),
        }
    }
}

/// Reads these files; ends early when the receiver is dropped.
pub(super) fn read_all(
    listing: &Arc<Listing>,
    wanted: Vec<usize>,
    rules: Rules,
) -> mpsc::Receiver<Part> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let (sender, receiver) = mpsc::channel(2);
    let shared = Arc::new(Shared {
        listing: Arc::clone(listing),
        wanted,
        next: AtomicUsize::new(0),
        budget: Arc::new(Semaphore::new(BUDGET)),
        rules,
    });
    for _ in 0..threads.min(MAX_THREADS) {
        let (shared, sender) = (Arc::clone(&shared), sender.clone());
        let runtime = tokio::runtime::Handle::current();
        tokio::task::spawn_blocking(move || shared.work(&sender, &runtime));
    }
    receiver
}

/// Gives back what a text does not take: all of it where there is none, or the text is shorter than its
/// file was. Otherwise a part that is too small to be handed over could hold so much that nothing more
/// could be read.
fn needed(
    mut held: OwnedSemaphorePermit,
    text_bytes: Option<usize>,
) -> Option<OwnedSemaphorePermit> {
    let needed = text_bytes? / 1024 + 1;
    let surplus = held.num_permits().saturating_sub(needed);
    drop(held.split(surplus));
    Some(held)
}

/// What the threads have in common.
struct Shared {
    listing: Arc<Listing>,
    wanted: Vec<usize>,
    /// The first file that nobody has taken yet.
    next: AtomicUsize,
    budget: Arc<Semaphore>,
    rules: Rules,
}

impl Shared {
    /// Takes groups of files until there are none, or nobody wants them any longer.
    fn work(&self, sender: &mpsc::Sender<Part>, runtime: &tokio::runtime::Handle) {
        loop {
            let first = self.next.fetch_add(GROUP, Ordering::Relaxed);
            let end = (first + GROUP).min(self.wanted.len());
            let Some(group) = self
                .wanted
                .get(first..end)
                .filter(|group| !group.is_empty())
            else {
                return;
            };
            let mut part = Part::default();
            for at in group {
                let found = &self.listing.found[*at];
                let kib = u32::try_from((found.bytes / 1024 + 1).min(SHARE)).unwrap_or(1);
                let budget = Arc::clone(&self.budget);
                let held = match Arc::clone(&budget).try_acquire_many_owned(kib) {
                    Ok(held) => Ok(held),
                    Err(_) => runtime.block_on(budget.acquire_many_owned(kib)),
                };
                let text = read::text(&found.path, self.listing.links(found), &self.rules);
                let bytes = text.as_ref().map(|text| text.content.len());
                part.bytes += *bytes.as_ref().unwrap_or(&0);
                part.hold(held.ok().and_then(|held| needed(held, bytes.ok())));
                part.files.push((*at, text));
                if part.bytes >= PART_BYTES
                    && sender.blocking_send(std::mem::take(&mut part)).is_err()
                {
                    return;
                }
            }
            if !part.files.is_empty() && sender.blocking_send(part).is_err() {
                return;
            }
        }
    }
}
