//! The terminal admin.
//!
//! ```text
//! keys, signals ─┐
//! replies ───────┼─> Message ─> Model::update ─> Effects ─> tasks on the service ─> Message
//! deadlines ─────┘                 │
//!                                  └─> if something changed: view::draw(&Model)
//! ```
//!
//! [`model`] decides and never waits; [`effects`] alone talks to the store; [`view`] only reads.
//! Every key is in the one table of [`command`]. The screens are in [`screen`], a folder each; what
//! lies over them in [`overlay`].

mod background;
pub(crate) mod batches;
mod browser;
mod canvas;
pub(crate) mod command;
mod diff;
mod drafts;
mod editor;
mod effects;
mod external;
mod find;
mod input;
mod jobs;
mod link;
mod list;
mod markdown;
mod marks;
mod message;
mod model;
mod nothing;
mod overlay;
mod pager;
mod paths;
mod plot;
mod request;
mod runtime;
mod screen;
mod search;
mod session;
mod settings;
mod signals;
mod steady;
mod terminal;
pub(crate) mod text;
mod theme;
mod view;
mod when;
mod window;
mod words;

#[cfg(test)]
mod tests;

use std::io;
use std::path::Path;

use service::Config;

use crate::logging::Recent;

/// What an empty store can be filled with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// Codes and texts; a text begins with its name as a heading.
    pub(crate) documents: &'static [(&'static str, &'static str)],
    /// Turns of conversations: one a line of JSON.
    pub(crate) turns: &'static str,
}

/// What is wrong with the configuration file's settings for the admin.
pub(crate) fn problems(file: Option<&Path>) -> Vec<String> {
    settings::Settings::read(file).problems
}

/// Runs the admin until it is left; `file` is the configuration file.
///
/// # Errors
/// Where there is no terminal, or it goes away.
pub(crate) async fn run(
    config: Config,
    file: Option<&Path>,
    sample: Sample,
    log: Recent,
) -> io::Result<()> {
    use io::IsTerminal;
    if !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
        return Err(io::Error::other(
            "the admin needs a terminal; folio --help lists the commands that don't",
        ));
    }
    let settings = settings::Settings::read(file);
    Box::pin(runtime::run(config, settings, sample, log)).await
}
