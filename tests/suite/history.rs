//! Nothing is lost: every change and deletion can be taken back.

use service::error::DocumentError;
use service::{DocumentChange, Error, NewDocument, PageRequest, RevisionAction};
use support::on_both;

on_both! {
    async fn every_version_can_be_read_and_restored(store: Store) {
        let documents = store.folio.documents();
        documents.insert(NewDocument::new("a", "A", "one")).await.unwrap();
        for text in ["two", "three"] {
            documents.update("a", &DocumentChange::new().content(text)).await.unwrap();
        }
        let history = documents.history("a", &PageRequest::first(10)).await.unwrap().unwrap();
        let versions: Vec<i64> = history.items.iter().map(|revision| revision.version).collect();
        assert_eq!(versions, [2, 1]);
        assert_eq!(documents.revision("a", 1).await.unwrap().unwrap().content, "one");

        let restored = documents.restore("a", Some(1)).await.unwrap();
        assert_eq!((restored.version, restored.restored_version), (4, 1));
        assert_eq!(documents.get("a").await.unwrap().unwrap().content, "one");
        // Restoring is a change like any other, and can be taken back as well.
        documents.restore("a", None).await.unwrap();
        assert_eq!(documents.get("a").await.unwrap().unwrap().content, "three");
    }

    async fn a_deleted_document_comes_back_under_its_id(store: Store) {
        let documents = store.folio.documents();
        let made = documents.insert(NewDocument::new("a", "A", "text").with_metadata(serde_json::json!({"k": 1}))).await.unwrap();
        assert!(documents.delete("a").await.unwrap());
        assert!(!documents.delete("a").await.unwrap());
        assert_eq!(documents.get("a").await.unwrap(), None);
        let trash = documents.deleted(&PageRequest::first(10)).await.unwrap();
        assert_eq!(trash.items.len(), 1);
        assert_eq!(trash.items[0].action, RevisionAction::Deleted);
        documents.restore("a", None).await.unwrap();
        let back = documents.get("a").await.unwrap().unwrap();
        assert_eq!((back.id, back.created_at, &back.metadata), (made.id, made.created_at, &made.metadata));
        assert_eq!(documents.deleted(&PageRequest::first(10)).await.unwrap().items, []);
    }

    async fn a_deleted_code_is_free_at_once(store: Store) {
        let documents = store.folio.documents();
        documents.insert(NewDocument::new("a", "A", "old")).await.unwrap();
        documents.delete("a").await.unwrap();
        documents.insert(NewDocument::new("a", "A", "new")).await.unwrap();
        let error = documents.restore("a", Some(7)).await.unwrap_err();
        assert!(matches!(error, Error::Document(DocumentError::NoSuchRevision { .. })), "{error:?}");
        assert_eq!(documents.get("a").await.unwrap().unwrap().content, "new");
    }

    async fn restoring_what_is_there_changes_nothing(store: Store) {
        let documents = store.folio.documents();
        documents.insert(NewDocument::new("a", "A", "one")).await.unwrap();
        documents.update("a", &DocumentChange::new().content("two")).await.unwrap();
        documents.update("a", &DocumentChange::new().content("one")).await.unwrap();
        let error = documents.restore("a", Some(1)).await.unwrap_err();
        assert!(matches!(error, Error::Document(DocumentError::NothingToRestore { .. })), "{error:?}");
        assert_eq!(documents.get("a").await.unwrap().unwrap().version, 3);
    }

    async fn what_never_was_has_no_history(store: Store) {
        let documents = store.folio.documents();
        assert_eq!(documents.history("nobody", &PageRequest::first(10)).await.unwrap(), None);
        assert!(matches!(
            documents.restore("nobody", None).await.unwrap_err(),
            Error::Document(DocumentError::NoSuchRevision { version: None, .. })
        ));
    }

    async fn the_history_is_bounded(store: Store) {
        let few = store.again(|mut config| { config.history_limit = 3; config }).await;
        few.documents().insert(NewDocument::new("a", "A", "0")).await.unwrap();
        for n in 1..=6 {
            few.documents().update("a", &DocumentChange::new().content(n.to_string())).await.unwrap();
        }
        let history = few.documents().history("a", &PageRequest::first(10)).await.unwrap().unwrap();
        let versions: Vec<i64> = history.items.iter().map(|revision| revision.version).collect();
        assert_eq!(versions, [6, 5, 4]);
    }
}
