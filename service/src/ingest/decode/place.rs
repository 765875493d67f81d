//! Where a text is none.

use encoding_rs::{DecoderResult, Encoding};

/// Where the first bytes are that are no text in this encoding.
pub(super) fn malformed(encoding: &'static Encoding, bytes: &[u8]) -> usize {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let (mut text, mut at) = (String::with_capacity(16 * 1024), 0);
    loop {
        text.clear();
        let rest = bytes.get(at..).unwrap_or_default();
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        at += read;
        match result {
            DecoderResult::InputEmpty => return bytes.len(),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, behind) => {
                return at.saturating_sub(usize::from(length) + usize::from(behind));
            }
        }
    }
}
