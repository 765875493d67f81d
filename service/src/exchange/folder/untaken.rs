//! What people have written into a block, and no import takes.

use std::collections::BTreeMap;

use serde_json::Value;

use super::block::fields;

/// What a block has that is not taken: fields with other names, and comments.
pub(crate) fn unknown(block: &str, known: &[&str]) -> Vec<String> {
    let values: BTreeMap<String, Value> = fields(block).unwrap_or_default();
    let mut names: Vec<String> = values.into_keys().collect();
    names.retain(|name| !known.contains(&name.as_str()));
    let mut unknown: Vec<String> = names
        .into_iter()
        .map(|name| format!("the field {name} of its block"))
        .collect();
    unknown.extend(has_comments(block).then(|| "a comment in its block".to_owned()));
    unknown
}

pub(super) fn has_comments(block: &str) -> bool {
    block.lines().any(has_comment)
}

/// Whether a line of YAML has a comment.
fn has_comment(line: &str) -> bool {
    let (mut quote, mut before) = (None, ' ');
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some('"'), '\\') => drop(chars.next()),
            (Some(open), c) if c == open => quote = None,
            // Within a word they are letters.
            (None, '"' | '\'') if " :,[{-".contains(before) => quote = Some(c),
            (None, '#') if before.is_whitespace() => return true,
            _ => {}
        }
        before = c;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_of_a_block_are_told_from_texts_with_their_sign() {
        for (line, has) in [
            ("# mine", true),
            ("a: b # mine", true),
            ("a: it's # mine", true),
            ("a: b#c", false),
            (r#"a: "b # c \" # d""#, false),
            ("a: 'b # c'", false),
            ("a: [ 'x', \"y # z\" ]", false),
        ] {
            assert_eq!(has_comment(line), has, "{line}");
        }
        let block = "folio-document: 1\ncode: a\ncolour: red\n";
        assert_eq!(
            unknown(block, &["folio-document", "code"]),
            ["the field colour of its block"]
        );
    }
}
