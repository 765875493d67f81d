//! What a search found is worked on as the list is.

use super::THREE;
use super::harness::Admin;
use super::threads::{TALKS, on};
use crate::admin::command::Context;

#[tokio::test]
async fn what_was_found_is_marked_and_deleted() {
    let mut admin = Admin::on(THREE, 110, 24).await;
    admin.press("/river<enter>").await;
    admin.shows("2 found");
    admin.press("a").await;
    admin.shows("2 marked");
    admin.press("*").await;
    admin.hides("marked");
    admin.press("v").await;
    admin.shows("1 marked, range");
    admin.press("j").await;
    admin.shows("2 marked, range");
    admin.press("v-").await;
    admin.hides("marked");
    // The first step back takes the marks away, the second one leaves the search.
    admin.press("a<esc>").await;
    admin.shows("2 found");
    admin.press("ad").await;
    admin.shows("alpha, beta");
    admin.press("y").await;
    admin.shows("2 documents deleted; u takes it back");
    assert_eq!(admin.codes().await, ["gamma"]);
}

#[tokio::test]
async fn another_query_begins_without_marks() {
    let mut admin = Admin::on(THREE, 110, 24).await;
    admin.press("/river<enter> ").await;
    admin.shows("1 marked");
    admin.press("/ bank<enter>").await;
    admin.hides("marked");
}

#[tokio::test]
async fn threads_that_were_found_are_marked_once_each() {
    let mut admin = on(TALKS, 110, 24).await;
    admin.press("/it<enter>a").await;
    admin.press("d").await;
    admin.shows("y delete it");
    admin.press("n").await;
    assert_eq!(admin.context(), Context::Threads);
}

#[tokio::test]
async fn what_is_of_the_list_alone_is_not_offered_and_says_why() {
    let mut admin = Admin::on(THREE, 140, 24).await;
    admin.shows("o order");
    admin.press("/river<enter>").await;
    admin.hides("o order");
    for key in ["o", "f", "R"] {
        admin.press(key).await;
        admin.shows("not for what a search found");
    }
    let mut admin = on(TALKS, 140, 24).await;
    admin.press("/it<enter>").await;
    for key in ["o", "f", "R", "p"] {
        admin.press(key).await;
        admin.shows("not for what a search found");
    }
}
