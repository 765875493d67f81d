//! Flows over the trash and over what was done.

use service::{NewMessage, ThreadId};

use super::THREE;
use super::harness::Admin;
use crate::admin::command::Context;

/// The admin with two documents and a thread in the trash.
async fn with_trash(columns: u16, rows: u16) -> Admin {
    let mut admin = Admin::on(THREE, columns, rows).await;
    let store = admin.store().await;
    let thread = ThreadId::new("talk").unwrap();
    for question in ["one?", "two?", "three?"] {
        let turn = NewMessage::new(thread.clone(), question, "yes");
        store.messages().save(turn).await.unwrap();
    }
    let first = store.messages().recent(&thread, 3).await.unwrap().remove(2);
    store.messages().delete(first.id).await.unwrap();
    store.threads().delete(&thread).await.unwrap();
    store.close().await;
    admin.press(" jdy").await;
    admin.press("3").await;
    assert_eq!(admin.context(), Context::Trash);
    admin
}

#[tokio::test]
async fn what_was_deleted_is_listed_and_brought_back() {
    let mut admin = with_trash(80, 24).await;
    let before = admin.codes().await;
    assert_eq!(before.len(), 2);
    admin.press("<enter>").await;
    admin.shows("1 row brought back");
    admin.shows("no document is in the trash");
    assert_eq!(admin.codes().await.len(), 3);
    // And what was brought back goes again.
    admin.press("u").await;
    assert_eq!(admin.codes().await, before);
}

#[tokio::test]
async fn who_deleted_what_is_seen_beside_it() {
    let admin = with_trash(120, 40).await;
    admin.shows("  by");
    let text = admin.text();
    let row = text.lines().rfind(|line| line.starts_with('>')).unwrap();
    assert!(row.contains("someone") && row.contains("│"), "{row}");
}

#[tokio::test]
async fn a_thread_comes_back_and_then_a_message_of_it() {
    let mut admin = with_trash(80, 24).await;
    admin.press("<tab>").await;
    admin.shows("talk");
    admin.shows("2 messages");
    admin.press("<tab>").await;
    admin.shows("one?");
    admin.press("<enter>").await;
    admin.shows("! 0 rows brought back, 1 left: a message of talk can't come");
    admin.press("<backtab><enter>").await;
    admin.shows("1 row brought back");
    admin.press("<tab><enter>").await;
    let store = admin.store().await;
    let talk = ThreadId::new("talk").unwrap();
    let talk = store.threads().get(&talk).await.unwrap().unwrap();
    assert_eq!(talk.message_count, 3);
    store.close().await;
}

#[tokio::test]
async fn what_was_done_is_taken_back_after_a_question_that_counts_it() {
    let mut admin = with_trash(80, 24).await;
    admin.press("<backtab>").await;
    assert!(
        admin.selected().starts_with("deleted document"),
        "{}",
        admin.text()
    );
    admin.press("<enter>").await;
    admin.shows("take 1 change back");
    admin.shows("1 row comes back");
    admin.press("y").await;
    assert_eq!(admin.codes().await.len(), 3);
    admin.shows("taken back");
}

#[tokio::test]
async fn what_a_row_was_is_shown_beside_it() {
    let mut admin = with_trash(120, 24).await;
    admin.shows("The third letter.");
    admin.press("<tab>").await;
    admin.shows("Q  two?");
    admin.shows("Q  three?");
    admin.press("<tab>").await;
    admin.shows("Q  one?");
    admin.press("<tab>").await;
    admin.shows("deleted document");
    admin.press("<tab>p").await;
    admin.hides("The third letter.");
}

#[tokio::test]
async fn all_that_is_in_the_trash_comes_back_at_once() {
    let mut admin = Admin::on(THREE, 80, 24).await;
    admin.press("ady3").await;
    assert_eq!(admin.codes().await.len(), 0);
    admin.press("aj ").await;
    admin.shows("all but 1 marked");
    admin.press("<enter>").await;
    admin.shows("2 rows brought back");
    assert_eq!(admin.codes().await.len(), 2);
    admin.press("a<enter>").await;
    admin.shows("no document is in the trash");
    admin.press("uu").await;
    assert_eq!(admin.codes().await.len(), 0);
}

#[tokio::test]
async fn how_the_trash_looks() {
    for (columns, rows) in [(80, 24), (120, 40), (40, 10), (20, 5)] {
        let admin = with_trash(columns, rows).await;
        // The days are those on which the test runs.
        super::naughty::check(&admin);
    }
    let mut admin = with_trash(50, 12).await;
    admin.press("<tab><tab>").await;
    admin.shows("> messages");
}
