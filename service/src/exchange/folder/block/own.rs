//! Fields that people write into the block of a document: programs that show such blocks put them
//! beside those of the export. They are metadata, as in any other file that is taken in.

use serde_json::{Map, Value};

use crate::ingest::front_matter;

/// What an export writes.
const KNOWN: [&str; 9] = [
    "folio-document",
    "blake3",
    "code",
    "name",
    "id",
    "version",
    "created_at",
    "updated_at",
    "metadata",
];

/// Adds what people wrote to the metadata: tags to those that are there, all else in place of what has
/// its name.
pub(super) fn take(block: &str, metadata: &mut Option<Value>) -> Result<(), String> {
    let lines = lines(block);
    if lines.is_empty() {
        return Ok(());
    }
    let text = format!("---\n{lines}---\n");
    let read = front_matter::read(&text);
    if let Some(problem) = read.problem {
        return Err(format!(
            "what was added to its block can't be read: {problem}"
        ));
    }
    let mut own = read.fields;
    own.retain(|name, _| !KNOWN.contains(&name.as_str()));
    if own.is_empty() {
        return Ok(());
    }
    let all = metadata.get_or_insert_with(|| Value::Object(Map::new()));
    // What is no object is refused as it is checked.
    let Some(all) = all.as_object_mut() else {
        return Ok(());
    };
    if let (Some(Value::Array(tags)), Some(Value::Array(before))) =
        (own.get_mut("tags"), all.get("tags"))
    {
        let added = std::mem::replace(tags, before.clone());
        tags.extend(added.into_iter().filter(|tag| !before.contains(tag)));
    }
    all.extend(own);
    Ok(())
}

/// The lines of fields with other names.
fn lines(block: &str) -> String {
    let (mut lines, mut is_own) = (String::new(), false);
    for line in block.split_inclusive('\n') {
        if !line.starts_with([' ', '\t', '-', '#', '\n', '\r', '}', ']']) {
            let name = line.split(':').next().unwrap_or_default();
            let name = name.trim().trim_matches(['"', '\'']);
            is_own = !KNOWN.contains(&name);
        }
        if is_own {
            lines.push_str(line);
        }
    }
    if !lines.is_empty() && !lines.ends_with('\n') {
        lines.push('\n');
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_people_add_to_a_block_is_metadata() {
        let block = "folio-document: 1\ncode: a\ntags:\n  - new\n  - old\n# mine\ndate: 2024-05-01\nname: A\n\"aliases\": [ x ]\nmetadata:\n  tags:\n  - old\n  n: 1\n  date: before\n";
        let mut metadata = Some(json!({"tags": ["old"], "n": 1, "date": "before"}));
        take(block, &mut metadata).unwrap();
        assert_eq!(
            metadata.unwrap(),
            json!({"tags": ["old", "new"], "n": 1, "date": "2024-05-01", "aliases": ["x"]})
        );
        let mut metadata = None;
        take("folio-document: 1\ncode: a\ntags: x, y\n", &mut metadata).unwrap();
        assert_eq!(metadata, Some(json!({"tags": ["x", "y"]})));
        let mut metadata = None;
        take("folio-document: 1\ncode: a\nmetadata: {}\n", &mut metadata).unwrap();
        assert_eq!(metadata, None);
        assert!(take("code: a\ntags: [\n", &mut metadata).is_err());
    }
}
