//! Keys in, screen out: the admin over a real store, with a clock that moves when it is told to.

use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::Modifier;
use service::{Config, Folio, NewDocument};
use tokio::sync::mpsc;

use super::Sample;
use super::effects::Effects;
use super::message::{Effect, Message};
use super::model::Model;
use super::theme::Theme;
use super::view;

/// The admin on a screen of its own.
struct Admin {
    model: Model,
    effects: Effects,
    replies: mpsc::UnboundedReceiver<Message>,
    screen: ratatui::Terminal<TestBackend>,
    now: Instant,
    left: bool,
    drawn: usize,
    folder: tempfile::TempDir,
}

impl Admin {
    /// Opened on a store of documents, with everything on the screen that comes by itself.
    async fn on(documents: &[(&str, &str)], columns: u16, rows: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::sqlite(folder.path().join("a.db"));
        let folio = Folio::connect(config.clone()).await.unwrap();
        for (code, text) in documents {
            folio
                .documents()
                .insert(NewDocument::new(*code, *code, *text))
                .await
                .unwrap();
        }
        folio.close().await;
        Self::with(config, folder, Theme::COLOUR, columns, rows).await
    }

    async fn with(
        config: Config,
        folder: tempfile::TempDir,
        theme: Theme,
        columns: u16,
        rows: u16,
    ) -> Self {
        let (sender, replies) = mpsc::unbounded_channel();
        let sample = Sample {
            documents: crate::sample::SAMPLE.documents,
            turns: crate::sample::SAMPLE.turns,
        };
        let now = Instant::now();
        let (model, first) = Model::new(theme, now);
        let mut admin = Self {
            model,
            effects: Effects::new(config, sample, sender),
            replies,
            screen: ratatui::Terminal::new(TestBackend::new(columns, rows)).unwrap(),
            now,
            left: false,
            drawn: 0,
            folder,
        };
        admin.draw();
        admin.perform(first);
        admin.settle().await;
        admin
    }

    /// Presses keys, letting each have its whole effect: `/pool<enter>j`.
    async fn press(&mut self, keys: &str) {
        let mut rest = keys;
        while let Some(char) = rest.chars().next() {
            let (key, after) = match rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
                Some((name, after)) => (named(name), after),
                None => (
                    KeyEvent::new(KeyCode::Char(char), KeyModifiers::NONE),
                    &rest[char.len_utf8()..],
                ),
            };
            rest = after;
            self.take(Message::Key(key));
            self.settle().await;
        }
    }

    /// Waits for what was asked for, and passes the time until what is due.
    async fn settle(&mut self) {
        loop {
            if self.model.waiting().is_some() {
                let reply = self.replies.recv().await.unwrap();
                self.take(reply);
            } else if let Some(due) = self.model.documents.deadline() {
                self.now = self.now.max(due);
                self.take(Message::Tick);
            } else {
                return;
            }
        }
    }

    fn take(&mut self, message: Message) {
        let effects = self.model.update(message, self.now);
        self.perform(effects);
        if self.model.take_changed() {
            self.draw();
        }
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.left |= effect == Effect::Quit;
            self.effects.begin(effect);
        }
    }

    fn draw(&mut self) {
        loop {
            let mut room = None;
            self.screen
                .draw(|frame| room = Some(view::draw(&self.model, frame)))
                .unwrap();
            self.drawn += 1;
            let effects = self.model.update(Message::Drawn(room.unwrap()), self.now);
            self.perform(effects);
            if !self.model.take_changed() {
                return;
            }
        }
    }

    async fn resize(&mut self, columns: u16, rows: u16) {
        self.screen.backend_mut().resize(columns, rows);
        self.take(Message::Resized);
        self.settle().await;
    }

    fn buffer(&self) -> &Buffer {
        self.screen.backend().buffer()
    }

    /// What is on the screen, a line a row.
    fn text(&self) -> String {
        let buffer = self.buffer();
        let rows = buffer
            .content()
            .chunks(usize::from(buffer.area.width).max(1));
        let row = |cells: &[ratatui::buffer::Cell]| {
            cells
                .iter()
                .map(ratatui::buffer::Cell::symbol)
                .collect::<String>()
        };
        rows.map(|cells| row(cells).trim_end().to_owned() + "\n")
            .collect()
    }

    /// The row that is selected: by its sign, and by its style as well.
    fn selected(&self) -> String {
        let buffer = self.buffer();
        let width = usize::from(buffer.area.width);
        let rows = buffer.content().chunks(width);
        let reversed = rows.filter(|cells| {
            cells[0].modifier.contains(Modifier::REVERSED) && cells[0].symbol() == ">"
        });
        let texts: Vec<String> = reversed
            .map(|cells| cells.iter().map(ratatui::buffer::Cell::symbol).collect())
            .collect();
        assert_eq!(texts.len(), 1, "one row is selected:\n{}", self.text());
        texts[0]
            .trim_start_matches("> ")
            .split("  ")
            .next()
            .unwrap_or_default()
            .to_owned()
    }
}

fn named(name: &str) -> KeyEvent {
    let (modifiers, plain) = match name.strip_prefix("ctrl-") {
        Some(plain) => (KeyModifiers::CONTROL, plain),
        None => (KeyModifiers::NONE, name),
    };
    let code = match plain {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "down" => KeyCode::Down,
        "backspace" => KeyCode::Backspace,
        plain => KeyCode::Char(plain.chars().next().unwrap()),
    };
    KeyEvent::new(code, modifiers)
}

const THREE: &[(&str, &str)] = &[
    ("alpha", "The first letter, by the river."),
    (
        "beta",
        "The second letter.\nIt has two lines about a river bank.",
    ),
    ("gamma", "The third letter."),
];

#[tokio::test]
async fn a_list_is_moved_through_and_shows_the_text_beside_it() {
    let mut admin = Admin::on(THREE, 100, 20).await;
    assert_eq!(admin.selected(), "gamma");
    assert!(
        admin.text().contains("The third letter."),
        "{}",
        admin.text()
    );
    admin.press("j").await;
    assert_eq!(admin.selected(), "beta");
    assert!(
        admin.text().contains("It has two lines"),
        "{}",
        admin.text()
    );
    admin.press("G").await;
    assert_eq!(admin.selected(), "alpha");
    admin.press("gg<ctrl-d>k").await;
    assert_eq!(admin.selected(), "beta");
    admin.press("o").await;
    assert_eq!(admin.selected(), "alpha");
    assert!(admin.text().contains("by name"));
}

#[tokio::test]
async fn a_search_answers_as_it_is_typed_and_leads_back_to_the_same_row() {
    let mut admin = Admin::on(THREE, 100, 20).await;
    admin.press("j/riv").await;
    assert!(admin.text().contains("2 found"), "{}", admin.text());
    assert!(
        admin.text().contains("lines about a river bank"),
        "{}",
        admin.text()
    );
    admin.press("<down><enter>").await;
    let second = admin.selected();
    admin.press("<esc>").await;
    assert_eq!(admin.selected(), "beta");
    admin.press("/zzz").await;
    assert!(admin.text().contains("nothing found"));
    admin.press("<ctrl-u>river<enter><enter>").await;
    assert!(admin.text().contains("version 1"), "{}", admin.text());
    assert!(["alpha", "beta"].contains(&second.as_str()));
}

#[tokio::test]
async fn every_letter_can_be_typed_into_a_query() {
    let mut admin = Admin::on(THREE, 80, 24).await;
    admin.press("/qgGjk?rs o").await;
    assert!(!admin.left);
    assert!(admin.text().contains("/ qgGjk?rs o"), "{}", admin.text());
    admin.press("<esc>q").await;
    assert!(admin.left);
}

#[tokio::test]
async fn an_empty_store_offers_the_sample_and_loads_it() {
    let mut admin = Admin::on(&[], 90, 24).await;
    assert!(
        admin.text().contains("This store is empty"),
        "{}",
        admin.text()
    );
    assert!(admin.text().contains("folio ingest"), "{}", admin.text());
    admin.press("s").await;
    assert_eq!(admin.selected(), "guide/getting-started");
    assert!(
        admin.text().contains("12 documents and 24 turns"),
        "{}",
        admin.text()
    );
    admin.press("/restor").await;
    assert!(admin.text().contains("guide/history"), "{}", admin.text());
}

#[tokio::test]
async fn the_help_tells_the_keys_of_the_place() {
    let mut admin = Admin::on(THREE, 80, 40).await;
    admin.press("?").await;
    for entry in super::command::of(super::command::Context::List) {
        assert!(
            admin
                .text()
                .contains(&entry.help[..20.min(entry.help.len())]),
            "{}\n{}",
            entry.help,
            admin.text()
        );
    }
    admin.press("<esc>").await;
    assert!(!admin.text().contains("Keys of the list"));
}

#[tokio::test]
async fn a_store_that_cannot_be_opened_says_why_and_keeps_the_keys_working() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing.db");
    let config = Config::from_url(&format!("sqlite://{}", path.display())).unwrap();
    let mut admin = Admin::with(config, folder, Theme::COLOUR, 80, 24).await;
    assert!(
        admin.text().contains("could not be opened"),
        "{}",
        admin.text()
    );
    assert!(
        admin.text().contains("there is no database file"),
        "{}",
        admin.text()
    );
    admin.press("jk/?<esc>").await;
    Folio::connect(Config::sqlite(path))
        .await
        .unwrap()
        .close()
        .await;
    admin.press("r").await;
    assert!(
        admin.text().contains("This store is empty"),
        "{}",
        admin.text()
    );
    admin.press("q").await;
    assert!(admin.left);
}

#[tokio::test]
async fn a_document_deleted_meanwhile_is_told_of() {
    let mut admin = Admin::on(THREE, 100, 20).await;
    let other = Folio::connect(Config::sqlite(admin.folder.path().join("a.db")))
        .await
        .unwrap();
    other.documents().delete("alpha").await.unwrap();
    admin.press("G<enter>").await;
    assert!(
        admin.text().contains("has been deleted"),
        "{}",
        admin.text()
    );
    admin.press("<esc>r").await;
    assert_eq!(admin.selected(), "gamma");
}

#[tokio::test]
async fn no_size_and_no_text_breaks_the_screen() {
    let naughty: String = [
        "\u{1b}[31mred",
        "\u{202e}desrever",
        "日本語",
        "e\u{301}\u{200b}",
        "👩‍👩‍👧‍👦 ❤\u{fe0f}",
        "\t\u{7}\r\n",
        "\u{9b}2J",
    ]
    .concat();
    let long = naughty.repeat(40);
    let documents: Vec<(String, String)> = (0..30)
        .map(|n| (format!("{n:02} {naughty}"), long.clone()))
        .collect();
    let documents: Vec<(&str, &str)> = documents
        .iter()
        .map(|(code, text)| (code.as_str(), text.as_str()))
        .collect();
    for theme in [Theme::COLOUR, Theme::MONO] {
        let mut admin = Admin::on(&documents, 120, 40).await;
        admin.model.theme = theme;
        for (columns, rows) in [
            (80, 24),
            (40, 10),
            (20, 5),
            (12, 3),
            (3, 2),
            (1, 1),
            (200, 60),
        ] {
            admin.resize(columns, rows).await;
            for keys in [
                "jjG",
                "<enter>jG",
                "<esc>?j",
                "<esc>/red<enter>",
                "<enter>G<esc>",
                "<esc>",
                "<tab>g",
            ] {
                admin.press(keys).await;
                for cell in admin.buffer().content() {
                    let acting =
                        |char: char| char.is_control() || ('\u{202a}'..='\u{202e}').contains(&char);
                    assert!(!cell.symbol().chars().any(acting), "{:?}", cell.symbol());
                }
            }
        }
    }
}

#[tokio::test]
async fn nothing_is_drawn_while_nothing_happens() {
    let mut admin = Admin::on(THREE, 80, 24).await;
    let drawn = admin.drawn;
    assert_eq!(admin.model.deadline(), None);
    admin.now += Duration::from_hours(1);
    admin.settle().await;
    assert_eq!(admin.drawn, drawn);
}

#[tokio::test]
async fn a_long_list_is_read_as_it_is_moved_through() {
    let codes: Vec<String> = (0..900).map(|row| format!("{row:04}")).collect();
    let documents: Vec<(&str, &str)> = codes.iter().map(|code| (code.as_str(), "text")).collect();
    let mut admin = Admin::on(&documents, 60, 24).await;
    admin.press("oo").await;
    assert_eq!(admin.selected(), "0000");
    for page in 1..30 {
        admin.press(" ").await;
        assert_eq!(admin.selected(), format!("{:04}", page * 21));
    }
    admin.press("G").await;
    assert_eq!(admin.selected(), "0899");
    admin.press("g").await;
    assert_eq!(admin.selected(), "0000");
}
