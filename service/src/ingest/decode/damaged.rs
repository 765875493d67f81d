//! UTF-8 that was cut, mended badly or written wrongly: no other encoding, though a detector finds one.

/// Whether bytes that are not UTF-8 were meant as that.
///
/// More of them are UTF-8 beyond ASCII than are not, or most of them have its shape: a byte that leads,
/// with as many behind it as that one says. Surrogates (CESU-8) and forms that are too long have that
/// shape; texts in other encodings have it here and there at the most.
pub(super) fn is_damaged_utf_8(bytes: &[u8]) -> bool {
    let (mut valid, mut invalid) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    valid >= invalid || is_cut(bytes) || has_its_shape(bytes)
}

/// How many bytes belong behind this one, if it leads.
fn behind(lead: u8) -> Option<usize> {
    match lead {
        0xc0..=0xdf => Some(1),
        0xe0..=0xef => Some(2),
        0xf0..=0xf7 => Some(3),
        _ => None,
    }
}

fn goes_on(byte: u8) -> bool {
    (0x80..=0xbf).contains(&byte)
}

/// Three of four bytes beyond ASCII are in whole sequences.
fn has_its_shape(bytes: &[u8]) -> bool {
    let (mut shaped, mut others, mut at) = (0_usize, 0_usize, 0_usize);
    while let Some(byte) = bytes.get(at) {
        if byte.is_ascii() {
            at += 1;
            continue;
        }
        let more = bytes.iter().skip(at + 1);
        let more = more.take_while(|byte| goes_on(**byte)).count();
        match behind(*byte) {
            Some(wanted) if more == wanted => shaped += wanted + 1,
            _ => others += more + 1,
        }
        at += more + 1;
    }
    shaped > 0 && shaped >= 3 * others
}

/// All is ASCII but for a sequence that the end cuts. A byte alone may be a letter of another encoding:
/// it is one where capitals stand before it (`CAF\xc9`), and where it is a small letter that words end
/// with (`caf\xe9`).
fn is_cut(bytes: &[u8]) -> bool {
    let ascii = bytes.iter().take_while(|byte| byte.is_ascii()).count();
    let (before, rest) = bytes.split_at(ascii);
    let Some((lead, more)) = rest.split_first() else {
        return false;
    };
    let is_begun = behind(*lead).is_some_and(|wanted| more.len() < wanted);
    if !is_begun || !more.iter().all(|byte| goes_on(*byte)) {
        return false;
    }
    let follows_a_capital = before.last().is_some_and(u8::is_ascii_uppercase);
    !more.is_empty() || (matches!(lead, 0xc2..=0xde | 0xe2 | 0xf0) && !follows_a_capital)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_8_that_was_cut_or_written_wrongly_is_known() {
        for bytes in [
            b"price: \xe2\x82".as_slice(),
            b"na\xc3",
            b"it\xe2",
            b"\xed\xa0\xbd\xed\xb8\x80 a smile in CESU-8",
            b"a / that is too long: \xc0\xaf, and a NUL: \xc0\x80",
            b"\xe0\x80\xaf",
            b"caf\xc3\xa9 \xed\xa0\xbd\xed\xb8\x80 \xc3\xbc \xff",
        ] {
            assert!(is_damaged_utf_8(bytes), "{bytes:x?}");
        }
    }

    #[test]
    fn texts_in_other_encodings_are_none() {
        for bytes in [
            b"un caf\xe9".as_slice(),
            b"CAF\xc9",
            b"20 \xb0C",
            b"\xabtr\xe8s bien\xbb, d\xe9j\xe0 l\xe0",
            b"\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0!",
            b"\xc0\xac\xbb\xf8",
            b"\xb0\xa1\xb3\xaa\xb4\xd9",
        ] {
            assert!(!is_damaged_utf_8(bytes), "{bytes:x?}");
        }
    }
}
