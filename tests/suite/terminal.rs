//! The admin in a real terminal.

use std::process::Command;
use std::time::{Duration, Instant};

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
fn a_folder_is_found_from_the_current_one_looked_at_and_taken_in() {
    let folio = Program::new();
    let notes = folio.home.path().join("notes");
    std::fs::create_dir(&notes).unwrap();
    for (name, text) in [("a.md", "# A"), ("b.md", "# B"), ("c.md", "a\0b")] {
        std::fs::write(notes.join(name), text).unwrap();
    }
    let mut terminal = Terminal::start(&folio, &[], 100, 24);
    terminal.wait_for("This store is empty");
    terminal.keys("i");
    terminal.wait_for("  notes/");
    terminal.keys("no");
    terminal.wait_for("> notes/");
    terminal.keys("\r");
    terminal.wait_for("all 3   refused 1   added 2");
    terminal.wait_for("c.md  has a NUL character");
    terminal.keys("R");
    terminal.wait_for("1 refused, 2 added; u takes it back");
    terminal.keys("1");
    terminal.wait_for("newest first");
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);
    let runs = folio.run(&["runs", "--json"]).json();
    assert_eq!(runs["items"][0]["added"], 2);
    // It is found again where it was left.
    let mut terminal = Terminal::start(&folio, &[], 100, 24);
    terminal.wait_for("newest first");
    terminal.keys("5");
    terminal.wait_for("/notes");
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);
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

/// An editor that reads a line from the terminal, of which no key may be taken, and writes it.
#[cfg(unix)]
fn asking_editor(folio: &Program) -> String {
    use std::os::unix::fs::PermissionsExt;
    let editor = folio.home.path().join("ed");
    let script =
        "#!/bin/sh\nprintf 'name: '; read name\nprintf 'written by %s' \"$name\" > \"$1\"\n";
    std::fs::write(&editor, script).unwrap();
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o755)).unwrap();
    editor.to_str().unwrap().to_owned()
}

#[cfg(unix)]
#[test]
fn the_users_own_editor_has_the_terminal_for_itself() {
    let folio = filled();
    let editor = asking_editor(&folio);
    let mut terminal = Terminal::start_with(&folio, &[], &[("EDITOR", &editor)], 100, 24);
    terminal.wait_for("gamma");
    terminal.keys("\r");
    terminal.wait_for("by the river");
    terminal.wait_for("e edit");
    terminal.keys("E");
    terminal.wait_for("name: ");
    assert!(!terminal.is_alternate());
    terminal.keys("ada lovelace\r");
    terminal.wait_for("+ written by ada lovelace");
    assert!(terminal.is_alternate());
    terminal.keys("\r");
    terminal.wait_for("Saved as version 2");
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);
    assert_eq!(
        folio.run(&["doc", "get", "gamma"]).out,
        "written by ada lovelace"
    );
}

#[cfg(unix)]
#[test]
fn a_text_that_is_being_typed_survives_the_programs_end() {
    let folio = filled();
    for (signal_name, word) in [("TERM", "first "), ("HUP", "second ")] {
        let mut terminal = Terminal::start(&folio, &[], 100, 24);
        terminal.wait_for("gamma");
        if word == "second " {
            terminal.wait_for("Texts that were not saved");
            terminal.keys("\r");
        } else {
            terminal.keys("\r");
            terminal.wait_for("e edit");
            terminal.keys("e");
        }
        terminal.wait_for("ctrl-s save");
        terminal.keys(word);
        terminal.wait_for(word);
        signal(signal_name, terminal.process());
        assert_eq!(terminal.end(), 0, "{signal_name}");
        assert!(!terminal.is_alternate());
    }
    let mut terminal = Terminal::start(&folio, &[], 100, 24);
    terminal.wait_for("Texts that were not saved");
    terminal.keys("\r");
    terminal.wait_for("second first the third");
    terminal.keys("\u{13}");
    terminal.wait_for("what would be saved");
    terminal.keys("\r");
    terminal.wait_for("Saved as version 2");
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);
    assert_eq!(
        folio.run(&["doc", "get", "gamma"]).out,
        "second first the third, by the river"
    );
}

/// Waits until a draft on disk has a text.
#[cfg(all(unix, debug_assertions))]
fn wait_for_draft(folio: &Program, terminal: &mut Terminal, text: &str) {
    let folder = folio.home.path().join(".local/state/folio/drafts");
    let has_it = || {
        let files = std::fs::read_dir(&folder).into_iter().flatten();
        files
            .filter_map(|file| std::fs::read_to_string(file.ok()?.path()).ok())
            .any(|draft| draft.contains(text))
    };
    let end = Instant::now() + Duration::from_secs(20);
    while !has_it() {
        assert!(Instant::now() < end, "no draft has {text:?}");
        terminal.listen(Duration::from_millis(10));
    }
}

/// A release can't be made to panic.
#[cfg(all(unix, debug_assertions))]
#[test]
fn a_panic_gives_the_terminal_back_and_loses_no_text() {
    let folio = filled();
    let variables = [("FOLIO_TEST_PANIC_ON_F24", "1")];
    let mut terminal = Terminal::start_with(&folio, &[], &variables, 100, 24);
    terminal.wait_for("gamma");
    terminal.keys("\r");
    terminal.wait_for("e edit");
    terminal.keys("e");
    terminal.wait_for("ctrl-s save");
    terminal.keys("kept ");
    wait_for_draft(&folio, &mut terminal, "kept the third");
    // F24, as terminals send it that tell keys apart.
    terminal.keys("\u{1b}[57387u");
    assert_eq!(terminal.end(), 101);
    assert!(!terminal.is_alternate());
    assert!(
        terminal.text().contains("the test asked for it"),
        "{terminal:?}"
    );
    let mut terminal = Terminal::start(&folio, &[], 100, 24);
    terminal.wait_for("Texts that were not saved");
    terminal.keys("\r");
    terminal.wait_for("ctrl-s save");
    terminal.wait_for("kept the third");
    terminal.keys("\u{3}");
    terminal.wait_for("This text is not saved");
    terminal.keys("\u{3}");
    assert_eq!(terminal.end(), 0);
}

#[cfg(unix)]
#[test]
fn what_the_users_own_editor_wrote_survives_a_signal_to_end() {
    let folio = filled();
    let editor = asking_editor(&folio);
    let mut terminal = Terminal::start_with(&folio, &[], &[("EDITOR", &editor)], 100, 24);
    terminal.wait_for("gamma");
    terminal.keys("\r");
    terminal.wait_for("e edit");
    terminal.keys("E");
    terminal.wait_for("name: ");
    // The editor has the terminal until it ends; then the program does.
    signal("TERM", terminal.process());
    terminal.keys("ada\r");
    assert_eq!(terminal.end(), 0);
    assert!(!terminal.is_alternate());
    let mut terminal = Terminal::start(&folio, &[], 100, 24);
    terminal.wait_for("edit gamma on");
    terminal.keys("\r");
    // The question shows how the text begins, too.
    terminal.wait_for("ctrl-s save");
    terminal.wait_for("written by ada");
    terminal.keys("\u{3}");
    terminal.wait_for("This text is not saved");
    terminal.keys("\u{3}");
    assert_eq!(terminal.end(), 0);
}

#[cfg(all(unix, debug_assertions))]
#[test]
fn two_at_once_lose_no_text_and_know_of_each_other() {
    let folio = filled();
    let editing = |word: &str| {
        let mut terminal = Terminal::start(&folio, &[], 100, 24);
        terminal.wait_for("gamma");
        terminal.keys("\r");
        terminal.wait_for("e edit");
        terminal.keys("e");
        terminal.wait_for("ctrl-s save");
        terminal.keys(word);
        terminal.wait_for(word);
        terminal
    };
    let mut one = editing("first ");
    wait_for_draft(&folio, &mut one, "first the third");
    let mut other = Terminal::start(&folio, &[], 100, 24);
    other.wait_for("gamma");
    other.keys("\r");
    other.wait_for("is being edited in another folio");
    other.keys("esecond ");
    other.wait_for("second the third");
    for terminal in [&mut one, &mut other] {
        terminal.keys("\u{3}");
        terminal.wait_for("This text is not saved");
        terminal.keys("\u{3}");
        assert_eq!(terminal.end(), 0);
    }
    let mut terminal = Terminal::start(&folio, &[], 100, 24);
    terminal.wait_for("Texts that were not saved");
    let offered = terminal.text().matches("edit gamma on").count();
    assert_eq!(offered, 2, "{}", terminal.text());
    terminal.keys("\u{3}");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_pasted_text_is_edited_as_it_is() {
    let folio = filled();
    let mut terminal = Terminal::start(&folio, &[], 100, 24);
    terminal.wait_for("gamma");
    terminal.keys("\r");
    terminal.wait_for("e edit");
    terminal.keys("e");
    terminal.wait_for("ctrl-s save");
    terminal.keys("\u{1b}[200~q\n:?\tx\u{1b}[201~");
    terminal.wait_for(":?    xthe third");
    terminal.keys("\u{13}");
    terminal.wait_for("what would be saved");
    terminal.keys("\r");
    terminal.wait_for("Saved as version 2");
    terminal.keys("q");
    assert_eq!(terminal.end(), 0);
    assert_eq!(
        folio.run(&["doc", "get", "gamma"]).out,
        "q\n:?\txthe third, by the river"
    );
}

#[test]
fn the_terminals_background_is_understood_and_never_typed() {
    let folio = filled();
    let mut terminal = Terminal::start(&folio, &[], 100, 24);
    terminal.wait_for("gamma");
    terminal.keys("/\u{1b}]11;rgb:ffff/ffff/ffff\u{1b}\\river");
    terminal.wait_for("/ river");
    terminal.wait_for("2 found");
    terminal.keys("\u{3}");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn what_another_program_left_on_the_screen_is_cleared() {
    let folio = filled();
    let mut terminal = Terminal::start(&folio, &[], 100, 24);
    terminal.wait_for("gamma");
    let sent = String::from_utf8_lossy(terminal.sent()).into_owned();
    let (_, after) = sent.split_once("\u{1b}[?1049h").unwrap();
    let cleared = after.find("\u{1b}[2J").unwrap();
    assert!(cleared < after.find("folio").unwrap());
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
