//! Flows over threads: keys in, screen out.

use std::sync::Arc;

use service::{Config, Folio, ManualClock, NewMessage, PageRequest, ThreadId, TimeDelta, UserId};

use super::harness::{Admin, noon};
use crate::admin::command::Context;
use crate::admin::theme::Theme;

pub(super) fn id(id: &str) -> ThreadId {
    ThreadId::new(id).unwrap()
}

/// The admin on the threads of a store: `(thread, user, question, answer)`, a minute apart.
pub(super) async fn on(turns: &[(&str, &str, &str, &str)], columns: u16, rows: u16) -> Admin {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::sqlite(folder.path().join("a.db"));
    let clock = Arc::new(ManualClock::at(noon()));
    let folio = Folio::connect_with_clock(config.clone(), Arc::<ManualClock>::clone(&clock))
        .await
        .unwrap();
    for (thread, user, question, answer) in turns {
        clock.advance(TimeDelta::minutes(1));
        let turn = NewMessage::new(id(thread), *question, *answer);
        let turn = turn.by(UserId::new(*user).unwrap());
        folio.messages().save(turn).await.unwrap();
    }
    folio.close().await;
    let mut admin = Admin::with(config, folder, Theme::DARK, columns, rows).await;
    admin.press("2").await;
    admin
}

pub(super) const TALKS: &[(&str, &str, &str, &str)] = &[
    (
        "support-1",
        "ada",
        "How do I reset it?",
        "Hold the button for ten seconds.",
    ),
    ("support-2", "bob", "Where is the manual?", "On the shelf."),
    (
        "support-3",
        "ada",
        "Is there a kestrel in the yard?",
        "Yes, on the post.",
    ),
    (
        "support-1",
        "ada",
        "And then?",
        "Wait until it blinks.\nThen let go.",
    ),
];

async fn titles(admin: &Admin) -> Vec<(String, Option<String>, bool)> {
    let store = admin.store().await;
    let page = store
        .threads()
        .list(&service::ThreadFilter::all(), &PageRequest::first(10))
        .await
        .unwrap();
    store.close().await;
    let rows = page.items.into_iter();
    rows.map(|row| (row.id.to_string(), row.title, row.pinned))
        .collect()
}

#[tokio::test]
async fn threads_are_listed_by_their_last_turn_and_pinned_ones_come_first() {
    let mut admin = on(TALKS, 80, 24).await;
    assert_eq!(admin.context(), Context::Threads);
    admin.shows(">   support-1");
    admin.shows("3 threads, pinned first");
    admin.press("jjp").await;
    admin.shows("support-2 is pinned now");
    admin.press("g").await;
    admin.shows("> ^ support-2");
    admin.press("og").await;
    admin.shows(">   support-1");
}

#[tokio::test]
async fn a_filter_shows_a_users_threads_and_esc_takes_it_away() {
    let mut admin = on(TALKS, 80, 24).await;
    admin.press("fuser:bob<enter>").await;
    admin.shows("support-2");
    admin.hides("support-3");
    admin.shows("only user:bob");
    admin.press("<esc>").await;
    admin.shows("support-3");
    admin.press("fwho<enter>").await;
    admin.shows("is no filter");
    admin.shows("support-3");
}

#[tokio::test]
async fn a_thread_is_renamed_deleted_and_taken_back() {
    let mut admin = on(TALKS, 80, 24).await;
    admin.press("RThe button<enter>").await;
    admin.shows("support-1 is called The button now");
    admin.press("dj").await;
    admin.shows("1 thread with 2 messages");
    admin.press("y").await;
    admin.shows("1 thread deleted");
    assert_eq!(titles(&admin).await.len(), 2);
    admin.press("u").await;
    let back = titles(&admin).await;
    assert_eq!(
        back[0],
        ("support-1".to_owned(), Some("The button".to_owned()), false)
    );
    admin.press("ad").await;
    admin.shows("3 threads with 4 messages");
    admin.press("n").await;
    assert_eq!(titles(&admin).await.len(), 3);
}

#[tokio::test]
async fn a_search_over_all_that_was_said_leads_to_the_turn_among_its_neighbours() {
    let mut turns: Vec<(&str, &str, &str, &str)> = vec![("long", "ada", "filler", "words"); 60];
    turns[20] = ("long", "ada", "a kestrel?", "hovering");
    let mut admin = on(&turns, 80, 24).await;
    admin.press("/kestrel<enter>").await;
    admin.shows("1 found");
    admin.press("<enter>").await;
    assert_eq!(admin.context(), Context::Thread);
    admin.shows("Q  a kestrel?");
    assert!(admin.selected().contains("ada"), "{}", admin.text());
    // Its neighbours are there, above and below.
    admin.press("kk").await;
    admin.shows("Q  filler");
    admin.press("<esc><esc>").await;
    assert_eq!(admin.context(), Context::Threads);
    admin.shows("kestrel");
}

#[tokio::test]
async fn a_thread_is_read_from_its_end_and_long_answers_fold() {
    let rows: Vec<String> = (1..=60).map(|n| format!("row {n}")).collect();
    let long = rows.join("\n");
    let talk = [
        ("t", "ada", "first question", "first answer"),
        ("t", "ada", "second question", long.as_str()),
    ];
    let mut admin = on(&talk, 60, 20).await;
    admin.press("<enter>").await;
    admin.shows("Q  second question");
    admin.shows("row 8");
    admin.hides("row 9");
    admin.press("z").await;
    admin.shows("row 12");
    admin
        .press("<pagedown><pagedown><pagedown><pagedown>")
        .await;
    admin.shows("row 60");
    admin.press("z").await;
    admin.hides("row 9");
    admin.press("g").await;
    admin.shows("A  first answer");
    assert!(admin.selected().starts_with("ada"), "{}", admin.text());
}

#[tokio::test]
async fn a_turn_is_added_changed_and_deleted() {
    let mut admin = on(TALKS, 80, 24).await;
    admin.press("<enter>c").await;
    assert_eq!(admin.context(), Context::Turn);
    admin
        .press("Why<ctrl-n>Because<enter>it is so<ctrl-s>")
        .await;
    admin.shows("A turn is added");
    admin.shows("Q  Why");
    admin.shows("   it is so");
    admin.press("e<end>, though?<ctrl-s>").await;
    admin.shows("what would be saved");
    admin.shows("+ Why, though?");
    admin.hides("it is so");
    admin.press("<enter>").await;
    admin.shows("Q  Why, though?");
    admin.press("u").await;
    admin.shows("Q  Why");
    admin.hides("though?");
    admin.press("d").await;
    admin.shows("delete the turn");
    admin.press("y").await;
    admin.hides("Q  Why");
    admin.press("u").await;
    admin.shows("Q  Why");
}

#[tokio::test]
async fn the_list_comes_back_to_where_it_was_left() {
    let mut admin = on(TALKS, 120, 24).await;
    admin.press("ofuser:ada<enter>j<tab>").await;
    let mut admin = Box::pin(admin.again()).await;
    assert_eq!(admin.context(), Context::Threads);
    admin.shows("by time   only user:ada");
    admin.shows(">   support-3");
    admin.resize(120, 24).await;
    admin.hides("Yes, on the post.");
    admin.press("/kestrel<enter>").await;
    let mut admin = Box::pin(admin.again()).await;
    admin.shows("/ kestrel");
    admin.shows("1 found");
    admin.press("<esc>").await;
    admin.shows(">   support-3");
}

#[tokio::test]
async fn the_models_view_shows_where_the_thread_is_cut() {
    let words = "word ".repeat(100);
    let turns: Vec<(&str, &str, &str, &str)> = vec![("t", "ada", "why", words.as_str()); 50];
    let mut admin = on(&turns, 80, 24).await;
    admin.press("<enter>m").await;
    assert_eq!(admin.context(), Context::Seen);
    admin.shows("what a model sees with 4,000 tokens");
    admin.shows("39 turns kept, 3,939 tokens");
    admin.shows("cut: the 11 turns above do not fit");
    admin.press("---").await;
    admin.shows("4 turns kept");
    // Other budgets are typed.
    admin.press("b").await;
    admin.shows("How many tokens the model reads");
    admin.press("<ctrl-u>1.2k<enter>").await;
    admin.shows("what a model sees with 1,200 tokens");
    admin.press("b<ctrl-u>many<enter>").await;
    admin.shows("many is no number of tokens");
    // What was typed stays to be mended.
    admin.shows("> many");
    admin.press("<esc>-").await;
    admin.shows("with 1,000 tokens");
    // A long message is cut until it is unfolded.
    admin.press("G").await;
    admin.shows("word …");
    admin.press("<enter>").await;
    admin.hides("word …");
    admin.press("<enter>").await;
    admin.shows("word …");
    admin.press("<esc>").await;
    assert_eq!(admin.context(), Context::Thread);
}

#[tokio::test]
async fn a_thread_is_written_to_a_file() {
    let mut admin = on(TALKS, 80, 24).await;
    let path = admin.folder.path().join("talk.md");
    admin.press("x<ctrl-u>").await;
    admin.press(&format!("{}<enter>", path.display())).await;
    admin.shows("2 turns written");
    let written = std::fs::read_to_string(&path).unwrap();
    assert!(
        written.contains("---\n# support-1\n\n<!-- folio-turn {"),
        "{written}"
    );
    assert!(
        written.contains("How do I reset it?\n\n<!-- folio-answer -->\n\n## assistant\n\nHold"),
        "{written}"
    );
    admin.press("<enter>x<ctrl-u>").await;
    let path = admin.folder.path().join("talk.json");
    admin.press(&format!("{}<enter>", path.display())).await;
    let written = std::fs::read_to_string(&path).unwrap();
    let turns: Vec<serde_json::Value> = serde_json::from_str(&written).unwrap();
    assert_eq!(turns[1]["answer"], "Wait until it blinks.\nThen let go.");
}

#[tokio::test]
async fn whose_thread_it_is_and_how_long_are_seen_beside_the_turns() {
    let mut admin = on(TALKS, 120, 40).await;
    admin.press("p").await;
    admin.shows("^ pinned   thread");
    admin.shows("> ^ support-1");
    let row = admin.text();
    let row = row.lines().find(|line| line.contains("support-1")).unwrap();
    for seen in ["ada", " 2 ", "2026-09-21", "│"] {
        assert!(row.contains(seen), "{seen} in {row}");
    }
}

#[tokio::test]
async fn marked_threads_are_pinned_and_written_to_files() {
    let mut admin = on(TALKS, 100, 24).await;
    admin.press("  p").await;
    admin.shows("2 threads pinned now; u takes it back");
    let pinned =
        |rows: Vec<(String, Option<String>, bool)>| rows.iter().filter(|row| row.2).count();
    assert_eq!(pinned(titles(&admin).await), 2);
    admin.press("u").await;
    assert_eq!(pinned(titles(&admin).await), 0);
    admin.press("ap").await;
    admin.shows("3 threads pinned now");
    admin.press("gap").await;
    admin.shows("3 threads not pinned any longer");
    assert_eq!(pinned(titles(&admin).await), 0);
    let out = admin.folder.path().join("out");
    admin.press(&format!("ax{}<enter>", out.display())).await;
    admin.shows("3 files written into");
    let written = std::fs::read_to_string(out.join("support-2.md")).unwrap();
    assert!(written.contains("On the shelf."), "{written}");
    admin.press(&format!("x{}<enter>", out.display())).await;
    admin.shows("0 files written");
    admin.shows("support-1.md");
    admin.press("<esc>a").await;
    let lines = admin.folder.path().join("all.jsonl");
    admin.press(&format!("x{}<enter>", lines.display())).await;
    admin.shows("4 turns written to");
    // It can be taken in again.
    let (config, _folder) = super::harness::store(&[]).await;
    let store = Folio::connect(config).await.unwrap();
    let file = std::io::BufReader::new(std::fs::File::open(lines).unwrap());
    let cancel = service::CancellationToken::new();
    let taken = store.import_turns(file, &cancel, |_| {}).await.unwrap();
    assert_eq!(taken.total, 4);
}

#[tokio::test]
async fn an_open_thread_is_found_again_at_its_turn() {
    let mut admin = on(TALKS, 80, 24).await;
    admin.press("<enter>k").await;
    admin.shows("Hold the button");
    let mut admin = Box::pin(admin.again()).await;
    assert_eq!(admin.context(), Context::Thread);
    admin.press("d").await;
    admin.shows("How do I reset it?");
    admin.press("n<esc>").await;
    assert_eq!(admin.context(), Context::Threads);
    admin.shows(">   support-1");
}

#[tokio::test]
async fn how_threads_look() {
    for (columns, rows) in [(80, 24), (120, 40), (40, 10), (20, 5)] {
        let mut admin = on(TALKS, columns, rows).await;
        admin.press("jjpG g").await;
        admin.pass(std::time::Duration::from_secs(6)).await;
        admin.looks_like(&format!("threads-{columns}x{rows}"));
        admin.press("<esc>gj<enter>k").await;
        admin.looks_like(&format!("thread-{columns}x{rows}"));
        super::naughty::check(&admin);
    }
    let mut admin = on(TALKS, 80, 16).await;
    admin.press("<enter>m").await;
    admin.looks_like("thread-seen");
    admin.press("<esc>e").await;
    admin.looks_like("thread-turn");
    admin.resize(20, 5).await;
    admin.press("<ctrl-n>").await;
    admin.looks_like("thread-turn-20x5");
}

#[tokio::test]
async fn no_size_and_no_text_breaks_threads_and_the_trash() {
    use super::naughty::{NAUGHTY, check};
    let all = NAUGHTY.concat();
    let long = all.repeat(40);
    let ids: Vec<String> = (0..20)
        .map(|n| format!("{n:02} {}", NAUGHTY[n % NAUGHTY.len()].replace('\0', "")))
        .collect();
    let mut turns: Vec<(&str, &str, &str, &str)> = ids
        .iter()
        .zip(NAUGHTY.iter().cycle())
        .map(|(id, user)| (id.as_str(), *user, all.as_str(), long.as_str()))
        .collect();
    turns.extend(vec![(ids[0].as_str(), "ada", "q", "a"); 30]);
    let mut admin = on(&turns, 120, 40).await;
    for (columns, rows) in super::naughty::ANY_SIZE {
        admin.resize(columns, rows).await;
        for keys in [
            "jj va*- G",
            "<enter>zZgjjG<pageup><pagedown>",
            "m+-jG<esc>e<ctrl-n>x<ctrl-s>jk<esc><esc><down><down><enter>",
            "dn<esc><esc>",
            "/red<enter>jd",
            "n<enter>k<esc><esc><esc>",
            "x<esc>R<esc>fuser:nobody<enter><esc>",
            "gdy3<tab>j<tab><tab>j<enter>n2",
        ] {
            admin.press(keys).await;
            check(&admin);
        }
    }
}

#[tokio::test]
async fn an_open_thread_is_renamed_and_pinned() {
    let mut admin = on(TALKS, 100, 24).await;
    admin.press("<enter>RButtons<enter>").await;
    admin.shows("support-1 is called Buttons now");
    admin.press("p").await;
    admin.shows("support-1 (Buttons) is pinned now");
    admin.shows("^ Buttons");
}
