//! Files that moved one after another, as chapters do that are numbered anew: each has the place of
//! the next one, and the last of them a new place.

use std::collections::HashMap;

use super::files::{Files, Step};
use super::vanish::Gone;

type Hash = [u8; 32];

/// Whose document a file takes that has moved.
#[derive(Debug)]
pub(super) enum Source {
    /// That of a file that is no longer there.
    Vanished(Gone),
    /// That of the file at this place, which takes another one itself.
    File(usize),
}

/// Which file takes whose document, each before the one whose document it takes. A chain begins with a
/// new file that says what the document of a changed one said; what that one says is what another one's
/// said, and so on to a document whose file has vanished, which is taken out of the list. Without
/// that end, the first file may as well be a copy. A text that several have tells nothing.
///
/// `before` has what the documents of changed files said.
pub(super) fn follow(
    files: &Files,
    before: &HashMap<usize, Hash>,
    vanished: &mut Vec<Gone>,
) -> Vec<(usize, Source)> {
    if before.is_empty() || vanished.is_empty() {
        return Vec::new();
    }
    let told = unique(files.states.iter().enumerate().filter_map(|(at, state)| {
        let is_written = matches!(state.step, Step::Add | Step::Change);
        is_written.then_some((state.hash, at))
    }));
    let changed = unique(before.iter().map(|(at, hash)| (*hash, *at)));
    let mut left: Vec<Option<Gone>> = vanished.drain(..).map(Some).collect();
    let gone = unique(left.iter().flatten().enumerate().filter_map(|(at, gone)| {
        let hash = gone.hash.as_deref()?.try_into().ok()?;
        Some((hash, at))
    }));
    let empty = *blake3::hash(b"").as_bytes();
    let mut taken = Vec::new();
    for (at, state) in files.states.iter().enumerate() {
        if state.step != Step::Add || files.listing.found[at].root.is_none() {
            continue;
        }
        let (mut chain, mut last) = (Vec::new(), at);
        let end = loop {
            let hash = files.states[last].hash;
            if hash == empty || told.get(&hash) != Some(&last) {
                break None;
            }
            match (gone.get(&hash), changed.get(&hash)) {
                (Some(gone), None) => break left[*gone].take(),
                // A text comes up once, so this ends.
                (None, Some(next)) => chain.push((last, Source::File(*next))),
                _ => break None,
            }
            last = changed[&hash];
        };
        if let Some(gone) = end {
            taken.append(&mut chain);
            taken.push((last, Source::Vanished(gone)));
        }
    }
    vanished.extend(left.into_iter().flatten());
    taken
}

/// What only one has.
fn unique(all: impl Iterator<Item = (Hash, usize)>) -> HashMap<Hash, usize> {
    let mut counted: HashMap<Hash, (usize, usize)> = HashMap::new();
    for (hash, at) in all {
        counted.entry(hash).or_insert((at, 0)).1 += 1;
    }
    let single = counted.into_iter().filter(|(_, (_, times))| *times == 1);
    single.map(|(hash, (at, _))| (hash, at)).collect()
}
