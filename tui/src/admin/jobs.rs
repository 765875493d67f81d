//! Work that takes its time in the background: seen in the footer, and cancelled with ctrl-c.

use std::time::{Duration, Instant};

use super::text::exact;

/// A job that ends sooner than this is not told of.
const QUICK: Duration = Duration::from_millis(150);
/// The spinner's picture lasts so long.
const FRAME: Duration = Duration::from_millis(100);

/// Which job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Id(pub(crate) u64);

/// Something that happened to a job.
#[derive(Clone, Debug)]
pub(crate) enum Message {
    Began {
        id: Id,
        label: String,
    },
    Progressed {
        id: Id,
        done: u64,
        total: Option<u64>,
    },
    Ended {
        id: Id,
    },
}

/// A job that runs.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    id: Id,
    /// What it does: `deleting 3 documents`.
    label: String,
    done: u64,
    total: Option<u64>,
    since: Instant,
    is_cancelled: bool,
}

/// The jobs that run, the latest last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Jobs(Vec<Job>);

impl Jobs {
    pub(crate) fn take(&mut self, message: Message, now: Instant) {
        match message {
            Message::Began { id, label } => self.0.push(Job {
                id,
                label,
                done: 0,
                total: None,
                since: now,
                is_cancelled: false,
            }),
            Message::Progressed { id, done, total } => {
                for job in self.0.iter_mut().filter(|job| job.id == id) {
                    (job.done, job.total) = (done, total);
                }
            }
            Message::Ended { id } => self.0.retain(|job| job.id != id),
        }
    }

    /// The latest job that is not being cancelled yet: from now on it is.
    pub(crate) fn cancel_latest(&mut self) -> Option<Id> {
        let job = self.0.iter_mut().rev().find(|job| !job.is_cancelled)?;
        job.is_cancelled = true;
        Some(job.id)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What runs, in words; None where nothing does.
    pub(crate) fn named(&self) -> Option<String> {
        let labels: Vec<&str> = self.0.iter().map(|job| job.label.as_str()).collect();
        (!labels.is_empty()).then(|| labels.join(", "))
    }

    /// The latest job in words, with the spinner's picture and how many more there are.
    pub(crate) fn shown(&self, now: Instant) -> Option<(usize, String)> {
        let job = self.0.last()?;
        let run = now
            .saturating_duration_since(job.since)
            .checked_sub(QUICK)?;
        let picture = usize::try_from(run.as_millis() / FRAME.as_millis()).unwrap_or(0);
        let far = match job.total {
            Some(total @ 1..) => format!(" {} %", job.done * 100 / total),
            _ if job.done > 0 => format!(" {}", exact(job.done)),
            _ => String::new(),
        };
        let stopping = if job.is_cancelled { ", stopping" } else { "" };
        let more = match self.0.len() {
            1 => String::new(),
            jobs => format!(" (+{})", jobs - 1),
        };
        let words = format!("{}{far}{stopping}{more}", job.label);
        Some((picture, words))
    }

    /// When the spinner's picture changes next.
    pub(crate) fn deadline(&self, now: Instant) -> Option<Instant> {
        let shown = self.0.last()?.since + QUICK;
        Some(if now < shown { shown } else { now + FRAME })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_told_of_until_it_ends_and_cancelled_once() {
        let now = Instant::now();
        let mut jobs = Jobs::default();
        for (id, label) in [(1, "exporting"), (2, "deleting 3 documents")] {
            jobs.take(
                Message::Began {
                    id: Id(id),
                    label: label.to_owned(),
                },
                now,
            );
        }
        jobs.take(
            Message::Progressed {
                id: Id(2),
                done: 1,
                total: Some(3),
            },
            now,
        );
        assert_eq!(jobs.shown(now), None);
        let later = jobs.deadline(now).unwrap();
        assert_eq!(
            jobs.shown(later).unwrap().1,
            "deleting 3 documents 33 % (+1)"
        );
        assert_eq!(jobs.cancel_latest(), Some(Id(2)));
        assert_eq!(jobs.cancel_latest(), Some(Id(1)));
        assert_eq!(jobs.cancel_latest(), None);
        jobs.take(Message::Ended { id: Id(1) }, now);
        jobs.take(Message::Ended { id: Id(2) }, now);
        assert!(jobs.is_empty() && jobs.deadline(now).is_none());
    }
}
