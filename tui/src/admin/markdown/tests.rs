use proptest::prelude::*;

use super::*;

fn text(markdown: &str, columns: usize) -> Vec<String> {
    let rows = rows(markdown, columns, &Theme::DARK);
    rows.iter()
        .map(|row| row.to_string().trim_end().to_owned())
        .collect()
}

#[test]
fn a_row_knows_where_in_the_text_it_is() {
    let lines: Vec<String> = (0..9).map(|n| format!("- item {n}")).collect();
    let page = format!(
        "# Title\n\na paragraph\n\n```\nlet a;\nlet b;\n```\n\n{}\n\n| a | b |\n|---|---|\n| cell | d |\n\nthe end\n",
        lines.join("\n")
    );
    let (rows, places) = placed(&page, 40, &Theme::DARK);
    assert_eq!(rows.len(), places.len());
    assert!(places.is_sorted(), "{places:?}");
    for words in ["Title", "paragraph", "let b", "item 5", "the end"] {
        let row = rows.iter().position(|row| row.to_string().contains(words));
        let line = |at: usize| page[..at].matches('\n').count();
        let place = places[row.unwrap()];
        assert_eq!(line(place), line(page.find(words).unwrap()), "{words}");
    }
}

#[test]
fn a_page_reads_well() {
    let page = "# Title\n\nSome *words* and a [link](https://a.b).\nMore of them.\n\n- one\n- two\n  - deep\n\n3. three\n4. four\n\n> quoted\n> text\n\n```rust\nfn main() {}\n\n```\n\n---\n\n- [x] done\n";
    assert_eq!(
        text(page, 34),
        [
            "# Title",
            "",
            "Some words and a link",
            "(https://a.b). More of them.",
            "",
            "• one",
            "• two",
            "  • deep",
            "",
            "3. three",
            "4. four",
            "",
            "▌ quoted text",
            "",
            "rust",
            "│ fn main() {}",
            "│",
            "",
            "──────────────────────────────────",
            "",
            "• [x] done",
        ]
    );
}

#[test]
fn a_table_is_aligned_and_cut_to_fit() {
    let table = "| name | n |\n|---|---:|\n| alpha | 1 |\n| a very long name indeed | 1200 |\n";
    assert_eq!(
        text(table, 24),
        [
            "name              │    n",
            "──────────────────┼─────",
            "alpha             │    1",
            "a very long name… │ 1200"
        ]
    );
}

#[test]
fn front_matter_is_told_apart() {
    assert_eq!(
        text("---\ntitle: A\n---\n\ntext", 20),
        ["│ title: A", "", "text"]
    );
}

proptest! {
    #[test]
    fn no_text_breaks_a_row(markdown in "([#>*_`|\\-\\[\\]()\\n a-z日\u{1b}\u{202e}]|1\\. |\\| |    ){0,120}", columns in 1_usize..60) {
        for row in rows(&markdown, columns, &Theme::DARK) {
            let shown = row.to_string();
            let acts = |char: char| char.is_control() || char == '\u{202e}';
            prop_assert!(!shown.chars().any(acts));
            let margins = 8 * 4;
            prop_assert!(row.width() <= columns.max(4) + margins, "{shown:?}");
        }
    }
}
