//! Documents as files of a folder, each under its code, with exactly its text; or as lines of one
//! file, with all that is known of them.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Component, Path, PathBuf};

use service::{Document, DocumentFilter, DocumentSelection, Error, Folio, PageRequest};

use crate::admin::effects::Progress;
use crate::admin::paths::Place;

/// Documents that are read at once.
const CHUNK: u32 = 50;

/// What an export did.
#[derive(Debug, Default)]
pub(super) struct Exported {
    pub(super) documents: u64,
    /// The first that could not be written, and why.
    pub(super) failed: Option<(String, String)>,
    pub(super) failed_count: u64,
    /// It was cancelled before its end.
    pub(super) cancelled: bool,
}

impl Exported {
    fn fail(&mut self, what: String, error: &io::Error) {
        self.failed_count += 1;
        self.failed.get_or_insert((what, error.to_string()));
    }
}

/// Where documents go.
enum Target {
    Folder(PathBuf),
    /// The text of the only one, exactly.
    Text(PathBuf),
    /// A document a line, as `folio import` takes them.
    Lines(BufWriter<File>),
}

impl Target {
    /// What a path asks for; a file that is there is no place for lines. Several documents are no
    /// single text.
    fn of(path: PathBuf) -> io::Result<Self> {
        match Place::of(&path) {
            Place::Folder => return Ok(Self::Folder(path)),
            Place::Markdown | Place::Json => return Ok(Self::Text(path)),
            Place::Lines => {}
        }
        let file = File::options().write(true).create_new(true).open(path)?;
        Ok(Self::Lines(BufWriter::new(file)))
    }

    async fn put(&mut self, document: Document) -> io::Result<()> {
        match self {
            Self::Folder(folder) => {
                let folder = folder.clone();
                aside(move || store(&folder, &document.code, &document.content)).await
            }
            Self::Text(path) => {
                let path = path.clone();
                aside(move || create(&path, &document.content)).await
            }
            Self::Lines(out) => {
                serde_json::to_writer(&mut *out, &document)?;
                writeln!(out)
            }
        }
    }

    fn end(&mut self) -> io::Result<()> {
        match self {
            Self::Folder(_) | Self::Text(_) => Ok(()),
            Self::Lines(out) => out.flush(),
        }
    }
}

/// Writes what is selected into a folder, into a file of lines where the path ends in `.jsonl`, or a
/// single document into a file that ends in `.md`.
/// Files that are there are left as they are.
pub(super) async fn export(
    folio: Folio,
    selection: DocumentSelection,
    path: PathBuf,
    progress: Progress,
) -> Result<Exported, Error> {
    let mut exported = Exported::default();
    let name = path.display().to_string();
    let mut target = match Target::of(path) {
        Ok(target) => target,
        Err(error) => {
            exported.fail(name, &error);
            return Ok(exported);
        }
    };
    let (filter, but) = match selection {
        DocumentSelection::Codes(codes) => {
            let total = Some(codes.len() as u64);
            for codes in codes.chunks(CHUNK as usize) {
                write(&folio, codes, &mut target, &progress, &mut exported).await?;
                progress.tell(exported.documents, total);
            }
            (None, Vec::new())
        }
        DocumentSelection::Matching(filter) => (Some(filter), Vec::new()),
        DocumentSelection::MatchingBut(filter, but) => (Some(filter), but),
    };
    if let Some(filter) = filter {
        each_page(&folio, &filter, &but, &mut target, &progress, &mut exported).await?;
    }
    if let Err(error) = target.end() {
        exported.fail(name, &error);
    }
    Ok(exported)
}

async fn each_page(
    folio: &Folio,
    filter: &DocumentFilter,
    but: &[String],
    target: &mut Target,
    progress: &Progress,
    exported: &mut Exported,
) -> Result<(), Error> {
    let mut next = Some(PageRequest::first(CHUNK));
    while let Some(request) = next.take().filter(|_| !exported.cancelled) {
        let page = folio.documents().filtered(filter, &request).await?;
        let codes = page.items.into_iter().map(|row| row.code);
        let codes: Vec<String> = codes.filter(|code| !but.contains(code)).collect();
        write(folio, &codes, target, progress, exported).await?;
        progress.tell(exported.documents, None);
        next = page.next.map(|next| PageRequest::first(CHUNK).after(next));
    }
    Ok(())
}

async fn write(
    folio: &Folio,
    codes: &[String],
    target: &mut Target,
    progress: &Progress,
    exported: &mut Exported,
) -> Result<(), Error> {
    exported.cancelled |= progress.token().is_cancelled();
    if exported.cancelled {
        return Ok(());
    }
    for document in folio.documents().get_many(codes).await? {
        if progress.token().is_cancelled() {
            exported.cancelled = true;
            break;
        }
        let code = document.code.clone();
        match target.put(document).await {
            Ok(()) => exported.documents += 1,
            Err(error) => exported.fail(code, &error),
        }
    }
    Ok(())
}

fn store(folder: &Path, code: &str, text: &str) -> io::Result<()> {
    let path = folder.join(inside(code)?);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    create(&path, text)
}

/// Does what may take its time where that keeps nothing else.
async fn aside(work: impl FnOnce() -> io::Result<()> + Send + 'static) -> io::Result<()> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|ended| Err(io::Error::other(ended)))
}

/// A new file with a text.
fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)?;
    file.write_all(text.as_bytes())
}

/// The path of a code within the folder: a code that leads out of it, or is no name of a file, is
/// refused.
fn inside(code: &str) -> io::Result<PathBuf> {
    let refused = |why: &str| io::Error::new(io::ErrorKind::InvalidInput, why);
    if code.chars().any(char::is_control) {
        return Err(refused("its code can't be the name of a file"));
    }
    let path = PathBuf::from(format!("{code}.md"));
    let is_plain = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if is_plain {
        Ok(path)
    } else {
        Err(refused("its code leads out of the folder"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_leads_out_of_the_folder() {
        assert_eq!(inside("guide/a").unwrap(), Path::new("guide/a.md"));
        for code in ["../a", "/etc/passwd", "a/../../b", "a\u{0}b", "a\nb", ".."] {
            assert!(code == ".." || inside(code).is_err(), "{code:?}");
        }
        // Two dots and an extension are a name like any other.
        assert_eq!(inside("..").unwrap(), Path::new("...md"));
    }

    #[test]
    fn a_file_that_is_there_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        store(folder.path(), "a/b", "one").unwrap();
        assert!(store(folder.path(), "a/b", "two").is_err());
        assert_eq!(
            fs::read_to_string(folder.path().join("a/b.md")).unwrap(),
            "one"
        );
    }
}
