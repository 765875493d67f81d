//! The block of settings that a text may begin with: YAML between lines of `---`, or TOML between
//! lines of `+++`. It stays in the text, and becomes the document's metadata.
//!
//! Nothing here fails: what can't be read is a note. Size, depth and aliases are bounded, so that
//! a block of a few hundred bytes can't grow into gigabytes.

mod parse;

use serde_json::{Map, Value};

use crate::search::language::{self, Language};

/// The longest block, in bytes.
const MAX_BYTES: usize = 64 * 1024;
/// The deepest nesting, far below what readers of JSON take.
const MAX_DEPTH: usize = 32;
/// The most that a block may become, in values: aliases repeat what they name.
const MAX_VALUES: usize = 10_000;

/// What a text begins with.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct FrontMatter<'a> {
    /// What the block says.
    pub(crate) fields: Map<String, Value>,
    /// Why it could not be read, where there is one that could not.
    pub(crate) problem: Option<String>,
    /// The text behind it.
    pub(super) body: &'a str,
}

/// The block at a text's beginning, if it has one.
pub(crate) fn read(text: &str) -> FrontMatter<'_> {
    let Some((fence, block, body)) = block(text) else {
        return FrontMatter {
            body: text,
            ..FrontMatter::default()
        };
    };
    let read = match fence {
        _ if block.len() > MAX_BYTES => Err(format!(
            "the front matter has {} bytes, more than {MAX_BYTES}",
            block.len()
        )),
        Fence::Yaml => parse::yaml(block),
        Fence::Toml => parse::toml(block),
    };
    match read.and_then(bounded) {
        Ok(mut fields) => {
            as_texts(&mut fields, fence, block);
            FrontMatter {
                fields,
                problem: None,
                body,
            }
        }
        Err(problem) => FrontMatter {
            fields: Map::new(),
            problem: Some(problem),
            body: text,
        },
    }
}

#[derive(Clone, Copy)]
enum Fence {
    Yaml,
    Toml,
}

/// The block's language, the block, and what is behind it.
fn block(text: &str) -> Option<(Fence, &str, &str)> {
    let (fence, ends): (_, &[&str]) = match text.get(..3)? {
        "---" => (Fence::Yaml, &["---", "..."]),
        "+++" => (Fence::Toml, &["+++"]),
        _ => return None,
    };
    let (first, rest) = text.split_once('\n')?;
    if first.trim_end().len() != 3 {
        return None;
    }
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if ends.contains(&line.trim_end()) {
            return Some((fence, &rest[..at], &rest[at + line.len()..]));
        }
        at += line.len();
        // Far behind a rule there may be another rule: only what begins like a block is one then.
        if at > MAX_BYTES && !begins_with_a_field(rest, fence) {
            return None;
        }
    }
    None
}

fn begins_with_a_field(block: &str, fence: Fence) -> bool {
    let mut lines = block.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| match fence {
        Fence::Yaml => line.ends_with(':') || line.contains(": "),
        Fence::Toml => line.contains('=') || line.starts_with('['),
    })
}

/// Refuses what a database, or whoever reads it, would choke on.
fn bounded(fields: Map<String, Value>) -> Result<Map<String, Value>, String> {
    fn check(value: &Value, depth: usize, values: &mut usize) -> Result<(), &'static str> {
        *values += 1;
        if depth > MAX_DEPTH || *values > MAX_VALUES {
            return Err("the front matter is too deep, or says too much");
        }
        match value {
            Value::String(text) if text.contains('\0') => {
                Err("the front matter has a NUL character")
            }
            Value::Array(items) => items
                .iter()
                .try_for_each(|item| check(item, depth + 1, values)),
            Value::Object(fields) => fields.iter().try_for_each(|(name, value)| {
                if name.contains('\0') {
                    return Err("the front matter has a NUL character");
                }
                check(value, depth + 1, values)
            }),
            _ => Ok(()),
        }
    }
    let fields = Value::Object(fields);
    check(&fields, 0, &mut 0)?;
    match fields {
        Value::Object(fields) => Ok(fields),
        _ => Ok(Map::new()),
    }
}

/// A title and a date are texts, and tags are a list of texts, as they were written.
fn as_texts(fields: &mut Map<String, Value>, fence: Fence, block: &str) {
    // Many programs say `lang`; it stays, too.
    if let Some(Value::String(lang)) = fields.get("lang")
        && let Ok(language) = lang.parse::<Language>()
        && !fields.contains_key(language::KEY)
    {
        fields.insert(language::KEY.to_owned(), language.name().into());
    }
    for name in ["title", "date"] {
        if let Some(value) = fields.get_mut(name)
            && let Some(text) = text(value)
            && !value.is_string()
        {
            *value = written(fence, block, name).unwrap_or(text).into();
        }
    }
    if let Some(tags) = fields.get_mut("tags") {
        let list: Option<Vec<String>> = match &*tags {
            Value::Array(items) if items.iter().all(Value::is_string) => {
                items.iter().map(text).collect()
            }
            Value::Array(items) => {
                let named = items.iter().filter(|item| !item.is_null());
                let named: Option<Vec<String>> = named.map(text).collect();
                named.map(|named| all_written(fence, block, "tags").unwrap_or(named))
            }
            Value::Null => Some(Vec::new()),
            Value::String(tags) => Some(tags.split(',').map(str::to_owned).collect()),
            other => text(other).map(|tag| vec![written(fence, block, "tags").unwrap_or(tag)]),
        };
        if let Some(list) = list {
            let trimmed = list
                .iter()
                .map(|tag| tag.trim())
                .filter(|tag| !tag.is_empty());
            *tags = trimmed.map(Value::from).collect();
        }
    }
}

fn written(fence: Fence, block: &str, field: &str) -> Option<String> {
    match fence {
        Fence::Yaml => parse::yaml_text(block, field),
        Fence::Toml => parse::toml_texts(block, field).map(|texts| texts.concat()),
    }
}

fn all_written(fence: Fence, block: &str, field: &str) -> Option<Vec<String>> {
    match fence {
        Fence::Yaml => parse::yaml_texts(block, field),
        Fence::Toml => parse::toml_texts(block, field),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn fields(text: &str) -> Value {
        Value::Object(read(text).fields)
    }

    #[test]
    fn yaml_becomes_fields_with_dates_as_text() {
        let text = "---\ntitle: Kestrels\ntags: [birds, 2024]\ndate: 2024-05-01\nnested: {a: [1, 2.5, null, true]}\n---\n# Body\n";
        assert_eq!(
            fields(text),
            json!({"title": "Kestrels", "tags": ["birds", "2024"], "date": "2024-05-01", "nested": {"a": [1, 2.5, null, true]}})
        );
        assert_eq!(read(text).body, "# Body\n");
    }

    #[test]
    fn toml_becomes_fields_with_dates_as_text() {
        let text = "+++\r\ntitle = \"Kestrels\"\r\ntags = \"birds, prey\"\r\ndate = 2024-05-01T10:00:00Z\r\n+++\r\nBody";
        assert_eq!(
            fields(text),
            json!({"title": "Kestrels", "tags": ["birds", "prey"], "date": "2024-05-01T10:00:00Z"})
        );
    }

    #[test]
    fn a_language_is_what_either_word_for_it_says() {
        for (block, expected) in [
            ("language: de", json!({"language": "de"})),
            (
                "lang: de-AT",
                json!({"lang": "de-AT", "language": "german"}),
            ),
            ("lang: tlh", json!({"lang": "tlh"})),
            (
                "lang: de\nlanguage: fr",
                json!({"lang": "de", "language": "fr"}),
            ),
        ] {
            assert_eq!(fields(&format!("---\n{block}\n---\n")), expected);
        }
    }

    #[test]
    fn what_only_looks_like_it_is_text() {
        for text in [
            "",
            "--",
            "---",
            "---\nno end",
            "----\na: b\n---\n",
            "a\n---\nb: c\n---\n",
            "+++\na = 1\n---\n",
        ] {
            assert_eq!(
                read(text),
                FrontMatter {
                    body: text,
                    ..FrontMatter::default()
                },
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_can_not_be_read_is_a_note() {
        for text in [
            "---\ntitle: a: b\n  - c\n---\n",
            "---\njust a line\n---\n",
            "---\na: \"\\0\"\n---\n",
            "+++\nnot toml\n+++\n",
            "---\na: &a [x]\nb: [*c]\n---\n",
            "---\n{1: a, \"1\": b}\n---\n",
        ] {
            let found = read(text);
            assert!(
                found.problem.is_some() && found.fields.is_empty(),
                "{text:?}: {found:?}"
            );
            assert_eq!(found.body, text);
        }
    }

    #[test]
    fn titles_dates_and_tags_are_the_texts_that_were_written() {
        for (text, expected) in [
            (
                "---\ntitle: 1.10\ntags: [1.10, 007, ~, x, 0x1F, true]\ndate: 2024\n---\n",
                json!({"title": "1.10", "tags": ["1.10", "007", "x", "0x1F", "true"], "date": "2024"}),
            ),
            (
                "---\nzip: 01234\nphone: 0301234567\nneg: -007\nplus: +49\nsha: 1e10\nbig: 12345678901234567890123\nversion: 1.10\nzero: -0.0\n---\n",
                json!({"zip": "01234", "phone": "0301234567", "neg": "-007", "plus": "+49", "sha": "1e10", "big": "12345678901234567890123", "version": "1.10", "zero": "-0.0"}),
            ),
            (
                "---\nn: 7\nless: -3\nhalf: 0.5\nlist: [1, 02, {deep: 003, other: 4}]\nbase: &b {x: 010}\nagain: *b\n---\n",
                json!({"n": 7, "less": -3, "half": 0.5, "list": [1, "02", {"deep": "003", "other": 4}], "base": {"x": "010"}, "again": {"x": "010"}}),
            ),
            ("---\ntags: 1.10\n---\n", json!({"tags": ["1.10"]})),
            (
                "+++\ntitle = 1.10\ntags = [1.10, \"x\"]\ndate = 2024\n+++\n",
                json!({"title": "1.10", "tags": ["1.10", "x"], "date": "2024"}),
            ),
        ] {
            assert_eq!(fields(text), expected, "{text}");
        }
    }

    #[test]
    fn what_json_does_not_have_is_text() {
        assert_eq!(
            fields("---\na: .inf\nb: [-.inf, .nan]\n~: null\n1: x\n---\n"),
            json!({"a": ".inf", "b": ["-.inf", ".nan"], "~": null, "1": "x"})
        );
        assert_eq!(
            fields("+++\na = inf\nb = [-inf, nan]\n+++\n"),
            json!({"a": "inf", "b": ["-inf", "nan"]})
        );
    }

    #[test]
    fn a_block_that_is_too_long_is_a_note_and_a_rule_is_none() {
        let long = format!("---\ntitle: t\na: {}\n---\nbody", "x".repeat(MAX_BYTES));
        let found = read(&long);
        assert!(found.problem.unwrap().contains("bytes, more than 65536"));
        assert_eq!(found.body, long);
        let rules = format!("---\n\nwords {}\n---\nbody", "x".repeat(MAX_BYTES));
        assert_eq!(read(&rules).problem, None);
    }

    #[test]
    fn aliases_can_not_grow_without_bound() {
        let mut bomb = vec!["---\na0: &a0 [x, x, x, x, x, x, x, x, x]".to_owned()];
        for n in 1..12 {
            let before = format!("*a{}", n - 1);
            bomb.push(format!("a{n}: &a{n} [{}]", vec![before; 9].join(", ")));
        }
        bomb.push("---\n".to_owned());
        assert!(read(&bomb.join("\n")).problem.is_some());
        let deep = format!("---\na: {}{}\n---\n", "[".repeat(500), "]".repeat(500));
        assert!(read(&deep).problem.is_some());
    }

    proptest! {
        #[test]
        fn nothing_that_can_be_written_fails(text in "(---|\\+\\+\\+)\n(\\PC|\n|: |- |\\[|&a|\\*a|\"){0,200}\n(---|\\+\\+\\+)\n\\PC{0,20}") {
            let found = read(&text);
            prop_assert!(found.problem.is_none() || found.fields.is_empty());
            prop_assert!(text.ends_with(found.body));
        }
    }
}
