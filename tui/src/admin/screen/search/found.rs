//! What was found: documents and messages, one below the other.

use service::{Cursor, DocumentHit, MessageHit, SearchResults, UnderstoodTerm};

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

/// More hits of one kind.
#[derive(Debug)]
pub(crate) enum More {
    Documents(SearchResults<DocumentHit>),
    Messages(SearchResults<MessageHit>),
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
    /// Where there are more.
    pub(super) next: Option<Cursor>,
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
            next: results.next.clone(),
            total: results.total,
            total_is_exact: results.total_is_exact,
            truncated: results.truncated,
            terms: results.understood.terms.clone(),
        }
    }
}

impl More {
    /// Counts the hits, and gives them with the number of the hit that they stand before.
    pub(super) fn join(self, parts: &mut Parts) -> (usize, Vec<Hit>) {
        let (part, next, hits): (_, _, Vec<Hit>) = match self {
            Self::Documents(more) => {
                let more = more.map(|hit| Hit::Document(Box::new(hit)));
                (&mut parts.documents, more.next, more.hits)
            }
            Self::Messages(more) => {
                let more = more.map(|hit| Hit::Message(Box::new(hit)));
                (&mut parts.messages, more.next, more.hits)
            }
        };
        let is_documents = matches!(hits.first(), Some(Hit::Document(_)));
        let before = part.hits;
        part.next = next;
        part.hits += hits.len();
        let at = if is_documents {
            before
        } else {
            parts.documents.hits + before
        };
        (at, hits)
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
