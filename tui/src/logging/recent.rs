//! The last records of the log, kept for the admin to show: bounded in number and in length, with
//! nothing in them that acts on a terminal.

use std::collections::VecDeque;
use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use service::{Clock, DateTime, Utc};
use tokio::sync::watch;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

use crate::admin::text::clean;

/// Records that are kept.
pub(crate) const KEPT: usize = 1_000;
/// Bytes of a record's words, at the most.
const MAX_WORDS: usize = 1_000;

/// How grave a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grade {
    Trace,
    Debug,
    Info,
    Warning,
    Error,
}

impl From<Level> for Grade {
    fn from(level: Level) -> Self {
        match level {
            Level::ERROR => Self::Error,
            Level::WARN => Self::Warning,
            Level::INFO => Self::Info,
            Level::DEBUG => Self::Debug,
            Level::TRACE => Self::Trace,
        }
    }
}

/// A record of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// They are numbered from 1.
    pub(crate) number: u64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) grade: Grade,
    /// Which part of the program it comes from.
    pub(crate) source: String,
    /// What it says, on one line.
    pub(crate) words: String,
}

/// The last records.
#[derive(Clone, Debug)]
pub(crate) struct Recent(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    records: Mutex<VecDeque<Record>>,
    clock: Arc<dyn Clock>,
    /// The number of the last record.
    last: watch::Sender<u64>,
}

impl Recent {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Shared {
            records: Mutex::default(),
            clock,
            last: watch::Sender::new(0),
        }))
    }

    /// The records after this number, as soon as there is one.
    pub(crate) async fn after(&self, number: u64) -> Vec<Record> {
        // The sender is here as long as this is.
        let _ = self
            .0
            .last
            .subscribe()
            .wait_for(|last| *last > number)
            .await;
        let records = self.lock();
        let new = records.iter().filter(|record| record.number > number);
        new.cloned().collect()
    }

    /// Keeps a record.
    pub(crate) fn keep(&self, grade: Grade, source: &str, words: &str) {
        let words = shortened(words);
        let (source, words) = (clean(source), clean(words));
        self.0.last.send_modify(|last| {
            *last += 1;
            let mut records = self.lock();
            if records.len() == KEPT {
                records.pop_front();
            }
            records.push_back(Record {
                number: *last,
                at: self.0.clock.now(),
                grade,
                source,
                words,
            });
        });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Record>> {
        self.0
            .records
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The beginning of what is too long.
fn shortened(words: &str) -> &str {
    let mut end = words.len().min(MAX_WORDS);
    while !words.is_char_boundary(end) {
        end -= 1;
    }
    &words[..end]
}

impl<S: Subscriber> Layer<S> for Recent {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut words = Words::default();
        event.record(&mut words);
        let about = event.metadata();
        self.keep(
            Grade::from(*about.level()),
            about.target(),
            &(words.message + &words.fields),
        );
    }
}

/// What an event says: its message, and its fields after it.
#[derive(Default)]
struct Words {
    message: String,
    fields: String,
}

impl Visit for Words {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing into a String never fails.
        let _ = if field.name() == "message" {
            write!(self.message, "{value:?}")
        } else {
            write!(self.fields, " {}={value:?}", field.name())
        };
    }
}

#[cfg(test)]
mod tests {
    use service::ManualClock;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    fn recent() -> Recent {
        let noon = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        Recent::new(Arc::new(ManualClock::at(noon)))
    }

    #[tokio::test]
    async fn what_is_logged_is_kept_with_its_fields_and_without_what_acts() {
        let recent = recent();
        let subscriber = tracing_subscriber::registry().with(recent.clone());
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(steps = 3, "migrated");
            tracing::error!(error = %"a\u{1b}[31mb\nc", "it failed");
        });
        let records = recent.after(0).await;
        let told: Vec<(u64, Grade, &str)> = records
            .iter()
            .map(|record| (record.number, record.grade, record.words.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (1, Grade::Info, "migrated steps=3"),
                (2, Grade::Error, "it failed error=a␛[31mb c"),
            ]
        );
        assert_eq!(records[0].source, module_path!());
        assert_eq!(recent.after(1).await.len(), 1);
    }

    #[tokio::test]
    async fn it_is_bounded_in_number_and_in_length() {
        let recent = recent();
        for _ in 0..KEPT + 10 {
            recent.keep(Grade::Debug, "here", &"語".repeat(MAX_WORDS));
        }
        let records = recent.after(0).await;
        assert_eq!((records.len(), records[0].number), (KEPT, 11));
        assert!(records.iter().all(|record| record.words.len() <= MAX_WORDS));
    }

    #[tokio::test]
    async fn who_waits_for_a_record_is_woken_by_it() {
        let recent = recent();
        let waiting = tokio::spawn({
            let recent = recent.clone();
            async move { recent.after(0).await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        recent.keep(Grade::Info, "here", "it happened");
        assert_eq!(waiting.await.unwrap()[0].words, "it happened");
    }
}
