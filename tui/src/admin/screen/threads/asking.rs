//! What the screen of threads asks its user.

use service::{Pin, Thread, ThreadCount, ThreadId, ThreadSelection};

use super::{Effect, Message, Threads, filter, of};
use crate::admin::drafts::fnv1a;
use crate::admin::marks::{self, Marks};
use crate::admin::message;
use crate::admin::overlay::{Check, Confirm, Overlay, Prompt};
use crate::admin::paths;
use crate::admin::screen::documents;
use crate::admin::text::{clean, plural};

/// Asks which threads are to be shown.
pub(super) fn ask_filter(typed: &str) -> Vec<message::Effect> {
    let prompt = Prompt::new(
        "Which threads",
        "user:NAME, after:2026-01-31 and before:2026-02-28, or several of them; a month is written as 2026-01, a year as 2026. Esc in the list takes the filter away.",
        |typed| message::Message::Threads(Message::Filter(typed)),
    );
    let prompt = prompt.checked(|typed| filter::parse(typed).map(drop));
    let prompt = prompt.filled(typed).or_empty();
    vec![message::Effect::Open(Overlay::Prompt(prompt))]
}

impl Threads {
    pub(super) fn rename(&self) -> Vec<message::Effect> {
        let row = self.browser.row();
        row.map(rename_prompt).into_iter().collect()
    }

    pub(super) fn export(&self) -> Vec<message::Effect> {
        let Some(selection) = self.selection() else {
            return Vec::new();
        };
        let Some(marks) = self.browser.marks() else {
            let id = self.browser.id();
            return id.map(export_prompt).into_iter().collect();
        };
        let about = format!(
            "For {}: a folder, for a file of Markdown each; or a file that ends in .jsonl for all turns, as folio import takes them. Files that are there stay as they are.",
            marks.about("threads", &self.filter, self.browser.list.count())
        );
        let prompt = Prompt::new("Write the threads to files", about, |path| {
            message::Message::Threads(Message::Export(selection, path))
        });
        let is_one = matches!(&marks, Marks::These(ids) if ids.len() == 1);
        let check: Check = if is_one {
            paths::is_free
        } else {
            paths::for_several
        };
        let prompt = prompt.checked(check);
        vec![message::Effect::Open(Overlay::Prompt(prompt))]
    }

    /// Pins what is marked, or else the selected thread; or takes the pins away where that one has
    /// one.
    pub(super) fn pin(&mut self) -> Vec<message::Effect> {
        let (Some(row), Some(selection)) = (self.browser.row(), self.selection()) else {
            return Vec::new();
        };
        let pin = if row.pinned {
            Pin::Unpinned
        } else {
            Pin::Pinned
        };
        self.changing = self.browser.marks();
        vec![of(Effect::Pin { selection, pin })]
    }

    /// What is marked, or else the selected thread.
    pub(super) fn selection(&self) -> Option<ThreadSelection> {
        Some(match self.browser.marks() {
            None => ThreadSelection::Ids(vec![self.browser.id()?]),
            Some(Marks::These(ids)) => ThreadSelection::Ids(ids.into_iter().collect()),
            Some(Marks::AllBut(but)) => {
                // Whatever the order, these are the same.
                let filter = filter::parse(&self.filter).unwrap_or_default();
                ThreadSelection::MatchingBut(filter, but.into_iter().collect())
            }
        })
    }
}

/// Asks for the id of a new thread.
pub(super) fn ask_for_id() -> message::Effect {
    let about = "Its id: what programs know it by, such as support-17.";
    let then = |id| message::Message::Threads(Message::Make(id));
    let prompt = Prompt::new("A new thread", about, then).checked(check_id);
    message::Effect::Open(Overlay::Prompt(prompt))
}

/// What is wrong with an id.
pub(crate) fn check_id(typed: &str) -> Result<(), String> {
    let id = ThreadId::new(typed);
    id.map(drop).map_err(|error| error.to_string())
}

/// Asks for another title of a thread.
pub(crate) fn rename_prompt(thread: &Thread) -> message::Effect {
    let id = thread.id.clone();
    let about = format!(
        "The title of {}; an empty one takes it away.",
        clean(id.as_str())
    );
    let then = |title| message::Message::Threads(Message::Rename(id, title));
    let prompt = Prompt::new("Rename", about, then);
    let prompt = prompt.filled(thread.title.as_deref().unwrap_or_default());
    let prompt = prompt.or_empty();
    message::Effect::Open(Overlay::Prompt(prompt.checked(documents::check_name)))
}

/// Has a thread pinned, or its pin taken away where it has one.
pub(crate) fn turn_pin(thread: &Thread) -> message::Effect {
    of(Effect::Pin {
        selection: ThreadSelection::Ids(vec![thread.id.clone()]),
        pin: if thread.pinned {
            Pin::Unpinned
        } else {
            Pin::Pinned
        },
    })
}

/// A name for a thread's file. Ids that would have the same one are told apart.
pub(super) fn file_name(id: &ThreadId) -> String {
    let is_plain = |char: char| char.is_alphanumeric() || matches!(char, '-' | '_' | '.');
    let plain = |char: char| if is_plain(char) { char } else { '-' };
    let name: String = id.as_str().chars().map(plain).take(60).collect();
    if name == id.as_str() && !name.starts_with('.') {
        return name;
    }
    format!("{name}-{:08x}", fnv1a(id.as_str().bytes()) >> 32)
}

/// Asks for the file that a thread is to be written to.
pub(crate) fn export_prompt(id: ThreadId) -> message::Effect {
    let name = file_name(&id);
    let prompt = Prompt::new(
        "Write the thread to a file",
        "A file that ends in .md for Markdown, in .json or .jsonl for JSON; or a folder, for a file of Markdown. A file that is there is left as it is.",
        |path| {
            let selection = ThreadSelection::Ids(vec![id]);
            message::Message::Threads(Message::Export(selection, path))
        },
    );
    let prompt = prompt.filled(&format!("{name}.md"));
    message::Effect::Open(Overlay::Prompt(prompt.checked(paths::is_free)))
}

/// A thread by its id, and by its title where it has one.
pub(super) fn named(id: &ThreadId, title: Option<&str>) -> String {
    let title = title.map_or_else(String::new, |title| format!(" ({})", clean(title)));
    format!("{}{title}", clean(id.as_str()))
}

/// The question before threads are deleted: it names them, and how many they are.
pub(super) fn delete(
    selection: ThreadSelection,
    count: ThreadCount,
    filter: &str,
    title: impl Fn(&ThreadId) -> Option<String>,
) -> message::Effect {
    if count.threads == 0 {
        return message::Effect::bad("Nothing that is marked is there any longer");
    }
    let doing = match count.threads {
        1 => "delete it".to_owned(),
        threads => format!("delete {}", plural(threads, "thread")),
    };
    let about = match &selection {
        ThreadSelection::Ids(ids) => {
            let name = |id| named(id, title(id).as_deref());
            let names: Vec<String> = ids.iter().map(name).collect();
            names.join(", ")
        }
        _ => marks::every("thread", filter),
    };
    let they = if count.threads == 1 {
        "It goes"
    } else {
        "They go"
    };
    let delete = message::Message::Threads(Message::Delete(selection, count.threads));
    let confirm = Confirm::new("Delete", doing, delete)
        .about(about)
        .about(format!(
            "{} with {}. {they} into the trash, and can be restored.",
            plural(count.threads, "thread"),
            plural(count.messages, "message")
        ));
    message::Effect::Open(Overlay::Confirm(confirm))
}
