//! A document that is made, and keys that come before what they are meant for.

use service::NewDocument;

use super::THREE;
use super::harness::Admin;
use super::threads::{TALKS, on};
use crate::admin::command::Context;
use crate::admin::message::Message;

#[tokio::test]
async fn what_is_typed_behind_the_code_is_text_however_slow_the_store_is() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.rush("cnew/doc<enter>dydy");
    admin.take(Message::Paste("dy".to_owned()));
    admin.settle().await;
    assert_eq!(admin.context(), Context::Editor);
    admin.shows("dydydy");
    assert_eq!(admin.codes().await, ["alpha", "beta", "gamma"]);
    admin.press("<ctrl-s>").await;
    admin.shows("new/doc is made; u takes it back");
    assert_eq!(admin.context(), Context::Document);
    admin.press("<esc>").await;
    assert_eq!(admin.selected(), "new/doc");
    admin.press("u").await;
    assert_eq!(admin.codes().await, ["alpha", "beta", "gamma"]);
}

#[tokio::test]
async fn a_document_that_is_not_written_is_not_made() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("cmistyped<enter><esc>").await;
    assert_eq!(admin.context(), Context::Documents);
    admin.press("cnew<enter>text<esc>").await;
    admin.shows("This text is not saved");
    admin.press("<down><down><enter>").await;
    assert_eq!(admin.context(), Context::Documents);
    assert_eq!(admin.codes().await, ["alpha", "beta", "gamma"]);
}

#[tokio::test]
async fn a_code_that_is_taken_is_told_at_once_and_may_be_changed() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("calpha<enter>").await;
    assert_eq!(admin.context(), Context::Prompt);
    admin.shows("there is a document with the code \"alpha\" already");
    admin.press("/2<enter>two<ctrl-s>").await;
    admin.shows("alpha/2 is made");
}

#[tokio::test]
async fn a_code_that_someone_else_took_meanwhile_costs_no_text() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("cnew<enter>mine").await;
    let store = admin.store().await;
    let theirs = NewDocument::new("new", "new", "theirs");
    store.documents().insert(theirs).await.unwrap();
    admin.press("<ctrl-s>").await;
    admin.shows("Another code");
    admin.press("<esc>").await;
    admin.shows("mine");
    admin.press("<ctrl-s>").await;
    admin.press("er<enter>").await;
    admin.shows("newer is made");
    let made = store.documents().get("newer").await.unwrap().unwrap();
    assert_eq!(made.content, "mine");
    let theirs = store.documents().get("new").await.unwrap().unwrap();
    assert_eq!(theirs.content, "theirs");
    let next = admin.crash().await;
    next.hides("not saved");
}

#[tokio::test]
async fn the_text_of_a_new_document_is_offered_after_a_crash() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("cnew<enter>kept<ctrl-c><ctrl-c>").await;
    let mut next = admin.crash().await;
    next.shows("write new on: kept");
    next.press("<enter>").await;
    assert_eq!(next.context(), Context::Editor);
    next.press("<ctrl-s>").await;
    next.shows("new is made");
}

#[tokio::test]
async fn keys_that_are_meant_for_a_text_wait_for_it() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.rush("<enter>edyq");
    admin.take(Message::Paste("u".to_owned()));
    admin.settle().await;
    assert_eq!(admin.context(), Context::Editor);
    admin.shows("dyquThe third letter.");
    assert_eq!(admin.codes().await.len(), 3);
    // A key that leads back does not wait.
    admin.press("<ctrl-c><down><down><enter><esc>").await;
    admin.rush("<enter>ed<esc>");
    admin.settle().await;
    admin.hides("dThe third");

    let mut admin = on(TALKS, 80, 24).await;
    admin.rush("<enter>edy");
    admin.settle().await;
    assert_eq!(admin.context(), Context::Turn);
    admin.shows("dyAnd then?");
}

#[tokio::test]
async fn keys_that_were_meant_for_a_text_answer_no_question() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("<enter>ekept <ctrl-c><ctrl-c>").await;
    let mut admin = Box::pin(admin.crash()).await;
    admin.press("<esc><esc>").await;
    admin.rush("<enter>ejj\n");
    admin.settle().await;
    admin.shows("There is a draft");
    admin.shows("What was typed before this came is not taken");
}

#[tokio::test]
async fn the_metadata_of_a_document_is_edited_as_json() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("<enter>M").await;
    assert_eq!(admin.context(), Context::Editor);
    admin.shows("metadata of gamma");
    admin.press("<ctrl-home>x").await;
    admin.press("<ctrl-s>").await;
    admin.shows("This is not saved: no JSON");
    admin.press("<backspace>").await;
    admin.take(Message::Paste(
        "{\"tags\": [\"draft\"], \"old\": ".to_owned(),
    ));
    admin.press("<ctrl-end>}<ctrl-s>").await;
    admin.shows("what would be saved");
    admin.press("<enter>").await;
    admin.shows("The metadata of gamma is changed");
    let store = admin.store().await;
    let gamma = store.documents().get("gamma").await.unwrap().unwrap();
    assert_eq!(gamma.metadata["tags"], serde_json::json!(["draft"]));
    admin.press("u").await;
    let gamma = store.documents().get("gamma").await.unwrap().unwrap();
    assert_eq!(gamma.metadata.get("tags"), None);
}

#[tokio::test]
async fn a_thread_is_made_with_its_first_turn() {
    let mut admin = on(TALKS, 100, 24).await;
    admin
        .press("csupport-1<enter>Why?<ctrl-n>Because.<ctrl-s>")
        .await;
    admin.shows("there is a thread with the id \"support-1\" already");
    admin.press("7<enter>").await;
    admin.shows("support-17 is made");
    assert_eq!(admin.context(), Context::Thread);
    admin.shows("A  Because.");
    admin.press("<esc>").await;
    assert_eq!(admin.context(), Context::Threads);
    admin.shows("support-17");
}
