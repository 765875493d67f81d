//! Reading a block as fields, and its texts as they were written.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess,
    Visitor,
};
use serde_json::{Map, Value};
use toml::de::{DeTable, DeValue};

use super::{MAX_DEPTH, MAX_VALUES};

fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
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
        // Keys alone are read as texts: an empty one is a key like any other.
        null_as_string: true,
        // JSON has no such numbers.
        non_finite_float_policy: serde_saphyr::options::NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    }
}

pub(super) fn yaml(block: &str) -> Result<Map<String, Value>, String> {
    if block.trim().is_empty() {
        return Ok(Map::new());
    }
    match serde_saphyr::from_str_with_options(block, options()) {
        Ok(Node(mut value @ Value::Object(_))) => {
            let read =
                |from: serde_saphyr::Deserializer<'_, '_>| AsWritten(&mut value).deserialize(from);
            // What was read once can be read again.
            drop(serde_saphyr::with_deserializer_from_str_with_options(
                block,
                options(),
                read,
            ));
            match value {
                Value::Object(fields) => Ok(fields),
                _ => Ok(Map::new()),
            }
        }
        Ok(Node(Value::Null)) => Ok(Map::new()),
        Ok(Node(_)) => Err("the front matter has no fields".to_owned()),
        // The parser's own words may repeat a piece of the text, so they are left out.
        Err(error) => Err(match error.location() {
            Some(at) => format!(
                "the front matter is no YAML, has a key twice, or says too much: see its line {}",
                at.line()
            ),
            None => "the front matter is no YAML, has a key twice, or says too much".to_owned(),
        }),
    }
}

pub(super) fn toml(block: &str) -> Result<Map<String, Value>, String> {
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
        // JSON has no such numbers.
        toml::Value::Float(number) if !number.is_finite() => {
            number.to_string().to_lowercase().into()
        }
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

/// A value whose keys differ also as the texts that JSON makes of them.
struct Node(Value);

impl<'de> serde::Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Nodes).map(Self)
    }
}

struct Nodes;

impl<'de> Visitor<'de> for Nodes {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_bool<E: Error>(self, is: bool) -> Result<Value, E> {
        Ok(is.into())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Node(item)) = from.next_element()? {
            items.push(item);
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(name) = from.next_key::<String>()? {
            let Node(value) = from.next_value()?;
            if fields.insert(name, value).is_some() {
                return Err(A::Error::custom("two keys are the same text"));
            }
        }
        Ok(fields.into())
    }
}

/// Goes through a block once more beside what was read of it: a number that would be written in
/// another way is the text that stands there. `01234` is a code, `1.10` a version, and no JSON has as many
/// digits as somebody may write.
struct AsWritten<'a>(&'a mut Value);

impl<'de> DeserializeSeed<'de> for AsWritten<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        match self.0 {
            Value::Number(number) => {
                let text = <String as serde::Deserialize>::deserialize(from)?;
                // PostgreSQL's numbers have no negative zero.
                let is_zero = number.as_f64() == Some(0.0);
                if text != number.to_string() || is_zero && text.starts_with('-') {
                    *self.0 = text.into();
                }
                Ok(())
            }
            Value::Array(_) => from.deserialize_seq(self),
            Value::Object(_) => from.deserialize_map(self),
            _ => from.deserialize_ignored_any(IgnoredAny).map(drop),
        }
    }
}

impl<'de> Visitor<'de> for AsWritten<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("what was read before")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<(), A::Error> {
        for item in self.0.as_array_mut().into_iter().flatten() {
            from.next_element_seed(AsWritten(item))?;
        }
        while from.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<(), A::Error> {
        while let Some(name) = from.next_key::<String>()? {
            match self.0.get_mut(&name) {
                Some(value) => from.next_value_seed(AsWritten(value))?,
                None => from.next_value::<IgnoredAny>().map(drop)?,
            }
        }
        Ok(())
    }
}

/// A field's own text, or the texts of its list, as they were written: `1.10` is no number then. None
/// where it has no text.
pub(super) type Written<T> = Option<T>;

/// What a field of YAML says as a text.
pub(super) fn yaml_text(block: &str, field: &str) -> Written<String> {
    yaml_field(block, field)
}

/// What a list of YAML says as texts; what is null is none.
pub(super) fn yaml_texts(block: &str, field: &str) -> Written<Vec<String>> {
    let texts: Vec<Option<String>> = yaml_field(block, field)?;
    Some(texts.into_iter().flatten().collect())
}

fn yaml_field<T: DeserializeOwned>(block: &str, field: &str) -> Option<T> {
    let seed = Field(field, PhantomData);
    let read = |from: serde_saphyr::Deserializer<'_, '_>| seed.deserialize(from);
    serde_saphyr::with_deserializer_from_str_with_options(block, options(), read)
        .ok()
        .flatten()
}

/// One field of a map.
struct Field<'a, T>(&'a str, PhantomData<T>);

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for Field<'_, T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for Field<'_, T> {
    type Value = Option<T>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(name) = from.next_key::<String>()? {
            if name == self.0 {
                found = Some(from.next_value()?);
            } else {
                from.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// What a field of TOML says, as it was written: one text, or those of a list.
pub(super) fn toml_texts(block: &str, field: &str) -> Written<Vec<String>> {
    let table = DeTable::parse(block).ok()?.into_inner();
    let fields: BTreeMap<&str, _> = table
        .iter()
        .map(|(name, value)| (name.get_ref().as_ref(), value))
        .collect();
    let value = fields.get(field)?;
    let text = |value: &toml::Spanned<DeValue<'_>>| match value.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
        _ => block.get(value.span()).map(str::to_owned),
    };
    match value.get_ref() {
        DeValue::Array(items) => items.iter().map(text).collect(),
        _ => text(value).map(|text| vec![text]),
    }
}
