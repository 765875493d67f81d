//! Flows over the search of documents and messages: keys in, screen out.

use std::sync::Arc;

use crossterm::event::MouseEventKind;
use service::{Config, Folio, ManualClock, NewDocument, NewMessage, ThreadId, TimeDelta, UserId};

use super::harness::{Admin, noon};
use super::naughty::{NAUGHTY, check};
use crate::admin::command::Context;
use crate::admin::message::Message;
use crate::admin::theme::Theme;

const BIRDS: &str = "# Birds\n\nA kestrel is small.\n\n## Falcons\n\nFalcons are fast, and \
                     the kestrel hovers.\n\n## Owls\n\nThe barn owl flies at night.";

/// The admin on the search of a store with documents, and messages of two threads.
async fn on(theme: Theme, columns: u16, rows: u16) -> Admin {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::sqlite(folder.path().join("a.db"));
    let clock = Arc::new(ManualClock::at(noon()));
    let folio = Folio::connect_with_clock(config.clone(), Arc::<ManualClock>::clone(&clock))
        .await
        .unwrap();
    for (code, name, text) in [
        ("guide/birds", "Birds of the yard", BIRDS),
        (
            "guide/trees",
            "Trees",
            "# Trees\n\nAn oak, and in it a kestrel.",
        ),
        ("notes", "notes", "Nothing to see."),
    ] {
        clock.advance(TimeDelta::minutes(1));
        let document = NewDocument::new(code, name, text);
        folio.documents().insert(document).await.unwrap();
    }
    for (thread, question, answer) in [
        (
            "yard",
            "Is there a kestrel in the yard?",
            "Yes, on the post.",
        ),
        ("yard", "And an owl?", "At night it is there."),
        ("manual", "Where is the manual?", "On the shelf."),
    ] {
        clock.advance(TimeDelta::minutes(1));
        let turn = NewMessage::new(ThreadId::new(thread).unwrap(), question, answer);
        let turn = turn.by(UserId::new("ada").unwrap());
        folio.messages().save(turn).await.unwrap();
    }
    folio.close().await;
    let mut admin = Admin::with(config, folder, theme, columns, rows).await;
    admin.press("4").await;
    admin
}

#[tokio::test]
async fn documents_and_messages_are_found_as_the_query_is_typed() {
    let mut admin = on(Theme::DARK, 80, 24).await;
    assert_eq!(admin.context(), Context::Search);
    admin.shows("-without, this OR that");
    admin.press("kest").await;
    admin.shows("read as  kest*");
    admin.shows("Documents  2");
    admin.shows("Messages  1");
    admin.shows("Is there a kestrel in the yard?");
    admin.shows("documents: 2   messages: 1");
    // Every letter is typed, also those that are keys elsewhere.
    admin.press("<ctrl-u>1q]?").await;
    admin.shows("/ 1q]?");
    admin.press("<ctrl-u>").await;
    admin.hides("Documents  0");
    admin.hides("nothing found");
    admin.shows("-without, this OR that");
}

#[tokio::test]
async fn one_goes_through_both_kinds_and_from_one_to_the_other() {
    let mut admin = on(Theme::DARK, 80, 24).await;
    admin.press("kestrel<enter>").await;
    assert_eq!(admin.context(), Context::Hits);
    let first = admin.selected();
    assert!(first.starts_with("guide/"), "{first}");
    admin.press("jj").await;
    assert_eq!(admin.selected(), "yard");
    admin.press("<tab>").await;
    assert_eq!(admin.selected(), first);
    admin.press("<tab>").await;
    assert_eq!(admin.selected(), "yard");
    admin.mouse(MouseEventKind::ScrollUp, 5, 8).await;
    assert_eq!(admin.selected(), first);
    admin.press("/<end> owl").await;
    admin.shows("/ kestrel owl");
}

#[tokio::test]
async fn a_document_opens_where_it_fits_and_leads_back() {
    let mut admin = on(Theme::DARK, 80, 8).await;
    admin.press("hovers<enter>").await;
    admin.shows("Birds > Falcons, line 7");
    admin.press("<enter>").await;
    assert_eq!(admin.context(), Context::Document);
    admin.shows("the kestrel hovers");
    admin.hides("A kestrel is small");
    // The words that are marked go first, then the document.
    admin.press("<esc><esc>").await;
    assert_eq!(admin.context(), Context::Hits);
    assert_eq!(admin.selected(), "guide/birds");
    // The list of documents is where it was, and leads back to itself.
    admin.press("1").await;
    assert_eq!(admin.context(), Context::Documents);
    admin.press("<enter><esc>").await;
    assert_eq!(admin.context(), Context::Documents);
}

#[tokio::test]
async fn a_message_opens_in_its_thread_and_leads_back() {
    let mut admin = on(Theme::DARK, 80, 24).await;
    admin.press("kestrel yard<enter><tab><enter>").await;
    assert_eq!(admin.context(), Context::Thread);
    admin.shows("Is there a kestrel in the yard?");
    admin.shows("And an owl?");
    // The words that are marked go first, then the thread.
    admin.press("<esc><esc>").await;
    assert_eq!(admin.context(), Context::Hits);
    assert_eq!(admin.selected(), "yard");
    admin.press("<esc><esc>").await;
    assert_eq!(admin.context(), Context::Documents);
}

#[tokio::test]
async fn where_nothing_is_found_the_screen_says_why_and_knows_a_way_on() {
    let mut admin = on(Theme::DARK, 80, 24).await;
    admin.press("kestrle -owl ").await;
    admin.shows("nothing found");
    admin.shows("kestrle  in no document, in no message; like it: kestrel");
    admin.shows("owl  has to be missing");
    admin.shows("did you mean  kestrel -owl ?");
    admin.looks_like("search-nothing");
    admin.press("<ctrl-t>").await;
    admin.shows("/ kestrel -owl");
    admin.shows("Messages  1");
    admin.press("<ctrl-t>").await;
    admin.shows("There is no other query to suggest");
    admin.press("<ctrl-u>-owl").await;
    admin.shows("something to leave out, with nothing to look for");
}

#[tokio::test]
async fn a_query_without_a_word_is_told_from_one_that_finds_nothing() {
    let mut admin = on(Theme::DARK, 80, 24).await;
    for screen in ["", "<esc><esc>/"] {
        admin.press(screen).await;
        for query in ["((", "\"", "*", "\u{1f600}"] {
            admin.press("<ctrl-u>").await;
            admin.press(query).await;
            admin.shows("there is no word in it to look for");
            admin.hides("nothing found");
        }
        admin.press("<ctrl-u>zzzz").await;
        admin.shows("nothing found");
    }
}

#[tokio::test]
async fn a_click_selects_and_another_one_opens() {
    let mut admin = on(Theme::DARK, 80, 24).await;
    admin.press("kestrel").await;
    admin.click("Is there a kestrel").await;
    assert_eq!(admin.selected(), "yard");
    admin.click("Is there a kestrel").await;
    assert_eq!(admin.context(), Context::Thread);
    admin.press("<esc><esc>").await;
    admin.click("/ kestrel").await;
    assert_eq!(admin.context(), Context::Search);
}

#[tokio::test]
async fn the_query_is_found_again_at_the_next_start() {
    let mut admin = on(Theme::DARK, 80, 24).await;
    admin.press("kestrel").await;
    let admin = Box::pin(admin.again()).await;
    admin.shows("/ kestrel");
    admin.shows("Messages  1");
}

#[tokio::test]
async fn more_hits_come_as_one_goes_through_them() {
    let mut admin = on(Theme::DARK, 80, 24).await;
    let store = admin.store().await;
    for n in 0..250 {
        let document = NewDocument::new(format!("many/{n:03}"), "many", format!("merlin {n}"));
        store.documents().insert(document).await.unwrap();
    }
    for n in 0..120 {
        let thread = ThreadId::new(format!("talk-{n:03}")).unwrap();
        let turn = NewMessage::new(thread, "a merlin?", "yes");
        store.messages().save(turn).await.unwrap();
    }
    store.close().await;
    admin.press("merlin<enter>").await;
    admin.shows("Documents  250, the best 100");
    // Up to the last of the messages, which then are all there.
    admin.press("GGG").await;
    admin.shows("Messages  120");
    admin.hides("Messages  120, the best");
    let last = admin.selected();
    // And up to the last of the documents: what is shown stays while more come.
    admin.press("g").await;
    admin.shows("Documents  250, the best 100");
    for _ in 0..31 {
        admin.press("<pagedown>").await;
    }
    admin.press("nN").await;
    admin.shows("Documents  250");
    admin.hides("the best");
    admin.press("GG").await;
    assert_eq!(admin.selected(), last);
}

#[tokio::test]
async fn another_query_is_hinted_at_where_there_is_one() {
    let mut admin = on(Theme::DARK, 100, 24).await;
    admin.press("kestrel").await;
    admin.hides("did you mean");
    admin.press("<ctrl-u>kestrle").await;
    admin.shows("ctrl-t did you mean");
}

#[tokio::test]
async fn how_the_search_looks() {
    for (columns, rows) in [(80, 24), (120, 40), (40, 10), (20, 5)] {
        let mut admin = on(Theme::DARK, columns, rows).await;
        admin.press("kestrel<enter>j").await;
        admin.looks_like(&format!("everything-{columns}x{rows}"));
    }
    for (name, theme) in [("light", Theme::LIGHT), ("mono", Theme::MONO)] {
        let mut admin = on(theme, 80, 7).await;
        admin.press("kestrel<enter>").await;
        admin.looks_like(&format!("everything-{name}"));
    }
}

#[tokio::test]
async fn no_query_and_no_text_breaks_the_search() {
    let mut admin = on(Theme::DARK, 80, 24).await;
    let store = admin.store().await;
    let all = NAUGHTY.concat();
    let text = format!("# {all}\n\nkestrel {all}").replace('\u{0}', "");
    let document = NewDocument::new("naughty", all.replace('\u{0}', ""), text.clone());
    store.documents().insert(document).await.unwrap();
    let turn = NewMessage::new(ThreadId::new("naughty").unwrap(), text.clone(), text);
    store.messages().save(turn).await.unwrap();
    store.close().await;
    for (columns, rows) in super::naughty::ANY_SIZE {
        admin.resize(columns, rows).await;
        for query in NAUGHTY
            .iter()
            .copied()
            .chain(["kestrel", "-\"", "((", "zzz OR"])
        {
            admin.press("<ctrl-u>").await;
            admin.take(Message::Paste(query.to_owned()));
            admin.settle().await;
            check(&admin);
            admin.press("<enter>jG<tab>").await;
            check(&admin);
            admin.press("<esc>").await;
        }
    }
}
