//! What was found: documents and messages, one below the other.

use service::{DocumentHit, MessageHit, SearchResults, UnderstoodTerm};

/// The answers to one query.
#[derive(Debug)]
pub(crate) struct Found {
    pub(super) documents: SearchResults<DocumentHit>,
    pub(super) messages: SearchResults<MessageHit>,
}

/// A document or a message.
#[derive(Clone, Debug)]
pub(super) enum Hit {
    Document(Box<DocumentHit>),
    Message(Box<MessageHit>),
}

/// What is told of the documents, and of the messages.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) documents: Part,
    pub(super) messages: Part,
}

/// What is told of the hits of a kind.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// How many are shown.
    pub(super) hits: usize,
    /// How many there are, or at least are.
    pub(super) total: u64,
    pub(super) total_is_exact: bool,
    /// A better one may be missing.
    pub(super) truncated: bool,
    /// The words of the query, and in how many rows each is.
    pub(super) terms: Vec<UnderstoodTerm>,
}

impl Part {
    fn of<H>(results: &SearchResults<H>) -> Self {
        Self {
            hits: results.hits.len(),
            total: results.total,
            total_is_exact: results.total_is_exact,
            truncated: results.truncated,
            terms: results.understood.terms.clone(),
        }
    }
}

impl Found {
    /// The hits as one answer, the documents first, and what is told of each kind.
    pub(super) fn together(self) -> (Parts, SearchResults<Hit>) {
        let parts = Parts {
            documents: Part::of(&self.documents),
            messages: Part::of(&self.messages),
        };
        let messages = self.messages.map(|hit| Hit::Message(Box::new(hit)));
        let mut all = self.documents.map(|hit| Hit::Document(Box::new(hit)));
        all.hits.extend(messages.hits);
        all.total += messages.total;
        all.total_is_exact &= messages.total_is_exact;
        all.truncated |= messages.truncated;
        all.did_you_mean = all.did_you_mean.or(messages.did_you_mean);
        // Both were looked for at the same time.
        all.elapsed_ms = all.elapsed_ms.max(messages.elapsed_ms);
        (parts, all)
    }
}
