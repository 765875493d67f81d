//! Which documents are shown, as one types it: `tag:draft name:My notes after:2026-01-31`.

use service::{DocumentFilter, DocumentSort};

use crate::admin::when::begin;
use crate::admin::words::{Word, split};

/// An order's name.
pub(super) const fn name_of(order: DocumentSort) -> &'static str {
    match order {
        DocumentSort::NewestFirst => "newest first",
        DocumentSort::Name => "by name",
        DocumentSort::Code => "by code",
    }
}

/// The order of this name; of another one the first.
pub(super) fn order_of(name: &str) -> DocumentSort {
    let orders = [
        DocumentSort::NewestFirst,
        DocumentSort::Name,
        DocumentSort::Code,
    ];
    let order = orders.into_iter().find(|order| name_of(*order) == name);
    order.unwrap_or_default()
}

/// What a condition is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Code,
    Name,
    Tag,
    After,
    Before,
}

impl Key {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "code" => Self::Code,
            "name" => Self::Name,
            "tag" => Self::Tag,
            "after" => Self::After,
            "before" => Self::Before,
            _ => return None,
        })
    }
}

impl Key {
    const fn is_time(self) -> bool {
        matches!(self, Self::After | Self::Before)
    }
}

/// A condition as it was typed.
#[derive(Debug)]
struct Typed {
    key: Key,
    value: String,
    /// It was in quotes: a word behind it is not a part of it.
    is_whole: bool,
}

/// What is there, for errors.
const KEYS: &str = "code:, name:, tag:, after: and before: are";

/// Reads the conditions. A word without a key goes on with what was before it; at the beginning it
/// is of a code.
fn conditions(typed: &str) -> Result<Vec<Typed>, String> {
    let mut conditions: Vec<Typed> = Vec::new();
    for Word { text, quoted_from } in split(typed, char::is_whitespace) {
        let colon = text
            .find(':')
            .filter(|at| quoted_from.is_none_or(|quote| *at < quote));
        let Some(at) = colon else {
            match conditions.last_mut() {
                // A time is one word.
                Some(last)
                    if quoted_from.is_none()
                        && !last.is_whole
                        && (!last.key.is_time() || last.value.is_empty()) =>
                {
                    let gap = if last.value.is_empty() { "" } else { " " };
                    last.value = format!("{}{gap}{text}", last.value);
                }
                _ => conditions.push(Typed {
                    key: Key::Code,
                    value: text,
                    is_whole: quoted_from.is_some(),
                }),
            }
            continue;
        };
        let (name, value) = (&text[..at], &text[at + 1..]);
        let Some(key) = Key::of(name) else {
            return Err(match name.strip_prefix('-') {
                Some(name) if Key::of(name).is_some() => {
                    format!("{name}: can't be left out here: / searches with -{name}:")
                }
                _ => format!(
                    "there is no filter {name:?}: {KEYS}; a code with a colon is typed in quotes"
                ),
            });
        };
        conditions.push(Typed {
            key,
            value: value.to_owned(),
            is_whole: quoted_from.is_some(),
        });
    }
    Ok(conditions)
}

/// Reads a filter; an error says what is wrong with it.
pub(super) fn parse(typed: &str) -> Result<DocumentFilter, String> {
    let mut filter = DocumentFilter::all();
    let mut seen = Vec::new();
    for Typed { key, value, .. } in conditions(typed)? {
        if key != Key::Tag && seen.contains(&key) {
            return Err("only tag: may be there more than once".to_owned());
        }
        seen.push(key);
        filter = match key {
            Key::Code => filter.code(value),
            Key::Name => filter.name(value),
            Key::Tag if value.is_empty() => return Err("tag: needs a tag behind it".to_owned()),
            Key::Tag => filter.tag(&value),
            Key::After => filter.since(begin(&value)?),
            Key::Before => filter.until(begin(&value)?),
        };
    }
    Ok(filter)
}

/// A query over what a filter has, in the language of queries. A begin of a name is looked for by
/// its words, and one of a code up to its first gap.
pub(super) fn narrowed(filter: &str, query: &str) -> String {
    let mut words = Vec::new();
    for Typed { key, value, .. } in conditions(filter).unwrap_or_default() {
        match key {
            Key::Code => {
                let begin = value.split_whitespace().next();
                words.extend(begin.map(|begin| format!("code:{begin}*")));
            }
            Key::Name => {
                let all: Vec<&str> = value.split_whitespace().collect();
                for (index, word) in all.iter().enumerate() {
                    let star = if index + 1 == all.len() { "*" } else { "" };
                    words.push(format!("name:{word}{star}"));
                }
            }
            Key::Tag => words.push(format!("tag:\"{value}\"")),
            Key::After => words.push(format!("after:{value}")),
            Key::Before => words.push(format!("before:{value}")),
        }
    }
    words.push(query.to_owned());
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_read_word_by_word() {
        let all = DocumentFilter::all;
        let first = "2026-01-31T00:00:00Z".parse().unwrap();
        for (typed, wanted) in [
            ("", all()),
            ("guide/", all().code("guide/")),
            (
                "name:My own notes tag:x",
                all().name("My own notes").tag("x"),
            ),
            (
                "two words tag:a b tag: c",
                all().code("two words").tag("a b").tag("c"),
            ),
            ("\"a:b\"", all().code("a:b")),
            ("code:a:b", all().code("a:b")),
            (
                "tag:\"a b\" linux/ tag:c",
                all().tag("a b").code("linux/").tag("c"),
            ),
            (
                "code:tag:x after:2026-01-31",
                all().code("tag:x").since(first),
            ),
            ("before:2026-01-31", all().until(first)),
            (
                "after:2026-01-31 linux/b",
                all().code("linux/b").since(first),
            ),
            (
                "before:2026 tag:x",
                all()
                    .until("2026-01-01T00:00:00Z".parse().unwrap())
                    .tag("x"),
            ),
        ] {
            assert_eq!(parse(typed), Ok(wanted), "{typed}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_filter_is_told() {
        for (typed, problem) in [
            ("after:soon", "\"soon\" is no time"),
            ("tag: name:x", "tag: needs a tag"),
            ("foo:bar", "there is no filter \"foo\": code:, name:"),
            ("user:ada", "there is no filter \"user\""),
            ("-tag:n", "tag: can't be left out here"),
            ("name:a name:b", "only tag: may be there more than once"),
        ] {
            let error = parse(typed).unwrap_err();
            assert!(error.contains(problem), "{error}");
        }
    }

    #[test]
    fn a_query_is_narrowed_down_to_what_the_filter_has() {
        for (filter, wanted) in [
            ("", "owl OR kestrel"),
            (
                "guide/ tag:\"a b\" name:My notes after:2026",
                "code:guide/* tag:\"a b\" name:My name:notes* after:2026 owl OR kestrel",
            ),
        ] {
            assert_eq!(narrowed(filter, "owl OR kestrel"), wanted);
        }
    }
}
