//! The database keeps its own invariants, whoever writes.

use service::{
    DocumentId, DocumentSort, DocumentSummary, Message, PageRequest, SearchRequest, Thread,
    ThreadFilter, ThreadId,
};
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

    /// As most programs write a time: in whole seconds, many rows of one second, without a zone.
    async fn lists_of_rows_in_whole_seconds_have_every_row_once_and_an_end(store: Store) {
        for n in 0..7 {
            let time = ["2024-01-01 10:00:00", "2024-01-01T10:00:00.000+00:00", "2024-01-01 10:00:00.000000", "2024-01-01T12:00:00+02:00"][n % 4];
            store.sql(&format!("INSERT INTO document (name, code, content, created_at, updated_at) VALUES ('d{n}', 'd{n}', '', '{time}', '{time}')")).await;
            store.sql(&format!("INSERT INTO message (thread_id, question, answer, created_at) VALUES ('t', 'q{n}', '', '{time}')")).await;
            store.sql(&format!("INSERT INTO thread (id, created_at) VALUES ('empty{n}', '{time}')")).await;
        }
        let thread = ThreadId::new("t").unwrap();
        // Page by page, each of one row; more pages than rows would be a list without an end.
        macro_rules! met {
            ($request:ident => $page:expr, $key:expr) => {{
                let (mut met, mut $request) = (std::collections::BTreeSet::new(), PageRequest::first(1));
                for _ in 0..20 {
                    let page = $page.await.unwrap();
                    for row in page.items {
                        assert!(met.insert($key(row)), "a row comes twice");
                    }
                    match page.next {
                        Some(next) => $request = $request.after(next),
                        None => break,
                    }
                }
                met.len()
            }};
        }
        let (documents, threads, messages) = (store.folio.documents(), store.folio.threads(), store.folio.messages());
        let every = ThreadFilter::all();
        assert_eq!(met!(page => documents.list(DocumentSort::NewestFirst, &page), |row: DocumentSummary| row.code), 7);
        assert_eq!(met!(page => messages.list(&thread, &page), |row: Message| row.question), 7);
        assert_eq!(met!(page => threads.list(&every, &page), |row: Thread| row.id.to_string()), 8);
        let thread = store.folio.threads().get(&thread).await.unwrap().unwrap();
        assert_eq!((thread.message_count, thread.first_message_at), (7, thread.last_message_at));
    }

    async fn an_id_stays_as_it_is(store: Store) {
        store.sql("INSERT INTO document (name, code, content) VALUES ('A', 'a', '')").await;
        store.sql("INSERT INTO message (thread_id, question, answer) VALUES ('t', 'q', 'a')").await;
        let other = store.spelled("randomblob(16)", "gen_random_uuid()");
        for (sql, words) in [
            (format!("UPDATE document SET id = {other}"), "a document keeps its id"),
            ("UPDATE thread SET id = 'u'".to_owned(), "a thread keeps its id"),
            (format!("UPDATE message SET id = {other}"), "a message keeps its id"),
        ] {
            let error = store.try_sql(&sql).await.unwrap_err();
            assert!(error.contains(words), "{error}");
        }
        store.sql("UPDATE message SET id = id, thread_id = 'u'").await;
        assert_eq!(store.folio.threads().get(&ThreadId::new("u").unwrap()).await.unwrap().unwrap().message_count, 1);
    }

    async fn a_time_that_is_none_is_refused(store: Store) {
        store.sql("INSERT INTO message (thread_id, question, answer) VALUES ('t', 'q', 'a')").await;
        store.sql("INSERT INTO document (name, code, content) VALUES ('A', 'a', '')").await;
        for sql in [
            "INSERT INTO document (name, code, content, created_at) VALUES ('B', 'b', '', '2024-01-01T99:99+00:00')",
            "INSERT INTO message (thread_id, question, answer, created_at) VALUES ('t', 'q', 'a', '2024-01-01T99:99+00:00')",
            "INSERT INTO thread (id, created_at) VALUES ('u', 'soon')",
            "UPDATE document SET updated_at = '2024-13-01T00:00:00+00:00'",
            "UPDATE message SET created_at = '2024-01-01T99:99+00:00'",
            "UPDATE thread SET created_at = '2024-01-01T99:99+00:00'",
        ] {
            let error = store.try_sql(sql).await.unwrap_err();
            assert!(store.kind == Kind::Postgres || error.contains("is none: write it as"), "{error}");
        }
        assert_eq!(store.folio.threads().list(&ThreadFilter::all(), &PageRequest::first(10)).await.unwrap().items.len(), 1);
    }

    /// A clock that went back, such as one that was set right.
    async fn a_document_changed_by_hand_is_never_changed_before_it_was(store: Store) {
        store.sql("INSERT INTO document (name, code, content, updated_at) VALUES ('A', 'a', '', '2999-01-01T00:00:00+00:00')").await;
        store.sql("UPDATE document SET content = 'more'").await;
        let now = store.folio.documents().get("a").await.unwrap().unwrap();
        assert_eq!((now.version, now.updated_at.to_rfc3339().as_str()), (2, "2999-01-01T00:00:00+00:00"));
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

/// Rows that were there before times had one form.
#[tokio::test]
async fn times_that_are_there_are_brought_into_their_form() {
    let store = support::Store::fresh(Kind::Sqlite).await;
    let steps = store.folio.migrations().status().await.unwrap();
    let behind = steps
        .iter()
        .rev()
        .take_while(|step| !step.name.starts_with("0032"))
        .count();
    store
        .folio
        .migrations()
        .down(
            Some(u32::try_from(behind + 1).unwrap()),
            service::RowsOnDown::Keep,
        )
        .await
        .unwrap();
    let times = [
        "2024-01-01 10:00:00",
        "2024-01-01T10:00:00.5+00:00",
        "2024-01-02T99:99+00:00",
        "2024-02-30T10:00:00+00:00",
    ];
    for (n, time) in times.iter().enumerate() {
        store.sql(&format!("INSERT INTO document (name, code, content, metadata, created_at) VALUES ('d{n}', 'd{n}', '', '{{\"tag\": \"x\"}}', '{time}')")).await;
        store.sql(&format!("INSERT INTO message (thread_id, question, answer, created_at) VALUES ('t', 'q{n}', '', '{time}')")).await;
    }
    store.sql("DELETE FROM document WHERE code = 'd2'").await;
    let folio = store.again(|config| config).await;
    folio.migrations().up(None).await.unwrap();
    let thread = ThreadId::new("t").unwrap();
    let turns = folio.messages().recent(&thread, 10).await.unwrap();
    let times: Vec<String> = turns
        .iter()
        .map(|turn| turn.created_at.to_rfc3339())
        .collect();
    assert_eq!(
        times,
        [
            "2024-03-01T10:00:00+00:00",
            "2024-01-02T00:00:00+00:00",
            "2024-01-01T10:00:00.500+00:00",
            "2024-01-01T10:00:00+00:00",
        ]
    );
    let found = folio.threads().get(&thread).await.unwrap().unwrap();
    assert_eq!(
        (found.message_count, found.last_message_at),
        (4, Some(turns[0].created_at))
    );
    let off: i64 = store
        .value("SELECT count(*) FROM document AS d JOIN document_tag AS t ON t.owner = d.seq WHERE t.created_at <> d.created_at")
        .await;
    assert_eq!(off, 0, "tags follow");
    folio.documents().restore("d2", None).await.unwrap();
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
