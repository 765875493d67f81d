//! Texts that were read lately, so that going back to one costs nothing.

use std::collections::VecDeque;

use service::Document;

use crate::admin::pager::Lines;

/// Texts that are kept.
const MAX_TEXTS: usize = 50;
/// Bytes of them, but for the latest.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// A text that was asked for.
#[derive(Clone, Debug)]
pub(super) enum Text {
    Present {
        name: String,
        version: i64,
        lines: Lines,
    },
    /// The document has been deleted since the list was read.
    Gone,
}

impl Text {
    pub(super) fn lines(&self) -> Option<&Lines> {
        match self {
            Self::Present { lines, .. } => Some(lines),
            Self::Gone => None,
        }
    }
}

/// Texts by their documents' codes, the latest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts(VecDeque<(String, Text)>);

impl Texts {
    pub(super) fn get(&self, code: &str) -> Option<&Text> {
        self.0
            .iter()
            .find(|(of, _)| of == code)
            .map(|(_, text)| text)
    }

    pub(super) fn put(&mut self, code: String, document: Option<Document>) {
        self.0.retain(|(of, _)| *of != code);
        let text = document.map_or(Text::Gone, |document| Text::Present {
            name: document.name,
            version: document.version,
            lines: Lines::new(document.content),
        });
        self.0.push_front((code, text));
        let mut bytes = 0;
        let mut kept = 0;
        self.0.retain(|(_, text)| {
            bytes += text.lines().map_or(0, Lines::bytes);
            kept += 1;
            kept == 1 || (kept <= MAX_TEXTS && bytes <= MAX_BYTES)
        });
    }
}
