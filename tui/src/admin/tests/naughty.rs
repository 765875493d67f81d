//! Texts that would break a screen, or act on a terminal, on every screen.

use super::harness::Admin;
use crate::admin::theme::Theme;

/// A little of everything that texts are made to break programs with.
pub(super) const NAUGHTY: &[&str] = &[
    "\u{1b}[31mred\u{1b}[0m",
    "\u{1b}]0;title\u{7}",
    "\u{1b}]52;c;c2VjcmV0\u{7}",
    "\u{9b}2J",
    "\u{202e}desrever\u{2066}",
    "日本語のテキスト",
    "e\u{301}\u{200b}\u{feff}",
    "👩‍👩‍👧‍👦 ❤\u{fe0f} 🏳️‍🌈",
    "\t\u{7}\r\n\u{b}",
    "Z\u{351}\u{36b}\u{343}\u{36a}\u{302}\u{36b}\u{33d}\u{34f}\u{334}\u{319}\u{324}a",
    "﷽𒐫𒈙⸻",
    "\u{e0041}\u{e0042}",
    "%s%n $(reboot) `id` ../../etc/passwd",
    // What a program leaves behind that was captured: other screens, modes, strings, a reset.
    "\u{1b}[?1049h\u{1b}[2J\u{1b}[3;4H\u{1b}[?1000;1006hx\u{1b}[?25l",
    "\u{1b}]8;;http://a.b\u{7}link\u{1b}]8;;\u{1b}\\",
    "\u{1b}Pq#0!9~\u{1b}\\\u{1b}_Gi=1;AAAA\u{1b}\\\u{90}q\u{9c}",
    "\u{1b}c\u{1b}#8\u{1b}(0lqk\u{e}\u{f}\u{1b}[201~q\u{3}",
    "ab\u{8}\u{8}c\rd\u{85}e\u{c}f\u{2028}g",
    "مرحبا \u{200f}שלום\u{2067}",
    "\u{1f468}\u{1f3ff}\u{200d}\u{1f680}\u{fe0f}\u{20e3}\u{1f1e6}",
];

/// Sizes that a terminal may have, however little sense they make.
pub(super) const ANY_SIZE: [(u16, u16); 10] = [
    (120, 40),
    (80, 24),
    (74, 17),
    (40, 10),
    (20, 5),
    (12, 3),
    (7, 4),
    (3, 2),
    (1, 1),
    (200, 60),
];

/// Fails where a cell has something that acts on a terminal, or is wider than it may be.
pub(super) fn check(admin: &Admin) {
    for cell in admin.buffer().content() {
        let acts = |char: char| {
            char.is_control()
                || matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{feff}')
        };
        assert!(!cell.symbol().chars().any(acts), "{:?}", cell.symbol());
        assert!(
            crate::admin::text::width(cell.symbol()) <= 2,
            "{:?}",
            cell.symbol()
        );
    }
}

#[tokio::test]
async fn no_size_and_no_text_breaks_the_screen() {
    let all = NAUGHTY.concat();
    let long = all.repeat(40);
    let documents: Vec<(String, String)> = (0..30)
        .map(|n| {
            (
                format!("{n:02} {} {all}", NAUGHTY[n % NAUGHTY.len()]),
                long.clone(),
            )
        })
        .collect();
    let documents: Vec<(&str, &str)> = documents
        .iter()
        .map(|(code, text)| (code.as_str(), text.as_str()))
        .collect();
    for theme in [Theme::DARK, Theme::MONO] {
        let mut admin = Admin::on(&documents, 120, 40).await;
        admin.model.theme = theme;
        for (columns, rows) in ANY_SIZE {
            admin.resize(columns, rows).await;
            for keys in [
                "jj va*- G",
                "<enter>jG",
                "<esc>?j",
                "<esc>/red<enter>",
                "<enter>G<esc>",
                "<esc>",
                "<tab>g",
                "d",
                "n:doc",
                "<down><esc>R",
                "<esc>c",
                "<esc>",
            ] {
                admin.press(keys).await;
                check(&admin);
            }
        }
    }
}

#[tokio::test]
async fn no_text_breaks_the_screen_of_a_document() {
    let all = NAUGHTY.join("\n");
    let markdown = format!(
        "# {all}\n\n- {all}\n\n| {} |\n|---|\n| {} |\n",
        NAUGHTY[5], NAUGHTY[7]
    );
    let text = format!("{all}\n{markdown}").replace('\u{0}', "");
    let mut admin = Admin::on(&[("naughty", &text)], 120, 40).await;
    let theirs = service::DocumentChange::new()
        .content(text.repeat(2))
        .name(NAUGHTY.concat());
    admin
        .store()
        .await
        .documents()
        .update("naughty", &theirs)
        .await
        .unwrap();
    admin.press("r<enter>").await;
    for (columns, rows) in ANY_SIZE {
        admin.resize(columns, rows).await;
        for keys in [
            "jGg",
            "sjG",
            "s",
            "mG",
            "m",
            "HjG",
            "<esc>",
            "/red",
            "<enter>nN",
            "<esc>",
            "e<down><end>x<pagedown><right>",
            "<ctrl-s>jG",
            "<esc><ctrl-home>",
            "<esc>G<enter>",
        ] {
            admin.press(keys).await;
            check(&admin);
        }
    }
    assert_eq!(admin.context(), crate::admin::command::Context::Document);
}
