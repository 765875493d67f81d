//! One conversation into a file of its own, under the rules of the folders.

use std::path::Path;

use tokio_util::sync::CancellationToken;

use super::block::Kind;
use super::documents::unwritable;
use super::mirror::{Place, place_of};
use super::seal::Sealing;
use crate::error::Error;
use crate::exchange::destination::{Contents, Destination, FORCE, Replaces};
use crate::folio::Folio;
use crate::ids::ThreadId;
use crate::unfinished::Readers;

impl Folio {
    /// Writes a conversation into a file, as [`Folio::export_thread_folder`] writes each; gives how many
    /// turns, None where there is no such conversation. A file that no export wrote, or that somebody
    /// has changed since, is left, unless `replaces` says otherwise. The file is there whole, or not at
    /// all.
    ///
    /// # Errors
    /// The database's; [`IngestionError::Unwritable`](crate::error::IngestionError::Unwritable) also
    /// where the file is left; [`IngestionError::Cancelled`](crate::error::IngestionError::Cancelled).
    pub async fn export_thread_file(
        &self,
        id: &ThreadId,
        path: &Path,
        replaces: Replaces,
        cancel: &CancellationToken,
    ) -> Result<Option<u64>, Error> {
        let Some(thread) = self.threads().get(id).await? else {
            return Ok(None);
        };
        let failed = |error: std::io::Error| unwritable(path, error);
        let left = |problem: String| {
            unwritable(path, std::io::Error::other(format!("{problem}; {FORCE}")))
        };
        let destination = Destination::open(self, path, Contents::Thread, replaces)?;
        let there = destination
            .replaced()
            .filter(|_| replaces == Replaces::Earlier);
        let place = match there {
            Some(there) => place_of(there, Kind::Thread, id.as_str()).map_err(left)?,
            None => Place::Free,
        };
        let mut out = destination.begin(Readers::Mask).map_err(failed)?;
        let mut sealing = Sealing::new(&mut out, Kind::Thread).map_err(failed)?;
        let written = self
            .write_thread(&thread, &mut sealing, cancel, |_| ())
            .await?;
        sealing.seal().map_err(failed)?;
        if let (Some(there), Place::Changed) = (there, place)
            && let Some(problem) = self.would_be_lost(&thread, out.path(), there).await?
        {
            return Err(left(problem));
        }
        destination.keep(out).map_err(failed)?;
        Ok(Some(written))
    }
}
