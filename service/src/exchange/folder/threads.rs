//! Conversations into a folder, a file of Markdown each.

use std::collections::HashSet;
use std::fs::File;
use std::path::Path;

use tokio_util::sync::CancellationToken;

use super::block::Kind;
use super::documents::{blocking, unwritable};
use super::mirror::{Mirror, Place, Placed};
use super::path::{Twins, path_word};
use super::seal::Sealing;
use super::{FolderExport, Stale, stale};
use crate::error::{Error, IngestionError};
use crate::exchange::conversations::THREADS;
use crate::folio::Folio;
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
        let mirror =
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
                match self.thread_file(&mirror, &path, &thread, cancel).await? {
                    Ok(placed) => report.note(placed),
                    Err(problem) => {
                        report.total += 1;
                        report.fail(&path, problem);
                    }
                }
                progress(report.total);
            }
        }
        blocking(folder, move || {
            stale::clear(&mirror, Kind::Thread, stale, &written, &mut report)?;
            Ok(report)
        })
        .await
    }

    /// Writes one conversation; the inner error says why its place is not free.
    async fn thread_file(
        &self,
        mirror: &Mirror,
        path: &Path,
        thread: &Thread,
        cancel: &CancellationToken,
    ) -> Result<Result<Placed, String>, Error> {
        let failed = |error: std::io::Error| unwritable(mirror.root(), error);
        let unfinished = mirror.unfinished().map_err(failed)?;
        let file = File::create(&unfinished).map_err(failed)?;
        let mut out = Sealing::new(file, Kind::Thread).map_err(failed)?;
        self.write_thread(thread, &mut out, cancel, |_| ()).await?;
        let sum = out.seal().map_err(failed)?;
        let placed = mirror
            .look(path, thread.id.as_str())
            .and_then(|place| match place {
                Place::Earlier(before) if before == sum => Ok(Placed::Unchanged),
                Place::Changed => Err(
                    "it was changed since it was written, and is left as it is: move it away"
                        .to_owned(),
                ),
                place => mirror
                    .place(unfinished, path, &place)
                    .map_err(|error| error.to_string()),
            });
        Ok(placed)
    }
}
