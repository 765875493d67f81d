//! What writes drafts, and whatever else goes into the state folder.

use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::{Draft, Drafts, Order, write_private};

/// Something that is done with the drafts.
type Work = Box<dyn FnOnce(&mut Drafts) + Send>;

/// Does what is ordered, one after the other, on a thread of its own: a slow disk holds up no key,
/// and who looks for a draft finds what was ordered before.
#[derive(Debug)]
pub(crate) struct Writer {
    orders: Option<Sender<Work>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(crate) fn new(mut drafts: Drafts) -> Self {
        let (orders, received) = channel::<Work>();
        let thread = std::thread::Builder::new()
            .name("drafts".to_owned())
            .spawn(move || {
                for work in received {
                    work(&mut drafts);
                }
                drafts.leave_all();
            });
        Self {
            orders: Some(orders),
            thread: thread.ok(),
        }
    }

    /// Writes a draft of a store; an error says why it is not on disk.
    pub(crate) fn keep(
        &self,
        store: String,
        draft: Draft,
    ) -> oneshot::Receiver<Result<(), String>> {
        let (answer, kept) = oneshot::channel();
        self.send(Box::new(move |drafts| {
            drop(answer.send(drafts.keep(&store, draft)));
        }));
        kept
    }

    /// Does something with a draft of a store.
    pub(crate) fn give(&self, store: String, order: Order) {
        self.send(Box::new(move |drafts| drafts.carry_out(&store, order)));
    }

    /// Nothing is written any longer: what is kept is offered to whoever looks.
    pub(crate) fn leave_all(&self) {
        self.send(Box::new(Drafts::leave_all));
    }

    /// Writes another file, where there is a place for it.
    pub(crate) fn write(&self, path: Option<PathBuf>, bytes: Vec<u8>) {
        self.send(Box::new(move |_| {
            if let Some(Err(error)) = path.map(|path| write_private(&path, &bytes)) {
                tracing::error!(%error, "a file of the state folder could not be written");
            }
        }));
    }

    /// Looks at the drafts.
    pub(crate) fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Drafts) -> T + Send + 'static,
    ) -> oneshot::Receiver<T> {
        let (answer, found) = oneshot::channel();
        self.send(Box::new(move |drafts| drop(answer.send(look(drafts)))));
        found
    }

    fn send(&self, work: Work) {
        if let Some(orders) = &self.orders {
            // Without the thread nothing is kept: who waits for an answer learns it.
            drop(orders.send(work));
        }
    }

    /// Waits until everything is written.
    pub(crate) fn finish(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.finish();
    }
}
