//! What a document was before: its versions, and what each changed.

use serde_json::Value;
use service::{DateTime, Revision, RevisionAction, RevisionSummary, Utc};

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
    /// What became of it, where it was not only changed.
    pub(super) also: &'static str,
    /// All of it.
    pub(super) whole: Diff,
}

#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) list: List<RevisionSummary>,
    pub(super) comparing: Latest,
    pub(super) compared: Option<Compared>,
    /// The version is shown as a whole, and not what it changed.
    pub(super) is_whole: bool,
    pub(super) top: usize,
}

impl History {
    /// Moves through what a version changed.
    pub(super) fn scroll(&mut self, by: isize, env: &Env) {
        let rows = self.shown().map_or(0, |diff| diff.height(env.room.columns));
        let last = rows.saturating_sub(env.room.text.max(1));
        self.top = self.top.saturating_add_signed(by).min(last);
    }

    /// What is shown of the selected version.
    pub(super) fn shown(&self) -> Option<&Diff> {
        let compared = self.compared.as_ref()?;
        Some(if self.is_whole {
            &compared.whole
        } else {
            &compared.diff
        })
    }

    /// Shows the version as a whole, or what followed it changed.
    pub(super) const fn turn(&mut self) {
        self.is_whole = !self.is_whole;
        self.top = 0;
    }

    /// Takes a version and the one that followed it.
    pub(super) fn compare(&mut self, before: &Revision, after: &After) {
        let metadata =
            |metadata: &Value| serde_json::to_string_pretty(metadata).unwrap_or_default();
        let (was, is) = (metadata(&before.metadata), metadata(&after.metadata));
        let named = |name: &str, other: &str| (name != other).then(|| name.to_owned());
        let (name, other) = (&before.summary.name, &after.name);
        let name = named(name, other)
            .zip(named(other, name))
            .unwrap_or_default();
        let diff = if name.0.is_empty() && was == is {
            Diff::between(&before.content, &after.content)
        } else {
            let parts = [
                (Some("name"), name.0.as_str(), name.1.as_str()),
                (Some("metadata"), was.as_str(), is.as_str()),
                (
                    Some("text"),
                    before.content.as_str(),
                    after.content.as_str(),
                ),
            ];
            Diff::of(parts.into_iter())
        };
        let was_deleted = before.summary.action == RevisionAction::Deleted;
        let also = match (was_deleted, diff.is_empty()) {
            (true, _) => "it was deleted, and brought back",
            (false, true) => "the same",
            (false, false) => "",
        };
        let parts = [
            (Some("metadata"), was.as_str()),
            (Some("text"), &before.content),
        ];
        self.compared = Some(Compared {
            version: before.summary.version,
            diff,
            also,
            whole: Diff::plain(parts.into_iter()),
        });
        self.top = 0;
    }

    /// When a version was made, and by whom where that is known: when the one before it was put
    /// aside. None where that one is not kept, or not read yet.
    pub(super) fn made(&self, version: i64) -> Option<(DateTime<Utc>, Option<&str>)> {
        let mut rows = self.list.rows();
        let before = rows.find(|row| row.version + 1 == version)?;
        Some((before.changed_at, before.changed_by.as_deref()))
    }
}

/// What followed a version.
#[derive(Clone, Debug)]
pub(crate) struct After {
    pub(super) name: String,
    pub(super) content: String,
    pub(super) metadata: Value,
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
