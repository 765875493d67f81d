//! The admin on a screen of its own: keys in, screen out, over a real store, with a clock that
//! moves when it is told to.

mod picture;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Modifier;
use service::{Config, DateTime, DocumentSort, Folio, ManualClock, NewDocument};
use service::{PageRequest, TimeDelta};
use tokio::sync::mpsc;

use crate::admin::command::{Context, Key};
use crate::admin::effects::{Effects, SESSIONS};
use crate::admin::message::{Effect, Message};
use crate::admin::model::Model;
use crate::admin::session::Sessions;
use crate::admin::settings::Settings;
use crate::admin::theme::Theme;
use crate::admin::view;
use crate::logging::Recent;

/// What is due later than this is not waited for by itself: a notice stays, a probe is far off.
const SOON: Duration = Duration::from_millis(300);

/// The admin on a screen of its own.
pub(super) struct Admin {
    /// On the heap: futures of tests would be large.
    pub(super) model: Box<Model>,
    pub(super) effects: Effects,
    replies: mpsc::UnboundedReceiver<Message>,
    screen: ratatui::Terminal<TestBackend>,
    pub(super) now: Instant,
    pub(super) left: bool,
    pub(super) drawn: usize,
    /// What was handed to the clipboard last.
    pub(super) copied: Option<String>,
    /// What was handed to the user's own editor last.
    pub(super) outside: Option<String>,
    pub(super) folder: tempfile::TempDir,
    /// The program's own log.
    pub(super) log: Recent,
}

/// The moment at which the stores of tests begin; each document is a minute later.
pub(super) fn noon() -> DateTime<service::Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

/// A store in a folder of its own, with documents a minute apart.
pub(super) async fn store(documents: &[(&str, &str)]) -> (Config, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::sqlite(folder.path().join("a.db"));
    let clock = Arc::new(ManualClock::at(noon()));
    let folio = Folio::connect_with_clock(config.clone(), Arc::<ManualClock>::clone(&clock))
        .await
        .unwrap();
    for (code, text) in documents {
        clock.advance(TimeDelta::minutes(1));
        folio
            .documents()
            .insert(NewDocument::new(*code, *code, *text))
            .await
            .unwrap();
    }
    folio.close().await;
    (config, folder)
}

impl Admin {
    /// Opened on a store of documents, with everything on the screen that comes by itself.
    pub(super) async fn on(documents: &[(&str, &str)], columns: u16, rows: u16) -> Self {
        let (config, folder) = store(documents).await;
        Self::with(config, folder, Theme::DARK, columns, rows).await
    }

    pub(super) async fn with(
        config: Config,
        folder: tempfile::TempDir,
        theme: Theme,
        columns: u16,
        rows: u16,
    ) -> Self {
        let (sender, replies) = mpsc::unbounded_channel();
        let state = folder.path();
        let sessions = Sessions::read(Some(&state.join(SESSIONS)));
        let log = Recent::new(Arc::new(ManualClock::at(noon())));
        let now = Instant::now();
        let (mut model, first) = Model::new(Settings::default(), sessions, now);
        model.theme = theme;
        model.begin_with(config.database.to_string());
        let mut admin = Self {
            model: Box::new(model),
            effects: Effects::new(
                config,
                crate::sample::SAMPLE,
                log.clone(),
                Some(state),
                sender,
            ),
            replies,
            screen: ratatui::Terminal::new(TestBackend::new(columns, rows)).unwrap(),
            now,
            left: false,
            drawn: 0,
            copied: None,
            outside: None,
            folder,
            log,
        };
        admin.draw();
        admin.perform(first);
        admin.settle().await;
        admin
    }

    /// Is left, and begins again on the same store.
    pub(super) async fn again(mut self) -> Self {
        self.press("<ctrl-c>").await;
        assert!(self.left);
        self.crash().await
    }

    /// Ends without a word, and begins again on the same store.
    pub(super) async fn crash(self) -> Self {
        let Self {
            folder,
            effects,
            model,
            ..
        } = self;
        let config = Config::sqlite(folder.path().join("a.db"));
        // Drafts that were ordered are written by a thread of their own; the rest is lost.
        drop((model, effects));
        Box::pin(Self::with(config, folder, Theme::DARK, 80, 24)).await
    }

    /// The store, for a look from outside, or a change by someone else.
    pub(super) async fn store(&self) -> Folio {
        Folio::connect(Config::sqlite(self.folder.path().join("a.db")))
            .await
            .unwrap()
    }

    /// The codes of the documents that are in the store, in their order.
    pub(super) async fn codes(&self) -> Vec<String> {
        let (store, some) = (self.store().await, PageRequest::first(1_000));
        let page = store.documents().list(DocumentSort::Code, &some).await;
        store.close().await;
        page.unwrap()
            .items
            .into_iter()
            .map(|row| row.code)
            .collect()
    }

    /// Presses keys, letting each have its whole effect: `/pool<enter>j`.
    pub(super) async fn press(&mut self, keys: &str) {
        for key in events(keys) {
            self.take(Message::Key(key));
            self.settle().await;
        }
    }

    /// Presses keys before anything that they ask for can be there.
    pub(super) fn rush(&mut self, keys: &str) {
        for key in events(keys) {
            self.take(Message::Key(key));
        }
    }

    /// Has a job begun with keys, which did nothing yet.
    pub(super) fn begin(&mut self, keys: &str) {
        self.rush(keys);
        while let Ok(told) = self.replies.try_recv() {
            self.take(told);
        }
    }

    /// Has a job begun with keys, and cancels it before it did anything.
    pub(super) async fn begin_and_cancel(&mut self, keys: &str) {
        self.begin(keys);
        self.press("<ctrl-c>").await;
        assert!(!self.left, "no job was there to be cancelled");
    }

    /// Uses the mouse.
    pub(super) async fn mouse(&mut self, kind: MouseEventKind, column: u16, row: u16) {
        self.take(Message::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        }));
        self.settle().await;
    }

    /// Clicks on the first place where this is shown.
    pub(super) async fn click(&mut self, text: &str) {
        let screen = self.text();
        let found = screen.lines().enumerate().find_map(|(row, line)| {
            let before = &line[..line.find(text)?];
            Some((crate::admin::text::width(before), row))
        });
        let (column, row) = found.unwrap_or_else(|| panic!("no {text:?} in\n{screen}"));
        let (column, row) = (u16::try_from(column).unwrap(), u16::try_from(row).unwrap());
        self.mouse(MouseEventKind::Down(MouseButton::Left), column, row)
            .await;
        self.mouse(MouseEventKind::Up(MouseButton::Left), column, row)
            .await;
    }

    /// Waits for what was asked for, and passes the time until what is due soon.
    pub(super) async fn settle(&mut self) {
        loop {
            self.effects.quiet().await;
            if let Ok(reply) = self.replies.try_recv() {
                self.take(reply);
            } else if let Some(due) = self.model.due().filter(|due| *due <= self.now + SOON) {
                self.now = self.now.max(due);
                self.take(Message::Tick);
            } else {
                return;
            }
        }
    }

    /// Waits for news that comes by itself.
    pub(super) async fn hear(&mut self) {
        let news = self.replies.recv().await.unwrap();
        self.take(news);
        self.settle().await;
    }

    /// Lets time pass, with what falls due in it.
    pub(super) async fn pass(&mut self, time: Duration) {
        self.now += time;
        self.take(Message::Tick);
        self.settle().await;
    }

    pub(super) fn take(&mut self, message: Message) {
        let effects = self.model.update(message, self.now);
        self.perform(effects);
        if self.model.take_changed() {
            self.draw();
        }
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Quit => self.left = true,
                Effect::Copy(text) => self.copied = Some(text),
                Effect::EditOutside(_, text) => self.outside = Some(text),
                effect => self.effects.begin(effect),
            }
        }
    }

    fn draw(&mut self) {
        loop {
            let mut drawn = None;
            self.screen
                .draw(|frame| drawn = Some(view::draw(&self.model, frame)))
                .unwrap();
            self.drawn += 1;
            let Some(message) = self.model.drawn(drawn.unwrap()) else {
                return;
            };
            let effects = self.model.update(message, self.now);
            self.perform(effects);
            if !self.model.take_changed() {
                return;
            }
        }
    }

    pub(super) async fn resize(&mut self, columns: u16, rows: u16) {
        self.screen.backend_mut().resize(columns, rows);
        self.take(Message::Resized);
        self.settle().await;
    }

    pub(super) fn context(&self) -> Context {
        self.model.context()
    }

    pub(super) fn buffer(&self) -> &Buffer {
        self.screen.backend().buffer()
    }

    fn rows(&self) -> impl Iterator<Item = &[Cell]> {
        let buffer = self.buffer();
        buffer
            .content()
            .chunks(usize::from(buffer.area.width).max(1))
    }

    /// What is on the screen, a line a row.
    pub(super) fn text(&self) -> String {
        self.rows()
            .map(|cells| symbols(cells).trim_end().to_owned() + "\n")
            .collect()
    }

    /// Fails unless this is on the screen.
    #[track_caller]
    pub(super) fn shows(&self, text: &str) {
        assert!(
            self.text().contains(text),
            "no {text:?} in\n{}",
            self.text()
        );
    }

    #[track_caller]
    pub(super) fn hides(&self, text: &str) {
        assert!(!self.text().contains(text), "{text:?} in\n{}", self.text());
    }

    /// The row that is selected: by its sign, and by its style as well.
    #[track_caller]
    pub(super) fn selected(&self) -> String {
        let reversed = self.rows().filter(|cells| {
            cells[0].modifier.contains(Modifier::REVERSED) && cells[0].symbol() == ">"
        });
        let texts: Vec<String> = reversed.map(symbols).collect();
        assert_eq!(texts.len(), 1, "one row is selected:\n{}", self.text());
        let row = texts[0].get(2..).unwrap_or_default();
        row.split("  ").next().unwrap_or_default().to_owned()
    }
}

/// The keys that are written as `/pool<enter>j`.
fn events(keys: &str) -> impl Iterator<Item = KeyEvent> {
    let mut rest = keys;
    std::iter::from_fn(move || {
        let char = rest.chars().next()?;
        let named = rest.strip_prefix('<').and_then(|rest| rest.split_once('>'));
        let named = named.and_then(|(name, after)| Some((Key::parse(name)?, after)));
        let (key, after) = named.map_or_else(
            || {
                let key = KeyEvent::new(KeyCode::Char(char), KeyModifiers::NONE);
                (key, &rest[char.len_utf8()..])
            },
            |(key, after)| (key.event(), after),
        );
        rest = after;
        Some(key)
    })
}

fn symbols(cells: &[Cell]) -> String {
    cells.iter().map(Cell::symbol).collect()
}
