//! What is told of changes, and of taking them back.

use super::THREE;
use super::harness::Admin;
use super::threads::{TALKS, on};

#[tokio::test]
async fn threads_are_taken_back_one_change_after_the_other() {
    let mut admin = on(TALKS, 100, 24).await;
    admin.press("p").await;
    admin.press("R<ctrl-u>Buttons<enter>").await;
    admin.press("u").await;
    admin.shows("Taken back: support-1 is called Buttons now");
    admin.press("u").await;
    admin.shows("Taken back: support-1 is pinned now");
    admin.hides("^ support-1");
}

#[tokio::test]
async fn what_was_brought_back_and_deleted_by_an_undo_comes_back_again() {
    let mut admin = on(TALKS, 100, 24).await;
    admin.press("  dy").await;
    admin.press("3<tab>a<enter>").await;
    admin.shows("2 rows brought back");
    admin.press("u").await;
    admin.shows("Taken back: 2 rows brought back");
    admin.press("u").await;
    admin.shows("Taken back: 2 threads deleted");
    admin.press("2").await;
    admin.shows("3 threads");
}

#[tokio::test]
async fn what_did_nothing_is_a_failure_and_not_offered_to_undo() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("3a<enter>").await;
    admin.shows("! Nothing was in the trash");
    admin.hides("takes it back");
    admin.press("u").await;
    admin.shows("! There is nothing to undo");
}

#[tokio::test]
async fn an_undo_that_takes_nothing_back_is_a_failure() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("R<ctrl-u>Mine<enter>").await;
    let store = admin.store().await;
    let change = service::DocumentChange::new().content("other");
    store.documents().update("gamma", &change).await.unwrap();
    store.close().await;
    admin.press("u").await;
    admin.shows("! 0 rows taken back, 1 left: gamma has changed since");
}

#[tokio::test]
async fn a_new_document_is_the_selected_one() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("oojcnew/doc<enter>").await;
    admin.press("x<ctrl-s><esc>").await;
    assert_eq!(admin.selected(), "new/doc");
    admin.press("dy").await;
    assert_eq!(admin.codes().await, ["alpha", "beta", "gamma"]);
}

/// The work does not look whether it was cancelled, and is dropped after a moment.
#[tokio::test]
async fn what_a_cancelled_change_had_done_is_taken_back() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin
        .effects
        .change("deleting", |folio, _progress| async move {
            folio.documents().delete("alpha").await?;
            std::future::pending().await
        });
    while admin.codes().await.len() == THREE.len() {
        tokio::task::yield_now().await;
    }
    admin.begin_and_cancel("").await;
    admin.shows("Cancelled; what was done until then stays");
    admin.press("u").await;
    assert_eq!(admin.codes().await.len(), THREE.len());
}
