//! Which documents are shown, as one types it: `tag:draft name:My notes after:2026-01-31`.

use service::{DocumentFilter, DocumentSort};

use crate::admin::when::begin;

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

/// Reads a filter; an error says what is wrong with it. A word without a key goes on with what was
/// before it; at the beginning it is of a code.
pub(super) fn parse(typed: &str) -> Result<DocumentFilter, String> {
    let mut conditions: Vec<(Key, String)> = Vec::new();
    for word in typed.split_whitespace() {
        let keyed = word
            .split_once(':')
            .and_then(|(key, value)| Some((Key::of(key)?, value)));
        match (keyed, conditions.last_mut()) {
            (Some((key, value)), _) => conditions.push((key, value.to_owned())),
            // A time is one word.
            (None, Some((key, value))) if !key.is_time() || value.is_empty() => {
                let gap = if value.is_empty() { "" } else { " " };
                *value = format!("{value}{gap}{word}");
            }
            (None, _) => conditions.push((Key::Code, word.to_owned())),
        }
    }
    let mut filter = DocumentFilter::all();
    let mut seen = Vec::new();
    for (key, value) in conditions {
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
            ("a:b", all().code("a:b")),
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
            ("name:a name:b", "only tag: may be there more than once"),
        ] {
            let error = parse(typed).unwrap_err();
            assert!(error.contains(problem), "{error}");
        }
    }
}
