//! The database keeps its own invariants, whoever writes.

use service::{DocumentId, PageRequest, SearchRequest, ThreadId};
use support::{Kind, on_both};

on_both! {
    /// As psql would: the three columns that a person fills in.
    async fn a_document_inserted_by_hand_is_whole(store: Store) {
        store.sql("INSERT INTO document (name, code, content) VALUES ('By hand', 'hand', 'written by a kestrel')").await;
        let found = store.folio.documents().get("hand").await.unwrap().unwrap();
        assert_eq!((found.name.as_str(), found.version), ("By hand", 1));
        assert_ne!(found.id, DocumentId(uuid::Uuid::nil()));
        assert_eq!(found.id.0.get_version_num(), 4);
        let age = store.value::<f64>(store.spelled(
            "SELECT abs(julianday('now') - julianday(created_at)) * 86400.0 FROM document",
            "SELECT abs(extract(epoch FROM now() - created_at))::float8 FROM document",
        )).await;
        assert!(age < 600.0, "{age} s");
        assert_eq!(found.created_at, found.updated_at);
        let hits = store.folio.documents().search(&SearchRequest::new("kestrels")).await.unwrap();
        assert_eq!(hits.hits[0].code, "hand");
    }

    async fn a_turn_inserted_by_hand_is_counted_and_found(store: Store) {
        store.sql("INSERT INTO message (thread_id, question, answer) VALUES ('t', 'Where is the kestrel?', 'Up.')").await;
        store.sql("INSERT INTO message (thread_id, question, answer) VALUES ('t', 'Still?', 'Yes.')").await;
        let thread = store.folio.threads().get(&ThreadId::new("t").unwrap()).await.unwrap().unwrap();
        assert_eq!(thread.message_count, 2);
        assert_eq!(thread.last_message_at, Some(thread.active_at));
        let hits = store.folio.messages().search(&SearchRequest::new("kestrel")).await.unwrap();
        assert_eq!((hits.hits.len(), hits.hits[0].thread_id.as_str()), (1, "t"));
    }

    async fn a_text_changed_by_hand_is_found_and_leaves_its_history(store: Store) {
        store.folio.documents().insert(service::NewDocument::new("a", "A", "old words")).await.unwrap();
        store.sql("UPDATE document SET content = 'a kestrel' WHERE code = 'a'").await;
        let now = store.folio.documents().get("a").await.unwrap().unwrap();
        assert_eq!((now.content.as_str(), now.version), ("a kestrel", 2));
        assert!(now.updated_at > now.created_at);
        let found = async |word: &str| store.folio.documents().search(&SearchRequest::new(word)).await.unwrap().total;
        assert_eq!((found("kestrel").await, found("old").await), (1, 0));
        let before = store.folio.documents().revision("a", 1).await.unwrap().unwrap();
        assert_eq!(before.content, "old words");
        // The hash is that of the text, or none at all: an ingestion reads it.
        let stale: i64 = store.value("SELECT count(*) FROM document WHERE content_hash IS NOT NULL").await;
        assert_eq!(stale, 0);
    }

    /// A count, a tag, a title: none of them is worth going through a text again.
    async fn what_is_said_about_a_text_does_not_index_it_anew(store: Store) {
        store.sql("INSERT INTO document (name, code, content) VALUES ('A', 'a', 'a kestrel')").await;
        store.sql("INSERT INTO message (thread_id, question, answer) VALUES ('t', 'Where is the kestrel?', 'Up.')").await;
        if store.kind == Kind::Postgres {
            store.sql("CREATE OR REPLACE FUNCTION folio_entry(language text, heavy text, light text) RETURNS tsvector
                LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'indexed'; END $$").await;
        }
        // Whether both indexes are as they were, after this change.
        let changes = async |sql: &str| match store.kind {
            Kind::Sqlite => {
                let entries = "SELECT (SELECT group_concat(id || hex(block)) FROM document_search_data)
                    || (SELECT group_concat(id || hex(block)) FROM message_search_data)";
                let before = store.value::<String>(entries).await;
                store.sql(sql).await;
                before != store.value::<String>(entries).await
            }
            Kind::Postgres => store.try_sql(sql).await.is_err_and(|error| error.contains("indexed")),
        };
        for sql in [
            "UPDATE document SET metadata = '{\"tag\": \"draft\"}'",
            "UPDATE message SET metadata = '{\"tag\": \"draft\"}'",
            "UPDATE thread SET title = 'Birds', message_count = message_count",
        ] {
            assert!(!changes(sql).await, "{sql}");
        }
        for sql in [
            "UPDATE document SET content = 'a heron'",
            "UPDATE message SET answer = 'Gone.'",
        ] {
            assert!(changes(sql).await, "{sql}");
        }
    }

    async fn a_document_deleted_by_hand_can_be_restored(store: Store) {
        let made = store.folio.documents().insert(service::NewDocument::new("a", "A", "kept")).await.unwrap();
        store.sql("DELETE FROM document WHERE code = 'a'").await;
        let back = store.folio.documents().restore("a", None).await.unwrap();
        assert_eq!(back.id, made.id);
        assert_eq!(store.folio.documents().get("a").await.unwrap().unwrap().content, "kept");
    }

    async fn turns_moved_and_deleted_by_hand_are_counted_right(store: Store) {
        for n in 1..=4 {
            store.sql(&format!("INSERT INTO message (thread_id, question, answer, created_at) VALUES ('a', 'q{n}', 'a{n}', '2026-01-0{n}T00:00:00+00:00')")).await;
        }
        store.sql("UPDATE message SET thread_id = 'b' WHERE question IN ('q1', 'q4')").await;
        store.sql("DELETE FROM message WHERE question = 'q3'").await;
        let threads = store.folio.threads();
        let a = threads.get(&ThreadId::new("a").unwrap()).await.unwrap().unwrap();
        let b = threads.get(&ThreadId::new("b").unwrap()).await.unwrap().unwrap();
        assert_eq!((a.message_count, b.message_count), (1, 2));
        assert_eq!(a.first_message_at, a.last_message_at);
        assert_eq!(b.last_message_at.unwrap() - b.first_message_at.unwrap(), service::TimeDelta::days(3));
        store.sql("DELETE FROM thread WHERE id = 'b'").await;
        let left: i64 = store.value("SELECT count(*) FROM message").await;
        assert_eq!(left, 1);
    }

    async fn times_in_other_forms_sort_where_they_belong(store: Store) {
        let forms = ["2026-03-01 10:00:00", "2026-03-01T12:00:00+01:00", "2026-03-01T12:00:00.5Z", "2026-03-01T13:00:00.123456+00:00"];
        for (n, time) in forms.iter().enumerate() {
            store.sql(&format!("INSERT INTO message (thread_id, question, answer, created_at) VALUES ('t', '{n}', '', '{time}')")).await;
        }
        let thread = ThreadId::new("t").unwrap();
        let turns = store.folio.messages().list(&thread, &PageRequest::first(10)).await.unwrap().items;
        let order: Vec<&str> = turns.iter().map(|turn| turn.question.as_str()).collect();
        assert_eq!(order, ["3", "2", "1", "0"]);
        assert_eq!(store.folio.threads().get(&thread).await.unwrap().unwrap().message_count, 4);
    }

    async fn what_breaks_a_rule_is_refused(store: Store) {
        let long = "x".repeat(513);
        for (sql, why) in [
            (format!("INSERT INTO document (name, code, content) VALUES ('n', '{long}', '')"), "a long code"),
            ("INSERT INTO document (name, code, content, metadata) VALUES ('n', 'c', '', '[]')".to_owned(), "metadata that is no object"),
            ("INSERT INTO document (name, code) VALUES ('n', 'c')".to_owned(), "no content"),
        ] {
            assert!(store.try_sql(&sql).await.is_err(), "{why}");
        }
        store.sql("INSERT INTO document (name, code, content) VALUES ('n', 'c', '')").await;
        assert!(store.try_sql("INSERT INTO document (name, code, content) VALUES ('n', 'c', '')").await.is_err(), "a code twice");
    }
}

#[tokio::test]
async fn a_load_of_many_rows_counts_once_a_statement() {
    let store = support::Store::fresh(Kind::Postgres).await;
    store
        .sql("INSERT INTO message (thread_id, question, answer) SELECT 't' || n % 7, 'q', 'a' FROM generate_series(1, 700) AS n")
        .await;
    let off: i64 = store
        .value("SELECT count(*) FROM thread WHERE message_count <> 100")
        .await;
    let threads: i64 = store.value("SELECT count(*) FROM thread").await;
    assert_eq!((threads, off), (7, 0));
}
