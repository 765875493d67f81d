//! What a word is: a run of letters with their marks, and of digits, with the accents of Latin
//! letters folded and capitals made small. In scripts that are written without spaces (Chinese,
//! Japanese, Thai, Lao, Khmer) each letter with its marks is a word of its own. Both databases'
//! indexes split texts by the same rule.

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
pub(super) fn words(text: &str) -> Words<'_> {
    Words {
        text,
        at: 0,
        passed: 0,
    }
}

/// What is left of a text.
#[derive(Debug)]
pub(super) struct Words<'a> {
    text: &'a str,
    at: usize,
    /// Words that were passed.
    passed: usize,
}

impl<'a> Words<'a> {
    /// The next word that begins with one of these bytes, and its number in the text; one that
    /// does not begin with a letter or digit of ASCII always is. To pass the others by their first
    /// byte is what makes looking through a text fast.
    pub(super) fn next_of(&mut self, initials: &[bool; 256]) -> Option<(usize, Word<'a>)> {
        let bytes = self.text.as_bytes();
        let run = |of: Kind, from: usize| {
            let rest = bytes[from..].iter();
            from + rest.take_while(|byte| kind(**byte) == of).count()
        };
        loop {
            let mut start = run(Kind::Separator, self.at);
            let mut end = run(Kind::Plain, start);
            // Nearly every word of most texts is done with here.
            if start == end
                || bytes
                    .get(end)
                    .is_some_and(|byte| kind(*byte) == Kind::Other)
            {
                start = self.at + separators(&self.text[self.at..])?;
                end = start + word_length(&self.text[start..]);
            }
            self.at = end;
            let initial = bytes[start];
            if initial.is_ascii() && !initials[usize::from(initial)] {
                self.passed += 1;
                continue;
            }
            let text = &self.text[start..end];
            // Marks without a letter are no word.
            if initial.is_ascii() || text.contains(char::is_alphanumeric) {
                self.passed += 1;
                return Some((self.passed - 1, Word { text, start }));
            }
        }
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        self.next_of(&[true; 256]).map(|(_, word)| word)
    }
}

/// What a byte of a text is part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An ASCII character that separates words.
    Separator,
    /// An ASCII letter or digit.
    Plain,
    /// A character of several bytes.
    Other,
}

/// Of each byte: a table is several times faster than the questions that it answers.
const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Other; 256];
    let mut byte = 0_u8;
    while byte.is_ascii() {
        kinds[byte as usize] = if byte.is_ascii_alphanumeric() {
            Kind::Plain
        } else {
            Kind::Separator
        };
        byte += 1;
    }
    kinds
};

fn kind(byte: u8) -> Kind {
    KINDS[usize::from(byte)]
}

/// How many bytes stand before the next word; None where there is no word.
fn separators(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        let rest = bytes.get(at..)?;
        at += rest
            .iter()
            .position(|byte| kind(*byte) != Kind::Separator)?;
        if kind(bytes[at]) == Kind::Plain {
            return Some(at);
        }
        let c = text[at..].chars().next()?;
        if is_word_char(c) {
            return Some(at);
        }
        at += c.len_utf8();
    }
}

/// The length of the word that a text begins with.
fn word_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let plain = bytes
        .iter()
        .position(|byte| kind(*byte) != Kind::Plain)
        .unwrap_or(bytes.len());
    let mut at = plain;
    let mut alone = false;
    while let Some(byte) = bytes.get(at) {
        match kind(*byte) {
            Kind::Plain if !alone => {
                at += 1;
                continue;
            }
            Kind::Plain | Kind::Separator => break,
            Kind::Other => {}
        }
        let Some(c) = text[at..].chars().next() else {
            break;
        };
        if is_unspaced(c) {
            if at > 0 {
                break;
            }
            alone = true;
        } else if !is_word_char(c) || (alone && !is_unspaced_mark(c)) {
            break;
        }
        at += c.len_utf8();
    }
    at
}

/// A letter of a script that is written without spaces.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e01}'..='\u{e30}' | '\u{e32}'..='\u{e33}' | '\u{e40}'..='\u{e46}'
        | '\u{e81}'..='\u{eb0}' | '\u{eb2}'..='\u{eb3}' | '\u{ebd}'..='\u{ec6}' | '\u{edc}'..='\u{edf}'
        | '\u{1780}'..='\u{17b3}'
        | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309f}'
        | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{3105}'..='\u{312f}'
        | '\u{31a0}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}'
        | '\u{20000}'..='\u{3fffd}')
}

/// A mark that belongs to such a letter.
fn is_unspaced_mark(c: char) -> bool {
    matches!(c,
        '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
        | '\u{eb1}' | '\u{eb4}'..='\u{ebc}' | '\u{ec8}'..='\u{ece}'
        | '\u{17b4}'..='\u{17d3}' | '\u{3099}'..='\u{309a}')
}

/// Whether the character belongs to a word: a letter, a mark (which belongs to its letter), or a
/// digit. Superscripts, fractions and circled numbers do not, nor do the marks that make an emoji of
/// a sign.
fn is_word_char(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    if matches!(c, '\u{20e3}' | '\u{fe00}'..='\u{fe0f}') {
        return false;
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

/// How words are spelled, where that is not as they are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spelling(Vec<(String, String)>);

impl Spelling {
    /// Takes a word in; the first of several spellings counts.
    pub(super) fn learn(&mut self, word: &str, folded: &str) {
        let spelled = spelled(word);
        if spelled != folded && self.of(folded) == folded {
            self.0.push((folded.to_owned(), spelled));
        }
    }

    /// The spelling of a folded word.
    pub(super) fn of<'a>(&'a self, folded: &'a str) -> &'a str {
        let known = self.0.iter().find(|(word, _)| word == folded);
        known.map_or(folded, |(_, spelled)| spelled)
    }
}

/// The form in which a word is compared: small letters, and Latin ones without accents. All
/// others stay as they are written: SQLite's index has them so.
pub(super) fn folded(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(word.len());
    fold(word, |c| {
        folded.push(c);
        true
    });
    folded
}

/// Whether a word is of Korean syllables: two at the least, as one alone begins too much.
pub(super) fn is_hangul(word: &str) -> bool {
    word.chars().all(|c| matches!(c, '가'..='힣')) && word.chars().nth(1).is_some()
}

/// Whether a word's folded form begins so.
pub(super) fn begins(word: &str, begin: &str) -> bool {
    if word.is_ascii() {
        return word.len() >= begin.len()
            && word.as_bytes()[..begin.len()].eq_ignore_ascii_case(begin.as_bytes());
    }
    let mut rest = begin.chars();
    let mut wanted = rest.next();
    fold(word, |c| {
        let same = wanted == Some(c);
        if same {
            wanted = rest.next();
        }
        same && wanted.is_some()
    });
    wanted.is_none()
}

/// Gives each character of the folded form, as long as it is taken. A last sigma is a sigma.
fn fold(word: &str, mut take: impl FnMut(char) -> bool) {
    let mut after_latin = false;
    for c in word.chars() {
        if is_accent(c) {
            if !after_latin && !take(c) {
                return;
            }
            continue;
        }
        let mut parts = std::iter::once(c).nfd();
        let base = parts.next().filter(char::is_ascii_alphabetic);
        if let Some(base) = base.filter(|_| parts.all(is_accent)) {
            after_latin = true;
            if !take(base.to_ascii_lowercase()) {
                return;
            }
        } else {
            after_latin = false;
            let c = if c == 'ς' { 'σ' } else { c };
            if !c.to_lowercase().all(&mut take) {
                return;
            }
        }
    }
}

/// A word as a stemmer takes it: small letters, each with its accents one character.
pub(super) fn spelled(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let small = word.chars().flat_map(|c| match c {
        // Elsewhere its dot would become a character.
        'İ' => 'i'.to_lowercase(),
        c => c.to_lowercase(),
    });
    small.nfc().collect()
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
                "漢",
                "字",
                "\u{9af}\u{9bc}",
                "\u{9df}"
            ]
        );
    }

    #[test]
    fn a_folded_word_s_begin_is_told_without_folding_all_of_it() {
        for word in ["Élèves", "E\u{301}le\u{300}ves", "eleves", "ЭЛЬЗА", "x"] {
            let whole = folded(word);
            for (end, c) in whole.char_indices() {
                assert!(begins(word, &whole[..end + c.len_utf8()]), "{word}");
            }
            assert!(begins(word, "") && !begins(word, &format!("{whole}s")));
            assert!(!begins(word, "q"));
        }
        assert_eq!(spelled("E\u{301}LÈVE İ"), "élève i");
    }

    #[test]
    fn words_that_begin_otherwise_are_passed_and_counted() {
        let mut initials = [false; 256];
        initials[usize::from(b'p')] = true;
        let mut words = words("A pool of naïve ping, \u{301} œuf, 池 pong");
        let found: Vec<(usize, &str)> = std::iter::from_fn(|| words.next_of(&initials))
            .map(|(number, word)| (number, word.text))
            .collect();
        // What does not begin in ASCII may be any word, once its accents are folded.
        assert_eq!(
            found,
            [(1, "pool"), (4, "ping"), (5, "œuf"), (6, "池"), (7, "pong")]
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
    fn letters_of_scripts_without_spaces_are_words_each() {
        assert_eq!(
            split("東京は、日本のabc首都です。กินข้าว x"),
            [
                "東", "京", "は", "日", "本", "の", "abc", "首", "都", "で", "す", "กิ", "น", "ข้",
                "า", "ว", "x"
            ]
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
