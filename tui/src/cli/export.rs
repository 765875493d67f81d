//! `folio export` and `folio backup`: the store's contents in files.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::json;
use service::{Backup, Config, Folio, Manifest};

use super::Done;
use super::arguments::{Export, ExportKind};
use super::output::{Output, Stop, complain};

pub(super) async fn run(config: Config, export: Export, output: &Output) -> Result<Done, Stop> {
    let folio = super::store::open(config).await?;
    let done = match export.kind {
        ExportKind::Archive => archive(&folio, &export.file, output).await,
        kind => lines(&folio, kind, &export.file, output).await,
    };
    folio.close().await;
    done.map(|()| Done::Whole)
}

async fn archive(folio: &Folio, file: &Path, output: &Output) -> Result<(), Stop> {
    if file == Path::new("-") {
        return Err(Stop::Misused("an archive needs a file".to_owned()));
    }
    let manifest = folio.export_archive(file).await?;
    output.print(&manifest, |manifest: &Manifest| {
        let part = |part: &service::ArchivePart| {
            format!("{}  {} in {}", part.blake3, part.items, part.file)
        };
        manifest.parts.iter().map(part).collect()
    })
}

/// A file appears when it is whole; what is printed goes out as it comes.
async fn lines(folio: &Folio, kind: ExportKind, file: &Path, output: &Output) -> Result<(), Stop> {
    if file == Path::new("-") {
        let mut out = BufWriter::new(std::io::stdout());
        let written = write(folio, kind, &mut out).await?;
        complain(&format!("{written} exported"));
        return Ok(());
    }
    let mut unfinished = file.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let made = async {
        let mut out = BufWriter::new(File::create(&unfinished)?);
        let written = write(folio, kind, &mut out).await?;
        out.flush()?;
        std::fs::rename(&unfinished, file)?;
        Ok(written)
    };
    let written: u64 = made.await.inspect_err(|_: &Stop| {
        drop(std::fs::remove_file(&unfinished));
    })?;
    output.print(&json!({"exported": written}), |_| {
        vec![format!("{written} exported")]
    })
}

async fn write(
    folio: &Folio,
    kind: ExportKind,
    out: &mut (impl Write + Send),
) -> Result<u64, Stop> {
    Ok(match kind {
        ExportKind::Threads => folio.export_threads(out, |_| ()).await?,
        ExportKind::Documents | ExportKind::Archive => folio.export_documents(out, |_| ()).await?,
    })
}

pub(super) async fn backup(config: Config, file: &Path, output: &Output) -> Result<Done, Stop> {
    let folio = super::store::open(config).await?;
    let made = folio.backup(file).await;
    folio.close().await;
    output.print(&made?, |backup: &Backup| {
        vec![format!("{}  {} bytes", backup.path.display(), backup.bytes)]
    })?;
    Ok(Done::Whole)
}
