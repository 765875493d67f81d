//! Flows from store to store: one that can't be opened, one that is gone, and the way back.

use std::time::Duration;

use super::THREE;
use super::harness::{Admin, store};
use crate::admin::command::Context;
use crate::admin::message::Message;
use crate::logging::Grade;

#[tokio::test]
async fn a_store_that_could_not_be_opened_is_left_by_every_way() {
    let (other, _folder) = store(&THREE[..1]).await;
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("ogOsqlite:///nowhere/at/all.db<enter>").await;
    admin.shows("The store could not be opened");
    admin.shows("?mode=rwc to its URL");
    assert_eq!(admin.context(), Context::Unopened);
    // The log can be read meanwhile.
    admin.log.keep(Grade::Warning, "here", "what went wrong");
    admin.press("7").await;
    admin.hear().await;
    admin.shows("what went wrong");
    admin.press("1?").await;
    admin.shows("Open another store");
    admin.press("<esc>").await;
    // The way back.
    admin.press("<esc>").await;
    assert_eq!(admin.selected(), "alpha");
    admin.shows("by name");
    admin.shows("gamma");
    // The URL that did not work is there to be changed, also from the palette.
    admin.press("Osqlite:///nowhere/at/all.db<enter>").await;
    admin.press(":store.connect<enter>").await;
    admin.shows("> sqlite:///nowhere/at/all.db");
    admin.press("<ctrl-u>").await;
    admin.take(Message::Paste(other.database.to_string()));
    admin.press("<enter>").await;
    admin.hides("gamma");
    // What is open is not gone back from.
    admin.press("<esc>").await;
    assert_eq!(admin.selected(), "alpha");
    admin.hides("gamma");
}

#[tokio::test]
async fn a_url_that_is_none_is_refused_before_the_store_is_left() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("OmySQL://a/b<enter>").await;
    admin.shows("Folio knows sqlite and postgres");
    admin.shows("> mySQL://a/b");
    admin.press("x").await;
    admin.hides("Folio knows sqlite and postgres");
    admin.press("<esc>").await;
    assert_eq!(admin.selected(), "gamma");
}

#[tokio::test]
async fn the_log_goes_on_in_another_store() {
    let (other, _folder) = store(THREE).await;
    let mut admin = Admin::on(THREE, 100, 24).await;
    let first = format!("sqlite://{}", admin.folder.path().join("a.db").display());
    admin.press("7").await;
    admin.take(Message::Use(other.database.to_string()));
    admin.settle().await;
    // It was left at the log, and is found there again.
    admin.take(Message::Use(first));
    admin.settle().await;
    assert_eq!(admin.context(), Context::Log);
    admin.log.keep(Grade::Info, "here", "the first");
    admin.hear().await;
    admin.shows("the first");
    admin.press("r").await;
    admin.log.keep(Grade::Info, "here", "the second");
    admin.hear().await;
    admin.shows("2 records");
}

#[tokio::test]
async fn a_save_that_takes_its_time_keeps_nobody() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("<enter>eslow <ctrl-s>").await;
    admin.rush("<enter>");
    assert_eq!(admin.context(), Context::Review);
    admin.now += Duration::from_secs(1);
    admin.take(Message::Tick);
    assert_eq!(admin.context(), Context::Saving);
    admin.shows("your text is kept as a draft");
    admin.rush("2");
    assert_eq!(admin.context(), Context::Threads);
    admin.rush("1");
    assert_eq!(admin.context(), Context::Saving);
    admin.rush("<esc>");
    assert_eq!(admin.context(), Context::Document);
    // It can't be written anew as long as it is not known what became of it.
    admin.rush("e");
    admin.settle().await;
    admin.shows("Saved as version 2");
    assert_eq!(admin.context(), Context::Document);
    admin.shows("slow The third letter.");
}

#[tokio::test]
async fn a_file_that_was_removed_or_replaced_is_not_written_to_and_the_text_is_kept() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("<enter>ekept ").await;
    let file = admin.folder.path().join("a.db");
    std::fs::rename(&file, admin.folder.path().join("aside.db")).unwrap();
    admin.press("<ctrl-s><enter>").await;
    admin.shows("nothing was written");
    admin.shows("kept The third letter.");
}

#[tokio::test]
async fn a_password_is_not_shown_while_it_is_typed() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("O<ctrl-u>postgres://ada:geheim").await;
    admin.hides("geheim");
    admin.shows("> postgres://ada:\u{2022}\u{2022}");
}

#[tokio::test]
async fn a_file_that_is_there_is_opened_by_its_path() {
    let (other, folder) = store(&THREE[..1]).await;
    drop(other);
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("O<ctrl-u>").await;
    let path = folder.path().join("a.db").display().to_string();
    admin.take(Message::Paste(path));
    admin.press("<enter>").await;
    assert_eq!(admin.selected(), "alpha");
    admin.hides("gamma");
}

#[tokio::test]
async fn a_database_without_tables_gets_them_after_a_question() {
    let (config, folder) = store(THREE).await;
    let folio = service::Folio::connect(config.clone()).await.unwrap();
    folio
        .migrations()
        .down(Some(1), service::RowsOnDown::Keep)
        .await
        .unwrap();
    folio.close().await;
    let url = format!("{}?mode=rw", config.database);
    let config = service::Config::from_url(&url).unwrap();
    let mut admin = Admin::with(config, folder, crate::admin::theme::Theme::DARK, 100, 24).await;
    assert_eq!(admin.context(), Context::Unopened);
    admin.shows("lacks 1 of Folio's");
    admin.shows("folio migrate up --database-url 'sqlite://");
    admin.press("m").await;
    admin.shows("y make them");
    admin.press("n").await;
    assert_eq!(admin.context(), Context::Unopened);
    admin.press("my").await;
    assert_eq!(admin.selected(), "gamma");
}
