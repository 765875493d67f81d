//! All that the admin knows, and how it changes. Nothing here waits or reads a clock: a message
//! comes with its moment, and what is to be done goes out as effects.

use std::time::{Duration, Instant};

use super::command::{self, Command, Context};
use super::documents::Documents;
use super::message::{Effect, Message, Room, Store};
use super::request::Latest;
use super::theme::Theme;

/// A notice is shown for so long.
const NOTICE: Duration = Duration::from_secs(5);

/// A word about something that was done or failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) text: String,
    pub(crate) tone: Tone,
    until: Instant,
}

/// What kind of notice it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Bad,
}

/// What lies over the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overlay {
    /// The keys of a place, from this row on.
    Help { of: Context, top: usize },
}

/// The whole state.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) theme: Theme,
    pub(crate) documents: Documents,
    pub(crate) overlays: Vec<Overlay>,
    pub(crate) store: Option<Store>,
    pub(crate) connecting: Latest,
    pub(crate) loading: Latest,
    pub(crate) notice: Option<Notice>,
    pub(crate) room: Room,
    /// The moment of the last message.
    pub(crate) now: Instant,
    changed: bool,
}

impl Model {
    /// The beginning: nothing is known, and the store is to be opened.
    pub(crate) fn new(theme: Theme, now: Instant) -> (Self, Vec<Effect>) {
        let mut model = Self {
            theme,
            documents: Documents::default(),
            overlays: Vec::new(),
            store: None,
            connecting: Latest::default(),
            loading: Latest::default(),
            notice: None,
            room: Room::default(),
            now,
            changed: true,
        };
        let effects = vec![Effect::Connect(model.connecting.begin(now))];
        (model, effects)
    }

    /// Whether the screen has to be drawn again since this was asked last.
    pub(crate) fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// The place that keys are looked up for.
    pub(crate) fn context(&self) -> Context {
        match self.overlays.last() {
            Some(Overlay::Help { .. }) => Context::Help,
            None => self.documents.context(),
        }
    }

    /// What is being waited for, if anything is.
    pub(crate) fn waiting(&self) -> Option<&Latest> {
        let own = [&self.connecting, &self.loading];
        own.into_iter()
            .find(|request| request.is_waiting())
            .or_else(|| self.documents.waiting())
    }

    /// The next moment at which something changes by itself; None while nothing does.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let spinner = self
            .waiting()
            .and_then(|request| request.deadline(self.now));
        let notice = self.notice.as_ref().map(|notice| notice.until);
        [spinner, notice, self.documents.deadline()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Takes account of something that happened.
    pub(crate) fn update(&mut self, message: Message, now: Instant) -> Vec<Effect> {
        self.now = now;
        self.changed = true;
        match message {
            Message::Key(key) => match command::command(self.context(), key) {
                Some(command) => self.command(command),
                None if self.overlays.is_empty() => {
                    self.documents.type_into(|input| input.key(key), now)
                }
                None => Vec::new(),
            },
            Message::Paste(text) => self.documents.type_into(
                |input| {
                    input.paste(&text);
                    super::input::Typed::Text
                },
                now,
            ),
            Message::Drawn(room) => {
                let same = room == self.room;
                self.room = room;
                self.changed = !same;
                if same {
                    Vec::new()
                } else {
                    self.documents.resize(room, now).into_iter().collect()
                }
            }
            // The next frame tells what room there is.
            Message::Resized => Vec::new(),
            Message::Tick => self.tick(),
            Message::Terminate => vec![Effect::Quit],
            Message::Connected(generation, store) => {
                match self.connecting.accept(generation, store) {
                    Some(store) => {
                        self.store = Some(store);
                        self.documents.reload(now)
                    }
                    None => Vec::new(),
                }
            }
            Message::Listed(generation, edge, page) => {
                let failed = page.as_ref().err().cloned();
                let effect = self
                    .documents
                    .listed(generation, edge, page, self.room, now);
                self.complain(failed);
                effect.into_iter().collect()
            }
            Message::Found(generation, results) => {
                let failed = results.as_ref().err().cloned();
                self.documents.found(generation, results, now);
                self.complain(failed);
                Vec::new()
            }
            Message::Read(generation, code, document) => {
                let failed = document.as_ref().err().cloned();
                self.documents.read_done(generation, code, document);
                self.complain(failed);
                Vec::new()
            }
            Message::SampleLoaded(generation, loaded) => {
                let failed = loaded.as_ref().err().cloned();
                self.complain(failed);
                let Some((documents, turns)) = self.loading.accept(generation, loaded) else {
                    return Vec::new();
                };
                self.say(
                    Tone::Good,
                    format!("{documents} documents and {turns} turns of conversation loaded"),
                );
                self.documents.reload(now)
            }
        }
    }

    fn tick(&mut self) -> Vec<Effect> {
        self.notice.take_if(|notice| notice.until <= self.now);
        self.documents.tick(self.now)
    }

    fn command(&mut self, command: Command) -> Vec<Effect> {
        match command {
            Command::Quit => return vec![Effect::Quit],
            Command::Suspend => return vec![Effect::Suspend],
            Command::Redraw => return vec![Effect::Redraw],
            Command::Help => {
                match self.overlays.pop() {
                    Some(Overlay::Help { .. }) => {}
                    None => self.overlays.push(Overlay::Help {
                        of: self.context(),
                        top: 0,
                    }),
                }
                return Vec::new();
            }
            _ => {}
        }
        if let Some(overlay) = self.overlays.last_mut() {
            let Overlay::Help { of, top } = overlay;
            *top = help_top(command, *top, command::of(*of).count(), self.room.help);
            if command == Command::Back {
                self.overlays.pop();
            }
            return Vec::new();
        }
        match command {
            Command::Reload if self.store.is_none() && !self.connecting.is_waiting() => {
                vec![Effect::Connect(self.connecting.begin(self.now))]
            }
            Command::LoadSample if self.loading.is_waiting() => Vec::new(),
            Command::LoadSample => vec![Effect::LoadSample(self.loading.begin(self.now))],
            _ if self.store.is_none() => Vec::new(),
            _ => self.documents.command(command, self.room, self.now),
        }
    }

    fn complain(&mut self, failed: Option<String>) {
        if let Some(error) = failed {
            self.say(Tone::Bad, error);
        }
    }

    fn say(&mut self, tone: Tone, text: String) {
        self.notice = Some(Notice {
            text,
            tone,
            until: self.now + NOTICE,
        });
    }
}

/// The help's first row after a movement.
fn help_top(command: Command, top: usize, rows: usize, height: usize) -> usize {
    let page = height.max(2) - 1;
    let last = rows.saturating_sub(height);
    let moved = match command {
        Command::Up => top.saturating_sub(1),
        Command::Down => top + 1,
        Command::HalfUp => top.saturating_sub(page / 2),
        Command::HalfDown => top + page / 2,
        Command::PageUp => top.saturating_sub(page),
        Command::PageDown => top + page,
        Command::First => 0,
        Command::Last => last,
        _ => top,
    };
    moved.min(last)
}
