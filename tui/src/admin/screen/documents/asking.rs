//! What the screen of documents asks its user, and what is done with the answers.

use service::{DocumentSelection, DocumentSort};

use super::changes::{self, Change};
use super::export::Exported;
use super::{Documents, Effect, Message, filter};
use crate::admin::marks::{self, Marks};
use crate::admin::message::{self, Env};
use crate::admin::overlay::{Check, Choice, Confirm, Overlay, Prompt};
use crate::admin::paths;
use crate::admin::screen::writing::{self, How};
use crate::admin::text::{clean, plural};

/// What was asked for in words, or agreed to.
#[derive(Debug)]
pub(crate) enum Wish {
    /// A document under this code.
    Make(String),
    /// Only documents of this kind are to be shown.
    Filter(String),
    /// This is to be done with documents.
    Change(Change),
    /// These, so many, are to be deleted.
    Delete(DocumentSelection, u64),
}

fn of(wish: Wish) -> message::Message {
    message::Message::Documents(Message::Wish(wish))
}

fn effect(change: Change) -> message::Effect {
    message::Effect::Documents(Effect::Change(change))
}

/// Asks which documents are to be shown.
pub(super) fn filter(typed: &str) -> Vec<message::Effect> {
    let prompt = Prompt::new(
        "Show only",
        "Documents whose code begins so; or tag:draft, name:Notes, after:2026-01-31, before:2026-02, or several of them in any order; \"in quotes\" where there are gaps or colons. Esc in the list takes the filter away.",
        |typed| of(Wish::Filter(typed)),
    );
    let prompt = prompt.checked(|typed| filter::parse(typed).map(drop));
    let prompt = prompt.filled(typed).or_empty();
    vec![message::Effect::Open(Overlay::Prompt(prompt))]
}

/// Asks for the code of a new document; `problem` is what is wrong with the one that is there.
pub(crate) fn ask_for_code(code: &str, problem: Option<&str>) -> message::Effect {
    let prompt = Prompt::new(
        "A new document",
        "Its code: what programs know it by, such as guide/first-steps.",
        |code| of(Wish::Make(code)),
    );
    let prompt = prompt.filled(code).checked(check_name);
    let prompt = match problem {
        Some(problem) => prompt.refused(problem),
        None => prompt,
    };
    message::Effect::Open(Overlay::Prompt(prompt))
}

impl Documents {
    /// Does what was asked for.
    pub(super) fn wish(&mut self, wish: Wish, env: &Env) -> Vec<message::Effect> {
        match wish {
            Wish::Make(code) => vec![message::Effect::send(writing::make(code, How::Here))],
            Wish::Filter(typed) => self.narrow(typed, env),
            Wish::Change(change) => vec![effect(change)],
            Wish::Delete(selection, count) => {
                self.deleting = self.browser.marks();
                vec![effect(Change::Delete { selection, count })]
            }
        }
    }

    /// Selects a document that was just made: it is the first of all.
    pub(super) fn show_new(&mut self, code: String, env: &Env) -> Vec<message::Effect> {
        self.filter.clear();
        self.order = DocumentSort::default();
        let wants = self.browser.show_new(code, env);
        let mut effects = self.wanted(wants);
        let generation = self.estimating.begin(env.now);
        effects.push(message::Effect::Documents(Effect::Estimate(generation)));
        effects
    }

    pub(super) fn rename(&self) -> Vec<message::Effect> {
        let row = self.browser.row();
        row.map(|row| rename_prompt(&row.code, &row.name))
            .into_iter()
            .collect()
    }

    /// What is marked, or else the selected document.
    fn selection(&self) -> Option<DocumentSelection> {
        Some(match self.browser.marks() {
            None => DocumentSelection::Codes(vec![self.browser.id()?]),
            Some(Marks::These(codes)) => DocumentSelection::Codes(codes.into_iter().collect()),
            Some(Marks::AllBut(but)) => {
                DocumentSelection::MatchingBut(self.filter(), but.into_iter().collect())
            }
        })
    }

    /// Asks before it deletes; first how many that are, where it is not known.
    pub(super) fn delete(&mut self, env: &Env) -> Vec<message::Effect> {
        match self.selection() {
            None => Vec::new(),
            Some(DocumentSelection::Codes(codes)) => {
                let count = codes.len() as u64;
                vec![delete(DocumentSelection::Codes(codes), count, "")]
            }
            Some(selection) => vec![message::Effect::Documents(Effect::Count {
                generation: self.counting.begin(env.now),
                selection,
            })],
        }
    }

    /// Asks for tags to give and to take.
    pub(super) fn tag(&self) -> Vec<message::Effect> {
        let selection = self.selection();
        selection
            .map(|selection| tags(selection, &self.about()))
            .into_iter()
            .collect()
    }

    /// Asks for the folder to write files into.
    pub(super) fn export(&self) -> Vec<message::Effect> {
        let Some(selection) = self.selection() else {
            return Vec::new();
        };
        vec![export(selection, &self.about())]
    }

    /// What a command is about, in words.
    fn about(&self) -> String {
        match self.browser.marks() {
            None => clean(&self.browser.id().unwrap_or_default()),
            Some(Marks::These(codes)) => plural(codes.len() as u64, "marked document"),
            Some(marks @ Marks::AllBut(_)) => {
                let count = self.browser.list.count();
                marks.about("documents", &self.filter, count)
            }
        }
    }
}

/// Asks for the path to write documents to; `about` says which they are.
fn export(selection: DocumentSelection, about: &str) -> message::Effect {
    let is_one = matches!(&selection, DocumentSelection::Codes(codes) if codes.len() == 1);
    let (places, check): (_, Check) = if is_one {
        let places = "a file that ends in .md, or in .jsonl with all that is known of it; or a folder, for a file under its code that folio import takes back";
        (places, paths::for_document)
    } else {
        let places = "a folder, for a file each under its code that folio import takes back; or a file that ends in .jsonl, as folio import takes them";
        (places, paths::for_several)
    };
    let about = format!("For {about}: {places}. Files that are there stay as they are.");
    let then = |path| of(Wish::Change(Change::Export { selection, path }));
    let prompt = Prompt::new("Export", about, then).checked(check);
    message::Effect::Open(Overlay::Prompt(prompt))
}

/// Asks for the name of a document, which it has now.
pub(crate) fn rename_prompt(code: &str, name: &str) -> message::Effect {
    let about = format!("The name of {}: what people know it by.", clean(code));
    let code = code.to_owned();
    let then = |name| of(Wish::Change(Change::Rename { code, name }));
    let prompt = Prompt::new("Rename", about, then);
    message::Effect::Open(Overlay::Prompt(prompt.filled(name).checked(check_name)))
}

/// Asks for tags to give to one document, and to take.
pub(crate) fn tag_prompt(code: String) -> message::Effect {
    let about = clean(&code);
    tags(DocumentSelection::Codes(vec![code]), &about)
}

/// Asks for tags to give and to take; `about` says which documents they are for.
fn tags(selection: DocumentSelection, about: &str) -> message::Effect {
    let about = format!(
        "For {about}: tags to give, and with a - before them to take, such as: draft -old \"in review\"",
    );
    let then = |typed| of(Wish::Change(Change::Tag { selection, typed }));
    let prompt = Prompt::new("Tags", about, then);
    let prompt = prompt.checked(|typed| changes::retag(typed).map(drop));
    message::Effect::Open(Overlay::Prompt(prompt))
}

/// The question before one document is deleted.
pub(crate) fn delete_question(code: String) -> message::Effect {
    delete(DocumentSelection::Codes(vec![code]), 1, "")
}

/// Asks for the path to write one document to.
pub(crate) fn export_prompt(code: String) -> message::Effect {
    let about = clean(&code);
    export(DocumentSelection::Codes(vec![code]), &about)
}

/// The question before documents are deleted: it names them, and how many they are.
pub(super) fn delete(selection: DocumentSelection, count: u64, filter: &str) -> message::Effect {
    if count == 0 {
        return message::Effect::bad("Nothing that is marked is there any longer");
    }
    let (doing, about) = match &selection {
        DocumentSelection::Codes(codes) if codes.len() == 1 => {
            ("delete it".to_owned(), codes[0].clone())
        }
        DocumentSelection::Codes(codes) => (
            format!("delete {}", plural(count, "document")),
            codes.join(", "),
        ),
        _ => (
            format!("delete {}", plural(count, "document")),
            marks::every("document", filter),
        ),
    };
    let they = if count == 1 { "It goes" } else { "They go" };
    let delete = of(Wish::Delete(selection, count));
    let confirm = Confirm::new("Delete", doing, delete)
        .about(about)
        .about(format!("{they} into the trash, and can be restored."));
    message::Effect::Open(Overlay::Confirm(confirm))
}

/// Characters of a code or a name.
const MAX_NAME: usize = 512;

/// What is wrong with a code or a name.
pub(crate) fn check_name(typed: &str) -> Result<(), String> {
    let count = typed.chars().count();
    if count > MAX_NAME {
        return Err(format!(
            "this has {count} characters, and {MAX_NAME} are taken"
        ));
    }
    Ok(())
}

/// Tells what was not written, as much of it as a screen has room for.
pub(super) fn not_written(exported: &Exported) -> message::Effect {
    const LISTED: usize = 12;
    let listed = exported.failed.iter().take(LISTED);
    let mut choice = Choice::new("Not written");
    for (what, why) in listed {
        choice = choice.about(format!("{what}: {why}"));
    }
    let listed = exported.failed.len().min(LISTED) as u64;
    if exported.failed_count > listed {
        let more = exported.failed_count - listed;
        choice = choice.about(format!("and {more} more; folio export folder lists all"));
    }
    let nothing = message::Message::Drafts(Vec::new());
    message::Effect::Open(Overlay::Choice(choice.or("close", nothing)))
}
