//! The admin in a real terminal.

use std::process::Command;

use support::on_both;
use support::program::Program;
use support::terminal::Terminal;

fn signal(name: &str, process: u32) {
    assert!(
        Command::new("kill")
            .args([format!("-{name}"), process.to_string()])
            .status()
            .unwrap()
            .success()
    );
}

fn filled() -> Program {
    let folio = Program::new();
    for (code, text) in [
        ("alpha", "the first, by the river"),
        ("beta", "the second"),
        ("gamma", "the third, by the river"),
    ] {
        assert_eq!(
            folio
                .run_with(&["doc", "put", code], text.as_bytes())
                .status,
            0
        );
    }
    folio
}

#[test]
fn it_starts_loads_the_sample_searches_and_leaves_the_terminal_as_it_was() {
    let folio = Program::new();
    let mut terminal = Terminal::start(&folio, &[], 100, 24);
    terminal.wait_for("This store is empty");
    assert!(terminal.is_alternate());
    terminal.keys("s");
    terminal.wait_for("12 documents and 24 turns");
    terminal.keys("/restor");
    terminal.wait_for("guide/history");
    terminal.wait_for("found in");
    terminal.keys("\u{1b}");
    terminal.wait_for("newest first");
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);
    assert!(!terminal.is_alternate());
}

#[test]
fn it_follows_the_terminals_size() {
    let folio = filled();
    let mut terminal = Terminal::start(&folio, &[], 120, 40);
    terminal.wait_for("by the river");
    terminal.resize(40, 10);
    terminal.wait("a title of 40 columns, and no preview", |terminal| {
        let text = terminal.text();
        text.contains("newest first") && text.contains("> gamma") && !text.contains("by the river")
    });
    terminal.resize(20, 5);
    terminal.wait("a list of three rows", |terminal| {
        let text = terminal.text();
        text.lines().count() == 5 && text.contains("> gamma") && text.ends_with("/ search  ? help")
    });
    terminal.resize(120, 40);
    terminal.wait_for("by the river");
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_pasted_text_is_a_query_and_no_keys() {
    let folio = filled();
    let mut terminal = Terminal::start(&folio, &[], 100, 24);
    terminal.wait_for("gamma");
    terminal.keys("/\u{1b}[200~river\nq\u{1b}[201~");
    terminal.wait_for("/ river q");
    terminal.wait_for("2 found");
    terminal.keys("\u{3}");
    assert_eq!(terminal.end(), 0);
}

#[cfg(unix)]
#[test]
fn every_signal_to_end_gives_the_terminal_back() {
    let folio = filled();
    for name in ["TERM", "INT", "HUP"] {
        let mut terminal = Terminal::start(&folio, &[], 80, 24);
        terminal.wait_for("gamma");
        assert!(terminal.is_alternate());
        signal(name, terminal.process());
        assert_eq!(terminal.end(), 0, "{name}");
        assert!(!terminal.is_alternate(), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn it_goes_to_the_background_and_comes_back() {
    let folio = filled();
    let mut terminal = Terminal::start(&folio, &[], 80, 24);
    terminal.wait_for("gamma");
    terminal.keys("\u{1a}");
    terminal.wait("the shell's screen", |terminal| !terminal.is_alternate());
    // A signal to go on that comes before the one to stop would be lost.
    terminal.wait_until_stopped();
    signal("CONT", terminal.process());
    terminal.wait("its own screen", Terminal::is_alternate);
    terminal.wait_for("> gamma");
    terminal.keys("j");
    terminal.wait_for("> beta");
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn without_a_terminal_it_says_so() {
    let ran = Program::new().run(&[]);
    assert_eq!(ran.status, 1);
    assert!(ran.said.contains("needs a terminal"), "{ran:?}");
}

on_both! {
    async fn it_browses_either_database(store: Store) {
        store.folio.documents().insert(service::NewDocument::new("kestrel", "Kestrel", "hovering over the hill")).await.unwrap();
        let program = Program::on(store.url());
        tokio::task::spawn_blocking(move || {
            let mut terminal = Terminal::start(&program, &[], 100, 24);
            terminal.wait_for("hovering over the hill");
            terminal.keys("/hover");
            terminal.wait_for("1 found");
            terminal.keys("\u{1b}");
            terminal.wait_for("newest first");
            terminal.keys("q");
            assert_eq!(terminal.end(), 0);
        }).await.unwrap();
    }
}
