//! Stored text made fit for a terminal: without characters that do things, cut and wrapped by
//! what a reader takes for one character. Only what is shown is changed, never what is stored.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Marks on one base character; some texts pile up hundreds to break out of their line.
const MAX_MARKS: usize = 8;
/// Columns of a tab.
const TAB: &str = "    ";

/// The text on one line. Line ends and tabs become spaces, control characters their pictures
/// (ESC becomes U+241B); what reorders or hides text is taken out.
pub(crate) fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut marks = 0;
    for char in text.chars() {
        match char {
            '\n' | '\t' | '\u{2028}' | '\u{2029}' => cleaned.push(' '),
            '\r' => {}
            '\0'..='\u{1f}' => cleaned.push(picture(char)),
            '\u{7f}' => cleaned.push('\u{2421}'),
            '\u{80}'..='\u{9f}' => cleaned.push('\u{fffd}'),
            _ if is_invisible(char) => {}
            _ if char.width() == Some(0) => {
                marks += 1;
                if marks <= MAX_MARKS {
                    cleaned.push(char);
                }
                continue;
            }
            _ => cleaned.push(char),
        }
        marks = 0;
    }
    cleaned
}

/// A line of a text that is read: as [`clean`], with room for tabs.
pub(crate) fn clean_line(line: &str) -> String {
    if line.contains('\t') {
        clean(&line.replace('\t', TAB))
    } else {
        clean(line)
    }
}

/// The picture of a control character.
fn picture(control: char) -> char {
    char::from_u32(0x2400 + u32::from(control)).unwrap_or('\u{fffd}')
}

/// Whether a character has no picture of its own but an effect on others: bidirectional controls,
/// invisible spaces and joiners, tags, and the variation selectors whose width terminals don't
/// agree on.
fn is_invisible(char: char) -> bool {
    matches!(
        char,
        '\u{61c}' | '\u{ad}' | '\u{180e}'
            | '\u{200b}' | '\u{200d}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe0e}' | '\u{fe0f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Columns that a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// Columns that a text takes when each of its characters is shown as something else.
pub(crate) fn width_of(text: &str, shown_as: impl Fn(&str) -> String) -> usize {
    let shown = text
        .graphemes(true)
        .map(|grapheme| width(&shown_as(grapheme)));
    shown.sum()
}

/// The beginning of a text that fits, with an ellipsis where it goes on.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if text.len() <= columns || width(text) <= columns {
        return text.to_owned();
    }
    let Some(room) = columns.checked_sub(1) else {
        return String::new();
    };
    let mut taken = 0;
    let fits = text.graphemes(true).take_while(|grapheme| {
        taken += grapheme.width();
        taken <= room
    });
    let mut short: String = fits.collect();
    short.push('…');
    short
}

/// The end of a text that fits, with an ellipsis for what comes before.
pub(crate) fn cut_front(text: &str, columns: usize) -> String {
    if text.len() <= columns || width(text) <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(1);
    let mut taken = 0;
    let mut start = text.len();
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        taken += grapheme.width();
        if taken > room {
            break;
        }
        start = at;
    }
    if columns == 0 {
        String::new()
    } else {
        format!("…{}", &text[start..])
    }
}

/// A number, as one says it: `12,345`, `1.2 M`.
pub(crate) fn number(number: u64) -> String {
    match number {
        0..1_000_000 => exact(number),
        1_000_000.. => format!("{}.{} M", number / 1_000_000, number % 1_000_000 / 100_000),
    }
}

/// A number with all its digits: `1,234,567`.
pub(crate) fn exact(number: u64) -> String {
    let digits = number.to_string();
    let mut told = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            told.push(',');
        }
        told.push(digit);
    }
    told
}

/// So many of something: `1 document`, `3,000 documents`.
pub(crate) fn plural(count: u64, what: &str) -> String {
    format!(
        "{} {what}{}",
        exact(count),
        if count == 1 { "" } else { "s" }
    )
}

/// How many, in little room: `1,234`, `56 k`, `7.8 M`.
pub(crate) fn count(count: u64) -> String {
    let tenths = |unit: u64, sign: &str| {
        let (whole, tenth) = (count / unit, count % unit * 10 / unit);
        if whole < 10 {
            format!("{whole}.{tenth} {sign}")
        } else {
            format!("{whole} {sign}")
        }
    };
    match count {
        0..10_000 => exact(count),
        10_000..1_000_000 => tenths(1_000, "k"),
        1_000_000..1_000_000_000 => tenths(1_000_000, "M"),
        _ => tenths(1_000_000_000, "G"),
    }
}

/// A time in milliseconds, as one says it: `0.4 ms`, `12 ms`, `3.4 s`.
pub(crate) fn millis(millis: f64) -> String {
    match millis {
        0.0 => "0 ms".to_owned(),
        ..0.095 => format!("{millis:.2} ms"),
        ..9.95 => format!("{millis:.1} ms"),
        ..999.5 => format!("{millis:.0} ms"),
        ..9_950.0 => format!("{:.1} s", millis / 1_000.0),
        _ => format!("{:.0} s", millis / 1_000.0),
    }
}

/// How many bytes, as one says it.
pub(crate) fn bytes(bytes: usize) -> String {
    const UNITS: [&str; 3] = ["kB", "MB", "GB"];
    if bytes < 1_000 {
        return format!("{bytes} B");
    }
    let mut size = bytes;
    let mut unit = 0;
    while size >= 1_000_000 && unit + 1 < UNITS.len() {
        size /= 1_000;
        unit += 1;
    }
    let (whole, tenth) = (size / 1_000, size % 1_000 / 100);
    if whole < 10 {
        format!("{whole}.{tenth} {}", UNITS[unit])
    } else {
        format!("{whole} {}", UNITS[unit])
    }
}

/// A line in rows of at most so many columns, broken between words where that is possible. An
/// empty line is one empty row.
pub(crate) fn wrap(line: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let row = |range: Range<usize>| {
        // A character wider than the whole row has no place in it.
        let fits = |grapheme: &&str| grapheme.len() == 1 || grapheme.width() <= columns;
        line[range].graphemes(true).filter(fits).collect()
    };
    wrap_ranges(line, columns).into_iter().map(row).collect()
}

/// The same as parts of the line, in bytes: what is between them is a space that a row would begin
/// with.
pub(crate) fn wrap_ranges(line: &str, columns: usize) -> Vec<Range<usize>> {
    let columns = columns.max(1);
    let mut rows = Vec::new();
    let (mut start, mut used) = (0, 0);
    // Where the row may be broken, and the columns before that.
    let mut breakable = None;
    for (at, grapheme) in line.grapheme_indices(true) {
        let needs = if grapheme.len() == 1 {
            1
        } else {
            grapheme.width()
        };
        if needs > columns {
            continue;
        }
        let before_it = rows.len();
        // What stands behind the break may leave too little room, too.
        while used + needs > columns {
            let (end, before) = breakable.take().unwrap_or((at, used));
            rows.push(start..end);
            start = end;
            used -= before;
        }
        if rows.len() > before_it && used == 0 && grapheme == " " {
            start = at + 1;
            continue;
        }
        used += needs;
        if grapheme == " " {
            breakable = Some((at + 1, used));
        }
    }
    if start < line.len() || rows.is_empty() {
        rows.push(start..line.len());
    }
    rows
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_that_acts_on_a_terminal_is_left() {
        assert_eq!(
            clean("\u{1b}[31mred\u{7}\u{7f}\u{9b}1m"),
            "␛[31mred␇␡\u{fffd}1m"
        );
        assert_eq!(clean("a\u{202e}b\u{2066}c\u{200b}d\u{feff}"), "abcd");
        assert_eq!(clean("one\r\ntwo\tthree"), "one two three");
    }

    #[test]
    fn a_wide_character_behind_a_break_gets_a_row_of_its_own() {
        assert_eq!(wrap(" 0⿰", 2), [" ", "0", "⿰"]);
    }

    #[test]
    fn numbers_are_told_shortly() {
        let told = [0, 999, 1_000, 12_345, 999_999, 1_234_567, 20_000_000].map(number);
        assert_eq!(
            told,
            ["0", "999", "1,000", "12,345", "999,999", "1.2 M", "20.0 M"]
        );
    }

    #[test]
    fn every_digit_of_a_count_is_told() {
        assert_eq!(plural(1, "row"), "1 row");
        assert_eq!(plural(1_234_567, "row"), "1,234,567 rows");
        assert_eq!(
            [100, 1_000, 100_000].map(exact),
            ["100", "1,000", "100,000"]
        );
    }

    #[test]
    fn sizes_are_told_shortly() {
        let told = [
            0,
            999,
            1_000,
            1_499,
            12_345,
            1_234_567,
            16_777_216,
            2_000_000_000,
        ]
        .map(bytes);
        assert_eq!(
            told,
            [
                "0 B", "999 B", "1.0 kB", "1.4 kB", "12 kB", "1.2 MB", "16 MB", "2.0 GB"
            ]
        );
    }

    #[test]
    fn counts_and_times_are_told_shortly() {
        let told = [0, 999, 1_000, 9_999, 56_789, 7_890_000, 1_200_000_000].map(count);
        assert_eq!(
            told,
            ["0", "999", "1,000", "9,999", "56 k", "7.8 M", "1.2 G"]
        );
        let told = [0.0, 0.04, 0.42, 12.3, 1_000.0, 60_000.0].map(millis);
        assert_eq!(
            told,
            ["0 ms", "0.04 ms", "0.4 ms", "12 ms", "1.0 s", "60 s"]
        );
    }

    #[test]
    fn a_pile_of_marks_is_cut_down() {
        let pile = format!("a{}", "\u{301}".repeat(100));
        assert_eq!(clean(&pile).chars().count(), 1 + MAX_MARKS);
    }

    #[test]
    fn wide_characters_are_never_halved() {
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut("日本語", 6), "日本語");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(cut_front("日本語", 4), "…語");
        assert_eq!(wrap("日本語", 4), ["日本", "語"]);
    }

    #[test]
    fn lines_are_broken_between_words() {
        assert_eq!(wrap("the quick brown fox", 10), ["the quick ", "brown fox"]);
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
    }

    proptest! {
        #[test]
        fn whatever_is_shown_fits(text in any::<String>(), columns in 0_usize..50) {
            let cleaned = clean(&text);
            prop_assert!(!cleaned.chars().any(char::is_control));
            prop_assert!(width(&cut(&cleaned, columns)) <= columns);
            prop_assert!(width(&cut_front(&cleaned, columns)) <= columns);
            for row in wrap(&cleaned, columns) {
                prop_assert!(width(&row) <= columns.max(1));
            }
        }

        #[test]
        fn cleaning_twice_is_cleaning_once(text in any::<String>()) {
            prop_assert_eq!(clean(&clean(&text)), clean(&text));
        }
    }
}
