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
    let Some(thread) = folio.threads().get(id).await? else {
        return Ok(format!("Not written: {id} has been deleted meanwhile"));
    };
    let mut out = match File::options().write(true).create_new(true).open(path) {
        Ok(file) => BufWriter::new(file),
        Err(error) => return Ok(format!("Not written: {}: {error}", path.display())),
    };
    let is_json = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let title = thread.title.as_deref().unwrap_or(thread.id.as_str());
    let mut written = if is_json {
        writeln!(out, "[")
    } else {
        writeln!(out, "# {title}")
    };
    let (mut done, total) = (0, u64::try_from(thread.message_count).ok());
    let mut next = Some(PageRequest::last(CHUNK));
    while let Some(request) = next.take().filter(|_| written.is_ok()) {
        if progress.token().is_cancelled() {
            break;
        }
        let page = folio.messages().list(id, &request).await?;
        for turn in page.items.iter().rev() {
            written = written.and_then(|()| {
                if is_json {
                    as_json(&mut out, turn, done == 0)
                } else {
                    as_markdown(&mut out, turn)
                }
            });
            done += 1;
        }
        progress.tell(done, total);
        next = page
            .previous
            .map(|previous| PageRequest::first(CHUNK).before(previous));
    }
    if is_json {
        written = written.and_then(|()| writeln!(out, "\n]"));
    }
    Ok(match written.and_then(|()| out.flush()) {
        Ok(()) => format!("{done} turns written to {}", path.display()),
        Err(error) => format!("{}: {error}; the file is not whole", path.display()),
    })
}

fn as_markdown(out: &mut impl Write, turn: &Message) -> io::Result<()> {
    let user = turn.user_id.as_ref().map_or("user", |user| user.as_str());
    let at = turn.created_at.format("%Y-%m-%d %H:%M:%S UTC");
    write!(
        out,
        "\n## {user}, {at}\n\n{}\n\n## assistant\n\n{}\n",
        turn.question, turn.answer
    )
}

/// A line for each turn, as `folio import` reads it back without the brackets.
fn as_json(out: &mut impl Write, turn: &Message, is_first: bool) -> io::Result<()> {
    if !is_first {
        writeln!(out, ",")?;
    }
    serde_json::to_writer(&mut *out, turn).map_err(io::Error::from)
}
