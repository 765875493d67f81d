//! What comes late, or after someone has gone on: questions, prompts, stores and jobs.

use service::NewDocument;

use super::harness::{Admin, store};
use super::threads::{TALKS, id, on};
use super::{THREE, naughty};
use crate::admin::command::Context;
use crate::admin::drafts::{Draft, Subject};
use crate::admin::message::Message;
use crate::admin::request::Failure;

/// Something was changed elsewhere in the program: the list is read again.
async fn reload(admin: &mut Admin) {
    admin.take(Message::Changed(Err(Failure::new("not done"))));
    admin.settle().await;
}

#[tokio::test]
async fn a_question_that_comes_after_another_key_is_not_asked() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.rush("adj");
    admin.settle().await;
    assert_eq!(admin.context(), Context::Documents);
    admin.shows("Nothing is deleted: a key came before the question");
    admin.rush("d/y");
    admin.settle().await;
    assert_eq!(admin.context(), Context::Query);
    assert_eq!(admin.codes().await.len(), 3);
    admin.press("<esc><esc>ad").await;
    admin.shows("y delete 3 documents");

    let mut admin = on(TALKS, 100, 24).await;
    admin.rush("d2y");
    admin.settle().await;
    assert_eq!(admin.context(), Context::Threads);
    admin.press("d").await;
    admin.shows("y delete it");
}

#[tokio::test]
async fn nothing_is_taken_back_by_a_key_that_was_meant_for_something_else() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("dy3<backtab>").await;
    admin.rush("<enter>py");
    admin.settle().await;
    admin.shows("Nothing is taken back");
    assert_eq!(admin.codes().await, ["alpha", "beta"]);
    admin.press("<enter>").await;
    assert_eq!(admin.context(), Context::Confirm);
}

#[tokio::test]
async fn a_draft_is_not_thrown_away_by_keys_that_are_meant_for_the_text() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("<enter>ekept <ctrl-c><ctrl-c>").await;
    let mut admin = Box::pin(admin.crash()).await;
    admin.press("<down><enter>").await;
    assert_eq!(admin.context(), Context::Document);
    admin.press("<esc>").await;
    admin.rush("<enter>jj");
    admin.settle().await;
    assert_eq!(admin.context(), Context::Document);
    admin.press("e").await;
    admin.shows("There is a draft");
    admin.press("<enter>").await;
    admin.shows("kept The third letter.");
}

#[tokio::test]
async fn what_comes_by_itself_waits_until_a_prompt_is_answered() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("f").await;
    admin.take(Message::Drafts(vec![Draft {
        of: Subject::Document("beta".to_owned()),
        version: Some(1),
        base: vec![String::new()],
        texts: vec!["text".to_owned()],
        left_by: None,
        written: None,
    }]));
    admin.press("al<enter>").await;
    assert_eq!(admin.context(), Context::Choice);
    admin.press("<esc>").await;
    assert_eq!(admin.selected(), "alpha");
}

#[tokio::test]
async fn a_prompt_is_about_the_row_that_it_was_opened_on() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    for (key, typed, told) in [
        ("R", "Mine", "gamma has been deleted meanwhile"),
        ("t", "mine", "0 documents tagged"),
        ("x", "nowhere", "0 documents written into"),
    ] {
        assert_eq!(admin.selected(), "gamma");
        let store = admin.store().await;
        admin.press(key).await;
        store.documents().delete("gamma").await.unwrap();
        reload(&mut admin).await;
        admin.press(&format!("<ctrl-u>{typed}<enter>")).await;
        admin.shows(told);
        let beta = store.documents().get("beta").await.unwrap().unwrap();
        assert_eq!((beta.name.as_str(), beta.version), ("beta", 1));
        let gamma = NewDocument::new("gamma", "gamma", "anew");
        store.documents().insert(gamma).await.unwrap();
        store.close().await;
        admin.press("<esc>rg").await;
    }
}

#[tokio::test]
async fn a_threads_prompt_is_about_that_thread() {
    let mut admin = on(TALKS, 100, 24).await;
    let store = admin.store().await;
    admin.press("R").await;
    store.threads().delete(&id("support-1")).await.unwrap();
    reload(&mut admin).await;
    admin.press("<ctrl-u>Mine<enter>").await;
    admin.shows("support-1 has been deleted meanwhile");
    admin.press("gx").await;
    store.threads().delete(&id("support-3")).await.unwrap();
    reload(&mut admin).await;
    admin.press("<enter>").await;
    admin.shows("Not written: support-3 has been deleted meanwhile");
}

#[tokio::test]
async fn what_was_changed_in_a_store_is_not_taken_back_in_another() {
    let (other, _folder) = store(THREE).await;
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("dy").await;
    admin.shows("1 document deleted");
    // This one ends after the store was left.
    admin.rush("dy");
    admin.take(Message::Use(other.database.to_string()));
    admin.settle().await;
    assert_eq!(admin.selected(), "gamma");
    admin.press("<esc>u").await;
    admin.shows("There is nothing to undo");
}

#[tokio::test]
async fn a_store_that_is_left_for_another_is_found_again_as_it_was() {
    let (other, _folder) = store(THREE).await;
    let mut admin = Admin::on(THREE, 100, 24).await;
    let first = format!("sqlite://{}", admin.folder.path().join("a.db").display());
    admin.press("oog<down>").await;
    admin.take(Message::Use(other.database.to_string()));
    admin.settle().await;
    assert_eq!(admin.selected(), "gamma");
    admin.take(Message::Use(first));
    admin.settle().await;
    admin.shows("by code");
    assert_eq!(admin.selected(), "beta");
}

#[tokio::test]
async fn an_export_that_is_cancelled_says_so() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    let out = admin.folder.path().join("out");
    for keys in ["ax", "<esc>gx"] {
        admin.press(keys).await;
        admin.take(Message::Paste(out.display().to_string()));
        admin.begin_and_cancel("<enter>").await;
        admin.shows(", then cancelled");
        assert!(!out.join("gamma.md").exists());
        admin.press("<esc>").await;
    }
    admin.press("a").await;
    admin.rush("t");
    admin.take(Message::Paste("late".to_owned()));
    admin.begin_and_cancel("<enter>").await;
    admin.shows("0 documents tagged, then cancelled");

    let mut admin = on(TALKS, 100, 24).await;
    let out = admin.folder.path().join("talk");
    for (keys, file, told) in [
        ("x<ctrl-u>", "one.md", "cancelled; the file is not whole"),
        ("x<ctrl-u>", "one.json", "cancelled; the file is not whole"),
        ("ax", "all.jsonl", "cancelled; the file is not whole"),
        ("ax", "all", ", then cancelled"),
    ] {
        admin.press(keys).await;
        let out = out.with_file_name(file);
        admin.take(Message::Paste(out.display().to_string()));
        admin.begin_and_cancel("<enter>").await;
        admin.shows(told);
        admin.press("<esc><esc>").await;
    }
}

#[tokio::test]
async fn a_search_that_finds_less_when_it_is_asked_again_keeps_a_row() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("/letter<enter>G").await;
    let last = admin.selected();
    let store = admin.store().await;
    store.documents().delete(&last).await.unwrap();
    store.close().await;
    admin.press("r").await;
    admin.shows("2 found");
    assert_ne!(admin.selected(), last);
    admin.press("<enter>").await;
    assert_eq!(admin.context(), Context::Document);
}

#[tokio::test]
async fn the_name_of_a_folder_acts_on_nothing() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    let folder = admin.folder.path().join("a\u{202e}\u{1b}[2Jb\u{2066}");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("one.md"), "# One\n").unwrap();
    admin.press("5a").await;
    let parent = admin.folder.path().display().to_string();
    admin.take(Message::Paste(parent));
    admin.press("/a<enter>").await;
    admin.shows("a plan for a␛[2Jb: nothing is written yet");
    naughty::check(&admin);
    admin.press("R").await;
    admin.shows("a␛[2Jb is taken in");
    naughty::check(&admin);
}
