//! The screen of the program's own log.

use super::THREE;
use super::harness::{Admin, store};
use super::naughty;
use crate::admin::command::Context;
use crate::admin::theme::Theme;
use crate::logging::Grade;

const RECORDS: [(Grade, &str, &str); 5] = [
    (Grade::Info, "service::folio", "connected version=3.51"),
    (Grade::Debug, "sqlx::query", "a statement"),
    (
        Grade::Warning,
        "service::retry",
        "trying again error=cannot save: the database is locked; nothing was changed; try again when it is done",
    ),
    (Grade::Error, "folio::cli", "cannot start"),
    (Grade::Info, "service::migrate", "migrated steps=3"),
];

fn tell(admin: &Admin, records: &[(Grade, &str, &str)]) {
    for (grade, source, words) in records {
        admin.log.keep(*grade, source, words);
    }
}

async fn shown(theme: Theme, columns: u16, rows: u16) -> Admin {
    let (config, folder) = store(THREE).await;
    let mut admin = Admin::with(config, folder, theme, columns, rows).await;
    tell(&admin, &RECORDS);
    admin.press("7").await;
    admin.hear().await;
    admin
}

#[tokio::test]
async fn it_looks_well_at_every_size() {
    for (columns, rows) in [(80, 24), (120, 40), (40, 10), (20, 5)] {
        let mut admin = shown(Theme::DARK, columns, rows).await;
        admin.press("kk").await;
        admin.looks_like(&format!("log-{columns}x{rows}"));
    }
}

#[tokio::test]
async fn a_record_that_does_not_fit_says_so() {
    let mut admin = shown(Theme::DARK, 60, 10).await;
    admin.press("kk").await;
    admin.shows("trying again error=cannot save: the data…\n");
}

#[tokio::test]
async fn it_looks_well_in_every_theme() {
    for (name, theme) in [("light", Theme::LIGHT), ("mono", Theme::MONO)] {
        let mut admin = shown(theme, 80, 12).await;
        admin.press("/ed<enter>g").await;
        admin.looks_like(&format!("log-{name}"));
    }
}

#[tokio::test]
async fn new_records_are_followed_until_another_is_selected() {
    let mut admin = shown(Theme::DARK, 100, 20).await;
    admin.shows("> 14:13:20  info   service::migrate");
    tell(&admin, &[(Grade::Info, "here", "the latest")]);
    admin.hear().await;
    admin.shows("> 14:13:20  info   here");
    admin.press("g").await;
    tell(&admin, &[(Grade::Info, "here", "later still")]);
    admin.hear().await;
    admin.shows("> 14:13:20  info   service::folio");
    admin.press("G").await;
    admin.shows("7 records, new ones are followed");
}

#[tokio::test]
async fn the_graver_records_alone_are_shown() {
    let mut admin = shown(Theme::DARK, 100, 20).await;
    admin.press("f").await;
    admin.hides("a statement");
    admin.press("f").await;
    admin.shows("2 of 5 records, warnings and errors");
    admin.press("f").await;
    admin.shows("1 of 5 records, errors alone");
    admin.press("f").await;
    admin.shows("a statement");
}

#[tokio::test]
async fn records_are_filtered_as_one_types_with_every_letter() {
    let mut admin = shown(Theme::DARK, 100, 20).await;
    admin.press("/LOCK").await;
    admin.shows("1 of 5 records");
    admin.press("<ctrl-u>qfjky7").await;
    admin.shows("no record is like that");
    assert!(!admin.left);
    admin.press("<ctrl-u>migr<enter>").await;
    assert_eq!(admin.context(), Context::Log);
    admin.shows("1 of 5 records");
    admin.press("y").await;
    let copied = "2026-09-21 14:13:20 UTC info service::migrate: migrated steps=3";
    assert_eq!(admin.copied.as_deref(), Some(copied));
    admin.press("<esc>").await;
    admin.shows("5 records");
}

#[tokio::test]
async fn nothing_is_drawn_while_nothing_is_logged_and_nothing_is_heard_elsewhere() {
    let mut admin = shown(Theme::DARK, 80, 24).await;
    let drawn = admin.drawn;
    assert_eq!(admin.model.deadline(), None);
    admin.settle().await;
    assert_eq!(admin.drawn, drawn);
    admin.press("1").await;
    let drawn = admin.drawn;
    tell(&admin, &RECORDS);
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    admin.settle().await;
    assert_eq!(admin.drawn, drawn);
}

#[tokio::test]
async fn what_is_logged_acts_on_nothing() {
    let mut admin = shown(Theme::DARK, 80, 24).await;
    tell(
        &admin,
        &[(
            Grade::Error,
            "a\u{1b}[2J",
            "\u{1b}]0;t\u{7}\u{202e}x\n日本語 👩‍👩‍👧‍👦",
        )],
    );
    admin.hear().await;
    for (columns, rows) in naughty::ANY_SIZE {
        admin.resize(columns, rows).await;
        admin.press("gG/x<enter>k<esc><enter>").await;
        naughty::check(&admin);
    }
}
