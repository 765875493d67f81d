//! `folio ingest --watch`: what changes is taken in, and what is new of it is told.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use service::ingest::{FileStatus, IngestOptions, IngestReport, Watching};
use service::{Error, Folio};

use super::super::arguments::Ingest;
use super::super::output::{Output, Stop, complain};
use super::lines;

/// Follows changes until ctrl-c; prints each run that did something.
pub(super) async fn follow(
    folio: &Folio,
    ingest: &Ingest,
    options: &IngestOptions,
    output: &Output,
) -> Result<(), Stop> {
    let watching = ingest.poll.map_or(Watching::Events, |seconds| {
        Watching::Polling(Duration::from_secs(seconds))
    });
    let told = Mutex::new(Told::default());
    let tell = |done: Result<IngestReport, Error>| {
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        match done {
            Ok(report) => {
                told.problem.clear();
                let (report, has_news) = told.news(report);
                if report.run.is_some() || has_news {
                    // Nobody reads any longer: it goes on until it is stopped.
                    drop(output.print(&report, lines));
                }
            }
            Err(error) => told.complain(error.to_string()),
        }
    };
    // What is not there is an error at once.
    if ingest.paths.iter().all(|path| path.exists()) {
        complain("watching; ctrl-c ends it");
    }
    Ok(folio
        .ingest()
        .watch(&ingest.paths, options, watching, tell)
        .await?)
}

/// What a watch has told already.
#[derive(Default)]
struct Told {
    /// Files that have vanished, and whose documents stay.
    vanished: HashSet<String>,
    /// Files that failed, and why.
    failed: HashSet<(String, Option<String>)>,
    /// Why the last run failed.
    problem: String,
}

impl Told {
    /// A report without the vanished files that earlier ones told of, and whether other files failed
    /// than before, or for another reason.
    fn news(&mut self, mut report: IngestReport) -> (IngestReport, bool) {
        let failed = (0..report.files.len())
            .filter(|at| report.files.status(*at) == Some(FileStatus::Failed))
            .filter_map(|at| report.files.get(at));
        let failed: HashSet<_> = failed.map(|file| (file.file, file.error)).collect();
        let has_news = !failed.is_subset(&self.failed);
        self.failed = failed;
        let gone: HashSet<String> = report
            .vanished
            .iter()
            .map(|gone| gone.file.clone())
            .collect();
        report
            .vanished
            .retain(|gone| !self.vanished.contains(&gone.file));
        self.vanished = gone;
        (report, has_news)
    }

    fn complain(&mut self, problem: String) {
        if self.problem != problem {
            complain(&problem);
            self.problem = problem;
        }
    }
}
