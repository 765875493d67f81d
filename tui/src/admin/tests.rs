//! Keys in, screen out.

mod conflict;
mod document;
mod documents;
mod drafts;
mod exports;
mod harness;
mod hits;
mod ingest;
mod late;
mod log;
mod looks;
mod making;
mod naughty;
mod news;
mod pictures;
mod quitting;
mod reading;
mod search;
mod stats;
mod stores;
mod threads;
mod trash;
mod turns;
mod undoing;

use std::time::Duration;

use crossterm::event::{MouseButton, MouseEventKind};
use service::{Config, Folio};

use super::message::Message;
use super::theme::Theme;
use harness::{Admin, store};

/// The sizes at which screens are looked at.
const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (40, 10), (20, 5)];

const THREE: &[(&str, &str)] = &[
    ("alpha", "The first letter, by the river."),
    (
        "beta",
        "The second letter.\nIt has two lines about a river bank.",
    ),
    ("gamma", "The third letter."),
];

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
async fn an_empty_store_has_three_ways_on_and_the_first_loads_the_sample() {
    let mut admin = Admin::on(&[], 90, 24).await;
    admin.shows("This store is empty");
    admin.looks_like("welcome");
    admin.press("s").await;
    assert_eq!(admin.selected(), "guide/getting-started");
    admin.shows("12 documents and 24 turns");
    admin.press("/restor").await;
    admin.shows("guide/history");
}

#[tokio::test]
async fn the_second_way_shows_what_a_folder_would_bring_takes_it_in_and_is_undone() {
    let mut admin = Admin::on(&[], 90, 24).await;
    let notes = admin.folder.path().join("notes");
    std::fs::create_dir(&notes).unwrap();
    std::fs::write(notes.join("one.md"), "# One\n").unwrap();
    admin.press("i").await;
    admin.take(Message::Paste(notes.display().to_string()));
    admin.press("<enter>").await;
    admin.shows("added 1");
    admin.press("R").await;
    admin.shows("1 added; u takes it back");
    // Back to where it was asked for.
    admin.press("<esc><esc>").await;
    assert_eq!(admin.selected(), "one");
    admin.press("u").await;
    admin.shows("This store is empty");
    admin.press("i/no/such/folder<enter>").await;
    admin.shows("there is no file or folder");
}

#[tokio::test]
async fn the_third_way_opens_another_store() {
    let (other, _folder) = store(THREE).await;
    let mut admin = Admin::on(&[], 90, 24).await;
    admin.press("ononsense<enter>").await;
    admin.shows("> nonsense");
    admin.press("<esc>:connect").await;
    admin.press("<esc>").await;
    let mut admin = Admin::on(&[], 90, 24).await;
    admin.press("o").await;
    admin.take(Message::Paste(other.database.to_string()));
    admin.press("<enter>").await;
    assert_eq!(admin.selected(), "gamma");
}

#[tokio::test]
async fn the_program_comes_back_to_where_it_was_left() {
    let codes: Vec<String> = (0..700).map(|row| format!("{row:04}")).collect();
    let documents: Vec<(&str, &str)> = codes.iter().map(|code| (code.as_str(), "text")).collect();
    let mut admin = Admin::on(&documents, 80, 24).await;
    admin.press("ooGkkkk<tab>").await;
    assert_eq!(admin.selected(), "0695");
    let mut admin = Box::pin(admin.again()).await;
    assert_eq!(admin.selected(), "0695");
    admin.shows("by code");
    admin.hides("│");
    admin.press("<pageup>").await;
    let at = admin.selected();
    let mut admin = Box::pin(admin.again()).await;
    assert_eq!(admin.selected(), at);
    for (filter, shown) in [
        ("001", "by code   only 001"),
        ("name:002", "by name   only name:002"),
        ("after:2026-09-20", "newest first   only after:2026-09-20"),
    ] {
        admin.press(&format!("f<ctrl-u>{filter}<enter>G")).await;
        let at = admin.selected();
        admin = Box::pin(admin.again()).await;
        admin.shows(shown);
        assert_eq!(admin.selected(), at);
    }
}

#[tokio::test]
async fn the_help_tells_the_keys_of_the_place() {
    let mut admin = Admin::on(THREE, 140, 60).await;
    admin.press("?").await;
    for entry in super::command::of(super::command::Context::Documents) {
        admin.shows(&entry.help[..20.min(entry.help.len())]);
        admin.shows(entry.id);
    }
    admin.press("<esc>").await;
    admin.hides("Keys: Documents");
}

#[tokio::test]
async fn a_command_is_found_by_its_name_and_given() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press(":sort<enter>").await;
    admin.shows("by name");
    admin.press(":zzzz").await;
    admin.shows("no command is called that");
    admin.press("<enter>").await;
    assert_eq!(admin.context(), super::command::Context::Documents);
}

#[tokio::test]
async fn a_store_for_reading_says_so_and_refuses_what_writes() {
    let (config, folder) = store(THREE).await;
    let config = config.with_access(service::Access::ReadOnly);
    let mut admin = Admin::with(config, folder, Theme::DARK, 100, 24).await;
    admin.shows("read-only");
    admin.press("d").await;
    admin.shows("open for reading only: no delete");
    admin.press("<esc>").await;
    admin.hides("d delete");
}

#[tokio::test]
async fn the_mouse_selects_opens_scrolls_and_moves_the_line() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.click("beta").await;
    assert_eq!(admin.selected(), "beta");
    admin.mouse(MouseEventKind::ScrollDown, 5, 5).await;
    assert_eq!(admin.selected(), "alpha");
    let line = |admin: &Admin| {
        let text = admin.text();
        text.lines()
            .nth(5)
            .unwrap()
            .chars()
            .position(|char| char == '│')
            .unwrap()
    };
    let before = line(&admin);
    admin
        .mouse(
            MouseEventKind::Down(MouseButton::Left),
            u16::try_from(before).unwrap(),
            5,
        )
        .await;
    admin
        .mouse(MouseEventKind::Drag(MouseButton::Left), 70, 5)
        .await;
    admin
        .mouse(MouseEventKind::Up(MouseButton::Left), 70, 5)
        .await;
    assert!(line(&admin) > before + 20);
    admin.click("> alpha").await;
    assert_eq!(admin.context(), super::command::Context::Document);
    admin.click("h back").await;
    assert_eq!(admin.selected(), "alpha");
}

#[tokio::test]
async fn a_copy_names_the_way_and_knows_its_limit() {
    let long = "x".repeat(60_000);
    let mut admin = Admin::on(&[("long", &long), ("short", "a few words")], 100, 24).await;
    admin.press("<enter>y").await;
    assert_eq!(admin.copied.as_deref(), Some("a few words"));
    admin.shows("11 B handed to the terminal's clipboard (OSC 52)");
    admin.press("hj<enter>y").await;
    admin.shows("Not copied: terminals take 56 kB, and this has 60 kB");
    assert_eq!(admin.copied.as_deref(), Some("a few words"));
}

#[tokio::test]
async fn a_database_that_is_gone_leaves_the_keys_working_and_is_found_again() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    let gone = super::request::Failure {
        said: "the database can't be reached".to_owned(),
        cause: super::request::Cause::Gone,
    };
    admin.take(Message::Link(super::link::Message::Lost(gone)));
    admin.shows("! not connected");
    admin.press("j").await;
    assert_eq!(admin.selected(), "beta");
    admin.pass(Duration::from_secs(1)).await;
    admin.shows("The database answers again");
    assert_eq!(admin.selected(), "beta");
    admin.hides("! not connected");
}

#[tokio::test]
async fn a_store_that_cannot_be_opened_says_why_and_keeps_the_keys_working() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing.db");
    let config = Config::from_url(&format!("sqlite://{}", path.display())).unwrap();
    let mut admin = Admin::with(config, folder, Theme::DARK, 80, 24).await;
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
    admin.hides("/ search");
    admin.press("o").await;
    admin.shows("> sqlite://");
    admin.shows("missing.db ");
    admin.press("<esc>").await;
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
async fn nothing_is_drawn_while_nothing_happens() {
    let mut admin = Admin::on(THREE, 80, 24).await;
    let drawn = admin.drawn;
    assert_eq!(admin.model.deadline(), None);
    admin.now += Duration::from_hours(1);
    admin.settle().await;
    assert_eq!(admin.drawn, drawn);
}
