//! Flows over the screen where files are taken in.

use std::path::Path;

use super::harness::{Admin, store};
use super::naughty::{self, NAUGHTY};
use super::{SIZES, THREE};
use crate::admin::command::Context;
use crate::admin::link;
use crate::admin::message::Message;
use crate::admin::request::{Cause, Failure};
use crate::admin::screen::Pane;
use crate::admin::theme::Theme;

fn write(folder: &Path, files: &[(&str, &[u8])]) {
    for (name, bytes) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// The admin with the chooser open in a folder with notes, next to the store.
async fn choosing(files: &[(&str, &[u8])], columns: u16, rows: u16) -> Admin {
    let mut admin = Admin::on(THREE, columns, rows).await;
    let notes = admin.folder.path().join("notes");
    write(&notes, files);
    admin.press("5a").await;
    assert_eq!(admin.context(), Context::Folder);
    admin.take(Message::Paste(notes.display().to_string()));
    admin.settle().await;
    admin
}

/// The admin with the plan for a folder of notes on the screen.
async fn planned(files: &[(&str, &[u8])], columns: u16, rows: u16) -> Admin {
    let mut admin = Box::pin(choosing(files, columns, rows)).await;
    admin.press("<enter>").await;
    assert_eq!(admin.context(), Context::Plan);
    admin
}

/// The admin on a store that has the notes, and with the notes changed since in every way.
async fn changed(columns: u16, rows: u16) -> Admin {
    let files: &[(&str, &[u8])] = &[
        ("guide/one.md", b"# One\n\nThe first.\n"),
        ("guide/two.md", b"# Two\n\nThe second.\n"),
        ("moves.md", b"# Moves\n\nThis one moves.\n"),
        ("gone.md", b"# Gone\n"),
        ("same.md", b"# Same\n"),
    ];
    let mut admin = Box::pin(planned(files, columns, rows)).await;
    admin.press("R").await;
    assert_eq!(admin.context(), Context::Taken);
    let notes = admin.folder.path().join("notes");
    std::fs::rename(notes.join("moves.md"), notes.join("moved.md")).unwrap();
    std::fs::remove_file(notes.join("gone.md")).unwrap();
    write(
        &notes,
        &[
            ("guide/one.md", b"# One\n\nThe very first.\n"),
            ("binary.md", b"a\0b"),
            ("new.md", b"# New\n"),
        ],
    );
    admin.press("<esc><esc>").await;
    admin
}

#[tokio::test]
async fn a_report_of_what_was_taken_back_says_so() {
    let mut admin = planned(&[("a.md", b"# A\n")], 90, 24).await;
    admin.press("R").await;
    admin.shows("notes is taken in");
    admin.press("u").await;
    admin.shows("notes was taken in, and that is taken back");
    admin.hides("notes is taken in");
}

#[tokio::test]
async fn a_folder_is_chosen_looked_at_taken_in_and_taken_back() {
    let mut admin = planned(&[("a.md", b"# A\n"), ("b/c.md", b"# C\n")], 90, 24).await;
    admin.shows("all 2   added 2");
    admin.shows("nothing is written yet");
    assert_eq!(admin.codes().await, ["alpha", "beta", "gamma"]);
    admin.press("R").await;
    admin.shows("2 added; u takes it back");
    admin.shows("notes is taken in");
    assert_eq!(admin.codes().await, ["a", "alpha", "b/c", "beta", "gamma"]);
    // The list of documents has them as well, though it was read before.
    admin.press("1").await;
    admin.shows("b/c");
    admin.press("5<esc>p").await;
    admin.shows("all 2   the same 2");
    admin.press("R").await;
    admin.shows("There is nothing to do");
    admin.press("u").await;
    admin.shows("Taken back: 2 added");
    assert_eq!(admin.codes().await, ["alpha", "beta", "gamma"]);
}

#[tokio::test]
async fn a_plan_tells_of_each_file_what_becomes_of_it_and_why() {
    let mut admin = changed(100, 24).await;
    admin.press("p").await;
    admin.shows("all 7   refused 1   changed 1   moved 1   vanished 1   added 1   the same 2");
    // What asks for attention stands first.
    assert!(admin.selected().starts_with("refused"), "{}", admin.text());
    admin.shows("binary.md  has a NUL character");
    admin.shows("moved.md  was moves");
    admin.shows("gone.md  its document stays");
    admin.press("<enter>").await;
    assert_eq!(admin.context(), Context::File);
    admin.shows("can't be taken in");
    admin.press("<esc>lll").await;
    admin.shows("> moved 1");
    assert!(admin.selected().starts_with("moved"), "{}", admin.text());
    admin.press("<enter>").await;
    admin.shows("was  moves");
    admin.press("<esc>h").await;
    admin.shows("> changed 1");
    admin.press("<enter>").await;
    admin.shows("- The first.");
    admin.shows("+ The very first.");
    admin.press("o").await;
    assert_eq!(admin.context(), Context::Document);
    admin.shows("The first.");
    // Back to the plan, as it was.
    admin.press("<esc>").await;
    assert_eq!(admin.context(), Context::File);
    admin.press("<esc>").await;
    admin.shows("> changed 1");
}

#[tokio::test]
async fn what_has_vanished_is_deleted_after_a_question_that_counts_it() {
    let mut admin = changed(100, 24).await;
    admin.press("G<enter>").await;
    admin.shows("vanished       deleted");
    admin.press("p").await;
    admin.shows("its document is deleted");
    admin.press("R").await;
    admin.shows("y run, and delete 1 document");
    admin.press("n").await;
    assert_eq!(admin.context(), Context::Plan);
    assert!(admin.codes().await.contains(&"gone".to_owned()));
    admin.press("Ry").await;
    admin.shows("1 refused, 1 changed, 1 moved, 1 vanished, 1 added, 2 the same");
    let codes = admin.codes().await;
    assert!(!codes.contains(&"gone".to_owned()) && codes.contains(&"moved".to_owned()));
}

#[tokio::test]
async fn earlier_runs_are_looked_at_and_taken_back_as_a_whole() {
    let mut admin = changed(100, 24).await;
    admin.press("pR<tab>").await;
    assert_eq!(admin.context(), Context::Runs);
    assert!(admin.text().contains("+1 ~1 >1 !1"), "{}", admin.text());
    admin.press("<enter>").await;
    assert_eq!(admin.context(), Context::Run);
    admin.shows("> changes 3   refused 1");
    admin.shows("moved     moved");
    admin.press("<tab>").await;
    admin.shows("binary.md  has a NUL character");
    admin.press("<tab>U").await;
    admin.shows("take 3 changes back");
    admin.shows("2 documents become what they were; 1 document that was");
    admin.press("n").await;
    assert!(admin.codes().await.contains(&"moved".to_owned()));
    admin.press("<esc>Uy").await;
    admin.shows("3 rows taken back");
    admin.shows("taken back");
    assert!(admin.codes().await.contains(&"moves".to_owned()));
    admin.press("U").await;
    admin.shows("The run has been taken back already");
    admin.press("jU").await;
    admin.shows("5 documents that were added go");
    admin.press("y").await;
    admin.press("1").await;
    assert_eq!(admin.codes().await, ["alpha", "beta", "gamma"]);
    admin.hides("same");
}

#[tokio::test]
async fn what_is_taken_in_is_set_and_found_again() {
    let mut admin = choosing(&[("a.md", b"# A\n"), ("b.txt", b"B\n")], 80, 24).await;
    admin.press("<enter><esc>").await;
    admin.press("jj<enter>").await;
    admin.press("md, txt<enter>").await;
    admin.press("gG<enter>").await;
    admin.shows("md, txt");
    admin.press("p").await;
    admin.shows("added 2");
    admin.press("<esc>Gkkk<enter>qrdp1<enter>").await;
    admin.shows("qrdp1");
    let mut admin = Box::pin(admin.again()).await;
    assert_eq!(admin.context(), Context::Ingest);
    admin.shows("md, txt");
    admin.shows("notes");
    // What deletes is set anew each time.
    admin.shows("vanished       stay");
    admin.press("jjd").await;
    admin.hides("md, txt");
    admin.press("gd").await;
    admin.shows("choose a folder");
    admin.press("p").await;
    assert_eq!(admin.context(), Context::Folder);
}

#[tokio::test]
async fn every_letter_can_be_typed_into_a_path() {
    let mut admin = choosing(&[("x/a.md", b"# A\n"), ("y/b.md", b"# B\n")], 80, 24).await;
    admin.press("<tab>").await;
    admin.shows("this folder");
    admin.shows("x/");
    admin.press("qjk?: 5").await;
    admin.shows("> qjk?: 5");
    admin.shows("enter takes what is typed");
    assert!(!admin.left);
    admin.press("<ctrl-u>y<enter>").await;
    admin.shows("b.md");
    admin.hides("a.md");
    // One more folder, and both are taken.
    admin.press("<esc>jka<down><enter>").await;
    assert_eq!(admin.context(), Context::Ingest);
    admin.press("p").await;
    admin.shows("all 2   added 2");
}

#[tokio::test]
async fn a_folder_that_is_not_there_or_is_empty_is_told_of() {
    let mut admin = choosing(&[], 80, 24).await;
    admin.press("/none<enter>").await;
    assert_eq!(admin.context(), Context::Ingest);
    admin.shows("there is no file or folder");
    let empty = admin.folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    admin.press("g<enter>").await;
    admin.take(Message::Paste(empty.display().to_string()));
    admin.press("<enter>p").await;
    admin.shows("there is no file that is wanted");
    admin.press("R").await;
    admin.shows("There is nothing to do");
}

#[tokio::test]
async fn a_store_for_reading_shows_the_plan_and_refuses_the_run() {
    let (config, folder) = store(THREE).await;
    write(&folder.path().join("notes"), &[("a.md", b"# A\n")]);
    let notes = folder.path().join("notes");
    let config = config.with_access(service::Access::ReadOnly);
    let mut admin = Admin::with(config, folder, Theme::DARK, 100, 24).await;
    admin.press("i").await;
    admin.take(Message::Paste(notes.display().to_string()));
    admin.press("<enter>").await;
    admin.shows("added 1");
    admin.press("R").await;
    admin.shows("open for reading only: no run");
    admin.press("<tab>U").await;
    admin.shows("open for reading only: no take back");
    assert_eq!(admin.codes().await, ["alpha", "beta", "gamma"]);
}

#[tokio::test]
async fn a_database_that_is_gone_leaves_the_keys_working() {
    let mut admin = changed(80, 24).await;
    let gone = Failure {
        said: "the database can't be reached".to_owned(),
        cause: Cause::Gone,
    };
    admin.take(Message::Link(link::Message::Lost(gone)));
    admin.shows("! not connected");
    for (keys, context) in [
        ("jk", Context::Ingest),
        ("a", Context::Folder),
        ("<tab>x<esc>", Context::Ingest),
        ("<tab>", Context::Runs),
        ("j<tab>", Context::Ingest),
        ("G<enter>g", Context::Ingest),
    ] {
        admin.press(keys).await;
        assert_eq!(admin.context(), context, "{keys}");
        admin.shows("! not connected");
    }
}

#[tokio::test]
async fn the_mouse_selects_and_opens_rows() {
    let mut admin = changed(100, 24).await;
    admin.click("hidden files").await;
    admin.shows("> hidden files   left out");
    admin.click("hidden files").await;
    admin.shows("> hidden files   taken too");
    admin.click("p plan").await;
    admin.click("guide/one.md").await;
    assert!(admin.selected().starts_with("changed"), "{}", admin.text());
    admin.click("guide/one.md").await;
    admin.shows("+ The very first.");
    admin.press("<esc><tab>").await;
    admin.click("notes").await;
    assert_eq!(admin.context(), Context::Run);
}

#[tokio::test]
async fn it_looks_well_in_every_part() {
    for (name, theme) in [
        ("dark", Theme::DARK),
        ("light", Theme::LIGHT),
        ("mono", Theme::MONO),
    ] {
        let mut admin = changed(80, 16).await;
        admin.model.theme = theme;
        admin.press("pj").await;
        admin.looks_like(&format!("plan-{name}"));
    }
    for (columns, rows) in SIZES {
        let mut admin = Admin::on(THREE, columns, rows).await;
        let remembered = serde_json::json!({
            "folders": ["/home/me/notes", "/srv/handbook"],
            "typed": {"files": "md txt"},
            "chosen": {"hidden files": 1},
        });
        admin.model.screens.ingest.recall(&remembered);
        admin.press("5j").await;
        admin.looks_like(&format!("ingest-{columns}x{rows}"));
    }
}

#[tokio::test]
async fn it_looks_well_at_every_size() {
    for (columns, rows) in SIZES {
        let mut admin = changed(columns, rows).await;
        admin.press("p").await;
        admin.looks_like(&format!("plan-{columns}x{rows}"));
    }
}

#[tokio::test]
async fn no_size_and_no_name_breaks_it() {
    let mut admin = Admin::on(THREE, 120, 40).await;
    let notes = admin.folder.path().join("notes");
    for (number, naughty) in NAUGHTY.iter().enumerate() {
        let name = naughty.replace(['/', '\0'], "_");
        let folder = notes.join(format!("{number} {name}"));
        std::fs::create_dir_all(&folder).unwrap();
        let text = if number % 3 == 0 { "a\0b" } else { naughty };
        std::fs::write(folder.join(format!("{name}.md")), text).unwrap();
    }
    admin.press("5").await;
    for (columns, rows) in naughty::ANY_SIZE {
        admin.resize(columns, rows).await;
        admin.press("ga").await;
        admin.take(Message::Paste(notes.display().to_string()));
        for keys in [
            // Into a folder, and out of it.
            "<tab>",
            "G",
            "<tab>",
            "<backspace>",
            "k",
            "<enter>",
            "<esc>",
            "gd",
            "a",
        ] {
            admin.press(keys).await;
            naughty::check(&admin);
        }
        admin.take(Message::Paste(notes.display().to_string()));
        for keys in [
            // The plan, a file of it, the run, and what is told of it.
            "<enter>", "p", "G", "<enter>", "G", "<esc>", "lj", "<enter>", "<esc>R", "jk", "<tab>",
            "<enter>", "jG", "<tab>j", "U", "<esc>", "<esc>", "<esc>", "<esc>",
        ] {
            admin.press(keys).await;
            naughty::check(&admin);
        }
    }
    assert_eq!(admin.context(), Context::Ingest);
    assert!(admin.codes().await.len() > THREE.len());
}
