//! Files whose codes are the same, or look the same.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::files::{Listing, State, Step};

/// Of several files for one code the first one has it; the others are refused by name. Two codes
/// that differ only in capitals, or in how a letter and its mark are composed, are two documents,
/// and both are told of.
pub(super) fn tell_apart(listing: &Listing, states: &mut [State]) {
    // Hashes take the place of the codes themselves: there may be millions of them.
    let hasher = RandomState::new();
    let mut first: HashMap<u64, u32> = HashMap::with_capacity(states.len());
    let mut others: HashMap<u64, Vec<u32>> = HashMap::new();
    for at in 0..states.len() {
        if states[at].step == Step::Fail {
            continue;
        }
        let code = listing.code(&listing.found[at]);
        let key = hasher.hash_one(folded(&code));
        let here = u32::try_from(at).unwrap_or(u32::MAX);
        let Some(owner) = first.get(&key) else {
            first.insert(key, here);
            continue;
        };
        let before = others.entry(key).or_default();
        let earlier: Vec<usize> = std::iter::once(owner)
            .chain(before.iter())
            .map(|at| *at as usize)
            .collect();
        before.push(here);
        for owner in earlier {
            let theirs = listing.code(&listing.found[owner]);
            let path = listing.found[owner].path.display().to_string();
            if theirs == code {
                states[at].fail(format!("its code {code:?} is that of {path} already"));
                break;
            }
            if folded(&theirs) == folded(&code) {
                let mine = listing.found[at].path.display().to_string();
                states[at].note(&twin(&code, &theirs, &path));
                states[owner].note(&twin(&theirs, &code, &mine));
            }
        }
    }
}

fn twin(code: &str, other: &str, path: &str) -> String {
    let only = if code.nfc().eq(other.nfc()) {
        "in how its letters are composed (Unicode)"
    } else {
        "in capitals"
    };
    format!("its code differs from that of {path} only {only}")
}

/// What two codes have in common that look alike.
fn folded(code: &str) -> String {
    if code.is_ascii() {
        return code.to_ascii_lowercase();
    }
    let lower = code.to_lowercase();
    match is_nfc_quick(lower.chars()) {
        IsNormalized::Yes => lower,
        _ => lower.nfc().collect(),
    }
}
