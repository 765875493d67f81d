//! Where exports go: what the path says, and nothing else.

use super::THREE;
use super::harness::Admin;
use super::threads::{TALKS, on};
use crate::admin::command::Context;

#[tokio::test]
async fn one_document_goes_into_a_file_or_a_folder_as_its_path_ends() {
    let mut admin = Admin::on(THREE, 110, 24).await;
    let out = admin.folder.path().display().to_string();
    for (path, file) in [("y.md", "y.md"), ("yd", "yd/gamma.md")] {
        admin.press(&format!("x{out}/{path}<enter>")).await;
        admin.shows("1 document written into");
        let written = std::fs::read_to_string(format!("{out}/{file}")).unwrap();
        // A file has the text alone; in a folder it has all that is known of the document.
        assert!(written.ends_with(THREE[2].1));
        assert_eq!(written == THREE[2].1, path == "y.md");
        admin.press("<esc>").await;
    }
    admin.press(&format!("x{out}/y.json<enter>")).await;
    assert_eq!(admin.context(), Context::Prompt);
    admin.shows("a document's file ends in .md");
    // From the document itself it is the same.
    admin.press("<esc><enter>").await;
    admin.press(&format!("x{out}/z.jsonl<enter>")).await;
    admin.shows("1 document written into");
    let lines = std::fs::read_to_string(format!("{out}/z.jsonl")).unwrap();
    assert!(lines.contains("\"code\":\"gamma\""), "{lines}");
}

#[tokio::test]
async fn several_need_a_folder_or_lines() {
    let mut admin = Admin::on(THREE, 110, 24).await;
    let out = admin.folder.path().display().to_string();
    admin.press(&format!("ax{out}/all.md<enter>")).await;
    assert_eq!(admin.context(), Context::Prompt);
    admin.shows("is the name of one file");
    admin.press("<esc>").await;
    let mut admin = on(TALKS, 110, 24).await;
    admin.press(&format!("ax{out}/all.md<enter>")).await;
    admin.shows("is the name of one file");
    assert!(!std::path::Path::new(&out).join("all.md").exists());
}

#[tokio::test]
async fn one_thread_goes_into_a_folder_where_its_path_is_no_file() {
    let mut admin = on(TALKS, 110, 24).await;
    let out = admin.folder.path().join("talks");
    admin
        .press(&format!("x<ctrl-u>{}<enter>", out.display()))
        .await;
    admin.shows("1 file written into");
    assert!(out.join("support-1.md").exists());
}

#[tokio::test]
async fn the_question_names_the_filter_and_how_many_it_has() {
    let mut admin = Admin::on(THREE, 110, 24).await;
    admin.press("fbe<enter>").await;
    admin.shows("only be, 1");
    admin.press("ax").await;
    admin.shows("For all documents that are be (1)");
    admin.press("<esc>d").await;
    admin.shows("Every document that is marked and is be");
    admin.press("n<esc>").await;
    let mut admin = on(TALKS, 110, 24).await;
    admin.press("fuser:ada<enter>ax").await;
    admin.shows("For all threads that are user:ada (2)");
}

#[tokio::test]
async fn a_filter_that_is_none_stays_to_be_changed() {
    let mut admin = Admin::on(THREE, 110, 24).await;
    admin.press("fafter:soon<enter>").await;
    admin.shows("! \"soon\" is no time");
    admin.shows("> after:soon");
    admin.press("<ctrl-w>after:2026-09 ga<enter>").await;
    assert_eq!(admin.selected(), "gamma");
    admin.hides("is no time");
    let mut admin = on(TALKS, 110, 24).await;
    admin.press("fbefore:2026 user:ada<enter>").await;
    admin.shows("no thread is like that");
    admin.press("f<ctrl-u>x<enter>").await;
    assert_eq!(admin.context(), Context::Prompt);
}

#[tokio::test]
async fn a_list_that_is_found_again_fills_the_screen() {
    let codes: Vec<String> = (0..13).map(|row| format!("{row:02}")).collect();
    let documents: Vec<(&str, &str)> = codes.iter().map(|code| (code.as_str(), "text")).collect();
    let mut admin = Admin::on(&documents, 80, 24).await;
    admin.press("jjjjjjjjj").await;
    assert_eq!(admin.selected(), "03");
    let admin = Box::pin(admin.again()).await;
    assert_eq!(admin.selected(), "03");
    for code in &codes {
        admin.shows(&format!(" {code} "));
    }
}
