//! Searching documents, and storing some to be found.

use service::{DocumentHit, Folio, NewDocument, SearchRequest, SearchResults};

/// The best hundred.
pub async fn search(folio: &Folio, query: &str) -> SearchResults<DocumentHit> {
    let request = SearchRequest::new(query).limit(100);
    folio.documents().search(&request).await.unwrap()
}

/// The codes of what is found, in its order.
pub async fn codes(folio: &Folio, query: &str) -> Vec<String> {
    let found = search(folio, query).await;
    found.hits.into_iter().map(|hit| hit.code).collect()
}

/// The same, sorted.
pub async fn sorted(folio: &Folio, query: &str) -> Vec<String> {
    let mut codes = codes(folio, query).await;
    codes.sort();
    codes
}

/// Stores a new document.
pub async fn store(folio: &Folio, code: &str, name: &str, content: &str) {
    let document = NewDocument::new(code, name, content);
    folio.documents().insert(document).await.unwrap();
}
