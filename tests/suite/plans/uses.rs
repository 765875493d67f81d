//! What a user can do with a big store, each once.

use service::ingest::{IngestOptions, Vanished};
use service::{
    ActivityFilter, CancellationToken, DocumentFilter, DocumentSelection, DocumentSort,
    MessageChange, NewDocument, NewMessage, PageRequest, Pin, Retag, Retention, SearchRequest,
    Subject, ThreadFilter, ThreadId, ThreadSelection, UserId,
};
use support::Store;
use support::files::{folder, write};

/// Enough rows for a scan to be the wrong way.
pub(super) async fn fill(store: &Store) {
    insert(
        store,
        6_000,
        "document (name, code, content)",
        "'name ' || (n % 900), 'code' || n, 'word' || (n % 700) || ' and kestrel' || n",
    )
    .await;
    insert(
        store,
        6_000,
        "message (thread_id, question, answer)",
        "'t' || (n % 1500), 'question' || n, 'word' || (n % 700)",
    )
    .await;
    store
        .sql("UPDATE document SET content = content || ' changed' WHERE code LIKE 'code1%'")
        .await;
    store
        .sql("DELETE FROM document WHERE code LIKE 'code2%'")
        .await;
    let number = store.spelled("CAST(substr(code, 5) AS INTEGER)", "substr(code, 5)::int");
    let tags = store.spelled(
        "json_object('tags', json_array('all', 't' || (# % 20)))",
        "jsonb_build_object('tags', jsonb_build_array('all', 't' || (# % 20)))",
    );
    let tags = tags.replace('#', number);
    store
        .sql(&format!("UPDATE document SET metadata = {tags}"))
        .await;
    // As a server does by itself after a while: statistics, and an index without a pending list.
    store
        .sql(store.spelled("ANALYZE", "VACUUM (ANALYZE)"))
        .await;
}

/// Inserts rows, each made of its number `n`.
async fn insert(store: &Store, rows: u32, into: &str, values: &str) {
    let numbers = store.spelled(
        "(WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {rows}) SELECT n FROM s) AS s",
        "generate_series(1, {rows}) AS s (n)",
    );
    let numbers = numbers.replace("{rows}", &rows.to_string());
    store
        .sql(&format!(
            "INSERT INTO {into} SELECT {values} FROM {numbers}"
        ))
        .await;
}

/// Searches of every kind.
async fn search_it(folio: &service::Folio) {
    let documents = folio.documents();
    for query in [
        "kestrel17",
        "word5 kestrel17",
        "\"and kestrel18\"",
        "kestrel19*",
        "word7 -kestrel7",
        "(kestrel17 OR kestrel18) -word9",
        "name:17 kestrel17",
        "kestrel17 code:code1*",
        "word17 before:2100 after:2000",
        "code:code17",
    ] {
        assert!(
            documents
                .search(&SearchRequest::new(query))
                .await
                .unwrap()
                .total
                > 0,
            "{query}"
        );
        folio
            .messages()
            .search(&SearchRequest::new(query))
            .await
            .unwrap();
    }
    for query in [
        "tag:draft",
        "kestrel17 tag:draft,old",
        "user:7",
        "thread:t7 word7",
        "word7",
    ] {
        folio
            .documents()
            .search(&SearchRequest::new(query))
            .await
            .unwrap();
        folio
            .messages()
            .search(&SearchRequest::new(query))
            .await
            .unwrap();
    }
}

/// The same where some rows have a language of their own.
pub(super) async fn search_in_two_languages(store: &Store) {
    for table in ["document", "message"] {
        let german = r#"{"language": "de"}"#;
        store
            .sql(&format!(
                "UPDATE {table} SET metadata = '{german}' WHERE id IN (SELECT id FROM {table} LIMIT 100)"
            ))
            .await;
        // So many rows with one label would be a reason to read them all.
        store
            .sql(&format!("DELETE FROM {table}_label WHERE key = 'language'"))
            .await;
    }
    store
        .sql(store.spelled("ANALYZE", "VACUUM (ANALYZE)"))
        .await;
    for query in [
        "kestrel37",
        "word5 kestrel37",
        "\"und kestrel38\"",
        "kestrel39*",
        "name:37 kestrel37",
        "wörter7 -kestrel7",
        "nothing like it",
    ] {
        let request = SearchRequest::new(query);
        store.folio.documents().search(&request).await.unwrap();
        store.folio.messages().search(&request).await.unwrap();
    }
}

/// Everything that lists, looks up and searches.
pub(super) async fn use_it(store: &Store) {
    let folio = &store.folio;
    let documents = folio.documents();
    for sort in [
        DocumentSort::NewestFirst,
        DocumentSort::Name,
        DocumentSort::Code,
    ] {
        let first = documents.list(sort, &PageRequest::first(50)).await.unwrap();
        let next = PageRequest::first(50).after(first.next.unwrap());
        let second = documents.list(sort, &next).await.unwrap();
        documents
            .list(
                sort,
                &PageRequest::first(50).before(second.previous.unwrap()),
            )
            .await
            .unwrap();
        documents.list(sort, &PageRequest::last(50)).await.unwrap();
    }
    let one = documents.get("code17").await.unwrap().unwrap();
    documents.get_by_id(one.id).await.unwrap();
    documents.get_many(&["code5", "code6"]).await.unwrap();
    documents
        .history("code17", &PageRequest::first(10))
        .await
        .unwrap();
    documents.revision("code17", 1).await.unwrap();
    let trash = documents.deleted(&PageRequest::first(10)).await.unwrap();
    documents
        .deleted(&PageRequest::first(10).after(trash.next.unwrap()))
        .await
        .unwrap();
    search_it(folio).await;
    let thread = ThreadId::new("t7").unwrap();
    let threads = folio.threads();
    let first = threads
        .list(&ThreadFilter::all(), &PageRequest::first(50))
        .await
        .unwrap();
    threads
        .list(
            &ThreadFilter::all(),
            &PageRequest::first(50).after(first.next.unwrap()),
        )
        .await
        .unwrap();
    threads
        .list(
            &ThreadFilter::of_user(UserId::from(7)),
            &PageRequest::first(50),
        )
        .await
        .unwrap();
    threads.get(&thread).await.unwrap();
    let turns = folio
        .messages()
        .list(&thread, &PageRequest::first(2))
        .await
        .unwrap();
    folio
        .messages()
        .list(&thread, &PageRequest::first(2).after(turns.next.unwrap()))
        .await
        .unwrap();
    let saved = folio
        .messages()
        .save(NewMessage::new(thread.clone(), "q", "a"))
        .await
        .unwrap();
    folio.messages().get(saved.id).await.unwrap();
    folio.messages().delete(saved.id).await.unwrap();
    keep_in_step(store).await;
    documents.restore("code17", None).await.unwrap();
    documents.delete("code18").await.unwrap();
    threads.delete(&thread).await.unwrap();
}

/// The parts of lists, what is done with many rows, and what takes it back.
pub(super) async fn use_the_rest(store: &Store) {
    let folio = &store.folio.acting_as("ada");
    let (documents, threads, messages) = (folio.documents(), folio.threads(), folio.messages());
    let from = "2020-01-01T00:00:00Z".parse().unwrap();
    let few = PageRequest::first(20);
    let old = Retention::new().threads_before(from).revisions_before(from);
    folio.purge_scope(&old).await.unwrap();
    let purged = folio.purge(&old, &CancellationToken::new()).await.unwrap();
    assert_eq!((purged.threads, purged.document_revisions), (0, 0));
    for sort in [
        DocumentSort::Code,
        DocumentSort::Name,
        DocumentSort::NewestFirst,
    ] {
        let all = DocumentFilter::from(sort);
        for filter in [
            all.clone().code("code3"),
            all.clone().name("name 7"),
            all.clone().since(from),
            all.clone().tag("t7"),
            all.clone().tag("t7").name("name 7"),
            all.clone().tag("t7").tag("all").code("code3").since(from),
        ] {
            let page = documents.filtered(&filter, &few).await.unwrap();
            if let Some(next) = page.next {
                let next = few.clone().after(next);
                documents.filtered(&filter, &next).await.unwrap();
            }
            let last = PageRequest::last(20);
            documents.filtered(&filter, &last).await.unwrap();
        }
    }
    let tagged = DocumentSelection::Matching(DocumentFilter::all().tag("t7"));
    assert!(documents.count_selected(&tagged).await.unwrap() > 100);
    let prefix =
        DocumentSelection::Matching(DocumentFilter::from(DocumentSort::Code).code("code30"));
    let go_on = CancellationToken::new();
    documents.count_selected(&prefix).await.unwrap();
    let retag = Retag::new().give("x");
    documents
        .retag(&prefix, &retag, &go_on, |_| {})
        .await
        .unwrap();
    let deleted = documents
        .delete_many(&prefix, &go_on, |_| {})
        .await
        .unwrap();
    let activity = folio.activity();
    let undone = activity.undo(deleted.batch, &go_on, |_| {}).await;
    assert!(undone.unwrap().done > 0);

    documents.estimate().await.unwrap();
    messages.estimate().await.unwrap();
    threads.estimate().await.unwrap();
    let user = ThreadFilter::of_user(UserId::from(7));
    for filter in [ThreadFilter::all(), user] {
        for filter in [filter.clone(), filter.pinned_first()] {
            threads
                .list(&filter.clone().since(from), &few)
                .await
                .unwrap();
            threads.list(&filter, &PageRequest::last(20)).await.unwrap();
        }
    }
    let (together, batch) = folio.batch();
    let thread = ThreadId::new("t8").unwrap();
    together.threads().pin(&thread, Pin::Pinned).await.unwrap();
    let turn = messages.recent(&thread, 1).await.unwrap().remove(0);
    messages.around(turn.id, 1, 1).await.unwrap();
    let change = MessageChange::new().answer("another");
    together.messages().update(turn.id, &change).await.unwrap();
    together.messages().delete(turn.id).await.unwrap();
    together.threads().delete(&thread).await.unwrap();
    let made = NewDocument::new("made", "Made", "text");
    together.documents().insert(made).await.unwrap();
    let trash = threads.deleted(&few).await.unwrap();
    threads
        .deleted_messages(trash.items[0].deletion, &few)
        .await
        .unwrap();
    messages.deleted(&few).await.unwrap();
    threads.in_trash(&thread).await.unwrap().unwrap();
    messages.in_trash(turn.id).await.unwrap().unwrap();
    activity.get(batch).await.unwrap().unwrap();
    for filter in [
        ActivityFilter::all(),
        ActivityFilter::all().by("ada"),
        ActivityFilter::all().on(Subject::Thread),
    ] {
        activity.list(&filter, &few).await.unwrap();
    }
    activity.acts(batch, &few).await.unwrap();
    activity.scope(batch).await.unwrap();
    assert_eq!(activity.undo(batch, &go_on, |_| {}).await.unwrap().done, 5);
    let some = ThreadSelection::Ids(vec![thread.clone()]);
    threads.count_selected(&some).await.unwrap();
    threads.delete_many(&some, &go_on, |_| {}).await.unwrap();
}

/// A folder that is taken in, changes, and is taken in again; and the looks back at that.
async fn keep_in_step(store: &Store) {
    let names: Vec<String> = (0..300).map(|n| format!("f{n}.md")).collect();
    let texts: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), name.as_bytes()))
        .collect();
    let files = folder(&texts);
    let options = IngestOptions::default().vanished(Vanished::Delete);
    let take = async || {
        store
            .folio
            .ingest()
            .directory(files.path(), &options)
            .await
            .unwrap()
    };
    take().await;
    store
        .sql(store.spelled("ANALYZE", "VACUUM (ANALYZE)"))
        .await;
    write(files.path(), "f1.md", b"changed");
    std::fs::remove_file(files.path().join("f2.md")).unwrap();
    std::fs::rename(files.path().join("f3.md"), files.path().join("moved.md")).unwrap();
    let run = take().await.run.unwrap();
    let runs = store
        .folio
        .ingest()
        .runs(&PageRequest::first(1))
        .await
        .unwrap();
    store
        .folio
        .ingest()
        .runs(&PageRequest::first(1).after(runs.next.unwrap()))
        .await
        .unwrap();
    store.folio.ingest().show_run(run).await.unwrap();
    let (ingest, cancel) = (store.folio.ingest(), CancellationToken::new());
    ingest.undo(run, &cancel, |_| ()).await.unwrap();
}
