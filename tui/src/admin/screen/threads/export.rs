//! Threads as files: Markdown for people, JSON for programs.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use service::error::IngestionError;
use service::{Error, Folio, Message, PageRequest, Thread, ThreadId, ThreadSelection};

use super::asking::file_name;
use super::selected::Selected;
use crate::admin::effects::{Progress, then_cancelled};
use crate::admin::message::Tone;
use crate::admin::paths::Place;
use crate::admin::text::plural;

/// Turns that are read at once.
const CHUNK: u32 = 200;

/// Writes threads to a path: a single one to a file of that name, all their turns to a file of lines,
/// or each into a file of a folder. What is told of it. Files that are there are left.
pub(super) async fn export(
    folio: &Folio,
    selection: ThreadSelection,
    path: &Path,
    progress: &Progress,
) -> Result<(Tone, String), Error> {
    let place = Place::of(path);
    match &selection {
        ThreadSelection::Ids(ids) if ids.len() == 1 && place != Place::Folder => {
            one(folio, &ids[0], path, progress).await
        }
        _ if place == Place::Lines => lines(folio, selection, path, progress).await,
        _ => folder(folio, selection, path, progress).await,
    }
}

async fn one(
    folio: &Folio,
    id: &ThreadId,
    path: &Path,
    progress: &Progress,
) -> Result<(Tone, String), Error> {
    let Some(thread) = folio.threads().get(id).await? else {
        return Ok(not_written(&format!("{id} has been deleted meanwhile")));
    };
    let mut out = match create(path) {
        Ok(out) => out,
        Err(error) => return Ok(not_written(&format!("{}: {error}", path.display()))),
    };
    let written = write(folio, &thread, Place::of(path), &mut out, progress).await?;
    Ok(told(written, path, progress))
}

async fn lines(
    folio: &Folio,
    selection: ThreadSelection,
    path: &Path,
    progress: &Progress,
) -> Result<(Tone, String), Error> {
    let mut out = match create(path) {
        Ok(out) => out,
        Err(error) => return Ok(not_written(&format!("{}: {error}", path.display()))),
    };
    let (mut selected, mut turns) = (Selected::new(selection), 0);
    while let Some(ids) = selected.next(folio).await? {
        for id in ids {
            let Some(thread) = folio.threads().get(&id).await? else {
                continue;
            };
            match write(folio, &thread, Place::Lines, &mut out, progress).await? {
                Ok(more) => turns += more,
                Err(error) => return Ok(told(Err(error), path, progress)),
            }
            if progress.token().is_cancelled() {
                return Ok(told(Ok(turns), path, progress));
            }
        }
    }
    Ok(told(Ok(turns), path, progress))
}

async fn folder(
    folio: &Folio,
    selection: ThreadSelection,
    folder: &Path,
    progress: &Progress,
) -> Result<(Tone, String), Error> {
    if let Err(error) = fs::create_dir_all(folder) {
        return Ok(not_written(&format!("{}: {error}", folder.display())));
    }
    let (mut selected, mut files, mut failed) = (Selected::new(selection), 0, Vec::new());
    let cancel = progress.token();
    'all: while let Some(ids) = selected.next(folio).await? {
        for id in ids {
            if cancel.is_cancelled() {
                break 'all;
            }
            let Some(thread) = folio.threads().get(&id).await? else {
                continue;
            };
            let path = folder.join(format!("{}.md", file_name(&id)));
            let written = match create(&path) {
                Ok(mut out) => write(folio, &thread, Place::Markdown, &mut out, progress).await?,
                Err(error) => Err(error),
            };
            match written {
                Ok(_) if cancel.is_cancelled() => failed.push(cut_short(&path)),
                Ok(_) => files += 1,
                Err(error) => failed.push(format!("{}: {error}", path.display())),
            }
        }
    }
    let written = format!(
        "{} written into {}{}",
        plural(files, "file"),
        folder.display(),
        then_cancelled(cancel.is_cancelled())
    );
    Ok(match failed.first() {
        None if files == 0 => (Tone::Bad, written),
        None => (Tone::Good, written),
        Some(first) => {
            let said = format!("{written}, {} not: {first}", failed.len());
            (Tone::Bad, said)
        }
    })
}

/// A new file.
fn create(path: &Path) -> io::Result<BufWriter<File>> {
    let file = File::options().write(true).create_new(true).open(path)?;
    Ok(BufWriter::new(file))
}

/// A file that was being written when the work was cancelled.
fn cut_short(path: &Path) -> String {
    format!("{}: cancelled; the file is not whole", path.display())
}

fn told(written: io::Result<u64>, path: &Path, progress: &Progress) -> (Tone, String) {
    let shown = path.display();
    match written {
        Ok(_) if progress.token().is_cancelled() => (Tone::Bad, cut_short(path)),
        Ok(turns) => {
            let said = format!("{} written to {shown}", plural(turns, "turn"));
            (Tone::Good, said)
        }
        Err(error) => {
            let said = format!("{shown}: {error}; the file is not whole");
            (Tone::Bad, said)
        }
    }
}

fn not_written(why: &str) -> (Tone, String) {
    (Tone::Bad, format!("Not written: {why}"))
}

/// Writes a thread, its first turn first; how many turns it has.
async fn write(
    folio: &Folio,
    thread: &Thread,
    format: Place,
    out: &mut BufWriter<File>,
    progress: &Progress,
) -> Result<io::Result<u64>, Error> {
    let (id, cancel) = (&thread.id, progress.token());
    let total = u64::try_from(thread.message_count).ok();
    if format == Place::Markdown {
        let tell = |done| progress.tell(done, total);
        return match folio.export_thread(id, out, cancel, tell).await {
            Ok(done) => Ok(Ok(done.unwrap_or(0))),
            // Who cancelled it tells what became of the file.
            Err(Error::Ingestion(IngestionError::Cancelled { .. })) => Ok(Ok(0)),
            Err(error) => Err(error),
        };
    }
    let is_list = format == Place::Json;
    let (mut done, mut written) = (0, Ok(()));
    let mut next = Some(PageRequest::last(CHUNK));
    while let Some(request) = next.take().filter(|_| written.is_ok()) {
        if cancel.is_cancelled() {
            break;
        }
        let page = folio.messages().list(id, &request).await?;
        for turn in page.items.iter().rev() {
            let before = match (is_list, done) {
                (false, _) => "",
                (true, 0) => "[\n",
                (true, _) => ",\n",
            };
            let after = if is_list { "" } else { "\n" };
            written = written.and_then(|()| write_turn(out, before, turn, after));
            done += 1;
        }
        progress.tell(done, total);
        next = page
            .previous
            .map(|previous| PageRequest::first(CHUNK).before(previous));
    }
    let end = match (is_list, done) {
        (false, _) => "",
        (true, 0) => "[]\n",
        (true, _) => "\n]\n",
    };
    written = written.and_then(|()| out.write_all(end.as_bytes()));
    Ok(written.and_then(|()| out.flush()).map(|()| done))
}

fn write_turn(out: &mut impl Write, before: &str, turn: &Message, after: &str) -> io::Result<()> {
    out.write_all(before.as_bytes())?;
    serde_json::to_writer(&mut *out, turn)?;
    out.write_all(after.as_bytes())
}
