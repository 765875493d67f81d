//! The commands of the log.

use crate::admin::command::{self, Context, Entry, Scope, entry};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// The next level.
    Level,
    Filter,
    /// From the filter to the records.
    ToRecords,
    /// The selected record in full, or not.
    Whole,
    /// The selected record into the clipboard.
    CopyRecord,
}

use Command::{CopyRecord, Filter, Level, ToRecords, Whole};
use command::Command::Log as of;

const HERE: Scope = Scope::In(&[Context::Log]);

#[rustfmt::skip]
pub(crate) const COMMANDS: &[Entry] = &[
    entry("log.filter", of(Filter), HERE, &["/"], "filter", "Show only the records that have these letters").hinted(),
    entry("log.level", of(Level), HERE, &["f"], "level", "Show the records of every level, or only the graver ones").hinted(),
    entry("log.whole", of(Whole), HERE, &["enter", "tab"], "whole", "Show the selected record in full below the list, or hide it").hinted(),
    entry("log.copy", of(CopyRecord), HERE, &["y"], "copy", "Copy the selected record"),
    entry("log.to-records", of(ToRecords), Scope::In(&[Context::LogFilter]), &["enter"], "to the records", "Leave the filter and go through the records").hinted(),
];
