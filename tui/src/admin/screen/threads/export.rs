//! A thread as a file: Markdown for people, JSON for programs.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use service::{Error, Folio, Message, PageRequest, ThreadId};

use crate::admin::effects::Progress;

/// Turns that are read at once.
const CHUNK: u32 = 200;

/// Writes a thread, its first turn first; what is told of it. A file that is there is left.
pub(super) async fn export(
    folio: &Folio,
    id: &ThreadId,
    path: &Path,
    progress: &Progress,
) -> Result<String, Error> {
    let is_json = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let Some(thread) = folio.threads().get(id).await? else {
        return Ok(format!("Not written: {id} has been deleted meanwhile"));
    };
    let mut out = match File::options().write(true).create_new(true).open(path) {
        Ok(file) => BufWriter::new(file),
        Err(error) => return Ok(format!("Not written: {}: {error}", path.display())),
    };
    let total = u64::try_from(thread.message_count).ok();
    if is_json {
        return json(folio, id, path, out, total, progress).await;
    }
    let tell = |done| progress.tell(done, total);
    match folio
        .export_thread(id, &mut out, progress.token(), tell)
        .await?
    {
        Some(done) => Ok(format!("{done} turns written to {}", path.display())),
        None => Ok(format!("Not written: {id} has been deleted meanwhile")),
    }
}

/// The turns as an array.
async fn json(
    folio: &Folio,
    id: &ThreadId,
    path: &Path,
    mut out: BufWriter<File>,
    total: Option<u64>,
    progress: &Progress,
) -> Result<String, Error> {
    let mut written = writeln!(out, "[");
    let mut done = 0;
    let mut next = Some(PageRequest::last(CHUNK));
    while let Some(request) = next.take().filter(|_| written.is_ok()) {
        if progress.token().is_cancelled() {
            break;
        }
        let page = folio.messages().list(id, &request).await?;
        for turn in page.items.iter().rev() {
            written = written.and_then(|()| as_json(&mut out, turn, done == 0));
            done += 1;
        }
        progress.tell(done, total);
        next = page
            .previous
            .map(|previous| PageRequest::first(CHUNK).before(previous));
    }
    let written = written.and_then(|()| writeln!(out, "\n]"));
    Ok(match written.and_then(|()| out.flush()) {
        Ok(()) => format!("{done} turns written to {}", path.display()),
        Err(error) => format!("{}: {error}; the file is not whole", path.display()),
    })
}

/// A line for each turn, as `folio import` reads it back without the brackets.
fn as_json(out: &mut impl Write, turn: &Message, is_first: bool) -> io::Result<()> {
    if !is_first {
        writeln!(out, ",")?;
    }
    serde_json::to_writer(&mut *out, turn).map_err(io::Error::from)
}
