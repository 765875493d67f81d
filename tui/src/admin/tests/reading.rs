//! A document that is read: looked through, and edited from where one is.

use ratatui::style::Modifier;

use super::document::first_line;
use super::harness::Admin;

#[tokio::test]
async fn words_are_found_and_gone_through() {
    let line = |n| format!("line {n}{}", if n % 50 == 49 { " KESTREL" } else { "" });
    let long = (0..200).map(line).collect::<Vec<_>>().join("\n\n");
    let mut admin = Admin::on(&[("long", &long)], 80, 24).await;
    for source in ["", "s"] {
        admin.press("<enter>").await;
        admin.press(source).await;
        admin.press("/kestr").await;
        admin.shows("1 of 4 found");
        admin.shows("line 49 KESTREL");
        admin.press("<enter>n").await;
        admin.shows("2 of 4 found");
        admin.press("nnn").await;
        admin.shows("1 of 4 found");
        admin.press("N").await;
        admin.shows("line 199 KESTREL");
        admin.press("<esc>/zzz").await;
        admin.shows("not found");
        admin.press("<esc><esc><esc>").await;
    }
    admin.press("/kestrel<enter><enter>").await;
    admin.shows("1 of 4 found");
}

/// The words on the screen that are underlined, in the order of rows: what was found.
fn found_words(admin: &Admin, is_current: bool) -> Vec<String> {
    let buffer = admin.buffer();
    let rows = buffer.content().chunks(usize::from(buffer.area.width));
    let is_it = |cell: &ratatui::buffer::Cell| {
        let has = |modifier| cell.modifier.contains(modifier);
        has(Modifier::UNDERLINED) && has(Modifier::REVERSED) == is_current
    };
    let words = rows.map(|cells| {
        let symbols = cells
            .iter()
            .map(|cell| if is_it(cell) { cell.symbol() } else { "\n" });
        symbols.collect::<String>()
    });
    let words: Vec<String> = words.collect();
    let words = words.iter().flat_map(|row| row.split('\n'));
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

#[tokio::test]
async fn every_place_is_found_and_the_one_that_was_gone_to_differs() {
    let short = [("short", "foo foo foo\n\nfoo bar\n")];
    let (config, folder) = super::harness::store(&short).await;
    let theme = crate::admin::theme::Theme::MONO;
    let mut admin = Admin::with(config, folder, theme, 80, 24).await;
    for source in ["", "s"] {
        admin.press("<enter>").await;
        admin.press(source).await;
        admin.press("/foo").await;
        admin.shows("1 of 4 found");
        admin.press("<enter>nnn").await;
        admin.shows("4 of 4 found");
        assert_eq!(found_words(&admin, false), ["foo"; 3]);
        assert_eq!(found_words(&admin, true), ["foo"]);
        // A text that fits is not moved.
        admin.shows("foo foo foo");
        admin.press("n").await;
        admin.shows("1 of 4 found");
        admin.press("<esc><esc>").await;
    }
}

#[tokio::test]
async fn a_word_far_inside_a_long_line_is_gone_to() {
    let mut words = vec!["word"; 8_000];
    words[5_000] = "KESTREL";
    let long = words.join(" ");
    let mut admin = Admin::on(&[("long", &long)], 80, 24).await;
    for source in ["", "s"] {
        admin.press("<enter>").await;
        admin.press(source).await;
        admin.shows(" 0 %, version 1");
        admin.press("/kestrel").await;
        admin.shows("1 of 1 found");
        admin.shows("word KESTREL word");
        admin.shows(" 6");
        admin.shows(" %, version 1");
        admin.press("<enter>G").await;
        admin.shows(" 100 %, version 1");
        admin.press("<esc><esc>").await;
    }
}

#[tokio::test]
async fn a_phrase_is_found_where_a_row_is_broken_in_it() {
    let text = format!("{}two words and more", "filler ".repeat(10));
    let mut admin = Admin::on(&[("notes", &text)], 80, 24).await;
    admin.press("<enter>/two words").await;
    admin.shows("1 of 1 found");
    assert_eq!(found_words(&admin, true).concat(), "two words");
}

#[tokio::test]
async fn the_editor_begins_where_one_reads() {
    let lines: Vec<String> = (1..=900).map(|n| format!("- line {n}")).collect();
    let mut admin = Admin::on(&[("long", &lines.join("\n"))], 80, 24).await;
    for source in ["", "s"] {
        admin.press("<enter>").await;
        admin.press(source).await;
        admin.press("e").await;
        admin.shows("line 1, column 1");
        admin.press("<esc>/line 250<enter>e").await;
        admin.shows("line 250, column 1");
        admin.shows("- line 250");
        // Without a place that was found it is the first line on the screen.
        admin.press("<esc><esc><pagedown><pagedown>").await;
        let first = first_line(&admin);
        let number = first.split_whitespace().last().unwrap().to_owned();
        admin.press("e").await;
        admin.shows(&format!("line {number}, column 1"));
        admin.press("<esc><esc>").await;
    }
}

/// A long answer with a word in it far below, and many turns before and behind.
fn long_talk() -> Vec<(&'static str, &'static str, String, String)> {
    let line = |n| {
        format!(
            "line {n}{}",
            if n == 150 || n == 190 { " KESTREL" } else { "" }
        )
    };
    let long = (0..6_000).map(line).collect::<Vec<_>>().join("\n");
    (0..260)
        .map(|turn| {
            let answer = match turn {
                3 => "A kestrel, long ago.".to_owned(),
                130 => long.clone(),
                turn => format!("answer {turn}"),
            };
            ("talk", "ada", format!("question {turn}"), answer)
        })
        .collect()
}

async fn on_long_talk() -> Admin {
    let turns = long_talk();
    let turns: Vec<_> = turns
        .iter()
        .map(|(thread, user, question, answer)| {
            (*thread, *user, question.as_str(), answer.as_str())
        })
        .collect();
    super::threads::on(&turns, 100, 24).await
}

#[tokio::test]
async fn what_was_found_in_a_long_answer_is_on_the_screen() {
    let mut admin = on_long_talk().await;
    admin.press("/\"150 kestrel\"<enter>").await;
    // Beside the list as well.
    admin.shows("   line 150 KESTREL");
    admin.press("<enter>").await;
    admin.shows("   line 150 KESTREL");
    assert_eq!(found_words(&admin, false), ["150 KESTREL"]);
}

#[tokio::test]
async fn words_are_found_in_a_thread_and_gone_through() {
    let mut admin = on_long_talk().await;
    // It is behind none of the turns that are there at first: while one types it is looked for
    // around the end.
    admin.press("<enter>/kestr").await;
    admin.shows("Around the thread's end: from its beginning on");
    admin.shows("A  A kestrel, long ago.");
    admin.press("<enter>").await;
    admin.shows("A  A kestrel, long ago.");
    admin.press("n").await;
    admin.shows("line 150 KESTREL");
    admin.press("n").await;
    admin.shows("line 190 KESTREL");
    admin.press("n").await;
    admin.shows("A  A kestrel, long ago.");
    admin.press("N").await;
    admin.shows("Around the thread's beginning: from its end on");
    admin.shows("line 190 KESTREL");
    admin.press("N").await;
    admin.shows("line 150 KESTREL");
    admin.press("N").await;
    admin.shows("A  A kestrel, long ago.");
    admin.press("n").await;
    admin.shows("line 150 KESTREL");
    admin.press("<esc>/nowhere at all").await;
    admin.shows("That is nowhere in this thread");
    admin.press("<esc>n").await;
    admin.shows("Nothing is looked for");
}

#[tokio::test]
async fn a_long_turn_is_read_to_its_end() {
    let long = long_talk().swap_remove(130);
    let mut admin = super::threads::on(&[("talk", "ada", "Q?", &long.3)], 100, 24).await;
    admin.press("<enter>zG").await;
    admin.shows("line 5999");
    admin.press("g").await;
    admin.shows("line 0");
}
