use proptest::prelude::*;

use super::rows::layout;
use super::*;
use crate::admin::command::Key;

fn press(editor: &mut Editor, keys: &[&str]) {
    for name in keys {
        editor.key(Key::parse(name).unwrap().event(), 20, 5);
    }
}

fn shifted(code: KeyCode) -> KeyEvent {
    KeyEvent::new(code, KeyModifiers::SHIFT)
}

#[test]
fn a_text_comes_out_as_it_went_in() {
    for text in [
        "",
        "\n",
        "a\r\nb\r\n",
        "one\n\n\ttwo \u{202e}x\u{1b}[31m",
        "no end",
    ] {
        assert_eq!(Editor::new(text).text(), text);
    }
}

#[test]
fn typing_is_taken_back_by_words_and_made_again() {
    let mut editor = Editor::new("");
    press(
        &mut editor,
        &["o", "n", "e", "space", "t", "w", "o", "enter", "x"],
    );
    assert_eq!(editor.text(), "one two\nx");
    editor.undo();
    assert_eq!(editor.text(), "one two\n");
    editor.undo();
    editor.undo();
    assert_eq!(editor.text(), "one");
    editor.redo();
    assert_eq!(editor.text(), "one two");
    press(&mut editor, &["!"]);
    assert_eq!(
        (editor.redo(), editor.text().as_str()),
        (Edited::Nothing, "one two!")
    );
}

#[test]
fn characters_are_those_of_readers() {
    let mut editor = Editor::new("ae\u{301}👩‍👩‍👧日");
    press(&mut editor, &["end", "backspace", "backspace", "backspace"]);
    assert_eq!(editor.text(), "a");
}

#[test]
fn a_selection_is_replaced_by_what_is_typed() {
    let mut editor = Editor::new("one two three\nfour");
    press(&mut editor, &["ctrl-right", "right"]);
    for _ in 0..2 {
        editor.key(shifted(KeyCode::Down), 20, 5);
    }
    assert_eq!(editor.selected().as_deref(), Some("two three\nfour"));
    press(&mut editor, &["x"]);
    assert_eq!(editor.text(), "one x");
    editor.undo();
    assert_eq!(editor.text(), "one two three\nfour");
}

#[test]
fn up_and_down_keep_their_column() {
    let mut editor = Editor::new("long line\nab\nlong line");
    press(&mut editor, &["end", "down", "down"]);
    assert_eq!(editor.position(), (3, 10));
    press(&mut editor, &["up"]);
    assert_eq!(editor.position(), (2, 3));
}

#[test]
fn what_cannot_be_seen_is_shown_by_a_sign() {
    let editor = Editor::new("a\u{202e}b\u{1b}[31m\tc\r");
    let row = editor.screen(40, 1).remove(0);
    assert_eq!(row.pieces[0].0, "a\u{fffd}b␛[31m    c␍");
}

#[test]
fn lines_are_broken_between_words() {
    let rows = |line: &str| -> Vec<String> {
        layout(line, 11)
            .into_iter()
            .map(|row| line[row].to_owned())
            .collect()
    };
    assert_eq!(rows("the quick brown fox"), ["the quick ", "brown fox"]);
    assert_eq!(rows("abcdefghijklmnop"), ["abcdefghij", "klmnop"]);
    assert_eq!(rows(""), [""]);
}

#[test]
fn a_line_that_would_be_too_long_is_refused_with_its_length() {
    let most = "x".repeat(MAX_LINE);
    let mut editor = Editor::new("ab");
    press(&mut editor, &["right"]);
    // Lines between the first and the last stand alone.
    let lines = format!("1\n{most}\n2");
    assert_eq!(editor.paste(&lines), Edited::Text);
    assert_eq!(editor.text(), format!("a1\n{most}\n2b"));
    for (pasted, length) in [
        (format!("1\n{most}x\n2"), MAX_LINE + 1),
        (format!("1\n{most}"), MAX_LINE + 1),
        ("x".repeat(40_000), 40_002),
    ] {
        assert_eq!(editor.paste(&pasted), Edited::TooLong(length));
    }
    press(&mut editor, &["up"]);
    let typed = editor.key(Key::parse("y").unwrap().event(), 20, 5);
    assert_eq!(typed, Edited::TooLong(MAX_LINE + 1));
    // What is selected makes room for what replaces it.
    editor.key(shifted(KeyCode::Left), 20, 5);
    assert_eq!(editor.paste("y"), Edited::Text);
}

fn any_key() -> impl Strategy<Value = KeyEvent> {
    let codes = prop_oneof![
        any::<char>().prop_map(KeyCode::Char),
        Just(KeyCode::Enter),
        Just(KeyCode::Tab),
        Just(KeyCode::Backspace),
        Just(KeyCode::Delete),
        Just(KeyCode::Left),
        Just(KeyCode::Right),
        Just(KeyCode::Up),
        Just(KeyCode::Down),
        Just(KeyCode::Home),
        Just(KeyCode::End),
        Just(KeyCode::PageUp),
        Just(KeyCode::PageDown),
    ];
    (
        codes,
        prop_oneof![
            Just(KeyModifiers::NONE),
            Just(KeyModifiers::SHIFT),
            Just(KeyModifiers::CONTROL),
            Just(KeyModifiers::ALT)
        ],
    )
        .prop_map(|(code, modifiers)| KeyEvent::new(code, modifiers))
}

proptest! {
    #[test]
    fn no_key_breaks_a_text_and_all_is_taken_back(
        text in "[a-c \\n\\t日e\u{301}👩‍👧\u{202e}\u{1b}]{0,80}",
        keys in prop::collection::vec(any_key(), 0..60),
        columns in 1_usize..24,
        rows in 1_usize..8,
    ) {
        let mut editor = Editor::new(&text);
        for key in keys {
            editor.key(key, columns, rows);
            editor.show(columns, rows);
            let screen = editor.screen(columns, rows);
            prop_assert!(screen.len() <= rows);
            prop_assert_eq!(screen.iter().filter(|row| row.cursor.is_some()).count(), 1);
        }
        while editor.undo() == Edited::Text {}
        prop_assert_eq!(editor.text(), text);
    }
}
