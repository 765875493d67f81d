//! Words that a word may have been meant for.

use std::ops::RangeInclusive;

/// Longer words have too many neighbours.
const LONGEST: usize = 20;
/// Shorter ones are like everything.
const SHORTEST: usize = 3;
/// Guesses with two mistakes, at the most.
const MOST: usize = 600;

/// The letters that may have been meant for one of theirs: Latin (accents are folded away), Greek,
/// Cyrillic, Armenian, Hebrew, Arabic, Hindi and Nepali, Tamil.
const ALPHABETS: [RangeInclusive<char>; 8] = [
    'a'..='z',
    'ά'..='ώ',
    'а'..='џ',
    'ա'..='ֆ',
    'א'..='ת',
    'ء'..='ي',
    '\u{905}'..='\u{94c}',
    '\u{b85}'..='\u{bcc}',
];

/// Words with one mistake less: a letter too many, two in the wrong order, one wrong, one missing.
pub(super) fn one(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    if !(SHORTEST..=LONGEST).contains(&letters.len()) {
        return Vec::new();
    }
    let mut words = slips(&letters);
    for alphabet in ALPHABETS {
        if !letters.iter().any(|letter| alphabet.contains(letter)) {
            continue;
        }
        for at in 0..=letters.len() {
            for letter in alphabet.clone() {
                words.push(with(&letters, at, at, &[letter]));
                if at < letters.len() {
                    words.push(with(&letters, at, at + 1, &[letter]));
                }
            }
        }
    }
    tidy(words, word)
}

/// Words with two mistakes of the usual kinds.
pub(super) fn two(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    if !(SHORTEST + 2..=LONGEST).contains(&letters.len()) {
        return Vec::new();
    }
    let mut words = Vec::new();
    for once in usual(&letters) {
        let letters: Vec<char> = once.chars().collect();
        words.extend(usual(&letters));
    }
    let mut words = tidy(words, word);
    words.truncate(MOST);
    words
}

/// How many mistakes are between two words: a letter too many, too few or wrong, or two in the wrong
/// order (the optimal string alignment distance).
pub(super) fn between(a: &str, b: &str) -> usize {
    let [a, b] = [a, b].map(|word| word.chars().collect::<Vec<char>>());
    let mut rows = [vec![0; b.len() + 1], (0..=b.len()).collect(), Vec::new()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let wrong = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (rows[1][j - 1] + wrong)
                .min(rows[1][j] + 1)
                .min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[0][j - 2] + 1);
            }
            row.push(least);
        }
        rows[2] = row;
        rows.rotate_left(1);
    }
    rows[1][b.len()]
}

/// A letter too many, or two in the wrong order.
fn slips(letters: &[char]) -> Vec<String> {
    let mut words = Vec::new();
    for at in 0..letters.len() {
        words.push(with(letters, at, at + 1, &[]));
        if let [a, b, ..] = letters[at..] {
            words.push(with(letters, at, at + 2, &[b, a]));
        }
    }
    words
}

/// Besides: a letter that should be double, a wrong vowel.
fn usual(letters: &[char]) -> Vec<String> {
    const VOWELS: [char; 6] = ['a', 'e', 'i', 'o', 'u', 'y'];
    let mut words = slips(letters);
    for (at, letter) in letters.iter().enumerate() {
        if VOWELS.contains(letter) {
            words.extend(VOWELS.map(|vowel| with(letters, at, at + 1, &[vowel])));
        } else {
            words.push(with(letters, at, at, &[*letter]));
        }
    }
    words
}

fn with(letters: &[char], from: usize, to: usize, between: &[char]) -> String {
    letters[..from]
        .iter()
        .chain(between)
        .chain(&letters[to..])
        .collect()
}

fn tidy(mut words: Vec<String>, word: &str) -> Vec<String> {
    // Marks without a letter are no word.
    let is_word = |guess: &str| guess.chars().count() >= 2 && guess.contains(char::is_alphanumeric);
    words.retain(|guess| guess != word && is_word(guess));
    let mut seen = std::collections::HashSet::new();
    words.retain(|guess| seen.insert(guess.clone()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_counted() {
        for (a, b, mistakes) in [
            ("", "", 0),
            ("", "abc", 3),
            ("adress", "address", 1),
            ("adress", "adding", 4),
            ("mutabel", "mutable", 1),
            ("kestrel", "kestrel", 0),
            ("книга", "кинга", 1),
        ] {
            assert_eq!(between(a, b), mistakes, "{a} {b}");
            assert_eq!(between(b, a), mistakes, "{b} {a}");
        }
    }

    #[test]
    fn usual_mistakes_are_undone() {
        for (typed, meant) in [
            ("kestrl", "kestrel"),
            ("kesstrel", "kestrel"),
            ("ksetrel", "kestrel"),
            ("kestral", "kestrel"),
            ("пустильга", "пустельга"),
            ("θαλασα", "θάλασα"),
            ("θαλασα", "θαλασσα"),
            ("ספד", "ספר"),
            ("كتاه", "كتاب"),
            ("किनाब", "किताब"),
        ] {
            assert!(one(typed).iter().any(|word| word == meant), "{typed}");
        }
        for (typed, meant) in [("seperete", "separate"), ("ksetral", "kestrel")] {
            assert!(two(typed).iter().any(|word| word == meant), "{typed}");
        }
        assert!(one("ab").is_empty() && one(&"x".repeat(100)).is_empty());
        assert!(two("responsibility").len() <= MOST);
        let marks = "\u{483}\u{484}";
        let of_marks = |guess: String| guess.chars().all(|c| marks.contains(c));
        assert!(!one(&format!("я{marks}")).into_iter().any(of_marks));
    }
}
