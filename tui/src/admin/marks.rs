//! Which rows of a list a command is about: some by their ids, or all but some. The latter is a
//! predicate: a million rows are marked at no cost, also those that were never read.

use std::collections::BTreeSet;

use super::text::{clean, exact};

/// Marked rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Marks<Id> {
    These(BTreeSet<Id>),
    AllBut(BTreeSet<Id>),
}

impl<Id> Default for Marks<Id> {
    fn default() -> Self {
        Self::These(BTreeSet::new())
    }
}

impl<Id: Ord + Clone> Marks<Id> {
    pub(crate) fn has(&self, id: &Id) -> bool {
        match self {
            Self::These(ids) => ids.contains(id),
            Self::AllBut(ids) => !ids.contains(id),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::These(ids) if ids.is_empty())
    }

    pub(crate) fn set(&mut self, id: &Id, marked: bool) {
        let (ids, kept) = match self {
            Self::These(ids) => (ids, marked),
            Self::AllBut(ids) => (ids, !marked),
        };
        if kept {
            ids.insert(id.clone());
        } else {
            ids.remove(id);
        }
    }

    pub(crate) fn toggle(&mut self, id: &Id) {
        self.set(id, !self.has(id));
    }

    pub(crate) fn invert(&mut self) {
        *self = match std::mem::take(self) {
            Self::These(ids) => Self::AllBut(ids),
            Self::AllBut(ids) => Self::These(ids),
        };
    }

    pub(crate) fn all() -> Self {
        Self::AllBut(BTreeSet::new())
    }

    /// How many there are, as one says it: `3`, `all`, `all but 2`.
    pub(crate) fn count(&self) -> String {
        match self {
            Self::These(ids) => exact(ids.len() as u64),
            Self::AllBut(ids) if ids.is_empty() => "all".to_owned(),
            Self::AllBut(ids) => format!("all but {}", exact(ids.len() as u64)),
        }
    }
}

impl<Id: Ord + Clone> Marks<Id> {
    /// What they are of a list, in words: of this filter, which has so many rows if that is known.
    pub(crate) fn about(&self, rows: &str, filter: &str, count: Option<u64>) -> String {
        let all = self.count();
        let left = match self {
            Self::These(ids) => ids.len() as u64,
            Self::AllBut(ids) => count.unwrap_or_default().saturating_sub(ids.len() as u64),
        };
        let count = match count {
            Some(_) => format!(" ({})", exact(left)),
            None => String::new(),
        };
        match filter {
            "" => format!("{all} {rows}{count}"),
            filter => format!("{all} {rows} that are {}{count}", clean(filter)),
        }
    }
}

/// That every row is meant that is marked, of this filter.
pub(crate) fn every(row: &str, filter: &str) -> String {
    match filter {
        "" => format!("Every {row} that is marked, also those that are not on the screen."),
        filter => format!(
            "Every {row} that is marked and is {}, also those that are not on the screen.",
            clean(filter)
        ),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn all_but_some_is_told_so() {
        let mut marks = Marks::default();
        marks.toggle(&1);
        assert_eq!(marks.count(), "1");
        marks.invert();
        assert_eq!(marks.count(), "all but 1");
        marks.toggle(&1);
        assert_eq!((marks.count().as_str(), marks.has(&7)), ("all", true));
    }

    #[test]
    fn what_is_meant_is_named_with_its_filter() {
        let mut marks = Marks::<u8>::all();
        assert_eq!(marks.about("threads", "", None), "all threads");
        let about = marks.about("documents", "linux/b", Some(70));
        assert_eq!(about, "all documents that are linux/b (70)");
        marks.toggle(&1);
        let about = marks.about("documents", "tag:x", Some(70));
        assert_eq!(about, "all but 1 documents that are tag:x (69)");
    }

    proptest! {
        #[test]
        fn a_mark_set_is_a_mark_that_is_there(changes in prop::collection::vec((0_u8..20, any::<bool>(), any::<bool>()), 0..40)) {
            let mut marks = Marks::default();
            for (id, marked, invert) in changes {
                if invert {
                    marks.invert();
                }
                marks.set(&id, marked);
                prop_assert_eq!(marks.has(&id), marked);
            }
        }
    }
}
