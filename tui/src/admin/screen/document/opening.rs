//! How a document comes to the screen: it is read with its draft, and what it was opened for is
//! done; and how its text is given to be written.

use super::present::{Present, Seek, Shown};
use super::{Document, Then};
use crate::admin::drafts::{Found, Subject};
use crate::admin::find::Needles;
use crate::admin::message::{self, Env};
use crate::admin::screen::writing::{self, Begin, How};
use crate::admin::screen::{Pane, Screen};

impl Document {
    pub(super) fn open(&mut self, code: String, then: Then, env: &Env) -> Vec<message::Effect> {
        *self = Self {
            code,
            then: Some(then),
            ..Self::default()
        };
        let mut effects = self.reload(env);
        effects.push(message::Effect::Go(Screen::Document));
        effects
    }

    /// Takes what was read.
    pub(super) fn read(
        &mut self,
        document: Option<service::Document>,
        found: Found,
        env: &Env,
    ) -> Vec<message::Effect> {
        self.is_gone = document.is_none();
        let before = self.present.take();
        self.present = document.map(|document| {
            let shown = before.as_ref().map_or_else(Shown::default, Present::shown);
            let mut present = Present::new(document, shown);
            match (&before, self.left_at.take()) {
                (Some(before), _) => present = present.at_place_of(before),
                (None, Some(left)) => present.come_back(left),
                (None, None) => {}
            }
            present.look_for(self.needles.clone());
            present.prepare(env);
            present
        });
        let Some(then) = self.then.take() else {
            return Vec::new();
        };
        if let Then::Find(words, place) = &then {
            self.look_for(Needles::new(words));
            if let (Some(present), Some(place)) = (&mut self.present, place) {
                present.near(place);
            }
            self.seek(Seek::Here, env);
        }
        let draft = found.draft.filter(|draft| {
            let text = self.present.as_ref().map(|present| present.lines.text());
            text != draft.texts.first().map(String::as_str)
        });
        match (then, draft) {
            (Then::Resume(draft), _) => {
                let is_metadata = matches!(draft.of, Subject::Metadata(_));
                let how = How::Resumed(*draft);
                vec![writing::open(if is_metadata {
                    self.metadata_to_write(how)
                } else {
                    self.to_write(how)
                })]
            }
            // It is asked about when the text is edited.
            (Then::Read | Then::Find(..), Some(_)) if self.is_passed => Vec::new(),
            (_, Some(draft)) => vec![writing::ask_about(self.to_write(How::Resumed(draft)))],
            (Then::Edit(how), None) => self.write(how),
            (Then::Read | Then::Find(..), None) if found.is_elsewhere => {
                vec![message::Effect::bad(writing::elsewhere(&self.title()))]
            }
            (Then::Read | Then::Find(..), None) => Vec::new(),
        }
    }

    /// Has its text written.
    pub(super) fn write(&mut self, how: How) -> Vec<message::Effect> {
        if self.present.is_some() {
            return vec![writing::open(self.to_write(how))];
        }
        // It is being read: the key is not lost.
        if self.reading.is_waiting() {
            self.then = Some(Then::Edit(how));
        }
        Vec::new()
    }

    /// What it is called.
    fn title(&self) -> String {
        let present = self.present.as_ref();
        present.map_or_else(|| self.code.clone(), Present::title)
    }

    /// Its metadata, to be written.
    pub(super) fn metadata_to_write(&self, how: How) -> Begin {
        let document = self.present.as_ref().map(|present| &present.document);
        let metadata = document.map(|document| writing::metadata(&document.metadata));
        Begin {
            subject: Subject::Metadata(self.code.clone()),
            title: format!("metadata of {}", self.title()),
            version: document.map(|document| document.version),
            texts: vec![metadata.unwrap_or_default()],
            line: 0,
            how,
        }
    }

    /// What is written; nothing where it has gone.
    fn to_write(&self, how: How) -> Begin {
        let present = self.present.as_ref();
        let text = present.map_or("", |present| present.lines.text());
        Begin {
            subject: Subject::Document(self.code.clone()),
            title: self.title(),
            version: present.map(|present| present.document.version),
            texts: vec![text.to_owned()],
            line: present.map_or(0, Present::line),
            how,
        }
    }
}
