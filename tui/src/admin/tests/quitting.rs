//! The program is left while something runs.

use super::THREE;
use super::harness::Admin;
use crate::admin::command::Context;

#[tokio::test]
async fn quitting_while_something_runs_is_asked_about() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("a").await;
    admin.begin("tlate<enter>");
    admin.rush("q");
    assert!(!admin.left);
    assert_eq!(admin.context(), Context::Choice);
    admin.shows("tagging documents: what it has not done");
    admin.rush("<down><down><enter>");
    admin.settle().await;
    assert!(!admin.left);
    admin.shows("3 documents tagged");
}

#[tokio::test]
async fn what_runs_is_waited_for_or_stopped() {
    for (keys, tagged) in [("<enter>", true), ("<down><enter>", false)] {
        let mut admin = Admin::on(THREE, 100, 24).await;
        admin.press("a").await;
        admin.begin("tlate<enter>");
        admin.rush("q");
        admin.rush(keys);
        assert!(!admin.left);
        admin.settle().await;
        assert!(admin.left);
        let store = admin.store().await;
        let alpha = store.documents().get("alpha").await.unwrap().unwrap();
        assert_eq!(alpha.metadata.get("tags").is_some(), tagged, "{keys}");
    }
}
