//! Nothing is lost: every change and deletion can be taken back.

use service::error::DocumentError;
use service::{
    ActivityFilter, DocumentChange, Error, MessageChange, NewDocument, NewMessage, PageRequest,
    RevisionAction, ThreadId,
};
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

    /// It was deleted as `a`, came back, and is `b` now.
    async fn a_document_that_lives_under_another_code_is_not_restored_and_stays(store: Store) {
        let documents = store.folio.documents();
        documents.insert(NewDocument::new("a", "A", "text")).await.unwrap();
        documents.delete("a").await.unwrap();
        documents.restore("a", None).await.unwrap();
        documents.update("a", &DocumentChange::new().code("b")).await.unwrap();
        let error = documents.restore("a", None).await.unwrap_err();
        assert!(matches!(&error, Error::Document(DocumentError::Lives { now, .. }) if now == "b"), "{error:?}");
        assert!(error.to_string().contains("lives as \"b\""), "{error}");
        // Nothing was recorded that could be taken back: that would delete it.
        let latest = store.folio.activity().list(&ActivityFilter::default(), &PageRequest::first(1)).await.unwrap();
        assert_eq!(latest.items[0].action, "updated");
        assert_eq!(documents.get("b").await.unwrap().unwrap().version, 3);
    }

    async fn a_taken_id_is_told_and_nothing_is_stored(store: Store) {
        let documents = store.folio.documents();
        let made = documents.insert(NewDocument::new("a", "A", "text")).await.unwrap();
        let other = || NewDocument::new("b", "B", "other").with_id(made.id);
        for error in [documents.insert(other()).await.unwrap_err(), documents.upsert(other()).await.unwrap_err()] {
            assert!(matches!(&error, Error::Document(DocumentError::DuplicateId { id, code }) if *id == made.id && code == "a"), "{error:?}");
            assert!(error.is_conflict() && !error.is_transient());
        }
        assert_eq!(documents.count().await.unwrap(), 1);
    }

    /// Another program's changes, which nobody is known of, stay nobody's.
    async fn a_change_is_of_who_made_it_alone(store: Store) {
        let ada = store.folio.acting_as("ada");
        ada.documents().insert(NewDocument::new("a", "A", "one")).await.unwrap();
        let thread = ThreadId::new("t").unwrap();
        let turn = ada.messages().save(NewMessage::new(thread.clone(), "q", "one")).await.unwrap();
        store.sql("UPDATE document SET content = 'two'").await;
        store.sql("UPDATE message SET answer = 'two'").await;
        store.sql("UPDATE thread SET title = 'two'").await;
        ada.documents().update("a", &DocumentChange::new().content("three")).await.unwrap();
        ada.messages().update(turn.id, &MessageChange::new().answer("three")).await.unwrap();
        ada.threads().rename(&thread, Some("three")).await.unwrap();
        ada.documents().delete("a").await.unwrap();
        ada.threads().delete(&thread).await.unwrap();
        for (revisions, of_ada) in [("document", 2), ("message", 1), ("thread", 2)] {
            let count = async |who: &str| store.value::<i64>(&format!("SELECT count(*) FROM {revisions}_revision WHERE changed_by {who}")).await;
            assert_eq!(count("= 'ada'").await, of_ada, "{revisions}");
            let by_hand: i64 = store.value(&format!("SELECT count(*) FROM {revisions}_revision WHERE changed_by IS NULL AND id = (SELECT min(id) FROM {revisions}_revision)")).await;
            assert_eq!(by_hand, 1, "{revisions}");
        }
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
