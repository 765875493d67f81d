//! Flows over the list of documents: keys in, screen out.

use service::{Config, Folio};

use super::THREE;
use super::harness::{Admin, store};
use crate::admin::message::Message;

#[tokio::test]
async fn a_list_is_moved_through_and_shows_the_text_beside_it() {
    let mut admin = Admin::on(THREE, 100, 20).await;
    assert_eq!(admin.selected(), "gamma");
    assert!(
        admin.text().contains("The third letter."),
        "{}",
        admin.text()
    );
    admin.press("j").await;
    assert_eq!(admin.selected(), "beta");
    assert!(
        admin.text().contains("It has two lines"),
        "{}",
        admin.text()
    );
    admin.press("G").await;
    assert_eq!(admin.selected(), "alpha");
    admin.press("gg<ctrl-d>k").await;
    assert_eq!(admin.selected(), "beta");
    admin.press("og").await;
    assert_eq!(admin.selected(), "alpha");
    assert!(admin.text().contains("by name"));
}

#[tokio::test]
async fn a_search_answers_as_it_is_typed_and_leads_back_to_the_same_row() {
    let mut admin = Admin::on(THREE, 100, 20).await;
    admin.press("j/riv").await;
    assert!(admin.text().contains("2 found"), "{}", admin.text());
    assert!(
        admin.text().contains("lines about a river bank"),
        "{}",
        admin.text()
    );
    admin.press("<down><enter>").await;
    let second = admin.selected();
    admin.press("<esc>").await;
    assert_eq!(admin.selected(), "beta");
    admin.press("/zzz").await;
    assert!(admin.text().contains("nothing found"));
    admin.press("<ctrl-u>river<enter><enter>").await;
    assert!(
        admin.text().contains("version 1, changed"),
        "{}",
        admin.text()
    );
    assert!(["alpha", "beta"].contains(&second.as_str()));
}

#[tokio::test]
async fn a_part_of_the_list_is_shown_and_left_again() {
    let mut admin = Admin::on(THREE, 100, 20).await;
    admin.shows("newest first, 3 documents");
    admin.press("fbe<enter>").await;
    assert_eq!(admin.selected(), "beta");
    admin.shows("by code   only be");
    admin.press("ad").await;
    admin.shows("delete 1 document");
    admin.press("n<esc><esc>").await;
    assert_eq!(admin.selected(), "beta");
    admin.press("fname:al<enter>").await;
    assert_eq!(admin.selected(), "alpha");
    admin
        .press("f<ctrl-u>after:2026-09-20 before:2026-09-22<enter>")
        .await;
    assert_eq!(admin.selected(), "gamma");
    admin.press("f<ctrl-u>zzz<enter>").await;
    admin.shows("no document is like that");
    // Back to where one was before there was a filter.
    admin.press("<esc>").await;
    assert_eq!(admin.selected(), "beta");
    admin.press("fafter:soon<enter>").await;
    admin.shows("is no time: write a day as 2026-01-31");
}

#[tokio::test]
async fn documents_are_shown_by_their_tags_and_what_else_is_asked_for() {
    let mut admin = Admin::on(THREE, 120, 20).await;
    admin.press("  triver<enter><esc>Gtriver old<enter>").await;
    admin.press("ftag:River<enter>").await;
    admin.shows("newest first   only tag:River");
    assert_eq!(admin.selected(), "gamma");
    admin.press("<down><down>").await;
    assert_eq!(admin.selected(), "alpha");
    // The order is another, and the filter stays.
    admin.press("og").await;
    admin.shows("by name   only tag:River");
    assert_eq!(admin.selected(), "alpha");
    admin.press("f name:g<enter>").await;
    assert_eq!(admin.selected(), "gamma");
    admin.press("oog").await;
    admin.shows("newest first   only tag:River name:g");
    assert_eq!(admin.selected(), "gamma");
    admin.press("f<ctrl-u>tag:old tag:river<enter>").await;
    assert_eq!(admin.selected(), "alpha");
    // What is no longer so is no longer there.
    admin.press("adn").await;
    admin.press("t-old<enter>").await;
    admin.shows("no document is like that");
    // Where one was before there was a filter.
    admin.press("<esc><esc>").await;
    assert_eq!(admin.selected(), "alpha");
}

#[tokio::test]
async fn marked_documents_get_tags_and_lose_them() {
    let mut admin = Admin::on(THREE, 100, 20).await;
    let tags = async |admin: &Admin, code: &str| {
        let document = admin
            .store()
            .await
            .documents()
            .get(code)
            .await
            .unwrap()
            .unwrap();
        document.metadata.get("tags").cloned()
    };
    admin.press("  t").await;
    admin.shows("2 marked documents");
    admin.press("river +old<enter>").await;
    admin.shows("2 documents tagged; u takes it back");
    assert_eq!(
        tags(&admin, "gamma").await,
        Some(serde_json::json!(["old", "river"]))
    );
    assert_eq!(tags(&admin, "alpha").await, None);
    admin.press("t-old<enter>").await;
    assert_eq!(
        tags(&admin, "gamma").await,
        Some(serde_json::json!(["river"]))
    );
    admin.press("uu").await;
    assert_eq!(tags(&admin, "beta").await, None);
    admin.press("-triver<enter>").await;
    admin.press("t-river<enter>").await;
    assert_eq!(tags(&admin, "alpha").await, Some(serde_json::json!([])));
}

#[tokio::test]
async fn marked_documents_are_written_into_files_that_are_never_overwritten() {
    let mut admin = Admin::on(THREE, 100, 20).await;
    let out = admin.folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    std::fs::write(out.join("beta.md"), "mine").unwrap();
    admin.press("ax").await;
    admin.take(Message::Paste(out.display().to_string()));
    admin.press("<enter>").await;
    admin.shows("1 not: beta.md:");
    for (code, text) in [THREE[0], THREE[2]] {
        let written = std::fs::read_to_string(out.join(format!("{code}.md"))).unwrap();
        // It is written as a whole export writes it, and so taken back with all that it has.
        assert!(written.starts_with("---\nfolio-document: "), "{written}");
        assert!(written.ends_with(text), "{written}");
    }
    assert_eq!(
        std::fs::read_to_string(out.join("beta.md")).unwrap(),
        "mine"
    );
    let lines = admin.folder.path().join("two.jsonl");
    admin.press("<esc>g  x").await;
    admin.take(Message::Paste(lines.display().to_string()));
    admin.press("<enter>").await;
    admin.shows("2 documents written into");
    let (other, _folder) = store(&[]).await;
    let other = Folio::connect(other).await.unwrap();
    let file = std::io::BufReader::new(std::fs::File::open(&lines).unwrap());
    let cancel = service::CancellationToken::new();
    other.import_documents(file, &cancel, |_| {}).await.unwrap();
    let gamma = other.documents().get("gamma").await.unwrap().unwrap();
    assert_eq!(gamma.content, THREE[2].1);
    other.close().await;
    admin.press("<esc>x").await;
    admin.take(Message::Paste(lines.display().to_string()));
    admin.press("<enter>").await;
    admin.shows("two.jsonl: File exists");
    // What is like that already is no failure, and what others wrote is listed.
    std::fs::write(out.join("alpha.md"), "mine").unwrap();
    admin.press("<esc><esc>ax").await;
    admin.take(Message::Paste(out.display().to_string()));
    admin.press("<enter>").await;
    admin.shows("1 document written into");
    admin.shows("Not written");
    admin.shows("alpha.md: there is another file");
    admin.shows("beta.md: there is another file");
}

#[tokio::test]
async fn rows_are_marked_and_deleted_after_a_question_that_names_them() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("  ").await;
    admin.shows("2 marked");
    admin.press("d").await;
    admin.shows("beta, gamma");
    admin.shows("y delete 2 documents");
    admin.press("n").await;
    admin.shows("2 marked");
    admin.press("dy").await;
    admin.shows("2 documents deleted; u takes it back");
    assert_eq!(admin.selected(), "alpha");
    let store = admin.store().await;
    assert_eq!(store.documents().count().await.unwrap(), 1);
    admin.press("u").await;
    admin.shows("Taken back: 2 documents deleted");
    assert_eq!(store.documents().count().await.unwrap(), 3);
    admin.press("u").await;
    admin.shows("There is nothing to undo");
    admin.press("g ad").await;
    admin.shows("delete 3 documents");
    admin.press("n<esc>ga ").await;
    admin.shows("all but 1 marked");
    admin.press("dy").await;
    admin.shows("2 documents deleted");
    assert_eq!(store.documents().count().await.unwrap(), 1);
}

#[tokio::test]
async fn a_document_is_made_and_renamed() {
    let mut admin = Admin::on(THREE, 140, 24).await;
    admin.press("cnew/one<enter>").await;
    admin.hides("is made");
    admin.press("<ctrl-s>").await;
    admin.shows("new/one is made");
    admin.press("<esc>gR").await;
    admin.press("<ctrl-u>The first<enter>").await;
    admin.shows("new/one is called The first now");
    let store = admin.store().await;
    assert_eq!(
        store
            .documents()
            .get("new/one")
            .await
            .unwrap()
            .unwrap()
            .name,
        "The first"
    );
}

#[tokio::test]
async fn a_document_deleted_meanwhile_is_told_of() {
    let mut admin = Admin::on(THREE, 100, 20).await;
    let other = Folio::connect(Config::sqlite(admin.folder.path().join("a.db")))
        .await
        .unwrap();
    other.documents().delete("alpha").await.unwrap();
    admin.press("G<enter>").await;
    assert!(
        admin.text().contains("has been deleted"),
        "{}",
        admin.text()
    );
    admin.press("<esc>r").await;
    assert_eq!(admin.selected(), "beta");
}

#[tokio::test]
async fn reading_again_keeps_the_row_wherever_in_the_list_it_is() {
    let codes: Vec<String> = (0..450).map(|row| format!("{row:04}")).collect();
    let documents: Vec<(&str, &str)> = codes.iter().map(|code| (code.as_str(), "text")).collect();
    let mut admin = Admin::on(&documents, 60, 24).await;
    admin.press("oog").await;
    for _ in 0..10 {
        admin.press("<pagedown>").await;
    }
    for row in 190..=430 {
        let row = format!("{row:04}");
        assert_eq!(admin.selected(), row);
        admin.press("r").await;
        assert_eq!(admin.selected(), row);
        admin.press("j").await;
    }
}

#[tokio::test]
async fn a_long_list_is_read_as_it_is_moved_through() {
    let codes: Vec<String> = (0..900).map(|row| format!("{row:04}")).collect();
    let documents: Vec<(&str, &str)> = codes.iter().map(|code| (code.as_str(), "text")).collect();
    let mut admin = Admin::on(&documents, 60, 24).await;
    admin.press("oog").await;
    assert_eq!(admin.selected(), "0000");
    for page in 1..30 {
        admin.press("<pagedown>").await;
        assert_eq!(admin.selected(), format!("{:04}", page * 19));
    }
    admin.press("G").await;
    assert_eq!(admin.selected(), "0899");
    admin.press("g").await;
    assert_eq!(admin.selected(), "0000");
}

#[tokio::test]
async fn a_search_finds_what_the_filter_has_and_says_so() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("tday<enter>jt\"by night\", day<enter>").await;
    admin.press("ftag:day<enter>/letter").await;
    admin.shows("2 found");
    admin.shows("only tag:day");
    admin
        .press("<esc>f<ctrl-u>tag:\"by night\" be<enter>/letter")
        .await;
    admin.shows("1 found");
    // Where nothing is found, it is told what was looked for.
    admin.press("<ctrl-u>river post").await;
    admin.press("<ctrl-u>third").await;
    admin.shows("read as");
    admin.shows("nothing found");
    admin.shows("third*  in 1 document");
    admin.shows("only code:be*");
    admin.press("<esc><esc>/kestrle").await;
    admin.shows("kestrle*  in no document");
}

#[tokio::test]
async fn a_query_that_finds_nothing_may_be_taken_for_another() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("/secnod").await;
    admin.shows("did you mean  second ?");
    admin.press("<ctrl-t>").await;
    admin.shows("/ second");
    admin.shows("1 found");
}

#[tokio::test]
async fn a_name_stands_beside_its_code_where_the_text_is_shown_too() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("R<ctrl-u>A name<enter><esc>").await;
    assert_eq!(admin.selected(), "gamma");
    let row = admin.text().lines().nth(2).unwrap().to_owned();
    assert!(row.contains("A name"), "{row}");
}

#[tokio::test]
async fn the_text_beside_a_hit_is_shown_where_it_was_found() {
    let lines: Vec<String> = (0..500).map(|n| format!("line {n}\n\n")).collect();
    let long = lines.concat().replace("line 400", "line 400 kestrel");
    let mut admin = Admin::on(&[("long", &long)], 100, 24).await;
    admin.shows("line 0");
    admin.press("/kestrel<enter>").await;
    admin.shows("line 400 kestrel");
    admin.press("<esc>").await;
    admin.shows("line 0");
}

#[tokio::test]
async fn a_document_is_edited_from_the_list() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("je").await;
    assert_eq!(admin.context(), crate::admin::command::Context::Editor);
    admin.press("x<ctrl-s><enter>").await;
    admin.shows("Saved as version 2 of beta");
}

#[tokio::test]
async fn another_order_or_filter_keeps_the_row_and_says_what_becomes_of_marks() {
    let mut admin = Admin::on(THREE, 100, 24).await;
    admin.press("jo").await;
    assert_eq!(admin.selected(), "beta");
    admin.press("fbe<enter><esc>").await;
    assert_eq!(admin.selected(), "beta");
    admin.press("gao").await;
    admin.shows("The marks are taken away");
}

#[tokio::test]
async fn the_text_beside_the_list_is_scrolled_and_its_tags_are_seen() {
    let lines: Vec<String> = (0..200).map(|n| format!("line {n}\n\n")).collect();
    let mut admin = Admin::on(&[("long", &lines.concat())], 100, 24).await;
    admin.press("tdraft<enter>").await;
    admin.shows("[draft]");
    admin.press("JJJJ").await;
    admin.hides("line 0 ");
    admin.shows("line 12");
    admin.press("KKKK").await;
    admin.shows("line 0");
}
