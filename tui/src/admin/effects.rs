//! Does what is wanted of the store, in tasks of their own: the screen never waits. Of each kind
//! of request the latest alone goes on; beginning it ends the one before. A job goes on beside
//! everything else, is seen, and can be cancelled.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use service::{BatchId, Bulk, CancellationToken, Config, Error, Folio};
use tokio::sync::{OnceCell, mpsc, oneshot, watch};
use tokio::task::{AbortHandle, JoinError};

use super::Sample;
use super::drafts::{self, Drafts};
use super::jobs;
use super::link::{self, Store};
use super::message::{Changed, Effect, Kind, Message};
use super::request::{Cause, Failure, Generation};
use super::screen::{
    document, documents, ingest, log, search, stats, thread, threads, trash, writing,
};
use super::text::plural;
use crate::logging::Recent;

const CONNECT: Kind = Kind("store.connect");
/// The file, in the state folder, of how the stores were left.
pub(crate) const SESSIONS: &str = "session.json";
const PROBE: Kind = Kind("store.probe");
/// A job that was cancelled has so long to end in good order.
const GRACE: Duration = Duration::from_secs(2);
/// A job tells how far it is at most this often.
const NEWS: Duration = Duration::from_millis(100);

/// What tasks need.
pub(crate) struct Effects {
    config: Config,
    sample: Sample,
    log: Recent,
    folio: Arc<OnceCell<Folio>>,
    replies: mpsc::UnboundedSender<Message>,
    running: HashMap<Kind, AbortHandle>,
    jobs: HashMap<jobs::Id, CancellationToken>,
    last_job: u64,
    writer: drafts::Writer,
    /// Where it is kept how the stores were left.
    sessions: Option<PathBuf>,
    /// How many tasks have not given their answer yet.
    busy: Arc<watch::Sender<usize>>,
}

impl Effects {
    pub(crate) fn new(
        config: Config,
        sample: Sample,
        log: Recent,
        state: Option<&Path>,
        replies: mpsc::UnboundedSender<Message>,
    ) -> Self {
        let drafts = Drafts::new(state.map(|folder| folder.join("drafts")));
        Self {
            sessions: state.map(|folder| folder.join(SESSIONS)),
            writer: drafts::Writer::new(drafts),
            config,
            sample,
            log,
            folio: Arc::default(),
            replies,
            running: HashMap::new(),
            jobs: HashMap::new(),
            last_job: 0,
            busy: Arc::new(watch::Sender::new(0)),
        }
    }

    /// Begins what is wanted. What the model or the terminal does is passed over.
    pub(crate) fn begin(&mut self, effect: Effect) {
        match effect {
            Effect::Connect(generation) => {
                let (cell, config) = (Arc::clone(&self.folio), self.config.clone());
                self.start(
                    CONNECT,
                    async move { connect(&cell, config).await },
                    move |store| Message::Link(link::Message::Connected(generation, store)),
                );
            }
            Effect::Use(url, generation) => self.use_store(&url, generation),
            Effect::KeepSessions(sessions) => {
                self.writer.write(self.sessions.clone(), sessions.bytes());
            }
            Effect::Probe(generation) => {
                let folio = self.folio();
                self.start(PROBE, async move { probe(&folio?).await }, move |answer| {
                    Message::Link(link::Message::Probed(generation, answer))
                });
            }
            Effect::Drop(kind) => {
                if let Some(task) = self.running.remove(&kind) {
                    task.abort();
                }
            }
            Effect::CancelJob(id) => {
                if let Some(token) = self.jobs.get(&id) {
                    token.cancel();
                }
            }
            Effect::Undo(batch) => self.job(
                "undoing",
                move |folio, progress| undo(folio, batch, progress).boxed(),
                Message::Undone,
            ),
            Effect::Documents(effect) => documents::begin(effect, self),
            Effect::Document(effect) => document::begin(effect, self),
            Effect::Threads(effect) => threads::begin(effect, self),
            Effect::Thread(effect) => thread::begin(effect, self),
            Effect::Writing(effect) => writing::begin(effect, self),
            Effect::Trash(effect) => trash::begin(effect, self),
            Effect::Stats(effect) => stats::begin(effect, self),
            Effect::Search(effect) => search::begin(effect, self),
            Effect::Ingest(effect) => ingest::begin(effect, self),
            Effect::Log(effect) => log::begin(effect, self),
            Effect::Say(..)
            | Effect::Remember(_)
            | Effect::Open(_)
            | Effect::Go(_)
            | Effect::Leave
            | Effect::Close(_)
            | Effect::Send(_)
            | Effect::Redraw
            | Effect::Suspend
            | Effect::Quit
            | Effect::Mouse(_)
            | Effect::Copy(_)
            | Effect::EditOutside(..) => {}
        }
    }

    /// Opens another store; the one that was open is closed.
    fn use_store(&mut self, url: &str, generation: Generation) {
        match Config::from_url(url) {
            Ok(other) => self.config.database = other.database,
            Err(error) => {
                let failure = Failure::new(error.to_string());
                let connected = link::Message::Connected(generation, Err(failure));
                return self.tell(Message::Link(connected));
            }
        }
        for (_, task) in self.running.drain() {
            task.abort();
        }
        for (_, token) in self.jobs.drain() {
            token.cancel();
        }
        let before = std::mem::take(&mut self.folio);
        tokio::spawn(async move {
            if let Some(folio) = before.get() {
                folio.close().await;
            }
        });
        self.begin(Effect::Connect(generation));
    }

    /// Asks the store for something. An earlier request of the kind is dropped, and its answer
    /// with it.
    pub(crate) fn ask<T, F>(
        &mut self,
        kind: Kind,
        work: impl FnOnce(Folio) -> F,
        reply: impl FnOnce(Result<T, Failure>) -> Message + Send + 'static,
    ) where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        match self.folio() {
            Ok(folio) => {
                let work = work(folio);
                self.start(
                    kind,
                    async move { work.await.map_err(|error| failure(&error)) },
                    reply,
                );
            }
            Err(failure) => self.start(kind, std::future::ready(Err(failure)), reply),
        }
    }

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
        let work = async move {
            let work = work?;
            tokio::pin!(work);
            let ended = tokio::select! {
                ended = &mut work => Some(ended),
                () = token.cancelled() => tokio::time::timeout(GRACE, work).await.ok(),
            };
            ended.map_or_else(
                || Err(cancelled()),
                |result| result.map_err(|error| failure(&error)),
            )
        };
        let replies = self.replies.clone();
        let ended = move |result| {
            drop(replies.send(Message::Job(jobs::Message::Ended { id })));
            reply(result)
        };
        self.spawn(work, ended);
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
        let batched = |folio: Folio, progress| {
            let (folio, batch) = folio.batch();
            let work = work(folio, progress);
            async move {
                let said = work.await?;
                Ok(Changed { said, batch })
            }
        };
        self.job(label, batched, Message::Changed);
    }

    /// Ends what goes on, and closes the store.
    pub(crate) async fn end(mut self) {
        self.writer.finish();
        for task in self.running.values() {
            task.abort();
        }
        for token in self.jobs.values() {
            token.cancel();
        }
        if let Some(folio) = self.folio.get() {
            folio.close_within(GRACE).await;
        }
    }

    /// What the store is called, without a password.
    pub(crate) fn store(&self) -> String {
        self.config.database.to_string()
    }

    /// Does something with a draft of the store.
    pub(crate) fn draft(&self, order: drafts::Order) {
        self.writer.give(self.store(), order);
    }

    /// Looks at the drafts.
    pub(crate) fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Drafts) -> T + Send + 'static,
    ) -> oneshot::Receiver<T> {
        self.writer.look(look)
    }

    /// Waits for something that is no request of the store.
    pub(crate) fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
        reply: impl FnOnce(T) -> Message + Send + 'static,
    ) {
        let (replies, busy) = (self.replies.clone(), Busy::new(&self.busy));
        tokio::spawn(async move {
            drop(replies.send(reply(work.await)));
            drop(busy);
        });
    }

    pub(crate) const fn sample(&self) -> Sample {
        self.sample
    }

    pub(crate) const fn log(&self) -> &Recent {
        &self.log
    }

    /// Waits for something that may never come.
    pub(crate) fn listen(
        &mut self,
        kind: Kind,
        news: impl Future<Output = Message> + Send + 'static,
    ) {
        let replies = self.replies.clone();
        let task = tokio::spawn(async move { drop(replies.send(news.await)) });
        if let Some(before) = self.running.insert(kind, task.abort_handle()) {
            before.abort();
        }
    }

    /// Waits until every task has given its answer.
    #[cfg(test)]
    pub(crate) async fn quiet(&self) {
        let mut busy = self.busy.subscribe();
        busy.wait_for(|count| *count == 0).await.unwrap();
    }

    fn folio(&self) -> Result<Folio, Failure> {
        self.folio
            .get()
            .cloned()
            .ok_or_else(|| Failure::new("the store is not open yet"))
    }

    fn tell(&self, message: Message) {
        // Where nobody listens any longer, the program is ending.
        drop(self.replies.send(message));
    }

    fn start<T: Send + 'static>(
        &mut self,
        kind: Kind,
        work: impl Future<Output = Result<T, Failure>> + Send + 'static,
        reply: impl FnOnce(Result<T, Failure>) -> Message + Send + 'static,
    ) {
        let task = self.spawn(work, reply);
        if let Some(before) = self.running.insert(kind, task) {
            before.abort();
        }
    }

    fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Failure>> + Send + 'static,
        reply: impl FnOnce(Result<T, Failure>) -> Message + Send + 'static,
    ) -> AbortHandle {
        let task = tokio::spawn(work);
        let handle = task.abort_handle();
        let replies = self.replies.clone();
        let busy = Busy::new(&self.busy);
        tokio::spawn(async move {
            let result = match task.await {
                Ok(result) => result,
                Err(ended) if ended.is_cancelled() => return,
                Err(ended) => Err(broken(&ended)),
            };
            if let Err(failure) = &result
                && failure.cause == Cause::Gone
            {
                drop(replies.send(Message::Link(link::Message::Lost(failure.clone()))));
            }
            drop(replies.send(reply(result)));
            drop(busy);
        });
        handle
    }
}

/// A task that has not given its answer.
struct Busy(Arc<watch::Sender<usize>>);

impl Busy {
    fn new(count: &Arc<watch::Sender<usize>>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(Arc::clone(count))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// Takes a change back; what is told of it.
async fn undo(folio: Folio, batch: BatchId, progress: Progress) -> Result<String, Error> {
    let bulk = folio
        .activity()
        .undo(batch, progress.token(), |done| progress.tell(done, None))
        .await?;
    Ok(said(&bulk, "taken back"))
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
    if bulk.cancelled {
        said = format!("{said}; cancelled before the end");
    }
    said
}

/// How a job tells how far it is, and learns that it is to stop.
pub(crate) struct Progress {
    id: jobs::Id,
    token: CancellationToken,
    replies: mpsc::UnboundedSender<Message>,
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
            drop(self.replies.send(more()));
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
        drop(self.replies.send(Message::Job(progressed)));
    }

    /// It is cancelled when the job is to stop.
    pub(crate) const fn token(&self) -> &CancellationToken {
        &self.token
    }
}

async fn connect(cell: &OnceCell<Folio>, config: Config) -> Result<Store, Failure> {
    let open = Box::pin(crate::cli::store::open(config));
    let folio = cell
        .get_or_try_init(|| open)
        .await
        .map_err(|error| failure(&error))?;
    Ok(Store {
        database: folio.config().database.to_string(),
        access: folio.config().access,
    })
}

async fn probe(folio: &Folio) -> Result<(), Failure> {
    match folio.health().await.error {
        None => Ok(()),
        Some(error) => Err(Failure {
            said: error,
            cause: Cause::Gone,
        }),
    }
}

fn failure(error: &Error) -> Failure {
    tracing::warn!(%error, "a request of the admin failed");
    Failure::from(error)
}

fn cancelled() -> Failure {
    Failure {
        said: "cancelled; what was not finished is undone".to_owned(),
        cause: Cause::Cancelled,
    }
}

fn broken(ended: &JoinError) -> Failure {
    tracing::error!(%ended, "a task of the admin broke");
    Failure::new("that failed by a fault of the program; its log says more")
}
