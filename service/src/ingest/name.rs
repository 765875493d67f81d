//! What people know a document by.

use serde_json::{Map, Value};

use crate::validate::MAX_CODE;

/// Headings are looked for this far into a text, in bytes.
const LOOKED_AT: usize = 16 * 1024;
/// Extensions of texts that have headings.
const WITH_HEADINGS: [&str; 5] = ["md", "markdown", "mdx", "mkd", "rst"];

/// The title in the front matter, else the text's first heading.
pub(super) fn of(
    fields: &Map<String, Value>,
    body: &str,
    extension: Option<&str>,
) -> Option<String> {
    let title = fields.get("title").and_then(Value::as_str);
    title.and_then(tidy).or_else(|| {
        let has_headings = extension.is_some_and(|extension| {
            WITH_HEADINGS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(extension))
        });
        has_headings.then(|| heading(body)).flatten()
    })
}

/// The first heading outside blocks of code and comments: `# One`, or a line that is underlined.
fn heading(body: &str) -> Option<String> {
    let mut end = body.len().min(LOOKED_AT);
    while !body.is_char_boundary(end) {
        end -= 1;
    }
    let mut fence: Option<&str> = None;
    let mut is_comment = false;
    let mut above = "";
    for line in body[..end].lines() {
        let bare = line.trim_start_matches(' ');
        let indent = line.len() - bare.len();
        if let Some(mark) = fence {
            if bare.starts_with(mark) {
                fence = None;
            }
            continue;
        }
        let opens = indent < 4 && bare.starts_with("<!--");
        if is_comment || opens {
            let inside = bare.get(if opens { 4 } else { 0 }..).unwrap_or_default();
            is_comment = !inside.contains("-->");
            above = "";
            continue;
        }
        if indent < 4 {
            fence = ["```", "~~~"]
                .into_iter()
                .find(|mark| bare.starts_with(mark));
            if let Some(found) = marked(bare).or_else(|| underlined(above, bare)) {
                return Some(found);
            }
        }
        above = if indent < 4 { bare.trim() } else { "" };
    }
    None
}

/// `# A heading ##`
fn marked(line: &str) -> Option<String> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    if !(1..=6).contains(&level) || !text.starts_with([' ', '\t']) {
        return None;
    }
    let text = text.trim();
    let open = text.trim_end_matches('#');
    tidy(if open.is_empty() || open.ends_with([' ', '\t']) {
        open
    } else {
        text
    })
}

/// A line with another one below it that is all `=`.
fn underlined(above: &str, line: &str) -> Option<String> {
    let rule = line.trim_end();
    let is_rule = rule.len() >= 2 && rule.bytes().all(|byte| byte == b'=');
    (is_rule && !above.bytes().all(|byte| byte == b'='))
        .then(|| tidy(above))
        .flatten()
}

/// On one line, without control characters, and no longer than a name may be.
fn tidy(text: &str) -> Option<String> {
    let text: String = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let text: String = text.chars().take(MAX_CODE).collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn name(fields: Value, body: &str, extension: &str) -> Option<String> {
        let Value::Object(fields) = fields else {
            panic!("fields")
        };
        of(&fields, body, Some(extension))
    }

    #[test]
    fn a_title_comes_before_a_heading() {
        assert_eq!(
            name(json!({"title": "A  title\n"}), "# One", "md").as_deref(),
            Some("A title")
        );
        assert_eq!(
            name(json!({"title": " "}), "# One", "md").as_deref(),
            Some("One")
        );
    }

    #[test]
    fn the_first_heading_is_found_in_all_its_forms() {
        for (body, expected) in [
            ("# One\n# Two", Some("One")),
            ("text\n\n  ### Deep ###\n", Some("Deep")),
            ("```\n# not this\n```\n## This\r\n", Some("This")),
            ("    # code\n# C#\n", Some("C#")),
            ("#hashtag\nTitle\n=====\n", Some("Title")),
            ("=====\nTitle\n=====\n", Some("Title")),
            ("<!--\n# no\n-->\n# Yes\n", Some("Yes")),
            ("<!-- a word -->\n# Yes\n", Some("Yes")),
            ("```\n<!--\n```\n# Yes\n", Some("Yes")),
            ("<!-- no end\n# no\n", None),
            ("#######  seven\n", None),
            ("# \n#\n", None),
            ("\n====\n", None),
            ("", None),
        ] {
            assert_eq!(name(json!({}), body, "md").as_deref(), expected, "{body:?}");
        }
        assert_eq!(name(json!({}), "# a comment", "txt"), None);
    }

    #[test]
    fn a_name_fits() {
        let long = format!("# {}", "ü".repeat(2_000));
        assert_eq!(
            name(json!({}), &long, "md").map(|name| name.chars().count()),
            Some(MAX_CODE)
        );
    }
}
