//! The made-up texts that figures are taken on.

use service::{PageRequest, SearchRequest, ThreadId};
use support::corpus::{Corpus, load};
use support::on_both;

on_both! {
    async fn a_loaded_store_is_like_any_other(store: Store) {
        let corpus = Corpus::new(7);
        load(store.url(), &corpus, 300, 100).await.unwrap();
        let folio = &store.folio;
        assert_eq!(folio.documents().count().await.unwrap(), 300);
        let made = corpus.document(123);
        let stored = folio.documents().get(&made.code).await.unwrap().unwrap();
        assert_eq!((stored.name, stored.content, stored.metadata), (made.name.clone(), made.content, made.metadata));
        let found = folio.documents().search(&SearchRequest::new(format!("\"{}\"", made.name))).await.unwrap();
        assert!(found.hits.iter().any(|hit| hit.code == made.code), "{}", made.name);
        // The triggers that were put aside are back.
        store.sql("INSERT INTO document (name, code, content) VALUES ('later', 'later', 'quizzaciously')").await;
        assert_eq!(folio.documents().search(&SearchRequest::new("quizzaciously")).await.unwrap().total, 1);
        let thread = ThreadId::new("thread-3").unwrap();
        let turns = folio.messages().list(&thread, &PageRequest::first(50)).await.unwrap();
        assert_eq!(turns.items.len(), 8);
        assert_eq!(turns.items[0].question, corpus.message(31).question);
    }
}

#[test]
fn the_same_seed_makes_the_same_texts() {
    let text = |seed, n| Corpus::new(seed).document(n).content;
    assert_eq!(text(1, 5), text(1, 5));
    assert_ne!(text(1, 5), text(1, 6));
    assert_ne!(text(1, 5), text(2, 5));
}
