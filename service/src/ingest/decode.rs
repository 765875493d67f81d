//! From a file's bytes to its text: exactly, without a byte-order mark.
//!
//! A byte-order mark tells the encoding; else the caller may; else it is UTF-8 where it is valid
//! as that, UTF-16 where every other byte is zero, and otherwise what a detector makes of it. What
//! is no text in its encoding is refused, unless the caller wants it replaced.

mod damaged;
mod place;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::Undecodable;
use damaged::is_damaged_utf_8;

/// A longer text is told by its beginning.
const DETECTED_BY: usize = 512 * 1024;

/// With fewer bytes beyond ASCII the encoding that a detector tells is a guess.
const SURE_BY: usize = 64;

/// A file's text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub(super) text: String,
    /// What it was in, where that was not UTF-8.
    pub(super) encoding: Option<&'static str>,
    /// It may have been in another one: there was little to tell it by.
    pub(super) guessed: bool,
    /// Some bytes were no text, and were replaced.
    pub(super) lossy: bool,
}

/// How bytes are taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decoding {
    pub(super) encoding: Option<&'static Encoding>,
    pub(super) undecodable: Undecodable,
}

/// The text of the bytes; the error says in words what is wrong.
pub(super) fn decode(mut bytes: Vec<u8>, how: Decoding) -> Result<Decoded, String> {
    match marked(&bytes) {
        Some(Mark::Utf8) => {
            bytes.drain(..3);
            return utf_8(bytes, how.undecodable);
        }
        Some(Mark::Utf16(encoding)) => return in_encoding(encoding, &bytes, 2, how.undecodable),
        Some(Mark::Utf32(order)) => return utf_32(&bytes[4..], order),
        None => {}
    }
    match how.encoding {
        Some(encoding) if encoding == UTF_8 => utf_8(bytes, how.undecodable),
        Some(encoding) => in_encoding(encoding, &bytes, 0, how.undecodable),
        None => detected(bytes, how.undecodable),
    }
}

/// The order of the bytes in a number.
#[derive(Clone, Copy, Debug)]
enum Order {
    Little,
    Big,
}

/// A byte-order mark.
enum Mark {
    Utf8,
    Utf16(&'static Encoding),
    Utf32(Order),
}

fn marked(bytes: &[u8]) -> Option<Mark> {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => Some(Mark::Utf8),
        [0xff, 0xfe, 0, 0, ..] => Some(Mark::Utf32(Order::Little)),
        [0, 0, 0xfe, 0xff, ..] => Some(Mark::Utf32(Order::Big)),
        [0xff, 0xfe, ..] => Some(Mark::Utf16(UTF_16LE)),
        [0xfe, 0xff, ..] => Some(Mark::Utf16(UTF_16BE)),
        _ => None,
    }
}

fn utf_8(bytes: Vec<u8>, undecodable: Undecodable) -> Result<Decoded, String> {
    refuse_nul(&bytes)?;
    let error = match String::from_utf8(bytes) {
        Ok(text) => return Ok(plain(text)),
        Err(error) => error,
    };
    if undecodable == Undecodable::Replace {
        return Ok(Decoded {
            text: String::from_utf8_lossy(error.as_bytes()).into_owned(),
            lossy: true,
            ..plain(String::new())
        });
    }
    Err(not_utf_8(&error))
}

fn not_utf_8(error: &std::string::FromUtf8Error) -> String {
    let at = error.utf8_error().valid_up_to();
    let byte = error.as_bytes().get(at).copied().unwrap_or_default();
    format!("is not UTF-8: byte {at} is 0x{byte:02x}")
}

fn plain(text: String) -> Decoded {
    Decoded {
        text,
        encoding: None,
        guessed: false,
        lossy: false,
    }
}

/// What neither a mark nor the caller tells about.
fn detected(bytes: Vec<u8>, undecodable: Undecodable) -> Result<Decoded, String> {
    if bytes.contains(&0) {
        return match without_mark(&bytes) {
            Some(encoding) => in_encoding(encoding, &bytes, 0, Undecodable::Refuse)
                .or_else(|_| refuse_nul(&bytes).map(|()| plain(String::new()))),
            None => refuse_nul(&bytes).map(|()| plain(String::new())),
        };
    }
    let error = match String::from_utf8(bytes) {
        Ok(text) if text.contains('\u{1b}') => return Ok(japanese_mail(text)),
        Ok(text) => return Ok(plain(text)),
        Err(error) => error,
    };
    let found = if is_damaged_utf_8(error.as_bytes()) {
        None
    } else {
        guessed(error.as_bytes())
    };
    match (found, undecodable) {
        (Some(found), _) => Ok(found),
        (None, Undecodable::Replace) => utf_8(error.into_bytes(), undecodable),
        (None, Undecodable::Refuse) => Err(format!(
            "{}, and no other encoding fits; --encoding names one, --lossy replaces what is no text",
            not_utf_8(&error)
        )),
    }
}

/// A text of ASCII alone may be Japanese mail (ISO-2022-JP), which shifts by escape sequences.
fn japanese_mail(text: String) -> Decoded {
    if text.contains("\u{1b}$B") || text.contains("\u{1b}$@") {
        let iso = encoding_rs::ISO_2022_JP;
        if let Some(decoded) =
            iso.decode_without_bom_handling_and_without_replacement(text.as_bytes())
            && guess(text.as_bytes()) == iso
        {
            return named(decoded.into_owned(), iso);
        }
    }
    plain(text)
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    let beginning = &bytes[..bytes.len().min(DETECTED_BY)];
    detector.feed(beginning, beginning.len() == bytes.len());
    detector.guess(None, Utf8Detection::Deny)
}

fn guessed(bytes: &[u8]) -> Option<Decoded> {
    let encoding = guess(bytes);
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    // A detector always has an answer; control characters show that it is none.
    let beyond_ascii = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    (!text.contains(is_no_text)).then(|| Decoded {
        guessed: beyond_ascii < SURE_BY,
        ..named(text.into_owned(), encoding)
    })
}

fn is_no_text(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1b}' | '\u{8}')
}

fn named(text: String, encoding: &'static Encoding) -> Decoded {
    Decoded {
        text,
        encoding: Some(encoding.name()),
        guessed: false,
        lossy: false,
    }
}

/// UTF-16 without a mark: the other half of every ASCII character is zero, all on one side.
fn without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    let zeros = |side: usize| {
        bytes
            .iter()
            .skip(side)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    // One stray zero is no sign of it.
    let enough = (bytes.len() / 2 / 16).max(2);
    match (zeros(0), zeros(1)) {
        (0, many) if many >= enough => Some(UTF_16LE),
        (many, 0) if many >= enough => Some(UTF_16BE),
        _ => None,
    }
}

/// The text behind a mark of so many bytes.
fn in_encoding(
    encoding: &'static Encoding,
    bytes: &[u8],
    mark: usize,
    undecodable: Undecodable,
) -> Result<Decoded, String> {
    let body = bytes.get(mark..).unwrap_or_default();
    let (text, lossy) = encoding.decode_without_bom_handling(body);
    if lossy && undecodable == Undecodable::Refuse {
        return Err(format!(
            "is not all {}: see byte {}; --lossy replaces what is no text",
            encoding.name(),
            mark + place::malformed(encoding, body)
        ));
    }
    refuse_nul(text.as_bytes())?;
    // UTF-16 of anything even looks like text; what is none has characters that no text has.
    if encoding != UTF_8
        && let Some((at, c)) = text.chars().enumerate().find(|(_, c)| is_no_text(*c))
    {
        return Err(format!(
            "is no text in {}: character {at} is the control character U+{:04X}",
            encoding.name(),
            u32::from(c)
        ));
    }
    Ok(Decoded {
        lossy,
        ..named(text.into_owned(), encoding)
    })
}

fn utf_32(bytes: &[u8], order: Order) -> Result<Decoded, String> {
    let bad = |at: usize| format!("is not all UTF-32: see byte {}", at + 4);
    let (units, rest) = bytes.as_chunks::<4>();
    let mut text = String::with_capacity(units.len());
    for (at, unit) in units.iter().enumerate() {
        let code = match order {
            Order::Little => u32::from_le_bytes(*unit),
            Order::Big => u32::from_be_bytes(*unit),
        };
        text.push(char::from_u32(code).ok_or_else(|| bad(at * 4))?);
    }
    if !rest.is_empty() {
        return Err(bad(bytes.len()));
    }
    refuse_nul(text.as_bytes())?;
    Ok(Decoded {
        encoding: Some("UTF-32"),
        ..plain(text)
    })
}

fn refuse_nul(bytes: &[u8]) -> Result<(), String> {
    // Finding out is fast, finding where is not.
    if !bytes.contains(&0) {
        return Ok(());
    }
    let at = bytes.iter().position(|byte| *byte == 0).unwrap_or_default();
    Err(format!(
        "has a NUL character at byte {at}, as binary files have: a database can't store it as text"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRICT: Decoding = Decoding {
        encoding: None,
        undecodable: Undecodable::Refuse,
    };

    fn text(bytes: &[u8]) -> (String, Option<&'static str>) {
        let decoded = decode(bytes.to_vec(), STRICT).expect("a text");
        (decoded.text, decoded.encoding)
    }

    fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    #[test]
    fn a_text_is_kept_exactly_but_for_its_byte_order_mark() {
        assert_eq!(text(b"\xef\xbb\xbfa\r\nb\t"), ("a\r\nb\t".to_owned(), None));
        assert_eq!(
            text(b"\x1b[31mred\x1b[0m"),
            ("\u{1b}[31mred\u{1b}[0m".to_owned(), None)
        );
    }

    #[test]
    fn marks_tell_the_encoding() {
        assert_eq!(
            text(b"\xff\xfea\0\xe9\0"),
            ("aé".to_owned(), Some("UTF-16LE"))
        );
        assert_eq!(
            text(b"\xfe\xff\0a\0\xe9"),
            ("aé".to_owned(), Some("UTF-16BE"))
        );
        assert_eq!(
            text(b"\xff\xfe\0\0a\0\0\0"),
            ("a".to_owned(), Some("UTF-32"))
        );
    }

    #[test]
    fn legacy_encodings_are_told_by_what_they_say() {
        let russian = "Все счастливые семьи похожи друг на друга.";
        let japanese = "吾輩は猫である。名前はまだ無い。";
        for (encoding, said) in [
            (encoding_rs::WINDOWS_1251, russian),
            (encoding_rs::KOI8_R, russian),
            (encoding_rs::SHIFT_JIS, japanese),
            (encoding_rs::EUC_JP, japanese),
            (encoding_rs::ISO_2022_JP, japanese),
            (
                encoding_rs::WINDOWS_1252,
                "Un café crème, s’il vous plaît, à côté.",
            ),
        ] {
            let (read, name) = text(&encoded(encoding, said));
            assert_eq!(read, said, "{}", encoding.name());
            assert!(name.is_some(), "{}", encoding.name());
        }
        let utf_16: Vec<u8> = "kestrel"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(text(&utf_16), ("kestrel".to_owned(), Some("UTF-16BE")));
    }

    #[test]
    fn what_is_no_text_is_refused_with_the_place() {
        let refused = |bytes: &[u8], how| decode(bytes.to_vec(), how).expect_err("refused");
        let utf_8 = Decoding {
            encoding: Some(UTF_8),
            ..STRICT
        };
        assert_eq!(refused(b"ab\xff", utf_8), "is not UTF-8: byte 2 is 0xff");
        assert!(refused(b"a\0bc", STRICT).contains("NUL character at byte 1"));
        assert!(refused(b"# bad \x00\xff\xfe\x00\x80 bytes \xc3", STRICT).contains("NUL"));
        let damaged = "naïve façade, déjà vu".as_bytes();
        let damaged: Vec<u8> = damaged.iter().copied().chain([0xc3]).collect();
        assert!(refused(&damaged, STRICT).contains("is not UTF-8"));
        for (bytes, said) in [
            (
                b"\xff\xfe\xff".as_slice(),
                "is not all UTF-16LE: see byte 2;",
            ),
            (b"\xff\xfea\0\0\xd8b\0", "is not all UTF-16LE: see byte 4;"),
            (b"\xfe\xff\0a\xdc\0", "is not all UTF-16BE: see byte 4;"),
            (
                b"\xff\xfea\0\x01\0",
                "character 1 is the control character U+0001",
            ),
        ] {
            let refused = refused(bytes, STRICT);
            assert!(refused.contains(said), "{refused}");
        }
        let shift_jis = Decoding {
            encoding: Some(encoding_rs::SHIFT_JIS),
            ..STRICT
        };
        assert!(refused(b"abc\x82", shift_jis).contains("see byte 3;"));
    }

    #[test]
    fn what_is_no_text_can_be_replaced() {
        let lossy = Decoding {
            encoding: Some(UTF_8),
            undecodable: Undecodable::Replace,
        };
        let decoded = decode(b"ab\xff".to_vec(), lossy).expect("a text");
        assert_eq!((decoded.text.as_str(), decoded.lossy), ("ab\u{fffd}", true));
    }
}
