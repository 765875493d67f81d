//! What a word is: a run of letters and digits, with the accents of Latin letters folded and
//! capitals made small. Both databases' indexes split texts by the same rule.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

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
}

/// Whether the character belongs to a word. A combining mark does: it belongs to its letter.
fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || (!c.is_ascii() && is_combining_mark(c))
}

/// The form in which a word is compared: small letters, and Latin ones without accents.
pub(super) fn folded(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let mut after_latin = false;
    word.nfd()
        .filter(|c| {
            let accent = ('\u{300}'..='\u{36f}').contains(c);
            let kept = !(accent && after_latin);
            after_latin = c.is_ascii_alphabetic() || (accent && after_latin);
            kept
        })
        .collect::<String>()
        .nfc()
        .flat_map(char::to_lowercase)
        .collect()
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
            split("Café CAFE\u{301} ế Ελλάδα й 漢字"),
            ["cafe", "cafe", "e", "ελλάδα", "й", "漢字"]
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
