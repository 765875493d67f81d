//! A document that is made: its text is typed at once, and nothing is stored before it is saved. Its
//! code may turn out to be taken, at the beginning or only then; another one is asked for.

use std::time::Instant;

use service::ThreadId;

use super::effects::Effect;
use super::{Begin, How, Message, Writing};
use crate::admin::drafts::Subject;
use crate::admin::message::{self, Env};
use crate::admin::overlay::{Overlay, Prompt};
use crate::admin::request::{Answer, Failure, Generation};
use crate::admin::screen::{Screen, documents, threads};
use crate::admin::text::clean;

/// Has a document written that is to be made under this code.
pub(crate) fn begin(code: String, how: How) -> message::Message {
    let begin = Begin {
        title: code.clone(),
        subject: Subject::NewDocument(code),
        version: None,
        texts: vec![String::new()],
        line: 0,
        how,
    };
    message::Message::Writing(Screen::Text, Box::new(Message::Open(begin)))
}

/// Has the first turn written of a thread that is to be made under this id.
pub(crate) fn begin_thread(id: ThreadId, how: How) -> message::Message {
    let begin = Begin {
        title: id.to_string(),
        subject: Subject::NewThread(id),
        version: None,
        texts: vec![String::new(); 2],
        line: 0,
        how,
    };
    message::Message::Writing(Screen::Turn, Box::new(Message::Open(begin)))
}

/// Asks for another id in the place of one that is taken.
pub(super) fn another_thread(id: &ThreadId) -> message::Effect {
    let about = "Your text is kept. The thread's id: what programs know it by.";
    let then = |id| message::Message::Writing(Screen::Turn, Box::new(Message::Recode(id)));
    let said = format!(
        "there is a thread with the id {:?} already",
        clean(id.as_str())
    );
    let prompt = Prompt::new("Another id", about, then)
        .filled(id.as_str())
        .checked(threads::check_id)
        .refused(&said);
    message::Effect::Open(Overlay::Prompt(prompt))
}

/// Asks for another code in the place of one that is taken.
pub(super) fn another(code: &str) -> message::Effect {
    let about = "Your text is kept. Its code: what programs know the document by.";
    let then = |code| message::Message::Writing(Screen::Text, Box::new(Message::Recode(code)));
    let prompt = Prompt::new("Another code", about, then)
        .filled(code)
        .checked(documents::check_name)
        .refused(&taken(code));
    message::Effect::Open(Overlay::Prompt(prompt))
}

/// What is told of a code that is taken.
fn taken(code: &str) -> String {
    format!(
        "there is a document with the code {:?} already",
        clean(code)
    )
}

impl Writing {
    /// Asks whether the code of a new document is free.
    pub(super) fn probe(&mut self, now: Instant) -> Option<message::Effect> {
        let Subject::NewDocument(code) = &self.subject else {
            return None;
        };
        Some(message::Effect::Writing(Effect::Probe {
            code: code.clone(),
            generation: self.probing.begin(now),
        }))
    }

    /// Takes the answer. Where something was typed already, that is kept, and another code is asked
    /// for once it is saved; else one is asked for at once.
    pub(super) fn taken(
        &mut self,
        generation: Generation,
        taken: Result<bool, Failure>,
    ) -> Vec<message::Effect> {
        let Subject::NewDocument(code) = &self.subject else {
            return Vec::new();
        };
        let code = code.clone();
        // Whatever can't be learned now is told when it is saved.
        if !matches!(self.probing.accept(generation, taken), Answer::New(true)) {
            return Vec::new();
        }
        let said = self::taken(&code);
        if self.is_changed {
            let said = format!("{said}; saving asks for another one");
            return vec![message::Effect::bad(said)];
        }
        let mut effects = self.close();
        effects.push(documents::ask_for_code(&code, Some(&said)));
        effects
    }

    /// The document is to have another code. Its draft goes along.
    pub(super) fn recode(&mut self, code: String, env: &Env) -> Vec<message::Effect> {
        if self.is_locked() {
            return Vec::new();
        }
        let subject = match (&self.subject, ThreadId::new(code.as_str())) {
            (Subject::NewDocument(_), _) => Subject::NewDocument(code.clone()),
            (Subject::NewThread(_), Ok(id)) => Subject::NewThread(id),
            _ => return Vec::new(),
        };
        let mut effects = vec![self.forget()];
        self.title = code;
        self.subject = subject;
        self.is_changed = true;
        effects.extend(self.keep());
        effects.extend(self.save(env));
        effects
    }
}
