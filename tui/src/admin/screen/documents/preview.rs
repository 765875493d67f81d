//! What is shown of a document beside the list.

use serde_json::Value;
use service::Document;

use crate::admin::browser;
use crate::admin::pager::Lines;

/// A text that was asked for.
#[derive(Clone, Debug)]
pub(crate) enum Preview {
    Present {
        name: String,
        version: i64,
        tags: Vec<String>,
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
            tags: tags(&document.metadata),
            lines: Lines::new(document.content),
        })
    }
}

/// The tags in a document's metadata.
fn tags(metadata: &Value) -> Vec<String> {
    let listed = metadata["tags"].as_array().into_iter().flatten();
    let all = listed.chain([&metadata["tag"]]).filter_map(Value::as_str);
    all.map(str::to_owned).collect()
}

impl browser::Preview for Preview {
    fn bytes(&self) -> usize {
        match self {
            Self::Present { lines, .. } => lines.bytes(),
            Self::Gone => 0,
        }
    }
}
