//! Does what is wanted of the store, in tasks of their own: the screen never waits. Of each kind
//! of request the latest alone goes on; beginning it ends the one before. A job goes on beside
//! everything else, is seen, and can be cancelled.

mod job;
mod stores;
mod told;

pub(crate) use job::{Progress, said, then_cancelled};

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use service::{CancellationToken, Config, Error, Folio};
use tokio::sync::{OnceCell, mpsc, oneshot, watch};
use tokio::task::AbortHandle;

use super::Sample;
use super::drafts::{self, Draft, Drafts};
use super::jobs;
use super::link;
use super::message::{Effect, Kind, Message};
use super::request::{Cause, Failure, Generation};
use super::screen::{
    document, documents, ingest, log, search, stats, thread, threads, trash, writing,
};
use crate::logging::Recent;
use told::Told;

/// The file, in the state folder, of how the stores were left.
pub(crate) const SESSIONS: &str = "session.json";
/// A job that was cancelled has so long to end in good order.
const GRACE: Duration = Duration::from_secs(2);

/// What tasks need.
pub(crate) struct Effects {
    config: Config,
    sample: Sample,
    log: Recent,
    folio: Arc<OnceCell<Folio>>,
    /// The settings of the store that was left for one that is not open yet.
    before: Option<Config>,
    replies: Replies,
    running: HashMap<Kind, AbortHandle>,
    told: Told,
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
            before: None,
            replies: Replies {
                sender: replies,
                store: Generation::default(),
            },
            running: HashMap::new(),
            told: Told::default(),
            jobs: HashMap::new(),
            last_job: 0,
            busy: Arc::new(watch::Sender::new(0)),
        }
    }

    /// Begins what is wanted. What the model or the terminal does is passed over.
    pub(crate) fn begin(&mut self, effect: Effect) {
        match effect {
            Effect::Connect(generation) => self.connect(generation),
            Effect::Migrate(generation) => self.migrate(generation),
            Effect::Use(wanted, generation) => self.use_store(wanted, generation),
            Effect::KeepSessions(sessions) => {
                self.writer.write(self.sessions.clone(), sessions.bytes());
            }
            Effect::Probe(generation) => self.probe(generation),
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
            Effect::Undo(batch, what) => self.undo(batch, what),
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
            | Effect::Mention(..)
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
                let told = self.told.clone();
                self.start(kind, async move { told.of(kind, work.await) }, reply);
            }
            Err(failure) => self.start(kind, std::future::ready(Err(failure)), reply),
        }
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

    /// Writes a draft of the store; an error says why it is not on disk.
    pub(crate) fn keep_draft(
        &self,
        draft: Draft,
    ) -> impl Future<Output = Result<(), String>> + Send + 'static {
        let kept = self.writer.keep(self.store(), draft);
        async move {
            let ended = "what writes them has ended; the program's log says more";
            kept.await.unwrap_or_else(|_| Err(ended.to_owned()))
        }
    }

    /// Nothing of the store is written any longer.
    fn leave_drafts(&self) {
        self.writer.leave_all();
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
        self.run(Box::pin(async move { reply(work.await) }));
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
        let task = tokio::spawn(async move { replies.send(news.await) });
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
        self.replies.send(message);
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
        let replies = self.replies.clone();
        let watch = stores::watch(Arc::clone(&self.folio), replies.clone());
        self.run(Box::pin(async move {
            let work = AssertUnwindSafe(work).catch_unwind();
            let result = tokio::select! {
                ended = work => ended.unwrap_or_else(|_| Err(broken())),
                never = watch => match never {},
            };
            if let Err(failure) = &result
                && failure.cause == Cause::Gone
            {
                replies.send(Message::Link(link::Message::Lost(failure.clone())));
            }
            reply(result)
        }))
    }

    /// Runs a task, and sends its answer. One type of task, whatever it does: the runtime's code is
    /// made anew for each type.
    fn run(&self, answer: Answer) -> AbortHandle {
        let (replies, busy) = (self.replies.clone(), Busy::new(&self.busy));
        let task = tokio::spawn(async move {
            replies.send(answer.await);
            drop(busy);
        });
        task.abort_handle()
    }
}

/// What is done, up to what is told of it.
type Answer = Pin<Box<dyn Future<Output = Message> + Send>>;

/// Where answers go. Each tells which store it is of: that one may have been left since.
#[derive(Clone)]
struct Replies {
    sender: mpsc::UnboundedSender<Message>,
    /// What the store was opened with; the first one needs no name.
    store: Generation,
}

impl Replies {
    fn send(&self, message: Message) {
        let message = Message::Reply(self.store, Box::new(message));
        // Where nobody listens any longer, the program is ending.
        drop(self.sender.send(message));
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

fn failure(error: &Error) -> Failure {
    tracing::warn!(%error, "a request of the admin failed");
    Failure::from(error)
}

/// The panic was told where it was caught by the program's hook.
fn broken() -> Failure {
    tracing::error!("a task of the admin broke");
    Failure::new("that failed by a fault of the program; its log says more")
}
