//! What a message has: text, or a list of parts.

use serde_json::Value;

/// A part that is one of these is an image or a file.
const ATTACHED: [&str; 5] = ["image", "audio", "video", "file", "document"];

/// Text, or the texts in a list of parts.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts = parts
                .iter()
                .filter_map(|part| part.as_str().or_else(|| part.get("text")?.as_str()));
            texts
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join("\n\n")
        }
        _ => String::new(),
    }
}

/// How many images and files are among the parts.
pub(super) fn attached(value: &Value) -> u64 {
    let is_attached = |part: &&Value| {
        let kind = part.get("content_type").or(part.get("type"));
        let kind = kind.and_then(Value::as_str).unwrap_or_default();
        part.get("text").is_none() && ATTACHED.iter().any(|known| kind.contains(known))
    };
    let parts = value.as_array().into_iter().flatten();
    parts.filter(is_attached).count() as u64
}

/// An identifier: a text that is not empty, or a whole number.
pub(super) fn id(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}
