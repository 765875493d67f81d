//! What the screen of documents changes in the store, and takes in and out of it.

use std::io::Cursor;

use service::{DocumentChange, DocumentSelection, Error, Folio, NewDocument, Retag};

use super::effects::of;
use super::export::Exported;
use super::{Message, export};
use crate::admin::Sample;
use crate::admin::effects::{Effects, Progress, then_cancelled};
use crate::admin::message::Tone;
use crate::admin::paths;
use crate::admin::request::Generation;
use crate::admin::text::plural;
use crate::admin::words::{Word, split};

#[derive(Clone, Debug)]
pub(crate) enum Change {
    Rename {
        code: String,
        name: String,
    },
    Delete {
        selection: DocumentSelection,
        count: u64,
    },
    Tag {
        selection: DocumentSelection,
        typed: String,
    },
    Export {
        selection: DocumentSelection,
        path: String,
    },
    LoadSample(Generation),
}

/// Begins it.
pub(super) fn begin(change: Change, effects: &mut Effects) {
    match change {
        Change::Rename { code, name } => {
            let change = DocumentChange::new().name(&name);
            effects.change("renaming a document", async move |folio, _| {
                Ok(match folio.documents().update(&code, &change).await? {
                    Some(_) => format!("{code} is called {name} now"),
                    None => format!("{code} has been deleted meanwhile"),
                })
            });
        }
        Change::Delete { selection, count } => {
            let label = format!("deleting {}", plural(count, "document"));
            let work = async move |folio: Folio, progress: Progress| {
                let tell = |done| progress.tell(done, Some(count));
                let documents = folio.documents();
                let bulk = documents
                    .delete_many(&selection, progress.token(), tell)
                    .await?;
                Ok(format!(
                    "{} deleted{}{}",
                    plural(bulk.done, "document"),
                    only(&selection),
                    then_cancelled(bulk.cancelled)
                ))
            };
            effects.change_then(label, work, Some(of(Message::Deleted)));
        }
        Change::Tag { selection, typed } => {
            // What was typed has been read before.
            let retag = retag(&typed).unwrap_or_default();
            effects.change("tagging documents", async move |folio, progress| {
                let tell = |done| progress.tell(done, None);
                let documents = folio.documents();
                let bulk = documents
                    .retag(&selection, &retag, progress.token(), tell)
                    .await?;
                let same = match bulk.unchanged {
                    0 => String::new(),
                    same => format!(", {same} had these tags already"),
                };
                Ok(format!(
                    "{} tagged{}{same}{}",
                    plural(bulk.done, "document"),
                    only(&selection),
                    then_cancelled(bulk.cancelled)
                ))
            });
        }
        Change::Export {
            selection,
            path: typed,
        } => {
            let path = paths::typed(&typed);
            let shown = path.display().to_string();
            effects.job(
                "exporting documents",
                move |folio, progress| export::export(folio, selection, path, progress),
                move |exported| of(Message::Exported(exported, shown)),
            );
        }
        Change::LoadSample(generation) => {
            let sample = effects.sample();
            effects.job(
                "loading the sample",
                async move |folio, progress| load(&folio, sample, &progress).await,
                move |loaded| of(Message::SampleLoaded(generation, loaded)),
            );
        }
    }
}

/// The code of a document that is selected alone, behind what was done with it.
fn only(selection: &DocumentSelection) -> String {
    match selection {
        DocumentSelection::Codes(codes) if codes.len() == 1 => format!(": {}", codes[0]),
        _ => String::new(),
    }
}

/// The tags to give and to take, between gaps or commas; an error says what is wrong with them.
pub(super) fn retag(typed: &str) -> Result<Retag, String> {
    let mut retag = Retag::new();
    for Word { text, .. } in split(typed, |char| char.is_whitespace() || char == ',') {
        let (tag, is_taken) = match text.strip_prefix('-') {
            Some(tag) => (tag, true),
            None => (text.trim_start_matches('+'), false),
        };
        if tag.trim().is_empty() {
            return Err("a tag is missing behind a - or a +, or between quotes".to_owned());
        }
        retag = if is_taken {
            retag.take(tag)
        } else {
            retag.give(tag)
        };
    }
    Ok(retag)
}

/// What an export did, in words.
pub(super) fn said(exported: &Exported, path: &str) -> (Tone, String) {
    let written = plural(exported.documents, "document");
    let cancelled = then_cancelled(exported.cancelled);
    let said = format!("{written} written into {path}{cancelled}");
    match exported.failed.first() {
        Some((code, why)) => {
            let left = exported.failed_count;
            (Tone::Bad, format!("{said}, {left} not: {code}: {why}"))
        }
        None if exported.documents == 0 => (Tone::Bad, said),
        None => (Tone::Good, said),
    }
}

/// Puts the sample into the store. Twice is once.
async fn load(folio: &Folio, sample: Sample, progress: &Progress) -> Result<(usize, u64), Error> {
    for (done, (code, text)) in (1..).zip(sample.documents) {
        let name = text
            .lines()
            .next()
            .map_or(*code, |line| line.trim_start_matches(['#', ' ']));
        folio
            .documents()
            .upsert(NewDocument::new(*code, name, *text))
            .await?;
        progress.tell(done, Some(sample.documents.len() as u64));
    }
    let turns = folio
        .import_turns(Cursor::new(sample.turns), progress.token(), |_| {})
        .await?;
    Ok((sample.documents.len(), turns.total))
}
