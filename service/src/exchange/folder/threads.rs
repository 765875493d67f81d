//! Conversations into a folder, a file of Markdown each.

use std::collections::HashSet;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use tokio_util::sync::CancellationToken;

use super::block::Kind;
use super::documents::{blocking, settle, unwritable};
use super::mirror::{Mirror, Place, Placed};
use super::path::{Twins, path_word};
use super::seal::Sealing;
use super::{FolderExport, Stale, stale};
use crate::error::{Area, Error, IngestionError, Operation};
use crate::exchange::conversations::{self, THREADS};
use crate::exchange::{lines, markdown};
use crate::folio::Folio;
use crate::store::Store;
use crate::threads::Thread;

impl Folio {
    /// Writes every conversation into a folder, a file of Markdown each, as [`Folio::export_folder`]
    /// writes documents; [`Folio::import_folder`] takes them back. `progress` gets how many
    /// conversations are done with.
    ///
    /// # Errors
    /// As [`Folio::export_folder`].
    pub async fn export_thread_folder(
        &self,
        folder: &Path,
        stale: Stale,
        cancel: &CancellationToken,
        progress: impl Fn(u64) + Send + Sync,
    ) -> Result<FolderExport, Error> {
        let (mut twins, mut behind) = (Twins::default(), None);
        loop {
            let piece = THREADS.next(self, behind.as_ref()).await?;
            let Some(last) = piece.last() else { break };
            behind = Some(THREADS.key_of(last));
            for row in &piece {
                twins.add(&row.id);
            }
        }
        let mut mirror =
            Mirror::open(folder, Kind::Thread).map_err(|error| unwritable(folder, error))?;
        let (mut report, mut written, mut behind) = (FolderExport::default(), HashSet::new(), None);
        loop {
            let piece = THREADS.next(self, behind.as_ref()).await?;
            let Some(last) = piece.last() else { break };
            behind = Some(THREADS.key_of(last));
            for row in piece {
                if cancel.is_cancelled() {
                    let written = report.added + report.updated;
                    return Err(IngestionError::Cancelled { written }.into());
                }
                let path = twins.path(&row.id);
                written.insert(path_word(&path));
                let thread = Thread::from(row);
                let file = self.thread_file(&mut mirror, &path, &thread, cancel);
                match file.await? {
                    Ok(Some(placed)) => report.note(placed),
                    Ok(None) => {}
                    Err(problem) => {
                        report.total += 1;
                        report.fail(&path, problem);
                    }
                }
                if mirror.is_full() {
                    (mirror, report) = blocking(folder, move || {
                        settle(&mut mirror, &mut report)?;
                        Ok((mirror, report))
                    })
                    .await?;
                }
                progress(written.len() as u64);
            }
        }
        blocking(folder, move || {
            settle(&mut mirror, &mut report)?;
            stale::clear(&mirror, Kind::Thread, stale, &written, &mut report)?;
            mirror.finish()?;
            Ok(report)
        })
        .await
    }

    async fn earlier_titles(&self, thread: &Thread) -> Result<Vec<String>, Error> {
        let operation = || Operation::new(Area::Chat, "read the titles that a conversation had");
        Store::Pools(self)
            .read(operation, async |conn| {
                conversations::earlier_titles(&conn, &thread.id).await
            })
            .await
    }

    /// Why a file that somebody has changed can't be written over by this whole one: something in it
    /// would be lost. One that was taken in since says nothing that the store does not say.
    pub(super) async fn would_be_lost(
        &self,
        thread: &Thread,
        whole: &Path,
        there: &Path,
    ) -> Result<Option<String>, Error> {
        let longest = lines::longest(self);
        let open = |path: &Path| File::open(path).map(BufReader::new);
        let titles = self.earlier_titles(thread).await?;
        let found =
            open(whole).and_then(|whole| markdown::problem(whole, open(there)?, &titles, longest));
        Ok(found.unwrap_or_else(|error| {
            Some(format!(
                "it was changed since it was written, and is left as it is: {error}"
            ))
        }))
    }

    /// Writes one conversation; gives what became of its file, None where that waits for its name. The
    /// inner error says why its place is not free.
    async fn thread_file(
        &self,
        mirror: &mut Mirror,
        path: &Path,
        thread: &Thread,
        cancel: &CancellationToken,
    ) -> Result<Result<Option<Placed>, String>, Error> {
        let root = mirror.root().to_owned();
        let failed = |error: std::io::Error| unwritable(&root, error);
        let (file, unfinished) = mirror.begin().map_err(failed)?;
        let mut out = Sealing::new(file, Kind::Thread).map_err(failed)?;
        self.write_thread(thread, &mut out, cancel, |_| ()).await?;
        let sum = out.seal().map_err(failed)?;
        let place = match mirror.look(path, thread.id.as_str()) {
            Ok(Place::Earlier(before)) if before == sum => return Ok(Ok(Some(Placed::Unchanged))),
            Ok(Place::Changed) => {
                let there = root.join(path);
                match self.would_be_lost(thread, &unfinished, &there).await? {
                    None => Place::Changed,
                    Some(problem) => return Ok(Err(problem)),
                }
            }
            Ok(place) => place,
            Err(problem) => return Ok(Err(problem)),
        };
        mirror.put(unfinished, path, place);
        Ok(Ok(None))
    }
}
