//! What is asked about texts that were not saved.

use super::drafting::Then;
use super::{Begin, Fate, How, Message, making, screen_of};
use crate::admin::drafts::{Draft, Subject};
use crate::admin::editor::MAX_LINE;
use crate::admin::message;
use crate::admin::overlay::{Choice, Confirm, Overlay};
use crate::admin::screen::{Screen, document, thread};
use crate::admin::text::{bytes, clean, cut, exact, width};

/// Drafts that are offered at once.
const MAX_OFFERED: usize = 8;
/// Columns that tell of a draft, and of its text at the least.
const LABEL: usize = 58;
const WORDS: usize = 8;

/// Asks what is to become of a draft, which is edited on as `begin` says.
pub(crate) fn ask_about(begin: Begin) -> message::Effect {
    ask(begin, |choice| choice.or("leave it for later", nothing()))
}

/// Asks the same where another text is being written, whose draft will be in the place of this one.
pub(super) fn ask_instead(begin: Begin) -> message::Effect {
    ask(begin, |choice| choice)
}

fn ask(begin: Begin, between: impl FnOnce(Choice) -> Choice) -> message::Effect {
    let screen = screen_of(&begin.subject);
    let of = |message| message::Message::Writing(screen, Box::new(message));
    let left_by = match &begin.how {
        How::Resumed(draft) => draft.left_by.clone(),
        How::Here | How::Outside(_) => None,
    };
    let discard = of(Message::Discard(begin.subject.clone(), left_by));
    let choice = Choice::new("There is a draft")
        .about(format!("A text of {} was not saved.", clean(&begin.title)))
        .or("edit it on", of(Message::Open(begin)));
    let choice = between(choice).or("throw it away", discard);
    message::Effect::Open(Overlay::Choice(choice))
}

/// Offers drafts: those that an earlier run of the program has left, or those of a thread.
pub(crate) fn offer(drafts: Vec<Draft>) -> Vec<message::Effect> {
    if drafts.is_empty() {
        return Vec::new();
    }
    let mut choice =
        Choice::new("Texts that were not saved").about("They were kept while they were typed.");
    let more = drafts.len().saturating_sub(MAX_OFFERED) as u64;
    if more > 0 {
        choice = choice.about(format!("{} more are offered after these.", exact(more)));
    }
    for draft in drafts.iter().take(MAX_OFFERED) {
        choice = choice.or(label(draft), resume(draft.clone()));
    }
    choice = choice
        .or("later", nothing())
        .or("throw one away", message::Message::DropDraft(drafts));
    vec![message::Effect::Open(Overlay::Choice(choice))]
}

/// Asks which of these drafts is to be thrown away.
pub(crate) fn offer_to_drop(drafts: Vec<Draft>) -> Vec<message::Effect> {
    let mut choice = Choice::new("Throw away")
        .about("What is thrown away is lost.")
        .or("none of them", nothing());
    for draft in drafts.into_iter().take(MAX_OFFERED) {
        let label = label(&draft);
        let discard = Box::new(Message::Discard(draft.of.clone(), draft.left_by));
        let discard = message::Message::Writing(screen_of(&draft.of), discard);
        choice = choice.or(label, discard);
    }
    vec![message::Effect::Open(Overlay::Choice(choice))]
}

/// What a draft is of, its first words, when it was written, and how much it is.
fn label(draft: &Draft) -> String {
    let of = match &draft.of {
        Subject::Document(code) => format!("edit {} on", clean(code)),
        Subject::NewDocument(code) => format!("write {} on", clean(code)),
        Subject::Metadata(code) => format!("edit the metadata of {} on", clean(code)),
        Subject::NewThread(id) => format!("write on for {}", clean(id.as_str())),
        Subject::Turn(thread, _) => format!("edit a turn of {} on", clean(thread.as_str())),
        Subject::NewTurn(thread) => format!("write on for {}", clean(thread.as_str())),
    };
    let at = draft
        .written
        .map_or_else(String::new, |at| at.format("%m-%d %H:%M ").to_string());
    let size = bytes(draft.texts.iter().map(String::len).sum());
    let words = draft.texts.iter().find(|text| !text.trim().is_empty());
    let words = clean(words.map_or("", |text| text.trim_start()));
    let room = LABEL.saturating_sub(width(&of) + width(&at) + width(&size) + 4);
    format!("{of}: {}  {at}{size}", cut(&words, room.max(WORDS)))
}

/// Opens what a draft is of, and goes on with it.
fn resume(draft: Draft) -> message::Message {
    match draft.of.clone() {
        Subject::Document(code) | Subject::Metadata(code) => {
            message::Message::Document(Box::new(document::Message::Open {
                code,
                then: document::Then::Resume(Box::new(draft)),
            }))
        }
        Subject::NewDocument(code) => making::begin(code, How::Resumed(draft)),
        Subject::NewThread(id) => making::begin_thread(id, How::Resumed(draft)),
        Subject::Turn(id, turn) => message::Message::Thread(thread::Message::Open {
            id,
            at: Some(turn),
            then: thread::Then::Resume(Box::new(draft)),
        }),
        Subject::NewTurn(id) => message::Message::Thread(thread::Message::Open {
            id,
            at: None,
            then: thread::Then::Resume(Box::new(draft)),
        }),
    }
}

fn nothing() -> message::Message {
    message::Message::Drafts(Vec::new())
}

/// What is asked when the screen is left with something that is not saved.
/// `undrafted` is why it is in no draft.
pub(super) fn leaving(screen: Screen, undrafted: Option<&str>) -> Choice {
    let leave = |fate| message::Message::Writing(screen, Box::new(Message::Leave(fate)));
    let choice = Choice::new("This text is not saved");
    let choice = match undrafted {
        Some(why) => choice.about(format!(
            "It is in no draft either: they cannot be written ({}). Quitting loses it.",
            clean(why)
        )),
        None => choice,
    };
    choice
        .or("save it", leave(Fate::Save))
        .or("keep it as a draft", leave(Fate::KeepAsDraft))
        .or("throw it away", leave(Fate::ThrowAway))
}

/// What is asked before what someone else saved takes the place of what was typed.
pub(super) fn taking_theirs(subject: &Subject) -> Confirm {
    let leave = Box::new(Message::Leave(Fate::ThrowAway));
    let leave = message::Message::Writing(screen_of(subject), leave);
    Confirm::new("Take theirs", "throw my text away", leave)
        .about("What you wrote is lost then: it is not kept as a draft.")
}

/// What is told of a draft that could not be written.
pub(super) fn undrafted(why: &str, then: Then) -> String {
    let stays = match then {
        Then::GoOn => "your text is in this editor alone",
        Then::Leave => "your text is not kept, and stays in this editor",
    };
    format!(
        "Drafts cannot be written: {stays}; ctrl-s saves it, ctrl-o opens your own editor with it ({})",
        clean(why)
    )
}

/// What is told of a text that would make a line of so many bytes.
pub(super) fn too_long(line: usize) -> String {
    format!(
        "Not taken: that makes a line of {}, and this editor takes {}; ctrl-o opens your own editor",
        bytes(line),
        bytes(MAX_LINE)
    )
}

/// What is told of a draft that is kept.
pub(super) const fn kept(subject: &Subject) -> &'static str {
    match subject {
        Subject::Document(_) => "Kept as a draft; opening the document offers it",
        Subject::NewDocument(_) => "Kept as a draft; a new document of this code offers it",
        Subject::Metadata(_) => "Kept as a draft; editing the metadata offers it",
        Subject::NewThread(_) => "Kept as a draft; a new thread with this id offers it",
        Subject::Turn(..) | Subject::NewTurn(_) => "Kept as a draft; opening the thread offers it",
    }
}
