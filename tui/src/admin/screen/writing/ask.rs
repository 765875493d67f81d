//! What is asked about texts that were not saved.

use super::{Begin, Fate, How, Message, making, screen_of};
use crate::admin::drafts::{Draft, Subject};
use crate::admin::message;
use crate::admin::overlay::{Choice, Confirm, Overlay};
use crate::admin::screen::{Screen, document, thread};
use crate::admin::text::{clean, cut};

/// Drafts that are offered at once.
const MAX_OFFERED: usize = 8;
/// Columns of a text that tell which one it is.
const WORDS: usize = 32;

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
    for draft in drafts.into_iter().take(MAX_OFFERED) {
        choice = choice.or(label(&draft), resume(draft));
    }
    choice = choice.or("later", nothing());
    vec![message::Effect::Open(Overlay::Choice(choice))]
}

fn label(draft: &Draft) -> String {
    let words = draft.texts.iter().find(|text| !text.trim().is_empty());
    let words = cut(&clean(words.map_or("", String::as_str)), WORDS);
    match &draft.of {
        Subject::Document(code) => format!("edit {} on", clean(code)),
        Subject::NewDocument(code) => format!("write {} on: {words}", clean(code)),
        Subject::Metadata(code) => format!("edit the metadata of {} on", clean(code)),
        Subject::NewThread(id) => format!("write on for {}: {words}", clean(id.as_str())),
        Subject::Turn(thread, _) => {
            format!("edit a turn of {} on: {words}", clean(thread.as_str()))
        }
        Subject::NewTurn(thread) => format!("write on for {}: {words}", clean(thread.as_str())),
    }
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
pub(super) fn leaving(screen: Screen) -> Choice {
    let leave = |fate| message::Message::Writing(screen, Box::new(Message::Leave(fate)));
    Choice::new("This text is not saved")
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
