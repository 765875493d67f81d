//! No stored text gives the terminal an order: the bytes that the admin sends are its own.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use service::{DocumentChange, NewDocument, NewMessage, ThreadId, UserId};
use support::program::Program;
use support::terminal::Terminal;
use support::{Kind, Store};

/// What a text may try on a terminal: to give it a title, fill its clipboard, ask it something that
/// it would type as an answer, change its modes and its screen, or turn its rows around.
const ORDERS: [&str; 8] = [
    "\u{1b}]0;owned\u{7}\u{1b}]2;owned\u{1b}\\",
    "\u{1b}]52;c;b3duZWQ=\u{7}",
    "\u{1b}[6n\u{1b}[c\u{1b}[21t\u{5}\u{1b}P+q6E61\u{1b}\\",
    "\u{1b}[?1049l\u{1b}[?2004h\u{1b}[?1003h\u{1b}c\u{1b}[3J",
    "\u{9b}2J\u{9d}0;owned\u{9c}\u{90}q\u{9c}\u{85}",
    "\u{202e}owned\u{2066}\u{200f}",
    "\u{8}\u{8}\u{7f}\u{b}\u{c}\u{e}\u{f}\r",
    "\u{1b}_Ga=T;AAAA\u{1b}\\\u{1b}^x\u{1b}\\\u{1b}X\u{1b}\\\u{1b}(0\u{1b}#8",
];

/// The orders that a program gave its terminal: what follows each ESC, and other characters that
/// act on one.
fn orders(sent: &[u8]) -> BTreeSet<String> {
    let sent = std::str::from_utf8(sent).unwrap();
    let mut orders = BTreeSet::new();
    let mut rest = sent;
    while let Some(at) = rest.find(|char: char| {
        char.is_control() && char != '\r' && char != '\n'
            || matches!(char, '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    }) {
        let acts = &rest[at..];
        let csi = acts.strip_prefix("\u{1b}[");
        let order = match csi
            .and_then(|csi| Some((csi, csi.find(|char| matches!(char, '@'..='~'))?)))
        {
            // Colours and places differ each time.
            Some((csi, end)) if matches!(&csi[end..=end], "m" | "H") => csi[end..=end].to_owned(),
            Some((csi, end)) => csi[..=end].to_owned(),
            None => {
                let shown = if acts.starts_with('\u{1b}') { 4 } else { 1 };
                acts.chars().take(shown).collect::<String>()
            }
        };
        orders.insert(order);
        let mut chars = acts.chars();
        chars.next();
        rest = chars.as_str();
    }
    orders
}

#[test]
fn every_order_is_heard() {
    let sent = "a\u{1b}[31mb\r\n\u{1b}[2;3Hc\u{1b}[?25l\u{1b}]0;t\u{7}\u{9b}2J\u{202e}";
    let heard: Vec<String> = orders(sent.as_bytes()).into_iter().collect();
    let wanted = [
        "\u{7}",
        "\u{1b}]0;t",
        "?25l",
        "H",
        "m",
        "\u{9b}",
        "\u{202e}",
    ];
    let mut wanted: Vec<String> = wanted.map(|order| order.chars().take(4).collect()).to_vec();
    wanted.sort();
    assert_eq!(heard, wanted);
}

/// Through every screen, its parts and what lies over them.
const WALK: &str = "jjk|R~|t~|d|n|f|tag:x^|~|/kestrel|^|^|s|m|m|Hjj|~|e|x|$|~|~|>>^|~|2|jj|^|m|~|e|~|d|n|~|x~|3j|<j|<j|<jj|4kestrel|^jjj|~~|5a|notes|^j|^j|~R|<j|^j|6G|7G|:|~|?|~|1";

/// A store in which everything has one of these texts for its name and content, some of it deleted,
/// and a folder with files that do.
async fn fill(store: &Store, notes: &Path, texts: &[&str]) {
    let folio = store.folio.acting_as(texts[0]);
    std::fs::create_dir(notes).unwrap();
    for (n, text) in texts.iter().enumerate() {
        let code = format!("{n} {text}");
        let content = format!("# {text}\n\n- kestrel {text}\n\n```\n{text}\n```\n");
        let new = NewDocument::new(&code, *text, content);
        let new = new.with_metadata(serde_json::json!({ "tags": [text] }));
        folio.documents().insert(new).await.unwrap();
        let change = DocumentChange::new().content(format!("kestrel {text}\n"));
        folio.documents().update(&code, &change).await.unwrap();
        let thread = ThreadId::new(&code).unwrap();
        let turn = NewMessage::new(thread.clone(), format!("kestrel {text}"), *text);
        let turn = turn.by(UserId::new(*text).unwrap());
        folio.messages().save(turn).await.unwrap();
        folio.threads().rename(&thread, Some(text)).await.unwrap();
        if n % 2 == 1 {
            folio.documents().delete(&code).await.unwrap();
            folio.threads().delete(&thread).await.unwrap();
        }
        let file = format!("{n} {}.md", text.replace('/', "_"));
        std::fs::write(notes.join(file), text).unwrap();
    }
}

/// The orders that are given on a walk through such a store.
async fn given(texts: &[&str]) -> BTreeSet<String> {
    let store = Store::fresh(Kind::Sqlite).await;
    let folio = Program::on(store.url());
    fill(&store, &folio.home.path().join("notes"), texts).await;
    let mut terminal = Terminal::start(&folio, &[], 100, 30);
    terminal.wait_for("newest first");
    for keys in WALK.split('|') {
        let keys = keys
            .replace('~', "\u{1b}")
            .replace('^', "\r")
            .replace('<', "\t");
        let keys = keys.replace('$', "\u{13}").replace('>', "\u{1b}[B");
        terminal.keys(&keys);
        // Whatever comes of them: also on a slow machine every screen is come to, if not at rest.
        terminal.listen(Duration::from_millis(60));
    }
    terminal.resize(20, 5);
    terminal.listen(Duration::from_millis(60));
    terminal.keys("\u{3}");
    assert_eq!(terminal.end(), 0);
    assert!(!terminal.is_alternate(), "{terminal:?}");
    orders(terminal.sent())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_stored_text_gives_the_terminal_an_order_on_any_screen() {
    let plain: Vec<String> = (0..ORDERS.len()).map(|n| format!("plain {n}")).collect();
    let plain: Vec<&str> = plain.iter().map(String::as_str).collect();
    let (own, with_orders) = (given(&plain).await, given(&ORDERS).await);
    let foreign: Vec<&String> = with_orders.difference(&own).collect();
    assert!(own.len() > 5 && foreign.is_empty(), "{foreign:?}");
}
