//! What is told: the answer to what one did is seen, whatever comes by itself after it.

use std::time::Duration;

use service::{Access, DocumentChange, Error, Folio, NewDocument};

use super::THREE;
use super::harness::{Admin, store};
use super::threads::{TALKS, on};
use crate::admin::command::Context;
use crate::admin::link;
use crate::admin::message::Message;
use crate::admin::request::{Cause, Failure};
use crate::admin::theme::Theme;

/// Takes the database away.
fn lose(admin: &Admin) {
    let file = admin.folder.path().join("a.db");
    std::fs::rename(file, admin.folder.path().join("aside.db")).unwrap();
}

#[tokio::test]
async fn what_became_of_an_action_is_told_before_that_the_list_cannot_be_read() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("  d").await;
    lose(&admin);
    admin.press("y").await;
    admin.shows("Deleting 2 documents: ");
    // Nothing was deleted: the marks are there still.
    admin.shows("2 marked");
    admin.pass(Duration::from_secs(5)).await;
    admin.hides("Deleting 2 documents");
}

#[tokio::test]
async fn what_could_not_be_pinned_or_brought_back_stays_marked() {
    let mut admin = on(TALKS, 100, 24).await;
    admin.press("  ").await;
    lose(&admin);
    admin.press("p").await;
    admin.shows("Pinning threads: ");
    admin.shows("2 marked");
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("  dy3  ").await;
    lose(&admin);
    admin.press("<enter>").await;
    admin.shows("Bringing back: ");
    admin.shows("2 marked");
}

#[tokio::test]
async fn what_was_deleted_is_marked_no_longer() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("  dy").await;
    admin.shows("2 documents deleted");
    admin.hides("marked");
    let mut admin = on(TALKS, 100, 24).await;
    admin.press("  dy").await;
    admin.shows("2 threads deleted");
    admin.hides("marked");
}

#[tokio::test]
async fn a_database_that_answers_again_takes_no_answer_away() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    let lost = Failure {
        said: "gone".to_owned(),
        cause: Cause::Gone,
    };
    admin.take(Message::Link(link::Message::Lost(lost)));
    admin.press("R<ctrl-u>Mine<enter>").await;
    admin.shows("gamma is called Mine now");
    admin.hides("answers again");
    admin.pass(Duration::from_secs(1)).await;
    admin.shows("gamma is called Mine now");
    admin.pass(Duration::from_secs(5)).await;
    admin.shows("The database answers again");
}

#[tokio::test]
async fn that_one_may_only_read_or_has_no_database_is_told_at_every_size() {
    for (columns, rows) in [(120, 40), (80, 24), (40, 10), (20, 5)] {
        let (mut config, folder) = store(THREE).await;
        config.access = Access::ReadOnly;
        let mut admin = Admin::with(config, folder, Theme::DARK, columns, rows).await;
        let shown = if columns == 20 {
            "read-on"
        } else {
            "read-only"
        };
        admin.shows(shown);
        let gone = Failure::new("gone");
        admin.take(Message::Link(link::Message::Lost(gone)));
        let shown = if columns == 20 {
            "! not"
        } else {
            "! not connected"
        };
        admin.shows(shown);
    }
}

#[tokio::test]
async fn an_emptied_filter_is_none_and_an_emptied_title_too() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("falpha<enter>").await;
    admin.hides("gamma");
    admin.press("f<ctrl-u><enter>").await;
    admin.shows("gamma");
    assert_eq!(admin.selected(), "alpha");

    let mut admin = on(TALKS, 100, 24).await;
    admin.press("R<ctrl-u>Buttons<enter>").await;
    admin.shows("support-1 is called Buttons now");
    admin.press("p").await;
    admin.shows("support-1 (Buttons) is pinned now");
    admin.press("d").await;
    admin.shows("support-1 (Buttons)");
    admin.press("nR<ctrl-u><enter>").await;
    admin.shows("support-1 has no title any longer");
    admin.press("fuser:ada<enter>").await;
    admin.press("f<ctrl-u><enter>").await;
    admin.shows("3 threads");
}

#[tokio::test]
async fn a_list_that_is_come_back_to_is_read_again_and_the_row_stays() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("j<enter>").await;
    let store = admin.store().await;
    let change = DocumentChange::new().name("By someone else");
    store.documents().update("alpha", &change).await.unwrap();
    store.documents().delete("gamma").await.unwrap();
    store.close().await;
    admin.press("<esc>").await;
    assert_eq!(admin.context(), Context::Documents);
    assert_eq!(admin.selected(), "beta");
    admin.hides("gamma");
    admin.shows("By someone else");
    admin.press("23").await;
    let store = admin.store().await;
    store.documents().delete("alpha").await.unwrap();
    store.close().await;
    admin.press("1").await;
    admin.hides("alpha");
}

#[tokio::test]
async fn a_question_about_what_runs_goes_once_nothing_does() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("a").await;
    admin.begin("tlate<enter>");
    admin.rush("q");
    assert_eq!(admin.context(), Context::Choice);
    admin.settle().await;
    assert_eq!(admin.context(), Context::Documents);
    assert!(!admin.left);
    admin.shows("3 documents tagged");
}

#[tokio::test]
async fn what_was_done_is_taken_back_and_says_so() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("dy3").await;
    admin.shows("enter bring back");
    admin.press("<backtab>").await;
    admin.shows("enter take back");
    admin.hides("bring back");
}

#[tokio::test]
async fn a_number_of_tokens_is_typed_over_the_one_that_is_there() {
    let mut admin = on(TALKS, 100, 24).await;
    admin.press("<enter>mb").await;
    admin.press("50000x<enter>").await;
    admin.shows("! 50000x is no number of tokens");
    assert_eq!(admin.context(), Context::Prompt);
    admin.press("<backspace><enter>").await;
    admin.shows("50,000");
}

/// The admin on many documents by their codes, far down among them.
async fn deep() -> Admin {
    let (config, folder) = store(&[]).await;
    let folio = Folio::connect(config.clone()).await.unwrap();
    let insert = async |tx: service::Transaction| {
        for number in 0..450 {
            let code = format!("many/{number:04}");
            let document = NewDocument::new(&code, &code, "text");
            tx.documents().insert(document).await?;
        }
        Ok::<_, Error>(())
    };
    folio.transaction(insert).await.unwrap();
    folio.close().await;
    let mut admin = Admin::with(config, folder, Theme::DARK, 80, 24).await;
    admin.press("oog").await;
    for _ in 0..11 {
        admin.press("<ctrl-f>").await;
    }
    admin.press("kkk").await;
    admin
}

/// The row of the screen on which the selected row is.
fn line(admin: &Admin) -> Option<usize> {
    let selected = format!("> {}", admin.selected());
    admin
        .text()
        .lines()
        .position(|row| row.starts_with(&selected))
}

#[tokio::test]
async fn far_down_in_a_list_one_stays_where_one_is() {
    let mut admin = deep().await;
    let (row, at) = (admin.selected(), line(&admin));
    let number: usize = row["many/".len()..].parse().unwrap();
    assert!(number > 200 && at > Some(8), "{row} {at:?}");
    let code = |number: usize| format!("many/{number:04}");
    admin.press("R<ctrl-u>Mine<enter>").await;
    assert_eq!((admin.selected(), line(&admin)), (row, at));
    admin.press("dy").await;
    assert_eq!((admin.selected(), line(&admin)), (code(number + 1), at));
    admin.press("   dy").await;
    assert_eq!(admin.selected(), code(number + 4));
    // Another order has the row elsewhere: it is found there.
    for order in ["newest first", "by name", "by code"] {
        admin.press("o").await;
        admin.shows(order);
        assert_eq!(admin.selected(), code(number + 4));
    }
    // A filter is left to where one was.
    admin.press("fmany/000<enter>").await;
    assert_eq!(admin.selected(), "many/0000");
    admin.shows("only many/000, 10");
    admin.press("<esc>").await;
    assert_eq!(admin.selected(), code(number + 4));
    admin.shows("by code");
    // What is more than is held is told as such.
    admin.press("fmany/<enter>").await;
    admin.shows("only many/, more than 200");
}
