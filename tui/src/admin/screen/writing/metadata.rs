//! Metadata as a text that is written: JSON, with its keys on lines of their own.

use serde_json::Value;

/// Metadata as it is shown and typed.
pub(crate) fn shown(metadata: &Value) -> String {
    serde_json::to_string_pretty(metadata).unwrap_or_default()
}

/// The metadata that was typed; an error says what is wrong with it.
pub(super) fn read(text: &str) -> Result<Value, String> {
    let read: Value = serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))?;
    if read.is_object() {
        Ok(read)
    } else {
        Err("metadata is an object: {\"key\": ...}".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_read_as_it_is_shown() {
        let metadata = serde_json::json!({ "tags": ["a", "b"], "n": 1.5 });
        assert_eq!(read(&shown(&metadata)), Ok(metadata));
        assert!(read("[1]").unwrap_err().contains("an object"));
        assert!(read("{\"a\": ").unwrap_err().contains("line 1"));
    }
}
