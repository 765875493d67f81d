//! Porter's stemmer (M. F. Porter, An algorithm for suffix stripping, 1980), as PostgreSQL's
//! Snowball dictionary `porter` does it. SQLite's FTS5 differs from it in small ways: the forms that it
//! takes for one are bridged at the time of the query ([`postgres_variants`]), and words of one or two
//! letters, which it leaves as they are, are told apart by the texts ([`is_short`]).

/// The stem of a folded word.
pub(super) fn porter(word: &str) -> String {
    // A lone s is a word, and no plural of nothing; what is too long for a word has no stem.
    if word.chars().nth(1).is_none() || word.len() > LONGEST {
        return word.to_owned();
    }
    let mut stem = Stem::new(word);
    stem.plurals();
    stem.past_and_progressive();
    stem.final_y();
    stem.replace_in_r1(&[
        ("ational", "ate"),
        ("tional", "tion"),
        ("enci", "ence"),
        ("anci", "ance"),
        ("abli", "able"),
        ("entli", "ent"),
        ("eli", "e"),
        ("ization", "ize"),
        ("izer", "ize"),
        ("ation", "ate"),
        ("ator", "ate"),
        ("alli", "al"),
        ("alism", "al"),
        ("aliti", "al"),
        ("fulness", "ful"),
        ("ousli", "ous"),
        ("ousness", "ous"),
        ("iveness", "ive"),
        ("iviti", "ive"),
        ("biliti", "ble"),
    ]);
    stem.replace_in_r1(&[
        ("alize", "al"),
        ("icate", "ic"),
        ("iciti", "ic"),
        ("ical", "ic"),
        ("ative", ""),
        ("ful", ""),
        ("ness", ""),
    ]);
    stem.long_suffixes();
    stem.final_e_and_l();
    stem.finish()
}

/// The stems under which PostgreSQL's index has the words that SQLite's has under one: FTS5
/// also turns -logi into -log and any -bli into -ble.
pub(super) fn postgres_variants(word: &str) -> Vec<String> {
    let stem = porter(word);
    let longer = format!("{stem}i");
    let mut variants = Vec::new();
    if is_shortened(&longer) {
        variants.push(longer);
    } else if let Some(shorter) = stem.strip_suffix('i').filter(|_| is_shortened(&stem)) {
        variants.push(shorter.to_owned());
    } else if let Some(root) = word.strip_suffix("bly") {
        let variant = porter(&format!("{root}ble"));
        if variant != stem {
            variants.push(variant);
        }
    }
    variants.insert(0, stem);
    variants
}

/// Whether FTS5 takes the i off: it does so behind a part that has a vowel before a consonant.
fn is_shortened(stem: &str) -> bool {
    let stem = Stem::new(stem);
    let start = stem.suffix("logi").or_else(|| stem.suffix("bli"));
    start.is_some_and(|start| start >= stem.r1)
}

/// Whether FTS5 leaves a word as it is, and so does a search: Porter takes an s away from one of two
/// letters.
pub(super) fn is_short(word: &str) -> bool {
    word.chars().nth(2).is_none()
}

/// What FTS5 is asked for what begins so: it stems that, too, so it is given a word of which the begin
/// itself is the stem. Where there is none, the stem has to be shorter.
pub(super) fn sqlite_begin(begin: &str) -> String {
    let is_stem = |word: &String| is_short(begin) || porter(word) == begin;
    ["", "e", "ness"]
        .iter()
        .map(|ending| format!("{begin}{ending}"))
        .find(is_stem)
        .unwrap_or_else(|| begin.to_owned())
}

/// A stem's begin that its words have as well: stemming may change the last letters.
pub(super) fn shortened(stem: &str) -> &str {
    let letters = stem.chars().count();
    let kept = if letters >= 5 {
        letters - 2
    } else {
        letters.saturating_sub(1).max(1)
    };
    stem.char_indices()
        .nth(kept)
        .map_or(stem, |(end, _)| &stem[..end])
}

/// PostgreSQL stems no longer words, in bytes.
const LONGEST: usize = 1_000;

/// What both begin with.
pub(super) fn common<'a>(a: &'a str, b: &str) -> &'a str {
    let same = a
        .char_indices()
        .zip(b.chars())
        .find(|((_, a), b)| a != b)
        .map_or(a.len().min(b.len()), |((at, _), _)| at);
    &a[..same]
}

/// A word on its way to its stem. A consonant y is written Y meanwhile.
struct Stem {
    letters: Vec<char>,
    /// Where the part behind the first vowel-consonant pair begins: Porter's m > 0.
    r1: usize,
    /// The same again within it: m > 1.
    r2: usize,
}

impl Stem {
    fn new(word: &str) -> Self {
        let mut letters: Vec<char> = word.chars().collect();
        for at in 0..letters.len() {
            if letters[at] == 'y' && (at == 0 || is_vowel(letters[at - 1])) {
                letters[at] = 'Y';
            }
        }
        let region = |from: usize| {
            let vowel = (from..letters.len()).find(|at| is_vowel(letters[*at]));
            let consonant =
                vowel.and_then(|at| (at..letters.len()).find(|at| !is_vowel(letters[*at])));
            consonant.map_or(letters.len(), |at| at + 1)
        };
        let r1 = region(0);
        let r2 = region(r1);
        Self { letters, r1, r2 }
    }

    fn finish(self) -> String {
        self.letters
            .into_iter()
            .map(|letter| if letter == 'Y' { 'y' } else { letter })
            .collect()
    }

    /// Where the suffix begins, if the word has it.
    fn suffix(&self, suffix: &str) -> Option<usize> {
        let start = self.letters.len().checked_sub(suffix.len())?;
        suffix
            .chars()
            .eq(self.letters[start..].iter().copied())
            .then_some(start)
    }

    fn replace_from(&mut self, start: usize, with: &str) {
        self.letters.truncate(start);
        self.letters.extend(with.chars());
    }

    fn has_vowel_before(&self, end: usize) -> bool {
        self.letters[..end].iter().any(|letter| is_vowel(*letter))
    }

    /// Ends in consonant, vowel, consonant, the last one no w, x or Y.
    fn ends_short(&self, end: usize) -> bool {
        end >= 3
            && !is_vowel(self.letters[end - 1])
            && !matches!(self.letters[end - 1], 'w' | 'x' | 'Y')
            && is_vowel(self.letters[end - 2])
            && !is_vowel(self.letters[end - 3])
    }

    fn plurals(&mut self) {
        if let Some(start) = self.suffix("sses") {
            self.replace_from(start, "ss");
        } else if let Some(start) = self.suffix("ies") {
            self.replace_from(start, "i");
        } else if self.suffix("ss").is_none()
            && let Some(start) = self.suffix("s")
        {
            self.replace_from(start, "");
        }
    }

    fn past_and_progressive(&mut self) {
        if let Some(start) = self.suffix("eed") {
            if start >= self.r1 {
                self.replace_from(start, "ee");
            }
            return;
        }
        let Some(start) = self.suffix("ed").or_else(|| self.suffix("ing")) else {
            return;
        };
        if !self.has_vowel_before(start) {
            return;
        }
        self.replace_from(start, "");
        if ["at", "bl", "iz"]
            .iter()
            .any(|ending| self.suffix(ending).is_some())
        {
            self.letters.push('e');
        } else if ["bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt"]
            .iter()
            .any(|pair| self.suffix(pair).is_some())
        {
            self.letters.pop();
        } else if self.letters.len() == self.r1 && self.ends_short(self.letters.len()) {
            self.letters.push('e');
        }
    }

    fn final_y(&mut self) {
        let Some(start) = self.suffix("y").or_else(|| self.suffix("Y")) else {
            return;
        };
        if self.has_vowel_before(start) {
            self.replace_from(start, "i");
        }
    }

    /// Replaces the longest of these suffixes, if it lies behind the first region's begin.
    fn replace_in_r1(&mut self, pairs: &[(&str, &str)]) {
        let longest = pairs
            .iter()
            .filter_map(|(suffix, with)| Some((self.suffix(suffix)?, *with)))
            .min_by_key(|(start, _)| *start);
        if let Some((start, with)) = longest.filter(|(start, _)| *start >= self.r1) {
            self.replace_from(start, with);
        }
    }

    fn long_suffixes(&mut self) {
        const SUFFIXES: [&str; 19] = [
            "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ou",
            "ism", "ate", "iti", "ous", "ive", "ize", "ion",
        ];
        let longest = SUFFIXES
            .iter()
            .filter_map(|suffix| Some((self.suffix(suffix)?, *suffix)))
            .min_by_key(|(start, _)| *start);
        let Some((start, suffix)) = longest.filter(|(start, _)| *start >= self.r2) else {
            return;
        };
        if suffix != "ion" || matches!(self.letters[..start].last(), Some('s' | 't')) {
            self.replace_from(start, "");
        }
    }

    fn final_e_and_l(&mut self) {
        if let Some(start) = self.suffix("e")
            && (start >= self.r2 || (start >= self.r1 && !self.ends_short(start)))
        {
            self.replace_from(start, "");
        }
        if let Some(start) = self.suffix("ll")
            && start + 1 >= self.r2
        {
            self.letters.pop();
        }
    }
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_paper_s_examples_come_out_as_in_the_paper() {
        for (word, stem) in [
            ("caresses", "caress"),
            ("ponies", "poni"),
            ("cats", "cat"),
            ("feed", "feed"),
            ("agreed", "agre"),
            ("plastered", "plaster"),
            ("motoring", "motor"),
            ("sing", "sing"),
            ("conflated", "conflat"),
            ("hopping", "hop"),
            ("falling", "fall"),
            ("filing", "file"),
            ("happy", "happi"),
            ("sky", "sky"),
            ("relational", "relat"),
            ("digitizer", "digit"),
            ("operator", "oper"),
            ("hopefulness", "hope"),
            ("formaliti", "formal"),
            ("triplicate", "triplic"),
            ("electrical", "electr"),
            ("revival", "reviv"),
            ("adjustment", "adjust"),
            ("adoption", "adopt"),
            ("probate", "probat"),
            ("rate", "rate"),
            ("controll", "control"),
            ("roll", "roll"),
            ("as", "a"),
            ("y", "y"),
            ("analogy", "analogi"),
        ] {
            assert_eq!(porter(word), stem, "{word}");
        }
    }

    #[test]
    fn sqlite_is_asked_for_begins_by_words_of_which_they_are_the_stem() {
        for (begin, asked) in [
            ("key", "keye"),
            ("analy", "analye"),
            ("bus", "busness"),
            ("configur", "configur"),
            ("js", "js"),
            // It has no vowel, and so no ending: what begins with its stem is looked at instead.
            ("dns", "dns"),
        ] {
            assert_eq!(sqlite_begin(begin), asked);
        }
        let words = "everything analysis addition encrypted newtype async payload this gases lenses ios \
                     organization possibly agreed flies quickly responsibly generalizations";
        for word in words.split_whitespace() {
            for end in 3..=word.len() {
                let (begin, asked) = (&word[..end], sqlite_begin(&word[..end]));
                assert!(begin.starts_with(&porter(&asked)), "{begin}: {asked}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_word_has_a_stem(word in "\\PC{0,40}", letters in "[a-z]{1,24}") {
            porter(&word);
            prop_assert!(!porter(&letters).is_empty());
        }
    }
}
