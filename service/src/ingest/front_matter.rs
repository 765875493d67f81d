//! The block of settings that a text may begin with: YAML between lines of `---`, or TOML between
//! lines of `+++`. It stays in the text, and becomes the document's metadata.
//!
//! Nothing here fails: what can't be read is a note. Size, depth and aliases are bounded, so that
//! a block of a few hundred bytes can't grow into gigabytes.

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
pub(super) struct FrontMatter<'a> {
    /// What the block says.
    pub(super) fields: Map<String, Value>,
    /// Why it could not be read, where there is one that could not.
    pub(super) problem: Option<String>,
    /// The text behind it.
    pub(super) body: &'a str,
}

/// The block at a text's beginning, if it has one.
pub(super) fn read(text: &str) -> FrontMatter<'_> {
    let Some((fence, block, body)) = block(text) else {
        return FrontMatter {
            body: text,
            ..FrontMatter::default()
        };
    };
    let read = match fence {
        Fence::Yaml => yaml(block),
        Fence::Toml => toml(block),
    };
    match read.and_then(bounded) {
        Ok(mut fields) => {
            as_texts(&mut fields);
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
        if at > MAX_BYTES {
            return None;
        }
    }
    None
}

fn yaml(block: &str) -> Result<Map<String, Value>, String> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: 2 * MAX_VALUES,
            max_nodes: MAX_VALUES,
            max_depth: MAX_DEPTH,
            max_aliases: 1_000,
            max_anchors: 1_000,
            max_documents: 1,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 2 * MAX_VALUES,
        },
        strict_booleans: true,
        with_snippet: false,
    };
    if block.trim().is_empty() {
        return Ok(Map::new());
    }
    match serde_saphyr::from_str_with_options(block, options) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(Value::Null) => Ok(Map::new()),
        Ok(_) => Err("the front matter has no fields".to_owned()),
        // The parser's own words may repeat a piece of the text, so they are left out.
        Err(error) => Err(match error.location() {
            Some(at) => format!(
                "the front matter is no YAML, or too much of it: see its line {}",
                at.line()
            ),
            None => "the front matter is no YAML, or too much of it".to_owned(),
        }),
    }
}

fn toml(block: &str) -> Result<Map<String, Value>, String> {
    let table: toml::Table = toml::from_str(block).map_err(|error| match error.span() {
        Some(span) => {
            let line = block
                .bytes()
                .take(span.start)
                .filter(|byte| *byte == b'\n')
                .count()
                + 1;
            format!("the front matter is no TOML: see its line {line}")
        }
        None => "the front matter is no TOML".to_owned(),
    })?;
    Ok(table
        .into_iter()
        .map(|(name, value)| (name, json(value)))
        .collect())
}

fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(is) => is.into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => table
            .into_iter()
            .map(|(name, value)| (name, json(value)))
            .collect(),
    }
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

/// A title is a text, and tags are a list of texts, however they were written.
fn as_texts(fields: &mut Map<String, Value>) {
    // Many programs say `lang`; it stays, too.
    if let Some(Value::String(lang)) = fields.get("lang")
        && let Ok(language) = lang.parse::<Language>()
        && !fields.contains_key(language::KEY)
    {
        fields.insert(language::KEY.to_owned(), language.name().into());
    }
    if let Some(title) = fields.get_mut("title")
        && let Some(text) = text(title)
    {
        *title = text.into();
    }
    if let Some(tags) = fields.get_mut("tags") {
        let list: Option<Vec<String>> = match &*tags {
            Value::Array(items) => items.iter().map(text).collect(),
            Value::Null => Some(Vec::new()),
            other => text(other).map(|tags| tags.split(',').map(str::to_owned).collect()),
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
