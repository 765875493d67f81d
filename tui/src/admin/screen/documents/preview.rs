//! What is shown of a document beside the list.

use service::Document;

use crate::admin::browser;
use crate::admin::pager::Lines;

/// A text that was asked for.
#[derive(Clone, Debug)]
pub(crate) enum Preview {
    Present {
        name: String,
        version: i64,
        lines: Lines,
    },
    /// The document has been deleted since the list was read.
    Gone,
}

impl From<Option<Document>> for Preview {
    fn from(document: Option<Document>) -> Self {
        document.map_or(Self::Gone, |document| Self::Present {
            name: document.name,
            version: document.version,
            lines: Lines::new(document.content),
        })
    }
}

impl browser::Preview for Preview {
    fn bytes(&self) -> usize {
        match self {
            Self::Present { lines, .. } => lines.bytes(),
            Self::Gone => 0,
        }
    }
}
