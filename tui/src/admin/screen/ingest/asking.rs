//! What the screen asks its user where files are taken in, and how it names what it is about.

use std::ffi::OsStr;
use std::path::PathBuf;

use super::Message;
use super::listing::{Class, Entry, Listing, Source};
use super::setup::Setting;
use crate::admin::message;
use crate::admin::overlay::{Confirm, Overlay, Prompt};
use crate::admin::screen::document;
use crate::admin::text::plural;

/// Folders by their names: `notes`, `notes and 2 more`.
pub(super) fn named(folders: &[PathBuf]) -> String {
    let first = folders.first().map_or(OsStr::new(""), |folder| {
        folder.file_name().unwrap_or(folder.as_os_str())
    });
    let first = first.to_string_lossy();
    match folders.len() {
        0 | 1 => first.into_owned(),
        folders => format!("{first} and {} more", folders - 1),
    }
}

/// Asks for what is typed for a setting.
pub(super) fn prompt(setting: Setting) -> Prompt {
    let typed = move |typed| {
        let typed = Message::Typed(setting, typed);
        message::Message::Ingest(Box::new(typed))
    };
    Prompt::new(setting.title(), setting.about(), typed)
}

/// The question before a plan is carried out that deletes documents.
pub(super) fn confirm(listing: &Listing) -> Vec<message::Effect> {
    let gone = listing.count(Some(Class::Vanished)) as u64;
    let run = message::Message::Ingest(Box::new(Message::Run));
    let doing = format!("run, and delete {}", plural(gone, "document"));
    let confirm = Confirm::new("Run", doing, run)
        .about(listing.summary())
        .about("The documents of vanished files go into the trash; the run can be taken back.");
    vec![message::Effect::Open(Overlay::Confirm(confirm))]
}

/// Opens a file's document, where there is one.
pub(super) fn open(source: &Source, entry: Entry) -> message::Effect {
    let is_plan = matches!(source, Source::Plan(_));
    let code = match (entry.class, entry.moved_from) {
        (Class::Added | Class::Refused, _) if is_plan => None,
        (Class::Moved, from) if is_plan => from,
        _ => Some(entry.code).filter(|code| !code.is_empty()),
    };
    match code {
        None => message::Effect::bad("It is no document yet"),
        Some(code) => {
            let then = document::Then::Read;
            let open = document::Message::Open { code, then };
            message::Effect::send(message::Message::Document(Box::new(open)))
        }
    }
}
