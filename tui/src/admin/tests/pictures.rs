//! How the screens look at every size, and in themes that are not the first one.

use std::sync::Arc;

use service::{Config, DocumentChange, Folio, ManualClock, NewDocument, NewMessage, TimeDelta};

use super::harness::{Admin, noon};
use super::threads::{TALKS, id, on};
use super::{SIZES, THREE};
use crate::admin::command::Context;
use crate::admin::screen::Pane;
use crate::admin::theme::Theme;

const THEMES: [(&str, Theme); 2] = [("light", Theme::LIGHT), ("mono", Theme::MONO)];

/// A store whose clock stands still, so many minutes after the moment at which stores begin.
async fn at(folder: &tempfile::TempDir, minutes: i64) -> Folio {
    let config = Config::sqlite(folder.path().join("a.db"));
    let clock = ManualClock::at(noon() + TimeDelta::minutes(minutes));
    Folio::connect_with_clock(config, Arc::new(clock))
        .await
        .unwrap()
}

async fn opened(folder: tempfile::TempDir, theme: Theme, columns: u16, rows: u16) -> Admin {
    let config = Config::sqlite(folder.path().join("a.db"));
    Admin::with(config, folder, theme, columns, rows).await
}

/// The admin on the trash, with documents and a thread in it.
async fn trash(theme: Theme, columns: u16, rows: u16) -> Admin {
    let folder = tempfile::tempdir().unwrap();
    let store = at(&folder, 0).await;
    for (code, text) in THREE {
        let document = NewDocument::new(*code, *code, *text);
        store.documents().insert(document).await.unwrap();
    }
    let turn = NewMessage::new(id("talk"), "one?", "yes");
    store.messages().save(turn).await.unwrap();
    store.threads().delete(&id("talk")).await.unwrap();
    store.close().await;
    for (minutes, code) in [(5, "alpha"), (9, "beta")] {
        let store = at(&folder, minutes).await;
        let ada = store.acting_as("ada");
        ada.documents().delete(code).await.unwrap();
        store.close().await;
    }
    let mut admin = opened(folder, theme, columns, rows).await;
    admin.press("3j").await;
    assert_eq!(admin.context(), Context::Trash);
    admin
}

/// The admin on a document with three versions, of two people.
async fn document(columns: u16, rows: u16) -> Admin {
    let folder = tempfile::tempdir().unwrap();
    let texts = [
        "first line",
        "first line\nand a second",
        "the first line\nand a second",
    ];
    for (version, text) in (0..).zip(texts) {
        let store = at(&folder, version * 60).await;
        let text = format!("# Notes\n\n{text}\n");
        if version == 0 {
            let document = NewDocument::new("notes", "My notes", text);
            store.documents().insert(document).await.unwrap();
        } else {
            let bob = store.acting_as("bob");
            let change = DocumentChange::new().content(text);
            bob.documents().update("notes", &change).await.unwrap();
        }
        store.close().await;
    }
    let mut admin = opened(folder, Theme::DARK, columns, rows).await;
    admin.press("<enter>").await;
    assert_eq!(admin.context(), Context::Document);
    admin
}

#[tokio::test]
async fn the_trash_looks_well() {
    for (columns, rows) in SIZES {
        let mut admin = trash(Theme::DARK, columns, rows).await;
        admin.looks_like(&format!("trash-{columns}x{rows}"));
        admin.press("<backtab>").await;
        admin.looks_like(&format!("trash-done-{columns}x{rows}"));
        super::naughty::check(&admin);
    }
    for (name, theme) in THEMES {
        let mut admin = trash(theme, 80, 12).await;
        admin.looks_like(&format!("trash-{name}"));
    }
}

#[tokio::test]
async fn a_document_its_history_and_a_conflict_look_well() {
    for (columns, rows) in SIZES {
        let mut admin = document(columns, rows).await;
        admin.looks_like(&format!("document-{columns}x{rows}"));
        admin.press("Hj").await;
        assert_eq!(admin.context(), Context::History);
        admin.looks_like(&format!("history-{columns}x{rows}"));
        admin.press("<esc>emine ").await;
        let store = at(&admin.folder, 240).await;
        let theirs = DocumentChange::new().content("# Notes\n\nthe first line of two\n");
        let ada = store.acting_as("ada");
        ada.documents().update("notes", &theirs).await.unwrap();
        store.close().await;
        admin.press("<ctrl-s><enter>").await;
        assert_eq!(admin.context(), Context::Conflict);
        admin.looks_like(&format!("conflict-{columns}x{rows}"));
        super::naughty::check(&admin);
    }
}

#[tokio::test]
async fn threads_and_what_is_taken_in_look_well_in_other_themes() {
    for (name, theme) in THEMES {
        let mut admin = on(TALKS, 80, 12).await;
        admin.model.theme = theme;
        admin.press("j g").await;
        admin.looks_like(&format!("threads-{name}"));
        admin.press("<esc><enter>k").await;
        admin.looks_like(&format!("thread-{name}"));
        let mut admin = Admin::on(THREE, 80, 16).await;
        admin.model.theme = theme;
        let remembered = serde_json::json!({
            "folders": ["/home/me/notes", "/srv/handbook"],
            "typed": {"files": "md txt"},
            "chosen": {"hidden files": 1},
        });
        admin.model.screens.ingest.recall(&remembered);
        admin.press("5j").await;
        admin.looks_like(&format!("ingest-{name}"));
    }
}
