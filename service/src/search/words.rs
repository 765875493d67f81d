//! What a word is: a run of letters with their marks, and of digits, with the accents of Latin letters folded and
//! capitals made small. Both databases' indexes split texts by the same rule.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// A word of a text and where it stands, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
}

impl Word<'_> {
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The words of a text, as they stand there.
pub(super) fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(is_word_char)?;
        let length = text[start..].find(|c: char| !is_word_char(c));
        let end = length.map_or(text.len(), |length| start + length);
        rest = end;
        Some(Word {
            text: &text[start..end],
            start,
        })
    })
    // Marks without a letter are no word.
    .filter(|word| word.text.contains(char::is_alphanumeric))
}

/// Whether the character belongs to a word: a letter, a mark (which belongs to its letter), or a
/// digit. Superscripts, fractions and circled numbers do not.
fn is_word_char(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    let group = c.general_category_group();
    matches!(
        group,
        GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark
    ) || matches!(
        c.general_category(),
        GeneralCategory::DecimalNumber | GeneralCategory::LetterNumber
    )
}

/// The form in which a word is compared: small letters, and Latin ones without accents. All
/// others stay as they are written: SQLite's index has them so.
pub(super) fn folded(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(word.len());
    let mut after_latin = false;
    for c in word.chars() {
        if is_accent(c) {
            if !after_latin {
                folded.push(c);
            }
            continue;
        }
        let mut parts = std::iter::once(c).nfd();
        let base = parts.next().filter(char::is_ascii_alphabetic);
        if let Some(base) = base.filter(|_| parts.all(is_accent)) {
            after_latin = true;
            folded.push(base.to_ascii_lowercase());
        } else {
            after_latin = false;
            folded.extend(c.to_lowercase());
        }
    }
    folded
}

fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        words(text).map(|word| folded(word.text)).collect()
    }

    #[test]
    fn punctuation_of_any_kind_separates() {
        assert_eq!(
            split("C++ foo-bar a.b, user@example.com; “x”—y…"),
            [
                "c", "foo", "bar", "a", "b", "user", "example", "com", "x", "y"
            ]
        );
        assert_eq!(
            split("Vec<String> snake_case"),
            ["vec", "string", "snake", "case"]
        );
    }

    #[test]
    fn accents_of_latin_letters_are_folded_and_no_others() {
        assert_eq!(
            split("Café CAFE\u{301} ế İ Ελλάδα й 漢字 \u{9af}\u{9bc} \u{9df}"),
            [
                "cafe",
                "cafe",
                "e",
                "i",
                "ελλάδα",
                "й",
                "漢字",
                "\u{9af}\u{9bc}",
                "\u{9df}"
            ]
        );
    }

    #[test]
    fn digits_are_words_and_numbers_of_other_kinds_separate() {
        assert_eq!(
            split("R² x½y ① Ⅷ ٣ ১০ করুন"),
            ["r", "x", "y", "ⅷ", "٣", "১০", "করুন"]
        );
    }

    #[test]
    fn words_know_where_they_stand() {
        let text = "…naïve, Ωmega";
        let found: Vec<_> = words(text)
            .map(|word| &text[word.start..word.end()])
            .collect();
        assert_eq!(found, ["naïve", "Ωmega"]);
    }
}
