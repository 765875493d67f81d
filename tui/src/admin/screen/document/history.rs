//! What a document was before: its versions, and what each changed.

use service::{Revision, RevisionSummary};

use crate::admin::diff::Diff;
use crate::admin::list::{List, Row};
use crate::admin::message::Env;
use crate::admin::request::Latest;

impl Row for RevisionSummary {
    type Id = i64;

    fn id(&self) -> i64 {
        self.version
    }
}

/// What a version changed.
#[derive(Clone, Debug)]
pub(super) struct Compared {
    /// The version, and the one after it.
    pub(super) version: i64,
    pub(super) diff: Diff,
    /// Its name and metadata differ as well: in words.
    pub(super) also: String,
}

#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) list: List<RevisionSummary>,
    pub(super) comparing: Latest,
    pub(super) compared: Option<Compared>,
    pub(super) top: usize,
}

impl History {
    /// Moves through what a version changed.
    pub(super) fn scroll(&mut self, by: isize, env: &Env) {
        let compared = self.compared.as_ref();
        let rows = compared.map_or(0, |compared| compared.diff.height(env.room.columns));
        let last = rows.saturating_sub(env.room.text.max(1));
        self.top = self.top.saturating_add_signed(by).min(last);
    }

    /// Takes a version and the one that followed it.
    pub(super) fn compare(&mut self, before: &Revision, after: &After) {
        let mut also = Vec::new();
        if before.summary.name != after.name {
            also.push(format!(
                "name {:?} became {:?}",
                before.summary.name, after.name
            ));
        }
        if before.metadata != after.metadata {
            also.push("the metadata changed".to_owned());
        }
        self.compared = Some(Compared {
            version: before.summary.version,
            diff: Diff::between(&before.content, &after.content),
            also: also.join("; "),
        });
        self.top = 0;
    }
}

/// What followed a version.
#[derive(Clone, Debug)]
pub(crate) struct After {
    pub(super) name: String,
    pub(super) content: String,
    pub(super) metadata: serde_json::Value,
}

impl From<Revision> for After {
    fn from(revision: Revision) -> Self {
        Self {
            name: revision.summary.name,
            content: revision.content,
            metadata: revision.metadata,
        }
    }
}

impl From<service::Document> for After {
    fn from(document: service::Document) -> Self {
        Self {
            name: document.name,
            content: document.content,
            metadata: document.metadata,
        }
    }
}
