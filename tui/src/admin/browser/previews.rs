//! What was read lately of rows, so that going back to one costs nothing.

use std::collections::VecDeque;

/// Rows of which it is kept.
const MAX_KEPT: usize = 50;
/// Bytes of all, but for the latest.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// What is shown of a row beside its list.
pub(crate) trait Preview {
    /// About how much memory it takes.
    fn bytes(&self) -> usize;
}

/// What is known of rows, by what they are known by; the latest first.
#[derive(Clone, Debug)]
pub(super) struct Previews<Id, P>(VecDeque<(Id, P)>);

impl<Id, P> Default for Previews<Id, P> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<Id: PartialEq, P: Preview> Previews<Id, P> {
    pub(super) fn get(&self, id: &Id) -> Option<&P> {
        let mut all = self.0.iter();
        all.find(|(of, _)| of == id).map(|(_, preview)| preview)
    }

    pub(super) fn put(&mut self, id: Id, preview: P) {
        self.0.retain(|(of, _)| *of != id);
        self.0.push_front((id, preview));
        let (mut bytes, mut kept) = (0, 0);
        self.0.retain(|(_, preview)| {
            bytes += preview.bytes();
            kept += 1;
            kept == 1 || (kept <= MAX_KEPT && bytes <= MAX_BYTES)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Preview for usize {
        fn bytes(&self) -> usize {
            *self
        }
    }

    #[test]
    fn the_latest_stay_as_far_as_there_is_room() {
        let mut previews = Previews::default();
        for id in 0..60 {
            previews.put(id, 10_usize);
        }
        assert_eq!(previews.get(&9), None);
        assert_eq!(previews.get(&10), Some(&10));
        // One that is larger than all the room is there alone.
        previews.put(60, MAX_BYTES + 1);
        assert_eq!(previews.get(&60), Some(&(MAX_BYTES + 1)));
        assert_eq!(previews.get(&59), None);
    }
}
