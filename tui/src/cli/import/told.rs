//! What a file is, by how it begins.

use crate::cli::arguments::ImportKind;

/// Bytes that are looked at.
pub(super) const LOOKED_AT: u64 = 64 * 1024;

/// What packs files into one, by how it begins.
const PACKED: [(&[u8], &str); 6] = [
    (b"PK\x03\x04", "a zip file"),
    (b"PK\x05\x06", "a zip file"),
    (b"\x1f\x8b", "packed by gzip"),
    (b"BZh", "packed by bzip2"),
    (b"\xfd7zXZ\0", "packed by xz"),
    (b"\x28\xb5\x2f\xfd", "packed by zstd"),
];

/// What has to be unpacked first, where it has to be.
pub(super) fn packed(start: &[u8]) -> Option<&'static str> {
    let known = PACKED.iter().find(|(sign, _)| start.starts_with(sign));
    known.map(|(_, what)| *what)
}

fn is_tar(start: &[u8]) -> bool {
    let sign = start.get(257..).unwrap_or_default();
    start.starts_with(b"manifest.json\0") || sign.starts_with(b"ustar")
}

/// What a file is that has no text, where it is none that can be taken.
pub(super) fn binary(start: &[u8]) -> Option<&'static str> {
    if start.starts_with(b"SQLite format 3\0") {
        return Some(
            "a database of SQLite: folio copy takes a whole store, and --database-url opens it",
        );
    }
    let is_text = is_tar(start) || !start.contains(&0);
    (!is_text)
        .then_some("no text (it has bytes of zero): it is none of the files that are imported")
}

/// What a file is: an archive by its first entry's header, a file of a folder by its block, lines and
/// messages by the fields of the first object.
pub(super) fn kind(start: &[u8]) -> ImportKind {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    if is_tar(start) {
        return ImportKind::Archive;
    }
    let mut lines = start.split(|byte| *byte == b'\n');
    if lines
        .next()
        .is_some_and(|line| line.trim_ascii_end() == b"---")
        && let Some(field) = lines.next()
        && (field.starts_with(b"folio-document: ") || field.starts_with(b"folio-thread: "))
    {
        return ImportKind::Folder;
    }
    let start = start.trim_ascii_start();
    match start.first() {
        Some(b'[') => ImportKind::Messages,
        Some(b'{') => by_fields(&fields(start), start),
        _ => ImportKind::Turns,
    }
}

fn by_fields(fields: &[&[u8]], start: &[u8]) -> ImportKind {
    let has = |name: &[u8]| fields.contains(&name);
    let is_turn = has(b"question") || has(b"answer");
    let is_row = has(b"lc") || has(b"session_id") || has(b"message");
    if has(b"mapping") || has(b"messages") || (is_row && !is_turn) {
        ImportKind::Messages
    } else if fields.first() == Some(&b"code".as_slice())
        || (has(b"code") && has(b"content") && !has(b"thread_id"))
    {
        ImportKind::Documents
    } else if !is_turn
        && (has(b"type") || has(b"role"))
        && (has(b"data") || has(b"content") || has(b"kwargs"))
    {
        ImportKind::Messages
    } else if !has(b"thread_id") && start.split(|byte| *byte == b'\n').next() == Some(b"{") {
        // An object over several lines is none of Folio's lines.
        ImportKind::Messages
    } else {
        ImportKind::Turns
    }
}

/// The names of an object's own fields, as far as it is there.
fn fields(start: &[u8]) -> Vec<&[u8]> {
    let (mut fields, mut depth, mut at) = (Vec::new(), 0_usize, 0);
    while let Some(byte) = start.get(at) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
            b'"' => {
                let Some(end) = end_of_text(start, at + 1) else {
                    break;
                };
                let behind = start.get(end + 1..).unwrap_or_default();
                if depth == 1 && behind.trim_ascii_start().first() == Some(&b':') {
                    fields.extend(start.get(at + 1..end));
                }
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    fields
}

fn end_of_text(start: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match start.get(at)? {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_by_the_fields_of_its_first_object() {
        for (start, expected) in [
            (
                r#"{"thread_id":"t","question":"\"mapping\": {","answer":"a"}"#,
                ImportKind::Turns,
            ),
            (
                r#"{"type":"thread","thread_id":"t","title":null}"#,
                ImportKind::Turns,
            ),
            (
                r#"{"question":"q","answer":"a","session_id":"s"}"#,
                ImportKind::Turns,
            ),
            ("not json", ImportKind::Turns),
            (
                r#"{"code":"a","content":"{\"messages\": ["}"#,
                ImportKind::Documents,
            ),
            (r#"{"content":"t","code":"a"}"#, ImportKind::Documents),
            (
                r#"{"code":"a","content":"cut in the mid"#,
                ImportKind::Documents,
            ),
            ("\u{feff}[\n", ImportKind::Messages),
            (r#"{"messages":[{"type":"human"}]}"#, ImportKind::Messages),
            (r#"{"title":"T","mapping":{"#, ImportKind::Messages),
            ("{\n  \"title\": 1", ImportKind::Messages),
            (
                r#"{"id":1,"session_id":"s","message":"{}","created_at":"x"}"#,
                ImportKind::Messages,
            ),
            (
                r#"{"type":"human","data":{"content":"q"}}"#,
                ImportKind::Messages,
            ),
            (r#"{"role":"user","content":"q"}"#, ImportKind::Messages),
            ("manifest.json\0", ImportKind::Archive),
            ("---\nfolio-thread: 1\n", ImportKind::Folder),
        ] {
            assert_eq!(kind(start.as_bytes()), expected, "{start}");
        }
    }

    #[test]
    fn what_is_packed_is_told() {
        assert_eq!(packed(b"PK\x03\x04\x14"), Some("a zip file"));
        assert_eq!(packed(b"\x1f\x8b\x08"), Some("packed by gzip"));
        assert_eq!(packed(b"[{}]"), None);
        assert!(binary(b"SQLite format 3\0\x10").is_some_and(|what| what.contains("folio copy")));
        assert!(binary(b"{\0\"\0").is_some());
        assert_eq!(binary(b"{}"), None);
        let mut tar = vec![0; 512];
        tar[257..262].copy_from_slice(b"ustar");
        assert_eq!((binary(&tar), kind(&tar)), (None, ImportKind::Archive));
    }
}
