//! Whether the store is there. Where it is not, it is looked for again by itself, ever more
//! rarely, and every key goes on working meanwhile.

use std::time::{Duration, Instant};

use service::Access;

use super::message::Effect;
use super::request::{Answer, Failure, Generation, Latest};

/// It is looked for again after so long at first, and at the latest.
const FIRST: Duration = Duration::from_millis(500);
const LAST: Duration = Duration::from_secs(15);

/// The store that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Store {
    /// Where it is, without a password.
    pub(crate) database: String,
    pub(crate) access: Access,
}

/// Something that happened to the store.
#[derive(Clone, Debug)]
pub(crate) enum Message {
    /// It was opened, or not.
    Connected(Generation, Result<Store, Failure>),
    /// It answers again, or not.
    Probed(Generation, Result<(), Failure>),
    /// A request found that it does not answer.
    Lost(Failure),
}

/// What has come of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    Opened,
    Back,
    Lost,
    None,
}

/// The way to the store.
#[derive(Clone, Debug, Default)]
pub(crate) struct Link {
    store: Option<Store>,
    request: Latest,
    failed: Option<Failure>,
    tries: u32,
    due: Option<Instant>,
}

impl Link {
    /// Opens the store.
    pub(crate) fn open(&mut self, now: Instant) -> Effect {
        self.due = None;
        Effect::Connect(self.request.begin(now))
    }

    /// Makes the tables that the store lacks, and opens it.
    pub(crate) fn migrate(&mut self, now: Instant) -> Effect {
        self.due = None;
        Effect::Migrate(self.request.begin(now))
    }

    /// Another store is opened in place of this one.
    pub(crate) fn replace(&mut self, now: Instant) -> Generation {
        self.found();
        self.store = None;
        self.request.begin(now)
    }

    /// Looks for the store at once, where it is not there and is not being looked for.
    pub(crate) fn look(&mut self, now: Instant) -> Option<Effect> {
        let missing = self.store.is_none() || self.failed.is_some();
        (missing && !self.request.is_waiting()).then(|| self.again(now))
    }

    fn again(&mut self, now: Instant) -> Effect {
        if self.store.is_none() {
            return self.open(now);
        }
        self.due = None;
        Effect::Probe(self.request.begin(now))
    }

    pub(crate) fn take(&mut self, message: Message, now: Instant) -> News {
        match message {
            Message::Connected(generation, store) => match self.request.accept(generation, store) {
                Answer::New(store) => {
                    self.store = Some(store);
                    self.found();
                    News::Opened
                }
                Answer::Failed(failure) => self.missed(failure, now),
                Answer::Late => News::None,
            },
            Message::Probed(generation, answer) => match self.request.accept(generation, answer) {
                Answer::New(()) => {
                    self.found();
                    News::Back
                }
                Answer::Failed(failure) => self.missed(failure, now),
                Answer::Late => News::None,
            },
            Message::Lost(_) if self.failed.is_some() => News::None,
            Message::Lost(failure) => {
                self.missed(failure, now);
                News::Lost
            }
        }
    }

    fn found(&mut self) {
        (self.failed, self.tries, self.due) = (None, 0, None);
    }

    fn missed(&mut self, failure: Failure, now: Instant) -> News {
        let wait = FIRST.saturating_mul(1 << self.tries.min(10)).min(LAST);
        self.failed = Some(failure);
        self.tries += 1;
        self.due = Some(now + wait);
        News::None
    }

    /// Looks for the store where that is due.
    pub(crate) fn tick(&mut self, now: Instant) -> Option<Effect> {
        self.due.filter(|due| *due <= now)?;
        Some(self.again(now))
    }

    pub(crate) fn due(&self) -> Option<Instant> {
        self.due
    }

    pub(crate) fn store(&self) -> Option<&Store> {
        self.store.as_ref()
    }

    /// Gives an open store another name.
    #[cfg(test)]
    pub(crate) fn call(&mut self, name: &str) {
        if let Some(store) = &mut self.store {
            name.clone_into(&mut store.database);
        }
    }

    /// Why it is not there.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        self.failed.as_ref()
    }

    /// It is being opened for the first time: later looks need no spinner.
    pub(crate) fn waiting(&self) -> Option<&Latest> {
        Some(&self.request).filter(|request| request.is_waiting() && self.failed.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_is_gone_is_looked_for_ever_more_rarely() {
        let mut now = Instant::now();
        let mut link = Link::default();
        let Effect::Connect(generation) = link.open(now) else {
            panic!("it connects")
        };
        let store = Store {
            database: "a.db".to_owned(),
            access: Access::ReadWrite,
        };
        assert_eq!(
            link.take(Message::Connected(generation, Ok(store)), now),
            News::Opened
        );
        assert_eq!(
            link.take(Message::Lost(Failure::new("gone")), now),
            News::Lost
        );
        assert_eq!(
            link.take(Message::Lost(Failure::new("gone")), now),
            News::None
        );
        let mut waits = Vec::new();
        for _ in 0..8 {
            let due = link.due().unwrap();
            waits.push((due - now).as_millis());
            now = due;
            let Some(Effect::Probe(generation)) = link.tick(now) else {
                panic!("it looks")
            };
            assert_eq!(link.due(), None);
            link.take(Message::Probed(generation, Err(Failure::new("gone"))), now);
        }
        assert_eq!(
            waits,
            [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]
        );
        let Some(Effect::Probe(generation)) = link.look(now) else {
            panic!("it looks")
        };
        assert_eq!(
            link.take(Message::Probed(generation, Ok(())), now),
            News::Back
        );
        assert_eq!((link.due(), link.failure()), (None, None));
    }
}
