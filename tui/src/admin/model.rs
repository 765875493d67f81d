//! All that the admin knows, and how it changes. Nothing here waits or reads a clock: a message
//! comes with its moment, and what is to be done goes out as effects.

mod app;
mod held;
mod keys;
mod mouse;
mod notices;
mod quitting;
mod stores;

use std::collections::VecDeque;
use std::time::Instant;

use service::Access;

use super::canvas::{Drawn, Target};
use super::command::{App, Command, Context, Danger, Entry, Keymap};
use super::jobs::{self, Jobs};
use super::link::{Link, News};
use super::message::{Capture, Changed, Effect, Env, Message, Tone};
use super::overlay::Overlay;
use super::request::{Generation, Latest};
use super::screen::{Screen, Screens, writing};
use super::session::Sessions;
use super::settings::Settings;
use super::text::bytes;
use super::theme::{Background, Colours, Theme};
use notices::Notices;
use stores::Stores;

/// Changes that are remembered for undo.
const MAX_DONE: usize = 100;
/// Bytes that go into the clipboard: as base64, what the stricter terminals take.
const MAX_COPY: usize = 74_994 / 4 * 3;

/// The whole state.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) theme: Theme,
    /// Whether there may be colours.
    colours: Colours,
    /// The theme follows what the terminal tells of its background.
    is_theme_free: bool,
    pub(crate) keymap: Keymap,
    capture: Capture,
    pub(crate) screens: Screens,
    pub(crate) overlays: Vec<Overlay>,
    pub(crate) link: Link,
    stores: Stores,
    /// What the store was opened with: answers from another one are late.
    store: Generation,
    pub(crate) jobs: Jobs,
    pub(crate) notices: Notices,
    /// Changes that undo takes back, the latest last.
    done: Vec<Changed>,
    sessions: Sessions,
    drawn: Drawn,
    /// What the mouse's button went down on.
    grabbed: Option<Target>,
    /// Keys and pastes that are meant for a text that is not there yet.
    held: VecDeque<Message>,
    /// The program is left once no job runs.
    is_leaving: bool,
    /// The moment of the last message.
    pub(crate) now: Instant,
    changed: bool,
}

impl Model {
    /// The beginning: nothing is known, and the store is to be opened.
    pub(crate) fn new(settings: Settings, sessions: Sessions, now: Instant) -> (Self, Vec<Effect>) {
        let complaint = settings.complaint();
        let capture = if settings.mouse {
            Capture::Taken
        } else {
            Capture::LeftToTerminal
        };
        let colours = Colours::of_environment();
        let theme = Theme::first(settings.theme, colours);
        let mut model = Self {
            theme,
            colours,
            is_theme_free: settings.theme == super::theme::Wanted::Auto && theme.has_colours(),
            keymap: settings.keymap,
            capture,
            screens: Screens::default(),
            overlays: Vec::new(),
            link: Link::default(),
            stores: Stores::default(),
            store: Generation::default(),
            jobs: Jobs::default(),
            notices: Notices::default(),
            done: Vec::new(),
            sessions,
            drawn: Drawn::default(),
            grabbed: None,
            held: VecDeque::new(),
            is_leaving: false,
            now,
            changed: true,
        };
        if let Some(complaint) = complaint {
            model.say(Tone::Bad, complaint);
        }
        let effects = vec![Effect::Mouse(capture), model.link.open(now)];
        (model, effects)
    }

    /// Whether the screen has to be drawn again since this was asked last.
    pub(crate) fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// Whether the terminal is to be asked for its background.
    pub(crate) const fn wants_background(&self) -> bool {
        self.is_theme_free
    }

    /// The place that keys are looked up for.
    pub(crate) fn context(&self) -> Context {
        match self.overlays.last() {
            Some(overlay) => overlay.context(),
            None if self.is_unopened() => Context::Unopened,
            None => self.screens.pane().context(),
        }
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.access() == Access::ReadOnly
    }

    fn access(&self) -> Access {
        self.link
            .store()
            .map(|store| store.access)
            .unwrap_or_default()
    }

    fn env(&self) -> Env {
        Env {
            now: self.now,
            room: self.drawn.room,
            theme: self.theme,
        }
    }

    /// What is being waited for, if anything is.
    pub(crate) fn waiting(&self) -> Option<&Latest> {
        self.link
            .waiting()
            .or_else(|| self.screens.pane().waiting())
    }

    /// The next moment at which something changes by itself; None while nothing does.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let spinner = self
            .waiting()
            .and_then(|request| request.deadline(self.now));
        let notice = self.notices.deadline();
        let jobs = self.jobs.deadline(self.now);
        [spinner, notice, jobs, self.due()]
            .into_iter()
            .flatten()
            .min()
    }

    /// The next moment at which there is something to do, and not only to show.
    pub(crate) fn due(&self) -> Option<Instant> {
        [self.link.due(), self.screens.pane().deadline()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Takes account of something that happened.
    pub(crate) fn update(&mut self, message: Message, now: Instant) -> Vec<Effect> {
        self.now = now;
        self.changed = true;
        let mut wanted = VecDeque::from(self.take(message));
        let mut effects = Vec::new();
        loop {
            let Some(effect) = wanted.pop_front() else {
                let Some(held) = self.next_held() else { break };
                wanted.extend(self.take(held));
                continue;
            };
            match effect {
                Effect::Say(tone, text) => self.say(tone, text),
                Effect::Mention(tone, text) => self.mention(tone, text),
                Effect::Remember(changed) => {
                    self.remember(changed);
                    self.screens.outdate_lists();
                }
                // What comes by itself does not take the keys from what one is typing into.
                Effect::Open(overlay) => self.overlays.insert(0, overlay),
                Effect::Go(screen) => wanted.extend(self.screens.open(screen, &self.env())),
                Effect::Leave => wanted.extend(self.screens.leave(&self.env())),
                Effect::Close(screen) => wanted.extend(self.screens.close(screen, &self.env())),
                Effect::Send(message) => wanted.extend(self.take(*message)),
                Effect::Copy(text) => effects.extend(self.copy(text)),
                effect => effects.push(effect),
            }
        }
        effects
    }

    /// Tells what is copied, which way. What a terminal would cut off is not begun.
    fn copy(&mut self, text: String) -> Option<Effect> {
        let size = bytes(text.len());
        if text.len() > MAX_COPY {
            let most = bytes(MAX_COPY);
            self.say(
                Tone::Bad,
                format!("Not copied: terminals take {most}, and this has {size}"),
            );
            return None;
        }
        self.say(
            Tone::Good,
            format!("{size} handed to the terminal's clipboard (OSC 52)"),
        );
        Some(Effect::Copy(text))
    }

    fn take(&mut self, message: Message) -> Vec<Effect> {
        let env = self.env();
        match message {
            message if self.is_held(&message) => {
                self.held.push_back(message);
                Vec::new()
            }
            Message::Key(key) => self.key(key),
            Message::Paste(text) => self.paste(&text),
            Message::Mouse(mouse) => self.mouse(mouse),
            Message::Drawn => self.screens.pane_mut().resized(&env),
            // The next frame tells what room there is.
            Message::Resized => Vec::new(),
            Message::Background(background) => self.background(background),
            Message::Tick => self.tick(),
            Message::Terminate => self.quit(),
            Message::Reply(store, message) if store == self.store => self.take(*message),
            Message::Reply(..) => {
                self.changed = false;
                Vec::new()
            }
            Message::Link(message) => match self.link.take(message, self.now) {
                News::Opened => {
                    self.stores.opened();
                    self.recall();
                    let env = self.env();
                    let mut effects = self.screens.pane_mut().reload(&env);
                    effects.push(Effect::Writing(writing::Effect::FindAll));
                    effects
                }
                News::Back => {
                    self.mention(Tone::Good, "The database answers again".to_owned());
                    self.screens.changed(&env)
                }
                News::Lost => {
                    if let Some(failure) = self.link.failure() {
                        self.screens.stats.show_database(Err(failure.clone()));
                    }
                    Vec::new()
                }
                News::None => Vec::new(),
            },
            Message::Use(url) => self.use_store(url),
            Message::Migrate => vec![self.link.migrate(self.now)],
            Message::Job(message) => {
                let has_ended = matches!(message, jobs::Message::Ended { .. });
                self.jobs.take(message, self.now);
                if has_ended {
                    self.job_ended()
                } else {
                    Vec::new()
                }
            }
            Message::Quit(with_jobs) => self.quit_with(with_jobs),
            Message::Changed(changed) => {
                match changed {
                    Ok(changed) => self.remember(changed),
                    Err(failure) => self.say(Tone::Bad, failure.said),
                }
                self.screens.changed(&env)
            }
            Message::Unchanged(said) => {
                self.say(Tone::Bad, said);
                self.screens.changed(&env)
            }
            Message::Undone(batch, undone) => {
                match undone {
                    Ok((tone, said)) => {
                        if tone == Tone::Good {
                            self.screens.ingest.undone(batch);
                        }
                        self.say(tone, said);
                    }
                    Err(failure) => self.say(Tone::Bad, failure.said),
                }
                self.screens.changed(&env)
            }
            Message::Documents(message) => self.screens.documents.message(message, &env),
            Message::Document(message) => self.screens.document.message(*message, &env),
            Message::Threads(message) => self.screens.threads.message(message, &env),
            Message::Thread(message) => self.screens.thread.message(message, &env),
            Message::Drafts(drafts) => writing::offer(drafts),
            Message::DropDraft(drafts) => writing::offer_to_drop(drafts),
            Message::Writing(screen, message) => {
                self.screens.writing(screen).message(*message, &env)
            }
            Message::Trash(message) => self.screens.trash.message(message, &env),
            Message::Stats(message) => self.screens.stats.message(*message),
            Message::Search(message) => self.screens.search.message(message, &env),
            Message::Ingest(message) => self.screens.ingest.message(*message, &env),
            Message::Log(message) => self.screens.log.message(message, &env),
        }
    }

    /// Leaves the program; what is being typed is on disk before.
    pub(super) fn quit(&mut self) -> Vec<Effect> {
        let env = self.env();
        let mut effects = self.screens.pane_mut().left(&env);
        self.keep_session();
        effects.push(Effect::KeepSessions(self.sessions.clone()));
        effects.push(Effect::Quit);
        effects
    }

    /// Remembers how the store is left.
    fn keep_session(&mut self) {
        if let Some(store) = self.link.store() {
            let session = self.screens.session();
            self.sessions.put(store.database.clone(), session);
        }
    }

    /// Becomes again what it was when this store was left.
    fn recall(&mut self) {
        let store = self.link.store().map(|store| store.database.as_str());
        if let Some(session) = store.and_then(|store| self.sessions.of(store)) {
            self.screens.recall(session);
        }
    }

    /// Remembers what was drawn where. Another room for the parts is something that happened.
    pub(crate) fn drawn(&mut self, drawn: Drawn) -> Option<Message> {
        let before = std::mem::replace(&mut self.drawn, drawn).room;
        let room = self.drawn.room;
        (before != room).then_some(Message::Drawn)
    }

    fn background(&mut self, background: Background) -> Vec<Effect> {
        let theme = Theme::of(background);
        if !self.is_theme_free || self.theme == theme {
            self.changed = false;
            return Vec::new();
        }
        self.theme = theme;
        let env = self.env();
        self.screens.pane_mut().resized(&env)
    }

    fn tick(&mut self) -> Vec<Effect> {
        let env = self.env();
        self.notices.tick(env.now);
        let mut effects = self.screens.pane_mut().tick(&env);
        effects.extend(self.link.tick(env.now));
        effects
    }

    /// Tells of a change, and how it is taken back.
    fn remember(&mut self, changed: Changed) {
        let key = self
            .keymap
            .shown(self.screens.pane().context(), Command::App(App::Undo));
        let how = key.map_or_else(String::new, |key| format!("; {key} takes it back"));
        self.say(Tone::Good, format!("{}{how}", changed.said));
        self.done.push(changed);
        if self.done.len() > MAX_DONE {
            self.done.remove(0);
        }
    }

    /// Whether a command may be given here: for hints.
    pub(crate) fn is_offered(&self, entry: &Entry) -> bool {
        let may_be_given = entry.danger == Danger::None || !self.is_read_only();
        let is_of_all = matches!(entry.command, Command::App(_) | Command::Go(_));
        // A store that was never opened has nothing to show but the program's own log.
        let is_log = self.screens.shown() == Screen::Log;
        let is_there = self.link.store().is_some() || is_of_all || is_log;
        let is_of_use = entry.command != Command::App(App::Migrate) || self.is_unmigrated();
        may_be_given
            && is_of_use
            && (!self.overlays.is_empty() || is_there && self.screens.pane().offers(entry.command))
    }
}
