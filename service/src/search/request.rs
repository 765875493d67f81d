//! What is asked.

use crate::page::Cursor;

/// What is looked for.
///
/// | typed | finds |
/// |---|---|
/// | `connection pool` | both words first, then one of them; in any form (`pools`, `connected`) |
/// | `"connection pool"` | the words side by side |
/// | `conf*` | words that begin so |
/// | `pool -thread` | the first without the second |
/// | `sqlite OR postgres` | either |
/// | `(sqlite OR postgres) -(slow query)` | groups |
/// | `name:pool` | the word in the name of a document, or in the question of a message |
/// | `code:guide/*` `code:guide/a` | documents whose code begins so, or is that |
/// | `thread:support-17` `user:7` | messages of that conversation, or by that user |
/// | `after:2024-02` `before:2025` | made from then on, or earlier |
/// | `tag:draft` `tag:draft,old` `meta.lang:de` | what has that in its metadata, or one of these |
///
/// A field narrows down the whole query wherever it stands, `-` before it turns it round, and a
/// query of fields alone gives the newest. Capitals and the accents of Latin letters make no
/// difference. Chinese, Japanese and Thai are found by any part of a text. Anything else is a
/// separator: `foo-bar` is looked for as `"foo bar"`. No text is an error;
/// [`SearchResults::understood`](super::SearchResults::understood) says what was made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchRequest {
    pub(crate) query: String,
    pub(crate) limit: u32,
    pub(crate) typing: Typing,
    pub(crate) after: Option<Cursor>,
    pub(crate) facets: Facets,
}

/// Whether the last word may be an unfinished one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Typing {
    #[default]
    Finished,
    InProgress,
}

/// Whether hits are counted by what they have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Facets {
    #[default]
    No,
    Yes,
}

impl SearchRequest {
    /// Looks for this, and wants the best 20 hits.
    #[must_use]
    pub fn new(query: impl Into<String>) -> Self {
        Self {
            query: query.into(),
            limit: 20,
            typing: Typing::Finished,
            after: None,
            facets: Facets::No,
        }
    }

    /// Wants at most so many hits: 1 to 1,000.
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = limit;
        self
    }

    /// The query is being typed: its last word stands for every word that begins so.
    #[must_use]
    pub fn as_you_type(mut self) -> Self {
        self.typing = Typing::InProgress;
        self
    }

    /// Wants the hits behind this place, which an answer to the same query gave as
    /// [`SearchResults::next`](super::SearchResults::next).
    #[must_use]
    pub fn after(mut self, cursor: Cursor) -> Self {
        self.after = Some(cursor);
        self
    }

    /// Wants the hits counted by tag, user, thread and year.
    #[must_use]
    pub fn with_facets(mut self) -> Self {
        self.facets = Facets::Yes;
        self
    }
}
