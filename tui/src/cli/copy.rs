//! `folio copy`: a whole store into another one.

use service::{Access, CopyReport, Folio, OnConnect};

use super::Done;
use super::arguments::{Common, Copy};
use super::ingest::stopped_by_ctrl_c;
use super::output::{Output, Stop};
use super::store;

pub(super) async fn run(common: &Common, copy: Copy, output: &Output) -> Result<Done, Stop> {
    if common.database_url.is_some() {
        let said =
            "copy takes both stores by name, --from and --to: --database-url has no part in it";
        return Err(Stop::Misused(said.to_owned()));
    }
    let config = |flag, url| {
        let config = store::config_of(common, flag, Some(url));
        config.map_err(|error| Stop::Misused(error.to_string()))
    };
    let mut from = config("--from", copy.from)?.with_access(Access::ReadOnly);
    // Its replica is the store's of the settings, which neither of these has to be.
    from.read_database = None;
    let mut to = config("--to", copy.to)?;
    to.read_database = None;
    // A source that is not there is a mistake, whatever its URL says.
    let from = from.without_making();
    let from = store::open(from.with_on_connect(OnConnect::LookOnly)).await?;
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
