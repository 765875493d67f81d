//! What goes into and comes out of calls on documents.

use chrono::{DateTime, Utc};
use entity::{document, document_revision};
use serde::Serialize;
use serde_json::Value;

use crate::error::Invalid;
use crate::ids::DocumentId;
use crate::search::language::{Language, Own};
use crate::time;
use crate::validate;

/// A document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Document {
    /// Its own identifier, which never changes.
    pub id: DocumentId,
    /// What callers know it by.
    pub code: String,
    /// What people know it by.
    pub name: String,
    /// Its text, exactly as it was given.
    pub content: String,
    /// A JSON object.
    pub metadata: Value,
    /// 1 at first, one more at every change.
    pub version: i64,
    /// When it was first stored.
    #[serde(with = "time")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[serde(with = "time")]
    pub updated_at: DateTime<Utc>,
}

impl Document {
    /// The language that it has of its own; None where it is in the store's.
    #[must_use]
    pub fn language(&self) -> Option<Language> {
        Language::of(&self.metadata)
    }
}

impl From<document::Model> for Document {
    fn from(row: document::Model) -> Self {
        Self {
            id: DocumentId(row.id),
            code: row.code,
            name: row.name,
            content: row.content,
            metadata: row.metadata,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A document without its content, as lists have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DocumentSummary {
    /// Its own identifier.
    pub id: DocumentId,
    /// What callers know it by.
    pub code: String,
    /// What people know it by.
    pub name: String,
    /// 1 at first, one more at every change.
    pub version: i64,
    /// When it was first stored.
    #[serde(with = "time")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[serde(with = "time")]
    pub updated_at: DateTime<Utc>,
}

/// A document to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDocument {
    pub(crate) id: Option<DocumentId>,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) content: String,
    pub(crate) metadata: Option<Value>,
    pub(crate) language: Own,
}

impl NewDocument {
    /// Code and name have 1 to 512 characters; no text may hold a NUL.
    #[must_use]
    pub fn new(
        code: impl Into<String>,
        name: impl Into<String>,
        content: impl Into<String>,
    ) -> Self {
        Self {
            id: None,
            code: code.into(),
            name: name.into(),
            content: content.into(),
            metadata: None,
            language: Own::Kept,
        }
    }

    /// With metadata: a JSON object. An upsert without it leaves a document's own as it is.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Value) -> Self {
        self.metadata = Some(metadata);
        self
    }

    /// In this language, which its metadata tell as `language`; else in the one that they name, or
    /// in the store's.
    #[must_use]
    pub fn in_language(mut self, language: Language) -> Self {
        self.language = Own::Is(language);
        self
    }

    /// With an id of the caller's making. An upsert of a document that is there leaves its own.
    #[must_use]
    pub fn with_id(mut self, id: DocumentId) -> Self {
        self.id = Some(id);
        self
    }

    /// Its code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    pub(crate) fn check(&self, max_bytes: usize) -> Result<(), Invalid> {
        validate::short_text("code", &self.code, validate::MAX_CODE)?;
        validate::short_text("name", &self.name, validate::MAX_CODE)?;
        validate::content("content", &self.content, max_bytes)?;
        self.metadata.as_ref().map_or(Ok(()), validate::metadata)
    }
}

/// What is to be changed in a document; what isn't named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentChange {
    pub(crate) code: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) content: Option<String>,
    pub(crate) metadata: Option<Value>,
    pub(crate) language: Own,
    pub(crate) based_on: Option<i64>,
}

impl DocumentChange {
    /// Changes nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Another code.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Another name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Another text.
    #[must_use]
    pub fn content(mut self, content: impl Into<String>) -> Self {
        self.content = Some(content.into());
        self
    }

    /// Other metadata, in place of all there was.
    #[must_use]
    pub fn metadata(mut self, metadata: Value) -> Self {
        self.metadata = Some(metadata);
        self
    }

    /// Another language, told by the metadata; None for the store's. It alone is indexed anew.
    #[must_use]
    pub fn language(mut self, language: Option<Language>) -> Self {
        self.language = language.map_or(Own::Dropped, Own::Is);
        self
    }

    /// Only if this version is still the one that is stored.
    #[must_use]
    pub fn based_on(mut self, version: i64) -> Self {
        self.based_on = Some(version);
        self
    }

    pub(crate) fn check(&self, max_bytes: usize) -> Result<(), Invalid> {
        if let Some(code) = &self.code {
            validate::short_text("code", code, validate::MAX_CODE)?;
        }
        if let Some(name) = &self.name {
            validate::short_text("name", name, validate::MAX_CODE)?;
        }
        if let Some(content) = &self.content {
            validate::content("content", content, max_bytes)?;
        }
        self.metadata.as_ref().map_or(Ok(()), validate::metadata)
    }
}

impl From<NewDocument> for DocumentChange {
    /// Everything but the code.
    fn from(new: NewDocument) -> Self {
        Self {
            code: None,
            name: Some(new.name),
            content: Some(new.content),
            metadata: new.metadata,
            language: new.language,
            based_on: None,
        }
    }
}

/// The order of a list of documents. Ties are broken by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DocumentSort {
    /// By the time of their making, the latest first.
    #[default]
    NewestFirst,
    /// By name.
    Name,
    /// By code.
    Code,
}

/// What an upsert did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The code was new.
    Inserted,
    /// The document was changed.
    Updated,
    /// The document was like that already; nothing was written.
    Unchanged,
}

/// What an upsert did, and to which document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Upserted {
    /// What it did.
    pub outcome: Outcome,
    /// The document.
    pub id: DocumentId,
    /// Its version now.
    pub version: i64,
    /// When it was first stored.
    #[serde(with = "time")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[serde(with = "time")]
    pub updated_at: DateTime<Utc>,
}

/// What put a revision aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RevisionAction {
    /// The document was changed.
    Updated,
    /// The document was deleted.
    Deleted,
}

impl From<document_revision::Action> for RevisionAction {
    fn from(action: document_revision::Action) -> Self {
        match action {
            document_revision::Action::Updated => Self::Updated,
            document_revision::Action::Deleted => Self::Deleted,
        }
    }
}

/// An earlier version of a document, without its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RevisionSummary {
    /// The document, which may be gone.
    pub document_id: DocumentId,
    /// The version that was put aside.
    pub version: i64,
    /// The code at that time.
    pub code: String,
    /// The name at that time.
    pub name: String,
    /// Why it was put aside.
    pub action: RevisionAction,
    /// When.
    #[serde(with = "time")]
    pub changed_at: DateTime<Utc>,
    /// By whom, where the writer said so.
    pub changed_by: Option<String>,
}

/// A document that was deleted: its last revision.
pub type Deleted = RevisionSummary;

/// An earlier version of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Revision {
    /// All but the text.
    #[serde(flatten)]
    pub summary: RevisionSummary,
    /// The text at that time.
    pub content: String,
    /// The metadata at that time.
    pub metadata: Value,
}

impl From<document_revision::Model> for Revision {
    fn from(row: document_revision::Model) -> Self {
        Self {
            summary: RevisionSummary {
                document_id: DocumentId(row.document_id),
                version: row.version,
                code: row.code,
                name: row.name,
                action: row.action.into(),
                changed_at: row.changed_at,
                changed_by: row.changed_by,
            },
            content: row.content,
            metadata: row.metadata,
        }
    }
}

/// What a restoration brought back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// The document as it is now.
    pub id: DocumentId,
    /// Its code.
    pub code: String,
    /// Its version now.
    pub version: i64,
    /// The version that it is a copy of.
    pub restored_version: i64,
}
