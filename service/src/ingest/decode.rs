//! From a file's bytes to a document's text: UTF-8, exactly, without a byte-order mark.

use std::io::Read;
use std::path::Path;

/// Reads a file of at most `max_bytes`; the error says in words what is wrong.
pub(super) fn read(path: &Path, max_bytes: usize) -> Result<String, String> {
    let file = std::fs::File::open(path).map_err(|error| format!("cannot be read: {error}"))?;
    let about = file
        .metadata()
        .map_err(|error| format!("cannot be read: {error}"))?;
    if !about.is_file() {
        return Err("is no regular file".to_owned());
    }
    if about.len() > max_bytes as u64 {
        return Err(format!(
            "has {} bytes, more than the limit of {max_bytes}",
            about.len()
        ));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or_default());
    // It may have grown since it was looked at.
    file.take(max_bytes as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("cannot be read: {error}"))?;
    if bytes.len() > max_bytes {
        return Err(format!("has more bytes than the limit of {max_bytes}"));
    }
    decode(bytes)
}

/// The text of the bytes.
fn decode(mut bytes: Vec<u8>) -> Result<String, String> {
    const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
    if bytes.starts_with(BYTE_ORDER_MARK) {
        bytes.drain(..BYTE_ORDER_MARK.len());
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(format!(
            "has a NUL character at byte {at}, which a database can't store as text"
        ));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let byte = error.as_bytes().get(at).copied().unwrap_or_default();
        format!("is not UTF-8: byte {at} is 0x{byte:02x}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_exactly_but_for_its_byte_order_mark() {
        assert_eq!(
            decode(b"\xef\xbb\xbfa\r\nb\t".to_vec()).as_deref(),
            Ok("a\r\nb\t")
        );
    }

    #[test]
    fn what_is_no_text_is_refused_with_the_place() {
        assert_eq!(
            decode(b"ab\xff".to_vec()),
            Err("is not UTF-8: byte 2 is 0xff".to_owned())
        );
        assert!(
            decode(b"a\0b".to_vec()).is_err_and(|said| said.contains("NUL character at byte 1"))
        );
    }
}
