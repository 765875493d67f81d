//! Work that takes its time: it is seen, tells how far it is, and can be cancelled; and what it
//! changes is one batch, which can be undone.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use service::{BatchId, Bulk, CancellationToken, Error, Folio, PageRequest};

use super::{Effects, GRACE, Replies, failure};
use crate::admin::jobs;
use crate::admin::message::{Changed, Message, Tone};
use crate::admin::request::{Cause, Failure};
use crate::admin::text::plural;

/// A job tells how far it is at most this often.
const NEWS: Duration = Duration::from_millis(100);

impl Effects {
    /// Does a work that takes its time, and is told of under this label, such as `deleting 3
    /// documents`. When it is cancelled it has a moment to end by itself (see
    /// [`Progress::token`]); then it is dropped.
    pub(crate) fn job<T, F>(
        &mut self,
        label: impl Into<String>,
        work: impl FnOnce(Folio, Progress) -> F,
        reply: impl FnOnce(Result<T, Failure>) -> Message + Send + 'static,
    ) where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let work = |folio, progress: Progress| {
            let token = progress.token().clone();
            let work = work(folio, progress);
            async move {
                let ended = within_grace(&token, work).await;
                ended.map_or_else(
                    || Err(cancelled()),
                    |result| result.map_err(|error| failure(&error)),
                )
            }
        };
        self.task(label, work, reply);
    }

    /// The same for a work that ends by itself when it is cancelled.
    fn task<T, F>(
        &mut self,
        label: impl Into<String>,
        work: impl FnOnce(Folio, Progress) -> F,
        reply: impl FnOnce(Result<T, Failure>) -> Message + Send + 'static,
    ) where
        T: Send + 'static,
        F: Future<Output = Result<T, Failure>> + Send + 'static,
    {
        self.last_job += 1;
        let id = jobs::Id(self.last_job);
        let token = CancellationToken::new();
        self.jobs.retain(|_, token| !token.is_cancelled());
        self.jobs.insert(id, token.clone());
        let progress = Progress {
            id,
            token: token.clone(),
            replies: self.replies.clone(),
            told: Mutex::new(None),
        };
        let work = self.folio().map(|folio| work(folio, progress));
        self.tell(Message::Job(jobs::Message::Began {
            id,
            label: label.into(),
        }));
        let replies = self.replies.clone();
        let ended = move |result| {
            // It is forgotten with those that were cancelled.
            token.cancel();
            replies.send(Message::Job(jobs::Message::Ended { id }));
            reply(result)
        };
        self.spawn(async move { work?.await }, ended);
    }

    /// Changes what is stored: a job whose changes are one batch, so that undo takes them back.
    /// `work` gives what is told of it: `3 documents deleted`. What is shown is read again after.
    pub(crate) fn change<F>(
        &mut self,
        label: impl Into<String>,
        work: impl FnOnce(Folio, Progress) -> F,
    ) where
        F: Future<Output = Result<String, Error>> + Send + 'static,
    {
        self.change_then(label, work, None);
    }

    /// The same; where it is done, `then` happens before what is shown is read again.
    pub(crate) fn change_then<F>(
        &mut self,
        label: impl Into<String>,
        work: impl FnOnce(Folio, Progress) -> F,
        then: Option<Message>,
    ) where
        F: Future<Output = Result<String, Error>> + Send + 'static,
    {
        let label = label.into();
        let (told, replies) = (capital(&label), self.replies.clone());
        let batched = |folio: Folio, progress: Progress| {
            let (folio, batch) = folio.batch();
            let token = progress.token().clone();
            let work = work(folio.clone(), progress);
            async move {
                let said = match within_grace(&token, work).await {
                    Some(said) => Some(said.map_err(|error| failure(&error))?),
                    None => None,
                };
                // Where that can't be learned, it is taken for a change.
                let (activity, one) = (folio.activity(), PageRequest::first(1));
                let acts = activity.acts(batch, &one);
                let acts = tokio::time::timeout(GRACE, acts).await;
                let is_change = !matches!(acts, Ok(Ok(acts)) if acts.items.is_empty());
                // What a job had done before it was cancelled can be taken back, like all of it.
                let said = match said {
                    None if is_change => STOPPED.to_owned(),
                    None => return Err(cancelled()),
                    Some(said) => said,
                };
                Ok((Changed { said, batch }, is_change))
            }
        };
        self.task(label, batched, move |changed| {
            if let (Ok(_), Some(then)) = (&changed, then) {
                replies.send(then);
            }
            match changed {
                Ok((changed, true)) => Message::Changed(Ok(changed)),
                Ok((changed, false)) => Message::Unchanged(changed.said),
                // Much may have been asked for since: what failed is named.
                Err(failure) => Message::Changed(Err(Failure {
                    said: format!("{told}: {}", failure.said),
                    cause: failure.cause,
                })),
            }
        });
    }

    /// Takes a change back, of which this was told.
    pub(super) fn undo(&mut self, batch: BatchId, what: Option<String>) {
        self.job(
            "undoing",
            move |folio, progress| undo(folio, batch, what, progress).boxed(),
            move |undone| Message::Undone(batch, undone),
        );
    }
}

/// Takes a change back; what is told of it.
async fn undo(
    folio: Folio,
    batch: BatchId,
    what: Option<String>,
    progress: Progress,
) -> Result<(Tone, String), Error> {
    let bulk = folio
        .activity()
        .undo(batch, progress.token(), |done| progress.tell(done, None))
        .await?;
    Ok(taken_back(&bulk, what))
}

/// What an undo did, in words: what it took back, or how much of it and why no more.
fn taken_back(bulk: &Bulk, what: Option<String>) -> (Tone, String) {
    let rows = said(bulk, "taken back");
    let is_whole = bulk.done > 0 && bulk.refused_count == 0 && !bulk.cancelled;
    let tone = if is_whole { Tone::Good } else { Tone::Bad };
    let words = match what {
        Some(what) if is_whole => format!("Taken back: {what}"),
        Some(what) => format!("{rows} ({what})"),
        None => rows,
    };
    (tone, words)
}

/// What a change of many rows did, in words: `3 rows taken back, 1 left: it has changed since`.
pub(crate) fn said(bulk: &Bulk, done: &str) -> String {
    let mut said = format!("{} {done}", plural(bulk.done, "row"));
    if bulk.refused_count > 0 {
        said = format!("{said}, {} left", bulk.refused_count);
    }
    if let Some(refusal) = bulk.refused.first() {
        let name = refusal.label.as_ref().unwrap_or(&refusal.id);
        said = format!("{said}: {name} {}", refusal.reason);
    }
    said + then_cancelled(bulk.cancelled)
}

/// What is told of a job that was cancelled before its end, behind what it did.
pub(crate) const fn then_cancelled(is_cancelled: bool) -> &'static str {
    if is_cancelled { ", then cancelled" } else { "" }
}

/// How a job tells how far it is, and learns that it is to stop.
pub(crate) struct Progress {
    id: jobs::Id,
    token: CancellationToken,
    replies: Replies,
    told: Mutex<Option<Instant>>,
}

impl Progress {
    /// Tells how much is done, of how much where that is known.
    pub(crate) fn tell(&self, done: u64, total: Option<u64>) {
        if self.is_time() {
            self.say(done, total);
        }
    }

    /// The same, and with it what a screen shows of the work.
    pub(crate) fn tell_with(&self, done: u64, total: u64, more: impl FnOnce() -> Message) {
        if self.is_time() {
            self.say(done, Some(total));
            self.replies.send(more());
        }
    }

    /// Whether the last news are old enough for others.
    fn is_time(&self) -> bool {
        let now = Instant::now();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_time = told.is_none_or(|told| now >= told + NEWS);
        if is_time {
            *told = Some(now);
        }
        is_time
    }

    fn say(&self, done: u64, total: Option<u64>) {
        let progressed = jobs::Message::Progressed {
            id: self.id,
            done,
            total,
        };
        self.replies.send(Message::Job(progressed));
    }

    /// It is cancelled when the job is to stop.
    pub(crate) const fn token(&self) -> &CancellationToken {
        &self.token
    }
}

/// Words that begin a sentence.
fn capital(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars.as_str().chars()).collect()
}

/// What a work gives; None where it was cancelled and did not end in the moment that it then has.
async fn within_grace<T>(token: &CancellationToken, work: impl Future<Output = T>) -> Option<T> {
    tokio::pin!(work);
    tokio::select! {
        ended = &mut work => Some(ended),
        () = token.cancelled() => tokio::time::timeout(GRACE, work).await.ok(),
    }
}

/// What is told of a change that was cancelled and had done something.
const STOPPED: &str = "Cancelled; what was done until then stays";

fn cancelled() -> Failure {
    Failure {
        said: "cancelled; what was not finished is undone".to_owned(),
        cause: Cause::Cancelled,
    }
}
