//! The commands of the figures.

use crate::admin::command::{self, Context, Entry, Scope, entry};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Stop reading, or go on.
    Freeze,
    /// Read more often.
    Faster,
    Slower,
}

use Command::{Faster, Freeze, Slower};
use command::Command::Stats as of;

const HERE: Scope = Scope::In(&[Context::Stats]);

#[rustfmt::skip]
pub(crate) const COMMANDS: &[Entry] = &[
    entry("stats.freeze", of(Freeze), HERE, &["f"], "freeze", "Let the figures stand still, or go on").hinted(),
    entry("stats.faster", of(Faster), HERE, &["+", "="], "faster", "Read the figures more often").hinted(),
    entry("stats.slower", of(Slower), HERE, &["-"], "slower", "Read the figures less often").hinted(),
];
