//! The command line: what scripts use. Results go to standard output, progress and errors to
//! standard error. It ends with 0 done, 1 failed, 2 misused, 3 done in part.

mod activity;
mod arguments;
mod copy;
mod doc;
mod export;
pub(crate) mod folders;
mod import;
mod ingest;
mod message;
mod output;
mod purge;
mod runs;
mod search;
pub(crate) mod store;
mod thread;
mod trash;
mod undo;

use std::path::Path;
use std::process::ExitCode;

pub(crate) use arguments::Arguments;
use arguments::Command;
use output::{Output, Stop};

use crate::logging::Recent;

/// How a command ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    /// Everything that was asked.
    Whole,
    /// Some of it: what failed is in the result.
    InPart,
}

/// Runs what the arguments say.
pub(crate) async fn run(mut arguments: Arguments, log: Recent) -> ExitCode {
    arguments.take_trailing_flag();
    let config = match store::config(&arguments.common) {
        Ok(config) => config,
        Err(error) => return misused(&error.to_string()),
    };
    let Some(command) = arguments.command else {
        let file = store::config_file(&arguments.common);
        return match crate::admin::run(config, file.as_deref(), crate::sample::SAMPLE, log).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error.to_string()),
        };
    };
    let output = Output::new(arguments.common.json);
    let done = match command {
        Command::Ingest(ingest) => ingest::run(config, ingest, &output).await,
        Command::Runs { command } => runs::run(config, command, &output).await,
        Command::Search(search) => search::run(config, search, &output).await,
        Command::Doc(doc) => doc::run(config, doc, &output).await,
        Command::Thread(thread) => thread::run(config, thread, &output).await,
        Command::Message(message) => message::run(config, message, &output).await,
        Command::Trash(trash) => trash::run(config, trash, &output).await,
        Command::Activity { command, acts } => activity::run(config, command, acts, &output).await,
        Command::Import(import) => import::run(config, import, &output).await,
        Command::Export(export) => export::run(config, export, &output).await,
        Command::Copy(copy) => copy::run(&arguments.common, copy, &output).await,
        Command::Backup { file, force } => export::backup(config, &file, force, &output).await,
        Command::Purge(purge) => purge::run(config, purge, &output).await,
        Command::Health => store::health(config, &output).await,
        Command::Language => store::language(config, &output).await,
        Command::Reindex { language } => store::reindex(config, language, &output).await,
        Command::Migrate(migrate) => store::migrate(config, migrate, &output).await,
        Command::Keys => keys(output, store::config_file(&arguments.common).as_deref()),
    };
    match done {
        Ok(Done::Whole) | Err(Stop::NobodyReads) => ExitCode::SUCCESS,
        Ok(Done::InPart) => ExitCode::from(3),
        Err(Stop::Failed(said)) => fail(&said),
        Err(Stop::Misused(said)) => misused(&said),
        Err(Stop::Told) => ExitCode::FAILURE,
    }
}

/// Prints the page of the admin's keys, and what is wrong with those of the configuration file.
fn keys(output: Output, file: Option<&Path>) -> Result<Done, Stop> {
    for problem in crate::admin::problems(file) {
        output::complain(&format!("[tui] in the configuration file: {problem}"));
    }
    let page = crate::admin::command::page::keys();
    output.print(&page, |page| page.lines().map(str::to_owned).collect())?;
    Ok(Done::Whole)
}

/// Says what failed.
pub(crate) fn fail(said: &str) -> ExitCode {
    tracing::error!("{said}");
    output::complain(said);
    ExitCode::FAILURE
}

fn misused(said: &str) -> ExitCode {
    output::complain(said);
    ExitCode::from(2)
}
