//! What is accepted at the edge: the same on both databases, before either is asked.

use crate::error::Invalid;

/// The longest code and name, in characters.
pub(crate) const MAX_CODE: usize = 512;

/// Refuses an empty text, one over `max` characters, and one with a NUL.
pub(crate) fn short_text(field: &'static str, text: &str, max: usize) -> Result<(), Invalid> {
    if text.is_empty() {
        return Err(Invalid::Empty { field });
    }
    // Bytes first: counting the characters of a huge text is work for nothing.
    if text.len() > max * 4 || text.chars().count() > max {
        return Err(Invalid::TooLong { field, max });
    }
    no_nul(field, text)
}

/// Refuses what PostgreSQL can't store, and SQLite would cut short in its own functions.
pub(crate) fn no_nul(field: &'static str, text: &str) -> Result<(), Invalid> {
    match text.bytes().position(|byte| byte == 0) {
        Some(offset) => Err(Invalid::Nul { field, offset }),
        None => Ok(()),
    }
}

/// Refuses a text with a NUL and one over the size limit.
pub(crate) fn content(field: &'static str, text: &str, max_bytes: usize) -> Result<(), Invalid> {
    if text.len() > max_bytes {
        return Err(Invalid::TooLarge {
            field,
            bytes: text.len(),
            max_bytes,
        });
    }
    no_nul(field, text)
}

/// Refuses metadata that is no JSON object, or has a NUL in any text.
pub(crate) fn metadata(value: &serde_json::Value) -> Result<(), Invalid> {
    if !value.is_object() {
        return Err(Invalid::NotAnObject { field: "metadata" });
    }
    if has_nul(value) {
        Err(Invalid::Nul {
            field: "metadata",
            offset: 0,
        })
    } else {
        Ok(())
    }
}

fn has_nul(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(items) => items.iter().any(has_nul),
        serde_json::Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}
