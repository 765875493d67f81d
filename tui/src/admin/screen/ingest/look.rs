//! One file of a plan, or of what was done: what becomes of it and why, and how it differs from
//! its document.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::listing::{Class, Entry, Source};
use crate::admin::canvas::Canvas;
use crate::admin::diff::Diff;
use crate::admin::request::Latest;
use crate::admin::text::{clean, wrap};

#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) entry: Entry,
    /// What becomes of it.
    does: String,
    /// How it differs from its document, where that is known.
    pub(super) diff: Option<Diff>,
    pub(super) comparing: Latest,
    top: usize,
}

impl Look {
    pub(super) fn new(entry: Entry, source: &Source) -> Self {
        let does = does(&entry, source).to_owned();
        Self {
            entry,
            does,
            diff: None,
            comparing: Latest::default(),
            top: 0,
        }
    }

    /// What is said about the file, in rows.
    fn about(&self, columns: usize) -> Vec<(&'static str, String)> {
        let Entry {
            file,
            code,
            moved_from,
            said,
            class,
        } = &self.entry;
        let code = match code.as_str() {
            "" => "none".to_owned(),
            code => clean(code),
        };
        let why = if *class == Class::Refused {
            "why"
        } else {
            "note"
        };
        let parts = [
            Some(("file", clean(file))),
            Some(("code", code)),
            moved_from.as_ref().map(|from| ("was", clean(from))),
            Some(("", self.does.clone())),
            said.as_ref().map(|said| (why, clean(said))),
        ];
        let mut rows = Vec::new();
        for (title, words) in parts.into_iter().flatten() {
            let words = wrap(&words, columns.saturating_sub(TITLE).max(1));
            let titles = std::iter::once(title).chain(std::iter::repeat(""));
            rows.extend(titles.zip(words));
        }
        rows
    }

    fn rows(&self, columns: usize) -> usize {
        let diff = self
            .diff
            .as_ref()
            .map_or(0, |diff| diff.height(columns) + 1);
        self.about(columns).len() + diff
    }

    pub(super) fn scroll(&mut self, by: isize, columns: usize, height: usize) {
        let last = self.rows(columns).saturating_sub(height);
        self.top = self.top.saturating_add_signed(by).min(last);
    }

    pub(super) fn draw(&self, area: Rect, canvas: &mut Canvas<'_, '_>) {
        let theme = canvas.theme;
        canvas.drawn.room.text = usize::from(area.height);
        canvas.drawn.room.columns = usize::from(area.width);
        let about = self.about(area.width.into());
        let title = if self.entry.class == Class::Refused {
            theme.error
        } else {
            theme.accent
        };
        let before = about.len();
        let lines = about.into_iter().skip(self.top).map(|(name, words)| {
            let style = if name == "why" { title } else { theme.quiet };
            Line::from(vec![
                Span::styled(format!(" {name:<width$}", width = TITLE - 1), style),
                Span::raw(words),
            ])
        });
        canvas.lines(area, lines.collect::<Vec<_>>());
        let Some(diff) = &self.diff else { return };
        // A row between them.
        let before = before + 1;
        let skipped = u16::try_from(before.saturating_sub(self.top)).unwrap_or(u16::MAX);
        let below = Rect {
            y: area.y.saturating_add(skipped).min(area.bottom()),
            height: area.height.saturating_sub(skipped),
            ..area
        };
        diff.draw(self.top.saturating_sub(before), below, canvas);
    }
}

/// Columns of the titles.
const TITLE: usize = 6;

/// What becomes of the file, or became.
fn does(entry: &Entry, source: &Source) -> &'static str {
    let is_plan = matches!(source, Source::Plan(_));
    match (entry.class, is_plan) {
        (Class::Refused, true) => "can't be taken in",
        (Class::Refused, false) => "was not taken in",
        (Class::Changed, true) => "its document would be changed: a new version of it",
        (Class::Changed, false) => "its document was changed",
        (Class::Moved, true) => "its document would get this code, and keep its id and history",
        (Class::Moved, false) => "its document has this code now, and its id and history",
        (Class::Vanished, _) if !source.removes_vanished() => "is gone; its document stays",
        (Class::Vanished, true) => "is gone; its document would be deleted",
        (Class::Vanished, false) => "is gone; its document was deleted",
        (Class::Added, true) => "would be a new document",
        (Class::Added, false) => "is a new document",
        (Class::Same, _) => "its document is like that already",
    }
}
