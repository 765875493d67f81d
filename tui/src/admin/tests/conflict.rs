//! A document that someone else changed or deleted while it was edited.

use service::{DocumentChange, PageRequest};

use super::document::{NOTES, opened, text};
use super::harness::Admin;
use crate::admin::command::Context;

#[tokio::test]
async fn a_change_by_someone_else_is_shown_and_decided_on() {
    for (key, text_is) in [("o", "mine # Notes"), ("t", "theirs"), ("d", "theirs")] {
        let mut admin = opened(120, 24).await;
        admin.press("emine ").await;
        let theirs = DocumentChange::new().content("theirs");
        admin
            .store()
            .await
            .acting_as("bob")
            .documents()
            .update("notes", &theirs)
            .await
            .unwrap();
        admin.press("<ctrl-s><enter>").await;
        assert_eq!(admin.context(), Context::Conflict);
        for shown in [
            "mine, +1 -1",
            "theirs, version 2",
            "+ theirs",
            ", saved by",
            "bob on ",
            "what both began with,",
            "+ mine # Notes",
            "esc back",
        ] {
            admin.shows(shown);
        }
        admin.press(key).await;
        if key == "t" {
            // What was written is not thrown away without a question.
            admin.shows("throw my text away");
            admin.press("n").await;
            admin.shows("mine # Notes");
            admin.press("ty").await;
        }
        assert!(text(&admin).await.starts_with(text_is), "{key}");
        if key == "d" {
            admin.press("hl").await;
            admin.shows("There is a draft");
            admin.press("<enter>").await;
            admin.shows("mine # Notes");
        }
    }
}

/// Someone else changes the document while it is edited, and it is saved.
async fn in_conflict(columns: u16, rows: u16) -> Admin {
    let mut admin = opened(columns, rows).await;
    admin.press("emine ").await;
    let theirs = DocumentChange::new().content("theirs");
    let store = admin.store().await;
    store.documents().update("notes", &theirs).await.unwrap();
    admin.press("<ctrl-s><enter>").await;
    assert_eq!(admin.context(), Context::Conflict);
    admin
}

#[tokio::test]
async fn every_text_in_conflict_is_reached_on_a_small_screen() {
    let mut admin = in_conflict(80, 24).await;
    admin.shows("1 of 3: mine, +1 -1");
    admin.shows("2 of 3: theirs, version 2");
    admin.hides("3 of 3");
    admin.press("<tab>").await;
    admin.shows("2 of 3: theirs");
    admin.shows("3 of 3: what both began with");
    admin.hides("1 of 3");
    let mut admin = in_conflict(40, 10).await;
    admin.shows("1 of 3: mine, +1 -1");
    admin.press("l").await;
    admin.shows("+ theirs");
    admin.press("l").await;
    admin.shows("3 of 3: what both began with");
    admin.shows("# Notes");
    admin.hides("+ ");
    admin.press("l").await;
    admin.shows("+ mine # Notes");
    admin.press("h").await;
    admin.shows("3 of 3");
}

#[tokio::test]
async fn a_document_that_was_deleted_meanwhile_comes_back_and_is_changed() {
    let mut admin = opened(120, 24).await;
    let store = admin.store().await;
    let named = DocumentChange::new()
        .name("The notes")
        .metadata(serde_json::json!({ "tags": ["kept"] }));
    let before = store.documents().update("notes", &named).await.unwrap();
    let before = before.unwrap();
    admin.press("rekept ").await;
    let bob = store.acting_as("bob");
    bob.documents().delete("notes").await.unwrap();
    admin.press("<ctrl-s><enter>").await;
    admin.shows("deleted by someone else");
    admin.shows("deleted by bob on ");
    admin.press("o").await;
    admin.shows("Back from the trash, and saved as version 4");
    let after = store.documents().get("notes").await.unwrap().unwrap();
    assert!(after.content.starts_with("kept # Notes"));
    assert_eq!(
        (after.id, &after.name, &after.metadata, after.created_at),
        (before.id, &before.name, &before.metadata, before.created_at)
    );
    // Both are taken back at once: it is in the trash again.
    admin.press("u").await;
    assert_eq!(store.documents().get("notes").await.unwrap(), None);
    let deleted = store.documents().deleted(&PageRequest::first(5)).await;
    let deleted = deleted.unwrap().items;
    assert_eq!(deleted[0].name, "The notes");
    let revision = store
        .documents()
        .revision("notes", deleted[0].version)
        .await;
    assert_eq!(revision.unwrap().unwrap().content, NOTES[0].1);
}

#[tokio::test]
async fn a_document_that_is_not_even_in_the_trash_is_made_anew() {
    let mut admin = opened(120, 24).await;
    admin.press("ekept ").await;
    let store = admin.store().await;
    // Under another code it can't be brought back under this one.
    let renamed = DocumentChange::new().code("elsewhere");
    store.documents().update("notes", &renamed).await.unwrap();
    admin.press("<ctrl-s><enter>o").await;
    admin.shows("Made anew, for it is no longer in the trash");
    assert!(text(&admin).await.starts_with("kept # Notes"));
}

#[tokio::test]
async fn a_key_that_does_nothing_says_what_is_possible() {
    let mut admin = opened(80, 24).await;
    admin.press("ex<ctrl-s>").await;
    admin.shows("esc back");
    for key in ["q", "2", ":"] {
        admin.press(key).await;
        assert_eq!(admin.context(), Context::Review);
        admin.shows(&format!("{key} does nothing here: enter save, esc back"));
    }
    let mut admin = in_conflict(80, 24).await;
    admin.press("q").await;
    admin.shows("q does nothing here: o overwrite, t take theirs");
    assert_eq!(admin.context(), Context::Conflict);
}
