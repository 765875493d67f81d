//! `folio copy`: a whole store into another one.

use service::{Config, CopyReport, Folio, OnConnect};

use super::Done;
use super::arguments::Copy;
use super::ingest::stopped_by_ctrl_c;
use super::output::{Output, Stop};

pub(super) async fn run(copy: Copy, output: &Output) -> Result<Done, Stop> {
    let config =
        |url: &str| Config::from_url(url).map_err(|error| Stop::Misused(error.to_string()));
    let (from, to) = (config(&copy.from)?, config(&copy.to)?);
    let from = super::store::open(from.with_on_connect(OnConnect::LookOnly)).await?;
    // A target without tables gets them from the copy.
    let to = Folio::connect(to).await?;
    let bar = super::import::spinner();
    let report = from
        .copy_to(&to, &stopped_by_ctrl_c(), |progress| {
            bar.set_message(format!("{}: {} rows", progress.table, progress.rows));
            bar.tick();
        })
        .await;
    bar.finish_and_clear();
    from.close().await;
    to.close().await;
    output.print(&report?, |report: &CopyReport| {
        let mut lines: Vec<String> = report
            .tables
            .iter()
            .map(|table| format!("{}  {} rows  {}", table.checksum, table.rows, table.table))
            .collect();
        lines.push("both stores have the same rows and checksums".to_owned());
        lines
    })?;
    Ok(Done::Whole)
}
