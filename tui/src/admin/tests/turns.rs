//! Flows over a turn that is written: keys in, screen out.

use std::time::Duration;

use service::{Message as Turn, MessageChange, NewMessage};

use super::harness::Admin;
use super::threads::{TALKS, id, on};
use crate::admin::command::Context;
use crate::admin::external::Written;
use crate::admin::message::Message;
use crate::admin::screen::{Screen, writing};

/// The turns of the first thread, the latest first.
async fn turns(admin: &Admin) -> Vec<Turn> {
    let store = admin.store().await;
    let turns = store.messages().recent(&id("support-1"), 10).await.unwrap();
    store.close().await;
    turns
}

/// Someone else changes the latest turn.
async fn change(admin: &Admin, answer: &str) {
    let latest = turns(admin).await.remove(0);
    let store = admin.store().await;
    let change = MessageChange::new().answer(answer);
    store.messages().update(latest.id, &change).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn a_turn_is_on_disk_within_a_second_and_offered_after_a_crash() {
    let mut admin = on(TALKS, 80, 24).await;
    admin.press("<enter>eSo<ctrl-n><ctrl-end>!").await;
    admin.pass(Duration::from_millis(999)).await;
    let mut next = admin.crash().await;
    next.shows("Texts that were not saved");
    next.shows("edit a turn of support-1 on: SoAnd then?");
    next.press("<enter>").await;
    assert_eq!(next.context(), Context::Turn);
    next.shows("SoAnd then?");
    next.shows("Then let go.!");
    next.press("<ctrl-s>").await;
    next.shows("+ SoAnd then?");
    next.press("<enter>").await;
    next.shows("The turn is changed");
    assert_eq!(next.context(), Context::Thread);
    next.shows("Q  SoAnd then?");
    let next = next.crash().await;
    next.hides("Texts that were not saved");
}

#[tokio::test]
async fn a_new_turn_is_kept_too_and_quitting_is_no_loss() {
    let mut admin = on(TALKS, 80, 24).await;
    admin.press("<enter>cWho<ctrl-n>me<ctrl-c><ctrl-c>").await;
    assert!(admin.left);
    let mut next = admin.crash().await;
    next.shows("write on for support-1: Who");
    // What is left for later is offered with its thread, and before it is written over.
    next.press("<esc>2<enter>").await;
    next.shows("write on for support-1: Who");
    next.press("<down><enter>c").await;
    next.shows("There is a draft");
    next.press("<enter><ctrl-s>").await;
    next.shows("A turn is added");
    assert_eq!(turns(&next).await[0].answer, "me");
    next.press("<esc><enter>").await;
    next.hides("not saved");
}

#[tokio::test]
async fn leaving_a_turn_asks_what_becomes_of_it() {
    let mut admin = on(TALKS, 80, 24).await;
    admin.press("<enter>eX<esc>").await;
    admin.shows("This text is not saved");
    admin.press("<down><enter>").await;
    admin.shows("Kept as a draft; opening the thread offers it");
    admin.press("e").await;
    admin.shows("There is a draft");
    admin.press("<enter>").await;
    admin.shows("XAnd then?");
    admin.press("<esc>G<enter>e").await;
    admin.hides("There is a draft");
    admin.shows("And then?");
    admin.press("<esc>").await;
    assert_eq!(admin.context(), Context::Thread);
}

#[tokio::test]
async fn a_turn_that_someone_else_changed_is_decided_on() {
    for (key, answer) in [("o", "mine Wait"), ("t", "theirs"), ("d", "theirs")] {
        let mut admin = on(TALKS, 120, 24).await;
        admin.press("<enter>e<ctrl-n>mine ").await;
        change(&admin, "theirs").await;
        admin.press("<ctrl-s><enter>").await;
        assert_eq!(admin.context(), Context::Conflict);
        for shown in [
            "mine, +1 -1",
            "+ mine Wait until it blinks.",
            "theirs, +1 -2",
            "+ theirs",
            "what both began with",
        ] {
            admin.shows(shown);
        }
        admin.looks_like("turn-conflict");
        admin.press(key).await;
        if key == "t" {
            admin.press("y").await;
        }
        assert_eq!(admin.context(), Context::Thread);
        assert!(turns(&admin).await[0].answer.starts_with(answer), "{key}");
        admin.shows(&format!("A  {answer}"));
        if key == "d" {
            admin.press("<esc><enter>").await;
            admin.shows("edit a turn of support-1 on: And then?");
            admin.press("<enter>").await;
            admin.shows("mine Wait until it blinks.");
        }
    }
}

#[tokio::test]
async fn a_turn_that_was_deleted_meanwhile_comes_back_and_is_changed() {
    let mut admin = on(TALKS, 100, 24).await;
    admin.press("<enter>eAgain: ").await;
    let latest = turns(&admin).await.remove(0);
    let store = admin.store().await;
    store.messages().delete(latest.id).await.unwrap();
    // However much was deleted after it.
    let later = store.transaction(async |tx| {
        for _ in 0..501 {
            let turn = NewMessage::new(id("other"), "q", "a");
            let turn = tx.messages().save(turn).await?;
            tx.messages().delete(turn.id).await?;
        }
        Ok::<_, service::Error>(())
    });
    later.await.unwrap();
    store.close().await;
    admin.press("<ctrl-s><enter>").await;
    admin.shows("deleted");
    admin.press("o").await;
    admin.shows("The turn is back from the trash, and changed");
    let back = turns(&admin).await.remove(0);
    assert_eq!(back.question, "Again: And then?");
    assert_eq!((back.id, back.created_at), (latest.id, latest.created_at));
    // Both are taken back at once.
    admin.press("u").await;
    assert_ne!(turns(&admin).await[0].id, latest.id);
}

#[tokio::test]
async fn the_users_own_editor_gets_the_side_that_has_the_keys() {
    let mut admin = on(TALKS, 80, 24).await;
    let written =
        |written| Message::Writing(Screen::Turn, Box::new(writing::Message::Written(written)));
    admin.press("<enter>E").await;
    let answer = TALKS[3].3;
    assert_eq!(admin.outside.as_deref(), Some(answer));
    admin.take(written(Written::Same));
    admin.shows("Nothing was changed");
    assert_eq!(admin.context(), Context::Thread);
    admin.press("e<ctrl-o>").await;
    assert_eq!(admin.outside.as_deref(), Some("And then?"));
    admin.take(written(Written::Changed("What then?".to_owned())));
    admin.shows("+ What then?");
    admin.press("<enter>").await;
    assert_eq!(turns(&admin).await[0].question, "What then?");
    // A new turn has no other to be compared with.
    admin.press("c<ctrl-n><ctrl-o>").await;
    admin.take(written(Written::Changed("written outside".to_owned())));
    admin.settle().await;
    assert_eq!(admin.context(), Context::Turn);
    admin.press("<ctrl-s>").await;
    assert_eq!(turns(&admin).await[0].answer, "written outside");
}

#[tokio::test]
async fn what_is_being_saved_is_not_typed_into() {
    let mut admin = on(TALKS, 80, 24).await;
    admin.press("<enter>cWho<ctrl-n>me").await;
    admin.rush("<ctrl-s> too<esc>");
    admin.take(Message::Paste(" three".to_owned()));
    admin.shows("being saved");
    admin.hides("me t");
    admin.settle().await;
    admin.shows("A turn is added");
    assert_eq!(turns(&admin).await[0].answer, "me");
    // Nor is what would be saved left meanwhile.
    admin.press("eX<ctrl-s>").await;
    admin.rush("<enter><esc>Y");
    admin.shows("what would be saved");
    admin.settle().await;
    admin.shows("Q  XWho");
}

#[tokio::test]
async fn the_mouse_puts_the_place_into_either_side() {
    let mut admin = on(TALKS, 80, 24).await;
    admin.press("<enter>e").await;
    admin.click("Then let go.").await;
    admin.press("Q").await;
    admin.shows("QThen let go.");
    admin.click("And then?").await;
    admin.press("R").await;
    admin.shows("RAnd then?");
}

#[tokio::test]
async fn another_screen_between_loses_nothing() {
    let mut admin = on(TALKS, 80, 24).await;
    admin.press("<enter>eX").await;
    admin.click("Trash").await;
    assert_eq!(admin.context(), Context::Trash);
    admin.press("2").await;
    assert_eq!(admin.context(), Context::Turn);
    admin.shows("XAnd then?");
    admin.press("<ctrl-s><enter>").await;
    admin.shows("Q  XAnd then?");
    admin.press("<esc>").await;
    assert_eq!(admin.context(), Context::Threads);
}

#[tokio::test]
async fn a_turn_whose_thread_was_deleted_meanwhile_comes_back_with_all_of_it() {
    let mut admin = on(TALKS, 100, 24).await;
    admin.press("<enter>eAgain: ").await;
    let store = admin.store().await.acting_as("bob");
    store.threads().delete(&id("support-1")).await.unwrap();
    admin.press("<ctrl-s><enter>").await;
    admin.shows("deleted by bob on ");
    admin.press("o").await;
    admin.shows("The thread is back from the trash, and its turn changed");
    let back = turns(&admin).await;
    let questions: Vec<&str> = back.iter().map(|turn| turn.question.as_str()).collect();
    assert_eq!(questions, ["Again: And then?", "How do I reset it?"]);
    let five = service::PageRequest::first(5);
    let trash = store.threads().deleted(&five).await.unwrap();
    assert!(trash.items.is_empty());
    // Both are taken back at once.
    admin.press("u").await;
    let gone = store.threads().get(&id("support-1")).await.unwrap();
    assert_eq!(gone, None);
}

#[tokio::test]
async fn a_new_turn_makes_no_thread_in_the_place_of_one_that_was_deleted() {
    let mut admin = on(TALKS, 100, 24).await;
    admin.press("<enter>cWho<ctrl-n>me").await;
    let store = admin.store().await;
    store.threads().delete(&id("support-1")).await.unwrap();
    admin.press("<ctrl-s>").await;
    assert_eq!(admin.context(), Context::Conflict);
    assert_eq!(store.threads().get(&id("support-1")).await.unwrap(), None);
    admin.press("o").await;
    admin.shows("The thread is back from the trash, and a turn is added");
    let back = turns(&admin).await;
    assert_eq!((back.len(), back[0].answer.as_str()), (3, "me"));
}

#[tokio::test]
async fn a_turn_that_is_added_is_of_the_one_whose_thread_it_is() {
    let mut admin = on(TALKS, 100, 24).await;
    admin.press("<enter>cWho<ctrl-n>me<ctrl-s>").await;
    let added = turns(&admin).await.remove(0);
    let user = added.user_id.unwrap();
    assert_eq!((added.answer.as_str(), user.as_str()), ("me", "ada"));
}
