//! Lines that are typed, taken apart into words. What stands in quotes is one word.

/// A word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// Without its quotes.
    pub(crate) text: String,
    /// Where its first quote stood, in bytes of the text; None where it has none.
    pub(crate) quoted_from: Option<usize>,
}

/// The words of a line: what `is_gap` says, stands between them.
pub(crate) fn split(line: &str, is_gap: impl Fn(char) -> bool) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quoted_from, mut is_quoted) = (None, false);
    for char in line.chars() {
        match char {
            '"' => {
                is_quoted = !is_quoted;
                quoted_from = quoted_from.or(Some(word.len()));
            }
            char if is_gap(char) && !is_quoted => {
                if !word.is_empty() || quoted_from.is_some() {
                    words.push(Word {
                        text: std::mem::take(&mut word),
                        quoted_from: quoted_from.take(),
                    });
                }
            }
            char => word.push(char),
        }
    }
    if !word.is_empty() || quoted_from.is_some() {
        words.push(Word {
            text: word,
            quoted_from,
        });
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_quotes_is_one_word() {
        let words = split("draft, -\"two words\",  \"\" old,", |char| {
            char.is_whitespace() || char == ','
        });
        let words: Vec<_> = words
            .iter()
            .map(|word| (word.text.as_str(), word.quoted_from))
            .collect();
        assert_eq!(
            words,
            [
                ("draft", None),
                ("-two words", Some(1)),
                ("", Some(0)),
                ("old", None)
            ]
        );
    }
}
