//! Numbers of a line of JSON that would be stored as others: whole ones that are too large for any
//! integer are read as the nearest float.

use serde_json::Value;

/// What is said of a line with such a number.
pub(super) const ROUNDED: &str = "a whole number has more digits than are kept: it would be stored as another one; write it as a text, between quotes";

/// From here on a float may be such a number: 2 to the 63rd.
const LARGE: f64 = 9_223_372_036_854_775_808.0;

/// Whether a value of a line has such a number.
pub(super) fn are_rounded<'a>(values: impl IntoIterator<Item = &'a Value>, line: &[u8]) -> bool {
    values.into_iter().any(may_be_rounded) && has_too_long(line)
}

fn may_be_rounded(value: &Value) -> bool {
    match value {
        Value::Number(number) if number.is_f64() => {
            number.as_f64().is_some_and(|number| number.abs() >= LARGE)
        }
        Value::Array(items) => items.iter().any(may_be_rounded),
        Value::Object(fields) => fields.values().any(may_be_rounded),
        _ => false,
    }
}

/// Whether a line has such a number outside of its texts, where it is known to be JSON.
fn has_too_long(line: &[u8]) -> bool {
    let mut at = 0;
    while let Some(byte) = line.get(at) {
        match byte {
            b'"' => at = behind_text(line, at + 1),
            b'-' | b'0'..=b'9' => {
                let rest = line.get(at..).unwrap_or_default();
                let is_part =
                    |byte: &u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
                let end = rest
                    .iter()
                    .position(|byte| !is_part(byte))
                    .unwrap_or(rest.len());
                let number = rest.get(..end).unwrap_or_default();
                if is_too_long(number) {
                    return true;
                }
                at += end;
            }
            _ => at += 1,
        }
    }
    false
}

/// Whether a whole number is none that is kept as it is.
fn is_too_long(number: &[u8]) -> bool {
    let Ok(number) = std::str::from_utf8(number) else {
        return false;
    };
    let is_whole = !number.contains(['.', 'e', 'E']);
    is_whole && number.parse::<u64>().is_err() && number.parse::<i64>().is_err()
}

fn behind_text(line: &[u8], mut at: usize) -> usize {
    loop {
        match line.get(at) {
            None => return at,
            Some(b'"') => return at + 1,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_that_would_become_others_are_known() {
        for (line, are) in [
            (r#"{"n": 18446744073709551615}"#, false),
            (r#"{"n": 18446744073709551616}"#, true),
            (r#"{"n": -9223372036854775808}"#, false),
            (r#"{"a": {"n": [0, -9223372036854775809]}}"#, true),
            (r#"{"n": 1e300}"#, false),
            (r#"{"n": 1e300, "t": "\"18446744073709551616"}"#, false),
            (r#"{"n": 0.1234567890123456789}"#, false),
        ] {
            let value: Value = serde_json::from_str(line).unwrap();
            assert_eq!(are_rounded([&value], line.as_bytes()), are, "{line}");
        }
    }
}
