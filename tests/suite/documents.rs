//! Documents: stored, read, changed.

use proptest::prelude::*;
use service::error::{DocumentError, Invalid};
use service::{DocumentChange, Error, NewDocument, Outcome};
use support::{Kind, Store, on_both};

on_both! {
    async fn a_document_comes_back_as_it_went_in(store: Store) {
        let documents = store.folio.documents();
        let text = "# Title\r\n\r\nnaïve 日本語 🙂 \u{1b}[31m \u{202e} trailing  \n\n";
        let new = NewDocument::new("a/b c.d", "Name", text).with_metadata(serde_json::json!({"tags": ["x"], "n": 1.5}));
        let made = documents.insert(new).await.unwrap();
        let read = documents.get("a/b c.d").await.unwrap().unwrap();
        assert_eq!(read, made);
        assert_eq!(read.content, text);
        assert_eq!(read.metadata["tags"][0], "x");
        assert_eq!(documents.get_by_id(made.id).await.unwrap().unwrap(), made);
        assert_eq!(documents.get("a/b").await.unwrap(), None);
        assert_eq!(documents.count().await.unwrap(), 1);
    }

    async fn a_code_that_is_taken_is_refused_and_named(store: Store) {
        let documents = store.folio.documents();
        documents.insert(NewDocument::new("a", "A", "first")).await.unwrap();
        let error = documents.insert(NewDocument::new("a", "A", "second")).await.unwrap_err();
        assert!(matches!(&error, Error::Document(DocumentError::Duplicate { code }) if code == "a"), "{error:?}");
        assert!(error.is_conflict() && !error.is_transient());
        assert_eq!(documents.get("a").await.unwrap().unwrap().content, "first");
    }

    async fn an_upsert_says_what_it_did_and_writes_only_what_differs(store: Store) {
        let documents = store.folio.documents();
        let first = documents.upsert(NewDocument::new("a", "A", "one")).await.unwrap();
        let same = documents.upsert(NewDocument::new("a", "A", "one")).await.unwrap();
        let other = documents.upsert(NewDocument::new("a", "A", "two")).await.unwrap();
        assert_eq!((first.outcome, first.version), (Outcome::Inserted, 1));
        assert_eq!((same.outcome, same.version, same.updated_at), (Outcome::Unchanged, 1, first.updated_at));
        assert_eq!((other.outcome, other.version, other.id), (Outcome::Updated, 2, first.id));
        assert_eq!(other.created_at, first.created_at);
        let revisions: i64 = store.value("SELECT count(*) FROM document_revision").await;
        assert_eq!(revisions, 1);
    }

    async fn an_upsert_without_metadata_leaves_it(store: Store) {
        let documents = store.folio.documents();
        let with = NewDocument::new("a", "A", "one").with_metadata(serde_json::json!({"k": 1}));
        documents.upsert(with).await.unwrap();
        documents.upsert(NewDocument::new("a", "A", "two")).await.unwrap();
        assert_eq!(documents.get("a").await.unwrap().unwrap().metadata, serde_json::json!({"k": 1}));
    }

    async fn many_upserts_of_one_code_at_once_leave_one_document(store: Store) {
        let tasks: Vec<_> = (0..12).map(|n| {
            let folio = store.folio.clone();
            tokio::spawn(async move { folio.documents().upsert(NewDocument::new("a", "A", format!("text {n}"))).await })
        }).collect();
        let mut inserted = 0;
        for task in tasks {
            inserted += usize::from(task.await.unwrap().unwrap().outcome == Outcome::Inserted);
        }
        assert_eq!(inserted, 1);
        let now = store.folio.documents().get("a").await.unwrap().unwrap();
        assert_eq!(now.version, 12);
    }

    async fn a_change_based_on_an_old_version_is_refused_with_both_versions(store: Store) {
        let documents = store.folio.documents();
        documents.insert(NewDocument::new("a", "A", "one")).await.unwrap();
        let mine = DocumentChange::new().content("mine").based_on(1);
        let theirs = DocumentChange::new().content("theirs").based_on(1);
        assert_eq!(documents.update("a", &theirs).await.unwrap().unwrap().version, 2);
        let error = documents.update("a", &mine).await.unwrap_err();
        assert!(matches!(error, Error::Document(DocumentError::Conflict { expected: 1, found: 2, .. })), "{error:?}");
        assert_eq!(documents.get("a").await.unwrap().unwrap().content, "theirs");
        assert_eq!(documents.update("nobody", &mine).await.unwrap(), None);
    }

    async fn a_document_can_be_given_another_code(store: Store) {
        let documents = store.folio.documents();
        let made = documents.insert(NewDocument::new("a", "A", "one")).await.unwrap();
        documents.insert(NewDocument::new("taken", "T", "two")).await.unwrap();
        let moved = documents.update("a", &DocumentChange::new().code("b")).await.unwrap().unwrap();
        assert_eq!((moved.id, moved.code.as_str()), (made.id, "b"));
        let error = documents.update("b", &DocumentChange::new().code("taken")).await.unwrap_err();
        assert!(matches!(error, Error::Document(DocumentError::Duplicate { .. })), "{error:?}");
    }

    async fn many_documents_are_read_in_the_order_of_their_codes(store: Store) {
        let documents = store.folio.documents();
        for code in ["a", "b", "c"] {
            documents.insert(NewDocument::new(code, code, code)).await.unwrap();
        }
        let found = documents.get_many(&["c", "missing", "a"]).await.unwrap();
        let codes: Vec<&str> = found.iter().map(|document| document.code.as_str()).collect();
        assert_eq!(codes, ["c", "a"]);
    }

    async fn what_no_database_could_store_is_refused_before_it_is_asked(store: Store) {
        let documents = store.folio.documents();
        let long = "é".repeat(513);
        let refused = async |new: NewDocument| match documents.insert(new).await.unwrap_err() {
            Error::Document(DocumentError::Invalid(invalid)) => invalid,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(NewDocument::new("", "n", "")).await, Invalid::Empty { field: "code" });
        assert_eq!(refused(NewDocument::new("c", "", "")).await, Invalid::Empty { field: "name" });
        assert!(matches!(refused(NewDocument::new(&long, "n", "")).await, Invalid::TooLong { field: "code", .. }));
        assert_eq!(refused(NewDocument::new("c", "n", "a\0b")).await, Invalid::Nul { field: "content", offset: 1 });
        let huge = "x".repeat(16 * 1024 * 1024 + 1);
        assert!(matches!(refused(NewDocument::new("c", "n", huge)).await, Invalid::TooLarge { .. }));
        let no_object = NewDocument::new("c", "n", "").with_metadata(serde_json::json!([]));
        assert!(matches!(refused(no_object).await, Invalid::NotAnObject { .. }));
        documents.insert(NewDocument::new("é".repeat(512), "n", "")).await.unwrap();
        assert_eq!(documents.count().await.unwrap(), 1);
    }

    async fn a_document_of_the_largest_size_is_stored(store: Store) {
        let text = "words ".repeat(16 * 1024 * 1024 / 6);
        let documents = store.folio.documents();
        documents.insert(NewDocument::new("big", "Big", text.clone())).await.unwrap();
        assert!(documents.get("big").await.unwrap().unwrap().content == text);
    }

    async fn a_store_opened_for_reading_refuses_every_change(store: Store) {
        store.folio.documents().insert(NewDocument::new("a", "A", "one")).await.unwrap();
        let reader = store.again(|config| config.with_access(service::Access::ReadOnly)).await;
        assert!(reader.documents().get("a").await.unwrap().is_some());
        let error = reader.documents().delete("a").await.unwrap_err();
        assert!(error.to_string().contains("read-only"), "{error}");
        assert!(reader.health().await.read_only);
    }

    async fn changes_carry_the_name_of_who_made_them(store: Store) {
        let ada = store.folio.acting_as("ada");
        ada.documents().insert(NewDocument::new("a", "A", "one")).await.unwrap();
        ada.documents().update("a", &DocumentChange::new().content("two")).await.unwrap();
        store.folio.acting_as("bob").documents().delete("a").await.unwrap();
        let history = store.folio.documents().history("a", &service::PageRequest::first(10)).await.unwrap().unwrap();
        let by: Vec<_> = history.items.iter().map(|revision| revision.changed_by.as_deref()).collect();
        assert_eq!(by, [Some("bob"), Some("ada")]);
        let audited: i64 = store.value("SELECT count(*) FROM audit WHERE actor = 'bob' AND action = 'deleted'").await;
        assert_eq!(audited, 1);
    }
}

/// Any text without NUL, stored and read on both databases.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_text_survives_storing() {
    let stores = [
        Store::fresh(Kind::Sqlite).await,
        Store::fresh(Kind::Postgres).await,
    ];
    let runtime = tokio::runtime::Handle::current();
    let strategy = ("[^\0]{1,40}", "[^\0]{0,200}");
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        failure_persistence: None,
        cases: 64,
        ..ProptestConfig::default()
    });
    tokio::task::block_in_place(|| {
        runner
            .run(&strategy, |(code, content)| {
                for store in &stores {
                    runtime.block_on(async {
                        store
                            .folio
                            .documents()
                            .upsert(NewDocument::new(&code, &code, &content))
                            .await
                            .unwrap();
                        let read = store.folio.documents().get(&code).await.unwrap().unwrap();
                        assert_eq!((&read.code, &read.content), (&code, &content));
                    });
                }
                Ok(())
            })
            .unwrap();
    });
}
