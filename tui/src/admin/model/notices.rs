//! What is told for a moment: the answer to what one did, and what is told beside it. What nobody
//! asked for waits until an answer has been seen; an answer waits for nothing.

use std::time::{Duration, Instant};

use super::Model;
use crate::admin::message::Tone;

/// A notice is shown for so long.
const NOTICE: Duration = Duration::from_secs(5);

/// A word about something that was done or failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) text: String,
    pub(crate) tone: Tone,
    until: Instant,
    /// Whether it answers what one did.
    is_answer: bool,
}

/// What is told, and what is told after that.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    shown: Option<Notice>,
    /// What came by itself while an answer was shown: the latest of it.
    next: Option<(Tone, String)>,
}

impl Notices {
    pub(crate) const fn shown(&self) -> Option<&Notice> {
        self.shown.as_ref()
    }

    /// When the one that is shown has been there long enough.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.shown.as_ref().map(|notice| notice.until)
    }

    /// Tells of something that was done or failed.
    fn answer(&mut self, tone: Tone, text: String, now: Instant) {
        self.show(tone, text, true, now);
    }

    /// Tells of something that came by itself.
    fn mention(&mut self, tone: Tone, text: String, now: Instant) {
        match &self.shown {
            Some(shown) if shown.is_answer && shown.until > now => self.next = Some((tone, text)),
            _ => self.show(tone, text, false, now),
        }
    }

    fn show(&mut self, tone: Tone, text: String, is_answer: bool, now: Instant) {
        self.shown = Some(Notice {
            text,
            tone,
            until: now + NOTICE,
            is_answer,
        });
    }

    /// The one that is shown has been seen.
    pub(super) fn seen(&mut self, now: Instant) {
        self.shown = None;
        if let Some((tone, text)) = self.next.take() {
            self.show(tone, text, false, now);
        }
    }

    /// The same where it has been there long enough.
    pub(super) fn tick(&mut self, now: Instant) {
        if self.deadline().is_some_and(|until| until <= now) {
            self.seen(now);
        }
    }

    /// What was wrong is over.
    pub(super) fn forget_problem(&mut self, now: Instant) {
        if self
            .shown
            .as_ref()
            .is_some_and(|shown| shown.tone == Tone::Bad)
        {
            self.seen(now);
        }
    }
}

impl Model {
    pub(super) fn say(&mut self, tone: Tone, text: String) {
        self.notices.answer(tone, text, self.now);
    }

    /// Tells of something that nobody asked for: an answer that is shown stays.
    pub(super) fn mention(&mut self, tone: Tone, text: String) {
        self.notices.mention(tone, text, self.now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(notices: &Notices) -> &str {
        notices.shown().map_or("", |notice| &notice.text)
    }

    #[test]
    fn what_comes_by_itself_is_told_after_an_answer() {
        let mut now = Instant::now();
        let mut notices = Notices::default();
        notices.mention(Tone::Bad, "cannot list".to_owned(), now);
        assert_eq!(shown(&notices), "cannot list");
        notices.answer(Tone::Good, "saved".to_owned(), now);
        notices.mention(Tone::Bad, "cannot list".to_owned(), now);
        notices.mention(Tone::Good, "answers again".to_owned(), now);
        assert_eq!(shown(&notices), "saved");
        now += NOTICE;
        notices.tick(now);
        assert_eq!(shown(&notices), "answers again");
        notices.answer(Tone::Good, "deleted".to_owned(), now);
        assert_eq!(shown(&notices), "deleted");
        now += NOTICE;
        notices.tick(now);
        assert_eq!(shown(&notices), "");
    }
}
