//! The query language. Whatever is typed has a meaning: what can't be understood is a separator.
//!
//! ```text
//! query  = terms { "OR" terms }        AND binds closer than OR
//! terms  = term { term }               all of them; see plan.rs for what is found besides
//! term   = ["-"] ( '"' words '"' | word ) ["*"]
//! ```

use super::Typing;
use super::words::{folded, words};

/// No more terms than this are looked for; the first ones count.
const MAX_TERMS: usize = 64;
/// A word of more bytes is in no index (PostgreSQL's limit), so it is passed over.
const MAX_WORD: usize = 2_000;
/// No more of a query than this is read, in bytes.
const MAX_QUERY: usize = 64 * 1024;

/// Words that stand side by side; one, most often.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Term {
    /// Folded, and never empty.
    pub(super) words: Vec<String>,
    /// The last word may go on.
    pub(super) prefix: bool,
}

/// Terms that have to be there, and terms that may not be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Conjunction {
    pub(super) wanted: Vec<Term>,
    pub(super) unwanted: Vec<Term>,
}

/// Any one of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) any_of: Vec<Conjunction>,
}

/// Reads a query; one without any word to look for is empty.
pub(super) fn parse(text: &str, typing: Typing) -> Query {
    let text = &text[..text.floor_char_boundary(MAX_QUERY)];
    let mut query = Query::default();
    let mut current = Conjunction::default();
    let mut terms = 0;
    let mut rest = text;
    while let Some((chunk, behind)) = next_chunk(rest) {
        rest = behind;
        if chunk == Chunk::Plain("OR") {
            query.push(std::mem::take(&mut current));
            continue;
        }
        let unfinished =
            typing == Typing::InProgress && rest.is_empty() && !text.ends_with(char::is_whitespace);
        let Some((term, unwanted)) = term(chunk, unfinished) else {
            continue;
        };
        let list = if unwanted {
            &mut current.unwanted
        } else {
            &mut current.wanted
        };
        if terms < MAX_TERMS && !list.contains(&term) {
            list.push(term);
            terms += 1;
        }
    }
    query.push(current);
    query
}

impl Query {
    /// Words that are only to be missing would find nearly everything, and so find nothing.
    fn push(&mut self, conjunction: Conjunction) {
        if !conjunction.wanted.is_empty() {
            self.any_of.push(conjunction);
        }
    }
}

/// A piece of a query between blanks, or between quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Chunk<'a> {
    Plain(&'a str),
    Quoted {
        text: &'a str,
        unwanted: bool,
        starred: bool,
    },
}

/// The first piece and what is behind it. A quote that is never closed reaches to the end.
fn next_chunk(text: &str) -> Option<(Chunk<'_>, &str)> {
    let text = text.trim_start();
    if text.is_empty() {
        return None;
    }
    let unquoted = text.strip_prefix('-').unwrap_or(text);
    if let Some(inside) = unquoted.strip_prefix('"') {
        let (quoted, behind) = inside.split_once('"').unwrap_or((inside, ""));
        let unwanted = text.starts_with('-');
        let starred = behind.starts_with('*') && quoted.ends_with(char::is_alphanumeric);
        return Some((
            Chunk::Quoted {
                text: quoted,
                unwanted,
                starred,
            },
            behind,
        ));
    }
    let end = text
        .find(|c: char| c.is_whitespace() || c == '"')
        .unwrap_or(text.len());
    // A quote in the middle of a word starts a piece of its own.
    let end = if end == 0 { 1 } else { end };
    Some((Chunk::Plain(&text[..end]), &text[end..]))
}

/// The term of a piece, and whether it has to be missing; None where it has no word.
fn term(chunk: Chunk<'_>, unfinished: bool) -> Option<(Term, bool)> {
    let (text, unwanted, prefix) = match chunk {
        Chunk::Quoted {
            text,
            unwanted,
            starred,
        } => (text, unwanted, starred),
        Chunk::Plain(text) => {
            let bare = text.strip_prefix('-').unwrap_or(text);
            // In `foo - bar` the dash is a dash.
            let unwanted = bare.len() < text.len() && bare.starts_with(char::is_alphanumeric);
            let starred = bare.trim_end_matches('*').len() < bare.len()
                && bare.trim_end_matches('*').ends_with(char::is_alphanumeric);
            (
                bare,
                unwanted,
                starred || (unfinished && bare.ends_with(char::is_alphanumeric)),
            )
        }
    };
    let words: Vec<String> = words(text)
        .filter(|word| word.text.len() <= MAX_WORD)
        .map(|word| folded(word.text))
        .filter(|word| !word.is_empty())
        .take(MAX_TERMS)
        .collect();
    (!words.is_empty()).then_some((Term { words, prefix }, unwanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Writes a query out: `a "b c" d* -e | f`.
    fn read(text: &str) -> String {
        shown(&parse(text, Typing::Finished))
    }

    fn shown(query: &Query) -> String {
        let term = |term: &Term| {
            let words = term.words.join(" ");
            let words = if term.words.len() > 1 {
                format!("\"{words}\"")
            } else {
                words
            };
            words + if term.prefix { "*" } else { "" }
        };
        let conjunction = |all: &Conjunction| {
            let wanted = all.wanted.iter().map(term);
            wanted
                .chain(
                    all.unwanted
                        .iter()
                        .map(|unwanted| format!("-{}", term(unwanted))),
                )
                .collect::<Vec<_>>()
                .join(" ")
        };
        query
            .any_of
            .iter()
            .map(conjunction)
            .collect::<Vec<_>>()
            .join(" | ")
    }

    #[test]
    fn every_form_is_understood() {
        for (typed, meant) in [
            ("connection pool", "connection pool"),
            ("\"connection pool\"", "\"connection pool\""),
            ("conf* -thread", "conf* -thread"),
            ("-\"a b\" c", "c -\"a b\""),
            ("sqlite OR postgres", "sqlite | postgres"),
            ("a b OR c", "a b | c"),
            ("or not and", "or not and"),
            ("Über CAFÉ", "uber cafe"),
            ("foo-ba*", "\"foo ba\"*"),
            ("\"foo ba\"*", "\"foo ba\"*"),
        ] {
            assert_eq!(read(typed), meant, "{typed}");
        }
    }

    #[test]
    fn what_people_type_is_never_an_error() {
        for (typed, meant) in [
            ("C++", "c"),
            ("foo-bar", "\"foo bar\""),
            ("o'clock", "\"o clock\""),
            ("\"unclosed", "unclosed"),
            ("a.b.c:d", "\"a b c d\""),
            ("NEAR(a b)", "\"near a\" b"),
            ("OR OR a OR", "a"),
            ("foo - bar", "foo bar"),
            ("a\"b c\"d", "a \"b c\" d"),
            ("-only", ""),
            ("", ""),
            ("* - ( ) \"\" \\ % 😀", ""),
            ("--x", "x"),
        ] {
            assert_eq!(read(typed), meant, "{typed}");
        }
    }

    #[test]
    fn the_last_word_of_an_unfinished_query_may_go_on() {
        assert_eq!(
            shown(&parse("connection po", Typing::InProgress)),
            "connection po*"
        );
        assert_eq!(
            shown(&parse("connection pool ", Typing::InProgress)),
            "connection pool"
        );
        assert_eq!(shown(&parse("\"a b", Typing::InProgress)), "\"a b\"");
    }

    #[test]
    fn a_query_of_any_size_has_few_terms() {
        let many: Vec<String> = (0..5_000).map(|n| format!("w{n}")).collect();
        assert_eq!(
            parse(&many.join(" "), Typing::Finished).any_of[0]
                .wanted
                .len(),
            MAX_TERMS
        );
        assert_eq!(read(&"word ".repeat(2_000)), "word");
        assert_eq!(read(&"x".repeat(5_000)), "");
    }

    proptest! {
        #[test]
        fn any_text_is_a_query(text in "\\PC*", quoted in "[\"*\\- OR\0a-c]*") {
            parse(&text, Typing::InProgress);
            let query = parse(&quoted, Typing::Finished);
            prop_assert!(query.any_of.iter().all(|all| !all.wanted.is_empty()));
        }

        #[test]
        fn reading_what_was_written_out_gives_the_same(text in "[a-c\"*\\- ]{0,40}( OR [a-c ]{0,9})?") {
            let query = parse(&text, Typing::Finished);
            prop_assume!(!query.any_of.is_empty());
            prop_assert_eq!(parse(&shown(&query).replace('|', "OR"), Typing::Finished), query);
        }
    }
}
