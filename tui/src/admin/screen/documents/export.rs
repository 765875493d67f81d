//! Documents as files of a folder, each with all that is known of it; as one file with exactly its text;
//! or as lines of one file.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use service::error::IngestionError;
use service::{Document, DocumentFilter, DocumentSelection, Error, Folio, PageRequest};

use crate::admin::effects::Progress;
use crate::admin::paths::Place;

/// Documents that are read at once.
const CHUNK: u32 = 50;

/// What an export did.
#[derive(Debug, Default)]
pub(crate) struct Exported {
    pub(super) documents: u64,
    /// What could not be written, and why: the first ones.
    pub(super) failed: Vec<(String, String)>,
    pub(super) failed_count: u64,
    /// It was cancelled before its end.
    pub(super) cancelled: bool,
}

impl Exported {
    fn fail(&mut self, what: String, error: &io::Error) {
        self.failed_count += 1;
        self.failed.push((what, error.to_string()));
    }
}

/// Where documents go.
enum Target {
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
            Place::Folder | Place::Markdown | Place::Json => return Ok(Self::Text(path)),
            Place::Lines => {}
        }
        let file = File::options().write(true).create_new(true).open(path)?;
        Ok(Self::Lines(BufWriter::new(file)))
    }

    async fn put(&mut self, document: Document) -> io::Result<()> {
        match self {
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
            Self::Text(_) => Ok(()),
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
    if Place::of(&path) == Place::Folder {
        return into_folder(&folio, &selection, &path, &progress).await;
    }
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

/// Writes files as `folio export folder` does: with all that is known of each document.
async fn into_folder(
    folio: &Folio,
    selection: &DocumentSelection,
    folder: &Path,
    progress: &Progress,
) -> Result<Exported, Error> {
    let total = match selection {
        DocumentSelection::Codes(codes) => Some(codes.len() as u64),
        DocumentSelection::Matching(_) | DocumentSelection::MatchingBut(..) => None,
    };
    let tell = |done| progress.tell(done, total);
    let token = progress.token();
    match folio.export_selected(folder, selection, token, tell).await {
        Ok(done) => {
            let failed = done.errors.into_iter();
            Ok(Exported {
                documents: done.total - done.failed,
                failed: failed.map(|error| (error.file, error.error)).collect(),
                failed_count: done.failed,
                cancelled: false,
            })
        }
        Err(Error::Ingestion(IngestionError::Cancelled { written })) => Ok(Exported {
            documents: written,
            cancelled: true,
            ..Exported::default()
        }),
        Err(Error::Ingestion(IngestionError::Unwritable { path, error })) => {
            let mut exported = Exported::default();
            exported.fail(path.display().to_string(), &error);
            Ok(exported)
        }
        Err(error) => Err(error),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_there_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.md");
        create(&path, "one").unwrap();
        assert!(create(&path, "two").is_err());
        assert_eq!(fs::read_to_string(path).unwrap(), "one");
    }
}
