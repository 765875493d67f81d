//! One document: read, edited, saved, and what it was before.

use std::time::Duration;

use service::{DocumentChange, NewDocument};

use super::harness::Admin;
use crate::admin::command::Context;
use crate::admin::external::Written;
use crate::admin::message::Message;
use crate::admin::screen::{Screen, writing};

pub(super) const NOTES: &[(&str, &str)] = &[("notes", "# Notes\n\nfirst line\nsecond line\n")];

pub(super) async fn opened(columns: u16, rows: u16) -> Admin {
    let mut admin = Admin::on(NOTES, columns, rows).await;
    admin.press("<enter>").await;
    admin
}

pub(super) async fn text(admin: &Admin) -> String {
    let store = admin.store().await;
    store
        .documents()
        .get("notes")
        .await
        .unwrap()
        .unwrap()
        .content
}

#[tokio::test]
async fn it_is_read_as_markdown_as_its_source_and_as_what_is_known() {
    let mut admin = opened(80, 24).await;
    admin.shows("first line second line");
    admin.looks_like("document-markdown");
    admin.press("s").await;
    admin.shows("source");
    admin.shows("# Notes\n");
    admin.hides("first line second line");
    admin.press("m").await;
    admin.shows("metadata");
    admin.shows("size      32 bytes, 4 lines");
    admin.press("m").await;
    admin.shows("first line second line");
}

#[tokio::test]
async fn saving_shows_what_would_be_saved_and_is_undone() {
    let mut admin = opened(80, 24).await;
    admin.press("e").await;
    assert_eq!(admin.context(), Context::Editor);
    admin.press("<ctrl-end>a third qline?<ctrl-s>").await;
    admin.shows("what would be saved");
    admin.shows("+ a third qline?");
    admin.looks_like("document-review");
    assert!(!text(&admin).await.contains("third"));
    admin.press("<esc>").await;
    assert_eq!(admin.context(), Context::Editor);
    admin.press("<ctrl-s><enter>").await;
    admin.shows("Saved as version 2");
    assert!(text(&admin).await.ends_with("second line\na third qline?"));
    admin.press("u").await;
    admin.shows("Taken back: Saved as version 2");
    assert!(!text(&admin).await.contains("third"));
}

#[tokio::test]
async fn leaving_asks_what_becomes_of_the_text() {
    let mut admin = opened(80, 24).await;
    admin.press("ex<esc>").await;
    admin.shows("This text is not saved");
    admin.press("<esc>").await;
    assert_eq!(admin.context(), Context::Editor);
    admin.press("<esc><down><enter>").await;
    admin.shows("Kept as a draft");
    admin.press("hl").await;
    admin.shows("There is a draft");
    admin.press("<enter>").await;
    admin.shows("x# Notes");
    admin.press("<esc>G<enter>").await;
    assert_eq!(admin.context(), Context::Document);
    admin.press("hl").await;
    admin.hides("There is a draft");
}

#[tokio::test]
async fn what_is_typed_is_on_disk_within_a_second_and_offered_after_a_crash() {
    let mut admin = opened(80, 24).await;
    admin.press("elost?").await;
    admin.pass(Duration::from_millis(999)).await;
    let mut next = admin.crash().await;
    next.shows("Texts that were not saved");
    next.press("<enter>").await;
    next.shows("lost?# Notes");
    next.press("<ctrl-s><enter>").await;
    next.shows("Saved as version 2");
    assert!(text(&next).await.starts_with("lost?# Notes"));
    let next = next.crash().await;
    next.hides("Texts that were not saved");
}

#[tokio::test]
async fn quitting_keeps_what_was_typed_a_moment_ago() {
    let mut admin = opened(80, 24).await;
    admin.press("ezzz<ctrl-c>").await;
    assert!(!admin.left);
    admin.shows("This text is not saved");
    admin.press("<ctrl-c>").await;
    assert!(admin.left);
    let next = admin.crash().await;
    next.shows("edit notes on");
}

#[tokio::test]
async fn a_change_at_the_end_of_a_long_line_is_seen_before_it_is_saved() {
    let long = "word ".repeat(60);
    let mut admin = Admin::on(&[("long", &long)], 80, 24).await;
    admin.press("<enter>e<end>changed<ctrl-s>").await;
    admin.shows("what would be saved");
    admin.shows("-┆word word");
    admin.shows("+┆changed");
    admin.press("<enter>H").await;
    admin.pass(Duration::from_secs(30)).await;
    admin.shows("word changed");
    admin.resize(80, 16).await;
    admin.hides("word changed");
    admin.press("<ctrl-d><ctrl-d>").await;
    admin.shows("word changed");
    admin.press("<ctrl-u>").await;
    admin.hides("word changed");
}

#[tokio::test]
async fn the_history_compares_versions_and_brings_one_back() {
    let mut admin = opened(100, 24).await;
    let store = admin.store().await.acting_as("bob");
    for content in ["# Notes\n\nchanged\n", "# Notes\n\nchanged again\n"] {
        let change = DocumentChange::new().content(content);
        store.documents().update("notes", &change).await.unwrap();
    }
    admin.press("rH").await;
    admin.shows("bob");
    admin.shows("from version 2 to 3: +1 -1");
    admin.shows("+ changed again");
    admin.press("j").await;
    admin.shows("from version 1 to 2: +1 -2");
    // A version is read as a whole.
    admin.press("<enter>").await;
    admin.shows("version 1");
    admin.hides("from version 1 to 2");
    admin.press("<enter>").await;
    admin.shows("from version 1 to 2");
    admin.press("R").await;
    admin.shows("restore version 1");
    admin.press("y").await;
    admin.shows("Version 1 is back as version 4");
    assert_eq!(text(&admin).await, NOTES[0].1);
}

#[tokio::test]
async fn the_users_own_editor_gets_the_text_and_gives_it_back() {
    let mut admin = opened(80, 24).await;
    admin.press("E").await;
    assert_eq!(admin.outside.as_deref(), Some(NOTES[0].1));
    let written =
        |written| Message::Writing(Screen::Text, Box::new(writing::Message::Written(written)));
    admin.take(written(Written::Same));
    admin.shows("Nothing was changed");
    admin.press("E").await;
    admin.take(written(Written::Failed(
        "vi ended with 1; your text is in /tmp/x".to_owned(),
    )));
    admin.shows("your text is in /tmp/x");
    admin.press("E").await;
    admin.take(written(Written::Changed("from outside".to_owned())));
    admin.shows("+ from outside");
    admin.press("<enter>").await;
    assert_eq!(text(&admin).await, "from outside");
}

#[tokio::test]
async fn a_key_that_comes_before_the_document_is_there_is_not_lost() {
    let mut admin = Admin::on(NOTES, 80, 24).await;
    admin.rush("<enter>E");
    admin.settle().await;
    assert_eq!(admin.outside.as_deref(), Some(NOTES[0].1));
    // Nor where a search has found it.
    let mut admin = Admin::on(NOTES, 80, 24).await;
    admin.press("/second").await;
    admin.rush("<enter><enter>e");
    admin.settle().await;
    assert_eq!(admin.context(), Context::Editor);
}

#[tokio::test]
async fn an_older_draft_is_asked_about_before_another_editor_writes_over_it() {
    let mut admin = opened(80, 24).await;
    admin.press("eolder <esc><down><enter>").await;
    admin.shows("Kept as a draft");
    admin.press("E").await;
    admin.shows("There is a draft");
    admin.hides("for later");
    assert_eq!(admin.outside, None);
    admin.press("<enter>").await;
    admin.shows("older # Notes");
    admin.press("<esc><down><enter>").await;
    // What was typed before the question came outlives the draft that is thrown away.
    admin.rush("Enewer ");
    admin.settle().await;
    admin.shows("There is a draft");
    admin.press("<down><enter>").await;
    admin.hides("older");
    let mut next = admin.crash().await;
    next.shows("edit notes on");
    next.press("<enter>").await;
    next.shows("newer # Notes");
}

#[tokio::test]
async fn a_draft_that_is_kept_and_then_thrown_away_is_gone() {
    let mut admin = opened(80, 24).await;
    admin.press("eolder <esc><down><enter>hl").await;
    admin.shows("There is a draft");
    admin.press("<down><down><enter>").await;
    let next = admin.crash().await;
    next.hides("not saved");
}

#[tokio::test]
async fn a_draft_with_a_line_too_long_for_the_editor_is_opened_again() {
    let long = "word ".repeat(10_000);
    let mut admin = Admin::on(&[("notes", &long)], 80, 24).await;
    admin.press("<enter>e").await;
    admin.shows("too long to be edited here");
    admin.press("E").await;
    let written = Written::Changed(format!("kept {long}"));
    let written = writing::Message::Written(written);
    admin.take(Message::Writing(Screen::Text, Box::new(written)));
    let mut next = admin.crash().await;
    next.press("<enter>").await;
    assert_eq!(next.context(), Context::Editor);
    next.shows("kept word");
}

#[tokio::test]
async fn an_open_document_is_found_again() {
    let admin = opened(80, 24).await;
    let mut admin = Box::pin(admin.again()).await;
    assert_eq!(admin.context(), Context::Document);
    admin.shows("first line second line");
    admin.press("<esc>").await;
    assert_eq!(admin.selected(), "notes");
}

#[tokio::test]
async fn news_do_not_cover_a_question() {
    let mut admin = opened(40, 10).await;
    admin.press("H").await;
    admin.hides("R restore");
    admin.press("<esc>ex<ctrl-s><enter>H").await;
    admin.shows("Saved as version 2");
    admin.shows("R restore");
    admin.press("R").await;
    admin.shows("y restore version 1");
}

/// The first line of the text that is on the screen.
pub(super) fn first_line(admin: &Admin) -> String {
    admin.text().lines().nth(2).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn an_open_document_is_found_again_where_it_was_read() {
    let lines: Vec<String> = (0..400).map(|line| format!("- line {line:03}")).collect();
    let mut admin = Admin::on(&[("notes", &lines.join("\n"))], 80, 24).await;
    admin.press("<enter><pagedown><pagedown>jj").await;
    for keys in ["", "s<pagedown><pagedown><pagedown>k", "G", "mj", "msG"] {
        admin.press(keys).await;
        let before = admin.text();
        admin = Box::pin(admin.again()).await;
        assert_eq!(admin.text(), before, "{keys}");
    }
    // On a screen of another size it is about there.
    admin.press("ggs").await;
    admin.press(&"<pagedown>".repeat(9)).await;
    let before = first_line(&admin);
    admin.resize(40, 24).await;
    assert_eq!(first_line(&admin), before);
}

#[tokio::test]
async fn a_paste_is_taken_as_it_is() {
    let mut admin = opened(80, 24).await;
    admin.press("e").await;
    admin.take(Message::Paste("q\n:?".to_owned()));
    admin.press("<ctrl-s><enter>").await;
    assert!(text(&admin).await.starts_with("q\n:?# Notes"));
}

#[tokio::test]
async fn a_new_document_is_edited_at_once() {
    let mut admin = Admin::on(NOTES, 80, 24).await;
    admin.press("cnew<enter>").await;
    assert_eq!(admin.context(), Context::Editor);
    admin.press("hello<ctrl-s><enter>").await;
    let new = admin
        .store()
        .await
        .documents()
        .get("new")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(new.content, "hello");
}

#[tokio::test]
async fn a_store_for_reading_has_no_editor() {
    let (config, folder) = super::harness::store(NOTES).await;
    let config = config.with_access(service::Access::ReadOnly);
    let theme = crate::admin::theme::Theme::DARK;
    let mut admin = Admin::with(config, folder, theme, 80, 24).await;
    admin.press("<enter>e").await;
    admin.shows("open for reading only: no edit");
    assert_eq!(admin.context(), Context::Document);
}

#[tokio::test]
async fn a_long_text_is_typed_into_without_delay_and_stays_whole() {
    let line = "words that go on and on, and then some more of them ".repeat(3) + "\n";
    let long = line.repeat(20_000);
    let mut admin = Admin::on(&[], 80, 24).await;
    admin
        .store()
        .await
        .documents()
        .insert(NewDocument::new("notes", "n", &long))
        .await
        .unwrap();
    admin.press("r<enter>e<ctrl-end>the end<ctrl-s>").await;
    admin.shows("+ the end");
    admin.press("<enter>").await;
    assert_eq!(text(&admin).await, long + "the end");
}

#[tokio::test]
async fn the_history_tells_who_made_a_version_and_what_else_changed() {
    let mut admin = opened(120, 24).await;
    let store = admin.store().await;
    let bob = store.acting_as("bob");
    let change = DocumentChange::new().content("by bob");
    bob.documents().update("notes", &change).await.unwrap();
    let change = DocumentChange::new()
        .name("A name")
        .metadata(serde_json::json!({ "tags": ["draft"] }));
    store.documents().update("notes", &change).await.unwrap();
    bob.documents().delete("notes").await.unwrap();
    store.documents().restore("notes", None).await.unwrap();
    admin.press("rH").await;
    admin.shows("it was deleted, and brought back");
    admin.press("j").await;
    admin.shows("from version 2 to 3");
    for shown in ["name", "+ A name", "metadata", "\"draft\""] {
        admin.shows(shown);
    }
    // Who made the second version is told with it, and not with the one that it replaced.
    let text = admin.text();
    let row = |version: &str| {
        let found = text.lines().find(|line| line.contains(version));
        found
            .unwrap_or_default()
            .split('│')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    assert!(row("   2  ").contains("bob"), "{text}");
    assert!(!row("   1  ").contains("bob"), "{text}");
}

#[tokio::test]
async fn an_open_document_is_renamed_tagged_and_deleted() {
    let mut admin = opened(100, 24).await;
    admin.press("R<ctrl-u>The notes<enter>").await;
    admin.shows("notes is called The notes now");
    admin.press("tkept<enter>").await;
    admin.shows("1 document tagged: notes");
    admin.press("m").await;
    admin.shows("kept");
    // One step back leads to the text.
    admin.press("<esc>").await;
    assert_eq!(admin.context(), Context::Document);
    admin.shows("first line");
    admin.press("d").await;
    admin.shows("y delete it");
    admin.press("y").await;
    admin.shows("1 document deleted: notes");
    admin.press("u").await;
    admin.shows("Taken back: 1 document deleted: notes");
}

#[tokio::test]
async fn the_source_is_read_where_the_text_was() {
    let lines: Vec<String> = (0..200).map(|n| format!("line {n}\n\n")).collect();
    let mut admin = Admin::on(&[("long", &lines.concat())], 80, 24).await;
    admin.press("<enter><pagedown><pagedown><pagedown>").await;
    let top = first_line(&admin);
    assert!(!top.contains("line 0"), "{top}");
    admin.press("s").await;
    admin.shows(top.trim());
    admin.press("s").await;
    admin.shows(top.trim());
}
