//! What rows say, in a few bytes that are the same on both databases.

use sea_orm::{EntityTrait, Iterable, ModelTrait, Value};

/// What a row says, whichever database it is in.
pub(super) fn digest<E>(row: &E::Model) -> u128
where
    E: EntityTrait,
    E::Model: ModelTrait<Entity = E>,
{
    digest_of(E::Column::iter().map(|column| row.get(column)))
}

/// What values say, whichever database they are in.
pub(super) fn digest_of(values: impl Iterator<Item = Value>) -> u128 {
    let mut hash = blake3::Hasher::new();
    for value in values {
        let text = match value {
            Value::String(text) => text,
            Value::BigInt(number) => number.map(|number| number.to_string()),
            Value::Bool(is) => is.map(|is| is.to_string()),
            Value::Uuid(id) => id.map(|id| id.to_string()),
            Value::Bytes(bytes) => bytes.map(|bytes| blake3::hash(&bytes).to_hex().to_string()),
            Value::ChronoDateTimeUtc(time) => time.map(|time| time.timestamp_micros().to_string()),
            Value::Json(json) => json.map(|json| {
                let mut text = String::new();
                plain(&json, &mut text);
                text
            }),
            other => Some(format!("{other:?}")),
        };
        // A value that is missing differs from one that is empty.
        hash.update(
            &text
                .as_ref()
                .map_or(u64::MAX, |text| text.len() as u64)
                .to_le_bytes(),
        );
        hash.update(text.unwrap_or_default().as_bytes());
    }
    let mut bytes = [0; 16];
    hash.finalize_xof().fill(&mut bytes);
    u128::from_le_bytes(bytes)
}

/// JSON in one spelling: PostgreSQL keeps numbers by their value, SQLite by their digits.
fn plain(json: &serde_json::Value, text: &mut String) {
    use serde_json::Value as Json;
    match json {
        Json::Number(number) => match number.as_f64() {
            // PostgreSQL has no negative zero in JSON.
            Some(number) => text.extend([format!("{:e}", number + 0.0)]),
            None => *text += &number.to_string(),
        },
        Json::Array(items) => {
            text.push('[');
            for item in items {
                plain(item, text);
                text.push(',');
            }
            text.push(']');
        }
        Json::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort();
            text.push('{');
            for name in names {
                text.extend([format!("{name:?}:")]);
                plain(&fields[name], text);
                text.push(',');
            }
            text.push('}');
        }
        other => *text += &other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_the_same_by_their_values() {
        let of =
            |json: serde_json::Value| digest_of([Value::Json(Some(Box::new(json)))].into_iter());
        assert_eq!(of(json!({"a": -0.0})), of(json!({"a": 0})));
        assert_eq!(of(json!([1.0, 100])), of(json!([1, 1e2])));
        assert_ne!(of(json!(-1)), of(json!(1)));
    }
}
