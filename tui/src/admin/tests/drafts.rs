//! Texts that are not saved yet: what is told where they can't be kept, and how they are told apart.

use std::time::Duration;

use super::harness::Admin;
use super::{SIZES, THREE};
use crate::admin::command::Context;
use crate::admin::message::Message;

/// The folder of the drafts can't be made: a file has its name.
fn block(admin: &Admin) {
    std::fs::write(admin.folder.path().join("drafts"), "").unwrap();
}

fn unblock(admin: &Admin) {
    std::fs::remove_file(admin.folder.path().join("drafts")).unwrap();
}

#[tokio::test]
async fn a_text_that_cannot_be_kept_as_a_draft_stays_in_the_editor() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    block(&admin);
    admin.press("<enter>ekept? <esc><down><enter>").await;
    admin.hides("Kept as a draft");
    admin.shows("Drafts cannot be written: your text is not kept");
    assert_eq!(admin.context(), Context::Editor);
    admin.shows("kept? The third letter.");
    admin.shows("! drafts cannot be written");
    // The question tells it, too.
    admin.press("<esc>").await;
    admin.shows("It is in no draft either");
    // Once it can be written it is.
    unblock(&admin);
    admin.press("<down><enter>").await;
    admin.shows("Kept as a draft");
    assert_eq!(admin.context(), Context::Document);
    admin.press("<esc><enter>").await;
    admin.shows("There is a draft");
}

#[tokio::test]
async fn a_draft_that_cannot_be_written_is_told_for_as_long_as_it_is_so() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    block(&admin);
    admin.press("<enter>etyped ").await;
    admin.hides("cannot be written");
    admin.pass(Duration::from_secs(1)).await;
    admin.shows("your text is in this editor alone");
    admin.pass(Duration::from_secs(4)).await;
    admin.pass(Duration::from_secs(4)).await;
    admin.shows("! drafts cannot be written: ");
    unblock(&admin);
    admin.pass(Duration::from_secs(5)).await;
    admin.hides("cannot be written");
    admin.shows("not saved");
    let mut next = admin.crash().await;
    next.press("<enter>").await;
    next.shows("typed The third letter.");
}

#[tokio::test]
async fn what_is_thrown_away_before_it_was_kept_is_gone() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("<enter>eolder <esc><down><enter><esc>").await;
    let mut admin = Box::pin(admin.crash()).await;
    admin.press("<enter>newer <esc><down><down><enter>").await;
    let next = admin.crash().await;
    next.hides("not saved");
}

#[tokio::test]
async fn drafts_are_told_apart_and_one_is_thrown_away() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    for (key, words) in [("g", "first "), ("gj", "second ")] {
        admin
            .press(&format!("{key}<enter>e{words}<esc><down><enter><esc>"))
            .await;
    }
    let mut admin = Box::pin(admin.crash()).await;
    admin.shows("Texts that were not saved");
    admin.shows("edit gamma on: first The third");
    admin.shows("edit beta on: second The second");
    admin.press("<down><down><down><enter>").await;
    admin.shows("What is thrown away is lost");
    admin.press("<down><enter>").await;
    let next = Box::pin(admin.crash()).await;
    let left = ["first The third", "second The second"];
    let left = left.into_iter().filter(|words| next.text().contains(words));
    assert_eq!(left.count(), 1, "{}", next.text());
}

#[tokio::test]
async fn what_is_too_long_to_be_pasted_is_refused_with_a_word() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    let long = "x".repeat(40_000);
    for keys in ["/", "<esc>f", "<esc>t"] {
        admin.press(keys).await;
        admin.take(Message::Paste(long.clone()));
        admin.shows("Not pasted: it has 40 kB, and a line takes 4.0 kB");
        admin.hides("xxxx");
    }
    admin.press("<esc><enter>e").await;
    admin.take(Message::Paste(long));
    admin.shows("Not taken: that makes a line of 40 kB");
    admin.shows("ctrl-o opens your own");
    admin.hides("xxxx");
}

#[tokio::test]
async fn what_cannot_be_kept_is_seen_at_every_size() {
    for (columns, rows) in SIZES.into_iter().filter(|(_, rows)| *rows >= 10) {
        let mut admin = Admin::on(THREE, columns, rows).await;
        block(&admin);
        admin.press("<enter>ex").await;
        admin.pass(Duration::from_secs(1)).await;
        admin.pass(Duration::from_secs(5)).await;
        admin.shows("! drafts");
    }
}
