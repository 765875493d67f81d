//! Texts that are being edited, on disk within a second of being typed, so that nothing that ends
//! the program loses them. A draft is a file in the state folder that only the user may read; it
//! is written anew as a whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use serde::{Deserialize, Serialize};
use service::{MessageId, ThreadId};
use tokio::sync::oneshot;

/// What is written, and saved in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Subject {
    /// The text of the document with this code.
    Document(String),
    /// The question and the answer of a turn.
    Turn(ThreadId, MessageId),
    /// Those of a turn that is to be added to a thread.
    NewTurn(ThreadId),
}

impl Subject {
    /// The name of a draft's file in a store.
    fn file(&self, store: &str) -> String {
        let name = match self {
            Self::Document(code) => code.clone(),
            // No code has a NUL in it.
            Self::Turn(thread, id) => format!("\0{id}\0{thread}"),
            Self::NewTurn(thread) => format!("\0\0{thread}"),
        };
        let hash = fnv1a(store.bytes().chain([0]).chain(name.bytes()));
        format!("{hash:016x}.json")
    }

    /// The thread that it belongs to.
    pub(crate) const fn thread(&self) -> Option<&ThreadId> {
        match self {
            Self::Document(_) => None,
            Self::Turn(thread, _) | Self::NewTurn(thread) => Some(thread),
        }
    }
}

/// A number for some bytes, which will be the same tomorrow.
pub(crate) fn fnv1a(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// A text that was not saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Draft {
    pub(crate) of: Subject,
    /// The version that it is a change of; None where there are no versions.
    pub(crate) version: Option<i64>,
    /// What it began with: a text for each part.
    pub(crate) base: Vec<String>,
    pub(crate) texts: Vec<String>,
}

/// A draft as it is on disk.
#[derive(Serialize, Deserialize)]
struct Stored {
    /// The store, as it is named without a password.
    store: String,
    #[serde(flatten)]
    draft: Draft,
}

/// Something to do with a draft of a store.
#[derive(Clone, Debug)]
pub(crate) enum Order {
    Keep(Draft),
    Drop(Subject),
}

/// The drafts in a folder; None where the system has no place for them.
#[derive(Clone, Debug)]
pub(crate) struct Drafts {
    folder: Option<PathBuf>,
}

impl Drafts {
    pub(crate) const fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    /// The draft of this, in a store.
    pub(crate) fn find(&self, store: &str, of: &Subject) -> Option<Draft> {
        let stored = read(&self.folder.as_ref()?.join(of.file(store)))?;
        let is_it = stored.store == store && stored.draft.of == *of;
        is_it.then_some(stored.draft)
    }

    /// A store's drafts, in an order that stays the same.
    pub(crate) fn all(&self, store: &str) -> Vec<Draft> {
        let files = self
            .folder
            .as_ref()
            .and_then(|folder| fs::read_dir(folder).ok());
        let mut paths: Vec<PathBuf> = files
            .into_iter()
            .flatten()
            .filter_map(|file| Some(file.ok()?.path()))
            .collect();
        paths.sort();
        let stored = paths.iter().filter_map(|path| read(path));
        stored
            .filter(|stored| stored.store == store)
            .map(|stored| stored.draft)
            .collect()
    }

    fn keep(&self, store: String, draft: Draft) -> io::Result<()> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let path = folder.join(draft.of.file(&store));
        write_private(&path, &serde_json::to_vec(&Stored { store, draft })?)
    }

    fn drop(&self, store: &str, of: &Subject) {
        if let Some(folder) = &self.folder {
            // One that isn't there need not go.
            drop(fs::remove_file(folder.join(of.file(store))));
        }
    }
}

fn read(path: &Path) -> Option<Stored> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Writes a file that only the user may read: as a whole, or not at all.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(bytes)?;
    file.sync_data()?;
    fs::rename(&beside, path)
}

/// Something that is done with the drafts.
type Work = Box<dyn FnOnce(&Drafts) + Send>;

/// Does what is ordered, one after the other, on a thread of its own: a slow disk holds up no key,
/// and who looks for a draft finds what was ordered before.
#[derive(Debug)]
pub(crate) struct Writer {
    orders: Option<Sender<Work>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(crate) fn new(drafts: Drafts) -> Self {
        let (orders, received) = channel::<Work>();
        let thread = std::thread::Builder::new()
            .name("drafts".to_owned())
            .spawn(move || received.into_iter().for_each(|work| work(&drafts)));
        Self {
            orders: Some(orders),
            thread: thread.ok(),
        }
    }

    /// Does something with a draft of a store.
    pub(crate) fn give(&self, store: String, order: Order) {
        self.send(Box::new(move |drafts| match order {
            Order::Keep(draft) => {
                if let Err(error) = drafts.keep(store, draft) {
                    tracing::error!(%error, "a draft could not be written");
                }
            }
            Order::Drop(of) => drafts.drop(&store, &of),
        }));
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
            // Without the thread nothing is kept, which its start would have told.
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

#[cfg(test)]
mod tests {
    use super::*;

    const STORE: &str = "sqlite://a.db";

    fn thread(id: &str) -> ThreadId {
        ThreadId::new(id).unwrap()
    }

    fn draft(of: Subject, text: &str) -> Draft {
        Draft {
            of,
            version: Some(3),
            base: vec![String::new()],
            texts: vec![text.to_owned()],
        }
    }

    fn document(code: &str) -> Subject {
        Subject::Document(code.to_owned())
    }

    #[test]
    fn a_draft_is_there_until_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(Some(folder.path().join("drafts")));
        let mut writer = Writer::new(drafts.clone());
        let turn = Subject::Turn(
            thread("t"),
            "0199a000-0000-7000-8000-000000000007".parse().unwrap(),
        );
        let new = Subject::NewTurn(thread("t"));
        for (of, text) in [
            (document("b/c"), "one"),
            (document("a"), "\u{1b}two\n"),
            (document("b/c"), "other"),
            (turn.clone(), "a turn"),
            (new.clone(), "a new one"),
        ] {
            writer.give(STORE.to_owned(), Order::Keep(draft(of, text)));
        }
        writer.finish();
        assert_eq!(drafts.all(STORE).len(), 4);
        assert_eq!(drafts.all("sqlite://b.db"), []);
        for (of, text) in [
            (document("b/c"), "other"),
            (turn, "a turn"),
            (new, "a new one"),
        ] {
            assert_eq!(drafts.find(STORE, &of), Some(draft(of.clone(), text)));
            drafts.drop(STORE, &of);
            assert_eq!(drafts.find(STORE, &of), None);
        }
        assert_eq!(drafts.all(STORE).len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_it_and_no_part_of_it_is_left() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        Drafts::new(Some(folder.path().to_owned()))
            .keep(STORE.to_owned(), draft(document("a"), "text"))
            .unwrap();
        let files: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        assert_eq!(files.len(), 1);
        assert_eq!(
            fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}
