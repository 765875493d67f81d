//! Which words of the store a query's words stand for, where SQLite has no stemmer for their
//! language. The index holds the words as they are written, with their accents; of those that
//! begin as a query's word does, with any accents, the ones that have a form in common with it are
//! asked for.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use unicode_normalization::UnicodeNormalization;

use super::Scope;
use super::language::Language;
use super::plan::Plan;
use super::snowball::{begins_of, forms};
use super::words::{folded, spelled};
use crate::error::Fault;
use crate::store::Conn;

/// Words that are looked at for one of a query, at the most.
const LOOKED_AT: u32 = 2_000;
/// Words that are asked for in place of one, at the most.
const ASKED: usize = 100;
/// Letters of a begin that are followed through the vocabulary.
const BEGIN: usize = 40;

/// Marks that a Latin letter may bear.
const MARKS: &str = "\u{300}\u{301}\u{302}\u{303}\u{304}\u{306}\u{307}\u{308}\u{30a}\u{30b}\u{30c}\u{326}\u{327}\u{328}";

/// Goes through the vocabulary letter by letter, by those begins alone that it has, and then from
/// word to word. $1 the letters that may stand at each place of each begin, $2 the begins whose
/// words are wanted.
const LOOK: &str = "
WITH RECURSIVE
letter (n, place, text, bare) AS MATERIALIZED (
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each($1)
),
walk (n, place, begin, marked) AS (
    SELECT DISTINCT n, 0, '', true FROM letter
    UNION ALL
    SELECT w.n, w.place + 1, w.begin || l.text,
           EXISTS (SELECT 1 FROM {table}_vocabulary
                   WHERE term >= w.begin || l.text || char(192) AND term < w.begin || l.text || char(880))
    FROM walk AS w
    CROSS JOIN letter AS l ON l.n = w.n AND l.place = w.place AND (l.bare OR w.marked)
    WHERE EXISTS (SELECT 1 FROM {table}_vocabulary
                  WHERE term >= w.begin || l.text AND term < w.begin || l.text || char(1114111))
),
begun (n, begin, whole) AS MATERIALIZED (
    SELECT w.n, w.begin, asked.value ->> 1
    FROM json_each($2) AS asked
    JOIN walk AS w ON w.n = asked.key AND w.place = asked.value ->> 0
),
found (n, begin, term, seen) AS (
    SELECT n, begin, (SELECT term FROM {table}_vocabulary WHERE term >= begin LIMIT 1), 1 FROM begun WHERE whole
    UNION ALL
    SELECT n, begin, (SELECT term FROM {table}_vocabulary WHERE term >= found.term || '0' LIMIT 1), seen + 1
    FROM found
    WHERE term < begin || char(1114111) AND seen < {looked_at}
)
SELECT n, term FROM found WHERE term < begin || char(1114111)
UNION ALL
SELECT n, begin FROM begun WHERE NOT whole";

/// What is asked for in place of words.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    words: HashMap<(Language, String), Vec<String>>,
    begins: HashMap<String, Vec<String>>,
}

impl Vocabulary {
    /// The words of the store that a word matches in a language; itself, where none is known.
    pub(super) fn words(&self, language: Language, word: &str) -> Vec<String> {
        let known = self.words.get(&(language, word.to_owned()));
        let known = known.filter(|words| !words.is_empty());
        known.cloned().unwrap_or_else(|| vec![word.to_owned()])
    }

    /// How words of the store begin that a begin of a word matches.
    pub(super) fn begins(&self, begin: &str) -> Vec<String> {
        let known = self.begins.get(begin).filter(|begins| !begins.is_empty());
        known.cloned().unwrap_or_else(|| vec![begin.to_owned()])
    }
}

/// A begin that is looked up.
struct Begin {
    letters: Vec<char>,
    word: String,
    /// The words that begin so are wanted, and not the begins alone.
    whole: bool,
}

/// Looks the words of a plan up.
pub(super) async fn of(conn: &Conn, scope: Scope, plan: &Plan) -> Result<Vocabulary, Fault> {
    let begins = begins(plan);
    let mut letters = Vec::new();
    for (n, begin) in begins.iter().enumerate() {
        for (place, letter) in begin.letters.iter().enumerate() {
            letters.extend(
                spellings(*letter, place)
                    .into_iter()
                    .map(|(text, bare)| serde_json::json!([n, place, text, bare])),
            );
        }
    }
    let asked: Vec<serde_json::Value> = begins
        .iter()
        .map(|begin| serde_json::json!([begin.letters.len(), begin.whole]))
        .collect();
    let sql = LOOK
        .replace("{table}", scope.table())
        .replace("{looked_at}", &LOOKED_AT.to_string());
    let values = [
        serde_json::Value::from(letters).to_string().into(),
        serde_json::Value::from(asked).to_string().into(),
    ];
    let rows = conn
        .query_all_raw(Statement::from_sql_and_values(
            DbBackend::Sqlite,
            sql,
            values,
        ))
        .await?;
    let mut found: Vec<Vec<String>> = begins.iter().map(|_| Vec::new()).collect();
    for row in &rows {
        let n: i64 = row.try_get("", "n")?;
        if let Some(found) = usize::try_from(n).ok().and_then(|n| found.get_mut(n)) {
            found.push(row.try_get("", "term")?);
        }
    }
    let mut vocabulary = Vocabulary::default();
    for (begin, found) in begins.into_iter().zip(found) {
        if begin.whole {
            for language in plan.languages.others() {
                let words = matching(plan, language, &begin.word, &found);
                let known = vocabulary.words.entry((language, begin.word.clone()));
                known.or_default().extend(words);
            }
        } else {
            vocabulary.begins.insert(begin.word, found);
        }
    }
    Ok(vocabulary)
}

/// Those of the words that a word matches in a language, the nearest first.
fn matching(plan: &Plan, language: Language, word: &str, found: &[String]) -> Vec<String> {
    let wanted = plan.forms(language, word);
    let mut words: Vec<&String> = found
        .iter()
        .filter(|term| {
            let forms = forms(language, &spelled(term));
            forms.iter().any(|form| wanted.contains(form))
        })
        .collect();
    words.sort_by_key(|term| {
        (
            folded(term) != word,
            term.chars().count().abs_diff(word.chars().count()),
        )
    });
    words.truncate(ASKED);
    words.into_iter().cloned().collect()
}

fn begins(plan: &Plan) -> Vec<Begin> {
    let mut begins: Vec<Begin> = Vec::new();
    let mut add = |begin: &str, word: &str, whole: bool| {
        let letters: Vec<char> = begin.chars().take(BEGIN).collect();
        // What begins so is among what a shorter begin gives.
        let covers = |known: &Begin| {
            known.word == word && known.whole == whole && letters.starts_with(&known.letters)
        };
        if !begins.iter().any(covers) {
            begins.push(Begin {
                letters,
                word: word.to_owned(),
                whole,
            });
        }
    };
    for leaf in &plan.leaves {
        for (at, word) in leaf.term.words.iter().enumerate() {
            if leaf.term.ending_of(at).goes_on() {
                add(word, word, false);
            }
            for begin in plan
                .languages
                .others()
                .flat_map(|language| begins_of(language, &plan.forms(language, word)))
            {
                add(&begin, word, true);
            }
        }
    }
    begins
}

/// How a folded letter may be written, and whether it is so without an accent. A mark that is a
/// character of its own belongs to the letter before.
fn spellings(letter: char, place: usize) -> Vec<(String, bool)> {
    let mut spellings = vec![(letter.to_string(), true)];
    if place > 0 {
        spellings.extend(MARKS.chars().map(|mark| (format!("{mark}{letter}"), false)));
    }
    // A capital that FTS5 does not make small, and a letter that stemming makes another one.
    match letter {
        'i' => spellings.push(("İ".to_owned(), false)),
        'е' => spellings.push(("ё".to_owned(), false)),
        _ => {}
    }
    if letter.is_ascii_alphabetic() {
        for mark in MARKS.chars() {
            let composed: String = [letter, mark].into_iter().nfc().collect();
            if composed.chars().nth(1).is_none() {
                spellings.push((composed, false));
            }
        }
    }
    spellings
}
