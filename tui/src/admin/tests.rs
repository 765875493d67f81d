//! Keys in, screen out.

mod document;
mod harness;
mod ingest;
mod log;
mod looks;
mod naughty;
mod search;
mod stats;
mod threads;
mod trash;
mod turns;

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
    assert!(
        admin.text().contains("version 1, changed"),
        "{}",
        admin.text()
    );
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
    admin.shows("could not be opened");
    admin.press(":connect").await;
    admin.press("<esc>").await;
    let mut admin = Admin::on(&[], 90, 24).await;
    admin.press("o").await;
    admin.take(Message::Paste(other.database.to_string()));
    admin.press("<enter>").await;
    assert_eq!(admin.selected(), "gamma");
}

#[tokio::test]
async fn a_part_of_the_list_is_shown_and_left_again() {
    let mut admin = Admin::on(THREE, 100, 20).await;
    admin.shows("newest first, 3 documents");
    admin.press("fbe<enter>").await;
    assert_eq!(admin.selected(), "beta");
    admin.shows("by code, code be…");
    admin.press("ad").await;
    admin.shows("delete 1 document");
    admin.press("n<esc><esc>").await;
    assert_eq!(admin.selected(), "gamma");
    admin.press("fname:al<enter>").await;
    assert_eq!(admin.selected(), "alpha");
    admin
        .press("fafter:2026-09-20 before:2026-09-22<enter>")
        .await;
    assert_eq!(admin.selected(), "gamma");
    admin.press("fzzz<enter>").await;
    admin.shows("no document is like that");
    admin.press("<esc>").await;
    assert_eq!(admin.selected(), "gamma");
    admin.press("fafter:soon<enter>").await;
    admin.shows("is no day: write it as 2026-01-31");
}

#[tokio::test]
async fn marked_documents_get_tags_and_lose_them() {
    let mut admin = Admin::on(THREE, 100, 20).await;
    let tags = async |admin: &Admin, code: &str| {
        let document = admin
            .store()
            .await
            .documents()
            .get(code)
            .await
            .unwrap()
            .unwrap();
        document.metadata.get("tags").cloned()
    };
    admin.press("  t").await;
    admin.shows("2 marked documents");
    admin.press("river +old<enter>").await;
    admin.shows("2 documents tagged; u takes it back");
    assert_eq!(
        tags(&admin, "gamma").await,
        Some(serde_json::json!(["old", "river"]))
    );
    assert_eq!(tags(&admin, "alpha").await, None);
    admin.press("t-old<enter>").await;
    assert_eq!(
        tags(&admin, "gamma").await,
        Some(serde_json::json!(["river"]))
    );
    admin.press("uu").await;
    assert_eq!(tags(&admin, "beta").await, None);
    admin.press("-triver<enter>").await;
    admin.press("t-river<enter>").await;
    assert_eq!(tags(&admin, "alpha").await, Some(serde_json::json!([])));
}

#[tokio::test]
async fn marked_documents_are_written_into_files_that_are_never_overwritten() {
    let mut admin = Admin::on(THREE, 100, 20).await;
    let out = admin.folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    std::fs::write(out.join("beta.md"), "mine").unwrap();
    admin.press("ax").await;
    admin.take(Message::Paste(out.display().to_string()));
    admin.press("<enter>").await;
    admin.shows("1 not: beta:");
    assert_eq!(
        std::fs::read_to_string(out.join("alpha.md")).unwrap(),
        THREE[0].1
    );
    assert_eq!(
        std::fs::read_to_string(out.join("gamma.md")).unwrap(),
        THREE[2].1
    );
    assert_eq!(
        std::fs::read_to_string(out.join("beta.md")).unwrap(),
        "mine"
    );
    let lines = admin.folder.path().join("two.jsonl");
    admin.press("<esc>g  x").await;
    admin.take(Message::Paste(lines.display().to_string()));
    admin.press("<enter>").await;
    admin.shows("2 documents written into");
    let (other, _folder) = store(&[]).await;
    let other = Folio::connect(other).await.unwrap();
    let file = std::io::BufReader::new(std::fs::File::open(&lines).unwrap());
    let cancel = service::CancellationToken::new();
    other.import_documents(file, &cancel, |_| {}).await.unwrap();
    let gamma = other.documents().get("gamma").await.unwrap().unwrap();
    assert_eq!(gamma.content, THREE[2].1);
    other.close().await;
    admin.press("<esc>x").await;
    admin.take(Message::Paste(lines.display().to_string()));
    admin.press("<enter>").await;
    admin.shows("two.jsonl: File exists");
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
        ("001", "code 001"),
        ("name:002", "name 002"),
        ("after:2026-09-20", "from 2026-09-20"),
    ] {
        admin.press(&format!("f{filter}<enter>G")).await;
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
async fn rows_are_marked_and_deleted_after_a_question_that_names_them() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("  ").await;
    admin.shows("2 marked");
    admin.press("d").await;
    admin.shows("beta, gamma");
    admin.shows("y delete 2 documents");
    admin.press("n").await;
    admin.shows("2 marked");
    admin.press("dy").await;
    admin.shows("2 documents deleted; u takes it back");
    assert_eq!(admin.selected(), "alpha");
    let store = admin.store().await;
    assert_eq!(store.documents().count().await.unwrap(), 1);
    admin.press("u").await;
    admin.shows("2 rows taken back");
    assert_eq!(store.documents().count().await.unwrap(), 3);
    admin.press("u").await;
    admin.shows("There is nothing to undo");
    admin.press("g ad").await;
    admin.shows("delete 3 documents");
    admin.press("n<esc>ga ").await;
    admin.shows("all but 1 marked");
    admin.press("dy").await;
    admin.shows("2 documents deleted");
    assert_eq!(store.documents().count().await.unwrap(), 1);
}

#[tokio::test]
async fn a_document_is_made_and_renamed() {
    let mut admin = Admin::on(THREE, 140, 24).await;
    admin.press("cnew/one<enter>").await;
    admin.shows("new/one is made");
    admin.press("<esc><esc>gR").await;
    admin.press("<ctrl-u>The first<enter>").await;
    admin.shows("new/one is called The first now");
    let store = admin.store().await;
    assert_eq!(
        store
            .documents()
            .get("new/one")
            .await
            .unwrap()
            .unwrap()
            .name,
        "The first"
    );
    admin.press("calpha<enter>").await;
    admin.shows("! there is a document with the code \"alpha\" already");
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
    assert_eq!(admin.selected(), "beta");
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
        admin.press("<pagedown>").await;
        assert_eq!(admin.selected(), format!("{:04}", page * 19));
    }
    admin.press("G").await;
    assert_eq!(admin.selected(), "0899");
    admin.press("g").await;
    assert_eq!(admin.selected(), "0000");
}
