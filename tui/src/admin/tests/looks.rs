//! How the screens look: their text, and the styles as well, since what is told by colour alone
//! would not be seen in a text.

use super::harness::{Admin, store};
use super::{SIZES, THREE};
use crate::admin::theme::Theme;

#[tokio::test]
async fn the_list_at_every_size() {
    for (columns, rows) in SIZES {
        let mut admin = Admin::on(THREE, columns, rows).await;
        admin.press("j j").await;
        admin.looks_like(&format!("documents-{columns}x{rows}"));
    }
}

#[tokio::test]
async fn the_list_in_every_theme() {
    for (name, theme) in [
        ("dark", Theme::DARK),
        ("light", Theme::LIGHT),
        ("mono", Theme::MONO),
    ] {
        let (config, folder) = store(THREE).await;
        let mut admin = Admin::with(config, folder, theme, 80, 7).await;
        admin.press("/river<enter>").await;
        admin.looks_like(&format!("search-{name}"));
    }
}

#[tokio::test]
async fn what_lies_over_the_screen() {
    let mut admin = Admin::on(THREE, 80, 24).await;
    for (keys, name) in [
        ("?", "help"),
        ("<esc>:doc", "palette"),
        ("<esc>v", "range"),
        ("jd", "confirm"),
        ("n<esc>R", "prompt"),
        ("<esc><enter>", "document"),
    ] {
        admin.press(keys).await;
        admin.looks_like(name);
    }
}

#[tokio::test]
async fn the_help_tells_everything_and_that_more_follows() {
    let mut admin = Admin::on(THREE, 80, 24).await;
    admin.press("?").await;
    admin.shows("↓ ");
    admin.hides("↑ ");
    let mut seen = admin.text();
    for _ in 0..20 {
        admin.press("<pagedown>").await;
        seen += &admin.text();
    }
    admin.shows("↑ ");
    admin.hides("↓ ");
    // An explanation that is longer than a row goes on in the next one, and nothing is cut.
    assert!(!seen.replace("…tmp", "").contains("… "), "{seen}");
    let words = seen.replace(['│', '\n'], " ");
    let words: Vec<&str> = words.split_whitespace().collect();
    let words = words.join(" ");
    assert!(
        words.contains("also those that are not read yet"),
        "{words}"
    );
    admin.press("k").await;
    admin.shows("↓ 1 more");
}

#[tokio::test]
async fn one_row_is_deleted_in_the_singular() {
    let mut admin = Admin::on(THREE, 80, 24).await;
    admin.press("d").await;
    admin.shows("delete it");
    admin.shows("It goes into the trash");
    admin.press("n  d").await;
    admin.shows("delete 2 documents");
    admin.shows("They go into the trash");
}
