//! Snowball's stemmers, for all languages but English ([`super::stem`]). A word in such a language
//! has two forms: itself without its accents, and its stem without them. Two words match where
//! they have a form in common, so a word is found with its accents or without them, and the
//! stemmer, which goes by them, does its work as well.

use pagefind_stem::{Algorithm, Stemmer};

use super::language::Language;
use super::stem::{common, shortened};
use super::words::folded;

/// The forms of a word, as it is spelled with its accents: the plain one, and its stem where that
/// is another. Not for English.
pub(super) fn forms(language: Language, spelled: &str) -> Vec<String> {
    match algorithm(language) {
        Some(algorithm) => with_stem(spelled, &Stemmer::create(algorithm).stem(spelled)),
        None => vec![folded(spelled)],
    }
}

/// The forms of a word with this stem.
pub(super) fn with_stem(spelled: &str, stem: &str) -> Vec<String> {
    let (plain, stem) = (folded(spelled), folded(stem));
    if stem.is_empty() || stem == plain {
        vec![plain]
    } else {
        vec![plain, stem]
    }
}

/// What the words of a language begin with in PostgreSQL's index: no word of a query begins so.
pub(super) fn tag(language: Language) -> String {
    format!(":{}:", &language.name()[..3])
}

/// Whether stemming leaves the first letters of a word as they are.
pub(super) fn keeps_begins(language: Language) -> bool {
    !matches!(
        language,
        Language::Arabic
            | Language::Indonesian
            | Language::Irish
            | Language::Serbian
            | Language::Tamil
            | Language::Yiddish
    )
}

/// How the words begin that have one of these forms, as far as that can be told.
pub(super) fn begins_of(language: Language, forms: &[String]) -> Vec<String> {
    let root = root(language, forms);
    if keeps_begins(language) && !root.is_empty() {
        return vec![root];
    }
    let mut begins: Vec<String> = forms
        .iter()
        .map(|form| shortened(form).to_owned())
        .collect();
    let Some(stem) = begins.last().cloned() else {
        return begins;
    };
    let rest = stem.char_indices().nth(1).map_or("", |(at, _)| &stem[at..]);
    let with = |prefixes: &[&str], stem: &str| -> Vec<String> {
        prefixes
            .iter()
            .map(|prefix| format!("{prefix}{stem}"))
            .collect()
    };
    match language {
        Language::Arabic => begins.extend(with(ARABIC, &stem)),
        Language::Indonesian => {
            begins.extend(with(INDONESIAN, &stem));
            // These take the place of the first letter.
            begins.extend(with(
                &["mem", "men", "meng", "meny", "pem", "pen", "peng", "peny"],
                rest,
            ));
        }
        Language::Irish => {
            begins.extend(with(IRISH, &stem));
            begins.extend(stem.chars().next().map(|first| format!("{first}h{rest}")));
        }
        Language::Serbian => begins.extend(begins.clone().iter().map(|begin| in_cyrillic(begin))),
        _ => {}
    }
    begins
}

/// What words begin with that their stems have not: the article, conjunctions, prepositions.
const ARABIC: &[&str] = &[
    "ال", "وال", "فال", "بال", "كال", "لل", "ولل", "و", "ف", "ب", "ك", "ل", "س",
];
const INDONESIAN: &[&str] = &[
    "me", "mem", "men", "meng", "pe", "pem", "pen", "peng", "di", "ber", "be", "per", "ter", "ke",
    "se",
];
const IRISH: &[&str] = &["m", "g", "n", "bh", "b", "d", "t", "h"];

/// Serbian is written in two scripts, and stemmed in one of them.
fn in_cyrillic(latin: &str) -> String {
    const LETTERS: [(&str, char); 33] = [
        ("lj", 'љ'),
        ("nj", 'њ'),
        ("dž", 'џ'),
        ("a", 'а'),
        ("b", 'б'),
        ("v", 'в'),
        ("g", 'г'),
        ("d", 'д'),
        ("đ", 'ђ'),
        ("e", 'е'),
        ("ž", 'ж'),
        ("z", 'з'),
        ("i", 'и'),
        ("j", 'ј'),
        ("k", 'к'),
        ("l", 'л'),
        ("m", 'м'),
        ("n", 'н'),
        ("o", 'о'),
        ("p", 'п'),
        ("r", 'р'),
        ("s", 'с'),
        ("t", 'т'),
        ("ć", 'ћ'),
        ("u", 'у'),
        ("f", 'ф'),
        ("h", 'х'),
        ("c", 'ц'),
        ("č", 'ч'),
        ("š", 'ш'),
        ("y", 'y'),
        ("x", 'x'),
        ("w", 'w'),
    ];
    let mut rest = latin;
    let mut cyrillic = String::new();
    while let Some(first) = rest.chars().next() {
        let known = LETTERS.iter().find(|(latin, _)| rest.starts_with(latin));
        let (length, letter) = known.map_or((first.len_utf8(), first), |(latin, letter)| {
            (latin.len(), *letter)
        });
        cyrillic.push(letter);
        rest = &rest[length..];
    }
    cyrillic
}

/// What all words begin with that have one of these forms: stemming may change the last letters, and
/// in Russian each е may be written ё.
pub(super) fn root(language: Language, forms: &[String]) -> String {
    let begins = forms.iter().map(|form| shortened(form));
    let root = begins.reduce(common).unwrap_or_default();
    let end = match language {
        Language::Russian => root.find(['е', 'ё']).unwrap_or(root.len()),
        _ => root.len(),
    };
    root[..end].to_owned()
}

fn algorithm(language: Language) -> Option<Algorithm> {
    Some(match language {
        // English has a stemmer of its own.
        Language::English | Language::Plain => return None,
        Language::Arabic => Algorithm::Arabic,
        Language::Armenian => Algorithm::Armenian,
        Language::Basque => Algorithm::Basque,
        Language::Catalan => Algorithm::Catalan,
        Language::Danish => Algorithm::Danish,
        // The one that PostgreSQL has; Snowball 3 calls another one Dutch.
        Language::Dutch => Algorithm::Dutch_porter,
        Language::Finnish => Algorithm::Finnish,
        Language::French => Algorithm::French,
        Language::German => Algorithm::German,
        Language::Greek => Algorithm::Greek,
        Language::Hindi => Algorithm::Hindi,
        Language::Hungarian => Algorithm::Hungarian,
        Language::Indonesian => Algorithm::Indonesian,
        Language::Irish => Algorithm::Irish,
        Language::Italian => Algorithm::Italian,
        Language::Lithuanian => Algorithm::Lithuanian,
        Language::Nepali => Algorithm::Nepali,
        Language::Norwegian => Algorithm::Norwegian,
        Language::Portuguese => Algorithm::Portuguese,
        Language::Romanian => Algorithm::Romanian,
        Language::Russian => Algorithm::Russian,
        Language::Serbian => Algorithm::Serbian,
        Language::Spanish => Algorithm::Spanish,
        Language::Swedish => Algorithm::Swedish,
        Language::Tamil => Algorithm::Tamil,
        Language::Turkish => Algorithm::Turkish,
        Language::Yiddish => Algorithm::Yiddish,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_of_a_family_have_a_form_in_common() {
        for (language, words) in [
            (Language::German, ["häuser", "hauses"]),
            (Language::French, ["élèves", "élève"]),
            (Language::Spanish, ["canciones", "canción"]),
            (Language::Portuguese, ["informações", "informação"]),
            (Language::Russian, ["книгами", "книга"]),
            (Language::Turkish, ["kitaplarımızda", "kitap"]),
            (Language::Hungarian, ["házakban", "ház"]),
            (Language::Finnish, ["talossa", "talojen"]),
            (Language::Swedish, ["flickorna", "flicka"]),
            (Language::Dutch, ["paarden", "paard"]),
            (Language::Arabic, ["الكتاب", "كتاب"]),
            (Language::Greek, ["θάλασσες", "θάλασσα"]),
        ] {
            let [one, other] = words.map(|word| forms(language, word));
            assert!(
                one.iter().any(|form| other.contains(form)),
                "{one:?} {other:?}"
            );
        }
        assert_eq!(forms(Language::Plain, "élèves"), ["eleves"]);
    }

    proptest! {
        #[test]
        fn any_word_has_forms(word in "\\PC{0,30}", letters in "[a-zà-ÿßœğışčžşţőűа-яά-ώա-ևא-תء-يऀ-ॿ஀-௿]{1,20}") {
            for language in Language::all() {
                forms(language, &word);
                prop_assert!(forms(language, &letters).len() <= 2);
            }
        }
    }
}
