//! Taking a batch back, whatever it is called: how far it is, what came of it, what was left and why.

use indicatif::ProgressBar;
use service::{BatchId, Bulk, CancellationToken, Folio};

use super::Done;
use super::export::counted;
use super::ingest::stopped_by_ctrl_c;
use super::output::{Output, Stop, complain, plain};
use crate::admin::text::{exact, plural};

/// What is taken back, in the words of its command.
pub(super) struct Undo<'a> {
    pub(super) batch: BatchId,
    /// What one of its rows is called.
    pub(super) row: &'a str,
    /// The command that goes on with the rest, without the id.
    pub(super) command: &'a str,
}

impl Undo<'_> {
    /// Takes it back by this call, until that ends or ctrl-c stops it; and tells what was left.
    pub(super) async fn run(
        self,
        folio: &Folio,
        output: &Output,
        take_back: impl AsyncFnOnce(&CancellationToken, &ProgressBar) -> Result<Bulk, Stop>,
    ) -> Result<Done, Stop> {
        let cancel = stopped_by_ctrl_c();
        let bar = counted("taking back");
        bar.set_length(folio.activity().count(self.batch).await?);
        let undone = take_back(&cancel, &bar).await;
        bar.finish_and_clear();
        let report = undone?;
        output.print(&report, |report| lines(report, self.row))?;
        if report.cancelled {
            let Self { batch, command, .. } = self;
            complain(&format!("stopped; {command} {batch} goes on with the rest"));
            return Ok(Done::InPart);
        }
        if report.refused_count == 0 {
            return Ok(Done::Whole);
        }
        complain(match report.done + report.unchanged {
            0 => "nothing of it was taken back",
            _ => "not all of it was taken back",
        });
        Ok(Done::InPart)
    }
}

fn lines(report: &Bulk, row: &str) -> Vec<String> {
    let refused = report.refused.iter();
    let mut lines: Vec<String> = refused
        .map(|left| {
            let name = left.label.as_ref().unwrap_or(&left.id);
            format!("left  {} {}", plain(name), left.reason)
        })
        .collect();
    let more = report.refused_count.saturating_sub(lines.len() as u64);
    lines.extend((more > 0).then(|| format!("... and {} more that were left", exact(more))));
    let (done, earlier) = (report.done, report.unchanged);
    lines.push(taken_back(row, done, earlier, report.refused_count));
    lines
}

fn taken_back(row: &str, done: u64, earlier: u64, left: u64) -> String {
    let is = |count: u64| if count == 1 { "is" } else { "are" };
    let was = |count: u64| if count == 1 { "was" } else { "were" };
    let mut parts = vec![format!("{} {} as before", plural(done, row), is(done))];
    if earlier > 0 {
        parts.push(format!(
            "{} {} taken back earlier",
            exact(earlier),
            was(earlier)
        ));
    }
    parts.push(format!("{} {} left", exact(left), was(left)));
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_undo_did_is_told_in_whole_sentences() {
        assert_eq!(
            taken_back("document", 1, 0, 1),
            "1 document is as before, 1 was left"
        );
        assert_eq!(
            taken_back("row", 2, 500, 0),
            "2 rows are as before, 500 were taken back earlier, 0 were left"
        );
    }
}
