//! Texts that are being edited, on disk within a second of being typed, so that nothing that ends
//! the program loses them. A draft is a file in the state folder that only the user may read; it
//! is written anew as a whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

/// A text that was not saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Draft {
    /// The store, as it is named without a password.
    pub(crate) store: String,
    /// The document.
    pub(crate) code: String,
    /// The version that it is a change of.
    pub(crate) version: i64,
    pub(crate) text: String,
}

/// Which draft: of a document in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) store: String,
    pub(crate) code: String,
}

impl Key {
    /// Its file's name: by FNV-1a, which will be the same tomorrow.
    fn file(&self) -> String {
        let bytes = self.store.bytes().chain([0]).chain(self.code.bytes());
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        format!("{hash:016x}.json")
    }
}

/// Something to do with a draft.
#[derive(Clone, Debug)]
pub(crate) enum Order {
    Keep(Draft),
    Drop(Key),
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

    /// The draft of a document.
    pub(crate) fn find(&self, key: &Key) -> Option<Draft> {
        let draft = read(&self.folder.as_ref()?.join(key.file()))?;
        (draft.store == key.store && draft.code == key.code).then_some(draft)
    }

    /// The codes of a store's documents that have one.
    pub(crate) fn codes(&self, store: &str) -> Vec<String> {
        let files = self
            .folder
            .as_ref()
            .and_then(|folder| fs::read_dir(folder).ok());
        let mut codes: Vec<String> = files
            .into_iter()
            .flatten()
            .filter_map(|file| read(&file.ok()?.path()))
            .filter(|draft| draft.store == store)
            .map(|draft| draft.code)
            .collect();
        codes.sort();
        codes
    }

    fn keep(&self, draft: &Draft) -> io::Result<()> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let key = Key {
            store: draft.store.clone(),
            code: draft.code.clone(),
        };
        write_private(&folder.join(key.file()), &serde_json::to_vec(draft)?)
    }

    fn drop(&self, key: &Key) {
        if let Some(folder) = &self.folder {
            // One that isn't there need not go.
            drop(fs::remove_file(folder.join(key.file())));
        }
    }
}

fn read(path: &Path) -> Option<Draft> {
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

    pub(crate) fn give(&self, order: Order) {
        self.send(Box::new(move |drafts| match order {
            Order::Keep(draft) => {
                if let Err(error) = drafts.keep(&draft) {
                    tracing::error!(%error, "a draft could not be written");
                }
            }
            Order::Drop(key) => drafts.drop(&key),
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

    fn draft(code: &str, text: &str) -> Draft {
        Draft {
            store: "sqlite://a.db".to_owned(),
            code: code.to_owned(),
            version: 3,
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_draft_is_there_until_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(Some(folder.path().join("drafts")));
        let mut writer = Writer::new(drafts.clone());
        for order in [
            Order::Keep(draft("b/c", "one")),
            Order::Keep(draft("a", "\u{1b}two\n")),
            Order::Keep(draft("b/c", "other")),
        ] {
            writer.give(order);
        }
        writer.finish();
        assert_eq!(drafts.codes("sqlite://a.db"), ["a", "b/c"]);
        assert_eq!(drafts.codes("sqlite://b.db"), Vec::<String>::new());
        let key = Key {
            store: "sqlite://a.db".to_owned(),
            code: "b/c".to_owned(),
        };
        assert_eq!(drafts.find(&key).unwrap().text, "other");
        drafts.drop(&key);
        assert_eq!(drafts.find(&key), None);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_it_and_no_part_of_it_is_left() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        Drafts::new(Some(folder.path().to_owned()))
            .keep(&draft("a", "text"))
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
