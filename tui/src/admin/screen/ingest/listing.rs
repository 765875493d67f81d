//! The files of a plan, or of what was done, by what becomes of them. What asks for attention
//! stands first.

use std::path::PathBuf;
use std::sync::Arc;

use service::ingest::{FileReport, FileStatus, Files, IngestReport, Plan, VanishedFile};

use super::spot::Spot;
use crate::admin::text::exact;

/// What becomes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// It can't be taken.
    Refused,
    Changed,
    /// Its document gets another code.
    Moved,
    /// It is gone from its folder.
    Vanished,
    Added,
    /// Its document is like that already.
    Same,
}

impl Class {
    pub(super) const ALL: [Self; 6] = [
        Self::Refused,
        Self::Changed,
        Self::Moved,
        Self::Vanished,
        Self::Added,
        Self::Same,
    ];

    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Changed => "changed",
            Self::Moved => "moved",
            Self::Vanished => "vanished",
            Self::Added => "added",
            Self::Same => "the same",
        }
    }

    /// For where there is little room.
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Refused => "!",
            Self::Changed => "~",
            Self::Moved => ">",
            Self::Vanished => "-",
            Self::Added => "+",
            Self::Same => "=",
        }
    }

    fn of(files: &Files, at: usize) -> Self {
        match files.status(at) {
            Some(FileStatus::Added) => Self::Added,
            Some(FileStatus::Updated) if files.is_moved(at) => Self::Moved,
            Some(FileStatus::Updated) => Self::Changed,
            Some(FileStatus::Unchanged) => Self::Same,
            Some(FileStatus::Failed) | None => Self::Refused,
        }
    }
}

/// Where the files come from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// What would be done.
    Plan(Arc<Plan>),
    /// What was done.
    Report(Box<IngestReport>),
}

impl Source {
    fn files(&self) -> &Files {
        match self {
            Self::Plan(plan) => plan.files(),
            Self::Report(report) => &report.files,
        }
    }

    fn vanished(&self) -> &[VanishedFile] {
        match self {
            Self::Plan(plan) => plan.vanished(),
            Self::Report(report) => &report.vanished,
        }
    }

    /// Whether the documents of vanished files are deleted.
    pub(super) fn removes_vanished(&self) -> bool {
        match self {
            Self::Plan(plan) => plan.removes_vanished(),
            Self::Report(report) => report.removed > 0,
        }
    }
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) class: Class,
    /// Its path.
    pub(super) file: String,
    /// Its document's code; empty where it has none.
    pub(super) code: String,
    /// The code that its document had before.
    pub(super) moved_from: Option<String>,
    /// Why it is refused, or what else is to be known.
    pub(super) said: Option<String>,
}

/// The files, and which of them are shown.
#[derive(Clone, Debug)]
pub(super) struct Listing {
    pub(super) source: Source,
    /// The run was taken back since.
    pub(super) is_undone: bool,
    /// What the paths begin with, where all begin so.
    root: String,
    /// The files by their classes: their places, those that vanished counted on from the others.
    by_class: [Vec<u32>; Class::ALL.len()],
    /// The class that is shown; None for all.
    pub(super) class: Option<Class>,
    pub(super) spot: Spot,
}

impl Listing {
    pub(super) fn new(source: Source, folders: &[PathBuf]) -> Self {
        let mut by_class: [Vec<u32>; Class::ALL.len()] = Default::default();
        let files = source.files();
        for at in 0..files.len() {
            if let Ok(place) = u32::try_from(at) {
                by_class[Class::of(files, at) as usize].push(place);
            }
        }
        let vanished = files.len()..files.len() + source.vanished().len();
        let vanished = vanished.filter_map(|at| u32::try_from(at).ok());
        by_class[Class::Vanished as usize].extend(vanished);
        let root = match folders {
            [folder] => folder.join("").display().to_string(),
            _ => String::new(),
        };
        Self {
            source,
            is_undone: false,
            root,
            by_class,
            class: None,
            spot: Spot::default(),
        }
    }

    /// How many files are of a class; of all, where it is None.
    pub(super) fn count(&self, class: Option<Class>) -> usize {
        match class {
            Some(class) => self.by_class[class as usize].len(),
            None => self.by_class.iter().map(Vec::len).sum(),
        }
    }

    /// How many are shown.
    pub(super) fn len(&self) -> usize {
        self.count(self.class)
    }

    /// Shows the next class that has files, or the one before.
    pub(super) fn turn(&mut self, by: isize) {
        let has_files = |class: &Class| self.count(Some(*class)) > 0;
        let classes = Class::ALL.into_iter().filter(has_files).map(Some);
        let classes: Vec<Option<Class>> = [None].into_iter().chain(classes).collect();
        let at = classes.iter().position(|class| *class == self.class);
        let next = (at.unwrap_or(0) + classes.len()).saturating_add_signed(by) % classes.len();
        self.class = classes[next];
        self.spot = Spot::default();
    }

    pub(super) fn step(&mut self, by: isize, height: usize) {
        self.spot.step(by, self.len(), height);
    }

    /// The place of a shown row.
    fn place(&self, row: usize) -> Option<usize> {
        let mut row = row;
        let shown = Class::ALL.into_iter();
        let mut shown = shown.filter(|class| self.class.is_none_or(|only| only == *class));
        let place = shown.find_map(|class| {
            let places = &self.by_class[class as usize];
            let place = places.get(row);
            row = row.saturating_sub(places.len());
            place
        });
        place.and_then(|place| usize::try_from(*place).ok())
    }

    /// The selected file's place in the plan.
    pub(super) fn selected(&self) -> Option<usize> {
        self.place(self.spot.selected())
    }

    /// The file of a shown row.
    pub(super) fn entry(&self, row: usize) -> Option<Entry> {
        self.entry_at(self.place(row)?)
    }

    pub(super) fn entry_at(&self, at: usize) -> Option<Entry> {
        let files = self.source.files();
        if let Some(FileReport {
            file,
            code,
            moved_from,
            error,
            note,
            ..
        }) = files.get(at)
        {
            return Some(Entry {
                class: Class::of(files, at),
                file,
                code,
                moved_from,
                said: error.or(note),
            });
        }
        let gone = self.source.vanished().get(at.checked_sub(files.len())?)?;
        Some(Entry {
            class: Class::Vanished,
            file: gone.file.clone(),
            code: gone.code.clone(),
            moved_from: None,
            said: gone.kept.clone(),
        })
    }

    /// A path as it is seen from the folder, where there is one only.
    pub(super) fn below<'a>(&self, path: &'a str) -> &'a str {
        path.strip_prefix(&self.root).unwrap_or(path)
    }

    /// What becomes of the files, in words: `3 added, 1 refused`.
    pub(super) fn summary(&self) -> String {
        let some = Class::ALL.into_iter().filter_map(|class| {
            let count = self.count(Some(class));
            (count > 0).then(|| format!("{} {}", exact(count as u64), class.title()))
        });
        some.collect::<Vec<_>>().join(", ")
    }
}
