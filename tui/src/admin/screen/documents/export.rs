//! Documents as files of a folder: each under its code, with exactly its text.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use service::{DocumentFilter, DocumentSelection, Error, Folio, PageRequest};

use crate::admin::effects::Progress;

/// Documents that are read at once.
const CHUNK: u32 = 50;

/// What an export did.
#[derive(Debug, Default)]
pub(super) struct Exported {
    pub(super) files: u64,
    /// The first code that could not be written, and why.
    pub(super) failed: Option<(String, String)>,
    pub(super) failed_count: u64,
}

/// Writes what is selected into a folder. Files that are there are left as they are.
pub(super) async fn export(
    folio: Folio,
    selection: DocumentSelection,
    folder: PathBuf,
    progress: Progress,
) -> Result<Exported, Error> {
    let mut exported = Exported::default();
    let (filter, but) = match selection {
        DocumentSelection::Codes(codes) => {
            for codes in codes.chunks(CHUNK as usize) {
                if progress.token().is_cancelled() {
                    break;
                }
                write(&folio, codes, &folder, &mut exported).await?;
                progress.tell(exported.files, Some(codes.len() as u64));
            }
            return Ok(exported);
        }
        DocumentSelection::Matching(filter) => (filter, Vec::new()),
        DocumentSelection::MatchingBut(filter, but) => (filter, but),
    };
    each_page(&folio, &filter, &but, &folder, &progress, &mut exported).await?;
    Ok(exported)
}

async fn each_page(
    folio: &Folio,
    filter: &DocumentFilter,
    but: &[String],
    folder: &Path,
    progress: &Progress,
    exported: &mut Exported,
) -> Result<(), Error> {
    let mut next = Some(PageRequest::first(CHUNK));
    while let Some(request) = next.take().filter(|_| !progress.token().is_cancelled()) {
        let page = folio.documents().filtered(filter, &request).await?;
        let codes = page.items.into_iter().map(|row| row.code);
        let codes: Vec<String> = codes.filter(|code| !but.contains(code)).collect();
        write(folio, &codes, folder, exported).await?;
        progress.tell(exported.files, None);
        next = page.next.map(|next| PageRequest::first(CHUNK).after(next));
    }
    Ok(())
}

async fn write(
    folio: &Folio,
    codes: &[String],
    folder: &Path,
    exported: &mut Exported,
) -> Result<(), Error> {
    for document in folio.documents().get_many(codes).await? {
        let (code, folder) = (document.code, folder.to_owned());
        let written = tokio::task::spawn_blocking({
            let code = code.clone();
            move || store(&folder, &code, &document.content)
        });
        let written = written
            .await
            .unwrap_or_else(|ended| Err(io::Error::other(ended)));
        match written {
            Ok(()) => exported.files += 1,
            Err(error) => {
                exported.failed_count += 1;
                exported.failed.get_or_insert((code, error.to_string()));
            }
        }
    }
    Ok(())
}

fn store(folder: &Path, code: &str, text: &str) -> io::Result<()> {
    let path = folder.join(inside(code)?);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)?;
    io::Write::write_all(&mut file, text.as_bytes())
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
